"""The house's record of ratings as tables of the evidence: how many of each stand in the ledger, and its head.

A build makes them from the ledger and keeps them among its inputs beside it, so that all behind it, the proof
included, reads them as it reads a table that was typed in.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from yanbao.author.workspace import FILE, Workspace
from yanbao.errors import Mistake, RatingError, WorkspaceError
from yanbao.evidence import Bilingual
from yanbao.rating import SCOPES, Ledger, Scope, read_ledger

MONTHS = 12  # a rating older than this is not counted: a rating speaks of the policy's horizon, at most a year ahead
STATE = "ledger_state"
LEDGER = "calls.csv"  # the ledger among the inputs of a build, and the one row of its state

_TITLE = {"company": ("公司评级分布", "Distribution of company ratings"),
          "sector": ("行业评级分布", "Distribution of sector ratings")}  # fmt: skip
_COUNTED = {"company": ("公司数", "Companies"), "sector": ("行业数", "Sectors")}
_ORIGIN = ("本机构评级台账", "The house's ledger of calls")
_TOTAL = "合计"


def table_of(scope: Scope) -> str:
    """Return the id of the table of a scope's ratings."""
    return f"ratings_{scope}"


def record_tables(ledger: Ledger, workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Yield the record as tables: id, TOML and CSV; a scope of which no rating stands has none."""
    day = workspace.report.published
    counted = Counter(standing(ledger, day))
    for scope in SCOPES:
        counts = {rating: count for (one, rating), count in counted.items() if one == scope}
        if counts:
            yield _ratings(scope, counts, workspace)
    yield _state(ledger, day)


def standing(ledger: Ledger, day: date) -> Iterator[tuple[Scope, str]]:
    """Yield scope and rating of each call of the house itself that stands on a day and was made in the year before."""
    first = day.replace(year=day.year - 1, day=min(day.day, 28)) if (day.month, day.day) == (2, 29) else None
    first = first or day.replace(year=day.year - 1)
    for call in ledger.calls():
        own = not call.entry.house  # an imported history of other houses names them
        if own and first < call.entry.published and call.standing_on(day):
            yield call.entry.scope, call.entry.rating


def _ratings(scope: Scope, counts: Mapping[str, int], workspace: Workspace) -> tuple[str, str, str]:
    names = {band.name.zh or band.name.en or "": band.name for band in workspace.rating.bands(scope)}
    # ratings of older policies
    names |= {name: Bilingual(zh=name, en=name) for name in sorted(counts) if name not in names}
    share = _table("columns.share", label=("占比", "Share"), unit="%", compute="share(count, sum(count[:]))")
    toml = [
        *_head(_TITLE[scope], workspace.report.published),
        *_table("columns.rating", label=("评级", "Rating"), kind="text"),
        *_table("columns.count", label=_COUNTED[scope], kind="exact"),
        *share,
        *_table(f"rows.{_quoted(_TOTAL)}", label=(_TOTAL, "Total"), role="total"),
        *_table("[cells]", row=_TOTAL, column="count", compute="sum(count[:])"),
        *_table("[cells]", row=_TOTAL, column="share", compute="sum(share[:])"),
    ]
    for key, name in names.items():
        toml += _table(f"rows.{_quoted(key)}", label=(name.zh or key, name.en or key))
    return (
        table_of(scope),
        "\n".join(toml) + "\n",
        _csv(("rating", "count"), [(key, counts.get(key, 0)) for key in names]),
    )


def _state(ledger: Ledger, day: date) -> tuple[str, str, str]:
    toml = [
        *_head(("评级台账的状态", "State of the ledger of calls"), day),
        *_table("columns.ledger", label=("台账", "Ledger"), kind="text"),
        *_table("columns.entries", label=("记录条数", "Entries"), kind="exact"),
        *_table(
            "columns.head", label=("台账头（条数:末条哈希）", "Head: count and hash of the last entry"), kind="text"
        ),
        *_table("columns.months", label=("统计月数", "Months counted"), unit="个月", kind="exact"),
    ]
    row = (LEDGER, ledger.head.count, f"{ledger.head.count}:{ledger.head.hash}", MONTHS)
    return STATE, "\n".join(toml) + "\n", _csv(("ledger", "entries", "head", "months"), [row])


def _head(title: tuple[str, str], day: date) -> Iterator[str]:
    yield f"title = {_text(title)}"
    yield f"origin = {_text(_ORIGIN)}"
    yield f"as_of = {day}"


def _table(name: str, **keys: str | tuple[str, str]) -> Iterator[str]:
    yield from ("", f"[{name}]")
    for key, value in keys.items():
        yield f"{key} = {_quoted(value) if isinstance(value, str) else _text(value)}"


def _text(text: tuple[str, str]) -> str:
    return f"{{ zh = {_quoted(text[0])}, en = {_quoted(text[1])} }}"


def _quoted(text: str) -> str:
    """Return a text as TOML writes it, on one line; JSON escapes all that TOML does but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([heads, *rows])
    return buffer.getvalue()


def ledger_of(
    folder: Path, workspace: Workspace, line: int, mistakes: list[Mistake], inputs: dict[str, bytes]
) -> Ledger | None:
    """Return the ledger that a workspace names, and note the file among the inputs; one that is not there is empty."""
    assert workspace.ledger is not None
    path = folder / workspace.ledger.file
    if not path.exists():
        return Ledger(path, ())
    try:
        ledger = read_ledger(path)
        inputs[LEDGER] = path.read_bytes()
    except WorkspaceError as error:
        mistakes += error.mistakes
        return None
    except (RatingError, OSError) as error:
        cause, _, hint = str(error).partition("\n    hint: ")
        mistakes.append(Mistake(FILE, line, "ledger.file", cause, hint))
        return None
    return ledger
