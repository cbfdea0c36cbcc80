"""Models -> tables of the evidence: inputs as sourced facts, formulas as cells that the calculator computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import Bilingual, Evidence, FollowOnError, Origin
from yanbao.evidence.sidecar import ColumnSpec, RowSpec, Sidecar
from yanbao.evidence.table import Column, Pending, Table
from yanbao.fact.fact import Fact, Source
from yanbao.formula import Expr, Name, transform
from yanbao.model.load import KEY
from yanbao.model.model import ALL, BASE, Absent, Formula, Line, Model, Typed
from yanbao.model.names import Names, Node
from yanbao.model.order import Order
from yanbao.model.units import Look, check_condition, check_formula
from yanbao.quantity import Quantity, Unit

_PERIOD: Final = Bilingual(zh="期间", en="Period")


@dataclass
class Compiled:
    """The models of a workspace whose tables stand in its evidence; `pending` is in the order of computing."""

    models: dict[str, Model] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    tables: frozenset[str] = frozenset()  # their ids, those of scenarios too


def compile_models(
    models: Mapping[str, Model], evidence: Evidence, origins: Mapping[str, Origin], language: str
) -> Compiled:
    """Add the tables of models to the evidence: rows are periods, columns are lines, each scenario is a table.

    A cell of a scenario that comes to what the base case has is the fact of the base case. Mistakes (names, units,
    circles) go to `evidence.mistakes`, all at once; a model with any is left out and its tables are `refused`.

    Args:
        models: the models by name.
        evidence: the tables of the workspace; takes those of the models.
        origins: the publishers that yanbao.toml names.
        language: of labels and origins, zh or en.
    """
    sound = _sound(models, evidence)
    order = Order(sound, Names(sound, evidence), evidence.mistakes)
    while order.circular:  # the others are computed without them
        for name in order.circular:
            evidence.refused.add(sound.pop(name).id)
        order = Order(sound, Names(sound, evidence), [])
    writer = _Writer(sound, evidence, origins, language, order)
    for model in sound.values():
        writer.tables(model)
    tables = frozenset(each.table(scenario) for each in sound.values() for scenario in (BASE, *each.scenarios))
    return Compiled(sound, writer.pending(), tables)


def _sound(models: Mapping[str, Model], evidence: Evidence) -> dict[str, Model]:
    """Return the models whose names and units fit; the mistakes of the others are noted."""
    taken: dict[str, str] = dict.fromkeys((*evidence.tables, *evidence.refused), "a table of the evidence")
    sound: dict[str, Model] = {}
    for name, model in models.items():
        for scenario in (BASE, *model.scenarios):
            table = model.table(scenario)
            if table in taken:
                path = () if scenario == BASE else ("scenarios", scenario)
                cause = f"`{table}` is the name of {taken[table]} too"
                _note(model, evidence, path, cause, "rename one of them")
                break
            taken[table] = f"{model.file}"
        else:
            sound[name] = model
    names = Names(sound, evidence)
    wrong = {name for name, model in sound.items() if not _checked(model, names, evidence)}
    right = {name: model for name, model in sound.items() if name not in wrong}
    evidence.refused.update(models.keys() - right.keys())
    return right


def _checked(model: Model, names: Names, evidence: Evidence) -> bool:
    """Whether all formulas and conditions of a model have a meaning; each that has none is a mistake, once."""
    before = len(evidence.mistakes)
    for line in model.lines.values():
        formulas = {cell.key: cell for cell in line.cells.values() if isinstance(cell, Formula)}
        for key, cell in formulas.items():
            _check(model, evidence, ("lines", line.id, key), cell.expr, names.look(model, line.once), line.unit)
    for at, check in enumerate(model.checks):
        look = names.look(model, check.rows == (ALL,))
        _check(model, evidence, ("checks", str(at), "condition"), check.expr, look, None)
    return len(evidence.mistakes) == before


def _check(model: Model, evidence: Evidence, path: tuple[str, ...], expr: Expr, look: Look, unit: Unit | None) -> None:
    try:
        if unit is None:
            check_condition(expr, look)
        else:
            check_formula(expr, unit, look)
    except FollowOnError:
        return
    except (FormulaError, QuantityError) as error:
        _note(model, evidence, path, str(error))


def _note(model: Model, evidence: Evidence, path: tuple[str, ...], cause: str, hint: str = "") -> None:
    line = next((model.places[path[:end]] for end in range(len(path), 0, -1) if path[:end] in model.places), 1)
    evidence.mistakes.append(Mistake(model.file, line, ".".join(path), cause, hint))


class _Writer:
    """Writes the tables of models, their sourced facts, and the cells that are to be computed."""

    def __init__(
        self,
        models: Mapping[str, Model],
        evidence: Evidence,
        origins: Mapping[str, Origin],
        language: str,
        order: Order,
    ) -> None:
        self._evidence = evidence
        self._origins = origins
        self._language = language
        self._order = order
        self._names = Names(models, evidence)

    def tables(self, model: Model) -> None:
        """Add the tables of a model and the facts of its inputs to the evidence."""
        for scenario in (BASE, *model.scenarios):
            table = self._table(model, scenario)
            self._evidence.tables[table.id] = table
            for row in table.rows:
                self._key(model, scenario, table, row)
            for line in model.lines.values():
                for row in line.cells:
                    if (row, line.id) not in table.shared:
                        self._input(model, scenario, table, line, row)

    def _table(self, model: Model, scenario: str) -> Table:
        identifier = model.table(scenario)
        shared = {(node.row, node.line): base for node, base in self._order.shared.items() if node.table == identifier}
        own = {line.id for line in model.lines.values() if any((row, line.id) not in shared for row in line.cells)}
        title = model.spec.title
        columns = {KEY: Column(KEY, ColumnSpec(label=_PERIOD, kind="text"), Unit(""))}
        for line in model.lines.values():
            label = line.label
            if scenario != BASE and line.id in own:
                label = _of_scenario(line.label, model.scenarios[scenario].label)
            spec = ColumnSpec(label=label, unit=model.spec.lines[line.id].unit, kind=line.kind)
            columns[line.id] = Column(line.id, spec, line.unit, line.once, line.decimals)
        if scenario != BASE:
            title = _of_scenario(title, model.scenarios[scenario].label)
        whole = any(line.once for line in model.lines.values())
        rows = {ALL: RowSpec(label=model.spec.title)} if whole else {}
        sidecar = Sidecar(
            title=title,
            period="any" if model.periods else None,
            columns={name: column.spec for name, column in columns.items()},
            rows=rows,
            origin=model.spec.origin,
            as_of=model.spec.as_of,
        )
        return Table(
            identifier,
            sidecar,
            columns,
            KEY,
            [*model.rows, *([ALL] if whole else [])],
            {period.key: period.period for period in model.periods},
            model.file,
            model.places,
            whole=ALL if whole else None,
            shared={at: f"{base.table}.{base.line}@{base.row}" for at, base in shared.items()},
            given={line.id: line.given for line in model.lines.values()},
        )

    def _input(self, model: Model, scenario: str, table: Table, line: Line, row: str) -> None:
        cell = model.cell(line.id, row, scenario)
        if isinstance(cell, Formula):
            return
        column = line.id if scenario == BASE else f"{scenario}.{line.id}"
        source = self._source(model, column, row, cell.file_line, cell)
        reason = None if isinstance(cell, Typed) else cell.reason.get(self._language) or cell.reason.zh or ""
        period = table.periods.get(row)
        self._evidence.facts[table.fact_id(row, line.id)] = Fact(
            table.fact_id(row, line.id),
            self._subject(table, row),
            table.columns[line.id].spec.label.get(self._language) or line.id,
            source,
            quantity=cell.quantity if isinstance(cell, Typed) else None,
            missing=reason,
            period=period,
            as_of=model.spec.as_of,
        )

    def _key(self, model: Model, scenario: str, table: Table, row: str) -> None:
        """Add the fact of a row's key: a period, or what the whole model is called."""
        if scenario != BASE:
            table.shared[row, KEY] = f"{model.id}.{KEY}@{row}"
            return
        at = model.places.get(("periods",) if row != ALL else ("title",), 1)
        subject, metric = self._subject(table, row), _PERIOD.get(self._language) or KEY
        identifier, period = table.fact_id(row, KEY), table.periods.get(row)
        source = self._source(model, KEY, row, at)
        day = model.spec.as_of
        self._evidence.facts[identifier] = Fact(
            identifier, subject, metric, source, text=subject, period=period, as_of=day
        )

    def _subject(self, table: Table, row: str) -> str:
        spec = table.sidecar.rows.get(row)
        return (spec.label.get(self._language) if spec and spec.label else None) or row

    def _source(
        self, model: Model, column: str, row: str, file_line: int, cell: Typed | Absent | None = None
    ) -> Source:
        typed = cell if isinstance(cell, Typed) else None
        origin = (typed.source if typed else None) or model.spec.origin
        if isinstance(origin, str):
            found = self._origins.get(origin)
            text = found.text.get(self._language) if found else None
        else:
            text = origin.get(self._language)
        at = typed.origin_line if typed else None
        return Source(model.id, row, column, model.file, file_line, text or "", at, model.spec.as_of)

    def pending(self) -> list[Pending]:
        """Return the cells that are to be computed, each behind those that it is computed from."""
        found: list[Pending] = []
        for node in self._order.nodes:
            if node in self._order.shared or node.table not in self._evidence.tables:
                continue
            model, scenario, expr = self._order.cell_expr(node)
            if expr is not None:
                found.append(self._pending(model, scenario, node, expr))
        return found

    def _pending(self, model: Model, scenario: str, node: Node, expr: Expr) -> Pending:
        table, line = self._evidence.tables[node.table], model.lines[node.line]
        cell = model.cell(node.line, node.row, scenario)
        assert isinstance(cell, Formula)
        if scenario != BASE:
            expr = transform(
                expr, lambda part: self._names.in_scenario(part, model, scenario) if isinstance(part, Name) else part
            )
        at = cell.printed_line or cell.file_line
        return Pending(
            table.fact_id(node.row, node.line),
            table.id,
            node.row,
            node.line,
            expr,
            cell.file_line,
            _printed(cell, line) if scenario == BASE else None,
            cell.printed if scenario == BASE else None,
            self._source(model, node.line, node.row, at),
        )


def _printed(cell: Formula, line: Line) -> Quantity | None:
    from yanbao.evidence.load import read_quantity

    if cell.printed is None:
        return None
    return read_quantity(cell.printed, line.unit, ColumnSpec.model_construct(kind=line.kind))


def _of_scenario(text: Bilingual, scenario: Bilingual) -> Bilingual:
    zh = f"{text.zh}（{scenario.zh}）" if text.zh and scenario.zh else None
    en = f"{text.en} ({scenario.en})" if text.en and scenario.en else None
    return Bilingual(zh=zh, en=en)
