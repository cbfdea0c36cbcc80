"""Where each fact lives in the workbook, and the formula of each computed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise

from yanbao.errors import FormulaError, RenderError, UnitError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.formula import Call, Expr, Refs, excel, operands, parse, transform, walk
from yanbao.quantity.unit import NONE, Unit
from yanbao.render.xlsx.grid import Address, Sheet, Words
from yanbao.render.xlsx.number_format import cell_unit

WORKSPACE = "workspace"  # the dataset of a workspace's own keys
_FORMULA_MAX = 8_192  # characters Excel takes
_ARGUMENTS_MAX = 250  # Excel takes 255
_TAKE_LISTS = ("sum", "mean", "median", "min", "max", "count")  # their operands need not stand together


def needed(shown: Iterable[str], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts that are shown and all that they were computed from, in order of first need.

    Raises:
        RenderError: a fact that the document does not hold, or one that is computed from itself.
    """
    found: dict[str, Fact] = {}
    for first in shown:
        path = {} if first in found else {first: _needs(first, facts, "the document")}
        while path:  # not by recursion: a model's chain of periods may be longer than the stack
            key, waiting = next(reversed(path.items()))
            part = next((each for each in waiting if each not in found), None)
            if part is None:
                del path[key]
                found[key] = facts[key]
            elif part in path:
                raise RenderError(f"the fact {part!r} is computed from itself")
            else:
                path[part] = _needs(part, facts, f"the fact {key!r}")
    return found


def _needs(key: str, facts: Mapping[str, Fact], by: str) -> Iterator[str]:
    fact = facts.get(key)
    if fact is None:
        raise RenderError(f"{by} needs the fact {key!r}, which the document does not hold")
    if not isinstance(fact.lineage, Derivation):
        return iter(())
    return iter((*fact.lineage.inputs, *operands(_expression(fact))))


@cache  # each formula is asked for three times
def _parsed(formula: str) -> Expr:
    return parse(formula)


@cache
def _columns(formula: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the columns of operands of a formula, each with whether it stands in a function that takes lists."""
    expr = _parsed(formula)
    loose = {
        id(argument)
        for call in walk(expr)
        if isinstance(call, Call) and call.function in _TAKE_LISTS
        for argument in call.arguments
        if isinstance(argument, Refs) and len(argument.ids) <= _ARGUMENTS_MAX
    }
    return tuple((part.ids, id(part) in loose) for part in walk(expr) if isinstance(part, Refs))


def _expression(fact: Fact) -> Expr:
    assert isinstance(fact.lineage, Derivation)
    try:
        return _parsed(fact.lineage.formula)
    except FormulaError as error:
        raise RenderError(f"the formula of the fact {fact.id!r} cannot be read: {error}") from error


@dataclass(frozen=True)
class Layout:
    """All that formulas know of where facts live."""

    addresses: dict[str, Address]
    blocks: dict[tuple[str, ...], tuple[Address, ...]]


@dataclass
class Homes:
    """The home of every fact, and the blocks that bring scattered operands side by side."""

    facts: Mapping[str, Fact]
    addresses: dict[str, Address]
    blocks: dict[tuple[str, ...], tuple[Address, ...]]
    layout: Layout | None = None  # once all facts have their homes

    @staticmethod
    def of(sheets: Iterable[Sheet], facts: Mapping[str, Fact]) -> Homes:
        """Return the homes that sheets offer: made ones first, then the first cell that shows a computed fact."""
        made: dict[str, Address] = {}
        first: dict[str, Address] = {}
        for sheet in sheets:
            for (row, column), words in sorted(sheet.cells.items()):
                if isinstance(words, Words) and words.fact is not None:
                    first.setdefault(words.fact, Address(sheet.name, row, column))
            for address, cell in sheet.facts():
                if cell.home:
                    made.setdefault(cell.fact, address)
                elif cell.factor == 1 and isinstance(facts[cell.fact].lineage, Derivation):
                    first.setdefault(cell.fact, address)
        return Homes(facts, {**first, **made}, {})

    def scattered(self, needed: Mapping[str, Fact]) -> list[tuple[str, ...]]:
        """Return the columns of operands that a formula needs side by side, in one unit, and that are not."""
        found: dict[tuple[str, ...], None] = {}
        for fact in needed.values():
            if not isinstance(fact.lineage, Derivation) or fact.quantity is None:
                continue
            for ids, in_list in _columns(fact.lineage.formula):
                if not (in_list and self._one_unit(ids)) and not self._together(ids):
                    found[ids] = None
        return list(found)

    def _one_unit(self, ids: tuple[str, ...]) -> bool:
        units = {cell_unit(quantity.unit) for key in ids if (quantity := self.facts[key].quantity) is not None}
        return len({(unit.dimension, unit.scale) for unit in units}) <= 1

    def _together(self, ids: tuple[str, ...]) -> bool:
        if not self._one_unit(ids):
            return False
        places = [self.addresses[key] for key in ids]
        steps = {
            (after.sheet == before.sheet, after.row - before.row, after.column - before.column)
            for before, after in pairwise(places)
        }
        return not steps or steps in ({(True, 1, 0)}, {(True, 0, 1)})

    def formula(self, fact: Fact, sheet: str) -> str:
        """Return the live formula of a computed fact in its home on `sheet`, with its `=`.

        Raises:
            RenderError: a formula that a workbook cannot say.
        """
        assert fact.quantity is not None
        expr = transform(_expression(fact), self._through_blocks)

        @cache  # a rank asks for each cell of its column several times
        def operand(key: str) -> tuple[str, Unit]:
            block, _, number = key.rpartition("\n")
            if block:
                ids = tuple(block.split("\n"))
                return self.blocks[ids][int(number)].from_sheet(sheet), self.block_unit(ids)
            held = self.facts[key]
            if held.quantity is None and held.text is None:
                raise FormulaError(f"{key} has no value")
            unit = cell_unit(held.quantity.unit) if held.quantity is not None else NONE
            return self.addresses[key].from_sheet(sheet), unit

        try:
            held = {key for key in operands(expr) if key in self.facts and self.facts[key].text is not None}
            text = "=" + excel(expr, operand, cell_unit(fact.quantity.unit), held)
        except (FormulaError, UnitError) as error:
            raise RenderError(f"the fact {fact.id!r} has no workbook formula: {error}") from error
        if len(text) > _FORMULA_MAX:
            raise RenderError(
                f"the formula of the fact {fact.id!r} has {len(text)} characters, Excel takes {_FORMULA_MAX}"
            )
        return text

    def _through_blocks(self, expr: Expr) -> Expr:
        if isinstance(expr, Refs) and expr.ids in self.blocks:
            return Refs(tuple("\n".join((*expr.ids, str(number))) for number in range(len(expr.ids))))
        return expr

    def block_unit(self, ids: tuple[str, ...]) -> Unit:
        """Return the unit of the numbers in a block: that of its first operand with a value."""
        for key in ids:
            quantity = self.facts[key].quantity
            if quantity is not None:
                return cell_unit(quantity.unit)
        raise RenderError(f"no operand of {', '.join(ids[:5])} has a value")

    def block_factor(self, ids: tuple[str, ...], key: str) -> Fraction:
        """Return the factor from the number in an operand's home to the number in the block."""
        quantity = self.facts[key].quantity
        if quantity is None:
            return Fraction(1)
        try:
            return cell_unit(quantity.unit).factor_to(self.block_unit(ids))
        except UnitError as error:
            raise RenderError(f"the operands {', '.join(ids[:5])} cannot stand in one column: {error}") from error


def sourced(facts: Mapping[str, Fact], wanted: Mapping[str, Fact]) -> dict[str, list[Fact]]:
    """Return the facts of the datasets from which something is wanted: wanted ones first, then the rest of its table.

    What stands outside the dataset's table (keys of its description, of the workspace) is given only where wanted.
    """
    found: dict[str, list[Fact]] = {}
    for fact in {**wanted, **facts}.values():
        if isinstance(fact.lineage, Source) and (fact.id in wanted or fact.lineage.dataset in found):
            found.setdefault(fact.lineage.dataset, []).append(fact)
    for dataset, members in found.items():
        files = Counter(fact.lineage.file for fact in members if isinstance(fact.lineage, Source))
        table = None if dataset == WORKSPACE else files.most_common(1)[0][0]
        found[dataset] = [
            fact
            for fact in members
            if fact.id in wanted or (isinstance(fact.lineage, Source) and fact.lineage.file == table)
        ]
    return found
