"""Excel's formulas as expressions: what does a cell compute, whatever its addresses are?

References become keys of what stands there, so that a formula is the same after rows were inserted above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from yanbao.errors import FormulaError
from yanbao.formula import Binary, Call, Expr, Name, Num, Ref, Refs, Unary
from yanbao.read.reference import Reference, parse_reference

Locate = Callable[[str, int, int], str]  # sheet ("" for the formula's own), row and column from 1 -> key

MAX_LENGTH: Final = 8_192  # of a formula, in Excel
MAX_LEVELS: Final = 64
MAX_CELLS: Final = 5_000  # of a range
MAX_DIGITS: Final = 40  # of a number
TEXT: Final = '"'  # the table of a name that is a text
OTHER: Final = "?"  # the table of a name that is something else: a defined name, an error value

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | "(?P<text>(?:[^"]|"")*)"
      | (?P<range>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Za-z]{1,3}\$?[0-9]{1,7}
            (?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?(?![\w(.]))
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?)
      | (?P<function>[^\W\d][\w.]*)\(
      | (?P<error>\#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|N/A|NULL!))
      | (?P<name>[^\W\d][\w.]*)
      | (?P<operator><=|>=|<>|[-+*/^&<>=%(),])
    """,
    re.VERBOSE,
)
_BINDING: Final = {"=": 1, "<>": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_OPERATORS: Final = {"=": "==", "<>": "!=", "^": "**"}
# the functions that both languages have; any other one keeps its name in capitals
FUNCTIONS: Final[Mapping[str, str]] = {
    "SUM": "sum",
    "AVERAGE": "mean",
    "MEDIAN": "median",
    "MIN": "min",
    "MAX": "max",
    "ABS": "abs",
    "COUNT": "count",
    "LN": "ln",
    "EXP": "exp",
    "SQRT": "sqrt",
    "IF": "if",
}


def parse_formula(text: str, locate: Locate) -> Expr:
    """Return a formula, without its `=`, as an expression over keys.

    Args:
        text: the formula as a workbook stores it.
        locate: gives the key of a cell.

    Raises:
        FormulaError: what is no arithmetic over cells of this workbook: another file, a whole column, an array.

    >>> from yanbao.formula import source
    >>> source(parse_formula("SUM(B2:B3)*(1+$C$4)^2", lambda sheet, row, column: f"{row}.{column}"))
    'sum([{2.2}, {3.2}]) * (1 + {4.3}) ** 2'
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"a formula of {len(text):,} characters; Excel takes {MAX_LENGTH:,}")
    parser = _Parser(text, locate)
    expr = parser.expression(0, 0)
    parser.finish()
    return expr


class _Parser:
    def __init__(self, text: str, locate: Locate) -> None:
        self._text = text
        self._locate = locate
        self._tokens: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._error(at, f"unexpected {text[at]!r}")
            kind = match.lastgroup or ""
            if kind != "space":
                self._tokens.append((kind, match[kind], at))
            at = match.end()
        self._at = 0

    def _error(self, at: int, cause: str) -> FormulaError:
        shown = self._text if len(self._text) <= 80 else self._text[max(0, at - 40) : at + 40]
        hint = "only cells of this workbook can be referred to" if "[" in self._text or "!" in self._text else ""
        return FormulaError(f"column {at + 2} of `={shown}`: {cause}" + (f"; {hint}" if hint else ""))

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "", len(self._text))

    def _take(self, text: str) -> None:
        kind, found, at = self._peek()
        if kind != "operator" or found != text:
            raise self._error(at, f"`{text}` expected")
        self._at += 1

    def finish(self) -> None:
        kind, found, at = self._peek()
        if kind:
            raise self._error(at, f"unexpected {found[:40]!r}")

    def expression(self, level: int, nested: int) -> Expr:
        if nested > MAX_LEVELS:
            raise self._error(self._peek()[2], f"more than {MAX_LEVELS} levels")
        left = self._prefix(nested)
        levels = nested
        while True:
            kind, operator, _ = self._peek()
            binding = _BINDING.get(operator, -1) if kind == "operator" else -1
            if binding <= level:
                return left
            levels += 1
            if levels > MAX_LEVELS:
                raise self._error(self._peek()[2], f"more than {MAX_LEVELS} levels")
            self._at += 1
            right = self.expression(binding, nested + 1)
            left = Binary(_OPERATORS.get(operator, operator), left, right)

    def _prefix(self, nested: int) -> Expr:
        kind, found, _ = self._peek()
        if kind == "operator" and found in "+-":
            self._at += 1
            inner = self.expression(_BINDING["^"], nested + 1)  # a sign binds tighter than ^
            return inner if found == "+" else Unary("-", inner)
        return self._percent(self._atom(nested))

    def _percent(self, expr: Expr) -> Expr:
        signs = 0
        while self._peek()[:2] == ("operator", "%"):
            signs += 1
            if signs > MAX_LEVELS:
                raise self._error(self._peek()[2], f"more than {MAX_LEVELS} levels")
            self._at += 1
            hundred = Num(Fraction(100), "100")
            expr = number(expr.value / 100) if isinstance(expr, Num) else Binary("/", expr, hundred)
        return expr

    def _atom(self, nested: int) -> Expr:
        kind, found, at = self._peek()
        self._at += 1
        if kind == "number":
            if len(found) > MAX_DIGITS:
                raise self._error(at, f"a number of more than {MAX_DIGITS} digits")
            return number(Fraction(found))
        if kind == "text":
            return Name(TEXT, found.replace('""', '"'))
        if kind == "range":
            return self._range(found, at)
        if kind == "function":
            return self._call(found.upper().removeprefix("_XLFN.").removeprefix("_XLWS."), nested)
        if kind in ("name", "error"):
            return Name(OTHER, found.upper())
        if (kind, found) == ("operator", "("):
            inner = self.expression(0, nested + 1)
            self._take(")")
            return inner
        self._at -= 1
        raise self._error(at, "a value expected" if kind else "it ends too early")

    def _range(self, text: str, at: int) -> Expr:
        found = parse_reference(text)
        if found is None:
            raise self._error(at, f"{text[:60]!r} is no cell")
        if _size(found) > MAX_CELLS:
            raise self._error(at, f"{text[:60]!r} has more than {MAX_CELLS:,} cells")
        keys = tuple(self._locate(found.sheet, row, column) for row, column in found.cells())
        return Refs(keys) if ":" in text else Ref(keys[0])

    def _call(self, name: str, nested: int) -> Expr:
        arguments: list[Expr] = []
        if self._peek()[:2] != ("operator", ")"):
            arguments.append(self.expression(0, nested + 1))
            while self._peek()[:2] == ("operator", ","):
                self._at += 1
                arguments.append(self.expression(0, nested + 1))
        self._take(")")
        if name in ("AND", "OR") and len(arguments) > 1:
            found = arguments[0]
            for argument in arguments[1:]:
                found = Binary(name.lower(), found, argument)
            return found
        if name == "NOT" and len(arguments) == 1:
            return Unary("not", arguments[0])
        return Call(FUNCTIONS.get(name, name), tuple(arguments))


def _size(found: Reference) -> int:
    return (found.last_row - found.first_row + 1) * (found.last_column - found.first_column + 1)


def number(value: Fraction) -> Num:
    """Return a number with its one canonical text: formulas are compared part by part."""
    return Num(value, str(value))
