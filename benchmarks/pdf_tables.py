"""Which reader gets the cells of printed tables right? `python -m benchmarks.pdf_tables [READER…]`.

The reference (`tests/read/foreign/cells/*.csv`) was taken from another program's text, typed into rows and columns by
hand and compared with pictures of the pages: `<` is covered by the cell to its left, `^` by the one above.

A cell counts as right where its text (blanks apart) stands in its row, in its column and in its order: each row of the
reference is matched with the row of the reader that has the longest common run of cells with it; a cell of that run
counts if it stands in the column in which the reader has most cells of the reference's column. So that nobody loses by
the shape of a table alone, `$` is joined with the figure after it, `%` and `)` with the one before it, empty rows and
columns do not matter, and a table over two pages may come as two.

Readers that are not installed are left out with a word. They are no dependency of the product.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CELLS = ROOT / "tests" / "read" / "foreign" / "cells"
SAMPLES = Path(os.environ.get("YANBAO_SHARED") or ROOT.parent / "shared") / "samples"

Rows = list[list[str]]
Reader = Callable[[Path, Sequence[int]], list[Rows]]


@dataclass(frozen=True)
class Reference:
    """A table whose cells are known: where it stands (a pattern below the samples) and what it is an example of."""

    cells: str
    file: str
    pages: tuple[int, ...]
    kind: str

    def path(self) -> Path:
        """Return the sample's path."""
        found = sorted(SAMPLES.glob(self.file))
        if not found:
            raise FileNotFoundError(f"{self.file} is not in {SAMPLES}; set YANBAO_SHARED to the folder of samples")
        return found[0]

    def rows(self) -> Rows:
        """Return its cells."""
        with (CELLS / f"{self.cells}.csv").open(encoding="utf-8", newline="") as lines:
            return [list(row) for row in csv.reader(lines)]


REFERENCES = (
    Reference("broker-annual-performance", "broker_pdf/20180705*.pdf", (12,), "borderless, Chinese broker"),
    Reference("broker-two-level-head", "broker_pdf/20170209*.pdf", (20,), "borderless, head of two levels"),
    Reference("broker-row-groups", "broker_pdf/20220225*.pdf", (20,), "borderless, row groups, charts above"),
    Reference("us-segment", "us_filings/BESTBUY*.pdf", (9,), "US release, $ apart"),
    Reference("us-income-statement", "us_filings/COSTCO*.pdf", (3,), "US release, negatives in parentheses"),
    Reference("us-income-with-shares", "us_filings/ULTA*.pdf", (6,), "US release, % beside each level"),
    Reference("us-operations", "us_filings/SALESFORCE*.pdf", (6,), "US release, striped rows"),
    Reference("statistics-two-level-head", "other_pdf/nics*.pdf", (1,), "statistics, a line every fifth row"),
    Reference("ruled-over-pages-quarters", "annual_reports/*.pdf", (6, 7), "ruled, over two pages"),
    Reference("ruled-over-pages-items", "annual_reports/*.pdf", (7, 8), "ruled, over two pages, long labels"),
    Reference("ruled-spans-over-pages", "other_pdf/*2018Q1*.pdf", (4, 5), "ruled, merged cells, over two pages"),
)


def ours(file: Path, pages: Sequence[int]) -> list[Rows]:
    """Read with yanbao; the file is cut to the pages, as the others are told to read these only."""
    import pypdfium2

    from yanbao.read.foreign.pdf import read_foreign_pdf

    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / "part.pdf"
        source, target = pypdfium2.PdfDocument(file), pypdfium2.PdfDocument.new()
        target.import_pages(source, [page - 1 for page in pages])
        target.save(part)
        document = read_foreign_pdf(part)
    return [[["" if cell is None else cell.text for cell in row] for row in table.rows] for table in document.tables()]


def _plumber(strategy: str) -> Reader:
    def read(file: Path, pages: Sequence[int]) -> list[Rows]:
        import pdfplumber

        settings = {"vertical_strategy": strategy, "horizontal_strategy": strategy}
        with pdfplumber.open(file, pages=list(pages)) as pdf:
            return [
                [[cell or "" for cell in row] for row in table]
                for page in pdf.pages
                for table in page.extract_tables(settings)
            ]

    return read


def _camelot(flavor: str) -> Reader:
    def read(file: Path, pages: Sequence[int]) -> list[Rows]:
        import camelot

        found = camelot.read_pdf(str(file), pages=",".join(map(str, pages)), flavor=flavor)
        return [[[str(cell) for cell in row] for row in table.df.values.tolist()] for table in found]

    return read


def img2table(file: Path, pages: Sequence[int]) -> list[Rows]:
    """Read with img2table on the PDF's own text."""
    from img2table.document import PDF

    found = PDF(str(file), pages=[page - 1 for page in pages], pdf_text_extraction=True).extract_tables(
        borderless_tables=True, implicit_rows=True
    )
    return [
        [["" if cell is None else str(cell) for cell in row] for row in table.df.values.tolist()]
        for tables in found.values()
        for table in tables
    ]


READERS: dict[str, Reader] = {
    "yanbao (pdfium)": ours,
    "pdfplumber lines": _plumber("lines"),
    "pdfplumber text": _plumber("text"),
    "camelot lattice": _camelot("lattice"),
    "camelot stream": _camelot("stream"),
    "camelot network": _camelot("network"),
    "camelot hybrid": _camelot("hybrid"),
    "img2table": img2table,
}


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("Results1", "Results¹")


def _cells(row: Sequence[str]) -> list[tuple[int, str]]:
    """Return a row's cells (column, text) without empty ones, with signs of currency and per cent joined."""
    cells: list[tuple[int, str]] = []
    pending = ""
    for column, text in enumerate(_plain(text) for text in row):
        if text == "$":
            pending = "$"
        elif cells and re.fullmatch(r"[%)]{1,2}", text):
            cells[-1] = (cells[-1][0], cells[-1][1] + text)
        elif text and text not in "<^":
            cells.append((column, pending + text))
            pending = ""
    return cells


def _common(first: list[tuple[int, str]], second: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Return the longest common run (columns in the first, columns in the second)."""
    best: list[list[list[tuple[int, int]]]] = [[[] for _ in range(len(second) + 1)] for _ in range(len(first) + 1)]
    for i in range(len(first) - 1, -1, -1):
        for j in range(len(second) - 1, -1, -1):
            options = [best[i + 1][j], best[i][j + 1]]
            if first[i][1] == second[j][1]:
                options.append([(first[i][0], second[j][0]), *best[i + 1][j + 1]])
            best[i][j] = max(options, key=len)
    return best[0][0]


def score(reference: Rows, found: Sequence[Rows]) -> tuple[int, int]:
    """Return the cells that are right and the cells in all."""
    total = sum(len(_cells(row)) for row in reference)
    matched: list[tuple[int, list[tuple[int, int]]]] = []  # table, pairs of columns
    for row in reference:
        cells = _cells(row)
        if cells:
            options = [(index, _common(cells, _cells(other))) for index, rows in enumerate(found) for other in rows]
            matched.append(max(options, key=lambda option: len(option[1]), default=(0, [])))
    right = 0
    columns: Counter[tuple[int, int, int]] = Counter((t, a, b) for t, pairs in matched for a, b in pairs)
    spans = [_span(row) for row in reference if _cells(row)]
    for (table, pairs), span in zip(matched, spans, strict=True):
        for a, b in pairs:
            homes = [
                max(
                    (key for key in columns if key[0] == table and key[1] == column),
                    key=lambda key: columns[key],
                    default=None,
                )
                for column in range(a, a + span[a])
            ]
            right += any(home is not None and home[2] == b for home in homes)
    return right, total


def _span(row: Sequence[str]) -> dict[int, int]:
    spans: dict[int, int] = {}
    for column, text in enumerate(row):
        if text == "<":
            start = max(spans)
            spans[start] += 1
        else:
            spans[column] = 1
    return spans


def measured(names: Sequence[str]) -> Iterator[tuple[str, list[tuple[int, int]], float]]:
    """Yield each reader with its cells (right, in all) of each table and its seconds a page."""
    for name in names:
        results, seconds, pages = [], 0.0, 0
        for reference in REFERENCES:
            start = time.perf_counter()
            with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = READERS[name](reference.path(), reference.pages)
            seconds += time.perf_counter() - start
            pages += len(reference.pages)
            results.append(score(reference.rows(), found))
        yield name, results, seconds / pages


def main(names: Sequence[str]) -> None:
    """Print the table of readers."""
    print("| reader | cells right | of | share | s per page |")
    print("|---|---:|---:|---:|---:|")
    details: dict[str, list[tuple[int, int]]] = {}
    for name in names or list(READERS):
        try:
            _, results, seconds = next(measured([name]))
        except ImportError as error:
            print(f"| {name} | not installed ({error.name}) | | | |")
            continue
        details[name] = results
        right, total = sum(r for r, _ in results), sum(t for _, t in results)
        print(f"| {name} | {right} | {total} | {right / total:.1%} | {seconds:.2f} |", flush=True)
    print()
    print("| table | " + " | ".join(details) + " |")
    print("|---|" + "---:|" * len(details))
    for index, reference in enumerate(REFERENCES):
        cells = [f"{results[index][0]}/{results[index][1]}" for results in details.values()]
        print(f"| {reference.kind} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main(sys.argv[1:])
