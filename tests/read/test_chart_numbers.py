"""Numbers of charts that would fill the memory, or are none, are refused before they are computed with."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import Chart
from yanbao.errors import ReadError
from yanbao.read.html import read_html
from yanbao.read.pptx import read_pptx
from yanbao.read.stored_number import stored_number
from yanbao.render.html import render_html
from yanbao.render.pptx import render_pptx

OVERSIZED = ("1e999999999", "1E+401", "-1e-999999999", "9" * 401, "1/3", "NaN", "inf", "0x10", "１２", "1_000", "²")


@pytest.mark.parametrize("text", [*OVERSIZED, "", " ", "e5", "1e", "--1"])
def test_what_is_no_number_a_file_may_store(text: str) -> None:
    assert stored_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("5275", 5275), (" -1.5 ", Fraction(-3, 2)), ("1.5E3", 1500), (".5", Fraction(1, 2)), ("5.", 5)]
)
def test_a_stored_number_is_exact(text: str, value: Fraction) -> None:
    assert stored_number(text) == value


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck and a page file with the charts of the sample."""
    folder = tmp_path_factory.mktemp("charts")
    document = sample.document()
    page = next(
        page
        for page in document.pages
        if any(isinstance(each.body, Chart) and each.body.kind != "scatter" for each in page.exhibits())
    )
    small = replace(document, pages=(page,))
    render_pptx(small, Theme(), folder / "report.pptx")
    render_html(small, Theme(), folder / "report.html")
    return folder


def repacked(deck: Path, to: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(deck) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        changed = 0
        for name in old.namelist():
            data = change(name, old.read(name))
            changed += data != old.read(name)
            new.writestr(name, data)
    assert changed, "nothing was planted"
    return to


def in_chart(pattern: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    return lambda name, data: re.sub(pattern, new, data, count=1) if "charts/chart" in name else data


@pytest.mark.parametrize("text", OVERSIZED)
@pytest.mark.parametrize(
    "place",
    [
        (rb"(<c:val>.*?<c:v>)[^<]*(</c:v>)", "point"),
        (rb'(<c:max val=")[^"]*(")', "axis"),
        (rb'(<c:majorUnit val=")[^"]*(")', "step"),
    ],
    ids=lambda place: place[1],
)
def test_a_chart_part_of_a_deck(files: Path, tmp_path: Path, place: tuple[bytes, str], text: str) -> None:
    planted = in_chart(place[0], rb"\g<1>" + text.encode() + rb"\g<2>")
    deck = repacked(files / "report.pptx", tmp_path / "report.pptx", planted)
    with pytest.raises(ReadError, match="is no number") as caught:
        read_pptx(deck)
    assert "hint" in str(caught.value)
    assert "charts/chart" in str(caught.value)


@pytest.mark.parametrize("index", ["9" * 5000, "²", "-1", "1e9"])
def test_an_index_of_a_label(files: Path, tmp_path: Path, index: str) -> None:
    planted = in_chart(rb'(<c:dLbl><c:idx val=")[^"]*(")', rb"\g<1>" + index.encode() + rb"\g<2>")
    with pytest.raises(ReadError, match="at index"):
        read_pptx(repacked(files / "report.pptx", tmp_path / "report.pptx", planted))


def test_a_workbook_behind_a_chart(files: Path, tmp_path: Path) -> None:
    def planted(name: str, data: bytes) -> bytes:
        if not name.endswith(".xlsx"):
            return data
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
            for part in old.namelist():
                content = old.read(part)
                if part.endswith("sheet1.xml"):
                    content, count = re.subn(rb"(<c r=\"B2\"[^>]*><v>)[^<]*", rb"\g<1>1e999999999", content)
                    assert count == 1
                new.writestr(part, content)
        return buffer.getvalue()

    with pytest.raises(ReadError, match="is no number"):
        read_pptx(repacked(files / "report.pptx", tmp_path / "report.pptx", planted))


@pytest.mark.parametrize("text", ["1e999999999", "1.5e-999999999"])
def test_a_chart_of_a_page_file(files: Path, tmp_path: Path, text: str) -> None:
    source = (files / "report.html").read_text("utf-8")
    changed, count = re.subn(r'("value": ?)-?\d+(?:\.\d+)?(?=[,}])', rf"\g<1>{text}", source, count=1)
    assert count == 1
    path = tmp_path / "report.html"
    path.write_text(changed, "utf-8")
    with pytest.raises(ReadError, match="is no number"):
        read_html(path)
