"""TOML files that a user writes (sidecars, workspace files, mappings): read with every mistake placed at its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from yanbao.errors import Mistake
from yanbao.memory import remembered

Model = TypeVar("Model", bound=BaseModel)

MAX_BYTES = 4_000_000  # a sidecar or a workspace file is written by hand

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_BARE = re.compile(r"[\w-]+")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def read_text(path: Path, name: str, mistakes: list[Mistake]) -> str | None:
    """Return the text of a workspace file in UTF-8 (a BOM is dropped), or note why it can't be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        mistakes.append(Mistake(name, 0, "", f"cannot be read: {error.strerror}", "check the name and the folder"))
        return None
    if len(data) > MAX_BYTES:
        mistakes.append(Mistake(name, 0, "", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read", "split the file"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "save it as UTF-8"
        try:
            data.decode("gb18030")
            hint += " (it reads as GBK: in Excel choose “CSV UTF-8”, in an editor “save with encoding”)"
        except UnicodeDecodeError:
            pass
        mistakes.append(Mistake(name, line, "", f"is not UTF-8 at byte {error.start}", hint))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_toml(text: str, name: str, model: type[Model], mistakes: list[Mistake], first_line: int = 1) -> Model | None:
    """Return the validated content of a TOML text, or note all its mistakes, each at its line.

    `first_line` is the line of the file on which the text starts: exhibit blocks stand inside a chapter.
    """
    noted: list[Mistake] = []
    parts = (text, name, model, first_line)
    content = remembered("toml", parts, lambda: _parsed(text, name, model, noted, first_line))
    mistakes += noted
    return content


def _parsed(text: str, name: str, model: type[Model], mistakes: list[Mistake], first_line: int) -> Model | None:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) if match else text.count("\n") + 1
        cause = re.sub(r" \(at .*\)$", "", str(error))
        mistakes.append(Mistake(name, first_line + line - 1, "", f"is not TOML: {cause}", _toml_hint(text, line)))
        return None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = {path: first_line + line - 1 for path, line in _lines(text)}
        for detail in error.errors():
            path = tuple(str(part) for part in detail["loc"])
            mistakes.append(
                Mistake(name, _line_of(path, lines, first_line), ".".join(path), _cause(detail), _hint(detail, model))
            )
        return None


def _toml_hint(text: str, line: int) -> str:
    lines = text.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    return 'texts need straight quotes: key = "…"' if any(mark in shown for mark in "“”＝") else "look at this line"


def _cause(detail: Any) -> str:
    if detail["type"] == "missing":
        return "is missing"
    if detail["type"] == "extra_forbidden":
        return "is not a known key"
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    value = repr(detail["input"])
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, not {value if len(value) < 60 else value[:57] + '…'}"


def _hint(detail: Any, model: type[BaseModel]) -> str:
    import difflib

    if detail["type"] != "extra_forbidden":
        return ""
    wrong = str(detail["loc"][-1])
    known = sorted(_field_names(model))
    if wrong in known:
        return f"`{wrong}` belongs in another part of the file"
    near = difflib.get_close_matches(wrong, known, 1)
    return f"did you mean `{near[0]}`?" if near else ""


def _field_names(model: type[BaseModel]) -> set[str]:
    names: set[str] = set()
    pending, seen = [model], set()
    while pending:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        for name, field in current.model_fields.items():
            names.add(field.alias or name)
            pending += _models_in(field.annotation)
    return names


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _line_of(path: tuple[str, ...], lines: dict[tuple[str, ...], int], default: int) -> int:
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return default


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield each key's path with its line; entries of arrays of tables have their index in the path."""
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        start = line.lstrip()[:1]
        if start in ("", "#"):
            continue
        if start == "[" and (header := _HEADER.match(line)):
            table = tuple(_parts(header[2]))
            if header[1] == "[[":
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, str(index))
            else:
                table = _with_indices(table, counts)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key[1])), number


def _with_indices(path: tuple[str, ...], counts: dict[tuple[str, ...], int]) -> tuple[str, ...]:
    for length in range(len(path), 0, -1):
        if path[:length] in counts:
            return (*path[:length], str(counts[path[:length]] - 1), *path[length:])
    return path


def _parts(dotted: str) -> list[str]:
    if _BARE.fullmatch(dotted):
        return [dotted]
    return [part.strip().strip("\"'") for part in re.findall(r"""[\w-]+|"[^"]*"|'[^']*'""", dotted)]


def key_lines(text: str, first_line: int = 1) -> dict[tuple[str, ...], int]:
    """Return the line of each key of a TOML text."""
    return remembered(
        "lines of keys", (text, first_line), lambda: {path: first_line + line - 1 for path, line in _lines(text)}
    )
