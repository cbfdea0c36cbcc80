"""Score calls on the prices of a store: everything `yanbao track` and the exhibits of a report show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from yanbao.errors import ExhibitError
from yanbao.rating.closes import Closes, Floats, Ints, day_of, number, read_closes
from yanbao.rating.forecasts import NO_ACTUALS, estimate_errors, estimate_rows, read_actuals, revision_rows
from yanbao.rating.outcome import OWN, Outcomes, enter, outcomes
from yanbao.rating.paths import paths, relative_by_month
from yanbao.rating.policy import Scope
from yanbao.rating.portfolio import basket
from yanbao.rating.recommendation import Recommendation
from yanbao.rating.scoreboard import ALL, scoreboard
from yanbao.rating.tables import By, CalibrationRow, CallRow, Entry, Grid, Scorecard, TimelineRow
from yanbao.rating.targets import SCALE_NOTES, target_rows
from yanbao.rating.track_notes import PUBLISHED_RATES, notes
from yanbao.rating.universe_returns import Members, UniverseReturns, company_members, known_levels, sector_members
from yanbao.sector.exhibit import Text, fetch
from yanbao.sector.find import find_sector
from yanbao.sector.performance import sector_series
from yanbao.sector.prices import Adjustment

if TYPE_CHECKING:
    from yanbao.sector.market import Market

EQUAL_WEIGHT: Final = "equal-weight"  # as a benchmark: the universe, bought in equal parts at a call's entry and held
HORIZONS: Final = (OWN, 1, 3, 6, 12)
Step = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class ScoreOptions:
    """How calls are scored; everything that changes a figure, each printed in the notes.

    `horizons` are months, OWN (0) what a call names itself. `benchmark` takes the place of the calls' own: the code of
    an index, or `equal-weight`. `sector` narrows the universe of base rates. More than `late_after`
    trading days make a late start. `cost` is a fraction of what is bought or sold.
    """

    entry: Entry = "next"
    horizons: tuple[int, ...] = HORIZONS
    benchmark: str | None = None
    sector: str | None = None
    boards: tuple[str, ...] = ()
    grid: Grid | None = None
    adjustment: Adjustment | None = None
    by: By = "all"
    late_after: int = 5
    cost: float = 0.001
    draws: int = 1000
    seed: int = 20240628


def score(
    calls: Sequence[Recommendation],
    market: Market,
    options: ScoreOptions | None = None,
    said: Sequence[Text] = (),
    step: Step = lambda step: None,
) -> Scorecard:
    """How did the calls do, as known on the market's as-of day?

    Only what was published by that day is read: calls, prices, statements. `said` are notes on where the calls come
    from. A call without an outcome stays in every table with its status and the reason.

    Raises:
        ExhibitError: no call published by the day, a benchmark without levels, no prices, an unknown sector.
    """
    options = options or ScoreOptions()
    known = [_of_index(market, one) for one in calls if one.published <= market.as_of]
    if not known:
        raise ExhibitError(f"no call was published by {market.as_of}\n    hint: {len(calls)} calls are later")
    step("reading closes")
    universes_of = _members(market, known, options)
    closes = _closes(market, known, universes_of, options)
    universes = {scope: UniverseReturns(members, closes) for scope, members in universes_of.items()}
    levels = {
        code: known_levels(market, code, closes)
        for code in sorted({options.benchmark or one.benchmark for one in known} - {EQUAL_WEIGHT})
    }
    until = _until(closes, levels)
    step("valuing calls")
    entered = enter(known, closes, options.entry, until, options.late_after)
    start = np.where(entered.at >= 0, entered.at, entered.wanted)  # of a call without a close: where it would begin
    growth = _growth(known, options, levels, universes, start, len(closes.days))
    found = outcomes(known, closes, *growth, entered, options.horizons, until, _suspended(market, known))
    sectors = _sectors(market) if options.by == "sector" or any(one.estimates for one in known) else {}
    groups = _groups(known, options.by, sectors)
    step("base rates and random picks")
    scores = scoreboard(found, groups, universes, options.seed, options.draws)
    own = options.horizons.index(OWN) if OWN in options.horizons else len(options.horizons) - 1
    step("paths, targets, forecasts, basket")
    longest = max(found.months(one, horizon) for one in known for horizon in options.horizons)
    lines, each = paths(found, relative_by_month(found, longest))
    with_estimates = [one for one in known if one.estimates]
    actuals = read_actuals(market, [one.security for one in with_estimates]) if with_estimates else NO_ACTUALS
    estimates = estimate_rows(with_estimates, actuals, lambda one: _sector_of(sectors, one), market.as_of)
    targets = target_rows(found)
    later = len(calls) - len(known)
    return Scorecard(
        as_of=market.as_of,
        entry=options.entry,
        grid=closes.grid,
        benchmark=options.benchmark or ", ".join(sorted({one.benchmark for one in known})),
        by=options.by,
        calls=tuple(_call_rows(found, groups)),
        scores=scores,
        paths=lines,
        call_paths=each,
        calibration=calibration(found, own),
        timeline=tuple(_timeline(found, own)),
        targets=targets,
        estimates=estimates,
        estimate_errors=estimate_errors(estimates),
        revisions=revision_rows(with_estimates, actuals),
        portfolio=basket(found, own, _portfolio_growth(found, options, levels, universes), options.cost),
        published_rates=PUBLISHED_RATES,
        notes=(
            *said,
            *notes(found, universes, options.entry, options.late_after, options.draws, options.cost, later),
            *((SCALE_NOTES[closes.adjustment],) if targets else ()),
        ),
    )


def calibration(found: Outcomes, column: int) -> tuple[CalibrationRow, ...]:
    """Of the calls with each rating, how many came out in which class? Every class of a policy has a row, 0 or not."""
    counts: dict[tuple[Scope, str, str], dict[str, int]] = {}
    for at, one in enumerate(found.recommendations):
        own = counts.setdefault((one.scope, str(one.scale), one.rating), dict.fromkeys(one.scale.names, 0))
        place = int(found.realised[at, column])
        if place >= 0:
            own[one.scale.names[place]] += 1
    order = {(one.scope, str(one.scale), one.rating): one.scale.place(one.rating) for one in found.recommendations}
    rows = []
    for key in sorted(counts, key=lambda key: (key[0], key[1], order[key])):
        total = sum(counts[key].values())
        rows += [CalibrationRow(key[0], key[2], name, n, n / total) for name, n in counts[key].items() if total]
    return tuple(rows)


def _of_index(market: Market, one: Recommendation) -> Recommendation:
    """Return a call on a sector, which names it by a name or a code, as one on the sector's index."""
    if one.scope != "sector":
        return one
    series = market.kept(("series", one.security), lambda: sector_series(market, one.security, None, None))
    return replace(one, security=series.code, name=one.name or series.name)


def _members(market: Market, calls: Sequence[Recommendation], options: ScoreOptions) -> dict[str, Members]:
    made: dict[str, Members] = {}
    scopes = {one.scope for one in calls}
    if "company" in scopes:
        sector = find_sector(market, options.sector) if options.sector else None
        made["company"] = company_members(market, sector, options.boards)
    if "sector" in scopes:
        made["sector"] = sector_members(market)
    return made


def _closes(
    market: Market, calls: Sequence[Recommendation], members: dict[str, Members], options: ScoreOptions
) -> Closes:
    first = min(min(one.published, one.price_day or one.published) for one in calls)
    sectors = [one.security for one in calls if one.scope == "sector"]
    return read_closes(
        market,
        [one.security for one in calls if one.scope == "company"],
        members["company"].codes if "company" in members else [],
        [*sectors, *members["sector"].codes] if sectors else [],
        first,
        adjustment=options.adjustment,
        grid=options.grid,
    )


def _until(closes: Closes, levels: dict[str, Floats]) -> int:
    """Return the place of the last day on which there are closes and levels of every benchmark; -1 if there is none."""
    there = [~np.isnan(closes.close).all(axis=0)] if closes.close.size else []
    lasts = [np.flatnonzero(flags) for flags in (*there, *(~np.isnan(level) for level in levels.values()))]
    return min((int(last[-1]) if len(last) else -1 for last in lasts), default=-1)


def _growth(
    calls: Sequence[Recommendation],
    options: ScoreOptions,
    levels: dict[str, Floats],
    universes: dict[str, UniverseReturns],
    at: Ints,
    days: int,
) -> tuple[Floats, Ints]:
    """Return the benchmarks by day of the grid, and which is each call's; of equal weights 1 at the entry.

    Equal weights have a line for each entry day: the universe of that day, bought in equal parts and held.
    """
    lines: list[Floats] = []
    place: dict[tuple[str, int], int] = {}
    made = []
    for one, start in zip(calls, at.tolist(), strict=True):
        code = options.benchmark or one.benchmark
        key = (one.scope, start) if code == EQUAL_WEIGHT else (code, 0)
        if key not in place:
            place[key] = len(lines)
            line = np.full(days, np.nan)
            if code != EQUAL_WEIGHT:
                line = levels[code]
            elif start < days:
                line[start:] = 1.0 + universes[one.scope].mean(start)
            lines.append(line)
        made.append(place[key])
    return np.stack(lines), np.array(made, np.int64)


def _portfolio_growth(
    found: Outcomes, options: ScoreOptions, levels: dict[str, Floats], universes: dict[str, UniverseReturns]
) -> Floats:
    """Return the benchmark of the basket: the most frequent index, or the universe set anew at each day of the grid."""
    codes = [options.benchmark or one.benchmark for one in found.recommendations if one.scope == "company"]
    days = len(found.closes.days)
    if not codes:
        return np.full(days, np.nan)
    code = max(sorted(set(codes)), key=codes.count)
    if code != EQUAL_WEIGHT:
        return levels[code]
    line = np.ones(days)
    for at in range(days - 1):
        returns = universes["company"].returns(at, at + 1)
        line[at + 1] = line[at] * (1.0 + returns.mean()) if len(returns) else np.nan
    return line


def _suspended(market: Market, calls: Sequence[Recommendation]) -> dict[str, list[tuple[int, int]]]:
    table = market.table("trading_status")
    wanted = {one.security for one in calls}
    found: dict[str, list[tuple[int, int]]] = {}
    for row in fetch(table.filter(table.state == "suspended").select("code", "entry", "exit").order_by("entry")):
        if row["code"] in wanted:
            end = market.as_of.toordinal() if row["exit"] is None else number(row["exit"])
            found.setdefault(row["code"], []).append((number(row["entry"]), end))
    return found


def _sectors(market: Market) -> dict[str, list[tuple[int, int, str]]]:
    """Return the level-1 groups of each company over time: first day, first day no longer, name."""
    from yanbao.sector.universe import Universe, groups, member_intervals

    rows = member_intervals(market, Universe())
    named = rows.join(groups(market, market.home.classification, 1), ["scheme", "industry"])
    found: dict[str, list[tuple[int, int, str]]] = {}
    for row in fetch(named.select("code", "known_from", "known_to", "group_name").order_by("code", "known_from")):
        found.setdefault(row["code"], []).append(
            (number(row["known_from"]), number(row["known_to"]), row["group_name"])
        )
    return found


def _sector_of(sectors: dict[str, list[tuple[int, int, str]]], one: Recommendation) -> str:
    if one.scope == "sector":
        return one.name or one.security
    day = number(one.published)
    return next((name for begin, end, name in sectors.get(one.security, ()) if begin <= day < end), "")


def _groups(calls: Sequence[Recommendation], by: By, sectors: dict[str, list[tuple[int, int, str]]]) -> list[str]:
    keys: dict[By, Callable[[Recommendation], str]] = {
        "all": lambda one: ALL,
        "rating": lambda one: one.rating,
        "analyst": lambda one: one.analyst,
        "broker": lambda one: one.broker,
        "year": lambda one: str(one.year),
        "sector": lambda one: _sector_of(sectors, one),
        "security": lambda one: one.security,
    }
    return [keys[by](one) or "(not stated)" for one in calls]


def _call_rows(found: Outcomes, groups: Sequence[str]) -> list[CallRow]:
    rows = []
    for at, one in enumerate(found.recommendations):
        start = int(found.entered.at[at])
        for column, horizon in enumerate(found.horizons):
            hit, realised = int(found.hits[at, column]), int(found.realised[at, column])
            rows.append(
                CallRow(
                    id=one.id,
                    security=one.security,
                    name=one.name,
                    scope=one.scope,
                    rating=one.rating,
                    group=groups[at],
                    published=one.published,
                    price=one.price,
                    horizon=found.months(one, horizon),
                    own=horizon == OWN,
                    entry_day=found.closes.day(start),
                    horizon_day=day_of(found.end_day[at, column]),
                    entry_close=float(found.closes.close[found.entered.row[at], start]) if start >= 0 else None,
                    stock_return=_number(found.stock[at, column]),
                    benchmark_return=_number(found.benchmark[at, column]),
                    relative_return=_number(found.relative[at, column]),
                    so_far=_number(found.so_far[at, column]),
                    best=_number(found.best[at, column]),
                    worst=_number(found.worst[at, column]),
                    realised=one.scale.names[realised] if realised >= 0 else None,
                    hit=bool(hit) if hit >= 0 else None,
                    status=found.status[at][column],
                    reason=found.reason[at][column],
                )
            )
    return rows


def _timeline(found: Outcomes, column: int) -> list[TimelineRow]:
    rows = []
    for at, one in enumerate(found.recommendations):
        hit, realised = int(found.hits[at, column]), int(found.realised[at, column])
        rows.append(
            TimelineRow(
                one.id, one.security, one.name, one.scope, one.rating, one.published, one.price, one.target,
                day_of(found.end_day[at, column]), one.fate, one.fate_day, _number(found.relative[at, column]),
                one.scale.names[realised] if realised >= 0 else None, bool(hit) if hit >= 0 else None,
                found.status[at][column],
            )
        )  # fmt: skip
    return rows


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
