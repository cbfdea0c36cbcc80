"""Files of every format made with other libraries or by hand, and seeded damage done to them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NAMES = (
    W
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    + ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def paragraph(text: str, style: str = "") -> str:
    """Return a Word paragraph with one run."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def word_cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def word_table(rows: list[list[str]]) -> str:
    """Return a Word table; a cell is its text, or the XML of the whole cell."""
    body = "".join(
        "<w:tr>" + "".join(cell if cell.startswith("<w:tc>") else word_cell(cell) for cell in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl>{body}</w:tbl>"


def docx(file: Path, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """Write a Word file with a body; `parts` are (kind of relation, XML) by name under word/."""
    others = dict(parts or {})
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="x"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:name w:val="caption"/></w:style>'
    )
    others.setdefault("styles.xml", f"<w:styles {W}>{styles}</w:styles>")
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{name.partition(".")[0].rstrip("0123456789")}" Target="{name}"/>'
        for number, name in enumerate(others)
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}": text for name, text in others.items()},
    }
    return zipped(file, members)


def zipped(file: Path, members: Mapping[str, str | bytes]) -> Path:
    """Write a zip archive of members."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return bytes with one to four seeded injuries: bits, holes, doubled and foreign stretches, a cut end."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        if not found:
            break
        at, size = chance.randrange(len(found)), chance.choice((1, 1, 2, 4, 16, 64, 512))
        match chance.randrange(7):
            case 0:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                del found[at : at + size]
            case 2:
                found[at:at] = found[at : at + size] * chance.randint(1, 3)
            case 3:
                found[at:at] = chance.randbytes(size)
            case 4:
                found[at : at + size] = chance.choice((b"\0", b"<", b'"', b"\t", b"|", b"9", b"&", b"-")) * size
            case 5:
                del found[at:]
            case _:
                other = chance.randrange(len(found))
                found[at : at + size], found[other : other + size] = (
                    found[other : other + size],
                    found[at : at + size],
                )
    return bytes(found)


def damaged_package(data: bytes, chance: random.Random) -> bytes:
    """Return a zip package with one part damaged inside, so that the zip itself stays whole; else damaged bytes."""
    if chance.random() < 0.2:
        return damaged(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    texts = [name for name in members if name.endswith((".xml", ".rels"))]
    name = chance.choice(texts)
    if chance.random() < 0.1:
        del members[name]
    else:
        members[name] = _edited(members[name], chance) if chance.random() < 0.8 else damaged(members[name], chance)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as package:
        for key, content in members.items():
            package.writestr(key, content)
    return held.getvalue()


_VALUES = (b"0", b"-1", b"99999999999", b"1e999999999", b"", b"NaN", b"\xe4\xb8\x87", b"../../x", b"A1048577", b"true")


def _edited(data: bytes, chance: random.Random) -> bytes:
    """Return an XML text that stays well-formed more often than not: values, whole tags and words are exchanged."""
    import re

    kind = chance.randrange(4)
    if kind == 0:
        spots = [match.span(1) for match in re.finditer(rb'="([^"<>]*)"', data)]
    elif kind == 1:
        spots = [match.span(1) for match in re.finditer(rb">([^<>]+)<", data)]
    else:
        spots = [match.span(0) for match in re.finditer(rb"<[^<>!?]+/>", data)]
    if not spots:
        return damaged(data, chance)
    begin, end = chance.choice(spots)
    if kind < 2:
        return data[:begin] + chance.choice(_VALUES) + data[end:]
    repeats = 0 if kind == 2 else chance.choice((2, 3, 50))
    return data[:begin] + data[begin:end] * repeats + data[end:]


Damage = Callable[[bytes, random.Random], bytes]
