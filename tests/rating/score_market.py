"""Markets made up for scoring: closes as steps, a calendar of weekdays, one classification."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from sector.market_fixture import FrameTables
from yanbao.rating import Scale
from yanbao.rating.recommendation import Estimate, Recommendation
from yanbao.sector.market import Market

D = dt.date
INDEX = "000300.SH"
POLICY = "买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20"
SCALE = Scale.parse(POLICY)
FIRST, LAST = D(2023, 1, 2), D(2025, 12, 31)
AS_OF = D(2025, 6, 30)

Closes = Mapping[D, float]


def weekdays(first: D = FIRST, last: D = LAST) -> list[D]:
    days = [first + dt.timedelta(days=at) for at in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def steps(
    knots: Mapping[D, float], last: D = AS_OF, without: Callable[[D], bool] = lambda day: False
) -> dict[D, float]:
    """Closes on weekdays that keep each value of `knots` until the next one."""
    order = sorted(knots)
    return {
        day: knots[max(knot for knot in order if knot <= day)] for day in weekdays(order[0], last) if not without(day)
    }


def month_ends(closes: Closes) -> dict[D, float]:
    """The last close of each month."""
    ends: dict[tuple[int, int], D] = {}
    for day in sorted(closes):
        ends[day.year, day.month] = day
    return {day: closes[day] for day in ends.values()}


def market(
    closes: Mapping[str, Closes],
    index: Closes,
    *,
    as_of: D = AS_OF,
    delisted: Mapping[str, D] | None = None,
    adjustment: str = "dividend",
    more: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> Market:
    """A market where everybody with closes is listed and classified since 2020, as known on a day."""
    gone = delisted or {}
    frames = {
        "calendar": pl.DataFrame({"exchange": "XSHG", "day": weekdays()}),
        "security": pl.DataFrame(
            [
                {"code": code, "listed": D(2020, 1, 2), "delisted": gone.get(code), "name": f"股{code[:6]}",
                 "kind": "stock", "board": "main", "currency": "CNY"}
                for code in closes
            ],
            schema_overrides={"delisted": pl.Date},
        ),
        "industry": pl.DataFrame(
            [{"scheme": "sw", "industry": "10", "level": 1, "name": "甲业", "index_code": "801001.SI"}]
        ),
        "membership": pl.DataFrame(
            [
                {"classification": "sw", "code": code, "entry": D(2020, 1, 2), "scheme": "sw", "industry": "10"}
                for code in closes
            ]
        ),
        "adjusted_price": pl.DataFrame(
            [
                {"adjustment": adjustment, "code": code, "day": day, "close": float(close)}
                for code, line in closes.items()
                for day, close in line.items()
            ]
        ),
        "index_level": pl.DataFrame(
            [{"code": INDEX, "day": day, "close": float(close)} for day, close in index.items()]
        ),
    }  # fmt: skip
    for name, rows in (more or {}).items():
        made = pl.DataFrame(list(rows), infer_schema_length=None)
        frames[name] = pl.concat([frames[name], made], how="diagonal_relaxed") if name in frames else made
    return Market(FrameTables(frames), as_of)


def call(security: str, published: D, rating: str = "买入", **given: Any) -> Recommendation:
    """A call on a security by the policy of the definitions, for six months."""
    fields: dict[str, Any] = {
        "id": f"{security[:6]}-{published}",
        "name": security,
        "scope": "company",
        "scale": SCALE,
        "benchmark": INDEX,
        "horizon": 6,
    }
    return Recommendation(security=security, published=published, rating=rating, **(fields | given))


def estimate(measure: str, period: str, value: str, unit: str) -> Estimate:
    return Estimate(measure, period, Decimal(value), unit)
