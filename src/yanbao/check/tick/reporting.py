"""A tested relation as a finding: the record that the terminal, the JSON form and the report tell."""

from __future__ import annotations

from typing import Final

from yanbao.check.codes import CODES
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.tick.judging import shown_value
from yanbao.check.tick.said import Language, Said, in_language
from yanbao.check.tick.tested import WORST_FIRST, Tested

_RATIOS: Final = (
    "ratio", "multiple", "pe", "pb", "ps", "eps", "book_value_per_share", "cash_flow_per_share", "gross_margin",
    "operating_margin", "net_margin", "expense_ratio", "tax_rate", "debt_ratio", "current_ratio", "quick_ratio", "roe",
    "roa", "asset_turnover", "dividend_yield", "return_drawdown",
)  # fmt: skip
_CODES: Final = {
    **dict.fromkeys(_RATIOS, "ratio"),
    **dict.fromkeys(("total", "signed_sum", "gross_profit", "net_profit", "net_profit_parent", "ebitda"), "total"),
    **dict.fromkeys(("balance", "cash_flow", "carried"), "identity"),
    **dict.fromkeys(("average", "median"), "average"),
    **dict.fromkeys(("product", "market_value"), "product"),
    **dict.fromkeys(("share", "share_total"), "share"),
    **dict.fromkeys(("rank", "order"), "order"),
    **dict.fromkeys(("difference", "upside"), "difference"),
    "growth": "growth",
    "index": "growth",
    "cagr": "compound-growth",
    "direction": "direction",
    "same": "same-fact",
    "row": "row",
    "workspace_fact": "same-fact",
}


def code_of(relation: str) -> str:
    """Return the code that a relation's findings have.

    >>> code_of("pe"), code_of("growth")
    ('ratio', 'growth')
    """
    code = _CODES.get(relation, relation)
    if code not in CODES:
        raise ValueError(f"{relation!r} is no relation that findings know; known: {', '.join(sorted(_CODES))}")
    return code


def finding_of(tested: Tested, language: Language = "en") -> Finding:
    """Return a tested relation in the shape of findings; what ties is listed in it, too, where that is asked for.

    Codes and keys are the same in every language; explanation and diagnosis are in the one that is asked for.
    """
    claimed, recomputed = tested.claimed, tested.recomputed
    quantity = claimed.quantity
    label = " / ".join(claimed.heads) or claimed.label
    about = Said("about", label) if label else ""
    text = claimed.text.strip()
    said = {
        "ties": Said("told", about, text, tested.working),
        "breaks": Said("breaks", about, text, tested.working),
        "skipped": Said("told", about, text, tested.reason),
    }
    return Finding(
        code=code_of(tested.relation),
        claimed=Claim(text, quantity.value, quantity.unit.symbol or None),
        where=(claimed.where,),
        explanation=in_language(said[tested.verdict], language),
        recomputed=None
        if recomputed is None
        else Recomputed(shown_value(recomputed, quantity), recomputed.interval.low, recomputed.interval.high),
        operands=tuple(operand.where for operand in tested.operands),
        diagnosis=None if tested.diagnosis is None else in_language(tested.diagnosis, language),
        verdict=tested.verdict,
    )


def worst_first(tested: list[Tested]) -> list[Tested]:
    """Return the relations that break, those that change a conclusion first, then in the document's order."""
    broken = [each for each in tested if each.verdict == "breaks"]
    return sorted(broken, key=lambda each: WORST_FIRST.index(each.severity))
