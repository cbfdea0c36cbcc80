"""The data of a chart in an HTML report: what its Vega-Lite specification holds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from yanbao.errors import ReadError
from yanbao.read.contents import AxisContents, ChartContents, Place, SeriesContents
from yanbao.read.stored_number import stored_number

_MAX_DEPTH = 60
_AXES = ("y", "y2", "x")


def chart_of_spec(spec: object, place: Place, key: str) -> ChartContents:
    """Return the chart of a specification: its rows by series, the texts and values of its axes, other words.

    Raises:
        ReadError: the specification has no rows, or rows that are no points.
    """
    where = f"{place.file}:{place.line}: the specification of chart {key!r}"
    if not isinstance(spec, dict):
        raise ReadError(f"{where} is no object\n    hint: build the report again")
    data = spec.get("data")
    rows = data.get("values") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ReadError(f"{where} has no rows of data\n    hint: build the report again")
    scatter = any("x" in row and "y" in row for row in rows)
    categories, series = _items(rows, where) if scatter else _points(rows, where)
    return ChartContents(
        place,
        "html-spec",
        "scatter" if scatter else "chart",
        categories,
        series,
        tuple(_axes(spec, where)),
        key,
        tuple(_words(spec, 0)),
        tuple(_drawn(spec)),
        _base(spec, where),
    )


def _base(spec: dict[str, Any], where: str) -> Fraction | None:
    """Return the value at which bars begin, where the specification says one."""
    given = (item for item in spec.get("params") or [] if isinstance(item, dict) and item.get("name") == "base")
    found = next(given, None)
    return None if found is None else _number(found.get("value"), where)


def _drawn(spec: dict[str, Any]) -> Iterator[str]:
    """Yield the categories as the axis draws them; one that is broken into lines is put together."""
    for item in spec.get("params") or []:
        if isinstance(item, dict) and item.get("name") == "category_labels" and isinstance(item.get("value"), list):
            for label in item["value"]:
                yield "".join(map(_text, label)) if isinstance(label, list) else _text(label)


def _points(rows: list[dict[str, Any]], where: str) -> tuple[tuple[str, ...], tuple[SeriesContents, ...]]:
    places: dict[int, str] = {}
    orders: dict[int, dict[int, dict[str, Any]]] = {}
    for row in rows:
        position, order = _index(row.get("position"), where), _index(row.get("order"), where)
        category = _text(row.get("category"))
        if places.setdefault(position, category) != category:
            raise ReadError(f"{where} calls position {position} both {places[position]!r} and {category!r}")
        if position in orders.setdefault(order, {}):
            raise ReadError(f"{where} has two points at position {position} of series {order}")
        orders[order][position] = row
    categories = tuple(places[position] for position in sorted(places))
    series = []
    for order in sorted(orders):
        points = [orders[order].get(position, {}) for position in sorted(places)]
        names = {_text(row.get("name", row.get("series"))) for row in points if row}
        if len(names) != 1:
            raise ReadError(f"{where} gives series {order} the names {', '.join(sorted(names))}")
        series.append(
            SeriesContents(
                names.pop(),
                tuple(_number(row.get("value"), where) for row in points),
                tuple(_text(row.get("text")) for row in points),
                facts=tuple(row.get("fact") for row in points),
                tips=tuple(_text(row.get("tip")) for row in points),
            )
        )
    return categories, tuple(series)


def _items(rows: list[dict[str, Any]], where: str) -> tuple[tuple[str, ...], tuple[SeriesContents, ...]]:
    ordered = sorted(rows, key=lambda row: _index(row.get("position"), where))
    return tuple(_text(row.get("category")) for row in ordered), tuple(
        SeriesContents(
            "",
            tuple(_number(row.get(axis), where) for row in ordered),
            tuple(_text(row.get(f"{axis}_text")) for row in ordered),
            facts=tuple(_fact_of(row, axis) for row in ordered),
            tips=tuple(_text(row.get("tip")) for row in ordered) if axis == "y" else (),
        )
        for axis in ("x", "y")
    )


def _fact_of(row: dict[str, Any], axis: str) -> Any:
    """Return the fact of an item on an axis; a click opens `fact`, which is the one on the y axis."""
    fact = row.get(f"{axis}_fact")
    return row["fact"] if axis == "y" and row.get("fact", fact) != fact else fact


def _axes(spec: dict[str, Any], where: str) -> Iterator[AxisContents]:
    """Yield the axes y, y2 and x as far as they are there: their ticks, and the ends of their scales."""
    given = {item.get("name"): item.get("value") for item in spec.get("params") or [] if isinstance(item, dict)}
    domains = dict(_domains(spec, 0))
    for axis in _AXES:
        values, labels = given.get(f"{axis}_values"), given.get(f"{axis}_labels")
        if isinstance(values, list) and isinstance(labels, list):
            ticks = tuple(number for value in values if (number := _number(value, where)) is not None)
            ends = [_number(end, where) for end in domains.get(axis, [])]
            low, high = (ends[0], ends[-1]) if ends else (None, None)
            yield AxisContents(ticks, tuple(_text(label) for label in labels), low, high, title=axis)


def _domains(part: Any, depth: int) -> Iterator[tuple[str, list[Any]]]:
    """Yield (axis, domain) of each encoding whose labels are one of the axes'."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(part, dict):
        axis, scale = part.get("axis"), part.get("scale")
        label = axis.get("labelExpr") if isinstance(axis, dict) else None
        if isinstance(label, str) and isinstance(scale, dict) and isinstance(scale.get("domain"), list):
            name = label.partition("_labels[")[0]
            if name in _AXES:
                yield name, scale["domain"]
        for value in part.values():
            yield from _domains(value, depth + 1)
    elif isinstance(part, list):
        for value in part:
            yield from _domains(value, depth + 1)


def _words(part: Any, depth: int) -> Iterator[str]:
    """Yield the words of layers that have rows of their own: legend, titles."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(part, dict):
        data = part.get("data")
        if depth and isinstance(data, dict) and isinstance(data.get("values"), list):
            for row in data["values"]:
                if isinstance(row, dict) and _text(row.get("text")):
                    yield _text(row.get("text"))
        for name, value in part.items():
            if name != "data":
                yield from _words(value, depth + 1)
    elif isinstance(part, list):
        for value in part:
            yield from _words(value, depth + 1)


def _index(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ReadError(f"{where} has a point at {value!r}\n    hint: build the report again")
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _number(value: Any, where: str) -> Fraction | None:
    """Return a JSON number; decimals were kept as text, so that nothing is rounded on the way."""
    if value is None:
        return None
    found = None
    if isinstance(value, str):
        found = stored_number(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        found = Fraction(value)
    if found is None:
        raise ReadError(f"{where}: {str(value)[:40]!r} is no number\n    hint: build the report again")
    return found
