"""A planted error: what it changes in a build folder, and what the proof has to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.planted.lines import Line, lines_of
from yanbao.build import Build

Changed = Mapping[str, bytes | None]


@dataclass(frozen=True)
class Plant:
    """One change at one place.

    `file` and `page` are what a finding has to name; `claim` is the planted text, which a finding has to quote, or,
    where something was taken away (`gone`), the text it has to miss. `make` returns the files of the build folder
    that change, by path; a file that is to go is `None`. A change that cannot be made at this place makes `None`.
    `named` are other texts that name the same change as well: the cell of a workbook, the other of two that swapped.
    """

    place: str
    file: str
    page: int | None
    claim: str
    make: Callable[[], Changed | None]
    gone: bool = False
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of error in one format, and the codes of the check that owns it.

    `also` are codes under which the same change shows elsewhere because it contradicts the build there, too: a fact
    that is changed at its root shows wherever it is printed.
    """

    name: str
    format: str
    codes: frozenset[str]
    plants: Callable[[Clean], Iterator[Plant]]
    also: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """Return the name of the kind with its format."""
        return f"{self.format}: {self.name}"


@dataclass(frozen=True)
class Clean:
    """A clean build: its files are read once and never written."""

    build: Build
    data: dict[str, Any]
    lines: tuple[Line, ...]
    kept: dict[str, bytes] = field(default_factory=dict)

    def bytes_of(self, name: str) -> bytes:
        """Return a file of the build folder."""
        if name not in self.kept:
            self.kept[name] = (self.build.folder / name).read_bytes()
        return self.kept[name]


def clean_build(folder: Path) -> Clean:
    """Return a build folder as the ground to plant errors in."""
    import json

    from yanbao.build import read_build

    data = json.loads((folder / "document.json").read_text("utf-8"))
    return Clean(read_build(folder), data, tuple(lines_of(data)))


KINDS: list[Kind] = []


def kind(
    name: str, formats: str, codes: str, also: str = ""
) -> Callable[[Callable[[Clean, str], Iterator[Plant]]], Callable[[Clean, str], Iterator[Plant]]]:
    """Register a kind of error for each of some formats; the function yields its places."""

    def register(plants: Callable[[Clean, str], Iterator[Plant]]) -> Callable[[Clean, str], Iterator[Plant]]:
        for file_format in formats.split():
            add(name, file_format, codes, _of_format(plants, file_format), also)
        return plants

    return register


def _of_format(plants: Callable[[Clean, str], Iterator[Plant]], file_format: str) -> Callable[[Clean], Iterator[Plant]]:
    return lambda clean: plants(clean, file_format)


def add(name: str, file_format: str, codes: str, plants: Callable[[Clean], Iterator[Plant]], also: str = "") -> None:
    """Register a kind of error; a name stands once a format."""
    if any((other.name, other.format) == (name, file_format) for other in KINDS):
        raise ValueError(f"{file_format}: {name} is registered twice")
    KINDS.append(Kind(name, file_format, frozenset(codes.split()), plants, frozenset(also.split())))
