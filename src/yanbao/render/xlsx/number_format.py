"""What number a cell holds, and the number format that makes it read as printed.

A percentage stands in its cell as a fraction (5.3% is 0.053), every other number in its own unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from yanbao.quantity.english import unit_label
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT, Unit

_NUMBER = re.compile(
    r"(?P<sign>[+\-−]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<places>[0-9]+))?(?P<percent>%?)"
)
_LITERAL_MAX = 60  # characters of words in a number format; Excel allows 255 in all
_PLACES_MAX = 6
# 元 to 万亿元 and % to a ratio are powers of ten
_STEPS = {step: Fraction(10) ** step for step in sorted(range(-13, 14), key=abs)}
_KEPT, _EXACT = Context(prec=15), Context(prec=60)


@dataclass(frozen=True)
class Format:
    """A number format and the factor from the number in the fact's home to the number in the cell."""

    code: str
    factor: Fraction = Fraction(1)


def is_percent(unit: Unit) -> bool:
    """Whether numbers in the unit stand in cells as fractions."""
    return not unit.dimension and unit.kind == "level" and unit.scale == PERCENT.scale


def cell_unit(unit: Unit) -> Unit:
    """Return the unit of the number in a cell that holds a number in `unit`."""
    return replace(unit, symbol="", scale=Fraction(1)) if is_percent(unit) else unit


def cell_value(quantity: Quantity) -> Fraction:
    """Return the number that a quantity's home holds."""
    return quantity.value / 100 if is_percent(quantity.unit) else quantity.value


def as_number(value: Fraction) -> float | int:
    """Return the value to the 15 digits that a workbook keeps; whole ones are written without a point."""
    if value.denominator == 1 and abs(value.numerator) < 10**15:
        return value.numerator
    number = float(f"{_KEPT.divide(Decimal(value.numerator), Decimal(value.denominator)):.15g}")
    return int(number) if number.is_integer() and abs(number) < 10**15 else number


def shown_unit(unit: Unit, language: str) -> str:
    """Return what stands beside a number whose own format does not show its unit."""
    return "" if is_percent(unit) else unit_label(unit, language)


def plain_code(decimals: int, percent: bool, suffix: str = "") -> str:
    """Return the format of a column: thousands apart, fixed places."""
    places = "." + "0" * decimals if decimals else ""
    return ("0" if percent else "#,##0") + places + ("%" if percent else "") + (f'"{suffix}"' if suffix else "")


def places(quantity: Quantity) -> int:
    """Return the decimal places a number is shown with where no text says it."""
    if quantity.decimals is not None:
        return min(quantity.decimals, _PLACES_MAX)
    for count in range(_PLACES_MAX):
        if (quantity.value * 10**count).denominator == 1:
            return count
    return 2


def behind(unit: Unit, language: str) -> str:
    """Return how a unit stands behind its number: 亿元; in English apart from it, and multiplied where it counts."""
    text = shown_unit(unit, language)
    if language == "zh" or not text:
        return text
    return f" × {text}" if any(character.isdigit() for character in text) else f" {text}"


def of_quantity(quantity: Quantity, decimals: int | None = None, suffix: str = "") -> str:
    """Return the format of a fact's home, with `suffix` behind the number."""
    percent = is_percent(quantity.unit)
    suffix = "" if percent else suffix.replace('"', "")
    return plain_code(places(quantity) if decimals is None else decimals, percent, suffix)


def of_text(text: str, quantity: Quantity, unit: str | None) -> Format | None:
    """Return the format under which the quantity reads as `text`, or `None` where no format can do it.

    `unit` is the symbol of the unit it is shown in; a percentage gets its sign even where the text leaves it to
    the column's header. Chinese numerals, ranges and texts of several numbers have no format.
    """
    return _of_text(text, quantity.value, is_percent(quantity.unit), unit)


@cache  # a table's cell is asked about by its sheet and by the list of the text's numbers
def _of_text(text: str, value: Fraction, percentage: bool, unit: str | None) -> Format | None:
    found = list(_NUMBER.finditer(text))
    if len(found) != 1 or any(character.isdigit() and not character.isascii() for character in text):
        return None
    match = found[0]
    whole, fraction, sign = match["whole"], match["places"] or "", match["sign"]
    before, after = text[: match.start()], text[match.end() :]
    if (whole[0] == "0" and len(whole) > 1) or len(before + after) > _LITERAL_MAX:
        return None
    if any(character in before + after for character in '"\n\r\t\\') or not _same_sign(value, sign, before, after):
        return None
    step = _step(abs(value), Decimal(whole.replace(",", "") + "." + (fraction or "0")), len(fraction))
    if step is None:
        return None
    percent = bool(match["percent"]) or unit == "%" or (unit in (None, "") and percentage)
    core = ("#,##0" if "," in whole else "0") + ("." + "0" * len(fraction) if fraction else "")
    core += "%" if percent else ""
    shown = _STEPS[step] / (100 if percent else 1)
    factor = shown * (100 if percentage else 1)
    return Format(_sections(core, sign, before, after, value < 0), factor)


def _same_sign(value: Fraction, sign: str, before: str, after: str) -> bool:
    brackets = before.endswith("(") and after.startswith(")")
    if value < 0:
        return sign != "+"  # without any sign the words say it: 降幅3.6%
    return sign in ("", "+") and not (brackets and value > 0 and before == "(" and after == ")")


def _step(value: Fraction, printed: Decimal, digits: int) -> int | None:
    for step in [0] if value == 0 else _STEPS:
        if half_up(value * _STEPS[step], digits) == printed:
            return step
    return None


def words(text: str) -> str:
    """Return the format under which any number is shown as these words."""
    return '"' + text.replace('"', '"\\""') + '"'


def half_up(value: Fraction, digits: int) -> Decimal:
    """Return a value rounded as a workbook shows it: halves away from 0."""
    exact = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_EXACT)


def _sections(core: str, sign: str, before: str, after: str, negative: bool) -> str:
    prefix, suffix = _literal(before), _literal(after)
    positive = f"{prefix}{core}{suffix}"
    if not negative:
        return f"{prefix}+{core}{suffix};{prefix}-{core}{suffix};{positive}" if sign == "+" else positive
    if sign == "-" and not prefix:
        return positive
    if before.endswith("(") and after.startswith(")"):
        return f"{_literal(before[:-1])}{core}{_literal(after[1:])};{positive}"
    return f"{positive};{prefix}{_literal(sign)}{core}{suffix}"


def _literal(text: str) -> str:
    return f'"{text}"' if text else ""
