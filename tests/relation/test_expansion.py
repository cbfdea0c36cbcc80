"""Relations inside expressions: replaced, named, asked for their conditions, and for the periods they count."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from yanbao.errors import FormulaError
from yanbao.formula import Expr, evaluate, in_unit, parse, source
from yanbao.quantity import NONE, PERCENT, POINT_OF_PERCENT, YI_YUAN, Quantity
from yanbao.relation import NotMeaningfulError, expand, find, requirements, resolve_spans, unknown, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yoy(state, prev(state))", "state / prev(state) - 1"),
        ("yoy(a + b, c - d)", "(a + b) / (c - d) - 1"),
        ("yoy(-a, b ** 2)", "-a / b ** 2 - 1"),
        ("cagr({e}, {s})", "({e} / {s}) ** (1 / span({e}, {s})) - 1"),
        ("pp(share(a, b), share(c, d))", "diff(a / b, c / d)"),
        ("pp(yoy({a}, {b}), 5%)", "diff({a} / {b} - 1, 5%)"),
        ("1 - price_cut(a, b)", "1 - (1 - a / b)"),
        ("total(state[:])", "sum(state[:])"),
        ("total({a}, {b}, {c})", "sum({a}, {b}, {c})"),
        ("total({a})", "sum({a})"),
        ("simple_mean([{a}, {b}])", "mean([{a}, {b}])"),
        ("signed_sum([{a}, {b}], {c})", "sum([{a}, {b}]) - sum({c})"),
        ("weighted_mean(r[:], w[:])", "sum(r[:] * w[:]) / sum(w[:])"),
        ("ranking(a, a[:])", "rank(a, a[:])"),
        ("bucket_count(g[:], 10%, 30%)", "count(g[:] >= 10% and g[:] < 30%)"),
        ("conversion({a})", "{a}"),
        ("years(2)", "years(2)"),
        ("state + 1", "state + 1"),
        ("if(a > 0, yoy(a, b), 0)", "if(a > 0, a / b - 1, 0)"),
        ("doubling_time(cagr({e}, {s}))", "years(ln(2) / ln(1 + (({e} / {s}) ** (1 / span({e}, {s})) - 1)))"),
    ],
)
def test_expand(text: str, expected: str) -> None:
    expanded = expand(parse(text))
    assert source(expanded) == expected
    assert parse(source(expanded)) == expanded
    assert expand(expanded) == expanded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yoy(state, prev(state))", "yoy"),
        ("pp(yoy(a, b), yoy(c, d))", "pp"),
        ("yoy(a, b) * 100", None),
        ("-yoy(a, b)", None),
        ("sum(a[:])", None),
        ("a / b - 1", None),
        ("unheard_of(a)", None),
    ],
)
def test_find_names_the_relation_that_gives_the_result(text: str, expected: str | None) -> None:
    assert find(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yoy(a)", "yoy(now, base) got 1 operands"),
        ("yoy(a, b, c)", "yoy(now, base) got 3 operands"),
        ("yoy([{a}, {b}], c)", "now is one number, `[{a}, {b}]` is a column"),
        ("total()", "total(parts) got 0 operands"),
    ],
)
def test_operands_that_do_not_fit(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        expand(parse(text))
    assert message in str(caught.value)


def test_unknown_names_the_first_stranger() -> None:
    assert unknown(parse("yoy(a, b) + sum(c[:]) + if(a > 0, prev(a), span(a, b))")) is None
    assert unknown(parse("yoy(a, growth(b))")) == "growth"


def test_conditions_come_with_the_operands_of_the_expression() -> None:
    found = requirements(parse("pp(yoy(a, b), share(c, yoy(d, e)))"))
    assert [(source(item.expr), item.relation) for item in found] == [
        ("b > 0", "yoy"),
        ("e > 0", "yoy"),
        ("d / e - 1 > 0", "share"),
    ]
    assert found[0].condition.zh == "基数小于或等于0，增速无意义"


def test_nested_relations_that_would_double_at_each_level_are_refused() -> None:
    text = "a"
    for _ in range(40):
        text = f"weighted_mean({text}, {text if len(text) < 2_000 else 'b'})"
    started = time.process_time()
    with pytest.raises(FormulaError, match="when it is expanded"):
        expand(parse(text))
    deep = "doubling_time(" * 55 + "a" + ")" * 55
    with pytest.raises(FormulaError, match="when it is expanded"):
        expand(parse(deep))
    assert time.process_time() - started < 20  # without the limit: hours


def test_spans_are_counted_from_the_operands() -> None:
    asked: list[tuple[str, str]] = []

    def count(later: str, earlier: str) -> int:
        asked.append((later, earlier))
        return 4

    expr = resolve_spans(expand(parse("cagr({size@2026}, {size@2022})")), count)
    assert source(expr) == "({size@2026} / {size@2022}) ** (1 / 4) - 1"
    assert asked == [("size@2026", "size@2022")]
    facts = {"size@2026": Quantity.printed("3019.0", YI_YUAN), "size@2022": Quantity.printed("1138.3", YI_YUAN)}
    assert float(evaluate(expr, facts.__getitem__).value) == pytest.approx(0.27614961648)


def test_half_a_period_is_a_fraction() -> None:
    expr = resolve_spans(expand(parse("cagr({e}, {s})")), lambda later, earlier: Fraction(5, 2))
    assert source(expr) == "({e} / {s}) ** (1 / (5 / 2)) - 1"
    assert parse(source(expr)) == expr


@pytest.mark.parametrize(
    ("text", "periods", "message"),
    [
        ("span(a, b)", 1, "only a cell has a period"),
        ("span({a} + 1, {b})", 1, "only a cell has a period"),
        ("span({a})", 1, "only a cell has a period"),
        ("span({a}, {b})", 0, "the later value comes first"),
        ("span({a}, {b})", -4, "the later value comes first"),
    ],
)
def test_spans_that_cannot_be_counted(text: str, periods: int, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        resolve_spans(parse(text), lambda later, earlier: periods)
    assert message in str(caught.value)


def _facts() -> dict[str, Quantity]:
    return {
        "a": Quantity.printed("110", YI_YUAN),
        "b": Quantity.printed("100", YI_YUAN),
        "loss": Quantity.printed("-5", YI_YUAN),
    }


def test_value_is_in_the_relation_s_unit_unless_another_is_asked_for() -> None:
    facts = _facts()
    expr: Expr = parse("yoy({a}, {b})")
    assert value(expr, facts.__getitem__).unit == PERCENT
    assert value(expr, facts.__getitem__).value == 10
    assert value(expr, facts.__getitem__, NONE).value == Fraction(1, 10)
    assert value(parse("pp(yoy({a}, {b}), 4%)"), facts.__getitem__).unit == POINT_OF_PERCENT
    assert value(parse("{a} - {b}"), facts.__getitem__).unit == YI_YUAN


def test_value_checks_the_conditions_of_every_relation_inside() -> None:
    facts = _facts()
    with pytest.raises(NotMeaningfulError) as caught:
        value(parse("pp(yoy({a}, {loss}), 4%)"), facts.__getitem__)
    assert caught.value.relation == "yoy"
    assert caught.value.condition.zh == "基数小于或等于0，增速无意义"
    assert str(caught.value) == "yoy: growth on a base <= 0 is not meaningful"


def test_expanded_and_computed_results_are_one() -> None:
    facts = _facts()
    plain = evaluate(expand(parse("yoy({a}, {b})")), facts.__getitem__)
    assert in_unit(plain, PERCENT) == value(parse("yoy({a}, {b})"), facts.__getitem__)
