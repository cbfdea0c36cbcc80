"""A sound document, its inputs and its four files, made once for all tests of the proof."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sound

from yanbao.document.tree import Document

FORMATS = ("html", "pptx", "pdf", "xlsx")


@dataclass(frozen=True)
class Built:
    """A document, the folder of its inputs, and its files by format."""

    document: Document
    inputs: Path
    files: dict[str, Path]


def render(document: Document, file: Path) -> Path:
    """Write a document in the format of the file's suffix."""
    from yanbao.document.theme import Theme
    from yanbao.render.html.file import render_html
    from yanbao.render.pdf.writer import render_pdf
    from yanbao.render.pptx import render_pptx
    from yanbao.render.xlsx.workbook import render_xlsx

    renderers = {"html": render_html, "pptx": render_pptx, "pdf": render_pdf, "xlsx": render_xlsx}
    renderers[file.suffix[1:]](document, Theme(), file)
    return file


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    document = sound.document()
    inputs = sound.write_inputs(document, folder / "inputs")
    return Built(document, inputs, {name: render(document, folder / f"report.{name}") for name in FORMATS})
