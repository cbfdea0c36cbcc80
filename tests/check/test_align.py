"""A page beside itself has no difference; one change is found where it is; a chart's texts may stand in any order."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import sound
from hypothesis import given, settings
from hypothesis import strategies as st

import sample
from yanbao.check.align import align
from yanbao.check.atoms import Atom, Bag, Expected, Group, flat, page_groups, squeeze
from yanbao.check.merging import merged
from yanbao.check.page_order import pages_of
from yanbao.document.tree import Page, Paragraph, Span
from yanbao.read.contents import FileContents, PageContents, Place, Segment


def group(text: str, role: str = "paragraph", block: str = "b", optional: bool = False) -> Group:
    return Group(role, 1, block, (Atom(text, "run"),), optional=optional)  # type: ignore[arg-type]


def lines(*texts: str) -> list[Segment]:
    return [Segment(text, Place("f", 1, number, 0, len(text)), "line") for number, text in enumerate(texts, 1)]


def as_lines(expected: list[Expected], width: int = 0) -> list[Segment]:
    """Return a page's texts as a file would show them: a line a group, or lines of some width."""
    texts = [item.text for item in flat(expected)]
    if width:
        whole = "　".join(texts)
        texts = [whole[at : at + width] for at in range(0, len(whole), width)]
    return lines(*texts)


PAGES = [page_groups(page) for page in sound.document().pages]
words = st.text(alphabet=st.sampled_from("国家电网投资2023年5275亿元3.6%，。GPT-4o "), min_size=1, max_size=12)


@pytest.mark.parametrize("expected", PAGES)
def test_a_page_beside_itself(expected: list[Expected]) -> None:
    found = align(expected, as_lines(expected))
    assert found.differences == ()
    assert -1 not in found.reading.owners


@given(st.lists(words.filter(lambda text: bool(squeeze(text))), min_size=1, max_size=8))
def test_any_texts_beside_themselves(texts: list[str]) -> None:
    found = align([group(text) for text in texts], lines(*texts))
    assert found.differences == ()
    assert -1 not in found.reading.owners


@settings(max_examples=60)
@given(st.integers(0, len(PAGES) - 1), st.integers(0, 10**6))
def test_one_changed_digit_is_found_where_it_is(number: int, seed: int) -> None:
    expected = PAGES[number]
    segments = as_lines(expected)
    places = [
        (line, at) for line, segment in enumerate(segments) for at, char in enumerate(segment.text) if char.isdecimal()
    ]
    if not places:
        return
    line, at = random.Random(seed).choice(places)
    text = segments[line].text
    changed = text[:at] + str((int(text[at]) + 3) % 10) + text[at + 1 :]
    segments[line] = Segment(changed, segments[line].place, "line")
    differences = align(expected, segments).differences
    groups = list(flat(expected))
    assert len(differences) == 1
    found = differences[0]
    assert found.group is groups[line] or found.group.text == groups[line].text  # type: ignore[union-attr]
    if found.kind == "changed":
        assert found.place.line == line + 1
        assert found.place.start <= at < found.place.end  # type: ignore[operator]


@settings(max_examples=40)
@given(st.integers(0, len(PAGES) - 1), st.integers(0, 10**6))
def test_one_missing_text_is_found(number: int, seed: int) -> None:
    expected = [item for item in PAGES[number] if isinstance(item, Group) and not item.optional]
    if len(expected) < 2:
        return
    gone = random.Random(seed).randrange(len(expected))
    segments = [segment for at, segment in enumerate(as_lines(list(expected))) if at != gone]
    differences = align(expected, segments).differences
    assert [(each.kind, each.group.text) for each in differences if each.group] == [("missing", expected[gone].text)]


def test_line_breaks_and_spaces_do_not_matter() -> None:
    for expected in PAGES:
        texts = [item for item in expected if isinstance(item, Group)]
        assert align(texts, as_lines(list(texts), width=7)).differences == ()


def bag(*texts: str) -> Bag:
    return Bag(1, "chart", tuple(group(text, "tick", "chart") for text in texts))


def test_the_texts_of_a_drawing_in_any_order() -> None:
    expected: list[Expected] = [group("图1"), bag("0", "2,000", "2019年", "国家电网", "5275"), group("来源：某")]
    shown = ["图1", "国家电网", "2019年 5275", "0 2,000", "来源：某"]
    assert align(expected, lines(*shown)).differences == ()
    changed = ["图1", "国家电网", "2019年 6275", "0 2,000", "来源：某"]
    (difference,) = align(expected, lines(*changed)).differences
    assert (difference.expected, difference.found, difference.place.line) == ("5275", "6275", 3)


def test_a_category_broken_into_lines_among_others() -> None:
    expected: list[Expected] = [group("图1"), bag("国家电网投资", "南方电网投资", "0"), group("来源")]
    shown = ["图1", "国家电网", "南方电网", "投资", "投资", "0", "来源"]
    assert align(expected, lines(*shown)).differences == ()


def test_an_origin_line_of_many_equal_ones() -> None:
    expected: list[Expected] = []
    shown: list[str] = []
    for number in range(4):
        expected += [
            group(f"图{number}", block=f"e{number}"),
            bag("0", "5"),
            group("来源：同一", "origin", f"e{number}"),
        ]
        shown += [f"图{number}", "0 5", "来源：同一"]
    assert align(expected, lines(*shown)).differences == ()
    shown[7], gone = "0 5", shown.pop(8)
    assert gone == "来源：同一"
    (difference,) = align(expected, lines(*shown)).differences
    assert (difference.kind, difference.group and difference.group.block) == ("missing", "e2")


def test_an_optional_text_may_be_left_out() -> None:
    expected = [group("行业", optional=True), group("标题"), group("3", optional=True)]
    assert align(expected, lines("标题")).differences == ()
    assert align(expected, lines("行业", "标题", "3")).differences == ()
    (difference,) = align(expected, lines("行业", "标题", "4")).differences
    assert difference.found == "4"


def test_a_number_is_not_matched_inside_a_longer_one() -> None:
    expected = [group("5"), group("52")]
    (difference,) = align(expected, lines("15", "52")).differences
    assert (difference.expected, difference.found) == ("5", "15")


def test_an_override_character_is_seen() -> None:
    """It turns 123 into 321 for the reader, and leaves the characters as they are."""
    differences = align([group("投资123亿")], lines("投资\u202e123亿")).differences
    assert len(differences) == 1


def test_a_filler_is_no_difference_and_a_filler_in_a_text_stays() -> None:
    assert align([group("正文")], lines("目录", "正文"), ["目录"]).differences == ()
    assert align([group("目录 3")], lines("目录", "3"), ["目录"]).differences == ()
    assert len(align([group("正文")], lines("买入", "正文"), ["目录"]).differences) == 1


def test_the_sample_has_pages_with_all_kinds() -> None:
    assert len(PAGES) == len(sample.document().pages)
    assert any(isinstance(item, Bag) for page in PAGES for item in page)


def cells(*rows: tuple[str, ...]) -> list[Group]:
    return [
        Group("cell", 1, "table", (Atom(text, "run"),), f"row {number}, column c{at}")
        for number, row in enumerate(rows, 1)
        for at, text in enumerate(row)
    ]


def said(expected: Sequence[Expected], segments: list[Segment]) -> list[tuple[str, str]]:
    found = align(expected, segments)
    return [
        (each.group.describe() if each.group else "", each.expected) for each in merged(expected, found.differences)
    ]


def test_a_row_that_is_gone_is_not_found_at_the_head_of_a_longer_name() -> None:
    expected = cells(("混元-Pro", "10"), ("混元-Std", "5"), ("混元-Std-256K", "7"), ("混元-Lite", "1"))
    shown = [item.text for item in expected if "row 2" not in item.at]
    assert said(expected, lines(*shown)) == [("paragraph of table, whole row 2", "混元-Std　5")]


@pytest.mark.parametrize("around", [[], [Bag(1, "chart", (group("0"), group("5")))]])
def test_of_two_equal_cells_the_one_in_the_row_that_is_gone_is_missing(around: list[Expected]) -> None:
    """What is matched from the back takes the last "—" of the row that is gone for the one of the row before it."""
    table = cells(("M3", "18", "—"), ("M4", "38", "—"), ("Lake", "11", "✓"))
    shown = [item.text for item in table if "row 2" not in item.at]
    found = align([*around, *table], lines(*["5", "0"][: 2 * len(around)], *shown))
    assert said([*around, *table], lines(*["5", "0"][: 2 * len(around)], *shown)) == [
        ("paragraph of table, whole row 2", "M4　38　—")
    ]
    owners = {found.groups[owner].at for owner in found.reading.owners if found.groups[owner].block == "table"}
    assert not any(at.startswith("row 2") for at in owners)


def test_two_rows_that_change_places_are_one_that_stands_elsewhere() -> None:
    table = cells(("公司甲", "11", "✓"), ("公司乙", "12", "✓"), ("公司丙", "13", "✓"), ("公司丁", "14", "✗"))
    shown = [table[at].text for at in (0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11)]
    around: list[Expected] = [Bag(1, "chart", (group("0"), group("5")))]
    found = align([*around, *table], lines("5", "0", *shown))
    (only,) = merged([*around, *table], found.differences)
    assert only.kind == "moved"


def test_names_that_a_drawing_shows_too_are_no_anchors() -> None:
    """The table behind a chart of the same companies is gone; the chart is not taken for the table."""
    names = ("Microsoft", "Google", "Amazon")
    drawing = Bag(1, "chart", tuple(group(text, "category", "chart") for text in (*names, "140", "120")))
    table = cells(*((name, number) for name, number in zip(names, ("140", "120", "139"), strict=True)))
    expected: list[Expected] = [
        group("图1", block="chart"),
        drawing,
        group("注：反推", block="chart"),
        *table,
        group("正文"),
    ]
    shown = lines("图1", "Amazon Google Microsoft", "140", "120", "注：反推", "正文")
    (only,) = said(expected, shown)
    assert only[0] == "paragraph of table, whole"


def test_an_exhibit_called_as_its_page_is_gone_whole_while_the_title_stands() -> None:
    title = group("来源不一致之处", "title", "p")
    exhibit = [group("表1", "exhibit-label", "p"), group("原文数值", "exhibit-title", "p"), group("18倍", "cell", "p")]
    foot = group("示例", "footer", "p")
    assert said([title, *exhibit, foot], lines("来源不一致之处", "示例")) == [
        ("paragraph of p, whole", "表1　原文数值")
    ]


def test_a_page_that_stands_twice_is_not_taken_for_one_that_it_names() -> None:
    """The contents hold the title of each section's own page."""

    def page(number: int, name: str, *texts: str) -> Page:
        blocks = tuple(Paragraph(f"{name}-{at}", (Span(text),)) for at, text in enumerate(texts))
        return Page(name, "content", (Span(f"标题{name}"),), blocks, number)

    pages = [page(1, "甲", "标题乙", "标题丙"), page(2, "乙"), page(3, "丙", "正文很长")]
    shown = [page_groups(each) for each in (pages[0], pages[0], pages[1], pages[2])]
    contents = FileContents(
        Path("report.pdf"),
        "pdf",
        tuple(PageContents(number, segments=tuple(as_lines(each))) for number, each in enumerate(shown, 1)),
    )
    matched = pages_of(pages, contents)
    assert [(own.number, found.number) for own, found in matched.pairs] == [(1, 1), (2, 3), (3, 4)]
    assert [extra.number for extra in matched.extra] == [2]
