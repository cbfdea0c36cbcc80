"""What a process that builds again and again keeps between two builds: the parts that were made, found by identity.

Parts of a document that did not change are made the same objects again (`settled`); what was made from them is then
found without reading, hashing or comparing anything (`remembered`). Nothing is kept unless a memory is `active`, and
only what the last build used: a memory holds one report, not its history. What is made must depend on the parts named
and on nothing else, so that a build with a memory gives the bytes of one without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_Made = TypeVar("_Made")
_Key = tuple[object, ...]

# compared by value: their identity says nothing
_PLAIN = frozenset({str, int, bool, float, bytes, type(None)})


class Memory:
    """What the last build made, and from what."""

    def __init__(self) -> None:
        # each entry holds its parts too: an id is of one object only while that lives
        self._last: dict[_Key, tuple[tuple[object, ...], Any]] = {}
        self._now: dict[_Key, tuple[tuple[object, ...], Any]] = {}

    @contextmanager
    def active(self) -> Iterator[None]:
        """Let `remembered` and `settled` use this memory for one build.

        After a build that succeeds, what it did not use is dropped; after one that fails, what it made.
        """
        token = _active.set(self)
        try:
            yield
            self._last = self._now
        finally:
            self._now = {}
            _active.reset(token)

    def get(self, kind: str, parts: tuple[object, ...]) -> Any:
        """Return what was made from these very parts, `None` where nothing was."""
        key = _key(kind, parts)
        entry = self._now.get(key)
        if entry is None:
            entry = self._last.get(key)
            if entry is None:
                return None
            self._now[key] = entry
        return entry[1]

    def put(self, kind: str, parts: tuple[object, ...], made: object) -> None:
        """Keep what was made from parts; it must not be `None`, nor be changed after."""
        self._now[_key(kind, parts)] = (parts, made)


_active: ContextVar[Memory | None] = ContextVar("memory", default=None)


def active() -> Memory | None:
    """Return the memory that the build at hand uses, if any."""
    return _active.get()


def remembered(kind: str, parts: tuple[object, ...], make: Callable[[], _Made]) -> _Made:
    """Return what `make` gives: what it gave in the last build, where it was made from these very parts.

    A `None` is not kept.
    """
    memory = _active.get()
    if memory is None:
        return make()
    found: _Made | None = memory.get(kind, parts)
    if found is None:
        found = make()
        if found is not None:
            memory.put(kind, parts, found)
    return found


def settled(name: str, value: _Made) -> _Made:
    """Return the value that had this name in the last build, where it is equal to the new one; else the new one."""
    memory = _active.get()
    if memory is None:
        return value
    before: _Made | None = memory.get("settled", (name,))
    if before is not None and before == value:
        return before
    memory.put("settled", (name,), value)
    return value


def _key(kind: str, parts: tuple[object, ...]) -> _Key:
    # a value stands in a tuple of its own, so that no number is taken for an identity
    return (kind, *[(part,) if type(part) in _PLAIN else id(part) for part in parts])
