"""All relations inside one grid: proposed by its structure and labels, judged one by one, asserted or left open.

A relation is asserted by what supports it: its sister instances that hold, its label, and, for one that breaks, by a
slip that explains it and would hardly explain a random number. A break with less than that is told as skipped.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from yanbao.check.tick import table_unit
from yanbao.check.tick.along import along
from yanbao.check.tick.averages import averages
from yanbao.check.tick.chance import LARGEST_EXPECTED_LABELLED
from yanbao.check.tick.compound import compound
from yanbao.check.tick.copied import copied
from yanbao.check.tick.diagnosing import CONVINCING, Diagnosis, diagnose, diagnose_shared
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.formulas import NAMED
from yanbao.check.tick.grid import Grid
from yanbao.check.tick.identical import RELATION, identical
from yanbao.check.tick.judging import Judged, judge
from yanbao.check.tick.metric_relations import metric_relations
from yanbao.check.tick.pairs import pairs
from yanbao.check.tick.proposal import SURE, Instance, Proposal, wrong_cells
from yanbao.check.tick.said import Said
from yanbao.check.tick.severity import severity
from yanbao.check.tick.shares import shares
from yanbao.check.tick.slipped import slipped
from yanbao.check.tick.stated_growth import stated_growth
from yanbao.check.tick.statement_forms import statement_forms
from yanbao.check.tick.sums import sums
from yanbao.check.tick.tested import Tested

_ENOUGH_LABELLED: Final = 3  # instances that hold beside a break that nothing explains
_ENOUGH_DISCOVERED: Final = 12
_MOST_SHARED: Final = 4  # broken relations that one wrong cell may explain
_PLAUSIBLE: Final = 0.3  # guesses like the one that explains a break that would fit at random: enough beside votes
_NATURAL: Final = 0.03  # the same for a total of its whole section in one of two years
_COMMON_SIZE: Final = 1e-3  # the same for shares of revenue below their parts, three of four of which hold
_LIKE: Final = 1e-4  # relations like one that holds in three of four like places
_FIRM: Final = ("sum", "growth", "difference", "share")
_PRICED: Final = ("pe", "pb", "ps", "dividend_yield", "market_value")
_ABROAD: Final = re.compile(r"\.HK\b|港|HK\$|HKD|H股|(?<![0-9])0[0-9]{4}(?![0-9])|\.(?:US|O|N)\b|美元|US\$|ADR")
_ORDER: Final = ("sum", "growth", "difference", "ratio")
_FINDERS: Final = (
    metric_relations,
    statement_forms,
    sums,
    along,
    compound,
    averages,
    pairs,
    shares,
    identical,
    stated_growth,
)

_Pattern = tuple[int, str, tuple[int, ...]]


@dataclass(frozen=True)
class _Judgement:
    proposal: Proposal
    instance: Instance
    judged: Judged
    held: int
    broken: int
    sisters: int = 0  # instances of the same arithmetic between other lines that stand to each other as these do


def relations_of_grid(grid: Grid) -> list[Tested]:
    """Return every relation of a grid that was tested, each claim with its operands, in rows and in columns."""
    found = tested([each for view in (grid, grid.turned) for find in _FINDERS for each in find(view)])
    return [*found, *slipped(grid)]


def relations_of_statements(grid: Grid) -> list[Tested]:
    """Return the relations between metrics of different tables (`statement_grid`), those inside one table left out."""
    proposals = [*metric_relations(grid), *along(grid)]
    return [
        replace(each, basis="tables")
        for each in tested(proposals)
        if len({figure.table for figure in (each.claimed, *each.operands)}) > 1
    ]


def tested(proposals: Sequence[Proposal]) -> list[Tested]:
    """Return the judged instances of proposals; one relation that was found from two sides is told once."""
    judgements = _with_sisters(_judgements(sorted(proposals, key=_priority)))
    standing: Counter[int] = Counter()
    for each in judgements:
        if each.judged.verdict == "ties" and each.instance.telling:
            for position in (each.instance.claimed, *each.instance.operands):
                standing[id(each.proposal.grid.figure(*position))] += 1

    def stands(figure: Figure) -> int:
        return standing[id(figure)]

    shared = _shared(judgements)
    ruled = Counter(id(each.proposal) for each in judgements if _below_zero(each) and each.judged.verdict == "ties")
    results: list[Tested] = []
    for each in judgements:
        diagnosis = diagnose(each.proposal, each.instance, each.judged, stands) if _breaks(each) else None
        other = shared.get(id(each.proposal)) if _breaks(each) else None
        if other is None and _breaks(each) and each.held and not each.proposal.unproved:
            other = copied(each.proposal, each.instance)
        if other is not None and (diagnosis is None or other.expected < diagnosis.expected):
            diagnosis = other
        if each.judged.verdict == "skipped" and _below_zero(each) and each.held:
            slip = diagnose(each.proposal, each.instance, each.judged, stands)
            if _off_the_rule(slip, ruled[id(each.proposal)]):
                judged = replace(each.judged, verdict="breaks", reason="")
                each, diagnosis = replace(each, judged=judged), slip
        results.append(_tested(each, diagnosis))
    return results


def _with_sisters(judgements: Sequence[_Judgement]) -> list[_Judgement]:
    """Count for each relation the ties of those that repeat it: price × volume = revenue, product by product.

    A proposal in which anything breaks supports no other.
    """
    held: dict[_Pattern, dict[int, int]] = defaultdict(dict)
    for each in judgements:
        if each.broken == 0 and each.held >= _ENOUGH_LABELLED and not each.proposal.unproved:
            held[_pattern(each)][_lowest(each)] = each.held
    return [
        replace(
            each,
            sisters=sum(ties for line, ties in held.get(_pattern(each), {}).items() if line != _lowest(each)),
        )
        if _breaks(each)
        else each
        for each in judgements
    ]


def _lowest(each: _Judgement) -> int:
    return min(each.instance.claimed[0], *(line for line, _ in each.instance.operands))


def _pattern(each: _Judgement) -> _Pattern:
    """Return how the lines of a relation stand to each other: a / b = c, a / c = b and b × c = a are one pattern."""
    proposal = each.proposal
    claim, *operands = each.instance.claimed[0], *(line for line, _ in each.instance.operands)
    lines = [claim, *operands]
    arithmetic: str = proposal.arithmetic
    if arithmetic in ("ratio", "difference") and len(operands) == 2:
        lines = [operands[0], *sorted((claim, operands[1]))]
    elif arithmetic == "product":
        lines, arithmetic = [claim, *sorted(operands)], "ratio"
    return (id(proposal.grid.lines), arithmetic, tuple(line - lines[0] for line in lines[1:]))


def _shared(judgements: Sequence[_Judgement]) -> dict[int, Diagnosis]:
    """Return, by proposal, the slip in one cell that explains all that breaks in it."""
    broken: dict[int, list[_Judgement]] = defaultdict(list)
    for each in judgements:
        if _breaks(each) and not each.proposal.unproved:
            broken[id(each.proposal)].append(each)
    found = {}
    for key, mine in broken.items():
        if 2 <= len(mine) <= _MOST_SHARED and mine[0].held:
            slip = diagnose_shared(mine[0].proposal, [(each.instance, each.judged) for each in mine])
            if slip is not None:
                found[key] = slip
    return found


def _below_zero(each: _Judgement) -> bool:
    """Whether a growth rate has a loss at one end: it is judged only where its table shows by which rule."""
    proposal, judged = each.proposal, each.judged
    if proposal.arithmetic != "growth" or not proposal.labelled or judged.recomputed is None:
        return False
    return any(proposal.grid.value[operand] < 0 for operand in each.instance.operands)


def _off_the_rule(slip: Diagnosis | None, places: int) -> bool:
    """Whether growth with a loss at one end, that fits no rule, is a break: `places` follow the table's rule."""
    if slip is None:
        return False
    limit = _PLAUSIBLE if places >= _ENOUGH_LABELLED else CONVINCING if places else CONVINCING / 10
    return slip.expected < limit and (slip.typed or places >= _ENOUGH_LABELLED)


def _breaks(each: _Judgement) -> bool:
    return each.judged.verdict == "breaks"


def _judgements(proposals: Sequence[Proposal]) -> list[_Judgement]:
    found: list[_Judgement] = []
    seen: set[frozenset[int]] = set()
    for proposal in proposals:
        grid = proposal.grid
        fresh = []
        for instance in proposal.instances:
            positions = (instance.claimed, *instance.operands)
            # a = b + c, b = a - c and c = a - b are one relation: the one that is best supported is told
            cells = frozenset(id(grid.figure(*position)) for position in positions)
            if cells not in seen:
                seen.add(cells)
                fresh.append((instance, judge(proposal, instance)))
        held = sum(judged.verdict == "ties" and instance.telling for instance, judged in fresh)
        broken = wrong_cells([instance for instance, judged in fresh if judged.verdict == "breaks"])
        found += [_Judgement(proposal, instance, judged, held, broken) for instance, judged in fresh]
    return found


def _tested(each: _Judgement, diagnosis: Diagnosis | None) -> Tested:
    proposal, judged = each.proposal, each.judged
    grid = proposal.grid
    verdict, reason = judged.verdict, judged.reason
    if verdict == "breaks" and not _asserted(each, diagnosis):
        verdict = "skipped"
        parts = proposal.unproved and proposal.arithmetic == "sum"
        reason = Said("parts-unknown") if parts else Said("too-few", each.held, each.held + each.broken)
    claimed = grid.figure(*each.instance.claimed)
    how_bad = (
        severity(proposal.arithmetic, judged.claimed, judged.recomputed) if judged.recomputed is not None else None
    )
    if verdict == "breaks" and how_bad == "typo" and _a_share(proposal):
        verdict, reason = "skipped", Said("a-share")
    result = Tested(
        relation=proposal.relation,
        basis="table" if proposal.labelled else "discovered",
        claimed=claimed,
        operands=tuple(grid.figure(*position) for position in each.instance.operands),
        verdict=verdict,
        recomputed=judged.recomputed,
        working=judged.working,
        reason=reason,
        votes=max(1, each.held),
    )
    if verdict != "breaks" or how_bad is None:
        return result
    return replace(
        result,
        severity=how_bad,
        diagnosis=None if diagnosis is None else diagnosis.words,
        proposal=None if diagnosis is None else diagnosis.value,
        blamed=None if diagnosis is None else diagnosis.blamed,
    )


def _asserted(each: _Judgement, diagnosis: Diagnosis | None) -> bool:
    """Whether a break is told as one: enough sisters hold, or a slip explains it that would hardly fit by chance."""
    proposal = each.proposal
    expected = 1.0 if diagnosis is None else diagnosis.expected
    if proposal.unproved:
        alone = each.broken <= max(1, each.held)  # where more places break it is the parts that are wrong
        said = proposal.arithmetic in ("growth", "difference")  # by heads that leave no other reading
        limit = LARGEST_EXPECTED_LABELLED if said else CONVINCING / 10
        return alone and diagnosis is not None and diagnosis.typed and expected < limit
    closed = proposal.relation in NAMED and proposal.labelled and len(each.instance.operands) == 2
    if not closed and _another_part(each):  # opening and change have no third part
        return False
    if proposal.relation == RELATION:
        return diagnosis is not None and diagnosis.typed and expected < CONVINCING / 10
    if expected < CONVINCING:
        return proposal.relation not in _PRICED or not _abroad(each)
    if proposal.relation in _PRICED:
        # metrics named in the heads: only a price in another currency than the earnings is another explanation
        return each.held >= _ENOUGH_LABELLED and each.broken <= each.held and not _abroad(each)
    if proposal.relation in NAMED and proposal.labelled and expected < _PLAUSIBLE and each.broken <= each.held:
        return True
    if proposal.relation in NAMED and proposal.labelled and each.held >= _ENOUGH_LABELLED * each.broken:
        return diagnosis is not None and diagnosis.typed
    if each.held >= _ENOUGH_LABELLED * each.broken and each.sisters >= _ENOUGH_LABELLED and proposal.alike:
        return True
    if proposal.relation == "share" and proposal.labelled and proposal.alike and proposal.expected < _COMMON_SIZE:
        return each.held >= _ENOUGH_LABELLED * each.broken
    sure = proposal.expected < SURE and proposal.alike
    if proposal.labelled:
        if sure and each.broken <= each.held and proposal.arithmetic in _FIRM:
            return True
        natural = proposal.arithmetic == "sum" and proposal.alike and proposal.expected < _NATURAL
        if natural and each.broken <= each.held:
            return True
        few = 4 if proposal.arithmetic in ("ratio", "product") else 2
        if expected < _PLAUSIBLE and each.held >= 2 * each.broken:
            return True
        return each.held >= _ENOUGH_LABELLED and each.broken * few <= each.held
    if expected < _PLAUSIBLE and each.held >= 3 * each.broken and proposal.arithmetic in _FIRM:
        return True
    like = sure or (proposal.arithmetic in _FIRM and proposal.expected < _LIKE and proposal.alike)
    return each.held >= (3 if like else _ENOUGH_DISCOVERED) * each.broken


def _a_share(proposal: Proposal) -> bool:
    """Whether a ratio is an amount a share."""
    line = proposal.grid.lines[proposal.instances[0].claimed[0]]
    named = line.metric is not None and line.metric.dimension == "money_per_share"
    return proposal.arithmetic == "ratio" and (named or table_unit.is_per_share(f"{line.text} {line.section}"))


def _abroad(each: _Judgement) -> bool:
    """Whether a share may be priced in another currency than its earnings: an H-share with earnings in yuan."""
    grid = each.proposal.grid
    heads = [head for position in each.instance.operands for head in grid.figure(*position).heads]
    return any(_ABROAD.search(head) for head in heads)


def _another_part(each: _Judgement) -> bool:
    """Whether a break goes away with a line that is empty wherever the relation holds and has a number here.

    Nothing then supports its sign, or that it is no part: it is taken to be one part more, or to be taken off.
    """
    proposal, judged = each.proposal, each.judged
    if proposal.arithmetic not in ("sum", "difference") or judged.recomputed is None:
        return False
    grid = proposal.grid
    place = each.instance.claimed[1]
    held = [
        instance.claimed[1]
        for instance in proposal.instances
        if instance.claimed[1] != place and judge(proposal, instance).verdict == "ties"
    ]
    if not held:
        return False
    gap = judged.claimed.interval - judged.recomputed.interval
    if gap.low is None or gap.high is None:
        return False
    scale = float(judged.claimed.unit.scale)
    low, high = float(gap.low) * scale, float(gap.high) * scale
    used = {line for line, _ in each.instance.operands}
    kind = grid.kind[each.instance.claimed]
    moves: list[float] = []
    for line in range(len(grid.lines)):
        value = grid.value[line, place]
        if line == each.instance.claimed[0] or not value or np.isnan(value) or grid.kind[line, place] != kind:
            continue
        if not np.nan_to_num(grid.value[line, held]).any():
            moves += [value, -value, 2 * value, -2 * value] if line in used else [value, -value]
    values = Counter(float(grid.value[operand]) for operand in each.instance.operands)
    for value, times in values.items():
        if times > 1 and value:  # a line and the one part it consists of
            moves += [value, -value]
    slack = 1e-9 * max(abs(low), abs(high))
    sums = [*moves, *(a + b for i, a in enumerate(moves) for b in moves[i + 1 :] if abs(a) != abs(b))]
    return any(low - slack <= move <= high + slack for move in sums)


def _priority(proposal: Proposal) -> tuple[bool, bool, int, int]:
    rank = _ORDER.index(proposal.arithmetic) if proposal.arithmetic in _ORDER else len(_ORDER)
    return (proposal.unproved, not proposal.labelled, rank, -len(proposal.instances))
