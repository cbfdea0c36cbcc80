"""Growth, spreads, margins, expenses, people, cash and seasons of sectors, against the statements read apart."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable
from typing import Any

import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.expense_ratio import ExpenseRatioOptions, expense_ratio
from yanbao.sector.gross_margin import GrossMarginOptions, gross_margin
from yanbao.sector.growth_distribution import GrowthDistributionOptions, growth_distribution
from yanbao.sector.headcount import HeadcountOptions, headcount
from yanbao.sector.market import Market
from yanbao.sector.operating_cash_flow import OperatingCashFlowOptions, operating_cash_flow
from yanbao.sector.profit_growth import ProfitGrowthOptions, profit_growth
from yanbao.sector.revenue_growth import RevenueGrowthOptions, revenue_growth
from yanbao.sector.seasonality import SeasonalityOptions, seasonality

D = dt.date
# the others are asked in the full run
SECTORS: list[Any] = ["计算机", *(pytest.param(name, marks=pytest.mark.slow) for name in ("银行", "电子", "医药生物"))]
QUARTERS = [oracle.month_end(year, month) for year in range(2014, 2024) for month in (3, 6, 9, 12)][:37]  # to 2023Q1
YEARS = {"frm": D(2020, 12, 31), "to": D(2021, 12, 31)}


def _year_before(day: dt.date) -> dt.date:
    return oracle.month_end(day.year - 1, day.month)


def _ytd(code: str, day: dt.date, line: str) -> float | None:
    return oracle.quarterly().get((code, day), {}).get(line)


def _quarter(code: str, day: dt.date, line: str) -> float | None:
    now = _ytd(code, day, line)
    if day.month == 3 or now is None:
        return now
    before = _ytd(code, oracle.month_end(day.year, day.month - 3), line)
    return None if before is None else now - before


def _trailing(code: str, day: dt.date, line: str) -> float | None:
    now = _ytd(code, day, line)
    if day.month == 12 or now is None:
        return now
    full, before = _ytd(code, D(day.year - 1, 12, 31), line), _ytd(code, _year_before(day), line)
    return None if full is None or before is None else now + full - before


BASES: dict[str, Callable[[str, dt.date, str], float | None]] = {"ytd": _ytd, "quarter": _quarter, "ttm": _trailing}


def _annual(code: str, year: int, line: str) -> float | None:
    return oracle.annual().get((code, year), {}).get(line)


def _growth(pairs: list[tuple[float | None, float | None]]) -> tuple[float | None, float | None, float | None, int]:
    """Total, overall growth, median growth and number of companies that have both figures."""
    both = [(now, base) for now, base in pairs if now is not None and base is not None]
    if not both:
        return None, None, None, 0
    total, before = sum(now for now, _ in both), sum(base for _, base in both)
    rates = [now / base - 1 for now, base in both if base > 0]
    return total, total / before - 1 if before > 0 else None, statistics.median(rates) if rates else None, len(both)


def _same(row: dict[str, Any], **wanted: float | None) -> None:
    for name, value in wanted.items():
        assert row[name] == (None if value is None else pytest.approx(value, rel=1e-8, abs=1e-12)), (name, row)


@pytest.mark.parametrize("basis", ["ytd", "quarter", "ttm"])
@pytest.mark.parametrize("sector", SECTORS)
def test_revenue_growth(market: Market, sector: str, basis: str) -> None:
    """37 quarters of four sectors on each basis, against the quarterly file."""
    options = RevenueGrowthOptions(sector=sector, frm=QUARTERS[0], to=QUARTERS[-1], basis=basis)  # type: ignore[arg-type]
    exhibit = revenue_growth(market, options)
    assert [row["period"] for row in exhibit.rows] == QUARTERS
    value = BASES[basis]
    for row, count in zip(exhibit.rows, exhibit.coverage.counts, strict=True):
        day = row["period"]
        pairs = [
            (value(c, day, "revenue"), value(c, _year_before(day), "revenue")) for c in oracle.members(day, sector)
        ]
        total, overall, median, n = _growth(pairs)
        _same(row, total=total, overall=overall, median=median, n=n)
        assert count["members"] == len(pairs)
        assert count["reported"] == sum(now is not None for now, _ in pairs)


@pytest.mark.parametrize("sector", SECTORS)
def test_the_same_companies_in_all_periods(market: Market, sector: str) -> None:
    on = D(2021, 12, 31)
    options = RevenueGrowthOptions(
        sector=sector, frm=D(2018, 3, 31), to=D(2022, 9, 30), every="year", drawn="fixed", on=on, companies="all"
    )
    exhibit = revenue_growth(market, options)
    assert [row["period"] for row in exhibit.rows] == [D(year, 9, 30) for year in range(2018, 2023)]
    codes = oracle.members(on, sector)
    for row in exhibit.rows:
        now = [_ytd(code, row["period"], "revenue") for code in codes]
        base = [_ytd(code, _year_before(row["period"]), "revenue") for code in codes]
        total, before = (sum(value for value in side if value is not None) for side in (now, base))
        _same(row, total=total, overall=total / before - 1, n=sum(value is not None for value in now))
    assert "2021-12-31的成分" in "".join(note.zh for note in exhibit.notes)


@pytest.mark.parametrize("sector", SECTORS)
def test_profit_growth(market: Market, sector: str) -> None:
    options = ProfitGrowthOptions(sector=sector, frm=D(2016, 1, 1), to=D(2022, 12, 31), line="net_profit")
    exhibit = profit_growth(market, options)
    assert len(exhibit.rows) == 28
    counts = [count for count in exhibit.coverage.counts if count["line"] == "net_profit"]
    for row, count in zip(exhibit.rows, counts, strict=True):
        day = row["period"]
        pairs = [
            (_ytd(c, day, "net_profit"), _ytd(c, _year_before(day), "net_profit")) for c in oracle.members(day, sector)
        ]
        total, overall, median, n = _growth(pairs)
        _same(row, total=total, overall=overall, median=median, n=n)
        both = [(now, base) for now, base in pairs if now is not None and base is not None]
        assert count["not_meaningful"] == sum(base <= 0 for _, base in both)
        assert count["to_profit"] == sum(base <= 0 < now for now, base in both)  # 扭亏
        assert count["to_loss"] == sum(now < 0 < base for now, base in both)  # 转亏
        assert count["smaller_loss"] == sum(base < now <= 0 for now, base in both)  # 减亏
        assert count["larger_loss"] == sum(base <= 0 and now < base for now, base in both)  # 增亏
        # nothing is known of non-recurring items here: missing, not 0
        assert (row["recurring_total"], row["recurring_n"]) == (None, 0)


@pytest.mark.parametrize("line", ["revenue", "net_profit"])
@pytest.mark.parametrize("sector", SECTORS)
def test_the_spread_of_growth(market: Market, sector: str, line: str) -> None:
    options = GrowthDistributionOptions(sector=sector, frm=D(2021, 3, 31), to=D(2023, 3, 31), line=line)
    exhibit = growth_distribution(market, options)
    periods = [day for day in QUARTERS if D(2021, 3, 31) <= day]
    for day in periods:
        rates = []
        for code in oracle.members(day, sector):
            now, base = _ytd(code, day, line), _ytd(code, _year_before(day), line)
            if now is not None and base is not None and base > 0:
                rates.append(now / base - 1)
        rows = [(row["bucket"], row["n"]) for row in exhibit.rows if row["period"] == day]
        assert rows == [
            (">=50%", sum(rate >= 0.5 for rate in rates)),
            ("30%-50%", sum(0.3 <= rate < 0.5 for rate in rates)),
            ("10%-30%", sum(0.1 <= rate < 0.3 for rate in rates)),
            ("0%-10%", sum(0 <= rate < 0.1 for rate in rates)),
            ("<0%", sum(rate < 0 for rate in rates)),
        ]
        (count,) = (count for count in exhibit.coverage.counts if count["period"] == day)
        assert count["meaningful"] == len(rates) == sum(n for _, n in rows)
    assert len(exhibit.rows) == 5 * len(periods)


def _ratio(pairs: list[tuple[float | None, float | None]]) -> tuple[float | None, float | None, float | None, int]:
    known = [(part, whole) for part, whole in pairs if part is not None and whole is not None and whole > 0]
    if not known:
        return None, None, None, 0
    ratios = [part / whole for part, whole in known]
    overall = sum(part for part, _ in known) / sum(whole for _, whole in known)
    return overall, statistics.median(ratios), statistics.fmean(ratios), len(known)


@pytest.mark.parametrize("sector", SECTORS)
def test_gross_margin(market: Market, sector: str) -> None:
    rows = gross_margin(market, GrossMarginOptions(sector=sector, frm=D(2018, 1, 1), to=D(2023, 3, 31))).rows
    assert len(rows) == 21
    for row in rows:
        day = row["period"]
        pairs = []
        for code in oracle.members(day, sector):
            revenue, cost = _ytd(code, day, "revenue"), _ytd(code, day, "cost")
            pairs.append((revenue - cost if revenue is not None and cost is not None else None, revenue))
        overall, median, mean, n = _ratio(pairs)
        _same(row, overall=overall, median=median, mean=mean, n=n)


@pytest.mark.parametrize("expense", ["rd_expense", "selling_expense", "admin_expense"])
@pytest.mark.parametrize("sector", [*SECTORS, pytest.param("食品饮料", marks=pytest.mark.slow)])
def test_expense_ratios(annual: Market, sector: str, expense: str) -> None:
    options = ExpenseRatioOptions(sector=sector, frm=D(2019, 12, 31), to=D(2021, 12, 31), expense=expense)  # type: ignore[arg-type]
    exhibit = expense_ratio(annual, options)
    assert [row["period"].year for row in exhibit.rows] == [2019, 2020, 2021]
    for row, count in zip(exhibit.rows, exhibit.coverage.counts, strict=True):
        codes = oracle.members(row["period"], sector)
        pairs = [(_annual(c, row["period"].year, expense), _annual(c, row["period"].year, "revenue")) for c in codes]
        overall, median, mean, n = _ratio(pairs)
        _same(row, overall=overall, median=median, mean=mean, n=n)
        assert count["without_part"] == sum(part is None and whole is not None for part, whole in pairs)
        assert count["members"] == len(codes)


@pytest.mark.parametrize("people", ["employees", "research"])
@pytest.mark.parametrize("sector", [*SECTORS, pytest.param("食品饮料", marks=pytest.mark.slow)])
def test_headcount(annual: Market, sector: str, people: str) -> None:
    exhibit = headcount(annual, HeadcountOptions(sector=sector, people=people, **YEARS))  # type: ignore[arg-type]
    for row in exhibit.rows:
        year = row["period"].year
        pairs = [
            (_annual(c, year, people), _annual(c, year - 1, people)) for c in oracle.members(row["period"], sector)
        ]
        both = [(now, base) for now, base in pairs if now is not None and base is not None]
        total, base = (sum(pair[side] for pair in both) for side in (0, 1))
        if both:
            _same(row, total=total, base=base, change=total / base - 1, n=len(both))
        else:  # banks name nobody in research: missing, not 0
            assert (sector, people, row["total"], row["change"], row["n"]) == ("银行", "research", None, None, 0)
    assert len(exhibit.rows) == 2


@pytest.mark.parametrize("sector", [*SECTORS, "食品饮料", "煤炭"])
def test_operating_cash_flow(annual: Market, sector: str) -> None:
    rows = operating_cash_flow(annual, OperatingCashFlowOptions(sector=sector, **YEARS)).rows
    line = "operating_cash_flow"
    for row in rows:
        year = row["period"].year
        pairs = [(_annual(c, year, line), _annual(c, year - 1, line)) for c in oracle.members(row["period"], sector)]
        both = [(now, base) for now, base in pairs if now is not None and base is not None]
        if not both:
            assert (row["total"], row["n"]) == (None, 0)
            continue
        total, base = (sum(pair[side] for pair in both) for side in (0, 1))
        growth = total / base - 1 if total > 0 and base > 0 else None
        _same(row, total=total, base=base, difference=total - base, growth=growth, n=len(both))


@pytest.mark.parametrize("line", ["revenue", "net_profit"])
@pytest.mark.parametrize("sector", SECTORS)
def test_seasonality(market: Market, sector: str, line: str) -> None:
    rows = seasonality(market, SeasonalityOptions(sector=sector, frm=D(2015, 1, 1), to=D(2022, 12, 31), line=line)).rows
    assert [(row["year"], row["quarter"]) for row in rows] == [(y, q) for y in range(2015, 2023) for q in (1, 2, 3, 4)]
    for year in range(2015, 2023):
        end = D(year, 12, 31)
        quarters = [
            [_quarter(code, oracle.month_end(year, month), line) for month in (3, 6, 9, 12)]
            for code in oracle.members(end, sector)
        ]
        full = [four for four in quarters if all(value is not None for value in four)]
        whole = sum(map(sum, full))  # type: ignore[arg-type]
        for row in (row for row in rows if row["year"] == year):
            at = row["quarter"] - 1
            shares = [four[at] / sum(four) for four in full if sum(four) > 0]  # type: ignore[operator, arg-type]
            _same(
                row,
                overall=sum(four[at] for four in full) / whole if whole > 0 else None,  # type: ignore[misc]
                median=statistics.median(shares) if shares else None,
                n=len(full),
            )


def test_a_statement_is_not_known_before_it_was_published(market: Market) -> None:
    past = market.at(D(2022, 4, 20))
    rows = revenue_growth(past, RevenueGrowthOptions(sector="计算机", frm=D(2022, 3, 31), to=D(2022, 3, 31))).rows
    later = revenue_growth(market, RevenueGrowthOptions(sector="计算机", frm=D(2022, 3, 31), to=D(2022, 3, 31))).rows
    published = {
        row[0][3:]
        for row in oracle.pl.read_csv(oracle.shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
        .filter((oracle.pl.col("statDate") == "2022-03-31") & (oracle.pl.col("pubDate") <= "2022-04-20"))
        .select("code")
        .rows()
    }
    codes = oracle.members(D(2022, 3, 31), "计算机")
    wanted = [
        c
        for c in codes & published
        if _ytd(c, D(2022, 3, 31), "revenue") is not None and _ytd(c, D(2021, 3, 31), "revenue") is not None
    ]
    assert rows[0]["n"] == len(wanted) < later[0]["n"]


@pytest.mark.parametrize(
    ("function", "options", "words"),
    [
        (
            revenue_growth,
            RevenueGrowthOptions(sector="计算机", frm=D(2030, 1, 1), to=D(2031, 1, 1)),
            "it reaches from 2013-03-31",
        ),
        (
            revenue_growth,
            RevenueGrowthOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), line="sales"),
            "no line is called `sales`",
        ),
        (
            revenue_growth,
            RevenueGrowthOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), line="equity"),
            "stands on a day",
        ),
        (seasonality, SeasonalityOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2020, 11, 30)), "no full year"),
        (gross_margin, GrossMarginOptions(sector="计算", frm=D(2020, 1, 1), to=D(2021, 1, 1)), "did you mean `计算机`"),
    ],
)
def test_what_has_no_answer_says_why(market: Market, function: Callable[..., Any], options: object, words: str) -> None:
    with pytest.raises(ExhibitError) as caught:
        function(market, options)
    assert words in str(caught.value)


def test_options_that_do_not_go_together() -> None:
    with pytest.raises(ExhibitError, match="`from` before `to`"):
        GrossMarginOptions(sector="计算机", frm=D(2021, 1, 1), to=D(2020, 1, 1))
    with pytest.raises(ExhibitError, match="drawn = fixed"):
        GrossMarginOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), on=D(2021, 1, 1))
    with pytest.raises(ExhibitError, match="takes no basis"):
        SeasonalityOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), basis="ttm")
    with pytest.raises(ExhibitError, match="at the end of a year"):
        HeadcountOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), basis="quarter")
