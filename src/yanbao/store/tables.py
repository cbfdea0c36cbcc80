"""The tables of the store, declared: what each row is about, its units and its clocks."""

from __future__ import annotations

from yanbao.store.schema import Column, Table

_CODE = Column("code", "text", "the security", required=True, is_code=True)
_DAY = Column("day", "day", "the trading day", required=True)
_PERIOD = Column("period", "day", "the last day of the period", required=True)
_PUBLISHED = Column("published", "day", "the day it was published", required=True)
_ENTRY = Column("entry", "day", "the first day", required=True)
_EXIT = Column("exit", "day", "the first day it no longer holds; missing: until the next entry, or still")

KINDS = ("stock", "index", "fund")
EXCHANGES = ("SH", "SZ", "BJ", "HK", "US", "NQ", "SI", "CI", "CSI")  # NQ: the third board; the last: index houses
BASES = ("ytd", "instant", "quarter", "year")
ADJUSTMENTS = ("split", "dividend")

SECURITY = Table(
    "security",
    "securities; a code that was given to two companies has two rows, told apart by their listing day",
    ("code", "listed"),
    (
        _CODE,
        Column("listed", "day", "the first day of trading", required=True),
        Column("delisted", "day", "the first day it was no longer listed"),
        Column("name", "text", "short name", required=True),
        Column("kind", "text", "what it is", required=True, choices=KINDS),
        Column("board", "text", "the board it trades on", choices=("main", "chinext", "star", "beijing", "other")),
        Column("currency", "text", "ISO code of the currency it trades in", required=True),
    ),
    ordered=(("listed", "delisted"),),
)
CODE_CHANGE = Table(
    "code_change",
    "codes that were changed: prices and statements under the old code are those of the new one",
    ("old", "day"),
    (
        Column("old", "text", "the code before", required=True, is_code=True),
        Column("day", "day", "the first day under the new code", required=True),
        Column("new", "text", "the code since", required=True, is_code=True),
    ),
    published="day",
    announced=True,
)
INDUSTRY = Table(
    "industry",
    "the groups of a classification, by level",
    ("scheme", "industry"),
    (
        Column("scheme", "text", "the classification and its edition: sw2014, sw2021", required=True),
        Column("industry", "text", "the group's own code", required=True),
        Column("level", "integer", "1 is the widest", required=True, least=1, most=4),
        Column("name", "text", "name", required=True),
        Column("name_en", "text", "English name"),
        Column("parent", "text", "code of the group one level up"),
        Column("index_code", "text", "code of the group's price index", is_code=True, code_kind="index"),
    ),
)
MEMBERSHIP = Table(
    "membership",
    "which group of a classification a security was in, from an entry to the next one, or to an exit that is given",
    ("classification", "code", "entry"),
    (
        Column("classification", "text", "the family of schemes: sw, or the name of a basket", required=True),
        _CODE,
        _ENTRY,
        _EXIT,
        Column("scheme", "text", "the edition whose code is given", required=True),
        Column("industry", "text", "code of the narrowest group", required=True),
    ),
    published="entry",
    announced=True,
    ordered=(("entry", "exit"),),
)
CALENDAR = Table(
    "calendar",
    "trading days of an exchange",
    ("exchange", "day"),
    (Column("exchange", "text", "ISO 10383 code of the exchange: XSHG", required=True), _DAY),
)
PRICE = Table(
    "price",
    "a day's trading as it took place",
    ("code", "day"),
    (
        _CODE,
        _DAY,
        Column("close", "number", "closing price", "CNY", required=True, least=0),
        Column("open", "number", "first price", "CNY", least=0),
        Column("high", "number", "highest price", "CNY", least=0),
        Column("low", "number", "lowest price", "CNY", least=0),
        Column("volume", "number", "shares traded", "share", least=0),
        Column("amount", "number", "value traded", "CNY", least=0),
        Column("turnover", "number", "shares traded over float", "1", least=0),
    ),
    published="day",
)
ADJUSTED_PRICE = Table(
    "adjusted_price",
    "closing prices made comparable over time; the last one is the price as it was",
    ("adjustment", "code", "day"),
    (
        Column("adjustment", "text", "split: splits only; dividend: cash, too", required=True, choices=ADJUSTMENTS),
        _CODE,
        _DAY,
        Column("close", "number", "adjusted closing price", "CNY", required=True, least=0),
    ),
    published="day",
)
SHARES = Table(
    "shares",
    "shares of a company from a day on",
    ("code", "day"),
    (
        _CODE,
        Column("day", "day", "the day from which the counts hold", required=True),
        Column("total", "number", "all shares", "share", least=0),
        Column("float", "number", "A-shares free to trade", "share", least=0),
        _PUBLISHED,
    ),
    published="published",
)
STATEMENT = Table(
    "statement",
    "a line of a consolidated statement for a period, as published on a day",
    ("code", "period", "basis", "line"),
    (
        _CODE,
        _PERIOD,
        Column("basis", "text", "ytd: since the year began; instant: on the day", required=True, choices=BASES),
        Column("line", "text", "the line: see `lines`", required=True),
        Column("value", "number", "the amount", "CNY", required=True),
        _PUBLISHED,
    ),
    published="published",
    ordered=(("period", "published"),),
)
VALUATION = Table(
    "valuation",
    "a company's valuation on a day as a vendor gives it",
    ("source", "code", "day"),
    (
        Column("source", "text", "whose figures: samples of vendors differ", required=True),
        _CODE,
        _DAY,
        Column("close", "number", "closing price", "CNY", least=0),
        Column("market_value", "number", "all shares", "CNY", least=0),
        Column("float_value", "number", "free A-shares", "CNY", least=0),
        Column("pe_ttm", "number", "price over trailing attributable profit", "1"),
        Column("pb", "number", "price over latest book value", "1"),
        Column("ps_ttm", "number", "price over trailing revenue", "1"),
        Column("pcf_ttm", "number", "price over trailing cash flow", "1"),
    ),
    published="day",
)
INDEX_LEVEL = Table(
    "index_level",
    "a day of an index",
    ("code", "day"),
    (
        Column("code", "text", "the index", required=True, is_code=True, code_kind="index"),
        _DAY,
        Column("close", "number", "closing level", "index", required=True, least=0),
        Column("open", "number", "first level", "index", least=0),
        Column("high", "number", "highest level", "index", least=0),
        Column("low", "number", "lowest level", "index", least=0),
        Column("volume", "number", "shares traded", "share", least=0),
        Column("amount", "number", "value traded", "CNY", least=0),
    ),
    published="day",
)
INDEX_MEMBERSHIP = Table(
    "index_membership",
    "which securities an index held, from entry to exit",
    ("index", "code", "entry"),
    (
        Column("index", "text", "the index", required=True, is_code=True, code_kind="index"),
        _CODE,
        _ENTRY,
        _EXIT,
        Column("weight", "number", "share of the index", "1", least=0, most=1),
    ),
    published="entry",
    announced=True,
    ordered=(("entry", "exit"),),
)
FUND_HOLDING = Table(
    "fund_holding",
    "what funds showed among their ten largest holdings at the end of a quarter, by security",
    ("funds", "period", "code"),
    (
        Column("funds", "text", "which funds are in: as the source says", required=True),
        _PERIOD,
        _CODE,
        Column("holders", "integer", "funds that hold it", least=0),
        Column("value", "number", "market value held", "CNY", required=True, least=0),
        _PUBLISHED,
    ),
    published="published",
    ordered=(("period", "published"),),
)
HEADCOUNT = Table(
    "headcount",
    "people of a company at the end of a year",
    ("code", "period"),
    (
        _CODE,
        _PERIOD,
        Column("employees", "integer", "all employees", "person", least=0),
        Column("research", "integer", "in research and development", "person", least=0),
        Column("sales", "integer", "in sales", "person", least=0),
        _PUBLISHED,
    ),
    published="published",
    ordered=(("period", "published"),),
)
CORPORATE_ACTION = Table(
    "corporate_action",
    "what changes the meaning of a price per share",
    ("code", "day", "kind"),
    (
        _CODE,
        Column("day", "day", "the ex-day", required=True),
        Column("kind", "text", "what it is", required=True, choices=("cash", "bonus", "split", "rights")),
        Column("cash", "number", "cash dividend a share, before tax", "CNY/share", least=0),
        Column("ratio", "number", "new shares for each old one", "1", least=0),
        Column("price", "number", "price of a rights share", "CNY", least=0),
        _PUBLISHED,
    ),
    published="published",
)
TRADING_STATUS = Table(
    "trading_status",
    "states of a security that change how its price is read",
    ("code", "state", "entry"),
    (
        _CODE,
        Column("state", "text", "which", required=True, choices=("suspended", "st", "delisting")),
        _ENTRY,
        _EXIT,
    ),
    published="entry",
    announced=True,
    ordered=(("entry", "exit"),),
)
DISCLOSURE = Table(
    "disclosure",
    "when a company reports on a period, and what it says ahead of the report",
    ("code", "period", "kind"),
    (
        _CODE,
        _PERIOD,
        Column("kind", "text", "which", required=True, choices=("scheduled", "report", "pre_announcement", "express")),
        Column("day", "day", "the day it is, or was to be, disclosed"),
        Column("low", "number", "lowest attributable profit announced", "CNY"),
        Column("high", "number", "highest attributable profit announced", "CNY"),
        Column("change_low", "number", "lowest change announced", "1"),
        Column("change_high", "number", "highest change announced", "1"),
        Column("text", "text", "the kind of change in the company's words: 预增, 扭亏"),
        _PUBLISHED,
    ),
    published="published",
)
CONSENSUS = Table(
    "consensus",
    "the mean of analysts' forecasts for a period, as it stood on a day",
    ("code", "period", "metric"),
    (
        _CODE,
        _PERIOD,
        Column("metric", "text", "which", required=True, choices=("net_profit_parent", "eps", "revenue", "target")),
        Column("value", "number", "the mean", "CNY", required=True),
        Column("analysts", "integer", "forecasts in it", least=1),
        _PUBLISHED,
    ),
    published="published",
)
MACRO = Table(
    "macro",
    "a series of the economy",
    ("series", "period"),
    (
        Column("series", "text", "which: fedfunds", required=True),
        _PERIOD,
        Column("value", "number", "its value", required=True),
        Column("unit", "text", "its unit: % is kept as %", required=True),
        _PUBLISHED,
    ),
    published="published",
    ordered=(("period", "published"),),
)
BROKER_PICK = Table(
    "broker_pick",
    "securities that brokers named for a month",
    ("broker", "author", "code", "month"),
    (
        Column("broker", "text", "the house", required=True),
        Column("author", "text", "the analyst", required=True),
        _CODE,
        Column("month", "day", "the last day of the month it is for", required=True),
        Column("written", "day", "the day it was recorded", required=True),
    ),
    published="written",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SECURITY,
        CODE_CHANGE,
        INDUSTRY,
        MEMBERSHIP,
        CALENDAR,
        PRICE,
        ADJUSTED_PRICE,
        SHARES,
        STATEMENT,
        VALUATION,
        INDEX_LEVEL,
        INDEX_MEMBERSHIP,
        FUND_HOLDING,
        HEADCOUNT,
        CORPORATE_ACTION,
        TRADING_STATUS,
        DISCLOSURE,
        CONSENSUS,
        MACRO,
        BROKER_PICK,
    )
}
