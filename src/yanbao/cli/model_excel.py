"""`yanbao model export` and `yanbao model import`: a model as a workbook, and an edited workbook back into its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yanbao.cli.model import Labels, Workspace
from yanbao.cli.screen import TableFormat, data, fail, say, table
from yanbao.errors import BuildError

if TYPE_CHECKING:
    from yanbao.workbook import TakenBack


def export(
    workspace: Workspace,
    name: Annotated[str, typer.Argument(metavar="MODEL", help="A model: models/MODEL.toml.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The workbook; replaced as a whole. Default: MODEL.xlsx.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", "-s", help="The scenario that is chosen in it. Default: the base case.")
    ] = None,
    language: Labels = None,
) -> None:
    """Write a model as a workbook: inputs blue, every computed cell a live formula, scenarios to choose from a list.

    Its views are sheets behind it: sensitivities as live formulas over the values that are tried, scenarios and
    simulations as the numbers they came to.

    The workbook is computed anew by a second engine, in each scenario, and compared with the model to the last printed
    digit, before it is written.

    Example: `yanbao model export examples/computer-2024h1 grid_model --out grid.xlsx`
    """
    from yanbao.workbook import export_workbook

    path = out if out is not None else Path(f"{name}.xlsx")
    with fail():
        if path.suffix.lower() != ".xlsx":
            raise BuildError(f"{path} is no name of a workbook; write {path.stem or name}.xlsx")
        proved = export_workbook(workspace, name, path, language.value if language is not None else None, scenario)
    found = f"{proved.formulas} formulas; {proved.compared} values in {proved.scenarios} scenarios agree with the model"
    say(f"{path}: {found}" + (f"; {proved.fixed} numbers of its views are fixed" if proved.fixed else ""))


def take(
    workspace: Workspace,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook that `yanbao model export` wrote, edited.")],
    formulas: Annotated[
        bool, typer.Option("--formulas", help="Take changed formulas too, and numbers typed over formulas.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would change.")] = False,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """Take the changed assumptions of a workbook into the model's file; comments and order of the file stay.

    Changed formulas are printed beside the old ones, and nothing is taken (exit code 1), unless `--formulas` asks for
    them. What a model's file can't say is an error with sheet and cell. The workbook is read as data: macros, external
    links and commands in it are never run.

    Example: `yanbao model import examples/computer-2024h1 grid.xlsx --dry-run`
    """
    from yanbao.workbook import replace_file, take_back

    with fail():
        taken = take_back(path, workspace, formulas=formulas)
        if not dry_run and not taken.refused and (taken.inputs or taken.formulas):
            replace_file(workspace / taken.file, taken.text.encode())
    rows = _rows(taken)
    heads = ["line", "period", "scenario", "old", "new", "cell", "toml"]
    written = bool(rows) and not dry_run and not taken.refused
    if form is TableFormat.json:
        changes = [dict(zip(heads, row, strict=True)) for row in rows]
        data({"model": taken.model, "written": written, "changes": changes, "ignored": list(taken.ignored)})
    else:
        table(f"{len(rows)} changes of {taken.file}", heads, rows, form)
    if form is TableFormat.table:
        for text in taken.ignored:
            say(f"not the model's: {text}")
        if taken.refused:
            say("nothing was taken: formulas changed; --formulas takes them")
        elif rows:
            say(f"{'would change' if dry_run else 'wrote'} {workspace / taken.file}")
    if taken.refused:
        raise typer.Exit(1)


def _rows(taken: TakenBack) -> list[list[str]]:
    found = [
        [
            change.line,
            change.row,
            change.scenario,
            change.old if change.old is not None else "",
            change.new if change.new is not None else "",
            change.cell,
            f"{taken.file}:{change.file_line}",
        ]
        for change in taken.inputs
    ]
    found += [
        [new.line, new.key, "base", new.old or "", new.new, "", f"{taken.file}:{new.file_line}"]
        for new in taken.formulas
    ]
    found += [
        [change.line, change.row, "base", change.old, change.new, change.cell, f"{taken.file}:{change.file_line}"]
        for change in taken.refused
    ]
    return found
