"""Input from outside: refused at once, with a message that can be printed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from yanbao.errors import FormulaError
from yanbao.formula import evaluate, excel, parse, source
from yanbao.formula.array import evaluate_array
from yanbao.formula.parse import MAX_LENGTH, MAX_LEVELS
from yanbao.quantity import Quantity
from yanbao.quantity.unit import NONE

HOSTILE = {
    "brackets": "(" * 10**5,
    "brackets that close": "(" * 10**5 + "1" + ")" * 10**5,
    "calls": "sum(" * 10**5,
    "minus signs": "-" * 10**5 + "1",
    "nots": "not " * 10**5 + "1 > 0",
    "powers": "2 ** " * 10**5 + "2",
    "a long sum": "1 + " * 10**5 + "1",
    "a chain of ands": "1 > 0 and " * 3 * 10**4 + "1 > 0",
    "beyond the length": "1" * (MAX_LENGTH + 1),
    "a number of many digits": "9" * 10**5,
    "a tower": "9 ** 9 ** 9",
    "a large exponent": "10 ** 100000",
    "a small exponent": "10 ** -100000",
    "a large base": "9" * 40 + " ** 999",
    "powers of powers": "((9 ** 1000) ** 1000) ** 1000",
    "a fractional tower": "1.5 ** 999.5 ** 2",
    "a long name": "x" * 10**5 + " + 1",
    "a long function": "x" * 10**5 + "(1)",
    "a long key": "x[" + "y" * 10**5 + "]",
    "a long string of junk": "\\" * 10**5,
    "control characters": "a\x00b",
    "an escape sequence": "\x1b[31m1",
    "a right-to-left mark": "1 + \u202e2",
    "a surrogate": "1 + \ud800",
    "a newline in a reference": "{a\nb}",
    "an emoji": "1 + 😀",
    "attribute access": "a.__class__.__mro__",
    "an import": "__import__('os').system('true')",
    "a lambda": "lambda: 1",
    "a comprehension": "[x for x in y]",
    "a format string": "f'{a}'",
    "an excel formula": "=HYPERLINK(A1)",
    "no letters": "²³",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_is_refused_quickly_and_readably(text: str) -> None:
    started = time.process_time()
    with pytest.raises(FormulaError) as caught:
        evaluate(parse(text), {}.__getitem__)
    assert time.process_time() - started < 20  # without the limit: hours
    message = str(caught.value)
    assert len(message) < 400
    assert message.isprintable()
    message.encode("utf-8")


def test_the_longest_honest_expressions_are_read() -> None:
    ids = [f"computer.revenue_growth@{code:06d}" for code in range(5_000)]
    column = "[" + ", ".join(f"{{{name}}}" for name in ids) + "]"
    expr = parse(f"count({column} >= 50%)")
    assert source(expr) == f"count({column} >= 50%)"
    levels = " + ".join(["1"] * MAX_LEVELS)
    assert evaluate(parse(levels), {}.__getitem__).value == MAX_LEVELS


def test_every_tree_that_is_read_can_be_walked_and_printed() -> None:
    deepest = "(" * (MAX_LEVELS - 1) + "1" + " + 1)" * (MAX_LEVELS - 1)
    expr = parse(deepest)
    assert parse(source(expr)) == expr
    assert evaluate(expr, {}.__getitem__).value == MAX_LEVELS


def test_arithmetic_stays_small_under_repeated_powers() -> None:
    started = time.process_time()
    text = " * ".join(["1234567890123456789012345678901234567890 ** 70"] * 50)
    with pytest.raises(FormulaError, match="more than 3,000 digits"):
        evaluate(parse(text), {}.__getitem__)
    assert time.process_time() - started < 20  # without the limit: hours


@pytest.mark.parametrize(
    "text",
    [
        "sum([{a}, {b}] * [{a}, {b}, {c}])",
        "sum([{a}] * [{a}, {b}, {c}])",  # arrays would repeat the one, and evaluate() refuses it
        "count([{a}, {b}] > 0 and [{a}, {b}, {c}] > 0)",
        "count([{a}, {b}] > [{a}, {b}, {c}])",
    ],
)
def test_columns_of_several_lengths_are_refused_by_every_evaluator(text: str) -> None:
    expr = parse(text)
    for evaluator in (
        lambda: evaluate(expr, lambda name: Quantity.exact(2)),
        lambda: evaluate_array(expr, lambda name: np.array([1.0, 2.0, 3.0])),
        lambda: excel(expr, lambda name: ({"a": "A1", "b": "A2", "c": "A3"}[name], NONE)),
    ):
        with pytest.raises(FormulaError, match="joins columns of"):
            evaluator()


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("quantile([{a}, {b}], 7)", "a share between 0 and 1"),
        ("quantile([{a}, {b}], {a})", "takes one share"),
        ("quantile([{a}, {b}], 0 / 0)", "a share between 0 and 1"),
        ("rank({a}, [{a}, {b}], 2)", "takes the order 0"),
        ("rank({a}, [{a}, {b}], {b})", "takes the order 0"),
    ],
)
def test_a_share_or_an_order_that_is_none_is_refused_on_arrays(text: str, cause: str) -> None:
    with pytest.raises(FormulaError, match=cause):
        evaluate_array(parse(text), lambda name: np.array([1.0, 2.0, 3.0]))
