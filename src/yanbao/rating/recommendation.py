"""What scoring needs of a call, whether it comes from a ledger or from the picks of a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from yanbao.errors import RatingError
from yanbao.rating.policy import Scale, Scope
from yanbao.sector.exhibit import Text, fetch

if TYPE_CHECKING:
    from yanbao.rating.calls import Call
    from yanbao.sector.market import Market

# a pick prints no band: what it says is that the stock does better than the benchmark
PICKED: Final = "跑赢"
PICK_SCALE: Final = f"{PICKED}>0; 未跑赢<=0"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A forecast that a call carries: `measure` eps, net_profit or revenue; `period` 2024E; value in `unit`."""

    measure: str
    period: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A call to be scored by the definitions of its own day.

    `until` is the last day of a call that names one (a pick of a month); otherwise its horizon is `horizon` months
    after publication. `fate` is the action that ended it before that, on `fate_day`; `corrected` the day of the last
    correction: the call is scored as corrected, and that is said.
    """

    id: str
    security: str
    name: str
    scope: Scope
    rating: str
    scale: Scale
    benchmark: str
    published: date
    horizon: int
    until: date | None = None
    price: Decimal | None = None
    price_day: date | None = None
    target: Decimal | None = None
    target_horizon: int | None = None
    analyst: str = ""
    broker: str = ""
    fate: str = ""
    fate_day: date | None = None
    corrected: date | None = None
    estimates: tuple[Estimate, ...] = ()

    @property
    def year(self) -> int:
        """The year a call belongs to: that of the month it is for, else that of its publication."""
        return (self.until or self.published).year


_FATES: Final = {"suspended": "suspend", "withdrawn": "withdraw", "dropped": "drop"}


def recommendations(calls: Iterable[Call], as_of: date) -> tuple[Recommendation, ...]:
    """Return the calls of a ledger as known on a day: what happened to them, and was forecast, later is left out.

    A call that no policy, horizon or benchmark is stated for cannot be scored.

    Raises:
        RatingError: such calls, all of them.
    """
    known = [call for call in calls if call.entry.published <= as_of]
    wrong = [
        f"{call.id} ({call.entry.security}): no {', no '.join(lost)} stated"
        for call in known
        if (lost := [name for name in ("policy", "horizon", "benchmark") if not getattr(call.entry, name)])
    ]
    if wrong:
        hint = "correct the entries (`yanbao ledger`), or import them with a policy, a horizon and a benchmark"
        raise RatingError("calls that cannot be scored: " + "; ".join(wrong) + f"\n    hint: {hint}")
    by_id = {call.id: call for call in known}
    return tuple(_recommendation(call, by_id, as_of) for call in known)


def _recommendation(call: Call, by_id: dict[str, Call], as_of: date) -> Recommendation:
    entry = call.entry
    events = [event for event in call.events if event.day <= as_of]
    end = next((event for event in events if event.kind != "corrected"), None)
    fate = ""
    if end is not None:
        later = by_id.get(end.by)
        fate = _FATES.get(end.kind) or (later.entry.action if later else None) or "maintain"
    assert entry.horizon is not None
    return Recommendation(
        id=call.id,
        security=entry.security,
        name=entry.name,
        scope=entry.scope,
        rating=entry.rating,
        scale=entry.scale,
        benchmark=entry.benchmark,
        published=entry.published,
        horizon=entry.horizon,
        price=entry.price,
        price_day=entry.price_day,
        target=entry.target,
        target_horizon=entry.target_horizon,
        analyst=entry.analyst,
        broker=entry.house,
        fate=fate,
        fate_day=end.day if end else None,
        corrected=max((event.day for event in events if event.kind == "corrected"), default=None),
        estimates=tuple(
            Estimate(one.measure, one.period, one.value, one.unit)
            for one in call.estimates
            if one.measure is not None and one.value is not None and one.published <= as_of
        ),
    )


def picks(
    market: Market, benchmark: str, scale: str = PICK_SCALE, rating: str = PICKED
) -> tuple[tuple[Recommendation, ...], tuple[Text, ...]]:
    """Which securities did brokers name for a month, each broker, security and month once?

    Repeats (several authors of a house, or a record written again) are one pick, on the day it was first written; the
    note counts them. `published` is the day a pick was written: an entry before it would be look-ahead.

    Raises:
        RatingError: a scale that cannot be read, or a rating that is none of it.
    """
    parsed = Scale.parse(scale)
    parsed.place(rating)
    table = market.table("broker_pick")
    rows = fetch(table.order_by("month", "broker", "code", "written", "author"))
    security = market.table("security")
    names = {row["code"]: row["name"] for row in fetch(security.select("code", "name", "listed").order_by("listed"))}
    seen: dict[tuple[date, str, str], Recommendation] = {}
    for row in rows:
        key = (row["month"], row["broker"], row["code"])
        if key in seen:
            continue
        seen[key] = Recommendation(
            id=f"P{len(seen) + 1:05d}",
            security=row["code"],
            name=names.get(row["code"], ""),
            scope="company",
            rating=rating,
            scale=parsed,
            benchmark=benchmark,
            published=row["written"],
            horizon=1,
            until=row["month"],
            analyst=row["author"],
            broker=row["broker"],
        )
    repeats = len(rows) - len(seen)
    return tuple(seen.values()), (
        Text(
            f"月度荐股{len(rows)}条，其中同一券商、股票、月份重复{repeats}条已剔除，余{len(seen)}条",
            f"{len(rows)} monthly picks; {repeats} repeat broker, stock and month and are left out: {len(seen)} remain",
        ),
        Text(
            f"荐股未给出评级区间，按“{parsed}”（相对收益，%）判定",
            f"picks print no rating bands: judged by `{parsed}`, in % of relative return",
        ),
    )
