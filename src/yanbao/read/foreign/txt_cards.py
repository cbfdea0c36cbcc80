"""Values on the card of a company in text that lost its line breaks: a label, its unit in brackets, one number.

Of a stretch whose cells ran together these can still be read, where the number ends at the next label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,3})?|[0-9]+(?:\.[0-9]{1,3})?)"
_VALUE: Final = re.compile(
    r"(?:最新|当前|[AH]股|流通|行业)?"
    r"(?:收盘价格?|收市价|现价|市场价格|股价|最新价|总股本|发行股数|总市值|市值)"
    r"(?:\s*[(（][^()（）]{1,20}[)）]){0,2}\s*[:：]?\s*(?:RMB|HK\$|US\$|人民币)?"
    # 61,2436个月平均 is 61,243 and the next label, and a decimal point has digits on both sides
    rf"(?:{_NUMBER}(?:元|港元|美元)(?![/0-9])|[0-9]{{1,3}}(?:,[0-9]{{3}})+(?=[0-9]{{1,2}}个月)|{_NUMBER}(?=[\u4e00-\u9fff\[])(?![倍月日周个天]|年(?!内)))",
)


def labelled_values(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a label with its one number stands.

    >>> text = "目标价43.8212.5收盘价(人民币)35.00市值(人民币百万)61,2436个月平均日成交额1,327"
    >>> [text[begin:end] for begin, end in labelled_values(text)]
    ['收盘价(人民币)35.00', '市值(人民币百万)61,243']
    """
    for found in _VALUE.finditer(text):
        yield found.start(), found.end()


__all__ = ["labelled_values"]
