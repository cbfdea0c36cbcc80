"""Periods between operands, and the names of turns of sign."""

from __future__ import annotations

from datetime import date

import pytest

from yanbao.errors import FormulaError, UnitError
from yanbao.quantity import YI_YUAN, Period, Quantity, parse_period
from yanbao.relation import apart, span, turn


@pytest.mark.parametrize(
    ("later", "earlier", "years"),
    [
        ("2026E", "2022A", 4),  # not 5: the trap of 15 in 184 claims
        ("2023", "2022", 1),
        ("24Q1", "21Q1", 3),
        ("2024年6月", "2020年6月", 4),
        ("2024年2月", "2023年2月", 1),  # 29 days and 28
        ("2023年2月", "2020年2月", 3),
        ("2024年1-5月", "2014年1-5月", 10),
    ],
)
def test_span(later: str, earlier: str, years: int) -> None:
    assert span(parse_period(later), parse_period(earlier)) == years


def test_span_of_balance_sheet_days() -> None:
    assert span(Period.day(date(2023, 12, 31)), Period.day(date(2020, 12, 31))) == 3
    assert span(Period.day(date(2024, 2, 29)), Period.day(date(2023, 2, 28))) == 1
    assert span(Period.day(date(2023, 2, 28)), Period.day(date(2020, 2, 29))) == 3


@pytest.mark.parametrize(
    ("later", "earlier", "message"),
    [
        ("2022", "2026", "not later"),
        ("2022", "2022", "not later"),
        ("24Q2", "21Q1", "no whole number of years"),
        ("2024", "21Q1", "a year and a quarter"),
        ("2024年1-5月", "2014年1-6月", "no whole number of years"),
    ],
)
def test_span_refuses(later: str, earlier: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        span(parse_period(later), parse_period(earlier))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("relation", "now", "base", "fits"),
    [
        ("yoy", "2023", "2022", True),
        ("yoy", "2023", "2021", False),
        ("yoy", "24Q1", "23Q1", True),
        ("yoy", "24Q1", "23Q4", False),
        ("yoy", "24Q1", "2023", False),
        ("yoy", "2022", "2023", False),
        ("yoy", "2024年2月", "2023年2月", True),
        ("yoy", "2024年1-5月", "2023年1-5月", True),
        ("yoy", "2024年1-5月", "2023年1-6月", False),
        ("qoq", "24Q1", "23Q4", True),
        ("qoq", "24Q1", "23Q1", False),
        ("qoq", "24Q2", "24Q1", True),
        ("qoq", "2024年1月", "2023年12月", True),
        ("qoq", "2024", "2023", False),
        ("multiple", "2024", "23Q1", True),
    ],
)
def test_apart(relation: str, now: str, base: str, fits: bool) -> None:
    reason = apart(relation, parse_period(now), parse_period(base))
    assert (reason is None) == fits, reason


@pytest.mark.parametrize(
    ("now", "base", "name"),
    [
        ("5", "-3", "扭亏"),
        ("-5", "3", "转亏"),
        ("-2", "-3", "减亏"),
        ("-5", "-3", "增亏"),
        ("-3", "-3", None),
        ("5", "3", None),
        ("5", "0", None),
        ("0", "3", None),
        ("0", "-3", None),
    ],
)
def test_turn(now: str, base: str, name: str | None) -> None:
    assert turn(Quantity.printed(now, YI_YUAN), Quantity.printed(base, YI_YUAN)) == name


def test_turn_of_two_things() -> None:
    with pytest.raises(UnitError):
        turn(Quantity.printed("1", YI_YUAN), Quantity.printed("1"))
