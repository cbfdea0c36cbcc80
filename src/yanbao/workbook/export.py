"""A model of a workspace -> a workbook that a second engine has proved against it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yanbao.errors import BuildError, RenderError
from yanbao.model.model import BASE
from yanbao.workbook.opened import Language, open_models
from yanbao.workbook.recompute import recompute
from yanbao.workbook.view_sheets import view_sheets
from yanbao.workbook.write import plan, write_workbook

_MOST: Final = 8  # differences that are told


@dataclass(frozen=True)
class Exported:
    """A workbook that was written: its formulas, and how many values were compared over its scenarios.

    `fixed` cells of its views hold numbers, for no formula of a workbook makes them.
    """

    path: Path
    formulas: int
    scenarios: int
    compared: int
    fixed: int = 0


def export_workbook(
    workspace: Path, name: str, path: Path, language: Language | None = None, scenario: str | None = None
) -> Exported:
    """Write a model as a workbook, once each of its scenarios came to the same digits in a second engine.

    Args:
        workspace: the folder with yanbao.toml in it.
        name: of the model, `models/NAME.toml`.
        path: the workbook; one that is there is replaced as a whole.
        language: of labels; by default that of the report.
        scenario: the one that is chosen in the workbook; by default the base case.

    Raises:
        WorkspaceError: the workspace has mistakes, all of them.
        BuildError: no such model or scenario, or the file cannot be written.
        RenderError: something that a workbook cannot say, or says otherwise than the model.
    """
    opened = open_models(workspace, language, views_of=name)
    subject = opened.subject(name)
    if scenario is not None and scenario not in subject.scenarios:
        raise BuildError(f"model `{name}` has no scenario `{scenario}`; there are: {', '.join(subject.scenarios)}")
    with TemporaryDirectory() as folder:
        made = Path(folder) / f"{name}.xlsx"
        chosen = scenario or BASE
        layout, _ = plan(subject, opened.origins, chosen)
        views = view_sheets(subject, layout, opened.computed.calculator, chosen)
        layout, sheets = write_workbook(subject, opened.origins, opened.theme, made, chosen, views.sheets)
        proved = recompute(made, subject, layout, views.live)
        if proved.differences:
            told = "\n".join(
                f"{each.cell.sheet}!{each.cell.a1}: `{each.line}[{each.row}]` in scenario {each.scenario}:"
                f" {each.model}, in the workbook {each.workbook}"
                for each in proved.differences[:_MOST]
            )
            raise RenderError(f"{len(proved.differences)} values of `{name}` come out otherwise in a workbook\n{told}")
        replace_file(path, made.read_bytes())
    formulas = sum(cell.formula is not None for sheet in sheets for cell in sheet.cells.values())
    return Exported(path, formulas, len(subject.scenarios), proved.compared, views.fixed)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file as a whole: whatever happens, it is the old one or the new one.

    Raises:
        BuildError: it cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_bytes(content)
        os.replace(unfinished, path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        hint = "close it in other programs, or choose another name"
        raise BuildError(f"{path} cannot be written: {error.strerror}\n    hint: {hint}") from error
