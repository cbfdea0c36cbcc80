"""A market of nine companies, small enough to compute by hand, with one of each awkward thing."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import polars as pl
import pytest

from sector.market_fixture import FrameTables
from yanbao.sector import EXHIBITS
from yanbao.sector.exhibit import Exhibit
from yanbao.sector.market import Market

D = dt.date
A, B, C, DEAD, NEW, OTHER, REUSED, MOVED, LEFT = (
    "600001.SH",
    "600002.SH",
    "300003.SZ",
    "688004.SH",
    "600005.SH",
    "600006.SH",
    "000007.SZ",
    "600008.SH",
    "600009.SH",
)
START, END = D(2023, 12, 29), D(2024, 6, 28)


def frame(columns: str, *rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row", infer_schema_length=None)


def _days() -> list[dt.date]:
    days = [D(2022, 1, 3) + dt.timedelta(days=at) for at in range(1300)]
    return [day for day in days if day.weekday() < 5]


def frames() -> dict[str, pl.DataFrame]:
    quarters = [D(2022, 12, 31), D(2023, 3, 31), D(2023, 12, 31), D(2024, 3, 31)]

    def line(code: str, name: str, *values: float | None) -> list[tuple[Any, ...]]:
        later = [D(2023, 4, 20), D(2023, 4, 25), D(2024, 4, 20), D(2024, 4, 25)]
        return [
            (code, period, "ytd", name, value, published)
            for period, value, published in zip(quarters, values, later, strict=True)
            if value is not None
        ]

    statements = [
        *line(A, "revenue", 100.0, 20.0, 120.0, 30.0),
        *line(B, "revenue", 200.0, 40.0, 190.0, 36.0),
        *line(C, "revenue", 50.0, 10.0, 80.0, 15.0),
        *line(MOVED, "revenue", 10.0, 0.0, 10.0, 5.0),
        *line(REUSED, "revenue", None, None, 70.0, 17.0),
        *line(A, "cost", 60.0, 12.0, 78.0, 21.0),
        *line(B, "cost", 100.0, 20.0, 95.0, 18.0),
        *line(A, "rd_expense", 10.0, 2.0, 12.0, 3.0),
        *line(A, "net_profit_parent", 10.0, 2.0, 12.0, -1.0),  # 转亏
        *line(B, "net_profit_parent", -20.0, -4.0, -10.0, 2.0),  # 减亏, then 扭亏
        *line(C, "net_profit_parent", -5.0, -1.0, -8.0, -2.0),  # 增亏
        *line(A, "net_profit_recurring", 8.0, 1.0, 9.0, 1.5),
        *line(A, "operating_cash_flow", 5.0, -3.0, 7.0, -2.0),
        *line(B, "operating_cash_flow", 15.0, -4.0, 20.0, 1.0),
        # the quarters between, of A alone: single quarters of 2023 are 20, 30, 25, 45
        (A, D(2023, 6, 30), "ytd", "revenue", 50.0, D(2023, 8, 30)),
        (A, D(2023, 9, 30), "ytd", "revenue", 75.0, D(2023, 10, 30)),
        # a year later A restates 2023Q1 down to 18: a late restatement of an old period
        (A, D(2023, 3, 31), "ytd", "revenue", 18.0, D(2024, 4, 25)),
        # balances stand on a day
        *(
            (code, D(2024, 3, 31), "instant", "equity_parent", value, D(2024, 4, 25))
            for code, value in ((A, 50.0), (B, -10.0), (C, 40.0))
        ),
        (A, D(2023, 12, 31), "instant", "equity_parent", 45.0, D(2024, 4, 20)),
    ]
    closes = {  # split-adjusted: on START and on END
        A: (10.0, 11.0),
        B: (20.0, 20.0),
        C: (30.0, 24.0),
        DEAD: (5.0, 1.0),
        NEW: (None, 8.0),
        OTHER: (7.0, 14.0),
        REUSED: (40.0, 50.0),
        MOVED: (6.0, 9.0),
        LEFT: (3.0, 6.0),
    }
    split = [
        (code, day, close)
        for code, pair in closes.items()
        for day, close in zip((START, END), pair, strict=True)
        if close
    ]
    return {
        "calendar": frame("exchange day", *(("XSHG", day) for day in _days())),
        "industry": frame(
            "scheme industry level name parent index_code",
            ("old", "10", 1, "旧甲", None, None),
            ("old", "1010", 2, "1010", "10", None),
            ("old", "101001", 3, "101001", "1010", None),
            ("new", "10", 1, "甲业", None, "801001.SI"),
            ("new", "1010", 2, "甲一", "10", None),
            ("new", "101001", 3, "甲一一", "1010", None),
            ("new", "20", 1, "乙业", None, "801002.SI"),
            ("new", "2010", 2, "乙一", "20", None),
            ("new", "201001", 3, "乙一一", "2010", None),
        ),
        "membership": frame(
            "classification code entry exit scheme industry",
            *(("sw", code, D(2015, 1, 1), None, "old", "101001") for code in (A, B, DEAD, NEW, REUSED, MOVED)),
            ("sw", A, D(2021, 7, 30), None, "new", "101001"),
            ("sw", C, D(2022, 1, 1), None, "new", "1010"),  # placed at level 2
            ("sw", OTHER, D(2022, 1, 1), None, "new", "201001"),
            ("sw", MOVED, D(2024, 4, 1), None, "new", "201001"),
            ("sw", LEFT, D(2022, 1, 1), D(2024, 5, 1), "new", "101001"),
            ("theme", OTHER, D(2024, 1, 1), None, "theme", "theme"),
            ("theme", A, D(2024, 1, 1), None, "theme", "theme"),
        ),
        "security": frame(
            "code listed delisted name kind board currency",
            (A, D(2000, 1, 1), None, "甲甲", "stock", "main", "CNY"),
            (B, D(2000, 1, 1), None, "甲乙", "stock", "main", "CNY"),
            (C, D(2010, 1, 1), None, "甲丙", "stock", "chinext", "CNY"),
            (DEAD, D(2019, 7, 22), D(2024, 3, 1), "甲退", "stock", "star", "CNY"),
            (NEW, D(2024, 2, 1), None, "甲新", "stock", "main", "CNY"),
            (OTHER, D(2000, 1, 1), None, "乙甲", "stock", "main", "CNY"),
            (REUSED, D(1995, 1, 1), D(2005, 1, 1), "旧司", "stock", "main", "CNY"),
            (REUSED, D(2010, 1, 1), None, "新司", "stock", "main", "CNY"),
            (MOVED, D(2000, 1, 1), None, "迁移", "stock", "main", "CNY"),
            (LEFT, D(2000, 1, 1), None, "离开", "stock", "main", "CNY"),
            ("000300.SH", D(2005, 1, 4), None, "沪深300", "index", None, "CNY"),
        ),
        "trading_status": frame(
            "code state entry exit",
            (B, "suspended", D(2024, 6, 20), None),
            (A, "suspended", D(2024, 1, 5), D(2024, 1, 9)),
        ),
        "index_level": frame(
            "code day close",
            *(("000300.SH", day, 100.0 + at) for at, day in enumerate(_days()) if START <= day <= END),
            ("801001.SI", START, 50.0),
            ("801001.SI", D(2024, 1, 2), 55.0),
            ("801001.SI", END, 40.0),  # gaps between
            ("801002.SI", START, 50.0),
            ("801002.SI", END, 60.0),
        ),
        "adjusted_price": pl.concat(
            [
                frame("code day close", *split).with_columns(adjustment=pl.lit("split")),
                frame("code day close", (A, START, 9.0), (A, END, 11.0)).with_columns(adjustment=pl.lit("dividend")),
            ]
        ),
        "price": frame("code day close", *split),
        "shares": frame(
            "code day total float published",
            (A, D(2020, 1, 1), 50.0, 40.0, D(2020, 1, 1)),
            (A, D(2024, 5, 1), 100.0, 80.0, D(2024, 5, 6)),
            (B, D(2020, 1, 1), 10.0, 10.0, D(2020, 1, 1)),
            (C, D(2020, 1, 1), 20.0, 5.0, D(2020, 1, 1)),
            (OTHER, D(2020, 1, 1), 4.0, 4.0, D(2020, 1, 1)),
        ),
        "statement": frame("code period basis line value published", *statements),
        "valuation": frame(
            "source code day market_value float_value pe_ttm pb ps_ttm",
            *(
                ("v", code, day, value, None, pe, pb, None)
                for day, scale in ((START, 1.0), (END, 2.0))
                for code, value, pe, pb in (
                    (A, 100.0 * scale, 10.0, 2.0),
                    (B, 300.0 * scale, -30.0, 3.0),
                    (C, 50.0 * scale, 25.0, None),
                    (OTHER, 80.0 * scale, 8.0, 1.0),
                )
            ),
        ),
        "fund_holding": frame(
            "funds period code holders value published",
            ("all", D(2023, 12, 31), A, 3, 30.0, D(2024, 1, 22)),
            ("all", D(2023, 12, 31), OTHER, 2, 70.0, D(2024, 1, 22)),
            ("all", D(2023, 12, 31), "00700.HK", 9, 900.0, D(2024, 1, 22)),
            ("all", D(2024, 3, 31), A, 3, 45.0, D(2024, 4, 22)),
            ("all", D(2024, 3, 31), OTHER, 2, 45.0, D(2024, 4, 22)),
            ("all", D(2024, 3, 31), "600999.SH", 1, 10.0, D(2024, 4, 22)),  # of no group
        ),
        "headcount": frame(
            "code period employees research sales published",
            (A, D(2022, 12, 31), 100, 10, None, D(2023, 4, 20)),
            (A, D(2023, 12, 31), 90, 12, None, D(2024, 4, 20)),
            (B, D(2023, 12, 31), 500, None, None, D(2024, 4, 20)),
        ),
        "macro": frame(
            "series period value unit published",
            *(
                ("fedfunds", day, rate, "%", day + dt.timedelta(days=1))
                for day, rate in (
                    (D(2023, 12, 31), 5.5),
                    (D(2024, 1, 31), 5.25),
                    (D(2024, 2, 29), 5.0),
                    (D(2024, 6, 30), 5.5),
                )
            ),
            ("m2", D(2024, 6, 30), 300.0, "万亿元", D(2024, 7, 1)),
        ),
    }


@cache
def small_market() -> Market:
    return Market(FrameTables(frames()), D(2024, 7, 5))


def each_question() -> list[Any]:
    """Parameters for a test of every question: the first of each exhibit is fast, the others are in the full run."""
    seen: set[str] = set()
    found = []
    for at, (name, _) in enumerate(QUESTIONS):
        found.append(pytest.param(at, id=f"{name}-{at}", marks=[pytest.mark.slow] if name in seen else []))
        seen.add(name)
    return found


@cache
def asked(at: int) -> Exhibit:
    """The exhibit of a question of the list, made once."""
    name, options = QUESTIONS[at]
    entry = EXHIBITS[name]
    return entry.function(small_market(), entry.options(**options))


_SPAN = {"frm": START, "to": END}
_PERIODS = {"sector": "甲业", "frm": D(2023, 12, 31), "to": D(2024, 3, 31)}

# every exhibit with options that reach each branch of it
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("performance", {"sector": "甲业", **_SPAN}),
    ("ranking", _SPAN),
    ("ranking", {**_SPAN, "n": 1}),
    ("movers", {"sector": "甲业", **_SPAN, "n": 3}),
    ("movers", {"sector": "theme", "classification": "theme", **_SPAN, "adjustment": "split", "boards": ("main",)}),
    ("members", {"sector": "甲业", "on": END}),
    ("members", {"sector": "甲业", "on": END, "classified": True}),
    ("valuation", {"on": END, "source": "v"}),
    ("valuation", {"on": END, "source": "v", "sector": "甲业", "measures": ("pb",), "methods": ("median",)}),
    ("valuation", {"on": END, "source": "statements"}),
    ("valuation-history", {"sector": "甲业", "source": "v", **_SPAN}),
    ("valuation-history", {"sector": "甲业", "source": "statements", **_SPAN}),
    ("valuation-history", {"sector": "甲业", "source": "v", **_SPAN, "every": "month", "drawn": "fixed"}),
    ("fund-holdings", {"frm": D(2023, 12, 31), "to": D(2024, 3, 31), "source": "v"}),
    ("fund-holdings", {"frm": D(2023, 12, 31), "to": D(2024, 3, 31), "sector": "甲业", "drawn": "each"}),
    ("revenue-growth", _PERIODS),
    ("revenue-growth", {**_PERIODS, "basis": "quarter", "every": "year", "companies": "all"}),
    ("revenue-growth", {**_PERIODS, "basis": "ttm", "drawn": "fixed", "base": "first"}),
    ("profit-growth", _PERIODS),
    ("growth-distribution", _PERIODS),
    ("gross-margin", _PERIODS),
    ("expense-ratio", _PERIODS),
    ("headcount", {**_PERIODS, "to": D(2023, 12, 31)}),
    ("operating-cash-flow", _PERIODS),
    ("operating-cash-flow", {**_PERIODS, "companies": "all"}),
    ("seasonality", _PERIODS),
    ("policy-rate", {"sector": "甲业", "frm": START, "to": D(2024, 6, 30), "lag": 1, "of": "level"}),
    (
        "screen",
        {
            "sector": "甲业",
            "on": D(2024, 6, 30),
            "frm": START,
            "source": "v",
            "where": "pe < 30 and revenue_growth > 0 or gross_margin + net_margin > 20% and return > -50% "
            "and market_value > 0 and employees > 0 and fund_value > 0 and pb > 0 and ps > 0 and rd_ratio > 0",
        },
    ),
    (
        "screen",
        {"sector": "甲业", "on": D(2024, 6, 30), "where": "revenue > 0", "period": D(2024, 3, 31), "basis": "quarter"},
    ),
    ("coverage", {"sector": "甲业", "on": END}),
    ("share-price", {"code": A, **_SPAN}),
]
