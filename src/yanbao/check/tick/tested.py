"""A relation between numbers of a document that was tested: what was claimed, from what, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from yanbao.check.tick.figure import Figure
from yanbao.quantity.quantity import Quantity

Basis = Literal[
    "table",  # heads, labels or position in one table
    "discovered",  # holds in nearly all rows or columns, whatever the labels say
    "sentence",  # the wording of one sentence
    "text-table",  # a sentence and a table
    "tables",  # two tables
    "texts",  # two sentences
    "workspace",  # the document and a fact of a workspace
    "formula",  # a workbook's own formula
]
Severity = Literal[
    "typo",  # the reader's conclusion stays
    "material",
    "conclusion",  # direction, rank, rating band or which side of a limit changes
]
WORST_FIRST: Final[tuple[Severity, ...]] = ("conclusion", "material", "typo")


@dataclass(frozen=True)
class Tested:
    """One tested relation. `ties` if the claimed and the recomputed interval meet, `breaks` if they cannot.

    `skipped` relations were proposed by the structure and could not be judged: `reason` says why.
    """

    __test__: ClassVar[bool] = False  # no test case, whatever its name begins with

    relation: str  # name of the relation: "growth", "total", "difference", "share", "average", "pe", ... (relations.py)
    basis: Basis
    claimed: Figure
    operands: tuple[Figure, ...]
    verdict: Literal["ties", "breaks", "skipped"]
    recomputed: Quantity | None  # in the claim's unit
    working: str  # the arithmetic as a reader would write it: "1,275 / 1,211 − 1 = 5.28%"
    reason: str = ""
    diagnosis: str | None = None  # how the wrong number may have come about
    proposal: Quantity | None = None  # the value that the diagnosis proposes for the number it blames
    blamed: Figure | None = None  # which figure the diagnosis blames, where it is not the claim
    severity: Severity = "material"
    votes: int = 1  # how many sister relations (rows, columns) hold: what the assertion rests on
