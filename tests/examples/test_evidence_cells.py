"""Every cell that was typed from the model report is found again at its stated line; no prose is copied from it.

The code here reads the evidence by itself (csv, tomllib, re) and shares nothing with the loader of yanbao.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from shared_data import shared

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "computer-2024h1"
TABLES = sorted(
    path.stem
    for path in (EXAMPLE / "evidence").glob("*.csv")
    if isinstance(tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))["origin"], str)  # the others name a paper
)
MODELS = sorted(path.stem for path in (EXAMPLE / "models").glob("*.toml"))
COPIED = 13  # characters of Chinese in a row that are no longer a name or a turn of phrase
NUMBER = re.compile(r"(?P<about>约|~|近|超)?(?P<sign>[+-])?(?P<digits>\d+(?:\.\d+)?)(?P<unit>\D*)")
FALLING = re.compile(r"下跌|下滑|下降|跑输|跌幅|减少")
CLAUSE = re.compile(r"[，。；、（(]")
MARKS = frozenset("√×✓X")


@dataclass(frozen=True)
class Cell:
    """A typed cell: where it stands in the evidence, what was typed, and the line of the report it is from."""

    table: str
    row: str
    column: str
    text: str
    kind: str
    line: int | None

    def __str__(self) -> str:
        return f"{self.table}.{self.column}[{self.row}] = {self.text!r} (line {self.line})"


@cache
def report() -> tuple[str, ...]:
    return tuple(shared("seed", "report.txt").read_text("utf-8").split("\n"))


def cells(table: str) -> list[Cell]:
    """Return all typed cells of a table, in the order of its file."""
    sidecar = tomllib.loads((EXAMPLE / "evidence" / f"{table}.toml").read_text("utf-8"))
    own_lines = {(cell["row"], cell["column"]): cell["line"] for cell in sidecar.get("cells", []) if "line" in cell}
    found: list[Cell] = []
    with (EXAMPLE / "evidence" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    key = next(iter(rows[0]))
    for row in rows:
        row_is_typed = any(text for name, text in row.items() if name not in (key, "line"))
        for name, text in row.items():
            if name == "line" or not text or (name == key and not row_is_typed):
                continue  # a row that only computed cells fill has a name of ours
            column = sidecar["columns"][name]
            kind = "text" if name == key else column.get("kind", "measure")
            line = own_lines.get((row[key], name)) or column.get("line") or row.get("line")
            is_missing = text in column.get("missing", {})
            found.append(
                Cell(table, row[key], name, text, "missing" if is_missing else kind, int(line) if line else None)
            )
    return found


def all_computed(table: str, folder: Path = EXAMPLE / "evidence") -> bool:
    """Whether every column but the key says how its cells are computed, by itself or cell by cell."""
    sidecar = tomllib.loads((folder / f"{table}.toml").read_text("utf-8"))
    key = next(csv.reader([(folder / f"{table}.csv").read_text("utf-8").split("\n")[0]]))[0]
    computed = {cell["column"] for cell in sidecar.get("cells", []) if "compute" in cell}
    computed |= {name for name, column in sidecar["columns"].items() if "compute" in column}
    return set(sidecar["columns"]) - {key} == computed


def stands_in(cell: Cell, line: str) -> bool:
    """Whether the typed cell is printed on the line, as a word of its own, with its sign."""
    if cell.kind in ("text", "date", "mark", "missing"):
        start = r"(?<![0-9A-Za-z])" if cell.text[0].isascii() and cell.text[0].isalnum() else ""
        end = r"(?![0-9A-Za-z])" if cell.text[-1].isascii() and cell.text[-1].isalnum() else ""
        return re.search(start + re.escape(cell.text) + end, line) is not None
    return any(True for _ in places(cell.text, line))


def places(text: str, line: str) -> Iterator[int]:
    """Yield where a typed number is printed: its digits bounded, its sign as a sign or as a word of falling."""
    number = NUMBER.fullmatch(text)
    assert number is not None, f"{text!r} is not a number"
    about, sign, digits, unit = (number[name] or "" for name in ("about", "sign", "digits", "unit"))
    pattern = rf"{re.escape(about)}(?P<sign>[+-]?)(?<![\d.]){re.escape(digits)}(?![\d]|[.,]\d)\s?{re.escape(unit)}"
    for match in re.finditer(pattern, line):
        before = line[: match.start()]
        clause = CLAUSE.split(before)[-1]
        printed = match["sign"]
        if printed == "-" and re.search(r"[\d%A-Za-z]$", before):
            printed = ""  # the dash of a range or of a name
        falls = printed == "-" or (not printed and FALLING.search(clause) is not None)
        if falls == (sign == "-") and not (sign == "+" and printed != "+"):
            yield match.start()


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_is_printed_at_its_line(table: str) -> None:
    lines = report()
    typed = cells(table)
    assert typed or all_computed(table), f"{table} has no cells"
    wrong = [str(cell) for cell in typed if cell.line is None or not stands_in(cell, lines[cell.line - 1])]
    assert not wrong, "not on the stated line:\n" + "\n".join(wrong)


def model_cells(model: str) -> list[Cell]:
    """Return what a model took from the report: typed values of that source, and what it printed for computed ones."""
    lines = tomllib.loads((EXAMPLE / "models" / f"{model}.toml").read_text("utf-8"))["lines"]
    found: list[Cell] = []
    for name, spec in lines.items():
        typed = {"all": spec["value"]} if "value" in spec else spec.get("values", {})
        if spec.get("source") == "swsc":
            found += [Cell(model, row, name, text, "measure", spec["line"]) for row, text in typed.items()]
        found += [
            Cell(model, row, name, text, "measure", spec["line"]) for row, text in spec.get("printed", {}).items()
        ]
    return found


@pytest.mark.parametrize("model", MODELS)
def test_what_a_model_took_from_the_report_is_printed_at_its_line(model: str) -> None:
    lines = report()
    wrong = [str(cell) for cell in model_cells(model) if cell.line and not stands_in(cell, lines[cell.line - 1])]
    assert not wrong, "not on the stated line:\n" + "\n".join(wrong)


def test_models_took_their_inputs_from_the_report() -> None:
    assert len([cell for model in MODELS for cell in model_cells(model)]) >= 30


@pytest.mark.parametrize(("compute", "whole"), [("", False), ('compute = "grid.state[2023] * share"\n', True)])
def test_a_table_without_typed_cells_is_a_computed_one(tmp_path: Path, compute: str, whole: bool) -> None:
    (tmp_path / "sums.csv").write_text("item,total,share\n合计,,\n", "utf-8")
    columns = {"item": "", "total": compute, "share": ""}
    toml = "".join(f'[columns.{name}]\nlabel = "列"\n{more}' for name, more in columns.items())
    (tmp_path / "sums.toml").write_text(f'{toml}[[cells]]\nrow = "合计"\ncolumn = "share"\ncompute = "1"\n', "utf-8")
    assert all_computed("sums", tmp_path) is whole


@pytest.mark.parametrize("table", TABLES)
def test_numbers_of_a_printed_row_stand_in_its_order(table: str) -> None:
    """Values typed into each other's columns are all on the line; only their order gives them away."""
    lines = report()
    by_line: dict[int, list[Cell]] = {}
    for cell in cells(table):
        if cell.line is not None and cell.kind in ("measure", "exact"):
            by_line.setdefault(cell.line, []).append(cell)
    for number, typed in by_line.items():
        line = lines[number - 1]
        if line.count("\t") < 4:
            continue  # a sentence, not a row of a table
        at = 0
        for cell in typed:
            following = [place for place in places(cell.text, line) if place >= at]
            assert following, f"{cell} does not follow the cell before it on its line"
            at = following[0] + 1


@pytest.mark.parametrize("table", TABLES)
def test_marks_stand_in_the_order_of_the_line(table: str) -> None:
    lines = report()
    by_line: dict[int, list[str]] = {}
    for cell in cells(table):
        if cell.kind == "mark" or (cell.kind == "missing" and cell.column == "meets"):
            assert cell.line is not None
            by_line.setdefault(cell.line, []).append(cell.text)
    for number, typed in by_line.items():
        printed = [part for part in lines[number - 1].split("\t") if part in MARKS or part == "-"]
        assert typed == printed, f"{table}, line {number}"


def test_all_tables_together(capsys: pytest.CaptureFixture[str]) -> None:
    """The count that documents may quote: no table is left out, none is empty."""
    report()
    typed = [cell for table in TABLES for cell in cells(table)]
    numbers = sum(cell.kind in ("measure", "exact") for cell in typed)
    with capsys.disabled():
        print(f"\nevidence of {EXAMPLE.name}: {len(typed)} cells in {len(TABLES)} tables, {numbers} of them numbers")
    assert len(TABLES) >= 25
    assert numbers >= 400


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("5.3", "营收同比增长5.3%", True),
        ("5.3", "营收同比增长15.3%", False),
        ("5.3", "营收同比增长5.31%", False),
        ("5.3", "营收同比下滑5.3%", False),
        ("-5.3", "营收同比下滑5.3%", True),
        ("-5.3", "营收同比5.3%", False),
        ("-1.2", "相较23Q1（同比-1.2%）", True),
        ("1.2", "相较23Q1（同比-1.2%）", False),
        ("+79", "同比+79%", True),
        ("约-25.8个百分点", "跑输沪深300指数约25.8个百分点", True),
        ("约-25.8个百分点", "跑赢沪深300指数约25.8个百分点", False),
        ("955.43万元", "\t955.43万元\t", True),
        ("955.43万元", "\t955.43亿元\t", False),
    ],
)
def test_the_search_for_a_number(text: str, line: str, found: bool) -> None:
    assert bool(list(places(text, line))) is found


def test_a_wrong_digit_and_a_wrong_line_are_found() -> None:
    lines = report()
    cell = next(cell for cell in cells("grid") if cell.column == "state" and cell.row == "2022")
    assert cell.line is not None
    assert stands_in(cell, lines[cell.line - 1])
    assert not stands_in(Cell("grid", "2022", "state", "5094.1", "measure", cell.line), lines[cell.line - 1])
    assert not stands_in(cell, lines[cell.line])


# prose


def prose(text: str) -> list[str]:
    """Return the stretches of prose of a chapter: words between bindings, and exhibits' titles and notes."""
    stretches: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
            continue
        if fenced:
            match = re.match(r'\s*(title|note)\s*=\s*"(.*)"\s*$', line)
            if match is None:
                continue
            line = match[2]
        stretches += re.split(r"\{[^{}]*\}", line)
    return stretches


def chinese(text: str) -> list[str]:
    """Return the runs of Chinese characters; marks of punctuation and weight do not end a run."""
    return re.findall(r"[\u4e00-\u9fff]+", re.sub(r"[，。；：、“”‘’（）《》！？—…·*\s]", "", text))


def copies(stretches: list[str], origin: str) -> list[str]:
    """Return the stretches' windows of `COPIED` characters that stand in the origin too."""
    known = {
        run[at : at + COPIED]
        for part in origin.split("\n")
        for run in chinese(part)
        for at in range(len(run) - COPIED + 1)
    }
    return [
        run[at : at + COPIED]
        for stretch in stretches
        for run in chinese(stretch)
        for at in range(len(run) - COPIED + 1)
        if run[at : at + COPIED] in known
    ]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def test_no_sentence_is_copied() -> None:
    origin = "\n".join(report())
    chapters = sorted((EXAMPLE / "report").glob("*.md"))
    assert chapters
    own: list[str] = []
    for chapter in chapters:
        own += prose(chapter.read_text("utf-8"))
    for model in MODELS:
        own += strings(tomllib.loads((EXAMPLE / "models" / f"{model}.toml").read_text("utf-8")))
    workspace = tomllib.loads((EXAMPLE / "yanbao.toml").read_text("utf-8"))
    own += [text for key in ("report", "legal", "rating") for text in strings(workspace[key])]
    for table in TABLES:
        sidecar = tomllib.loads((EXAMPLE / "evidence" / f"{table}.toml").read_text("utf-8"))
        own += [sidecar["title"], sidecar.get("note", "")]
    assert sum(len(text) for text in own) > 3000
    assert copies(own, origin) == []


def test_a_copied_sentence_is_found() -> None:
    origin = "\n".join(report())
    sentence = report()[135].removeprefix("- ").replace("*", "")  # the first bullet on liquidity
    assert len(sentence) > 40
    assert copies(prose(f"- {sentence}"), origin)
    assert copies(prose(f'```exhibit x\nnote = "{sentence}"\n```'), origin)
    assert not copies(prose(f'```exhibit x\ndata = "{sentence}"\n```'), origin)
