"""Labelled relations: which of them does the check find, and does it judge them as the labels do?"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from benchmarks.check_quality.samples import Sample
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import Ticked
from yanbao.read.foreign.tree import Prose

_BLANKS = re.compile(r"\s+")
_NEAR = 120  # characters of a sentence on each side of a claim that are compared with a label's quote
_SHARED = 0.5  # share of a quote's pairs of characters that the place of a claim must hold


@dataclass(frozen=True)
class Label:
    """A relation that somebody found by hand, with the value that is claimed."""

    file: str
    kind: str
    holds: bool
    claimed: float
    quote: str
    sure: bool


@dataclass
class Outcome:
    """What became of the labels of a kind."""

    right: int = 0  # ties where it holds, breaks where it does not
    wrong: int = 0  # the other way round
    unchecked: int = 0
    details: list[tuple[Label, str]] = field(default_factory=list)


def read_labels(shared: Path) -> list[Label]:
    """Return the labels of the collection."""
    lines = (shared / "samples" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Label(row["file"], row["kind"], row["holds"], float(row["claimed"]), row["quote"], bool(row["sure"]))
        for row in rows
    ]


def judge(labels: list[Label], found: dict[str, Sample]) -> dict[tuple[str, bool], Outcome]:
    """Return for each kind of label, and whether it holds, how the check judged the relations with that claim."""
    outcomes: dict[tuple[str, bool], Outcome] = {}
    places: dict[str, _Places] = {}
    for label in labels:
        outcome = outcomes.setdefault((label.kind, label.holds), Outcome())
        if label.file not in places:
            places[label.file] = _Places(found[label.file].ticked)
        verdicts = Counter(test.verdict for test in places[label.file].tests_of(label))
        ties, breaks = verdicts["ties"], verdicts["breaks"]
        if not ties and not breaks:
            outcome.unchecked += 1
            outcome.details.append((label, "unchecked"))
        elif (breaks > 0) != label.holds:
            outcome.right += 1
        else:
            outcome.wrong += 1
            outcome.details.append((label, "ties" if ties else "breaks"))
    return outcomes


class _Places:
    """The tested relations of a document by the words around their claims."""

    def __init__(self, ticked: Ticked) -> None:
        self._tables = list(ticked.document.tables())
        # flattened text has one line for everything: a prose is told by the characters it begins at
        self._lines: dict[tuple[int | None, int | None], list[tuple[int, int, Prose]]] = {}
        for prose in ticked.document.prose():
            for start, line in zip(prose.starts, prose.lines, strict=True):
                key = (line.place.page, line.place.line)
                self._lines.setdefault(key, []).append((line.place.start or 0, start, prose))
        self._tests = [
            (test, figure, _pairs(self._around(figure)))
            for test in ticked.tested
            if test.verdict != "skipped"
            for figure in (test.claimed, test.blamed or test.claimed)
        ]

    def tests_of(self, label: Label) -> list[Tested]:
        wanted = Fraction(str(label.claimed))
        quote = _pairs(label.quote)
        return [
            test
            for test, figure, around in self._tests
            if _same(figure, wanted) and quote and sum((quote & around).values()) >= _SHARED * sum(quote.values())
        ]

    def _around(self, figure: Figure) -> str:
        if figure.table is not None and figure.row is not None:
            return "".join(cell.text for cell in self._tables[figure.table].rows[figure.row] if cell is not None)
        where = figure.where
        for begin, start, prose in self._lines.get((where.page, where.line), ()):
            at = start + (where.start or 0) - begin
            if prose.text.startswith(where.text, max(0, at)):
                return prose.text[max(0, at - _NEAR) : at + _NEAR]
        return where.text


def _same(figure: Figure, wanted: Fraction) -> bool:
    value = abs(figure.quantity.value)
    return any(abs(wanted) == value * scale for scale in (1, 100, Fraction(1, 100)))


def _pairs(text: str) -> Counter[str]:
    packed = _BLANKS.sub("", text)
    return Counter(packed[at : at + 2] for at in range(len(packed) - 1))
