"""What is asked of a record, and where it was kept: under the ledger, the store and the options that it was made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from yanbao import __version__
from yanbao.errors import RatingError
from yanbao.web.desk import Place
from yanbao.web.market import store_of

if TYPE_CHECKING:
    from yanbao.rating.score import ScoreOptions

TABLES: Mapping[str, str] = {  # what `yanbao track --table` calls a table: the field of a Scorecard
    "scorecard": "scores",
    "calls": "calls",
    "paths": "paths",
    "calibration": "calibration",
    "timeline": "timeline",
    "targets": "targets",
    "estimates": "estimates",
    "estimate-errors": "estimate_errors",
    "revisions": "revisions",
    "portfolio": "portfolio",
    "rates": "published_rates",
}
RECORDS = ("calls", "picks")
ENTRIES = ("next", "same")
PRICES = ("", "day", "month-end")
GROUPS = ("all", "broker", "analyst", "year", "rating", "sector", "security")
FIELDS: Mapping[str, str] = {  # of the form, with what stands for them where nothing is said
    "record": "calls",
    "by": "all",
    "entry": "next",
    "horizon": "own 1 3 6 12",
    "benchmark": "",
    "sector": "",
    "prices": "",
    "as_of": "",
    "cost": "0.001",
}
_MOST = 60  # characters of a field


def read_asked(given: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return what a form or an address asks, in one form, and the fields that cannot be read."""
    asked = {name: " ".join(str(given.get(name) or default).split()) for name, default in FIELDS.items()}
    wrong = [name for name, text in asked.items() if len(text) > _MOST or not text.isprintable()]
    choices = {"record": RECORDS, "by": GROUPS, "entry": ENTRIES, "prices": PRICES}
    wrong += [name for name, allowed in choices.items() if asked[name] not in allowed]
    months = asked["horizon"].split()
    if len(months) > 12 or any(not _is_horizon(text) for text in months):
        wrong.append("horizon")
    try:
        day_of(asked)
    except ValueError:
        wrong.append("as_of")
    try:
        if not 0 <= float(asked["cost"]) < 1:
            wrong.append("cost")
    except ValueError:
        wrong.append("cost")
    return asked, list(dict.fromkeys(wrong))


def _is_horizon(text: str) -> bool:
    return text == "own" or (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 120)


def day_of(asked: Mapping[str, str]) -> date | None:
    """Return the day as of which a record is asked."""
    return date.fromisoformat(asked["as_of"]) if asked["as_of"] else None


def options_of(asked: Mapping[str, str]) -> ScoreOptions:
    """Return how calls are scored."""
    from yanbao.rating.outcome import OWN
    from yanbao.rating.score import ScoreOptions
    from yanbao.rating.tables import By, Entry, Grid

    months = dict.fromkeys(OWN if text == "own" else int(text) for text in asked["horizon"].split())
    return ScoreOptions(
        entry=cast(Entry, asked["entry"]),
        horizons=tuple(months),
        benchmark=asked["benchmark"] or None,
        sector=asked["sector"] or None,
        grid=cast(Grid, asked["prices"]) if asked["prices"] else None,
        by=cast(By, asked["by"]),
        cost=float(asked["cost"]),
    )


def scored_on(workspace: Path) -> Path | None:
    """Return the store whose prices score a workspace's calls; `None` where there is none.

    Raises:
        EditError: yanbao.toml cannot be read.
    """
    file = store_of(workspace)
    return file if file is not None and file.is_file() else None


def key_of(workspace: Path, asked: Mapping[str, str]) -> str:
    """Return the name of a record: another one once the ledger, the store, an option or yanbao itself is another.

    Raises:
        RatingError: there is no store.
    """
    from yanbao.cli.ledger import ledger_file

    store = scored_on(workspace)
    if store is None:
        raise RatingError("the workspace has no store")
    state = store.stat()
    calls = ledger_file(workspace) if asked["record"] == "calls" else None
    ledger = hashlib.sha256(calls.read_bytes()).hexdigest() if calls is not None and calls.is_file() else ""
    told = [__version__, ledger, str(store), state.st_ino, state.st_mtime_ns, state.st_size, dict(asked)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def tracks_of(place: Place) -> Path:
    """Return the folder of the records of a workspace, beside its build."""
    return place.out.with_name(f"{place.out.name}.track")


def kept(folder: Path) -> dict[str, Any] | None:
    """Return what is said about a record, `None` where it was not made yet."""
    try:
        found: dict[str, Any] = json.loads((folder / "about.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return found


def rows_of(folder: Path, table: str, first: int = 0, count: int | None = None) -> list[dict[str, Any]]:
    """Return rows of a kept table, from the `first` on."""
    with (folder / f"{table}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in islice(file, first, None if count is None else first + count)]
