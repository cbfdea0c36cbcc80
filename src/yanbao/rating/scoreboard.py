"""The scorecard: calls by group and horizon, beside what chance would have given and how sure it all is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from yanbao.rating.by_month import mean_by_month
from yanbao.rating.chance import Chance
from yanbao.rating.closes import Floats, Ints
from yanbao.rating.outcome import OWN, Outcomes, entry_months
from yanbao.rating.tables import ScoreRow
from yanbao.rating.universe_returns import UniverseReturns

ALL = "all"


def scoreboard(
    found: Outcomes, groups: Sequence[str], universes: dict[str, UniverseReturns], seed: int, draws: int
) -> tuple[ScoreRow, ...]:
    """How often were the calls right, at each horizon, by group and all together?

    `groups` names the group of each call. Rows: all calls first, then each group in its order, for every horizon.
    """
    names = [ALL, *sorted(set(groups) - {ALL})]
    months = entry_months(found)
    label = np.array(groups, dtype=object)
    rows: dict[str, list[ScoreRow]] = {name: [] for name in names}
    for column, horizon in enumerate(found.horizons):
        chance = Chance(found, column, universes, seed, draws)
        has = ~np.isnan(found.relative[:, column])
        members = [np.arange(len(groups)) if name == ALL else np.flatnonzero(label == name) for name in names]
        inside = [of[has[of]] for of in members]
        # drawn apart from the groups, so that the row of all calls is the same whatever they are grouped by
        random = [*chance.random(inside[:1]), *(chance.random(inside[1:]) if len(names) > 1 else [])]
        for name, of, interval in zip(names, members, random, strict=True):
            rows[name].append(_row(found, column, horizon, name, of, months, chance, interval, seed))
    return tuple(row for name in names for row in rows[name])


def _row(
    found: Outcomes,
    column: int,
    horizon: int,
    group: str,
    members: Ints,
    months: Ints,
    chance: Chance,
    interval: tuple[float, float, float, float] | None,
    seed: int,
) -> ScoreRow:
    relative = found.relative[members, column]
    has = ~np.isnan(relative)
    scored = members[has]
    length = _length(found, members, horizon)
    hit = found.hits[scored, column].astype(np.float64)
    rate = mean_by_month(hit, months[scored], length, seed)
    mean = mean_by_month(relative[has], months[scored], length, seed)
    status = Counter(found.status[at][column] for at in members)
    share, universe = chance.rates
    lost = np.array([at for at in members if found.status[at][column] == "no price"], np.int64)
    hit_bounds, mean_bounds = _bounds(found, column, hit, relative[has], lost)
    return ScoreRow(
        group=group,
        horizon="own" if horizon == OWN else str(horizon),
        calls=len(members),
        n=len(scored),
        months=rate.months,
        windows=rate.windows,
        open=status["open"],
        missing=status["no price"],
        late=int(found.entered.late[scored].sum()) + _unreached(found, members, column),
        suspended=status["suspended"],
        delisted=status["delisted"],
        hits=int(hit.sum()),
        hit_rate=rate.mean,
        hit_error=rate.error,
        hit_low=rate.low,
        hit_high=rate.high,
        base_rate=_mean(share[scored]),
        random_low=interval and interval[0],
        random_high=interval and interval[1],
        mean=mean.mean,
        median=float(np.median(relative[has])) if len(scored) else None,
        standard_error=mean.error,
        low=mean.low,
        high=mean.high,
        universe_mean=_mean(universe[scored]),
        random_mean_low=interval and interval[2],
        random_mean_high=interval and interval[3],
        hit_rate_if_lost=hit_bounds[0],
        hit_rate_if_benchmark=hit_bounds[1],
        mean_if_lost=mean_bounds[0],
        mean_if_benchmark=mean_bounds[1],
        warning=rate.warning,
    )


def _bounds(
    found: Outcomes, column: int, hit: Floats, relative: Floats, lost: Ints
) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    """Return hit rate and mean relative return, each with the calls without a price at -100 % and at the benchmark."""
    start, end = found.entered.wanted[lost], found.end[lost, column]
    of = found.growth_of[lost]
    benchmark = found.growth[of, end] / found.growth[of, start] - 1.0
    total = len(hit) + len(lost)
    if not total or np.isnan(benchmark).any():
        return (None, None), (None, None)
    rates: list[float | None] = []
    means: list[float | None] = []
    for assumed in (-1.0 - benchmark, np.zeros(len(lost))):
        right = sum(
            one.scale.hit(one.rating, float(value))
            for one, value in zip((found.recommendations[at] for at in lost), assumed, strict=True)
        )
        rates.append((float(hit.sum()) + right) / total)
        means.append((float(relative.sum()) + float(assumed.sum())) / total)
    return (rates[0], rates[1]), (means[0], means[1])


def _length(found: Outcomes, members: Ints, horizon: int) -> int:
    """Return the months of a horizon; of own horizons the longest."""
    if horizon != OWN:
        return horizon
    return max((found.recommendations[at].horizon for at in members), default=1)


def _unreached(found: Outcomes, members: Ints, column: int) -> int:
    """Count the calls whose first possible entry was not before their end."""
    return sum(found.status[at][column] == "late start" and not found.entered.late[at] for at in members)


def _mean(values: Floats) -> float | None:
    """Return the mean, or nothing where a value is missing or there is none."""
    return None if not len(values) or np.isnan(values).any() else float(values.mean())
