"""Price, EPS, P/E, shares and market value over a whole document.

P/E × EPS is one price in each year, and it is the price that the document prints for the company, be it on its first
page or in the table that values all companies. A P/E of a past year may stand on that year's own price: it is judged
only where it stands on the same price as a forecast.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from yanbao.check.tick.across_valuation_price import Prices, priced, prices_of
from yanbao.check.tick.across_valuation_text import Card, cards, proses
from yanbao.check.tick.figure import Figure
from yanbao.check.tick.said import Said
from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import diagnosed, judge, shown, ties_in_any
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.tested import Basis, Tested
from yanbao.quantity.interval import Interval
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity

_PE: Final = re.compile(r"PE|P/E|市盈率", re.I)
_EPS: Final = re.compile(r"EPS|每股收益|每股盈利", re.I)
_OTHER: Final = re.compile(
    r"核心|扣非|调整|一致预期|市场预期|可比|同业|行业|平均|均值|中位|目标|历史|ttm|滚动|静态|peg|consensus|adjusted|core|peer"
    r"|average|median|target|trailing",
    re.I,
)
_OTHER_DAY: Final = re.compile(r"收盘|截至|以.{0,12}价|当日|昨日|closing|as of", re.I)
_TARGET: Final = pattern(
    r"目标价格?<~8><target:Q>(?:港元|美元|元)?[，,（(]?(?:对应|相当于)<~4P><year:P>[^，。；;Q]{0,10}?<pe:x>", re.I
)
_MARKET: Final = re.compile(r"一致预期|前值|上调|下调|原目标", re.I)
_PART: Final = re.compile(r"[ABH]股|流通|自由|最高|最低|目标|float|high|low|target", re.I)
_FAR: Final = 1.7  # a price that many times the printed one is of another share, or another company
_CLAUSE: Final = 24


@dataclass(frozen=True)
class _Year:
    """A P/E with the earnings a share that it may stand on; several where basic and diluted ones are printed."""

    pe: Figure
    earnings: tuple[Figure, ...]
    past: bool


def relations_of_valuation(figures: Sequence[Figure], read: Sequence[Read], found: Sequence[Tested]) -> list[Tested]:
    """Return the P/E of tables and sentences on the price printed elsewhere, and market values, judged.

    Parameters: `found` are the relations known so far: facts stated twice tell which company a table is about, and a
    P/E that was judged on a price is not judged again.
    """
    prices = prices_of(figures, read, found)
    done = {id(each.claimed) for each in found if each.relation == "pe" and _on_a_price(each)}
    tables = _tables(figures)
    tested: list[Tested] = []
    if prices.of_tables or prices.only is not None:
        alone = _alone(tables, read)
        for table, years in tables.items():
            known = prices.of_tables.get(table)
            price = known if known is not None else prices.only if alone else None
            if price is not None:
                tested += _judged([year for year in years if id(year.pe) not in done], price, "tables")
        for each in read:
            tested += _sentence(each, prices, tables, alone, done)
    if len(tables) == 1 and _alone(tables, read):
        for each in read:
            tested += _targets(each, next(iter(tables.values())))
    told = {id(each.claimed) for each in found if each.relation == "market_value" and each.verdict != "skipped"}
    for card in (*cards(proses(read)), *_cards_of_tables(figures)):
        if id(card.value) in told:
            continue
        one = judge("market_value", card.value, {"price": card.price, "shares": card.shares}, basis="texts")
        if one is not None:
            tested.append(one)
    return tested


def _on_a_price(tested: Tested) -> bool:
    return any(operand.metric == "price" for operand in tested.operands)


def _tables(figures: Sequence[Figure]) -> dict[int, list[_Year]]:
    """Return the years of each forecast table: tables that print a P/E and earnings a share of one subject."""
    members: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.table is not None and figure.metric in ("pe", "eps", "eps_diluted") and figure.change is None:
            members[figure.table].append(figure)
    found: dict[int, list[_Year]] = {}
    for table, held in members.items():
        by_year: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        for figure in held:
            if figure.period is None or figure.period.grain != "year" or _OTHER.search(_words(figure)):
                continue
            by_year[figure.period.start.isoformat(), "pe" if figure.metric == "pe" else "eps"].append(figure)
        if len({figure.subject for figure in held}) > 1:
            continue
        years = []
        for (start, metric), multiples in by_year.items():
            earnings = by_year.get((start, "eps"), [])
            if metric != "pe" or len(multiples) != 1 or not earnings or not _is_multiple(multiples[0]):
                continue
            period = multiples[0].period
            years.append(_Year(multiples[0], tuple(earnings), period is not None and not period.estimate))
        if years:
            found[table] = sorted(years, key=lambda year: str(year.pe.period and year.pe.period.start))
    return found


def _cards_of_tables(figures: Sequence[Figure]) -> Iterator[Card]:
    """Yield price, shares and market value of tables of labels and values that print one of each."""
    held: dict[int, list[Figure]] = defaultdict(list)
    for figure in figures:
        plain = figure.period is None and not figure.subject and figure.change is None
        if figure.table is not None and plain and figure.metric in ("price", "shares", "market_value"):
            held[figure.table].append(figure)
    for members in held.values():
        by_metric = {figure.metric: figure for figure in members}
        one_column = len({figure.column for figure in members}) == 1
        if len(members) == len(by_metric) == 3 and one_column and not any(_PART.search(_words(one)) for one in members):
            yield Card(by_metric["price"], by_metric["shares"], by_metric["market_value"])


def _words(figure: Figure) -> str:
    return " ".join((figure.label, *figure.heads))


def _is_multiple(figure: Figure) -> bool:
    unit = figure.quantity.unit
    return not unit.dimension and unit.scale == 1 and figure.quantity.interval.sign() == 1


def _alone(tables: dict[int, list[_Year]], read: Sequence[Read]) -> bool:
    """Whether all forecasts of a document can be about one company: in tables the same earnings in the same years.

    A list of EPS in a sentence may differ from the table's in some of its years: one of the two is wrong there.
    """
    known: dict[tuple[Period | None, str | None], Figure] = {}
    for years in tables.values():
        for year in years:
            for earnings in year.earnings:
                other = known.setdefault((_year_of(earnings), earnings.metric), earnings)
                if not _agree(other, earnings):
                    return False
    for each in read:
        for first, last in each.lists:
            listed = [figure for figure in each.figures[first : last + 1] if figure is not None and _is_eps(figure)]
            pairs = [(known.setdefault((_year_of(figure), "eps"), figure), figure) for figure in listed]
            if sum(_agree(*pair) for pair in pairs) * 2 < len(pairs):
                return False
    return True


def _is_eps(figure: Figure) -> bool:
    return figure.change is None and figure.period is not None and _EPS.search(figure.label) is not None


def _agree(one: Figure, other: Figure) -> bool:
    pair = priced(one, other)
    return pair is not None and pair[0].quantity.meets(pair[1].quantity)


def _year_of(figure: Figure) -> Period | None:
    return None if figure.period is None else replace(figure.period, estimate=None)


def _sentence(
    read: Read, prices: Prices, tables: dict[int, list[_Year]], alone: bool, done: set[int]
) -> Iterator[Tested]:
    """Yield the P/E that a sentence lists by year: on its own EPS, or on that of the table whose profit it states."""
    shape = read.sentence.shape
    if not _PE.search(shape.text):
        return
    for first, last in read.lists:
        before = shape.text[max(0, shape.at[first] - _CLAUSE) : shape.at[first]]
        if not _is_pe(read, first, before):
            continue
        multiples = [read.figures[number] for number in range(first, last + 1)]
        table = prices.of_sentences.get(read.sentence.number)
        if table is None and alone and len(tables) == 1:
            table = next(iter(tables))
        price = prices.of(table) if table in prices.of_tables or alone else None
        own = _own_earnings(read, first, last)
        years = []
        for place, multiple in enumerate(multiples):
            if multiple is None or id(multiple) in done:
                continue
            earnings = (
                own[place : place + 1]
                if own
                else _in_table([] if table is None else tables.get(table, []), multiple.period)
            )
            if earnings:
                years.append(_Year(multiple, tuple(earnings), _is_past(multiple)))
        if price is None:
            continue
        basis: Basis = "texts" if own and price.table is None else "text-table"
        for tested in _judged(years, price, basis):
            if tested.verdict == "breaks" and _OTHER_DAY.search(before):
                continue  # the price of a day that the sentence names
            yield tested


def _is_pe(read: Read, first: int, before: str) -> bool:
    """Whether a list is of P/E on the price of today: its clause says P/E, and names no peers, target or other P/E."""
    clause = re.split(r"[；;。]", before)[-1]
    names = _PE.search(clause)
    shape = read.sentence.shape
    return names is not None and not _OTHER.search(clause) and (shape.is_kind(first, "x") or shape.is_kind(first, "N"))


def _own_earnings(read: Read, first: int, last: int) -> list[Figure]:
    """Return the EPS of a sentence that stand in a list as long as that of its P/E."""
    for begin, end in reversed(read.lists):
        if end < first and end - begin == last - first:
            listed = [read.figures[number] for number in range(begin, end + 1)]
            held = [figure for figure in listed if figure is not None]
            if len(held) == len(listed) and _EPS.search(held[0].label) and not _OTHER.search(held[0].label):
                return held
    return []


def _in_table(years: Sequence[_Year], period: Period | None) -> tuple[Figure, ...]:
    return next(
        (
            year.earnings
            for year in years
            if period is not None and year.pe.period is not None and year.pe.period.same_days(period)
        ),
        (),
    )


def _targets(read: Read, years: Sequence[_Year]) -> Iterator[Tested]:
    """Yield the P/E that a target price comes to on the EPS of the year that is named: 对应20/21年133/70xPE."""
    shape = read.sentence.shape
    if "目标价" not in shape.text or _MARKET.search(shape.text):
        return
    for found in _TARGET.finditer(shape.text):
        target, first = read.figures[shape.number(found, "target")], shape.number(found, "pe")
        last = next((end for begin, end in read.lists if begin == first), first)
        if target is None or not _PE.match(shape.text, shape.at[last] + 1):
            continue
        for multiple in read.figures[first : last + 1]:
            if multiple is None or multiple.period is None:
                continue
            for earnings in _in_table(years, multiple.period):
                pair = priced(target, earnings)
                if pair is not None and earnings.metric == "eps" and pair[1].quantity.interval.sign() == 1:
                    one = judge("pe", multiple, {"price": pair[0], "earnings": pair[1]}, basis="text-table")
                    if one is not None:
                        yield replace(one, operands=(target, earnings))


def _is_past(figure: Figure) -> bool:
    return figure.period is not None and figure.period.estimate is False


def _judged(years: Sequence[_Year], price: Figure, basis: Basis) -> list[Tested]:
    """Return the P/E of one company's years, judged on its price; of breaks those that are no other convention."""
    tested: list[tuple[_Year, Tested, Interval]] = []
    for year in years:
        ways = []
        for earnings in year.earnings:
            pair = priced(price, earnings)
            if pair is not None and pair[1].quantity.interval.sign() == 1:
                operands = {"price": pair[0], "earnings": pair[1]}
                ways.append(judge("pe", year.pe, operands, basis=basis, explain=False))
        one = ties_in_any(*ways)
        if one is not None and one.verdict != "skipped":
            earned = one.operands[1].quantity.interval
            originals = (price, next(e for e in year.earnings if e.where == one.operands[1].where))
            tested.append((year, replace(one, operands=originals), year.pe.quantity.interval * earned))
    broken = [each for each in tested if each[1].verdict == "breaks"]
    if broken and len(broken) == len(tested) and _far(broken, price):
        return []
    forecasts = [implied for year, _, implied in broken if not year.past]
    kept = [(each, implied) for year, each, implied in broken if not year.past or any(map(implied.meets, forecasts))]
    ties = [each for _, each, _ in tested if each.verdict == "ties"]
    if kept and not ties and len(tested) < 2:
        return []  # one number: its price may be of another day, its earnings another's
    return [*ties, *_explained(kept, price, len(ties))]


def _far(broken: Sequence[tuple[_Year, Tested, Interval]], price: Figure) -> bool:
    """Whether no year comes near the price: it is of another share, or of another company."""
    middle = float(price.quantity.value * price.quantity.unit.scale)
    ratios = [float((implied.low or 0) + (implied.high or 0)) / 2 / middle for _, _, implied in broken]
    return not any(1 / _FAR < ratio < _FAR for ratio in ratios)


def _explained(kept: Sequence[tuple[Tested, Interval]], price: Figure, ties: int) -> Iterator[Tested]:
    """Yield breaks; those that stand on one other price are said to."""
    for each, implied in kept:
        together = [other for _, other in kept if other.meets(implied)]
        common = _common(together)
        if len(together) >= 2 and common is not None and len(together) > ties:
            low, high = (_shown(end, price) for end in common)
            words = Said("row-price", low, high, price.text)
            yield replace(each, diagnosis=words, blamed=None, proposal=None, votes=len(together))
            continue
        each = _with_slip(each)
        if _unexplained(each) and implied.low is not None and implied.high is not None:
            low, high = (_shown(Interval.point(end), price) for end in (implied.low, implied.high))
            words = Said("implied-price", low, high, price.text)
            yield replace(each, diagnosis=words, blamed=None, proposal=None, votes=max(1, ties))
        else:
            yield replace(each, votes=max(1, ties))


def _with_slip(tested: Tested) -> Tested:
    pair = priced(*tested.operands)
    return tested if pair is None else diagnosed(tested, "pe", {"price": pair[0], "earnings": pair[1]})


def _unexplained(tested: Tested) -> bool:
    """Whether no slip explains a break; of whole multiples every second one that breaks looks truncated."""
    whole = not tested.claimed.quantity.decimals
    return tested.diagnosis is None or (whole and tested.diagnosis.startswith("truncated"))


def _common(intervals: Sequence[Interval]) -> tuple[Interval, Interval] | None:
    """Return the ends of what intervals have in common."""
    lows = [interval.low for interval in intervals if interval.low is not None]
    highs = [interval.high for interval in intervals if interval.high is not None]
    if not lows or len(lows) + len(highs) < 2 * len(intervals) or max(lows) > min(highs):
        return None
    return Interval.point(max(lows)), Interval.point(min(highs))


def _shown(end: Interval, price: Figure) -> str:
    assert end.low is not None
    decimals = max(price.quantity.decimals or 0, 2)
    return shown(Quantity(end.low, end, replace(price.quantity.unit, symbol=""), None), decimals)


__all__ = ["relations_of_valuation"]
