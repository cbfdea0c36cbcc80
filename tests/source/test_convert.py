"""Numbers, days and codes of vendors: exact units, missing marks, and texts that stay for the loading to refuse."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanbao.source.convert import as_text, convert, to_codes, to_days, to_numbers
from yanbao.source.days import deadline, first_after, last_of, parse_day, parse_last_day
from yanbao.source.mapping import Code, ColumnMap
from yanbao.store.tables import TABLES

FACTORS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8, "%": -2, "手": 2, "万股": 4, "bp": -4, "‰": -3}


@settings(deadline=None)
@given(
    st.lists(st.decimals(-(10**9), 10**9, places=4).map(str), min_size=1),
    st.sampled_from(sorted(FACTORS)),
    st.booleans(),
)
def test_a_number_is_the_float_nearest_to_what_is_printed(texts: list[str], unit: str, as_float: bool) -> None:
    # by another route: Decimal arithmetic, rounded to a float once
    given = [Decimal(repr(float(text))) if as_float else Decimal(text) for text in texts]
    array = pa.array([float(text) for text in texts]) if as_float else pa.array(texts)
    assert to_numbers(array, unit, ()).to_pylist() == [float(text.scaleb(FACTORS[unit])) for text in given]


def test_a_unit_that_is_no_power_of_ten_is_multiplied() -> None:
    assert to_numbers(pa.array(["3", "1.5"]), "亩", ()).to_pylist() == [2000.0, 1000.0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,096.5", 1096.5),
        (" 12 ", 12.0),
        ("　7", 7.0),
        ("+3", 3.0),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        ("", None),
        ("--", None),
        ("-1.0", None),
        ("-1", None),
    ],
)
def test_texts_that_are_numbers_or_missing(text: str, value: float | None) -> None:
    assert to_numbers(pa.array([text]), None, ("", "--", "-1")).to_pylist() == [value]


@pytest.mark.parametrize("text", ["1,23", "12abc", "=1+1", "nan", "inf", "1.2.3", "５", "0x10", "5%", "1 000", "∞"])
def test_what_is_no_number_stays_as_printed_beside_those_that_are(text: str) -> None:
    found = to_numbers(pa.array(["1.5", text, None]), "亿元", ()).to_pylist()
    assert found == ["150000000", text, None]


def test_percent_signs_belong_to_percent() -> None:
    assert to_numbers(pa.array(["59.75%", "5"]), "%", ()).to_pylist() == [0.5975, 0.05]


def test_nan_of_a_float_column_is_missing_and_an_integer_column_is_read() -> None:
    assert to_numbers(pa.array([1.0, float("nan")]), None, ()).to_pylist() == [1.0, None]
    assert to_numbers(pa.array([5, None], pa.int64()), "手", ()).to_pylist() == [500.0, None]
    assert to_numbers(pa.array([-1.0, 2.0]), None, ("-1",)).to_pylist() == [None, 2.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("000001", "000001"),
        ('="000001"', "000001"),
        ("'000001", "000001"),
        ("sh.600000", "sh.600000"),
        ("BRK-B", "BRK-B"),
    ],
)
def test_codes_keep_their_zeros(text: str, code: str) -> None:
    assert to_codes(pa.array([text]), Code()).to_pylist() == [code]


def test_lost_zeros_come_back_only_where_a_mapping_says_so() -> None:
    lost = pa.array(["527", "1.0", "600519", "AAPL"])
    assert to_codes(lost, Code()).to_pylist() == ["527", "1.0", "600519", "AAPL"]
    assert to_codes(lost, Code(zeros=6)).to_pylist() == ["000527", "000001", "600519", "AAPL"]


def test_an_exchange_is_added_to_codes_that_name_none() -> None:
    assert to_codes(pa.array(["801010", "801010.SI"]), Code(exchange="SI")).to_pylist() == ["801010.SI"] * 2


def test_a_column_of_floats_becomes_text_without_points() -> None:
    assert as_text(pa.array([1.0, 0.1, 2136.0, None])).to_pylist() == ["1", "0.1", "2136", None]


DAY = date(2024, 6, 28)


@pytest.mark.parametrize(
    "text",
    [
        "2024-06-28",
        "20240628",
        "2024/6/28",
        "2024.06.28",
        "2024年6月28日",
        "2024-06-28 00:00:00",
        "2024-06-28T09:30:00.5",
    ],
)
def test_days(text: str) -> None:
    assert parse_day(text) == DAY


@pytest.mark.parametrize(
    "text", ["2024-13-01", "2024-02-30", "45471", "45471.0", "28/06/2024", "06-28", "2024-06/28", "0001-01-01", "2024"]
)
def test_what_is_no_day(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023年报", date(2023, 12, 31)),
        ("2023", date(2023, 12, 31)),
        ("2023年", date(2023, 12, 31)),
        ("2024一季", date(2024, 3, 31)),
        ("2024年一季报", date(2024, 3, 31)),
        ("2024年第一季度", date(2024, 3, 31)),
        ("2024Q1", date(2024, 3, 31)),
        ("2021-Q3", date(2021, 9, 30)),
        ("2024中报", date(2024, 6, 30)),
        ("2024年半年度", date(2024, 6, 30)),
        ("2024三季报", date(2024, 9, 30)),
        ("2024年前三季度", date(2024, 9, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2023年2月", date(2023, 2, 28)),
        ("2024-13", None),
        ("2024Q5", None),
    ],
)
def test_periods_stand_for_their_last_day(text: str, day: date | None) -> None:
    assert parse_last_day(text) == day


def test_a_day_stands_for_the_month_that_holds_it() -> None:
    assert last_of(date(2024, 2, 1), "month") == date(2024, 2, 29)
    assert last_of(date(2024, 5, 1), "quarter") == date(2024, 6, 30)
    assert last_of(date(2024, 7, 1), "half") == date(2024, 12, 31)


def test_days_without_a_year_come_after_the_period() -> None:
    assert first_after("04-23", date(2014, 12, 31)) == date(2015, 4, 23)
    assert first_after("12-31", date(2014, 12, 31)) == date(2015, 12, 31)
    assert first_after("08-14", date(2014, 6, 30)) == date(2014, 8, 14)
    assert first_after("02-29", date(2014, 12, 31)) == date(2016, 2, 29)
    assert first_after("13-01", date(2014, 12, 31)) is None


def test_deadlines_of_reports() -> None:
    # CSRC: within four months of the year's end, two of the half year's, one of the first and third quarter's
    assert [deadline(date(2015, *end)) for end in ((3, 31), (6, 30), (9, 30), (12, 31))] == [
        date(2015, 4, 30),
        date(2015, 8, 31),
        date(2015, 10, 31),
        date(2016, 4, 30),
    ]
    assert deadline(date(2015, 5, 31)) is None


def test_days_that_are_none_stay_as_printed() -> None:
    assert to_days(pa.array(["2024/6/28", "soon", None])).to_pylist() == ["2024-06-28", "soon", None]


def spec(**given: object) -> ColumnMap:
    return ColumnMap.model_validate({"from": "x", **given})


def test_patterns_and_cases() -> None:
    ranges = pa.array(["-10%~0%", "-85.24", "预增", ""])
    low = spec(unit="%", pattern="^(-?[0-9.]+)%?(?:~|$)")
    column = TABLES["disclosure"].column("change_low")
    assert convert(ranges, column, low, (), Code()).to_pylist() == [-0.1, -0.8524, None, None]
    boards = spec(cases={"^68": "star", "^60": "main"})
    codes = pa.array(["688041.SH", "600519.SH", "300033.SZ"])
    assert convert(codes, TABLES["security"].column("board"), boards, (), Code()).to_pylist() == ["star", "main", None]


def test_counts_are_whole_or_refused() -> None:
    column = TABLES["headcount"].column("employees")
    assert convert(pa.array(["4,558", "802.0"]), column, spec(), (), Code()).to_pylist() == [4558, 802]
    assert convert(pa.array(["4558", "1.5"]), column, spec(), (), Code()).to_pylist() == ["4558", "1.5"]
