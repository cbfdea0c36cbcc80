"""The example carries a whole report: its size, what is bound in it, and what a later day makes stale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from shared_data import shared
from yanbao.author import compose
from yanbao.build import build, read_build, roll
from yanbao.check.proof import prove
from yanbao.document.tree import Chart, Document, Span, plain

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
        assert any("股价走势图从缺" in plain(paragraph.text) for paragraph in page.paragraphs())
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


@pytest.mark.slow
def test_with_a_store_each_company_page_has_its_price_chart(loaded_market: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "example"
    copytree(EXAMPLE, workspace)
    with (workspace / "yanbao.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[market]\nstore = "{loaded_market}"\n')
    build(workspace, tmp_path / "out")
    made = read_build(tmp_path / "out")
    exhibits = {exhibit.id: exhibit for exhibit in made.document.exhibits()}
    # the vendor's file, read plainly; 688041 is no computer company to it and has month ends only
    prices = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    for code in ("002380", "688208", "000034", "688111", "300130"):
        chart = exhibits[f"price-{code}"].body
        assert isinstance(chart, Chart)
        first, last = (
            prices.filter(pl.col("code") == code, pl.col("date") == day)["close"].item()
            for day in (date(2023, 12, 29), date(2024, 6, 28))
        )
        shown = chart.series[0].points[-1].value
        assert shown is not None
        assert float(shown) == pytest.approx((last / first - 1) * 100, abs=1e-4)
    assert {
        f"{name}-chart" for name in ("keyuan", "daotong", "haiguang", "shenzhou", "jinshan", "xinguodu")
    }.isdisjoint(exhibits)
    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()
