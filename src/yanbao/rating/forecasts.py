"""Forecasts of calls against the figures that companies published, and how forecasts were revised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import ibis
import numpy as np

from yanbao.rating.recommendation import Estimate, Recommendation
from yanbao.rating.tables import EstimateErrorRow, EstimateRow, RevisionRow
from yanbao.sector.exhibit import Text, fetch

if TYPE_CHECKING:
    from yanbao.sector.market import Market

CALLS_NEEDED: Final = 30
LINES: Final = {"net_profit": "net_profit_parent", "revenue": "revenue"}
_FULL_YEAR: Final = re.compile(r"\d{4}E?")
_SCALES: Final = {"元": 1.0, "千元": 1e3, "万元": 1e4, "百万元": 1e6, "千万元": 1e7, "亿元": 1e8, "CNY": 1.0}


@dataclass(frozen=True)
class _Actual:
    value: float
    published: date


@dataclass(frozen=True)
class Actuals:
    """What companies published, and what changed their share counts, as known on a day."""

    lines: dict[tuple[str, int, str], _Actual]  # code, year, line
    shares: dict[str, list[tuple[date, date, float]]]  # code -> day from which it holds, day published, total
    factors: dict[str, list[tuple[date, float]]]  # code -> ex-day, new shares for each old one, plus one
    has_actions: bool

    def factor(self, code: str, after: date, until: date) -> float:
        """Return how many shares one of `after` had become by `until`: splits, bonus and rights shares."""
        found = 1.0
        for day, one in self.factors.get(code, ()):
            if after < day <= until:
                found *= one
        return found

    def total_shares(self, code: str, year: int, published: date) -> float | None:
        """Return the share count at the end of a year, as known when its result was published."""
        end = date(year, 12, 31)
        held = [total for day, known, total in self.shares.get(code, ()) if day <= end and known <= published]
        return held[-1] if held else None


NO_ACTUALS: Final = Actuals({}, {}, {}, False)


def read_actuals(market: Market, codes: Sequence[str]) -> Actuals:
    """Read the full-year figures of companies as first published by the as-of day, share counts and share factors."""
    wanted = sorted(set(codes))
    vintages = market.vintages("statement")
    own = vintages.filter(
        vintages.code.isin(wanted) if wanted else ibis.literal(False),
        vintages.line.isin(sorted(LINES.values())),
        vintages.basis.isin(["ytd", "year"]),
        vintages.period.month() == 12,
    )
    lines: dict[tuple[str, int, str], _Actual] = {}
    for row in fetch(own.select("code", "period", "line", "value", "published").order_by("published")):
        lines.setdefault((row["code"], row["period"].year, row["line"]), _Actual(row["value"], row["published"]))
    counts = market.table("shares")
    counts = counts.filter(counts.code.isin(wanted) if wanted else ibis.literal(False), counts.total.notnull())
    shares: dict[str, list[tuple[date, date, float]]] = {}
    for row in fetch(counts.select("code", "day", "published", "total").order_by("day", "published")):
        shares.setdefault(row["code"], []).append((row["day"], row["published"], row["total"]))
    actions = market.table("corporate_action")
    factors: dict[str, list[tuple[date, float]]] = {}
    rows = fetch(actions.select("code", "day", "kind", "ratio").order_by("code", "day"))
    for row in rows:
        if row["ratio"] is not None and row["kind"] != "cash" and row["day"] <= market.as_of:
            factors.setdefault(row["code"], []).append((row["day"], 1.0 + row["ratio"]))
    return Actuals(lines, shares, factors, bool(rows))


def estimate_rows(
    calls: Iterable[Recommendation], actuals: Actuals, sector_of: Callable[[Recommendation], str], as_of: date
) -> tuple[EstimateRow, ...]:
    """How far were forecasts from what was published?

    error = forecast / actual - 1 where the actual is positive, else not meaningful. The actual is the figure of the
    full year as it was first published, known by the as-of day: net profit attributable to the parent, revenue, and
    EPS = that profit / all shares at the end of the year. A forecast EPS is divided by the factor of splits, bonus and
    rights shares between its publication and the end of its year, never touched by cash dividends (definitions,
    Ratings). A forecast of half a year or a quarter, or in a unit that is not CNY, is listed with that as its reason.
    """
    return tuple(_row(one, estimate, actuals, sector_of(one), as_of) for one in calls for estimate in one.estimates)


def _scale(estimate: Estimate) -> float | None:
    """Return how many CNY (a share, for EPS) a unit is."""
    unit = estimate.unit.removesuffix("/股").removesuffix("/share")
    return _SCALES.get(unit)


def _row(one: Recommendation, estimate: Estimate, actuals: Actuals, sector: str, as_of: date) -> EstimateRow:
    is_eps = estimate.measure == "eps"
    period, scale = _FULL_YEAR.fullmatch(estimate.period), _scale(estimate)
    year = int(estimate.period[:4])
    found = actuals.lines.get((one.security, year, LINES["net_profit" if is_eps else estimate.measure]))
    forecast, actual = float(estimate.value), None
    reasons: list[Text] = []
    if period is None:
        reasons.append(Text("非全年预测，不作比较", "not of a full year: not compared"))
    elif scale is None:
        reasons.append(Text(f"单位“{estimate.unit}”无法换算为元", f"unit {estimate.unit!r} is no money in CNY"))
    elif found is None:
        reasons.append(Text(f"截至{as_of}库中无{year}年数", f"the store has no figure of {year} by {as_of}"))
    elif is_eps:
        shares = actuals.total_shares(one.security, year, found.published)
        if shares is None:
            reasons.append(Text(f"库中无{year}年末股本", f"the store has no share count of the end of {year}"))
        else:
            actual = found.value / shares / scale
            reasons.append(
                Text("实际每股收益＝归母净利润/年末总股本", "actual EPS = attributable profit / year-end shares")
            )
    else:
        actual = found.value / scale
    if is_eps:
        factor = actuals.factor(one.security, one.published, date(year, 12, 31))
        forecast /= factor
        if factor != 1.0:
            reasons.append(Text(f"预测已除以股本系数{factor:g}", f"forecast divided by the share factor {factor:g}"))
        elif not actuals.has_actions:
            reasons.append(
                Text("库中无送转拆股数据，预测未作股本调整", "the store knows no splits: not adjusted for them")
            )
    error = None
    if actual is not None and actual > 0:
        error = forecast / actual - 1.0
    elif actual is not None:
        reasons.append(Text("实际值非正，误差无意义", "the actual is not positive: no meaningful error"))
    return EstimateRow(
        one.id, one.security, one.analyst, sector, one.published, estimate.measure, estimate.period,
        year - one.published.year, forecast, estimate.unit, actual,
        found.published if found and actual is not None else None, error,
        Text("；".join(text.zh for text in reasons), "; ".join(text.en for text in reasons)),
    )  # fmt: skip


def estimate_errors(rows: Sequence[EstimateRow]) -> tuple[EstimateErrorRow, ...]:
    """Return errors by measure and by analyst, sector, years ahead and forecast year, and of all together."""
    keys: dict[str, Callable[[EstimateRow], str]] = {
        "all": lambda row: "all",
        "analyst": lambda row: row.analyst or "(not stated)",
        "sector": lambda row: row.sector or "(not stated)",
        "years ahead": lambda row: str(row.years_ahead),
        "year": lambda row: row.period.removesuffix("E"),
    }
    made = []
    for by, key in keys.items():
        for measure, group in sorted({(row.measure, key(row)) for row in rows}):
            of = [row for row in rows if (row.measure, key(row)) == (measure, group)]
            made.append(_errors(measure, by, group, of))
    return tuple(made)


def _errors(measure: str, by: str, group: str, of: Sequence[EstimateRow]) -> EstimateErrorRow:
    known = [row for row in of if row.error is not None]
    errors = np.array([row.error for row in known], dtype=np.float64)
    units = {row.unit for row in known}
    both = len(units) == 1
    few = Text(
        f"样本太少，不足以下结论：{len(known)}个（至少需{CALLS_NEEDED}个）",
        f"too few to say anything: {len(known)} (at least {CALLS_NEEDED} are needed)",
    )
    return EstimateErrorRow(
        measure,
        by,
        group,
        len(known),
        float(errors.mean()) if known else None,
        float(np.median(errors)) if known else None,
        float(np.abs(errors).mean()) if known else None,
        float(np.percentile(errors, 25)) if known else None,
        float(np.percentile(errors, 75)) if known else None,
        float(np.median([row.forecast for row in known])) if both else None,
        float(np.median([row.actual for row in known if row.actual is not None])) if both else None,
        units.pop() if both else "",
        few if len(known) < CALLS_NEEDED else None,
    )


def revision_rows(calls: Iterable[Recommendation], actuals: Actuals) -> tuple[RevisionRow, ...]:
    """Which forecasts did later calls on the same security change, and by how much?

    change = after / before - 1 where before is positive; an earlier EPS is divided by the share factor between the two.
    Only forecasts of one measure, period and unit are compared; one that stayed as it was is not a revision.
    """
    before: dict[tuple[str, str, str, str], tuple[Recommendation, float]] = {}
    made = []
    for one in sorted(calls, key=lambda call: (call.published, call.id)):
        for estimate in one.estimates:
            key = (one.security, estimate.measure, estimate.period, estimate.unit)
            after = float(estimate.value)
            if key in before:
                earlier, value = before[key]
                if estimate.measure == "eps":
                    value /= actuals.factor(one.security, earlier.published, one.published)
                if value != after:
                    change = after / value - 1.0 if value > 0 else None
                    made.append(
                        RevisionRow(
                            one.security, estimate.measure, estimate.period, one.published, earlier.published,
                            value, after, estimate.unit, change,
                        )
                    )  # fmt: skip
            before[key] = (one, after)
    return tuple(made)
