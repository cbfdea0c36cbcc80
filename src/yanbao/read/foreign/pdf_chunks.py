"""Characters of a page -> chunks (words that stand close together on one line) -> rows (chunks side by side)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yanbao.read.foreign.pdf_glyphs import Glyph
from yanbao.read.foreign.pdf_rules import Rule

_SAME_LINE = 0.18  # of the font size: how far baselines of one line may lie apart
_BLANK = 0.14  # of the font size: a gap this wide is a blank where the file has none
_BREAK = 0.55  # of the font size: a gap this wide ends a chunk; a blank is 0.25-0.35 wide
_FIGURE_BREAK = 0.2  # between two figures, which never stand in one cell
_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")

_FIGURE = re.compile(
    r"[(（]?\s*[-+−–±~≈<>≥≤]?\s*(?:(?:US|HK|RMB|NT|C|A)?[$€£¥￥]|RMB|USD|CNY)?\s*[(（]?\s*[-+−–]?"
    r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?\s*[)）]?\s*"
    r"(?:%|％|‰|pp|pct|pts?|bps?|bp|[xX×倍]|[MBKk]|bn|mn|亿|万|元|[Mm]illion|[Bb]illion|[Tt]housand|\*+|[A-E])?\s*[)）]?[*⁰¹²³⁴⁵⁶⁷⁸⁹]*"
)
_RANGE = re.compile(
    rf"(?:(?:[Aa]pproximately|[Aa]bout|[Aa]round|[Uu]p to|[Aa]t least|约|近|超)\s*)?{_FIGURE.pattern}"
    rf"(?:\s*(?:-|–|—|~|～|to|至|或)\s*{_FIGURE.pattern})?"
)
_NIL = re.compile(r"[-—–−―]{1,3}|/|N/?A|n/?a|N\.?M\.?|n\.?m\.?|—%|不适用|\*{1,3}|[-—–]\s*%")
_CURRENCY = re.compile(r"(?:US|HK|RMB|NT)?[$€£¥￥]|RMB|USD")
_TAIL = re.compile(r"[%％)）]{1,3}|pts?|bps?|pp|[xX]")


@dataclass(slots=True)
class Chunk:
    """Words that stand close together on one line."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    base: float
    size: float
    order: int
    bold: bool = False
    gaps: tuple[float, ...] = ()  # x of the left edge of each character

    @property
    def width(self) -> float:
        """Return its width in points."""
        return self.right - self.left

    @property
    def middle(self) -> float:
        """Return the x of its middle."""
        return (self.left + self.right) / 2


Row = list[Chunk]  # chunks on one line, from left to right


def is_figure(text: str) -> bool:
    """Return whether a cell's text is a number as tables print it, with its sign, currency, unit or mark.

    >>> [is_figure(text) for text in ("(1,234)", "$8,006", "12.5%", "4% to 5%", "2017年", "Revenue 5")]
    [True, True, True, True, False, False]
    """
    return _RANGE.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Return whether a cell's text is a number or says that there is none.

    >>> [is_value(text) for text in ("—", "N/A", "3.0", "合计")]
    [True, True, True, False]
    """
    return is_figure(text) or _NIL.fullmatch(text) is not None


def chunks(glyphs: Sequence[Glyph], bold: frozenset[int], down: Sequence[Rule] = ()) -> list[Chunk]:
    """Return the chunks of a page: cut at gaps, at vertical ruled lines, and between two figures."""
    found: list[Chunk] = []
    for line in _baselines(_without_doubles(glyphs)):
        height = line[0].base + 0.3 * line[0].size
        posts = [rule.at for rule in down if rule.start <= height <= rule.end]
        start = 0
        for index in range(1, len(line) + 1):
            if index == len(line) or _breaks(line[index - 1], line[index], posts):
                found.append(_chunk(line[start:index], bold))
                start = index
    return _with_superscripts(found)


def _without_doubles(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the characters without those drawn twice to look bold, a fraction of a point apart."""
    seen: dict[tuple[str, int], list[Glyph]] = {}
    kept = []
    for glyph in glyphs:
        near = seen.setdefault((glyph.text, round(glyph.base / 4)), [])
        if any(
            abs(other.left - glyph.left) < 0.12 * glyph.size
            and abs(other.base - glyph.base) < 0.12 * glyph.size
            and abs(other.size - glyph.size) < 0.1 * glyph.size
            for other in near
        ):
            continue
        near.append(glyph)
        kept.append(glyph)
    return kept


def _baselines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return the characters by line, each from left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.base):
        if lines and abs(lines[-1][0].base - glyph.base) <= _SAME_LINE * max(4.0, min(lines[-1][0].size, glyph.size)):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    for line in lines:
        line.sort(key=lambda glyph: (glyph.left, glyph.order))
    return lines


def _breaks(last: Glyph, glyph: Glyph, posts: Sequence[float]) -> bool:
    """Return whether a chunk ends between two neighbours of a line; `posts` are the vertical lines through it."""
    size = min(last.size, glyph.size)
    gap = glyph.left - last.right
    if gap > _BREAK * size or gap < -1.5 * size:
        return True
    if glyph.size > 1.6 * last.size or last.size > 1.6 * glyph.size:
        return True
    if posts and gap > -0.3 * size:
        edge, reach = (last.right + glyph.left) / 2, max(1.0, gap / 2 + 0.6)
        if any(abs(post - edge) <= reach for post in posts):
            return True
    if gap <= _FIGURE_BREAK * size and not glyph.spaced:
        return False
    if glyph.text.isdigit():
        return last.text in "0123456789%)）"
    return glyph.text in "$(" and last.text in "0123456789%)"


def _is_wide(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _chunk(line: Sequence[Glyph], bold: frozenset[int]) -> Chunk:
    text: list[str] = []
    edges: list[float] = []
    for index, glyph in enumerate(line):
        if index:
            last = line[index - 1]
            gap = (glyph.left - last.right) / min(last.size, glyph.size)
            wide = _is_wide(glyph.text) and _is_wide(last.text)
            if (gap > _BLANK or (glyph.spaced and gap > -0.1)) and not (wide and gap < 0.4):
                text.append(" ")
                edges.append(last.right)
        text.append(glyph.text)
        edges.extend([glyph.left] * len(glyph.text))
    sizes = sorted(glyph.size for glyph in line)
    return Chunk(
        "".join(text),
        line[0].left,
        min(glyph.bottom for glyph in line),
        max(glyph.right for glyph in line),
        max(glyph.top for glyph in line),
        line[0].base,
        sizes[len(sizes) // 2],
        min(glyph.order for glyph in line),
        sum(glyph.order in bold for glyph in line) * 2 > len(line),
        tuple(edges),
    )


def _with_superscripts(found: list[Chunk]) -> list[Chunk]:
    """Return the chunks with each small raised one written behind its neighbour: a note's 1 is no digit of a number."""
    small = [
        chunk
        for chunk in found
        if len(chunk.text) <= 6 and chunk.size <= 12 and re.fullmatch(r"[\d()*,，+\-a-zA-Z注\[\]®™℠†‡]+", chunk.text)
    ]
    gone: set[int] = set()
    for mark in small:
        for host in found:
            if (
                host is mark
                or id(host) in gone
                or host.size <= 1.12 * mark.size
                or not 0.1 * host.size < mark.base - host.base < 0.75 * host.size
            ):
                continue
            raised = mark.text.translate(_SUPERSCRIPTS)
            if -0.3 * host.size < mark.left - host.right < 0.45 * host.size:
                host.text += raised
                host.gaps += (mark.left,) * len(raised)
                host.right = max(host.right, mark.right)
            elif -0.3 * host.size < host.left - mark.right < 0.45 * host.size:
                host.text = f"{raised} {host.text}"
                host.gaps = (mark.left,) * (len(raised) + 1) + host.gaps
                host.left = min(host.left, mark.left)
            elif host.left < mark.left and mark.right < host.right:
                _insert(host, mark, raised)
            else:
                continue
            gone.add(id(mark))
            break
    return [chunk for chunk in found if id(chunk) not in gone]


def _insert(host: Chunk, mark: Chunk, raised: str) -> None:
    """Write a raised mark into the middle of a chunk, where the line has left room for it."""
    at = next((i for i, edge in enumerate(host.gaps) if edge > mark.middle), None)
    if at is None:
        host.text, host.gaps = host.text + raised, host.gaps + (mark.left,) * len(raised)
        return
    before = at - 1 if host.text[at - 1] == " " else at
    after = " " if host.gaps[at] - mark.right > _BLANK * host.size else ""
    host.text = host.text[:before] + raised + after + host.text[at:]
    host.gaps = host.gaps[:before] + (mark.left,) * len(raised) + (mark.right,) * len(after) + host.gaps[at:]


def rows(found: Iterable[Chunk]) -> list[Row]:
    """Return the chunks by row from top to bottom: those whose baselines differ by less than a third of their size."""
    lines: list[Row] = []
    for chunk in sorted(found, key=lambda chunk: (-chunk.base, chunk.left)):
        if lines and abs(lines[-1][0].base - chunk.base) <= 0.33 * min(lines[-1][0].size, chunk.size):
            lines[-1].append(chunk)
        else:
            lines.append([chunk])
    for line in lines:
        line.sort(key=lambda chunk: chunk.left)
    return lines


def merged(parts: Sequence[Chunk], joint: str | None = None) -> Chunk:
    """Return chunks of one row as one, with the blanks that stand between them (or `joint`)."""
    if len(parts) == 1:
        return parts[0]
    text = parts[0].text
    edges = list(parts[0].gaps)
    for last, part in itertools.pairwise(parts):
        gap = (part.left - last.right) / min(last.size, part.size)
        wide = _is_wide(last.text[-1:]) and _is_wide(part.text[:1])
        between = joint if joint is not None else "" if gap < _BLANK or (wide and gap < 0.8) else " "
        text += between + part.text
        edges += [last.right] * len(between) + list(part.gaps)
    return Chunk(
        text,
        min(part.left for part in parts),
        min(part.bottom for part in parts),
        max(part.right for part in parts),
        max(part.top for part in parts),
        parts[0].base,
        max(part.size for part in parts),
        min(part.order for part in parts),
        all(part.bold for part in parts),
        tuple(edges),
    )


def cells_of(row: Row) -> Row:
    """Return a row's chunks as a table prints them: `$` with its figure, `)` and `%` with the one before."""
    joined: Row = []
    index = 0
    while index < len(row):
        chunk = row[index]
        if _CURRENCY.fullmatch(chunk.text) and index + 1 < len(row) and is_value(row[index + 1].text):
            chunk = merged([chunk, row[index + 1]], "")
            index += 1
        if (
            joined
            and _TAIL.fullmatch(chunk.text)
            and re.search(r"[\d)—-]$", joined[-1].text)
            and chunk.left - joined[-1].right < 1.5 * chunk.size
        ):
            joined[-1] = merged([joined[-1], chunk], "")
        else:
            joined.append(chunk)
        index += 1
    return joined
