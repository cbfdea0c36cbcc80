"""Do the data of each chart in a file equal the document's points, categories and names?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest

from yanbao.check import whiskers
from yanbao.check.accounted import account
from yanbao.check.atoms import Atom, atoms_of, is_thinned, squeeze
from yanbao.check.axes import native_axes
from yanbao.check.diagnosis import diagnose
from yanbao.check.findings import Claim, FileCount, Finding, Recomputed, Where
from yanbao.check.printed import rounded
from yanbao.check.subject import Subject, operands
from yanbao.check.tokens import numbers, tokens
from yanbao.document.tree import Axis, Chart, Exhibit, Point, Series, Text, plain
from yanbao.read.contents import AxisContents, ChartContents, SeriesContents

_SHOWN = ("html-spec", "pptx-xml")  # stores whose words are seen; what is behind them is counted as points
OWNERS = {
    "html-spec": "chart-spec",
    "pptx-xml": "chart-xml",
    "pptx-workbook": "chart-book",
    "xlsx-cache": "chart-cache",
    "xlsx-range": "chart-range",
}
# A file keeps a point as a double: 53 bits, about 16 digits.
_TOLERANCE = Fraction(1, 10**13)


def count_text(subject: Subject, text: str, atoms: Sequence[Atom], count: FileCount, *, right: bool) -> None:
    """Count the numbers of a text that a chart shows: accounted for by its atoms where it is the document's."""
    for token in tokens(text):
        if token.kind == "name":
            count.names += 1
            continue
        count.numbers += 1
        kind = account(subject, list(atoms)) if right else None
        if kind is None:
            count.breaks += 1
        else:
            setattr(count, kind, getattr(count, kind) + 1)


def _bound(text: Text) -> list[Atom]:
    """Return the atoms of a text that hold its numbers."""
    return [atom for atom in atoms_of(text) if numbers(atom.text)]


def close(one: Fraction, other: Fraction) -> bool:
    """Whether two numbers are the same double."""
    return abs(one - other) <= _TOLERANCE * max(abs(one), abs(other))


def findings(
    subject: Subject, exhibit: Exhibit, chart: Chart, contents: ChartContents, count: FileCount
) -> Iterator[Finding]:
    """Yield a finding for each point, name, category or axis of one store that is not the document's."""
    yield from _categories(subject, exhibit, chart, contents, count)
    yield from _own_categories(exhibit, chart, contents)
    yield from _words(exhibit, chart, contents)
    if contents.source == "html-spec":
        yield from _tips(exhibit, chart, contents)
    given = _by_order(chart, contents)
    if len(given) != len(chart.series):
        text = f"{plain(exhibit.label)} has {len(given)} series here, the document {len(chart.series)}"
        yield Finding("chart", Claim(str(len(given))), (_where(contents, exhibit),), text)
        return
    for order, (series, found) in enumerate(zip(chart.series, given, strict=True)):
        if found.name and squeeze(found.name) != squeeze(plain(series.name)):
            text = f"series {order + 1} of {plain(exhibit.label)} is called {found.name!r}, not {plain(series.name)!r}"
            place = (_where(contents, exhibit, found.name),)
            yield Finding("series-name", Claim(found.name), place, text, Recomputed(plain(series.name)))
        if contents.source in _SHOWN:
            right = squeeze(found.name) == squeeze(plain(series.name))
            count_text(subject, found.name, _bound(series.name), count, right=right)
        yield from _points(subject, exhibit, chart, series, found, contents, count)
    yield from across_findings(OWNERS[contents.source], exhibit, chart, contents)
    yield from _axes(subject, exhibit, chart, contents, count)
    if contents.source in _SHOWN:
        yield from base_findings(exhibit, chart, contents)
    if contents.source != "html-spec":
        yield from whiskers.findings(OWNERS[contents.source], exhibit, chart, contents)


def across_findings(owner: str, exhibit: Exhibit, chart: Chart, contents: ChartContents) -> Iterator[Finding]:
    """Yield a finding for each class of calls that a native chart draws at other days than the first class."""
    for series in contents.series[1:] if chart.kind == "calls" else ():
        if series.xs != contents.series[0].xs:
            text = f"{series.name} of {plain(exhibit.label)} is drawn at days of its own"
            yield Finding(owner, Claim(series.name), (_where(contents, exhibit, series.name),), text)


def base_findings(
    exhibit: Exhibit, chart: Chart, contents: ChartContents, scale: Fraction = Fraction(1)
) -> Iterator[Finding]:
    """Yield a finding where bars do not begin at the base case of the document; `scale` is that of the store."""
    wanted = None if chart.base is None or chart.base.value is None else chart.base.value * scale
    found = contents.base
    if (found is None) != (wanted is None) or (found is not None and wanted is not None and not close(found, wanted)):
        said, right = ("nowhere" if each is None else f"{float(each):.10g}" for each in (found, wanted))
        text = f"the bars of {plain(exhibit.label)} begin at {said}, not at {right}"
        yield Finding("chart-axis", Claim(said, found), (_where(contents, exhibit, said),), text, Recomputed(right))


def _words(exhibit: Exhibit, chart: Chart, contents: ChartContents) -> Iterator[Finding]:
    """The other words of a chart are names of its series and titles of its axes; a scatter's axes are named."""
    axes = [axis for axis in (chart.y_axis, chart.y2_axis, chart.x_axis) if axis is not None]
    names = [plain(series.name) for series in chart.series]
    allowed = {squeeze(text) for text in (*names, *(axis.title for axis in axes)) if text}
    for text in contents.texts:
        if squeeze(text) not in allowed:
            cause = f"{text!r} stands in {plain(exhibit.label)} and is no series and no axis of it"
            yield Finding("series-name", Claim(text), (_where(contents, exhibit, text),), cause)
    if chart.kind == "scatter" and contents.source in _SHOWN:
        titles = [axis.title or name for axis, name in ((chart.x_axis, names[0]), (chart.y_axis, names[1])) if axis]
        for title in titles:
            if squeeze(title) not in {squeeze(text) for text in contents.texts}:
                cause = f"the axis {title!r} of {plain(exhibit.label)} has no title"
                yield Finding("series-name", Claim(""), (_where(contents, exhibit),), cause, Recomputed(title))


def _where(contents: ChartContents, exhibit: Exhibit, text: str = "") -> Where:
    label = plain(exhibit.label)
    return Where.at(contents.place, f"{label}: {text}" if text else label)


def _by_order(chart: Chart, contents: ChartContents) -> Sequence[SeriesContents]:
    """Return the series in the tree's order: native dots keep the values across with those upwards."""
    if chart.kind == "scatter" and len(contents.series) == 1 and contents.series[0].xs:
        both = contents.series[0]
        across = SeriesContents(both.x_name, both.xs, facts=both.facts)
        return (across, both)
    if chart.kind == "calls" and contents.series and contents.series[0].xs:
        return (SeriesContents(contents.series[0].x_name, contents.series[0].xs), *contents.series)
    return contents.series


def _categories(
    subject: Subject, exhibit: Exhibit, chart: Chart, contents: ChartContents, count: FileCount
) -> Iterator[Finding]:
    wanted = [plain(category.text) for category in chart.categories]
    if chart.dotted and not contents.categories:
        return  # a native scatter has no categories: its items' names are labels
    for number, (name, found) in enumerate(zip_longest(wanted, contents.categories), 1):
        if found and contents.source in _SHOWN:
            atoms = _bound(chart.categories[number - 1].text) if name is not None else []
            count_text(subject, found, atoms, count, right=name is not None and squeeze(name) == squeeze(found))
        if name is None or found is None or squeeze(name) != squeeze(found):
            text = f"category {number} of {plain(exhibit.label)} is called {found!r}, not {name!r}"
            place = (_where(contents, exhibit, found or ""),)
            yield Finding("category", Claim(found or ""), place, text, Recomputed(name or ""))


def _own_categories(exhibit: Exhibit, chart: Chart, contents: ChartContents) -> Iterator[Finding]:
    """Each series that keeps categories of its own, and an axis that does, says the same as the chart.

    The axis of a line over days may leave names out, never the last.
    """
    wanted = [squeeze(plain(category.text)) for category in chart.categories]
    kept = [("series " + (series.name or str(at)), series.categories) for at, series in enumerate(contents.series, 1)]
    drawn = contents.drawn
    if is_thinned(chart) and len(wanted) == len(drawn) and drawn[-1]:
        drawn = tuple(text or right for text, right in zip(drawn, wanted, strict=True))
    for name, found in [*kept[1:], ("the axis", drawn)]:
        if found and [squeeze(text) for text in found] != wanted:
            pairs = zip_longest(wanted, found)
            text = next((text or "" for right, text in pairs if squeeze(text or "") != right), "")
            cause = f"{name} of {plain(exhibit.label)} has a category {text!r} that is not the document's"
            yield Finding("category", Claim(text), (_where(contents, exhibit, text),), cause)


def _points(
    subject: Subject,
    exhibit: Exhibit,
    chart: Chart,
    series: Series,
    found: SeriesContents,
    contents: ChartContents,
    count: FileCount,
) -> Iterator[Finding]:
    owner = OWNERS[contents.source]
    names = [plain(category.text) for category in chart.categories]
    labels = found.labels or ("",) * len(found.values)
    for number, (point, value) in enumerate(zip_longest(series.points, found.values)):
        name = names[number] if number < len(names) else f"point {number + 1}"
        title = f"{plain(exhibit.label)}, {plain(series.name)}, {name}"
        count.points += value is not None
        wanted = None if point is None else point.value
        if (value is None) != (wanted is None) or (
            value is not None and wanted is not None and not close(value, wanted)
        ):
            said = "nothing" if value is None else f"{float(value):.10g}"
            right = "missing" if wanted is None else f"{float(wanted):.10g}"
            fact = subject.fact(None if point is None else point.fact)
            yield Finding(
                owner,
                Claim(said, value, series.unit),
                (_where(contents, exhibit, f"{plain(series.name)}, {name}: {said}"),),
                f"{title} is {said}, not {right}",
                Recomputed(right, wanted, wanted),
                () if fact is None else operands(subject, fact),
                None if value is None or wanted is None else diagnose(value, wanted, series.decimals),
            )
        elif point is not None:
            label = labels[number] if number < len(labels) else ""
            if contents.source in _SHOWN and not chart.dotted:
                atom = Atom(label, "label", point.fact)
                count_text(subject, label, [atom], count, right=squeeze(label) == squeeze(point.text))
            yield from _label(subject, exhibit, chart, series, point, label, title, contents)
        if point is not None and number < len(found.facts) and found.facts[number] != point.fact:
            text = f"{title} is tied to {found.facts[number]!r}, not to {point.fact!r}"
            place = (_where(contents, exhibit, title),)
            yield Finding("fact-panel", Claim(str(found.facts[number])), place, text, Recomputed(str(point.fact)))


def _label(
    subject: Subject,
    exhibit: Exhibit,
    chart: Chart,
    series: Series,
    point: Point,
    label: str,
    title: str,
    contents: ChartContents,
) -> Iterator[Finding]:
    """The label a store holds for a point is the tree's: all of them in HTML, the printed ones in a deck."""
    if contents.source not in _SHOWN:
        return
    wanted = point.text
    if chart.dotted and contents.source == "pptx-xml":
        if series is not chart.series[0]:
            yield from _item_name(exhibit, chart, series, point, label, contents)
        return
    if contents.source == "pptx-xml":
        shown = [other for other in series.points if other.text and other.value is not None]
        printed = {"all": shown, "last": shown[-1:], "none": []}[series.labels]
        wanted = point.text if any(other is point for other in printed) else ""
    if squeeze(label) != squeeze(wanted):
        fact = subject.fact(point.fact)
        text = f"the label of {title} is {label!r}, not {wanted!r}"
        place = (_where(contents, exhibit, label),)
        where = () if fact is None else operands(subject, fact)
        yield Finding("label-number", Claim(label, None, series.unit), place, text, Recomputed(wanted), where)


def _item_name(
    exhibit: Exhibit, chart: Chart, series: Series, point: Point, label: str, contents: ChartContents
) -> Iterator[Finding]:
    """Dots of a deck are labelled with the names of their items where the tree says so, calls in their own class."""
    number = next(at for at, other in enumerate(series.points) if other is point)
    drawn = chart.series[0].points[number].value is not None and (chart.kind == "scatter" or point.value is not None)
    wanted = plain(chart.categories[number].text) if number in chart.labelled and drawn else ""
    if squeeze(label) != squeeze(wanted):
        text = f"item {number + 1} of {plain(exhibit.label)} is labelled {label!r}, not {wanted!r}"
        yield Finding("category", Claim(label), (_where(contents, exhibit, label),), text, Recomputed(wanted))


def point_text(series: Series, point: Point) -> str:
    """Return how a point is told where its label is not printed: its text, else its value in the series' places."""
    if point.text or point.value is None:
        return point.text
    value = rounded(point.value, series.decimals)
    return f"{float(value):,.{series.decimals}f}"


def _tips(exhibit: Exhibit, chart: Chart, contents: ChartContents) -> Iterator[Finding]:
    """The words that show when a point is asked for are its category, its series and its value, and no others."""
    orders = [1] if chart.kind == "scatter" else list(range(len(chart.series)))
    for order in orders:
        if order >= len(contents.series):
            return
        for number, tip in enumerate(contents.series[order].tips):
            if not tip or number >= len(chart.categories):
                continue
            told = chart.series if chart.kind == "scatter" else (chart.series[order],)
            told = (chart.series[0], *told) if chart.kind == "calls" else told
            words = [plain(chart.categories[number].text)]
            for series in told:
                if number < len(series.points):
                    words += [plain(series.name)] * (chart.kind != "calls")
                    words.append(point_text(series, series.points[number]))
            if squeeze(tip) != squeeze("".join(words)):
                text = (
                    f"the tooltip of point {number + 1} of {plain(exhibit.label)} says {tip!r}, not {' '.join(words)!r}"
                )
                place = (_where(contents, exhibit, tip),)
                yield Finding("label-number", Claim(tip), place, text, Recomputed(" ".join(words)))


def _axes(
    subject: Subject, exhibit: Exhibit, chart: Chart, contents: ChartContents, count: FileCount
) -> Iterator[Finding]:
    wanted: list[tuple[str, Axis | None]] = [("y", chart.y_axis), ("y2", chart.y2_axis), ("x", chart.x_axis)]
    if contents.source == "html-spec":
        for found in contents.axes:
            tree = dict(wanted).get(found.title)
            for text, tick in zip_longest(found.texts, tree.ticks if tree is not None else ()):
                right = text is not None and tick is not None and squeeze(text) == squeeze(tick.text)
                count_text(subject, text or "", [Atom(text or "", "tick")], count, right=right)
            yield from _axis(exhibit, found.title, tree, found, contents)
        named = {found.title for found in contents.axes}
        if any(tree is not None and name not in named for name, tree in wanted):
            text = f"an axis of {plain(exhibit.label)} is missing"
            yield Finding("chart-axis", Claim(""), (_where(contents, exhibit),), text)
    elif contents.source == "pptx-xml":
        trees = native_axes(chart)
        for (name, tree), axis in zip_longest(trees, contents.axes, fillvalue=("", None)):
            if isinstance(axis, AxisContents) and tree is not None:
                for text, tick in zip(axis.texts, tree.ticks, strict=False):
                    right = squeeze(text) == squeeze(tick.text)
                    count_text(subject, text, [Atom(text, "tick")], count, right=right)
                yield from _axis(exhibit, str(name), tree, axis, contents)
            else:
                text = f"{plain(exhibit.label)} has {len(contents.axes)} value axes here, the document {len(trees)}"
                yield Finding("chart-axis", Claim(str(len(contents.axes))), (_where(contents, exhibit),), text)
                return


def _axis(
    exhibit: Exhibit, name: str, tree: Axis | None, axis: AxisContents, contents: ChartContents
) -> Iterator[Finding]:
    place = (_where(contents, exhibit, f"axis {name}"),)
    if tree is None:
        yield Finding("chart-axis", Claim(name), place, f"{plain(exhibit.label)} has an axis {name} that is not there")
        return
    values = [tick.value for tick in tree.ticks]
    ends = (axis.low, axis.high)
    if any(end is not None and not close(end, right) for end, right in zip(ends, (values[0], values[-1]), strict=True)):
        said = " to ".join("?" if end is None else f"{float(end):g}" for end in ends)
        right = f"{float(values[0]):g} to {float(values[-1]):g}"
        text = f"axis {name} of {plain(exhibit.label)} reaches from {said}, not from {right}"
        yield Finding("chart-axis", Claim(said), place, text, Recomputed(right))
        return
    if None in ends:
        text = f"axis {name} of {plain(exhibit.label)} does not say where it ends: every program may draw another"
        yield Finding("chart-axis", Claim(name), place, text)
    if axis.values and (len(axis.values) != len(values) or not all(map(close, axis.values, values))):
        said = ", ".join(f"{float(value):g}" for value in axis.values)
        text = f"axis {name} of {plain(exhibit.label)} has its ticks at {said}"
        right = ", ".join(f"{float(value):g}" for value in values)
        yield Finding("chart-axis", Claim(said), place, text, Recomputed(right))
    for number, (text_found, tick) in enumerate(zip(axis.texts, tree.ticks, strict=False), 1):
        if squeeze(text_found) != squeeze(tick.text):
            text = f"tick {number} of axis {name} of {plain(exhibit.label)} says {text_found!r}, not {tick.text!r}"
            spot = (_where(contents, exhibit, f"axis {name}: {text_found}"),)
            yield Finding("axis-tick", Claim(text_found), spot, text, Recomputed(tick.text))
            if contents.source != "html-spec":
                return  # one number format makes all of them
