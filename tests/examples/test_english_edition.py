"""The example's English edition: built, proved, of the same numbers as the Chinese one, and English throughout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yanbao import build as building
from yanbao.author import compose
from yanbao.check.proof import prove, read_file
from yanbao.document.tree import Document, plain, spans_of_exhibit
from yanbao.fact.fact import Source

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "computer-2024h1"
CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    return building.build(EXAMPLE, tmp_path_factory.mktemp("english") / "out", language="en")


@pytest.fixture(scope="module")
def chinese() -> Document:
    return compose(EXAMPLE).document


def test_it_proves(built: building.Build) -> None:
    files = [built.folder / f"report.{name}" for name in building.FORMATS]
    proof = prove(built.document, built.folder / "inputs", files)
    assert [f"{finding.code}: {finding.explanation}" for finding in proof.findings] == []
    assert proof.ok
    assert proof.numbers > 7000


def test_it_holds_core_views_valuation_risks_and_a_choice_of_exhibits(built: building.Build) -> None:
    document = built.document
    titles = {page.id: plain(page.title) for page in document.pages}
    assert document.pages[1].id == "00-core-1"
    assert titles["00-core-1"].startswith("Core views")
    assert titles["risks"].startswith("Risks")
    exhibits = {exhibit.id for exhibit in document.exhibits()}
    assert {"valuation", "pe-check", "capex-table", "grid-smart", "arena-table", "price-table", "pv-wind"} <= exhibits
    assert len(exhibits) >= 20


def test_its_facts_are_those_of_the_chinese_edition(built: building.Build, chinese: Document) -> None:
    shared = built.document.facts.keys() & chinese.facts.keys()
    both = [(built.document.facts[key], chinese.facts[key]) for key in shared if not key.startswith("workspace.")]
    assert len(both) > 500
    for ours, theirs in both:
        assert (ours.quantity, ours.period, ours.as_of) == (theirs.quantity, theirs.period, theirs.as_of), ours.id
        if isinstance(ours.lineage, Source) and isinstance(theirs.lineage, Source):
            assert ours.lineage.origin_line == theirs.lineage.origin_line, ours.id


def test_no_word_of_it_is_chinese(built: building.Build) -> None:
    document = built.document
    said = [span for page in document.pages for text in (page.title, page.section, page.footer) for span in text]
    said += [span for page in document.pages for part in (*page.paragraphs(), *page.notes) for span in part.text]
    said += [span for exhibit in document.exhibits() for text in spans_of_exhibit(exhibit) for span in text]
    assert len(said) > 1500
    assert [span for span in said if CJK.search(span.text + (span.unit or ""))] == []
    for fact in document.facts.values():
        assert not CJK.search(fact.subject + fact.metric + (fact.missing or "")), fact.id


@pytest.mark.parametrize("name", ["html", "pptx", "pdf"])
def test_no_text_of_a_file_is_chinese(built: building.Build, name: str) -> None:
    contents = read_file(built.folder / f"report.{name}")
    texts = [segment.text for page in contents.pages for segment in (*page.segments, *page.notes)]
    texts += [segment.text for segment in contents.outline]
    assert len(texts) > 500
    assert [text for text in texts if CJK.search(text)] == []
