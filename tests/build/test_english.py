"""An English edition is whole in all four outputs: it proves, nothing is left in Chinese, and what is changed shows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from workspaces import english
from yanbao import build as building
from yanbao.check.findings import Finding
from yanbao.check.proof import prove, read_file
from yanbao.document.tree import Document, Paragraph

CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
QUOTED = {"中标省级项目", "签约三家客户", "免费开放平台"}  # the news, in the words of their source
KEYS = {"甲公司", "乙公司", "丙公司"}  # the rows' names as typed: on the sheet of inputs, and in ids of facts


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("english")
    return building.build(english(folder / "w"), folder / "out", language="en")


def findings(built: building.Build, *files: Path) -> tuple[Finding, ...]:
    return prove(built.document, built.folder / "inputs", files).findings


def test_it_proves(built: building.Build) -> None:
    files = [built.folder / f"report.{name}" for name in building.FORMATS]
    assert [f"{finding.code}: {finding.explanation}" for finding in findings(built, *files)] == []


def texts(file: Path) -> Iterator[str]:
    """Yield every text that a file shows, and what it says to a screen reader."""
    contents = read_file(file)
    for page in contents.pages:
        yield page.id or ""
        yield from (segment.text for segment in (*page.segments, *page.notes))
        for chart in page.charts:
            yield from (text for series in chart.series for text in (series.name, *series.tips) if text)
    yield from (segment.text for segment in contents.outline)


@pytest.mark.parametrize("name", building.FORMATS)
def test_nothing_but_quotes_is_chinese(built: building.Build, name: str) -> None:
    said = set(texts(built.folder / f"report.{name}"))
    assert len(said) > 50
    for known in sorted(QUOTED | KEYS):
        said = {text.replace(known, "") for text in said}
    assert {text for text in said if CJK.search(text)} == set()


def parts(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_each_file_says_that_it_is_english(built: building.Build) -> None:
    assert (built.folder / "report.html").read_text("utf-8").startswith('<!DOCTYPE html>\n<html lang="en">')
    deck = parts(built.folder / "report.pptx")
    assert {mark for part in deck.values() for mark in re.findall(r'\blang="([^"]*)"', part)} == {"en-US"}
    assert {mark for part in deck.values() for mark in re.findall(r'c:lang val="([^"]*)"', part)} == {"en-US"}
    assert "<dc:language>en-US</dc:language>" in deck["docProps/core.xml"]
    assert b"/Lang(en)" in (built.folder / "report.pdf").read_bytes()


def test_descriptions_for_screen_readers_are_english(built: building.Build) -> None:
    spoken = re.findall(r'aria-label="([^"]*)"', (built.folder / "report.html").read_text("utf-8"))
    deck, book = (parts(built.folder / f"report.{name}") for name in ("pptx", "xlsx"))
    for held in (deck, book):
        spoken += [text for part in held.values() for text in re.findall(r'\bdescr="([^"]*)"', part)]
    assert "Bars and line: Grid investment and growth" in spoken
    assert [text for text in spoken if CJK.search(text)] == []


def test_comments_of_the_workbook_are_english(built: building.Build) -> None:
    comments = "".join(part for name, part in parts(built.folder / "report.xlsx").items() if "comments" in name)
    assert "no previous period" in comments
    assert "not disclosed" in comments
    assert not CJK.search(comments)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (">RMB 665bn<", ">RMB 665mn<", "unit"),
        (">RMB 665bn<", ">RMB 655bn<", "text-number"),
        (">grew<", ">declined<", "bound-word"),
        ("RMB bn, %", "RMB mn, %", "unit"),
        ("</span> (RMB bn)</th>", "</span> (RMB mn)</th>", "unit"),
        (", of at least <", ", of more than <", "rating-definitions"),
    ],
)
def test_what_is_changed_in_the_page_is_found(
    built: building.Build, tmp_path: Path, old: str, new: str, code: str
) -> None:
    source = (built.folder / "report.html").read_text("utf-8")
    assert old in source
    changed = tmp_path / "report.html"
    changed.write_text(source.replace(old, new, 1), "utf-8")
    found = findings(built, changed)
    assert [finding.code for finding in found] == [code]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<t>RMB 100mn</t>", "<t>RMB 10k</t>"),
        ("<t>10k units</t>", "<t>units</t>"),
        ("<t>months</t>", "<t>years</t>"),
        ("<t>RMB/share</t>", "<t>RMB</t>"),
    ],
)
def test_a_changed_unit_of_the_workbook_is_found(built: building.Build, tmp_path: Path, old: str, new: str) -> None:
    changed = tmp_path / "report.xlsx"
    held = parts(built.folder / "report.xlsx")
    assert old in held["xl/sharedStrings.xml"]
    with zipfile.ZipFile(built.folder / "report.xlsx") as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old.encode(), new.encode()) if "sharedStrings" in name else data)
    found = findings(built, changed)
    assert {finding.code for finding in found} == {"unit"}


def test_a_sign_said_behind_its_number_is_that_of_the_same_fact(built: building.Build) -> None:
    """0.4% lower: without the word, or with one that another number decides, the minus is lost."""

    def with_word(**changes: str) -> Document:
        pages = []
        for page in built.document.pages:
            blocks = [
                replace(
                    block, text=tuple(replace(span, **changes) if span.text == "lower" else span for span in block.text)
                )
                if isinstance(block, Paragraph)
                else block
                for block in page.blocks
            ]
            pages.append(replace(page, blocks=tuple(blocks)))
        return replace(built.document, pages=tuple(pages))

    def codes(document: Document) -> set[str]:
        return {finding.code for finding in prove(document, built.folder / "inputs", []).findings} - {"file"}

    assert codes(with_word()) == set()
    assert "printed" in codes(with_word(fact="grid.growth@2022", text="higher"))
    assert "printed" in codes(with_word(kind="run"))
