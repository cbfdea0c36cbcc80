"""What a number is: value, unit, period, printed precision; found in text, read and printed, Chinese and English."""

from __future__ import annotations

from yanbao.quantity.interval import Interval, Number
from yanbao.quantity.mention import Bound, Kind, Mention
from yanbao.quantity.period import Grain, Period
from yanbao.quantity.printing import format_quantity, format_value, round_quantity
from yanbao.quantity.period_printing import format_period, parse_period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.reading_whole import parse_quantity
from yanbao.quantity.scan import scan
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
from yanbao.quantity.unit_label import english_unit, unit_label
from yanbao.quantity.unit_text import parse_unit

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
    "english_unit",
    "format_period",
    "format_quantity",
    "format_value",
    "parse_period",
    "parse_quantity",
    "parse_unit",
    "round_quantity",
    "scan",
    "unit_label",
]
