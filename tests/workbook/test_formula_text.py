"""Excel's formulas as expressions: what they mean whatever their addresses, and that hostile ones end in an error."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.errors import FormulaError
from yanbao.formula import parse, source
from yanbao.workbook.formula_text import parse_formula


def place(sheet: str, row: int, column: int) -> str:
    return f"{sheet}.{row}@{column}"


@pytest.mark.parametrize(
    ("formula", "meaning"),
    [
        ("A1+B2*3", "{.1@1} + {.2@2} * 3"),
        ("$A$1-(B$2-$C3)", "{.1@1} - ({.2@2} - {.3@3})"),
        ("-2^2", "(-2) ** 2"),  # in Excel a sign binds tighter than ^ …
        ("2^3^2", "(2 ** 3) ** 2"),  # … and ^ binds to the left
        ("10%*A1", "0.1 * {.1@1}"),
        ("A1%", "{.1@1} / 100"),
        ("SUM(A1:B2,3)", "sum([{.1@1}, {.1@2}, {.2@1}, {.2@2}], 3)"),
        ("'a''b c'!D5/Sheet2!D5", "{a'b c.5@4} / {Sheet2.5@4}"),
        ("IF(AND(A1>0,B1<>2),A1,0)", "if({.1@1} > 0 and {.1@2} != 2, {.1@1}, 0)"),
        ("IF(NOT(A1=B1),1,2)", "if(not {.1@1} == {.1@2}, 1, 2)"),
        ("AVERAGE(A1:A2)+LN(EXP(1))+SQRT(4)", "mean([{.1@1}, {.2@1}]) + ln(exp(1)) + sqrt(4)"),
        ("_xlfn.STDEV.S(A1)", "STDEV.S({.1@1})"),
        (" A1\n+ 1 ", "{.1@1} + 1"),
        ("1.5E-3", "0.0015"),
        ("+A1--B1", "{.1@1} - -{.1@2}"),
    ],
)
def test_what_a_formula_means(formula: str, meaning: str) -> None:
    found = parse_formula(formula, place)
    if "STDEV" in formula:
        assert source(found) == meaning
        return
    wanted = parse(meaning)
    assert _values(found) == _values(wanted)


def _values(expr: object) -> object:
    """Return an expression without the texts of its numbers: 0.1 and 1/10 are one."""
    from yanbao.formula import Num
    from yanbao.formula.expr import Binary, Call, Unary

    if isinstance(expr, Num):
        return expr.value
    if isinstance(expr, Binary):
        return (expr.operator, _values(expr.left), _values(expr.right))
    if isinstance(expr, Unary):
        return (expr.operator, _values(expr.operand))
    if isinstance(expr, Call):
        return (expr.function, [_values(part) for part in expr.arguments])
    return expr


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("[1]Sheet1!A1", "only cells of this workbook"),
        ("cmd|'/C calc'!A1", "unexpected '|'"),
        ("A:A", "unexpected ':'"),
        ("{1,2}", "unexpected '{'"),
        ("A1 B1", "unexpected 'B1'"),
        ("1+", "ends too early"),
        ("", "ends too early"),
        ("(1", "`)` expected"),
        ("SUM(1", "`)` expected"),
        ("A1:ZZ99999", "more than 5,000 cells"),
        ("(" * 200 + "1" + ")" * 200, "more than 64 levels"),
        ("-" * 500 + "1", "more than 64 levels"),
        ("+".join(["1"] * 300), "more than 64 levels"),
        ("1" * 10_000, "Excel takes 8,192"),
        ("9" * 5_000, "more than 40 digits"),
        ("1" + "%" * 5_000, "more than 64 levels"),
        ("A1^", "ends too early"),
        ("\x00", "unexpected"),
    ],
)
def test_what_is_no_arithmetic_over_cells(formula: str, cause: str) -> None:
    with pytest.raises(FormulaError, match=cause.replace("(", r"\(").replace(")", r"\)").replace("|", r"\|")):
        parse_formula(formula, place)


PIECES = st.sampled_from(
    ["A1", "$B$2", "'x y'!C3", "[1]S!A1", "SUM(", "IF(", ")", "(", ",", "+", "-", "*", "/", "^", "&", "%", "<>", "=", "1", ".5",
     "1E999", '"t"', '"', "'", "#REF!", "TRUE", "name", ":", "A1:B9", "{", "}", "|", "!", "\u3000", "＝", "e"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_a_formula_or_an_error(text: str) -> None:
    with suppress(FormulaError):  # any other exception fails
        assert parse_formula(text, place) is not None
