"""What terminals call things: the name of a field -> the table and column of the store that hold it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from yanbao.errors import QuantityError
from yanbao.quantity import Unit, parse_unit
from yanbao.source.days import parse_last_day
from yanbao.store.lines import LINES
from yanbao.store.tables import TABLES

CODE_HEADS: Final = (
    "证券代码",
    "股票代码",
    "代码",
    "wind代码",
    "同花顺代码",
    "thscode",
    "交易代码",
    "code",
    "windcode",
)
NAME_HEADS: Final = ("证券简称", "股票简称", "证券名称", "股票名称", "简称", "名称", "name", "secname")
DAY_HEADS: Final = ("日期", "交易日期", "时间", "交易时间", "date", "tradedate", "day")
PUBLISHED_HEADS: Final = (
    "定期报告实际披露日期",
    "实际披露日期",
    "定期报告披露日期",
    "财报披露日期",
    "公告日期",
    "首次公告日期",
    "报告披露日",
)

# field -> (table, column); names are compared without blanks, in half-width signs and lower case
MARKET: Final[dict[str, tuple[str, str]]] = {
    "收盘价": ("price", "close"),
    "开盘价": ("price", "open"),
    "最高价": ("price", "high"),
    "最低价": ("price", "low"),
    "成交量": ("price", "volume"),
    "成交额": ("price", "amount"),
    "成交金额": ("price", "amount"),
    "换手率": ("price", "turnover"),
    "总市值": ("valuation", "market_value"),
    "总市值1": ("valuation", "market_value"),
    "流通市值": ("valuation", "float_value"),
    "a股流通市值": ("valuation", "float_value"),
    "a股市值(不含限售股)": ("valuation", "float_value"),
    "市盈率pe(ttm)": ("valuation", "pe_ttm"),
    "市盈率(pe,ttm)": ("valuation", "pe_ttm"),
    "市盈率(ttm)": ("valuation", "pe_ttm"),
    "市盈率ttm": ("valuation", "pe_ttm"),
    "pe(ttm)": ("valuation", "pe_ttm"),
    "pe_ttm": ("valuation", "pe_ttm"),
    "市净率pb(lf)": ("valuation", "pb"),
    "市净率pb(mrq)": ("valuation", "pb"),
    "市净率(pb,lf)": ("valuation", "pb"),
    "市净率(pb,mrq)": ("valuation", "pb"),
    "市净率(lf)": ("valuation", "pb"),
    "市净率(mrq)": ("valuation", "pb"),
    "pb(mrq)": ("valuation", "pb"),
    "市销率ps(ttm)": ("valuation", "ps_ttm"),
    "市销率(ps,ttm)": ("valuation", "ps_ttm"),
    "市销率(ttm)": ("valuation", "ps_ttm"),
    "ps(ttm)": ("valuation", "ps_ttm"),
    "市现率pcf(经营现金流ttm)": ("valuation", "pcf_ttm"),
    "市现率(pcf,经营现金流ttm)": ("valuation", "pcf_ttm"),
    "总股本": ("shares", "total"),
    "流通a股": ("shares", "float"),
    "a股流通股本": ("shares", "float"),
}
PEOPLE: Final[dict[str, tuple[str, str]]] = {
    "员工总数": ("headcount", "employees"),
    "职工总数": ("headcount", "employees"),
    "研发人员数量": ("headcount", "research"),
    "研发人员数": ("headcount", "research"),
    "销售人员人数": ("headcount", "sales"),
    "销售人员数量": ("headcount", "sales"),
}
_OTHER_LINES: Final = {
    "净利润(不含少数股东损益)": "net_profit_parent",
    "净利润(含少数股东损益)": "net_profit",
    "归属于母公司股东的净利润": "net_profit_parent",
    "归属母公司股东净利润": "net_profit_parent",
    "净利润(扣除非经常性损益)": "net_profit_recurring",
    "经营活动现金净流量": "operating_cash_flow",
    "所有者权益": "equity",
    "归属母公司股东的权益": "equity_parent",
    "归属于母公司股东权益": "equity_parent",
    "归属于母公司股东权益合计": "equity_parent",
}
# what a terminal prints beside a field; other brackets are part of its name
_PARAMETERS: Final = {
    "报告期": "day",
    "报告日期": "day",
    "交易日期": "day",
    "日期": "day",
    "截止日期": "day",
    "交易日": "day",
    "年度": "year",
    "单位": "unit",
    "复权方式": "adjustment",
    "复权": "adjustment",
    "报表类型": "statement",
}
_BRACKETED: Final = re.compile(r"\[([^\]]+)\]\s*[:：]?\s*([^\[]*)")
_KEYED: Final = re.compile(rf"({'|'.join(sorted(_PARAMETERS, key=len, reverse=True))})\s*[:：]\s*([^\s,，;；|)）\]]+)")
_UNIT_BEHIND: Final = re.compile(r"[(（]([^()（）]+)[)）]$")
_BARE_CODE: Final = re.compile(r"\d{6}\.[A-Z]{2,3}")
_FULL_WIDTH: Final = str.maketrans("（），：［］【】％", "(),:[][]%")


@dataclass(frozen=True)
class Field:
    """A header cell of a terminal export, taken apart.

    `day` is None where the cell gives none; `day_text` is what stood there when it is no day (最新收盘日).
    """

    column: str  # as the reader names it
    name: str
    day: date | None = None
    day_text: str = ""
    unit: str = ""
    adjustment: str = ""
    statement: str = ""
    parameters: tuple[tuple[str, str], ...] = ()  # those that are not known

    @property
    def single_quarter(self) -> bool:
        """Whether it is the quarter's own amount, not that since the year began."""
        return self.name.startswith("单季")

    @property
    def target(self) -> tuple[str, str] | None:
        """The table and the column (of a statement: the line) that hold it; None where there is none."""
        name = plain(re.sub(r"^单季度?[.·_]?", "", self.name))
        if (line := _LINE_NAMES.get(name)) is not None:
            return ("statement", line)
        return MARKET.get(name) or PEOPLE.get(name)

    @property
    def is_published(self) -> bool:
        """Whether it is the day on which the report came out."""
        return plain(self.name) in PUBLISHED_HEADS


def plain(name: str) -> str:
    """Return a name for comparison: no blanks, half-width signs, lower case."""
    return re.sub(r"\s+", "", name.translate(_FULL_WIDTH)).lower()


_LINE_NAMES: Final = {
    **{plain(name): line.id for line in LINES.values() for name in (line.zh, *line.also)},
    **{plain(name): line for name, line in _OTHER_LINES.items()},
}


def unit_of(text: str) -> Unit | None:
    """Return a unit that a text is, None where it is none: 亿元 is one, TTM is not."""
    text = text.translate(_FULL_WIDTH).strip()
    if text.lower() in ("ttm", "lf", "mrq", "x"):
        return None
    try:
        return parse_unit(text)
    except QuantityError:
        return None


def fits(unit: str, table: str, column: str) -> bool:
    """Whether a unit measures what a column of the store holds."""
    from yanbao.source.mapping_file import factor_of

    try:
        factor_of(unit, TABLES[table].column(column))
    except QuantityError:
        return False
    return True


def parse_field(column: str) -> Field:
    """Take a header cell apart: `营业总收入 [报告期] 2023年报 [单位] 亿元`, `总市值(亿元)|2024-06-28`.

    Parts of stacked headers (joined by `|`) and parameters in square brackets or as `单位:亿元` give day, unit,
    adjustment and kind of statement; a unit in brackets at the end gives the unit.
    """
    head, *rest = column.translate(_FULL_WIDTH).split("|")
    given: dict[str, str] = {}
    unknown: list[tuple[str, str]] = []
    for key, value in _BRACKETED.findall(head):
        known = _PARAMETERS.get(key.strip())
        if known is None and unit_of(key) is not None and not value.strip():
            given["unit"] = key.strip()
        elif known is None:
            unknown.append((key.strip(), value.strip()))
        else:
            given[known] = value.strip()
    name = head.split("[", 1)[0]
    for part in (name, *rest):
        for key, value in _KEYED.findall(part):
            given.setdefault(_PARAMETERS[key], value)
    name = _KEYED.sub("", name)
    name = re.sub(r"[(,;\s]*[)\s]*$", "", name) if _KEYED.search(head) and "[" not in head else name
    words = name.strip().split(" ")
    # a name over several lines: the day and the unit stand on lines of their own
    for word in (*words[1:], *(part.strip() for part in rest)):
        bare = word.strip("()")
        if parse_last_day(bare) is not None:
            given.setdefault("day", bare)
        elif unit_of(bare) is not None:
            given.setdefault("unit", bare)
        elif bare in ("前复权", "后复权", "不复权", "除权"):
            given.setdefault("adjustment", bare)
        elif (left := _KEYED.sub("", word).strip("() ")) and not _BARE_CODE.search(left):
            # what is not known belongs to the name: 营业收入|同比增长率 is not revenue
            words[0] += left if word in words[1:] else f"|{left}"
    name = words[0].strip(" ,;")
    if (behind := _UNIT_BEHIND.search(name)) and unit_of(behind[1]) is not None:
        given.setdefault("unit", behind[1])
        name = name[: behind.start()].strip()
    elif behind and behind[1] in ("前复权", "后复权", "不复权"):
        given.setdefault("adjustment", behind[1])
        name = name[: behind.start()].strip()
    day_text = f"{given['year']}{given.get('day', '')}" if "year" in given else given.get("day", "")
    return Field(
        column,
        name,
        parse_last_day(day_text) if day_text else None,
        day_text,
        given.get("unit", ""),
        given.get("adjustment", ""),
        given.get("statement", ""),
        tuple(unknown),
    )
