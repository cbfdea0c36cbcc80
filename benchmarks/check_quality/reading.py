"""Breaks reported on real documents, each read by hand once: `read_by_hand.csv` says right or wrong, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yanbao.check.tick.tested import Tested

FILE = Path(__file__).parent / "read_by_hand.csv"
HEADS = ("file", "page", "line", "relation", "claimed", "working", "verdict", "why")


@dataclass(frozen=True)
class Reading:
    """What somebody who looked at the document says of a break."""

    verdict: Literal["right", "wrong"]
    why: str


Key = tuple[str, str, str, str, str]


def key(file: str, test: Tested) -> Key:
    """Return what tells a break apart: file, page, line, relation and the claim as printed."""
    where = test.claimed.where
    return (file, str(where.page or ""), str(where.line or ""), test.relation, test.claimed.text)


def read_by_hand() -> dict[Key, Reading]:
    """Return the committed readings.

    Raises:
        ValueError: a verdict that is neither right nor wrong, or one without a reason.
    """
    readings: dict[Key, Reading] = {}
    with FILE.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            if row["verdict"] not in ("right", "wrong") or not row["why"].strip():
                raise ValueError(f"{FILE.name}:{number}: a reading is right or wrong, with its reason")
            name = (row["file"], row["page"], row["line"], row["relation"], row["claimed"])
            readings[name] = Reading(row["verdict"], row["why"])  # type: ignore[arg-type]
    return readings


def to_read(file: str, tests: Iterable[Tested], known: dict[Key, Reading]) -> list[dict[str, str]]:
    """Return a row for each break that nobody has read yet; its verdict is left open."""
    rows = []
    for test in tests:
        if test.verdict == "breaks" and key(file, test) not in known:
            rows.append(dict(zip(HEADS, (*key(file, test), test.working, "", ""), strict=True)))
    return rows
