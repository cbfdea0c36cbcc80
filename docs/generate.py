"""Writes the generated reference pages: commands, workspace keys, check codes, relations.

`python -m docs.generate` writes them; a test says that the committed ones are current.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

FOLDER = Path(__file__).parent
MADE = "<!-- made by `make docs`; do not edit -->\n\n"


def commands() -> str:
    """Return the page of commands, options and exit codes."""
    from yanbao.cli.commands import app

    lines = ["# Commands", "", "Exit codes: 0 done, 1 something breaks, 2 can't run.", ""]
    found = {command.callback.__name__: command.callback for command in app.registered_commands if command.callback}
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            assert command.callback is not None
            name = command.name or command.callback.__name__
            found[f"{group.typer_instance.info.name} {name}"] = command.callback
    for name, callback in sorted(found.items()):
        lines += [
            f"## yanbao {name}",
            "",
            inspect.cleandoc(callback.__doc__ or ""),
            "",
            "| | | |",
            "|---|---|---|",
        ]
        for parameter in inspect.signature(callback, eval_str=True).parameters.values():
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

    said = "What each code of a finding of `yanbao prove` or `yanbao check` proves where it reports nothing."
    lines = ["# Check codes", "", said, ""]
    families: dict[str, list[str]] = {}
    for code in CODES.values():
        families.setdefault(code.family, []).append(f"| `{code.name}` | {code.severity} | {code.proves} |")
    for family, rows in families.items():
        lines += [f"## {family.capitalize()}", "", "| code | severity | proves |", "|---|---|---|", *rows, ""]
    return MADE + "\n".join(lines)


def keys() -> str:
    """Return the page of workspace keys, from the models that check them."""
    from yanbao.author.exhibit_spec import KINDS
    from yanbao.author.words import PAIRS
    from yanbao.model import views
    from yanbao.model.spec import VIEWS

    lines = [
        "# Workspace keys",
        "",
        'A *text* is a string, or `{ zh = "…", en = "…" }`. A key whose default is left empty must be there; a dash is',
        "none. The language itself is described in [expressions](expressions.md), the chapters in the",
        "[tutorial](tutorial.md).",
        "",
    ]
    for title, model in models().items():
        lines += [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), ""]
        lines += ["| key | value | default | what |", "|---|---|---|---|"]
        lines += [f"| `{key.path}` | {key.kind} | {key.default} | {key.what} |" for key in keys_of(model)]
        lines.append("")
        if title == "models/NAME.toml":
            lines += ["| view | shows | needs |", "|---|---|---|"]
            lines += [
                f"| `{name}` | {kind.shows} | {_row(tuple(key.rstrip('_') for key in kind.needs))} |"
                for name, kind in VIEWS.items()
            ]
            lines += ["", "How a view stands as a table, by its kind:", "", *views.TABLE, ""]
        if title == "an exhibit block":
            lines += ["| kind | shows | needs | may have |", "|---|---|---|---|"]
            lines += [
                f"| `{name}` | {kind.shows} | {_row(kind.needs)} | {_row(kind.may)} |" for name, kind in KINDS.items()
            ]
            lines += ["", "Each may have `note`; all but `card` need `data`.", ""]
    lines += ["## Bound words", "", ", ".join(f"`{pair}`" for pair in sorted(PAIRS)), ""]
    return MADE + "\n".join(lines)


def mapping_keys() -> str:
    """Return the page of the keys of a mapping, and of the tables that it can fill."""
    from yanbao.rating.history_mapping import HistoryMapping
    from yanbao.source.mapping import Mapping
    from yanbao.store.tables import TABLES

    lines = [
        "# Mapping keys",
        "",
        "What a mapping of [yanbao load](sources.md) may say. A key whose default is left empty must be there; a dash",
        "is none. A list of one text may be written as the text.",
        "",
        "| key | value | default | what |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{key.path}` | {key.kind} | {key.default} | {key.what} |" for key in keys_of(Mapping)]
    lines += ["", "## Tables", "", "A column in **bold** has to be given."]
    for table in TABLES.values():
        meaning = table.meaning[0].upper() + table.meaning[1:]
        lines += ["", f"### {table.name}", "", f"{meaning}. A row is told by {_row(table.key)}."]
        lines += ["", "| column | holds | unit | what |", "|---|---|---|---|"]
        for column in table.columns:
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            choices = f": {_row(column.choices)}" if column.choices else ""
            lines.append(f"| {name} | {column.type} | {column.unit} | {column.meaning}{choices} |")
    lines += ["", "## Histories of calls", "", "What a mapping of [yanbao ledger import](ledger.md) may say.", ""]
    lines += ["| key | value | default | what |", "|---|---|---|---|"]
    lines += [f"| `{key.path}` | {key.kind} | {key.default} | {key.what} |" for key in keys_of(HistoryMapping)]
    return MADE + "\n".join([*lines, ""])


def models() -> dict[str, type[BaseModel]]:
    """Return the models of a workspace's files, by what they are the keys of."""
    from yanbao.author.exhibit_spec import ExhibitSpec
    from yanbao.author.theme_file import ThemeFile
    from yanbao.author.workspace import Workspace
    from yanbao.evidence.sidecar import Sidecar, StoreTable
    from yanbao.evidence.track_table import TrackTable
    from yanbao.model.spec import ModelSpec

    return {
        "yanbao.toml": Workspace,
        "evidence/NAME.toml": Sidecar,
        "evidence/NAME.toml of a store": StoreTable,
        "evidence/NAME.toml of the record of calls": TrackTable,
        "models/NAME.toml": ModelSpec,
        "an exhibit block": ExhibitSpec,
        "theme/theme.toml": ThemeFile,
    }


class Key(NamedTuple):
    """A key as its page shows it: path, kind of value, default, what it is for with examples."""

    path: str
    kind: str
    default: str
    what: str
    field: FieldInfo


def keys_of(model: type[BaseModel], prefix: str = "") -> Iterator[Key]:
    """Yield the keys of a model with those of the models in it."""
    for name, field in model.model_fields.items():
        if field.exclude:  # a build writes it, nobody else
            continue
        inner = [part for part in _models(field.annotation) if part.__name__ != "Bilingual"]
        texts = any(part.__name__ == "Bilingual" for part in _models(field.annotation))
        many = "NAME." if "dict" in str(field.annotation) else "[]." if "tuple" in str(field.annotation) else ""
        kind = {"NAME.": "tables by name", "[].": "list of tables"}.get(many, "table") if inner else None
        examples = " or ".join(f"`{example}`" for example in field.examples or ())
        what = " ".join(filter(None, (field.description, examples and f"E.g. {examples}.")))
        yield Key(
            f"{prefix}{field.alias or name}",
            kind or ("text" if texts else _kind(field.annotation)),
            _default(field),
            what.replace("|", "\\|"),
            field,
        )
        if inner:
            yield from keys_of(inner[0], f"{prefix}{name}.{many}".replace(".[]", "[]"))


def _default(field: FieldInfo) -> str:
    """Return a key's default in TOML; nothing where the key must be there, a dash where it has none."""
    if field.is_required():
        return ""
    extra = field.json_schema_extra
    if isinstance(extra, dict) and "house_style" in extra:
        return f"`{extra['house_style']}`"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", (), {}) or isinstance(value, BaseModel):
        return "–"
    if isinstance(value, tuple):
        return f"`{', '.join(map(str, value))}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _row(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


_KINDS = {
    "Any": "any value",
    "str": "string",
    "int": "whole number",
    "float": "number",
    "bool": "true / false",
    "date": "day",
}


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
    "mapping-keys.md": mapping_keys,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")
