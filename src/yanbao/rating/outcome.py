"""What became of each call: entered when, worth what at each horizon, a hit or not, and if nothing can be said, why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from yanbao.rating.closes import FAR, Closes, Flags, Floats, Ints, day_of, month_number, months_after, number
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


@dataclass(frozen=True)
class Outcomes:
    """All calls at all horizons: arrays of calls x horizons, NaN where there is no outcome."""

    recommendations: tuple[Recommendation, ...]
    horizons: tuple[int, ...]  # months, or OWN
    closes: Closes
    benchmarks: tuple[Floats, ...]  # for each call: growth of its benchmark by day of the grid, to any base
    entered: Entered
    until: int  # the last day of the grid on which everything is known
    end: Ints  # place of the horizon in `closes.days`, -1 where it is not known yet
    end_day: tuple[tuple[date, ...], ...]
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

    On the day of publication (`same`) or the first trading day after it (`next`); on a grid of month ends, at the first
    month end from then on. A security without a close that day is entered at its next one, a late start if that is more
    than `late_after` trading days on (on month ends: any later one). Nothing after day `until` is looked at.
    """
    published = np.array([number(one.published) for one in calls], np.int64)
    wanted = np.searchsorted(closes.days, published, side="left" if entry == "same" else "right").astype(np.int64)
    rows = [closes.row(one.security, one.published) for one in calls]
    row = np.array([-1 if found is None else found for found in rows], np.int64)
    at = np.full(len(calls), -1)
    there = ~np.isnan(closes.close)
    for place in np.flatnonzero((row >= 0) & (wanted <= until)):
        found = there[row[place], wanted[place] : until + 1]
        first = int(found.argmax()) if found.size else 0
        if found.size and found[first]:
            at[place] = wanted[place] + first
    # a close under the code of a company that has left by then is not the one that was called
    gone = (at >= 0) & (closes.delisted[row] <= closes.days[np.clip(at, 0, None)]) if len(closes.days) else at >= 0
    at[gone] = -1
    allowed = late_after if closes.grid == "day" else 0
    return Entered(row, wanted, at, (at >= 0) & (at - wanted > allowed))


def horizon_ends(calls: Sequence[Recommendation], closes: Closes, entered: Entered, months: int) -> list[date]:
    """Return the day on which each call is valued, `months` on, or at the end that it names itself (OWN).

    On trading days: the last one up to the same day of the month that many months after publication. On month ends: the
    end of the month that many months after the month of the entry (of the first possible one, where there is none).
    """
    ends = []
    for place, one in enumerate(calls):
        if months == OWN and one.until is not None:
            ends.append(closes.on_or_before(one.until))
            continue
        ahead = one.horizon if months == OWN else months
        start = one.published
        if closes.grid == "month-end":
            at = entered.at[place] if entered.at[place] >= 0 else entered.wanted[place]
            start = day_of(closes.days[at]) if at < len(closes.days) else months_after(one.published, 1)
            later = months_after(start.replace(day=1), ahead)
            ends.append(closes.on_or_before(later.replace(day=_last_of(later))))
            continue
        ends.append(closes.on_or_before(months_after(start, ahead)))
    return ends


def outcomes(
    calls: Sequence[Recommendation],
    closes: Closes,
    benchmarks: Sequence[Floats],
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
    end = np.full(shape, -1)
    days: list[list[date]] = [[] for _ in calls]
    status: list[list[Status]] = [[] for _ in calls]
    reason: list[list[Text]] = [[] for _ in calls]
    last_known = int(closes.days[until]) if until >= 0 else -FAR
    for column, months in enumerate(horizons):
        ends = horizon_ends(calls, closes, entered, months)
        place = np.searchsorted(closes.days, np.array([number(day) for day in ends], np.int64), side="right") - 1
        for at, one in enumerate(calls):
            is_open = number(ends[at]) > last_known
            end[at, column] = -1 if is_open else place[at]
            days[at].append(ends[at])
            said, why = _judge(one, closes, entered, at, int(end[at, column]), ends[at], until, suspended)
            growth = benchmarks[at]
            start = int(entered.at[at])
            if start >= 0 and said != "no price":
                stop = until if is_open else int(place[at])
                if np.isnan(growth[start]) or np.isnan(growth[stop]):
                    lost = day_of(closes.days[start if np.isnan(growth[start]) else stop])
                    said, why = "no price", [_text(f"基准{lost}无点位", f"the benchmark has no level on {lost}")]
                elif stop > start:
                    row = entered.row[at]
                    gain = closes.carried[row, stop] / closes.close[row, start] - 1.0
                    index = growth[stop] / growth[start] - 1.0
                    path = closes.close[row, start + 1 : stop + 1] / closes.close[row, start]
                    path = path - growth[start + 1 : stop + 1] / growth[start]
                    if is_open:
                        so_far[at, column] = round(gain - index, DECIMALS)
                        why.append(_text(f"至今{so_far[at, column]:+.1%}", f"{so_far[at, column]:+.1%} so far"))
                    else:
                        stock[at, column], bench[at, column] = gain, index
                    if not np.isnan(path).all():
                        best[at, column], worst[at, column] = np.nanmax(path), np.nanmin(path)
            status[at].append(said)
            reason[at].append(Text("；".join(text.zh for text in why), "; ".join(text.en for text in why)))
    return Outcomes(
        tuple(calls), tuple(horizons), closes, tuple(benchmarks), entered, until, end, tuple(map(tuple, days)),
        stock, bench, np.round(stock - bench, DECIMALS), so_far, np.round(best, DECIMALS), np.round(worst, DECIMALS),
        tuple(map(tuple, status)), tuple(map(tuple, reason)),
    )  # fmt: skip


def _judge(
    one: Recommendation,
    closes: Closes,
    entered: Entered,
    at: int,
    end: int,
    end_day: date,
    until: int,
    suspended: dict[str, list[tuple[int, int]]],
) -> tuple[Status, list[Text]]:
    """Return the status of a call at a horizon and everything that has to be said about it; `end` -1 is not reached."""
    row, start, wanted = int(entered.row[at]), int(entered.at[at]), int(entered.wanted[at])
    why: list[Text] = []
    if one.fate and one.fate_day is not None and one.fate_day <= end_day:
        note = f" {one.fate_note}" if one.fate_note else ""
        why.append(
            _text(f"{one.fate_day}已{FATES[one.fate].zh}{note}", f"{FATES[one.fate].en} on {one.fate_day}{note}")
        )
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
        ended = _text(
            f"收盘价止于{stale}，未见退市或复牌",
            f"closes end on {stale}; neither a delisting nor a later close is known",
        )
        return "no price", [*why, ended]
    if late:
        return "late start", why
    return ("superseded" if why else "closed"), why


FATES: Final = {
    "initiate": Text("重新覆盖", "initiated anew"),
    "maintain": Text("维持评级并更新", "followed by a new report"),
    "raise": Text("上调", "raised"),
    "cut": Text("下调", "cut"),
    "suspend": Text("暂停评级", "rating suspended"),
    "withdraw": Text("撤回", "withdrawn"),
    "drop": Text("终止覆盖", "coverage dropped"),
}


def _text(zh: str, en: str) -> Text:
    return Text(zh, en)


def _last_of(day: date) -> int:
    return months_after(day.replace(day=1), 1).toordinal() - day.replace(day=1).toordinal()


def _by_scale(calls: Sequence[Recommendation]) -> dict[Scale, list[int]]:
    found: dict[Scale, list[int]] = {}
    for at, one in enumerate(calls):
        found.setdefault(one.scale, []).append(at)
    return found


def entry_months(found: Outcomes) -> Ints:
    """Return the month in which each call was entered, or could first have been; months since 1970-01."""
    at = np.where(found.entered.at >= 0, found.entered.at, found.entered.wanted)
    inside = at < len(found.closes.days)
    published = np.array([number(one.published) for one in found.recommendations], np.int64)
    days = published.copy()
    days[inside] = found.closes.days[at[inside]]
    return month_number(days)
