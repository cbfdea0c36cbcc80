"""Which cells of models are computed together: a line's periods at once, where none of them needs another."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from yanbao.formula import Expr, Ref, Refs, operands, transform


@dataclass(frozen=True)
class CellFormula:
    """A computed cell: its formula over fact ids, and what must be true for it to mean something."""

    id: str
    expr: Expr
    conditions: tuple[Expr, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The ids of all facts it takes, each once."""
        return tuple(dict.fromkeys(name for expr in (self.expr, *self.conditions) for name in operands(expr)))


@dataclass(frozen=True)
class Together:
    """Cells of one formula: `expr` and `conditions` take operands 0, 1, …, and `operands[at][cell]` is their fact."""

    ids: tuple[str, ...]
    expr: Expr
    conditions: tuple[Expr, ...]
    operands: tuple[tuple[str, ...], ...]


def together(cells: Mapping[str, CellFormula], moving: frozenset[str]) -> Iterator[Together]:
    """Yield the cells in steps, each behind the steps whose cells it needs.

    Cells of a column with one formula make a step, if none of them needs another, by whatever way. Where one does
    (`prev(stock) * growth`), the columns of that circle are computed period by period.

    Args:
        cells: all cells to compute, each behind those that it needs.
        moving: the facts that change from run to run; cells of a step have their moving operands in the same places.
    """
    keys: dict[str, Hashable] = {}
    numbered: dict[str, tuple[tuple[Expr, ...], tuple[str, ...]]] = {}
    members: dict[Hashable, list[str]] = {}
    for name, cell in cells.items():
        exprs, names = _numbered((cell.expr, *cell.conditions))
        key = (name.partition("@")[0], exprs, tuple(each in moving for each in names))
        keys[name], numbered[name] = key, (exprs, names)
        members.setdefault(key, []).append(name)
    needs = {
        key: dict.fromkeys(keys[each] for name in found for each in cells[name].needs if each in keys)
        for key, found in members.items()
    }
    for circle in _components({key: list(found) for key, found in needs.items()}):
        if len(circle) == 1 and circle[0] not in needs[circle[0]]:
            yield _step(members[circle[0]], numbered)
        else:
            inside = [name for key in circle for name in members[key]]
            yield from (_step(found, numbered) for found in _by_level(inside, cells, keys))


def _step(names: list[str], numbered: Mapping[str, tuple[tuple[Expr, ...], tuple[str, ...]]]) -> Together:
    expr, *conditions = numbered[names[0]][0]
    columns = zip(*(numbered[name][1] for name in names), strict=True)
    return Together(tuple(names), expr, tuple(conditions), tuple(columns))


def _by_level(names: list[str], cells: Mapping[str, CellFormula], keys: Mapping[str, Hashable]) -> Iterator[list[str]]:
    """Yield the cells of a circle of columns by how many of them stand before each."""
    own = set(names)
    levels: list[dict[Hashable, list[str]]] = []
    level: dict[str, int] = {}
    for name in (each for each in cells if each in own):
        level[name] = 1 + max((level[each] for each in cells[name].needs if each in own), default=-1)
        if len(levels) == level[name]:
            levels.append({})
        levels[level[name]].setdefault(keys[name], []).append(name)
    for found in levels:
        yield from found.values()


def _components(needs: Mapping[Hashable, Sequence[Hashable]]) -> Iterator[list[Hashable]]:
    """Yield the circles of a graph, and what is in none by itself, each behind what it needs (Tarjan 1972)."""
    number: dict[Hashable, int] = {}
    lowest: dict[Hashable, int] = {}
    waiting: dict[Hashable, None] = {}  # those whose circle is not closed yet, in order
    for first in needs:
        path = [(first, iter(needs[first]))] if first not in number else []
        while path:
            node, following = path[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                waiting[node] = None
            for each in following:
                if each not in number:
                    path.append((each, iter(needs[each])))
                    break
                if each in waiting:
                    lowest[node] = min(lowest[node], number[each])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    lowest[before] = min(lowest[before], lowest[node])
                if lowest[node] == number[node]:
                    found = [waiting.popitem()[0]]
                    while found[-1] != node:
                        found.append(waiting.popitem()[0])
                    yield found


def _numbered(exprs: tuple[Expr, ...]) -> tuple[tuple[Expr, ...], tuple[str, ...]]:
    """Return expressions with their operands numbered in order, and the operands."""
    names: list[str] = []

    def number(name: str) -> str:
        names.append(name)
        return str(len(names) - 1)

    def change(part: Expr) -> Expr:
        if isinstance(part, Ref):
            return Ref(number(part.id))
        if isinstance(part, Refs):
            return Refs(tuple(number(each) for each in part.ids))
        return part

    return tuple(transform(expr, change) for expr in exprs), tuple(names)
