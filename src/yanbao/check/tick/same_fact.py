"""One fact in two places: do two figures agree, how unlikely is that by chance, and what is told where they do not."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_diagnosis import slip
from yanbao.check.tick.sentence_judging import printed, shown
from yanbao.check.tick.severity import severity
from yanbao.check.tick.tested import Basis, Tested
from yanbao.errors import QuantityError
from yanbao.quantity.unit import NONE


def unlikely(figure: Figure, other: Figure) -> float:
    """Return −log10 of the chance that another number of this size would agree; round numbers agree more easily."""
    mine, theirs = figure.quantity, other.quantity.to(figure.quantity.unit)
    size = max(abs(mine.value), abs(theirs.value))
    if not size:
        return 0.0
    width = (mine.interval.width or 0) + (theirs.interval.width or 0)
    return max(0.0, -math.log10(min(1.0, float(max(width, _last_digit(mine.value)) / size))))


def _last_digit(value: Fraction) -> Fraction:
    """Return one unit of the last digit that is not 0: 1 for 45.0, 0.1 for 39.2, 100 for 1200."""
    unit = Fraction(10) ** (len(str(abs(value.numerator))) + 1)
    while unit > Fraction(1, 10**6) and (value / unit).denominator != 1:
        unit /= 10
    return unit


def meets(one: Figure, other: Figure) -> bool:
    """Whether two figures may be the same number; of different dimensions they are not."""
    try:
        return one.quantity.meets(other.quantity)
    except QuantityError:
        return False


def tested_same(figure: Figure, other: Figure, basis: Basis, agreeing: int) -> Tested:
    """Return one fact in two places, judged: the coarser of the two is the claim."""
    if figure.table is not None and step(figure) < step(other):
        figure, other = other, figure
    ties = meets(figure, other)
    there = (
        other.quantity
        if other.quantity.unit == figure.quantity.unit or not _same(figure, other)
        else other.quantity.to(figure.quantity.unit)
    )
    both = Said("both", printed(figure), printed(other))
    tested = Tested(
        relation="same",
        basis=basis,
        claimed=figure,
        operands=(other,),
        verdict="ties" if ties else "breaks",
        recomputed=there,
        working=both
        if other.quantity.unit in (figure.quantity.unit, NONE)
        else Said("equals", both, shown(there, (figure.quantity.decimals or 0) + 1)),
        votes=max(1, agreeing),
    )
    if ties:
        return tested
    found = slip(figure.quantity, (other,), there, lambda claim, values: claim.meets(values[0]), "carried")
    return replace(
        tested,
        severity=severity("growth" if figure.change else "carried", figure.quantity, there),
        diagnosis=None if found is None else found.words,
        blamed=None if found is None else found.blamed,
        proposal=None if found is None else found.value,
    )


def _same(figure: Figure, other: Figure) -> bool:
    return figure.quantity.unit.same_dimension(other.quantity.unit)


def step(figure: Figure) -> Fraction:
    """Return one unit of the last printed place, in base units."""
    return figure.quantity.unit.scale / Fraction(10) ** (figure.quantity.decimals or 0)
