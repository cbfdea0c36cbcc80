"""Errors at the root: an evidence cell, a sidecar, or the document that the build keeps, changed after the build."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

from benchmarks.planted import changes
from benchmarks.planted.lines import at_path
from benchmarks.planted.plant import Changed, Clean, Plant, kind
from benchmarks.planted.print_file import edit_data
from yanbao.build.folder import DOCUMENT, INPUTS, dump


def _sources(clean: Clean) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the facts that stand in a cell of the evidence."""
    for key, fact in clean.data["facts"].items():
        source = fact["lineage"]
        if source["type"] == "Source" and source["file"].endswith(".csv") and source.get("row"):
            yield key, fact


def _csv(clean: Clean, file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(clean.bytes_of(f"{INPUTS}/{file}").decode("utf-8"))))


def _csv_bytes(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _cells(clean: Clean, change: Callable[[str], str | None], *, numbers: bool) -> Iterator[Plant]:
    for key, fact in _sources(clean):
        if ("quantity" in fact) != numbers or key.startswith("printed:"):
            continue
        source = fact["lineage"]
        rows = _csv(clean, source["file"])
        at = rows[0].index(source["column"]) if source["column"] in rows[0] else 0
        line = next((number for number, row in enumerate(rows) if row and row[0] == source["row"]), 0)
        if not at or not line:
            continue  # a changed key is another kind
        new = change(rows[line][at])
        if new is not None:

            def make(file: str = source["file"], line: int = line, at: int = at, new: str = new) -> Changed:
                again = _csv(clean, file)
                again[line][at] = new
                return {f"{INPUTS}/{file}": _csv_bytes(again)}

            yield Plant(
                f"{source['file']}, {key}: {rows[line][at]!r} -> {new!r}", f"{INPUTS}/{source['file']}", None, new, make
            )


@kind("number in a cell of the evidence", "build", "evidence")
def _number(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _cells(clean, changes.first_digit, numbers=True)


@kind("text in a cell of the evidence", "build", "evidence")
def _text(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _cells(clean, changes.any_change, numbers=False)


@kind("cell of the evidence emptied", "build", "evidence")
def _emptied(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _cells(clean, lambda text: "" if text else None, numbers=True)


@kind("row of the evidence taken out", "build", "evidence", "structure-rule")  # origins number the lines shown
def _row(clean: Clean, made: str) -> Iterator[Plant]:
    shown = {(fact["lineage"]["file"], fact["lineage"]["row"]) for _, fact in _sources(clean)}
    for file in sorted({file for file, _ in shown}):
        rows = _csv(clean, file)
        for line in range(1, len(rows)):

            def make(file: str = file, line: int = line) -> Changed:
                again = _csv(clean, file)
                del again[line]
                return {f"{INPUTS}/{file}": _csv_bytes(again)}

            if rows[line] and (file, rows[line][0]) in shown:
                yield Plant(f"{file}, row {rows[line][0]} taken out", f"{INPUTS}/{file}", None, "", make)


def _sidecars(
    clean: Clean, pattern: str, change: Callable[[re.Match[str]], str | None], claim: str = ""
) -> Iterator[Plant]:
    shown = {fact["lineage"]["file"][:-4] + ".toml" for _, fact in _sources(clean)}
    facts = [key for key, fact in clean.data["facts"].items() if "quantity" in fact]
    for file in sorted(shown):
        text = clean.bytes_of(f"{INPUTS}/{file}").decode("utf-8")
        for match in re.finditer(pattern, text, re.MULTILINE):
            new = change(match)
            about = f"{PurePosixPath(file).stem}.{_about(text, match.start())}"
            if new is not None and new != match.group() and any(key.startswith(about) for key in facts):

                def make(file: str = file, match: re.Match[str] = match, new: str = new) -> Changed:
                    old = clean.bytes_of(f"{INPUTS}/{file}").decode("utf-8")
                    return {f"{INPUTS}/{file}": (old[: match.start()] + new + old[match.end() :]).encode()}

                yield Plant(f"{file}: {match.group()} -> {new}", f"{INPUTS}/{file}", None, claim, make)


def _about(text: str, at: int) -> str:
    """Return how the ids of the facts go on that a place in a sidecar tells of: all of them, a column's, one cell's."""
    heads = list(re.finditer(r"^\[.*\]$", text[:at], re.MULTILINE))
    if not heads:
        return ""
    if column := re.match(r"\[columns\.(\w+)\]", heads[-1].group()):
        return f"{column.group(1)}@"
    told = dict(re.findall(r'^(row|column) = "(.*)"$', text[heads[-1].end() :].partition("\n[")[0], re.MULTILINE))
    return f"{told.get('column', '')}@{told.get('row', '')}"


@kind("unit in a sidecar", "build", "evidence")
def _unit(clean: Clean, made: str) -> Iterator[Plant]:
    def change(match: re.Match[str]) -> str | None:
        new = changes.unit(match.group(1))
        return None if new is None else f'unit = "{new}"'

    yield from _sidecars(clean, r'^unit = "([^"]+)"$', change)


@kind("formula in a sidecar", "build", "evidence computation")
def _compute(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _sidecars(clean, r'^compute = "([^"]+)"$', lambda match: f'compute = "({match.group(1)}) * 2"')


@kind("as-of day in a sidecar", "build", "evidence")
def _day(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _sidecars(clean, r"^as_of = (\d{4})(-\d\d-\d\d)$", _year_before)


def _year_before(match: re.Match[str]) -> str:
    return f"as_of = {int(match.group(1)) - 1}{match.group(2)}"


@kind("bound of a rating band in the workspace", "build", "evidence rating-definitions")
def _bound(clean: Clean, made: str) -> Iterator[Plant]:
    file = f"{INPUTS}/yanbao.toml"
    text = clean.bytes_of(file).decode("utf-8")
    for match in re.finditer(r"^(above|up_to|at_least|below) = (-?\d+)$", text, re.MULTILINE):

        def make(match: re.Match[str] = match) -> Changed:
            new = f"{match.group(1)} = {int(match.group(2)) + 1}"
            return {file: (text[: match.start()] + new + text[match.end() :]).encode()}

        yield Plant(f"yanbao.toml: {match.group()} + 1", file, None, "", make)


# -- the document ------------------------------------------------------------------------------------------------------


def _document(clean: Clean, place: str, claim: str, change: Callable[[Any], None], page: int | None = None) -> Plant:
    def make() -> Changed:
        data = copy.deepcopy(clean.data)
        change(data)
        return {DOCUMENT: dump(data).encode()}

    return Plant(place, DOCUMENT, page, claim, make)


def _computed(clean: Clean) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, fact in clean.data["facts"].items():
        if fact["lineage"]["type"] == "Derivation" and "quantity" in fact:
            yield key, fact


_SHOWN = "printed point fact-panel sheet-value formula cached-value word-sign computation structure-rule"


@kind("value of a sourced fact", "build", "evidence", _SHOWN)
def _sourced_value(clean: Clean, made: str) -> Iterator[Plant]:
    for key, fact in _sources(clean):
        if "quantity" in fact:
            plant = _document(clean, f"{key} * 2", key, lambda data, key=key: _double(data["facts"][key]))  # type: ignore[misc]
            yield Plant(plant.place, f"{INPUTS}/{fact['lineage']['file']}", None, "", plant.make)


def _double(fact: dict[str, Any]) -> None:
    quantity = fact["quantity"]
    value = Fraction(quantity["value"])
    new = str(value * 2 if value else Fraction(7))
    quantity["value"] = new
    if "interval" in quantity:
        quantity["interval"] = {"low": new, "high": new}


@kind("value of a computed fact", "build", "computation", _SHOWN)
def _computed_value(clean: Clean, made: str) -> Iterator[Plant]:
    for key, _ in _computed(clean):
        yield _document(clean, f"{key} * 2", key, lambda data, key=key: _double(data["facts"][key]))  # type: ignore[misc]


@kind("formula of a computed fact", "build", "computation", "evidence fact-panel formula structure-rule")
def _formula(clean: Clean, made: str) -> Iterator[Plant]:
    for key, fact in _computed(clean):
        new = f"({fact['lineage']['formula']}) * 2"

        def change(data: Any, key: str = key, new: str = new) -> None:
            data["facts"][key]["lineage"]["formula"] = new

        yield _document(clean, f"{key} = {new}", key, change)


@kind("input of a computed fact left out", "build", "computation", "fact-panel formula structure-rule")
def _input(clean: Clean, made: str) -> Iterator[Plant]:
    for key, fact in _computed(clean):
        if fact["lineage"]["inputs"]:

            def change(data: Any, key: str = key) -> None:
                data["facts"][key]["lineage"]["inputs"].pop()

            yield _document(clean, f"{key} without its last input", key, change)


def _spans(clean: Clean, codes_of: str, change: Callable[[str, str | None], str | None]) -> Iterator[Plant]:
    """Change the text of a span in the document and render nothing anew: the tree contradicts its own fact."""
    for line in clean.lines:
        for index, piece in enumerate(line.pieces):
            new = change(piece.text, piece.note) if piece.kind == codes_of and line.role != "footer" else None
            if new is not None and new != piece.text:
                yield _document(
                    clean,
                    f"page {line.page}, {line.role} of {line.block}: {piece.text!r} -> {new!r}",
                    new,
                    lambda data, line=line, index=index, new=new: edit_data(data, line, index, new),  # type: ignore[misc]
                    line.page,
                )


_IN_FILES = "text-number cell-number note-number label-number bound-word period number-unknown sheet-value number-split"
# the workbook lists the sentence, too, and a title stands in the contents
_LISTED = f"{_IN_FILES} sheet-text structure-rule bookmark"


@kind("printed number in the document", "build", "printed", _LISTED)
def _printed(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _spans(clean, "number", lambda text, note: changes.first_digit(text))


@kind("bound word in the document", "build", "word-sign", f"{_LISTED} printed")  # it says an `abs` number's sign
def _word(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _spans(clean, "word", changes.bound_word)


@kind("period in the document", "build", "period-fact", f"{_LISTED} as-of evidence")
def _period(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _spans(clean, "period", lambda text, note: changes.period(text))


@kind("number without a fact in the document", "build", "unaccounted", f"{_LISTED} wording block risks")
def _untied(clean: Clean, made: str) -> Iterator[Plant]:
    for line in clean.lines:
        if line.role == "paragraph" and line.page_kind == "content" and line.pieces[-1].kind == "run":
            text = f"{line.pieces[-1].text}共88项。"
            yield _document(
                clean,
                f"page {line.page}, {line.block}: 88 without a fact",
                "88",
                lambda data, line=line, text=text: edit_data(data, line, len(line.pieces) - 1, text),  # type: ignore[misc]
                line.page,
            )


@kind(
    "point of a chart in the document",
    "build",
    "point",
    "chart-spec chart-xml chart-book chart-range chart-cache axis label-number sheet-value cell-number hidden-text",
)
def _point(clean: Clean, made: str) -> Iterator[Plant]:
    for line in clean.lines:
        if line.role != "point":
            continue

        def change(data: Any, path: Any = line.path) -> None:
            point = at_path(data, path)
            point["value"] = str(Fraction(point["value"]) / 2)

        yield _document(
            clean, f"page {line.page}, {line.block}, {line.column}: half of {line.text}", "", change, line.page
        )


@kind("page's as-of day in the document", "build", "as-of", "period-fact")
def _page_day(clean: Clean, made: str) -> Iterator[Plant]:
    for number, page in enumerate(clean.data["pages"]):
        if page["kind"] == "content" and any(
            _dated(clean, line.page) for line in clean.lines if line.page == page["number"]
        ):

            def change(data: Any, number: int = number) -> None:
                data["pages"][number]["as_of"] = "2024-03-15"

            yield _document(clean, f"page {page['number']} as of 2024-03-15", "", change, page["number"])


def _dated(clean: Clean, page: int) -> bool:
    """Whether a page shows a number that is of a day and that no text beside it dates."""
    return any(
        piece.kind == "number"
        and "as_of" in (fact := clean.data["facts"].get(piece.fact or "", {}))
        and "period" not in fact
        and fact["lineage"]["type"] == "Source"  # what is computed from numbers of periods is dated by these
        and fact["lineage"]["dataset"] != "workspace"
        for line in clean.lines
        if line.page == page and line.role == "paragraph"
        for piece in line.pieces
    )


@kind(
    "exhibit numbers in the document",
    "build",
    "structure-rule",
    "structure-number sheet bookmark note-number wording block",
)
def _exhibit(clean: Clean, made: str) -> Iterator[Plant]:
    for line in clean.lines:
        if line.role == "exhibit-label":
            new = changes.next_number(line.text)
            if new is not None:
                yield _document(
                    clean,
                    f"page {line.page}: {line.text} -> {new}",
                    new,
                    lambda data, line=line, new=new: edit_data(data, line, 0, new),  # type: ignore[misc]
                    line.page,
                )


@kind("literal without a reason in the document", "build", "literal-reason", "")
def _literal(clean: Clean, made: str) -> Iterator[Plant]:
    for line in clean.lines:
        for index, piece in enumerate(line.pieces):
            if piece.kind == "literal":

                def change(data: Any, path: Any = line.path, index: int = index) -> None:
                    at_path(data, path)[index]["note"] = "because"

                yield _document(clean, f"page {line.page}: {piece.text!r} because", piece.text, change, line.page)
