"""The Excel form of an expression, recomputed by another engine, gives the value that evaluate() gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from formula.cases import answer, blocks, operands
from formula.strategies import Case, cases
from formula.test_properties import agree, ill_conditioned
from formula.workbook import LAYOUTS, OTHER_SHEET, Workbook, cell_unit
from yanbao.errors import FormulaError, UnitError
from yanbao.formula import FUNCTIONS, Call, NoAnswerError, Num, Ref, Refs, evaluate, excel, parse, walk
from yanbao.formula.addresses import ranges
from yanbao.quantity import NONE, PERCENT, YI_YUAN, Quantity, Unit, parse_unit

VALUES = blocks(Path(__file__).parent / "fixtures" / "values.txt")


def _close(found: object, exact: Fraction) -> bool:
    return isinstance(found, float) and found == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_value_in_every_layout(layout: str) -> None:
    compared = refused = 0
    for line, question, expected in VALUES:
        expression, _, given_ = question.rpartition("|")
        facts = operands(given_)
        expr = parse(expression.strip())
        book = Workbook(facts, layout)
        unit = cell_unit(answer(expected).unit)
        exact = evaluate(expr, facts.__getitem__)
        if "quantile" in expression and len(ranges([book.operand(name)[0] for name in facts])) > 1:
            with pytest.raises(FormulaError, match="do not stand together"):
                excel(expr, book.operand, unit)
            refused += 1
            continue
        formula = excel(expr, book.operand, unit)
        found = book.recompute(formula)
        assert _close(found, exact.value * exact.unit.scale / unit.scale), f"values.txt:{line}: {formula} gives {found}"
        compared += 1
    assert compared + refused == len(VALUES)
    assert refused == {"with gaps": 2, "apart": 3}.get(layout, 0)


def test_the_values_use_every_function() -> None:
    used = {
        part.function
        for _, question, _ in VALUES
        for part in walk(parse(question.rpartition("|")[0].strip()))
        if isinstance(part, Call)
    }
    assert used == {*FUNCTIONS, "if"}


@settings(max_examples=400, deadline=None)
@given(cases(exact=True))
def test_any_expression_is_the_same_in_a_workbook(case: Case) -> None:
    try:
        exact = evaluate(case.expr, case.facts.__getitem__)
        assume(not ill_conditioned(case))
    except (NoAnswerError, UnitError, FormulaError):
        assume(False)
        raise
    book = Workbook(case.facts)
    formula = excel(case.expr, book.operand, replace(exact.unit, scale=Fraction(1)))
    found = book.recompute(formula)
    assert isinstance(found, float), f"{formula} gives {found}"
    assert agree(exact.value * exact.unit.scale, found, case.facts), (
        f"{formula} gives {found}, not {float(exact.value)}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Excel: a leading minus binds tighter than ^, and ^ binds to the left
        ("2 ** 3 ** 2", "2^(3^2)"),
        ("(2 ** 3) ** 2", "(2^3)^2"),
        ("-2 ** 2", "-(2^2)"),
        ("(-2) ** 2", "(-2)^2"),
        ("-{a} ** 2", "-(C1^2)"),
        ("2 ** -1", "2^(-1)"),
        ("-(1 + 2)", "-(1+2)"),
        ("- -3", "-(-3)"),
        ("1 - (2 - 3)", "1-(2-3)"),
        ("1 - 2 - 3", "1-2-3"),
        ("6 / (3 / 2)", "6/(3/2)"),
        ("6 / 3 * 2", "6/3*2"),
        ("6 / (3 * 2)", "6/(3*2)"),
        ("12.5%", "0.125"),
        ("1 / 3", "1/3"),
        ("{a} / {b} - 1", "C1/C2-1"),
        ("sum([{a}, {b}, {c}])", "SUM(C1:C3)"),
        ("sum([{a}, {c}])", "SUM(C1,C3)"),
        ("rank({a}, [{a}, {b}, {c}])", "RANK(C1,C1:C3,0)"),
        ("rank({a} * 2, [{a}, {b}])", "1+SUMPRODUCT(--(C1:C2>C1*2))"),
        ("exp({a})", "EXP(C1)"),
        ("logistic(-{a})", "1/(1+EXP(-(-C1)))"),
        ("interpolate(1, 0, {b}, 3, {c})", "C2+(C3-C2)*1/3"),
        ("interpolate_growth(1, 0, {b}, 3, {c})", "IF(AND(C2>0,C3>0),C2*(C3/C2)^(1/3),NA())"),
        (
            "interpolate_growth({a}, 0, {b}, 10, {c})",
            "IF(AND((C1-0)*(C1-10)<=0,C2>0,C3>0),C2*(C3/C2)^((C1-0)/(10-0)),NA())",
        ),
        ("interpolate({a}, 0, {b}, 10, {c})", "IF((C1-0)*(C1-10)<=0,C2+(C3-C2)*(C1-0)/(10-0),NA())"),
        ("interpolate({a}, {b}, 1 - {c}, {c}, 0)", "IF((C1-C2)*(C1-C3)<=0,1-C3+(0-(1-C3))*(C1-C2)/(C3-C2),NA())"),
        ("diff({a}, 0)", "C1"),
        ("count([{a}, {b}] >= 1 and [{a}, {b}] < 3)", "SUMPRODUCT(--((C1:C2>=1)*(C1:C2<3)))"),
        ("if({a} > 0 and 1 / {a} > 2, 1, 0)", "IF(IF(C1>0,1/C1>2,FALSE),1,0)"),
        ("if({a} > 0 or {b} > 0, 1, 0)", "IF(OR(C1>0,C2>0),1,0)"),
    ],
)
def test_the_text_of_a_formula(text: str, expected: str) -> None:
    facts = {name: Quantity.exact(value) for name, value in (("a", 5), ("b", 7), ("c", 9))}
    assert excel(parse(text), Workbook(facts).operand, NONE) == expected


@pytest.mark.parametrize(
    ("text", "units", "unit", "expected"),
    [
        ("{a} + {b}", ("亿元", "亿元"), "亿元", "C1+C2"),
        ("{a} + {b}", ("亿元", "元"), "亿元", "C1+C2/100000000"),
        ("{a} + {b}", ("元", "亿元"), "元", "C1+C2*100000000"),
        ("{a} / {b}", ("亿元", "百万元"), "", "C1/(C2/100)"),
        ("{a} / {b} - 1", ("亿元", "百万元"), "%", "C1/(C2/100)-1"),
        ("{a} * {b}", ("亿元", "%"), "亿元", "C1*C2"),
        ("{a} * {b}", ("亿元", "%"), "百万元", "C1*C2*100"),
        ("{a} * {b}", ("元/股", "亿股"), "亿元", "C1*C2"),
        ("diff({a}, {b})", ("%", "%"), "pp", "C1-C2"),
        ("{a} - {b}", ("%", "%"), "pp", "C1-C2"),
        ("1 - {a}", ("%", ""), "%", "1-C1"),
        ("{a} / {b}", ("万千瓦时", "万千瓦"), "小时", "C1/C2"),
        ("sum([{a}, {b}])", ("亿元", "元"), "元", "SUM(C1,C2/100000000)*100000000"),
        ("count([{a}, {b}] > 0)", ("%", "%"), "家", "SUMPRODUCT(--(C1:C2>0))"),
        ("max({a}, 0)", ("亿元", ""), "亿元", "MAX(C1,0)"),
    ],
)
def test_factors_stand_only_where_units_differ(text: str, units: tuple[str, str], unit: str, expected: str) -> None:
    facts = {name: Quantity.exact(4, parse_unit(symbol)) for name, symbol in zip("ab", units, strict=True)}
    book = Workbook(facts)
    expr = parse(text)
    formula = excel(expr, book.operand, cell_unit(parse_unit(unit)))
    assert formula == expected


def test_a_percentage_held_as_a_number_of_percent() -> None:
    # a cell that holds 5.3 for 5.3% has the unit %: the factor stands in the formula
    cells = {"a": ("C1", PERCENT), "b": ("C2", YI_YUAN)}
    assert excel(parse("{a} * {b}"), cells.__getitem__, YI_YUAN) == "C1*C2/100"
    assert excel(parse("1 - {a}"), cells.__getitem__, PERCENT) == "(1-C1/100)*100"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{a} > 1", "is a condition, not a number"),
        ("not {a} > 1", "is a condition, not a number"),
        ("[{a}, {b}]", "is a column, not a number"),
        ("state", "a workbook cell cannot hold `state`"),
        ("avg({a})", "did you mean `mean`?"),
        ("span({a}, {b})", "is not replaced yet"),
        ("sqrt({a}, {b})", "sqrt(x) got 2 arguments"),
        ("sum([{a}, {b}] * [{a}])", "joins columns of 1 and 2 values"),
        ("median([{a}, {b}] * [{a}])", "joins columns of 1 and 2 values"),
        ("rank({a}, [{a}, {b}] * 2)", "a workbook needs a column of cells here"),
        ("{a} + {m}", "is not"),
        ("sum([{a}, {m}])", "is not"),
        ("{m} ** 0.5", "under a fractional exponent"),
        ("diff({m}, {m})", "diff() takes two ratios"),
        ("quantile([{a}, {m}], 50%)", "have different units"),
        ("count([{a}, {m}] > 1)", "is not"),
    ],
)
def test_what_a_workbook_cannot_say(text: str, message: str) -> None:
    facts = {"a": Quantity.exact(5), "b": Quantity.exact(7), "m": Quantity.exact(7, YI_YUAN)}
    with pytest.raises((FormulaError, UnitError)) as caught:
        excel(parse(text), Workbook(facts).operand, NONE)
    assert message in str(caught.value)


def test_the_result_must_measure_what_its_cell_says() -> None:
    book = Workbook({"a": Quantity.exact(5, YI_YUAN)})
    with pytest.raises(UnitError):
        excel(parse("{a} * 2"), book.operand, PERCENT)


def test_limits_of_a_workbook() -> None:
    ids = tuple(f"x{at}" for at in range(400))
    cells = {name: (f"C{1 + 2 * at}", NONE) for at, name in enumerate(ids)}
    with pytest.raises(FormulaError, match="Excel takes 255"):
        excel(Call("sum", (Refs(ids),)), cells.__getitem__)
    together = {name: (f"C{1 + at}", NONE) for at, name in enumerate(ids)}
    assert excel(Call("sum", (Refs(ids),)), together.__getitem__) == "SUM(C1:C400)"
    names = {name: (f"'{'很长的表名' * 6}'!C{1 + 2 * at}", NONE) for at, name in enumerate(ids)}
    expr = Call("sum", tuple(Call("sum", tuple(Ref(name) for name in ids[at : at + 200])) for at in (0, 200)))
    with pytest.raises(FormulaError, match="Excel takes 8192"):
        excel(expr, names.__getitem__)


def test_names_of_sheets_are_kept_as_they_are() -> None:
    facts = {name: Quantity.exact(value) for name, value in (("a", 5), ("b", 7))}
    book = Workbook(facts, "on another sheet")
    formula = excel(parse("sum([{a}, {b}])"), book.operand)
    assert formula == f"SUM('{OTHER_SHEET.replace(chr(39), chr(39) * 2)}'!B1:B2)"
    assert book.recompute(formula) == 12


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ([], []),
        (["C2"], ["C2"]),
        (["C2", "C3", "C4", "E9"], ["C2:C4", "E9"]),
        (["B2", "C2", "D2"], ["B2:D2"]),
        (["Z1", "AA1"], ["Z1:AA1"]),
        (["C4", "C3"], ["C4", "C3"]),
        (["C2", "C3", "D3"], ["C2:C3", "D3"]),
        (["C2", "C2"], ["C2", "C2"]),
        (["$C$2", "$C$3"], ["$C$2:$C$3"]),
        (["A!C2", "A!C3", "B!C4"], ["A!C2:C3", "B!C4"]),
        (["'a''b'!C2", "'a''b'!C3"], ["'a''b'!C2:C3"]),
        (["C2", "A!C3"], ["C2", "A!C3"]),
        (["C2/100", "C3"], ["C2/100", "C3"]),
    ],
)
def test_runs_of_cells(addresses: list[str], expected: list[str]) -> None:
    assert ranges(addresses) == expected


def test_a_number_without_end_in_decimals() -> None:
    assert excel(Num(Fraction(1, 3), "1/3"), Workbook({}).operand) == "(1/3)"
    assert excel(Num(Fraction(-1, 8), "-0.125"), Workbook({}).operand) == "-0.125"


def test_division_by_zero_is_an_error_in_the_cell_too() -> None:
    book = Workbook({"a": Quantity.exact(1), "b": Quantity.exact(0)})
    assert book.recompute(excel(parse("{a} / {b}"), book.operand)) == "#DIV/0!"


def test_years_and_hours_are_units_of_time() -> None:
    book = Workbook({"g": Quantity.exact("7.2", PERCENT)})
    year = Unit("年", (("month", 1),), Fraction(12))
    formula = excel(parse("years(ln(2) / ln(1 + {g}))"), book.operand, year)
    assert formula == "LN(2)/LN(1+C1)"
    assert excel(parse("years(ln(2) / ln(1 + {g}))"), book.operand, parse_unit("个月")) == "LN(2)/LN(1+C1)*12"
