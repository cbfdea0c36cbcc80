"""Parts of a report: numbered by the engine, listed in the contents and on dividers, proved; pages before the contents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao.author import compose
from yanbao.author.parts import PartNumbers
from yanbao.check import structure
from yanbao.check.subject import Subject
from yanbao.document.tree import Document, Span, plain
from yanbao.errors import WorkspaceError

PAGE = "## 分公司投资额一览"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Section 1: a page of 总量, one of 总量 / 分公司, one of 展望."""
    folder = starter(tmp_path / "w")
    change(
        folder,
        "report/01-grid.md",
        "## 两网投资{grid.growth[2023] |",
        "<!-- part: 总量 -->\n## 两网投资{grid.growth[2023] |",
    )
    change(folder, "report/01-grid.md", PAGE, f"<!-- part: 总量 / 分公司 -->\n{PAGE}")
    text = (folder / "report/01-grid.md").read_text("utf-8")
    (folder / "report/01-grid.md").write_text(text + "\n<!-- part: 展望 -->\n## 展望\n\n- 投资有望延续。\n", "utf-8")
    return folder


def mistakes(folder: Path) -> str:
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    return "\n".join(map(str, caught.value.mistakes))


def listed(document: Document, kind: str) -> list[str]:
    page = next(page for page in document.pages if page.kind == kind)
    return [plain(part.text) for part in page.paragraphs()]


def test_parts_are_numbered_below_their_section(workspace: Path) -> None:
    document = compose(workspace).document
    heads = [plain(page.section) for page in document.pages if page.kind == "content"]
    assert heads == ["1.1　总量", "1.1.1　分公司", "1.2　展望", "二、风险提示"]
    assert document.pages[3].section[0] == Span("1.1", "structure", note="section-number")


def test_contents_list_parts_with_the_page_they_begin_on(workspace: Path) -> None:
    document = compose(workspace).document
    assert listed(document, "contents")[:5] == [
        "一、电网投资　3",
        "1.1　总量　4",
        "1.1.1　分公司　5",
        "1.2　展望　6",
        "二、风险提示　7",
    ]
    levels = [part.level for part in document.pages[1].paragraphs()]
    assert levels[:5] == [0, 1, 2, 1, 0]


def test_a_divider_without_words_of_its_own_lists_its_parts(workspace: Path) -> None:
    assert listed(compose(workspace).document, "divider") == ["1.1　总量", "1.2　展望"]


def test_parts_go_on_in_the_next_chapter_file(workspace: Path) -> None:
    (workspace / "report/01b.md").write_text("## 再看一页\n\n- 结论不变。\n", "utf-8")
    change(workspace, "yanbao.toml", '"report/01-grid.md"', '"report/01-grid.md", "report/01b.md"')
    pages = compose(workspace).document.pages
    assert plain(next(page for page in pages if plain(page.title) == "再看一页").section) == "1.2　展望"


def test_pages_before_the_first_section_stand_before_the_contents(workspace: Path) -> None:
    (workspace / "report/00.md").write_text("## 核心观点\n\n- 投资有望延续。\n", "utf-8")
    change(workspace, "yanbao.toml", '"report/01-grid.md"', '"report/00.md", "report/01-grid.md"')
    document = compose(workspace).document
    assert [page.kind for page in document.pages[:4]] == ["cover", "content", "contents", "divider"]
    assert plain(document.pages[1].section) == ""
    assert listed(document, "contents")[0] == "核心观点　2"


def test_a_part_in_two_places_is_a_mistake(workspace: Path) -> None:
    path = workspace / "report/01-grid.md"
    path.write_text(path.read_text("utf-8") + "\n<!-- part: 总量 -->\n## 又见总量\n\n- 结论不变。\n", "utf-8")
    assert "part '总量' cannot begin here" in mistakes(workspace)


def test_a_part_below_one_without_a_page_is_a_mistake(workspace: Path) -> None:
    change(workspace, "report/01-grid.md", "<!-- part: 展望 -->", "<!-- part: 展望 / 明年 -->")
    found = mistakes(workspace)
    assert "a page of '展望', which it stands in, must come first" in found
    assert "report/01-grid.md:" in found


def test_a_part_without_a_name_is_a_mistake(workspace: Path) -> None:
    change(workspace, "report/01-grid.md", "<!-- part: 展望 -->", "<!-- part:  -->")
    assert "a part has no name" in mistakes(workspace)


def test_numbers_count_by_hand() -> None:
    numbers = PartNumbers()
    numbers.begin_section()
    numbers.begin_section()
    paths = [("a",), ("b",), ("c",), ("c", "d"), ("c", "e"), ("f",)]
    assert [numbers.of(path) for path in paths] == ["2.1", "2.2", "2.3", "2.3.1", "2.3.2", "2.4"]


def numbered(document: Document, index: int, number: str) -> Document:
    page = document.pages[index]
    section = (replace(page.section[0], text=number), *page.section[1:])
    return replace(
        document, pages=(*document.pages[:index], replace(page, section=section), *document.pages[index + 1 :])
    )


def rules(document: Document, inputs: Path) -> list[str]:
    return [finding.explanation for finding in structure.findings(Subject(document, inputs))]


def test_the_proof_counts_the_numbers_of_parts_itself(workspace: Path) -> None:
    document = compose(workspace).document
    assert rules(document, workspace) == []
    found = rules(numbered(document, 5, "1.3"), workspace)
    assert any("'1.3' in '1.3展望' is not the part's number: 1.2" in text for text in found)
    found = rules(numbered(document, 5, "1.1"), workspace)
    assert any("is not the part's number: that of 1.1总量" in text for text in found)


def test_the_proof_finds_a_listed_part_that_is_none(workspace: Path) -> None:
    document = compose(workspace).document
    divider = document.pages[2]
    first = next(divider.paragraphs())
    wrong = replace(first, text=(first.text[0], Span("　存量")))
    pages = (*document.pages[:2], replace(divider, blocks=(wrong, *divider.blocks[1:])), *document.pages[3:])
    (found,) = rules(replace(document, pages=pages), workspace)
    assert "lists '1.1存量', which is no part of the document" in found
