"""Changes into a model's file: only the values and formulas that changed, everything else as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from yanbao.errors import Mistake
from yanbao.model.model import ALL, BASE, Model
from yanbao.workbook.changes import InputChange
from yanbao.workbook.toml_text import Path, TomlEditError, TomlText, quoted
from yanbao.workbook.translate import NewFormula

_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")


def edited(
    model: Model, text: str, inputs: Sequence[InputChange], formulas: Sequence[NewFormula], mistakes: list[Mistake]
) -> str:
    """Return the text of a model's file with changed values and formulas; comments, order and spaces stay.

    Args:
        model: the model that `text` describes.
        text: the file, with its own line ends.
        inputs: values to set; `new` is `None` where a scenario no longer sets one.
        formulas: formulas to set.
        mistakes: takes what the file can't be made to say.
    """
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    toml = TomlText(text.removeprefix(mark))
    sets: dict[tuple[str, str], list[InputChange]] = {}
    for change in inputs:
        if change.scenario != BASE:
            sets.setdefault((change.scenario, change.line), []).append(change)
            continue
        with _placed(model, change.file_line, mistakes):
            _set_base(toml, change)
    for (scenario, line), found in sets.items():
        with _placed(model, found[0].file_line, mistakes):
            _set_scenario(toml, model, scenario, line, found)
    for scenario in dict.fromkeys(scenario for scenario, _ in sets):
        if not toml.data()["scenarios"][scenario]["set"]:
            cause = f"the scenario `{scenario}` sets nothing any more"
            hint = "leave one value in it, or delete it in the model's file"
            mistakes.append(Mistake(model.file, model.scenarios[scenario].file_line, "", cause, hint))
    for formula in formulas:
        path = ("lines", formula.line, formula.key)
        with _placed(model, formula.file_line, mistakes):
            toml.set(path, quoted(formula.new, toml.written(path)))
    return mark + toml.text


@contextmanager
def _placed(model: Model, line: int, mistakes: list[Mistake]) -> Iterator[None]:
    """Note an edit that the file can't take, at the line that it was for."""
    try:
        yield
    except TomlEditError as error:
        found = error.mistakes[0]
        mistakes.append(Mistake(model.file, line, found.field, found.cause, found.hint))


def _set_base(toml: TomlText, change: InputChange) -> None:
    assert change.new is not None
    line = ("lines", change.line)
    path = (*line, "value") if change.row == ALL else (*line, "values", change.row)
    given = toml.data()["lines"][change.line]
    if change.row != ALL and "values" not in given:
        toml.set((*line, "values"), f"{{ {change.row} = {quoted(change.new)} }}")
        return
    given = given.get("value") if change.row == ALL else given["values"].get(change.row)
    if isinstance(given, dict):  # { value = …, reason = … }
        if "missing" in given:
            toml.drop((*path, "missing"))
        path = (*path, "value")
    toml.set(path, _like(toml.written(path), change.new))


def _set_scenario(toml: TomlText, model: Model, scenario: str, line: str, changes: Sequence[InputChange]) -> None:
    path = ("scenarios", scenario, "set", line)
    cells = model.scenarios[scenario].cells
    before = {row: cell.text for (name, row), cell in cells.items() if name == line}
    after = before | {change.row: change.new for change in changes}
    kept = {row: new for row, new in after.items() if new is not None}
    given = toml.data()["scenarios"][scenario]["set"].get(line)
    if not kept:
        _drop_all(toml, path, given)
    elif model.lines[line].once:
        toml.set(path, _like(toml.written(path), kept[ALL]))
    elif isinstance(given, dict):
        for change in changes:
            if change.new is None:
                toml.drop((*path, change.row))
            else:
                toml.set((*path, change.row), _like(toml.written((*path, change.row)), change.new))
    elif given is not None and kept.keys() == before.keys() and len(set(kept.values())) == 1:
        toml.set(path, _like(toml.written(path), next(iter(kept.values()))))  # one for all periods, as before
    else:
        rows = [row for row in model.lines[line].cells if row in kept]
        toml.set(path, "{ " + ", ".join(f"{row} = {quoted(kept[row])}" for row in rows) + " }")


def _drop_all(toml: TomlText, path: Path, given: object) -> None:
    """Drop a line from a scenario: as one value, or where it is written row by row, each of them."""
    if toml.written(path) is not None or not isinstance(given, dict):
        toml.drop(path)
        return
    for row in given:
        toml.drop((*path, row))


def _like(old: str | None, new: str) -> str:
    """Return a value written as the one that it replaces: a whole number bare, a text in its own quotes."""
    if old is not None and _WHOLE.fullmatch(old) and _WHOLE.fullmatch(new):
        return new
    return quoted(new, old)
