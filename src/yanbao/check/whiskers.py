"""Are the strokes of whiskers as long as their ends are apart, in each store that keeps the length?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import zip_longest

from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.document.tree import Chart, Exhibit, plain
from yanbao.read.contents import ChartContents

_NEAR = Fraction(1, 10**12)  # the length is the difference of two doubles: more than their last digits may differ


def findings(
    owner: str, exhibit: Exhibit, chart: Chart, contents: ChartContents, scale: Fraction = Fraction(1)
) -> Iterator[Finding]:
    """Yield a finding for each stroke of a native chart that is not as long as its ends are apart.

    The strokes are the error bars of the low series; no other series may have any.

    Args:
        owner: the code of findings in this store.
        exhibit: the exhibit.
        chart: its chart.
        contents: the chart as one store holds it.
        scale: what a value of the document is multiplied by in the store.
    """
    label = plain(exhibit.label)
    lengths = list(_lengths(chart, scale))
    for order, series in enumerate(contents.series):
        wanted = lengths if chart.kind == "whiskers" and not order else []
        for number, (length, found) in enumerate(zip_longest(wanted, series.bars)):
            if length is None and found is None and wanted:
                continue
            if length is None or found is None or abs(length - found) > _NEAR * max(1, abs(length)):
                said, right = ("nothing" if each is None else f"{float(each):.10g}" for each in (found, length))
                name = plain(chart.categories[number].text) if number < len(chart.categories) else f"point {number + 1}"
                text = f"the whisker of {label}, {name}, is {said} long; its ends are {right} apart"
                place = (Where.at(contents.place, f"{label}, {name}: {said}"),)
                yield Finding(owner, Claim(said, found), place, text, Recomputed(right, length, length))


def _lengths(chart: Chart, scale: Fraction) -> Iterator[Fraction | None]:
    low, high = (*chart.series, *chart.series)[:2]
    for one, other in zip(low.points, high.points, strict=False):
        yield None if one.value is None or other.value is None else (other.value - one.value) * scale
