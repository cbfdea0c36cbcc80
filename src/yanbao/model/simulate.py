"""Monte Carlo: what a line may come to when its uncertain inputs are drawn many times."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

import numpy as np

from yanbao.errors import FormulaError
from yanbao.evidence import Bilingual, Calculator
from yanbao.formula.array import Array
from yanbao.model.arrays import Runs
from yanbao.model.distributions import quantile_function
from yanbao.model.model import BASE, Model, Uncertain, View
from yanbao.quantity import Quantity, Unit

MAX_LOST: Final = 0.01  # share of the draws that may come to nothing; more of them would bend the distribution
_DIGITS: Final = 9  # behind the first: libraries differ in the last digits of a logarithm, a report may not


@dataclass(frozen=True)
class Quantile:
    """A quantile of the draws; the true one lies between `low` and `high` in 95 of 100 simulations like this one."""

    share: Fraction
    value: Quantity
    low: Quantity
    high: Quantity


@dataclass(frozen=True)
class Simulated:
    """All draws of one cell, in base units, and the unit of its line; `lost` of them came to nothing (NaN)."""

    fact: str
    row: str
    unit: Unit
    draws: Array
    lost: int

    @property
    def mean(self) -> Quantity:
        """The mean of the draws."""
        return self._quantity(float(np.nanmean(self.draws)))

    @property
    def sd(self) -> Quantity:
        """The standard deviation of the draws, with n - 1."""
        return self._quantity(float(np.nanstd(self.draws, ddof=1)))

    def quantiles(self, shares: Sequence[Fraction]) -> tuple[Quantile, ...]:
        """Return quantiles, linear between two draws as the language's `quantile` is, with their 95 % bounds.

        The bounds are draws themselves: of n draws, n p + 1.96 sqrt(n p (1 - p)) and its counterpart are the places
        of those (Conover 1999, Practical Nonparametric Statistics, 3.2).
        """
        known = np.sort(self.draws[~np.isnan(self.draws)])
        found = []
        for share in shares:
            p = float(share)
            around = 1.96 * np.sqrt(len(known) * p * (1.0 - p))
            places = [len(known) * p - around - 1, len(known) * p + around]
            low, high = (known[int(np.clip(round(place), 0, len(known) - 1))] for place in places)
            value = float(np.quantile(known, p))
            found.append(Quantile(share, *(self._quantity(float(each)) for each in (value, low, high))))
        return tuple(found)

    def share_below(self, value: Quantity) -> Fraction:
        """Return the share of the draws that lie below a value."""
        known = self.draws[~np.isnan(self.draws)]
        return Fraction(int(np.sum(known < float(value.to(self.unit).value * self.unit.scale))), len(known))

    def _quantity(self, value: float) -> Quantity:
        return Quantity.exact(Fraction(Decimal(f"{value:.{_DIGITS}e}")) / self.unit.scale, self.unit)


def simulate(
    model: Model,
    calculator: Calculator,
    line: str,
    *,
    draws: int,
    seed: int,
    scenario: str = BASE,
    models: Iterable[Model] = (),
) -> tuple[Simulated, ...]:
    """Return what a line comes to in each of its rows, in many draws of the uncertain inputs that it rests on.

    All inputs of `[uncertain.…]` are drawn, in a scenario instead of its values; of other models those that the line
    takes numbers from, by whatever way. One draw moves all periods of an input together, to the same share of its
    distribution, unless it is `independent`; inputs that are `correlated` take the same draw. The numbers come from
    PCG64, one stream for each input by its name, and its model's if that is another one: the same seed gives the same
    draws on any machine, whatever other inputs there are.

    Args:
        model: the model.
        calculator: has computed all its cells.
        line: the line that is asked for.
        draws: how many.
        seed: where the random numbers start.
        scenario: the case that the draws start from.
        models: the models of the workspace whose inputs are drawn where the line rests on them.

    Raises:
        FormulaError: the line rests on no uncertain input, or too many draws come to nothing.
    """
    table = calculator.evidence.tables[model.table(scenario)]
    rows = list(model.lines[line].cells)
    targets = [table.fact_id(row, line) for row in rows]
    inputs = drawn_inputs(model, calculator, line, scenario=scenario, models=models)
    if not inputs:
        hint = f"add [uncertain.LINE] to {model.file}, or to a model that `{line}` takes numbers from"
        raise FormulaError(f"model `{model.id}` has no uncertain inputs; {hint}")
    changes: dict[str, Array] = {}
    for home in {home.id: home for home, _ in inputs}.values():
        facts = _facts_of(home, calculator, scenario)
        stream = "" if home is model else f"{home.id}."
        changes |= {facts[at]: values for at, values in drawn(home, draws, seed, stream).items()}
    found = Runs(calculator, targets, list(changes)).values(changes)
    made = []
    for row, target in zip(rows, targets, strict=True):
        values = np.broadcast_to(found[target][0], (draws,))
        lost = int(np.isnan(values).sum())
        if MAX_LOST * draws < lost < draws:
            share = f"{lost:,} of {draws:,} draws"
            raise FormulaError(f"`{line}` in {row} has no answer in {share}; keep its inputs from where it has none")
        made.append(Simulated(target, row, model.lines[line].unit, values, lost))
    return tuple(made)


def drawn_inputs(
    model: Model, calculator: Calculator, line: str, *, scenario: str = BASE, models: Iterable[Model] = ()
) -> tuple[tuple[Model, Uncertain], ...]:
    """Return the uncertain inputs that a simulation of a line draws: the model's own, then those of each other model
    that the line takes numbers from.
    """
    others = {each.id: each for each in models if each.id != model.id and each.uncertain}
    taken = []
    if others:  # to look what the line rests on costs as much as a run's beginning
        table = calculator.evidence.tables[model.table(scenario)]
        targets = [table.fact_id(row, line) for row in model.lines[line].cells]
        facts = {name: set(_facts_of(each, calculator, scenario).values()) for name, each in others.items()}
        moving = Runs(calculator, targets, [fact for found in facts.values() for fact in found]).moving
        taken = [each for name, each in others.items() if moving & facts[name]]
    return tuple((home, uncertain) for home in (model, *taken) for uncertain in home.uncertain.values())


def _facts_of(model: Model, calculator: Calculator, scenario: str) -> dict[tuple[str, str], str]:
    """Return the facts of a model's uncertain inputs by line and row, in a scenario where the model has it."""
    table = calculator.evidence.tables[model.table(scenario if scenario in model.scenarios else BASE)]
    return {(name, row): table.fact_id(row, name) for name, found in model.uncertain.items() for row in found.rows}


def drawn(model: Model, draws: int, seed: int, stream: str = "") -> dict[tuple[str, str], Array]:
    """Return the draws of each uncertain input by line and row, in base units; `stream` begins the streams' names."""
    leaders = _leaders(model)
    found: dict[tuple[str, str], Array] = {}
    for name, uncertain in model.uncertain.items():
        unit = model.lines[name].unit
        values = quantile_function(uncertain)
        own = f"{stream}{leaders[name]}"
        shared = None if uncertain.spec.independent else values(_shares(seed, own, draws))
        for row in uncertain.rows:
            each = values(_shares(seed, f"{own}@{row}", draws)) if shared is None else shared
            found[name, row] = each * float(unit.scale)
    return found


def _leaders(model: Model) -> dict[str, str]:
    """Return whose draw each uncertain line takes: its own, or that of the first line it is correlated with."""
    group: dict[str, set[str]] = {name: {name} for name in model.uncertain}
    for name, uncertain in model.uncertain.items():
        for other in uncertain.spec.correlated:
            joined = group[name] | group[other]
            group |= dict.fromkeys(joined, joined)
    return {name: next(each for each in model.uncertain if each in group[name]) for name in model.uncertain}


def _shares(seed: int, stream: str, draws: int) -> Array:
    """Return uniform numbers between 0 and 1, neither included: the high 53 bits of PCG64, in the middle of each step.

    They are taken from the bits themselves: numpy may change how its own `random()` does it, not the bits.
    """
    words = np.frombuffer(hashlib.sha256(stream.encode()).digest(), dtype="<u4")
    bits = np.random.PCG64(np.random.SeedSequence([seed, *(int(word) for word in words)])).random_raw(draws)
    return ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53


def recipe(uncertain: Uncertain) -> str:
    """Return a distribution in words of the model's file: `triangular(low=40, mode=50, high=55)`."""
    spec = uncertain.spec
    if spec.distribution == "discrete":
        pairs = ", ".join(f"{value}: {weight}" for value, weight in zip(spec.outcomes, spec.weights, strict=True))
        return f"discrete({pairs})"
    return f"{spec.distribution}({', '.join(f'{name}={getattr(spec, name)}' for name in spec.parameters)})"


_WORDS: Final = {
    "zh": {
        "draws": "{draws:,}次模拟，随机数种子{seed}",
        "normal": "正态分布",
        "lognormal": "对数正态分布",
        "uniform": "均匀分布",
        "triangular": "三角分布",
        "pert": "PERT分布",
        "discrete": "离散分布",
        "mean": "均值",
        "sd": "标准差",
        "low": "低",
        "mode": "众数",
        "high": "高",
        "weight": "{}权重{}",
        "line": "{}{}（{}）",
        "of_model": "“{1}”的{0}",
        "comma": "，",
        "semicolon": "；",
    },
    "en": {
        "draws": "{draws:,} draws, seed {seed}",
        "normal": "normal",
        "lognormal": "lognormal",
        "uniform": "uniform",
        "triangular": "triangular",
        "pert": "PERT",
        "discrete": "discrete",
        "mean": "mean ",
        "sd": "sd ",
        "low": "low ",
        "mode": "mode ",
        "high": "high ",
        "weight": "{} with weight {}",
        "line": "{} {} ({})",
        "of_model": "{} of “{}”",
        "comma": ", ",
        "semicolon": "; ",
    },
}


def told_recipe(model: Model, inputs: Iterable[tuple[Model, Uncertain]], view: View, language: str) -> str:
    """Return how a view is simulated, as a note under its exhibit says it: draws, seed, each distribution.

    An input of another model is named with that model's title.
    """
    words = _WORDS[language]
    parts = [words["draws"].format(draws=view.spec.draws, seed=view.spec.seed)]
    for home, uncertain in inputs:
        spec, line = uncertain.spec, home.lines[uncertain.line]
        unit = line.unit.symbol
        if spec.distribution == "discrete":
            pairs = zip(spec.outcomes, spec.weights, strict=True)
            said = [words["weight"].format(f"{value}{unit}", weight) for value, weight in pairs]
        else:
            said = [f"{words[each]}{getattr(spec, each)}{unit}" for each in spec.parameters]
        title = _said(line.label, language) or line.id
        if home is not model:
            title = words["of_model"].format(title, _said(home.spec.title, language) or home.id)
        parts.append(words["line"].format(title, words[spec.distribution], words["comma"].join(said)))
    return words["semicolon"].join(parts)


def _said(text: Bilingual, language: str) -> str | None:
    return text.get(language) or text.zh or text.en
