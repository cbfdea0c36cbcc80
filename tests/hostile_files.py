"""Documents that somebody damaged or wrote to do harm: seeded, so that each can be made again from its number.

`injured` takes a sound file; what comes out is cut, flipped, swapped, or says what no report says: numbers of 400
digits, a thousand brackets, tables in tables, formulas, markup. Packages and PDFs are changed inside, so that a reader
gets beyond their covers.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable

from foreign_files import damaged, damaged_package

Injury = Callable[[str, random.Random], str]
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
_HUGE = (
    "9" * 400, "1e999", "-1e-999", "0." + "0" * 350 + "1", "1" + ",000" * 90, "99999999999999999999999999亿元",
    "0", "-0", "0%", "100.00%", "(0.00)", "-", "—", "NaN", "inf", "1/0", "0x1F", "１２３．４", "٣٤٥", "²³", "½", "Ⅷ",
    "一二三四五六七八九十百千万亿", "万亿亿万", "2099年", "0001年13月45日", "9999Q9", "5.3%至", "~", "1-2-3-4-5",
    "1:2:3:4:5:6", "3.14.15.92", "1.2.3", "+", "++5%", "增长-200%", "下降100%", "−100%", "10,00,0", "1,2,3,4,5,6,7,8,9",
    "0.1pp", "1e5倍", "1/3/5", "=1+1", "=cmd|' /C calc'!A0", "<script>1</script>", "&#0;", "&amp;#49;",
    "\u202e12.5%", "\ufeff7", "1\u00a0000", "$" * 50, "%" * 50, "第" * 30, "元" * 60,
)  # fmt: skip


def huge(text: str, chance: random.Random) -> str:
    """Put numbers that no report prints in the places of some."""
    spots = [found.span() for found in _NUMBER.finditer(text)]
    chosen = sorted(chance.sample(spots, min(len(spots), chance.choice((1, 2, 5, 40)))), reverse=True)
    for begin, end in chosen:
        text = text[:begin] + chance.choice(_HUGE) + text[end:]
    return text


def digits(text: str, chance: random.Random) -> str:
    """Exchange digits everywhere: what tied breaks, and slips are looked for in all of it."""
    share = chance.choice((0.02, 0.2, 1.0))
    return "".join(
        chance.choice("0123456789") if char in "0123456789" and chance.random() < share else char for char in text
    )


def swapped(text: str, chance: random.Random) -> str:
    """Exchange lines, or the cells of lines."""
    lines = text.split("\n")
    mark = chance.choice(("\n", "\t", "|"))
    if mark == "\n":
        chance.shuffle(lines)
        return "\n".join(lines)
    for at in chance.sample(range(len(lines)), min(len(lines), 10)):
        parts = lines[at].split(mark)
        chance.shuffle(parts)
        lines[at] = mark.join(parts)
    return "\n".join(lines)


def repeated(text: str, chance: random.Random) -> str:
    """Say a line, a number or a word many times."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            lines[at:at] = [lines[at]] * chance.choice((3, 60, 300))
        case 1:
            lines[at] = lines[at] * chance.choice((3, 40))
        case 2:
            lines[at] += "、".join(f"{chance.randrange(1000) / 10}%" for _ in range(chance.choice((20, 300))))
        case _:
            lines[at] += "\t" + "\t".join(str(chance.randrange(10**6)) for _ in range(chance.choice((20, 250))))
    return "\n".join(lines)


def nested(text: str, chance: random.Random) -> str:
    """Open what is never closed, many levels deep."""
    opened = chance.choice(
        (
            "(",
            "（",
            "[",
            "<div>",
            "<table><tr><td>",
            "> ",
            "**",
            "*",
            "`",
            "$",
            "- ",
            "#",
            "{",
            "\\",
            '"',
            "&",
            "|",
            "<!--",
            "![",
            "分别",
        )
    )
    at = chance.randrange(len(text) + 1)
    return text[:at] + opened * chance.choice((3, 100, 3000)) + text[at:]


def cut(text: str, chance: random.Random) -> str:
    """Leave out a stretch, or all line ends of one."""
    begin = chance.randrange(len(text) + 1)
    end = min(len(text), begin + chance.choice((1, 10, 400)))
    kept = text[begin:end].replace("\n", "") if chance.random() < 0.5 else ""
    return text[:begin] + kept + text[end:]


INJURIES: tuple[Injury, ...] = (huge, huge, digits, digits, swapped, repeated, nested, cut)


def injured_text(data: bytes, chance: random.Random) -> bytes:
    """Return a text with one to three injuries, or with damaged bytes, sometimes in another code."""
    if chance.random() < 0.25:
        return damaged(data, chance)
    text = data.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(INJURIES)(text, chance)
    code = chance.choice(("utf-8",) * 6 + ("gbk", "utf-16", "utf-8-sig", "latin-1"))
    return text.encode(code, "replace")


_SHOWN = re.compile(r">([^<>]+)<")


def injured_package(data: bytes, chance: random.Random) -> bytes:
    """Return a package whose texts are injured, whose parts are exchanged or nested, or whose bytes are damaged."""
    kind = chance.random()
    if kind < 0.35:
        return damaged_package(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    texts = [name for name in members if name.endswith(".xml") and "theme" not in name and "styles" not in name]
    name = chance.choice(texts)
    if kind < 0.45:
        other = chance.choice(texts)
        members[name], members[other] = members[other], members[name]
    elif kind < 0.55:
        xml = members[name].decode("utf-8", "replace")
        tags = [found.span() for found in re.finditer(r"<(?:w:p|w:tbl|a:p|row|c|p:sp|si)\b[^<>]*>", xml)]
        if tags:
            begin, end = chance.choice(tags)
            members[name] = (xml[:begin] + xml[begin:end] * chance.choice((2, 50, 2000)) + xml[end:]).encode()
    else:
        injure = chance.choice((huge, digits, digits))

        def change(found: re.Match[str]) -> str:
            inside = injure(found[1], chance) if chance.random() < 0.5 else found[1]
            return ">" + re.sub(r"[<>&\x00-\x1f]|[\ud800-\udfff]", "", inside) + "<"

        members = {
            each: _SHOWN.sub(change, content.decode("utf-8", "replace")).encode() if each in texts else content
            for each, content in members.items()
        }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as package:
        for key, content in members.items():
            package.writestr(key, content)
    return held.getvalue()


_STRING = re.compile(rb"\(([^()]*)\) Tj")


def injured_pdf(data: bytes, chance: random.Random) -> bytes:
    """Return a PDF with damaged bytes, or, where its content is not packed, with injured texts and places."""
    if chance.random() < 0.4 or not _STRING.search(data):
        return damaged(data, chance)
    injure = chance.choice((huge, digits, digits, cut))

    def change(found: re.Match[bytes]) -> bytes:
        if chance.random() < 0.6:
            return found[0]
        inside = injure(found[1].decode("latin-1") or " ", chance)
        return b"(" + re.sub(r"[()\\]", "", inside).encode("latin-1", "replace") + b") Tj"

    changed = _STRING.sub(change, data)
    if chance.random() < 0.3:
        places = [found.span() for found in re.finditer(rb"[\d.]+(?= Td)", changed)]
        begin, end = chance.choice(places)
        changed = changed[:begin] + chance.choice((b"0", b"-5", b"1e9", b"99999999", b"3.5")) + changed[end:]
    return changed


def plain_pdf(rows: list[list[str]]) -> bytes:
    """Return a PDF of a page with rows of cells and a sentence, its content not packed."""
    shown = [
        f"BT /F1 9 Tf {60 + 110 * column} {700 - 16 * row} Td ({text}) Tj ET"
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
    ]
    content = "\n".join(shown).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj" % number + each + b"endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)
