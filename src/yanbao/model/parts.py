"""What refers to a model's lines: scenarios, checks, uncertain inputs and views, read against them."""

from __future__ import annotations

from dataclasses import replace

from yanbao.errors import Mistake, QuantityError, WorkspaceError
from yanbao.formula import Name, walk
from yanbao.formula.expr import is_condition
from yanbao.model.model import ALL, BASE, Axis, Check, Formula, Model, Scenario, Target, Typed, Uncertain, View
from yanbao.model.periods import selected
from yanbao.model.places import Places
from yanbao.model.spec import CheckSpec, ScenarioSpec, UncertainSpec, ViewSpec
from yanbao.quantity import Quantity
from yanbao.quantity.unit import NONE


def read_parts(model: Model, places: Places) -> Model:
    """Return the model with its scenarios, checks, uncertain inputs and views; mistakes are noted in `places`."""
    scenarios = {name: _scenario(model, places, name, spec) for name, spec in model.spec.scenarios.items()}
    model = replace(model, scenarios={name: found for name, found in scenarios.items() if found is not None})
    checks = [_check(model, places, at, spec) for at, spec in enumerate(model.spec.checks)]
    uncertain = {name: _uncertain(model, places, name, spec) for name, spec in model.spec.uncertain.items()}
    model = replace(model, uncertain={name: found for name, found in uncertain.items() if found is not None})
    views: dict[str, View] = {}
    for at, spec in enumerate(model.spec.views):
        if spec.id in views:
            places.note(("views", str(at), "id"), f"`{spec.id}` is the id of another view", "rename one")
        view = _view(model, places, at, spec)
        if view is not None:
            views[spec.id] = view
    for name in views.keys() & scenarios.keys():
        places.note(("scenarios", name), f"a view is called `{name}` too: both are the table `{model.id}_{name}`")
    return replace(
        model,
        checks=tuple(check for check in checks if check is not None),
        views=views,
    )


def read_view(model: Model, spec: ViewSpec) -> View:
    """Return a view that does not stand in the model's file.

    Raises:
        WorkspaceError: what is wrong with it, all at once.
    """
    mistakes: list[Mistake] = []
    found = _view(model, Places(model.file, "", mistakes), len(model.spec.views), spec)
    if mistakes or found is None:
        told = [replace(each, file="the view", line=0, field=each.field.rpartition(".")[2]) for each in mistakes]
        raise WorkspaceError(told)
    return found


def _scenario(model: Model, places: Places, name: str, spec: ScenarioSpec) -> Scenario | None:
    path = ("scenarios", name)
    if name == BASE:
        places.note(path, "`base` is the model without a scenario", "choose another name")
        return None
    cells: dict[tuple[str, str], Typed] = {}
    for line_id, value in spec.set.items():
        at = (*path, "set", line_id)
        if not places.key(line_id, model.lines, at, "line"):
            continue
        line = model.lines[line_id]
        if isinstance(value, dict) and line.once:
            places.note(at, "the line has one value for the whole model", f'write {line_id} = "…"')
            continue
        given = value if isinstance(value, dict) else dict.fromkeys(_rows_set(model, line_id), value)
        if not given:
            places.note(at, "has no typed value and no estimated period to be set in", "write it by period")
        for row, text in given.items():
            if not places.key(row, line.cells, (*at, row), "period"):
                continue
            quantity = places.quantity(text, line, (*at, row))
            if quantity is not None:
                cells[line_id, row] = Typed(text, quantity, places.line(*at, row), spec.reason)
    return Scenario(name, spec.label, spec.reason, cells, places.line(*path))


def _rows_set(model: Model, line_id: str) -> list[str]:
    """Return the rows that a scenario sets where it names no period: those typed, else the estimates."""
    line = model.lines[line_id]
    if line.once:
        return [ALL]
    typed = [row for row, cell in line.cells.items() if isinstance(cell, Typed)]
    return typed or [period.key for period in model.periods if period.estimate]


def _check(model: Model, places: Places, at: int, spec: CheckSpec) -> Check | None:
    path = ("checks", str(at))
    expr = places.parsed(spec.condition, (*path, "condition"))
    if expr is None:
        return None
    if not is_condition(expr):
        places.note((*path, "condition"), "is no condition", "write one like `assets == liabilities + equity`")
        return None
    by_period = any(
        isinstance(part, Name)
        and part.key is None
        and not (part.table in (None, model.id) and part.column in model.lines and model.lines[part.column].once)
        for part in walk(expr)
    )
    rows: tuple[str, ...] = model.rows if by_period and model.periods else (ALL,)
    if spec.periods:
        rows = _selected(model, places, spec.periods, (*path, "periods"))
    for name in spec.scenarios:
        places.key(name, (BASE, *model.scenarios), (*path, "scenarios"), "scenario")
    return Check(
        spec.label,
        spec.condition,
        expr,
        rows,
        spec.scenarios or (BASE, *model.scenarios),
        places.line(*path, "condition"),
    )


def _selected(model: Model, places: Places, texts: tuple[str, ...], path: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return selected(texts, model.periods)
    except QuantityError as error:
        places.note(path, str(error))
        return ()


def _uncertain(model: Model, places: Places, name: str, spec: UncertainSpec) -> Uncertain | None:
    path = ("uncertain", name)
    if not places.key(name, model.lines, path, "line"):
        return None
    line = model.lines[name]
    estimates = {period.key for period in model.periods if period.estimate} | {ALL}
    typed = [row for row, cell in line.cells.items() if isinstance(cell, Typed)]
    rows = tuple(row for row in typed if row in estimates)
    if spec.periods:
        rows = _selected(model, places, spec.periods, (*path, "periods"))
    if computed := [row for row in rows if row not in typed]:
        places.note(path, f"has no typed value in {computed[0]}; only inputs are uncertain", "choose an input of it")
    if not rows:
        places.note(path, "has no typed value in an estimated period", "name `periods`, or choose an input")
    for other in spec.correlated:
        places.key(other, model.spec.uncertain, (*path, "correlated"), "uncertain line")
    parameters: dict[str, Quantity] = {}
    for key in ("mean", "sd", "low", "mode", "high"):
        text = getattr(spec, key)
        if text is not None and (quantity := places.quantity(text, line, (*path, key))) is not None:
            parameters[key] = quantity
    outcomes = [places.quantity(text, line, (*path, "outcomes")) for text in spec.outcomes]
    weights = [places.number(text, NONE, True, (*path, "weights")) for text in spec.weights]
    pairs = tuple((value, weight) for value, weight in zip(outcomes, weights, strict=True) if value and weight)
    _sound(places, path, parameters, pairs)
    if spec.distribution == "lognormal" and "mean" in parameters and parameters["mean"].value <= 0:
        places.note((*path, "mean"), "the mean of a lognormal is above 0")
    return Uncertain(name, spec, rows, parameters, pairs, places.line(*path))


def _sound(
    places: Places,
    path: tuple[str, ...],
    parameters: dict[str, Quantity],
    outcomes: tuple[tuple[Quantity, Quantity], ...],
) -> None:
    values = [parameters[key].value for key in ("low", "mode", "high") if key in parameters]
    if values != sorted(values) or (len(values) > 1 and values[0] == values[-1]):
        places.note(path, "low, mode and high are not in order")
    if "sd" in parameters and parameters["sd"].value <= 0:
        places.note((*path, "sd"), "a standard deviation is above 0")
    if any(weight.value < 0 for _, weight in outcomes) or (outcomes and not sum(w.value for _, w in outcomes)):
        places.note((*path, "weights"), "weights are 0 or more, and one is more")


def _view(model: Model, places: Places, at: int, spec: ViewSpec) -> View | None:
    path = ("views", str(at))
    of = [_target(model, places, text, (*path, "of"), whole=spec.kind == "fan") for text in spec.of]
    axes = {
        key: _axis(model, places, axis.line, axis.steps, (*path, key))
        for key, axis in (("across", spec.across), ("down", spec.down))
        if axis is not None
    }
    lines = [_axis(model, places, name, steps, (*path, "lines", name)) for name, steps in spec.lines.items()]
    if spec.scenario is not None:
        places.key(spec.scenario, (BASE, *model.scenarios), (*path, "scenario"), "scenario")
    if spec.kind == "scenarios" and not model.scenarios:
        places.note(path, "the model has no scenarios", "add [scenarios.NAME]")
    if spec.kind == "fan" and not model.spec.uncertain and not _takes_others(model):
        places.note(path, "the model has no uncertain inputs", "add [uncertain.LINE]")
    quantiles = [places.number(text, NONE, True, (*path, "quantiles")) for text in spec.quantiles]
    shares = [quantile for quantile in quantiles if quantile is not None]
    values = [quantile.value * quantile.unit.scale for quantile in shares]
    if values != sorted(set(values)) or any(not 0 < value < 1 for value in values):
        places.note((*path, "quantiles"), "quantiles are shares between 0 and 1, from low to high", '["5%", "50%"]')
    target = of[0]
    solve_for = _target(model, places, spec.for_, (*path, "for"), whole=True) if spec.for_ is not None else None
    wanted = None
    if spec.target is not None and target is not None:
        wanted = places.quantity(spec.target, model.lines[target.line], (*path, "target"))
    between = [
        places.quantity(text, model.lines[solve_for.line], (*path, "between"))
        for text in (spec.between or ())
        if solve_for is not None
    ]
    ends = [end for end in between if end is not None]
    if len(ends) == 2 and ends[0].value >= ends[1].value:
        places.note((*path, "between"), "the lower end comes first")
    return View(
        spec.id,
        spec,
        tuple(item for item in of if item is not None),
        spec.scenario or BASE,
        places.line(*path),
        axes.get("across"),
        axes.get("down"),
        tuple(axis for axis in lines if axis is not None),
        tuple(shares),
        solve_for,
        wanted,
        (ends[0], ends[1]) if len(ends) == 2 else None,
    )


def _takes_others(model: Model) -> bool:
    """Whether a formula names another table: a model whose inputs are uncertain may be among them."""
    cells = (cell for line in model.lines.values() for cell in line.cells.values() if isinstance(cell, Formula))
    return any(
        isinstance(part, Name) and part.table not in (None, model.id) for cell in cells for part in walk(cell.expr)
    )


def _target(model: Model, places: Places, text: str, path: tuple[str, ...], *, whole: bool) -> Target | None:
    """Return the cell that a text names; `whole` where a line without a period means all of its rows."""
    expr = places.parsed(text, path)
    if expr is None:
        return None
    if not isinstance(expr, Name) or expr.table not in (None, model.id):
        places.note(path, f"`{text[:60]}` is no line of this model", "write LINE[PERIOD], or LINE")
        return None
    if not places.key(expr.column, model.lines, path, "line"):
        return None
    line = model.lines[expr.column]
    if line.once:
        if expr.key is not None:
            places.note(path, f"`{line.id}` has one value for the whole model", f"write {line.id}")
        return Target(line.id, ALL)
    if expr.key is None:
        if not whole:
            places.note(path, f"`{line.id}` has a value in each period", f"write {line.id}[{model.rows[-1]}]")
        return Target(line.id, None)
    return Target(line.id, expr.key) if places.key(expr.key, line.cells, path, "period") else None


def _axis(model: Model, places: Places, text: str, steps: tuple[str, ...], path: tuple[str, ...]) -> Axis | None:
    target = _target(model, places, text, path, whole=True)
    if target is None:
        return None
    line = model.lines[target.line]
    found = [places.number(step, line.unit, True, path) for step in steps]  # tried values are defined, not measured
    return Axis(target, tuple(step for step in found if step is not None))
