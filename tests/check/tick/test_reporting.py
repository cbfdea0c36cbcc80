"""A break as a finding: code, claim, recomputation, operands, diagnosis; every relation has a code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import yanbao.check.tick
from tick_tables import document_of, table_of
from yanbao.check.codes import CODES
from yanbao.check.findings import finding_json
from yanbao.check.tick.formulas import FORMULAS
from yanbao.check.tick.reporting import code_of, finding_of, worst_first
from yanbao.check.tick.tick import tick

ROWS = [
    line.split("|")
    for line in (
        "项目|本期|上期|增减(%)",
        "营业收入|4,755,785.11|5,699,227.63|16.55",
        "管理费用|3,120,000.00|2,600,000.00|20.00",
        "销售费用|812,340.50|790,100.20|8.21",
        "研发费用|431,000.00|377,000.00|14.32",
        "财务费用|120,500.00|115,000.00|4.78",
    )
]


def test_a_break_becomes_a_finding_with_all_its_parts() -> None:
    broken = worst_first(list(tick(document_of(table_of(ROWS))).tested))
    assert [each.claimed.text for each in broken] == ["16.55", "8.21"]  # the turned direction is the worse
    assert [each.severity for each in broken] == ["conclusion", "material"]
    finding = finding_of(broken[1])
    assert finding.code == "growth"
    assert finding.claimed.text == "8.21"
    assert finding.recomputed is not None
    assert finding.recomputed.low is not None
    assert finding.recomputed.high is not None
    assert finding.recomputed.low <= (812340.50 / 790100.20 - 1) * 100 <= finding.recomputed.high
    assert "812,340.50 / 790,100.20 − 1" in finding.explanation
    assert [where.text for where in finding.operands] == ["812,340.50", "790,100.20"]
    assert finding.where[0].line == 4
    assert finding_json(finding)["diagnosis"] == finding.diagnosis


def test_what_ties_is_told_with_its_working() -> None:
    ties = next(each for each in tick(document_of(table_of(ROWS))).tested if each.verdict == "ties")
    finding = finding_of(ties)
    assert finding.verdict == "ties"
    assert finding.explanation.endswith(f"{ties.claimed.text.strip()}: {ties.working}")


def test_every_relation_in_the_room_has_a_code() -> None:
    folder = Path(yanbao.check.tick.__file__).parent
    named = {formula.relation for formula in FORMULAS}
    for file in folder.glob("*.py"):
        named |= set(re.findall(r'(?:relation=|Proposal\(\s*)"([a-z_]+)"', file.read_text(encoding="utf-8")))
    assert len(named) > 20
    assert all(CODES[code_of(name)].family == "relation" for name in named)
    with pytest.raises(ValueError, match="no relation"):
        code_of("magic")
