"""`yanbao model`: what driver models say, what they come to, whether they hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yanbao.cli.options import Language
from yanbao.cli.screen import TableFormat, data, fail, say, table, warn
from yanbao.errors import BuildError, WorkspaceError

if TYPE_CHECKING:
    from yanbao.fact.fact import Fact
    from yanbao.model import Computed, Line, Model

model = typer.Typer(
    name="model",
    no_args_is_help=True,
    help="Driver models of a workspace, models/*.toml: show, compute and check them.",
)


Workspace = Annotated[Path, typer.Argument(help="The folder with yanbao.toml.")]
Form = Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")]
Labels = Annotated[
    Language | None, typer.Option("--language", "-l", help="Of labels: zh or en. Default: the report's.")
]


def computed(workspace: Path, language: Language | None = None) -> Computed:
    """Return the models of a workspace after computing.

    Raises:
        WorkspaceError: yanbao.toml cannot be read.
    """
    from yanbao.author.models import compute_models

    return compute_models(workspace, language.value if language is not None else None)


def chosen(made: Computed, name: str) -> Model:
    """Return a model by its name; what is wrong elsewhere is told beside the output.

    Raises:
        BuildError: no such model, with the nearest names.
        WorkspaceError: the model has mistakes.
    """
    import difflib

    mistakes = made.calculator.evidence.mistakes
    found = made.models.models.get(name)
    if found is None:
        if any(mistake.file == f"models/{name}.toml" for mistake in mistakes):
            raise WorkspaceError(mistakes)
        known = sorted(made.models.models)
        near = difflib.get_close_matches(name, known, 3, 0.4) or known
        raise BuildError(f"no model `{name}`; there are: {', '.join(near) or 'none in models/'}")
    if mistakes:
        warn(f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}: `yanbao model check` tells them")
    return found


@model.command()
def show(
    workspace: Workspace,
    name: Annotated[str | None, typer.Argument(metavar="MODEL", help="A model; without it all are listed.")] = None,
    language: Labels = None,
    form: Form = TableFormat.table,
) -> None:
    """List the models of a workspace, or one model's lines: units, inputs with their reasons, formulas.

    Examples:

        yanbao model show examples/computer-2024h1
        yanbao model show examples/computer-2024h1 grid_model
    """
    with fail():
        made = computed(workspace, language)
        if name is None:
            heads = ["model", "title", "periods", "lines", "scenarios", "checks", "views"]
            table("models", heads, [_listed(one, made) for one in _all(made)], form)
            return
        one = chosen(made, name)
    rows = [_described(line, one, made) for line in one.lines.values()]
    table(_title(one, made), ["line", "label", "unit", "is", "why", "toml line"], rows, form)


@model.command()
def run(
    workspace: Workspace,
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A model: models/MODEL.toml.")],
    scenario: Annotated[
        str | None, typer.Option("--scenario", "-s", help="A scenario of the model. Default: the base case.")
    ] = None,
    language: Labels = None,
    form: Form = TableFormat.table,
) -> None:
    """Compute a model and print every line in every period, with its unit; what is missing says why.

    As JSON each value comes with the interval that the printed precision of its inputs leaves open, its formula, and
    the facts that it was computed from.

    Examples:

        yanbao model run examples/computer-2024h1 grid_model
        yanbao model run examples/computer-2024h1 grid_model --scenario high --format json
    """
    from yanbao.model import ALL, BASE

    with fail():
        made = computed(workspace, language)
        one = chosen(made, name)
        if scenario is not None and scenario not in (BASE, *one.scenarios):
            known = ", ".join((BASE, *one.scenarios))
            raise BuildError(f"model `{name}` has no scenario `{scenario}`; there are: {known}")
    case = scenario or BASE
    if form is TableFormat.json:
        data(_as_json(one, case, made))
        return
    rows = [*one.rows, *([ALL] if any(line.once for line in one.lines.values()) else [])]
    home = made.calculator.evidence.tables[one.table(case)]
    body = []
    for line in one.lines.values():
        cells = [_fact(one, line, row, case, made) if row in line.cells else None for row in rows]
        label = home.columns[line.id].spec.label.get(made.calculator.language) or line.id
        unit = one.spec.lines[line.id].unit
        body.append([line.id, label, unit, *(_said(fact, unit, form) if fact else "" for fact in cells)])
    title = _title(one, made) + ("" if case == BASE else f" ({case})")
    table(title, ["line", "label", "unit", *rows], body, form)


@model.command()
def check(
    workspace: Workspace,
    name: Annotated[str | None, typer.Argument(metavar="MODEL", help="A model. Default: all.")] = None,
    form: Form = TableFormat.table,
) -> None:
    """Tell every mistake of the models with its file and line, and whether their own checks hold.

    A check fails only where the rounding of what was printed cannot be the cause. Exit code 1 if anything is wrong.

    Example: `yanbao model check examples/computer-2024h1`
    """
    from yanbao.model.checks import checked

    with fail():
        made = computed(workspace)
        evidence = made.calculator.evidence
        names = [name] if name is not None else list(made.models.models)
        wrong = [one for one in evidence.mistakes if name is None or one.file == f"models/{name}.toml"]
        if name is not None and name not in made.models.models and not wrong:
            chosen(made, name)
        models = [made.models.models[each] for each in names if each in made.models.models]
        results = [(one, result) for one in models for result in checked(one, made.calculator)]
    wrong = sorted({one for one in wrong if one.field != "checks"})
    rows = [
        [one.id, *map(str, (found.check.file_line, _label(found.check.label, made), found.scenario, found.row))]
        for one, found in results
    ]
    for row, (_, found) in zip(rows, results, strict=True):
        row += [found.state, found.detail]
    failed = sum(result.state == "fails" for _, result in results)
    heads = ["model", "toml line", "check", "scenario", "period", "state", "detail"]
    if form is TableFormat.json:
        keys = ("file", "line", "field", "cause", "hint")
        told = [{key: getattr(one, key) for key in keys} for one in wrong]
        data({"mistakes": told, "checks": [dict(zip(heads, row, strict=True)) for row in rows]})
    else:
        for one in wrong:
            typer.echo(str(one), err=form is TableFormat.csv)
        if rows or not wrong:
            table(f"{len(rows)} checks, {failed} fail", heads, rows, form)
        if form is TableFormat.table and wrong:
            say(f"{len(wrong)} mistake{'s' if len(wrong) != 1 else ''}")
    if wrong or failed:
        raise typer.Exit(1)


def _all(made: Computed) -> list[Model]:
    return list(made.models.models.values())


def _label(text: Any, made: Computed) -> str:
    return text.get(made.calculator.language) or text.zh or text.en or ""


def _title(one: Model, made: Computed) -> str:
    return f"{one.id}  {_label(one.spec.title, made)}, as of {one.spec.as_of}"


def _listed(one: Model, made: Computed) -> list[str]:
    periods = f"{one.rows[0]} to {one.rows[-1]}" if one.rows else ""
    counts = [len(one.lines), len(one.scenarios), len(one.checks), len(one.views)]
    return [one.id, _label(one.spec.title, made), periods, *map(str, counts)]


def _described(line: Line, one: Model, made: Computed) -> list[str]:
    """Return what a line is: its typed values, each with its period, then its formulas; and why."""
    from yanbao.model import ALL, Formula, Typed

    spec = one.spec.lines[line.id]
    typed = {row: cell for row, cell in line.cells.items() if isinstance(cell, Typed)}
    parts = [cell.text if row == ALL else f"{row}: {cell.text}" for row, cell in typed.items()]
    formulas = dict.fromkeys((cell.key, cell.text) for cell in line.cells.values() if isinstance(cell, Formula))
    parts += [f"= {text}" if key == "formula" else f"{key} = {text}" for key, text in formulas]
    why = dict.fromkeys(_label(cell.reason, made) if cell.reason else _origin(cell.source) for cell in typed.values())
    text = "; ".join(filter(None, why))
    return [line.id, _label(line.label, made), spec.unit, "; ".join(parts), text, str(line.file_line)]


def _origin(source: Any) -> str:
    return "" if source is None else source if isinstance(source, str) else source.zh or source.en or ""


def _fact(one: Model, line: Line, row: str, scenario: str, made: Computed) -> Fact | None:
    evidence = made.calculator.evidence
    return evidence.facts.get(evidence.tables[one.table(scenario)].fact_id(row, line.id))


def _said(fact: Fact, unit: str, form: TableFormat) -> str:
    """Return a cell: its number without the unit that stands in the line's head, or why it is missing."""
    from dataclasses import replace

    from yanbao.author.binding import default_decimals
    from yanbao.quantity import Unit, format_quantity

    if fact.quantity is None:
        return f"({fact.missing})"
    quantity = fact.quantity
    bare = replace(quantity, unit=Unit("")) if quantity.unit.symbol == unit else quantity
    if form is TableFormat.csv:
        return repr(float(quantity.value))
    return format_quantity(bare, decimals=default_decimals(quantity), grouping=True)


def _as_json(one: Model, scenario: str, made: Computed) -> dict[str, Any]:
    lines = []
    home = made.calculator.evidence.tables[one.table(scenario)]
    for line in one.lines.values():
        facts = {row: _fact(one, line, row, scenario, made) for row in line.cells}
        lines.append(
            {
                "id": line.id,
                "label": _label(home.columns[line.id].spec.label, made),
                "unit": one.spec.lines[line.id].unit,
                "values": {row: _fact_json(fact) for row, fact in facts.items() if fact is not None},
            }
        )
    periods = [
        {"key": each.key, "start": str(each.period.start), "end": str(each.period.end), "estimate": each.estimate}
        for each in one.periods
    ]
    return {
        "model": one.id,
        "title": _label(one.spec.title, made),
        "scenario": scenario,
        "as_of": str(one.spec.as_of),
        "periods": periods,
        "lines": lines,
    }


def _fact_json(fact: Fact) -> dict[str, Any]:
    from yanbao.fact.fact import Derivation

    told: dict[str, Any] = {"fact": fact.id}
    if fact.quantity is None:
        told["missing"] = fact.missing
    else:
        low, high = fact.quantity.interval.low, fact.quantity.interval.high
        told["value"] = float(fact.quantity.value)
        told["unit"] = fact.quantity.unit.symbol
        told["low"], told["high"] = (None if end is None else float(end) for end in (low, high))
    if isinstance(fact.lineage, Derivation):
        told["formula"], told["inputs"] = fact.lineage.formula, list(fact.lineage.inputs)
    else:
        told["file"], told["line"], told["origin"] = (
            fact.lineage.file,
            fact.lineage.file_line,
            fact.lineage.origin,
        )
    return told
