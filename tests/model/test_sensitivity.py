"""Sensitivities and goal seek: values by hand, and the case of no change is the base case."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.arrays_model import HEAD, computed
from yanbao.errors import FormulaError, WorkspaceError
from yanbao.model import Computed, Model, View, ViewSpec, read_view
from yanbao.model.sensitivity import sensitivity
from yanbao.model.solve import solve

MODEL = (
    HEAD
    + """
periods = ["2023", "2024E:2025E"]
[lines.market]
unit = "亿元"
values = { 2023 = "1000" }
kind = "exact"
formula = "prev(market) * (1 + growth)"
[lines.growth]
unit = "%"
kind = "exact"
reason = "r"
values = { 2024E = "10", 2025E = "10" }
[lines.share]
unit = "%"
kind = "exact"
reason = "r"
values = { 2023 = "40", 2024E = "45", 2025E = "50" }
[lines.price]
kind = "exact"
value = "1"
reason = "r"
[lines.sales]
unit = "亿元"
formula = "market * share * price"
[lines.fixed]
unit = "亿元"
kind = "exact"
value = "300"
reason = "r"
[lines.profit]
unit = "亿元"
formula = "sales * 60% - fixed"
[lines.bonus]
unit = "亿元"
formula = "if(profit > sales * 5%, sales * 1%, 0)"
[lines.curve]
formula = "(price - 1) * (price - 2)"
[scenarios.high]
label = "h"
reason = "r"
set = { share = { 2025E = "60" }, price = "1.2" }
[[views]]
id = "cases"
kind = "scenarios"
of = ["sales[2024E]", "sales[2025E]"]
"""
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    return computed(tmp_path_factory.mktemp("sensitivity"), MODEL)


def _model(made: Computed) -> Model:
    return made.models.models["m"]


def _view(made: Computed, kind: str, of: str, **keys: object) -> View:
    return read_view(_model(made), ViewSpec.model_validate({"id": "v", "kind": kind, "of": of, **keys}))


def _values(made: Computed, view: View) -> list[list[float | None]]:
    found = sensitivity(_model(made), made.calculator, view)
    return [[None if value is None else float(value.value) for value in row] for row in found.values]


def test_one_way(made: Computed) -> None:
    view = _view(made, "one-way", "sales[2025E]", across={"line": "share[2025E]", "steps": ["40", "50", "55"]})
    assert _values(made, view) == [[pytest.approx(484)], [pytest.approx(605)], [pytest.approx(665.5)]]
    found = sensitivity(_model(made), made.calculator, view)
    assert (found.base_row, found.base_column) == (1, 0)
    assert [side.step.value for side in found.rows if side.step] == [40, 50, 55]
    assert found.base[0] is not None
    assert found.base[0].value == 605


def test_two_way_with_an_input_of_all_periods(made: Computed) -> None:
    view = _view(
        made,
        "two-way",
        "sales[2025E]",
        across={"line": "share[2025E]", "steps": ["40", "50"]},
        down={"line": "growth", "steps": ["0", "10", "20"]},
    )
    expected = [[400, 500], [484, 605], [576, 720]]
    assert _values(made, view) == [[pytest.approx(value) for value in row] for row in expected]
    found = sensitivity(_model(made), made.calculator, view)
    assert (found.base_row, found.base_column) == (1, 1)


def test_an_input_with_several_values_has_no_base_step(made: Computed) -> None:
    view = _view(made, "one-way", "sales[2025E]", across={"line": "share", "steps": ["40", "50"]})
    assert sensitivity(_model(made), made.calculator, view).base_row is None


def test_a_tornado_has_its_widest_input_first(made: Computed) -> None:
    lines = {
        "growth[2025E]": ["8", "12"],
        "price": ["0.8", "1.1"],
        "share[2025E]": ["45", "55"],
        "fixed": ["200", "400"],
    }
    view = _view(made, "tornado", "sales[2025E]", lines=lines)
    found = sensitivity(_model(made), made.calculator, view)
    assert [side.target.line for side in found.rows if side.target] == ["price", "share", "growth", "fixed"]
    assert _values(made, view)[0] == [pytest.approx(484), pytest.approx(665.5)]
    assert _values(made, view)[3] == [pytest.approx(605), pytest.approx(605)]


def test_scenarios_are_those_of_the_file(made: Computed) -> None:
    view = _model(made).views["cases"]
    # 1100 x 45 %, 1210 x 50 %; 1.2 times the first and 1210 x 60 % x 1.2
    assert _values(made, view) == [[495, 605], [594, pytest.approx(871.2)]]


def test_a_scenario_is_where_a_view_may_start(made: Computed) -> None:
    view = _view(made, "one-way", "sales[2025E]", scenario="high", across={"line": "price", "steps": ["1", "1.2"]})
    assert _values(made, view) == [[pytest.approx(726)], [pytest.approx(871.2)]]
    assert sensitivity(_model(made), made.calculator, view).base_row == 1


def test_an_input_that_is_computed_is_changed_in_all_estimates(made: Computed) -> None:
    view = _view(made, "one-way", "profit[2025E]", across={"line": "sales", "steps": ["400", "500"]})
    assert _values(made, view) == [[pytest.approx(-60)], [pytest.approx(0)]]
    view = _view(made, "one-way", "profit[2023]", across={"line": "sales", "steps": ["400", "500"]})
    assert _values(made, view) == [[pytest.approx(-60)], [pytest.approx(-60)]], "an actual period stays as it is"
    view = _view(made, "one-way", "profit[2023]", across={"line": "sales[2023]", "steps": ["400", "500"]})
    assert _values(made, view) == [[pytest.approx(-60)], [pytest.approx(0)]]


def test_a_table_is_bounded(made: Computed) -> None:
    steps = [str(step) for step in range(101)]
    view = _view(
        made,
        "two-way",
        "sales[2025E]",
        across={"line": "price", "steps": steps},
        down={"line": "share[2025E]", "steps": steps},
    )
    with pytest.raises(FormulaError, match="10,201 cells in one table"):
        sensitivity(_model(made), made.calculator, view)


def _solve(made: Computed, of: str, target: str, for_: str, between: tuple[str, str], **more: object) -> float:
    keys = {"target": target, "for": for_, "between": list(between), **more}
    found = solve(_model(made), made.calculator, _view(made, "solve", of, **keys))
    assert float(found.reached.value) == pytest.approx(float(target), rel=1e-9, abs=1e-6)
    return float(found.value.value)


def test_break_even_by_hand(made: Computed) -> None:
    # 1210 x share x 60 % = 300
    assert _solve(made, "profit[2025E]", "0", "share[2025E]", ("10", "90")) == pytest.approx(300 / 726 * 100)
    # 1000 (1 + g)^2 x 50 % = 800
    assert _solve(made, "sales[2025E]", "800", "growth", ("0", "50")) == pytest.approx((1.6**0.5 - 1) * 100)
    assert _solve(made, "sales[2025E]", "726", "price", ("0.5", "2"), scenario="high") == pytest.approx(1.0)
    # a step of the first grid meets it exactly
    assert _solve(made, "sales[2025E]", "605", "price", ("0", "2")) == 1


def test_now_is_what_the_input_has(made: Computed) -> None:
    keys = {"target": "0", "for": "share[2025E]", "between": ["10", "90"]}
    found = solve(_model(made), made.calculator, _view(made, "solve", "profit[2025E]", **keys))
    assert found.now is not None
    assert found.now.value == 50


@pytest.mark.parametrize(
    ("of", "target", "for_", "between", "message"),
    [
        ("sales[2025E]", "2000", "price", ("0.5", "2"), r"does not reach 2,000亿元 at price = 0.5 to 2: it is 302.5亿元 to 1,210亿元 there, nearest at 2;"),
        ("curve[2025E]", "-0.1", "price", ("0", "3"), r"is -0.1 more than once at price = 0 to 3: about 1.10?\d*, 1.8\d+; narrow"),
        ("bonus[2025E]", "3", "share[2025E]", ("0", "90"), r"bonus\[2025E\] jumps over 3亿元 at share\[2025E\] = 45.\d+%"),
        ("market[2025E]", "3", "share", ("0", "90"), r"market\[2025E\] does not depend on share"),
    ],
)  # fmt: skip
def test_what_is_not_reached_is_said(
    made: Computed, of: str, target: str, for_: str, between: tuple[str, str], message: str
) -> None:
    with pytest.raises(FormulaError, match=message):
        _solve(made, of, target, for_, between)


def test_a_solution_beside_a_gap(tmp_path: Path) -> None:
    text = HEAD + '[lines.x]\nvalue = "4"\nreason = "r"\nkind = "exact"\n[lines.y]\nformula = "ln(x)"'
    made = computed(tmp_path, text)
    # ln has no answer at 0 and below: the part of the bracket that has one is searched
    assert _solve(made, "y", "0.5", "x", ("-3", "5")) == pytest.approx(1.6487212707)


def test_a_view_that_is_asked_for_wrongly(made: Computed) -> None:
    with pytest.raises(WorkspaceError) as caught:
        _view(made, "one-way", "sale[2025E]", across={"line": "share[2030E]", "steps": ["40", "x"]})
    text = str(caught.value)
    assert "the view: of: no line `sale`" in text
    assert "the view: across: no period `2030E`" in text
