"""Tables of real PDFs, cell by cell, against cells typed from the printed pages (`cells/*.csv`)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from benchmarks.pdf_tables import REFERENCES, Reference, score

from shared_data import shared
from yanbao.read.foreign.pdf_document import read_document
from yanbao.read.foreign.tree import ForeignDocument, Table


def cut(reference: Reference, folder: Path) -> ForeignDocument:
    """The document of the reference's pages alone: the whole report takes longer than a test should."""
    import pypdfium2

    shared("samples")
    source, target = pypdfium2.PdfDocument(reference.path()), pypdfium2.PdfDocument.new()
    target.import_pages(source, [page - 1 for page in reference.pages])
    target.save(folder / "part.pdf")
    return read_document(folder / "part.pdf")


def marked(table: Table) -> list[list[str]]:
    """A table's texts as the reference writes them: `<` covered from the left, `^` from above, no blanks."""
    rows = [["" if cell is None else re.sub(r"\s", "", cell.text) for cell in row] for row in table.rows]
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row):
            if cell is not None:
                for a in range(i, i + cell.rows):
                    for b in range(j, j + cell.columns):
                        if (a, b) != (i, j):
                            assert table.rows[a][b] is None, "a covered position holds a cell"
                            rows[a][b] = "<" if b > j else "^"
    return rows


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.cells)
def test_every_cell_stands_in_its_row_and_column(reference: Reference, tmp_path: Path) -> None:
    document = cut(reference, tmp_path)
    found = [[["" if c is None else c.text for c in row] for row in table.rows] for table in document.tables()]
    right, total = score(reference.rows(), found)
    assert right == total


@pytest.mark.parametrize(
    "cells",
    [one.cells for one in REFERENCES if one.cells not in ("us-income-statement", "statistics-two-level-head")],
)
def test_a_table_is_one_table_with_its_merged_cells(cells: str, tmp_path: Path) -> None:
    reference = next(one for one in REFERENCES if one.cells == cells)
    expected = [[re.sub(r"\s", "", text) for text in row] for row in reference.rows()]
    tables = [marked(table) for table in cut(reference, tmp_path).tables()]
    if cells == "us-operations":  # a stray "2" in white stands in the corner of the head
        tables = [[["" if (i, text) == (0, "2") else text for text in row] for i, row in enumerate(t)] for t in tables]
    # below the reference stand two rows of text on its second page
    assert any(table[: len(expected)] == expected for table in tables)


def test_cells_of_a_table_over_pages_keep_their_own_places(tmp_path: Path) -> None:
    reference = next(one for one in REFERENCES if one.cells == "ruled-over-pages-items")
    table = next(t for t in cut(reference, tmp_path).tables() if t.shape == (25, 5))
    first = next(cell for cell in table.rows[1] if cell is not None and cell.text == "44,258.44")
    last = next(cell for cell in table.rows[-1] if cell is not None and cell.text == "14,007,253.75")
    assert (first.place.page, last.place.page) == (1, 2)
    # measured in a picture of the page, 1 point = 1.3 pixels: "14,007,253.75" from (345, 336) to (432, 350) of 1095
    box = last.place.box
    assert box is not None
    assert box.left == pytest.approx(345 / 1.3, abs=4)
    assert box.right == pytest.approx(432 / 1.3, abs=4)
    assert box.bottom == pytest.approx((1095 - 352) / 1.3, abs=5)


def test_a_table_carries_its_caption_unit_line_and_source(tmp_path: Path) -> None:
    def only(cells: str, rows: int) -> Table:
        reference = next(one for one in REFERENCES if one.cells == cells)
        return next(table for table in cut(reference, tmp_path).tables() if table.shape[0] == rows)

    broker = only("broker-annual-performance", 11)
    assert broker.caption is not None
    assert broker.caption.text == "表 4：沪深 300 增强组合分年度表现统计"
    assert [note.text for note in broker.notes] == ["资料来源：Wind，天风证券研究所"]
    assert broker.head_rows == 1
    ruled = only("ruled-over-pages-items", 25)
    assert ruled.unit_line is not None
    assert ruled.unit_line.text.replace(" ", "") == "单位:元币种:人民币"
    release = only("us-income-statement", 25)
    assert release.unit_line is not None
    assert release.unit_line.text == "(dollars in millions, except per share data)"
    assert release.head_rows == 2


def test_boxes_of_cells_lie_in_their_table_and_on_their_page(tmp_path: Path) -> None:
    reference = next(one for one in REFERENCES if one.cells == "us-segment")
    document = cut(reference, tmp_path)
    page = document.pages[0]
    assert (page.width, page.height) == (pytest.approx(612, abs=1), pytest.approx(792, abs=1))
    for table in document.tables():
        outer = table.place.box
        assert outer is not None
        for cell in (cell for row in table.rows for cell in row if cell is not None and cell.text):
            box = cell.place.box
            assert box is not None
            assert outer.left - 1 <= box.left < box.right <= outer.right + 1
            assert outer.bottom - 1 <= box.bottom < box.top <= outer.top + 1


def test_rows_that_others_labelled_stand_as_rows() -> None:
    """The labels of the samples quote rows of tables as other programs and hands found them."""
    labels = [json.loads(line) for line in shared("samples", "labels.jsonl").read_text("utf-8").splitlines()]
    quotes = [(label["file"], label["quote"]) for label in labels if label["file"].endswith(".pdf")]
    documents = {file: read_document(shared("samples", file)) for file in sorted({file for file, _ in quotes})}
    rows = {
        file: [[_plain(c.text) for c in row if c is not None and c.text] for t in document.tables() for row in t.rows]
        for file, document in documents.items()
    }
    asked, missed = 0, []
    for file, quote in quotes:
        cells = [_plain(cell) for cell in re.split(r"\s{2,}", quote) if _plain(cell)]
        if len(cells) >= 3:
            asked += 1
            if not any(_in_order(cells, row) for row in rows[file]):
                missed.append((file, cells))
    assert asked > 160
    assert missed == []


def _plain(text: str) -> str:
    return re.sub(r"[\s$|]", "", text)


def _in_order(cells: list[str], row: list[str]) -> bool:
    rest = iter(row)
    return all(cell in rest for cell in cells)
