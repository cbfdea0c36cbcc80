"""Bound words: pairs whose first word says "more than zero" and whose second "less than zero"."""

from __future__ import annotations

from yanbao.errors import FormulaError
from yanbao.quantity import Quantity

# each Chinese pair with the English one that says the same
CHINESE = {
    "上涨/下跌": "rose/fell",
    "增长/下降": "grew/declined",
    "上升/下降": "rose/fell",
    "上升/下滑": "rose/fell",
    "提升/回落": "up/down",
    "改善/恶化": "improved/worsened",
    "扩大/收窄": "widened/narrowed",
    "加快/放缓": "accelerated/slowed",
    "增加/减少": "increased/decreased",
    "高于/低于": "above/below",
    "跑赢/跑输": "outperformed/underperformed",
    "领先/落后": "ahead/behind",
    "多于/少于": "more/less",
    "优于/劣于": "better/worse",
    "净流入/净流出": "inflow/outflow",
}
ENGLISH = frozenset({*CHINESE.values(), "higher/lower", "growth/decline", "gained/lost", "expanded/contracted"})
PAIRS = frozenset({*CHINESE, *ENGLISH})
LEVEL = {"zh": "持平", "en": "flat"}


def choose(pair: str, quantity: Quantity) -> str:
    """Return the word of `pair` that the number's sign calls for.

    Raises:
        FormulaError: an unregistered pair, or a number whose sign its precision leaves open.
    """
    words = pair.split("/")
    if "/".join(words[:2]) not in PAIRS or len(words) > 3:
        raise FormulaError(f"`{pair}` is not a registered pair of words; there are: {', '.join(sorted(PAIRS))}")
    sign = quantity.interval.sign()
    if sign is None:
        # a printed 0.0% may be either; a printed 5.3% can't be below 0
        raise FormulaError(f"`{pair}`: the number's sign is not sure at its printed precision")
    if sign == 0 and len(words) < 3:
        third = LEVEL["en" if "/".join(words) in ENGLISH else "zh"]
        raise FormulaError(f"`{pair}`: the number is 0; add a third word: {pair}/{third}")
    return words[{1: 0, -1: 1, 0: 2}[sign]]
