"""Views are tables: which rows and columns they have, what their cells come to, and by which formulas."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from model.models import GRID, HEAD, ORIGINS
from yanbao.evidence import Evidence
from yanbao.evidence.table import View
from yanbao.fact.fact import Derivation, Source
from yanbao.model import cases, compute

MODEL = """periods = ["2022:2023", "2024E:2025E"]
[lines.state]
label = { zh = "投资", en = "State" }
unit = "亿元"
actual = "grid.state"
estimate = "prev(state) * (1 + growth)"
[lines.growth]
label = { zh = "增速", en = "Growth" }
unit = "%"
kind = "exact"
values = { 2024E = "10", 2025E = "10" }
reason = "规划"
[lines.share]
label = { zh = "占比", en = "Share" }
unit = "%"
kind = "exact"
value = "40"
reason = "规划"
[lines.part]
label = { zh = "配网", en = "Part" }
unit = "亿元"
formula = "state * share"
[lines.rise]
label = { zh = "同比", en = "Rise" }
unit = "%"
formula = "yoy(part, prev(part))"
[scenarios.high]
label = { zh = "乐观", en = "High" }
reason = "提前"
set = { share = "50" }
[uncertain.growth]
distribution = "uniform"
low = 5
high = 15
[[views]]
id = "one"
kind = "one-way"
of = "part[2025E]"
across = { line = "growth", steps = ["5", "10", "15"] }
[[views]]
id = "two"
kind = "two-way"
of = "part[2025E]"
across = { line = "growth[2025E]", steps = ["0", "10"] }
down = { line = "share", steps = ["40", "60"] }
[[views]]
id = "tornado"
kind = "tornado"
of = "part[2025E]"
lines = { "growth[2025E]" = ["9", "11"], share = ["30", "50"] }
[[views]]
id = "cases"
kind = "scenarios"
of = ["part[2025E]", "rise[2025E]", "share"]
[[views]]
id = "fan"
kind = "fan"
of = "part"
draws = 2000
seed = 5
quantiles = ["2.5%", "50%", "97.5%"]
[[views]]
id = "rises"
kind = "one-way"
of = "rise[2025E]"
across = { line = "state[2024E]", steps = ["0", "100", "121"] }
[[views]]
id = "late"
kind = "one-way"
of = "part[2025E]"
scenario = "high"
across = { line = "state[2024E]", steps = ["100", "200"] }
"""


def views(folder: Path, model: str = MODEL, wanted: str | None = None) -> Evidence:
    for name, text in {
        "models/m.toml": HEAD + model,
        **{f"evidence/{key}": text for key, text in GRID.items()},
    }.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    made = compute(folder, ORIGINS, "zh", None, lambda table: wanted is None or table == wanted)
    return made.calculator.evidence


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    found = views(tmp_path_factory.mktemp("views"))
    assert found.mistakes == []
    return found


def column(evidence: Evidence, table: str, name: str) -> dict[str, float | str | None]:
    home = evidence.tables[table]
    found: dict[str, float | str | None] = {}
    for row in home.rows:
        fact = evidence.facts[home.fact_id(row, name)]
        found[row] = float(fact.quantity.value) if fact.quantity else fact.text or fact.missing
    return found


def test_one_way(evidence: Evidence) -> None:
    # 121 x (1 + g) ** 2 x 40 %
    wanted = {f"{g}%": pytest.approx(121 * (1 + g / 100) ** 2 * 0.4) for g in (5, 10, 15)}
    assert column(evidence, "m_one", "value") == wanted
    assert column(evidence, "m_one", "step") == {"5%": 5, "10%": 10, "15%": 15}
    assert evidence.tables["m_one"].view == View("one-way", ("10%", None))


def test_two_way(evidence: Evidence) -> None:
    table = evidence.tables["m_two"]
    assert {name: each.spec.label.zh for name, each in table.columns.items()} == {
        "step": "占比",
        "a1": "0%",
        "a2": "10%",
    }
    for name, growth in (("a1", 1.0), ("a2", 1.1)):
        found = column(evidence, "m_two", name)
        assert found == {row: pytest.approx(121 * 1.1 * growth * share) for row, share in (("40%", 0.4), ("60%", 0.6))}
    assert table.view is not None
    assert (table.view.base, table.view.across is not None and table.view.across.zh) == (("40%", "a2"), "增速 2025E")


def test_a_cell_s_formula_is_written_out_over_what_does_not_change(evidence: Evidence) -> None:
    lineage = evidence.facts["m_two.a1@60%"].lineage
    assert isinstance(lineage, Derivation)
    assert lineage.formula == "{m.state@2024E} * (1 + {m_two.a1@across}) * {m_two.step@60%}"
    step = evidence.facts["m_two.a1@across"]
    assert isinstance(step.lineage, Source)
    assert (step.lineage.row, step.lineage.column, step.lineage.of_model) == ("two 0%", "two.growth 2025E", True)


def test_tornado_stands_widest_first(evidence: Evidence) -> None:
    # the base is 121 x 1.21 x 40 % = 58.564; share ±10 points moves 25 % of it, growth ±1 point 1/110
    table = evidence.tables["m_tornado"]
    assert table.rows == ["share", "growth 2025E"]
    assert column(evidence, "m_tornado", "input") == {"share": "占比", "growth 2025E": "增速 2025E"}
    assert column(evidence, "m_tornado", "low")["share"] == pytest.approx(58.564 * 0.75)
    assert column(evidence, "m_tornado", "high")["growth 2025E"] == pytest.approx(58.564 * 1.11 / 1.1)
    assert column(evidence, "m_tornado", "swing")["share"] == pytest.approx(58.564 * 0.5)
    assert column(evidence, "m_tornado", "base") == dict.fromkeys(table.rows, pytest.approx(58.564))


def test_scenarios_are_the_scenarios_own_facts(evidence: Evidence) -> None:
    table = evidence.tables["m_cases"]
    assert table.rows == ["base", "high"]
    assert table.fact_id("high", "part_2025E") == "m_high.part@2025E"
    assert table.fact_id("high", "rise_2025E") == "m_high.rise@2025E"
    assert table.fact_id("base", "share") == "m.share@all"
    assert column(evidence, "m_cases", "scenario") == {"base": "基准", "high": "乐观"}


def test_fan_gives_the_quantiles_of_the_draws(evidence: Evidence) -> None:
    # one draw moves both periods: the quantiles of 121 (1 + g) ** 2 x 40 %, g uniform on 5 % to 15 %
    low, middle, high = (column(evidence, "m_fan", name) for name in ("q2_5", "q50", "q97_5"))
    assert list(low) == ["2022", "2023", "2024E", "2025E"]
    for found, share in ((low, 0.025), (middle, 0.5), (high, 0.975)):
        assert found["2023"] == pytest.approx(48.4)
        assert found["2025E"] == pytest.approx(48.4 * (1.05 + 0.1 * share) ** 2, rel=0.01)
    assert column(evidence, "m_fan", "base")["2025E"] == pytest.approx(58.564)


def test_a_side_condition_is_asked_in_each_case(evidence: Evidence) -> None:
    # at 0 in 2024E the rise of 2025E has no base; at 121 it is that of 2024E's growth, 10 %
    found = column(evidence, "m_rises", "value")
    assert found["0亿元"] == "无意义：基数小于或等于0，增速无意义"
    assert found["121亿元"] == found["100亿元"] == pytest.approx(10)


def test_a_view_starts_from_its_scenario(evidence: Evidence) -> None:
    found = column(evidence, "m_late", "value")
    assert found == {"100亿元": pytest.approx(100 * 1.1 * 0.5), "200亿元": pytest.approx(200 * 1.1 * 0.5)}


def test_written_out_or_by_copies_the_values_are_the_same(
    evidence: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "READABLE", 0)
    copied = views(tmp_path)
    compared = 0
    for key, fact in evidence.facts.items():
        if fact.quantity is not None:
            other = copied.facts[key].quantity
            assert other is not None
            assert (other.value, other.interval) == (fact.quantity.value, fact.quantity.interval), key
            compared += isinstance(fact.lineage, Derivation)
    assert compared > 30
    assert "m_two_1_m.state@2025E" in copied.facts
    assert "m_two_1_m.state@2025E" not in evidence.facts


def test_only_views_that_are_asked_for_are_computed(tmp_path: Path) -> None:
    found = views(tmp_path, wanted="m_one")
    assert {name for name in found.tables if name.startswith("m_")} == {"m_high", "m_one"}


def test_the_two_inputs_of_a_table_are_not_the_same(tmp_path: Path) -> None:
    model = MODEL.replace('down = { line = "share", steps', 'down = { line = "growth", steps')
    (mistake,) = views(tmp_path, model).mistakes
    assert (mistake.field, mistake.cause) == ("views.two", "`across` and `down` change the same cells")
    assert Fraction(mistake.line) > 0
