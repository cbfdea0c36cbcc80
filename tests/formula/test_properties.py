"""What holds for every expression: it reads back, its interval holds every result, all evaluators agree."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formula.strategies import Case, cases, names, trees
from yanbao.errors import FormulaError, UnitError
from yanbao.formula import Expr, NoAnswerError, evaluate, parse, source
from yanbao.formula.array import evaluate_array
from yanbao.quantity import Quantity

# digits of an irrational result beyond which evaluate() does not claim equality
_SLACK = Fraction(1, 10**30)


@given(trees())
def test_what_is_printed_reads_back(expr: Expr) -> None:
    assert parse(source(expr)) == expr


@given(trees())
def test_printing_is_stable(expr: Expr) -> None:
    assert source(parse(source(expr))) == source(expr)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("(a ** b) ** c", "(a ** b) ** c"),
        ("a ** (b ** c)", "a ** b ** c"),
        ("-(a ** b)", "-a ** b"),
        ("(-a) ** b", "(-a) ** b"),
        ("a ** (-b)", "a ** -b"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a / (b * c)", "a / (b * c)"),
        ("-(a + b)", "-(a + b)"),
        ("not (a > b and c > 0)", "not (a > b and c > 0)"),
        ("(not a > b) and c > 0", "not a > b and c > 0"),
        ("(a > b) == (b > c)", "(a > b) == (b > c)"),
        ("a > 0 and (b > 0 or c > 0)", "a > 0 and (b > 0 or c > 0)"),
        ("grid . state [ 2023 ]", "grid.state[2023]"),
        ("sum( [ {a} ,{b} ] , 1 )", "sum([{a}, {b}], 1)"),
    ],
)
def test_brackets_stand_where_they_are_needed(text: str, printed: str) -> None:
    assert source(parse(text)) == printed
    assert parse(printed) == parse(text)


def _value(case: Case, facts: dict[str, Quantity]) -> Quantity:
    try:
        return evaluate(case.expr, facts.__getitem__)
    except (NoAnswerError, UnitError, FormulaError):
        assume(False)
        raise


@settings(max_examples=400, deadline=None)
@given(cases(), st.lists(st.fractions(0, 1, max_denominator=7), min_size=len(names), max_size=len(names)))
def test_the_interval_holds_what_any_true_values_give(case: Case, where: list[Fraction]) -> None:
    whole = _value(case, case.facts)
    points: dict[str, Quantity] = {}
    for name, share in zip(names, where, strict=True):
        low, high = case.facts[name].interval.low, case.facts[name].interval.high
        assert low is not None
        assert high is not None
        points[name] = Quantity.exact(low + share * (high - low))
    try:
        one = evaluate(case.expr, points.__getitem__)
    except NoAnswerError:
        # a condition may be unsure as a whole and ask for what one point cannot give; so may a place between two ends
        assert "if(" in source(case.expr) or "interpolate" in source(case.expr)
        return
    low, high = whole.interval.low, whole.interval.high
    allowance = _SLACK * (1 + abs(one.value))
    assert one.unit == whole.unit
    assert low is None or low - allowance <= one.value
    assert high is None or one.value <= high + allowance


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_value_lies_in_its_interval(case: Case) -> None:
    whole = _value(case, case.facts)
    allowance = _SLACK * (1 + abs(whole.value))
    assert whole.interval.low is None or whole.interval.low - allowance <= whole.value
    assert whole.interval.high is None or whole.value <= whole.interval.high + allowance


def agree(exact: Fraction, found: float, facts: dict[str, Quantity]) -> bool:
    """Whether a float is the exact value, to the digits that float arithmetic keeps through a cancellation."""
    size = max([abs(float(exact)), *(abs(float(fact.value)) ** 2 for fact in facts.values()), 1.0])
    return abs(found - float(exact)) <= 1e-9 * size


def ill_conditioned(case: Case) -> bool:
    """Whether the last digit of an operand decides the result: floats may then fall on the other side."""
    nudged = {name: Quantity.exact(fact.value + Fraction(1, 10**11)) for name, fact in case.facts.items()}
    lowered = {name: Quantity.exact(fact.value - Fraction(1, 10**11)) for name, fact in case.facts.items()}
    exact = evaluate(case.expr, case.facts.__getitem__).value
    for facts in (nudged, lowered):
        try:
            other = evaluate(case.expr, facts.__getitem__).value
        except NoAnswerError:
            return True
        if abs(other - exact) > Fraction(1, 10**6):
            return True
    return False


@settings(max_examples=200, deadline=None)
@given(cases(exact=True))
def test_arrays_give_the_same_values(case: Case) -> None:
    exact = _value(case, case.facts)
    assume(not ill_conditioned(case))
    arrays = {name: np.array([float(fact.value), np.nan, float(fact.value)]) for name, fact in case.facts.items()}
    found = np.broadcast_to(evaluate_array(case.expr, arrays.__getitem__), (3,))
    scale = float(exact.unit.scale)
    assert agree(exact.value * exact.unit.scale, float(found[0]), case.facts), (found, float(exact.value) * scale)
    assert found[0] == found[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a} / {b}", [2.0, np.nan, np.nan, np.nan]),
        ("ln({b})", [0.0, np.nan, np.log(3.0), np.nan]),
        ("sqrt(-{b})", [np.nan, 0.0, np.nan, np.nan]),
        ("exp({b})", [np.exp(1.0), 1.0, np.exp(3.0), np.nan]),
        ("exp({b} * 1000)", [np.nan, 1.0, np.nan, np.nan]),
        ("logistic({b})", [0.7310585786300049, 0.5, 0.9525741268224334, np.nan]),
        ("interpolate({b}, 0, 10, 2, 20)", [15.0, 10.0, np.nan, np.nan]),
        ("{b} ** -1", [1.0, np.nan, 1 / 3, np.nan]),
        ("sum([{a}, {b}])", [3.0, 4.0, np.nan, np.nan]),
        ("max({a}, {b})", [2.0, 4.0, np.nan, np.nan]),
        ("median([{a}, {b}])", [1.5, 2.0, np.nan, np.nan]),
        ("count([{a}, {b}])", [2.0, 2.0, 1.0, 0.0]),
        ("count([{a}, {b}] > 1)", [1.0, 1.0, 1.0, 0.0]),
        ("if({b} > 0, 1, 2)", [1.0, 2.0, 1.0, np.nan]),
        ("rank({b}, [{a}, {b}])", [2.0, 2.0, 1.0, np.nan]),
        ("percentile({b}, [{a}, {b}])", [0.5, 0.5, 1.0, np.nan]),
    ],
)
def test_missing_stays_missing_on_arrays(text: str, expected: list[float]) -> None:
    facts = {"a": np.array([2.0, 4.0, np.nan, np.nan]), "b": np.array([1.0, 0.0, 3.0, np.nan])}
    found = np.broadcast_to(evaluate_array(parse(text), facts.__getitem__), (4,))
    np.testing.assert_allclose(found, expected)


def test_arrays_take_base_units() -> None:
    # 5% is 0.05, a difference of ratios 0.003, years are months
    facts = {"a": np.array([0.053]), "b": np.array([0.050])}
    assert evaluate_array(parse("diff({a}, {b})"), facts.__getitem__)[0] == pytest.approx(0.003)
    assert evaluate_array(parse("years(2)"), facts.__getitem__) == pytest.approx(24.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{a} > 0", "is a condition"),
        ("[{a}, {b}]", "is a column"),
        ("state", "unknown name `state`"),
        ("avg({a})", "did you mean `mean`?"),
        ("sqrt({a}, {b})", "sqrt(x) got 2 arguments"),
        ("if({a} > 0, 1)", "if(condition, a, b) got 2 arguments"),
    ],
)
def test_arrays_refuse_what_is_no_number(text: str, message: str) -> None:
    facts = {"a": np.array([1.0]), "b": np.array([2.0])}
    with pytest.raises(FormulaError) as caught:
        evaluate_array(parse(text), facts.__getitem__)
    assert message in str(caught.value)
