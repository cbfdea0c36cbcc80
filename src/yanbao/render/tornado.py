"""On which side of a tornado's bar its label stands."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from yanbao.document.tree import Chart


def label_side(chart: Chart, order: int, at: int) -> Literal["left", "right"]:
    """Return where the label of an end stands: outside of its bar.

    An end that is the base case has no bar: its label stands on the side that the other end's bar leaves free.

    Args:
        chart: a tornado; its first series are the low ends, its second the high ones.
        order: of the series.
        at: the category.
    """
    assert chart.base is not None
    base = chart.base.value or Fraction(0)
    mine, other = ((chart.series[each].points[at].value or base) - base for each in (order, 1 - order))
    if mine == 0:
        return "right" if other < 0 or (other == 0 and order == 1) else "left"
    return "right" if mine > 0 else "left"
