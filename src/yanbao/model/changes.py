"""Which cells a view of a model changes, and which of its steps is what they are anyway."""

from __future__ import annotations

from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.model.model import ALL, Axis, Model, Target, Typed


def changed_rows(model: Model, scenario: str, target: Target) -> tuple[str, ...]:
    """Return the rows in which an input is changed: the one that is named, else all that its values are typed in.

    A computed line is changed in all estimated periods, as a scenario that sets it is.

    Raises:
        FormulaError: a line that is computed in every period, none of them an estimate.
    """
    line = model.lines[target.line]
    if target.row is not None:
        return (target.row,)
    rows = tuple(row for row in line.cells if isinstance(model.cell(line.id, row, scenario), Typed))
    if not rows:
        rows = tuple(period.key for period in model.periods if period.estimate and not line.once)
    if not rows:
        raise FormulaError(f"`{line.id}` is computed in every period; name one: {line.id}[{model.rows[-1]}]")
    return rows


def base_step(model: Model, scenario: str, axis: Axis) -> int | None:
    """Return which step is the value that the input has anyway, in all rows that are changed; `None` for none."""
    cells = [model.cell(axis.target.line, row, scenario) for row in changed_rows(model, scenario, axis.target)]
    values = {cell.quantity.value if isinstance(cell, Typed) else None for cell in cells}
    if len(values) != 1:
        return None
    return next((at for at, step in enumerate(axis.steps) if step.value in values), None)


def fact_of(model: Model, calculator: Calculator, target: Target, scenario: str) -> str:
    """Return the fact of a cell in a scenario; one that the scenario leaves as it is has the base case's."""
    return calculator.evidence.tables[model.table(scenario)].fact_id(target.row or ALL, target.line)
