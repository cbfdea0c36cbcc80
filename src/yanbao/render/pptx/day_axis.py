"""The axis of a line over many days: an axis of dates, which every program thins out by itself.

Of a category axis LibreOffice shows every label, whatever `c:tickLblSkip` says: over days a black band. An axis of
dates says how far its labels stand apart in months or days, and PowerPoint and LibreOffice both keep to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from yanbao.document.days import serial
from yanbao.document.text_width import width
from yanbao.document.tree import Chart, plain
from yanbao.render.pptx.chart_labels import text_properties
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.text import Setting
from yanbao.render.pptx.xml import Element, element, value, words

DAY_FORMAT, MONTH_FORMAT = r"yyyy\-mm\-dd", r"yyyy\-mm"
MANY = 16  # up to as many, each day is named

_FIRST = date(1900, 3, 1)
_SIZE = 8.0
_APART = 1.4  # widths of a label from one to the next
_MONTHS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240, 600)
_DAYS = (7, 14, 28)


def days_of(chart: Chart) -> tuple[date, ...]:
    """Return the days along the foot of a chart of lines or areas over many days; () where it is none."""
    drawn = all(one.mark in ("line", "rule", "area") and one.axis != 2 for one in chart.series)
    if len(chart.categories) <= MANY or not drawn:
        return ()
    try:
        days = tuple(date.fromisoformat(plain(one.text)) for one in chart.categories)
    except ValueError:
        return ()
    is_plain = all(plain(one.text) == day.isoformat() for one, day in zip(chart.categories, days, strict=True))
    return days if is_plain and days[0] >= _FIRST and all(a < b for a, b in pairwise(days)) else ()


def day_numbers(reference: str, days: Sequence[date]) -> Element:
    """Return days by reference and cached."""
    cache = element("c:numCache", None, words("c:formatCode", DAY_FORMAT), value("c:ptCount", len(days)))
    for at, day in enumerate(days):
        cache.append(element("c:pt", {"idx": at}, words("c:v", str(serial(day)))))
    return element("c:numRef", None, words("c:f", reference), cache)


def label_step(days: Sequence[date], room: float) -> tuple[int, str]:
    """Return how far apart labels stand in `room` points: a number of `months` or of `days`."""
    length = (days[-1] - days[0]).days
    fits = room / (width("0000-00-00", _SIZE) * _APART)
    for step in _DAYS:
        if length / step + 1 <= fits:
            return step, "days"
    fits = room / (width("0000-00", _SIZE) * _APART)
    return next((step for step in _MONTHS if length / (step * 30.4) + 1 <= fits), _MONTHS[-1]), "months"


def day_axis(days: Sequence[date], room: float, ids: tuple[int, int], look: Look, *, foot: bool) -> Element:
    """Return the axis along the foot; `ids` are its own and that of the value axis it crosses, at 0 or its lowest."""
    step, unit = label_step(days, room)
    return element(
        "c:dateAx",
        None,
        value("c:axId", ids[0]),
        element("c:scaling", None, value("c:orientation", "minMax")),
        value("c:delete", 0),
        value("c:axPos", "b"),
        element("c:numFmt", {"formatCode": DAY_FORMAT if unit == "days" else MONTH_FORMAT, "sourceLinked": 0}),
        value("c:majorTickMark", "none"),
        value("c:minorTickMark", "none"),
        value("c:tickLblPos", "low"),
        element("c:spPr", None, look.line(look.theme.muted, 0.75)),
        text_properties(Setting(_SIZE, look.theme.ink), look),
        value("c:crossAx", ids[1]),
        value("c:crosses", "min" if foot else "autoZero"),
        value("c:auto", 0),
        value("c:lblOffset", 60),
        value("c:baseTimeUnit", "days"),
        value("c:majorUnit", step),
        value("c:majorTimeUnit", unit),
    )
