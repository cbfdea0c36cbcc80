"""A report that yanbao made, read as anybody's PDF: its table, numbers and sentences are what its evidence holds."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from workspaces import starter
from yanbao.build import build
from yanbao.read.foreign.pdf import read_foreign_pdf
from yanbao.read.foreign.tree import ForeignDocument


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    build(starter(folder / "workspace"), folder / "out")
    return folder


@pytest.fixture(scope="module")
def document(workspace: Path) -> ForeignDocument:
    return read_foreign_pdf(workspace / "out" / "report.pdf")


def test_its_one_table_holds_its_evidence(workspace: Path, document: ForeignDocument) -> None:
    (table,) = document.tables()
    assert table.caption is not None
    assert table.caption.text.startswith("表1")
    assert len(table.notes) == 1
    rows = [["" if cell is None else cell.text for cell in row] for row in table.rows]
    assert [head.replace(" ", "") for head in rows[0]] == [
        "年份",
        "国家电网（亿元）",
        "南方电网（亿元）",
        "合计（亿元）",
        "合计同比",
    ]
    with (workspace / "workspace" / "evidence" / "grid.csv").open(encoding="utf-8", newline="") as lines:
        evidence = [row for row in csv.reader(lines) if row][1:]
    assert len(evidence) == len(rows) - 1
    for printed, (year, state, southern) in zip(rows[1:], evidence, strict=True):
        assert printed[0] == year
        values = [float(text.replace(",", "")) for text in printed[1:4]]
        assert values == pytest.approx([float(state), float(southern), float(state) + float(southern)])


def test_its_sentences_are_prose_and_its_chart_is_not(document: ForeignDocument) -> None:
    body = [prose.text.replace(" ", "") for prose in document.prose() if prose.role == "body"]
    assert "2023年两网投资合计6,650亿元，同比增长7.5%。" in body
    assert "南方电网占比提升至20.7%。" in body
    ticks = [prose.text for prose in document.prose() if prose.role == "chart-text"]
    assert {"8,000", "6,650", "2019"} <= set(ticks)
    assert document.unread == ()
    assert {page.layer for page in document.pages} == {"text"}
