"""Where the keys of a model's file stand, and the mistakes that are noted there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from decimal import InvalidOperation
from typing import Final

from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import key_lines
from yanbao.evidence.load import read_quantity
from yanbao.evidence.sidecar import ColumnSpec
from yanbao.formula import Expr, parse
from yanbao.model.model import Line
from yanbao.quantity import Quantity, Unit

MAX_DIGITS: Final = 200  # characters of a typed value


class Places:
    """Lines of a model's file by key, and the mistakes that are noted at them."""

    def __init__(self, file: str, text: str, mistakes: list[Mistake]) -> None:
        self.file = file
        self.lines = key_lines(text)
        self._mistakes = mistakes

    def line(self, *path: str) -> int:
        """Return the line of a key, else of what it stands in."""
        return next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), 1)

    def note(self, path: tuple[str, ...], cause: str, hint: str = "") -> None:
        """Note a mistake at a key."""
        self._mistakes.append(Mistake(self.file, self.line(*path), ".".join(path), cause, hint))

    def parsed(self, text: str, path: tuple[str, ...]) -> Expr | None:
        """Return the expression of a key, `None` where it cannot be read."""
        try:
            return parse(text)
        except FormulaError as error:
            self.note(path, str(error))
            return None

    def quantity(self, text: str, line: Line, path: tuple[str, ...]) -> Quantity | None:
        """Return a typed number in the unit of a line, `None` where it cannot be read."""
        return self.number(text, line.unit, line.kind == "exact", path)

    def number(self, text: str, unit: Unit, exact: bool, path: tuple[str, ...]) -> Quantity | None:
        """Return a typed number in a unit, `None` where it cannot be read."""
        if len(text) > MAX_DIGITS:
            self.note(path, f"a number of {len(text):,} characters; at most {MAX_DIGITS} are read")
            return None
        spec = ColumnSpec.model_construct(kind="exact" if exact else "measure")
        try:
            return read_quantity(text.strip(), unit, spec)
        except (QuantityError, InvalidOperation) as error:
            self.note(path, f"{text!r}: {error}", "digits as printed; a value that is not there is { missing = … }")
            return None

    def key(self, name: str, known: Iterable[str], path: tuple[str, ...], what: str) -> bool:
        """Whether a name is known; where it is not, the nearest ones are told."""
        names = list(known)
        if name in names:
            return True
        near = difflib.get_close_matches(name, names, 3, 0.5)
        hint = f"near: {', '.join(near)}" if near else f"there are: {', '.join(names[:12]) or 'none'}"
        self.note(path, f"no {what} `{name[:60]}`", hint)
        return False
