"""Where everything stands in a workbook that somebody worked on: rows by their ids, columns by their periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from yanbao.errors import Mistake, ReadError
from yanbao.model.model import ALL, BASE
from yanbao.read.contents import FileContents, PageContents, SheetCell
from yanbao.read.reference import address, parse_reference
from yanbao.render.xlsx.grid import Address
from yanbao.workbook.contents import scenario_names
from yanbao.workbook.layout import (
    CASE,
    CHECKS,
    SCENARIO,
    Layout,
    Role,
    check_code,
    check_key,
    input_code,
    input_key,
    name_key,
    view_sheet_names,
)
from yanbao.workbook.subject import Subject
from yanbao.workbook.words import WORDS

_TOP: Final = 20  # rows in which a workbook says what it is of

Places = dict[str, tuple[str, int, int]]  # key -> sheet, row and column from 1


@dataclass
class Found:
    """An edited workbook: its cells, and the place of each key."""

    cells: Mapping[str, Mapping[tuple[int, int], SheetCell]]  # by sheet, rows and columns from 1
    places: Places = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # rows and columns that are not the model's

    def __post_init__(self) -> None:
        self._keys: dict[tuple[str, int, int], str] = {}

    def put(self, key: str, sheet: str, row: int, column: int) -> None:
        """Note where a key stands."""
        self.places[key] = (sheet, row, column)
        self._keys[sheet, row, column] = key

    def cell(self, key: str) -> SheetCell | None:
        """Return the cell of a key; `None` where it is empty."""
        sheet, row, column = self.places[key]
        return self.cells[sheet].get((row, column))

    def at(self, key: str) -> str:
        """Return where a key stands, as `假设!E9`."""
        sheet, row, column = self.places[key]
        return f"{sheet}!{address(row, column)}"

    def locate(self, own: str, sheet: str, row: int, column: int) -> str:
        """Return the key of a cell that a formula on the sheet `own` names, its address where it has none."""
        return self._keys.get((sheet or own, row, column)) or f"{sheet or own}!{address(row, column)}"

    def addresses(self) -> dict[str, Address]:
        """Return the places as addresses that count from 0."""
        return {key: Address(sheet, row - 1, column - 1) for key, (sheet, row, column) in self.places.items()}


def language_of(contents: FileContents) -> Literal["zh", "en"]:
    """Return the language that a model's workbook is in.

    Raises:
        ReadError: it has not the sheets of one.
    """
    names = {page.id for page in contents.pages}
    languages: tuple[Literal["zh"], Literal["en"]] = ("zh", "en")
    for language in languages:
        own = WORDS[language]
        if {own["model"], own["inputs"]} <= names:
            return language
    wanted = " or ".join(f"{own['model']} and {own['inputs']}" for own in WORDS.values())
    raise ReadError(
        f"{contents.file}: is no workbook of a model: it has no sheets {wanted}\n"
        "    hint: `yanbao model export` writes one; its sheets keep their names"
    )


def named_in(contents: FileContents) -> tuple[str, str]:
    """Return the model's file and the version that a workbook says it was made from.

    Raises:
        ReadError: it does not say so.
    """
    own = WORDS[language_of(contents)]
    page = next(page for page in contents.pages if page.id == own["inputs"])
    start = own["version"].partition("{")[0]
    found = [segment.text.strip() for segment in page.segments if (segment.place.line or 0) <= _TOP]
    file = next((text for text in found if text.startswith("models/") and text.endswith(".toml")), "")
    version = next((text.removeprefix(start) for text in found if text.startswith(start)), "")
    if not file or not version:
        raise ReadError(
            f"{contents.file}: the sheet {own['inputs']} does not say which model it is of\n"
            "    hint: its first two rows name the model's file and its version; export again"
        )
    return file, version


def locate(contents: FileContents, subject: Subject, layout: Layout) -> Found:
    """Return where everything of a model stands in a workbook; what is missing or stands twice is a mistake."""
    pages = {page.id or "": page for page in contents.pages}
    found = Found({name: _grid(page) for name, page in pages.items()})
    finder = _Finder(contents.name, subject, layout, found)
    for role in ("model", "inputs", *(("data",) if layout.data else ())):
        finder.sheet(role)
    known = {*layout.names.values(), *view_sheet_names(subject).values()}
    found.ignored += [f"sheet {name}" for name in pages if name not in known]
    return found


def _grid(page: PageContents) -> dict[tuple[int, int], SheetCell]:
    grid: dict[tuple[int, int], SheetCell] = {}
    for segment in page.segments:
        if segment.cell is not None and (place := parse_reference(segment.cell.address)) is not None:
            grid[place.first_row, place.first_column] = segment.cell
    return grid


class _Finder:
    def __init__(self, file: str, subject: Subject, layout: Layout, found: Found) -> None:
        self._file = file
        self._subject = subject
        self._layout = layout
        self._found = found
        self._words = WORDS[subject.language]
        self._heads = {(self._words["whole"] if row == ALL else row): row for row in layout.columns}

    def sheet(self, role: Role) -> None:
        name = self._layout.names[role]
        if name not in self._found.cells:
            self._note(name, "", "the sheet is missing", "export again and copy your inputs over")
            return
        if role == "data":
            self._data(name)
            return
        texts = self._texts(name)
        own = self._words
        with_units = {row for (row, _), text in texts.items() if text == own["unit"]}
        heads = [spot for spot, text in texts.items() if text == own["code"] and spot[0] in with_units]
        if len(heads) != 1:
            cause = "has no head with" if not heads else "has several heads with"
            self._note(name, "", f"{cause} {own['code']} and {own['unit']}", "keep the row of heads as it was exported")
            return
        row, code = heads[0]
        columns = self._columns(name, texts, row)
        codes = self._codes(name, texts, row, code)
        if role == "model":
            self._model(name, texts, columns, codes)
        else:
            self._inputs(name, texts, columns, codes, row)

    def _note(self, sheet: str, cell: str, cause: str, hint: str) -> None:
        where = f"{sheet}!{cell}" if cell else sheet
        self._found.mistakes.append(Mistake(self._file, 0, where, cause, hint))

    def _texts(self, sheet: str) -> dict[tuple[int, int], str]:
        cells = self._found.cells[sheet]
        return {spot: cell.value.strip() for spot, cell in cells.items() if isinstance(cell.value, str)}

    def _columns(self, sheet: str, texts: dict[tuple[int, int], str], row: int) -> dict[str, int]:
        """Return the column of each period, `ALL` too."""
        columns: dict[str, int] = {}
        for (at, column), text in sorted(texts.items()):
            key = self._heads.get(text)
            if at != row or key is None:
                continue
            if key in columns:
                hint = "one column a period; delete the copy"
                self._note(
                    sheet, address(row, column), f"the period {text} stands in {address(row, columns[key])} too", hint
                )
            columns.setdefault(key, column)
        # a period may have become a number when somebody typed it again
        for (at, column), cell in self._found.cells[sheet].items():
            if at == row and not isinstance(cell.value, str) and str(cell.value) in self._heads:
                columns.setdefault(self._heads[str(cell.value)], column)
        for text, key in self._heads.items():
            if key not in columns:
                self._note(
                    sheet, "", f"the column {text} is missing from row {row}", "keep the heads as they were exported"
                )
        return columns

    def _codes(self, sheet: str, texts: dict[tuple[int, int], str], head: int, column: int) -> dict[str, int]:
        """Return the row of each id below a head."""
        codes: dict[str, int] = {}
        for (row, at), text in sorted(texts.items()):
            if at != column or row <= head:
                continue
            if text in codes:
                cause = f"`{text}` stands in row {codes[text]} too"
                self._note(sheet, address(row, at), cause, "one row a line; delete the copy, or its id")
            codes.setdefault(text, row)
        return codes

    def _row(self, sheet: str, codes: dict[str, int], code: str) -> int | None:
        if code not in codes:
            self._note(sheet, "", f"the row of `{code}` is missing", "keep each row with its id as it was exported")
        return codes.pop(code, None)

    def _model(
        self, sheet: str, texts: dict[tuple[int, int], str], columns: dict[str, int], codes: dict[str, int]
    ) -> None:
        model = self._subject.model
        for line in model.lines.values():
            row = self._row(sheet, codes, line.id)
            for key in line.cells:
                if row is not None and key in columns:
                    self._found.put(f"{model.id}.{line.id}@{key}", sheet, row, columns[key])
        for number in range(len(model.checks)):
            row = self._row(sheet, codes, check_code(number))
            for key, column in columns.items():
                if row is not None:
                    self._found.put(check_key(number, key), sheet, row, column)
        if model.checks:
            self._beside(sheet, texts, self._words["checks"], CHECKS)
        self._ignore(sheet, codes)
        self._beside(sheet, texts, self._words["scenario"], SCENARIO)

    def _beside(self, sheet: str, texts: dict[tuple[int, int], str], text: str, key: str) -> None:
        spots = sorted(spot for spot, found in texts.items() if found == text)
        if not spots:
            self._note(sheet, "", f"the cell {text!r} is missing", "keep the first rows as they were exported")
            return
        self._found.put(key, sheet, spots[0][0], spots[0][1] + 1)

    def _inputs(
        self,
        sheet: str,
        texts: dict[tuple[int, int], str],
        columns: dict[str, int],
        codes: dict[str, int],
        head: int,
    ) -> None:
        for block in self._layout.blocks.values():
            for scenario in block.rows:
                row = self._row(sheet, codes, input_code(block, scenario))
                for key in block.held if scenario == BASE else block.switched:
                    if row is not None and key in columns:
                        self._found.put(input_key(scenario, block.line.id, key), sheet, row, columns[key])
        self._ignore(sheet, codes)
        self._beside(sheet, texts, f"{self._words['scenario']} {self._words['number']}", CASE)
        self._scenarios(sheet, texts, head)

    def _scenarios(self, sheet: str, texts: dict[tuple[int, int], str], head: int) -> None:
        """Find the list of scenarios, which stands above the inputs' head, by their ids."""
        for scenario in scenario_names(self._subject):
            spots = [(row, column) for (row, column), text in texts.items() if text == scenario and row < head]
            spots = [spot for spot in spots if spot[1] > 1]
            if len(spots) != 1:
                cause = f"the scenario `{scenario}` stands {len(spots)} times in the list above row {head}"
                self._note(sheet, "", cause, "keep the list of scenarios; new ones are added in the model's file")
                continue
            self._found.put(name_key(scenario), sheet, spots[0][0], spots[0][1] - 1)

    def _ignore(self, sheet: str, codes: dict[str, int]) -> None:
        self._found.ignored += [f"row {row} of {sheet} (`{code[:40]}`)" for code, row in codes.items()]

    def _data(self, sheet: str) -> None:
        texts = self._texts(sheet)
        rows: dict[str, list[tuple[int, int]]] = {}
        for spot, text in texts.items():
            rows.setdefault(text, []).append(spot)
        for block in self._layout.data:
            heads = [
                spot for spot in rows.get(block.table, []) if texts.get((spot[0], spot[1] + 1)) == self._words["unit"]
            ]
            if len(heads) != 1:
                cause = f"the head of table `{block.table}` stands {len(heads)} times"
                self._note(sheet, "", cause, "keep the sheet as it was exported")
                continue
            head, code = heads[0]
            named = {text: column for (row, column), text in texts.items() if row == head and column > code + 1}
            for column in block.columns:
                found = [row for row, at in rows.get(f"{block.table}.{column}", []) if at == code]
                if len(found) != 1:
                    cause = f"the row of `{block.table}.{column}` stands {len(found)} times"
                    self._note(sheet, "", cause, "keep the sheet as it was exported")
                    continue
                for row_key in block.rows:
                    text = self._words["whole"] if row_key == ALL else row_key.strip()
                    if text not in named:
                        self._note(
                            sheet, address(head, code), f"the column {text!r} is missing", "keep the sheet as it was"
                        )
                        continue
                    self._found.put(f"{block.table}.{column}@{row_key}", sheet, found[0], named[text])
