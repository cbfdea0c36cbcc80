"""Changes into a model's file: only the values and formulas that changed, everything else as it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yanbao.errors import Mistake
from yanbao.model.model import ALL, BASE, Model
from yanbao.workbook.changes import InputChange
from yanbao.workbook.translate import NewFormula

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


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
    import tomlkit

    if not inputs and not formulas:
        return text
    document = tomlkit.parse(text)
    by_scenario: dict[tuple[str, str], list[InputChange]] = {}
    for change in inputs:
        if change.scenario == BASE:
            _set_base(document, change)
        else:
            by_scenario.setdefault((change.scenario, change.line), []).append(change)
    for (scenario, line), members in by_scenario.items():
        _set_scenario(document, model, scenario, line, members, mistakes)
    for formula in formulas:
        table = document["lines"][formula.line]  # type: ignore[index]
        table[formula.key] = _like(table.get(formula.key), formula.new)  # type: ignore[union-attr, index]
    return tomlkit.dumps(document)


def _set_base(document: TOMLDocument, change: InputChange) -> None:
    assert change.new is not None
    table: Any = document["lines"][change.line]  # type: ignore[index]
    key = "value"
    if change.row != ALL:
        if "values" not in table:
            import tomlkit

            table["values"] = tomlkit.inline_table()
        table, key = table["values"], change.row
    given = table.get(key)
    if hasattr(given, "get"):  # { value = …, reason = … }
        if "missing" in given:
            del given["missing"]
        given["value"] = _like(given.get("value"), change.new)
    else:
        table[key] = _like(given, change.new)


def _set_scenario(
    document: TOMLDocument,
    model: Model,
    scenario: str,
    line: str,
    changes: Sequence[InputChange],
    mistakes: list[Mistake],
) -> None:
    import tomlkit

    table: Any = document["scenarios"][scenario]["set"]  # type: ignore[index]
    cells = model.scenarios[scenario].cells
    before = {row: cell.text for (name, row), cell in cells.items() if name == line}
    after = before | {change.row: change.new for change in changes}
    kept = {row: new for row, new in after.items() if new is not None}
    given = table.get(line)
    if not kept:
        if len(table) == 1:
            cause = f"the scenario `{scenario}` sets nothing any more"
            hint = "leave one value in it, or delete it in the model's file"
            mistakes.append(Mistake(model.file, model.scenarios[scenario].file_line, line, cause, hint))
            return
        del table[line]
    elif model.lines[line].once:
        table[line] = _like(given, kept[ALL])
    elif hasattr(given, "get"):
        for change in changes:
            if change.new is None:
                del given[change.row]
            else:
                given[change.row] = _like(given.get(change.row), change.new)
    elif given is not None and kept.keys() == before.keys() and len(set(kept.values())) == 1:
        table[line] = _like(given, next(iter(kept.values())))  # one value for all periods, as before
    else:
        inline = tomlkit.inline_table()
        for row in model.lines[line].cells:
            if row in kept:
                inline[row] = _like(None, kept[row])
        table[line] = inline


def _like(old: Any, new: str) -> Any:
    """Return a value written as the one that it replaces: a whole number bare, a text in its own quotes."""
    import tomlkit
    from tomlkit.items import Integer, String, StringType

    if isinstance(old, Integer) and new.lstrip("-").isdigit():
        return tomlkit.integer(new)
    if isinstance(old, String) and old._t in (StringType.SLL, StringType.MLL) and "'" not in new:
        return tomlkit.string(new, literal=True)
    return tomlkit.string(new)
