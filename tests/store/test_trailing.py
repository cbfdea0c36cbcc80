"""Trailing twelve months, balances and quarters as known on a day, against a plain loop over what was published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanbao.errors import StoreError
from yanbao.store.trailing import NO_LAST_YEAR, NO_QUARTER_BEFORE, NO_YEAR_AGO, latest, single_quarters, trailing

START = dt.date(2020, 1, 1)
FOREVER = dt.date(9999, 12, 31)
QUARTERS = [dt.date(year, month, 30 if month in (6, 9) else 31) for year in (2022, 2023) for month in (3, 6, 9, 12)]


@dataclass(frozen=True)
class Said:
    period: dt.date
    value: float
    known_from: dt.date
    known_to: dt.date = FOREVER
    code: str = "600519.SH"
    line: str = "revenue"
    basis: str = "ytd"


def table(memory: Any, rows: list[Said]) -> ibis.Table:
    schema = {
        "code": pl.String,
        "period": pl.Date,
        "basis": pl.String,
        "line": pl.String,
        "value": pl.Float64,
        "known_from": pl.Date,
        "known_to": pl.Date,
    }
    frame = pl.DataFrame([{name: getattr(row, name) for name in schema} for row in rows], schema=schema)
    return memory.create_table("statement", frame, overwrite=True)


def answers(
    memory: Any, expression: ibis.Table, day: dt.date
) -> dict[tuple[Any, ...], tuple[float | None, str | None]]:
    rows = memory.to_pyarrow(expression.filter(expression.known_from <= day, day < expression.known_to)).to_pylist()
    found = {(row["code"], row["line"], row["period"]): (row["value"], row["missing"]) for row in rows}
    assert len(found) == len(rows), "one answer a day"
    return found


def on(memory: Any, rows: list[Said], day: str) -> tuple[float | None, str | None] | None:
    found = answers(memory, trailing(table(memory, rows), ["revenue"]), dt.date.fromisoformat(day))
    return next(iter(found.values()), None)


YEAR = [
    Said(dt.date(2022, 3, 31), 10, dt.date(2022, 4, 28)),
    Said(dt.date(2022, 12, 31), 100, dt.date(2023, 4, 20)),
    Said(dt.date(2023, 3, 31), 15, dt.date(2023, 4, 28)),
]


def test_trailing_twelve_months_change_on_the_day_of_publication(memory: Any) -> None:
    assert on(memory, YEAR, "2022-04-27") is None
    assert on(memory, YEAR, "2022-04-28") == (None, NO_LAST_YEAR), "unreported is not 0"
    assert on(memory, YEAR, "2023-04-19") == (None, NO_LAST_YEAR)
    assert on(memory, YEAR, "2023-04-20") == (100, None)
    assert on(memory, YEAR, "2023-04-27") == (100, None)
    assert on(memory, YEAR, "2023-04-28") == (105, None)  # 15 + 100 - 10


def test_a_missing_part_is_named(memory: Any) -> None:
    assert on(memory, YEAR[1:], "2023-05-01") == (None, NO_YEAR_AGO)
    assert on(memory, YEAR[2:], "2023-05-01") == (None, NO_LAST_YEAR)


def test_a_late_restatement_of_an_old_period_changes_its_part_and_never_the_newest_period(memory: Any) -> None:
    # Vibe-Trading #771, #772: a late restatement of an old period replaced the newest one
    restated = [
        *YEAR[:1],
        Said(dt.date(2022, 12, 31), 100, dt.date(2023, 4, 20), dt.date(2023, 6, 1)),
        Said(dt.date(2022, 12, 31), 90, dt.date(2023, 6, 1)),
        YEAR[2],
    ]
    assert on(memory, restated, "2023-05-31") == (105, None)
    assert on(memory, restated, "2023-06-01") == (95, None)
    late = [*YEAR, Said(dt.date(2021, 12, 31), 70, dt.date(2023, 8, 1))]
    assert on(memory, late, "2023-08-02") == (105, None)


def test_an_annual_and_a_first_quarter_report_of_one_day(memory: Any) -> None:
    same_day = [YEAR[0], Said(dt.date(2022, 12, 31), 100, dt.date(2023, 4, 28)), YEAR[2]]
    assert on(memory, same_day, "2023-04-27") == (None, NO_LAST_YEAR)
    assert on(memory, same_day, "2023-04-28") == (105, None)


def test_balances_are_never_summed_and_flows_have_no_balance(memory: Any) -> None:
    # FinanceToolkit #140: trailing twelve months of a share count
    rows = table(memory, YEAR)
    with pytest.raises(StoreError, match=r"`equity` stands on a day: it is never summed"):
        trailing(rows, ["equity", "revenue"])
    with pytest.raises(StoreError, match="has no balance"):
        latest(rows, ["revenue"])
    with pytest.raises(StoreError, match="no line of a statement"):
        trailing(rows, ["revenues"])
    with pytest.raises(StoreError, match="no line was named"):
        single_quarters(rows, [])


def test_the_latest_balance_is_that_of_the_newest_period_published(memory: Any) -> None:
    def balance(period: dt.date, value: float, known_from: str) -> Said:
        return Said(period, value, dt.date.fromisoformat(known_from), line="equity_parent", basis="instant")

    rows = [
        balance(dt.date(2022, 12, 31), 50, "2023-04-20"),
        balance(dt.date(2023, 3, 31), 55, "2023-04-28"),
        balance(dt.date(2021, 12, 31), 40, "2023-05-10"),
    ]
    expression = latest(table(memory, rows), ["equity_parent"])
    got = [next(iter(answers(memory, expression, dt.date(2023, month, 28)).values()))[0] for month in (4, 5)]
    assert got == [55, 55]


def test_single_quarters_are_differences_within_the_year(memory: Any) -> None:
    rows = [
        Said(dt.date(2023, 3, 31), 15, dt.date(2023, 4, 28)),
        Said(dt.date(2023, 6, 30), 40, dt.date(2023, 8, 28)),
        Said(dt.date(2023, 12, 31), 100, dt.date(2024, 4, 20)),
    ]
    expression = single_quarters(table(memory, rows), ["revenue"])
    found = {key[2].month: value for key, value in answers(memory, expression, dt.date(2024, 5, 1)).items()}
    assert found == {3: (15, None), 6: (25, None), 12: (None, NO_QUARTER_BEFORE)}


def oracle(rows: list[Said], day: dt.date) -> dict[tuple[Any, ...], tuple[float | None, str | None]]:
    """The trailing twelve months on one day, by looking each part up among what was known on it."""
    known = {(row.code, row.line, row.period): row.value for row in rows if row.known_from <= day < row.known_to}
    result: dict[tuple[Any, ...], tuple[float | None, str | None]] = {}
    for code, line in {key[:2] for key in known}:
        period = max(key[2] for key in known if key[:2] == (code, line))
        value = known[code, line, period]
        if period.month == 12:
            result[code, line, period] = (value, None)
            continue
        full = known.get((code, line, dt.date(period.year - 1, 12, 31)))
        before = known.get((code, line, period.replace(year=period.year - 1)))
        if full is None:
            result[code, line, period] = (None, NO_LAST_YEAR)
        elif before is None:
            result[code, line, period] = (None, NO_YEAR_AGO)
        else:
            result[code, line, period] = (value + full - before, None)
    return result


def quarters_oracle(rows: list[Said], day: dt.date) -> dict[tuple[Any, ...], tuple[float | None, str | None]]:
    known = {(row.code, row.line, row.period): row.value for row in rows if row.known_from <= day < row.known_to}
    result: dict[tuple[Any, ...], tuple[float | None, str | None]] = {}
    for (code, line, period), value in known.items():
        before = None
        if period.month != 3:
            ends = [one for one in QUARTERS if one.year == period.year and one.month == period.month - 3]
            before = known.get((code, line, ends[0]))
        if period.month == 3:
            result[code, line, period] = (value, None)
        else:
            result[code, line, period] = (value - before, None) if before is not None else (None, NO_QUARTER_BEFORE)
    return result


@st.composite
def published(draw: st.DrawFn) -> list[Said]:
    """Statements of two companies and two lines: each period published on one to three days, in any order of periods."""
    rows: list[Said] = []
    for code in ("600519.SH", "000001.SZ"):
        for line in ("revenue", "net_profit_parent"):
            for period in draw(st.lists(st.sampled_from(QUARTERS), unique=True, max_size=8)):
                days = sorted(draw(st.sets(st.integers(0, 12), min_size=1, max_size=3)))
                ends = [*days[1:], None]
                for first, end in zip(days, ends, strict=True):
                    rows.append(
                        Said(
                            period,
                            float(draw(st.integers(-50, 50))),
                            START + dt.timedelta(days=first),
                            FOREVER if end is None else START + dt.timedelta(days=end),
                            code,
                            line,
                        )
                    )
    return rows


def compare(memory: Any, rows: list[Said]) -> None:
    vintages = table(memory, rows)
    lines = ["revenue", "net_profit_parent"]
    for expression, expected in (
        (trailing(vintages, lines), oracle),
        (single_quarters(vintages, lines), quarters_oracle),
    ):
        found = memory.to_pyarrow(expression).to_pylist()
        for number in range(-1, 14):
            day = START + dt.timedelta(days=number)
            current = [row for row in found if row["known_from"] <= day < row["known_to"]]
            answer = {(row["code"], row["line"], row["period"]): (row["value"], row["missing"]) for row in current}
            assert len(answer) == len(current), "one answer a day"
            assert answer == expected(rows, day), day


@given(published())
@settings(max_examples=12, deadline=None)
def test_every_order_of_publication_gives_what_looking_up_each_part_gives(memory: Any, rows: list[Said]) -> None:
    compare(memory, rows)


@pytest.mark.slow
@given(published())
@settings(max_examples=400, deadline=None)
def test_the_same_for_many_more_orders_of_publication(memory: Any, rows: list[Said]) -> None:
    compare(memory, rows)
