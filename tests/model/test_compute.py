"""Models are computed with the evidence: values by hand, scenarios, references, what is missing and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.models import GRID, computed, facts, number
from yanbao.evidence import disagreements
from yanbao.fact.fact import Derivation, Source

GROWTH = """periods = ["2022:2023", "2024E:2025E"]
[lines.state]
label = { zh = "投资", en = "State" }
unit = "亿元"
actual = "grid.state"
estimate = "prev(state) * (1 + growth)"
[lines.growth]
label = "增速"
unit = "%"
kind = "exact"
values = { 2024E = "10", 2025E = "20" }
reason = "规划"
[lines.price]
unit = "元/瓦"
value = "2.00"
reason = "招标价"
[lines.power]
unit = "GW"
formula = "state / price"
[lines.sum_power]
unit = "GW"
once = true
formula = "sum(power[2024E:2025E])"
[scenarios.low]
label = { zh = "悲观", en = "Low" }
reason = "推迟"
set = { growth = { 2025E = "0" } }
[scenarios.cheap]
label = "降价"
reason = "竞争"
set = { price = "1.00", state = { 2025E = "150" } }
"""


def test_lines_are_computed_from_evidence_inputs_and_the_period_before(tmp_path: Path) -> None:
    made = computed(tmp_path, evidence=GRID, m=GROWTH)
    assert number(made, "m.state@2023") == 121
    assert number(made, "m.state@2024E") == pytest.approx(133.1, rel=1e-12)
    assert number(made, "m.state@2025E") == pytest.approx(159.72, rel=1e-12)
    # 133.1亿元 / 2元/瓦 = 6.655 GW
    assert number(made, "m.power@2024E") == pytest.approx(6.655, rel=1e-12)
    assert number(made, "m.sum_power@all") == pytest.approx(6.655 + 7.986, rel=1e-12)


def test_an_input_is_a_fact_with_its_line_and_who_stands_behind_it(tmp_path: Path) -> None:
    made = computed(tmp_path, evidence=GRID, m=GROWTH)
    fact = facts(made)["m.growth@2025E"]
    assert isinstance(fact.lineage, Source)
    assert (fact.lineage.file, fact.lineage.origin, fact.lineage.row) == ("models/m.toml", "本所", "2025E")
    text = (tmp_path / "models" / "m.toml").read_text("utf-8").splitlines()
    assert text[fact.lineage.file_line - 1] == 'values = { 2024E = "10", 2025E = "20" }'
    assert fact.period is not None
    assert (fact.period.start.year, fact.period.estimate) == (2025, True)
    assert (fact.subject, fact.metric) == ("2025E", "增速")


def test_a_scenario_has_facts_of_its_own_only_where_it_differs(tmp_path: Path) -> None:
    made = computed(tmp_path, evidence=GRID, m=GROWTH)
    table = made.calculator.evidence.tables["m_low"]
    assert table.fact_id("2024E", "state") == "m.state@2024E"
    assert table.fact_id("2025E", "state") == "m_low.state@2025E"
    assert number(made, "m_low.state@2025E") == pytest.approx(133.1, rel=1e-12)
    assert number(made, "m_low.sum_power@all") == pytest.approx(2 * 6.655, rel=1e-12)
    own = {key for key in facts(made) if key.startswith("m_low.")}
    assert own == {"m_low.growth@2025E", "m_low.state@2025E", "m_low.power@2025E", "m_low.sum_power@all"}
    lineage = facts(made)["m_low.sum_power@all"].lineage
    assert isinstance(lineage, Derivation)
    assert lineage.inputs == ("m.power@2024E", "m_low.power@2025E")
    assert facts(made)["m_low.state@2025E"].metric == "投资（悲观）"


def test_a_scenario_sets_a_computed_line_by_a_value(tmp_path: Path) -> None:
    made = computed(tmp_path, evidence=GRID, m=GROWTH)
    assert number(made, "m_cheap.state@2025E") == 150
    assert number(made, "m_cheap.power@2025E") == 15
    assert number(made, "m_cheap.power@2022") == 11  # 110亿元 at 1元/瓦


def test_another_model_is_taken_in_the_same_scenario_where_it_has_it(tmp_path: Path) -> None:
    other = """periods = ["2024E:2025E"]
[lines.twice]
unit = "亿元"
formula = "2 * m.state"
[lines.base]
unit = "亿元"
formula = "m.state"
[scenarios.low]
label = "悲观"
reason = "随行业"
set = { mark = "1" }
[lines.mark]
value = "0"
reason = "标记"
"""
    made = computed(tmp_path, evidence=GRID, m=GROWTH, n=other)
    assert number(made, "n.twice@2025E") == pytest.approx(2 * 159.72, rel=1e-12)
    assert number(made, "n_low.twice@2025E") == pytest.approx(2 * 133.1, rel=1e-12)
    assert made.calculator.evidence.tables["n_low"].fact_id("2024E", "twice") == "n.twice@2024E"


def test_periods_meet_by_their_days_where_their_keys_differ(tmp_path: Path) -> None:
    evidence = {
        "q.csv": "quarter,sales\n2024Q1,10.0\n2024年二季度,12.0\n",
        "q.toml": 'title = "表"\norigin = "paper"\nas_of = 2024-06-30\nperiod = "quarter"\n'
        '[columns.quarter]\nlabel = "季"\n[columns.sales]\nlabel = "收入"\nunit = "亿元"\n',
    }
    model = """periods = ["2024Q1:2024Q2", "2024Q3E"]
[lines.sales]
unit = "亿元"
actual = "q.sales"
estimate = "prev(sales, 2) * 2"
"""
    made = computed(tmp_path, evidence=evidence, m=model)
    assert [number(made, f"m.sales@{row}") for row in ("2024Q1", "2024Q2", "2024Q3E")] == [10, 12, 20]


def test_a_value_before_the_first_period_is_missing_with_its_reason_and_so_is_what_needs_it(tmp_path: Path) -> None:
    model = """periods = ["2023", "2024E:2025E"]
[lines.a]
label = "甲"
unit = "亿元"
values = { 2023 = { missing = "未披露" }, 2025E = { value = "3", reason = "假设" } }
[lines.b]
label = "乙"
unit = "亿元"
formula = "a + 0"
[lines.c]
label = "丙"
unit = "亿元"
formula = "prev(a) + 0"
[lines.d]
label = "丁"
unit = "亿元"
formula = "b * 2"
"""
    found = facts(computed(tmp_path, m=model))
    assert {row: found[f"m.a@{row}"].missing for row in ("2023", "2024E", "2025E")} == {
        "2023": "未披露",
        "2024E": "未给出",
        "2025E": None,
    }
    assert found["m.b@2023"].missing == "缺少 2023·甲"
    assert found["m.d@2023"].missing == "缺少 2023·乙"
    assert found["m.c@2023"].missing == "无上期数据"
    assert found["m.d@2025E"].quantity is not None


def test_a_model_without_periods_has_one_value_a_line(tmp_path: Path) -> None:
    # the KV cache of multi-head attention in bytes a token: 2 x layers x heads x dimension x 2 bytes
    model = """[lines.layers]
value = 61
source = "paper"
[lines.heads]
value = 128
source = "paper"
[lines.width]
value = "128"
source = "paper"
[lines.cache]
formula = "2 * layers * heads * width * 2"
"""
    assert number(computed(tmp_path, m=model), "m.cache@all") == 2 * 61 * 128 * 128 * 2


def test_what_the_origin_printed_for_a_computed_line_is_compared(tmp_path: Path) -> None:
    model = GROWTH.replace(
        'formula = "state / price"', 'formula = "state / price"\nprinted = { 2022 = "5.5", 2023 = "6.5" }'
    )
    made = computed(tmp_path, evidence=GRID, m=model)
    facts(made)
    (found,) = disagreements(made.calculator.evidence)  # 110 / 2 is 55: 5.5 GW; 121 / 2 is 6.05, not 6.5
    assert found.computed.id == "m.power@2023"


def test_a_long_chain_is_computed_whatever_the_order_of_its_lines(tmp_path: Path) -> None:
    lines = [f'[lines.x{at}]\nformula = "x{at + 1} + 1"\n' for at in range(900)]
    made = computed(tmp_path, m="".join(lines) + '[lines.x900]\nvalue = 0\nreason = "起点"\n')
    assert number(made, "m.x0@all") == 900
