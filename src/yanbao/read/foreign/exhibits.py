"""What belongs to a table in any format: its caption, the line that states its unit, the notes under it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from yanbao.read.foreign.prose import width
from yanbao.read.foreign.tree import Cell, ForeignBlock, Prose, Table

_UNIT = re.compile(
    r"[（(【]?\s*(?:(?:金额|货币|币种|计量|数量|除特别注明外|除另有说明外|若无特别说明)[^：:，,。]{0,12}[，,]?\s*)?(?:单位|货币单位|金额单位|计量单位|unit|units|币种|currency)"
    r"\s*(?:[：:]|为)\s*\S.{0,60}"
    r"|[（(【]\s*(?:人民币)?(?:元|千元|万元|百万元|亿元|万亿元|%|％|倍|股|万股|亿股|亿美元|百万美元|千美元)\s*[)）】]"
    r"|[（(]?\s*(?:(?:all\s+)?(?:amounts?|dollars?|dollar amounts|figures|numbers|shares)\s+(?:are\s+)?)?"
    r"(?:in|expressed in)\s+"
    r"(?:\w+\s+){0,3}?(?:thousands|millions|billions|u\.?s\.? dollars|usd|rmb|percent)\b.{0,100}"
    r"|[（(]\s*(?:unaudited[;,]?\s*)?(?:\$|us\$|rmb)?\s*(?:in\s+)?(?:thousands|millions|billions)\b.{0,100}",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"\s*(?:注(?:释|\d*)?\s*[：:]|注\s*\d+|附注\s*[：:]|说明\s*[：:]|备注\s*[：:]"
    r"|(?:资料|数据|信息|图片|图表)?(?:来源|出处)\s*[：:]|notes?\s*[:.]|sources?\s*[:.]|\(\d\)\s+[A-Za-z]|\*+\s*\S)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\s*(?:(?:图表?|表格?|附图|附表|exhibit|table|figure|fig\.?|chart)\s*[\d一二三四五六七八九十]+(?:[-－.–]\d+)*\s*[：:.、．\s]?)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[（(]?[\d一二三四五六七八九十]{1,3}(?:[)）、]|\.(?!\d))")  # （1）营业收入构成
_SUB_CAPTION = re.compile(r"\s*[（(][a-z][)）]\s+\S")  # LaTeX sets it under its table
_PREPARED_BY = re.compile(r"\s*(?:编制单位|法定代表人|公司负责人|编制日期)\s*[：:].*")
_TICK_BOX = re.compile(r"\s*[√✓☑□☐■×]\s*\S{1,6}(?:\s*[√✓☑□☐■×]\s*\S{1,6})+\s*")
_AS_OF = re.compile(r"\s*[（(]?(?:(?:数据)?截[至止]|as (?:of|at)\b|报告期[：:]).{4,40}", re.IGNORECASE)
_QUESTION = re.compile("是否|有无")
_RUNNING = re.compile(
    r".{2,60}(?:报告|全文|摘要|招股说明书|说明书|report|form 10-[kq])\s*(?:全文|正文)?", re.IGNORECASE
)
_PAGE_NUMBER = re.compile(
    r"[-–— ]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/，,共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-–— ]*|page\s+\d+(?: of \d+)?", re.I
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SENTENCE_END = "。！？；;!?，,"
_LONGEST_CAPTION = 90  # columns: 45 Chinese characters
_REPEATED = 4


def is_unit_line(text: str) -> bool:
    """Whether a line states the unit of the table under it and nothing else.

    >>> is_unit_line("单位：万元  币种：人民币"), is_unit_line("(in millions, except per share)"), is_unit_line("元")
    (True, True, False)
    """
    return width(text) <= 160 and _UNIT.fullmatch(text.strip()) is not None


def is_note(text: str) -> bool:
    """Whether a line is a note or a statement of sources, as they stand under exhibits."""
    return _NOTE.match(text) is not None


def is_numbered_caption(text: str) -> bool:
    """Whether a line begins as the title of an exhibit: 图表 3：, 表 2-1, Table 4."""
    return width(text) <= 2 * _LONGEST_CAPTION and _NUMBERED.match(text) is not None


def without_running_heads(blocks: Sequence[ForeignBlock]) -> list[ForeignBlock]:
    """Return the blocks with running heads and page numbers marked as such, where the format does not tell.

    A running head is the report's own title that comes back at least four times, or a bare web address.
    """
    counts = Counter(block.text for block in blocks if isinstance(block, Prose))
    found: list[ForeignBlock] = []
    for block in blocks:
        if isinstance(block, Prose) and block.role in ("body", "heading"):
            if _ADDRESS.fullmatch(block.text):
                block = replace(block, role="footer", level=0)
            elif counts[block.text] >= _REPEATED and _RUNNING.fullmatch(block.text):
                block = replace(block, role="header", level=0)
            elif _PAGE_NUMBER.fullmatch(block.text) and block.role == "body":
                block = replace(block, role="footer")
        found.append(block)
    return found


def with_continuations(blocks: Sequence[ForeignBlock]) -> list[ForeignBlock]:
    """Return the blocks with tables joined that a page end had cut.

    They have the same columns, and nothing but running heads stands between them. The file must have pages: its
    places count them, or running heads come back in it.
    A head that is repeated on the new page is left out. A second table with a head of its own, another one, stays
    apart.
    """
    paged = any(isinstance(block, Prose) and block.role == "header" for block in blocks)
    found: list[ForeignBlock] = []
    between: list[ForeignBlock] = []
    for block in blocks:
        if isinstance(block, Table) and found and isinstance(found[-1], Table):
            ends = next(cell.place.page for cell in found[-1].rows[-1] if cell is not None)
            joined = _continued(found[-1], block) if paged or ends != block.place.page else None
            if joined is not None:
                found[-1] = joined
                continue
        if isinstance(block, Prose) and block.role in ("header", "footer") and found and isinstance(found[-1], Table):
            between.append(block)
            continue
        found.extend(between)
        between = []
        found.append(block)
    return [*found, *between]


def _continued(first: Table, second: Table) -> Table | None:
    if first.shape[1] != second.shape[1] or first.shape[1] < 2 or first.kind != "table" or second.kind != "table":
        return None
    head = _texts(first.rows[0])
    skip = 0
    while skip < min(3, len(first.rows), len(second.rows)) and _texts(first.rows[skip]) == _texts(second.rows[skip]):
        skip += 1
    if skip and any(head):
        rows = second.rows[skip:]
        return replace(first, rows=(*first.rows, *rows)) if rows else first
    if skip or second.head_rows or not _has_number(second.rows[0]) or not any(map(_has_number, first.rows)):
        return None
    return replace(first, rows=(*first.rows, *second.rows))


def _texts(row: Sequence[Cell | None]) -> tuple[str, ...]:
    return tuple("" if cell is None else cell.text for cell in row)


def _has_number(row: Sequence[Cell | None]) -> bool:
    """Whether a row holds a figure, as rows of data do; a year heads a column."""
    return any(
        re.fullmatch(r"[-+(（$¥]*\d[\d,.]*[)）%]*", cell.text) and not re.fullmatch(r"(?:19|20)\d\d", cell.text)
        for cell in row[1:]
        if cell is not None
    )


def with_exhibits(blocks: Sequence[ForeignBlock]) -> list[ForeignBlock]:
    """Return the blocks with captions, unit lines and notes moved into the tables they belong to.

    Above a table stand, in any order, its caption and its unit line, at most two of other kinds between (a box to
    tick). A caption is marked as one, is numbered, is a heading, or is a short line that ends no sentence. So many
    captions before as many tables belong to them in order. Under a table stand notes, or a numbered caption.
    A heading that becomes a caption keeps its role and level: it still begins a section.
    """
    found: list[ForeignBlock] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if not isinstance(block, Table):
            found.append(block)
            at += 1
            continue
        run = [block]
        while at + len(run) < len(blocks) and isinstance(blocks[at + len(run)], Table):
            run.append(blocks[at + len(run)])  # type: ignore[arg-type]
        at += len(run)
        tables = _with_heads(found, run)
        tables[-1], at = _with_feet(tables[-1], blocks, at)
        found.extend(_titled(table) for table in tables)
    return found


def _with_heads(before: list[ForeignBlock], run: list[Table]) -> list[Table]:
    """Take the captions, the unit line and the day of the data above a run of tables out of what stands before it."""
    unit: Prose | None = None
    days: list[Prose] = []
    captions: list[Prose] = []
    kept: list[ForeignBlock] = []
    while before and len(days) + len(kept) < 6:
        block = before[-1]
        if not isinstance(block, Prose):
            break
        if unit is None and is_unit_line(block.text):
            unit = block
        elif _AS_OF.fullmatch(block.text):
            days.insert(0, block)
        elif not captions and _is_between(block, kept):
            kept.append(block)
        elif len(captions) < len(run) and _is_caption(block) and not (kept and _QUESTION.search(block.text)):
            if captions and not _same_kind(block, captions[0]):
                break
            captions.insert(0, block)
        elif (
            captions and len(run) == 1 and is_numbered_caption(block.text) and not is_numbered_caption(captions[0].text)
        ):
            days.insert(0, captions.pop())  # words of a button between the title and the table
            captions.append(block)
        else:
            break
        before.pop()
    if len(captions) not in (0, 1, len(run)):
        before.extend(captions[:-1])
        captions = captions[-1:]
    before.extend(reversed(kept))
    first = run[0]
    notes = tuple(replace(day, role="note") for day in days)
    if unit is not None and first.unit_line is not None:
        notes = (replace(unit, role="note"), *notes)
    tables = [replace(first, unit_line=first.unit_line or unit, notes=(*notes, *first.notes)), *run[1:]]
    for index, caption in enumerate(captions):
        if tables[index].caption is None:
            role = caption.role if caption.role in ("heading", "title") else "caption"
            tables[index] = replace(tables[index], caption=replace(caption, role=role))
        else:
            before.append(caption)
    return tables


def _is_between(block: Prose, kept: Sequence[ForeignBlock]) -> bool:
    """Whether a line may stand between a caption and its table: a box to tick, its question, a running head."""
    if _TICK_BOX.fullmatch(block.text) or _PREPARED_BY.match(block.text) or block.role in ("header", "footer"):
        return True
    return bool(kept) and _QUESTION.search(block.text) is not None and width(block.text) <= 2 * _LONGEST_CAPTION


def _same_kind(one: Prose, other: Prose) -> bool:
    return one.role == other.role and one.level == other.level


def _is_caption(block: Prose) -> bool:
    text = block.text.strip()
    if block.role == "caption" or is_numbered_caption(text):
        return True
    numbered = block.role == "bullet" and _ITEM.match(text) is not None
    if not (numbered or block.role in ("body", "heading", "title")) or is_note(text) or len(text) < 2:
        return False
    if _TICK_BOX.fullmatch(text) or _SUB_CAPTION.match(text) or _PREPARED_BY.match(text):
        return False
    return width(text) <= _LONGEST_CAPTION and text[-1] not in _SENTENCE_END and "。" not in text


def _with_feet(table: Table, blocks: Sequence[ForeignBlock], at: int) -> tuple[Table, int]:
    """Take the notes under a table, and a numbered caption if it has none above."""
    notes = list(table.notes)
    while at < len(blocks):
        block = blocks[at]
        if not isinstance(block, Prose) or block.role not in ("body", "bullet", "note", "caption"):
            break
        if is_note(block.text) or block.role == "note":
            notes.append(replace(block, role="note"))
        elif _SUB_CAPTION.match(block.text):
            if table.caption is None:
                table = replace(table, caption=replace(block, role="caption"))
            else:
                notes.append(replace(block, role="note"))
        elif table.caption is None and not notes and is_numbered_caption(block.text) and not _heads_table(blocks, at):
            table = replace(table, caption=replace(block, role="caption"))
        else:
            break
        at += 1
    return replace(table, notes=tuple(notes)), at


def _heads_table(blocks: Sequence[ForeignBlock], at: int) -> bool:
    return at + 1 < len(blocks) and isinstance(blocks[at + 1], Table)


def _titled(table: Table) -> Table:
    """Return a table whose first row is only a title with that row as its caption, and a unit row as its unit line."""
    while len(table.rows) > 2 and table.shape[1] > 1:
        words = [cell for cell in table.rows[0] if cell is not None and cell.text]
        if len(words) != 1 or any(cell.rows > 1 for cell in words):
            break
        following = [cell for cell in table.rows[1] if cell is None or cell.text]
        if len(following) < 2:
            break
        prose = _prose_of_cell(words[0])
        if table.unit_line is None and is_unit_line(prose.text):
            table = replace(table, unit_line=prose)
        elif table.caption is None and _is_caption(prose) and table.rows[0][0] is words[0]:
            table = replace(table, caption=replace(prose, role="caption"))
        else:
            break
        heads = table.head_rows
        table = replace(table, rows=table.rows[1:], head_rows=None if heads is None else max(0, heads - 1))
    return table


def _prose_of_cell(cell: Cell) -> Prose:
    from yanbao.read.foreign.tree import Line

    return Prose(cell.text, (Line(cell.text, cell.place),), (0,))
