"""What these stop: floats that rule out a number which exact intervals would let tie."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yanbao.check.findings import Where
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.judging import compared_in, decide
from yanbao.check.tick.proposal import Arithmetic
from yanbao.check.tick.rough import apart, ends, far, is_plain
from yanbao.check.tick.slips import repairs
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT, POINT_OF_PERCENT, YI_YUAN, YUAN, Unit

UNITS = (NONE, PERCENT, POINT_OF_PERCENT, YI_YUAN, YUAN, Unit("万股", (("share", 1),)), Unit("千瓦", (("watt", 1),)))
ARITHMETICS = get_args(Arithmetic)


def figure(quantity: Quantity) -> Figure:
    return Figure("", quantity, "number", Where("a.txt"))


@st.composite
def quantities(draw: st.DrawFn, units: tuple[Unit, ...] = UNITS) -> Quantity:
    digits = draw(st.integers(-(10**7), 10**7))
    places = draw(st.integers(0, 4))
    return Quantity.printed(str(Decimal(digits).scaleb(-places)), draw(st.sampled_from(units)))


@st.composite
def relations(draw: st.DrawFn) -> tuple[Arithmetic, Quantity, list[Quantity]]:
    arithmetic = draw(st.sampled_from(ARITHMETICS))
    unit = (draw(st.sampled_from(UNITS)),)
    operands = [draw(quantities(unit)) for _ in range(3)]
    return arithmetic, draw(quantities()), operands


@settings(max_examples=400, deadline=None)
@given(relations())
def test_what_ties_is_never_far(relation: tuple[Arithmetic, Quantity, list[Quantity]]) -> None:
    arithmetic, claim, operands = relation
    if not is_plain(operands):
        return
    # the claim that holds, and what is printed of it: its own rounding, in the unit in which it is compared
    judged = decide(arithmetic, figure(claim), claim, [figure(each) for each in operands], (1, -1, 1), 3)
    assume(judged.recomputed is not None)
    assert judged.recomputed is not None
    right = Quantity(judged.recomputed.value, judged.recomputed.interval, claim.unit, 1)
    again = decide(arithmetic, figure(right), right, [figure(each) for each in operands], (1, -1, 1), 3)
    unit = compared_in(arithmetic, operands, right.unit)
    known = [ends(each) for each in operands]
    for verdict, stated in (
        (judged, ends(claim, compared_in(arithmetic, operands, claim.unit))),
        (again, ends(right, unit)),
    ):
        if verdict.verdict == "ties":
            assert not far(arithmetic, stated, known, (1, -1, 1), 3)


def test_what_is_far_is_ruled_out() -> None:
    """By hand: 110 / 100 − 1 lies between 9.0 % and 11.1 %, 40 + 35 + 25 between 98.5 and 101.5."""
    assert far("growth", (0.1245, 0.1255), [(109.5, 110.5), (99.5, 100.5)])
    assert not far("growth", (0.1105, 0.1115), [(109.5, 110.5), (99.5, 100.5)])
    assert far("sum", (101.6, 102.4), [(39.5, 40.5), (34.5, 35.5), (24.5, 25.5)])
    assert not far("sum", (101.4, 102.4), [(39.5, 40.5), (34.5, 35.5), (24.5, 25.5)])
    assert not far("ratio", (5.0, 6.0), [(1.0, 2.0), (-0.5, 0.5)])  # the divisor may be 0: floats cannot tell
    assert apart((1.0, 2.0), (2.1, 3.0))
    assert not apart((1.0, 2.0), (2.0, 3.0))


@settings(max_examples=200, deadline=None)
@given(quantities())
def test_the_ends_of_a_repair_are_those_of_its_number(quantity: Quantity) -> None:
    for repair in repairs(quantity):
        exact = repair.quantity.interval
        assert exact.low is not None
        assert exact.high is not None
        assert not apart(repair.ends, (float(exact.low), float(exact.high)))
        for mine, right in zip(repair.ends, (exact.low, exact.high), strict=True):
            assert abs(mine - float(right)) <= 1e-12 * max(1, abs(float(right)))
