"""A line that is known in some periods and interpolated between: values by hand, units, scenarios, lineage, mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.models import GRID, computed, facts, mistakes, number
from yanbao.fact.fact import Derivation

MODEL = """periods = ["2023", "2024E:2028E"]
[lines.share]
label = "渗透率"
unit = "%"
kind = "exact"
values = { 2023 = "10", 2026E = "25", 2028E = "30" }
formula = "interpolate(share)"
reason = "规划"
[lines.size]
label = "规模"
unit = "亿元"
kind = "exact"
values = { 2023 = "100", 2027E = "1600", 2028E = "1500" }
estimate = "interpolate_growth(size)"
reason = "规划"
[lines.part]
unit = "亿元"
formula = "size * share"
[scenarios.high]
label = "乐观"
reason = "规划上调"
set = { share = { 2026E = "40" } }
[scenarios.jump]
label = "跳跃"
reason = "单年补贴"
set = { share = { 2025E = "90" } }
"""


def test_values_lie_on_the_line_and_on_the_path_of_constant_growth(tmp_path: Path) -> None:
    made = computed(tmp_path, m=MODEL)
    # 10, 25 three years later: 5 a year; 25, 30 two years later: 2.5 a year
    shares = [number(made, f"m.share@{row}") for row in ("2023", "2024E", "2025E", "2026E", "2027E", "2028E")]
    assert shares == pytest.approx([10, 15, 20, 25, 27.5, 30], rel=1e-15)
    # 100 to 1600 in four years: doubled each year
    sizes = [number(made, f"m.size@{row}") for row in ("2023", "2024E", "2025E", "2026E", "2027E", "2028E")]
    assert sizes == pytest.approx([100, 200, 400, 800, 1600, 1500], rel=1e-15)
    assert number(made, "m.part@2025E") == pytest.approx(80, rel=1e-15)  # 400 x 20 %


def test_the_lineage_names_the_two_known_cells_and_the_place_between_them(tmp_path: Path) -> None:
    found = facts(computed(tmp_path, m=MODEL))
    lineage = found["m.share@2025E"].lineage
    assert isinstance(lineage, Derivation)
    assert lineage.formula == "interpolate(2, 0, {m.share@2023}, 3, {m.share@2026E})"
    assert lineage.inputs == ("m.share@2023", "m.share@2026E")
    unit = found["m.share@2025E"].quantity
    assert unit is not None
    assert unit.unit.symbol == "%"


def test_a_scenario_moves_what_lies_between_its_points_and_no_more(tmp_path: Path) -> None:
    made = computed(tmp_path, m=MODEL)
    # 10 to 40 in three years, then to 30 in two
    assert [number(made, f"m_high.share@{row}") for row in ("2024E", "2025E", "2027E")] == pytest.approx([20, 30, 35])
    table = made.calculator.evidence.tables["m_high"]
    assert table.fact_id("2028E", "share") == "m.share@2028E"
    # a period that is no point of the base case is set alone
    assert number(made, "m_jump.share@2025E") == 90
    assert made.calculator.evidence.tables["m_jump"].fact_id("2024E", "share") == "m.share@2024E"


def test_printed_points_carry_their_rounding(tmp_path: Path) -> None:
    found = facts(computed(tmp_path, m=MODEL.replace('kind = "exact"', 'kind = "measure"')))
    middle = found["m.share@2025E"].quantity
    assert middle is not None
    # a third of 9.5 to 10.5 and two thirds of 24.5 to 25.5
    assert (middle.interval.low, middle.interval.high) == (
        pytest.approx((9.5 + 2 * 24.5) / 3),
        pytest.approx((10.5 + 2 * 25.5) / 3),
    )


def test_actual_cells_of_evidence_are_points_too(tmp_path: Path) -> None:
    model = """periods = ["2021:2023", "2024E:2027E"]
[lines.state]
unit = "亿元"
actual = "grid.state"
values = { 2027E = "161" }
estimate = "interpolate(state)"
reason = "规划终点"
"""
    made = computed(tmp_path, evidence=GRID, m=model)
    assert [number(made, f"m.state@{row}") for row in ("2024E", "2025E", "2026E")] == pytest.approx([131, 141, 151])


def test_periods_of_other_lengths_are_counted_in_months(tmp_path: Path) -> None:
    model = """periods = ["2023Q4", "2024Q2E", "2024Q3E", "2025Q3E"]
[lines.a]
kind = "exact"
values = { 2023Q4 = "0", 2025Q3E = "21" }
formula = "interpolate(a)"
reason = "假设"
"""
    made = computed(tmp_path, m=model)
    # 6 and 9 of 21 months
    assert [number(made, f"m.a@{row}") for row in ("2024Q2E", "2024Q3E")] == pytest.approx([6, 9])


def test_another_models_line_and_a_column_of_evidence_are_interpolated(tmp_path: Path) -> None:
    other = """periods = ["2024E:2025E"]
[lines.b]
unit = "%"
formula = "interpolate(m.share) + 0pp"
""".replace(" + 0pp", "")
    evidence = {
        "p.csv": "year,rate,full\n2020,10.0,\n2021,,\n2022,,\n2025,20.0,\n",
        "p.toml": """title = "表"
origin = "paper"
as_of = 2024-06-30
period = "year"
[columns.year]
label = "年"
[columns.rate]
label = "率"
unit = "%"
[columns.full]
label = "补全"
unit = "%"
compute = "interpolate(rate)"
""",
    }
    made = computed(tmp_path, evidence=evidence, m=MODEL, n=other)
    assert number(made, "n.b@2025E") == pytest.approx(20)
    # 2 of 10 points a year, whatever rows there are
    full = [number(made, f"p.full@{row}") for row in ("2020", "2021", "2022", "2025")]
    assert full == pytest.approx([10, 12, 14, 20])


def test_a_missing_point_leaves_what_needs_it_missing(tmp_path: Path) -> None:
    model = """periods = ["2021:2023", "2024E:2025E"]
[lines.a]
unit = "亿元"
actual = "gap.x"
values = { 2025E = "9" }
estimate = "interpolate(a)"
reason = "规划"
"""
    evidence = {
        "gap.csv": "year,x\n2021,1.0\n2022,2.0\n2023,\n",
        "gap.toml": 'title = "表"\norigin = "paper"\nas_of = 2024-06-30\nperiod = "year"\n'
        '[columns.year]\nlabel = "年"\n[columns.x]\nlabel = "值"\nunit = "亿元"\n',
    }
    found = facts(computed(tmp_path, evidence=evidence, m=model))
    assert found["m.a@2024E"].missing == "缺少 2023·a"


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (('formula = "interpolate(share)"', 'formula = "interpolate(share[2023:2024E])"'), "not a range of periods"),
        (('formula = "interpolate(share)"', 'formula = "interpolate(share, 2)"'), "got 2 arguments"),
        (('formula = "interpolate(share)"', 'formula = "interpolate(2 * share)"'), "takes one line"),
        (('formula = "interpolate(share)"', 'formula = "interpolate(size)"'), "a pure number"),
        (('2023 = "10", 2026E', "2026E"), "`2023` has no known value of `share` on both sides"),
        ((', 2028E = "30"', ""), "`2027E` has no known value of `share` on both sides"),
    ],
)
def test_what_cannot_be_interpolated_is_a_mistake_with_its_line(
    tmp_path: Path, change: tuple[str, str], cause: str
) -> None:
    assert change[0] in MODEL
    found = mistakes(tmp_path, m=MODEL.replace(*change))
    assert any(cause in one and one.startswith("models/m.toml:7: ") for one in found), found


def test_growth_through_zero_has_no_answer(tmp_path: Path) -> None:
    found = facts(computed(tmp_path, m=MODEL.replace('2023 = "100"', '2023 = "0"')))
    assert found["m.size@2025E"].missing == "无法计算"
    assert found["m.part@2025E"].missing == "缺少 2025E·规模"
