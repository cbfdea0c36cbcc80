"""A relation that a table's structure proposes: which arithmetic, over which cells, on the strength of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import numpy as np

from yanbao.check.tick.chance import LARGEST_EXPECTED, LARGEST_EXPECTED_LABELLED, expected, meeting
from yanbao.check.tick.grid import Flags, Floats, Grid

Arithmetic = Literal[
    "sum",  # Σ sign × operand
    "difference",  # a − b
    "growth",  # a / b − 1
    "ratio",  # a / b
    "margin",  # (a − b) / a
    "less_ratio",  # (a − b) / c
    "scaled",  # a × b / c
    "product",  # a × b
    "mean",
    "median",
    "cagr",  # (a / b) ** (1 / years) − 1
    "carried",  # a
]
SURE: Final = 1e-6  # relations like one that would come by chance: it is certain, and so is its break in a like place
Position = tuple[int, int]  # line and place in the grid


@dataclass(frozen=True)
class Instance:
    """One claim with its operands. A sum with one part that is not 0 is no evidence for the others: `telling`."""

    claimed: Position
    operands: tuple[Position, ...]
    telling: bool = True


@dataclass(frozen=True)
class Proposal:
    """Instances of one relation in the rows or columns of a grid, and what supports it.

    `candidates` is how many relations were tried to find this one. `unit_scale` is what one unit of a claim without
    unit is worth (a growth column printed 15.6 is in percent: 1/100).
    """

    relation: str
    arithmetic: Arithmetic
    grid: Grid
    instances: tuple[Instance, ...]
    labelled: bool
    candidates: int
    line_signs: tuple[tuple[int, int], ...] = ()  # of a sum: its lines, each with its sign
    years: int = 0
    unit_scale: Fraction | None = None
    expected: float = 1.0  # how many relations like this random numbers would show
    unproved: bool = False  # a label claims it and no instance holds: judged only where a single slip explains it

    @property
    def alike(self) -> bool:
        """Whether the places are periods of one thing: what holds in one of them holds in all."""
        places = [self.grid.places[instance.claimed[1]] for instance in self.instances]
        named = all(place.period is not None or place.era is not None for place in places)
        return named or not any(place.text for place in places)

    def accepted(self, ties: Flags, widths: Floats, size: float, claims: Floats | None = None) -> float | None:
        """Return how many relations like this chance would show, `None` where it is too many to assert this one.

        Without a label at least two telling instances hold, and three where one breaks, and at most one in four breaks;
        with a label, one holds and no more break than hold. `claims` are the claims as read, or, where a line is nearly
        one of its operands, its differences from it.
        """
        telling = np.array([instance.telling for instance in self.instances])
        if claims is None:
            claims = np.array([self.grid.value[instance.claimed] for instance in self.instances])
        good = ties & telling
        held = int(good.sum())
        broken = wrong_cells([self.instances[at] for at in np.flatnonzero(~ties)])
        if not held:
            return None
        few = broken == 1 and held < 3 and not self.labelled
        if broken > held if self.labelled else not may_be_discovered(held, broken):
            return None
        e = expected(self.candidates, held + broken, broken, meeting(claims[good], widths[good], size))
        if self.labelled:
            return e if e < LARGEST_EXPECTED_LABELLED else None
        if few:
            return e if e < SURE and self.alike else None
        return e if e < LARGEST_EXPECTED else None


def may_be_discovered(held: int, broken: int) -> bool:
    """Whether a relation that no label claims has instances enough that hold beside those that break.

    One that holds in a single instance and breaks in another is let through for numbers so long that chance is ruled
    out; where its one instance breaks nobody could tell.
    """
    if broken == 1 and held:
        return True
    return held >= 2 and (not broken or (held >= 3 and broken <= max(1, held // 4)))


def wrong_cells(broken: Sequence[Instance]) -> int:
    """Return how many wrong cells it takes to break these instances: one level breaks the growth to it and from it.

    A cell that stands in more than two of them is no slip: the whole of many shares is then another one.
    """
    left = [{each.claimed, *each.operands} for each in broken]
    shared = Counter(cell for cells in left for cell in cells)
    count = 0
    while left:
        first = left.pop(0)
        pair = next((cells for cells in left if _twice(first & cells, shared)), None)
        if pair is not None:
            left.remove(pair)
        count += 1
    return count


def _twice(cells: set[Position], shared: Counter[Position]) -> bool:
    return any(shared[cell] == 2 for cell in cells)
