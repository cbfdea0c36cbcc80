"""A tested relation as a finding: the shape in which every check of yanbao tells what is wrong."""

from __future__ import annotations

from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.tick.tested import Tested


def as_finding(test: Tested) -> Finding:
    """Return a tested relation in the shape of findings; one that ties has the verdict `ties`."""
    quantity = test.claimed.quantity
    recomputed = test.recomputed
    return Finding(
        code=f"tick-{test.relation}",
        claimed=Claim(test.claimed.text, quantity.value, quantity.unit.symbol or None),
        where=(test.claimed.where,),
        explanation=test.working,
        recomputed=None
        if recomputed is None
        else Recomputed(test.working, recomputed.interval.low, recomputed.interval.high),
        operands=tuple(figure.where for figure in test.operands),
        diagnosis=test.diagnosis,
        verdict=test.verdict,
    )
