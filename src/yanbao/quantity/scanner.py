"""Find every number and period of a text.

A scanner rather than one expression: a trigger stops at each digit and at each Chinese word that can say a number;
what stands there is decided in a fixed order (name, period, mark, ratio, number), and the scan goes on behind it. Each
step looks at a bounded window or consumes what it read, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from yanbao.quantity import name, period_text, period_words
from yanbao.quantity.enumeration import heading_numbers, match_mark
from yanbao.quantity.listing import join_lists
from yanbao.quantity.markup import Cleaned
from yanbao.quantity.mention import Kind, Mention
from yanbao.quantity.numeral_scan import match_numeral
from yanbao.quantity.reading import Reading, match_number
from yanbao.quantity.unit import NONE, Unit
from yanbao.quantity.worth import finish

_TRIGGER: Final = re.compile(
    r"[0-9]|[①-⑳⑴-⒇❶-❿]"
    r"|第[一二三四五六七八九十]|前[一二三四五六七八九十]|[上下]半年|十[一二三四五六七]五(?![个家款种项年])"
    r"|[几数][十百千万亿]|翻[倍番一两二三四五了]"
    r"|[百千]分之"
    r"|(?<=[近超逾破约过达了])[百千万亿]"
    r"|[一二两三四五六七八九十百千](?=[一二两三四五六七八九十百千万亿零点成倍分季年个周天小家款只位名项次颗台架座条起笔张份套户"
    r"片枚辆艘栋所层批轮类种件部篇场届道门幅页例卡核支组处口元美港欧日股])"
    r"|Q(?=[1-4])|H(?=[12])|(?:FY|CY)(?=[0-9])"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?=[a-z]*\.? [0-9])"
)
_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)[^\s<>()（）\[\]，。；、\"']+|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,}"
)
_ORDINAL_AFTER: Final = re.compile(r"\ ?(?:号(?!召)|世纪|楼(?!市|宇|盘)|st\b|nd\b|rd\b|th\b)")
_LABEL_BEFORE: Final = re.compile(
    r"(?:图表|图|表|附录|附注|注|章节|假设|情景|[Ff]ig(?:ure|\.)?|[Tt]able|[Tt]ab\."
    r"|[Ee]xhibit|[Cc]hart|[Pp]age|[Tt]op|TOP|[Nn]o\.)\ ?\Z"
)
_TIME: Final = re.compile(r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:.])")
_RATIO: Final = re.compile(
    r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\ ?[:：]\ ?([0-9]{1,3}(?:\.[0-9]{1,6})?)"
    r"((?:\ ?[:：]\ ?[0-9]{1,3}(?:\.[0-9]{1,6})?){0,3})"
    r"(?![0-9:：.年月日%A-Za-z])"
)
_FORMULA: Final = re.compile(r"[0-9]{1,3}(?:[+＋](?:[0-9]{1,3}|[NXn])){1,8}(?![0-9%.])")
_MASK: Final = re.compile(r"[0-9]+\*{3,}[0-9A-Za-z]*")
_RANK: Final = re.compile(r"([0-9]{1,4})/([0-9]{1,4})(?![0-9/.%年月日A-Za-z])")
_RANK_BEFORE: Final = re.compile(
    r"(?:排名?|位列|位居|居于?|居|名列|第|列|[Rr]ank(?:ed|ing|s)?|全行业|行业)[^，。；,;\n\t]{0,8}\Z"
)
_NEGATIVE_CELL: Final = re.compile(r"\s*[(（]\s*(?P<inner>[^()（）\s][^()（）]{0,40}?)\s*[)）]\s*\Z")
_NEGATIVE_INNER: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?\ ?(?P<unit>[^0-9]{0,8})\Z")
_LONGEST: Final = 24  # digits; a longer run is a serial number


def scan(
    text: str,
    *,
    reference_year: int | None = None,
    unit: Unit | None = None,
    dotted_months: bool = False,
    cell: bool = False,
) -> list[Mention]:
    """Find every number and period in running text or in a table cell, in order of place.

    Parameters:
        text: Chinese or English, one paragraph, cell or whole document; markup is looked through.
        reference_year: the year of periods that name none (`Q3`, `6月18日`); without it their `period` is `None`.
        unit: the unit of bare numbers, where a table's header says it.
        dotted_months: `2023.3` and `2023.10` are months: the column says so.
        cell: the text is one table cell: `(12)` is minus 12, and `1)` no list mark.

    Digits in names (`H100`, `GPT-4o`, `600519.SH`, `沪深300`) come out with kind "name" and no quantity, so that every
    digit of the text is accounted for. A single 一 before a classifier (一个, 一种) is an article and is not reported;
    一成, 一倍 and 十一种 are. 几十, 数百万美元 have kind "vague" and no quantity. Digits other than 0-9 and their
    full-width forms (superscripts, Arabic-Indic) are not read.

    >>> [(m.text, m.kind) for m in scan("2024Q1营收2428.5亿元，同比+5.3%，26家公司用H100")]
    [('2024Q1', 'period'), ('2428.5亿元', 'measure'), ('+5.3%', 'measure'), ('26家', 'count'), ('H100', 'name')]
    """
    negative = _negative_cell(text, cell=cell, unit=unit)
    if negative is not None:
        return [negative]
    cleaned = Cleaned(text)
    found = _Scanner(cleaned.text, reference_year, unit, dotted_months=dotted_months, cell=cell).run()
    join_lists(cleaned.text, found)
    mentions = []
    for reading in found:
        start, end = cleaned.place(reading.start, reading.end)
        mentions.append(finish(reading, start, end, text[start:end], unit))
    return mentions


def _negative_cell(text: str, *, cell: bool, unit: Unit | None) -> Mention | None:
    """Read `(1,234.5)` and `（12.3%）`, alone in their text, as numbers below 0."""
    if len(text) > 60:
        return None
    outer = _NEGATIVE_CELL.match(text)
    if outer is None:
        return None
    inner = Cleaned(outer["inner"]).text
    if _NEGATIVE_INNER.match(inner) is None:
        return None
    if not cell and not any(mark in inner for mark in ",.%"):
        return None
    found = match_number("-" + inner, 1, 0)
    if found is None or found.end != len(inner) + 1 or found.kind not in ("measure", "count", "number"):
        return None
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return finish(found, start, end, text[start:end], unit)


class _Scanner:
    """The walk over one cleaned text."""

    def __init__(
        self, text: str, reference_year: int | None, unit: Unit | None, *, dotted_months: bool, cell: bool
    ) -> None:
        self.text = text
        self.year = reference_year
        self.unit = unit
        self.dotted = dotted_months
        self.cell = cell
        self.floor = 0  # everything before it is consumed
        self.found: list[Reading] = []
        self.skips = self._addresses()
        self.headings = {} if cell else heading_numbers(text)

    def _addresses(self) -> list[tuple[int, int]]:
        if "://" not in self.text and "www." not in self.text and "@" not in self.text:
            return []
        return [m.span() for m in _ADDRESS.finditer(self.text)]

    def run(self) -> list[Reading]:
        text, position, skips = self.text, 0, iter(self.skips)
        skip = next(skips, None)
        headings = self.headings
        while True:
            trigger = _TRIGGER.search(text, position)
            if trigger is None:
                return self.found
            here = trigger.start()
            while skip is not None and here >= skip[1]:
                skip = next(skips, None)
            if skip is not None and here >= skip[0]:
                if any(c.isdigit() for c in text[skip[0] : skip[1]]):
                    self._add("name", skip[0], skip[1])
                position = self.floor = skip[1]
                continue
            if here in headings:
                self._add("enumeration", here, headings[here])
            elif "0" <= text[here] <= "9":
                self._digit(here)
            else:
                self._word(here)
            position = max(self.floor, here + 1)

    def _add(self, kind: Kind, start: int, end: int, **fields: object) -> None:
        self.found.append(Reading(kind, start, end, **fields))  # type: ignore[arg-type]
        self.floor = end

    # what starts with a letter or a Chinese character

    def _word(self, here: int) -> None:
        text = self.text
        letter = text[here]
        if letter in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" or "⑴" <= letter <= "⒇" or "❶" <= letter <= "❿":
            self._add("enumeration", here, here + 1)
            return
        if letter.isascii():
            before = text[here - 1 : here]
            if not before.isascii() or not before.isalnum():
                period = period_words.match_lettered_period(text, here, self.year)
                if period is not None:
                    self._period(period)
            return
        words = period_words.match_period_words(text, here, self.year)
        if words is not None:
            self._period(words)
            return
        reading = match_numeral(text, here)
        if reading is not None:
            self.found.append(reading)
            self.floor = reading.end

    def _period(self, period: period_text.FoundPeriod) -> None:
        kind: Kind = "date" if period.grain == "day" else "period"
        self._add(kind, period.start, period.end, period=period.period)

    # what starts with a digit

    def _digit(self, here: int) -> None:
        text = self.text
        if here == 0 or text[here - 1] in "\t\n":
            plain = _PLAIN.match(text, here)
            if plain is not None:  # most of a report's numbers: a decimal alone in its cell
                self._add("number", here, plain.end(), digits=plain[0])
                return
        before = text[here - 1] if here > self.floor else ""
        if before and (name.is_letter(before) or before in "-_.*") and not _DATED.match(text, here):
            named = name.name_with_letters_before(text, here, self.floor)
            if named is not None and not self._currency_before(here):
                self._add("name", *named)
                return
        if self._dates(here) or self._codes(here):
            return
        mark = None if self.cell else match_mark(text, here)
        if mark is not None:
            self._add("enumeration", *mark)
            return
        if self._ratio(here) or self._rank(here) or self._ordinal(here):
            return
        self._number(here)

    def _currency_before(self, here: int) -> bool:
        return self.text[max(0, here - 3) : here] in ("RMB", "USD", "CNY", "HKD", "EUR", "JPY", "GBP")

    def _dates(self, here: int) -> bool:
        periods = period_text.match_period(self.text, here, self.year, dotted_months=self.dotted)
        for period in periods:
            self._period(period)
        return bool(periods)

    def _codes(self, here: int) -> bool:
        text = self.text
        end = name.ticker_end(text, here)
        if end is None:
            mask = _MASK.match(text, here)
            end = mask.end() if mask else None
        if end is None:
            run = _DIGITS.match(text, here)
            assert run is not None
            length = run.end() - here
            bracketed = text[here - 1 : here] in ("(", "（", " ") and _CODE_BRACKETS.match(text, max(0, here - 2))
            zero = length > 1 and text[here] == "0" and text[run.end() : run.end() + 1] not in (".", "%", ":", "：")
            if length > _LONGEST or zero or (length == 6 and bracketed):
                end = name.tail_end(text, run.end()) if length < 10_000 else run.end()
        if end is None:
            formula = _FORMULA.match(text, here)
            if formula is not None and text[here - 1 : here] not in ("+", "-"):
                end = formula.end()
        if end is None:
            return False
        self._add("name", here, end)
        return True

    def _ratio(self, here: int) -> bool:
        text = self.text
        time = _TIME.match(text, here)
        if time is not None:
            self._add("time", here, time.end())
            return True
        ratio = _RATIO.match(text, here)
        if ratio is None:
            return False
        self._add("ratio", here, ratio.end(), sides=() if ratio[3] else (ratio[1], ratio[2]))
        return True

    def _rank(self, here: int) -> bool:
        text = self.text
        rank = _RANK.match(text, here)
        if rank is None:
            return False
        share = _FRACTION.match(text, here)
        if (
            share is not None
            and int(share[1]) < int(share[2])
            and _FRACTION_BEFORE.search(text[max(0, here - 4) : here])
        ):
            below = int(share[2])
            self._add("measure", here, share.end(), value=Fraction(int(share[1]), below), half=Fraction(1, 2 * below))
            return True
        place, total = int(rank[1]), int(rank[2])
        if not 0 < place <= total:
            return False
        number = match_number(text, rank.start(2), rank.start(2))
        if number is not None and number.unit is not NONE:
            return False
        alone = here == 0 and rank.end() == len(text)
        if not alone and not _RANK_BEFORE.search(text[max(0, here - 14) : here]):
            return False
        self._add("rank", here, rank.end(), digits=rank[1], of=total)
        return True

    def _ordinal(self, here: int) -> bool:
        text = self.text
        run = _DIGITS.match(text, here)
        assert run is not None
        if run.end() - here > 6:
            return False
        end = run.end()
        if text[end : end + 1] == "." and text[end + 1 : end + 2].isdigit():
            return False
        after = _ORDINAL_AFTER.match(text, end)
        if text[here - 1 : here] == "第":
            self._add("ordinal", here - 1, end, digits=run[0])
        elif after is not None:
            self._add("ordinal", here, after.end(), digits=run[0])
        elif _TOP_BEFORE.search(text[max(0, here - 2) : here]) and text[end : end + 1] not in tuple(
            "年个天月季周日亿万"
        ):
            self._add("ordinal", here - 1, end, digits=run[0])
        elif _LABEL_BEFORE.search(text[max(0, here - 8) : here]) and match_number_is_bare(text, here):
            self._add("ordinal", here, end, digits=run[0])
        else:
            return False
        return True

    def _number(self, here: int) -> None:
        text = self.text
        reading = match_number(text, here, self.floor)
        if reading is None:
            self.floor = here + 1
            return
        if self._belongs_to_name(reading, here):
            return
        self.found.append(reading)
        self.floor = reading.end

    def _belongs_to_name(self, reading: Reading, here: int) -> bool:
        """Take digits as a name: 3D, 5-shot, Windows 11, LLaMA 3-8B, 昇腾310、910."""
        text = self.text
        sized = reading.kind == "range" and reading.unit is NONE
        if reading.unit is not NONE or reading.start != here or reading.kind not in ("number", "range"):
            return False
        if text[reading.end - 1] in "+＋":  # 100+ISV厂商
            return False
        following = text[reading.end : reading.end + 1]
        hyphened = following == "-" and name.is_letter(text[reading.end + 1 : reading.end + 2])
        if (reading.kind == "number" or hyphened) and (name.is_letter(following) or hyphened):
            self._add("name", here, name.tail_end(text, reading.end))
            return True
        digits = _DIGITS.match(text, here)
        assert digits is not None
        if self.unit is None and (not sized or text[digits.end()] == "-") and name.named_before(text, here, self.floor):
            end = digits.end()
            self._add("name", here, name.tail_end(text, end))
            return True
        last = self.found[-1] if self.found else None
        if last is not None and last.kind == "name" and here - last.end == 1 and text[last.start : last.end].isdigit():
            joined = text[here - 1] in "、/和与及" and reading.kind == "number"
            if joined:
                self._add("name", here, reading.end)
            return joined
        return False


_PLAIN: Final = re.compile(r"[0-9]{1,3}\.[0-9]{1,9}(?=[\t\n]|\Z)")
_DATED: Final = re.compile(r"[0-9]{1,4}[年月]")
_FRACTION: Final = re.compile(r"([1-9])/([1-9]|10)(?![0-9/.%年月日A-Za-z])")
_FRACTION_BEFORE: Final = re.compile(r"(?:降低|减少|下降|占|约|近|超过?|不足|仅|为|剩|达)\ ?\Z")
_TOP_BEFORE: Final = re.compile(r"(?:^|[^当目此以之日先提年月天期])前\Z")
_DIGITS: Final = re.compile(r"[0-9]+")
_CODE_BRACKETS: Final = re.compile(r".?[(（]\ ?[0-9]{6}\ ?[)）]")


def match_number_is_bare(text: str, here: int) -> bool:
    """Whether the number at `here` has no unit."""
    number = match_number(text, here, here)
    return number is None or number.unit is NONE
