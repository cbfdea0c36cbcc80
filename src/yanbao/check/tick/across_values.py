"""Upside and price over a whole document: the price stands on the first page, the target price in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Basis, Tested
from yanbao.errors import QuantityError

_PRICE: Final = re.compile(r"现价|收盘价|最新价|当前股价|最新股价|current price|closing price", re.I)
_NO_PRICE: Final = re.compile(r"最高|最低|均价|目标|发行|回购|行权|历史|年内")
_UPSIDE: Final = pattern(
    r"目标价格?<~10><target:Q>[，,]?(?:较|相对|比|对应)<between:~16><upside:%>(?:的)?(?:上涨|上升|涨幅|升幅|潜在|上行|股价|增长)*空间"
)


def relations_of_values(figures_of_tables: Sequence[Figure], read: Sequence[Read]) -> list[Tested]:
    """Return the upsides that sentences claim, judged on the one price that the document prints."""
    price = _price(figures_of_tables, read)
    return [] if price is None else [tested for tested in _upsides(read, price) if tested is not None]


def _price(figures_of_tables: Sequence[Figure], read: Sequence[Read]) -> Figure | None:
    """Return the document's price, `None` where it prints none, or more than one."""
    prices = [figure for figure in figures_of_tables if figure.metric == "price" or _PRICE.search(figure.label)]
    prices += [figure for each in read for figure in each.figures if figure is not None and _PRICE.search(figure.label)]
    prices = [
        figure
        for figure in prices
        if not _NO_PRICE.search(figure.label) and _is_money(figure) and figure.change is None
    ]
    if not prices:
        return None
    try:
        agree = all(prices[0].quantity.meets(other.quantity) for other in prices[1:])
    except QuantityError:
        return None
    return max(prices, key=lambda figure: figure.quantity.decimals or 0) if agree else None


def _is_money(figure: Figure) -> bool:
    return any(base.isupper() and power == 1 for base, power in figure.quantity.unit.dimension)


def _upsides(read: Sequence[Read], price: Figure) -> Iterator[Tested | None]:
    for each in read:
        shape = each.sentence.shape
        for found in _UPSIDE.finditer(shape.text):
            target, upside = (
                each.figures[shape.index[found.start("target")]],
                each.figures[shape.index[found.start("upside")]],
            )
            if target is not None and upside is not None:
                basis: Basis = "texts" if price.table is None else "text-table"
                tested = judge("yoy", upside, {"now": target, "base": price}, basis=basis)
                yield None if tested is None else replace(tested, relation="upside")
