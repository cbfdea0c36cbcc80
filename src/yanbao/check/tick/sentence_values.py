"""Valuation in a sentence: P/E with price and EPS, target prices, market value, upside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Tested
from yanbao.quantity.interval import Interval
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity

_TARGET: Final = pattern(
    r"(?:给予|给与|维持|按照?)(?P<head><~22P>)<pe:x>(?P<which><~10P>(?:PE|P/E|市盈率|PS|P/S|市销率))(?![GB])"
    r"(?:[（(][^（()）]{0,30}[)）])?<~16,>"
    r"(?P<what>目标价格?|合理价值|市值|估值)<~8><target:Q>",
    re.I,
)
_PE: Final = re.compile(r"PE|P/E|市盈率", re.I)
_SALES: Final = re.compile(r"PS|P/S|市销率", re.I)
_EPS: Final = re.compile(r"EPS|每股收益|每股盈利", re.I)
_PROFIT: Final = re.compile(r"净利润|净利\Z|归母|盈利\Z")
_REVENUE: Final = re.compile(r"收入\Z|营收\Z")
_UPSIDE: Final = pattern(
    r"目标价格?<~8><target:Q><~10,>(?:较|相对|相比|对应|距)?(?:当前|目前|最新)?(?:现价|收盘价|股价|价格)<~8P><price:Q><~10,>"
    r"(?:有|存在|潜在|约|的|上涨|上升|升幅|涨幅|空间|为|仍|具)*<upside:%>"
)
_PRICE_PE: Final = pattern(
    r"(?:股价|现价|收盘价)<~12P><price:Q><~24,P>(?:EPS|每股收益)<~8P><eps:Q><~10,P>(?:PE|P/E|市盈率)<~8P><pe:x>", re.I
)
_VALUE: Final = pattern(
    r"(?:以|按)?(?:每股|股价|发行价|价格为?)<~6><price:Q><~16,>(?:发行|总股本|股份|回购|认购|增发)<~6><shares:Q><~16,>"
    r"(?:市值|募集资金|募资|总额|金额|对价)<~6><value:Q>"
)


def value_relations(read: Read) -> list[Tested]:
    """Return the valuation that a sentence works out from its own numbers, judged."""
    text = read.sentence.shape.text
    tested: list[Tested | None] = []
    if "目标" in text or "市值" in text or "估值" in text:
        tested.extend(_targets(read))
        tested.extend(_of(read, found, "upside") for found in _UPSIDE.finditer(text))
    if _PE.search(text):
        tested.extend(_one_price(read))
    if "股" in text or "价" in text:
        tested.extend(_of(read, found, "pe") for found in _PRICE_PE.finditer(text))
        tested.extend(_of(read, found, "value") for found in _VALUE.finditer(text))
    return [one for one in tested if one is not None]


def _of(read: Read, found: re.Match[str], kind: str) -> Tested | None:
    shape = read.sentence.shape
    figures = {name: read.figures[shape.index[found.start(name)]] for name in found.re.groupindex}
    known = {name: figure for name, figure in figures.items() if figure is not None}
    if len(known) < len(figures):
        return None
    if kind == "upside":
        tested = judge("yoy", known["upside"], {"now": known["target"], "base": known["price"]})
        return None if tested is None else replace(tested, relation="upside")
    if kind == "pe":
        return judge("pe", known["pe"], {"price": known["price"], "earnings": known["eps"]})
    return judge("market_value", known["value"], {"price": known["price"], "shares": known["shares"]})


def _targets(read: Read) -> Iterator[Tested | None]:
    """Yield 给予2021年35倍PE，对应目标价29.05元: the multiple times what it is a multiple of, in that year."""
    shape = read.sentence.shape
    for found in _TARGET.finditer(shape.text):
        multiple, target = shape.number(found, "pe"), shape.number(found, "target")
        factor, claim = read.figures[multiple], read.figures[target]
        year = _year(read, multiple) or _year_behind(read, multiple)
        sales = _SALES.search(found["which"]) is not None
        wanted = _EPS if found["what"].startswith(("目标", "合理")) else _REVENUE if sales else _PROFIT
        if sales and wanted is _EPS:
            continue
        base = _earnings(read, multiple, wanted, year)
        if factor is not None and claim is not None and base is not None:
            yield judge("product", claim, {"amount": base, "factor": _chosen(factor)})


def _one_price(read: Read) -> Iterator[Tested | None]:
    """Yield the P/E of several years, each against the price that the others imply with their earnings.

    EPS为0.98/1.25/1.55元，对应PE为45/35/28倍: one price serves all years, whatever it is.
    """
    shape = read.sentence.shape
    found = read.lists
    for multiples in found:
        count = multiples[1] - multiples[0] + 1
        before = shape.text[max(0, shape.at[multiples[0]] - 12) : shape.at[multiples[0]]]
        if not shape.is_kind(multiples[0], "x") or not _PE.search(before):
            continue
        for bases in found:
            if bases[1] >= multiples[0] or bases[1] - bases[0] + 1 != count or not shape.is_kind(bases[0], "A"):
                continue
            label = read.figures[bases[0]]
            if label is None or not (_EPS.search(label.label) or _PROFIT.search(label.label)) or "扣非" in label.label:
                continue
            pairs = [(read.figures[multiples[0] + place], read.figures[bases[0] + place]) for place in range(count)]
            known = [(pe, base) for pe, base in pairs if pe is not None and base is not None]
            if len(known) == count:
                yield from _prices(known)


def _prices(pairs: list[tuple[Figure, Figure]]) -> Iterator[Tested | None]:
    """Yield the verdict on each P/E: the price it implies against that of the first year, or of the most years."""
    prices = [pe.quantity.interval * base.quantity.interval for pe, base in pairs]
    agree = [sum(one.meets(other) for other in prices) for one in prices]
    anchor = agree.index(max(agree))
    for place, (pe, base) in enumerate(pairs):
        if place == anchor:
            continue
        price = Quantity(
            pairs[anchor][0].quantity.value * pairs[anchor][1].quantity.value, prices[anchor], base.quantity.unit
        )
        if base.quantity.interval.sign() != 1 or pairs[anchor][1].quantity.interval.sign() != 1:
            continue  # a loss has no P/E
        implied = replace(pairs[anchor][0], quantity=price, text=f"{pairs[anchor][0].text} × {pairs[anchor][1].text}")
        tested = judge("pe", pe, {"price": implied, "earnings": base})
        yield None if tested is None else replace(tested, operands=(*pairs[anchor], base))


def _chosen(factor: Figure) -> Figure:
    """Return a multiple that the author sets (给予8倍) as the exact number it is."""
    quantity = factor.quantity
    if quantity.interval.width is None:
        return factor
    return replace(factor, quantity=replace(quantity, interval=Interval.point(quantity.value)))


def _year(read: Read, multiple: int) -> Period | None:
    """Return the year that stands right before the multiple."""
    shape = read.sentence.shape
    if multiple and shape.is_kind(multiple - 1, "P") and len(shape.between(multiple - 1, multiple)) <= 6:
        return read.sentence.mentions[multiple - 1].period
    return None


def _year_behind(read: Read, multiple: int) -> Period | None:
    """Return the year right behind a multiple: 49倍21年预期PE."""
    shape = read.sentence.shape
    behind = multiple + 1
    if behind < len(shape.at) and shape.is_kind(behind, "P") and shape.at[behind] == shape.at[multiple] + 1:
        return read.sentence.mentions[behind].period
    return None


def _earnings(read: Read, before: int, wanted: re.Pattern[str], year: Period | None) -> Figure | None:
    """Return the earnings that stand before a multiple: of its year where a list gives several years."""
    shape = read.sentence.shape
    years = {first: found for first, _, found in read.years}
    listed = {n: (first, last) for first, last in read.lists for n in range(first, last + 1)}
    for number in range(before - 1, -1, -1):
        figure = read.figures[number]
        if figure is None or not shape.is_kind(number, "A") or not wanted.search(figure.label):
            continue
        if number not in listed:
            same = year is None or figure.period is None or figure.period.same_days(year)
            return figure if same and figure.change is None else None
        first, _ = listed[number]
        if year is None or first not in years:
            return None
        place = next((n for n, one in enumerate(years[first]) if one.same_days(year)), None)
        return None if place is None else read.figures[first + place]
    return None
