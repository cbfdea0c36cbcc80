"""What a model's targets come to when its inputs take other values: one-way and two-way tables, tornados, scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.formula.array import Array
from yanbao.model.arrays import Runs, from_base, in_base
from yanbao.model.changes import base_step, changed_rows, fact_of
from yanbao.model.model import BASE, Model, Target, View
from yanbao.quantity import Quantity

MAX_CELLS: Final = 10_000  # of a table


@dataclass(frozen=True)
class Side:
    """A row or a column of a sensitivity: the input and the value it takes, or the scenario, or the target."""

    target: Target | None = None
    step: Quantity | None = None
    scenario: str | None = None
    end: str = ""  # of a tornado's column: low, high


@dataclass(frozen=True)
class Sensitivity:
    """A table of a target's values, `None` where it has none, and where the inputs' own values stand in it.

    `base` is the target in the case that the view starts from; of `scenarios`, of each target in turn.
    """

    rows: tuple[Side, ...]
    columns: tuple[Side, ...]
    values: tuple[tuple[Quantity | None, ...], ...]
    base: tuple[Quantity | None, ...]
    base_row: int | None = None
    base_column: int | None = None


def sensitivity(
    model: Model, calculator: Calculator, view: View, given: Mapping[str, float] | None = None
) -> Sensitivity:
    """Return the table of a view: all of its cells are computed in one run.

    - `one-way`: a row for each step of `across`;
    - `two-way`: rows are the steps of `down`, columns those of `across`;
    - `tornado`: a row for each input, widest first, with the target at its low and at its high value;
    - `scenarios`: a row for the base case and for each scenario, a column for each target.

    `given` are facts that have another value in all cases but those that change them themselves, in base units.

    Raises:
        FormulaError: a view of another kind, too many cells, or an input that has no value to change.
    """
    kind = view.spec.kind
    if kind == "scenarios":
        return _scenarios(model, calculator, view)
    if kind == "tornado":
        return _tornado(model, calculator, view, given or {})
    if kind not in ("one-way", "two-way"):
        raise FormulaError(f"`{view.id}` is a {kind}: it is simulated or solved")
    across, down = view.across, view.down
    assert across is not None
    if down is None:
        rows = [Side(across.target, step) for step in across.steps]
        columns = [Side(view.of[0])]
        cases = [[(across.target, step)] for step in across.steps]
    else:
        rows = [Side(down.target, step) for step in down.steps]
        columns = [Side(across.target, step) for step in across.steps]
        cases = [[(across.target, one), (down.target, other)] for other in down.steps for one in across.steps]
    found = _values(model, calculator, view, cases, given or {})
    return Sensitivity(
        tuple(rows),
        tuple(columns),
        tuple(tuple(found[at * len(columns) : (at + 1) * len(columns)]) for at in range(len(rows))),
        _base(model, calculator, view, given),
        base_step(model, view.scenario, down or across),
        0 if down is None else base_step(model, view.scenario, across),
    )


def _values(
    model: Model,
    calculator: Calculator,
    view: View,
    cases: Sequence[Sequence[tuple[Target, Quantity]]],
    given: Mapping[str, float],
) -> list[Quantity | None]:
    """Return the view's target in each case, in which some inputs take other values; `given` hold in all of them."""
    if len(cases) > MAX_CELLS:
        raise FormulaError(f"{len(cases):,} cells in one table; at most {MAX_CELLS:,}")
    changes: dict[str, Array] = {}
    for at, case in enumerate(cases):
        for target, step in case:
            for row in changed_rows(model, view.scenario, target):
                name = fact_of(model, calculator, Target(target.line, row), view.scenario)
                column = changes.setdefault(name, np.full((len(cases), 1), np.nan))
                column[at] = in_base(step)
    for name, value in given.items():
        column = changes.setdefault(name, np.full((len(cases), 1), np.nan))
        column[np.isnan(column)] = value
    asked = fact_of(model, calculator, view.of[0], view.scenario)
    unit = model.lines[view.of[0].line].unit
    found = Runs(calculator, [asked], list(changes)).values(changes)[asked]
    return [None if np.isnan(value) else from_base(float(value), unit) for value in found[:, 0]]


def _base(
    model: Model, calculator: Calculator, view: View, given: Mapping[str, float] | None = None
) -> tuple[Quantity | None, ...]:
    if given:
        return tuple(_values(model, calculator, view, [[]], given))
    facts = calculator.evidence.facts
    return tuple(facts[fact_of(model, calculator, target, view.scenario)].quantity for target in view.of)


def _tornado(model: Model, calculator: Calculator, view: View, given: Mapping[str, float]) -> Sensitivity:
    cases = [[(axis.target, step)] for axis in view.lines for step in axis.steps]
    found = _values(model, calculator, view, cases, given)
    rows = []
    for at, axis in enumerate(view.lines):
        low, high = found[2 * at : 2 * at + 2]
        width = abs(high.value - low.value) if low is not None and high is not None else Fraction(-1)
        rows.append((-width, at, Side(axis.target), (low, high)))
    rows.sort(key=lambda row: row[:2])
    return Sensitivity(
        tuple(side for _, _, side, _ in rows),
        (Side(end="low"), Side(end="high")),
        tuple(values for _, _, _, values in rows),
        _base(model, calculator, view, given),
    )


def _scenarios(model: Model, calculator: Calculator, view: View) -> Sensitivity:
    """Return the table of scenarios: their cells are computed already."""
    facts = calculator.evidence.facts
    names = (BASE, *model.scenarios)
    return Sensitivity(
        tuple(Side(scenario=name) for name in names),
        tuple(Side(target) for target in view.of),
        tuple(tuple(facts[fact_of(model, calculator, target, name)].quantity for target in view.of) for name in names),
        _base(model, calculator, view),
        0,
    )
