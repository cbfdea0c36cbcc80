"""What these stop: text clipped or overlapping on a page, grids that differ between the deck and the PDF."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from justmytype_intl_cjk import __file__ as font_package

import sample
from yanbao.document import table_layout, timeline_layout
from yanbao.document.layout import Box, Placed, exhibit_boxes, frame, place
from yanbao.document.text_width import line_count, pieces, text_width, width
from yanbao.document.tree import (
    Cell,
    Column,
    Columns,
    Event,
    Exhibit,
    Page,
    Paragraph,
    Row,
    Span,
    Table,
    Timeline,
    plain,
)
from yanbao.errors import RenderError

FONT = Path(font_package).parent / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"


def text(words: str) -> tuple[Span, ...]:
    return (Span(words),)


def page(*blocks: Paragraph | Exhibit | Columns, kind: str = "content", title: str = "标题") -> Page:
    return Page("p", kind, text(title), blocks, 3, text("章"))  # type: ignore[arg-type]


def table(rows: int, columns: int = 3, cell: str = "12.5") -> Table:
    return Table(
        "plain",
        tuple(Column(str(i), text(f"列{'甲乙丙丁'[i % 4]}")) for i in range(columns)),
        tuple(Row(tuple(Cell(text(cell)) for _ in range(columns))) for _ in range(rows)),
    )


def exhibit(body: Table | Timeline) -> Exhibit:
    return Exhibit("x", text("表1"), text("示例"), body, text("单位：元"), (), text("来源：甲"), text("注：乙"))


def overlap(one: Box, two: Box) -> bool:
    return (
        one.x < two.right - 0.01
        and two.x < one.right - 0.01
        and one.y < two.bottom - 0.01
        and two.y < one.bottom - 0.01
    )


def leaves(blocks: tuple[object, ...]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        found += leaves(block.left) + leaves(block.right) if isinstance(block, Columns) else [block.id]  # type: ignore[attr-defined]
    return found


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x - 0.01
        and inner.y >= outer.y - 0.01
        and inner.right <= outer.right + 0.01
        and inner.bottom <= outer.bottom + 0.01
    )


@pytest.mark.parametrize("index", range(11))
def test_blocks_keep_order_stay_on_the_page_and_apart(index: int) -> None:
    this = sample.document().pages[index]
    placed = place(this)
    assert [each.block.id for each in placed] == leaves(this.blocks)
    for each in placed:
        assert inside(each.box, frame(this).body)
    for at, one in enumerate(placed):
        assert not any(overlap(one.box, two.box) for two in placed[at + 1 :])


@pytest.mark.parametrize("index", range(11))
def test_parts_of_an_exhibit_stay_inside_it_in_order(index: int) -> None:
    for each in place(sample.document().pages[index]):
        if not isinstance(each.block, Exhibit):
            continue
        boxes = exhibit_boxes(each.block, each.box)
        parts = [part for part in (boxes.head, boxes.unit, boxes.body, boxes.origin, boxes.note) if part]
        assert all(inside(part, each.box) for part in parts)
        assert all(above.bottom <= below.y + 0.01 for above, below in pairwise(parts))
        if boxes.grid:
            assert sum(boxes.grid.columns) == pytest.approx(boxes.body.width)
            assert boxes.grid.height == pytest.approx(boxes.body.height)


def test_page_of_charts_is_filled_to_the_foot() -> None:
    this = next(page for page in sample.document().pages if page.id == "two")
    assert {each.box.bottom for each in place(this)} == {frame(this).body.bottom}


def test_same_in_another_process() -> None:
    code = (
        "import sample\nfrom yanbao.document.layout import place\n"
        "print([[(e.block.id, e.box, e.font_size) for e in place(p)] for p in sample.document().pages])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_too_many_rows_name_the_page_the_table_and_the_overflow() -> None:
    with pytest.raises(RenderError) as caught:
        place(page(exhibit(table(60))))
    message = str(caught.value)
    assert "page 3 (p): exhibit x (表1) does not fit" in message
    assert "points too high" in message
    assert "hint: split the page" in message


def test_too_many_columns_are_too_wide() -> None:
    with pytest.raises(RenderError, match="points too wide"):
        place(page(exhibit(table(3, 40, "123,456.78"))))


def test_too_long_title_is_refused() -> None:
    with pytest.raises(RenderError, match="the title does not fit"):
        frame(page(title="长" * 60))


def test_too_long_text_names_the_longest_paragraph() -> None:
    with pytest.raises(RenderError, match="paragraph long does not fit"):
        place(page(Paragraph("short", text("短")), Paragraph("long", text("长" * 6000))))


def test_text_shrinks_before_it_is_refused() -> None:
    def size(characters: int) -> float:
        return place(page(Paragraph("a", text("长" * characters))))[0].font_size

    assert size(500) == 11.5
    assert size(1990) < 11.5


def test_legal_print_stands_in_two_columns_in_reading_order() -> None:
    blocks = tuple(Paragraph(f"l{i}", text("声明" * 90), "small") for i in range(8))
    placed = place(page(*blocks, kind="legal"))
    assert [each.block.id for each in placed] == [f"l{i}" for i in range(8)]
    assert len({each.box.x for each in placed}) == 2


def test_what_a_heading_heads_stays_in_its_column() -> None:
    blocks = [
        Paragraph("h1", text("甲"), "heading"),
        *(Paragraph(f"a{i}", text("声明" * 40), "small") for i in range(6)),
    ]
    blocks += [Paragraph("h2", text("乙"), "heading"), Paragraph("b0", text("声明" * 40), "small")]
    placed = place(page(*blocks, kind="legal"))
    right = [each.block.id for each in placed if each.box.x > 100]
    assert right == ["h2", "b0"]


def test_label_and_value_share_a_line_on_the_cover() -> None:
    label, value = place(
        page(Paragraph("a", text("分析师"), "label"), Paragraph("b", text("甲"), "value"), kind="cover")
    )
    assert label.box.y == value.box.y
    assert label.box.right <= value.box.x


def test_table_font_shrinks_with_its_rows_and_never_below_the_least() -> None:
    sizes = [exhibit_boxes(placed(rows).block, placed(rows).box).grid.font_size for rows in (5, 22, 27)]  # type: ignore[union-attr, arg-type]
    assert sizes[0] == table_layout.FONT_SIZES[0]
    assert sizes[0] > sizes[1] > sizes[2] >= table_layout.FONT_SIZES[-1]


def placed(rows: int) -> Placed:
    return place(page(exhibit(table(rows))))[0]


def test_row_height_follows_the_wrapped_cell() -> None:
    # by hand: 10 characters of 10 pt a line at 100 pt + padding; 25 characters are 3 lines
    one = Table("plain", (Column("a", text("甲"), "left"),), (Row((Cell(text("长" * 25)),)),))
    widths = (100 / 0.985 + 2 * table_layout.PAD_X + 0.1,)
    head, row = table_layout.row_heights(one, widths, 10.0)
    assert head == 13 + 6
    assert row == 39 + 6


def test_column_widths_follow_the_author() -> None:
    columns = (
        Column("a", text("甲"), "left", width=1),
        Column("b", text("乙"), "left", width=3),
    )
    assert table_layout.column_widths(
        Table("policy", columns, (Row((Cell(text("一")), Cell(text("二")))),)), 400, 10
    ) == (100, 300)


def test_number_column_is_never_narrower_than_its_number() -> None:
    number = (Span("1,234,567.8亿元", "number", "f"),)
    columns = (Column("a", text("甲"), "left"), Column("b", text("乙")))
    body = Table("plain", columns, (Row((Cell(text("很长的文字" * 40)), Cell(number))),))
    assert table_layout.column_widths(body, 260, 10)[1] >= text_width(number, 10) + 2 * table_layout.PAD_X


def test_groups_are_runs_of_neighbours() -> None:
    columns = tuple(
        Column(str(index), text("列"), group=text(name) if name else ())
        for index, name in enumerate(("甲", "甲", "", "乙", "甲"))
    )
    assert table_layout.groups(Table("grouped", columns, ())) == ((0, 1), (3, 3), (4, 4))


def test_events_stand_in_a_row_where_there_is_room() -> None:
    events = tuple(Event(text(f"2024.{i}"), text("政策"), text("内容" * 12)) for i in range(1, 6))
    assert timeline_layout.plan(Timeline(events), 880, 400).across
    down = timeline_layout.plan(Timeline(events), 420, 400)
    assert not down.across
    assert [box.title[1] for box in down.events] == sorted(box.title[1] for box in down.events)


@given(st.text(st.sampled_from("中文字abcXYZ0123456789 ，。%（）《》-./买入亿元"), max_size=60), st.floats(20, 300))
def test_pieces_put_together_are_the_text_and_lines_hold_it(words: str, room: float) -> None:
    assert "".join(pieces(text(words))) == words
    lines = line_count(text(words), 10, room)
    assert lines * room >= width(words.strip(), 10) - 10 or lines == 0
    assert (lines == 0) == (words == "")


def test_closing_marks_never_begin_a_line_and_numbers_stay_whole() -> None:
    found = list(pieces((Span("增长"), Span("3.6%", "number", "f"), Span("，见《政策》。"))))
    assert found == ["增", "长", "3.6%，", "见", "《政", "策》。"]


def test_estimate_is_not_narrower_than_the_font() -> None:
    # by another route: the advances in the font file itself
    font = TTFont(FONT, lazy=True)
    cmap, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    for words in (
        "国家电网投资5275亿元，同比增长3.6%。",
        "SSE STAR 50 Index (CNY), 2024E/2025E",
        "The quick brown fox jumps over the lazy dog",
        "PE(TTM) 34.5x, EPS 1.20, $485M, ¥0.20, +25.8pp",
        "“新质生产力”——AI与大数据",
        "GPT-4o/Claude 3.5 Sonnet/Llama-3-70B",
    ):
        true = sum(metrics[cmap[ord(character)]][0] for character in words) / em * 10
        assert true * 0.985 <= width(words, 10) <= true * 1.25, words


def test_no_page_is_blank_of_its_texts() -> None:
    for this in sample.document().pages:
        assert {each.block.id for each in place(this)} == set(leaves(this.blocks))
        assert plain(this.title)


def test_charts_side_by_side_stand_level_whatever_their_notes_say() -> None:
    long = replace(sample.charts()["line"], id="long", note=text("注：" + "样本随期变化，" * 30))
    short = replace(sample.charts()["bar"], id="short", note=text("注：乙"))
    for pair in ((long, short), (short, long)):
        placed = [one for one in place(page(Columns((pair[0],), (pair[1],)))) if isinstance(one.block, Exhibit)]
        boxes = {one.block.id: exhibit_boxes(one.block, one.box) for one in placed if isinstance(one.block, Exhibit)}
        assert boxes["long"].body.y == pytest.approx(boxes["short"].body.y)
        assert boxes["long"].body.bottom == pytest.approx(boxes["short"].body.bottom)
        assert boxes["long"].note.bottom == pytest.approx(frame(page()).body.bottom)  # type: ignore[union-attr]
