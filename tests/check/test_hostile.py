"""What these stop: a file that ends `yanbao check`, hangs it, or gets out of what is told about it.

Sound files of every format, small samples and files of our own renderers, are injured with a seed and go through the
whole command: read, tick, tell as text, JSON, page and annotated copy. Each ends in a result or in an error that names
the file. `python -m pytest tests/check/test_hostile.py -m slow` runs all 10,000.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Pt

import foreign_files as files
import sample
from hanging import watched
from hostile_files import injured_package, injured_pdf, injured_text, plain_pdf
from shared_data import shared
from yanbao.cli.check import Task, check_file
from yanbao.document.theme import Theme
from yanbao.render.html import render_html
from yanbao.render.pdf import render_pdf
from yanbao.render.pptx import render_pptx
from yanbao.render.xlsx import render_xlsx

HANG = 60  # seconds: no injured file of these takes a tenth of it
ROWS = [
    ["项目", "2021A", "2022A", "2023A", "2024E"],
    ["营业收入", "1,211.0", "1,275.0", "1,394.5", "1,480.2"],
    ["营业成本", "811.0", "850.1", "930.4", "975.0"],
    ["毛利", "400.0", "424.9", "464.1", "505.2"],
    ["毛利率", "33.0%", "33.3%", "33.3%", "34.1%"],
    ["同比增长", "4.2%", "5.3%", "9.4%", "6.1%"],
    ["归母净利润", "100.2", "111.7", "120.9", "131.4"],
    ["EPS（元）", "1.00", "1.12", "1.21", "1.31"],
    ["PE", "24.1", "21.6", "19.9", "18.4"],
]
SENTENCES = (
    "2023年公司实现营业收入1394.5亿元，同比增长9.4%，归母净利润120.9亿元，同比增长8.2%。",
    "市场规模从2019年的100亿元增长至2023年的146.4亿元，CAGR为10.0%，其中A、B、C占比分别为40%/35%/25%。",
    "Revenue was $110 million in 2020 compared with $100 million in 2019, an increase of 10.0%.",
)


@dataclass(frozen=True)
class Kind:
    """A format: how its sound files are made, how they are injured, how many of the 10,000 it has."""

    suffix: str
    sources: tuple[Callable[[Path], bytes], ...]
    injure: Callable[[bytes, random.Random], bytes]
    count: int
    fast: int


def report(folder: Path) -> bytes:
    return b"\n".join(shared("seed", "report.txt").read_bytes().splitlines()[2030:2110])


def flat_report(folder: Path) -> bytes:
    (file,) = shared("samples", "broker_text").glob("康哲药业*.txt")
    return file.read_bytes()[:12_000]


def own_text(folder: Path) -> bytes:
    table = "\n".join("\t".join(row) for row in ROWS)
    return (
        f"# 某公司点评\n\n{SENTENCES[0]}\n{SENTENCES[1]}\n\n表1：预测\n单位：亿元\n{table}\n资料来源：公司\n".encode()
    )


def own_markdown(folder: Path) -> bytes:
    lines = ["| " + " | ".join(row) + " |" for row in ROWS]
    table = "\n".join([lines[0], "|---" * len(ROWS[0]) + "|", *lines[1:]])
    return f"# 点评\n\n**{SENTENCES[0]}**\n\n- {SENTENCES[1]}\n\n{table}\n\n> {SENTENCES[2]}\n".encode()


def jsonl(folder: Path) -> bytes:
    rows = [(1, 0, "页眉", "某公司2023年年度报告"), (1, 1, "text", SENTENCES[0]), (1, 2, "text", "单位：亿元")]
    rows += [(1, 3 + at, "excel", str(row)) for at, row in enumerate(ROWS)]
    line = '{"page": %d, "allrow": %d, "type": "%s", "inside": "%s"}\n'
    return "".join(line % row for row in rows).encode()


def filing(folder: Path) -> bytes:
    (file,) = shared("samples", "annual_reports").glob("*.html")
    return file.read_bytes()[60_000:72_000]


def own_html(folder: Path) -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>\n" for row in ROWS)
    said = "".join(f"<p>{text}</p>\n" for text in SENTENCES)
    return f"<!doctype html><html><head><title>点评</title></head><body><h1>点评</h1>\n{said}<table>{rows}</table></body></html>".encode()


def rendered_html(folder: Path) -> bytes:
    render_html(sample.document(), Theme(), folder / "own.html")
    source = (folder / "own.html").read_text(encoding="utf-8")
    return re.sub(r"(?s)<script.*?</script>|<style.*?</style>|base64,[^\"')]*", "", source).encode()[:60_000]


def docx(folder: Path) -> bytes:
    said = "".join(files.paragraph(text) for text in SENTENCES)
    return files.docx(folder / "own.docx", files.paragraph("点评", "1") + said + files.word_table(ROWS)).read_bytes()


def pptx(folder: Path) -> bytes:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = SENTENCES[1]
    table = slide.shapes.add_table(len(ROWS), len(ROWS[0]), Pt(20), Pt(150), Pt(330), Pt(200)).table
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    chart = CategoryChartData()
    chart.categories = ["2022", "2023"]
    chart.add_series("增速", (0.053, 0.094))
    slide.shapes.add_chart(XL_CHART_TYPE.LINE, Pt(380), Pt(150), Pt(300), Pt(260), chart)
    show.save(folder / "own.pptx")
    return (folder / "own.pptx").read_bytes()


def rendered_pptx(folder: Path) -> bytes:
    render_pptx(sample.document(), Theme(), folder / "rendered.pptx")
    return (folder / "rendered.pptx").read_bytes()


def xlsx(folder: Path) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in (["表1 预测"], ["单位：亿元"], *ROWS, [*SENTENCES]):
        sheet.append([_number(text) for text in row])
    sheet["B12"] = "=B4-B5"
    sheet.merge_cells("A1:C1")
    made.save(folder / "own.xlsx")
    return (folder / "own.xlsx").read_bytes()


def _number(text: str) -> str | float:
    return float(text.replace(",", "")) if re.fullmatch(r"[\d,.]+", text) else text


def rendered_xlsx(folder: Path) -> bytes:
    render_xlsx(sample.document(), Theme(), folder / "rendered.xlsx")
    return (folder / "rendered.xlsx").read_bytes()


def xls(folder: Path) -> bytes:
    return shared("data", "sw_classification", "SwClassCode_2021.xls").read_bytes()


def own_pdf(folder: Path) -> bytes:
    rows = [
        [text.encode("latin-1", "ignore").decode("latin-1") or f"Line {at}" for text in row]
        for at, row in enumerate(ROWS)
    ]
    return plain_pdf([[SENTENCES[2]], ["in millions"], *rows])


def rendered_pdf(folder: Path) -> bytes:
    render_pdf(sample.document(), Theme(), folder / "rendered.pdf")
    return (folder / "rendered.pdf").read_bytes()


KINDS = {
    "txt": Kind(".txt", (report, own_text, flat_report), injured_text, 2600, 40),
    "md": Kind(".md", (own_markdown,), injured_text, 1700, 30),
    "jsonl": Kind(".jsonl", (jsonl,), injured_text, 900, 20),
    "html": Kind(".html", (own_html, filing, rendered_html), injured_text, 1700, 30),
    "docx": Kind(".docx", (docx,), injured_package, 1100, 30),
    "pptx": Kind(".pptx", (pptx, pptx, rendered_pptx), injured_package, 600, 12),
    "xlsx": Kind(".xlsx", (xlsx, xlsx, rendered_xlsx), injured_package, 900, 15),
    "xls": Kind(".xls", (xls,), files.damaged, 50, 2),
    "pdf": Kind(".pdf", (own_pdf, own_pdf, rendered_pdf), injured_pdf, 450, 6),
}


def check_all(name: str, folder: Path, count: int) -> Counter[str]:
    """Check injured files of a format by the whole command, and return how many ended how."""
    kind = KINDS[name]
    sources = [make(folder) for make in kind.sources]
    file = folder / f"injured{kind.suffix}"
    ended: Counter[str] = Counter()
    for seed in range(count):
        chance = random.Random(zlib.crc32(f"{name} {seed}".encode()))
        file.write_bytes(kind.injure(sources[seed % len(sources)], chance))
        task = Task(file, folder / "told.html", folder / "copy.pdf" if name == "pdf" else None, None, None, True)
        with watched(f"{name}, seed {seed}", HANG):
            try:
                checked = check_file(task)
            except Exception as error:
                raise AssertionError(f"{name}, seed {seed}: {type(error).__name__}: {error}") from error
        if checked.error:
            assert str(file) in checked.error, (seed, checked.error)
            assert "hint:" in checked.error, (seed, checked.error)
            assert "build the report" not in checked.error, (seed, checked.error)
            ended["refused"] += 1
            continue
        found = json.loads(json.dumps(checked.json, allow_nan=False))
        coverage = found["coverage"]
        assert coverage["numbers"] == coverage["checked"] + coverage["skipped"], seed
        assert len(found["findings"]) == coverage["relations"]["breaks"], seed
        assert checked.text, seed
        page = (folder / "told.html").read_text(encoding="utf-8")
        assert page.count("<script") == 2, seed
        ended["broken" if checked.breaks else "nothing breaks"] += 1
    return ended


@pytest.mark.parametrize("name", KINDS)
def test_injured_files_end_in_a_result_or_an_error(name: str, tmp_path: Path) -> None:
    ended = check_all(name, tmp_path, KINDS[name].fast)
    assert sum(ended.values()) == KINDS[name].fast


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_ten_thousand_injured_files_end_in_a_result_or_an_error(name: str, tmp_path: Path) -> None:
    ended = check_all(name, tmp_path, KINDS[name].count)
    print(name, dict(ended))
    assert ended["refused"] < 0.9 * KINDS[name].count, "nearly all were refused: what is behind reading is not tested"
    assert name == "xls" or ended["broken"] > KINDS[name].count // 100, "nothing breaks: what finds is not tested"


def test_there_are_ten_thousand() -> None:
    assert sum(kind.count for kind in KINDS.values()) == 10_000
