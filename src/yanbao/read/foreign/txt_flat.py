"""Text that lost its line breaks and blanks: only its sentences can be read, its tables have run together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yanbao.read.contents import Place
from yanbao.read.foreign.prose import line_of
from yanbao.read.foreign.reason import Reason
from yanbao.read.foreign.tree import ForeignBlock, Prose, Unread
from yanbao.read.foreign.txt_cards import labelled_values
from yanbao.read.foreign.txt_runs import tables_in

_LONG = 2000  # characters of one line
_END = re.compile(
    r"[。！？!?；;]+[”’」』）)]?|(?=[•➢➤●◆■❑✓])|(?=(?:资料|数据)来源[：:])|(?=图表?\s*\d{1,3}\s*[：:.])|(?=表\s*\d{1,3}\s*[：:.])"
)
# cells that ran together: two decimal points in one run of digits, percent signs without a word between, and so on
_GLUED = re.compile(
    r"(?<![\d.])(?!\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.]))(?!(?:19|20)\d\d\.\d{1,2}\.\d{1,2}(?!\d))\d+\.\d+\.\d"
    r"|[%％]\d+(?:\.\d+)?[%％]|[%％]-\d+(?:\.\d+)?[%％]-?\d"
    r"|\d{1,3},\d{3},?\d*\.\d+,\d{3}|(?<![\dA-Za-z])\d{9,}|(?:\d+\.\d+-){2,}\d|\d{4}[AE]\d{4}[AE]|(?:20\d\d){3,}|\d,\d{4,}"
)
_SHORTEST = 12  # characters of a clause that is worth keeping
_FEW_WORDS = 0.3  # share of digits and signs above which a stretch is no sentence


def is_flat(text: str) -> bool:
    """Whether a text has lost its line breaks and blanks: most of it stands in huge lines without blanks."""
    huge = [line for line in text.split("\n") if len(line) > _LONG]
    if sum(map(len, huge)) < 0.8 * len(text.strip()) or not huge:
        return False
    held = "".join(huge)
    return held.count(" ") + held.count("\t") < 0.02 * len(held)


def flat_blocks(text: str, name: str) -> tuple[list[ForeignBlock], list[Unread]]:
    """Return the sentences of a flattened text, and the stretches that are no sentences as unread."""
    blocks: list[ForeignBlock] = []
    unread: list[Unread] = []
    first = Place(name, 1, 1, 0, 0)
    unread.append(Unread(first, Reason("flattened")))
    for number, content in enumerate(text.split("\n"), 1):
        place = Place(name, 1, number)
        at = 0
        for table_begin, table_end, table in (*tables_in(content, place), (len(content), len(content), None)):
            for begin, end in _stretches(content, at, table_begin):
                line = line_of(content[begin:end], place, begin)
                sound = _sound(line.text)
                if sound < len(line.text):
                    rest = line_of(line.text[sound:], place, begin + sound)
                    unread.append(Unread(rest.place, Reason("run-together")))
                pieces = [(0, sound)] if sound else []
                pieces += [(sound + low, sound + high) for low, high in labelled_values(line.text[sound:])]
                for low, high in pieces:
                    part = line_of(line.text[low:high], place, begin + low)
                    blocks.append(Prose(part.text, (part,), (0,)))
            if table is not None:
                blocks.append(table)
            at = table_end
    return blocks, unread


def _stretches(content: str, begin: int, stop: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(content, begin, stop):
        end = match.end()
        if end > begin:
            yield from _trimmed(content, begin, end)
            begin = end
    yield from _trimmed(content, begin, stop)


def _trimmed(content: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    text = content[begin:end]
    lead = len(text) - len(text.lstrip())
    if text.strip():
        yield begin + lead, begin + lead + len(text.strip())


def _sound(text: str) -> int:
    """Return how many characters from the start are words: up to the clause in which cells run together."""
    if not is_run_together(text):
        return len(text)
    match = _GLUED.search(text)
    if match is None:
        return 0
    end = max(text.rfind(comma, 0, match.start()) + 1 for comma in "，,：")
    return end if end >= _SHORTEST and not is_run_together(text[:end]) else 0


def is_run_together(text: str) -> bool:
    """Whether a stretch holds the cells of a table without anything between them.

    >>> is_run_together("2020年收入12.3亿元，同比增长5.3%。"), is_run_together("收入12.315.618.2增速5.3%6.1%")
    (False, True)
    """
    if _GLUED.search(text):
        return True
    signs = sum(char.isdigit() or char in "%％.,-+/" for char in text)
    return len(text) >= 12 and signs > _FEW_WORDS * len(text) and not re.search(r"[，。、；]", text)
