"""Conditions that a desk keeps by name: `screens.toml` of the workspace, a file that git shows."""

from __future__ import annotations

import fcntl
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from yanbao.errors import EditError

FILE = "screens.toml"
MOST = 200  # conditions in one file
LONGEST = 2000  # characters of a condition
_HEAD = "# Conditions of the screen, by name: the workbench adds a line for each that is kept."
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,60}")


@dataclass(frozen=True)
class Screen:
    """A condition by name."""

    name: str
    where: str


def read(folder: Path) -> tuple[Screen, ...]:
    """Return the conditions that a workspace keeps, in the order of their file.

    Raises:
        EditError: the file cannot be read, or holds something else.
    """
    path = folder / FILE
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        raise EditError(f"{FILE} cannot be read: {error}") from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditError(f"{FILE} is no TOML: {error}") from error
    wrong = [name for name, where in found.items() if not isinstance(where, str)]
    if wrong:
        raise EditError(f'{FILE}: {", ".join(wrong)}: a condition is a text\n    hint: "cheap" = "pe < 20"')
    return tuple(Screen(name, where) for name, where in found.items())


def keep(folder: Path, screen: Screen, *, instead_of: str | None) -> None:
    """Keep a condition under a name.

    Args:
        folder: the workspace.
        screen: the condition.
        instead_of: the condition that the name stood for when the form was made, `None` where it was free: another
            one was written in the meantime and is not lost.

    Raises:
        EditError: a name that is none, too many conditions, a name that stands for another condition by now, or a
            file that cannot be written.
    """
    if not _NAME.fullmatch(screen.name) or screen.name != screen.name.strip():
        raise EditError("a condition is kept under a name of 1 to 60 characters")
    if not screen.where or len(screen.where) > LONGEST:
        raise EditError(f"a condition has 1 to {LONGEST} characters")
    with _alone(folder):
        known = {one.name: one.where for one in read(folder)}
        there = known.get(screen.name)
        if there not in (instead_of, screen.where):
            raise EditError(
                f"{screen.name} stands for another condition by now: {there or 'none'}\n"
                "    hint: take another name, or load the page again"
            )
        if there is None and len(known) >= MOST:
            raise EditError(f"{FILE} keeps {MOST} conditions: drop one first")
        _write(folder, screen.name, screen.where)


def drop(folder: Path, name: str) -> None:
    """Keep a condition no longer; nothing happens where there is none of that name.

    Raises:
        EditError: the file cannot be read or written.
    """
    with _alone(folder):
        if any(one.name == name for one in read(folder)):
            _write(folder, name, None)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold off other servers of the same workspace."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise EditError(f"{folder} cannot be read: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(folder: Path, name: str, where: str | None) -> None:
    """Set or drop one condition; every other line of the file stays as it is."""
    path = (folder / FILE).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise EditError(f"{FILE} leads out of the workspace")
    try:
        lines = path.read_text("utf-8-sig").splitlines() if path.exists() else [_HEAD]
        at = next((at for at, line in enumerate(lines) if _names(line, name)), None)
        if at is None and any(name == one.name for one in read(folder)):
            raise EditError(f"{FILE}: {name} is written over several lines: change it there")
        new = [] if where is None else [f"{_quoted(name)} = {_quoted(where)}"]
        lines[slice(len(lines), None) if at is None else slice(at, at + 1)] = new
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=f".{FILE}-", delete=False) as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise EditError(f"{FILE} cannot be written: {error.strerror}") from error


def _names(line: str, name: str) -> bool:
    """Whether a line of the file by itself sets a condition of this name."""
    try:
        return name in tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return False


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, on one line; JSON escapes all that TOML does but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
