"""Charts of an exhibit: facts of a table's columns -> categories, series, axes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from yanbao.author.axis import nice_axis
from yanbao.author.binding import Shown, check_unit, display_decimals, print_quantity, spelt_unit, unit_text
from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.labels import STATISTICS, Language, percentile_name
from yanbao.author.table_view import TableView
from yanbao.document.tree import Axis, Category, Chart, Point, Series, Span
from yanbao.errors import FormulaError
from yanbao.fact.fact import Fact
from yanbao.quantity import Unit

MAX_ITEMS = 60
MAX_POINTS = 300  # of a line: a year of trading days, or five of weeks
_OVER_TIME = ("line", "step", "band", "fan")


def chart_body(spec: ExhibitSpec, view: TableView) -> Chart:
    """Return the chart that an exhibit block asks for.

    Raises:
        FormulaError, UnitError: an unknown column or row, units that do not go together, too many items.
    """
    rows = view.rows(spec.rows)
    if spec.kind == "ranking":
        return _ranking(spec, view, rows)
    if spec.kind == "scatter":
        return _scatter(spec, view, rows)
    if len(rows) > (MAX_POINTS if spec.kind in _OVER_TIME else MAX_ITEMS):
        raise FormulaError(f"{len(rows)} categories are too many to draw; choose `rows`")
    if spec.kind == "band":
        return _band(spec, view, rows)
    if spec.kind == "whiskers":
        return _whiskers(spec, view, rows)
    if spec.kind == "fan":
        return _fan(spec, view, rows)
    categories = tuple(Category((view.key_span(row, spec.x),)) for row in rows)
    bright = _bright(spec, rows)
    if spec.kind == "bar-line":
        left, right = axis_unit(spec, view, spec.bars), axis_unit(None, view, spec.lines)
        bars = [_series(view, rows, name, "bar", left, spec, 1) for name in spec.bars]
        lines = [_series(view, rows, name, "line", right, spec, 2) for name in spec.lines]
        return Chart(
            "bar-line",
            categories,
            tuple(bars + lines),
            nice_axis(drawn_values(bars), unit_text(left, view.language), zero=True),
            nice_axis(drawn_values(lines), unit_text(right, view.language), zero=False),
            highlight=bright[0] if bright else None,
            also_highlighted=bright[1:],
        )
    mark = {"line": "line", "step": "step"}.get(spec.kind, "bar")
    unit = axis_unit(spec, view, spec.y)
    series = [_series(view, rows, name, mark, unit, spec, 1) for name in spec.y]
    return Chart(
        spec.kind,  # type: ignore[arg-type]
        categories,
        tuple(series),
        _stacked_axis(series) if spec.kind == "stacked" else _axis(series, zero=mark == "bar"),
        highlight=bright[0] if bright else None,
        also_highlighted=bright[1:],
    )


def axis_unit(spec: ExhibitSpec | None, view: TableView, columns: Iterable[str]) -> Unit:
    """Return the unit that an axis is in: the exhibit's, else that of the first of its columns."""
    if spec is not None and spec.unit:
        unit = spelt_unit(spec.unit)
        check_unit(unit, view.language)
        return unit
    return next(view.unit(name) for name in columns)


def _bright(spec: ExhibitSpec, rows: list[str]) -> tuple[int, ...]:
    unknown = [row for row in spec.highlight if row not in rows]
    if unknown:
        raise FormulaError(f"`highlight` names rows that the exhibit does not show: {', '.join(unknown)}")
    return tuple(rows.index(row) for row in dict.fromkeys(spec.highlight))


def shown_decimals(spec: ExhibitSpec, column: str) -> int | None:
    """Return the decimal places that an exhibit asks for in a column, `None` where it asks for none."""
    return spec.decimals.get(column) if isinstance(spec.decimals, dict) else spec.decimals


def point(fact: Fact, unit: Unit, decimals: int | None, language: Language) -> Point:
    """Return a fact as a point: its value in the axis' unit, its label as printed there."""
    if fact.quantity is None:
        return Point(fact.id, None, "", fact.missing or "not a number")
    value = fact.quantity.to(unit)
    percent = unit.symbol == "%"
    text, _, _ = print_quantity(fact.quantity, Shown(decimals, unit, not percent, grouping=True), language)
    return Point(fact.id, value.value, text)


def _series(
    view: TableView, rows: list[str], column: str, mark: str, unit: Unit, spec: ExhibitSpec, axis: int
) -> Series:
    decimals = shown_decimals(spec, column)
    points = tuple(point(view.fact(row, column), unit, decimals, view.language) for row in rows)
    if spec.kind == "stacked":  # a part of nothing has no place for its label
        points = tuple(replace(each, text="") if each.value == 0 else each for each in points)
    used = [fact.quantity for row in rows if (fact := view.fact(row, column)).quantity is not None]
    most = max((display_decimals(quantity, view.language) for quantity in used if quantity), default=0)
    few = len(rows) <= 8 and (mark == "bar" or (mark == "dot" and spec.kind == "whiskers"))
    labels = "none" if mark == "end" else spec.labels or ("all" if few else "last" if mark == "line" else "none")
    return Series(
        column,
        (view.label_span(column),),
        mark,  # type: ignore[arg-type]
        points,
        axis,  # type: ignore[arg-type]
        unit_text(unit, view.language),
        decimals if decimals is not None else most,
        labels,
    )


def drawn_values(series: Iterable[Series]) -> list[Fraction]:
    """Return all values of some series.

    Raises:
        FormulaError: there are none.
    """
    values = [item.value for part in series for item in part.points if item.value is not None]
    if not values:
        raise FormulaError("the exhibit has no values to draw")
    return values


def _axis(series: list[Series], *, zero: bool) -> Axis:
    return nice_axis(drawn_values(series), series[0].unit, zero=zero)


def _stacked_axis(series: list[Series]) -> Axis:
    totals: list[Fraction] = []
    for index in range(len(series[0].points)):
        values = [value for part in series if (value := part.points[index].value) is not None]
        totals.append(sum((value for value in values if value > 0), Fraction(0)))
        totals.append(sum((value for value in values if value < 0), Fraction(0)))
    return nice_axis(totals, series[0].unit, zero=True)


def _ranking(spec: ExhibitSpec, view: TableView, rows: list[str]) -> Chart:
    assert spec.value is not None
    unit = axis_unit(spec, view, [spec.value])
    known = [row for row in rows if view.fact(row, spec.value).quantity is not None]

    def value(row: str) -> Fraction:
        quantity = view.fact(row, spec.value or "").quantity
        assert quantity is not None
        return quantity.to(unit).value

    ranked = sorted(known, key=value, reverse=spec.first == "highest")
    if spec.top is not None:
        ranked = ranked[: spec.top]
    if len(ranked) > MAX_ITEMS:
        raise FormulaError(f"{len(ranked)} bars are too many; say `top = N` or choose `rows`")
    series = _series(view, ranked, spec.value, "bar", unit, spec.model_copy(update={"labels": spec.labels or "all"}), 1)
    categories = tuple(Category((view.key_span(row, spec.x),)) for row in ranked)
    bright = _bright(spec, ranked)
    return Chart(
        "ranking",
        categories,
        (series,),
        _axis([series], zero=True),
        highlight=bright[0] if bright else None,
        also_highlighted=bright[1:],
    )


def _scatter(spec: ExhibitSpec, view: TableView, rows: list[str]) -> Chart:
    assert spec.x is not None
    name_x, name_y = spec.x, spec.y[0]
    both = [row for row in rows if view.fact(row, name_x).quantity and view.fact(row, name_y).quantity]
    x_unit, y_unit = view.unit(name_x), view.unit(name_y)
    x = _series(view, both, name_x, "dot", x_unit, spec, 1)
    y = _series(view, both, name_y, "dot", y_unit, spec, 1)
    unknown = [row for row in spec.labelled if row not in both]
    if unknown:
        raise FormulaError(f"`labelled` names rows that the exhibit does not show: {', '.join(unknown)}")
    return Chart(
        "scatter",
        tuple(Category((view.key_span(row, None),)) for row in both),
        (x, y),
        _titled(_axis([y], zero=False), view, name_y),
        x_axis=_titled(_axis([x], zero=False), view, name_x),
        labelled=tuple(both.index(row) for row in spec.labelled),
    )


def _titled(axis: Axis, view: TableView, column: str) -> Axis:
    return Axis(axis.ticks, axis.unit, view.label_span(column).text)


def _band(spec: ExhibitSpec, view: TableView, rows: list[str]) -> Chart:
    assert spec.value is not None
    unit = axis_unit(spec, view, [spec.value])
    line = _series(view, rows, spec.value, "line", unit, spec, 1)
    column = f"{view.id}.{spec.value}[:]"

    def level(identifier: str, name: str, mark: str, expression: str) -> Series:
        fact = view.prose(expression)
        value = point(fact, unit, shown_decimals(spec, spec.value or ""), view.language)
        digits = any(character.isdigit() for character in name)
        label = Span(name, "structure", note="percentile") if digits else Span(name)
        repeated = tuple(Point(value.fact, value.value, value.text) for _ in rows)
        return Series(identifier, (label,), mark, repeated, 1, unit_text(unit, view.language), line.decimals, "none")  # type: ignore[arg-type]

    series = (
        level("low", percentile_name(spec.low, view.language), "area", f"quantile({column}, {spec.low}%)"),
        level("high", percentile_name(spec.high, view.language), "area", f"quantile({column}, {spec.high}%)"),
        level("median", STATISTICS[view.language]["median"], "rule", f"median({column})"),
        line,
    )
    categories = tuple(Category((view.key_span(row, spec.x),)) for row in rows)
    return Chart("band", categories, series, _axis(list(series), zero=False))


def _whiskers(spec: ExhibitSpec, view: TableView, rows: list[str]) -> Chart:
    unit = axis_unit(spec, view, spec.y)
    low, high = (_series(view, rows, name, "end", unit, spec, 1) for name in spec.ends)
    _check_rising(rows, [low, high])
    series = (low, high, *(_series(view, rows, name, "dot", unit, spec, 1) for name in spec.y))
    categories = tuple(Category((view.key_span(row, spec.x),)) for row in rows)
    return Chart("whiskers", categories, series, _axis(list(series), zero=False))


def _check_rising(rows: list[str], ends: list[Series]) -> None:
    for low, high in pairwise(ends):
        for row, one, other in zip(rows, low.points, high.points, strict=True):
            if one.value is not None and other.value is not None and one.value > other.value:
                raise FormulaError(f"`{low.id}` is above `{high.id}` in the row `{row}`: {one.text} and {other.text}")


def _fan(spec: ExhibitSpec, view: TableView, rows: list[str]) -> Chart:
    """Return a line in the bands between columns that stand from the lowest end to the highest."""
    assert spec.value is not None
    unit = axis_unit(spec, view, [spec.value])
    line = _series(view, rows, spec.value, "line", unit, spec, 1)
    ends = [
        _series(view, rows, name, "area", unit, spec.model_copy(update={"labels": "none"}), 1) for name in spec.ends
    ]
    _check_rising(rows, ends)
    categories = tuple(Category((view.key_span(row, spec.x),)) for row in rows)
    return Chart("band", categories, (*ends, line), _axis([*ends, line], zero=False))
