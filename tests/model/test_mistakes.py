"""Every mistake of a model is told at once, each at its file and line, before anything is computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.models import GRID, mistakes

# expected: what `mistakes` gives, lines counted behind the three lines of the head
UNITS = """periods = ["2023", "2024E"]
[lines.state]
unit = "亿元"
values = { 2023 = "100", 2024E = { missing = "未定" } }
[lines.rate]
unit = "%"
value = "10"
reason = "假设"
[lines.a]
unit = "亿元"
formula = "state + rate"
[lines.b]
unit = "%"
formula = "state * rate"
[lines.c]
formula = "state * 2"
[lines.d]
unit = "亿元"
actual = "state"
estimate = "if(state > rate, state, 0)"
[lines.e]
unit = "亿元"
formula = "sum(state[:], rate)"
[lines.f]
unit = "亿元"
formula = "state[:]"
[lines.g]
unit = "亿元"
formula = "ln(state)"
[lines.h]
unit = "亿元"
formula = "state > 0"
[lines.i]
unit = "pp"
formula = "rate - rate"
[lines.j]
unit = "%"
formula = "rate - rate"
[lines.k]
unit = "亿元"
formula = "max(state, 0) + if(rate > 0, 0, state)"
[[checks]]
label = "甲"
condition = "state == rate"
"""


def test_units_are_checked_before_anything_is_computed_and_all_lines_are_told(tmp_path: Path) -> None:
    assert mistakes(tmp_path, m=UNITS) == [
        "models/m.toml:11: lines.a.formula: `state + rate`: 亿元 + %: 亿元 is money (CNY), % is a ratio; they cannot be"
        " added",
        "models/m.toml:14: lines.b.formula: `state * rate`: '亿元' (CNY) is not '%' (a pure number)",
        "models/m.toml:16: lines.c.formula: `state * 2` is in '亿元' (CNY); the line has no unit: give it one",
        "models/m.toml:20: lines.d.estimate: `state > rate`: '%' (a pure number) is not '亿元' (CNY)",
        "models/m.toml:23: lines.e.formula: `sum(state[:], rate)`: '%' (a pure number) is not '亿元' (CNY)",
        "models/m.toml:26: lines.f.formula: `state[:]` is a column, not a number; sum(…) or mean(…) may be meant",
        "models/m.toml:29: lines.g.formula: `ln(state)`: ln() takes pure numbers, not '亿元' (CNY)",
        "models/m.toml:32: lines.h.formula: `state > 0` is a condition, not a number; if(…, a, b) may be meant",
        "models/m.toml:38: lines.j.formula: `rate - rate`: 'pp' (a difference of ratios) is not '%' (a pure number); a"
        " difference of ratios is in pp; a remainder is 1 - a",
        "models/m.toml:44: checks.0.condition: `state == rate`: '%' (a pure number) is not '亿元' (CNY)",
    ]


NAMES = """periods = ["2023", "2024E"]
[lines.state]
unit = "亿元"
formula = "grid.stat"
[lines.price]
unit = "元"
value = "2"
reason = "假设"
[lines.a]
unit = "亿元"
formula = "staet * 2"
[lines.b]
unit = "元"
formula = "price[2023]"
[lines.c]
unit = "亿元"
once = true
formula = "state"
[lines.d]
unit = "亿元"
formula = "state[2022]"
[lines.e]
unit = "亿元"
formula = "gird.state"
[lines.f]
unit = "亿元"
formula = "other.x"
[lines.g]
unit = "亿元"
formula = "yoy(state)"
[lines.h]
unit = "亿元"
formula = "avg(state, 1)"
[lines.i]
unit = "亿元"
formula = "prev(state, 0)"
[lines.j]
unit = "亿元"
formula = "{grid.state@2023}"
"""


def test_names_that_mean_nothing_are_told_with_the_nearest(tmp_path: Path) -> None:
    found = mistakes(tmp_path, evidence=GRID, m=NAMES)
    starts = [
        "models/m.toml:4: lines.state.formula: no column `stat` in table `grid`; near: state",
        "models/m.toml:11: lines.a.formula: no line `staet` in this model; near: state",
        "models/m.toml:14: lines.b.formula: `price[2023]`: the line has one value for the whole model",
        "models/m.toml:18: lines.c.formula: `state` has a value in each period; write state[2024E], or sum(state[:])",
        "models/m.toml:21: lines.d.formula: `state[2022]`: `2022` is no period of model `m`",
        "models/m.toml:24: lines.e.formula: no table or model `gird`; near: grid",
        "models/m.toml:27: lines.f.formula: no table or model `other`",
        "models/m.toml:30: lines.g.formula: yoy(now, base) got 1 operands",
        "models/m.toml:33: lines.h.formula: unknown function `avg`; did you mean `mean`?",
        "models/m.toml:36: lines.i.formula: `prev(state, 0)`: a whole number of periods is needed",
        "models/m.toml:39: lines.j.formula: `{grid.state@2023}` is an id of a fact",
    ]
    assert len(found) == len(starts)
    for said, start in zip(found, starts, strict=True):
        assert said.startswith(start), said


def test_a_circle_is_told_once_with_each_line_and_place(tmp_path: Path) -> None:
    model = """periods = ["2023", "2024E:2030E"]
[lines.debt]
unit = "亿元"
values = { 2023 = "100" }
formula = "prev(debt) + interest"
[lines.interest]
unit = "亿元"
formula = "(prev(debt) + debt) / 2 * 5%"
[lines.own]
formula = "own + 1"
[lines.fine]
formula = "1"
"""
    file = "models/m.toml"
    assert mistakes(tmp_path, m=model) == [
        f"{file}:5: lines.debt: goes in a circle: m.debt[2024E] ({file}:8) -> m.interest[2024E] ({file}:11) ->"
        " m.debt[2024E]",
        f"{file}:10: lines.own: goes in a circle: m.own[2023] ({file}:13) -> m.own[2023]",
    ]


def test_a_circle_across_models_and_one_that_a_scenario_breaks(tmp_path: Path) -> None:
    first = "[lines.a]\nformula = 'n.b + 1'\n"
    second = "[lines.b]\nformula = 'm.a + 1'\n"
    (said,) = mistakes(tmp_path, m=first, n=second)
    assert "goes in a circle: m.a (models/m.toml:5) -> n.b (models/n.toml:5) -> m.a" in said


def test_a_model_that_needs_a_wrong_one_is_silent(tmp_path: Path) -> None:
    wrong = "[lines.a]\nformula = 'b + 1'\n"
    needs = "[lines.c]\nformula = 'm.a + 1'\n"
    assert mistakes(tmp_path, m=wrong, n=needs) == [
        "models/m.toml:2: lines.a.formula: no line `b` in this model; there are: a"
    ]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ('periods = ["2023:2021"]\n[lines.a]\nvalue = 1\nreason = "x"\n', ":1: periods: '2023:2021' ends before it starts"),
        ('periods = ["2023", "2022"]\n[lines.a]\nvalue = 1\nreason = "x"\n', ":1: periods: 2022 stands behind 2023"),
        ('periods = ["2024Q1:2024Q4E"]\n[lines.a]\nvalue = 1\n', ":1: periods: '2024Q1:2024Q4E': which of them are est"),
        ('periods = ["2024E"]\n[lines.a]\nvalues = { 2024E = "4" }\n', ":3: lines.a.values: is assumed in 2024E without"),
        ('[lines.a]\nvalue = "4"\n', ":2: lines.a.value: is assumed without a reason or a source"),
        ('[lines.a]\nvalue = 4.50\nreason = "x"\n', ":2: lines.a.value.value: a decimal stands in quotes"),
        ('[lines.a]\nvalue = "4%4"\nreason = "x"\n', ":2: lines.a.value: '4%4': "),
        ('[lines.a]\nvalue = "4亿元"\nunit = "%"\nreason = "x"\n', ":2: lines.a.value: '4亿元': '亿元' (CNY) is not '%'"),
        ('periods = ["2023"]\n[lines.a]\nvalues = { 2024 = "1" }\n', ":3: lines.a.values.2024: no period `2024`"),
        ('[lines.a]\nunit = "亿圆"\nvalue = 1\nreason = "x"\n', ":2: lines.a.unit: "),
        ('[lines.a]\nformula = "1 +"\n', ":2: lines.a.formula: `1 +` ends too early"),
        ('[lines.a]\nformulas = "1"\n', ":2: lines.a.formulas: is not a known key"),
        ('[lines.a]\nvalue = 1\nformula = "1"\n', ":1: lines.a: `value` is for the whole model"),
        ('[lines.a]\nunit = "%"\n', ":1: lines.a: needs `value`, `values`, `formula`"),
        ('[lines.not]\nvalue = 1\nreason = "x"\n', ":1: lines.not: `not` is a word of the language"),
        ('[lines.a]\nvalue = 1\nsource = "nobody"\n', ":3: lines.a.source: `nobody` is not an origin of yanbao.toml"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[scenarios.s]\nlabel = "s"\nreason = "x"\nset = { b = "1" }\n',
         ":7: scenarios.s.set.b: no line `b`"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[scenarios.base]\nlabel = "s"\nreason = "x"\nset = { a = "1" }\n',
         ":4: scenarios.base: `base` is the model without a scenario"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[[checks]]\nlabel = "s"\ncondition = "a + 1"\n',
         ":6: checks.0.condition: is no condition"),
        ('[lines.a]\nformula = "1"\n[uncertain.a]\ndistribution = "uniform"\nlow = 1\nhigh = 2\n',
         ":3: uncertain.a: has no typed value in an estimated period"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[uncertain.a]\ndistribution = "triangular"\nlow = 1\nhigh = 2\n',
         ":4: uncertain.a: a triangular needs `mode`"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[uncertain.a]\ndistribution = "uniform"\nlow = 3\nhigh = 2\n',
         ":4: uncertain.a: low, mode and high are not in order"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[[views]]\nid = "v"\nkind = "one-way"\nof = "a"\n',
         ":4: views.0: a view of kind one-way needs `across`"),
        ('[lines.a]\nvalue = 1\nreason = "x"\n[[views]]\nid = "v"\nkind = "scenarios"\nof = "b"\n',
         ":7: views.0.of: no line `b`"),
    ],
)  # fmt: skip
def test_a_mistake_stands_at_its_line(tmp_path: Path, model: str, said: str) -> None:
    found = mistakes(tmp_path, m=model)
    assert any(one.startswith(f"models/m.toml{said}") for one in found), found


def test_a_table_and_a_model_of_one_name_are_told(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, evidence=GRID, grid="[lines.a]\nformula = '1'\n")
    assert said.startswith("models/grid.toml:1: : `grid` is the name of a table of the evidence too")


def test_a_period_that_the_evidence_lacks_is_told_in_its_period(tmp_path: Path) -> None:
    model = 'periods = ["2023", "2024E"]\n[lines.a]\nunit = "亿元"\nformula = "grid.state"\n'
    (said,) = mistakes(tmp_path, evidence=GRID, m=model)
    assert said.startswith("models/m.toml:4: a[2024E]: `grid.state` names no row")


def test_files_that_are_no_text_or_no_name_are_told(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "gbk.toml").write_bytes('title = "模型"'.encode("gbk"))
    (tmp_path / "models" / "My Model.toml").write_text("", "utf-8")
    (tmp_path / "models" / "folder.toml").mkdir()
    (tmp_path / "models" / "bom.toml").write_bytes(b"\xef\xbb\xbf" + b"x = ")
    found = mistakes(tmp_path)
    assert [one.split(": ")[0] for one in found] == [
        "models/My Model.toml:0",
        "models/bom.toml:1",
        "models/folder.toml:0",
        "models/gbk.toml:1",
    ]
