"""Findings of a check as frozen records, their JSON form and their text form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from yanbao.check.codes import CODES
from yanbao.read.contents import Place

Verdict = Literal["ties", "breaks", "skipped"]


@dataclass(frozen=True)
class Claim:
    """What is claimed: the text as it stands, and the number in it with its unit where it is one."""

    text: str
    value: Fraction | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Recomputed:
    """What it should be: the bounds of the right value (`None`: unbounded, or no number) and its text."""

    text: str
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True)
class Where:
    """A place and the text that stands there; `start` and `end` count characters of that line."""

    file: str
    page: int | None = None
    line: int | None = None
    start: int | None = None
    end: int | None = None
    text: str = ""

    @staticmethod
    def at(place: Place, text: str) -> Where:
        """Return the place a reader reports, with the text that stands there."""
        return Where(place.file, place.page, place.line, place.start, place.end, text)

    def __str__(self) -> str:
        """Return `file, page 3, line 7`."""
        page = "" if self.page is None else f", page {self.page}"
        return f"{self.file}{page}" + ("" if self.line is None else f", line {self.line}")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: `claimed` stands at `where`, and it should be `recomputed`."""

    code: str
    claimed: Claim
    where: tuple[Where, ...]
    explanation: str
    recomputed: Recomputed | None = None
    operands: tuple[Where, ...] = ()
    diagnosis: str | None = None
    verdict: Verdict = "breaks"

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code!r} is no code of a check")

    @property
    def severity(self) -> str:
        """Return how bad a finding of this code is."""
        return CODES[self.code].severity


@dataclass
class FileCount:
    """How many numbers of a file the independent tokenizer found, and what accounts for them."""

    numbers: int = 0
    sourced: int = 0
    computed: int = 0
    literal: int = 0
    structure: int = 0
    breaks: int = 0
    names: int = 0  # digits inside Latin names: no numbers, counted apart
    points: int = 0  # values in the data of charts, compared besides the texts

    @property
    def proved(self) -> int:
        """Return how many numbers are accounted for."""
        return self.sourced + self.computed + self.literal + self.structure


@dataclass(frozen=True)
class Proof:
    """The result of a proof: `ok` where nothing breaks and every number of every file is accounted for."""

    document: dict[str, Any]
    findings: tuple[Finding, ...]
    files: dict[str, FileCount] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the proof holds: exit code 0, else 1."""
        return not self.findings and bool(self.files) and self.proved == self.numbers

    @property
    def numbers(self) -> int:
        """Return how many numbers all files hold."""
        return sum(count.numbers for count in self.files.values())

    @property
    def proved(self) -> int:
        """Return how many of them are accounted for."""
        return sum(count.proved for count in self.files.values())

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form: document, coverage, findings."""
        coverage = {
            "numbers": self.numbers,
            "checked": self.proved + sum(count.breaks for count in self.files.values()),
            "ties": self.proved,
            "breaks": sum(count.breaks for count in self.files.values()),
            "skipped": 0,
            "files": {
                name: {
                    "numbers": count.numbers,
                    "sourced": count.sourced,
                    "computed": count.computed,
                    "literal": count.literal,
                    "structure": count.structure,
                    "breaks": count.breaks,
                    "names": count.names,
                    "points": count.points,
                }
                for name, count in self.files.items()
            },
        }
        return {
            "document": self.document,
            "coverage": coverage,
            "findings": [finding_json(finding) for finding in self.findings],
        }

    def to_text(self) -> str:
        """Return the text form: findings, a line a file, and `proved: N of N numbers` (or `not proved: …`) last."""
        return "\n".join([*_finding_lines(self.findings), *_count_lines(self.files), self.summary()])

    def summary(self) -> str:
        """Return the last line: how many numbers are proved, or that something breaks."""
        numbers = f"{self.proved} of {self.numbers} numbers"
        return f"proved: {numbers}" if self.ok else f"not proved: {len(self.findings)} findings; {numbers} hold"


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return the JSON form of a finding: every key is always there."""
    recomputed = finding.recomputed
    return {
        "verdict": finding.verdict,
        "code": finding.code,
        "severity": finding.severity,
        "claimed": {
            "text": finding.claimed.text,
            "value": _number(finding.claimed.value),
            "unit": finding.claimed.unit,
        },
        "recomputed": None
        if recomputed is None
        else {"low": _number(recomputed.low), "high": _number(recomputed.high), "text": recomputed.text},
        "where": [_where_json(where) for where in finding.where],
        "operands": [_where_json(where) for where in finding.operands],
        "explanation": finding.explanation,
        "diagnosis": finding.diagnosis,
    }


def _where_json(where: Where) -> dict[str, Any]:
    return {
        "file": where.file,
        "page": where.page,
        "line": where.line,
        "start": where.start,
        "end": where.end,
        "text": where.text,
    }


def _number(value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    return value.numerator if value.denominator == 1 else float(value)


def _finding_lines(findings: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        places = "; ".join(str(where) for where in finding.where)
        lines.append(f"{places}: {finding.code}: {finding.explanation}")
        if finding.diagnosis:
            lines.append(f"    {finding.diagnosis}")
    if findings:
        lines.append("")
        lines.append(f"{len(findings)} finding{'s' if len(findings) != 1 else ''}")
    return lines


def _count_lines(files: dict[str, FileCount]) -> list[str]:
    width = max((len(name) for name in files), default=0)
    return [
        f"{name.ljust(width)}  {count.proved} of {count.numbers} numbers: {count.sourced} sourced,"
        f" {count.computed} computed, {count.literal} literal, {count.structure} structure"
        + (f"; {count.points} points of charts" if count.points else "")
        for name, count in files.items()
    ]
