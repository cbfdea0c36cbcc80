"""Each kind of relation in tables, as plain text: what ties, what breaks and why, what must not be flagged."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tick_tables import document_of, table_of
from yanbao.check.tick.tick import Ticked, tick

FIXTURES = Path(__file__).with_name("tables.txt")


@dataclass
class Case:
    title: str
    unit: str = ""
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)
    wanted: list[list[str]] = field(default_factory=list)


def cases() -> list[Case]:
    found: list[Case] = []
    for line in FIXTURES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append(Case(line[3:]))
        elif not found or not line or line.startswith("#"):
            continue
        elif line.startswith("=> "):
            found[-1].wanted.append(line[3:].split())
        elif line.startswith(("unit: ", "caption: ")):
            name, _, text = line.partition(": ")
            setattr(found[-1], name, text)
        else:
            found[-1].rows.append(line.split("|"))
    return found


def test_every_verdict_and_most_kinds_have_cases() -> None:
    wanted = [expected for case in cases() for expected in case.wanted]
    assert {expected[0] for expected in wanted} >= {"ties", "breaks", "skipped", "quiet"}
    assert len({expected[1] for expected in wanted if len(expected) > 2}) >= 12
    assert sum(expected[0] == "quiet" for expected in wanted) >= 20


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_table(case: Case) -> None:
    ticked = tick(document_of(table_of(case.rows, unit=case.unit, caption=case.caption)))
    told = [
        (each.verdict, each.relation, each.claimed.text, each.working, each.reason, each.diagnosis)
        for each in ticked.tested
    ]
    for expected in case.wanted:
        assert holds(expected, ticked), (expected, told)
    allowed = [expected for expected in case.wanted if expected[0] == "breaks"]
    for each in ticked.tested:
        named = [expected[1:3] for expected in allowed]
        assert each.verdict != "breaks" or [each.relation, bare(each.claimed.text)] in named, told


def holds(expected: list[str], ticked: Ticked) -> bool:
    if expected[0] == "quiet":
        return not any(each.verdict == "breaks" for each in ticked.tested)
    if expected[0] == "covers":
        return any(
            each.verdict == "ties" and expected[1] in {bare(f.text) for f in (each.claimed, *each.operands)}
            for each in ticked.tested
        )
    verdict, relation, claimed, *rest = expected
    for each in ticked.tested:
        if (each.verdict, each.relation, bare(each.claimed.text)) != (verdict, relation, claimed):
            continue
        if rest and (each.recomputed is None or not near(float(each.recomputed.value), float(rest[0]))):
            continue
        if len(rest) > 1 and rest[1] not in (each.diagnosis or ""):
            continue
        return True
    return False


def near(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= 1e-3 + 1e-4 * abs(wanted)


def bare(text: str) -> str:
    return text.strip().replace(" ", "~")
