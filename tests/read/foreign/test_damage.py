"""What these stop: a damaged file that ends the program, hangs it, or is read without a word where nothing is left.

Real bytes are damaged with a seed; each result is either a document or a ReadError with its file and a hint.
"""

from __future__ import annotations

import random
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import foreign_files as files
from shared_data import shared
from yanbao.errors import ReadError
from yanbao.read.foreign.reading import read_foreign
from yanbao.read.foreign.tree import Prose

HANG = 60  # seconds: no damaged file of these takes one

FAST, LONG = 200, 2_000


@contextmanager
def watched(what: str) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"{what}: hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


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


SOURCES: dict[str, tuple[Callable[[Path, Path], bytes], files.Damage]] = {
    "txt": (txt, files.damaged),
    "md": (md, files.damaged),
    "jsonl": (jsonl, files.damaged),
    "html": (html, files.damaged),
    "docx": (docx, files.damaged_package),
    "pptx": (pptx, files.damaged_package),
    "xlsx": (xlsx, files.damaged_package),
}


def damage_and_read(name: str, tmp_path: Path, own: Path, count: int) -> None:
    make, damage = SOURCES[name]
    data = make(tmp_path, own)
    file = tmp_path / f"damaged.{name}"
    read = 0
    refused: list[tuple[int, str]] = []
    for seed in range(count):
        file.write_bytes(damage(data, random.Random(zlib.crc32(f"{name} {seed}".encode()))))
        with watched(f"{name}, seed {seed}"):
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
    assert read > count // 10, "nearly all damaged files were refused: the damage is too coarse to test reading"


@pytest.mark.parametrize("name", SOURCES)
def test_damaged_files_are_read_or_refused(name: str, tmp_path: Path, own: Path) -> None:
    damage_and_read(name, tmp_path, own, FAST)


@pytest.mark.slow
@pytest.mark.parametrize("name", SOURCES)
def test_many_damaged_files_are_read_or_refused(name: str, tmp_path: Path, own: Path) -> None:
    damage_and_read(name, tmp_path, own, LONG)
