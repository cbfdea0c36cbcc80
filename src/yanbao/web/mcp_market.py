"""Measures of a market from the store of a workspace, for an assistant."""

from __future__ import annotations

import json
import re
import types
import typing
from dataclasses import MISSING, fields
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from yanbao.build.folder import sha256
from yanbao.errors import ExhibitError
from yanbao.sector import EXHIBITS
from yanbao.web.mcp_number import Cell, Column, Number, Origin, Told
from yanbao.web.mcp_report import Name, Reports, Start, settings

Asked = str | int | float | bool | list[str]
_LONGEST = 2_000  # characters of an option: an expression of `screen`


class Option(Told):
    """An option of a measure."""

    option: str
    kind: str
    needed: bool
    default: str | None = None


class Measure(Told):
    """A measure: the question it answers, and where it was asked for by name what its rows hold and its options."""

    measure: str
    question: str
    about: str | None = None
    options: list[Option] | None = None


class Measures(BaseModel):
    """The measures that a store answers."""

    measures: list[Measure]


class Coverage(BaseModel):
    """How many members the numbers rest on, and what was left out and why."""

    text: str
    counts: list[dict[str, str | int | float | list[str] | None]]
    notes: list[str]


class Measured(BaseModel):
    """A measure's rows; a cell's number stands in `facts`. Returns and ratios of unit 1 are fractions: 0.05 is 5 %."""

    workspace: str
    measure: str
    market: str
    as_of: Annotated[str, Field(description="What was known on this day, and nothing later.")]
    options: dict[str, Asked]
    columns: list[Column]
    rows: list[list[Cell]]
    total: Annotated[int, Field(description="How many rows there are; ask on with `start`.")]
    coverage: Coverage
    facts: dict[str, Number]


class Market:
    """The tools of the store."""

    def __init__(self, reports: Reports) -> None:
        self.reports = reports

    def list_measures(
        self,
        measure: Annotated[
            str | None, Field(max_length=60, description="Tell all of this one: its rows, its options.")
        ] = None,
    ) -> Measures:
        """List what measure_sector can compute from a store: performance, ranking, valuation, growth and more.

        Ask again with the name of one: it then tells what its rows hold, its formula and its options.
        """
        if measure is None:
            return Measures(measures=[Measure(measure=name, question=_told(name)[0]) for name in EXHIBITS])
        if measure not in EXHIBITS:
            raise ExhibitError(f"no measure {measure!r}; there are: {', '.join(EXHIBITS)}")
        return Measures(measures=[_measure(measure)])

    def measure_sector(
        self,
        workspace: Name,
        measure: Annotated[str, Field(max_length=60, description="As list_measures names it.")],
        options: Annotated[
            dict[str, Asked] | None,
            Field(description='{"sector": "计算机", "from": "2023-12-29", "to": "2024-06-28"}; days as 2024-06-28.'),
        ] = None,
        as_of: Annotated[
            date | None, Field(description="As known on this day. Default: the day of the store's last load.")
        ] = None,
        market: Annotated[Literal["cn", "us"], Field(description="Whose calendar and currency.")] = "cn",
        start: Start = 0,
        most: Annotated[int, Field(ge=1, le=200)] = 20,
    ) -> Measured:
        """Compute a measure of a sector or a market from the workspace's store, as known on a day."""
        from yanbao.sector import Market as Known
        from yanbao.sector.market import HOMES
        from yanbao.sector.options import read_options
        from yanbao.store.store import Store

        place = self.reports.place(workspace)
        given = options or {}
        _refuse_long(given)
        asked = read_options(measure, given)
        named = settings(place)
        language = named.report.language
        path = place.folder / (named.market.store if named.market else "")
        with Store.open(path) as store:
            day = store.as_of(as_of)
            found = EXHIBITS[measure].function(Known(store, day, HOMES[market]), asked)
            rows, coverage = found.rows, found.coverage
        columns = [
            Column(label=column.head.en if language == "en" else column.head.zh, unit=column.unit or None)
            for column in found.columns
        ]
        question = json.dumps([measure, market, day.isoformat(), given], ensure_ascii=False, sort_keys=True)
        lead = f"measure:{measure}@{day}~{sha256(question.encode())[:10]}"
        facts: dict[str, Number] = {}
        table = []
        for at, row in enumerate(rows[start : start + most], start):
            label = " · ".join(str(value) for value in row.values() if isinstance(value, str | date))[:200]
            period = next((str(value) for value in row.values() if isinstance(value, date)), None)
            cells = []
            for column, head in zip(found.columns, columns, strict=True):
                value = row[column.name]
                told = _cell(value)
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    name = f"{lead}#{at}.{column.name}"
                    told.facts = [name]
                    facts[name] = Number(
                        id=name, label=f"{label} · {head.label}", text=told.text, value=value, unit=column.unit,
                        period=period, as_of=day.isoformat(),
                        source=Origin(
                            origin=f"{measure} of the store, as known on {day}", row=str(at), column=column.name
                        ),
                    )  # fmt: skip
                cells.append(told)
            table.append(cells)
        return Measured(
            workspace=workspace, measure=measure, market=market, as_of=day.isoformat(), options=given,
            columns=columns, rows=table, total=len(rows), facts=facts,
            coverage=Coverage(
                text=coverage.text.en if language == "en" else coverage.text.zh,
                counts=[{name: _plain(value) for name, value in count.items()} for count in coverage.counts],
                notes=[note.en if language == "en" else note.zh for note in found.notes],
            ),
        )  # fmt: skip


def _measure(name: str) -> Measure:
    from yanbao.sector.options import WRITTEN

    entry = EXHIBITS[name]
    question, about = _told(name)
    hints = typing.get_type_hints(entry.options)
    shown = {field: written for written, field in WRITTEN.items()}
    return Measure(
        measure=name,
        question=question,
        about=about,
        options=[
            Option(
                option=shown.get(field.name, field.name),
                kind=_kind(hints[field.name]),
                needed=field.default is MISSING and field.default_factory is MISSING,
                default=None if field.default in (MISSING, None, ()) else str(field.default),
            )
            for field in fields(entry.options)
        ],
    )


def _told(name: str) -> tuple[str, str]:
    """Return the question of a measure, and what its rows hold."""
    lines = (EXHIBITS[name].function.__doc__ or "").strip().partition("Raises:")[0]
    question, _, about = lines.partition("\n")
    return question.strip(), re.sub(r"\s+", " ", about).strip()


def _kind(hint: Any) -> str:
    """Return a type in a user's words."""
    parts = [part for part in typing.get_args(hint) if part not in (type(None), Ellipsis)]
    origin = typing.get_origin(hint)
    if origin is Literal:
        return " | ".join(str(part) for part in parts)
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(part) for part in parts)
    named = {date: "day", str: "text", int: "whole number", float: "number", bool: "true or false"}
    return named.get(hint, getattr(hint, "__name__", str(hint)))


def _refuse_long(given: dict[str, Asked]) -> None:
    long = [name[:60] for name, value in given.items() if len(str(value)) > _LONGEST]
    if long or len(given) > 40:
        raise ExhibitError(
            f"options are too long ({', '.join(long) or len(given)}): at most {_LONGEST:,} characters each"
        )


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell(text="", missing="the store has none")
    if isinstance(value, float):
        return Cell(text=f"{value:,.4f}")
    return Cell(text=value.isoformat() if isinstance(value, date) else str(value))


def _plain(value: Any) -> str | int | float | list[str] | None:
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
