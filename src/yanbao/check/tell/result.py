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
from yanbao.check.tell.wording import language_of, place, title, word
from yanbao.check.tick.reporting import finding_of, worst_first
from yanbao.check.tick.said import Language, Said, in_language
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import Ticked
from yanbao.read.foreign.prose import width

_ALIKE = 4  # relations that one wrong number breaks are listed
_REASONS = 6  # reasons for not checking that are listed
_COLUMN = 10


@dataclass(frozen=True)
class Result:
    """A ticked document with what its rules waived."""

    ticked: Ticked
    waived: tuple[Waived, ...] = ()
    asked: Language | None = None  # the language to tell it in; None: the document's own

    @cached_property
    def language(self) -> Language:
        """Return the language it is told in."""
        return self.asked or language_of(self.ticked.document)

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
            "unread": [
                {"page": part.place.page, "reason": in_language(part.reason, self.language)}
                for part in self.ticked.document.unread
            ],
        }

    def to_json(self, *, ties: bool = False) -> dict[str, Any]:
        """Return the JSON form; with `ties`, what ties stands under `"ties"` in the shape of findings."""
        document, language = self.ticked.document, self.language
        found: dict[str, Any] = {
            "document": {"file": str(document.file), "format": document.format, "pages": len(document.pages)},
            "coverage": self.coverage(),
            "findings": [_json(test, language) for test in self.breaks],
        }
        if self.waived:
            found["waived"] = [{**_json(item.test, language), "reason": item.reason} for item in self.waived]
        if ties:
            found["ties"] = [_json(test, language) for test in self.ticked.tested if test.verdict == "ties"]
        return found

    def to_text(self, *, ties: bool = False) -> str:
        """Return the text form: findings with working and diagnosis, then coverage and what stands against it."""
        language = self.language
        lines: list[str] = []
        for group in by_wrong_number(self.breaks):
            lines += _finding_lines(group, language)
        if ties:
            lines += [
                f"{_column('ties', language)}{_place(test.claimed.where, language)}  {_told('tied', test, language)}"
                for test in self.ticked.tested
                if test.verdict == "ties"
            ]
        lines += [f"{_column('waived-line', language)}{item.test.claimed.text}: {item.reason}" for item in self.waived]
        document = self.ticked.document
        for part in document.unread:
            paged = word("unread-page" if part.place.page is not None else "unread-file", language)
            told = (document.file.name, part.place.page, in_language(part.reason, language))
            values = told if part.place.page is not None else (told[0], told[2])
            lines.append(_column("unread-line", language) + paged.format(*values))
        lines.append(_summary(document.file.name, self.coverage(), len(self.breaks), language))
        lines += _open(self.ticked, language)
        return "\n".join(lines)


def _json(test: Tested, language: Language) -> dict[str, Any]:
    return {
        **finding_json(finding_of(test, language)),
        "diagnosis_code": test.diagnosis.about if isinstance(test.diagnosis, Said) else None,
        "severity": test.severity,
        "relation": test.relation,
        "basis": test.basis,
    }


def by_wrong_number(breaks: Sequence[Tested]) -> list[list[Tested]]:
    """Return the relations that break, those that one wrong number breaks together, in the order of the worst."""
    groups: dict[object, list[Tested]] = {}
    for test in breaks:
        wrong = test.blamed or test.claimed
        groups.setdefault((wrong.where, wrong.text), []).append(test)
    return list(groups.values())


def _finding_lines(group: Sequence[Tested], language: Language) -> list[str]:
    test = group[0]
    wrong = test.blamed or test.claimed
    name = " ".join(dict.fromkeys(filter(None, (wrong.subject, wrong.label, *wrong.heads))))
    lines = [f"{_column(test.severity, language)}{_place(wrong.where, language)}  {name} {wrong.text}".rstrip()]
    told = [_told("but", each, language) for each in group[:_ALIKE]]
    if len(group) > _ALIKE:
        told.append(word("more", language).format(len(group) - _ALIKE))
    if test.operands:
        operands = ", ".join(f"{figure.text} ({_place(figure.where, language)})" for figure in test.operands[:8])
        told.append(word("from-list", language).format(operands) + (" …" if len(test.operands) > 8 else ""))
    if test.diagnosis:
        told.append(in_language(test.diagnosis, language))
    return [*lines, *(" " * _COLUMN + line for line in told), ""]


def _told(key: str, test: Tested, language: Language) -> str:
    name, claim = title(test.relation, language), test.claimed.text
    return word(key, language).format(
        name, claim.strip() if key == "but" else claim, in_language(test.working, language)
    )


def _column(key: str, language: Language) -> str:
    """Return the word at the beginning of a line, filled up to the column where the line goes on."""
    text = word(key, language)
    return text + " " * max(1, _COLUMN - width(text))


def _place(where: Where, language: Language) -> str:
    return place(where, language) or where.file


def _summary(name: str, coverage: dict[str, Any], breaks: int, language: Language) -> str:
    numbers, checked = coverage["numbers"], coverage["checked"]
    if not numbers:
        return word("no-numbers", language).format(name)
    found = word("no-breaks" if not breaks else "one-break" if breaks == 1 else "breaks-count", language).format(breaks)
    told = word("summary", language).format(name, found, checked, numbers, checked / numbers)
    if coverage["cells"]:
        told += word("summary-cells", language).format(coverage["cells_checked"], coverage["cells"])
    return told


def _open(ticked: Ticked, language: Language) -> list[str]:
    reasons = Counter(in_language(unknown.reason, language) for unknown in ticked.unknown)
    skipped = Counter(in_language(test.reason, language) for test in ticked.tested if test.verdict == "skipped")
    return [
        word("not-checked", language).format(count, reason)
        for reason, count in (reasons + skipped).most_common(_REASONS)
    ]
