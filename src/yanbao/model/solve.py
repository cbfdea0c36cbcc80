"""Goal seek: at which value of an input is a target reached? Never a value that does not reach it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.errors import FormulaError
from yanbao.evidence import Calculator
from yanbao.formula.array import Array
from yanbao.model.arrays import Runs, in_base
from yanbao.model.changes import changed_rows, fact_of
from yanbao.model.model import ALL, Model, Target, View
from yanbao.quantity import Quantity, Unit, format_quantity

POINTS: Final = 257  # of a bracket, tried at once; solutions that lie closer to each other than that may be missed
_ROUNDS: Final = 12  # each narrows a bracket 256 times, to the last bit of a float
_CLOSE: Final = 1e-9  # how far the target may be off at the solution, of the largest number that the bracket gives
_DIGITS: Final = 12  # of the solution


@dataclass(frozen=True)
class Solved:
    """The input's value at which the target is reached, the value it has anyway, and what the target is there."""

    value: Quantity
    reached: Quantity
    now: Quantity | None


def solve(model: Model, calculator: Calculator, view: View) -> Solved:
    """Return at which value of its input, within the bracket, a view of kind `solve` reaches its target.

    The bracket is cut into 256 parts, and the part in which the target is passed again, until floats end: it needs no
    slope and cannot run away.

    Raises:
        FormulaError: the target is not reached in the bracket (with the values at its ends and the nearest one), is
            reached more than once, is jumped over, or has no answer there.
    """
    assert view.solve_for is not None
    assert view.target is not None
    assert view.between is not None
    asked = fact_of(model, calculator, view.of[0], view.scenario)
    unit, goal = model.lines[view.solve_for.line].unit, view.target
    names = [
        fact_of(model, calculator, Target(view.solve_for.line, row), view.scenario)
        for row in changed_rows(model, view.scenario, view.solve_for)
    ]
    runs = Runs(calculator, [asked], names)
    if asked not in runs.moving:
        raise FormulaError(f"{_said(view.of[0])} does not depend on {_said(view.solve_for)}")

    def off(at: Array) -> Array:
        """Return how far the target is above its goal at values of the input, in base units."""
        return runs.values(dict.fromkeys(names, at[:, None]))[asked][:, 0] - in_base(goal)

    low, high = (in_base(end) for end in view.between)
    points = np.linspace(low, high, POINTS)
    found = off(points)
    passed = _passed(found)
    if len(passed) != 1:
        raise _unsolved(model, view, points, found, passed)
    size = float(np.nanmax(np.abs(found))) + abs(in_base(goal))
    start, stop = points[passed[0][0]], points[passed[0][1]]
    for _ in range(_ROUNDS):
        if start == stop:
            break
        points = np.linspace(start, stop, POINTS)
        found = off(points)
        inner = _passed(found)
        if not inner:
            break
        start, stop = points[inner[0][0]], points[inner[0][1]]
    nearest = int(np.nanargmin(np.abs(found)))
    if not abs(found[nearest]) <= _CLOSE * size:
        raise FormulaError(
            f"{_said(view.of[0])} jumps over {_printed(goal)} at {_said(view.solve_for)} ="
            f" {_printed(_in(float(points[nearest]), unit))}: it is never reached there"
        )
    value = _in(float(points[nearest]), unit)
    reached = float(off(np.array([in_base(value)]))[0]) + in_base(goal)
    own = {calculator.evidence.facts[name].quantity for name in names}
    now = own.pop() if len(own) == 1 else None
    return Solved(value, _in(reached, model.lines[view.of[0].line].unit), now)


def _passed(found: Array) -> list[tuple[int, int]]:
    """Return between which points the target passes its goal; a point that meets it exactly is both."""
    sign = np.sign(found)
    exact = [(int(at), int(at)) for at in np.flatnonzero(sign == 0)]
    crossed = [(int(at), int(at) + 1) for at in np.flatnonzero(sign[:-1] * sign[1:] < 0)]
    return sorted(exact + crossed)


def _unsolved(model: Model, view: View, points: Array, found: Array, passed: list[tuple[int, int]]) -> FormulaError:
    assert view.solve_for is not None
    assert view.target is not None
    assert view.between is not None
    unit, target_unit = model.lines[view.solve_for.line].unit, model.lines[view.of[0].line].unit
    of, for_ = _said(view.of[0]), _said(view.solve_for)
    ends = " to ".join(_printed(end) for end in view.between)
    if np.isnan(found).all():
        return FormulaError(f"{of} has no answer anywhere at {for_} = {ends}")
    if passed:
        places = ", ".join(_printed(_in(float(points[one]), unit)) for one, _ in passed[:6])
        more = " …" if len(passed) > 6 else ""
        return FormulaError(
            f"{of} is {_printed(view.target)} more than once at {for_} = {ends}: about {places}{more};"
            " narrow `between`, so that one of them is left"
        )
    goal = in_base(view.target)
    nearest = int(np.nanargmin(np.abs(found)))
    known = found[~np.isnan(found)]
    span = " to ".join(_printed(_in(float(end) + goal, target_unit)) for end in (known.min(), known.max()))
    return FormulaError(
        f"{of} does not reach {_printed(view.target)} at {for_} = {ends}: it is {span} there, nearest at"
        f" {_printed(_in(float(points[nearest]), unit))}; widen `between`, or another input has to move"
    )


def _in(value: float, unit: Unit) -> Quantity:
    return Quantity.exact(Fraction(Decimal(f"{value:.{_DIGITS - 1}e}")) / unit.scale, unit)


def _printed(quantity: Quantity) -> str:
    places = next((count for count in range(3) if (quantity.value * 10**count).denominator == 1), 3)
    return format_quantity(quantity, decimals=places, grouping=True)


def _said(target: Target) -> str:
    return target.line if target.row in (None, ALL) else f"{target.line}[{target.row}]"
