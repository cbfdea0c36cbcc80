"""Text to expression: a tokenizer and a precedence parser. No attribute access, no imports, no input or output."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

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
)

MAX_LENGTH = 2_000  # characters; an expression is one line of an analyst's file
MAX_DEPTH = 60

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<number>\d+(?:\.\d+)?%?)
      | (?P<ref>\{[^{}\n]+\})
      | (?P<key>\[[^\[\]{}\n]+\])
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>\*\*|<=|>=|==|!=|[-+*/<>(),.\[\]])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int


def parse(text: str) -> Expr:
    """Return the expression that `text` writes.

    Raises:
        FormulaError: with the place of the first character that does not fit, and what was expected there.

    >>> parse("state / prev(state) - 1").operator
    '-'
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"expression of {len(text)} characters; at most {MAX_LENGTH} are allowed")
    parser = _Parser(text, _tokens(text))
    expr = parser.expression(0, 0)
    parser.finish()
    return expr


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(f"column {at + 1} of `{text}`: unexpected {text[at]!r}")
        kind = match.lastgroup or ""
        if kind == "key" and not (tokens and tokens[-1].kind == "name"):
            # a bracket that follows no name opens a list of references: [{a}, {b}]
            raise FormulaError(f"column {at + 1} of `{text}`: a key in brackets must follow a name")
        if kind != "space":
            tokens.append(_Token(kind, match.group(), at))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next(self, wanted: str) -> _Token:
        token = self._peek()
        if token is None:
            raise FormulaError(f"`{self._text}` ends too early: {wanted} expected")
        self._at += 1
        return token

    def _fail(self, token: _Token, wanted: str) -> FormulaError:
        return FormulaError(f"column {token.start + 1} of `{self._text}`: unexpected {token.text!r}, {wanted} expected")

    def finish(self) -> None:
        token = self._peek()
        if token is not None:
            raise self._fail(token, "an operator or the end")

    def expression(self, level: int, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise FormulaError(f"`{self._text[:60]}…` is nested more than {MAX_DEPTH} deep")
        left = self._prefix(depth)
        while (token := self._peek()) is not None:
            operator = token.text
            binding = PRECEDENCE.get(operator) if token.kind in ("operator", "name") else None
            if binding is None or binding < level:
                return left
            self._at += 1
            right = self.expression(binding if operator == "**" else binding + 1, depth + 1)
            left = Binary(operator, left, right)
            following = self._peek()
            if binding == PRECEDENCE["<"] and following and PRECEDENCE.get(following.text) == binding:
                raise self._fail(following, "no second comparison (write `a < b and b < c`)")
        return left

    def _prefix(self, depth: int) -> Expr:
        token = self._next("a number, a name or a bracket")
        if token.kind == "number":
            digits = token.text.rstrip("%")
            return Num(Fraction(digits) / (100 if token.text.endswith("%") else 1), token.text)
        if token.kind == "ref":
            return Ref(token.text[1:-1])
        if token.text == "-":
            return Unary("-", self.expression(MINUS_PRECEDENCE, depth + 1))
        if token.text == "not":
            return Unary("not", self.expression(NOT_PRECEDENCE, depth + 1))
        if token.text == "(":
            inner = self.expression(0, depth + 1)
            self._expect(")")
            return inner
        if token.text == "[":
            return self._refs()
        if token.kind == "name" and token.text not in ("and", "or"):
            return self._named(token, depth)
        raise self._fail(token, "a number, a name or a bracket")

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

    def _named(self, token: _Token, depth: int) -> Expr:
        following = self._peek()
        if following is not None and following.text == "(":
            self._at += 1
            return Call(token.text, self._arguments(depth))
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

    def _arguments(self, depth: int) -> tuple[Expr, ...]:
        arguments: list[Expr] = []
        token = self._peek()
        if token is not None and token.text == ")":
            self._at += 1
            return ()
        while True:
            arguments.append(self.expression(0, depth + 1))
            separator = self._next("`,` or `)`")
            if separator.text == ")":
                return tuple(arguments)
            if separator.text != ",":
                raise self._fail(separator, "`,` or `)`")

    def _expect(self, text: str) -> None:
        token = self._next(f"`{text}`")
        if token.text != text:
            raise self._fail(token, f"`{text}`")
