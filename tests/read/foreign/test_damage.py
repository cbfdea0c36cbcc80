"""What these stop: a damaged file that ends the program, hangs it, or is read without a word where nothing is left.

Real bytes are damaged with a seed; each result is either a document or a ReadError with its file and a hint.
"""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

import foreign_files as files
from hanging import watched
from shared_data import shared
from yanbao.errors import ReadError
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.tree import Prose

HANG = 60  # seconds: no damaged file of these takes one

FAST, LONG = 200, 2_000


def txt(folder: Path, own: Path) -> bytes:
    return b"\n".join(shared("seed", "report.txt").read_bytes().splitlines()[590:720])


def md(folder: Path, own: Path) -> bytes:
    table = (
        "# 标题\n\n正文**12.3%**，$5.6\\%$。\n\n| a | b |\n|---|---:|\n| 1 | 2.5 |\n| `x` | 3\\|4 |\n\n```\n1\n```\n"
    )
    return (table * 3).encode() + b"\n".join(shared("seed", "report.txt").read_bytes().splitlines()[1990:2015])


def jsonl(folder: Path, own: Path) -> bytes:
    line = '{"page": %d, "allrow": %d, "type": "%s", "inside": "%s"}\n'
    rows = [
        (1, 0, "页眉", "某公司2020年年度报告"),
        (1, 1, "text", "单位：元"),
        (1, 2, "excel", "['项目', '2020', '2019']"),
    ]
    rows += [(2, 3 + at, "excel", f"['行{at}', '{at},100.00', '']") for at in range(20)]
    return "".join(line % row for row in rows).encode()


def html(folder: Path, own: Path) -> bytes:
    (file,) = shared("samples", "annual_reports").glob("*.html")
    return file.read_bytes()[60_000:110_000]


def docx(folder: Path, own: Path) -> bytes:
    merged = [
        [files.word_cell("项目", '<w:vMerge w:val="restart"/>'), files.word_cell("收入", '<w:gridSpan w:val="2"/>')],
        [files.word_cell("", "<w:vMerge/>"), "2022A", "2023E"],
        ["甲", "100", "110"],
    ]
    body = files.paragraph("标题", "1") + files.paragraph("收入12.3亿元") + files.word_table(merged)
    note = f'<w:footnotes {files.W}><w:footnote w:id="2">{files.paragraph("注释")}</w:footnote></w:footnotes>'
    return files.docx(folder / "a.docx", body * 3, {"footnotes.xml": note}).read_bytes()


def pptx(folder: Path, own: Path) -> bytes:
    return (own / "report.pptx").read_bytes()


def xlsx(folder: Path, own: Path) -> bytes:
    return (own / "report.xlsx").read_bytes()


def xls(folder: Path, own: Path) -> bytes:
    return shared("data", "sw_classification", "SwClassCode_2021.xls").read_bytes()


SOURCES: dict[str, tuple[Callable[[Path, Path], bytes], files.Damage]] = {
    "txt": (txt, files.damaged),
    "md": (md, files.damaged),
    "jsonl": (jsonl, files.damaged),
    "html": (html, files.damaged),
    "docx": (docx, files.damaged_package),
    "pptx": (pptx, files.damaged_package),
    "xlsx": (xlsx, files.damaged_package),
    "xls": (xls, files.damaged),
}


def small_xlsx(folder: Path) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in (
        ["表1 预测"],
        ["单位：元"],
        ["项目", "2023A", "2024E"],
        ["营收", 100.5, "=B4*1.1"],
        ["净利", 10, 0.125],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet["C5"].number_format = "0.0%"
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def small_pptx(folder: Path) -> bytes:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    table = slide.shapes.add_table(3, 3, Pt(20), Pt(150), Pt(330), Pt(200)).table
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}.5%"
    table.cell(0, 0).merge(table.cell(0, 1))
    chart = CategoryChartData()
    chart.categories = ["2022", "2023"]
    chart.add_series("增速", (0.1, 0.2))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Pt(380), Pt(150), Pt(300), Pt(260), chart)
    held = io.BytesIO()
    show.save(held)
    return held.getvalue()


# a process is started for each .xls; our own report has so many sheets and slides that each takes a tenth of a second
SMALL = {"xlsx": small_xlsx, "pptx": small_pptx}
FEWER = {"xls": 10}


def damage_and_read(name: str, tmp_path: Path, own: Path, count: int, small: bool) -> None:
    make, damage = SOURCES[name]
    data = SMALL[name](tmp_path) if small and name in SMALL else make(tmp_path, own)
    count //= FEWER.get(name, 1)
    file = tmp_path / f"damaged.{name}"
    read = 0
    refused: list[tuple[int, str]] = []
    for seed in range(count):
        file.write_bytes(damage(data, random.Random(zlib.crc32(f"{name} {seed}".encode()))))
        with watched(f"{name}, seed {seed}", HANG):
            try:
                document = read_foreign(file)
            except ReadError as error:
                refused.append((seed, str(error)))
                continue
        read += 1
        for page in document.pages:
            for block in page.blocks:
                if isinstance(block, Prose):
                    assert block.text.strip(), f"seed {seed}"
                else:
                    assert block.rows, f"seed {seed}"
                    assert any(cell is not None and cell.text for row in block.rows for cell in row), f"seed {seed}"
    assert [entry for entry in refused if str(file) not in entry[1] or "hint:" not in entry[1]] == []
    assert read > count // 20, "nearly all damaged files were refused: the damage is too coarse to test reading"


@pytest.mark.parametrize("name", SOURCES)
def test_damaged_files_are_read_or_refused(name: str, tmp_path: Path, own: Path) -> None:
    damage_and_read(name, tmp_path, own, FAST, small=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_many_damaged_files_are_read_or_refused(name: str, tmp_path: Path, own: Path) -> None:
    damage_and_read(name, tmp_path, own, LONG, small=False)
