"""From a number or a text in a report back to the cells it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from yanbao.build.places import Shown, shown
from yanbao.document.tree import Document
from yanbao.errors import BuildError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity import Quantity, format_quantity

MAX_DEPTH = 12


@dataclass(frozen=True)
class Node:
    """A fact in a lineage: its value, how it came about, and the facts it was computed from."""

    fact: Fact
    value: str
    inputs: tuple[Node, ...]

    def to_json(self) -> dict[str, object]:
        """Return the node and all below it as plain data."""
        lineage = self.fact.lineage
        record: dict[str, object] = {
            "id": self.fact.id,
            "subject": self.fact.subject,
            "metric": self.fact.metric,
            "value": self.value,
        }
        if isinstance(lineage, Derivation):
            record["formula"] = lineage.formula
            if lineage.relation:
                record["relation"] = lineage.relation
            if lineage.printed is not None:
                record["printed"] = lineage.printed
            record["inputs"] = [node.to_json() for node in self.inputs]
        else:
            record["origin"] = place(lineage)
        return record


@dataclass(frozen=True)
class Trace:
    """A fact that a query found, where the report shows it, and its lineage."""

    places: tuple[Shown, ...]
    root: Node


def trace(document: Document, query: str) -> list[Trace]:
    """Return the lineage of every fact that the report prints as `query`, or whose id or words hold it.

    A number is found by its printed text ("5275亿元", "5275", "18"), with or without its unit; if none is printed so,
    by a fact's id, then by the words of its subject, its metric or its text.

    Raises:
        BuildError: the report shows nothing of the kind.
    """
    facts = document.facts
    return [Trace(places, node(facts[identifier], facts)) for identifier, places in find(document, query).items()]


def find(document: Document, query: str) -> dict[str, tuple[Shown, ...]]:
    """Return the ids of the facts that `trace` would trace, each with where the report shows it.

    Raises:
        BuildError: the report shows nothing of the kind.
    """
    wanted = "".join(query.split())
    if not wanted:
        raise BuildError("trace what? give a number as printed, a fact's id or a word")
    everything = list(shown(document))
    facts = document.facts
    found = [item for item in everything if item.fact in facts and _bare(item, facts) == wanted]
    found = found or [item for item in everything if item.text and "".join(item.text.split()) == wanted]
    identifiers = list(dict.fromkeys(item.fact for item in found if item.fact in facts))
    if not identifiers:
        identifiers = [query] if query in facts else []
    if not identifiers:
        identifiers = [fact.id for fact in facts.values() if wanted in "".join(_words(fact).split())]
    if not identifiers:
        raise BuildError(f"the report shows no {query!r}; give a number as printed, a fact's id or a word of its label")
    places: dict[str, list[Shown]] = {identifier: [] for identifier in identifiers}
    for item in everything:
        if item.fact in places:
            places[item.fact].append(item)
    return {identifier: tuple(found) for identifier, found in places.items()}


def _bare(item: Shown, facts: dict[str, Fact]) -> str:
    """Return a printed number without its unit and its separators."""
    quantity = facts[item.fact].quantity
    text = "".join(item.text.split()).replace(",", "")
    if quantity is None:
        return text
    kept = [character for character in text if character.isdigit() or character in "+-."]
    return "".join(kept)


def _words(fact: Fact) -> str:
    return " ".join((fact.id, fact.subject, fact.metric, fact.text or ""))


def node(fact: Fact, facts: dict[str, Fact], depth: int = 0) -> Node:
    """Return the lineage of a fact, down to its sources."""
    inputs: tuple[Node, ...] = ()
    if isinstance(fact.lineage, Derivation) and depth < MAX_DEPTH:
        inputs = tuple(node(facts[identifier], facts, depth + 1) for identifier in fact.lineage.inputs)
    return Node(fact, describe(fact), inputs)


def describe(fact: Fact) -> str:
    """Return a fact's value as text: at its printed precision, computed ones to four decimals at most."""
    if fact.quantity is not None:
        return number(fact.quantity)
    return fact.text if fact.text is not None else f"({fact.missing})"


def number(quantity: Quantity) -> str:
    """Return a quantity as text."""
    if quantity.decimals is not None:
        return format_quantity(quantity, decimals=quantity.decimals)
    places = next((count for count in range(5) if (quantity.value * 10**count).denominator == 1), 4)
    return format_quantity(quantity, decimals=places)


def place(source: Source) -> str:
    """Return where a sourced fact stands, in words."""
    where = f"{source.file}:{source.file_line}"
    if source.column:
        where += f" {source.column}"
    if source.origin and source.origin != source.file:
        where += f" | {source.origin}"
    if source.origin_line is not None:
        where += f", line {source.origin_line}"
    if source.as_of is not None:
        where += f" | as of {source.as_of}"
    return where
