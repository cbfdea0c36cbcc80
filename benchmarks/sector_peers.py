"""The daily valuation of sectors written by hand for that one question, in Polars and in pandas: the rivals of ours.

Both read the Parquet files of the market and do what the sector engine does: trailing profit from the statements as
published by each day, restatements seen from their own day, share counts likewise, members classified and listed on the
day; then PE of the sums of the members with a profit, and the median PE of those.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

LINE = "net_profit_parent"
DAY = "datetime64[s]"  # one type of days in pandas, which takes no two for keys
COLUMNS = ("day", "industry", "excluding_negatives", "median", "n")


def polars_trailing(statement: Any) -> Any:
    """Profit of the trailing twelve months by company and day of publication, from vintages of year-to-date values."""
    import polars as pl

    said = statement.filter(pl.col("line") == LINE).select("code", "period", "value", "published")
    said = said.sort("published", "period")
    events = said.group_by("code", "published").agg(newest=pl.col("period").max())
    events = events.sort("code", "published").with_columns(period=pl.col("newest").cum_max().over("code"))
    events = events.with_columns(
        last_year=pl.date(pl.col("period").dt.year() - 1, 12, 31), year_ago=pl.col("period").dt.offset_by("-1y")
    ).sort("published")

    def known(table: Any, period: str, name: str) -> Any:
        values = said.select("code", pl.col("period").alias(period), "published", pl.col("value").alias(name))
        return table.join_asof(values, on="published", by=["code", period], check_sortedness=False)

    events = known(known(known(events, "period", "ytd"), "last_year", "full"), "year_ago", "before")
    full = pl.col("period").dt.month() == 12
    profit = pl.when(full).then(pl.col("ytd")).otherwise(pl.col("ytd") + pl.col("full") - pl.col("before"))
    return events.select("code", day="published", profit=profit.fill_null(float("nan")))


def with_polars(folder: Path) -> Any:
    """Return the answer as a frame: `day, industry, excluding_negatives, median, n`.

    Codes become numbers, and what is known of a company one table of changes, so that prices are joined once.
    """
    import polars as pl

    security = pl.scan_parquet(folder / "security.parquet").select("code", "listed", "delisted").collect()
    number = pl.Enum(security["code"].unique())
    tables = {
        name: pl.scan_parquet(folder / f"{name}.parquet").with_columns(pl.col("code").cast(number))
        for name in ("statement", "shares", "membership", "price")
    }
    counts = tables["shares"].sort("published", "day").with_columns(newest=pl.col("day").cum_max().over("code"))
    counts = counts.filter(pl.col("day") == pl.col("newest")).select("code", "total", day="published")
    entries = tables["membership"].select("code", "industry", day="entry")
    changes = pl.concat([polars_trailing(tables["statement"]), counts, entries], how="diagonal").sort("code", "day")
    # a profit that is not known ends the one before it: NaN keeps it apart from no news
    changes = changes.with_columns(
        pl.col("total").forward_fill().over("code"),
        pl.col("industry").forward_fill().over("code"),
        pl.col("profit").forward_fill().over("code"),
    )
    changes = changes.unique(["code", "day"], keep="last", maintain_order=True).sort("day")
    rows = tables["price"].select("code", "day", "close").set_sorted("day")
    rows = rows.join_asof(changes, on="day", by="code", check_sortedness=False)
    rows = rows.join(security.lazy().with_columns(pl.col("code").cast(number)), on="code").filter(
        (pl.col("listed") <= pl.col("day")) & (pl.col("delisted").is_null() | (pl.col("day") < pl.col("delisted"))),
        pl.col("profit") > 0,
        pl.col("profit").is_not_nan(),
        pl.col("total").is_not_null(),
    )
    value = pl.col("close") * pl.col("total")
    return (
        rows.group_by("day", "industry")
        .agg(
            excluding_negatives=value.sum() / pl.col("profit").sum(),
            median=(value / pl.col("profit")).median(),
            n=pl.len().cast(pl.Int64),
        )
        .sort("day", "industry")
        .collect()
    )


def with_pandas(folder: Path) -> Any:
    """Return the same, by pandas."""
    import pandas as pd

    said = pd.read_parquet(folder / "statement.parquet")
    said = said[said.line == LINE][["code", "period", "value", "published"]]
    for name in ("period", "published"):
        said[name] = pd.to_datetime(said[name]).astype(DAY)
    said = said.sort_values(["published", "period"])
    events = said.groupby(["code", "published"], as_index=False).period.max()
    events["period"] = events.groupby("code").period.cummax()
    events["last_year"] = pd.to_datetime((events.period.dt.year - 1).astype(str) + "-12-31").astype(DAY)
    events["year_ago"] = (events.period - pd.DateOffset(years=1)).astype(DAY)
    events = events.sort_values("published")
    for period, name in (("period", "ytd"), ("last_year", "full"), ("year_ago", "before")):
        values = said.rename(columns={"period": period, "value": name})
        events = pd.merge_asof(events, values, on="published", by=["code", period])
    full = events.period.dt.month == 12
    events["profit"] = events.ytd.where(full, events.ytd + events.full - events.before)
    profits = events[["code", "published", "profit"]].rename(columns={"published": "day"}).sort_values("day")

    counts = pd.read_parquet(folder / "shares.parquet")
    for name in ("day", "published"):
        counts[name] = pd.to_datetime(counts[name]).astype(DAY)
    counts = counts.sort_values(["published", "day"])
    counts = counts[counts.day == counts.groupby("code").day.cummax()]
    counts = counts[["code", "total", "published"]].rename(columns={"published": "day"})
    entries = pd.read_parquet(folder / "membership.parquet")[["code", "industry", "entry"]]
    entries = entries.rename(columns={"entry": "day"})
    entries["day"] = pd.to_datetime(entries.day).astype(DAY)
    listed = pd.read_parquet(folder / "security.parquet")[["code", "listed", "delisted"]]
    for name in ("listed", "delisted"):
        listed[name] = pd.to_datetime(listed[name]).astype(DAY)

    rows = pd.read_parquet(folder / "price.parquet", columns=["code", "day", "close"])
    rows["day"] = pd.to_datetime(rows.day).astype(DAY)
    for table in (profits, counts, entries.sort_values("day")):
        rows = pd.merge_asof(rows, table, on="day", by="code")
    rows = rows.merge(listed, on="code")
    rows = rows[(rows.listed <= rows.day) & ~(rows.delisted <= rows.day)]
    rows = rows[(rows.profit > 0) & rows.total.notna()]
    rows["value"] = rows.close * rows.total
    rows["pe"] = rows.value / rows.profit
    groups = rows.groupby(["day", "industry"])
    found = groups.agg(value=("value", "sum"), profit=("profit", "sum"), median=("pe", "median"), n=("pe", "size"))
    found = found.reset_index()
    found["excluding_negatives"] = found.value / found.profit
    return found[list(COLUMNS)].sort_values(["day", "industry"])
