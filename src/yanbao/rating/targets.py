"""Target prices against what prices became."""

from __future__ import annotations

from datetime import date

import numpy as np

from yanbao.rating.closes import day_of, number
from yanbao.rating.outcome import Outcomes, horizon_ends
from yanbao.rating.recommendation import Recommendation
from yanbao.rating.tables import TargetRow
from yanbao.sector.exhibit import Text

SCALE_NOTES = {
    "dividend": Text(
        "目标价不作调整，与含现金分红的复权价比较：分红使目标更易达到",
        "targets are left as printed and compared with dividend-inclusive prices: dividends help to reach them",
    ),
    "split": Text(
        "目标价与仅按送转拆股复权的价格比较，未扣减期间现金分红",
        "targets are compared with prices adjusted for splits only, not lowered by cash dividends since",
    ),
}


def target_rows(found: Outcomes) -> tuple[TargetRow, ...]:
    """Was the target met at its horizon, touched within it, and by how much was it missed?

    The price on a later day t is brought to the scale of the day that the call's price is of, so that splits (and cash
    dividends, where the closes are adjusted for them) don't count as changes:

        price(t) = price of the call x adjusted close(t) / adjusted close(price day)

    met: price(horizon) on the target's side of the call's price, at or beyond it; touched: any close from entry to the
    horizon; error = (price(horizon) - target) / price of the call (as Bradshaw, Brown and Huang 2013 measure it). A
    call that does not say its price or its day cannot be brought to scale: said, not guessed. A target without a
    horizon of its own has that of the call.
    """
    months = sorted({_months(one) for one in found.recommendations if one.target is not None})
    ends = {ahead: horizon_ends(found.recommendations, found.closes, found.entered, ahead) for ahead in months}
    return tuple(
        _target(found, at, one, day_of(ends[_months(one)][at]))
        for at, one in enumerate(found.recommendations)
        if one.target is not None
    )


def _months(one: Recommendation) -> int:
    return one.target_horizon or one.horizon


def _target(found: Outcomes, at: int, one: Recommendation, end_day: date) -> TargetRow:
    assert one.target is not None
    target, closes = float(one.target), found.closes
    upside = float(one.target / one.price) - 1.0 if one.price else None

    def row(reason: Text, price: float | None = None, touch: int | None = None, reached: bool = False) -> TargetRow:
        known = price is not None and one.price is not None
        rises = one.price is None or one.target is None or one.target >= one.price
        return TargetRow(
            id=one.id,
            security=one.security,
            published=one.published,
            price=one.price,
            target=one.target,  # type: ignore[arg-type]
            horizon_day=end_day,
            upside=upside,
            price_at_horizon=price,
            met=None if price is None else (price >= target if rises else price <= target),
            touched=True if touch is not None else (False if reached else None),
            days_to_target=touch,
            error=(price - target) / float(one.price) if known and price is not None and one.price else None,
            reason=reason,
        )

    if not one.price or one.price_day is None:
        return row(
            Text("未载明价格或其日期，无法与复权价比较", "its price or the price's day is not stated: not comparable")
        )
    line, start = int(found.entered.row[at]), int(found.entered.at[at])
    if line < 0 or start < 0:
        return row(Text("发布后无收盘价", "no close since it was published"))
    base_at = int(np.searchsorted(closes.days, number(one.price_day), side="right")) - 1
    if base_at < 0 or closes.days[base_at] != number(one.price_day) or np.isnan(closes.close[line, base_at]):
        return row(Text(f"{one.price_day}无复权收盘价", f"no adjusted close on {one.price_day}, the day of its price"))
    scale = float(one.price) / closes.close[line, base_at]
    end = int(np.searchsorted(closes.days, number(end_day), side="right")) - 1
    is_open = number(end_day) > closes.days[found.until]
    stop = found.until if is_open else end
    path = closes.close[line, start : stop + 1] * scale
    beyond = np.flatnonzero(path >= target if one.target >= one.price else path <= target)
    touch = int(beyond[0]) if len(beyond) else None
    note = SCALE_NOTES[closes.adjustment]
    if is_open:
        return row(Text(f"{end_day}到期，尚未到期", f"its horizon, {end_day}, is not reached"), None, touch)
    if not closes.known(found.entered.row[at : at + 1], end)[0]:
        return row(Text("收盘价中止，原因未知", "closes end before its horizon, nobody knows why"), None, touch)
    return row(note, float(closes.carried[line, end] * scale), touch, True)
