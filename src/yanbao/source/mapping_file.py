"""A mapping file: read, and checked against the tables of the store, with every mistake at its line."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yanbao.errors import FormulaError, Mistake, QuantityError, SourceError, WorkspaceError
from yanbao.quantity import Unit, parse_unit
from yanbao.source.draft import ASK
from yanbao.source.mapping import Mapping
from yanbao.source.toml_file import key_lines, parse_toml, read_text
from yanbao.store.schema import Column, Table
from yanbao.store.tables import TABLES

# what the units of tables are in the language of quantities; an `index` has points, a `person` is counted
_UNITS = {"CNY": "元", "share": "股", "CNY/share": "元/股", "index": "点", "person": "人", "1": "", "": ""}


@dataclass(frozen=True)
class MappingFile:
    """A mapping with the file it stands in and what tells its text apart."""

    path: Path
    mapping: Mapping
    digest: str

    @property
    def table(self) -> Table:
        """The table that the mapping fills."""
        return TABLES[self.mapping.table]


def read_mapping(path: Path) -> MappingFile:
    """Read a mapping.

    Raises:
        WorkspaceError: with every mistake of the file, each at its line.
    """
    return read_mappings([path])[0]


def read_mappings(paths: list[Path]) -> list[MappingFile]:
    """Read several mappings; the mistakes of all of them are reported together.

    Raises:
        WorkspaceError: with every mistake of every file, each at its line.
    """
    mistakes: list[Mistake] = []
    found = [made for path in paths if (made := _read(path, mistakes)) is not None]
    if mistakes:
        raise WorkspaceError(mistakes)
    return found


def _read(path: Path, mistakes: list[Mistake]) -> MappingFile | None:
    text = read_text(path, path.name, mistakes)
    return None if text is None else _parsed(path, text, mistakes)


def parse_mapping(path: Path, text: str) -> MappingFile:
    """Return the mapping that a text is, as if it stood at `path`.

    Raises:
        WorkspaceError: with every mistake, each at its line.
    """
    mistakes: list[Mistake] = []
    made = _parsed(path, text, mistakes)
    if made is None:
        raise WorkspaceError(mistakes)
    return made


def _parsed(path: Path, text: str, mistakes: list[Mistake]) -> MappingFile | None:
    mapping = parse_toml(text, path.name, Mapping, mistakes)
    if mapping is None:
        return None
    own = list(_mistakes(mapping, path.name, key_lines(text)))
    own += [
        Mistake(path.name, number, "", f"is not answered: {line.removeprefix(ASK)}", "settle it, and delete the line")
        for number, line in enumerate(text.split("\n"), 1)
        if line.startswith(ASK)
    ]
    mistakes += own
    if own:
        return None
    return MappingFile(path, mapping, hashlib.sha256(text.encode()).hexdigest())


def _mistakes(mapping: Mapping, name: str, lines: dict[tuple[str, ...], int]) -> Iterator[Mistake]:
    def at(path: tuple[str, ...], cause: str, hint: str = "") -> Mistake:
        line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 1)
        return Mistake(name, line, ".".join(path), cause, hint)

    table = TABLES.get(mapping.table)
    if table is None:
        yield at(("table",), f"`{mapping.table}` is no table", _near(mapping.table, list(TABLES)))
        return
    names = [column.name for column in table.columns]
    given = _given(mapping)
    for path, target in given:
        if target not in names:
            yield at(path, f"`{target}` is no column of {table.name}", _near(target, names))
    twice = {target for _, target in given if [target for _, target in given].count(target) > 1}
    for path, target in given:
        if target in twice:
            yield at(path, f"`{target}` is given twice", "a column has one origin")
    have = {target for _, target in given}
    for column in table.columns:
        if column.required and column.name not in have:
            hint = "add it to [columns] or [constants]"
            if column.name == table.published and column.name not in table.key:
                hint += ", or state a rule in [published]"
            yield at(("columns",), f"`{column.name}` of {table.name} is not given ({column.meaning})", hint)
    yield from (at(path, *rest) for path, *rest in _units(mapping, table))
    yield from (at(path, *rest) for path, *rest in _expressions(mapping))
    yield from (at(path, *rest) for path, *rest in _files(mapping))


def _given(mapping: Mapping) -> list[tuple[tuple[str, ...], str]]:
    """The columns of the table that the mapping fills, each with its place."""
    given: list[tuple[tuple[str, ...], str]] = [(("columns", name), name) for name in mapping.columns]
    given += [(("constants", name), name) for name in mapping.constants]
    if mapping.melt is not None:
        given += [(("melt", "into"), mapping.melt.into), (("melt", "value"), mapping.melt.value)]
        with_ = dict.fromkeys(name for label in mapping.melt.columns.values() for name in label.with_)
        given += [(("melt", "columns"), name) for name in with_]
    if mapping.events is not None:
        given += [(("events",), "entry"), (("events",), "exit")]
    if mapping.published is not None:
        table = TABLES.get(mapping.table)
        given += [(("published",), table.published if table and table.published else "published")]
    return given


def _units(mapping: Mapping, table: Table) -> Iterator[tuple[tuple[str, ...], str, str]]:
    columns = {column.name: column for column in table.columns}
    checks: list[tuple[tuple[str, ...], str | None, str]] = [
        (("columns", name, "unit"), column.unit, name) for name, column in mapping.columns.items()
    ]
    if mapping.melt is not None:
        checks.append((("melt", "unit"), mapping.melt.unit, mapping.melt.value))
        checks += [
            (("melt", "columns", name, "unit"), label.unit, mapping.melt.value)
            for name, label in mapping.melt.columns.items()
        ]
    for path, unit, target in checks:
        if unit is None or target not in columns:
            continue
        try:
            factor_of(unit, columns[target])
        except QuantityError as error:
            yield path, str(error), f"{table.name}.{target} is in {columns[target].unit or 'no unit'}"
    for name, computed in mapping.computed.items():
        for operand, unit in computed.units.items():
            try:
                parse_unit(unit)
            except QuantityError as error:
                yield ("computed", name, "units", operand), str(error), ""


def factor_of(unit: str, column: Column) -> Unit:
    """Return the unit of a mapping, having made sure that it measures what the column holds.

    Raises:
        QuantityError: the unit is not known, or measures something else.
    """
    if column.type not in ("number", "integer"):
        from yanbao.errors import UnitError

        raise UnitError(f"`{column.name}` holds no numbers")
    parsed = parse_unit(unit)
    own = parse_unit(_UNITS[column.unit]) if _UNITS[column.unit] else Unit("")
    parsed.factor_to(own)
    return parsed


def _expressions(mapping: Mapping) -> Iterator[tuple[tuple[str, ...], str, str]]:
    from yanbao.formula import parse

    patterns: list[tuple[tuple[str, ...], str | None, int]] = [(("file_name",), mapping.file_name, 0)]
    for name, column in mapping.columns.items():
        patterns.append((("columns", name, "pattern"), column.pattern, 1))
        patterns += [(("columns", name, "cases"), case, 0) for case in column.cases]
    if mapping.melt is not None:
        patterns.append((("melt", "pattern"), mapping.melt.pattern, 1))
    for index, drop in enumerate(mapping.drop):
        patterns += [(("drop", str(index), key), getattr(drop, key), 0) for key in ("matches", "lacks")]
    for path, pattern, groups in patterns:
        if pattern is None:
            continue
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            yield path, f"is no regular expression: {error}", "write it between single quotes: '^[0-9]{6}$'"
            continue
        if groups and compiled.groups != groups:
            yield path, f"has {compiled.groups} groups, not one", "put brackets round the part that counts"
    for name, computed in mapping.computed.items():
        try:
            parse(computed.formula)
        except FormulaError as error:
            yield ("computed", name, "formula"), str(error), ""


def _files(mapping: Mapping) -> Iterator[tuple[tuple[str, ...], str, str]]:
    groups = set(re.findall(r"\(\?P<(\w+)>", mapping.file_name or ""))
    texts: list[tuple[tuple[str, ...], str]] = [(("constants", name), text) for name, text in mapping.constants.items()]
    joined: list[tuple[tuple[str, ...], str]] = [
        (("join", str(index), "file"), join.file) for index, join in enumerate(mapping.join)
    ]
    texts += joined
    texts += [(("columns", name), column.from_) for name, column in mapping.columns.items()] if groups else []
    for path, text in texts:
        for unknown in set(re.findall(r"\{(\w+)\}", text)) - groups:
            yield path, f"{{{unknown}}} is no group of `file_name`", "write (?P<" + unknown + ">…) there"
    outside: list[tuple[tuple[str, ...], str]] = [(("files",), text) for text in mapping.files]
    for path, text in (*outside, *joined):
        if Path(text).is_absolute() or ".." in Path(text).parts:
            yield path, f"`{text}` leads out of the folder", "name files from the folder that is loaded"


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}"


def files_of(made: MappingFile, data: Path) -> list[Path]:
    """Return the files that a mapping takes from the folder `data`, in order of their names.

    Raises:
        SourceError: a pattern finds none, or a file lies outside the folder (a link that leads out).
    """
    root = data.resolve()
    found: list[Path] = []
    for pattern in made.mapping.files:
        matched = sorted(path for path in data.glob(pattern) if path.is_file())
        if not matched:
            hint = "check `files` and the folder"
            raise SourceError(f"{made.path.name}: no file `{pattern}` in {data}\n    hint: {hint}")
        for path in matched:
            if not path.resolve().is_relative_to(root):
                raise SourceError(f"{made.path.name}: {path} leads out of {data}")
        found += [path for path in matched if path not in found]
    return found
