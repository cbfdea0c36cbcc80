"""A file that somebody else made, of whatever format, as a document."""

from __future__ import annotations

from pathlib import Path

from yanbao.read.foreign.tree import ForeignDocument


def read_foreign(file: Path) -> ForeignDocument:
    """Return the document of a file."""
    from yanbao.read.foreign.html import read_html
    from yanbao.read.foreign.txt import read_md, read_txt

    if file.suffix in (".html", ".htm"):
        return read_html(file)
    return read_md(file) if file.suffix == ".md" else read_txt(file)
