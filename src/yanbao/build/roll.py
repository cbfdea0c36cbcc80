"""What a later day makes stale in a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from yanbao.build.places import Shown, shown
from yanbao.document.tree import Document
from yanbao.errors import BuildError
from yanbao.fact.fact import Derivation, Fact

Kind = Literal["forecast of the past", "word", "number of an earlier day", "day"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # the gravest first


@dataclass(frozen=True)
class Stale:
    """A printed thing that a later day makes stale."""

    kind: Kind
    page: int
    where: str
    text: str
    fact: str
    why: str

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "kind": self.kind,
            "page": self.page,
            "where": self.where,
            "text": self.text,
            "fact": self.fact,
            "why": self.why,
        }


def roll(document: Document, day: date) -> list[Stale]:
    """Return everything in the report that is stale on `day`, in page order.

    A forecast is stale once its period has ended: an actual figure can be had. A number of a day (a price, an index, a
    valuation: no period of its own) is stale once a later day is reported; with it the words it decided. Figures of
    past periods stay true.

    Raises:
        BuildError: `day` is not after the report's own day.
    """
    if day <= document.as_of:
        raise BuildError(f"roll to a day after the report's own, {document.as_of}; {day} is not")
    found: list[Stale] = []
    seen: set[tuple[int, str, str, str]] = set()
    for item in shown(document):
        fact = document.facts.get(item.fact)
        key = (item.page, item.block, item.fact, item.text)
        if fact is None or key in seen:
            continue
        seen.add(key)
        stale = _stale(item, fact, document, day)
        if stale is not None:
            found.append(stale)
    return found


def _stale(item: Shown, fact: Fact, document: Document, day: date) -> Stale | None:
    if item.kind == "period":
        if fact.id == "workspace.report.as_of" or fact.id.startswith("day:"):
            return Stale("day", item.page, item.context, item.text, fact.id, f"the report would be as of {day}")
        return None
    if fact.quantity is None:
        return None
    forecast = _forecast(fact, document.facts)
    if forecast is not None and forecast < day:
        why = f"an estimate for a period that ended on {forecast}"
        return Stale("forecast of the past", item.page, item.context, item.text, fact.id, why)
    if fact.period is None and fact.as_of is not None and fact.as_of < day:
        kind: Kind = "word" if item.kind == "word" else "number of an earlier day"
        return Stale(kind, item.page, item.context, item.text, fact.id, f"as of {fact.as_of}")
    return None


def _forecast(fact: Fact, facts: dict[str, Fact]) -> date | None:
    """Return the day on which the last estimate under a fact stops being one, `None` where there is none."""
    ends: list[date] = []
    pending, seen = [fact], set()
    while pending:
        current = pending.pop()
        if current.id in seen:
            continue
        seen.add(current.id)
        if current.period is not None and current.period.estimate:
            ends.append(current.period.end)
        if isinstance(current.lineage, Derivation):
            pending += [facts[identifier] for identifier in current.lineage.inputs]
    return max(ends, default=None)
