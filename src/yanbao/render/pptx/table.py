"""A table of the tree as a native table: groups are merged cells, rules are borders."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.document.layout import Box
from yanbao.document.table_layout import LEADING, PAD_X, Grid, groups
from yanbao.document.tree import Cell, Column, Exhibit, Row, Table, Text, plain
from yanbao.render.pptx.look import Look, mix
from yanbao.render.pptx.shape import Pen
from yanbao.render.pptx.text import Frame, Setting, body, paragraph
from yanbao.render.pptx.xml import Element, element, words

_URI = "http://schemas.openxmlformats.org/drawingml/2006/table"
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid": the cells say it all
_ALIGN = {"left": "l", "right": "r", "center": "ctr"}


@dataclass(frozen=True)
class _Look:
    """The look of one cell."""

    setting: Setting
    fill: str | None = None
    top: tuple[str, float] | None = None
    bottom: tuple[str, float] | None = None
    span: int = 1
    merged: bool = False
    anchor: str = "ctr"


def table_shape(exhibit: Exhibit, table: Table, box: Box, grid: Grid, pen: Pen) -> Element:
    """Return a table in its box, cut as its grid says."""
    look = pen.look
    rows = _head(table, grid, look)
    rows += [_row(table, row, at, grid.font_size, look) for at, row in enumerate(table.rows)]
    made = element(
        "a:tbl",
        None,
        element("a:tblPr", {"firstRow": 1}, words("a:tableStyleId", _NO_STYLE)),
        element("a:tblGrid", None, *(element("a:gridCol", {"w": look.emu(width)}) for width in grid.columns)),
        *(element("a:tr", {"h": look.emu(height)}, *cells) for cells, height in zip(rows, grid.rows, strict=True)),
    )
    return pen.graphic(exhibit.id, exhibit.alt, box, _URI, made)


def _head(table: Table, grid: Grid, look: Look) -> list[list[Element]]:
    theme = look.theme
    rule = (theme.primary, 1.25)
    rows: list[list[Element]] = []
    if grid.header_rows == 2:
        cells = [_cell((), _Look(_head_setting("ctr", grid, look), theme.panel, rule), look) for _ in table.columns]
        for first, last in groups(table):
            setting = _head_setting("ctr" if last > first else _ALIGN[table.columns[first].align], grid, look)
            under = (theme.primary, 0.5) if last > first else None
            shown = _Look(setting, theme.panel, rule, under, last - first + 1)
            cells[first] = _cell(table.columns[first].group, shown, look)
            for at in range(first + 1, last + 1):
                cells[at] = _cell((), _Look(setting, theme.panel, rule, under, merged=True), look)
        rows.append(cells)
    top = None if grid.header_rows == 2 else rule
    grouped = {
        at: (theme.primary, 0.5) for first, last in groups(table) if last > first for at in range(first, last + 1)
    }
    rows.append(
        [
            _cell(
                column.label,
                _Look(
                    _head_setting(_ALIGN[column.align], grid, look),
                    theme.panel,
                    grouped.get(at, top),
                    (theme.primary, 0.75),
                    anchor="b" if grid.header_rows == 2 else "ctr",
                ),
                look,
            )
            for at, column in enumerate(table.columns)
        ]
    )
    return rows


def _head_setting(align: str, grid: Grid, look: Look) -> Setting:
    return Setting(grid.font_size, look.theme.primary, True, align, LEADING)


def _row(table: Table, row: Row, at: int, size: float, look: Look) -> list[Element]:
    theme = look.theme
    last = at == len(table.rows) - 1
    before = table.rows[at - 1].role if at else "body"
    bottom = (theme.primary, 1.0) if last else (theme.rule, 0.5)
    top = (theme.muted, 0.75) if row.role == "total" and before != "total" and at else None
    if not last and table.rows[at + 1].role == "total":
        bottom = (theme.muted, 0.75)
    fill = {"highlight": mix(theme.highlight, theme.paper, 0.9), "total": theme.panel}.get(row.role)
    return [
        _cell(
            cell.text,
            _Look(
                _setting(cell, column, row, size, number == 0, look),
                mix(theme.highlight, theme.paper, 0.8) if cell.mark == "base" else fill,
                top,
                bottom,
            ),
            look,
        )
        for number, (cell, column) in enumerate(zip(row.cells, table.columns, strict=True))
    ]


def _setting(cell: Cell, column: Column, row: Row, size: float, first: bool, look: Look) -> Setting:
    theme = look.theme
    colour = theme.ink
    if cell.mark in ("yes", "no"):
        colour = theme.fall if cell.mark == "yes" else theme.muted
    elif cell.missing is not None:
        colour = theme.muted
    elif row.role == "highlight" and first:
        colour = theme.highlight
    return Setting(
        size,
        colour,
        row.role in ("total", "highlight") or cell.mark in ("yes", "base"),
        _ALIGN[column.align],
        LEADING,
        left=size if row.role == "sub" and first else 0.0,
    )


def _cell(text: Text, shown: _Look, look: Look) -> Element:
    borders = [look.line(None, tag="a:lnL"), look.line(None, tag="a:lnR")]
    for tag, rule in (("a:lnT", shown.top), ("a:lnB", shown.bottom)):
        borders.append(look.line(rule[0], rule[1], tag=tag) if rule else look.line(None, tag=tag))
    properties = element(
        "a:tcPr",
        {
            "marL": look.emu(PAD_X),
            "marR": look.emu(PAD_X),
            "marT": look.emu(1.0),
            "marB": look.emu(2.0 if shown.anchor == "b" else 1.0),
            "anchor": shown.anchor,
        },
        *borders,
        look.fill(shown.fill),
    )
    words_ = body([paragraph(text if plain(text) else (), shown.setting, look)], Frame(inherit=True), "a:txBody")
    return element(
        "a:tc",
        {"gridSpan": shown.span if shown.span > 1 else None, "hMerge": 1 if shown.merged else None},
        words_,
        properties,
    )
