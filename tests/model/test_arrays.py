"""Many runs at once give what the calculator gives for each: the same values, missing where it has none."""

from __future__ import annotations

import math
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.arrays_model import HEAD, RandomModel, computed, models, quarters
from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.model.arrays import BLOCK, Runs, in_base


def _base_values(calculator: Calculator, ids: list[str]) -> list[float]:
    quantities = [calculator.evidence.facts[name].quantity for name in ids]
    return [math.nan if quantity is None else in_base(quantity) for quantity in quantities]


def _agree(found: list[float], exact: list[float]) -> None:
    size = max([1.0, *(abs(value) for value in (*found, *exact) if math.isfinite(value))])
    np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-12 * size)


@settings(max_examples=40, deadline=None)
@given(models(), st.data())
def test_changed_inputs_give_what_a_model_with_them_gives(model: RandomModel, data: st.DataObject) -> None:
    cells = [(name, row) for name in model.typed for row in model.periods]
    changed = data.draw(st.lists(st.sampled_from(cells), unique=True, min_size=1, max_size=6))
    others = [{cell: data.draw(quarters) for cell in changed} for _ in range(2)]
    with tempfile.TemporaryDirectory() as folder:
        calculator = computed(Path(folder), model.text()).calculator
        ids = [f"m.{name}@{row}" for name in model.formulas for row in model.periods]
        runs = Runs(calculator, ids, [f"m.{name}@{row}" for name, row in changed])
        changes = {
            f"m.{at[0]}@{at[1]}": np.array([[math.nan], *([float(each[at])] for each in others)]) for at in changed
        }
        found = runs.values(changes)
        # the first case changes nothing
        _agree([float(found[name][0, 0]) for name in ids], _base_values(calculator, ids))
        for case, other in enumerate(others, 1):
            again = computed(Path(folder), model.text(other)).calculator
            _agree([float(found[name][case, 0]) for name in ids], _base_values(again, ids))


GRID = (
    HEAD
    + """
periods = ["2021:2023", "2024E:2025E"]
[lines.state]
unit = "亿元"
values = { 2021 = "4951", 2022 = "5012", 2023 = "5275" }
formula = "prev(state) * (1 + growth)"
[lines.growth]
unit = "%"
reason = "r"
values = { 2024E = "8", 2025E = "6" }
[lines.share]
unit = "%"
value = "40"
reason = "r"
[lines.dist]
unit = "亿元"
formula = "state * share"
[lines.rise]
unit = "pp"
formula = "pp(dist / state, 35%)"
[lines.speed]
unit = "%"
formula = "yoy(dist, prev(dist))"
[lines.total]
unit = "万亿元"
once = true
formula = "sum(dist[2021:2023])"
[lines.energy]
unit = "GWh"
value = "20"
reason = "r"
[lines.power]
unit = "GW"
value = "8"
reason = "r"
[lines.hours]
unit = "小时"
once = true
formula = "energy / power"
[lines.back]
unit = "万千瓦时"
once = true
formula = "power * hours"
[lines.room]
once = true
formula = "2 ** share"
"""
)


@pytest.fixture(scope="module")
def grid(tmp_path_factory: pytest.TempPathFactory) -> Calculator:
    return computed(tmp_path_factory.mktemp("grid"), GRID).calculator


def _run(calculator: Calculator, target: str, **changes: float) -> float:
    ids = {f"m.{name}".replace("_at_", "@"): value for name, value in changes.items()}
    found = Runs(calculator, [target], list(ids)).values({name: np.array([value]) for name, value in ids.items()})
    return float(found[target][0, 0])


def test_units_of_every_kind_by_hand(grid: Calculator) -> None:
    # 5275 x 1.08 x 1.06 x 50 % = 3019.41 亿元
    assert _run(grid, "m.dist@2025E", share_at_all=0.5) == pytest.approx(5275e8 * 1.08 * 1.06 * 0.5)
    assert _run(grid, "m.rise@2023", share_at_all=0.5) == pytest.approx(0.15)
    assert _run(grid, "m.total@all", share_at_all=0.5) == pytest.approx((4951 + 5012 + 5275) * 1e8 / 2)
    # 20 GWh over 5 GW is 4 hours, kept in seconds; 4 hours of 5 GW are 20 GWh again, kept in Wh
    assert _run(grid, "m.hours@all", power_at_all=5e9) == pytest.approx(4 * 3600)
    assert _run(grid, "m.back@all", power_at_all=5e9) == pytest.approx(20e9)
    assert _run(grid, "m.room@all", share_at_all=0.5) == pytest.approx(math.sqrt(2))


def test_every_cell_is_what_the_calculator_has(grid: Calculator) -> None:
    inputs = [name for name, fact in grid.evidence.facts.items() if not fact.computed and fact.quantity is not None]
    ids = [name for name, fact in grid.evidence.facts.items() if fact.text is None]
    found = Runs(grid, ids, inputs).values({})
    _agree([float(found[name][0, 0]) for name in ids], _base_values(grid, ids))


def test_growth_on_a_base_of_zero_is_missing_in_that_case_alone(grid: Calculator) -> None:
    changes = {"m.share@all": np.array([[0.4], [0.0], [0.5]])}
    found = Runs(grid, ["m.speed@2024E"], list(changes)).values(changes)["m.speed@2024E"]
    np.testing.assert_allclose(found[:, 0], [0.08, math.nan, 0.08])


def test_a_computed_cell_is_changed_and_what_follows_follows(grid: Calculator) -> None:
    changes = {"m.state@2024E": np.array([[math.nan], [6000e8]])}
    found = Runs(grid, ["m.dist@2024E", "m.state@2025E", "m.dist@2023"], list(changes)).values(changes)
    np.testing.assert_allclose(found["m.state@2025E"][:, 0], [5275e8 * 1.08 * 1.06, 6000e8 * 1.06])
    np.testing.assert_allclose(found["m.dist@2024E"][:, 0], [5275e8 * 1.08 * 0.4, 2400e8])
    np.testing.assert_allclose(found["m.dist@2023"], 5275e8 * 0.4)


def test_periods_are_computed_together_where_none_needs_another(grid: Calculator) -> None:
    ids = [f"m.dist@{row}" for row in ("2021", "2022", "2023", "2024E", "2025E")]
    runs = Runs(grid, ids, ["m.share@all", "m.growth@2024E"])
    assert [step.rows for step in runs._steps if step.rows != slice(0, 1)], "kept beside each other"
    # 2021-2023 of `dist` have one moving operand, 2024-2025 two; `state` rolls forward over two periods
    assert len(runs._steps) == 4


def test_more_draws_than_a_block_are_cut_and_joined(grid: Calculator) -> None:
    shares = np.linspace(0.1, 0.9, 3 * BLOCK + 7)
    found = Runs(grid, ["m.dist@2023"], ["m.share@all"]).values({"m.share@all": shares})["m.dist@2023"]
    assert found.shape == (1, 3 * BLOCK + 7)
    np.testing.assert_allclose(found[0], 5275e8 * shares)


def test_cases_and_draws_meet(grid: Calculator) -> None:
    changes = {"m.share@all": np.array([[0.4], [0.5]]), "m.growth@2025E": np.array([[0.0, 0.1, 0.2]])}
    found = Runs(grid, ["m.dist@2025E"], list(changes)).values(changes)["m.dist@2025E"]
    expected = [[5275e8 * 1.08 * (1 + growth) * share for growth in (0.0, 0.1, 0.2)] for share in (0.4, 0.5)]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(
    ("targets", "changed", "message"),
    [
        (["m.dist@2030"], [], "no fact `m.dist@2030`"),
        (["m.dist@2023"], ["m.nothing@all"], "no fact `m.nothing@all`"),
    ],
)
def test_what_is_not_there(grid: Calculator, targets: list[str], changed: list[str], message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        Runs(grid, targets, changed)


def test_only_what_was_told_may_change(grid: Calculator) -> None:
    with pytest.raises(FormulaError, match="is not among the facts"):
        Runs(grid, ["m.dist@2023"], []).values({"m.share@all": np.array([0.5])})


def test_memory_is_bounded(grid: Calculator) -> None:
    with pytest.raises(FormulaError, match="too many at once"):
        Runs(grid, ["m.dist@2023"], ["m.share@all"]).values({"m.share@all": np.broadcast_to(0.5, (10_000, 10_000))})


def test_a_base_value_is_the_printed_one() -> None:
    from yanbao.model.arrays import from_base
    from yanbao.quantity import PERCENT

    assert from_base(0.25, PERCENT).value == Fraction(25)
