"""Reads the plain-text cases: an expression with its operands, then what it comes to.

```
{a} / {b} - 1 | a = 5275亿元; b = 5094亿元
=> 181/5094 [360/10189, 364/10187]
```

`a = 5275亿元` is a printed measurement, `n := 332家` is exact, `p = 21..30元` is a range. Numbers of the answer are
rationals (`1/3`, `0.25`); one that ends in `…` gives the leading digits of an irrational result. `[=]` says that the
answer is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from yanbao.quantity import Interval, Quantity, Unit, parse_unit

_OPERAND = re.compile(
    r"(?P<name>.+?)\s*(?P<sign>:?=)\s*(?P<low>[-+]?[\d.]+?)(?:\.\.(?P<high>[-+]?[\d.]+))?\s*(?P<unit>[^\d.\s].*)?"
)
_ANSWER = re.compile(r"(?P<value>[-\d./]+…?)\s*(?P<unit>[^\[\d…]*?)\s*\[(?P<interval>=|[^\]]+)\]")


@dataclass(frozen=True)
class Bound:
    """A number of an answer: exact, or the leading digits of an irrational one."""

    value: Fraction
    slack: Fraction

    @staticmethod
    def read(text: str) -> Bound:
        text = text.strip()
        if not text.endswith("…"):
            return Bound(Fraction(text), Fraction(0))
        digits = text.removesuffix("…")
        return Bound(Fraction(digits), Fraction(1, 10 ** len(digits.partition(".")[2])))

    def matches(self, value: Fraction | None) -> bool:
        return value is not None and abs(value - self.value) <= self.slack


@dataclass(frozen=True)
class Answer:
    value: Bound
    unit: Unit
    low: Bound
    high: Bound

    def matches(self, quantity: Quantity) -> bool:
        interval = quantity.interval
        return (
            self.value.matches(quantity.value) and self.low.matches(interval.low) and self.high.matches(interval.high)
        )


def blocks(path: Path) -> list[tuple[int, str, str]]:
    """Return (line, first line, answer) of every case of a file."""
    found: list[tuple[int, str, str]] = []
    first: tuple[int, str] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("=>"):
            assert first is not None, f"{path.name}:{number}: an answer without a question"
            found.append((*first, line[2:].strip()))
            first = None
        else:
            assert first is None, f"{path.name}:{number}: a question without an answer"
            first = (number, line.strip())
    assert first is None
    return found


def quantity(text: str) -> tuple[str, Quantity]:
    """Return the name and the quantity of `name = 12.5亿元`."""
    match = _OPERAND.fullmatch(text.strip())
    assert match is not None, text
    unit = parse_unit(match["unit"] or "")
    if match["high"] is not None:
        low, high = Fraction(match["low"]), Fraction(match["high"])
        return match["name"], Quantity((low + high) / 2, Interval(low, high), unit)
    make = Quantity.exact if match["sign"] == ":=" else Quantity.printed
    return match["name"], make(match["low"], unit)


def operands(text: str) -> dict[str, Quantity]:
    """Return the quantities of `a = 1元; b = 2元`."""
    return dict(quantity(part) for part in text.split(";") if part.strip())


def answer(text: str) -> Answer:
    """Return what is expected."""
    match = _ANSWER.fullmatch(text)
    assert match is not None, text
    value = Bound.read(match["value"])
    if match["interval"] == "=":
        low = high = value
    else:
        low, high = (Bound.read(part) for part in match["interval"].split(","))
    return Answer(value, parse_unit(match["unit"]), low, high)
