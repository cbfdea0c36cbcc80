"""The sector engine against hand-written Polars and pandas, and against qlib, on a market of 5,000 stocks x 2,500 days.

    python -m benchmarks.sector                          the whole of it
    python -m benchmarks.sector --stocks 500 --days 500  a smaller one
    python -m benchmarks.sector --qlib PYTHON            a Python that has pyqlib 0.9.7, for the point-in-time read
    python -m benchmarks.sector --growth FILE.svg        time and memory by stocks x days, as a picture

Each task runs in processes of its own and counts from its files on disk to its answer; the best of several is taken.
Imports are counted apart, for all of them: Polars and pandas are imported before the clock starts, and so are Ibis and
what it imports itself when it is first asked. Times of CPU stand beside those of the clock, which a shared machine
stretches. Answers are compared in full before a ratio is printed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from benchmarks import sector_data

STOCKS, DAYS = 5_000, 2_500
QLIB_STOCKS = 10  # its operator is asked for each stock alone: time grows with their number
RUNS = 3
SIZES = ((500, 625), (1_000, 1_250), (2_500, 1_250), (STOCKS, DAYS))  # how time and memory grow
OF_POLARS, OF_PANDAS, OF_QLIB = 1.2, 5.0, 50.0
TABLES = ("calendar", "industry", "membership", "security", "shares", "statement", "price")


@dataclass(frozen=True)
class Took:
    """What a task took: seconds by the clock and of CPU, the peak of its memory, and CPU of its imports, apart."""

    wall: float
    cpu: float
    gib: float
    imports: float


def load_store(folder: Path) -> None:
    """Load the market into a store, with the panel of company valuations that a load makes."""
    import pyarrow as pa
    from pyarrow import parquet

    from yanbao.store import Batch, load

    def rows(name: str) -> Iterator[pa.Table]:
        start = 1
        with parquet.ParquetFile(folder / f"{name}.parquet") as file:
            for batch in file.iter_batches(250_000):
                table = pa.Table.from_batches([batch])
                yield table.append_column("_row", pa.array(range(start, start + table.num_rows), pa.int64()))
                start += table.num_rows

    batches = (Batch(name, f"{name}.parquet", f"{name} 1", rows(name)) for name in TABLES)
    report = load(folder / "store", batches, source="benchmark")
    if report.failed:
        raise RuntimeError(f"the made-up market does not load: {[file.cause for file in report.failed]}")


class WithoutPanel:
    """A store whose panel is not used: company values come from prices, shares and statements."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def panel_if_kept(self, as_of: dt.date) -> None:
        return None


def engine(folder: Path, *, panel: bool) -> Callable[[], Any]:
    import ibis.backends.duckdb.converter  # noqa: F401 - with pandas and pyarrow, before the clock starts

    from yanbao.sector.market import Market
    from yanbao.sector.multiple import multiples
    from yanbao.sector.valuation import MultipleOptions, valued_members
    from yanbao.sector.values import company_values
    from yanbao.store import Store

    options = MultipleOptions(measures=("pe",), methods=("excluding_negatives", "median"), source="statements")

    def ask() -> Any:
        with Store.open(folder / "store") as store:
            market = Market(store if panel else WithoutPanel(store), store.last_load)
            values = company_values(market, options.basis(), dt.date(2014, 1, 1), dt.date(2099, 1, 1))
            members = valued_members(market, options, values, None)
            by = ("day", "code_of_group")
            return multiples(members, by, options.measures, options.methods).to_pyarrow()

    return ask


def read_item(folder: Path) -> Callable[[], Any]:
    """A quarterly item, as known on each day, of every stock: its latest published balance."""
    import ibis.backends.duckdb.converter  # noqa: F401 - as above

    from yanbao.store import Store
    from yanbao.store.intervals import on_days
    from yanbao.store.trailing import latest

    def ask() -> Any:
        with Store.open(folder / "store") as store:
            known = store.held(latest(store.vintages("statement"), ["equity_parent"]))
            rows = store.table("price").select("code", "day")
            return on_days(rows, known.select("code", "known_from", "known_to", "value")).to_pyarrow()

    return ask


def polars(folder: Path) -> Callable[[], Any]:
    import polars as pl  # noqa: F401 - imported before the clock starts

    from benchmarks.sector_peers import with_polars

    return lambda: with_polars(folder)


def pandas(folder: Path) -> Callable[[], Any]:
    import pandas as pd  # noqa: F401

    from benchmarks.sector_peers import with_pandas

    return lambda: with_pandas(folder)


TASKS: dict[str, Callable[[Path], Callable[[], Any]]] = {
    "statements": lambda folder: engine(folder, panel=False),
    "panel": lambda folder: engine(folder, panel=True),
    "item": read_item,
    "polars": polars,
    "pandas": pandas,
}


def run_task(name: str, folder: Path, out: Path | None) -> None:
    ask = TASKS[name](folder)
    wall, own = time.perf_counter(), time.process_time()
    found = ask()
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - own}
    took["gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    took["imports"] = own
    if out is not None:
        frame_of(name, found).write_parquet(out)
    print("RESULT " + json.dumps(took))


def frame_of(name: str, found: Any) -> Any:
    """Return an answer as `day, industry, method, value, n`; a read item as `code, day, value`."""
    import polars as pl

    if name == "item":
        return pl.from_arrow(found)
    if name in ("statements", "panel"):
        frame = pl.from_arrow(found)
        return frame.select("day", "method", "value", "n", industry="code_of_group")  # type: ignore[union-attr]
    frame = found if name == "polars" else pl.from_pandas(found)
    frame = frame.with_columns(pl.col("day").cast(pl.Date), pl.col("n").cast(pl.Int64))
    return frame.unpivot(
        ["excluding_negatives", "median"], index=["day", "industry", "n"], variable_name="method", value_name="value"
    )


def measured(name: str, folder: Path, runs: int, out: Path | None = None) -> Took:
    """Return the best of several runs of a task, each a process of its own."""
    best: Took | None = None
    for at in range(runs):
        command = [sys.executable, "-m", "benchmarks.sector", "--task", name, str(folder)]
        if out is not None and at == 0:
            command.append(str(out))
        took = Took(**_result(command))
        best = took if best is None else Took(*(min(pair) for pair in zip(astuple(best), astuple(took), strict=True)))
    assert best is not None
    return best


def _result(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode or not lines:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    result: dict[str, float] = json.loads(lines[-1].removeprefix("RESULT "))
    return result


def differences(one: Path, other: Path) -> int:
    """Count the answers that are not the same in both: a number of companies, or a value to nine digits."""
    import polars as pl

    left, right = (pl.read_parquet(path).filter(pl.col("n") > 0) for path in (one, other))
    keys = ["day", "industry", "method"]
    both = left.join(right, on=keys, how="full", suffix="_other")
    same = (pl.col("n") == pl.col("n_other")) & (
        (pl.col("value") - pl.col("value_other")).abs() <= 1e-9 * pl.col("value").abs()
    )
    return both.filter(~same.fill_null(False)).height


def valuation(folder: Path, runs: int) -> bool:
    answers = {name: folder / f"answer-{name}.parquet" for name in ("statements", "panel", "polars", "pandas")}
    took = {name: measured(name, folder, runs, answers[name]) for name in ("polars", "statements", "panel", "pandas")}
    for name in ("polars", "panel", "pandas"):
        wrong = differences(answers["statements"], answers[name])
        if wrong:
            raise RuntimeError(f"{name}: {wrong:,} answers differ from those of the engine from statements")
    import polars as pl

    print(f"{pl.read_parquet(answers['statements']).height:,} answers, equal in all four")
    for name, words in (
        ("statements", "yanbao, from statements"),
        ("panel", "yanbao, from the panel"),
        ("polars", "Polars, by hand"),
        ("pandas", "pandas, by hand"),
    ):
        one = took[name]
        print(f"{words:26}{one.wall:7.2f} s {one.cpu:7.2f} s CPU {one.gib:6.2f} GiB, imports {one.imports:.1f} s CPU")
    good = True
    for name in ("statements", "panel"):
        of_polars, of_pandas = took[name].cpu / took["polars"].cpu, took["pandas"].cpu / took[name].cpu
        good &= of_polars <= OF_POLARS and of_pandas >= OF_PANDAS
        print(
            f"{name:11}{of_polars:6.2f}x of Polars (goal {OF_POLARS}x)  pandas takes {of_pandas:5.1f}x "
            f"(goal {OF_PANDAS:.0f}x); by the clock {took[name].wall / took['polars'].wall:.2f}x, "
            f"{took['pandas'].wall / took[name].wall:.1f}x"
        )
    return good


def write_qlib(folder: Path, codes: list[str]) -> None:
    """Write the balances of some companies as qlib keeps them: records by day of publication, linked by period."""
    import numpy as np
    import polars as pl

    (folder / "calendars").mkdir(parents=True)
    (folder / "instruments").mkdir()
    days = pl.read_parquet(folder.parent / "calendar.parquet")["day"].sort()
    (folder / "calendars" / "day.txt").write_text("\n".join(day.isoformat() for day in days))
    (folder / "instruments" / "all.txt").write_text(
        "\n".join(f"{qlib_code(code)}\t{days[0]}\t{days[-1]}" for code in codes)
    )
    said = pl.read_parquet(folder.parent / "statement.parquet").filter(pl.col("line") == "equity_parent")
    for code in codes:
        own = said.filter(pl.col("code") == code).sort("published", "period")
        record = np.dtype([("date", "u4"), ("period", "u4"), ("value", "f8"), ("next", "u4")])
        records = np.zeros(own.height, record)
        first = own["period"].dt.year().min()
        index = np.full(4 * (own["period"].dt.year().max() - first + 1), 0xFFFFFFFF, "u4")  # type: ignore[operator]
        for at, (period, value, day) in enumerate(own.select("period", "value", "published").rows()):
            quarter = (period.month - 1) // 3
            records[at] = (int(day.strftime("%Y%m%d")), period.year * 100 + quarter + 1, value, 0xFFFFFFFF)
            place = (period.year - first) * 4 + quarter
            if index[place] == 0xFFFFFFFF:
                index[place] = at * record.itemsize
            else:
                earlier = index[place] // record.itemsize
                while records["next"][earlier] != 0xFFFFFFFF:
                    earlier = records["next"][earlier] // record.itemsize
                records["next"][earlier] = at * record.itemsize
        place_of = folder / "financial" / qlib_code(code).lower()
        place_of.mkdir(parents=True)
        records.tofile(place_of / "equity_q.data")
        with (place_of / "equity_q.index").open("wb") as file:
            np.array([first], "u4").tofile(file)
            index.tofile(file)


def qlib_code(code: str) -> str:
    number, _, exchange = code.partition(".")
    return f"{exchange}{number}"


def point_in_time(folder: Path, runs: int, python: str) -> bool:
    import polars as pl

    out = folder / "answer-item.parquet"
    ours = measured("item", folder, runs, out)
    answer = pl.read_parquet(out)
    codes = answer["code"].unique().sort().to_list()
    chosen = codes[:: max(1, len(codes) // QLIB_STOCKS)][:QLIB_STOCKS]
    store = folder / "qlib"
    write_qlib(store, chosen)
    days = pl.read_parquet(folder / "calendar.parquet")["day"].sort()
    script = str(Path(__file__).with_name("sector_qlib.py"))
    theirs = _result([python, script, str(store), str(days[0]), str(days[-1]), *(qlib_code(code) for code in chosen)])
    names = {qlib_code(code): code for code in chosen}
    # its answers are of single precision
    read = pl.read_csv(store / "qlib.csv", try_parse_dates=True).select(
        code=pl.col("instrument").replace_strict(names), day=pl.col("datetime").cast(pl.Date), theirs="value"
    )
    both = answer.filter(pl.col("code").is_in(chosen)).join(read, on=["code", "day"], how="left")
    wrong = both.filter(~((pl.col("value") - pl.col("theirs")).abs() <= 1e-6 * pl.col("value").abs()).fill_null(False))
    if wrong.height or not both.height:
        raise RuntimeError(f"{wrong.height:,} of {both.height:,} point-in-time values differ from qlib's")
    per_ours, per_theirs = ours.cpu / answer.height, theirs["cpu"] / theirs["rows"]
    print(
        f"quarterly item, as known on each day: {answer.height:,} values in {ours.cpu:.2f} s CPU ({ours.wall:.2f} s); "
        f"qlib {theirs['rows']:,.0f} of {len(chosen)} stocks in {theirs['cpu']:.1f} s CPU; {both.height:,} equal"
    )
    print(f"a value takes qlib {per_theirs / per_ours:,.0f}x (goal {OF_QLIB:.0f}x)")
    return per_theirs / per_ours >= OF_QLIB


def growth(picture: Path, largest: Path | None) -> None:
    """Measure smaller and larger markets and draw time and memory by stocks x days; `largest` is made already."""
    import vl_convert

    tasks = {
        "statements": "yanbao, from statements",
        "panel": "yanbao, from the panel",
        "polars": "Polars, by hand",
    }
    rows: list[dict[str, Any]] = []
    for stocks, days in SIZES:
        with tempfile.TemporaryDirectory() as name:
            made = largest if largest is not None and (stocks, days) == SIZES[-1] else None
            folder = made or Path(name)
            if made is None:
                _in_a_process("--make", str(folder), "--stocks", str(stocks), "--days", str(days))
            for task, words in tasks.items():
                took = measured(task, folder, 2)
                for of, value in (("seconds of CPU", took.cpu), ("peak memory, GiB", took.gib)):
                    rows.append({"stock-days": stocks * days / 1e6, "what": words, "value": round(value, 3), "of": of})
                print(f"{stocks:,} x {days:,} {words:26}{took.cpu:7.2f} s CPU {took.gib:6.2f} GiB", flush=True)
    svg = vl_convert.vegalite_to_svg(
        {
            "data": {"values": rows},
            "facet": {"column": {"field": "of", "title": None}},
            "resolve": {"scale": {"y": "independent"}},
            "spec": {
                "width": 300,
                "height": 220,
                "mark": {"type": "line", "point": True},
                "encoding": {
                    "x": {"field": "stock-days", "type": "quantitative", "title": "stocks x days, million"},
                    "y": {"field": "value", "type": "quantitative", "title": None},
                    "color": {"field": "what", "title": None, "legend": {"orient": "bottom"}},
                },
            },
        }
    )
    picture.write_text(svg, encoding="utf-8")
    picture.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"drawn: {picture}")


def _in_a_process(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.sector", *words], check=True, env=os.environ)


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked and return the exit code: 0 where every goal is met, else 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--task"]:
        run_task(given[1], Path(given[2]), Path(given[3]) if len(given) > 3 else None)
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sector")
    parser.add_argument("--stocks", type=int, default=STOCKS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--qlib", default=os.environ.get("YANBAO_QLIB_PYTHON"))
    parser.add_argument("--growth", type=Path)
    parser.add_argument("--make", type=Path, help="only write and load the market, into this folder")
    parser.add_argument("--folder", type=Path, help="a market that was made there")
    asked = parser.parse_args(given)
    if asked.make is not None:
        sector_data.write(asked.make, asked.stocks, asked.days)
        load_store(asked.make)
        return 0
    if asked.growth is not None:
        growth(asked.growth, asked.folder)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = asked.folder or Path(name)
        if asked.folder is None:
            # in processes of their own: the numbers of a machine are those of one task
            _in_a_process("--make", str(folder), "--stocks", str(asked.stocks), "--days", str(asked.days))
        print(f"{asked.stocks:,} stocks x {asked.days:,} days, {sector_data.SECTORS} sectors, best of {asked.runs}")
        good = valuation(folder, asked.runs)
        if asked.qlib:
            good &= point_in_time(folder, asked.runs, asked.qlib)
        else:
            print("qlib: not measured (--qlib PYTHON, or YANBAO_QLIB_PYTHON: one that has pyqlib 0.9.7)")
    print("all goals met" if good else "NOT all goals met")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
