"""Where everything of a model stands in its workbook: the model's sheet, its inputs, and data from outside.

A cell is known by a key, in formulas too: a fact id for a line's value in use and for data from outside,
`high|line@row` for what a scenario types, `|line@row` for the one of them that is in use, `scenario` and `case` for the
choice, `#name|high` for a scenario's name in the list, `#check|0@row` for a check, `checks` for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from yanbao.fact.fact import Fact
from yanbao.model.model import ALL, BASE, Line, Typed
from yanbao.render.xlsx.grid import Address
from yanbao.workbook.subject import Subject, parts_of
from yanbao.workbook.words import WORDS

Role = Literal["model", "inputs", "data"]

LIVE: Final = ""  # the row of an input that takes its value from the scenario in use
SCENARIO: Final = "scenario"  # the cell that chooses
CASE: Final = "case"  # its number, 1 for the base case
CHECKS: Final = "checks"  # the cell that sums them up

ITEM, CODE, UNIT, FIRST = 0, 1, 2, 3  # columns
TITLE_ROW, FROM_ROW, CHOICE_ROW, CHECK_ROW, LEGEND_ROW, HEAD_ROW = 0, 1, 2, 3, 4, 6
CASES_ROW: Final = 4  # of the inputs: the first scenario in their list


def input_key(scenario: str, line: str, row: str) -> str:
    """Return the key of what a scenario types for a cell (`BASE`, `LIVE` for the value in use)."""
    return f"{scenario}|{line}@{row}"


def check_key(number: int, row: str) -> str:
    """Return the key of a check in a column of periods."""
    return f"#check|{number}@{row}"


def input_code(block: Block, scenario: str) -> str:
    """Return the id that a row of a line's inputs has: the line's for the value in use, else `dist_share:high`."""
    return block.line.id if scenario == LIVE or len(block.rows) == 1 else f"{block.line.id}:{scenario}"


def check_code(number: int) -> str:
    """Return the id that a check's row has on the model's sheet."""
    return f"check:{number + 1}"


def name_key(scenario: str) -> str:
    """Return the key of a scenario's name in the list to choose from."""
    return f"#name|{scenario}"


def view_sheet_names(subject: Subject) -> dict[str, str]:
    """Return the name of each view's sheet, each once; Excel takes 31 characters and does not tell cases apart."""
    found: dict[str, str] = {}
    for view in subject.model.views:
        name = f"{WORDS[subject.language]['view']} {view}"[:31]
        while name.casefold() in {other.casefold() for other in found.values()}:
            name = f"{name[:27]} {len(found) + 1}"
        found[view] = name
    return found


@dataclass(frozen=True)
class Block:
    """The rows of a line among the inputs: one, or where scenarios set it the value in use, the base and all others.

    `rows` are the scenarios of the rows, `held` the periods in which the base has a cell, `switched` those that follow
    the scenario.
    """

    line: Line
    rows: tuple[str, ...]
    held: tuple[str, ...]
    switched: tuple[str, ...]


@dataclass(frozen=True)
class DataBlock:
    """A table from outside: which of its columns stand in rows, and which of its rows in columns."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass
class Layout:
    """The sheets' names, the blocks, and the address of every key."""

    names: dict[Role, str]
    columns: dict[str, int]  # of periods, and of ALL
    blocks: dict[str, Block]
    data: list[DataBlock]
    addresses: dict[str, Address] = field(default_factory=dict)
    model_rows: dict[str, int] = field(default_factory=dict)
    check_rows: list[int] = field(default_factory=list)
    input_rows: dict[tuple[str, str], int] = field(default_factory=dict)  # (line, scenario)
    inputs_head: int = 0
    data_rows: dict[tuple[str, str], int] = field(default_factory=dict)  # (table, column); ("table", "") its head

    @property
    def last_column(self) -> int:
        """The last column of periods."""
        return max(self.columns.values())


def lay_out(subject: Subject, names: dict[Role, str], outside: dict[str, Fact]) -> Layout:
    """Return where everything stands."""
    model = subject.model
    rows = [*([ALL] if any(line.once for line in model.lines.values()) else []), *model.rows]
    layout = Layout(
        names,
        {row: FIRST + at for at, row in enumerate(rows)},
        {line.id: block for line in model.lines.values() if (block := _block(subject, line)) is not None},
        _data_blocks(subject, outside),
    )
    _place_lines(subject, layout)
    _place_inputs(subject, layout)
    _place_data(layout)
    layout.addresses[SCENARIO] = Address(names["model"], CHOICE_ROW, CODE)
    layout.addresses[CASE] = Address(names["inputs"], CHOICE_ROW, CODE)
    return layout


def _block(subject: Subject, line: Line) -> Block | None:
    typed = [row for row, cell in line.cells.items() if isinstance(cell, Typed)]
    set_rows = {row for scenario in subject.model.scenarios.values() for name, row in scenario.cells if name == line.id}
    if not typed and not set_rows:
        return None
    held = tuple(row for row in line.cells if row in typed or row in set_rows)
    if not set_rows:
        return Block(line, (BASE,), held, ())
    return Block(line, (LIVE, *subject.scenarios), held, held)


def groups(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """Return the lines under their headings (zh and en are one key), each where it first appears; "" for none.

    Those without one stand under a heading of their own where others have one, or they would seem to belong there.
    """
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(f"{line.group.zh}\n{line.group.en}" if line.group else "", []).append(line)
    return list(found.items())


def _place_lines(subject: Subject, layout: Layout) -> None:
    at, sheet = HEAD_ROW + 1, layout.names["model"]
    found = groups(list(subject.model.lines.values()))
    for _, lines in found:
        at += 1 if len(found) > 1 or found[0][0] else 0
        for line in lines:
            layout.model_rows[line.id] = at
            for row in line.cells:
                layout.addresses[f"{subject.model.id}.{line.id}@{row}"] = Address(sheet, at, layout.columns[row])
            at += 1
    if subject.model.checks:
        at += 1  # the heading
        for number in range(len(subject.model.checks)):
            layout.check_rows.append(at)
            for row, column in layout.columns.items():
                layout.addresses[check_key(number, row)] = Address(sheet, at, column)
            at += 1
        layout.addresses[CHECKS] = Address(sheet, CHECK_ROW, CODE)


def _place_inputs(subject: Subject, layout: Layout) -> None:
    sheet = layout.names["inputs"]
    layout.inputs_head = CASES_ROW + len(subject.scenarios) + 1
    for number, scenario in enumerate(subject.scenarios):
        layout.addresses[name_key(scenario)] = Address(sheet, CASES_ROW + number, ITEM)
    at = layout.inputs_head + 1
    found = groups([block.line for block in layout.blocks.values()])
    for _, lines in found:
        at += 1 if len(found) > 1 or found[0][0] else 0
        for line in lines:
            block = layout.blocks[line.id]
            for scenario in block.rows:
                layout.input_rows[line.id, scenario] = at
                for row in block.held if scenario == BASE else block.switched:
                    layout.addresses[input_key(scenario, line.id, row)] = Address(sheet, at, layout.columns[row])
                at += 1


def _data_blocks(subject: Subject, outside: dict[str, Fact]) -> list[DataBlock]:
    columns: dict[str, set[str]] = {}
    rows: dict[str, set[str]] = {}
    for identifier in outside:
        table, column, row = parts_of(identifier)
        columns.setdefault(table, set()).add(column)
        rows.setdefault(table, set()).add(row)
    found: list[DataBlock] = []
    for name in columns:
        home = subject.evidence.tables[name]
        order = [column for column in home.columns if column in columns[name]]
        found.append(DataBlock(name, tuple(order), tuple(row for row in home.rows if row in rows[name])))
    return found


def _place_data(layout: Layout) -> None:
    at, sheet = CHOICE_ROW, layout.names["data"]
    for block in layout.data:
        layout.data_rows[block.table, ""] = at
        for number, column in enumerate(block.columns, 1):
            layout.data_rows[block.table, column] = at + number
            for place, row in enumerate(block.rows):
                layout.addresses[f"{block.table}.{column}@{row}"] = Address(sheet, at + number, FIRST + place)
        at += len(block.columns) + 2
