"""A TOML text in which single values are replaced, added and dropped; every other byte stays as it was written.

The places of values are found by scanning; each edit is proved by reading the text before and after it.
"""

from __future__ import annotations

import re
import tomllib
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from yanbao.errors import WorkspaceError

Path = tuple[str, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_SCALAR: Final = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#]+''', re.DOTALL
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


class TomlEditError(WorkspaceError):
    """An edit that the text can't take where it stands."""


@dataclass(frozen=True)
class _Value:
    key: int  # where its key begins
    start: int
    end: int
    inline: bool  # whether it stands inside { }


@dataclass
class _Scan:
    values: dict[Path, _Value] = field(default_factory=dict)
    sections: dict[Path, int] = field(default_factory=dict)  # where a line may be added to it


class TomlText:
    """A TOML text that is edited value by value."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def data(self) -> dict[str, Any]:
        """Return what the text says now."""
        return _read(self.text)

    def written(self, path: Path) -> str | None:
        """Return a value as it is written; `None` where no single place holds it."""
        value = _Scanner(self.text).scan().values.get(path)
        return self.text[value.start : value.end] if value is not None else None

    def set(self, path: Path, literal: str) -> None:
        """Set a value; one that is not there is added where its table is written.

        Raises:
            TomlEditError: the text has no place for it.
        """
        scan = _Scanner(self.text).scan()
        value = scan.values.get(path)
        if value is not None:
            self._put(path, literal, value.start, value.end, literal)
            return
        parent, key = path[:-1], _key(path[-1])
        inline = scan.values.get(parent)
        if inline is not None and self.text[inline.start] == "{":
            inside = self.text[inline.start + 1 : inline.end - 1]
            if not inside.strip():
                self._put(path, literal, inline.start, inline.end, f"{{ {key} = {literal} }}")
                return
            at = inline.start + 1 + len(inside.rstrip())
            self._put(path, literal, at, at, f", {key} = {literal}")
        elif parent in scan.sections:
            self._line(path, literal, scan.sections[parent], f"{key} = {literal}")
        elif mates := [each for at, each in scan.values.items() if at[:-1] == parent and not each.inline]:
            last = max(mates, key=lambda each: each.end)
            dotted = self.text[last.key : last.start].rpartition("=")[0].rstrip().rpartition(".")[0]
            self._line(path, literal, _line_end(self.text, last.end), f"{dotted}.{key} = {literal}")
        else:
            raise _no_place(path)

    def drop(self, path: Path) -> None:
        """Take a value out, with its key.

        Raises:
            TomlEditError: no single place holds it.
        """
        value = _Scanner(self.text).scan().values.get(path)
        if value is None:
            raise _no_place(path)
        if value.inline:
            start, end = value.key, value.end
            after = re.compile(r"[ \t]*,[ \t]*").match(self.text, end)
            before = re.compile(r"[ \t]*,[ \t]*$").search(self.text, 0, start)
            if after is not None:
                end = after.end()
            elif before is not None:
                start = before.start()
        else:
            start, end = self.text.rfind("\n", 0, value.key) + 1, _line_end(self.text, value.end)
        self._put(path, None, start, end, "")

    def _line(self, path: Path, literal: str, at: int, line: str) -> None:
        lead = "" if at == 0 or self.text[at - 1] == "\n" else self._newline
        self._put(path, literal, at, at, f"{lead}{line}{self._newline}")

    def _put(self, path: Path, literal: str | None, start: int, end: int, new: str) -> None:
        """Replace a stretch of the text, once it is proved that nothing but the value at `path` changes."""
        wanted = deepcopy(self.data())
        table = wanted
        for part in path[:-1]:
            table = table.setdefault(part, {})
        if literal is None:
            del table[path[-1]]
        else:
            table[path[-1]] = tomllib.loads(f"x = {literal}")["x"]
        text = self.text[:start] + new + self.text[end:]
        try:
            found = _read(text)
        except tomllib.TOMLDecodeError as error:
            raise _no_place(path) from error
        if found != wanted:
            raise _no_place(path)
        self.text = text


def quoted(text: str, like: str | None = None) -> str:
    """Return a text as TOML writes it, in the quotes of the literal that it replaces."""
    if like is not None and like.startswith("'") and "'" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n").replace("\r", "\n"))


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else quoted(name)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _no_place(path: Path) -> TomlEditError:
    from yanbao.errors import Mistake

    cause = "is written in a way that cannot be changed in place"
    return TomlEditError([Mistake("", 0, ".".join(path), cause, "change it in the model's file by hand")])


class _Scanner:
    """Finds the places of all values of a valid TOML text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._scan = _Scan()
        self._at = 0

    def scan(self) -> _Scan:
        section: Path = ()
        arrays: dict[Path, int] = {}
        self._scan.sections[()] = 0
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                double = self._text.startswith("[[", self._at)
                self._at += 2 if double else 1
                section = self._keys()
                self._at = self._text.index("]]" if double else "]", self._at) + (2 if double else 1)
                if double:
                    arrays[section] = arrays.get(section, -1) + 1
                    section = (*section, str(arrays[section]))
            else:
                self._entry(section, inline=False)
            self._scan.sections[section] = _line_end(self._text, self._at)
            self._skip(_BLANK)
        return self._scan

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        assert match is not None
        self._at = match.end()

    def _keys(self) -> Path:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self._text, self._at)
            assert match is not None  # the text was read before
            parts += tomllib.loads(f"{match.group()} = 0")
            self._at = match.end()
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return tuple(parts)
            self._at += 1

    def _entry(self, outer: Path, *, inline: bool) -> None:
        key = self._at
        path = (*outer, *self._keys())
        self._at += 1  # =
        self._skip(_SPACE)
        start = self._at
        self._value(path)
        self._scan.values[path] = _Value(key, start, self._at, inline)

    def _value(self, path: Path) -> None:
        opening = self._text[self._at]
        if opening not in "[{":
            self._skip(_SCALAR)
            return
        closing = "]" if opening == "[" else "}"
        self._at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self._text[self._at] == closing:
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif opening == "{":
                self._entry(path, inline=True)
            else:
                self._value((*path, f"#{number}"))
                number += 1
