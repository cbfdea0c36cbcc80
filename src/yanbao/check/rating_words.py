"""Which ratings does a report print of a security, outside the table of its calls?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from yanbao.check.atoms import Group, squeeze
from yanbao.check.subject import Subject

_QUOTES = "“”‘’\"'「」『』"
_EARLIER = re.compile(r"前次|上次|此前|前期|变动|原评级|previous|prior|former|last|change", re.IGNORECASE)


def other_ratings(
    subject: Subject, called: Collection[str], names: Collection[str], right: str
) -> Iterator[tuple[int, str, str]]:
    """Yield page, text and rating where the report rates a security otherwise than `right`.

    Read are rows of tables that name the security in a cell of its own, in columns that do not speak of an earlier
    rating; and paragraphs that name it and print ratings as such (“买入”评级, rated Buy), none of which is `right`.
    What is said of several securities in one paragraph is left out: whose rating it is, the words do not tell.
    """
    own = {squeeze(text) for text in called}
    wrong = {squeeze(name): name for name in names if name != right}
    for page, row, heads in _rows(subject):
        if any(group.bare in own for group in row):
            for group in row:
                head = heads.get(group.at.rpartition(" ")[2], "")
                if group.bare in wrong and not _EARLIER.search(head):
                    yield page, " ".join(one.text for one in row), wrong[group.bare]
    everybody = {squeeze(name): call.security for call in subject.document.calls for name in (call.name, call.security)}
    for page, group in _paragraphs(subject):
        named = {security for name, security in everybody.items() if name in group.bare}
        if len(named) == 1 and any(name in group.bare for name in own):
            said = [name for name in names if _rates(group.text, name)]
            if said and right not in said:
                yield page, group.text, said[0]


def _rates(text: str, name: str) -> bool:
    """Whether a text prints a word as a rating: “买入”评级, 评级为买入, Buy rating, rated Buy.

    >>> _rates("给予“买入”评级", "买入"), _rates("建议逢低买入", "买入"), _rates("We rate it Buy.", "Buy")
    (True, False, True)
    """
    word = re.escape(name)
    if name.isascii():
        return re.search(rf"\b{word}\b rating\b|\b[Rr]at(?:e|es|ed|ing)\b[^.;]{{0,24}}\b{word}\b", text) is not None
    quote = f"[{_QUOTES}]?"
    return (
        re.search(rf"{quote}{word}{quote}的?(?:投资)?评级|评级(?:调整)?[为至是：:]{quote}{word}{quote}", text)
        is not None
    )


def _rows(subject: Subject) -> Iterator[tuple[int, list[Group], dict[str, str]]]:
    """Yield each row of each table: its page, its cells, the heads of the table's columns by their ids."""
    rows: dict[tuple[int, str, str], list[Group]] = {}
    heads: dict[tuple[int, str], dict[str, str]] = {}
    for page, group in subject.groups:
        if group.role == "column-head":
            heads.setdefault((page.number, group.block), {})[group.at.removeprefix("head of ")] = group.text
        elif group.role == "cell":
            rows.setdefault((page.number, group.block, group.at.partition(",")[0]), []).append(group)
    for (number, block, _), row in rows.items():
        yield number, row, heads.get((number, block), {})


def _paragraphs(subject: Subject) -> Iterator[tuple[int, Group]]:
    for page, group in subject.groups:
        if group.role in ("paragraph", "title") and page.kind == "content":
            yield page.number, group
