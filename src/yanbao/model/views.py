"""The views of a model as tables, which exhibits and the prose name as they do any table: `MODEL_VIEW`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import Bilingual, Calculator, Origin
from yanbao.evidence.sidecar import ColumnSpec, RowSpec, Sidecar
from yanbao.evidence.table import Column, Table
from yanbao.evidence.table import View as Shown
from yanbao.fact.fact import Fact, Source
from yanbao.model.cases import Cases, Cell, Made
from yanbao.model.changes import changed_rows
from yanbao.model.load import KEY
from yanbao.model.model import ALL, BASE, Axis, Model, Target, View
from yanbao.quantity import Period, Quantity, Unit, format_quantity

MAX_COPIES: Final = 20_000  # cells between, of all cases of a view
RECIPE: Final = "recipe"  # the fact that says how a fan was simulated: `recipe:MODEL_VIEW`
_STEP, _INPUT, _SCENARIO = "step", "input", "scenario"
TABLE: Final = (  # as the documentation has it
    "| view | rows | columns |",
    "|---|---|---|",
    "| `one-way` | the steps: `40%` | `step` the input, `value` the target |",
    "| `two-way` | the steps of `down` | `step` the input of `down`; `a1`, `a2`, … the target at each step of"
    " `across` |",
    "| `tornado` | the inputs, the widest first: `price`, `price 2024E` | `input`, `low_input`, `high_input`, `low` and"
    " `high` the target there, `swing` how far they are apart, `base` |",
    "| `scenarios` | `base` and the scenarios | `scenario`, then each target: `smart_2025E`, `price` |",
    "| `fan` | the periods | `period`, a quantile each: `q5`, `q2_5`, and `base` what the line itself comes to |",
    "| `solve` | one, `all`; the columns are named without it | `solution` the input, `reached` the target there,"
    " `base` and `now` what both are anyway |",
)
_NAMES: Final = frozenset({_INPUT, _SCENARIO, KEY})  # columns of texts
_WORDS: Final = {
    "input": Bilingual(zh="假设", en="Input"),
    "scenario": Bilingual(zh="情景", en="Scenario"),
    "base": Bilingual(zh="基准", en="Base"),
    "low_input": Bilingual(zh="低值", en="Low input"),
    "high_input": Bilingual(zh="高值", en="High input"),
    "low": Bilingual(zh="取低值时", en="At the low input"),
    "high": Bilingual(zh="取高值时", en="At the high input"),
    "swing": Bilingual(zh="影响幅度", en="Swing"),
    "period": Bilingual(zh="期间", en="Period"),
    "recipe": Bilingual(zh="模拟方法", en="How it is simulated"),
}


def add_views(
    models: Mapping[str, Model],
    calculator: Calculator,
    origins: Mapping[str, Origin],
    wanted: Callable[[str], bool] = lambda table: True,
) -> None:
    """Add the tables of models' views to the evidence, computed; mistakes are noted there.

    Args:
        models: models whose tables are computed.
        calculator: has computed them.
        origins: the publishers that yanbao.toml names.
        wanted: whether the table of an id is asked for; the others are left out.
    """
    evidence = calculator.evidence
    for model in models.values():
        for view in model.views.values():
            identifier = f"{model.id}_{view.id}"
            if not wanted(identifier):
                continue
            if identifier in evidence.tables or identifier in evidence.refused:
                cause = f"`{identifier}` is the name of a table or a scenario too"
                evidence.mistakes.append(Mistake(model.file, view.file_line, "views", cause, "rename the view"))
                continue
            try:
                _Maker(model, view, calculator, origins, models).add()
            except (FormulaError, QuantityError) as error:
                evidence.refused.add(identifier)
                evidence.mistakes.append(Mistake(model.file, view.file_line, f"views.{view.id}", str(error)))


@dataclass
class _Draft:
    """A table in the making: columns, rows with their labels, facts of what the view itself says."""

    columns: dict[str, Column] = field(default_factory=dict)
    rows: dict[str, Bilingual | None] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    shared: dict[tuple[str, str], str] = field(default_factory=dict)
    made: Made = field(default_factory=Made)
    base: tuple[str | None, str | None] = (None, None)
    across: Bilingual | None = None
    whole: str | None = None


class _Maker:
    def __init__(
        self,
        model: Model,
        view: View,
        calculator: Calculator,
        origins: Mapping[str, Origin],
        models: Mapping[str, Model],
    ) -> None:
        self._models = tuple(models.values())
        self._model, self._view, self._calculator, self._origins = model, view, calculator, origins
        self._evidence = calculator.evidence
        self._language = calculator.language
        self._id = f"{model.id}_{view.id}"
        self._home = self._evidence.tables[model.table(view.scenario)]
        self._cases = Cases(calculator)
        self._draft = _Draft()
        self._count = 0

    def add(self) -> None:
        """Compute the view's cells and add its table."""
        makers = {
            "one-way": self._one_way,
            "two-way": self._two_way,
            "tornado": self._tornado,
            "scenarios": self._scenarios,
            "fan": self._fan,
            "solve": self._solve,
        }
        makers[self._view.spec.kind]()
        draft = self._draft
        if len(draft.made.pending) > MAX_COPIES:
            raise FormulaError(f"needs {len(draft.made.pending):,} cells; at most {MAX_COPIES:,}: choose fewer steps")
        table = self._table()
        self._calculator.extend([table, *draft.made.tables.values()], draft.facts, draft.made.pending)
        if self._view.spec.kind == "tornado":
            table.rows.sort(key=self._swing, reverse=True)

    def _table(self) -> Table:
        draft, spec = self._draft, self._model.spec
        title = self._view.spec.title or spec.title
        sidecar = Sidecar.model_construct(  # its columns are named after periods too: smart_2025E
            title=title,
            columns={name: column.spec for name, column in draft.columns.items()},
            rows={row: RowSpec(label=label) for row, label in draft.rows.items() if label is not None},
            origin=spec.origin,
            as_of=spec.as_of,
        )
        periods = self._home.periods if self._view.spec.kind == "fan" else {}
        return Table(
            self._id,
            sidecar,
            draft.columns,
            next(iter(draft.columns)),
            list(draft.rows),
            dict(periods),
            self._model.file,
            self._model.places,
            whole=draft.whole,
            shared=draft.shared,
            view=Shown(self._view.spec.kind, draft.base, draft.across),
        )

    # what the parts of all kinds are made of

    def _column(self, name: str, label: Bilingual, line: str | None = None, *, whole: bool = False) -> None:
        """Add a column: of numbers in the unit of a line, of inputs each in its own unit, or of names."""
        unit = self._model.lines[line].unit if line is not None else Unit("")
        kind: Literal["text", "measure"] = "text" if name in _NAMES else "measure"
        decimals = self._model.lines[line].decimals if line is not None else None
        spec = ColumnSpec(label=label, unit=unit.symbol, kind=kind)
        self._draft.columns[name] = Column(name, spec, unit, whole, decimals)

    def _fact_of(self, target: Target) -> str:
        assert target.row is not None
        return self._home.fact_id(target.row, target.line)

    def _changed(self, target: Target) -> list[str]:
        """Return the facts that an axis changes."""
        rows = changed_rows(self._model, self._view.scenario, target)
        return [self._home.fact_id(row, target.line) for row in rows]

    def _label(self, target: Target) -> Bilingual:
        label = self._model.lines[target.line].label
        if target.row in (None, ALL):
            return label
        return Bilingual(**{each: f"{text} {target.row}" for each in ("zh", "en") if (text := label.get(each))})

    def _source(self, row: str, column: str, path: str) -> Source:
        origin = self._model.spec.origin
        if isinstance(origin, str):
            found = self._origins.get(origin)
            text = found.text.get(self._language) if found else None
        else:
            text = origin.get(self._language)
        at = next(at for at, spec in enumerate(self._model.spec.views) if spec.id == self._view.id)
        line = self._model.places.get(("views", str(at), path), self._view.file_line)
        name = f"{self._view.id}.{column}"
        if self._view.spec.kind != "fan":  # its rows are the model's own; those of the others are not each other's
            row = f"{self._view.id} {row}"
        return Source(self._model.id, row, name, self._model.file, line, text or "", None, self._model.spec.as_of)

    def _period(self, target: Target) -> Period | None:
        return None if target.row is None else self._home.periods.get(target.row)

    def _given(
        self,
        at: tuple[str, str],
        place: tuple[str, str],
        path: str,
        quantity: Quantity,
        metric: str,
        period: Period | None = None,
    ) -> Fact:
        """Add a fact of what the view itself says (a step, a low or a high value, a quantile): `at` row and column.

        `place` is its row and column in the list of the model's inputs.
        """
        source, day = self._source(*place, path), self._model.spec.as_of
        identifier = f"{self._id}.{at[1]}@{at[0]}"
        subject = self._subject(place[0])
        fact = Fact(identifier, subject, metric, source, quantity=quantity, period=period, as_of=day)
        self._draft.facts.append(fact)
        return fact

    def _text(self, row: str, column: str, label: Bilingual) -> None:
        """Add the fact of a row's key."""
        text = label.get(self._language) or label.zh or label.en or row
        source, day = self._source(row, column, "id"), self._model.spec.as_of
        metric = self._said(self._draft.columns[column].spec.label)
        self._draft.facts.append(Fact(f"{self._id}.{column}@{row}", text, metric, source, text=text, as_of=day))

    def _subject(self, row: str) -> str:
        label = self._draft.rows.get(row)
        return self._said(label) if label is not None else row

    def _said(self, label: Bilingual) -> str:
        return label.get(self._language) or label.zh or label.en or ""

    def _case(self, row: str, column: str, changes: Mapping[str, Fact]) -> None:
        """Add the target's value where facts are replaced."""
        self._count += 1
        cell = Cell(f"{self._id}.{column}@{row}", self._id, row, column, self._view.file_line, self._count)
        self._cases.make(self._fact_of(self._view.of[0]), changes, cell, self._draft.made)

    def _steps(self, axis: Axis, path: str) -> Iterator[tuple[str, Fact, bool]]:
        """Yield each step of an axis: its key, its fact, whether it is the base case."""
        label = self._said(self._label(axis.target))
        current = [self._evidence.facts[name].quantity for name in self._changed(axis.target)]
        for number, step in enumerate(axis.steps, 1):
            key = _printed(step)
            at = (path, f"a{number}") if path == "across" and self._view.down is not None else (key, _STEP)
            fact = self._given(at, (key, _line_name(axis.target)), path, step, label, self._period(axis.target))
            yield key, fact, all(each is not None and each.to(step.unit).value == step.value for each in current)

    # the kinds

    def _one_way(self) -> None:
        across, target = self._view.across, self._view.of[0]
        assert across is not None
        self._column(_STEP, self._label(across.target), across.target.line)
        self._column("value", self._label(target), target.line)
        for key, fact, base in self._steps(across, "across"):
            self._draft.rows[key] = None
            self._case(key, "value", dict.fromkeys(self._changed(across.target), fact))
            if base:
                self._draft.base = key, None

    def _two_way(self) -> None:
        across, down, target = self._view.across, self._view.down, self._view.of[0]
        assert across is not None
        assert down is not None
        if set(self._changed(across.target)) & set(self._changed(down.target)):
            raise FormulaError("`across` and `down` change the same cells")
        self._column(_STEP, self._label(down.target), down.target.line)
        self._draft.across = self._label(across.target)
        columns: dict[str, Fact] = {}
        for number, (key, fact, base) in enumerate(self._steps(across, "across"), 1):
            name = f"a{number}"
            self._column(name, Bilingual(zh=key, en=key), target.line)
            columns[name] = fact
            if base:
                self._draft.base = None, name
        for key, fact, base in self._steps(down, "down"):
            self._draft.rows[key] = None
            if base:
                self._draft.base = key, self._draft.base[1]
            for name, other in columns.items():
                changes = dict.fromkeys(self._changed(across.target), other)
                self._case(key, name, changes | dict.fromkeys(self._changed(down.target), fact))

    def _tornado(self) -> None:
        target = self._view.of[0]
        self._column(_INPUT, _WORDS["input"])
        for name in ("low_input", "high_input"):
            self._column(name, _WORDS[name])
        for name in ("low", "high", "swing", "base"):
            self._column(name, _WORDS[name], target.line)
        for axis in self._view.lines:
            key, label = _line_name(axis.target), self._label(axis.target)
            self._draft.rows[key] = label
            self._text(key, _INPUT, label)
            for end, step in zip(("low", "high"), axis.steps, strict=True):
                name = f"{end}_input"
                metric = self._said(_WORDS[name])
                fact = self._given((key, name), (key, name), "lines", step, metric, self._period(axis.target))
                self._case(key, end, dict.fromkeys(self._changed(axis.target), fact))
            self._draft.shared[key, "base"] = self._fact_of(target)
            self._difference(key)

    def _difference(self, key: str) -> None:
        from yanbao.evidence.table import Pending
        from yanbao.formula import parse

        expr = parse(f"abs({{{self._id}.high@{key}}} - {{{self._id}.low@{key}}})")
        source = self._source(key, "swing", "lines")
        identifier, line = f"{self._id}.swing@{key}", self._view.file_line
        self._draft.made.pending.append(Pending(identifier, self._id, key, "swing", expr, line, None, None, source))

    def _swing(self, row: str) -> float:
        quantity = self._evidence.facts[f"{self._id}.swing@{row}"].quantity
        return float(quantity.value) if quantity is not None else -1.0

    def _scenarios(self) -> None:
        self._column(_SCENARIO, _WORDS["scenario"])
        for target in self._view.of:
            self._column(_column_name(target), self._label(target), target.line)
        for scenario in (BASE, *self._model.scenarios):
            label = _WORDS["base"] if scenario == BASE else self._model.scenarios[scenario].label
            self._draft.rows[scenario] = label
            self._text(scenario, _SCENARIO, label)
            home = self._evidence.tables[self._model.table(scenario)]
            for target in self._view.of:
                assert target.row is not None
                self._draft.shared[scenario, _column_name(target)] = home.fact_id(target.row, target.line)
        self._draft.base = BASE, None

    def _fan(self) -> None:
        from yanbao.model.simulate import simulate

        view, target = self._view, self._view.of[0]
        spec, line = view.spec, self._model.lines[target.line]
        assert spec.draws is not None
        assert spec.seed is not None
        self._column(KEY, _WORDS["period"])
        shares = {f"q{_short(share)}": share for share in view.quantiles}
        for name, share in shares.items():
            text = f"{_short(share).replace('_', '.')}%"
            label = Bilingual(zh=f"{line.label.zh}{text}分位" if line.label.zh else None,
                              en=f"{line.label.en}, {text} quantile" if line.label.en else None)  # fmt: skip
            self._column(name, label, line.id)
        self._column("base", line.label, line.id)
        found = simulate(
            self._model,
            self._calculator,
            target.line,
            draws=spec.draws,
            seed=spec.seed,
            scenario=view.scenario,
            models=self._models,
        )
        self._recipe()
        for simulated in found:
            if target.row not in (None, simulated.row):
                continue
            row = simulated.row
            self._draft.rows[row] = None
            self._draft.shared[row, KEY] = f"{self._model.id}.{KEY}@{row}"
            self._draft.shared[row, "base"] = simulated.fact
            if simulated.lost == spec.draws:
                continue
            quantiles = simulated.quantiles([share.value * share.unit.scale for share in view.quantiles])
            for name, quantile in zip(shares, quantiles, strict=True):
                metric = self._said(self._draft.columns[name].spec.label)
                value = replace(quantile.value, decimals=line.decimals)
                self._given((row, name), (row, name), "draws", value, metric, self._home.periods.get(row))

    def _recipe(self) -> None:
        """Add the text that says how the draws are made."""
        from yanbao.model.simulate import drawn_inputs, told_recipe

        inputs = drawn_inputs(
            self._model,
            self._calculator,
            self._view.of[0].line,
            scenario=self._view.scenario,
            models=self._models,
        )
        text = told_recipe(self._model, inputs, self._view, self._language)
        source, day = self._source(self._view.id, RECIPE, "draws"), self._model.spec.as_of
        title = self._said(self._view.spec.title or self._model.spec.title)
        self._draft.facts.append(
            Fact(f"{RECIPE}:{self._id}", title, self._said(_WORDS[RECIPE]), source, text=text, as_of=day)
        )

    def _solve(self) -> None:
        from yanbao.model.solve import solve

        view, target = self._view, self._view.of[0]
        assert view.solve_for is not None
        answer = solve(self._model, self._calculator, view).value
        self._draft.whole, title = ALL, view.spec.title or self._model.spec.title
        self._draft.rows[ALL] = title
        self._column(_INPUT, _WORDS["input"])
        self._text(ALL, _INPUT, title)
        self._column("solution", self._label(view.solve_for), view.solve_for.line, whole=True)
        metric = self._said(self._label(view.solve_for))
        period = self._period(view.solve_for)
        fact = self._given((ALL, "solution"), (ALL, "solution"), "for", answer, metric, period)
        self._column("reached", self._label(target), target.line, whole=True)
        changed = self._changed(view.solve_for)
        self._case(ALL, "reached", dict.fromkeys(changed, fact))
        if len(changed) == 1:
            self._column("base", _WORDS["base"], view.solve_for.line, whole=True)
            self._draft.shared[ALL, "base"] = changed[0]
        self._column("now", _WORDS["base"], target.line, whole=True)
        self._draft.shared[ALL, "now"] = self._fact_of(target)


def _line_name(target: Target) -> str:
    return target.line if target.row in (None, ALL) else f"{target.line} {target.row}"


def _column_name(target: Target) -> str:
    return _line_name(target).replace(" ", "_").replace("-", "_")


def _printed(quantity: Quantity) -> str:
    return format_quantity(quantity, decimals=quantity.decimals or 0)


def _short(share: Quantity) -> str:
    """Return a share as its percentage in a name: 5% is 5, 2.5% is 2_5."""
    value = share.value * share.unit.scale * 100
    return f"{float(value):g}".replace(".", "_")
