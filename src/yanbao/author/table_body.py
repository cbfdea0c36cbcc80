"""Tables and timelines of an exhibit: facts of a table -> columns, rows, cells, events."""

from __future__ import annotations

from collections.abc import Callable

from yanbao.author.binding import Shown, display_decimals, display_unit, print_fact, unit_text
from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.labels import LABELS, MARKS, Language
from yanbao.author.table_view import TableView
from yanbao.author.view_body import mark_base
from yanbao.document.tree import Cell, Column, Event, Row, Span, Table, Text, Timeline
from yanbao.errors import FormulaError
from yanbao.fact.fact import Fact
from yanbao.memory import remembered

WriteText = Callable[[str], Text]
_IN_CELL = frozenset({"%", "pp", ""})  # units that stand with each number, not in the column's head


def table_body(spec: ExhibitSpec, view: TableView, write: WriteText) -> Table:
    """Return the table that an exhibit block asks for.

    Args:
        spec: the exhibit block.
        view: the evidence table.
        write: makes a text of a head that the block overrides.
    """
    rows = view.rows(spec.rows, totals=True)
    columns = view.columns(spec.columns, rows)
    _check_names(spec, columns)
    kind = "grouped" if spec.groups and spec.kind == "plain" else spec.kind
    heads = [_head(spec, view, name, write) for name in columns]
    body = [
        Row(tuple(_cell(spec, view, row, name) for name in columns), _role(spec, view, row))  # type: ignore[arg-type]
        for row in rows
    ]
    if spec.kind == "sensitivity":
        return mark_base(view, Table("plain", tuple(heads), tuple(body)), rows, columns)
    if spec.transpose:
        return _transposed(spec, view, columns, rows, heads, body)
    return Table(kind, tuple(heads), tuple(body))  # type: ignore[arg-type]


def _check_names(spec: ExhibitSpec, columns: list[str]) -> None:
    for field, names in (
        ("headers", spec.headers),
        ("widths", spec.widths),
        ("decimals", spec.decimals if isinstance(spec.decimals, dict) else {}),
        ("groups", {name for group in spec.groups.values() for name in group}),
    ):
        known = [*columns, "metric"] if spec.transpose else columns
        unknown = [name for name in names if name not in known]
        if unknown:
            raise FormulaError(f"`{field}` names columns that are not shown: {', '.join(unknown)}")


def _role(spec: ExhibitSpec, view: TableView, row: str) -> str:
    return "highlight" if row in spec.highlight else view.table.role(row)


def _head(spec: ExhibitSpec, view: TableView, name: str, write: WriteText) -> Column:
    unit = display_unit(view.table.columns[name].unit, view.language)
    symbol = unit_text(unit, view.language)
    kind = view.table.columns[name].spec.kind
    group: Text = ()
    for title, members in spec.groups.items():
        if name in members:
            group = write(title)
    if name in spec.headers:
        label: Text = write(spec.headers[name])
    else:
        label = (view.label_span(name),)
        two_way = view.table.view is not None and view.table.view.kind == "two-way" and name != view.table.key
        if not two_way and unit.symbol not in _IN_CELL and "（" not in label[0].text and "(" not in label[0].text:
            label += (Span(MARKS[view.language]["brackets"].format(symbol)),)
    is_text = kind in ("text", "date") or name == view.table.key
    align = "center" if kind == "mark" else "left" if is_text else "right"
    return Column(name, label, align, group, spec.widths.get(name, 1.0), symbol)  # type: ignore[arg-type]


def _cell(spec: ExhibitSpec, view: TableView, row: str, name: str) -> Cell:
    if name == view.table.key:
        span = view.key_span(row, None)
        return Cell((span,), span.fact if span.kind == "quote" else None)
    if not view.has(row, name):
        return Cell((Span(""),))
    fact = view.fact(row, name)
    if fact.text is not None:
        if view.table.columns[name].spec.kind == "mark":
            return Cell((Span(fact.text, "quote", fact.id),), fact.id, mark="yes" if fact.text == "✓" else "no")
        return Cell((Span(fact.text, "quote", fact.id),), fact.id)
    if fact.quantity is None:
        return Cell((Span(view.missing_word(name, fact)),), fact.id, missing=fact.missing)
    parts = (fact, spec, view.table, name, view.language)
    return Cell((remembered("number", parts, lambda: number_span(fact, spec, view, name)),), fact.id)


def number_span(fact: Fact, spec: ExhibitSpec, view: TableView, name: str) -> Span:
    """Return a cell's number: bare where the head names the unit, with its unit elsewhere."""
    assert fact.quantity is not None
    own = display_unit(view.table.columns[name].unit, view.language)
    decimals = spec.decimals.get(name) if isinstance(spec.decimals, dict) else spec.decimals
    printed = fact.quantity.decimals is not None and not fact.computed
    if decimals is not None and printed and not fact.quantity.is_exact:
        decimals = min(
            decimals, display_decimals(fact.quantity, view.language)
        )  # more places than were printed would be invented
    bare = own.symbol not in _IN_CELL or (not own.symbol and not fact.quantity.unit.symbol)
    shown = Shown(decimals, own if own.symbol or own.dimension else None, bare, grouping=True)
    text, unit, places = print_fact(fact, shown, view.language)
    return Span(text, "number", fact.id, unit=unit, decimals=places)


def _transposed(
    spec: ExhibitSpec, view: TableView, columns: list[str], rows: list[str], heads: list[Column], body: list[Row]
) -> Table:
    """Metrics as rows, the key column's values as heads: company forecasts."""
    key = columns.index(view.table.key) if view.table.key in columns else None
    names = [view.key_span(row, None) for row in rows]
    corner = view.label_span(view.table.key)
    # a column holds a value of each metric: one text among them and nothing lines up at the right
    aligns = {head.align for index, head in enumerate(heads) if index != key}
    align = "left" if "left" in aligns else "center" if aligns == {"center"} else "right"
    top = (
        Column("metric", (corner,), "left", (), spec.widths.get("metric", 1.6)),
        *(Column(f"c{index}", (name,), align) for index, name in enumerate(names)),  # type: ignore[arg-type]
    )
    lines = [
        Row(
            (Cell(head.label), *(row.cells[index] for row in body)),
            "highlight" if columns[index] in spec.highlight else "body",
        )
        for index, head in enumerate(heads)
        if index != key
    ]
    kind = "grouped" if spec.kind == "grouped" else spec.kind
    return Table(kind, top, tuple(lines))  # type: ignore[arg-type]


def card_body(spec: ExhibitSpec, write: WriteText, language: Language) -> Table:
    """Return a key-value card."""
    labels = LABELS[language]
    heads = (
        Column("key", (Span(labels["item"]),), "left"),
        Column("value", (Span(labels["value"]),), "right"),
    )
    rows: list[Row] = []
    for name, value in spec.items:
        text = write(value)
        numbers = [span for span in text if span.kind == "number"]
        rows.append(Row((Cell(write(name)), Cell(text, numbers[0].fact if len(numbers) == 1 == len(text) else None))))
    return Table("card", heads, tuple(rows))


def timeline_body(spec: ExhibitSpec, view: TableView) -> Timeline:
    """Return a timeline in the table's order of rows."""
    assert spec.when is not None
    assert spec.title_column is not None

    def text(row: str, column: str) -> Text:
        fact = view.fact(row, column)
        if fact.text is not None:
            return (Span(fact.text, "quote", fact.id),)
        if fact.quantity is None:
            return (Span(view.missing_word(column, fact)),)
        return (number_span(fact, spec, view, column),)

    return Timeline(
        tuple(
            Event(text(row, spec.when), text(row, spec.title_column), text(row, spec.detail) if spec.detail else ())
            for row in view.rows(spec.rows)
        )
    )
