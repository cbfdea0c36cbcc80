"""A whole text that is one number with its unit."""

from __future__ import annotations

from yanbao.errors import QuantityError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.scanner import scan
from yanbao.quantity.unit import Unit

_READ = frozenset({"measure", "count", "number", "range", "ratio"})


def parse_quantity(text: str, *, unit: Unit | None = None) -> Quantity:
    """Return the quantity that `text` is, the whole text: which number, in which unit, how precise?

    Parameters: `text` as printed (`2428.5亿元`, `+5.3%`, `(1,234.5)`, `$485M`, `1.2-1.3万美元`, `近7000家`); `unit`
    for a bare number whose header says it.

    Raises:
        QuantityError: there is no number, more than one, or something else beside it.

    >>> parse_quantity("2428.5亿元").to(parse_quantity("1百万元").unit).value
    Fraction(242850, 1)
    """
    stripped = text.strip()
    mentions = scan(stripped, unit=unit, cell=True)
    if not mentions:
        raise QuantityError(f"{text!r} holds no number; a number is like 2428.5亿元, 5.3%, 26家, $485M")
    first = mentions[0]
    if len(mentions) > 1:
        found = ", ".join(mention.text for mention in mentions[:4])
        raise QuantityError(f"{text!r} holds {len(mentions)} numbers ({found}); one is expected")
    if first.kind not in _READ or first.quantity is None:
        raise QuantityError(f"{text!r} is a {first.kind}, no quantity")
    rest = stripped[: first.start] + stripped[first.end :]
    if rest.strip("*$ _"):
        raise QuantityError(
            f"{text!r} is the number {first.text!r} and {rest.strip()!r}, which is no unit that is known"
        )
    return first.quantity
