"""Writes the generated reference pages: commands, workspace keys, check codes, relations.

`python -m docs.generate` writes them; a test says that the committed ones are current.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

FOLDER = Path(__file__).parent
MADE = "<!-- made by `make docs`; do not edit -->\n\n"


def commands() -> str:
    """Return the page of commands, options and exit codes."""
    from yanbao.cli.commands import app

    lines = ["# Commands", "", "Exit codes: 0 done, 1 something breaks, 2 can't run.", ""]
    signatures = {
        command.callback.__name__: inspect.signature(command.callback, eval_str=True)
        for command in app.registered_commands
        if command.callback is not None
    }
    for command in sorted(app.registered_commands, key=lambda command: command.callback.__name__):  # type: ignore[union-attr]
        assert command.callback is not None
        name = command.callback.__name__
        lines += [
            f"## yanbao {name}",
            "",
            inspect.cleandoc(command.callback.__doc__ or ""),
            "",
            "| | | |",
            "|---|---|---|",
        ]
        for parameter in signatures[name].parameters.values():
            hint, info = get_args(parameter.annotation)[:2]
            given = [item for item in (info.default, *(info.param_decls or ())) if str(item).startswith("-")]
            names = given or ((info.metavar or parameter.name.upper()),)
            choices = [item.value for item in _choices(hint)]
            default = (
                ""
                if parameter.default in (inspect.Parameter.empty, None)
                else f"default `{getattr(parameter.default, 'value', parameter.default)}`"
            )
            what = " ".join(filter(None, (info.help, default)))
            lines.append(
                f"| {', '.join(f'`{item}`' for item in names)} | {' '.join(f'`{item}`' for item in choices)} | {what} |"
            )
        lines.append("")
    return MADE + "\n".join(lines)


def _choices(hint: Any) -> list[Enum]:
    parts = [hint, *get_args(hint), *(inner for part in get_args(hint) for inner in get_args(part))]
    return [item for part in parts if isinstance(part, type) and issubclass(part, Enum) for item in part]


def codes() -> str:
    """Return the page of check codes."""
    from yanbao.check.codes import CODES

    lines = ["# Check codes", "", "What each code of a finding of `yanbao prove` proves where it reports nothing.", ""]
    families: dict[str, list[str]] = {}
    for code in CODES.values():
        families.setdefault(code.family, []).append(f"| `{code.name}` | {code.severity} | {code.proves} |")
    for family, rows in families.items():
        lines += [f"## {family.capitalize()}", "", "| code | severity | proves |", "|---|---|---|", *rows, ""]
    return MADE + "\n".join(lines)


def keys() -> str:
    """Return the page of workspace keys, from the models that check them."""
    from yanbao.author.exhibit_spec import ExhibitSpec
    from yanbao.author.theme_file import ThemeFile
    from yanbao.author.words import PAIRS
    from yanbao.author.workspace import Workspace
    from yanbao.evidence.sidecar import Sidecar

    lines = [
        "# Workspace keys",
        "",
        'A *text* is a string, or `{ zh = "…", en = "…" }`. The language itself is described in',
        "[expressions](expressions.md), the chapters in the [tutorial](tutorial.md).",
        "",
    ]
    for title, model in (
        ("yanbao.toml", Workspace),
        ("evidence/NAME.toml", Sidecar),
        ("an exhibit block", ExhibitSpec),
        ("theme/theme.toml", ThemeFile),
    ):
        lines += [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), ""]
        lines += ["| key | what | must |", "|---|---|---|"]
        lines += [f"| `{name}` | {kind} | {'yes' if must else ''} |" for name, kind, must in _fields(model, "")]
        lines.append("")
    lines += ["## Bound words", "", ", ".join(f"`{pair}`" for pair in sorted(PAIRS)), ""]
    return MADE + "\n".join(lines)


def _fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, bool]]:
    for name, field in model.model_fields.items():
        inner = [part for part in _models(field.annotation) if part.__name__ != "Bilingual"]
        texts = any(part.__name__ == "Bilingual" for part in _models(field.annotation))
        path = f"{prefix}{name}"
        if inner:
            many = "NAME." if "dict" in str(field.annotation) else "[]." if "tuple" in str(field.annotation) else ""
            yield path, (inspect.cleandoc(inner[0].__doc__ or "")).split("\n")[0], field.is_required()
            yield from _fields(inner[0], f"{path}.{many}".replace(".[]", "[]"))
        else:
            yield path, "text" if texts else _kind(field.annotation), field.is_required()


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


_KINDS = {"str": "string", "int": "number", "float": "number", "bool": "true / false", "date": "day"}


def _kind(annotation: Any) -> str:
    """Return a type in a user's words."""
    if get_origin(annotation) is Literal:
        return " / ".join(str(item) for item in get_args(annotation))
    if get_origin(annotation) is Annotated:
        return _kind(get_args(annotation)[0])
    parts = [part for part in get_args(annotation) if part not in (type(None), Ellipsis)]
    if get_origin(annotation) is tuple:
        return f"list of {_kind(parts[0])}"
    if get_origin(annotation) is dict:
        return f"table of {_kind(parts[1])}"
    if parts:
        return " or ".join(_kind(part) for part in parts)
    return _KINDS.get(getattr(annotation, "__name__", ""), str(annotation))


def relations() -> str:
    """Return the page of relations."""
    from yanbao import relation

    return relation.page()


PAGES = {
    "commands.md": commands,
    "check-codes.md": codes,
    "workspace-keys.md": keys,
    "relations.md": relations,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")
