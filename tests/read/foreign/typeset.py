"""PDFs for tests: pages set with typst, so that every cell and its place in the table are known beforehand."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import typst


def font_folder() -> str:
    return str(files("justmytype_intl_cjk") / "fonts/ofl/notosanssc")


@cache
def pdf(body: str, width: str = "595pt", height: str = "842pt", extra: str = "") -> bytes:
    """Return a PDF of typst markup on A4, 10 pt, margins of 60 pt."""
    head = f"""
#set page(width: {width}, height: {height}, margin: 60pt{extra})
#set text(font: ("Noto Sans SC",), size: 10pt, lang: "zh")
#set par(justify: true)
"""
    return typst.compile((head + body).encode(), font_paths=[font_folder()], ignore_system_fonts=True)


def write(folder: Path, body: str, **page: str) -> Path:
    file = folder / "set.pdf"
    file.write_bytes(pdf(body, **page))
    return file
