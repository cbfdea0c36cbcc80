"""What a number is: value, unit, period, printed precision; found in text, read and printed, Chinese and English.

The types load at once; what reads and prints text loads on first use, because its tables and expressions take
longer to build than the whole start of a command may.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from yanbao.quantity.interval import Interval, Number
from yanbao.quantity.period import Grain, Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import (
    BASIS_POINT,
    MILLION_YUAN,
    NONE,
    PERCENT,
    PERMILLE,
    POINT_OF_PERCENT,
    TIMES,
    YI_YUAN,
    YUAN,
    Dimension,
    Unit,
)

if TYPE_CHECKING:
    from yanbao.quantity.english import english_unit, unit_label
    from yanbao.quantity.mention import Bound, Kind, Mention
    from yanbao.quantity.period_printing import format_period, parse_period
    from yanbao.quantity.printing import format_quantity, format_value, round_quantity
    from yanbao.quantity.scanner import scan
    from yanbao.quantity.unit_text import parse_unit
    from yanbao.quantity.whole import parse_quantity
    from yanbao.quantity.wording import approximation_word, bound_of, said_beside, still_holds, with_word

_LATER = {
    "approximation_word": "wording",
    "Bound": "mention",
    "Kind": "mention",
    "Mention": "mention",
    "bound_of": "wording",
    "english_unit": "english",
    "format_period": "period_printing",
    "format_quantity": "printing",
    "format_value": "printing",
    "parse_period": "period_printing",
    "parse_quantity": "whole",
    "parse_unit": "unit_text",
    "round_quantity": "printing",
    "said_beside": "wording",
    "scan": "scanner",
    "still_holds": "wording",
    "unit_label": "english",
    "with_word": "wording",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


__all__ = [
    "BASIS_POINT",
    "MILLION_YUAN",
    "NONE",
    "PERCENT",
    "PERMILLE",
    "POINT_OF_PERCENT",
    "TIMES",
    "YI_YUAN",
    "YUAN",
    "Bound",
    "Dimension",
    "Grain",
    "Interval",
    "Kind",
    "Mention",
    "Number",
    "Period",
    "Quantity",
    "Unit",
    "approximation_word",
    "bound_of",
    "english_unit",
    "format_period",
    "format_quantity",
    "format_value",
    "parse_period",
    "parse_quantity",
    "parse_unit",
    "round_quantity",
    "said_beside",
    "scan",
    "still_holds",
    "unit_label",
    "with_word",
]
