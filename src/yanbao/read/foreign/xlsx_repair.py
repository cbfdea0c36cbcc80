"""What other programs leave out of a sheet's cells, put in: addresses, and numbers that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from yanbao.read.foreign.reason import Reason
from yanbao.read.reference import address, parse_reference
from yanbao.read.stored_number import stored_number
from yanbao.read.xlsx_sheet import S

if TYPE_CHECKING:
    from lxml.etree import _Element

_PLAIN = re.compile(r"-?\d{1,17}(?:\.\d{1,20})?", re.ASCII)  # most numbers; the rest is looked at closely
_KINDS = ("b", "d", "e", "inlineStr", "n", "s", "str")


def repaired(root: _Element) -> Iterator[Reason]:
    """Complete the cells of a sheet in place and yield what was wrong with them.

    An address may be left out: the cell then stands right of the one before (ECMA-376 part 1, 18.3.1.4). A cell whose
    number is none, or of an unknown kind, becomes a text.
    """
    row = texts = 0
    for line in root.iter(f"{S}row"):
        told = line.get("r") or ""
        row = int(told) if told.isascii() and told.isdigit() and len(told) < 8 else row + 1
        last: str | None = None
        for cell in line.iterchildren(f"{S}c"):
            if not cell.get("r"):
                before = parse_reference(last or "")
                cell.set("r", address(row, 1 if before is None else before.first_column + 1))
            last = cell.get("r")
            kind = cell.get("t") or "n"
            if kind == "n":
                raw = cell.findtext(f"{S}v") or ""
                wrong = bool(raw.strip()) and _PLAIN.fullmatch(raw) is None and stored_number(raw) is None
            else:
                wrong = kind not in _KINDS
            if wrong:
                cell.set("t", "str")
                texts += 1
    if texts:
        yield Reason("odd-cells", texts)
