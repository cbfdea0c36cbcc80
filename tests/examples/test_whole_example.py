"""The example carries a whole report: its size, what is bound in it, and what a later day makes stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from yanbao.author import compose
from yanbao.build import roll
from yanbao.document.tree import Document, Span, plain

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "computer-2024h1"


@pytest.fixture(scope="module")
def document() -> Document:
    return compose(EXAMPLE).document


def prose(document: Document) -> Iterator[Span]:
    """Yield the spans of titles, paragraphs, and the exhibits' titles and notes: no cells, no points."""
    for page in document.pages:
        yield from page.title
        for paragraph in page.paragraphs():
            yield from paragraph.text
        for exhibit in page.exhibits():
            yield from exhibit.title
            yield from exhibit.note


def test_it_is_as_big_as_a_strategy_report_is(document: Document) -> None:
    kinds = Counter(span.kind for span in prose(document))
    assert len(document.pages) >= 80
    assert len(list(document.exhibits())) >= 70
    assert kinds["number"] >= 400
    assert kinds["word"] >= 60
    assert kinds["literal"] <= kinds["number"] * 0.02


def test_it_has_every_chapter_of_the_model(document: Document) -> None:
    heads = {plain(page.section).partition("　")[0] for page in document.pages if page.part_depth}
    chapters = {f"1.{n}" for n in (1, 2, 3)} | {f"2.{n}" for n in (1, 2, 3)} | {f"3.{n}" for n in (1, 2, 3, 4, 5)}
    assert chapters | {"2.3.1", "2.3.2", "2.3.3"} <= heads
    assert [page.kind for page in document.pages[:3]] == ["cover", "content", "contents"]
    ids = {page.id for page in document.pages}
    assert {"risks", "ratings", "legal", "disagreements-0"} <= ids


def test_each_company_page_has_forecast_price_check_and_risks(document: Document) -> None:
    for name in ("keyuan", "daotong", "haiguang", "shenzhou", "jinshan", "xinguodu"):
        page = next(page for page in document.pages if any(e.id == f"{name}-forecast" for e in page.exhibits()))
        card = next(exhibit for exhibit in page.exhibits() if exhibit.id == f"{name}-card")
        assert "市盈率" in "".join(plain(cell.text) for row in card.body.rows for cell in row.cells)  # type: ignore[union-attr]
        assert "股价走势" in plain(card.note) or "行情" in plain(card.note) or "价格序列" in plain(card.note)
        assert any("风险" in plain(paragraph.text) for paragraph in page.paragraphs())


def test_forecasts_whose_day_has_passed_are_flagged(document: Document) -> None:
    day = date(2025, 6, 30)
    past = [item for item in roll(document, day) if item.kind == "forecast of the past"]
    assert any(item.fact.endswith("@2024E") for item in past)
    assert not any(item.fact.endswith("@2026E") for item in past)


def test_contradictions_of_the_origin_are_listed(document: Document) -> None:
    listed = [
        row
        for page in document.pages
        if page.id.startswith("disagreements")
        for e in page.exhibits()
        for row in e.body.rows
    ]  # type: ignore[union-attr]
    printed = {plain(row.cells[1].text): plain(row.cells[2].text) for row in listed}
    assert printed["26.7%"] == "27.6%"  # (3019.0 / 1138.3) ** (1 / 4) - 1
    assert printed["67.01倍"] == "79.82倍"  # 227.50 / 2.85
    assert len(listed) >= 50
