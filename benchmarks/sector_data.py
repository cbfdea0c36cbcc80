"""A made-up market of any size for the sector benchmark: prices, shares, statements with restatements, 31 sectors.

Listings begin late or end early for some companies, some change their sector, a fiftieth of all statements is restated
once, and annual reports come on the day of the next first quarter's for every tenth company.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

SECTORS = 31
START = dt.date(2014, 1, 1)


def calendar(days: int) -> Any:
    """The first weekdays since `START`, as days of numpy."""
    import numpy as np

    every = np.arange(np.datetime64(START), np.datetime64(START) + days * 2)
    return every[np.is_busday(every)][:days]


def write(folder: Path, stocks: int, days: int) -> None:
    """Write the market as Parquet files, one a table of the store, each in the table's own columns."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(7)
    codes = pl.Series([f"{600000 + n:06d}.SH" if n < 4000 else f"{n - 4000 + 1:06d}.SZ" for n in range(stocks)])
    open_days = calendar(days)
    last = open_days[-1]
    begin = np.where(draw.random(stocks) < 0.2, draw.integers(0, days * 3 // 4, stocks), 0)
    end = np.where(draw.random(stocks) < 0.03, draw.integers(days * 3 // 4, days, stocks), days)

    pl.DataFrame(
        {
            "code": codes,
            "listed": pl.Series(np.where(begin > 0, open_days[begin], np.datetime64("2005-01-04"))).cast(pl.Date),
            "delisted": pl.Series([open_days[at].item() if at < days else None for at in end], dtype=pl.Date),
            "name": codes,
            "kind": "stock",
            "board": "main",
            "currency": "CNY",
        }
    ).write_parquet(folder / "security.parquet")

    parts = []
    for first in range(0, stocks, 500):
        count = min(500, stocks - first)
        close = np.round(10 * np.exp(draw.normal(0, 0.02, (count, days)).cumsum(axis=1)), 2) + 0.01
        at = np.arange(days)
        traded = (at >= begin[first : first + count, None]) & (at < end[first : first + count, None])
        traded &= draw.random((count, days)) > 0.01  # suspended
        who, when = np.nonzero(traded)
        parts.append(
            pl.DataFrame(
                {
                    "code": codes[first : first + count].gather(who),
                    "day": pl.Series(open_days[when]).cast(pl.Date),
                    "close": close[who, when],
                }
            )
        )
    pl.concat(parts).sort("day", "code").write_parquet(folder / "price.parquet", row_group_size=250_000)

    sector = draw.integers(0, SECTORS, stocks)
    moved = np.nonzero(draw.random(stocks) < 0.05)[0]
    entries = [(code, dt.date(2005, 1, 4), int(one)) for code, one in zip(codes, sector, strict=True)]
    entries += [(codes[int(at)], open_days[days // 2].item(), int(sector[at] + 1) % SECTORS) for at in moved]
    pl.DataFrame(
        {
            "classification": "sw",
            "code": [code for code, _, _ in entries],
            "entry": [day for _, day, _ in entries],
            "scheme": "sw2021",
            "industry": [f"{one + 11}0000" for _, _, one in entries],
        }
    ).write_parquet(folder / "membership.parquet")
    pl.DataFrame(
        {
            "scheme": "sw2021",
            "industry": [f"{one + 11}0000" for one in range(SECTORS)],
            "level": 1,
            "name": [f"sector {one + 1}" for one in range(SECTORS)],
        }
    ).write_parquet(folder / "industry.parquet")
    pl.DataFrame({"exchange": "XSHG", "day": pl.Series(open_days).cast(pl.Date)}).write_parquet(
        folder / "calendar.parquet"
    )

    ends = [
        dt.date(year, month, day)
        for year in range(2011, last.item().year + 1)
        for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))
        if dt.date(year, month, day) < last.item() - dt.timedelta(days=130)
    ]
    due = {3: 30, 6: 60, 9: 30, 12: 115}
    late = draw.integers(0, 16, (stocks, len(ends)))
    late[::10] = 5  # the annual report and the next first quarter's on one day
    periods = np.array(ends, dtype="datetime64[D]")
    published = periods + np.array([due[day.month] for day in ends]) - late
    first_quarters = [at for at, day in enumerate(ends) if day.month == 3 and at]
    for at in first_quarters:
        published[:, at] = np.maximum(published[:, at], published[:, at - 1])
    rows = []
    for line, least, most in (("net_profit_parent", -2e7, 1e8), ("revenue", 1e8, 1e9)):
        single = draw.uniform(least, most, (stocks, len(ends))).round(0)
        ytd = single.copy()
        for at, day in enumerate(ends):
            if day.month != 3:
                ytd[:, at] += ytd[:, at - 1]
        known = draw.random((stocks, len(ends))) > 0.005  # some reports are lost
        again = known & (draw.random((stocks, len(ends))) < 0.02) & (published + 200 < last)
        for chosen, values, day in ((known, ytd, published), (again, ytd + 1e6, published + 200)):
            who, when = np.nonzero(chosen)
            rows.append(
                pl.DataFrame(
                    {
                        "code": codes.gather(who),
                        "period": pl.Series(periods[when]).cast(pl.Date),
                        "basis": "ytd",
                        "line": line,
                        "value": values[who, when],
                        "published": pl.Series(day[who, when]).cast(pl.Date),
                    }
                )
            )
    held = draw.uniform(1e8, 1e10, (stocks, len(ends))).round(0)
    who, when = np.nonzero(known)
    rows.append(
        pl.DataFrame(
            {
                "code": codes.gather(who),
                "period": pl.Series(periods[when]).cast(pl.Date),
                "basis": "instant",
                "line": "equity_parent",
                "value": held[who, when],
                "published": pl.Series(published[who, when]).cast(pl.Date),
            }
        )
    )
    pl.concat(rows).write_parquet(folder / "statement.parquet")

    halves = [at for at, day in enumerate(ends) if day.month in (6, 12)]
    counts = (draw.integers(1, 40, (stocks, 1)) * 1e8) * (1 + 0.05 * np.arange(len(halves)))
    who, when = np.nonzero(np.ones((stocks, len(halves)), dtype=bool))
    pl.DataFrame(
        {
            "code": codes.gather(who),
            "day": pl.Series(periods[halves][when]).cast(pl.Date),
            "total": counts[who, when],
            "float": (counts * 0.7)[who, when],
            "published": pl.Series(published[:, halves][who, when]).cast(pl.Date),
        }
    ).write_parquet(folder / "shares.parquet")
