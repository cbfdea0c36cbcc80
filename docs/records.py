"""Writes docs/records.md: two real records as `yanbao ledger import` and `yanbao track` score them.

`python -m docs.records DATA STORE` writes the page and its pictures; DATA is the folder of the shared data, STORE what
`python -m market.load DATA STORE` made of it. Tests compute every figure by another route.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from yanbao.cli.commands import app

PAGE = Path(__file__).parent / "records.md"
HISTORIES = Path(__file__).parent / "histories"
IMAGES = Path(__file__).parent / "images"
PUBLISHED = date(2024, 7, 15)  # of the model report: assumed, as in its mapping
KNOWN = "2026-03-04"  # the benchmark's last level
BENCHMARKS = {"CSI 300": None, "equal-weight universe": "equal-weight"}
FEW = 30  # picks: brokers with fewer stand in the table, not in the picture

Row = dict[str, Any]


def run(*arguments: str, fine: tuple[int, ...] = (0,)) -> str:
    """Run a command and return what it prints.

    Raises:
        RuntimeError: it failed, by its exit code.
    """
    done = CliRunner().invoke(app, list(arguments))
    if done.exit_code not in fine:
        raise RuntimeError(f"yanbao {' '.join(arguments)}\n{done.output}")
    return str(done.stdout)


def without_repeats(file: Path, copy: Path, published: Callable[[Row], str] = lambda row: row["write_date"]) -> int:
    """Write the picks of a file, each broker, security and month once, and return how many rows repeat one."""
    seen: set[tuple[str, str, str]] = set()
    repeats = 0
    with file.open(encoding="utf-8", newline="") as read, copy.open("w", encoding="utf-8", newline="") as made:
        rows = csv.DictReader(read)
        names = [name for name in rows.fieldnames or () if name]
        writer = csv.DictWriter(made, names, extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            key = (row["org_name"], row["ticker_symbol_map_sec_id"], row["end_date"])
            repeats += key in seen
            if key not in seen:
                writer.writerow(row | {"write_date": published(row)})
            seen.add(key)
    return repeats


def with_hindsight(row: Row) -> str:
    """A day in the month before the one that a pick is for, whenever it was written: what must not be done."""
    month = date.fromisoformat(row["end_date"]).replace(day=1)
    before = date.fromordinal(month.toordinal() - 1)
    return before.replace(day=20).isoformat()


@dataclass(frozen=True)
class Records:
    """Ledgers of both records in a folder, and the store that they are scored on."""

    folder: Path
    store: Path
    repeats: int
    _kept: dict[tuple[str, ...], list[Row]] = field(default_factory=dict, repr=False)

    @classmethod
    def make(cls, folder: Path, data: Path, store: Path) -> Records:
        """Import both histories: `six` calls, broker `picks`, and the picks with `hindsight`."""
        picks = data / "broker_picks" / "gold_stock_frame.csv"
        repeats = without_repeats(picks, folder / "picks.csv")
        without_repeats(picks, folder / "hindsight.csv", with_hindsight)
        for name, file, mapping in (
            ("six", HISTORIES / "model-report.csv", "model-report"),
            ("picks", folder / "picks.csv", "broker-picks"),
            ("hindsight", folder / "hindsight.csv", "broker-picks"),
        ):
            (folder / name).mkdir()
            mapped = str(HISTORIES / f"{mapping}.toml")
            asked = ("ledger", "import", str(folder / name), str(file), "--mapping", mapped)
            run(*asked, "--skip-refused", fine=(0, 1))  # 1: a row was refused
        return cls(folder, store, repeats)

    def track(self, record: str, table: str, *options: str) -> list[Row]:
        """Return the rows of a table of `yanbao track`; `month` are the store's picks, over the month they are for."""
        where = ("-w", str(self.store), "--picks") if record == "month" else ("-w", str(self.folder / record))
        asked = (*where, "--store", str(self.store), "--as-of", KNOWN, "--table", table, *options)
        if asked not in self._kept:
            self._kept[asked] = json.loads(run("track", *asked, "--format", "json"))["rows"]
        return self._kept[asked]

    def scorecard(
        self,
        record: str,
        *,
        entry: str = "same",
        benchmark: str | None = None,
        by: str = "all",
        prices: str = "month-end",
    ) -> list[Row]:
        """Return the scorecard of a record."""
        against = ("--benchmark", benchmark) if benchmark else ()
        return self.track(record, "scorecard", "--entry", entry, "--by", by, "--prices", prices, *against)

    def calls(self, record: str, *, entry: str = "same", prices: str = "month-end") -> list[Row]:
        """Return each call at 1, 3, 6 and 12 months."""
        return self.track(record, "calls", "--entry", entry, "--prices", prices, *HORIZONS)


HORIZONS = tuple(part for months in ("1", "3", "6", "12") for part in ("--horizon", months))


def pct(value: float | None, decimals: int = 1) -> str:
    """A rate or a return in %."""
    return "–" if value is None else f"{100 * value:.{decimals}f}"


def pp(value: float | None, decimals: int = 2) -> str:
    """A relative return in pp, with its sign."""
    return "–" if value is None else f"{100 * value:+.{decimals}f}"


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A table in Markdown, numbers to the right of its first column."""
    names = list(heads)
    lines = [f"| {' | '.join(names)} |", f"|---|{'---:|' * (len(names) - 1)}"]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def scored(row: Row) -> tuple[object, ...]:
    """The columns that every table of picks has."""
    return (
        f"{row['n']:,}",
        row["months"],
        row["missing"],
        f"{pct(row['hit_rate'])} ± {pct(row['hit_error'])}",
        pct(row["base_rate"]),
        f"{pct(row['random_low'])} to {pct(row['random_high'])}",
        f"{pp(row['mean'])} ± {pct(row['standard_error'], 2)}",
        pp(row["median"]),
        pp(row["mean_if_lost"]),
        pp(row["mean_if_benchmark"]),
    )


SCORED = ("n", "months", "missing", "hit, %", "base rate, %", "random picks, %", "mean, pp", "median, pp",
          "missing −100 %", "missing at benchmark")  # fmt: skip


def six(records: Records) -> list[str]:
    """The section of the six calls."""
    calls = {(row["security"], row["horizon"]): row for row in records.calls("six", prices="day")}
    with (HISTORIES / "model-report.csv").open(encoding="utf-8", newline="") as file:
        names = {row["code"]: row["company"] for row in csv.DictReader(file)}
    rows = []
    for security in dict.fromkeys(security for security, _ in calls):
        half = calls[security, 6]
        returns = (pp(calls[security, months]["relative_return"], 1) for months in (1, 3, 6, 12))
        closes = "month ends" if security in MONTH_ENDS_ALONE else "daily"
        name = f"{security} {names[security[:6]]}"
        rows.append((name, half["price"], closes, *returns, half["realised"], "yes" if half["hit"] else "no"))
    card = at(records.scorecard("six"), "6")
    hits = sum(row[-1] == "yes" for row in rows)
    return [
        "## The six calls of the model report",
        "",
        "The report of July 2024 rates six companies 买入 (buy: more than 20 pp ahead of CSI 300 within six months).",
        f"It prints no day of publication; {PUBLISHED} is assumed, the day of the example workspace. Entered at"
        " that day's",
        "close.",
        "",
        *table(("call", "price printed", "closes", "1 month, pp", "3", "6", "12", "class at 6 months", "hit"), rows),
        f"{hits} of 6 were hits. That is no proof of skill: on the same days {pct(card['base_rate'])} % of all"
        " companies",
        "would have been one (on month-end closes), and six calls of one month share one market. Where numbers are so",
        f"few, `yanbao track` says so: “{card['warning']['en']}”.",
        "",
        "![Relative return of the six calls, months after entry](images/records-six.png)",
        "",
        "Quartiles and median of the relative return, months after entry, on month-end closes.",
        "",
    ]


def six_paths(records: Records) -> list[Row]:
    """Relative return of the six calls by months after entry."""
    return records.track("six", "paths", "--entry", "same", "--prices", "month-end", "--horizon", "12")


MONTH_ENDS_ALONE = ("688041.SH",)  # classified as electronics: not in the daily file of computer stocks


def picks(records: Records) -> list[str]:
    """The section of the brokers' picks."""
    month = {name: own(records.scorecard("month", benchmark=code)) for name, code in BENCHMARKS.items()}
    strict = own(records.scorecard("month", entry="next"))
    everything = {name: records.scorecard("picks", benchmark=code) for name, code in BENCHMARKS.items()}
    seen = at(records.scorecard("hindsight"), "1")
    first = month["CSI 300"]
    lines = [
        "## 13,630 monthly picks of 39 brokers, 2018 to 2022",
        "",
        f"Of 13,630 rows {records.repeats:,} repeat broker, stock and month (further analysts of the same"
        " house), one has a",
        f"code of no exchange and is refused: {first['calls']:,} picks. A pick is entered at the first"
        " month-end close on or",
        f"after the day it was written. For {first['late']:,} of them ({pct(first['late'] / first['calls'])} %)"
        " that is the end",
        "of the very month they are for: they were written after the last close before it, and on month-end"
        " closes nothing",
        "can be said of them over their month. Entered strictly after the day of writing (`--entry next`) that"
        " is so for",
        f"{strict['late']:,}.",
        "",
        "### Over the month they are for",
        "",
        *table(
            ("entry, benchmark", "late", *SCORED),
            (
                *((f"same day, {name}", f"{row['late']:,}", *scored(row)) for name, row in month.items()),
                ("next, CSI 300", f"{strict['late']:,}", *scored(strict)),
            ),
        ),
        "Scored from the end of the month before, whenever they were written, as is often done, all picks would have",
        f"{pct(seen['hit_rate'])} % hits and {pp(seen['mean'])} ± {pct(seen['standard_error'], 2)} pp: by look-ahead",
        f"{pp(seen['mean'] - first['mean'])} pp a month more than those that could be followed.",
        "",
        "### Over 1, 3, 6 and 12 months from their own entry",
        "",
    ]
    for name, rows in everything.items():
        body = ((months, *scored(at(rows, months))) for months in ("1", "3", "6", "12"))
        against = f"Against the {name}:" if name[0].islower() else f"Against {name}:"
        lines += [against, "", *table(("months", *SCORED), body)]
    one = at(everything["CSI 300"], "1")
    lines += [
        f"Prices are those of companies that were still listed in May 2026: {one['missing']} picks have none."
        " Each is counted",
        "at −100 % and at the benchmark, and the truth lies between. ±: standard errors, clustered by month,"
        " overlapping",
        "windows allowed for. A hit, here, is a pick ahead of the benchmark at all: brokers print no bands."
        " Means are above",
        "medians, as few winners make them; what random picks had is in the column beside, drawn from the same"
        " survivors.",
        "",
        *by_group(records, "year", "Year of writing", "### By year"),
        "![Share of picks and of all companies ahead of CSI 300, by year](images/records-years.png)",
        "",
        *by_group(records, "broker", "Broker", "### By broker"),
        "![Brokers against all companies on the same days](images/records-brokers.png)",
        "",
        f"Brokers with {FEW} picks or more (in brackets how many). Of these {len(brokers(records))}",
        f"{sum(map(stands_out, brokers(records)))} are two standard errors ahead of all companies on the same"
        " days; with so",
        "many brokers one would be by chance, and errors from few months are too small.",
        "",
    ]
    return lines


def stands_out(row: Row) -> bool:
    """Whether a mean is more than two standard errors above that of all companies on the same days."""
    ahead: float = row["mean"] - row["universe_mean"]
    return ahead > 2 * float(row["standard_error"])


def by_group(records: Records, by: str, head: str, title: str) -> list[str]:
    """Tables of a grouping at one and at six months, against CSI 300."""
    found = records.scorecard("picks", by=by)
    groups = [row["group"] for row in found if row["horizon"] == "1" and row["group"] != "all"]
    if by == "broker":
        groups.sort(key=lambda group: -at(found, "1", group)["calls"])
    heads = (head, "n", "months", "missing", "hit, 1 month, %", "base rate", "mean, pp", "hit, 6 months, %",
             "base rate", "mean, pp", "missing −100 %", "at benchmark")  # fmt: skip
    body = []
    for group in groups:
        one, half = at(found, "1", group), at(found, "6", group)
        body.append(
            (
                group,
                f"{one['n']:,}",
                one["months"],
                one["missing"],
                pct(one["hit_rate"]),
                pct(one["base_rate"]),
                f"{pp(one['mean'])} ± {pct(one['standard_error'], 2)}",
                pct(half["hit_rate"]),
                pct(half["base_rate"]),
                f"{pp(half['mean'])} ± {pct(half['standard_error'], 2)}",
                pp(half["mean_if_lost"]),
                pp(half["mean_if_benchmark"]),
            )
        )
    return [title, "", "Against CSI 300; the bounds are those at six months.", "", *table(heads, body)]


def brokers(records: Records) -> list[Row]:
    """Brokers with picks enough, at six months, best first."""
    rows = [row for row in records.scorecard("picks", by="broker") if row["horizon"] == "6" and row["group"] != "all"]
    return sorted((row for row in rows if row["n"] >= FEW), key=lambda row: row["universe_mean"] - row["mean"])


def own(rows: list[Row]) -> Row:
    """The row of all calls at their own horizon."""
    return at(rows, "own")


def at(rows: list[Row], horizon: str, group: str = "all") -> Row:
    """The row of a group at a horizon."""
    return next(row for row in rows if (row["group"], row["horizon"]) == (group, horizon))


def page(records: Records) -> str:
    """Return the page."""
    lines = [
        "<!-- made by `python -m docs.records DATA STORE`; do not edit -->",
        "",
        "# Two real records",
        "",
        "What `yanbao ledger import` and `yanbao track` say of real published calls. The data are vendors',"
        " used for tests",
        "and no part of yanbao. Tests compute the figures a second time by plain pandas"
        " (`tests/rating/records_by_hand.py`):",
        "both routes agree to nine digits, intervals of random picks to the noise of a thousand draws.",
        "",
        *six(records),
        *picks(records),
        (HISTORIES / "definitions.md").read_text("utf-8").rstrip(),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Write the page and its pictures."""
    from docs.record_pictures import pictures

    with tempfile.TemporaryDirectory() as folder:
        records = Records.make(Path(folder), Path(sys.argv[1]), Path(sys.argv[2]))
        PAGE.write_text(page(records), encoding="utf-8")
        pictures(records, IMAGES)


if __name__ == "__main__":
    main()
