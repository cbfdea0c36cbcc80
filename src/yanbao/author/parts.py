"""Numbers of a report's parts: 1.1 is the first part of section 1, 2.3.1 the first below the third of section 2."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class PartNumbers:
    """Which number has a part? Parts count up in the order in which they first appear.

    >>> numbers = PartNumbers()
    >>> numbers.begin_section()
    >>> [numbers.of(path) for path in (("Prices",), ("Devices",), ("Devices", "PCs"), ("Devices", "Phones"))]
    ['1.1', '1.2', '1.2.1', '1.2.2']
    """

    _section: int = 0
    _below: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    _current: tuple[str, ...] = ()

    def begin_section(self) -> None:
        """Count a section; its parts start anew."""
        self._section += 1
        self._below.clear()
        self._current = ()

    def of(self, path: tuple[str, ...]) -> str:
        """Return the number of a part, given its name below the names of the parts it stands in."""
        self._current = path
        numbers = [self._section]
        for depth, name in enumerate(path):
            names = self._below.setdefault(path[:depth], [])
            if name not in names:
                names.append(name)
            numbers.append(names.index(name) + 1)
        return ".".join(map(str, numbers))

    def misplaced(self, path: tuple[str, ...]) -> str:
        """Return why a part cannot begin here: another began since, or what it stands in has no page; or ""."""
        if path[-1] in self._below.get(path[:-1], []) and self._current[: len(path)] != path:
            return "it stands in two places: put its pages together, or give one of them another name"
        if path[:-1] and path[-2] not in self._below.get(path[:-2], []):
            return f"a page of {path[-2]!r}, which it stands in, must come first"
        return ""
