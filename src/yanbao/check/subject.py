"""What the checks of facts look at: a document with its groups laid out once, and where its inputs are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from yanbao.check.atoms import Atom, Group, document_groups
from yanbao.check.findings import Where
from yanbao.check.inputs import Inputs
from yanbao.document.tree import Chart, Document, Page, Table
from yanbao.fact.fact import Derivation, Fact, Source

DOCUMENT = "document.json"


@dataclass(frozen=True, eq=False)
class Subject:
    """A document and the folder with a copy of the inputs it was built from."""

    document: Document
    inputs: Path

    @cached_property
    def files(self) -> Inputs:
        """Return the inputs, each file of which is read once."""
        return Inputs(self.inputs)

    @cached_property
    def groups(self) -> tuple[tuple[Page, Group], ...]:
        """Return every group of the document with its page."""
        return tuple(document_groups(self.document))

    def atoms(self) -> Iterator[tuple[Page, Group, Atom]]:
        """Yield every atom with its group and page."""
        for page, group in self.groups:
            for atom in group.atoms:
                yield page, group, atom

    def fact(self, key: str | None) -> Fact | None:
        """Return a fact by id."""
        return None if key is None else self.document.facts.get(key)

    @cached_property
    def shown_facts(self) -> frozenset[str]:
        """Return the facts that are printed or drawn somewhere, and all that those were computed from."""
        waiting = [atom.fact for _, _, atom in self.atoms() if atom.fact is not None and atom.kind != "period"]
        for exhibit in self.document.exhibits():
            if isinstance(exhibit.body, Chart):
                waiting += [point.fact for series in exhibit.body.series for point in series.points if point.fact]
            elif isinstance(exhibit.body, Table):
                waiting += [cell.fact for row in exhibit.body.rows for cell in row.cells if cell.fact]
        found: set[str] = set()
        while waiting:
            key = waiting.pop()
            fact = self.document.facts.get(key)
            if fact is not None and key not in found:
                found.add(key)
                if isinstance(fact.lineage, Derivation):
                    waiting += fact.lineage.inputs
        return frozenset(found)

    @cached_property
    def legal_pages(self) -> frozenset[int]:
        """Return the numbers of the pages with legal texts."""
        return frozenset(page.number for page in self.document.pages if page.kind == "legal")


def where(group: Group, atom: Atom | None = None) -> Where:
    """Return the place of a group or atom in the document tree."""
    return Where(DOCUMENT, group.page, None, None, None, group.text if atom is None else atom.text)


def operands(subject: Subject, fact: Fact) -> tuple[Where, ...]:
    """Return where a fact comes from: its evidence cell, or the cells and facts it is computed from."""
    if isinstance(fact.lineage, Source):
        return (source_place(fact.lineage, shown(fact)),)
    found: list[Where] = []
    for key in fact.lineage.inputs:
        other = subject.fact(key)
        if other is None:
            found.append(Where(DOCUMENT, text=key))
        elif isinstance(other.lineage, Source):
            found.append(source_place(other.lineage, shown(other)))
        else:
            found.append(Where(DOCUMENT, text=f"{key} = {shown(other)}"))
    return tuple(found)


def source_place(source: Source, text: str) -> Where:
    """Return the place of an evidence cell."""
    return Where(f"inputs/{source.file}", None, source.file_line, None, None, text)


def shown(fact: Fact) -> str:
    """Return a fact's value in words."""
    if fact.quantity is None:
        return fact.text if fact.text is not None else f"missing: {fact.missing}"
    value = fact.quantity.value
    places = fact.quantity.decimals if fact.quantity.decimals is not None else 4
    text = f"{float(value):.{places}f}" if value.denominator != 1 or places else str(value.numerator)
    return f"{text}{fact.quantity.unit.symbol}"
