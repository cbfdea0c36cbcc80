"""`yanbao track`: how the calls of a ledger, or the picks of a store, did."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from yanbao.cli.options import day_of
from yanbao.cli.screen import TableFormat, data, fail, say, steps, table, warn
from yanbao.errors import RatingError

if TYPE_CHECKING:
    from yanbao.rating.score import ScoreOptions, Step
    from yanbao.rating.tables import Scorecard

SHOWN: Final = 40  # rows of a table that is printed without being asked for all of it


class Entry(str, Enum):
    """When a call is entered."""

    same = "same"
    next = "next"


class Prices(str, Enum):
    """On which closes."""

    day = "day"
    month_end = "month-end"


class Group(str, Enum):
    """What the scorecard is grouped by."""

    all = "all"
    broker = "broker"
    analyst = "analyst"
    year = "year"
    rating = "rating"
    sector = "sector"
    security = "security"


class Which(str, Enum):
    """Which table of the record."""

    scorecard = "scorecard"
    calls = "calls"
    paths = "paths"
    calibration = "calibration"
    timeline = "timeline"
    targets = "targets"
    estimates = "estimates"
    estimate_errors = "estimate-errors"
    revisions = "revisions"
    portfolio = "portfolio"
    rates = "rates"


def track(
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="The folder with calls.csv and yanbao.toml, or a store.")
    ] = Path(),
    calls: Annotated[
        Path | None, typer.Option("--calls", metavar="FILE", help="The ledger. Default: the workspace's.")
    ] = None,
    picks: Annotated[bool, typer.Option("--picks", help="The store's monthly picks of brokers, not a ledger.")] = False,
    store: Annotated[
        Path | None, typer.Option("--store", help="The folder that `yanbao load` filled. Default: the workspace's.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="As known on this day.")] = None,
    entry: Annotated[
        Entry, typer.Option("--entry", help="Enter at the close of the day of publication, or of the next trading day.")
    ] = Entry.next,
    horizon: Annotated[
        list[str] | None,
        typer.Option(
            "--horizon", metavar="MONTHS", help="Months, or `own`: the call's; repeat it. Default: own 1 3 6 12."
        ),
    ] = None,
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", help="An index's code, or equal-weight. Default: the calls' own.")
    ] = None,
    sector: Annotated[
        str | None, typer.Option("--sector", help="Base rates: a sector's members, by name or code. Default: all.")
    ] = None,
    by: Annotated[Group, typer.Option("--by", help="Group the scorecard.")] = Group.all,
    prices: Annotated[
        Prices | None,
        typer.Option(
            "--prices", help="Closes. Default: month ends of picks; daily ones of calls, where there are any."
        ),
    ] = None,
    policy: Annotated[
        str | None, typer.Option("--policy", help="Picks: the bands, best first, in %; the first is what a pick says.")
    ] = None,
    cost: Annotated[float, typer.Option("--cost", help="Basket: cost of buying or selling, a fraction.")] = 0.001,
    which: Annotated[
        Which | None, typer.Option("--table", "-t", help="Default: scorecard; in JSON and CSV calls.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Print every row of a long table.")] = False,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """Score published calls on the store's prices: returns against the benchmark, hits, and what chance would give.

    A call is judged by the policy of its own day. Beside each hit rate stand the base rate (what share of the universe
    would have been a hit on the same days), the interval of random picks, and an error that respects that calls of one
    month share its market. A call without an outcome is listed with its status and the reason, and counted. Every
    formula: docs/track.md.

    JSON holds the rows of one table, in `rows`, with the notes; returns, rates and errors are fractions.

    Examples:

        yanbao track -w my-sector
        yanbao track -w my-sector --by analyst --entry same --horizon 6 --horizon 12
        yanbao track -w my-sector --table calls --format json
        yanbao track -w build/market --picks --benchmark 000300.SH --by year

    Exit codes: 0 done, 2 can't run.
    """
    with fail():
        day = day_of(as_of)
        options = _options(entry, horizon, benchmark, sector, by, prices, cost)
        with steps() as step:
            found = scored(workspace, calls, picks, store, day, policy, options, step)
    _show(found, which or (Which.scorecard if form is TableFormat.table else Which.calls), every, form)


def _options(
    entry: Entry,
    horizon: list[str] | None,
    benchmark: str | None,
    sector: str | None,
    by: Group,
    prices: Prices | None,
    cost: float,
) -> ScoreOptions:
    from yanbao.rating.outcome import OWN
    from yanbao.rating.score import HORIZONS, ScoreOptions

    wrong = [text for text in horizon or () if text != "own" and not (text.isdecimal() and 1 <= int(text) <= 120)]
    if wrong:
        raise typer.BadParameter(f"--horizon {', '.join(wrong)}: write `own`, or months from 1 to 120")
    if not 0 <= cost < 1:
        raise typer.BadParameter(f"--cost {cost}: write a fraction, 0.001 is 0.1 %")
    months = tuple(dict.fromkeys(OWN if text == "own" else int(text) for text in horizon or ()))
    return ScoreOptions(
        entry=entry.value,
        horizons=months or HORIZONS,
        benchmark=benchmark,
        sector=sector,
        grid=None if prices is None else prices.value,
        by=by.value,
        cost=cost,
    )


def scored(
    workspace: Path,
    calls: Path | None,
    picks: bool,
    store: Path | None,
    day: date | None,
    policy: str | None,
    options: ScoreOptions,
    step: Step,
) -> Scorecard:
    """Return the record of a workspace's ledger, or of its store's picks.

    Raises:
        RatingError, StoreError, ExhibitError, WorkspaceError: no ledger, no store, nothing that can be scored.
    """
    from yanbao.rating.recommendation import PICK_SCALE, recommendations
    from yanbao.rating.recommendation import picks as read_picks
    from yanbao.rating.score import score
    from yanbao.sector import Market
    from yanbao.store.store import Store

    if policy is not None and not picks:
        raise RatingError("--policy goes with --picks: each call of a ledger carries the policy of its own day")
    if picks and calls is not None:
        raise RatingError("--calls and --picks are two records: ask for one")
    if picks and options.grid is None:
        options = replace(options, grid="month-end")  # picks are for months, and few securities have daily closes
    settings = _settings(workspace)
    with Store.open(_store(workspace, store, settings)) as opened:
        market = Market(opened, opened.as_of(day))
        if picks:
            from yanbao.rating.policy import Scale

            scale = policy or PICK_SCALE
            step("reading picks")
            own = market.home.benchmark
            found, said = read_picks(market, own, scale, Scale.parse(scale).names[0])
        else:
            from yanbao.cli.ledger import ledger_file
            from yanbao.rating.ledger import read_ledger

            step("reading the ledger")
            found = recommendations(read_ledger(calls or ledger_file(workspace)).calls(), market.as_of)
            said = ()
        return score(found, market, options, said, step)


def _settings(workspace: Path) -> dict[str, Any]:
    """Return yanbao.toml, empty where there is none: a store's folder may be asked too."""
    file = workspace / "yanbao.toml"
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RatingError(f"{file}: cannot be read: {error}") from error


def _named(settings: dict[str, Any], part: str, key: str) -> str | None:
    found = settings.get(part)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, str) else None


def _store(workspace: Path, given: Path | None, settings: dict[str, Any]) -> Path:
    named = _named(settings, "market", "store")
    return given or (workspace / named if named else workspace)


def _show(found: Scorecard, which: Which, every: bool, form: TableFormat) -> None:
    rows = _rows(found, which)
    if form is TableFormat.json:
        data(
            {
                "table": which.value,
                "as_of": found.as_of.isoformat(),
                "entry": found.entry,
                "prices": found.grid,
                "benchmark": found.benchmark,
                "by": found.by,
                "notes": [note.json() for note in found.notes],
                "rows": rows,
            }
        )
        return
    if form is TableFormat.csv:
        heads = list(rows[0]) if rows else []
        table("", heads, [[_exact(row[head]) for head in heads] for row in rows], form)
        return
    shown = rows if every else rows[:SHOWN]
    heads = [head for head in _brief(which) if rows] or (list(rows[0]) if rows else [])
    title = f"{which.value}, as of {found.as_of}, against {found.benchmark}"
    table(title, heads, [[_printed(head, row[head]) for head in heads] for row in shown], form)
    if len(shown) < len(rows):
        say(f"{len(shown)} of {len(rows):,} rows; --all prints them all")
    for note in found.notes:
        say(note.en)
    if which in (Which.scorecard, Which.targets):
        for rate in found.published_rates:
            say(f"published: {rate.what.en} {rate.value} ({rate.source})")
    if which is Which.scorecard:
        for score in found.scores:
            if score.warning is not None and (every or score.group == "all"):
                warn(f"{score.group}, horizon {score.horizon}: {score.warning.en}")


def _rows(found: Scorecard, which: Which) -> list[dict[str, Any]]:
    from yanbao.rating.tables import plain

    if which is Which.calls:
        return [row.record() for row in found.calls]
    tables: dict[Which, Sequence[Any]] = {
        Which.scorecard: found.scores,
        Which.paths: found.paths,
        Which.calibration: found.calibration,
        Which.timeline: found.timeline,
        Which.targets: found.targets,
        Which.estimates: found.estimates,
        Which.estimate_errors: found.estimate_errors,
        Which.revisions: found.revisions,
        Which.portfolio: found.portfolio,
        Which.rates: found.published_rates,
    }
    return [plain(row) for row in tables[which]]


def _brief(which: Which) -> tuple[str, ...]:
    """Return the columns that a terminal shows; all where none are named."""
    brief: dict[Which, tuple[str, ...]] = {
        Which.scorecard: (
            "group", "horizon", "calls", "n", "months", "open", "missing", "late", "hit_rate", "hit_error", "base_rate",
            "random_low", "random_high", "mean", "standard_error", "universe_mean", "mean_if_lost", "mean_if_benchmark",
        ),
        Which.timeline: (
            "id", "security", "name", "rating", "published", "fate", "fate_day", "horizon_day", "relative_return",
            "realised", "hit", "status",
        ),
        Which.estimate_errors: ("measure", "by", "group", "n", "mean", "median", "mean_absolute", "lower", "upper"),
    }  # fmt: skip
    return brief.get(which, ())


_COUNTS: Final = frozenset(("horizon", "month", "n", "calls", "months", "days_to_target", "years_ahead", "holdings"))


def _printed(head: str, value: Any) -> str:
    if isinstance(value, dict):
        return str(value["en"])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and head not in _COUNTS:
        return f"{value:,.4f}"
    return "" if value is None else str(value)


def _exact(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["en"])
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else (repr(value) if isinstance(value, float) else str(value))
