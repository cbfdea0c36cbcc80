"""`yanbao model sensitivity` and `yanbao model solve`: a model with other inputs, from its views or as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from yanbao.cli.model import Form, Workspace, chosen, computed, model
from yanbao.cli.screen import TableFormat, data, fail, say, table
from yanbao.errors import BuildError

if TYPE_CHECKING:
    from yanbao.model import Model, View
    from yanbao.model.sensitivity import Side
    from yanbao.model.simulate import Simulated
    from yanbao.quantity import Quantity

Name = Annotated[str, typer.Argument(metavar="MODEL", help="A model: models/MODEL.toml.")]
ViewName = Annotated[str | None, typer.Argument(metavar="VIEW", help="A view of its file. Default: all, or options.")]
Of = Annotated[str | None, typer.Option("--of", help="Instead of a view: the target, a cell like `profit[2025E]`.")]
Scenario = Annotated[str | None, typer.Option("--scenario", "-s", help="The case to start from. Default: the base.")]
_BASE_MARK = " *"


@model.command()
def sensitivity(
    workspace: Workspace,
    name: Name,
    view: ViewName = None,
    of: Of = None,
    across: Annotated[
        str | None, typer.Option("--across", help="An input and its values, `share[2025E]=40,45,50`.")
    ] = None,
    down: Annotated[str | None, typer.Option("--down", help="A second input, from row to row.")] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", help="A tornado's input with its low and high, `share=40,55`; once for each."),
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Simulate the line `--of` by its file's [uncertain].")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Where the random numbers of `--draws` start.")] = 1,
    quantiles: Annotated[str, typer.Option("--quantiles", help="Of `--draws`.")] = "5%,25%,50%,75%,95%",
    scenario: Scenario = None,
    form: Form = TableFormat.table,
) -> None:
    """Compute a model with other inputs: one-way and two-way tables, tornados, scenarios, simulations.

    A view is one of the model's file, all of them without a name; or say with --of what is asked for. `*` marks where
    the inputs' own values stand. Inputs are in their line's unit.

    Examples:

        yanbao model sensitivity examples/computer-2024h1 grid_model
        yanbao model sensitivity my-sector outlook --of dist[2025E] --across share=35,40,45 --down growth[2025E]=6,8,10
        yanbao model sensitivity my-sector outlook --of dist[2025E] --vary share=35,45 --vary growth[2025E]=6,10
        yanbao model sensitivity my-sector outlook --of dist --draws 10000 --format json
    """
    with fail():
        one = chosen(made := computed(workspace), name)
        if of is not None:
            asked: dict[str, Any] = {"of": [of], "scenario": scenario}
            if draws is not None:
                asked |= {"kind": "fan", "draws": draws, "seed": seed, "quantiles": quantiles.split(",")}
            elif vary:
                asked |= {"kind": "tornado", "lines": dict(_input(text) for text in vary)}
            else:
                axes = {key: _axis(text) for key, text in (("across", across), ("down", down)) if text is not None}
                asked |= {"kind": "two-way" if "down" in axes else "one-way", **axes}
            views = [_asked(one, asked)]
        else:
            if across or down or vary or draws is not None or scenario:
                raise BuildError("--across, --down, --vary, --draws and --scenario belong to --of, the target")
            views = _views(one, view, [kind for kind in _KINDS if kind != "solve"])
        told = [_told(one, each, made) for each in views]
    if form is TableFormat.json:
        data([found.json for found in told])
        return
    for found in told:
        table(found.title, found.heads, found.rows, form)
        if found.note and form is TableFormat.table:
            say(found.note)


@model.command()
def solve(
    workspace: Workspace,
    name: Name,
    view: ViewName = None,
    of: Of = None,
    target: Annotated[str | None, typer.Option("--target", help="The value that --of is to reach.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="The input that is solved for, `share[2025E]`.")] = None,
    between: Annotated[str | None, typer.Option("--between", help="Where it is looked for, `30,90`.")] = None,
    scenario: Scenario = None,
    form: Form = TableFormat.table,
) -> None:
    """Find the value of an input at which a target is reached (break-even, goal seek).

    It is looked for between two values, and told only where it is reached exactly once; otherwise the message says
    what the target comes to there, and the exit code is 2.

    Examples:

        yanbao model solve examples/computer-2024h1 grid_model
        yanbao model solve my-sector outlook --of dist[2025E] --target 3000 --for share --between 30,90
    """
    from yanbao.model.solve import solve as solved

    with fail():
        one = chosen(made := computed(workspace), name)
        if of is not None:
            if target is None or for_ is None or between is None:
                raise BuildError("--of needs --target, --for and --between")
            ends = between.split(",")
            asked = {"of": [of], "kind": "solve", "target": target, "for": for_, "between": ends, "scenario": scenario}
            views = [_asked(one, asked)]
        else:
            if target or for_ or between or scenario:
                raise BuildError("--target, --for, --between and --scenario belong to --of, the target")
            views = _views(one, view, ["solve"])
        found = [(each, solved(one, made.calculator, each)) for each in views]
    if form is TableFormat.json:
        data(
            [
                {
                    "view": each.id,
                    "of": each.spec.of[0],
                    "target": _number(each.target),
                    "for": each.spec.for_,
                    "value": _number(result.value),
                    "unit": result.value.unit.symbol,
                    "now": _number(result.now),
                    "reached": _number(result.reached),
                    "scenario": each.scenario,
                }
                for each, result in found
            ]
        )
        return
    rows = []
    for each, result in found:
        numbers = [_text(number, 4) for number in (result.reached, result.value, result.now)]
        rows.append([each.id, each.spec.of[0], numbers[0], each.spec.for_ or "", *numbers[1:]])
    table(one.id, ["view", "of", "reaches", "for", "at", "is"], rows, form)


class _Told:
    """A view as it is printed, and as JSON."""

    def __init__(self, title: str, heads: list[str], rows: list[list[str]], note: str, json: dict[str, Any]) -> None:
        self.title, self.heads, self.rows, self.note, self.json = title, heads, rows, note, json


_KINDS = ("one-way", "two-way", "tornado", "scenarios", "fan", "solve")


def _views(one: Model, name: str | None, kinds: list[str]) -> list[View]:
    """Return the view that is named, or all of some kinds."""
    own = {each.id: each for each in one.views.values() if each.spec.kind in kinds}
    if name is not None and name not in own:
        raise BuildError(f"model `{one.id}` has no such view `{name}`; there are: {', '.join(own) or 'none'}")
    if not own:
        raise BuildError(f"model `{one.id}` has no [[views]] of kind {', '.join(kinds)}; say what is asked for: --of")
    return [own[name]] if name is not None else list(own.values())


def _input(text: str) -> tuple[str, list[str]]:
    """Return the input and the values of `share[2025E]=40,45,50`."""
    name, equals, values = text.rpartition("=")
    if not equals or not name.strip():
        raise BuildError(f"{text!r} is no input with its values; write LINE=40,45,50 or LINE[PERIOD]=40,45,50")
    return name.strip(), [value.strip() for value in values.split(",")]


def _axis(text: str) -> dict[str, Any]:
    name, steps = _input(text)
    return {"line": name, "steps": steps}


def _asked(one: Model, asked: dict[str, Any]) -> View:
    """Return the view that options describe."""
    from pydantic import ValidationError

    from yanbao.model import ViewSpec, read_view

    try:
        spec = ViewSpec.model_validate({"id": "asked", **asked})
    except ValidationError as error:
        causes = (str(one_["msg"]).removeprefix("Value error, ") for one_ in error.errors())
        raise BuildError(f"this cannot be asked: {'; '.join(causes)}") from error
    return read_view(one, spec)


def _told(one: Model, view: View, made: Any) -> _Told:
    if view.spec.kind == "fan":
        return _simulated(one, view, made)
    from yanbao.model.sensitivity import sensitivity as tabled

    found = tabled(one, made.calculator, view)
    rows = []
    for at, (side, values) in enumerate(zip(found.rows, found.values, strict=True)):
        texts = []
        for column, value in enumerate(values):
            target = found.columns[column].target if view.spec.kind == "scenarios" else view.of[0]
            assert target is not None
            places = _places(one, target.line)
            marked = at == found.base_row and column == found.base_column and view.spec.kind != "scenarios"
            texts.append(_text(value, places) + (_BASE_MARK if marked else ""))
        rows.append([_side(side), *texts])
    heads = [_corner(view), *(_side(side) for side in found.columns)]
    note = "" if view.spec.kind == "scenarios" else f"base case: {_text(found.base[0], _places(one, view.of[0].line))}"
    return _Told(
        _title(view),
        heads,
        rows,
        note,
        {
            "view": view.id,
            "kind": view.spec.kind,
            "of": list(view.spec.of),
            "scenario": view.scenario,
            "unit": [one.lines[target.line].unit.symbol for target in view.of],
            "base": [_number(value) for value in found.base],
            "base_row": found.base_row,
            "base_column": found.base_column,
            "rows": [_side_json(side) for side in found.rows],
            "columns": [_side_json(side) for side in found.columns],
            "values": [[_number(value) for value in row] for row in found.values],
        },
    )


def _simulated(one: Model, view: View, made: Any) -> _Told:
    from yanbao.model.simulate import drawn_inputs, recipe, simulate

    spec = view.spec
    assert spec.draws is not None
    assert spec.seed is not None
    line, models = view.of[0].line, tuple(made.models.models.values())
    found = simulate(
        one, made.calculator, line, draws=spec.draws, seed=spec.seed, scenario=view.scenario, models=models
    )
    inputs = drawn_inputs(one, made.calculator, line, scenario=view.scenario, models=models)
    uncertain = {each.line if home is one else f"{home.id}.{each.line}": recipe(each) for home, each in inputs}
    shares = [share.value * share.unit.scale for share in view.quantiles]
    places = _places(one, view.of[0].line)
    rows = []
    for row in found:
        quantiles = row.quantiles(shares) if row.lost < spec.draws else ()
        texts = [_text(each.value, places) for each in quantiles] or [""] * len(shares)
        rows.append([row.row, *texts, *(_text(each, places) for each in _moments(row, spec.draws))])
    lost = max(row.lost for row in found if row.lost < spec.draws)
    note = f"{spec.draws:,} draws, seed {spec.seed}: {', '.join(f'{name} {said}' for name, said in uncertain.items())}"
    note += f"; up to {lost:,} draws of a period have no answer and are left out" if lost else ""
    return _Told(
        _title(view),
        ["period", *spec.quantiles, "mean", "sd"],
        rows,
        note,
        {
            "view": view.id,
            "kind": "fan",
            "of": list(spec.of),
            "scenario": view.scenario,
            "unit": one.lines[view.of[0].line].unit.symbol,
            "draws": spec.draws,
            "seed": spec.seed,
            "uncertain": uncertain,
            "rows": [_row_json(row, shares, spec.draws) for row in found],
        },
    )


def _moments(row: Simulated, draws: int) -> list[Quantity | None]:
    return [row.mean, row.sd] if row.lost < draws else [None, None]


def _row_json(row: Simulated, shares: Any, draws: int) -> dict[str, Any]:
    mean, sd = _moments(row, draws)
    quantiles = row.quantiles(shares) if row.lost < draws else ()
    return {
        "period": row.row,
        "lost": row.lost,
        "mean": _number(mean),
        "sd": _number(sd),
        "quantiles": [
            {
                "share": float(each.share),
                "value": _number(each.value),
                "low": _number(each.low),
                "high": _number(each.high),
            }
            for each in quantiles
        ],
    }


def _title(view: View) -> str:
    scenario = "" if view.scenario == "base" else f", scenario {view.scenario}"
    return f"{view.id}: {', '.join(view.spec.of)} ({view.spec.kind}{scenario})"


def _corner(view: View) -> str:
    if view.spec.kind == "scenarios":
        return "scenario"
    if view.spec.kind == "tornado":
        return "input"
    assert view.spec.across is not None
    across = view.spec.across.line
    return across if view.spec.down is None else f"{view.spec.down.line} \\ {across}"


def _side(side: Side) -> str:
    if side.scenario is not None:
        return side.scenario
    if side.step is not None:
        return _text(side.step, None)
    if side.target is not None:
        return side.target.line if side.target.row in (None, "all") else f"{side.target.line}[{side.target.row}]"
    return side.end


def _side_json(side: Side) -> dict[str, Any]:
    if side.scenario is not None:
        return {"scenario": side.scenario}
    if side.end:
        return {"end": side.end}
    assert side.target is not None
    told: dict[str, Any] = {"line": side.target.line, "period": side.target.row}
    return told if side.step is None else told | {"value": _number(side.step), "unit": side.step.unit.symbol}


def _number(quantity: Quantity | None) -> float | None:
    return None if quantity is None else float(f"{float(quantity.value):.12g}")


def _places(one: Model, line: str) -> int:
    decimals = one.lines[line].decimals
    return 1 if decimals is None else decimals


def _text(quantity: Quantity | None, places: int | None) -> str:
    """Return a number with some places; without a count with those that it has, at most three."""
    from yanbao.quantity import format_quantity

    if quantity is None:
        return "n/a"
    if places is None:
        places = next((count for count in range(3) if (quantity.value * 10**count).denominator == 1), 3)
    return format_quantity(quantity, decimals=places, grouping=True)
