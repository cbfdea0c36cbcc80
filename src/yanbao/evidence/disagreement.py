"""Where sources disagree: printed values that their own inputs contradict."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.evidence.load import approximation, read_quantity
from yanbao.evidence.table import Evidence
from yanbao.fact.fact import Derivation, Fact, Source


@dataclass(frozen=True)
class Disagreement:
    """A computed fact and the fact of what the origin printed for it."""

    computed: Fact
    printed: Fact


def disagreements(evidence: Evidence) -> list[Disagreement]:
    """Return every computed cell whose printed value cannot be what its inputs give, in file order.

    The two disagree only if the interval of the printed value and the interval recomputed from the printed inputs
    do not meet: rounding is never a disagreement.
    """
    found: list[Disagreement] = []
    for fact in evidence.facts.values():
        lineage = fact.lineage
        if not isinstance(lineage, Derivation) or lineage.printed is None or fact.quantity is None:
            continue
        source = lineage.printed_source
        assert source is not None
        column = evidence.tables[source.dataset].columns[source.column]
        if lineage.printed in column.spec.missing:
            continue
        printed = read_quantity(lineage.printed, column.unit, column.spec)
        if printed.meets(fact.quantity):
            continue
        quoted = Fact(
            f"printed:{fact.id}",
            fact.subject,
            fact.metric,
            source,
            quantity=printed,
            period=fact.period,
            as_of=fact.as_of,
            approximation=approximation(lineage.printed, column.unit),
        )
        found.append(Disagreement(fact, quoted))
    tables = list(evidence.tables)
    return sorted(found, key=lambda item: _place(item.printed, tables))


def _place(fact: Fact, tables: list[str]) -> tuple[int, int]:
    assert isinstance(fact.lineage, Source)
    return tables.index(fact.lineage.dataset), fact.lineage.file_line
