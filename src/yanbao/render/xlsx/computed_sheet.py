"""Computed facts that no exhibit shows, and the blocks in which formulas find scattered operands side by side."""

from __future__ import annotations

from collections.abc import Mapping

from yanbao.fact.fact import Derivation, Fact
from yanbao.render.xlsx import number_format
from yanbao.render.xlsx.exhibit_sheet import HEAD_ROW, put_top
from yanbao.render.xlsx.grid import Address, Cell, Look, Sheet, Shown, Words
from yanbao.render.xlsx.homes import Homes

_HEADS = ["subject", "metric", "value", "unit", "relation", "printed_by_origin", "origin", "fact"]
_VALUE = 2


def computed_sheet(facts: list[Fact], name: str, index: str, own: Mapping[str, str], language: str) -> Sheet:
    """Return the sheet that is the home of `facts`; those of one metric stand together."""
    sheet = Sheet(name, role="computed")
    put_top(sheet, own["computed_title"], index, own)
    _heads(sheet, HEAD_ROW, own)
    metrics = list(dict.fromkeys(fact.metric for fact in facts))
    row = HEAD_ROW
    for fact in sorted(facts, key=lambda fact: metrics.index(fact.metric)):
        row += 1
        lineage = fact.lineage
        derived = lineage if isinstance(lineage, Derivation) else None
        source = derived.printed_source if derived else None
        sheet.row(
            row,
            [
                *_names(fact),
                _home(fact),
                _unit(fact, language),
                Words((derived.relation if derived else None) or "", Look("aside")),
                Words((derived.printed if derived else None) or "", Look("body", "right")),
                Words(source.origin if source else "", Look("aside", wrap=True)),
                Words(fact.id, Look("aside")),
            ],
        )
    sheet.header_rows = (HEAD_ROW, HEAD_ROW)
    sheet.frozen = (HEAD_ROW + 1, 1)
    return sheet


def add_blocks(
    sheet: Sheet, blocks: list[tuple[str, ...]], homes: Homes, own: Mapping[str, str], language: str
) -> None:
    """Add a block for every column of scattered operands, and tell `homes` where it stands."""
    row = max(row for row, _ in sheet.cells) + 2
    if blocks:
        sheet.put(row, 0, Words(own["helper"], Look("muted", bold=True)))
    for ids in blocks:
        row += 1
        start = row
        for key in ids:
            fact = homes.facts[key]
            code = number_format.of_quantity(fact.quantity) if fact.quantity else ""
            look = Look("body", "right", code)
            value: Cell = (
                Shown(key, look, homes.block_factor(ids, key), text=_width(fact))
                if fact.quantity
                else Words(own["missing"], Look("missing", "right"), comment=fact.missing)
            )
            sheet.row(row, [*_names(fact), value, _unit(fact, language)])
            sheet.put(row, len(_HEADS) - 1, Words(key, Look("aside")))
            row += 1
        homes.blocks[ids] = tuple(Address(sheet.name, start + at, _VALUE) for at in range(len(ids)))


def _heads(sheet: Sheet, row: int, own: Mapping[str, str]) -> None:
    for at, key in enumerate(_HEADS):
        right = key in ("value", "printed_by_origin")
        sheet.put(row, at, Words(own[key], Look("head", "right" if right else "left", wrap=True)))


def _names(fact: Fact) -> list[Cell | None]:
    return [Words(fact.subject, Look("label", wrap=True)), Words(fact.metric, Look("body", wrap=True))]


def _home(fact: Fact) -> Cell:
    if fact.quantity is None:
        if fact.text is not None:
            return Shown(fact.id, Look("body", "right"), home=True, text=fact.text)
        return Words("—", Look("missing", "right"), comment=fact.missing, fact=fact.id)
    code = number_format.of_quantity(fact.quantity)
    return Shown(fact.id, Look("body", "right", code), home=True, text=_width(fact))


def _width(fact: Fact) -> str:
    assert fact.quantity is not None
    return f"{float(fact.quantity.value):,.{number_format.places(fact.quantity)}f}%"


def _unit(fact: Fact, language: str) -> Words:
    return Words(number_format.shown_unit(fact.quantity.unit, language) if fact.quantity else "", Look("body"))
