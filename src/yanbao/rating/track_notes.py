"""What has to be said beside a record: how it was measured, and what others found."""

from __future__ import annotations

from typing import Final

import numpy as np

from yanbao.rating.by_month import CALLS_NEEDED, WINDOWS_NEEDED
from yanbao.rating.closes import day_of, month_number
from yanbao.rating.outcome import Outcomes
from yanbao.rating.tables import Entry, PublishedRate
from yanbao.rating.universe_returns import UniverseReturns
from yanbao.sector.exhibit import Text
from yanbao.sector.prices import NOTES

_BRADSHAW: Final = "Bradshaw, Brown and Huang 2013, US target prices 2000-2009"
PUBLISHED_RATES: Final = (
    PublishedRate(Text("十二个月到期时达到目标价", "target prices met at twelve months"), "38 %", _BRADSHAW),
    PublishedRate(Text("十二个月内触及目标价", "target prices touched within twelve months"), "64 %", _BRADSHAW),
    PublishedRate(Text("目标价平均绝对误差", "mean absolute error of target prices"), "45 %", _BRADSHAW),
)


def notes(
    found: Outcomes,
    universes: dict[str, UniverseReturns],
    entry: Entry,
    late_after: int,
    draws: int,
    cost: float,
    later: int,
) -> tuple[Text, ...]:
    """Return the notes of a record, each in both languages."""
    said = [_entry(found, entry, late_after), _grid(found), NOTES[found.closes.adjustment]]
    said += [_universe(found, universe) for universe in universes.values()]
    said.append(
        Text(
            f"区间与标准误按建仓月份聚类；随机组合抽{draws}次，区间为95%；"
            f"少于{CALLS_NEEDED}次或互不重叠区间少于{WINDOWS_NEEDED}段的数字不足以下结论（本报告自定）",
            f"errors and intervals are clustered by month of entry; {draws} random draws, 95 % intervals; fewer "
            f"than {CALLS_NEEDED} calls or {WINDOWS_NEEDED} stretches that do not overlap are too few to say anything "
            "(a rule of our own)",
        )
    )
    said.append(
        Text(
            f"组合：每月末等权重置，单边成本{cost:.2%}", f"basket: equal weights at each month's end, {cost:.2%} a side"
        )
    )
    if later:
        said.append(Text(f"{later}次评级在此日之后发布，未计", f"{later} calls were published later and are left out"))
    return tuple(said)


def _entry(found: Outcomes, entry: Entry, late_after: int) -> Text:
    if found.closes.grid == "month-end":
        word = ("当日或之后首个月末", "or after") if entry == "same" else ("之后首个月末", "after")
        on = "the first month end on " if entry == "same" else "the first month end "
        return Text(
            f"以发布{word[0]}收盘建仓；当月末无收盘价者顺延并注明",
            f"entered at the close of {on}{word[1]} publication; a later month end, where there is no close, is said",
        )
    word = ("发布当日（非交易日则次一交易日）", "the day of publication, or the next trading day")
    if entry == "next":
        word = ("发布后首个交易日", "the first trading day after publication")
    return Text(
        f"以{word[0]}收盘建仓；晚于{late_after}个交易日者注明",
        f"entered at the close of {word[1]}; a start more than {late_after} trading days late is said",
    )


def _grid(found: Outcomes) -> Text:
    last = day_of(found.closes.days[found.until]) if found.until >= 0 else None
    if found.closes.grid == "month-end":
        calendar = set(found.closes.calendar[:-1][np.diff(month_number(found.closes.calendar)) > 0].tolist())
        moved = [str(day_of(day)) for day in found.closes.days[: found.until + 1] if day not in calendar]
        why = (
            (
                f"；月末行情缺失，以此前收盘为月末：{'、'.join(moved)}",
                f"; months whose last closes are lost end on {', '.join(moved)}",
            )
            if moved
            else ("", "")
        )
        return Text(
            f"按月末收盘价计算，期限为月末至月末；数据至{last}{why[0]}",
            f"on month-end closes: horizons run from month end to month end; known up to {last}{why[1]}",
        )
    few = int(found.entered.monthly.sum())
    why = (f"；{few}次只有月末收盘价，按月末计", f"; {few} calls on month ends: no other closes") if few else ("", "")
    return Text(
        f"按每日收盘价计算，期限自发布日起算，到期日非交易日则取之前最后交易日；数据至{last}{why[0]}",
        "on daily closes: horizons run from the day of publication to the last trading day by then; "
        f"known up to {last}{why[1]}",
    )


def _universe(found: Outcomes, universe: UniverseReturns) -> Text:
    entries = np.unique(found.entered.at[found.entered.at >= 0]).tolist()
    counts = [universe.counts(entry) for entry in entries]
    total, priced = (sum(pair) for pair in zip(*counts, strict=True)) if counts else (0, 0)
    low = min((members for members, _ in counts), default=0)
    high = max((members for members, _ in counts), default=0)
    share = priced / total if total else 0.0
    name = universe.members.name
    return Text(
        f"基准概率的样本：建仓日的{name.zh}，{low}至{high}家，其中{share:.1%}当日有收盘价",
        f"base rates: {name.en} on the days of entry, {low} to {high}, {share:.1%} of them with a close on the day",
    )
