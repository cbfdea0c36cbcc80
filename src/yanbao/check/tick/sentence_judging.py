"""One relation of a sentence, judged: the claimed interval against the one recomputed from what is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from yanbao import relation
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.proposal import Arithmetic
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_diagnosis import Again, slip
from yanbao.check.tick.severity import severity
from yanbao.check.tick.tested import Basis, Tested
from yanbao.errors import FormulaError, QuantityError, YanbaoError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT, POINT_OF_PERCENT, TIMES, Unit

# how a reader would write the arithmetic; {n} is the number of periods
_WORKING: Final[Mapping[str, str]] = {
    "cagr": "({end} / {start})^(1/{n}) − 1",
    "yoy": "{now} / {base} − 1",
    "pp": "{now} − {base}",
    "share": "{part} / {whole}",
    "multiple": "{now} / {base}",
    "pe": "{price} / {earnings}",
    "product": "{amount} × {factor}",
    "market_value": "{price} × {shares}",
}
_NAMES: Final[Mapping[str, str]] = {
    "yoy": "growth",
    "pp": "difference",
    "simple_mean": "average",
    "price_cut": "growth",
}
_ARITHMETIC: Final[Mapping[str, Arithmetic]] = {
    "cagr": "cagr",
    "yoy": "growth",
    "pp": "difference",
    "share": "ratio",
    "multiple": "ratio",
    "pe": "ratio",
    "product": "product",
    "market_value": "product",
    "simple_mean": "mean",
    "total": "sum",
}
INEQUALITIES: Final = frozenset({"direction", "order", "share_total"})  # they see large mistakes only
_COARSE: Final = 4  # times the claim
_OTHER_PERIODS: Final = (-1, 1, 2, -2)


def judge(
    name: str,
    claimed: Figure,
    operands: Mapping[str, Figure | Sequence[Figure]],
    *,
    periods: int | Fraction | None = None,
    basis: Basis = "sentence",
    claim: Quantity | None = None,
    explain: bool = True,
) -> Tested | None:
    """Return a relation of the catalog, judged; `None` where the units show that it was none.

    Parameters: `claim` stands for the claimed figure's quantity where the wording gives it another sense
    (增长2倍 claims growth of 200%); without `explain` a break's slip is left to `diagnosed`.
    """
    quantities = {key: _quantity(value) for key, value in operands.items()}
    claim = claim or claimed.quantity
    try:
        verdict = relation.holds(name, claim, periods=periods, **quantities)
    except (
        QuantityError,
        FormulaError,
    ):  # units that do not go together: another relation than the wording seemed to say
        return None
    flat = tuple(figure for value in operands.values() for figure in ((value,) if isinstance(value, Figure) else value))
    recomputed = verdict.recomputed
    tested = Tested(
        relation=_NAMES.get(name, name),
        basis=basis,
        claimed=claimed,
        operands=flat,
        verdict="skipped" if verdict.status == "not meaningful" else verdict.status,
        recomputed=recomputed,
        working=working(name, operands, recomputed, claim, periods),
        reason=_reason(verdict) if verdict.status == "not meaningful" else "",
    )
    if verdict.status == "ties" and recomputed is not None and _says_nothing(claim, recomputed):
        return replace(tested, verdict="skipped", reason=Said("too-coarse"))
    if verdict.status != "breaks" or recomputed is None:
        return tested
    if verdict.code == "unit":
        mixed = Said("percent-as-points" if claim.unit.kind == "difference" else "points-as-percent")
        return replace(tested, diagnosis=mixed, severity="typo", reason=mixed)
    tested = replace(tested, severity=severity(_ARITHMETIC.get(name, "ratio"), claim, recomputed))
    counted = _other_count(name, claim, quantities, periods)
    if counted is not None:
        return replace(tested, diagnosis=counted)
    return diagnosed(tested, name, operands, periods, claim) if explain else tested


def diagnosed(
    tested: Tested,
    name: str,
    operands: Mapping[str, Figure | Sequence[Figure]],
    periods: int | Fraction | None = None,
    claim: Quantity | None = None,
) -> Tested:
    """Return a break of a relation of the catalog with the slip that explains it, where one does."""
    if tested.recomputed is None:
        return tested
    flat = [figure for value in operands.values() for figure in ((value,) if isinstance(value, Figure) else value)]
    found = slip(
        claim or tested.claimed.quantity, flat, tested.recomputed, _again(name, operands, periods),
        _ARITHMETIC.get(name), float(periods or 1),
    )  # fmt: skip
    if found is None:
        return tested
    return replace(tested, diagnosis=found.words, blamed=found.blamed, proposal=found.value)


def _reason(verdict: relation.Verdict) -> Said:
    if verdict.condition is not None:
        return Said("not-meaningful", verdict.condition.zh, verdict.condition.en)
    return Said("no-answer", verdict.reason)


def _says_nothing(claim: Quantity, recomputed: Quantity) -> bool:
    """Whether the recomputed interval is so wide that nearly every claim would tie: 2万支 to 2万支, +15%."""
    width = recomputed.interval.width
    return width is not None and not claim.unit.dimension and width > _COARSE * abs(claim.value)


def _again(name: str, operands: Mapping[str, Figure | Sequence[Figure]], periods: int | Fraction | None) -> Again:
    """Return the relation as a test of other numbers in the places of the claim and its operands."""

    def holds(claim: Quantity, values: Sequence[Quantity]) -> bool:
        left = iter(values)
        changed = {
            key: next(left) if isinstance(value, Figure) else [next(left) for _ in value]
            for key, value in operands.items()
        }
        try:
            return relation.holds(name, claim, periods=periods, **changed).status == "ties"
        except YanbaoError:
            return False

    return holds


def judge_order(
    claimed: Figure, other: Figure, sign: int, *, name: str = "order", basis: Basis = "sentence", word: str = ""
) -> Tested | None:
    """Return whether a number stands where a word puts it: `sign` 1 above the other, -1 below.

    The word is contradicted only if no value in the two intervals obeys it.
    """
    try:
        mine, theirs = claimed.quantity, other.quantity.to(claimed.quantity.unit)
    except QuantityError:
        return None
    low, high = (theirs.interval, mine.interval) if sign > 0 else (mine.interval, theirs.interval)
    wrong = high.high is not None and low.low is not None and high.high < low.low
    return Tested(
        relation=name,
        basis=basis,
        claimed=claimed,
        operands=(other,),
        verdict="breaks" if wrong else "ties",
        recomputed=None,
        working=f"{claimed.text} {_sign(mine.value - theirs.value)} {other.text}",
        reason=Said("word", Said(word) if word in ("up", "down") else word) if wrong and word else "",
        severity="conclusion" if wrong else "material",
    )


def _sign(difference: Fraction) -> str:
    return ">" if difference > 0 else "<" if difference < 0 else "="


def ties_in_any(*ways: Tested | None) -> Tested | None:
    """Return the reading of an ambiguous wording that ties, else the first: only what no reading allows is a break."""
    readings = [tested for tested in ways if tested is not None]
    return next((tested for tested in readings if tested.verdict == "ties"), readings[0] if readings else None)


def working(
    name: str,
    operands: Mapping[str, Figure | Sequence[Figure]],
    result: Quantity | None,
    claim: Quantity,
    periods: int | Fraction | None = None,
) -> str:
    """Return the arithmetic as a reader would write it: `107亿美元 / 51亿美元 − 1 = 109.8%`."""
    texts = {
        key: printed(value) if isinstance(value, Figure) else " + ".join(map(printed, value))
        for key, value in operands.items()
    }
    if name in _WORKING:
        left = _WORKING[name].format(n=periods, **texts)
    elif name == "simple_mean":
        count = sum(1 if isinstance(value, Figure) else len(value) for value in operands.values())
        left = f"({next(iter(texts.values()))}) / {count}"
    else:
        left = ", ".join(texts.values()) if name not in ("total",) else next(iter(texts.values()))
    return left if result is None else f"{left} = {shown(result, (claim.decimals or 0) + 1)}"


def printed(figure: Figure) -> str:
    """Return a figure as printed, with the unit where a list prints it only behind its last member."""
    symbol = figure.quantity.unit.symbol
    return (
        figure.text
        if not symbol or not figure.text[-1:].isdigit() or figure.quantity.unit.prefix
        else f"{figure.text}{symbol}"
    )


def shown(quantity: Quantity, decimals: int) -> str:
    """Return a recomputed number with some decimals and its unit, rounded half up."""
    scaled = abs(quantity.value) * 10**decimals
    digits = str((scaled + Fraction(1, 2)).__floor__()).rjust(decimals + 1, "0")
    whole = digits[: len(digits) - decimals] if decimals else digits
    text = f"{int(whole):,}" + (f".{digits[len(digits) - decimals :]}" if decimals else "")
    sign = "−" if quantity.value < 0 else ""
    unit = quantity.unit
    return f"{sign}{unit.symbol}{text}{unit.suffix}" if unit.prefix else f"{sign}{text}{unit.symbol}"


def _quantity(value: Figure | Sequence[Figure]) -> Quantity | list[Quantity]:
    return value.quantity if isinstance(value, Figure) else [figure.quantity for figure in value]


def _other_count(
    name: str,
    claim: Quantity,
    quantities: Mapping[str, Quantity | list[Quantity]],
    periods: int | Fraction | None,
) -> Said | None:
    """Return the other count of periods under which a compound rate would hold."""
    if name != "cagr" or periods is None:
        return None
    for more in _OTHER_PERIODS:
        count = periods + more
        if count < 1:
            continue
        try:
            verdict = relation.holds(name, claim, periods=count, **quantities)
        except YanbaoError:
            continue
        if verdict.status == "ties":
            return Said(
                f"period{'s' if abs(more) > 1 else ''}-{'many' if more > 0 else 'few'}", abs(more), count, periods
            )
    return None


def as_growth(quantity: Quantity) -> Quantity:
    """Return `增长2倍` as what it claims: growth of 200%, in %."""
    return _in(quantity, TIMES, PERCENT)


def as_points(quantity: Quantity) -> Quantity:
    """Return a number in % as percentage points: how a change of a ratio is often printed."""
    return _in(quantity, PERCENT, POINT_OF_PERCENT)


def _in(quantity: Quantity, unit: Unit, other: Unit) -> Quantity:
    factor = (quantity.unit.scale if quantity.unit not in (unit, NONE) else unit.scale) / other.scale
    return Quantity(quantity.value * factor, quantity.interval.times(factor), other, None)
