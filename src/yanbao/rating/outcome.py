"""What became of each call: entered when, worth what at each horizon, a hit or not, and if nothing can be said, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from yanbao.rating.closes import FAR, Closes, Flags, Floats, Ints, day_of, first_of, month_number, months_after, number
from yanbao.rating.policy import Scale
from yanbao.rating.recommendation import Recommendation
from yanbao.rating.tables import Entry, Status
from yanbao.sector.exhibit import Text

OWN: Final = 0  # the horizon that a call names itself
DECIMALS: Final = 12  # of a return: 11 / 10 - 1 is 10 %, not a bit more, and lies in the band up to 10 %


@dataclass(frozen=True)
class Entered:
    """Where calls were entered: places in `closes.days`, -1 where there is none."""

    row: Ints  # of `closes`
    wanted: Ints  # the first day of the grid that the entry rule allows; len(days): none yet
    at: Ints  # the first close on that day or later
    late: Flags
    monthly: Flags  # on month ends alone


@dataclass(frozen=True)
class Outcomes:
    """All calls at all horizons: arrays of calls x horizons, NaN where there is no outcome."""

    recommendations: tuple[Recommendation, ...]
    horizons: tuple[int, ...]  # months, or OWN
    closes: Closes
    growth: Floats  # benchmarks x days of the grid, each to any base
    growth_of: Ints  # the row of `growth` that is each call's benchmark
    entered: Entered
    until: int  # the last day of the grid on which everything is known
    end: Ints  # place of the horizon in `closes.days`, -1 where it is not known yet
    end_day: Ints  # its day, since 1970-01-01
    stock: Floats
    benchmark: Floats
    relative: Floats
    so_far: Floats
    best: Floats
    worst: Floats
    status: tuple[tuple[Status, ...], ...]
    reason: tuple[tuple[Text, ...], ...]

    @cached_property
    def realised(self) -> Ints:
        """The place of the realised class in the call's scale, -1 without an outcome."""
        found = np.full(self.relative.shape, -1)
        for scale, of in _by_scale(self.recommendations).items():
            found[of] = classes(scale, self.relative[of])
        return found

    @cached_property
    def hits(self) -> Ints:
        """1 a hit, 0 a miss, -1 without an outcome."""
        found = np.full(self.relative.shape, -1)
        of: dict[tuple[Scale, str], list[int]] = {}
        for at, one in enumerate(self.recommendations):
            of.setdefault((one.scale, one.rating), []).append(at)
        for (scale, rating), places in of.items():
            found[places] = hits(scale, rating, self.realised[places])
        return found

    def months(self, one: Recommendation, horizon: int) -> int:
        """Return a horizon in months."""
        return one.horizon if horizon == OWN else horizon


def classes(scale: Scale, relative: Floats) -> Ints:
    """Return the place of the class that each relative return falls into, -1 for NaN; bounds as the scale prints them.

    >>> classes(Scale.parse("买入>20; 中性[-10,20]; 卖出<-10"), np.array([0.2, 0.2001, -0.1, np.nan]))
    array([ 1,  0,  1, -1])
    """
    found = np.full(relative.shape, -1)
    for at, grade in enumerate(scale.grades):
        fits = ~np.isnan(relative)
        if grade.low is not None:
            low = float(grade.low.scaleb(-2))
            fits &= (relative >= low) if grade.low_in else (relative > low)
        if grade.high is not None:
            high = float(grade.high.scaleb(-2))
            fits &= (relative <= high) if grade.high_in else (relative < high)
        found[fits] = at
    return found


def hits(scale: Scale, rating: str, realised: Ints) -> Ints:
    """Return 1 for a hit, 0 for a miss, -1 without an outcome, of calls of one rating.

    Hit (definitions, Ratings): realised class at least as good as rated above the neutral class, within the band for
    the neutral one, at most as good below it.
    """
    rated = scale.place(rating)
    if rated < scale.neutral:
        right = realised <= rated
    elif rated > scale.neutral:
        right = realised >= rated
    else:
        right = realised == rated
    return np.where(realised < 0, -1, right.astype(np.int64))


def enter(calls: Sequence[Recommendation], closes: Closes, entry: Entry, until: int, late_after: int) -> Entered:
    """Find the first close at which each call could be followed.

    On the day of publication (`same`) or the first trading day after it (`next`); a security with month ends alone, at
    the first month end from then on. One without a close that day is entered at its next one, a late start if that is
    more than `late_after` trading days on (on month ends: any later one). Nothing after day `until` is looked at.
    """
    published = _published(calls)
    wanted = np.searchsorted(closes.days, published, side="left" if entry == "same" else "right").astype(np.int64)
    rows = [closes.row(one.security, one.published) for one in calls]
    row = np.array([-1 if found is None else found for found in rows], np.int64)
    monthly = np.full(len(calls), closes.grid == "month-end")
    monthly[row >= 0] |= closes.monthly[row[row >= 0]]
    following = np.append(np.flatnonzero(closes.is_end), len(closes.days))
    wanted = np.where(monthly, following[np.searchsorted(following[:-1], wanted)], wanted)
    at = np.full(len(calls), -1)
    there = ~np.isnan(closes.close)
    for place in np.flatnonzero((row >= 0) & (wanted <= until)):
        found = there[row[place], wanted[place] : until + 1]
        if monthly[place]:
            found = found & closes.is_end[wanted[place] : until + 1]
        first = int(found.argmax()) if found.size else 0
        if found.size and found[first]:
            at[place] = wanted[place] + first
    # a close under the code of a company that has left by then is not the one that was called
    bought = np.flatnonzero(at >= 0)
    at[bought[closes.delisted[row[bought]] <= closes.days[at[bought]]]] = -1
    allowed = np.where(monthly, 0, late_after)
    return Entered(row, wanted, at, (at >= 0) & (at - wanted > allowed), monthly)


def horizon_ends(calls: Sequence[Recommendation], closes: Closes, entered: Entered, months: int) -> Ints:
    """Return the day on which each call is valued, `months` on, or at the end that it names itself (OWN).

    On trading days: the last one up to the same day of the month that many months after publication. On month ends: the
    end of the month that many months after that of the first possible entry; a late start does not put it off.
    """
    ahead = np.array([one.horizon for one in calls], np.int64) if months == OWN else np.full(len(calls), months)
    month_ends = first_of(_entry_month(closes, entered, _published(calls)) + ahead + 1) - 1
    ends = np.where(entered.monthly, month_ends, months_after(_published(calls), ahead))
    if months == OWN:
        named = [(at, number(one.until)) for at, one in enumerate(calls) if one.until is not None]
        for at, day in named:
            ends[at] = day
    ends = closes.on_or_before(ends)
    last_ends = closes.days[closes.is_end]
    if len(last_ends):  # a month whose last closes are lost ends before
        place = np.searchsorted(last_ends, ends, side="right") - 1
        same = entered.monthly & (place >= 0) & (month_number(last_ends[place]) == month_number(ends))
        ends[same] = last_ends[place[same]]
    return ends


def outcomes(
    calls: Sequence[Recommendation],
    closes: Closes,
    growth: Floats,
    growth_of: Ints,
    entered: Entered,
    horizons: Sequence[int],
    until: int,
    suspended: dict[str, list[tuple[int, int]]],
) -> Outcomes:
    """Value each call at each horizon.

    Formula (definitions, Performance and Ratings): stock = adjusted close(end) / adjusted close(entry) - 1; benchmark
    likewise; relative = stock - benchmark, kept to twelve decimals. `best` and `worst` are the highest and the lowest
    relative return at a close after the entry and up to the horizon.
    """
    shape = (len(calls), len(horizons))
    stock, bench, so_far, best, worst = (np.full(shape, np.nan) for _ in range(5))
    last_known = int(closes.days[until]) if until >= 0 else -FAR
    end_day = np.stack([horizon_ends(calls, closes, entered, months) for months in horizons], axis=1)
    is_open = end_day > last_known
    stop = np.where(is_open, until, np.searchsorted(closes.days, end_day, side="right") - 1)
    end = np.where(is_open, -1, stop)
    status: list[list[Status]] = [[] for _ in calls]
    reason: list[list[Text]] = [[] for _ in calls]
    for at, one in enumerate(calls):
        start, index = int(entered.at[at]), growth[growth_of[at]]
        if start >= 0:
            held = closes.close[entered.row[at], start + 1 :] / closes.close[entered.row[at], start]
            path = held - index[start + 1 :] / index[start]
            highest, lowest = np.fmax.accumulate(path), np.fmin.accumulate(path)
        for column in range(len(horizons)):
            last = int(stop[at, column])
            said, why = _judge(
                one, closes, entered, at, int(end[at, column]), int(end_day[at, column]), until, suspended
            )
            if start >= 0 and last > start and said != "no price":
                gain = closes.carried[entered.row[at], last] / closes.close[entered.row[at], start] - 1.0
                over = index[last] / index[start] - 1.0
                if np.isnan(over):
                    lost = day_of(closes.days[start if np.isnan(index[start]) else last])
                    said, why = "no price", [_text(f"基准{lost}无点位", f"the benchmark has no level on {lost}")]
                else:
                    best[at, column], worst[at, column] = highest[last - start - 1], lowest[last - start - 1]
                    if is_open[at, column]:
                        so_far[at, column] = gain - over
                        why.append(_text(f"至今{gain - over:+.1%}", f"{gain - over:+.1%} so far"))
                    else:
                        stock[at, column], bench[at, column] = gain, over
            status[at].append(said)
            reason[at].append(
                Text("；".join(text.zh for text in why), "; ".join(text.en for text in why)) if why else _NOTHING
            )
    return Outcomes(
        recommendations=tuple(calls),
        horizons=tuple(horizons),
        closes=closes,
        growth=growth,
        growth_of=growth_of,
        entered=entered,
        until=until,
        end=end,
        end_day=end_day,
        stock=stock,
        benchmark=bench,
        relative=np.round(stock - bench, DECIMALS),
        so_far=np.round(so_far, DECIMALS),
        best=np.round(best, DECIMALS),
        worst=np.round(worst, DECIMALS),
        status=tuple(map(tuple, status)),
        reason=tuple(map(tuple, reason)),
    )


def _judge(
    one: Recommendation,
    closes: Closes,
    entered: Entered,
    at: int,
    end: int,
    end_number: int,
    until: int,
    suspended: dict[str, list[tuple[int, int]]],
) -> tuple[Status, list[Text]]:
    """Return the status of a call at a horizon and everything that has to be said about it; `end` -1 is not reached."""
    end_day = day_of(end_number)
    row, start, wanted = int(entered.row[at]), int(entered.at[at]), int(entered.wanted[at])
    why: list[Text] = []
    ended = bool(one.fate) and one.fate_day is not None and one.fate_day <= end_day
    if ended:
        why.append(_text(f"{one.fate_day}{FATES[one.fate].zh}", f"{FATES[one.fate].en} on {one.fate_day}"))
    if one.corrected is not None:
        why.append(_text(f"{one.corrected}曾更正，按更正后计", f"as corrected on {one.corrected}"))
    if wanted > until:
        return "open", [*why, _text("发布后尚无收盘价", "no close since it was published")]
    first = day_of(closes.days[wanted])
    if end >= 0 and wanted >= end:
        return "late start", [
            *why,
            _text(f"{first}才可建仓，不早于到期日{end_day}", f"first entry is {first}, not before its end, {end_day}"),
        ]
    if row < 0:
        return "open" if end < 0 else "no price", [
            *why,
            _text("行情库中无该证券收盘价", "the store has no close of it"),
        ]
    if start < 0 or (end >= 0 and start >= end):
        if end < 0:
            return "open", [*why, _text(f"{first}起无收盘价", f"no close since {first}")]
        return "no price", [*why, _text(f"{first}至{end_day}无收盘价", f"no close from {first} to {end_day}")]
    late = bool(entered.late[at])
    if late:
        began = day_of(closes.days[start])
        why.append(_text(f"{first}无成交，{began}建仓", f"no close on {first}, entered on {began}"))
    if end < 0:
        return "open", [*why, _text(f"{end_day}到期，尚未到期", f"its horizon, {end_day}, is not reached")]
    if np.isnan(closes.close[row, end]):
        stale = day_of(closes.days[start + np.flatnonzero(~np.isnan(closes.close[row, start : end + 1]))[-1]])
        valued = _text(f"{end_day}无收盘价，以{stale}收盘计", f"no close on {end_day}, valued at that of {stale}")
        if closes.delisted[row] <= closes.days[end]:
            gone = day_of(closes.delisted[row])
            return "delisted", [*why, _text(f"{gone}终止上市", f"delisted on {gone}"), valued]
        halted = any(first <= closes.days[end] < last for first, last in suspended.get(one.security, ()))
        if halted or end <= closes.last[row]:
            return "suspended", [*why, valued]
        stopped = _text(
            f"收盘价止于{stale}，未见退市或复牌",
            f"closes end on {stale}; neither a delisting nor a later close is known",
        )
        return "no price", [*why, stopped]
    if entered.monthly[at] and closes.grid == "day":
        why.append(_text("该证券只有月末收盘价，按月末计", "on month ends: the store has no other closes of it"))
    if late:
        return "late start", why
    return ("superseded" if ended else "closed"), why


FATES: Final = {
    "initiate": Text("重新覆盖", "initiated anew"),
    "maintain": Text("维持评级并更新", "followed by a new report"),
    "raise": Text("上调", "raised"),
    "cut": Text("下调", "cut"),
    "suspend": Text("暂停评级", "rating suspended"),
    "withdraw": Text("撤回", "withdrawn"),
    "drop": Text("终止覆盖", "coverage dropped"),
}


_NOTHING: Final = Text("", "")


def _text(zh: str, en: str) -> Text:
    return Text(zh, en)


def _by_scale(calls: Sequence[Recommendation]) -> dict[Scale, list[int]]:
    found: dict[Scale, list[int]] = {}
    for at, one in enumerate(calls):
        found.setdefault(one.scale, []).append(at)
    return found


def entry_months(found: Outcomes) -> Ints:
    """Return the month in which each call could first have been entered; months since 1970-01."""
    return _entry_month(found.closes, found.entered, _published(found.recommendations))


def _entry_month(closes: Closes, entered: Entered, published: Ints) -> Ints:
    inside = entered.wanted < len(closes.days)
    days = np.where(inside, 0, published)
    days[inside] = closes.days[entered.wanted[inside]]
    return month_number(days)


def _published(calls: Sequence[Recommendation]) -> Ints:
    return np.array([number(one.published) for one in calls], np.int64)
