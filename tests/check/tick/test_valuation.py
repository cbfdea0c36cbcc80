"""Price, EPS, P/E, shares and market value over a document: what ties, what breaks, what must not be flagged.

The recomputed values in `valuation.txt` were worked out by plain floating-point arithmetic, apart from the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tick_prose import document_of
from yanbao.check.tick.across_valuation_text import currency_of
from yanbao.check.tick.tick import tick

if TYPE_CHECKING:  # a name that begins with Test is collected as a class of tests
    from yanbao.check.tick.tested import Tested

FIXTURES = Path(__file__).with_name("valuation.txt")


@dataclass
class Case:
    title: str
    blocks: list[str | list[str]] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)


def cases() -> list[Case]:
    found: list[Case] = []
    table: list[str] = []
    for line in FIXTURES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append(Case(line[3:]))
        elif line.startswith("=> "):
            found[-1].wanted.append(line[3:])
        elif line.startswith("- "):
            found[-1].blocks.append(line[2:])
        elif "|" in line and not line.startswith("#"):
            if not table:
                found[-1].blocks.append(table)
            table.append(line)
            continue
        table = []
    return found


def test_most_cases_must_not_be_flagged() -> None:
    wanted = [case.wanted for case in cases()]
    assert len(wanted) >= 25
    assert sum(each in (["quiet"], ["nothing"]) for each in wanted) >= 15


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.title)
def test_valuation(case: Case) -> None:
    tested = tick(document_of(*case.blocks)).tested
    told = [(each.verdict, each.relation, each.claimed.text, each.working, each.diagnosis) for each in tested]
    if case.wanted == ["nothing"]:
        assert not [each for each in tested if each.basis in ("tables", "texts", "text-table")], told
    expected = [each for each in case.wanted if each not in ("quiet", "nothing")]
    for each in expected:
        assert any(meets(one, each) for one in tested), (each, told)
    broken = [one for one in tested if one.verdict == "breaks"]
    assert not [one.working for one in broken if not any(meets(one, each) for each in expected)], told


def meets(tested: Tested, expected: str) -> bool:
    said, _, words = expected.partition(" # ")
    verdict, relation, claimed, recomputed = said.split()
    if (tested.verdict, tested.relation, tested.claimed.text) != (verdict, relation, claimed):
        return False
    if tested.recomputed is None or abs(float(tested.recomputed.value) / float(recomputed) - 1) > 1e-5:
        return False
    return words in (tested.diagnosis or "")


@pytest.mark.parametrize(
    ("words", "currency"),
    [
        ("元", "CNY"),
        ("港元", "HKD"),
        ("人民币百万", "CNY"),
        ("US$mn", "USD"),
        ("日元", None),
        ("元/港元", None),
        ("", None),
    ],
)
def test_currency(words: str, currency: str | None) -> None:
    assert currency_of(words) == currency
