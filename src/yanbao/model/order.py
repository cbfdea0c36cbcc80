"""In which order the cells of models are computed, which ones a scenario changes, and which go in a circle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from yanbao.errors import Mistake
from yanbao.formula import Expr, walk
from yanbao.model.model import ALL, BASE, Formula, Model
from yanbao.model.names import Names, Node

MAX_OPERANDS: Final = 500_000  # of all formulas in all periods together
_PARTS_A_CELL: Final = 8  # parts of a formula that cost as much as a cell it takes


class Order:
    """The cells of all models, each behind those that it is computed from.

    `nodes` lists them; `shared` gives, for a cell of a scenario that comes to what the base case has, the base's cell.
    """

    def __init__(self, models: Mapping[str, Model], names: Names, mistakes: list[Mistake]) -> None:
        self._names = names
        self._models = models
        self._taken = 0
        self._sizes: dict[int, int] = {}
        self.nodes: list[Node] = []
        self.shared: dict[Node, Node] = {}
        self.circular: set[str] = set()  # models with a circle
        self._sort(mistakes)

    def _all(self) -> Iterator[Node]:
        for table, (model, _) in self._names.tables.items():
            for row in (ALL, *model.rows):
                for line in model.lines.values():
                    if line.once == (row == ALL):
                        yield Node(table, line.id, row)

    def cell_expr(self, node: Node) -> tuple[Model, str, Expr | None]:
        """Return the model, the scenario and the formula of a cell, `None` where it has none."""
        model, scenario = self._names.tables[node.table]
        cell = model.cell(node.line, node.row, scenario)
        return model, scenario, cell.expr if isinstance(cell, Formula) else None

    def _operands(self, node: Node) -> list[Node]:
        model, scenario, expr = self.cell_expr(node)
        if expr is None:
            return []
        found = list(dict.fromkeys(self._names.operands(expr, model, node.row, scenario)))
        self._taken += len(found) + self._parts(expr) // _PARTS_A_CELL
        return found

    def _parts(self, expr: Expr) -> int:
        """Return how many parts a formula has; its periods share it."""
        if id(expr) not in self._sizes:
            self._sizes[id(expr)] = sum(1 for _ in walk(expr))
        return self._sizes[id(expr)]

    def _sort(self, mistakes: list[Mistake]) -> None:
        done: set[Node] = set()
        told: set[frozenset[tuple[str, str]]] = set()
        for first in self._all():
            if first in done:
                continue
            path: dict[Node, Iterator[Node]] = {first: iter(self._operands(first))}
            while path:
                node, waiting = next(reversed(path.items()))
                following = next(waiting, None)
                if following is None:
                    del path[node]
                    done.add(node)
                    self._settle(node)
                elif following in path:
                    self._circle([*path][[*path].index(following) :], told, mistakes)
                elif following not in done:
                    path[following] = iter(self._operands(following))
                if self._taken > MAX_OPERANDS:
                    model = self._names.tables[node.table][0]
                    cause = (
                        f"the formulas are too long: more than {MAX_OPERANDS:,} cells are taken in all periods together"
                    )
                    mistakes.append(Mistake(model.file, 1, "lines", cause, "sum a running total, not all periods"))
                    self.circular.update(self._models)
                    return

    def _settle(self, node: Node) -> None:
        """Put a cell behind its operands; note whether its scenario leaves it as it is."""
        self.nodes.append(node)
        model, scenario = self._names.tables[node.table]
        if scenario == BASE or (node.line, node.row) in model.scenarios[scenario].cells:
            return
        base = Node(model.id, node.line, node.row)
        same = [self.shared.get(each, each) for each in self._operands(base)]
        if same == [self.shared.get(each, each) for each in self._operands(node)]:
            self.shared[node] = base

    def _circle(self, nodes: list[Node], told: set[frozenset[tuple[str, str]]], mistakes: list[Mistake]) -> None:
        """Note a circle once, whatever the period: its cells, each with its place."""
        lines = frozenset((self._names.tables[node.table][0].id, node.line) for node in nodes)
        self.circular.update(model for model, _ in lines)
        if lines in told:
            return
        told.add(lines)
        start = min(range(len(nodes)), key=lambda at: (nodes[at].table, nodes[at].line))
        nodes = nodes[start:] + nodes[:start]
        steps = []
        for node in nodes:
            model, scenario = self._names.tables[node.table]
            cell = model.cell(node.line, node.row, scenario)
            steps.append(f"{_said(node)} ({model.file}:{cell.file_line})")
        first, scenario = self._names.tables[nodes[0].table]
        line = first.cell(nodes[0].line, nodes[0].row, scenario).file_line
        chain = " -> ".join([*steps[:12], *(["…"] if len(steps) > 12 else []), _said(nodes[0])])
        hint = "name a cell that is not computed from this one, as prev(x)"
        mistakes.append(Mistake(first.file, line, f"lines.{nodes[0].line}", f"goes in a circle: {chain}", hint))


def _said(node: Node) -> str:
    return f"{node.table}.{node.line}" + ("" if node.row == ALL else f"[{node.row}]")
