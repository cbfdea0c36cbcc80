"""Web pages that somebody else made: what a reader sees of them, in order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import ReadError
from yanbao.read.foreign.exhibits import with_continuations, with_exhibits, without_running_heads
from yanbao.read.foreign.html_walk import Walk
from yanbao.read.foreign.prose import one_line
from yanbao.read.foreign.tree import ForeignDocument, ForeignPage
from yanbao.read.foreign.txt_source import bounded, data_of, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)


def read_html(file: Path) -> ForeignDocument:
    """Return the document of a web page: one page, its headings, paragraphs, lists and tables in the source's order.

    Scripts, styles, forms and hidden elements are left out; the data of charts in one of our own reports are tables.
    A table that only lays out its page is passed through. Places give the source's line and column.

    Raises:
        ReadError: there is no such file, it is empty, too big, cut to nothing, or nested too deeply to be read whole.
    """
    data = data_of(file)
    source, encoding = _source(data, file)
    root = _parse(file, source)
    walk = Walk(file.name)
    blocks = walk.blocks(root)
    titles = [one_line(element.text_content()) for element in root.iter("title")]
    blocks = with_exhibits(with_continuations(without_running_heads(blocks)))
    properties = {"encoding": encoding} | ({"title": titles[0]} if titles and titles[0] else {})
    return ForeignDocument(file, "html", (ForeignPage(1, tuple(blocks)),), tuple(walk.unread), properties)


def _source(data: bytes, file: Path) -> tuple[str, str]:
    """Return the characters of the page: a byte order mark, then what its head declares, then what fits."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].decode("ascii").lower()
        name = "gb18030" if name in ("gb2312", "gbk", "x-gbk") else name
        try:
            text = data.decode(name).replace("\0", "")
        except (UnicodeDecodeError, LookupError):
            pass  # many pages declare what they are not: what fits decides
        else:
            bounded(text, file)
            return text, name
    return text_of(data, file)


def _parse(file: Path, source: str) -> HtmlElement:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{file}: cannot be parsed ({error})\n    hint: is it a web page?") from error
    for entry in parser.error_log:
        if entry.level_name == "FATAL":  # the parser goes on and leaves out what a browser still shows
            raise ReadError(
                f"{file}:{entry.line}: {entry.message}\n    hint: elements are nested too deeply to be read whole"
            )
    return root
