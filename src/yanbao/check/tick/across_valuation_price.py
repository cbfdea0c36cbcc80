"""Which price values the earnings of a table or sentence: that of its company's row, or the one price of the document.

Nothing but the numbers tells which company a forecast table is about, where its name stands only in the heading
above. Where its earnings agree with those of a row that prints a price, more than chance would have it (`across.py`),
the price of that row is meant. Without such a row the document's own price is, if it prints one and values one company.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from yanbao.check.tick.across_valuation_text import currency_of, per_share, prices_in_text, proses
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.tested import Tested
from yanbao.errors import QuantityError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE

_EARNINGS: Final = ("eps", "eps_diluted", "net_profit_parent")
_ABROAD: Final = re.compile(r"港元|港币|hk\$|hkd|美元|us\$|usd|\bADS\b|\bADR\b", re.I)
_NOT_NOW: Final = re.compile(
    r"目标|最高|最低|均价|发行|行权|回购|历史|年内|年初|期初|开盘|合理|target|high|low|average|issue|exercise", re.I
)

_Row = tuple[int, int]


@dataclass(frozen=True)
class Prices:
    """The prices that a document prints, by the row of a company, and the one that stands for the whole document."""

    of_rows: Mapping[_Row, Figure]
    of_tables: Mapping[int, Figure]  # of forecast tables whose earnings are those of a row
    of_sentences: Mapping[int, int]  # sentence -> the table whose earnings it states
    only: Figure | None

    def of(self, table: int | None) -> Figure | None:
        """Return the price for a table's earnings, `None` where nothing says which."""
        return self.of_tables.get(table, self.only) if table is not None else self.only


def prices_of(figures: Sequence[Figure], read: Sequence[Read], found: Sequence[Tested]) -> Prices:
    """Return the prices of a document; `found` are the facts that it states twice."""
    rows = _of_rows(figures)
    tables: dict[int, set[_Row]] = defaultdict(set)
    sentences: dict[int, set[int]] = defaultdict(set)
    number_of = {id(figure): each.sentence.number for each in read for figure in each.figures if figure is not None}
    for tested in found:
        if tested.relation != "same" or tested.claimed.metric not in _EARNINGS:
            continue
        pair = (tested.claimed, *tested.operands)
        if tested.basis == "text-table":
            for figure in pair:
                for other in pair:
                    if id(figure) in number_of and other.table is not None:
                        sentences[number_of[id(figure)]].add(other.table)
        for figure in pair:
            for other in pair:
                place = None if other.table is None or other.row is None else (other.table, other.row)
                if figure.table is not None and place in rows and figure.table != other.table and place is not None:
                    tables[figure.table].add(place)
    return Prices(
        rows,
        {table: rows[next(iter(places))] for table, places in tables.items() if len(places) == 1},
        {number: next(iter(places)) for number, places in sentences.items() if len(places) == 1},
        None if rows and len(rows) > 1 else _only(figures, read),
    )


def priced(price: Figure, earnings: Figure) -> tuple[Figure, Figure] | None:
    """Return price and earnings a share in one unit, `None` where they may be in two currencies.

    A number without unit beside yuan is in yuan; beside another currency it is not known what it is.
    """
    one, other = _currency(price), _currency(earnings)
    if None not in (one, other) and one != other:
        return None
    if one is None and other is None:
        return _as(price, None), _as(earnings, None)
    if None in (one, other) and (one or other) != "CNY":
        return None
    return _as(price, one or other), _as(earnings, one or other)


def _currency(figure: Figure) -> str | None:
    bases = [base for base, power in figure.quantity.unit.dimension if base.isupper() and power == 1]
    return bases[0] if bases else currency_of(figure.label)


def _as(figure: Figure, currency: str | None) -> Figure:
    quantity = figure.quantity
    scale = quantity.unit.scale
    unit = per_share(currency)
    value = Quantity(quantity.value * scale, quantity.interval.times(scale), unit, quantity.decimals)
    return replace(figure, quantity=value)


def _of_rows(figures: Sequence[Figure]) -> dict[_Row, Figure]:
    """Return the price of each row that is about one company and prints one price."""
    found: dict[_Row, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.table is not None and figure.row is not None and figure.subject and _is_price(figure):
            found[figure.table, figure.row].append(figure)
    return {place: prices[0] for place, prices in found.items() if len(prices) == 1}


def _is_price(figure: Figure) -> bool:
    words = " ".join((figure.label, *figure.heads))
    return (
        figure.metric == "price"
        and figure.change is None
        and not _NOT_NOW.search(words)
        and figure.quantity.interval.sign() == 1
        and not (figure.period is not None and figure.period.estimate)
    )


def _only(figures: Sequence[Figure], read: Sequence[Read]) -> Figure | None:
    """Return the document's price; `None` where it prints none, several, or one in a currency that is not said."""
    prices = [figure for figure in figures if _is_price(figure)]
    texts = proses(read)
    prices += [figure for prose in texts for _, figure in prices_in_text(prose)]
    if not prices:
        return None
    best = max(prices, key=lambda figure: (figure.quantity.unit != NONE, figure.quantity.decimals or 0))
    for other in prices:
        pair = priced(best, other)
        try:
            if pair is None or not pair[0].quantity.meets(pair[1].quantity):
                return None
        except QuantityError:
            return None
    if _currency(best) is None and any(_ABROAD.search(prose.text) for prose in texts):
        return None
    return best


__all__ = ["Prices", "priced", "prices_of"]
