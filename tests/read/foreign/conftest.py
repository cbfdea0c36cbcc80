"""Files that the tests of foreign readers share."""

from __future__ import annotations

from pathlib import Path

import pytest

import sample
from yanbao.document.theme import Theme
from yanbao.render.html import render_html
from yanbao.render.pptx import render_pptx
from yanbao.render.xlsx import render_xlsx


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of our own reports as report.html, report.pptx and report.xlsx."""
    folder = tmp_path_factory.mktemp("own")
    document, theme = sample.document(), Theme()
    render_html(document, theme, folder / "report.html")
    render_pptx(document, theme, folder / "report.pptx")
    render_xlsx(document, theme, folder / "report.xlsx")
    return folder
