"""The texts that regulation asks for as a sheet: risks, rating definitions, certificate, disclaimer, notice."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace

from yanbao.document.disclosures import disclosure_pages
from yanbao.document.tree import Document, Paragraph, Span, Text, plain
from yanbao.render.xlsx.exhibit_sheet import HEAD_ROW, put_top
from yanbao.render.xlsx.grid import MOST_LINES, Look, Sheet, Words, characters, room_of
from yanbao.render.xlsx.words import page as page_text

_WIDTHS = (84.0, 9.0)  # characters: both columns fill the width of an upright A4 page
_LONGEST = (MOST_LINES - 3) * (room_of(_WIDTHS[0]) - 1)  # characters of a column's width that one row surely shows
_SENTENCE = re.compile(r"[。！？；]|[.!?;](?=\s)")
_PHRASE = re.compile(r"[，、：）]|(?<=[,:)])\s|\s")
_WIDE = re.compile(r"(?<=[^\x00-\x7f])(?=[^\x00-\x7f])")
_NARROW = re.compile(r"(?<=[^\x00-\x7f])|(?=[^\x00-\x7f])")


def disclosure_sheet(document: Document, name: str, index: str, own: Mapping[str, str]) -> Sheet | None:
    """Return the sheet of all texts of the risk and legal pages, a row each, or `None` where there is no such page.

    A text too long for the height of a row goes on in the row below, from the end of a sentence.
    """
    pages = disclosure_pages(document)
    if not pages:
        return None
    sheet = Sheet(name, role="disclosures")
    put_top(sheet, own["disclosure_title"], index, own)
    row = HEAD_ROW - 1
    for page in pages:
        row += 1
        sheet.put(row, 0, Words(plain(page.title), Look("head", wrap=True)))
        sheet.put(row, 1, Words(page_text(page.number, document.language), Look("head", "right")))
        for paragraph in page.paragraphs():
            for part in parts(paragraph.text):
                row += 1
                sheet.put(row, 0, _words(paragraph, part))
                sheet.put(row, 1, Words("", _look(paragraph)))
        row += 1
    for notice in dict.fromkeys(plain(page.footer) for page in pages):
        row += 1
        sheet.put(row, 0, Words(notice, Look("muted", wrap=True)))
        sheet.footer = sheet.footer or notice
    sheet.widths = dict(enumerate(_WIDTHS))
    sheet.frozen = (HEAD_ROW - 1, 0)
    return sheet


def _words(paragraph: Paragraph, text: Text) -> Words:
    runs = tuple((span.text, span.bold) for span in text if span.text)
    mixed = len({bold for _, bold in runs}) == 2
    return Words(plain(text), _look(paragraph), runs=runs if mixed else ())


def _look(paragraph: Paragraph) -> Look:
    heading = paragraph.style == "heading" or all(span.bold for span in paragraph.text)
    return Look("body", wrap=True, row="sub" if heading else "body", bold=heading or paragraph.style == "lead")


def parts(text: Text) -> Iterator[Text]:
    """Yield a text in parts that a row can show whole; only runs and quotes are cut, at the ends of sentences first."""
    whole = plain(text)
    start = 0
    while characters(whole[start:]) > _LONGEST:
        end = _cut(text, whole, start)
        if end is None:
            break
        yield _between(text, start, end)
        start = end
    yield _between(text, start, len(whole))


def _cut(text: Text, whole: str, start: int) -> int | None:
    """Return where to cut: behind the last sentence that fits, else phrase, else beside any wide character."""
    reach = start + bisect_right(
        range(1, len(whole) - start), _LONGEST, key=lambda size: characters(whole[start:][:size])
    )
    for pattern in (_SENTENCE, _PHRASE, _WIDE, _NARROW):
        ends = [match.end() for match in pattern.finditer(whole, start + 1, reach)]
        ends = [end for end in ends if not _inside_number(text, end)]
        if ends:
            return ends[-1]
    return None


def _inside_number(text: Text, at: int) -> bool:
    """Whether a cut would go through something that must stay in one piece."""
    position = 0
    for span in text:
        if position < at < position + len(span.text):
            return span.kind not in ("run", "quote")
        position += len(span.text)
    return False


def _between(text: Text, start: int, end: int) -> Text:
    found: list[Span] = []
    position = 0
    for span in text:
        piece = span.text[max(start - position, 0) : max(end - position, 0)]
        if piece:
            found.append(replace(span, text=piece))
        position += len(span.text)
    return tuple(found)
