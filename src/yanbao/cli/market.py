"""`yanbao show` of a market: an exhibit computed from the store of a workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from yanbao.cli.screen import TableFormat, data, say, table

STORE = "store.duckdb"


def has_store(workspace: Path) -> bool:
    """Whether a workspace holds a store."""
    return (workspace / STORE).is_file()


def show_exhibit(
    workspace: Path, name: str, given: dict[str, Any], as_of: date | None, home: str, form: TableFormat
) -> None:
    """Print an exhibit of a home market (cn or us) with its units and what it rests on.

    Raises:
        YanbaoError: an unknown exhibit or option, a day out of reach, a store that can't be read.
    """
    from yanbao.sector import EXHIBITS, Market
    from yanbao.sector.market import HOMES
    from yanbao.sector.options import read_options
    from yanbao.store.store import Store

    options = read_options(name, given)
    with Store.open(workspace) as store:
        found = EXHIBITS[name].function(Market(store, store.as_of(as_of), HOMES[home]), options)
        if form is TableFormat.json:
            data(found.json())
            return
        heads = [column.name for column in found.columns]
        units = {column.name: column.unit for column in found.columns}
        rows = [[_text(row[head], form) for head in heads] for row in found.rows]
        if form is TableFormat.csv:
            table("", heads, rows, form)
            return
        titles = [f"{head}, {units[head]}" if units[head] not in ("", "1") else head for head in heads]
        table(f"{name}, as of {found.as_of}", titles, rows, form)
        say(found.coverage.text.en)
        for note in found.notes:
            say(note.en)


def exhibit_names() -> list[list[str]]:
    """Return the exhibits that a store answers: name and the question."""
    from yanbao.sector import EXHIBITS

    return [[name, (entry.function.__doc__ or "").strip().partition("\n")[0]] for name, entry in EXHIBITS.items()]


def _text(value: Any, form: TableFormat) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value) if form is TableFormat.csv else f"{value:,.4f}"
    return str(value)
