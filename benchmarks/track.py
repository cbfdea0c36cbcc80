"""The 13,630 monthly picks of brokers: imported into a ledger and scored, beside the plain pandas route.

    python -m benchmarks.track DATA STORE

DATA is the folder of the shared data, STORE what `python -m market.load DATA STORE` made of it. All picks are scored at
1, 3, 6 and 12 months against CSI 300, with base rates and errors by month; yanbao adds random picks, paths, the basket
and the reason of every call without an outcome. Each task runs in a process of its own, imports counted apart, and the
figures are compared before a ratio is printed. The goal: all of them within 10 s.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.records import KNOWN, run, without_repeats

GOAL = 10.0
MONTHS = (1, 3, 6, 12)
Answer = dict[str, dict[str, float]]


def engine(data: Path, store: Path, ledger: Path) -> Answer:
    """The scorecard of the ledger, by horizon."""
    import datetime as dt

    from yanbao.rating.ledger import read_ledger
    from yanbao.rating.recommendation import recommendations
    from yanbao.rating.score import ScoreOptions, score
    from yanbao.sector import Market
    from yanbao.store.store import Store

    day = dt.date.fromisoformat(KNOWN)
    with Store.open(store) as opened:
        calls = recommendations(read_ledger(ledger).calls(), day)
        options = ScoreOptions(entry="same", horizons=MONTHS, grid="month-end")
        found = score(calls, Market(opened, day), options)
    rows = [row for row in found.scores if row.group == "all"]
    return {row.horizon: {"n": row.n, "mean": row.mean or 0.0, "base_rate": row.base_rate or 0.0} for row in rows}


def plain(data: Path, store: Path, ledger: Path) -> Answer:
    """The same by pandas and numpy."""
    from tests.rating import records_by_hand as by_hand

    held, chosen = by_hand.closes(data), by_hand.picks(by_hand.rows(data))
    chosen = chosen[~chosen.security.str.endswith(by_hand.REFUSED)]
    made = {}
    for months in MONTHS:
        scored = by_hand.score(held, chosen, months, "same", by_hand.CHANGED)
        card = by_hand.summary(scored, "csi300", months)
        base = by_hand.base_rate(held, scored, "csi300", months)["base_rate"]
        made[str(months)] = {"n": card["n"], "mean": card["mean"], "base_rate": float(base)}
    return made


TASKS: dict[str, Callable[[Path, Path, Path], Answer]] = {"yanbao": engine, "pandas": plain}


def task(name: str, data: Path, store: Path, ledger: Path) -> None:
    """Run one task and print what it took and found."""
    import ibis.backends.duckdb  # noqa: F401 - both are there before the clock starts
    import pandas as pd  # noqa: F401

    import yanbao.rating.ledger
    import yanbao.rating.score
    import yanbao.store.store  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    found = TASKS[name](data, store, ledger)
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "imports": cpu}
    print("RESULT " + json.dumps({"took": took, "found": found}))


def measured(name: str, *paths: Path) -> dict[str, Any]:
    """Run a task in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.track", "--task", name, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    if done.returncode or not lines:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(lines[-1].removeprefix("RESULT "))
    return result


def main(data: Path, store: Path) -> int:
    """Measure, compare, print, and return 1 where the goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        picks = Path(folder) / "picks.csv"
        without_repeats(data / "broker_picks" / "gold_stock_frame.csv", picks)
        start, cpu = time.perf_counter(), time.process_time()
        asked = ("ledger", "import", folder, str(picks), "--mapping", "docs/histories/broker-picks.toml")
        run(*asked, "--skip-refused", fine=(0, 1))
        print(
            f"{'import into the ledger':26}{time.perf_counter() - start:7.2f} s {time.process_time() - cpu:7.2f} s CPU"
        )
        results = {name: measured(name, data, store, Path(folder) / "calls.csv") for name in TASKS}
    for months, figures in results["pandas"]["found"].items():
        for key, value in figures.items():
            other = results["yanbao"]["found"][months][key]
            if abs(other - value) > 1e-9:
                raise RuntimeError(f"{months} months, {key}: yanbao {other}, pandas {value}")
    for name, words in (("yanbao", "yanbao, ledger to record"), ("pandas", "pandas, by hand")):
        took = results[name]["took"]
        print(f"{words:26}{took['wall']:7.2f} s {took['cpu']:7.2f} s CPU, imports {took['imports']:.1f} s CPU")
    ratio = results["yanbao"]["took"]["cpu"] / results["pandas"]["took"]["cpu"]
    good = results["yanbao"]["took"]["cpu"] <= GOAL
    print(f"ratio {ratio:.2f} of CPU; all picks within {GOAL:.0f} s of CPU: {'yes' if good else 'no'}")
    return 0 if good else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        task(sys.argv[2], *map(Path, sys.argv[3:6]))
    else:
        sys.exit(main(*map(Path, sys.argv[1:3])))
