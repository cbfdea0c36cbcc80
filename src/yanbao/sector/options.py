"""Options of an exhibit as a command or a chapter gives them: names and values, checked all at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from yanbao.errors import ExhibitError
from yanbao.sector import EXHIBITS

# what a user writes -> the field: one is a word of the language, and of several one may be asked for
WRITTEN = {"from": "frm", "method": "methods", "measure": "measures", "board": "boards"}


def read_options(exhibit: str, given: Mapping[str, Any]) -> Any:
    """Return the options of an exhibit from what was written: days as 2024-06-28, several values as a list.

    Raises:
        ExhibitError: an unknown exhibit; every option that it has not, that it needs, or that has a wrong value.
    """
    from pydantic import TypeAdapter, ValidationError

    entry = EXHIBITS.get(exhibit)
    if entry is None:
        near = difflib.get_close_matches(exhibit, EXHIBITS, 1)
        raise ExhibitError(
            f"no exhibit `{exhibit}`\n    hint: " + (f"did you mean `{near[0]}`?" if near else f"one of {_names()}")
        )
    known = {field.name: field for field in fields(entry.options)}
    named = {WRITTEN.get(name, name): value for name, value in given.items()}
    shown = {field: name for name, field in WRITTEN.items()}
    mistakes = [_unknown(exhibit, shown.get(name, name), known) for name in named if name not in known]
    mistakes += [
        f"{exhibit}: needs `{shown.get(name, name)}`"
        for name, field in known.items()
        if name not in named and field.default is MISSING and field.default_factory is MISSING
    ]
    if not mistakes:
        try:
            return TypeAdapter(entry.options).validate_python(named)
        except ValidationError as error:
            for one in error.errors():
                name = str(one["loc"][0]) if one["loc"] else ""
                mistakes.append(f"{exhibit}: `{shown.get(name, name)}` is {one['input']!r}: {one['msg']}")
    raise ExhibitError("\n".join(mistakes))


def _unknown(exhibit: str, name: str, known: Mapping[str, Any]) -> str:
    shown = {field: written for written, field in WRITTEN.items()}
    names = [shown.get(each, each) for each in known]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(names)}"
    return f"{exhibit}: no option `{name}`; {hint}"


def _names() -> str:
    return ", ".join(EXHIBITS)
