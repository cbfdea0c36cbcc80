"""The records of `docs/records.md` by another route: pandas and numpy on the shared files, nothing of the product.

The definitions, numbered as on the page, are repeated here where they are carried out.

Broker picks, on month-end closes:

- a pick is a broker, a code and the month it is for (`end_date`); rows that repeat the three are removed and counted;
- published = `write_date`; nominal entry = the first month-end day on or after it (`same`) or after it (`next`);
- month-end days: of each month the day on which most securities of the price file have their last close (in 2019-04
  the 26th: the vendor lost two days); the benchmark is read on the same days;
- price on a month-end day = last close on or before it; a computer stock has none on a day without volume;
- entry = first month-end day from the nominal one on, before the exit, on which the security itself has a close: later
  than the nominal one = late start, security and benchmark both from there;
- exit = the month-end day h months after the nominal entry's month;
- missing = no such entry; why: `no price` of the code at all, or `not traded` from the nominal entry to the exit;
- code changes: 000043.SZ is 001914.SZ, where asked for;
- members on a day: A-shares classified by Shenwan and listed by then, with a close on it; the equal-weight universe is
  their mean return from that day to the exit;
- hit = relative return above 0;
- their month: picks whose nominal entry lies in the month before the one they are for, at one month; the others
  are late.

Six calls, on daily closes: entry at the close of the publication day or the next with a close, exit at the last close
on or before the same day h months later (688041 has month-end closes only: nominal entry and exit as above).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

HORIZONS = (1, 3, 6, 12)
CHANGED = {"000043": "001914"}  # 2019-12-16
REFUSED = "XBEI"


@dataclass(frozen=True)
class Closes:
    """Last closes (month-end days x codes), whether each was traded on its day, the index, and who was listed."""

    days: pd.DatetimeIndex
    codes: pd.Index
    price: np.ndarray
    traded: np.ndarray
    index: np.ndarray
    member: np.ndarray


def daily(data: Path) -> pd.DataFrame:
    """Daily closes of computer stocks on days with volume: `code, date, close`."""
    rows = pd.read_parquet(data / "prices" / "computer_daily_adjusted_2015_2026.parquet")
    rows["date"] = pd.to_datetime(rows["date"])
    return rows[rows.volume > 0][["code", "date", "close"]]


def csi300(data: Path) -> pd.Series:
    rows = pd.read_csv(data / "indices" / "cn_indices_daily_2005_2026.csv", dtype={"trade_date": str})
    rows = rows[rows.ts_code == "000300.SH"]
    return pd.Series(rows.close.to_numpy(), index=pd.to_datetime(rows.trade_date)).sort_index()


def classified_since(data: Path) -> pd.Series:
    """The day on which each company was first given to an industry of Shenwan's."""
    rows = pd.read_excel(
        data / "sw_classification" / "StockClassifyUse_stock.xls", dtype=str, engine="calamine", usecols=[0, 1]
    )
    rows.columns = ["code", "day"]
    company = rows.code.replace(CHANGED)  # a new code is no new company
    return pd.to_datetime(rows.day).dt.normalize().groupby(company).min()


def closes(data: Path) -> Closes:
    monthly = pd.read_parquet(data / "prices" / "all_ashares_monthend_close_2015_2026.parquet")
    monthly["month"] = monthly.date.dt.year * 12 + monthly.date.dt.month
    days = monthly.groupby("month").date.agg(lambda dates: dates.mode()[0])
    traded_daily = daily(data)
    rows = pd.concat([monthly[~monthly.code.isin(traded_daily.code.unique())][["code", "date", "close"]], traded_daily])

    # to each row the first month-end day on or after it; of several the last one stands
    at = np.searchsorted(days.to_numpy(), rows.date.to_numpy())
    rows = rows.assign(at=at)[at < len(days)].sort_values("date").drop_duplicates(["code", "at"], keep="last")
    price = rows.pivot(index="at", columns="code", values="close").reindex(range(len(days)))
    when = rows.pivot(index="at", columns="code", values="date").reindex(range(len(days)))
    on_day = when.to_numpy() == days.to_numpy()[:, None]

    index = csi300(data)
    # the index file ends before the prices do
    level = np.array([index.asof(day) if day <= index.index[-1] else np.nan for day in days])

    basic = pd.read_parquet(data / "prices" / "stock_basic.parquet").set_index("symbol")
    listed = pd.to_datetime(basic.list_date).reindex(price.columns).to_numpy()
    classified = classified_since(data).reindex(price.columns).to_numpy()
    since = np.maximum(listed, classified)  # NaT: never a member
    member = on_day & (since[None, :] <= days.to_numpy()[:, None])
    return Closes(pd.DatetimeIndex(days), price.columns, price.ffill().to_numpy(), on_day, level, member)


def rows(data: Path) -> pd.DataFrame:
    """The rows as they stand: `broker, code, published, month` (months counted from year 0)."""
    read = pd.read_csv(data / "broker_picks" / "gold_stock_frame.csv", dtype=str)
    month = pd.to_datetime(read.end_date)
    return pd.DataFrame(
        {
            "broker": read.org_name,
            "security": read.ticker_symbol_map_sec_id,
            "code": read.ticker_symbol_map_sec_id.str[:6],
            "published": pd.to_datetime(read.write_date),
            "month": month.dt.year * 12 + month.dt.month,
        }
    )


def picks(read: pd.DataFrame) -> pd.DataFrame:
    """The picks: repeats removed, the first of them stands."""
    return read.drop_duplicates(["broker", "security", "month"]).reset_index(drop=True)


def window(held: Closes, e: int, x: int) -> np.ndarray:
    """Returns of the members on day e to day x."""
    at = held.member[e]
    return held.price[x, at] / held.price[e, at] - 1


def score(
    held: Closes, chosen: pd.DataFrame, horizon: int, entry: str = "same", changed: dict[str, str] | None = None
) -> pd.DataFrame:
    """Each pick over a horizon: `nominal, start, exit, own, csi300, universe, status, late` beside its own columns."""
    code = chosen.code.replace(changed) if changed else chosen.code
    column = held.codes.get_indexer(code)
    column = np.where(chosen.security.str.endswith(REFUSED), -1, column)
    side = "left" if entry == "same" else "right"
    nominal = np.searchsorted(held.days.to_numpy(), chosen.published.to_numpy(), side=side)
    exit_ = nominal + horizon

    # for every day and code the next day on which it is traded
    following = np.where(held.traded, np.arange(len(held.days))[:, None], 10**6)
    following = np.minimum.accumulate(following[::-1])[::-1]
    start = np.where(column >= 0, following[nominal, column], 10**6)
    scored = start < exit_
    status = np.select(
        [column < 0, ~scored, start > nominal, ~held.traded[exit_, column]],
        ["no price", "not traded", "late start", "suspended at exit"],
        "traded",
    )

    e, c = np.where(scored, start, 0), np.where(scored, column, 0)
    own = np.where(scored, held.price[exit_, c] / held.price[e, c] - 1, np.nan)
    pairs = {(s, x): float(np.mean(window(held, s, x))) for s, x in set(zip(e[scored], exit_[scored], strict=True))}
    nominals = {(s, s + horizon): float(np.mean(window(held, s, s + horizon))) for s in set(nominal)}
    from_ = np.where(scored, e, nominal)  # a missing one is bounded from its nominal entry
    universe = [(pairs | nominals)[one] for one in zip(from_, exit_, strict=True)]
    months = held.days.year * 12 + held.days.month
    return chosen.assign(
        nominal=nominal,
        start=np.where(scored, e, -1),
        exit=exit_,
        own=own,
        csi300=held.index[exit_] / held.index[from_] - 1,
        universe=universe,
        status=status,
        late=months[nominal] >= chosen.month,
    )


def clustered_error(values: np.ndarray, cluster: np.ndarray, horizon: int) -> float:
    """Standard error of a mean, by month, with Bartlett weights over months whose windows overlap."""
    first, count = cluster.min(), len(values)
    sums = np.zeros(cluster.max() - first + 1)
    for one, value in zip(cluster, values - values.mean(), strict=True):
        sums[one - first] += value
    total = float(sums @ sums)
    for lag in range(1, min(horizon, len(sums))):
        total += 2 * (1 - lag / horizon) * float(sums[lag:] @ sums[:-lag])
    months = len(set(cluster))
    return float(np.sqrt(total * months / (months - 1)) / count) if months > 1 and total >= 0 else float("nan")


def summary(scored: pd.DataFrame, benchmark: str, horizon: int) -> dict[str, float]:
    """n, months, missing, hits, mean, median, its error, and both bounds of what is missing."""
    good = scored[scored.own.notna()]
    relative = (good.own - good[benchmark]).to_numpy()
    gone = scored[scored.own.isna()]
    lost = (-1 - gone[benchmark]).to_numpy()
    return {
        "picks": len(scored),
        "n": len(good),
        "months": good.nominal.nunique(),
        "missing": len(gone),
        "late_start": int((good.status == "late start").sum()),
        "hit": float((relative > 0).mean()),
        "hit_if_missing": float((relative > 0).sum() / len(scored)),  # at -100 % and at the benchmark: a miss
        "mean": float(relative.mean()),
        "median": float(np.median(relative)),
        "error": clustered_error(relative, good.nominal.to_numpy(), horizon),
        "mean_if_missing_lost": float(np.concatenate([relative, lost]).mean()),
        "mean_if_missing_at_benchmark": float(relative.sum() / len(scored)),
    }


def base_rate(held: Closes, scored: pd.DataFrame, benchmark: str, horizon: int) -> dict[str, float]:
    """Share of all members that would have been a hit, their mean, and where random picks fall.

    Drawn with replacement, as many of each day as there are scored picks: expectation and variance of their mean are
    known without drawing; `low` and `high` are 1.96 standard deviations off.
    """
    hits = mean = hit_variance = variance = 0.0
    counts = scored[scored.own.notna()].nominal.value_counts()
    total = counts.sum()
    for e, count in counts.items():
        own = window(held, e, e + horizon)
        against = held.index[e + horizon] / held.index[e] - 1 if benchmark == "csi300" else own.mean()
        relative = own - against
        rate = float((relative > 0).mean())
        hits += count * rate
        hit_variance += count * rate * (1 - rate)
        mean += count * relative.mean()
        variance += count * relative.var()
    spread, spread_mean = 1.96 * np.sqrt(hit_variance) / total, 1.96 * np.sqrt(variance) / total
    return {
        "base_rate": hits / total,
        "hit_low": hits / total - spread,
        "hit_high": hits / total + spread,
        "mean": mean / total,
        "mean_low": mean / total - spread_mean,
        "mean_high": mean / total + spread_mean,
    }


SIX = {
    "002380": "18.30",
    "688208": "24.14",
    "688041": "70.32",
    "000034": "22.89",
    "688111": "227.50",
    "300130": "16.64",
}


def months_later(day: dt.date, months: int) -> pd.Timestamp:
    return pd.Timestamp(day) + pd.DateOffset(months=months)


def six_calls(data: Path, published: dt.date, horizon: int, entry: str = "same") -> pd.DataFrame:
    """Each call of the model report by code: `start, exit, own, benchmark, relative, best, worst`."""
    prices, index, held = daily(data), csi300(data), closes(data)
    side = "left" if entry == "same" else "right"
    made = {}
    for code in SIX:
        own = prices[prices.code == code].set_index("date").close
        end = months_later(published, horizon)
        if own.empty:  # month-end closes alone
            at = int(np.searchsorted(held.days.to_numpy(), np.datetime64(published), side))
            column = held.codes.get_loc(code)
            own = pd.Series(held.price[:, column], index=held.days)[held.traded[:, column]]
            end = held.days[at + horizon]
        since = pd.Timestamp(published)
        way = own[(own.index >= since if entry == "same" else own.index > since) & (own.index <= end)]
        relative = way / way.iloc[0] - index.reindex(way.index) / index[way.index[0]]
        made[code] = {
            "start": way.index[0].date(),
            "exit": way.index[-1].date(),
            "own": way.iloc[-1] / way.iloc[0] - 1,
            "benchmark": index[way.index[-1]] / index[way.index[0]] - 1,
            "relative": relative.iloc[-1],
            "best": relative.max(),
            "worst": relative.min(),
        }
    return pd.DataFrame(made).T


def report(data: Path) -> None:
    held, read = closes(data), rows(data)
    chosen = picks(read)
    print(f"{len(read):,} rows, {len(read) - len(chosen):,} repeats, {len(chosen):,} picks")
    for entry in ("same", "next"):
        for horizon in HORIZONS:
            one = score(held, chosen, horizon, entry, CHANGED)
            print(entry, horizon, "late", int(one.late.sum()), dict(one.status.value_counts()))
            for name, part in (("all", one), ("on time", one[~one.late]), ("late", one[one.late])):
                for benchmark in ("csi300", "universe"):
                    made = summary(part, benchmark, horizon) | {
                        f"random_{key}": value for key, value in base_rate(held, part, benchmark, horizon).items()
                    }
                    print(f"  {name:8}{benchmark:9}", {key: round(value, 4) for key, value in made.items()})
    for horizon in (1, 3, 6, 12):
        print(horizon, six_calls(data, dt.date(2024, 7, 15), horizon).to_string())


if __name__ == "__main__":
    import sys

    report(Path(sys.argv[1]))
