"""What changed between two builds, and why."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from yanbao.build.places import Shown, shown
from yanbao.build.trace import describe, place
from yanbao.document.tree import Chart, Document, Exhibit, Table, Timeline, plain
from yanbao.fact.fact import Derivation, Fact

Kind = Literal["number", "word", "sentence", "chart", "table", "page"]


@dataclass(frozen=True)
class Change:
    """One change: what it was, what it is, where, and the inputs that made it."""

    kind: Kind
    page: int
    where: str
    old: str
    new: str
    because: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return the change as plain data."""
        return {
            "kind": self.kind,
            "page": self.page,
            "where": self.where,
            "old": self.old,
            "new": self.new,
            "because": list(self.because),
        }


def difference(old: Document, new: Document) -> list[Change]:
    """Return the changes from one build's document to another's, in the new one's order.

    Numbers and bound words are matched by page order and fact, sentences by their text, charts by the exhibit's id.
    `because` names the sourced facts under a changed number whose value changed, or says that its formula changed.
    """
    return [*_facts(old, new), *_sentences(old, new), *_exhibits(old, new)]


def reasons(identifier: str, old: dict[str, Fact], new: dict[str, Fact]) -> tuple[str, ...]:
    """Return why a fact has another value: changed sources under it, or a changed formula."""
    found: dict[str, None] = {}
    pending, seen = [identifier], set()
    while pending:
        current = pending.pop(0)
        if current in seen:
            continue
        seen.add(current)
        before, after = old.get(current), new.get(current)
        if after is None:
            continue
        if before is None:
            found[f"{current} is new: {describe(after)}"] = None
            continue
        if isinstance(after.lineage, Derivation):
            if isinstance(before.lineage, Derivation) and before.lineage.formula != after.lineage.formula:
                found[f"{current}: formula {before.lineage.formula} -> {after.lineage.formula}"] = None
            pending += after.lineage.inputs
        elif _value(before) != _value(after):
            found[f"{current}: {describe(before)} -> {describe(after)} ({place(after.lineage)})"] = None
    return tuple(found)


def _value(fact: Fact) -> tuple[object, ...]:
    return fact.quantity, fact.text, fact.missing


def _facts(old: Document, new: Document) -> Iterator[Change]:
    before: dict[tuple[str, str, str], list[Shown]] = {}
    for item in shown(old):
        before.setdefault((item.block, item.fact, item.kind), []).append(item)
    for item in shown(new):
        if item.kind not in ("number", "word", "quote"):
            continue
        earlier = before.get((item.block, item.fact, item.kind))
        if not earlier:
            continue
        was = earlier.pop(0)
        if was.text != item.text:
            kind: Kind = "word" if item.kind == "word" else "number"
            because = reasons(item.fact, old.facts, new.facts)
            yield Change(kind, item.page, item.context, was.text, item.text, because)


def _sentences(old: Document, new: Document) -> Iterator[Change]:
    def skeleton(document: Document) -> list[tuple[str, str, int]]:
        """Paragraphs with their numbers and words left out: what the author wrote."""
        found: list[tuple[str, str, int]] = []
        for page in document.pages:
            texts = [(page.title, page.number), *((part.text, page.number) for part in page.paragraphs())]
            for text, number in texts:
                key = "".join("▮" if span.kind in ("number", "word", "quote") else span.text for span in text)
                found.append((key, plain(text), number))
        return found

    first, second = skeleton(old), skeleton(new)
    matcher = difflib.SequenceMatcher(None, [key for key, _, _ in first], [key for key, _, _ in second], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        removed, added = first[a:b], second[c:d]
        for index in range(max(len(removed), len(added))):
            was = removed[index][1] if index < len(removed) else ""
            now = added[index][1] if index < len(added) else ""
            page = added[index][2] if index < len(added) else removed[index][2]
            yield Change("sentence", page, "", was, now)


def _exhibits(old: Document, new: Document) -> Iterator[Change]:
    before = {exhibit.id: exhibit for exhibit in old.exhibits()}
    pages = {exhibit.id: page.number for page in new.pages for exhibit in page.exhibits()}
    for exhibit in new.exhibits():
        name = plain(exhibit.label) + " " + plain(exhibit.title)
        was = before.pop(exhibit.id, None)
        kind: Kind = "chart" if isinstance(exhibit.body, Chart) else "table"
        if was is None:
            yield Change(kind, pages[exhibit.id], name, "", "new exhibit")
        else:
            yield from _bodies(was, exhibit, kind, pages[exhibit.id], name, old, new)
    for exhibit in before.values():
        yield Change("chart" if isinstance(exhibit.body, Chart) else "table", 0, plain(exhibit.title), "dropped", "")


def _bodies(
    was: Exhibit, now: Exhibit, kind: Kind, page: int, name: str, old: Document, new: Document
) -> Iterator[Change]:
    if isinstance(was.body, Chart) and isinstance(now.body, Chart):
        if was.body.kind != now.body.kind:
            yield Change(kind, page, name, was.body.kind, now.body.kind)
        earlier = {series.id: series for series in was.body.series}
        names = [plain(category.text) for category in now.body.categories]
        old_names = [plain(category.text) for category in was.body.categories]
        for series in now.body.series:
            before = earlier.get(series.id)
            if before is None:
                yield Change(kind, page, f"{name}: {plain(series.name)}", "", "new series")
                continue
            values = dict(zip(old_names, before.points, strict=True))
            for category, point in zip(names, series.points, strict=True):
                earlier_point = values.get(category)
                where = f"{name}: {plain(series.name)}, {category}"
                if earlier_point is None:
                    yield Change(kind, page, where, "", point.text or str(point.value))
                elif earlier_point.value != point.value:
                    because = reasons(point.fact, old.facts, new.facts) if point.fact else ()
                    yield Change(kind, page, where, earlier_point.text, point.text, because)
    elif type(was.body) is not type(now.body):
        yield Change(kind, page, name, type(was.body).__name__, type(now.body).__name__)
    elif isinstance(now.body, Table) and isinstance(was.body, Table):
        if len(was.body.rows) != len(now.body.rows):
            yield Change(kind, page, name, f"{len(was.body.rows)} rows", f"{len(now.body.rows)} rows")
    elif isinstance(now.body, Timeline) and isinstance(was.body, Timeline) and was.body != now.body:
        yield Change(kind, page, name, f"{len(was.body.events)} events", f"{len(now.body.events)} events")
