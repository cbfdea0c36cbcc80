"""The heads of a table: which rows and columns are heads, where one head ends and another begins.

A table of a document may hold several blocks, each with a head of its own: a second head below, two halves side by
side. A block is what one head governs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yanbao.check.tick.cell_text import CellText, read_cell
from yanbao.read.foreign.tree import Cell, Table

_LIST_HEAD: Final = re.compile(r"序号|编号|排名|名次|代码|no\.?|rank|code|ticker|附注|注释|note|行次|项次", re.I)
_MONEY_SIGN: Final = re.compile(r"(?:US|HK|NT)?[$¥￥€£]")
_TAIL: Final = re.compile(r"[)）%％]{1,3}")
_START: Final = re.compile(r"[(（]?-?[0-9]{1,3}(?:,[0-9]{3})*")
_REST: Final = re.compile(r",[0-9]{3}[0-9, .]*[)）]?")  # of a number that was cut at a comma
_FRAGMENT: Final = re.compile(r"[0-9.,%\ ]{1,8}")
_MENDED: Final = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3})\.[0-9]{2}%?")
_DATE: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])")


@dataclass(frozen=True)
class Sheet:
    """A table's texts, spans undone: a covered position of a head shows the text of the cell that covers it."""

    cells: tuple[tuple[Cell | None, ...], ...]
    texts: tuple[tuple[CellText, ...], ...]  # as read; a covered position is blank
    shown: tuple[tuple[str, ...], ...]  # as a reader sees it; a covered position shows the covering cell's text

    @property
    def shape(self) -> tuple[int, int]:
        """Return the counts of rows and columns."""
        return (len(self.texts), len(self.texts[0]) if self.texts else 0)


@dataclass(frozen=True)
class Block:
    """What one head governs: its rows and columns in the table, heads from the top and labels from the left.

    `sections[i]` is the sub-head above row i ("流动资产："), `corner` the head of the label column.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    column_heads: tuple[tuple[str, ...], ...]
    row_labels: tuple[tuple[str, ...], ...]
    sections: tuple[str, ...]
    corner: str
    listed: frozenset[int] = frozenset()  # columns of list numbers, codes and dates: no quantities
    labels: tuple[int, ...] = ()  # columns that label the rows


def sheet_of(table: Table) -> Sheet:
    """Return a table's texts with spans undone and split cells joined: `$` to its number, `)` and `%` to theirs."""
    rows, columns = table.shape
    texts = [["" if cell is None else cell.text.strip() for cell in row] for row in table.rows]
    cells: list[list[Cell | None]] = [list(row) for row in table.rows]
    shown = [list(row) for row in texts]
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row):
            if cell is not None and (cell.rows > 1 or cell.columns > 1):
                for below in range(i, min(rows, i + cell.rows)):
                    for right in range(j, min(columns, j + cell.columns)):
                        shown[below][right] = shown[below][right] or texts[i][j]
    for i in range(rows):
        _join_signs(texts[i], cells[i])
    for i in range(rows - 1):
        _join_wrapped(texts, shown, cells[i], i)
        shown[i] = [text or seen for text, seen in zip(texts[i], shown[i], strict=True)]
    return Sheet(
        tuple(tuple(row) for row in cells),
        tuple(tuple(read_cell(text) for text in row) for row in texts),
        tuple(tuple(row) for row in shown),
    )


def _join_signs(texts: list[str], cells: list[Cell | None]) -> None:
    """Join `$`, `)` and `%` that stand in cells of their own to the number beside them."""
    for j in range(len(texts) - 1):
        if _MONEY_SIGN.fullmatch(texts[j]) and texts[j + 1][:1] in tuple("0123456789(.-—–"):
            if read_cell(texts[j + 1]).kind == "number":
                texts[j + 1] = texts[j] + texts[j + 1]
            texts[j] = ""
    for j in range(1, len(texts)):
        if _REST.fullmatch(texts[j]) and _START.fullmatch(texts[j - 1]):
            texts[j], texts[j - 1] = texts[j - 1] + texts[j], ""
            continue
        if _TAIL.fullmatch(texts[j]) and read_cell(texts[j - 1] + texts[j]).kind == "number":
            texts[j - 1] += texts[j]
            texts[j] = ""


def _join_wrapped(texts: list[list[str]], shown: list[list[str]], cells: list[Cell | None], i: int) -> None:
    """Join two rows that are one row whose numbers a narrow cell broke: 1,375,4 over 71.55, 673,335.0 over 7.

    They are one if every number of the lower row completes the one above it, at least one of the upper is no whole
    number with two decimals, and at least two pairs say so.
    """
    upper, lower = texts[i], texts[i + 1]
    joined: dict[int, str] = {}
    for j in range(len(upper)):
        if not lower[j] or not _FRAGMENT.fullmatch(lower[j]):
            if lower[j] and read_cell(lower[j]).kind in ("number", "several"):
                return
            continue
        whole = (upper[j] + lower[j]).replace(" ", "")
        if cells[j] is None or not _MENDED.fullmatch(whole) or _MENDED.fullmatch(upper[j]):
            return
        joined[j] = whole
    if len(joined) < 2:
        return
    for j in range(len(upper)):
        if j in joined:
            upper[j], lower[j] = joined[j], ""
            shown[i][j], shown[i + 1][j] = joined[j], ""
        elif (
            lower[j]
            and not joined.get(j)
            and read_cell(lower[j]).kind == "words"
            and read_cell(upper[j]).kind in ("words", "blank")
        ):
            shown[i][j] += shown[i + 1][j]
            upper[j] += lower[j]
            lower[j], shown[i + 1][j] = "", ""


def _goes_on(upper: str, lower: str) -> bool:
    """Whether a label's cell goes on in the row below."""
    return read_cell(lower).kind == "words" and read_cell(upper).kind in ("words", "blank")


def blocks_of(table: Table, sheet: Sheet) -> list[Block]:
    """Return the blocks of a table from the top, halves from the left; a table without numbers has none."""
    found: list[Block] = []
    columns = sheet.shape[1]
    for head, body in _segments(table, sheet):
        for span in _halves(sheet, head, body, columns):
            block = _block(sheet, head, body, span)
            if block is not None:
                found.append(block)
    return found


def _segments(table: Table, sheet: Sheet) -> list[tuple[list[int], list[int]]]:
    """Return (head rows, body rows) of each stretch of rows that one head governs."""
    rows, columns = sheet.shape
    segments: list[tuple[list[int], list[int]]] = []
    start = _head_end(table, sheet)
    head, body = list(range(start)), list[int]()
    numeric = {j for j in range(columns) if _is_number_column(sheet, range(start, rows), j)}
    i = start
    while i < rows:
        if body and _is_new_head(sheet, i, numeric, head):
            segments.append((head, body))
            head, body = [i], []
            i += 1
            while i < rows and _is_new_head(sheet, i, numeric, head):
                head.append(i)
                i += 1
            continue
        body.append(i)
        i += 1
    segments.append((head, body))
    return [(head, body) for head, body in segments if body]


def _head_end(table: Table, sheet: Sheet) -> int:
    rows = len(sheet.texts)
    first = next((i for i in range(rows) if _counts_number(sheet, i)), rows)
    if table.head_rows is not None and table.head_rows > 0:
        return min(table.head_rows, rows) if table.head_rows >= first else _last_headlike(sheet, first, table.head_rows)
    return _last_headlike(sheet, first, 0)


def _last_headlike(sheet: Sheet, first: int, least: int) -> int:
    """Return the end of the head: sub-heads that stand alone in their row below it belong to the body."""
    end = first
    while end > max(1, least) and all(text.kind == "blank" for text in sheet.texts[end - 1][1:]):
        end -= 1
    return end if any(text.strip() for row in sheet.shown[:end] for text in row) else first


def _counts_number(sheet: Sheet, i: int) -> bool:
    """Whether a row holds a number beside its label; years are heads unless numbers stand beside them."""
    row = sheet.texts[i]
    return any(text.kind == "number" and not text.bare_year and not _DATE.fullmatch(text.text) for text in row[1:]) or (
        len(row) == 1 and row[0].kind == "number"
    )


def _is_number_column(sheet: Sheet, rows: Sequence[int] | range, j: int) -> bool:
    kinds = [sheet.texts[i][j] for i in rows]
    ranges = sum(text.mention is not None and text.mention.kind in ("range", "ratio") for text in kinds)
    numbers = sum(text.kind in ("number", "several") and not text.bare_year for text in kinds) - ranges
    others = sum(text.kind in ("words", "period", "mixed") or text.bare_year for text in kinds) + ranges
    return numbers > 0 and numbers >= others


def _is_new_head(sheet: Sheet, i: int, numeric: set[int], head: list[int]) -> bool:
    """Whether a row in the body is a head: where numbers stand above, it has two or more periods or words."""
    row = sheet.texts[i]
    here = [row[j] for j in numeric if j > 0 and row[j].kind != "blank"]
    if len(here) < 2 or any(text.kind in ("number", "several", "mixed") and not text.bare_year for text in here):
        return False
    if any(text.kind == "missing" for text in here):
        return False
    periods = sum(text.kind == "period" or text.bare_year for text in here)
    if periods >= 2:
        return True
    shown = {sheet.shown[k][j] for k in head for j in range(len(row)) if sheet.shown[k][j]}
    repeated = sum(text.text.strip() in shown for text in here)
    return repeated >= 2 or len(here) * 2 > len(numeric - {0})


def _halves(sheet: Sheet, head: list[int], body: list[int], columns: int) -> list[range]:
    """Return the stretches of columns that stand side by side, each with labels of its own."""
    numeric = [_is_number_column(sheet, body, j) for j in range(columns)]
    cuts = [0]
    for j in range(2, columns):
        if numeric[j] or not any(numeric[cuts[-1] : j]) or not any(numeric[j:]):
            continue
        words = [sheet.texts[i][j].text.strip() for i in body if sheet.texts[i][j].kind == "words"]
        if len(words) < 2 or len(words) * 2 < len(body) or len(set(words)) < 0.7 * len(words):
            continue
        if not numeric[j - 1] and j - 1 not in cuts and _texts(sheet, body, j - 1):
            continue
        if _heads_repeat(sheet, head, numeric, cuts[-1], j, columns):
            cuts.append(j)
    return [range(start, end) for start, end in zip(cuts, [*cuts[1:], columns], strict=True)]


def _texts(sheet: Sheet, body: list[int], j: int) -> bool:
    return any(sheet.texts[i][j].kind == "words" for i in body)


def _heads_repeat(sheet: Sheet, head: list[int], numeric: list[bool], start: int, cut: int, columns: int) -> bool:
    """Whether the heads of the number columns before and behind a cut are the same."""

    def heads(span: range) -> list[str]:
        return [" ".join(sheet.shown[i][j] for i in head).strip() for j in span if numeric[j]]

    left, right = heads(range(start, cut)), heads(range(cut, columns))
    right = right[: len(left)]
    return bool(left) and left == right and any(left)


def _block(sheet: Sheet, head: list[int], body: list[int], span: range) -> Block | None:
    labels, listed = _label_columns(sheet, head, body, span)
    values = tuple(j for j in span if j not in labels)
    if not values or not any(sheet.texts[i][j].kind in ("number", "several", "mixed") for i in body for j in values):
        return None
    heads = tuple(_column_head(sheet, head, j, span) for j in values)
    row_labels, sections = _row_labels(sheet, body, labels, values)
    corner = " ".join(dict.fromkeys(sheet.shown[i][j] for i in head for j in labels if sheet.shown[i][j]))
    return Block(tuple(body), values, heads, row_labels, sections, corner, listed, tuple(labels))


def _label_columns(sheet: Sheet, head: list[int], body: list[int], span: range) -> tuple[list[int], frozenset[int]]:
    """Return the columns that label the rows, and the columns of numbers that are no quantities."""
    labels: list[int] = []
    listed: set[int] = set()
    for j in span:
        title = " ".join(sheet.shown[i][j] for i in head)
        numbers = [sheet.texts[i][j] for i in body if sheet.texts[i][j].kind == "number"]
        if numbers and (_LIST_HEAD.fullmatch(title.strip()) or _is_list(numbers) or _are_dates(numbers)):
            listed.add(j)
    for j in span:
        number = _is_number_column(sheet, body, j) and j not in listed
        if number:
            break
        labels.append(j)
    while len(labels) > 1 and not any(sheet.texts[i][labels[-1]].text.strip() for i in body):
        labels.pop()  # an empty column between labels and numbers
    return labels, frozenset(listed - set(labels))


def _is_list(numbers: list[CellText]) -> bool:
    digits = [number.digits for number in numbers]
    return len(digits) >= 3 and digits == [str(value) for value in range(1, len(digits) + 1)]


def _are_dates(numbers: list[CellText]) -> bool:
    return len(numbers) >= 1 and all(_DATE.fullmatch(number.text.strip()) for number in numbers)


def _column_head(sheet: Sheet, head: list[int], j: int, span: range) -> tuple[str, ...]:
    """Return a column's heads from the top; an empty one above a head that is not takes its left neighbour's."""
    texts: list[str] = []
    for place, i in enumerate(head):
        text = sheet.shown[i][j].strip()
        lower = any(sheet.shown[k][j].strip() for k in head[place + 1 :])
        if not text and lower:
            left = j - 1
            while left > span.start and not sheet.shown[i][left].strip():
                left -= 1
            text = sheet.shown[i][left].strip() if left > span.start else ""
        if text and (not texts or texts[-1] != text):
            texts.append(text)
    return tuple(texts)


def _row_labels(
    sheet: Sheet, body: list[int], labels: list[int], values: tuple[int, ...]
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    sections: list[str] = []
    section = ""
    for i in body:
        texts = [sheet.shown[i][j].strip() for j in labels]
        if not any(sheet.texts[i][j].text.strip() for j in values) and any(texts):
            section = " ".join(text for text in dict.fromkeys(texts) if text)
        found.append(tuple(texts))
        sections.append(section)
    return tuple(found), tuple(sections)
