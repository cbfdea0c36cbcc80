"""Multiples of sectors on a day and over time, against the vendor's files read apart."""

from __future__ import annotations

import datetime as dt
import functools
import statistics
from typing import Any

import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.market import Market
from yanbao.sector.valuation import ValuationOptions, valuation
from yanbao.sector.valuation_history import ValuationHistoryOptions, valuation_history

D = dt.date
FILES = {
    "weekly670": "weekly_valuation_670_2012_2023",
    "weekly300": "weekly_valuation_csi300_2020_2025",
    "computer": "computer_daily_valuation_2023_2026",
}
DAYS = [
    ("weekly670", D(2014, 6, 27)),
    ("weekly670", D(2018, 12, 28)),
    ("weekly670", D(2022, 7, 1)),
    ("weekly670", D(2022, 7, 3)),
    ("weekly300", D(2021, 2, 10)),
    ("weekly300", D(2024, 6, 28)),
    ("computer", D(2024, 6, 28)),
]


def _pairs(source: str, day: dt.date, codes: set[str], measure: str) -> list[tuple[float | None, float | None]]:
    rows = oracle.vendor(FILES[source])
    rows = rows.filter((oracle.pl.col("day") == day) & oracle.pl.col("code").is_in(list(codes)))
    return list(rows.select("size", measure).rows())


@pytest.mark.parametrize(
    ("source", "asked"),
    [pytest.param(*one, marks=[pytest.mark.slow] if at in (1, 3, 4) else []) for at, one in enumerate(DAYS)],
)
def test_all_sectors_on_a_day(market: Market, source: str, asked: dt.date) -> None:
    exhibit = valuation(market, ValuationOptions(on=asked, source=source))
    day = exhibit.rows[0]["day"]
    assert day == max(one for one in oracle.levels()["000300.SH"] if one <= asked)
    found = {(row["code"], row["measure"], row["method"]): row for row in exhibit.rows}
    names = {name for name in oracle.level1() if oracle.members(day, name)}
    assert {row["name"] for row in exhibit.rows} >= names - {"综合"}
    for name in sorted(names):
        codes = oracle.members(day, name)
        for measure in ("pe", "pb", "ps"):
            pairs = _pairs(source, day, codes, measure)
            for method in ("overall", "excluding_negatives", "median"):
                value, n = oracle.multiple(pairs, method)
                row = found[f"{oracle.index_codes()[name]}.SI", measure, method]
                assert row["n"] == n, (name, measure, method)
                assert row["value"] == (None if value is None else pytest.approx(value, rel=1e-9)), (
                    name,
                    measure,
                    method,
                )


def test_the_coverage_counts_members_and_those_with_a_value(market: Market) -> None:
    exhibit = valuation(market, ValuationOptions(on=D(2022, 7, 1), source="weekly670", sector="计算机"))
    (count,) = exhibit.coverage.counts
    codes = oracle.members(D(2022, 7, 1), "计算机")
    pairs = _pairs("weekly670", D(2022, 7, 1), codes, "pe")
    assert count["members"] == len(codes)
    assert count["valued"] == sum(size is not None for size, _ in pairs)
    assert count["negative_base_pe"] == sum(one < 0 for size, one in pairs if size is not None and one)
    assert {row["code"] for row in exhibit.rows} == {"801750.SI"}
    assert "流通市值" in exhibit.notes[0].zh  # the total is not known: said


HISTORY = [
    ("weekly670", "计算机", D(2014, 1, 1), D(2015, 12, 31)),
    ("weekly670", "银行", D(2018, 1, 1), D(2019, 6, 30)),
    ("weekly300", "食品饮料", D(2020, 1, 1), D(2021, 12, 31)),
    ("computer", "计算机", D(2024, 1, 1), D(2024, 6, 30)),
]


@pytest.mark.parametrize(("source", "sector", "frm", "to"), HISTORY)
def test_a_history_with_its_bands(market: Market, source: str, sector: str, frm: dt.date, to: dt.date) -> None:
    options = ValuationHistoryOptions(sector=sector, frm=frm, to=to, source=source, measures=("pe", "pb"))
    rows = valuation_history(market, options).rows
    days = sorted({day for day in oracle.vendor(FILES[source])["day"] if frm <= day <= to})
    for measure in ("pe", "pb"):
        for method in ("overall", "excluding_negatives", "median"):
            own = [row for row in rows if (row["measure"], row["method"]) == (measure, method)]
            assert [row["day"] for row in own] == days
            values = []
            for row in own[:: max(1, len(own) // 8)]:
                value, n = oracle.multiple(
                    _pairs(source, row["day"], oracle.members(row["day"], sector), measure), method
                )
                assert (row["value"], row["n"]) == (None if value is None else pytest.approx(value, rel=1e-9), n)
            values = [row["value"] for row in own if row["value"] is not None]
            mean, sd = statistics.mean(values), statistics.stdev(values)
            for row in own:
                assert row["median"] == pytest.approx(statistics.median(values))
                assert (row["lower"], row["upper"]) == (pytest.approx(mean - sd), pytest.approx(mean + sd))
                below = sum(value <= row["value"] for value in values) if row["value"] is not None else None
                assert row["percentile"] == (None if below is None else pytest.approx(below / len(values)))


def test_the_last_day_of_each_month_alone(market: Market) -> None:
    options = ValuationHistoryOptions(
        sector="计算机",
        frm=D(2024, 1, 1),
        to=D(2024, 6, 30),
        source="computer",
        every="month",
        measures=("pb",),
        methods=("median",),
    )
    days = sorted({day for day in oracle.vendor(FILES["computer"])["day"] if D(2024, 1, 1) <= day <= D(2024, 6, 30)})
    assert [row["day"] for row in valuation_history(market, options).rows] == [
        max(day for day in days if day.month == month) for month in range(1, 7)
    ]


def test_members_of_one_day_are_kept_where_asked(market: Market) -> None:
    each, fixed = (
        valuation_history(
            market,
            ValuationHistoryOptions(
                sector="计算机",
                frm=D(2021, 1, 1),
                to=D(2022, 6, 30),
                source="weekly670",
                drawn=drawn,
                measures=("pe",),
                methods=("median",),
                every="month",
            ),
        )
        for drawn in ("each", "fixed")
    )
    day = each.rows[0]["day"]
    for exhibit, on in ((each, day), (fixed, D(2022, 6, 30))):
        value, n = oracle.multiple(_pairs("weekly670", day, oracle.members(on, "计算机"), "pe"), "median")
        assert (exhibit.rows[0]["value"], exhibit.rows[0]["n"]) == (pytest.approx(value), n)
    assert each.rows[0] != fixed.rows[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"source": "statements", "on": D(2026, 3, 2)},
            ["statements has no valuations on 2026-03-02", "the last day before it"],
        ),
        (
            {"on": D(2010, 3, 2)},
            ["no valuations from 2010-03-02 to 2010-03-02, nor prices with share counts", "2012-06-15"],
        ),
        ({"source": "statements", "profit": "profits"}, ["no line is called `profits`"]),
        ({"source": "wind"}, ["no valuations of `wind`", "weekly670"]),
        ({"source": "weekly670", "weight": "total"}, ["`weekly670` gives no total market value", "weight = float"]),
        (
            {"source": "weekly670", "on": D(2022, 6, 30)},
            ["no valuations on 2022-06-30", "the last day before it is 2022-06-24"],
        ),
        ({"source": "weekly670", "on": D(2027, 1, 1)}, ["after the as-of day"]),
    ],
)
def test_what_has_no_answer_says_why(market: Market, options: dict[str, object], words: list[str]) -> None:
    with pytest.raises(ExhibitError) as caught:
        valuation(market, ValuationOptions(**{"on": D(2022, 7, 1), **options}))  # type: ignore[arg-type]
    for word in words:
        assert word in str(caught.value)


def test_a_measure_that_is_none_is_refused() -> None:
    with pytest.raises(ExhibitError, match="no measure or method is called pcf"):
        ValuationOptions(on=D(2022, 7, 1), measures=("pcf",))  # type: ignore[arg-type]


def test_without_a_source_the_one_that_covers_most_is_taken_and_said(market: Market) -> None:
    every = valuation(market, ValuationOptions(on=D(2024, 6, 28)))
    assert every.notes[0].en.startswith("company multiples of weekly300")  # one sample has computer companies alone
    assert "others: computer, statements; their samples differ" in every.notes[0].en
    one = valuation(market, ValuationOptions(on=D(2024, 6, 28), sector="计算机"))
    assert one.notes[0].en.startswith("company multiples of computer")


PUBLISHED = [D(2020, 4, 24), D(2020, 4, 30), D(2021, 8, 20), D(2022, 10, 28), D(2023, 3, 31)]


@functools.cache
def _published() -> dict[str, list[dict[str, Any]]]:
    rows = oracle.pl.read_csv(oracle.shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.sort("pubDate", maintain_order=True).iter_rows(named=True):
        found.setdefault(row["code"][3:], []).append(row)
    return found


def _trailing(code: str, day: dt.date) -> float | None:
    """Net profit of the trailing twelve months from the rows published by the day."""
    known: dict[str, float] = {}
    for row in _published().get(code, []):
        if row["pubDate"] <= day.isoformat() and row["netProfit"] is not None:
            known[row["statDate"]] = row["netProfit"]
    if not known:
        return None
    newest = max(known)
    if newest.endswith("12-31"):
        return known[newest]
    year = int(newest[:4]) - 1
    parts = (known[newest], known.get(f"{year}-12-31"), known.get(f"{year}{newest[4:]}"))
    return None if None in parts else parts[0] + parts[1] - parts[2]  # type: ignore[operator]


@pytest.mark.parametrize(
    "day",
    [pytest.param(day, marks=[pytest.mark.slow] if day.year > 2020 else []) for day in PUBLISHED],
)
def test_valuations_from_the_statements_published_by_the_day(market: Market, day: dt.date) -> None:
    """PE by price, shares and net profit as published, in the middle of reporting seasons, for every sector."""
    options = ValuationOptions(on=day, source="statements", profit="net_profit", measures=("pe",))
    found = {(row["code"], row["method"]): row for row in valuation(market, options).rows}
    closes = oracle.pl.read_parquet(oracle.shared("data", "baostock", "weekly_valuation_csi300_2020_2025.parquet"))
    closes = closes.filter(oracle.pl.col("date").cast(oracle.pl.Date) == day)
    counts: dict[str, float] = {}
    for code, rows in _published().items():
        counted = [r for r in rows if r["pubDate"] <= day.isoformat() and r["totalShare"] is not None]
        if counted:
            # a late report of an old period never hides a newer count
            counts[code] = max(counted, key=lambda r: r["statDate"])["totalShare"]
    sizes = {
        code[3:]: close * counts[code[3:]]
        for code, close in closes.select("code", "close").rows()
        if code[3:] in counts
    }
    answers = 0
    for name in oracle.level1():
        pairs = []
        for code in oracle.members(day, name) & set(sizes):
            earned = _trailing(code, day)
            pairs.append((sizes[code], sizes[code] / earned if earned else None))
        if not pairs:
            continue
        for method in ("overall", "excluding_negatives", "median"):
            value, n = oracle.multiple(pairs, method)
            row = found[f"{oracle.index_codes()[name]}.SI", method]
            assert (row["value"], row["n"]) == (None if value is None else pytest.approx(value, rel=1e-9), n), (
                name,
                method,
            )
            answers += 1
    assert answers > 60
