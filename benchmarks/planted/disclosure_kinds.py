"""Errors in the workbook's sheet of risks, rating definitions, certificate and disclaimer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from benchmarks.planted import changes
from benchmarks.planted.archive import members
from benchmarks.planted.book import FILE, Sheet, cell_plant, parse, sheet_changed, sheets, texts, written
from benchmarks.planted.lines import Line, Piece
from benchmarks.planted.marked_text import take_out, visible
from benchmarks.planted.plant import Changed, Clean, Plant, add, kind
from benchmarks.planted.sheet_xml import S, empty, inline, number, row_of
from benchmarks.planted.text_kinds import planted_part

Fits = Callable[[Line], bool]
_INDEX = 1  # number of the first sheet


def disclosures_sheet(clean: Clean) -> Sheet:
    """Return the sheet of the disclosures."""
    return sheets(clean.bytes_of(FILE))[-1]


def _cells(clean: Clean) -> dict[str, Any]:
    """Return the cells of the sheet that hold a text, by the text's visible characters."""
    sheet = disclosures_sheet(clean)
    return {visible(text): cell for _, cell, text in texts(clean, lambda each: each == sheet)}


def placed(clean: Clean, fits: Fits) -> Iterator[tuple[Line, str]]:
    """Yield the lines that fit, each with the address of the cell that shows it."""
    cells = _cells(clean)
    for line in clean.lines:
        if fits(line) and visible(line.text) in cells:
            yield line, cells[visible(line.text)].get("r")


def _risk(line: Line) -> bool:
    return line.page_id == "risks" and line.role == "paragraph"


def _definition(line: Line) -> bool:
    return line.block.startswith(("ratings-company-", "ratings-sector-"))


def _legal(part: str) -> Fits:
    return lambda line: line.role == "paragraph" and any(f"legal.{part}" in (piece.fact or "") for piece in line.pieces)


def _statement(line: Line) -> bool:
    return _legal("certificate")(line) or _legal("disclaimer")(line)


def _changed(name: str, codes: str, fits: Fits, kinds: str, change: Callable[[Piece], str | None]) -> None:
    """Register a kind that changes one piece of a text on the sheet."""

    def plants(clean: Clean) -> Iterator[Plant]:
        for line, address in placed(clean, fits):
            for index, piece in enumerate(line.pieces):
                new = change(piece) if piece.kind in kinds.split() else None
                if new is not None and new != piece.text:
                    what, text = f"{piece.text!r} -> {new!r}", line.with_piece(index, new)
                    yield _with_text(clean, address, what, planted_part(piece, new), text)

    add(name, "xlsx", codes, plants)


def _on(change: Callable[[str], str | None]) -> Callable[[Piece], str | None]:
    return lambda piece: change(piece.text)


def _put_in(text: str, new: str) -> str | None:
    """Put something between the words: 截至日期 -> 截至7日期."""
    match = re.search(r"(?<=[\u4e00-\u9fff]{2})(?=[\u4e00-\u9fff]{2})", text)
    return None if match is None else text[: match.start()] + new + text[match.start() :]


def _with_text(clean: Clean, address: str, what: str, claim: str, text: str) -> Plant:
    return cell_plant(clean, disclosures_sheet(clean), address, what, claim, lambda cell: inline(cell, text))


def _gone(name: str, codes: str, fits: Fits) -> None:
    """Register a kind that takes a text of the sheet out."""

    def plants(clean: Clean) -> Iterator[Plant]:
        for line, address in placed(clean, fits):
            what = f"{line.text[:30]!r} taken out"
            yield cell_plant(clean, disclosures_sheet(clean), address, what, line.text, empty, gone=True)

    add(name, "xlsx", codes, plants)


_changed("rating definition", "rating-definitions text-number unit", _definition, "number", _on(changes.first_digit))
_changed("words of a rating definition", "rating-definitions", _definition, "run", _on(changes.added_word))
_changed("number on the risk page", "text-number", _risk, "number", _on(changes.last_digit))
_changed("period on the risk page", "period", _risk, "period", _on(changes.period))
_changed("words of the risk page", "risks", _risk, "run", _on(changes.added_word))
_changed(
    "bound word on the risk page", "bound-word", _risk, "word", lambda piece: changes.bound_word(piece.text, piece.note)
)
for _name, _change in (
    ("words of the certificate or disclaimer", changes.added_word),
    ("number put into the certificate or disclaimer", lambda text: _put_in(text, "7")),
):
    _changed(_name, "certificate disclaimer", _statement, "quote", _on(_change))
_changed("licence of an analyst", "quote", lambda line: "-analyst-" in line.block, "quote", _on(changes.last_digit))
_gone("rating definition taken out", "rating-definitions", _definition)
_gone("paragraph of the risk page taken out", "risks", _risk)
_gone("paragraph of the certificate taken out", "certificate", _legal("certificate"))
_gone("paragraph of the disclaimer taken out", "disclaimer", _legal("disclaimer"))
_gone("notice of the disclosures taken out", "notice", lambda line: line.role == "footer" and line.page_id == "legal")


@kind("two risks swapped", "xlsx", "block")
def _swapped(clean: Clean, made: str) -> Iterator[Plant]:
    sheet = disclosures_sheet(clean)
    for (line, one), (other, two) in pairwise(placed(clean, _risk)):

        def make(line: Line = line, other: Line = other, one: str = one, two: str = two) -> Changed:
            root = parse(members(clean.bytes_of(FILE))[sheet.part])
            for cell in root.iter(f"{S}c"):
                if cell.get("r") in (one, two):
                    inline(cell, other.text if cell.get("r") == one else line.text)
            return written(clean, sheet.part, root)

        named = (line.text, f"{sheet.name}!{one}:")
        yield Plant(f"{sheet.name}: {one} and {two} swapped", FILE, sheet.number, other.text, make, named=named)


@kind("page beside a disclosure", "xlsx", "structure-number")
def _page(clean: Clean, made: str) -> Iterator[Plant]:
    sheet = disclosures_sheet(clean)
    for _, cell, text in texts(clean, lambda each: each == sheet):
        new = changes.next_number(text) if cell.get("r").startswith("B") else None
        if new is not None:
            yield _with_text(clean, cell.get("r"), f"{text!r} -> {new!r}", new, new)


@kind("number put into the disclosures", "xlsx", "number-unknown")
def _number(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _added(clean, "88.8", lambda cell: number(cell, "88.8"))


@kind("words put into the disclosures", "xlsx", "wording")
def _words(clean: Clean, made: str) -> Iterator[Plant]:
    text = "公司前景极佳，建议立即买入。"
    yield from _added(clean, text, lambda cell: inline(cell, text))


def _added(clean: Clean, text: str, fill: Callable[[Any], None]) -> Iterator[Plant]:
    sheet = disclosures_sheet(clean)
    for _, address in placed(clean, lambda line: _risk(line) or _definition(line) or _statement(line)):

        def make(row: int = row_of(address)) -> Changed:
            root = parse(members(clean.bytes_of(FILE))[sheet.part])
            item = next(each for each in root.iter(f"{S}row") if each.get("r") == str(row))
            cell = item.makeelement(f"{S}c", {"r": f"Z{row}"})
            item.append(cell)
            fill(cell)
            return written(clean, sheet.part, root)

        where = f"{sheet.name}!Z{row_of(address)}"
        yield Plant(f"{where}: {text!r} put in", FILE, sheet.number, text, make)


@kind("sheet of the disclosures taken out", "xlsx", "sheet")
def _no_sheet(clean: Clean, made: str) -> Iterator[Plant]:
    sheet = disclosures_sheet(clean)
    title = next(line.text for line in clean.lines if line.role == "title" and line.page_id == "risks")
    yield Plant(f"{sheet.name} taken out", FILE, None, title, lambda: sheet_changed(clean, sheet, take_out), gone=True)


@kind("link of the index to the disclosures taken out", "xlsx", "sheet")
def _no_link(clean: Clean, made: str) -> Iterator[Plant]:
    sheet = disclosures_sheet(clean)
    index = sheets(clean.bytes_of(FILE))[0]

    def make() -> Changed:
        root = parse(members(clean.bytes_of(FILE))[index.part])
        for link in list(root.iter(f"{S}hyperlink")):
            if f"'{sheet.name}'!" in (link.get("location") or ""):
                take_out(link)
        return written(clean, index.part, root)

    yield Plant(f"{index.name}: no link to {sheet.name}", FILE, _INDEX, sheet.name, make, gone=True)
