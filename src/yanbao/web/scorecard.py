"""Scorecard: how the calls of the ledger, or the picks of the store, did; every table of `yanbao track`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from yanbao.document.theme import Theme
from yanbao.errors import YanbaoError
from yanbao.web.book import Books
from yanbao.web.desk import Place
from yanbao.web.ledger import page_number
from yanbao.web.score_charts import figure, picture
from yanbao.web.score_columns import COLUMNS, NUMBERS, WORDY, cells, plain_cells
from yanbao.web.scores import (
    ENTRIES,
    GROUPS,
    PRICES,
    RECORDS,
    TABLES,
    kept,
    key_of,
    read_asked,
    rows_of,
    scored_on,
    tracks_of,
)
from yanbao.web.site import Site, as_text, aside, form_of, language_of, seen
from yanbao.web.words import Language, word

ROWS = 200  # on one page


def routes(site: Site, books: Books) -> list[Route]:
    """Return the addresses of the scorecard."""

    async def show(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        asked, wrong = read_asked(query)
        if wrong:
            return shown(request, place, asked, wrong=wrong)
        language = language_of(request)
        table = query.get("table", "scorecard")
        table = table if table in TABLES else "scorecard"
        page, whole = page_number(query.get("page", "1")), query.get("format") == "csv"
        lacks = await aside(_lacks, place, books, asked["record"])
        found = None if lacks else await aside(_found, place, asked, table, page, whole)
        if found is not None and whole:
            return as_text(_csv(found["rows"], language), kind="text/csv", name=f"{table}.csv")
        exhibit = picture(table, found["drawn"], language, asked) if found is not None and page == 1 else None
        drawn = None
        if exhibit is not None:
            theme = await aside(_theme, place)
            drawn = Markup(await aside(figure, exhibit, theme, language))  # noqa: S704 (source made by render.html)
        return shown(request, place, asked, lacks=lacks, table=table, found=found, page=page, drawn=drawn)

    def shown(
        request: Request,
        place: Place,
        asked: dict[str, str],
        *,
        wrong: Sequence[str] = (),
        lacks: str = "",
        table: str = "scorecard",
        found: dict[str, Any] | None = None,
        page: int = 1,
        drawn: Markup | None = None,
    ) -> Response:
        language = language_of(request)
        rows = found["rows"] if found is not None else []
        return site.page(
            request, "scorecard.html", status=422 if wrong else 200, place=place, here="record", asked=asked,
            told=_wrong(wrong, language), lacks=lacks, found=found, page=page, first=(page - 1) * ROWS, step=ROWS,
            drawn=drawn, table=table, tables=TABLES, columns=COLUMNS[table], numbers=NUMBERS, wordy=WORDY,
            rows=[cells(table, row, language) for row in rows],
            records=RECORDS, groups=GROUPS, entries=ENTRIES, prices=PRICES, query=urlencode(asked),
            warnings=[row["warning"][language] for row in rows if row.get("warning")][:1],
        )  # fmt: skip

    async def compute(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        asked, wrong = read_asked({key: str(value) for key, value in form.items()})
        if wrong:
            return shown(request, place, asked, wrong=wrong)
        back = f"/w/{place.name}/record/score?{urlencode(asked)}"
        if await aside(_lacks, place, books, asked["record"]) or await aside(_made, place, asked):
            return seen(back)
        request_ = {"workspace": str(place.folder), "tracks": str(tracks_of(place)), "asked": asked}
        return seen(f"/jobs/{site.jobs.start('track', request_, title=place.name, back=back).id}")

    return [
        Route("/w/{place}/record/score", show),
        Route("/w/{place}/record/score", compute, methods=["POST"]),
    ]


def _wrong(wrong: Sequence[str], language: Language) -> str:
    names = [word(f"score.f_{name}", language) for name in wrong]
    return word("score.wrong", language, fields=("；" if language == "zh" else ", ").join(names)) if names else ""


def _lacks(place: Place, books: Books, record: str) -> str:
    """Return what keeps a record from being made: a word's key, or "" where nothing does.

    Raises:
        YanbaoError: yanbao.toml or the ledger cannot be read.
    """
    if scored_on(place.folder) is None:
        return "no_store"
    if record == "picks":
        return ""
    book = books.of(place)
    if book is None:
        return "no_ledger"
    if book.problems:
        return "broken_ledger"
    return "" if book.calls else "no_calls"


def _made(place: Place, asked: Mapping[str, str]) -> bool:
    return kept(tracks_of(place) / key_of(place.folder, asked)) is not None


def _found(place: Place, asked: Mapping[str, str], table: str, page: int, whole: bool) -> dict[str, Any] | None:
    """Return a kept record with rows of one table, and what its picture needs; `None` where it was not made."""
    folder = tracks_of(place) / key_of(place.folder, asked)
    try:
        about = kept(folder)
        if about is None:
            return None
        rows = rows_of(folder, table) if whole else rows_of(folder, table, (page - 1) * ROWS, ROWS)
        return {**about, "rows": rows, "drawn": [] if whole else _drawn(folder, table, rows)}
    except FileNotFoundError:  # older records go while newer ones are made
        return None


def _drawn(folder: Path, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows_of(folder, table) if table in ("scorecard", "paths", "calibration", "portfolio") else rows


def _theme(place: Place) -> Theme:
    try:
        reading = place.reading()
    except YanbaoError:  # told where the report is shown
        return Theme()
    return reading.theme if reading is not None else Theme()


def _csv(rows: list[dict[str, Any]], language: str) -> str:
    """Return a whole table as the command prints it: fractions, days, every column."""
    out = io.StringIO()
    writer = csv.writer(out)
    if rows:
        writer.writerow(rows[0])
        writer.writerows(plain_cells(row, language) for row in rows)
    return "\ufeff" + out.getvalue()
