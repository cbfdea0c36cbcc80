"""Text to expression: a tokenizer and a precedence parser. No attribute access, no imports, no input or output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from yanbao.errors import FormulaError
from yanbao.formula.expr import (
    MINUS_PRECEDENCE,
    NOT_PRECEDENCE,
    PRECEDENCE,
    Binary,
    Call,
    Expr,
    Name,
    Num,
    Ref,
    Refs,
    Unary,
    depth,
)

MAX_LENGTH: Final = 400_000  # characters; a column of 5,000 references is the longest honest expression
MAX_LEVELS: Final = 60  # of brackets, calls and operators inside each other
MAX_DIGITS: Final = 40  # of one number
_SHORT: Final = 1_000  # characters of what is kept: a column has the same expression in each row

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?%?)
      | (?P<ref>\{[^{}\x00-\x1f\x7f]+\})
      | (?P<key>\[[^\[\]{}\x00-\x1f\x7f]+\])
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>\*\*|<=|>=|==|!=|[-+*/<>(),.\[\]])
    """,
    re.VERBOSE,
)

# what stands where an operator of the language is meant; Chinese input methods give the full-width ones
_MEANT: Final[dict[str, str]] = {
    "（": "(",
    "）": ")",
    "，": ",",
    "［": "[",
    "］": "]",
    "【": "[",
    "】": "]",
    "｛": "{",
    "｝": "}",
    "＋": "+",
    "－": "-",
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "*",
    "＊": "*",
    "÷": "/",
    "／": "/",
    "＝": "==",
    "=": "==",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "＜": "<",
    "＞": ">",
    "％": "%",
    "．": ".",
    "。": ".",
    "^": "**",
    "&": "and",
    "|": "or",
    "!": "not",
}
_HINTS: Final[dict[str, str]] = {
    "%": "% follows a number, as in 20%",
    ".": "a number starts with a digit, as in 0.5",
    "'": "there is no text in an expression",
    '"': "there is no text in an expression",
    ":": "a range of keys stands in brackets, as in state[2019:2023]",
    "{": "a reference is written {table.column@key}",
}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(text: str) -> Expr:
    """Return the expression that `text` writes.

    Raises:
        FormulaError: with the column of the first character that does not fit, what was expected there, and a
            hint where the mistake is a common one.

    >>> parse("state / prev(state) - 1").operator
    '-'
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"an expression of {len(text)} characters; at most {MAX_LENGTH} are allowed")
    return _parsed(text) if len(text) > _SHORT else _parsed_once(text)


@lru_cache(maxsize=4096)
def _parsed_once(text: str) -> Expr:
    return _parsed(text)


def _parsed(text: str) -> Expr:
    if not text.strip():
        raise FormulaError("the expression is empty")
    parser = _Parser(text, _tokens(text))
    expr = parser.expression(0, 0)
    parser.finish()
    if depth(expr) > MAX_LEVELS:
        raise parser.too_deep()
    return expr


def _excerpt(text: str, at: int) -> str:
    """Return the text around a place in backticks, so that a long expression does not drown its error."""
    start = max(0, at - 40) if len(text) > 80 else 0
    end = min(len(text), start + 80)
    shown = "".join(character if character.isprintable() else "�" for character in text[start:end])
    return f"`{'…' if start else ''}{shown}{'…' if end < len(text) else ''}`"


def _mistake(text: str, at: int, cause: str, hint: str = "") -> FormulaError:
    return FormulaError(f"column {at + 1} of {_excerpt(text, at)}: {cause}" + (f"; {hint}" if hint else ""))


def _hint(character: str) -> str:
    if character in _MEANT:
        return f"write {_MEANT[character]}"
    if character.isdecimal():
        return f"write the digit as {int(character)}"
    return _HINTS.get(character, "")


def _tokens(text: str) -> Iterator[_Token]:
    # one at a time: what is nested too deep is refused before the rest of it is read
    previous = ""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _mistake(text, at, f"unexpected {text[at]!r}", _hint(text[at]))
        kind = match.lastgroup or ""
        if kind == "key" and previous != "name":
            # a bracket that follows no name opens a list of references: [{a}, {b}]
            raise _mistake(text, at, "a key in brackets must follow a name")
        if kind == "number":
            _check_number(text, match.group().rstrip("%"), at)
        if kind == "name" and not match.group().isidentifier():
            raise _mistake(text, at, f"{match.group()[:40]!r} is no name", "a name is letters, digits and _")
        if kind != "space":
            previous = kind
            yield _Token(kind, match.group(), at)
        at = match.end()


def _check_number(text: str, digits: str, at: int) -> None:
    if len(digits) > MAX_DIGITS:
        raise _mistake(text, at, f"a number of more than {MAX_DIGITS} digits")
    if re.match("0[0-9]", digits):
        raise _mistake(text, at, f"a number cannot start with {digits[:2]}", "write 1,000 as 1000")


class _Parser:
    def __init__(self, text: str, tokens: Iterator[_Token]) -> None:
        self._text = text
        self._coming = tokens
        self._tokens: list[_Token] = []
        self._at = 0

    def _peek(self) -> _Token | None:
        if self._at == len(self._tokens):
            token = next(self._coming, None)
            if token is None:
                return None
            self._tokens.append(token)
        return self._tokens[self._at]

    def _next(self, wanted: str) -> _Token:
        token = self._peek()
        if token is None:
            raise FormulaError(f"{_excerpt(self._text, len(self._text))} ends too early: {wanted} expected")
        self._at += 1
        return token

    def _fail(self, token: _Token, wanted: str, hint: str = "") -> FormulaError:
        shown = token.text if len(token.text) <= 40 else token.text[:40] + "…"
        return _mistake(self._text, token.start, f"unexpected {shown!r}, {wanted} expected", hint)

    def too_deep(self) -> FormulaError:
        hint = "sum(…) may be meant; or give a part its own cell"
        return FormulaError(f"{_excerpt(self._text, 0)} has more than {MAX_LEVELS} levels; {hint}")

    def finish(self) -> None:
        token = self._peek()
        if token is None:
            return
        previous = self._tokens[self._at - 1]
        hint = ""
        if previous.kind == "number" and re.fullmatch("[eE][0-9]*", token.text):
            hint = "write 1e5 as 100000"
        elif token.text == ",":
            hint = "write 1,000 as 1000"
        elif token.text == ".":
            hint = "only table.column has a dot"
        elif previous.kind == "ref" and token.kind == "ref":
            hint = "a list of references is [{a}, {b}]"
        elif token.kind in ("number", "name", "ref") or token.text == "(":
            hint = "write * for a product"
        raise self._fail(token, "an operator or the end", hint)

    def expression(self, level: int, nested: int) -> Expr:
        if nested > MAX_LEVELS:
            raise self.too_deep()
        left = self._prefix(nested)
        levels = nested
        while (token := self._peek()) is not None:
            operator = token.text
            binding = PRECEDENCE.get(operator) if token.kind in ("operator", "name") else None
            if binding is None or binding < level:
                return left
            self._at += 1
            levels += 1
            if levels > MAX_LEVELS:
                raise self.too_deep()
            right = self.expression(binding if operator == "**" else binding + 1, nested + 1)
            left = Binary(operator, left, right)
            following = self._peek()
            if binding == PRECEDENCE["<"] and following and PRECEDENCE.get(following.text) == binding:
                raise self._fail(following, "no second comparison", "write `a < b and b < c`")
        return left

    def _prefix(self, nested: int) -> Expr:
        token = self._next("a number, a name or a bracket")
        if token.kind == "number":
            digits = token.text.rstrip("%")
            return Num(Fraction(digits) / (100 if token.text.endswith("%") else 1), token.text)
        if token.kind == "ref":
            return Ref(token.text[1:-1])
        if token.text == "-":
            return Unary("-", self.expression(MINUS_PRECEDENCE, nested + 1))
        if token.text == "not":
            return Unary("not", self.expression(NOT_PRECEDENCE, nested + 1))
        if token.text == "(":
            inner = self.expression(0, nested + 1)
            self._expect(")")
            return inner
        if token.text == "[":
            return self._refs()
        if token.kind == "name" and token.text not in ("and", "or"):
            return self._named(token, nested)
        hint = "a sum needs no leading +" if token.text == "+" else _hint(token.text)
        raise self._fail(token, "a number, a name or a bracket", hint)

    def _refs(self) -> Refs:
        ids: list[str] = []
        while True:
            token = self._next("a reference in braces")
            if token.kind != "ref":
                raise self._fail(token, "a reference in braces")
            ids.append(token.text[1:-1])
            separator = self._next("`,` or `]`")
            if separator.text == "]":
                return Refs(tuple(ids))
            if separator.text != ",":
                raise self._fail(separator, "`,` or `]`")

    def _named(self, token: _Token, nested: int) -> Expr:
        following = self._peek()
        if following is not None and following.text == "(":
            self._at += 1
            return Call(token.text, self._arguments(nested))
        table, column = None, token.text
        if following is not None and following.text == ".":
            self._at += 1
            part = self._next("a column's name")
            if part.kind != "name":
                raise self._fail(part, "a column's name")
            table, column = column, part.text
        key = self._peek()
        if key is not None and key.kind == "key":
            self._at += 1
            return Name(table, column, key.text[1:-1].strip())
        return Name(table, column)

    def _arguments(self, nested: int) -> tuple[Expr, ...]:
        arguments: list[Expr] = []
        token = self._peek()
        if token is not None and token.text == ")":
            self._at += 1
            return ()
        while True:
            arguments.append(self.expression(0, nested + 1))
            separator = self._next("`,` or `)`")
            if separator.text == ")":
                return tuple(arguments)
            if separator.text != ",":
                raise self._fail(separator, "`,` or `)`")

    def _expect(self, text: str) -> None:
        token = self._next(f"`{text}`")
        if token.text != text:
            raise self._fail(token, f"`{text}`")
