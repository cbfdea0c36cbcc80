"""Products that a sentence spells out: 3×4×5=60, a cube of 16*16*16 that does 4096 at once, growth of two factors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from operator import mul
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_diagnosis import slip
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import shown
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.severity import severity
from yanbao.check.tick.tested import Tested
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT

# factors and nothing else: no term of a longer formula, no side of a ratio
_CHAIN: Final = pattern(
    r"(?<![-+/^*×=(（\d])(?P<chain><N>(?: ?[*×xX✕] ?<N>){1,7})(?: ?[=＝] ?<result:A>(?! ?[-+*/×^]))?"
)
_MANY: Final = 3  # factors whose product is looked for in the sentence, without a sign of equality
_TELLING: Final = 100  # a smaller count may be anything

_FACTORS: Final = pattern(
    r"\bdriven by an? <one:%> (?:(?P<up>increase)|(?:decrease|decline)) in (?:[a-z]+ )?(?:transactions|traffic)"
    r" and an? <other:%> (?:(?P<dear>increase)|(?:decrease|decline)) in (?:the )?(?:average )?ticket\b",
    re.I,
)
_GROWN: Final = pattern(r"\b(?:(?P<up>increased|grew|rose)|decreased|declined|fell) (?:by )?<total:%>", re.I)


def product_relations(read: Read) -> list[Tested]:
    """Return the products that a sentence spells out, judged."""
    return [*_chains(read), *_two_factors(read)]


def _chains(read: Read) -> Iterator[Tested]:
    """Yield 3×4×5=60, and a count that the product of three factors or more comes to, or would but for one of them."""
    shape = read.sentence.shape
    for found in _CHAIN.finditer(shape.text):
        first, end = shape.index[found.start("chain")], found.end("chain")
        numbers = [number for number in range(first, len(shape.at)) if shape.at[number] < end]
        factors = [figure for number in numbers if (figure := read.figures[number]) is not None]
        if len(factors) < len(numbers):
            continue
        if found["result"] is not None:
            claim = read.figures[shape.number(found, "result")]
            if claim is not None:
                yield _product(claim, factors)
        elif len(factors) >= _MANY and all(each.quantity.value.denominator == 1 for each in factors):
            yield from _counted(read, factors, numbers[-1] + 1)


def _product(claim: Figure, factors: Sequence[Figure]) -> Tested:
    product = replace(_times([each.quantity for each in factors]), unit=claim.quantity.unit)
    ties = claim.quantity.interval.meets(product.interval)
    working = f"{' × '.join(each.text for each in factors)} = {shown(product, claim.quantity.decimals or 0)}"
    tested = Tested("product", "sentence", claim, tuple(factors), "ties" if ties else "breaks", product, working)
    return tested if ties else replace(tested, severity=severity("product", claim.quantity, product))


def _counted(read: Read, factors: Sequence[Figure], behind: int) -> Iterator[Tested]:
    whole = _times([each.quantity for each in factors]).value
    for number in range(behind, len(read.figures)):
        claim = read.figures[number]
        if claim is None or not read.sentence.shape.is_kind(number, "A") or claim.quantity.value < _TELLING:
            continue
        value = claim.quantity.value
        if value == whole:
            yield _product(claim, factors)
            continue
        extra = next((each for each in factors if value * each.quantity.value == whole), None)
        tested = _product(claim, factors)
        if extra is not None and tested.verdict == "breaks":
            yield replace(tested, diagnosis=Said("factor-many", extra.text), blamed=extra)


def _times(quantities: Sequence[Quantity]) -> Quantity:
    return reduce(mul, quantities, Quantity.exact(1, NONE))


def _two_factors(read: Read) -> Iterator[Tested]:
    """Yield comparable sales that grow 15.6% by 13.6% more transactions and a 1.8% higher ticket.

    It ties as the product, or, as some reckon it, as the sum; it breaks where one slip explains it.
    """
    shape = read.sentence.shape
    for found in _FACTORS.finditer(shape.text):
        grown = list(_GROWN.finditer(shape.text, 0, found.start()))
        if len(grown) != 1:
            continue
        places = (shape.number(grown[0], "total"), shape.number(found, "one"), shape.number(found, "other"))
        claim, one, other = (read.figures[place] for place in places)
        if claim is None or one is None or other is None:
            continue
        signs = [1 if up else -1 for up in (grown[0]["up"], found["up"], found["dear"])]
        stated = _signed(claim.quantity, signs[0])
        rates = [_signed(figure.quantity, sign) for figure, sign in zip((one, other), signs[1:], strict=True)]
        product, total = _grown(rates), rates[0] + rates[1]
        ties = stated.meets(product) or stated.meets(total)
        working = f"(1 {_term(rates[0], one)}) × (1 {_term(rates[1], other)}) − 1 = {shown(product, 2)}"
        tested = Tested("growth", "sentence", claim, (one, other), "ties" if ties else "breaks", product, working)
        if ties:
            yield tested
            continue
        operands = [replace(figure, quantity=rate) for figure, rate in zip((one, other), rates, strict=True)]
        why = slip(stated, operands, product, lambda claimed, values: claimed.meets(_grown(values)), None)
        if why is not None:
            yield replace(
                tested, severity=severity("growth", stated, product),
                diagnosis=why.words, proposal=why.value, blamed=why.blamed,
            )  # fmt: skip


def _signed(quantity: Quantity, sign: int) -> Quantity:
    return abs(quantity) if sign > 0 else -abs(quantity)


def _grown(rates: Sequence[Quantity]) -> Quantity:
    """Return (1 + a) × (1 + b) − 1, in %."""
    one, hundred = Interval.point(1), Fraction(100)
    value, interval = Fraction(1), one
    for rate in rates:
        value *= 1 + rate.value / hundred
        interval *= one + rate.interval.times(1 / hundred)
    return Quantity((value - 1) * hundred, (interval - one).times(hundred), PERCENT, None)


def _term(rate: Quantity, figure: Figure) -> str:
    return f"{'−' if rate.value < 0 else '+'} {figure.text.lstrip('+-−')}"
