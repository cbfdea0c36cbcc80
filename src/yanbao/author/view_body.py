"""Exhibits of a model's views: tornado and fan charts, sensitivity tables whose base case is marked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from yanbao.author.axis import nice_axis
from yanbao.author.binding import Shown, display_decimals, display_unit, print_fact, print_quantity, unit_text
from yanbao.author.chart_body import MAX_POINTS, axis_unit, drawn_values, point, shown_decimals
from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.labels import LABELS, MARKS, STATISTICS, Language
from yanbao.author.table_view import TableView
from yanbao.document.tree import Category, Chart, Point, Series, Span, Table, Text
from yanbao.errors import FormulaError
from yanbao.fact.fact import Fact
from yanbao.quantity import Unit

MAX_INPUTS = 30  # of a tornado
_LABEL_ROOM = Fraction(1, 6)  # of a tornado's range, beside it on either side: the labels stand outside the bars
_KINDS = {"tornado": ("tornado",), "fan": ("fan",), "sensitivity": ("one-way", "two-way", "scenarios")}


def checked_view(spec: ExhibitSpec, view: TableView) -> None:
    """Refuse an exhibit of views over a table that is none, or one of another kind.

    Raises:
        FormulaError: with what the table is.
    """
    wanted = _KINDS.get(spec.kind)
    if wanted is None or (spec.kind == "fan" and spec.ends):  # any table may have its bands' ends as columns
        return
    found = view.table.view.kind if view.table.view is not None else "no view of a model"
    if found not in wanted:
        raise FormulaError(f"an exhibit of kind {spec.kind} shows a view of kind {' or '.join(wanted)};"
                           f" `{view.id}` is {found}")  # fmt: skip


def tornado_body(spec: ExhibitSpec, view: TableView) -> Chart:
    """Return the bars of a tornado, in the view's order: the widest first."""
    rows = view.rows(None)[: spec.top]
    if len(rows) > MAX_INPUTS:
        raise FormulaError(f"{len(rows)} inputs are too many to draw; say `top = N`")
    unit = axis_unit(spec, view, ["low"])
    ends = [_series(spec, view, rows, name, "bar", unit, "all") for name in ("low", "high")]
    base = point(view.fact(rows[0], "base"), unit, _decimals(spec, view, "base"), view.language)
    if base.value is None:
        raise FormulaError(f"the base case of `{view.id}` has no value: {base.missing}")
    values = [*drawn_values(ends), base.value]
    room = (max(values) - min(values)) * _LABEL_ROOM
    axis = nice_axis([min(values) - room, max(values) + room], unit_text(unit, view.language), zero=False)
    return Chart(
        "tornado",
        tuple(Category(_input_text(view, row)) for row in rows),
        tuple(ends),
        axis,
        base=base,
    )


def _input_text(view: TableView, row: str) -> Text:
    """Return an input with its low and its high value: 配网占比（35%—45%）."""
    low, high = (_number(view, view.fact(row, name)) for name in ("low_input", "high_input"))
    before, _, after = MARKS[view.language]["brackets"].partition("{}")
    between = Span(MARKS[view.language]["range"])
    return (view.key_span(row, None), Span(before), low, between, high, Span(after))


def _number(view: TableView, fact: Fact) -> Span:
    """Return an input's value with its unit, in the places it is typed with."""
    if fact.quantity is None:
        raise FormulaError(f"{fact.id} has no value")
    text, unit, places = print_fact(fact, Shown(grouping=True), view.language)
    return Span(text, "number", fact.id, unit=unit, decimals=places)


def fan_body(spec: ExhibitSpec, view: TableView) -> Chart:
    """Return the bands between the quantiles of a simulation, the median and the base case of the model."""
    rows = view.rows(spec.rows)
    if len(rows) > MAX_POINTS:
        raise FormulaError(f"{len(rows)} periods are too many to draw; choose `rows`")
    quantiles = [name for name in view.table.columns if name not in (view.table.key, "base")]
    unit = axis_unit(spec, view, ["base"])
    middle = [quantiles[len(quantiles) // 2]] if len(quantiles) % 2 else []
    series = [_series(spec, view, rows, name, "area", unit, "none") for name in quantiles if name not in middle]
    if not series:
        raise FormulaError(f"`{view.id}` has one quantile; a fan has two or more")
    series = [replace(each, name=(_share_span(each.id, view.language),)) for each in series]
    if middle:
        median = _series(spec, view, rows, middle[0], "rule", unit, "none")
        is_median = middle[0] == "q50"
        name = Span(STATISTICS[view.language]["median"]) if is_median else _share_span(middle[0], view.language)
        series.append(replace(median, name=(name,)))
    series.append(_series(spec, view, rows, "base", "line", unit, "last"))
    axis = nice_axis(drawn_values(series), unit_text(unit, view.language), zero=False)
    return Chart("band", tuple(Category((view.key_span(row, None),)) for row in rows), tuple(series), axis)


def _share_span(column: str, language: Language) -> Span:
    share = column.removeprefix("q").replace("_", ".")
    return Span(STATISTICS[language]["quantile"].format(share), "structure", note="percentile")


def _series(
    spec: ExhibitSpec, view: TableView, rows: list[str], column: str, mark: str, unit: Unit, labels: str
) -> Series:
    decimals = _decimals(spec, view, column)
    points = tuple(_point(view, row, column, unit, decimals) for row in rows)
    known = [fact.quantity for row in rows if (fact := _cell_of(view, row, column)) is not None and fact.quantity]
    most = max((display_decimals(quantity, view.language) for quantity in known), default=0)
    return Series(
        column,
        (view.label_span(column),),
        mark,  # type: ignore[arg-type]
        points,
        1,
        unit_text(unit, view.language),
        decimals if decimals is not None else most,
        labels,  # type: ignore[arg-type]
    )


def _cell_of(view: TableView, row: str, column: str) -> Fact | None:
    return view.fact(row, column) if view.has(row, column) else None


def _point(view: TableView, row: str, column: str, unit: Unit, decimals: int | None) -> Point:
    fact = _cell_of(view, row, column)
    return Point(None, None, "", "—") if fact is None else point(fact, unit, decimals, view.language)


def _decimals(spec: ExhibitSpec, view: TableView, column: str) -> int | None:
    """Return the places of a column: the exhibit's, else the line's own, else `None`: those of each number."""
    shown = shown_decimals(spec, column)
    return view.table.columns[column].decimals if shown is None else shown


def mark_base(view: TableView, table: Table, rows: list[str], columns: list[str]) -> Table:
    """Return a table of a view with its heads as numbers and its base case marked.

    Args:
        view: the view's table.
        table: its cells as any table has them.
        rows: the rows that are shown.
        columns: the columns that are shown.
    """
    shown = view.table.view
    assert shown is not None
    base_row, base_column = shown.base
    heads = []
    for name, head in zip(columns, table.columns, strict=True):
        if shown.kind == "two-way" and name != view.table.key:
            across = shown.across.get(view.language) if shown.across is not None else None
            group = (Span(across, "structure", note="label"),) if across else ()
            head = replace(head, label=(_number(view, view.fact("across", name)),), group=group)
        heads.append(head)
    is_marked = shown.kind != "two-way" or None not in shown.base
    lines = []
    for row, line in zip(rows, table.rows, strict=True):
        cells = list(line.cells)
        for at, name in enumerate(columns):
            if name == view.table.key and shown.kind != "scenarios":
                step = view.fact(row, name)
                cells[at] = replace(cells[at], text=(_number(view, step),), fact=step.id)
            elif is_marked and row == base_row and base_column in (None, name) and cells[at].missing is None:
                cells[at] = replace(cells[at], mark="base")
        lines.append(replace(line, cells=tuple(cells)))
    return Table("grouped" if shown.kind == "two-way" else "plain", tuple(heads), tuple(lines))


def view_unit(view: TableView) -> str:
    """Return the unit that a two-way table's numbers are in, "" for other tables, whose heads name theirs."""
    shown = view.table.view
    if shown is None or shown.kind != "two-way":
        return ""
    return unit_text(view.unit("a1"), view.language)


def base_note(view: TableView, body: Chart | Table, language: Language) -> Text:
    """Return what an exhibit's note says of the base case: where it is drawn or shaded, and what it comes to."""
    if isinstance(body, Table):
        marked = any(cell.mark == "base" for row in body.rows for cell in row.cells)
        return (Span(LABELS[language]["base_cell"]),) if marked else ()
    if body.base is None or body.base.fact is None:
        return ()
    fact = next(each for each in view.used if each.id == body.base.fact)
    assert fact.quantity is not None
    unit = view.unit("base")
    shown = Shown(body.series[0].decimals, display_unit(unit, language), grouping=True)
    text, symbol, places = print_quantity(fact.quantity, shown, language)
    return (Span(LABELS[language]["base_line"]), Span(text, "number", fact.id, unit=symbol, decimals=places))
