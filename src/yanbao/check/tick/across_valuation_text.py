"""Price, shares and market value on the card of a company, also where its lines and blanks were lost.

`收盘价（元）35.00总股本（亿股）1.78` still says which number is what, because a label, often with its unit, stands
right before each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from yanbao.check.findings import Where
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.errors import QuantityError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, Unit
from yanbao.quantity.unit_text import parse_unit
from yanbao.read.foreign.tree import Prose

_CURRENCIES: Final = {
    "CNY": r"人民币|rmb|cny|￥|¥|元",
    "HKD": r"港元|港币|hk\$|hkd",
    "USD": r"美元|us\$|usd",
}
_BRACKET: Final = r"(?:\s*[(（](?P<{}>[^()（）]{{0,24}})[)）])"
_MONEY_NAME: Final = r"人民币|港币|RMB|HK\$|HKD|US\$|USD|CNY|￥|¥|\$"
_ONE_NUMBER: Final = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
# a number ends where the next label begins; 61,2436个月 is 61,243 and the label 6个月
_ENDS: Final = r"(?![0-9.,%/~\-–—xX倍月])(?!年(?!内))(?!\s*[/~\-–—]\s*[0-9])"
_NOT_NOW: Final = re.compile(
    r"目标|最高|最低|均|发行|行权|回购|增持|减持|授予|授出|定增|转股|历史|年初|年内|上市|开盘|前收|交易|认购|要约|合理|预期"
    r"|target|high|low|average|issue|exercise|offer",
    re.I,
)
_PRICE: Final = re.compile(
    r"(?:收盘价格?|收市价|现价|市场价格|股价|最新价|当前价格|(?:current |closing |last )?(?:share )?price)"
    + _BRACKET.format("unit")
    + "?"
    + _BRACKET.format("more")
    + rf"?\s*[:：]?\s*(?P<before>{_MONEY_NAME})?\s*(?P<number>{_ONE_NUMBER})(?P<after>元|港元|港币|美元)?"
    + _ENDS,
    re.I,
)
_SHARES: Final = re.compile(
    r"(?:总股本|发行股数|总股数)" + _BRACKET.format("unit") + rf"\s*[:：]?\s*(?P<number>{_ONE_NUMBER})" + _ENDS
)
_VALUE: Final = re.compile(
    r"(?:总市值|市值)"
    + _BRACKET.format("unit")
    + rf"\s*[:：]?\s*(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?=[0-9]+个月|[0-9]{{2}}周)|(?:{_ONE_NUMBER}){_ENDS})"
)
_OTHER_SHARES: Final = re.compile(r"(?:[ABHabh]股|流通|行业|自由|限售|板块|股权|可比|平均|已上市)\s*\Z")
_CARD: Final = 300  # characters that a card of price, shares and market value takes


@dataclass(frozen=True)
class Card:
    """Price, shares and market value that stand together in a text."""

    price: Figure
    shares: Figure
    value: Figure


@dataclass(frozen=True)
class _Spot:
    prose: int  # number of the text
    at: int


def proses(read: Sequence[Read]) -> list[Prose]:
    """Return the texts that sentences were read from, each once."""
    return list({id(each.sentence.prose): each.sentence.prose for each in read}.values())


def prices_in_text(prose: Prose) -> list[tuple[int, Figure]]:
    """Return the prices with a label right before them, each with its offset; no target, high, low or issue price."""
    found = []
    for match in _PRICE.finditer(prose.text):
        words = prose.text[max(0, match.start() - 6) : match.start("number")]
        if _NOT_NOW.search(words) or not _is_printed(match):
            continue
        told = " ".join(match[name] or "" for name in ("unit", "more", "before", "after"))
        found.append((match.start("number"), _figure(prose, match, "number", "price", per_share(currency_of(told)))))
    return found


def cards(texts: Sequence[Prose]) -> Iterator[Card]:
    """Yield price, total shares and market value that stand together; A shares, floats, sectors are another thing."""
    prices = [(_Spot(number, at), figure) for number, prose in enumerate(texts) for at, figure in prices_in_text(prose)]
    if not prices:
        return
    shares = [
        (_Spot(number, at), figure)
        for number, prose in enumerate(texts)
        for at, figure in _with_unit(prose, _SHARES, "shares")
    ]
    for number, prose in enumerate(texts):
        for at, value in _with_unit(prose, _VALUE, "market_value"):
            price = _nearest(_Spot(number, at), value, prices)
            count = _nearest(_Spot(number, at), value, shares)
            if price is not None and count is not None:
                yield Card(price, count, value)


def currency_of(words: str) -> str | None:
    """Return the one currency that words name, `None` where they name none or several.

    >>> currency_of("港元"), currency_of("人民币截至4月13日"), currency_of("")
    ('HKD', 'CNY', None)
    """
    text = words.lower()
    found = [name for name in ("HKD", "USD") if re.search(_CURRENCIES[name], text)]
    rest = re.sub("|".join(_CURRENCIES[name] for name in ("HKD", "USD")), "", text)
    if re.search(r"(?<![日韩欧台英澳新])元|人民币|rmb|cny|￥|¥", rest):
        found.append("CNY")
    return found[0] if len(found) == 1 else None


def per_share(currency: str | None) -> Unit:
    """Return money a share in a currency; without one a bare number."""
    symbol = {"CNY": "元", "HKD": "港元", "USD": "美元"}
    if currency is None:
        return NONE
    return Unit(f"{symbol.get(currency, currency)}/股", ((currency, 1), ("share", -1)))


def _is_printed(match: re.Match[str]) -> bool:
    """Whether a price looks like one: 股价12 may be the number of a note."""
    return "." in match["number"] or any(match[name] for name in ("unit", "before", "after"))


def _with_unit(prose: Prose, pattern: re.Pattern[str], metric: str) -> Iterator[tuple[int, Figure]]:
    for match in pattern.finditer(prose.text):
        if _OTHER_SHARES.search(prose.text[max(0, match.start() - 4) : match.start()]):
            continue
        unit = _unit(match["unit"], metric)
        if unit is not None:
            yield match.start("number"), _figure(prose, match, "number", metric, unit)


def _unit(words: str, metric: str) -> Unit | None:
    """Return the unit in the brackets of a label; 百万 under shares are shares, 人民币百万 are millions of yuan."""
    text = words.strip()
    if metric == "shares":
        text = text if text.endswith("股") else text + "股"
    elif text.startswith("人民币"):
        text = text.removeprefix("人民币") + "元"
    try:
        unit = parse_unit(text)
    except QuantityError:
        return None
    bases = [base for base, power in unit.dimension if power == 1]
    if metric == "shares":
        return Unit(unit.symbol, (("share", 1),), unit.scale) if len(unit.dimension) <= 1 else None
    return unit if len(bases) == 1 and bases[0].isupper() else None


def _nearest(spot: _Spot, value: Figure, others: Sequence[tuple[_Spot, Figure]]) -> Figure | None:
    """Return the figure nearest to a value: of its text, or of its line where that was read in pieces."""
    near = []
    for other, figure in others:
        here, there = value.where, figure.where
        if spot.prose == other.prose:
            near.append((abs(spot.at - other.at), figure))
        elif _line(here) is not None and _line(here) == _line(there):
            near.append((abs((here.start or 0) - (there.start or 0)), figure))
    distance, figure = min(near, key=lambda pair: pair[0], default=(_CARD + 1, value))
    return figure if distance <= _CARD else None


def _line(where: Where) -> tuple[str, int | None, int] | None:
    return None if where.line is None or where.start is None else (where.file, where.page, where.line)


def _figure(prose: Prose, match: re.Match[str], group: str, metric: str, unit: Unit) -> Figure:
    text = match[group]
    return Figure(
        text=text,
        quantity=Quantity.printed(text.replace(",", ""), unit),
        kind="measure",
        where=_where(prose, match.start(group), match.end(group), text),
        metric=metric,
        label=prose.text[match.start() : match.start(group)].strip(),
    )


def _where(prose: Prose, start: int, end: int, text: str) -> Where:
    places = prose.places(start, end)
    return Where.at(places[0] if places else prose.lines[0].place, text)


__all__ = ["Card", "cards", "currency_of", "per_share", "prices_in_text", "proses"]
