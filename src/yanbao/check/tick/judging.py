"""Whether one claim of a proposal holds: the interval of the claim against the one recomputed from its operands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.proposal import Arithmetic, Instance, Proposal
from yanbao.check.tick.said import Said
from yanbao.errors import IntervalError, QuantityError
from yanbao.formula import NoAnswerError
from yanbao.quantity.interval import Interval
from yanbao.quantity.printing import format_value
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT, POINT_OF_PERCENT, Unit
from yanbao.relation import NotMeaningfulError, compute

_SHOWN: Final = 4  # parts of a sum that a working names before it counts the others


@dataclass(frozen=True)
class Judged:
    """A claim against its recomputation; `recomputed` is in the claim's unit."""

    verdict: Literal["ties", "breaks", "skipped"]
    claimed: Quantity
    recomputed: Quantity | None
    working: str
    reason: str = ""


def judge(proposal: Proposal, instance: Instance) -> Judged:
    """Return the verdict on one instance of a proposal.

    Growth on a negative base ties where it is (a − b)/|b| or a/b − 1, and is left open where it is neither: there is
    no rule for it.
    """
    grid = proposal.grid
    claim = grid.figure(*instance.claimed)
    operands = [grid.figure(*position) for position in instance.operands]
    claimed = claim.quantity
    if proposal.unit_scale is not None:
        scale = proposal.unit_scale
        claimed = replace(claimed, unit=PERCENT if scale == PERCENT.scale else Unit("", (), scale))
    signs = dict(proposal.line_signs)
    order = [signs.get(line, 1) for line, _ in instance.operands]
    return decide(proposal.arithmetic, claim, claimed, operands, order, proposal.years)


def decide(
    arithmetic: Arithmetic,
    claim: Figure,
    claimed: Quantity,
    operands: Sequence[Figure],
    signs: Sequence[int] = (),
    years: int = 0,
) -> Judged:
    """Return the verdict on a claim that comes from operands by an arithmetic."""
    quantities = [operand.quantity for operand in operands]
    working = _working(arithmetic, operands, signs, years)
    try:
        results = _results(arithmetic, quantities, signs, years, claimed.unit)
    except (QuantityError, IntervalError, NoAnswerError, ZeroDivisionError) as error:
        return Judged("skipped", claimed, None, working, _reason(error))
    recomputed = min(  # of several conventions the one that ties, or that has the claim's sign
        results,
        key=lambda result: (not claimed.interval.meets(result.interval), result.value * claimed.value < 0),
    )
    if claimed.interval.meets(recomputed.interval):
        return Judged("ties", claimed, recomputed, _equals(working, shown_value(recomputed, claimed, closer=False)))
    shown = _equals(working, shown_value(recomputed, claimed))
    if arithmetic == "growth" and (quantities[1].value <= 0 or quantities[0].value < 0):
        return Judged("skipped", claimed, recomputed, shown, Said("growth-below-zero"))
    return Judged("breaks", claimed, recomputed, shown)


def compared_in(arithmetic: Arithmetic, operands: Sequence[Quantity], unit: Unit) -> Unit:
    """Return the unit in which the numbers of a claim printed in `unit` are compared with its operands' result."""
    rate = arithmetic == "cagr" or (arithmetic == "growth" and operands[1].value > 0)
    return _rate(unit) if rate else unit


def _results(
    arithmetic: Arithmetic, operands: Sequence[Quantity], signs: Sequence[int], years: int, unit: Unit
) -> list[Quantity]:
    """Return what the operands come to in the claim's unit; more than one where conventions differ."""
    if arithmetic in ("sum", "carried"):
        return [_in(_sum(operands, signs), unit)]
    if arithmetic == "difference":
        return [_in(operands[0] - operands[1], unit)]
    if arithmetic == "product":
        return [_in(operands[0] * operands[1], unit)]
    if arithmetic == "mean":
        return [_in(compute("simple_mean", values=list(operands)), unit)]
    if arithmetic == "median":
        return [_in(_median(operands), unit)]
    if arithmetic == "cagr":
        return [compute("cagr", unit=_rate(unit), end=operands[0], start=operands[1], periods=years)]
    now, base = operands[0], operands[1]
    if arithmetic == "margin":
        return [_in(Quantity(*_one_less(base / now), NONE), unit)]
    if arithmetic == "less_ratio":
        return [_in(compute("ratio", numerator=now - base, denominator=operands[2]), unit)]
    if arithmetic == "scaled":
        return [_in(now * base / operands[2], unit)]
    if arithmetic == "growth":
        base = base.to(now.unit)
        if base.value > 0:
            return [compute("yoy", unit=_rate(unit), now=now, base=base)]
        change = now - base
        return [_in(change / abs(base), unit), _in(change / base, unit)]
    quotient = compute("ratio", numerator=now, denominator=base)
    if base.value < 0 < now.value:  # a return over a drawdown that is printed below 0
        return [_in(quotient, unit), _in(-quotient, unit)]
    return [_in(quotient, unit)]


def _one_less(quotient: Quantity) -> tuple[Fraction, Interval]:
    scale = quotient.unit.scale
    return 1 - quotient.value * scale, Interval.point(1) - quotient.interval.times(scale)


def _sum(operands: Sequence[Quantity], signs: Sequence[int]) -> Quantity:
    total: Quantity | None = None
    for place, operand in enumerate(operands):
        signed = -operand if signs and signs[place] < 0 else operand
        total = signed if total is None else total + signed
    if total is None:
        raise QuantityError("a sum of nothing")
    return total


def _median(operands: Sequence[Quantity]) -> Quantity:
    unit = operands[0].unit
    lows = sorted(operand.to(unit).interval.low or operand.value for operand in operands)
    highs = sorted(operand.to(unit).interval.high or operand.value for operand in operands)
    values = sorted(operand.to(unit).value for operand in operands)
    low, high, value = _middle(lows), _middle(highs), _middle(values)
    return Quantity(value, Interval(low, high), unit, None)


def _middle(values: Sequence[Fraction]) -> Fraction:
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _rate(unit: Unit) -> Unit:
    return PERCENT if unit.dimension or unit == NONE or unit.kind == "difference" else unit


def _in(quantity: Quantity, unit: Unit) -> Quantity:
    """Return a result in the claim's unit; pure numbers whatever their kind (pp printed as %)."""
    if quantity.unit.dimension == unit.dimension:
        factor = quantity.unit.scale / unit.scale
        return Quantity(quantity.value * factor, quantity.interval.times(factor), unit, None)
    if not unit.dimension and not unit.symbol:  # the claim prints no unit: its number is compared in base units
        factor = quantity.unit.scale / unit.scale
        return Quantity(quantity.value * factor, quantity.interval.times(factor), unit, None)
    return quantity.to(unit)


def shown_value(value: Quantity, like: Quantity, *, closer: bool = True) -> str:
    """Return a recomputed number as the claim is printed; `closer`: with more places where rounding hides a break."""
    decimals = like.decimals if like.decimals is not None else 2
    text = format_value(value.value, decimals, grouping=abs(value.value) >= 1000)
    if closer and format_value(like.value, decimals) == format_value(value.value, decimals):
        text = format_value(value.value, decimals + 2, grouping=abs(value.value) >= 1000)
    symbol = value.unit.symbol if value.unit in (PERCENT, POINT_OF_PERCENT) else ""
    return text + symbol


def _working(arithmetic: Arithmetic, operands: Sequence[Figure], signs: Sequence[int], years: int) -> str:
    texts = [operand.text.strip() for operand in operands]
    if arithmetic == "sum":
        parts = [
            ("" if place == 0 and sign > 0 else "− " if sign < 0 else "+ ") + _bracketed(text)
            for place, (text, sign) in enumerate(zip(texts, signs or [1] * len(texts), strict=True))
        ]
        if len(parts) > 2 * _SHOWN:
            return Said("long-sum", " ".join(parts[:_SHOWN]), parts[-1], len(parts))
        return " ".join(parts)
    if arithmetic in ("mean", "median"):
        return Said(arithmetic, f"{', '.join(texts[:_SHOWN])}{' …' if len(texts) > _SHOWN else ''}", len(texts))
    first, second = texts[0], _bracketed(texts[1]) if len(texts) > 1 else ""
    return {
        "difference": f"{first} − {second}",
        "growth": f"{first} / {second} − 1",
        "ratio": f"{first} / {second}",
        "margin": f"({first} − {second}) / {first}",
        "less_ratio": f"({first} − {second}) / {texts[-1]}",
        "scaled": f"{first} × {second} / {texts[-1]}",
        "product": f"{first} × {second}",
        "cagr": f"({first} / {second}) ^ (1/{years}) − 1",
        "carried": first,
    }.get(arithmetic, ", ".join(texts))


def _equals(working: str, result: str) -> str:
    return Said("equals", working, result) if isinstance(working, Said) else f"{working} = {result}"


def _reason(error: Exception) -> Said:
    """Return why operands have no result, in the words of the relation whose condition they miss where one says so."""
    if isinstance(error, NotMeaningfulError):
        return Said("not-meaningful", error.condition.zh, str(error))
    return Said("no-answer", str(error))


def _bracketed(text: str) -> str:
    return f"({text})" if text[:1] in ("-", "−") else text
