"""What a reading is worth: its quantity with the interval of the truth, as a mention of the text."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from yanbao.quantity.approximation import printed_interval
from yanbao.quantity.interval import Interval
from yanbao.quantity.mention import Mention
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.reading import YEAR_LIKE, Reading, signed_value
from yanbao.quantity.unit import NONE, Unit
from yanbao.quantity.unit_kind import is_count, is_exact_in


def quantity_of(reading: Reading, unit: Unit) -> Quantity:
    """Return the quantity of a single number in `unit`."""
    value = signed_value(reading)
    if reading.value is not None:
        half = reading.half or Fraction(0)
        interval = Interval(value - half, value + half)
        if reading.bound in ("at least", "at most"):
            interval = Interval(value, None) if reading.bound == "at least" else Interval(None, value)
        elif reading.bound == "near":
            interval = Interval(value - 2 * half, value)
        elif reading.bound == "over":
            interval = Interval(value, value + 2 * half)
        elif reading.bound == "about":
            interval = Interval(value - 2 * half, value + 2 * half)
        return Quantity(value, interval, unit, None)
    decimals = len(reading.digits.partition(".")[2])
    exact = is_exact_in(unit, reading.digits)
    if reading.bound is None:
        half = Fraction(0) if exact else Fraction(1, 2 * 10**decimals)
        return Quantity(value, Interval(value - half, value + half), unit, decimals)
    digits = reading.digits.replace(".", "")
    return Quantity(value, printed_interval(value, decimals, digits, exact=exact, bound=reading.bound), unit, decimals)


def finish(reading: Reading, start: int, end: int, text: str, default: Unit | None) -> Mention:
    """Return the mention of a reading at its place in the original text."""
    kind, period = reading.kind, reading.period
    quantity: Quantity | None = None
    parts: tuple[Quantity, ...] = ()
    if kind in ("measure", "count", "number"):
        unit = reading.unit
        if default is not None and unit is NONE:
            unit = default
            kind = "count" if is_count(unit) else "measure"
        quantity = quantity_of(reading, unit)
        if kind == "number" and not reading.marked and YEAR_LIKE.match(reading.digits):
            period = Period.year(int(reading.digits))
    elif kind == "range" and reading.upper is not None:
        quantity, parts = _range_quantity(reading, reading.upper, default)
    elif kind == "ratio" and reading.sides:
        quantity, parts = _ratio_quantity(reading)
    elif kind in ("rank", "ordinal"):
        quantity = Quantity.exact(int(reading.digits))
    return Mention(
        start,
        end,
        text,
        kind,
        quantity,
        period,
        reading.bound is not None or kind == "vague",
        reading.bound,
        reading.signed,
        reading.of,
        parts,
        reading.group,
    )


def _range_quantity(low: Reading, high: Reading, default: Unit | None) -> tuple[Quantity, tuple[Quantity, ...]]:
    unit = high.unit if high.unit is not NONE else default or NONE
    own = low.unit if low.unit is not NONE and not low.unit.prefix else unit
    bare = replace(low, bound=None)
    first, last = quantity_of(bare, own).to(unit), quantity_of(replace(high, bound=None), unit)
    first = replace(first, decimals=len(low.digits.partition(".")[2])) if own.scale == unit.scale else first
    ends = sorted((first.value, last.value))
    decimals = max(first.decimals or 0, last.decimals or 0)
    middle = (ends[0] + ends[1]) / 2
    return Quantity(middle, Interval(ends[0], ends[1]), unit, decimals), (first, last)


def _ratio_quantity(reading: Reading) -> tuple[Quantity | None, tuple[Quantity, ...]]:
    left, right = (Quantity.printed(side) for side in reading.sides)
    if right.interval.contains(0):
        return None, (left, right)
    return Quantity(left.value / right.value, left.interval / right.interval, NONE, None), (left, right)
