"""The workbook's first sheet: every exhibit with page, unit, day and origin, and the other sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from yanbao.document.tree import Document, Exhibit, Page, Text, plain
from yanbao.render.xlsx.grid import Fixed, Look, Sheet, Words

HEAD_ROW = 4
_WIDEST = 66.0  # characters: most origins on one line
_HEADS = ["number", "title", "page", "unit", "as_of", "origin"]


def index_sheet(
    document: Document,
    exhibits: Iterable[tuple[Page, Exhibit, str]],
    others: Iterable[tuple[str, str]],
    name: str,
    own: Mapping[str, str],
) -> Sheet:
    """Return the index: `exhibits` with their pages and sheets, `others` as sheet and title."""
    sheet = Sheet(name, role="index")
    sheet.put(0, 0, Words(document.title, Look("title")))
    sheet.put(1, 0, Words(document.subtitle, Look("subtitle")))
    sheet.put(2, 0, Words(own["gap"].join((document.house, own["legend"])), Look("muted")))
    for at, key in enumerate(_HEADS):
        sheet.put(HEAD_ROW, at, Words(own[key], Look("head", "center" if key == "page" else "left")))
    row = HEAD_ROW
    for page, exhibit, target in exhibits:
        row += 1
        sheet.row(
            row,
            [
                Words(plain(exhibit.label), Look("entry"), sheet=target),
                Words(plain(exhibit.title), Look("body", wrap=True)),
                Fixed(Fraction(page.number), Look("body", "center", "0")),
                Words(_behind(exhibit.unit), Look("body", wrap=True)),
                Words(plain(exhibit.as_of), Look("body", wrap=True)),
                Words(_behind(exhibit.origin), Look("body", wrap=True)),
            ],
        )
        sheet.footer = sheet.footer or plain(page.footer)
    row += 2
    sheet.put(row, 0, Words(own["other_sheets"], Look("head")))
    for at in range(1, len(_HEADS)):
        sheet.put(row, at, Words("", Look("head")))
    for target, title in others:
        row += 1
        sheet.put(row, 0, Words(target, Look("entry"), sheet=target))
        sheet.put(row, 1, Words(title, Look("body", wrap=True)))
        for at in range(2, len(_HEADS)):
            sheet.put(row, at, Words("", Look("body")))
    sheet.fit(HEAD_ROW, widest=_WIDEST)
    sheet.header_rows = (HEAD_ROW, HEAD_ROW)
    sheet.frozen = (HEAD_ROW + 1, 0)
    return sheet


def _behind(text: Text) -> str:
    """Return a text without the word that the column's header says already: "单位：亿元" is "亿元"."""
    whole = plain(text)
    for colon in ("：", ": "):
        before, found, after = whole.partition(colon)
        if found and len(before) <= len("Source"):
            return after
    return whole
