"""Bound words: pairs whose first word says "more than zero" and whose second "less than zero"."""

from __future__ import annotations

from yanbao.errors import FormulaError
from yanbao.quantity import Quantity

PAIRS = frozenset(
    {
        *("上涨/下跌", "增长/下降", "上升/下降", "上升/下滑", "提升/回落", "改善/恶化", "扩大/收窄", "加快/放缓"),
        *("增加/减少", "高于/低于", "跑赢/跑输", "领先/落后", "多于/少于", "优于/劣于", "净流入/净流出"),
        *("rose/fell", "grew/declined", "up/down", "above/below", "widened/narrowed", "accelerated/slowed"),
        *("improved/worsened", "outperformed/underperformed", "more/less", "higher/lower"),
    }
)


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
        raise FormulaError(f"`{pair}`: the number is 0; add a third word: {pair}/持平")
    return words[{1: 0, -1: 1, 0: 2}[sign]]
