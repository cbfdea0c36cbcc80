"""Scores of a made-up market against the same figures worked out in plain pandas, call by call, and laws that hold."""

from __future__ import annotations

import datetime as dt
import itertools
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rating.score_market import AS_OF, INDEX, POLICY, SCALE, call, market, weekdays
from yanbao.rating.by_month import mean_by_month
from yanbao.rating.recommendation import Recommendation
from yanbao.rating.score import OWN, ScoreOptions, score
from yanbao.rating.tables import CallRow, Entry, Grid, Scorecard
from yanbao.sector.market import Market

D = dt.date
CODES = tuple(f"6000{at:02d}.SH" for at in range(12))
DAYS = weekdays(D(2023, 6, 1), AS_OF)
HORIZONS = (OWN, 1, 3, 12)


@cache
def made(grid: str, factor: float = 1.0) -> tuple[pd.DataFrame, pd.Series]:
    """Closes of twelve shares that wander, with days lost and stretches without trading, and an index."""
    rng = np.random.default_rng(7)
    wander = np.exp(np.cumsum(rng.normal(0.0003, 0.02, (len(DAYS), len(CODES))), axis=0)) * 10
    wander[rng.random(wander.shape) < 0.03] = np.nan
    wander[200:260, 3] = np.nan
    wander[400:, 5] = np.nan
    index = pd.Series(4000 * np.exp(np.cumsum(rng.normal(0, 0.01, len(DAYS)))), index=pd.DatetimeIndex(DAYS))
    frame = pd.DataFrame(wander * factor, index=index.index, columns=list(CODES))
    if grid == "month-end":
        last = frame.groupby(frame.index.to_period("M")).apply(lambda month: month.index[-1])
        frame = frame.loc[last]
    return frame, index


@cache
def world(grid: str, factor: float = 1.0) -> Market:
    frame, index = made(grid, factor)
    closes = {code: {day.date(): v for day, v in frame[code].dropna().items()} for code in CODES}  # type: ignore[attr-defined]
    return market(closes, {day.date(): value for day, value in index.items()})  # type: ignore[attr-defined]


def some_calls() -> list[Recommendation]:
    rng = np.random.default_rng(11)
    first, last = D(2023, 9, 1).toordinal(), D(2025, 5, 1).toordinal()
    return [
        call(
            CODES[int(rng.integers(len(CODES)))],
            D.fromordinal(int(rng.integers(first, last))),
            SCALE.names[int(rng.integers(5))],
            id=f"C{at:05d}",
            horizon=int(rng.choice([3, 6])),
            analyst="甲乙丙"[at % 3],
        )
        for at in range(160)
    ]


@cache
def scored(grid: Grid, entry: Entry, factor: float = 1.0) -> Scorecard:
    options = ScoreOptions(entry=entry, horizons=HORIZONS, by="analyst", grid=grid, draws=300)
    return score(some_calls(), world(grid, factor), options)


def expected(grid: str, entry: str, one: Recommendation, months: int) -> dict[str, Any] | None:
    """Entry, stock, index and relative return of a call in pandas; nothing where it has no outcome."""
    frame, index = made(grid)
    days = frame.index
    published = pd.Timestamp(one.published)
    allowed = days[days >= published] if entry == "same" else days[days > published]
    line = frame[one.security].dropna()
    bought = line[line.index.isin(allowed)]
    if grid == "day":
        nominal = published + pd.DateOffset(months=months)
        end = days[days <= nominal][-1]
    else:
        nominal = (allowed[0].to_period("M") + months).to_timestamp("M").normalize()
        end = days[days.to_period("M") <= nominal.to_period("M")][-1]
    if nominal > days[-1] or not len(bought) or bought.index[0] >= end:
        return None
    begin = bought.index[0]
    if not len(line[line.index >= end]):  # closes end before the horizon, and nobody knows why
        return None
    close = line[line.index <= end].iloc[-1]
    path = line[(line.index > begin) & (line.index <= end)] / line[begin] - 1
    path = path - (index[path.index] / index[begin] - 1)
    return {
        "entry": begin.date(),
        "end": end.date(),
        "stock": close / line[begin] - 1,
        "index": index[end] / index[begin] - 1,
        "best": path.max(),
        "worst": path.min(),
    }


GRIDS: tuple[Grid, ...] = ("day", "month-end")


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("entry", ["same", "next"])
def test_each_call_at_each_horizon(grid: Grid, entry: Entry) -> None:
    calls = {one.id: one for one in some_calls()}
    rows = scored(grid, entry).calls
    assert len(rows) == len(calls) * len(HORIZONS)
    with_outcome = 0
    for row in rows:
        want = expected(grid, entry, calls[row.id], row.horizon)
        if want is None:
            assert row.relative_return is None, row
            assert row.status in ("open", "no price"), row
            continue
        with_outcome += 1
        assert (row.entry_day, row.horizon_day) == (want["entry"], want["end"]), row
        assert row.stock_return == pytest.approx(want["stock"], abs=1e-12)
        assert row.benchmark_return == pytest.approx(want["index"], abs=1e-12)
        relative = want["stock"] - want["index"]
        assert row.relative_return == pytest.approx(relative, abs=2e-12)
        if not np.isnan(want["best"]):
            assert (row.best, row.worst) == (pytest.approx(want["best"]), pytest.approx(want["worst"]))
        assert row.realised == pandas_class(relative)
        assert row.hit is pandas_hit(row.rating, float(relative))
    assert with_outcome > 350


def pandas_class(relative: float) -> str:
    """The class by thresholds typed here, not by the policy's own reader."""
    worst_first = list(reversed(POLICY.split("; ")))
    names = [part.rstrip("0123456789.,-[]()<> ") for part in worst_first]
    if relative < -0.20:
        return names[0]
    if relative < -0.10:
        return names[1]
    if relative <= 0.10:
        return names[2]
    return names[3] if relative <= 0.20 else names[4]


def pandas_hit(rating: str, relative: float) -> bool:
    return {
        "买入": relative > 0.20,
        "持有": relative > 0.10,
        "中性": -0.10 <= relative <= 0.10,
        "回避": relative < -0.10,
        "卖出": relative < -0.20,
    }[rating]


@pytest.mark.parametrize("grid", GRIDS)
def test_groups_counts_means_and_base_rates(grid: Grid) -> None:
    calls = {one.id: one for one in some_calls()}
    card = scored(grid, "next")
    for group, horizon in itertools.product(("all", *"甲乙丙"), HORIZONS):
        label = "own" if horizon == OWN else str(horizon)
        (row,) = [one for one in card.scores if (one.group, one.horizon) == (group, label)]
        own = [
            one
            for one in card.calls
            if one.own == (horizon == OWN)
            and (horizon in (OWN, one.horizon))
            and (group == "all" or calls[one.id].analyst == group)
        ]
        done = [one for one in own if one.relative_return is not None]
        assert (row.calls, row.n, row.hits) == (len(own), len(done), sum(bool(one.hit) for one in done))
        assert row.n + row.open + row.missing == row.calls
        relative = pd.Series([one.relative_return for one in done])
        assert row.mean == pytest.approx(relative.mean())
        assert row.median == pytest.approx(relative.median())
        rates, means = zip(*(base(grid, one) for one in done), strict=True)
        assert row.base_rate == pytest.approx(float(np.mean(rates)))
        assert row.universe_mean == pytest.approx(float(np.mean(means)))
        assert row.random_low is not None
        assert row.random_high is not None
        assert row.random_low <= row.base_rate <= row.random_high
        # a bernoulli draw for each call: the interval is that of a sum with these chances, within the noise of draws
        spread = float(np.sqrt(sum(rate * (1 - rate) for rate in rates))) / len(rates)
        assert row.random_high - row.random_low == pytest.approx(2 * 1.96 * spread, rel=0.25, abs=1.2 / len(rates))


def base(grid: str, row: CallRow) -> tuple[float, float]:
    """Share of all shares with a close on the day of entry that would have been a hit, and their mean relative return."""
    found = everybody(grid, row.entry_day, row.horizon_day)
    return float(np.mean([pandas_hit(row.rating, one) for one in found])), float(np.mean(found))


@cache
def everybody(grid: str, entry: D | None, until: D | None) -> list[float]:
    frame, index = made(grid)
    begin, end = pd.Timestamp(entry), pd.Timestamp(until)
    found = []
    for code in frame.columns:
        line = frame[code].dropna()
        if begin in line.index and len(line[line.index >= end]):
            stock = line[line.index <= end].iloc[-1] / line[begin] - 1
            found.append(float(stock - (index[end] / index[begin] - 1)))
    return found


def test_the_error_of_a_mean_is_clustered_by_month_and_lets_overlapping_months_move_together() -> None:
    rng = np.random.default_rng(3)
    months = np.sort(rng.integers(600, 624, 90))
    values = rng.normal(size=90) + (months % 5) / 5
    frame = pd.DataFrame({"month": months, "value": values})
    apart = (frame["value"] - frame["value"].mean()).groupby(frame["month"]).sum()
    apart = apart.reindex(range(months.min(), months.max() + 1), fill_value=0.0)
    clusters = frame["month"].nunique()
    for length in (1, 3):
        total = (apart**2).sum()
        for lag in range(1, length):
            total += 2 * (1 - lag / length) * (apart * apart.shift(lag)).sum()
        want = np.sqrt(total * clusters / (clusters - 1)) / 90
        found = mean_by_month(values, months, length, 1)
        assert found.error == pytest.approx(want)
        assert (found.n, found.months, found.windows) == (90, clusters, clusters / length)
        assert found.low is not None
        assert found.high is not None
        assert found.mean is not None
        # a normal interval of the same error, roughly: 24 months
        assert (found.high - found.low) / (2 * 1.96 * want) == pytest.approx(1, abs=0.35)
        assert found.low < found.mean < found.high
    assert mean_by_month(values, months, 1, 1).warning is None
    assert mean_by_month(values, months, 3, 1).warning is not None  # at most eight stretches of three months
    assert mean_by_month(values[:29], months[:29], 1, 1).warning is not None
    lone = mean_by_month(np.array([0.1, 0.3]), np.array([5, 5]), 1, 1)
    assert (lone.mean, lone.error, lone.low) == (pytest.approx(0.2), None, None)


def test_quartiles_of_paths() -> None:
    card = scored("day", "next")
    lines = pd.DataFrame([one.relative for one in card.call_paths], dtype=float)
    for row in card.paths:
        values = lines[row.month].dropna()
        assert row.n == len(values)
        assert (row.lower, row.median, row.upper) == pytest.approx(tuple(values.quantile([0.25, 0.5, 0.75])))
    by_id = {(one.id, one.horizon): one.relative_return for one in card.calls if not one.own}
    for one in card.call_paths:
        for month in (1, 3, 12):
            assert one.relative[month] == by_id[one.id, month]


def test_prices_of_another_scale_change_nothing() -> None:
    plain, scaled = scored("day", "next"), scored("day", "next", 0.125)
    assert [row.record() for row in scaled.calls] == [row.record() for row in plain.calls]
    assert scaled.scores == plain.scores


@settings(max_examples=8, deadline=None)
@given(st.permutations(range(160)))
def test_calls_in_another_order_give_the_same_rows(order: list[int]) -> None:
    calls = some_calls()
    options = ScoreOptions(entry="next", horizons=HORIZONS, by="analyst", grid="month-end", draws=300)
    found = score([calls[at] for at in order], world("month-end"), options)
    want = scored("month-end", "next")
    assert sorted(found.calls, key=lambda row: row.id) == sorted(want.calls, key=lambda row: row.id)
    for one, other in zip(found.scores, want.scores, strict=True):
        assert (one.group, one.horizon, one.n, one.hits) == (other.group, other.horizon, other.n, other.hits)
        for name in ("mean", "standard_error", "low", "base_rate", "random_low", "random_high", "random_mean_low"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9)


@settings(max_examples=200)
@given(st.floats(-2, 2), st.floats(-2, 2))
def test_a_higher_return_never_spoils_a_buy_nor_helps_a_sell(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert SCALE.hit("买入", high) >= SCALE.hit("买入", low)
    assert SCALE.hit("持有", high) >= SCALE.hit("持有", low)
    assert SCALE.hit("回避", high) <= SCALE.hit("回避", low)
    assert SCALE.hit("卖出", high) <= SCALE.hit("卖出", low)


@settings(max_examples=200)
@given(st.lists(st.floats(-2, 3), min_size=1, max_size=30), st.sampled_from(SCALE.names))
def test_classes_of_arrays_are_those_of_the_policy(returns: list[float], rating: str) -> None:
    from yanbao.rating.outcome import classes, hits

    found = classes(SCALE, np.array(returns))
    assert [SCALE.names[at] for at in found] == [SCALE.classify(one) for one in returns]
    assert [bool(at) for at in hits(SCALE, rating, found)] == [SCALE.hit(rating, one) for one in returns]


def test_every_kind_of_status_was_among_them() -> None:
    assert {row.status for row in scored("day", "same").calls} >= {"closed", "open", "no price", "suspended"}
    assert scored("day", "same").benchmark == INDEX
