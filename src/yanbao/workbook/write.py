"""A model and its facts -> an .xlsx file that an analyst would have made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yanbao.document.theme import Theme
from yanbao.errors import RenderError
from yanbao.evidence import Origin
from yanbao.model.model import BASE
from yanbao.render.xlsx.grid import Address, quoted
from yanbao.render.xlsx.look import font
from yanbao.render.xlsx.number_format import as_number
from yanbao.render.xlsx.words import clean
from yanbao.workbook.contents import Contents, scenario_names
from yanbao.workbook.layout import CASES_ROW, CHOICE_ROW, CODE, ITEM, Layout, Role, lay_out
from yanbao.workbook.sheet import Cell, Look, Sheet
from yanbao.workbook.subject import Subject
from yanbao.workbook.words import WORDS

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

BLUE: Final = "#0000FF"  # typed
GREEN: Final = "#007A33"  # from another sheet
_CHOICE: Final = "#FFF2CC"
_TAKEN: Final = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*|c[0-9]*|r[0-9]+c[0-9]+")  # cells, which no name may be


def names_of(language: str) -> dict[Role, str]:
    """Return the sheets' names."""
    own = WORDS[language]
    return {"model": own["model"], "inputs": own["inputs"], "data": own["data"]}


def plan(subject: Subject, origins: dict[str, Origin], scenario: str = BASE) -> tuple[Layout, list[Sheet]]:
    """Return where everything stands in the workbook of a model, and its sheets."""
    outside = subject.outside()
    layout = lay_out(subject, names_of(subject.language), outside)
    return layout, Contents(subject, layout, outside, origins, scenario).sheets()


def write_workbook(
    subject: Subject,
    origins: dict[str, Origin],
    theme: Theme,
    path: Path,
    scenario: str = BASE,
    views: Sequence[Sheet] = (),
) -> tuple[Layout, list[Sheet]]:
    """Write a model as a workbook: which assumptions lead to which numbers, in each scenario?

    Sheets: the model, every computed cell a live formula in the scenario that a list chooses; its inputs, with a row
    for each scenario where one sets something else; data from evidence tables and other models. Blue is typed, black
    computed, green taken from another sheet. Each line is a named range. The same model gives the same bytes.

    Args:
        subject: the model with its facts.
        origins: the publishers that yanbao.toml names.
        theme: colours and fonts.
        path: the file; one that is there is replaced.
        scenario: the one that is chosen in the new workbook.
        views: the sheets of its views (`view_sheets.view_sheets`), behind the model's own.

    Returns:
        where everything stands, and the sheets.

    Raises:
        RenderError: a formula that a workbook cannot say, or a text that no cell can hold.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxWriterException

    layout, sheets = plan(subject, origins, scenario)
    sheets = [*sheets, *views]
    name = font(theme, subject.language)
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
        "default_format_properties": {"font_name": name, "font_size": 10},
    }
    book = Workbook(str(path), options)
    day = subject.model.spec.as_of
    book.set_properties({"title": subject.model.id, "created": datetime(day.year, day.month, day.day)})
    writer = _Writer(book, theme, name)
    for sheet in sheets:
        writer.sheet(sheet)
    writer.choice(subject, layout)
    writer.names(subject, layout)
    try:
        book.close()
    except (XlsxWriterException, OSError) as error:
        raise RenderError(f"{path}: the workbook cannot be written: {error}") from error
    return layout, sheets


class _Writer:
    def __init__(self, book: Workbook, theme: Theme, font_name: str) -> None:
        self._book = book
        self._theme = theme
        self._font = font_name
        self._formats: dict[Look, Format] = {}
        self._sheets: dict[str, Worksheet] = {}

    def sheet(self, sheet: Sheet) -> None:
        made = self._sheets[sheet.name] = self._book.add_worksheet(sheet.name)
        for column, width in sorted(sheet.widths.items()):
            made.set_column(column, column, width)
        for (row, column), cell in sorted(sheet.cells.items()):
            self._cell(made, sheet, row, column, cell)
        made.set_row(0, 24)
        for row, height in sorted(sheet.heights().items()):
            made.set_row(row, height)
        made.hide_gridlines(2)
        made.freeze_panes(*sheet.frozen)
        tabs = {"model": self._theme.primary, "inputs": BLUE, "data": self._theme.muted, "view": GREEN}
        made.set_tab_color(tabs[sheet.tab])
        made.set_landscape()
        made.set_paper(9)  # A4
        made.fit_to_pages(1, 0)
        if sheet.head:
            made.repeat_rows(sheet.head)
        made.set_margins(0.5, 0.5, 0.6, 0.7)
        made.set_footer("&R&8&A  &P/&N")
        made.ignore_errors({"formula_differs": "A1:XFD1048576", "number_stored_as_text": "A1:XFD1048576"})

    def _cell(self, made: Worksheet, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
        shape = self._format(cell.look)
        where = f"{sheet.name}!{Address(sheet.name, row, column).a1}"
        if cell.formula is not None:
            value: Any = as_number(cell.number) if cell.number is not None else cell.text
            made.write_formula(row, column, f"={cell.formula}", shape, value)
        elif cell.number is not None:
            made.write_number(row, column, as_number(cell.number), shape)
        elif cell.text:
            made.write_string(row, column, clean(cell.text, where), shape)
        else:
            made.write_blank(row, column, None, shape)
        if cell.note:
            options = {"font_name": self._font, "font_size": 9, "x_scale": 2.2, "author": "yanbao"}
            made.write_comment(row, column, clean(cell.note, where), options)

    def choice(self, subject: Subject, layout: Layout) -> None:
        """Give the cell that chooses the scenario its list."""
        sheet = self._sheets[layout.names["model"]]
        count = len(scenario_names(subject))
        inputs = layout.names["inputs"]
        first, last = (_fixed(Address(inputs, CASES_ROW + at, ITEM)) for at in (0, count - 1))
        own = WORDS[subject.language]
        sheet.data_validation(
            CHOICE_ROW,
            CODE,
            CHOICE_ROW,
            CODE,
            {
                "validate": "list",
                "source": f"={quoted(inputs)}!{first}:{last}",
                "input_title": own["scenario"],
                "input_message": own["choose"][:255],
            },
        )

    def names(self, subject: Subject, layout: Layout) -> None:
        """Name each line's cells, and the choice of the scenario."""
        model = quoted(layout.names["model"])
        for line in subject.model.lines.values():
            columns = [layout.columns[row] for row in line.cells]
            ends = [_fixed(Address("", layout.model_rows[line.id], at)) for at in (min(columns), max(columns))]
            where = ends[0] if ends[0] == ends[1] else ":".join(ends)
            self._book.define_name(range_name(line.id), f"={model}!{where}")
        self._book.define_name("_scenario", f"={model}!{_fixed(Address('', CHOICE_ROW, CODE))}")
        self._book.define_name("_case", f"={quoted(layout.names['inputs'])}!{_fixed(Address('', CHOICE_ROW, CODE))}")

    def _format(self, look: Look) -> Format:
        found = self._formats.get(look)
        if found is None:
            found = self._formats[look] = self._book.add_format(self._properties(look))
        return found

    def _properties(self, look: Look) -> dict[str, Any]:
        theme = self._theme
        found: dict[str, Any] = {"font_name": self._font, "font_size": 10, "valign": "vcenter"}
        rule = {"bottom": 1, "bottom_color": theme.rule}
        found |= {
            "title": {"font_size": 14, "bold": True, "font_color": theme.primary},
            "muted": {"font_size": 9, "font_color": theme.muted},
            "head": {"bold": True, "font_color": theme.paper, "bg_color": theme.primary},
            "group": {"bold": True, "font_color": theme.primary, "bottom": 1, "bottom_color": theme.primary},
            "label": rule,
            "code": {"font_size": 8, "font_color": theme.muted, **rule},
            "unit": {"font_size": 9, "font_color": theme.muted, **rule},
            "input": {"font_color": BLUE, **rule},
            "formula": {"font_color": "#000000", **rule},
            "link": {"font_color": GREEN, **rule},
            "fixed": {"font_color": theme.muted, **rule},
            "missing": {"font_color": theme.muted, **rule},
            "choice": {"font_color": BLUE, "bold": True, "bg_color": _CHOICE, "border": 1, "border_color": theme.muted},
            "verdict": rule,
            "text": {"font_size": 9, "font_color": theme.muted, "text_wrap": True, "indent": 1, **rule},
        }[look.kind]
        in_row = look.kind in (
            "label",
            "code",
            "unit",
            "input",
            "formula",
            "link",
            "fixed",
            "missing",
            "verdict",
            "text",
        )
        if in_row and look.row in ("total", "highlight"):
            found |= {"top": 1, "top_color": theme.primary, "bottom": 1, "bottom_color": theme.primary}
        if look.kind not in ("code", "unit", "text") and look.row in ("total", "sub", "highlight", "live"):
            found["bold"] = True
        if look.row == "highlight" and look.kind == "label":
            found["font_color"] = theme.highlight
        if look.row == "scenario" and look.kind in ("label", "formula"):
            found["font_color"] = theme.muted
        if look.estimate:
            found["bg_color"] = "#3D5A7E" if look.kind == "head" else theme.panel
        if look.right:
            found["align"] = "right"
        if look.indented:
            found["indent"] = 1
        if look.kind in ("choice", "verdict", "unit") and not look.right:
            found["align"] = "left"
        if look.number_format:
            found["num_format"] = look.number_format
        return found


def range_name(line: str) -> str:
    """Return the name of a line's range: its id, with `_` behind it where that would be a cell (`tax2024`)."""
    return f"{line}_" if _TAKEN.fullmatch(line) else line


def _fixed(address: Address) -> str:
    letters = address.a1.rstrip("0123456789")
    return f"${letters}${address.row + 1}"
