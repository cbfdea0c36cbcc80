"""Quantities as text: `2428.5亿元`, `+5.3%`, `$485M`, `RMB 242.85bn`, `26 companies`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from yanbao.quantity.english import english_unit, unit_label
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import TIMES, Unit
from yanbao.quantity.unit_kind import is_exact_in

Language = Literal["zh", "en"]
_TIGHT = frozenset({"%", "‰", "pp", "bp", "x"})  # stand right behind their number in English too


def format_value(value: Fraction, decimals: int, *, sign: bool = False, grouping: bool = False) -> str:
    """Return `value` with that many decimal places, rounded half away from 0 (half up, the trade's convention).

    Minus is the ASCII hyphen; what rounds to 0 has no sign.

    >>> format_value(Fraction(-5, 4), 1), format_value(Fraction(-1, 1000), 1)
    ('-1.3', '0.0')
    >>> format_value(Fraction(12345), 0, grouping=True)
    '12,345'
    """
    factor = 10**decimals
    units = (abs(value.numerator) * factor * 2 + value.denominator) // (2 * value.denominator)
    whole, part = divmod(units, factor)
    text = f"{whole:,}" if grouping else str(whole)
    if decimals:
        text += f".{part:0{decimals}d}"
    if units == 0:
        return text
    return f"-{text}" if value < 0 else f"+{text}" if sign else text


def format_quantity(
    quantity: Quantity,
    *,
    decimals: int,
    unit: Unit | None = None,
    sign: bool = False,
    grouping: bool = False,
    language: Language = "zh",
) -> str:
    """Return a quantity as a report prints it.

    Parameters:
        decimals: places printed, in the unit that is printed; rounding is half away from 0.
        unit: the unit to convert to; without it Chinese keeps the quantity's own, English takes `english_unit`
            (亿元 -> `RMB …bn`, 家 -> companies, 亿千瓦 -> GW).
        sign: whether a number above 0 gets a `+`.
        grouping: whether thousands get commas.
        language: "zh" prints `2428.5亿元`, "en" `RMB 242.85bn` and `26 companies`.

    Raises:
        UnitError: `unit` measures something else, or has no English word.

    Law: `parse_quantity(format_quantity(q, decimals=d)) == round_quantity(q, d)`.

    >>> from yanbao.quantity.unit import YI_YUAN
    >>> q = Quantity.printed("2428.5", YI_YUAN)
    >>> format_quantity(q, decimals=1), format_quantity(q, decimals=2, language="en")
    ('2428.5亿元', 'RMB 242.85bn')
    """
    target = unit if unit is not None else english_unit(quantity.unit) if language == "en" else quantity.unit
    number = format_value(quantity.to(target).value, decimals, grouping=grouping)
    if target.prefix:
        mark, bare = ("-", number[1:]) if number[0] == "-" else ("+" if sign and quantity.value else "", number)
        gap = " " if target.symbol[-1:].isalpha() else ""
        return f"{mark}{target.symbol}{gap}{bare}{target.suffix}"
    if sign:
        number = format_value(quantity.to(target).value, decimals, sign=True, grouping=grouping)
    if language == "zh":
        return f"{number}{target.symbol}"
    text = "x" if target == TIMES else unit_label(target, "en")
    return f"{number}{text}" if text in _TIGHT or not text else f"{number} {text}"


def round_quantity(quantity: Quantity, decimals: int, unit: Unit | None = None) -> Quantity:
    """Return the quantity as its printed form would be read: rounded, with the interval of its last place.

    A count printed as a whole number in a unit of one (332家) is exact; all else is `x ± half a unit`.

    >>> from yanbao.quantity.unit import PERCENT
    >>> round_quantity(Quantity.exact("5.34", PERCENT), 1).interval == Quantity.printed("5.3", PERCENT).interval
    True
    """
    target = unit if unit is not None else quantity.unit
    text = format_value(quantity.to(target).value, decimals)
    value = Fraction(text)
    half = Fraction(0) if is_exact_in(target, text.lstrip("-")) else Fraction(1, 2 * 10**decimals)
    return replace(quantity, value=value, interval=Interval(value - half, value + half), unit=target, decimals=decimals)
