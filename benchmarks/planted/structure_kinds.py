"""Errors in what stands where: rows, lines, exhibits and pages left out, doubled, moved, or put in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from benchmarks.planted import deck, web
from benchmarks.planted.lines import Line
from benchmarks.planted.marked_text import found_at
from benchmarks.planted.plant import Changed, Clean, Plant, kind
from benchmarks.planted.text_kinds import ALL, FORMATS


def _removals(
    clean: Clean,
    file_format: str,
    fits: Callable[[Line], bool],
    level: str = "line",
    claim: Callable[[Line], str] | None = None,
) -> Iterator[Plant]:
    module = FORMATS[file_format]
    for line in clean.lines:
        if fits(line):
            yield Plant(
                f"page {line.page}, {level} of {line.role} of {line.block}: {line.text[:30]!r} taken out",
                module.FILE,
                line.page,
                line.text if claim is None else claim(line),
                lambda line=line: module.remove(clean, line, level),  # type: ignore[misc]
                gone=True,
            )


def _pairs(clean: Clean, fits: Callable[[Line, Line], bool]) -> Iterator[tuple[Line, Line]]:
    """Yield neighbouring lines of a block that fit."""
    of_block: dict[tuple[int, str, str], list[Line]] = {}
    for line in clean.lines:
        of_block.setdefault((line.page, line.block, line.role), []).append(line)
    for lines in of_block.values():
        yield from ((line, other) for line in lines for other in lines if fits(line, other))


def _swaps(clean: Clean, file_format: str, pairs: Iterator[tuple[Line, Line]], level: str = "line") -> Iterator[Plant]:
    module = FORMATS[file_format]
    for line, other in pairs:
        yield Plant(
            f"page {line.page}, {line.block}: {level}s {line.text[:20]!r} and {other.text[:20]!r} swapped",
            module.FILE,
            line.page,
            other.text,
            lambda line=line, other=other: module.swap(clean, line, other, level),  # type: ignore[misc]
            named=(line.text,),
        )


@kind("origin line taken out", ALL, "origin")
def _origin(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "origin")


@kind("note taken out", ALL, "wording")
def _note(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "exhibit-note")


@kind("unit line taken out", ALL, "unit")
def _unit(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "unit")


@kind("speaker's note taken out", "pptx", "wording")
def _speaker(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "speaker-note")


@kind("rating definition taken out", ALL, "rating-definitions")
def _rating(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.block.startswith(("ratings-company-", "ratings-sector-")))


@kind("paragraph of the risk page taken out", ALL, "risks")
def _risk(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.page_id == "risks" and line.role == "paragraph")


@kind("paragraph of the certificate taken out", ALL, "certificate")
def _certificate(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(
        clean, made, lambda line: any("legal.certificate" in (piece.fact or "") for piece in line.pieces)
    )


@kind("paragraph of the disclaimer taken out", ALL, "disclaimer")
def _disclaimer(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(
        clean, made, lambda line: any("legal.disclaimer" in (piece.fact or "") for piece in line.pieces)
    )


@kind("foot of a page taken out", ALL, "notice")
def _foot(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "footer" and line.page_kind == "content")


@kind("paragraph taken out", ALL, "block")
def _paragraph(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(
        clean,
        made,
        lambda line: line.role == "paragraph" and line.page_kind == "content" and line.page_id != "risks",
    )


@kind("exhibit taken out", ALL, "block")
def _exhibit(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "exhibit-title", "exhibit")


@kind("table row taken out", ALL, "block")
def _row(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _removals(clean, made, lambda line: line.role == "cell" and line.column == _first(clean, line), "row")


def _first(clean: Clean, line: Line) -> str:
    """Return the column of the first cell of a line's row."""
    return next(
        other.column
        for other in clean.lines
        if (other.page, other.block, other.role, other.row) == (line.page, line.block, "cell", line.row)
    )


@kind("two rows swapped", ALL, "block cell-number quote")
def _rows(clean: Clean, made: str) -> Iterator[Plant]:
    pairs = _pairs(
        clean,
        lambda line, other: (
            line.role == "cell"
            and other.row == line.row + 1
            and line.column == other.column == _first(clean, line)
            and line.text != other.text
        ),
    )
    yield from _swaps(clean, made, pairs, "row")


@kind("two neighbouring cells swapped", ALL, "cell-number")
def _cells(clean: Clean, made: str) -> Iterator[Plant]:
    number = {"number"}
    pairs = (
        (line, other)
        for line, other in pairwise(clean.lines)
        if (line.page, line.block, line.role, line.row) == (other.page, other.block, "cell", other.row)
        and {piece.kind for piece in line.pieces} == {piece.kind for piece in other.pieces} == number
        and line.text != other.text
    )
    yield from _swaps(clean, made, pairs)


@kind("two paragraphs swapped", ALL, "block")
def _paragraphs(clean: Clean, made: str) -> Iterator[Plant]:
    bullets = [line for line in clean.lines if line.role == "paragraph" and line.style == "bullet"]
    pairs = (
        (line, other)
        for line, other in pairwise(bullets)
        if line.page == other.page and line.page_kind == "content" and line.path[:-2] == other.path[:-2]
    )
    yield from _swaps(clean, made, pairs)


@kind("paragraph there twice", ALL, "wording number-unknown")
def _twice(clean: Clean, made: str) -> Iterator[Plant]:
    module = FORMATS[made]
    for line in clean.lines:
        if line.role == "paragraph" and line.style == "bullet" and line.page_kind == "content":
            yield Plant(
                f"page {line.page}, {line.block}: {line.text[:30]!r} twice",
                module.FILE,
                line.page,
                line.text[:20],
                lambda line=line: module.double(clean, line),  # type: ignore[misc]
            )


@kind("number put in", ALL, "number-unknown")
def _number(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _insertions(clean, made, "同比增长17.3%。", "17.3%")


@kind("words put in", ALL, "wording")
def _words(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _insertions(clean, made, "公司前景极佳，建议立即买入。", "公司前景极佳，建议立即买入。")


def _insertions(clean: Clean, made: str, text: str, claim: str) -> Iterator[Plant]:
    module = FORMATS[made]
    for line in clean.lines:
        if line.role == "paragraph" and line.page_kind == "content":
            yield Plant(
                f"page {line.page}, behind {line.block}: {text!r} put in",
                module.FILE,
                line.page,
                claim,
                lambda line=line: module.insert(clean, line, text),  # type: ignore[misc]
            )


@kind("page taken out", ALL, "page")
def _page(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _pages(clean, made, "taken out", gone=True)


@kind("page there twice", ALL, "page")
def _page_twice(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _pages(clean, made, "twice", gone=False)


def _pages(clean: Clean, made: str, what: str, *, gone: bool) -> Iterator[Plant]:
    module = FORMATS[made]

    def change(line: Line) -> Changed | None:
        done: Changed | None = (module.remove if gone else module.double)(clean, line, "page")
        return done

    for line in clean.lines:
        if line.role == "title":
            yield Plant(
                f"page {line.page} {what}",
                module.FILE,
                None,
                line.text,
                lambda line=line: change(line),  # type: ignore[misc]
                gone=gone,
            )


@kind("two pages swapped", ALL, "page")
def _pages_swapped(clean: Clean, made: str) -> Iterator[Plant]:
    titles = [line for line in clean.lines if line.role == "title"]
    for swap in _swaps(clean, made, pairwise(titles[2:]), "page"):
        yield replace(swap, page=None)


@kind("number on request", "html", "hidden-text")
def _hidden(clean: Clean, made: str) -> Iterator[Plant]:
    module = FORMATS[made]
    for line in clean.lines:
        if line.role == "paragraph" and line.page_kind == "content":
            yield Plant(
                f"page {line.page}, {line.block}: a title attribute",
                module.FILE,
                line.page,
                "目标价88.8元",
                lambda line=line: module.attribute(clean, line, "title", "目标价88.8元"),  # type: ignore[misc]
            )


@kind("paragraph hidden", "html", "block")
def _paragraph_hidden(clean: Clean, made: str) -> Iterator[Plant]:
    for line in clean.lines:
        if line.role == "paragraph" and line.page_kind == "content" and line.page_id != "risks":
            yield Plant(
                f"page {line.page}, {line.block} hidden",
                web.FILE,
                line.page,
                line.text,
                lambda line=line: web.attribute(clean, line, "hidden", "hidden"),  # type: ignore[misc]
                gone=True,
            )


@kind("slide hidden", "pptx", "page")
def _slide_hidden(clean: Clean, made: str) -> Iterator[Plant]:
    for number, part in enumerate(deck.slides(clean), 1):

        def make(part: str = part) -> Changed:
            root = deck.parse(deck.parts(clean)[part])
            root.set("show", "0")
            return deck.written(clean, {part: root})

        yield Plant(f"page {number} hidden", deck.FILE, number, "", make)


@kind("number in a description for screen readers", "pptx", "hidden-text")
def _description(clean: Clean, made: str) -> Iterator[Plant]:
    for number, part in enumerate(deck.slides(clean), 1):
        root = deck.parse(deck.parts(clean)[part])
        for item in root.iter(f"{deck.P}cNvPr"):
            if item.get("descr"):
                path = root.getroottree().getpath(item)

                def make(part: str = part, path: str = path) -> Changed:
                    again = deck.parse(deck.parts(clean)[part])
                    found_at(again, path).set("descr", "目标价88.8元")
                    return deck.written(clean, {part: again})

                yield Plant(f"page {number}: a description", deck.FILE, number, "目标价88.8元", make)
