"""Relations that the accounting words of a grid's heads propose: margins, P/E, the identities of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Final

from yanbao.check.tick.formulas import FORMULAS, STABLE, MetricFormula
from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.judging import judge
from yanbao.check.tick.proposal import Instance, Proposal
from yanbao.quantity.period import Period

_MOST_SAME: Final = 12  # lines of one metric and period that are tried
_Named = dict[str, list[int]]


def metric_relations(grid: Grid) -> list[Proposal]:
    """Return the relations between lines of a grid that their metrics propose and that hold in most places."""
    named = _named(grid)
    if len(named) < 2:
        return []
    found: list[Proposal] = []
    for formula in FORMULAS:
        best = _best_of(formula, grid, named)
        if best is not None:
            found.append(best)
    for relation, claim, basis in STABLE:
        if not any(proposal.relation == relation for proposal in found):
            found += _stable(grid, named, relation, claim, basis)
    return found


def _named(grid: Grid) -> _Named:
    """Return the lines of each metric; lines that state a change of it are left out."""
    named: _Named = defaultdict(list)
    for index, line in enumerate(grid.lines):
        if line.metric is not None and line.change is None and grid.number[index].any():
            named[line.metric.name].append(index)
    return named


def _best_of(formula: MetricFormula, grid: Grid, named: _Named) -> Proposal | None:
    """Return the variant of a formula (which of the metrics that may stand for an operand) that holds best."""
    if formula.claim not in named or any(not any(name in named for name in names) for names in formula.operands):
        return None
    best: tuple[int, int, Proposal] | None = None
    first: Proposal | None = None
    for names in product(*formula.operands):
        if any(name not in named for name in names):
            continue
        for optional in ((), formula.optional) if formula.optional else ((),):
            if any(name not in named for name, _ in optional):
                continue
            plain = _proposal(formula, grid, named, names, optional)
            if plain is None:
                continue
            first = first or plain
            for proposal in _scaled(plain):
                held, broken = _count(proposal)
                score = (held - 2 * broken, held)
                if held and (best is None or score > best[:2]):
                    best = (*score, proposal)
    if best is None:
        return None if first is None or _unit_unknown(first) else replace(first, unproved=True)
    held, broken = _count(best[2])
    return best[2] if broken <= held else None


def _scaled(proposal: Proposal) -> Iterator[Proposal]:
    """Yield a proposal, and for amounts a share on shares of unknown scale the same in thousands.

    Heads say "(000's)" in ways that cannot be relied on; three digits of a quotient cannot be off by a thousand.
    """
    yield proposal
    claim = proposal.grid.lines[proposal.instances[0].claimed[0]].metric
    if claim is not None and claim.dimension == "money_per_share" and _unit_unknown(proposal):
        for scale in ("1", "1000", "1/1000", "1000000"):
            yield replace(proposal, unit_scale=Fraction(scale))


def _unit_unknown(proposal: Proposal) -> bool:
    """Whether an operand prints no unit: its scale (shares in thousands) would be taken for a slip."""
    grid = proposal.grid
    return any(
        grid.bare[position] for instance in proposal.instances for position in (instance.claimed, *instance.operands)
    ) and proposal.arithmetic not in ("sum", "difference", "carried")


def _count(proposal: Proposal) -> tuple[int, int]:
    verdicts = [judge(proposal, instance).verdict for instance in proposal.instances]
    return verdicts.count("ties"), verdicts.count("breaks")


def _proposal(
    formula: MetricFormula,
    grid: Grid,
    named: _Named,
    names: tuple[str, ...],
    optional: tuple[tuple[str, int], ...],
) -> Proposal | None:
    instances: list[Instance] = []
    signs: dict[int, int] = {}
    wanted = [*names, *(name for name, _ in optional)]
    order = [*(formula.signs or [1] * len(names)), *(sign for _, sign in optional)]
    for claim in named[formula.claim][:_MOST_SAME]:
        lines = [_partner(grid, named[name], claim) for name in wanted]
        if any(line is None for line in lines):
            continue
        chosen = [line for line in lines if line is not None]
        signs.update(zip(chosen, order, strict=True))
        for j in range(len(grid.places)):
            cells = [grid.figures[claim][j], *(grid.figures[line][j] for line in chosen)]
            if all(cell is not None for cell in cells) and not grid.places[j].change:
                instances.append(Instance((claim, j), tuple((line, j) for line in chosen)))
    if not instances:
        return None
    return Proposal(
        formula.relation, formula.arithmetic, grid, tuple(instances), True, 1, line_signs=tuple(signs.items())
    )


def _partner(grid: Grid, lines: list[int], claim: int) -> int | None:
    """Return the line of a metric that belongs to the claim's: of its period, or of none; the nearest of several."""
    mine = grid.lines[claim]
    fitting = [line for line in lines if line != claim and _together(mine, grid.lines[line])]
    return min(fitting, key=lambda line: abs(line - claim), default=None)


def _together(claim: Line, other: Line) -> bool:
    if claim.period is None or other.period is None:
        return True
    return same_period(claim.period, other.period)


def same_period(left: Period, right: Period) -> bool:
    """Whether two periods are the same days, or the day that ends a period stands for it."""
    return left.same_days(right) or (left.end == right.end and "day" in (left.grain, right.grain))


def _stable(grid: Grid, named: _Named, relation: str, claim: str, basis: tuple[str, ...]) -> Iterator[Proposal]:
    """Yield multiples whose price is not printed: claim × basis is one number in every period.

    The place whose product is most precise, of those that most others agree with, is the reference.
    """
    if claim not in named:
        return
    for name in basis:
        if name not in named:
            continue
        for views in _rows_of_periods(grid, named, claim, name):
            proposal = _against_reference(grid, relation, views)
            if proposal is not None:
                yield proposal
                return


def _rows_of_periods(
    grid: Grid, named: _Named, claim: str, basis: str
) -> Iterator[list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Yield lists of (claim, basis) positions of one subject over its periods: along places, or along lines."""
    if len(named[claim]) == 1 and len(named[basis]) == 1:
        a, b = named[claim][0], named[basis][0]
        along = [
            ((a, j), (b, j))
            for j in range(len(grid.places))
            if grid.figures[a][j] is not None and grid.figures[b][j] is not None and grid.places[j].period is not None
        ]
        if len(along) >= 3:
            yield along
        return
    pairs = [(a, partner) for a in named[claim] if (partner := _partner(grid, named[basis], a)) is not None]
    pairs = [(a, b) for a, b in pairs if grid.lines[a].period is not None]
    for j in range(len(grid.places)):
        across = [
            ((a, j), (b, j)) for a, b in pairs if grid.figures[a][j] is not None and grid.figures[b][j] is not None
        ]
        if len(across) >= 3:
            yield across


def _against_reference(
    grid: Grid, relation: str, cells: list[tuple[tuple[int, int], tuple[int, int]]]
) -> Proposal | None:
    products = [grid.figure(*a).quantity.interval * grid.figure(*b).quantity.interval for a, b in cells]
    positive = [k for k, (a, b) in enumerate(cells) if grid.value[a] > 0 and grid.value[b] > 0]
    if len(positive) < 3:
        return None

    def agreeing(k: int) -> int:
        return sum(products[k].meets(products[other]) for other in positive)

    most = max(agreeing(k) for k in positive)
    reference = min(
        (k for k in positive if agreeing(k) == most), key=lambda k: (products[k].width or 0) / (products[k].high or 1)
    )
    (pe, eps) = cells[reference]
    instances = [Instance(a, (pe, eps, b)) for k, (a, b) in enumerate(cells) if k in positive and k != reference]
    return Proposal(relation, "scaled", grid, tuple(instances), True, 1)
