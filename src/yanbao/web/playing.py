"""A driver model with other assumptions: what every cell and each sensitivity comes to, at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np

from yanbao.author.binding import default_decimals
from yanbao.errors import EditError, FormulaError
from yanbao.evidence import Calculator
from yanbao.fact.fact import Fact
from yanbao.model.arrays import Runs, from_base, in_base
from yanbao.model.changes import fact_of
from yanbao.model.model import ALL, Line, Model, Target, Typed
from yanbao.model.sensitivity import Sensitivity, sensitivity
from yanbao.quantity import Quantity
from yanbao.quantity.printing import format_value

Key = tuple[str, str]  # line and row
_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,12})?")


@dataclass(frozen=True)
class Played:
    """The cells of a model by line and row, as text in their line's unit; `old` is what they were."""

    old: dict[Key, str]
    new: dict[Key, str]
    views: dict[str, Sensitivity]


@dataclass
class Playing:
    """A model in a scenario, kept ready to be computed with other inputs.

    Args:
        model: which one.
        calculator: has computed all cells.
        scenario: the case to start from.
    """

    model: Model
    calculator: Calculator
    scenario: str
    _runs: dict[frozenset[str], Runs] = field(default_factory=dict)

    @cached_property
    def inputs(self) -> dict[Key, str]:
        """The typed cells of the scenario, as typed."""
        found = {}
        for line in self.model.lines.values():
            for row in line.cells:
                cell = self.model.cell(line.id, row, self.scenario)
                if isinstance(cell, Typed):
                    found[line.id, row] = cell.text
        return found

    @cached_property
    def facts(self) -> dict[Key, Fact]:
        """The fact of each cell."""
        known = self.calculator.evidence.facts
        found = {}
        for line in self.model.lines.values():
            for row in line.cells:
                name = fact_of(self.model, self.calculator, Target(line.id, row), self.scenario)
                if name in known:
                    found[line.id, row] = known[name]
        return found

    def given(self, written: Mapping[Key, str]) -> dict[Key, Quantity]:
        """Return the inputs that are written otherwise than the scenario has them, in their lines' units.

        Raises:
            EditError: no inputs, or no numbers: all of them.
        """
        found: dict[Key, Quantity] = {}
        wrong = []
        for key, text in written.items():
            if key not in self.inputs:
                wrong.append(f"{key[0]}[{key[1]}] is no input of {self.model.id}")
            elif text.strip() != self.inputs[key]:
                plain = text.strip().replace(",", "")
                if _NUMBER.fullmatch(plain):
                    found[key] = Quantity.printed(plain, self.model.lines[key[0]].unit)
                else:
                    wrong.append(f"{key[0]}[{key[1]}]: {text.strip()[:40]!r} is no number")
        if wrong:
            raise EditError("\n".join(wrong))
        return found

    def moved(self, written: Mapping[Key, str]) -> dict[Key, Quantity | None]:
        """Return every cell that these inputs move, the inputs with it, in its line's unit; `None`: it has no answer.

        Raises:
            EditError: no inputs, or no numbers.
        """
        given = self.given(written)
        found: dict[Key, Quantity | None] = dict(given)
        changes = self._changes(given)
        if changes:
            values = self._run(frozenset(changes)).values(
                {name: np.array([[value]]) for name, value in changes.items()}
            )
            for key, fact in self.facts.items():
                if fact.id in values and key not in given:
                    value = float(values[fact.id][0, 0])
                    found[key] = None if not isfinite(value) else from_base(value, self.model.lines[key[0]].unit)
        return found

    def play(self, written: Mapping[Key, str]) -> Played:
        """Return what the model comes to with these inputs.

        Raises:
            EditError: no inputs, or no numbers.
        """
        given = self.given(written)
        old = {key: self._said(key, fact.quantity, fact) for key, fact in self.facts.items()}
        new = dict(old)
        for key, quantity in self.moved(written).items():
            if key in given:
                new[key] = written[key].strip()
            else:
                new[key] = "–" if quantity is None else self._said(key, quantity, self.facts[key])
        return Played(old, new, self._views(self._changes(given)))

    def _changes(self, given: Mapping[Key, Quantity]) -> dict[str, float]:
        return {self.facts[key].id: in_base(quantity) for key, quantity in given.items()}

    def _run(self, changed: frozenset[str]) -> Runs:
        if changed not in self._runs:
            # a cell that one of the changed ones reaches; asking for the others would cost and say nothing
            names = [fact.id for fact in self.facts.values() if fact.quantity is not None or fact.missing is not None]
            moving = Runs(self.calculator, names, changed).moving
            targets = [name for name in names if name in moving]
            if len(self._runs) > 50:
                self._runs.clear()
            self._runs[changed] = Runs(self.calculator, targets, changed)
        return self._runs[changed]

    def _views(self, changes: Mapping[str, float]) -> dict[str, Sensitivity]:
        found = {}
        for view in self.model.views.values():
            if view.scenario == self.scenario and view.spec.kind in ("one-way", "two-way", "tornado"):
                try:
                    found[view.id] = sensitivity(self.model, self.calculator, view, changes)
                except FormulaError:
                    continue  # an input without a value: the model's page says so of the view itself
        return found

    def _said(self, key: Key, quantity: Quantity | None, fact: Fact) -> str:
        if quantity is None:
            return f"({fact.missing})" if fact.missing else fact.text or ""
        return said(self.model.lines[key[0]], quantity, fact.quantity)


def said(line: Line, quantity: Quantity, like: Quantity | None) -> str:
    """Return a number in its line's unit, with the places that the line, or a number like it, is shown with."""
    places = line.decimals if line.decimals is not None else default_decimals(like if like is not None else quantity)
    return format_value(quantity.to(line.unit).value, places, grouping=True)


def scenario_text(name: str, label: str, reason: str, given: Mapping[Key, Quantity], written: Mapping[Key, str]) -> str:
    """Return a scenario as the model's file writes it.

    Args:
        name: its id.
        label: what it is called.
        reason: why it may come so.
        given: the inputs that it sets.
        written: their values as typed.
    """
    import json

    lines: dict[str, dict[str, str]] = {}
    for line, row in given:
        lines.setdefault(line, {})[row] = written[line, row].strip().replace(",", "")
    sets = []
    for line, values in lines.items():
        if set(values) == {ALL}:
            sets.append(f'{line} = "{values[ALL]}"')
        else:
            sets.append(f"{line} = {{ " + ", ".join(f'{row} = "{value}"' for row, value in values.items()) + " }")
    quoted: dict[str, Any] = {key: json.dumps(text, ensure_ascii=False) for key, text in (("l", label), ("r", reason))}
    return f"[scenarios.{name}]\nlabel = {quoted['l']}\nreason = {quoted['r']}\nset = {{ {', '.join(sets)} }}\n"
