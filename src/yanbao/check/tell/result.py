"""The result of a check as JSON and as text for a terminal: worst first, and what was not checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from yanbao.check.findings import Where, finding_json
from yanbao.check.tell.located import Located, locate
from yanbao.check.tell.rules import Waived
from yanbao.check.tick.reporting import finding_of, worst_first
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import Ticked

_ALIKE = 4  # relations that one wrong number breaks are listed
_REASONS = 6  # reasons for not checking that are listed


@dataclass(frozen=True)
class Result:
    """A ticked document with what its rules waived."""

    ticked: Ticked
    waived: tuple[Waived, ...] = ()

    @cached_property
    def located(self) -> Located:
        """Return where the numbers stand, and what became of each."""
        return locate(self.ticked)

    @property
    def breaks(self) -> list[Tested]:
        """Return what breaks, the worst first, then in the document's order."""
        return worst_first(list(self.ticked.tested))

    def coverage(self) -> dict[str, Any]:
        """Return how many numbers were found, and how many stand in at least one tested relation."""
        numbers = self.located.numbers
        states = Counter(number.state for number in numbers)
        cells = [number for number in numbers if number.figure is not None and number.figure.table is not None]
        return {
            "numbers": len(numbers),
            "checked": len(numbers) - states["open"],
            "ties": states["tie"],
            "breaks": states["break"],
            "skipped": states["open"],
            "cells": len(cells),
            "cells_checked": sum(number.state != "open" for number in cells),
            "relations": {
                verdict: sum(test.verdict == verdict for test in self.ticked.tested)
                for verdict in ("ties", "breaks", "skipped")
            },
            "waived": len(self.waived),
            "unread": [{"page": part.place.page, "reason": part.reason} for part in self.ticked.document.unread],
        }

    def to_json(self, *, ties: bool = False) -> dict[str, Any]:
        """Return the JSON form; with `ties`, what ties stands under `"ties"` in the shape of findings."""
        document = self.ticked.document
        found: dict[str, Any] = {
            "document": {"file": str(document.file), "format": document.format, "pages": len(document.pages)},
            "coverage": self.coverage(),
            "findings": [_json(test) for test in self.breaks],
        }
        if self.waived:
            found["waived"] = [{**_json(item.test), "reason": item.reason} for item in self.waived]
        if ties:
            found["ties"] = [_json(test) for test in self.ticked.tested if test.verdict == "ties"]
        return found

    def to_text(self, *, ties: bool = False) -> str:
        """Return the text form: findings with working and diagnosis, then coverage and what stands against it."""
        lines: list[str] = []
        for group in by_wrong_number(self.breaks):
            lines += _finding_lines(group)
        if ties:
            lines += [
                f"ties      {_place(test.claimed.where)}  {test.relation}: {test.claimed.text} — {test.working}"
                for test in self.ticked.tested
                if test.verdict == "ties"
            ]
        lines += [f"waived    {item.test.claimed.text}: {item.reason}" for item in self.waived]
        coverage = self.coverage()
        document = self.ticked.document
        lines += [f"unread    {document.file.name}, page {part.place.page}: {part.reason}" for part in document.unread]
        lines.append(_summary(document.file.name, coverage, len(self.breaks)))
        lines += _open(self.ticked)
        return "\n".join(lines)


def _json(test: Tested) -> dict[str, Any]:
    return {**finding_json(finding_of(test)), "severity": test.severity, "relation": test.relation, "basis": test.basis}


def by_wrong_number(breaks: Sequence[Tested]) -> list[list[Tested]]:
    """Return the relations that break, those that one wrong number breaks together, in the order of the worst."""
    groups: dict[object, list[Tested]] = {}
    for test in breaks:
        wrong = test.blamed or test.claimed
        groups.setdefault((wrong.where, wrong.text), []).append(test)
    return list(groups.values())


def _finding_lines(group: Sequence[Tested]) -> list[str]:
    test = group[0]
    wrong = test.blamed or test.claimed
    name = " ".join(dict.fromkeys(filter(None, (wrong.subject, wrong.label, *wrong.heads))))
    lines = [f"{test.severity:<10}{_place(wrong.where)}  {name} {wrong.text}".rstrip()]
    lines += [f"          {each.relation}: {each.claimed.text.strip()}, but {each.working}" for each in group[:_ALIKE]]
    if len(group) > _ALIKE:
        lines.append(f"          and {len(group) - _ALIKE} more relations that it breaks")
    if test.operands:
        operands = ", ".join(f"{figure.text} ({_place(figure.where)})" for figure in test.operands[:8])
        lines.append(f"          from {operands}" + (" …" if len(test.operands) > 8 else ""))
    if test.diagnosis:
        lines.append(f"          {test.diagnosis}")
    return [*lines, ""]


def _place(where: Where) -> str:
    parts = [] if where.page is None else [f"page {where.page}"]
    if where.line is not None:
        parts.append(f"line {where.line}")
    return " ".join(parts) or where.file


def _summary(name: str, coverage: dict[str, Any], breaks: int) -> str:
    numbers = coverage["numbers"]
    if not numbers:
        return f"{name}: no numbers found"
    cells = f"; in tables {coverage['cells_checked']:,} of {coverage['cells']:,}" if coverage["cells"] else ""
    found = "nothing breaks" if not breaks else "1 relation breaks" if breaks == 1 else f"{breaks} relations break"
    checked = coverage["checked"]
    return f"{name}: {found}; {checked:,} of {numbers:,} numbers checked ({checked / numbers:.0%}){cells}"


def _open(ticked: Ticked) -> list[str]:
    reasons = Counter(unknown.reason for unknown in ticked.unknown)
    skipped = Counter(test.reason for test in ticked.tested if test.verdict == "skipped")
    return [f"  not checked: {count:,} × {reason}" for reason, count in (reasons + skipped).most_common(_REASONS)]
