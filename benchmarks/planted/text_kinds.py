"""Errors in one piece of text, wherever all formats show it: digits, units, words, periods, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

from benchmarks.planted import changes, deck, print_file, web
from benchmarks.planted.lines import Line, Piece
from benchmarks.planted.plant import Clean, Plant, add

FORMATS: dict[str, ModuleType] = {"html": web, "pptx": deck, "pdf": print_file}
Change = Callable[[Piece], str | None]
Fits = Callable[[Line, int], bool]

_PROSE = ("paragraph",)
_TITLES = ("title", "exhibit-title")
_NOTES = ("exhibit-note", "speaker-note", "origin")


def _in(roles: tuple[str, ...], *kinds: str) -> Fits:
    return lambda line, index: line.role in roles and line.pieces[index].kind in kinds


def _on(change: Callable[[str], str | None]) -> Change:
    return lambda piece: change(piece.text)


def plants(clean: Clean, file_format: str, fits: Fits, change: Change) -> Iterator[Plant]:
    """Yield a place for each piece of text that fits and can be changed."""
    module = FORMATS[file_format]
    for line in clean.lines:
        for index, piece in enumerate(line.pieces):
            if not fits(line, index):
                continue
            new = change(piece)
            if new is not None and new.split() != piece.text.split():
                yield Plant(
                    f"page {line.page}, {line.role} of {line.block}: {piece.text!r} -> {new!r}",
                    module.FILE,
                    line.page,
                    planted_part(piece, new),
                    lambda line=line, index=index, new=new: module.edit(clean, line, index, new),  # type: ignore[misc]
                )


def planted_part(piece: Piece, new: str) -> str:
    """Return what is new in a changed text: all of a number or name, the changed characters of words."""
    old = piece.text
    if len(new) <= 12 and piece.kind != "run":
        return new
    start = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    end = next(
        (at for at, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b), min(len(old), len(new))
    )
    return new[start : max(len(new) - end, start + 1)]


def _register(
    name: str, formats: str, codes: str, fits: Fits, change: Change, also: str = "", *, titles: bool = False
) -> None:
    for file_format in formats.split():
        add(
            name,
            file_format,
            codes,
            lambda clean, made=file_format: plants(clean, made, fits, change),  # type: ignore[misc]
            # a PDF that is rendered with another title has it in its bookmark, too
            f"{also} bookmark" if file_format == "pdf" and titles else also,
        )


ALL = "html pptx pdf"

for _name, _change in (
    ("first digit of a number", changes.first_digit),
    ("last digit of a number", changes.last_digit),
    ("decimal point moved", changes.decimal_point),
    ("two digits transposed", changes.transposed),
):
    _register(f"{_name} in a paragraph", ALL, "text-number", _in(_PROSE, "number"), _on(_change))
    _register(f"{_name} in a cell", ALL, "cell-number", _in(("cell",), "number"), _on(_change))
_register(
    "first digit of a number in a title",
    ALL,
    "text-number",
    _in(_TITLES, "number"),
    _on(changes.first_digit),
    titles=True,
)
_register("first digit of a number in a note", ALL, "note-number", _in(_NOTES, "number"), _on(changes.first_digit))
_register("minus dropped in a cell", ALL, "cell-number", _in(("cell",), "number"), _on(changes.sign))
_register("minus dropped in a paragraph", ALL, "text-number", _in(_PROSE, "number"), _on(changes.sign))
_register(
    "approximation word dropped",
    ALL,
    "approximation",
    _in((*_PROSE, "cell", "event"), "number"),
    _on(changes.approximation),
)
_register(
    "label of a point",
    "html pdf",
    "label-number cell-number axis-tick",  # in print a label and a tick of one text cannot be told apart
    _in(("point",), "label"),
    _on(changes.first_digit),
)
_register("axis tick", "pdf", "axis-tick", _in(("tick",), "tick"), _on(changes.first_digit))
_register(
    "missing cell shown as zero",
    ALL,
    "number-unknown",
    lambda line, index: line.role == "cell" and line.text == "—",
    lambda piece: "0",
)
_register(
    "tick turned into a cross",
    ALL,
    "quote",
    lambda line, index: line.role == "cell" and line.text in ("✓", "✗"),
    lambda piece: "✗" if piece.text == "✓" else "✓",
)
_register(
    "bound word turned",
    ALL,
    "bound-word",
    lambda line, index: line.pieces[index].kind == "word",
    lambda piece: changes.bound_word(piece.text, piece.note),
    titles=True,
)
_register(
    "unit of a number in a paragraph",
    ALL,
    "unit",
    lambda line, index: line.role in _PROSE and line.pieces[index].kind == "number",
    _on(changes.unit),
)
_register(
    "unit of a number in a cell",
    ALL,
    "unit",
    lambda line, index: line.role == "cell" and line.pieces[index].kind == "number",
    _on(changes.unit),
)
_register(
    "percentage points called percent",
    ALL,
    "unit",
    lambda line, index: (
        index > 0
        and line.pieces[index].kind == "run"
        and line.role in (*_PROSE, *_TITLES)
        and line.pieces[index - 1].kind == "number"
        and line.pieces[index].text.startswith("个百分点")
    ),
    _on(changes.unit_behind),
    titles=True,
)
_register(
    "unit in a column head",
    ALL,
    "unit",
    lambda line, index: line.role == "column-head" and "（" in line.pieces[index].text,
    _on(changes.unit),
)
_register("unit line", ALL, "unit", lambda line, index: line.role == "unit" and index > 0, _on(changes.unit))
_register("period in a paragraph", ALL, "period", _in((*_PROSE, *_TITLES), "period"), _on(changes.period), titles=True)
_register("as-of day of an exhibit", ALL, "period", _in(("as-of",), "period"), _on(changes.period))
_register("day at the foot of a page", ALL, "period notice", _in(("footer",), "period"), _on(changes.period))
_register(
    "quoted cell of the evidence",
    ALL,
    "quote",
    lambda line, index: (
        line.pieces[index].kind == "quote"
        and line.page_kind == "content"
        and line.role in ("cell", "paragraph", "event")
    ),
    _on(changes.any_change),
)
_register(
    "literal of the author",
    ALL,
    "literal",
    lambda line, index: line.pieces[index].kind == "literal",
    _on(changes.first_digit),
)
_register(
    "number of an exhibit", ALL, "structure-number", _in(("exhibit-label",), "structure"), _on(changes.next_number)
)
_register(
    "page number in the contents",
    ALL,
    "structure-number",
    lambda line, index: line.page_kind == "contents" and line.pieces[index].note == "page-number",
    _on(changes.next_number),
)
_register(
    "number of a section",
    ALL,
    "structure-number",
    lambda line, index: line.pieces[index].note == "section-number",
    _on(changes.next_number),
    titles=True,
)
_register(
    "line number of an origin",
    ALL,
    "note-number",
    lambda line, index: line.role in _NOTES and (line.pieces[index].note or "").startswith("origin"),
    _on(changes.next_number),
)
_register(
    "name of a category", "html pdf", "category", lambda line, index: line.role == "category", _on(changes.any_change)
)
_register(
    "name of a series", "html pdf", "series-name", lambda line, index: line.role == "series", _on(changes.any_change)
)
_register(
    "a word put in",
    ALL,
    "wording",
    lambda line, index: (
        line.role in _PROSE
        and line.pieces[index].kind == "run"
        and line.page_kind == "content"
        and line.page_id != "risks"
    ),
    _on(changes.added_word),
)
_register(
    "rating definition",
    ALL,
    "rating-definitions text-number unit",
    lambda line, index: line.page_id == "ratings" and line.role == "paragraph" and line.pieces[index].kind == "number",
    _on(changes.first_digit),
)
_register(
    "words of the certificate or disclaimer",
    ALL,
    "certificate disclaimer",
    lambda line, index: line.page_id == "legal" and line.style == "small",
    _on(changes.added_word),
)
_register(
    "notice at the foot of a page",
    ALL,
    "notice",
    lambda line, index: line.role == "footer" and "notice" in (line.pieces[index].fact or ""),
    _on(changes.added_word),
)
