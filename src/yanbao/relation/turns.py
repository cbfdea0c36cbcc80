"""Turns of sign: what a change is called where a growth rate would mean nothing."""

from __future__ import annotations

from typing import Literal

from yanbao.quantity.quantity import Quantity

Turn = Literal["扭亏", "转亏", "减亏", "增亏"]


def turn(now: Quantity, base: Quantity) -> Turn | None:
    """Return the name of a change that starts or ends in a loss, `None` where a growth rate says it.

    From loss to profit 扭亏, from profit to loss 转亏, a smaller loss 减亏, a larger one 增亏. A loss that stays as
    it is, a base of 0 and a profit of 0 have no name. Values count as printed.

    Raises:
        UnitError: the two do not measure the same thing.

    >>> turn(Quantity.exact(5), Quantity.exact(-3))
    '扭亏'
    """
    before = base.to(now.unit).value
    if before < 0 < now.value:
        return "扭亏"
    if now.value < 0 < before:
        return "转亏"
    if before < 0 and now.value < 0 and before != now.value:
        return "减亏" if now.value > before else "增亏"
    return None
