"""A table of how published calls did: what its sidecar asks, and what the record answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from yanbao.evidence.sidecar import Bilingual, ColumnSpec, Identifier, Snapshot, Strict, Text, _Shape

if TYPE_CHECKING:
    from yanbao.sector import Market

TrackName = Literal[
    "scorecard", "horizons", "paths", "calibration", "timeline", "forecasts", "estimate-errors", "notes"
]


def _ledger_path(path: str | None) -> str | None:
    parts = PurePosixPath(path or "calls.csv")
    if parts.suffix != ".csv" or parts.is_absolute() or ".." in parts.parts or "\\" in str(path):
        raise ValueError(f"{path!r} is not the path of a .csv file inside the workspace")
    return path


class TrackQuery(Strict):
    """What a table asks of the record of published calls; the options are those of `yanbao track`."""

    table: TrackName = Field(
        description="`scorecard`: a row for each group of calls; `horizons`: a row for each horizon; `paths`: relative"
        " return by month after entry, median and quartiles; `calibration`: rated class against realised class;"
        " `timeline`: a row for each call; `forecasts`: lowest, median and highest forecast against the actual, by"
        " company and year; `estimate-errors`: errors of forecasts; `notes`: how all was measured.",
        examples=['"scorecard"'],
    )
    calls: Annotated[str | None, AfterValidator(_ledger_path)] = Field(
        default=None,
        description="The ledger, a file inside the workspace. Default: the one that [ledger] of yanbao.toml names.",
        examples=['"record/others.csv"'],
    )
    by: Literal["all", "rating", "analyst", "broker", "year", "sector", "security"] = Field(
        default="all", description="What groups the rows of a scorecard.", examples=['"rating"']
    )
    errors_by: Literal["year", "analyst", "sector", "years ahead", "all"] = Field(
        default="year", description="What groups the rows of `estimate-errors`.", examples=['"analyst"']
    )
    measure: Literal["eps", "net_profit", "revenue"] = Field(
        default="eps", description="Which forecasts `forecasts` and `estimate-errors` speak of.", examples=['"revenue"']
    )
    entry: Literal["next", "same"] = Field(
        default="next",
        description="Whether a call is entered at the close of the next trading day, or of the same day.",
        examples=['"same"'],
    )
    horizon: Literal["own"] | Annotated[int, Field(ge=1, le=60)] = Field(
        default="own",
        description="The horizon in months, from 1 to 60, or `own`: what each call names itself.",
        examples=["6"],
    )
    benchmark: str | None = Field(
        default=None,
        description="An index in the place of the calls' own, or `equal-weight`.",
        examples=['"000905.SH"'],
    )
    gap: Text | None = Field(
        default=None,
        description="What an exhibit block of this table says in its place where yanbao.toml names no store. Without it"
        " that is a mistake.",
        examples=['"未载入行情，评级成绩从缺"'],
    )


class TrackTable(_Shape):
    """The TOML file of a table that tells how published calls did; it has no CSV and names no columns.

    Columns, `origin` and `as_of` come with the answer: the ledger's head, the newest prices, how many calls have an
    outcome and how many have none, and why.
    """

    track: TrackQuery = Field(description="The question; prices are those of the store that `market` names.")
    columns: dict[Identifier, ColumnSpec] = Field(
        default_factory=dict, description="Further columns, each computed from those of the answer."
    )
    snapshot: Snapshot | None = Field(default=None, exclude=True)


@dataclass(frozen=True)
class TrackColumn:
    """A column of an answer, and the words of its cells that stand for a missing value."""

    id: str
    label: tuple[str, str]  # zh, en
    unit: str = ""
    kind: str = "measure"
    missing: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tracked:
    """What the record answers: columns, rows of cells as the CSV holds them, names of rows, what it rests on.

    `tables` are those of the store that it was made from.
    """

    columns: tuple[TrackColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    coverage: Bilingual
    ledger: tuple[str, str]  # how the ledger is named, zh and en
    tables: tuple[str, ...]
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    totals: tuple[str, ...] = ()  # rows that are no part of `column[:]`

    def csv(self) -> str:
        """Return the CSV of the table; cells have the order of the columns."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.id for column in self.columns])
        writer.writerows(self.rows)
        return out.getvalue()

    def toml(self) -> str:
        """Return the columns and the names of rows as TOML, for the sidecar that a build keeps."""
        return "\n".join([*_columns(self.columns), *_labels(self.labels, self.totals)]) + "\n"


Record = Callable[[TrackQuery, "Market"], Tracked]


def _columns(columns: Iterable[TrackColumn]) -> Iterator[str]:
    for column in columns:
        if column.id == "line":  # each row's line in the ledger
            continue
        yield from ("", f"[columns.{column.id}]", f"label = {_text(column.label)}")
        if column.unit:
            yield f"unit = {quoted(column.unit)}"
        if column.kind != "measure":
            yield f"kind = {quoted(column.kind)}"
        if column.missing:
            words = ", ".join(f"{quoted(word)} = {_text(reason)}" for word, reason in column.missing.items())
            yield f"missing = {{ {words} }}"


def _labels(labels: Mapping[str, tuple[str, str]], totals: tuple[str, ...]) -> Iterator[str]:
    for key, label in labels.items():
        yield from ("", f"[rows.{quoted(key)}]", f"label = {_text(label)}")
        if key in totals:
            yield 'role = "total"'


def _text(text: tuple[str, str]) -> str:
    return f"{{ zh = {quoted(text[0])}, en = {quoted(text[1])} }}"


def quoted(text: str) -> str:
    """Return a text as TOML writes it, on one line; JSON escapes all that TOML does but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def question_key(query: TrackQuery) -> dict[str, Any]:
    """Return what of a question decides how calls are scored: tables that share it need one scoring."""
    return query.model_dump(include={"calls", "by", "entry", "horizon", "benchmark"})
