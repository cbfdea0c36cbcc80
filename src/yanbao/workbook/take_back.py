"""An edited workbook back into its model's file: read, compared, and proved by computing both, before it is written."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from yanbao.errors import Mistake, ReadError, WorkspaceError
from yanbao.model.load import FOLDER
from yanbao.read.contents import FileContents
from yanbao.read.xlsx import read_xlsx
from yanbao.workbook.changes import FormulaChange, InputChange, changes
from yanbao.workbook.contents import version
from yanbao.workbook.edit import edited
from yanbao.workbook.locate import Found, language_of, locate, named_in
from yanbao.workbook.opened import open_models
from yanbao.workbook.recompute import compared
from yanbao.workbook.subject import Subject
from yanbao.workbook.translate import NewFormula, new_formulas
from yanbao.workbook.write import plan

_MOST: Final = 8  # differences that are told


@dataclass(frozen=True)
class TakenBack:
    """What an edited workbook changes in a model's file: `text` is the file after it, with its own line ends."""

    model: str
    file: str
    text: str
    inputs: tuple[InputChange, ...]
    formulas: tuple[NewFormula, ...]
    refused: tuple[FormulaChange, ...]  # formulas that changed and were not asked for
    ignored: tuple[str, ...]  # rows, columns and sheets that are not the model's


def take_back(path: Path, workspace: Path, *, formulas: bool = False) -> TakenBack:
    """Return what an edited workbook changes in the model that it was exported from; nothing is written.

    The workbook is data: nothing in it is run, and its formulas are computed by another engine from their text alone.
    Where it is taken, the changed model is computed, and every scenario of it must come to what the workbook shows.

    Args:
        path: the workbook.
        workspace: the folder with yanbao.toml in it.
        formulas: whether changed formulas are taken too; else they are `refused`.

    Raises:
        ReadError: it is no workbook of a model of this workspace, or of another version of it.
        WorkspaceError: changes that the model can't take, all of them, each with its cell.
    """
    contents = read_xlsx(path)
    language = language_of(contents)
    file, exported = named_in(contents)
    name = Path(file).stem
    model_file = workspace / FOLDER / f"{name}.toml"
    if file != f"{FOLDER}/{name}.toml" or not model_file.is_file():
        raise ReadError(f"{path}: is of {file[:80]!r}, which this workspace has not\n    hint: -w names the workspace")
    opened = open_models(workspace, language)
    subject = opened.subject(name)
    if version(subject.model.text) != exported:
        raise ReadError(
            f"{path}: {file} has changed since this workbook was exported from it\n"
            "    hint: export it again and copy your changes over, or take the file of that time"
        )
    layout, sheets = plan(subject, opened.origins)
    found = locate(contents, subject, layout)
    made = changes(subject, layout, sheets, found, path.name)
    mistakes = made.mistakes
    hard = [change for change in made.formulas if change.number is not None]
    typed_over = [_typed_over(change, subject, mistakes) for change in hard] if formulas else []
    renewed = [change for change in made.formulas if change.number is None]
    taken = new_formulas(renewed, subject, layout, path.name, mistakes) if formulas else []
    inputs = (*made.inputs, *(change for change in typed_over if change is not None))
    text = model_file.read_bytes().decode("utf-8")
    changed = "" if mistakes else edited(subject.model, text, inputs, taken, mistakes)
    if mistakes:
        raise WorkspaceError(mistakes)
    refused = () if formulas else tuple(made.formulas)
    if changed != text and not refused:
        _prove(contents, found, workspace, subject, changed)
    return TakenBack(name, file, changed, inputs, tuple(taken), refused, tuple(found.ignored))


def _typed_over(change: FormulaChange, subject: Subject, mistakes: list[Mistake]) -> InputChange | None:
    """Return a number that was typed over a formula as a value of its period, which stands before the formula."""
    from yanbao.quantity import Quantity
    from yanbao.workbook.changes import digits

    line = subject.model.lines[change.line]
    if line.once:
        cause = f"{change.new} is typed over the formula of `{line.id}`, which has one value for the whole model"
        hint = f"make it an input in {subject.model.file}:{change.file_line}: `value` instead of `formula`"
        mistakes.append(Mistake("", 0, change.cell, cause, hint))
        return None
    assert change.number is not None
    text = digits(change.number, Quantity.exact(0, line.unit), 0)
    return InputChange(change.line, change.row, "base", None, text, change.cell, change.file_line)


def _prove(contents: FileContents, found: Found, workspace: Path, subject: Subject, text: str) -> None:
    """Compute the changed model beside the workspace's own, and compare it with the workbook in every scenario.

    Raises:
        WorkspaceError: the changed model has mistakes, or comes to something else.
    """
    with TemporaryDirectory() as folder:
        beside = Path(folder)
        os.symlink((workspace / "evidence").resolve(), beside / "evidence")
        shutil.copytree(workspace / FOLDER, beside / FOLDER)
        (beside / subject.model.file).write_bytes(text.encode())
        changed = open_models(workspace, subject.language, beside).subject(subject.model.id)
        differing = [each for each in compared(contents, changed, found.addresses()) if each.model != each.workbook]
    if differing:
        raise WorkspaceError(
            Mistake(
                contents.name,
                0,
                f"{each.cell.sheet}!{each.cell.a1}",
                f"`{each.line}[{each.row}]` in scenario {each.scenario}: {each.workbook}; the model: {each.model}",
                "something in the workbook is not the model's; export again and repeat your changes",
            )
            for each in differing[:_MOST]
        )
