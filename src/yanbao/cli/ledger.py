"""`yanbao ledger`: the record of published calls, shown, verified, continued."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from yanbao.cli.options import day_of
from yanbao.cli.screen import TableFormat, data, fail, say, table, warn
from yanbao.errors import RatingError

if TYPE_CHECKING:
    from yanbao.errors import Mistake
    from yanbao.rating import Call, Head, Ledger

FILE = "calls.csv"
SHOWN = 40  # rows of a table, mistakes of an import, that are printed without being asked for all of them

ledger = typer.Typer(
    name="ledger",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="""The record of published calls, calls.csv: ratings, targets and estimates, each bound to its report.

It is only ever appended to: `yanbao publish` adds the calls of a report, `import` those of the past, `append` what
became of a call, `correct` what was misprinted. Each entry carries the hash of the one before, so that `verify` names
the first one that was altered, removed, inserted or moved; with a *head* that was kept elsewhere (a file, a Git tag, a
published report) it also sees a tail that was cut off, and a ledger that was rewritten.

    yanbao ledger show my-sector
    yanbao ledger verify my-sector --head v2024-07
    yanbao ledger import my-sector past.csv --mapping past.toml
    yanbao ledger append my-sector withdraw C00003 --reason "coverage moves to another team"

Look at calls.csv anywhere, but never save it in a spreadsheet: that rewrites days and numbers, and breaks the chain.
""",
)

Where = Annotated[Path, typer.Argument(metavar="WORKSPACE", help="The folder with calls.csv, or such a file itself.")]
Form = Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")]
Every = Annotated[bool, typer.Option("--all", help="Print every row of a long table.")]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help="The day of its publication. Default: today.")]
Expect = Annotated[
    str | None,
    typer.Option("--expect", metavar="COUNT:HASH", help="Append only if the ledger still stands at this head."),
]


class Ending(str, Enum):
    """What may become of a call."""

    suspend = "suspend"
    withdraw = "withdraw"
    drop = "drop"


def ledger_file(where: Path) -> Path:
    """Return the ledger of a workspace: the file that yanbao.toml names in `[ledger]`, else calls.csv.

    Raises:
        RatingError: yanbao.toml cannot be read, or names a file outside of the workspace.
    """
    import tomllib

    if not where.is_dir():
        return where
    named: Any = FILE
    if (where / "yanbao.toml").is_file():
        try:
            part = tomllib.loads((where / "yanbao.toml").read_text("utf-8-sig")).get("ledger", {})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise RatingError(f"{where / 'yanbao.toml'}: cannot be read: {error}") from error
        named = part.get("file", FILE) if isinstance(part, dict) else FILE
    # the file itself may be a link: so several workspaces keep one ledger
    if not isinstance(named, str) or Path(named).is_absolute() or ".." in Path(named).parts:
        raise RatingError(f"{where / 'yanbao.toml'}: ledger.file: {named!r} is no file inside the workspace")
    return where / named


@ledger.command()
def show(
    where: Where,
    entries: Annotated[bool, typer.Option("--entries", help="The entries as recorded, not the calls.")] = False,
    security: Annotated[str | None, typer.Option("--security", "-s", help="Only this code or name.")] = None,
    every: Every = False,
    form: Form = TableFormat.table,
) -> None:
    """Show the calls of a ledger, each with what became of it, or its entries; a broken ledger is not shown.

    A call is a rating with its price, target and estimates, as corrected since. Its *fate* is `standing`, `superseded`
    (by the next rating of the same security), `suspended`, `withdrawn` or `dropped`, since the day beside it.

    JSON holds the head and every call with its estimates and events; CSV of `--entries` holds the columns of calls.csv.

    Examples:

        yanbao ledger show my-sector
        yanbao ledger show my-sector --security 002380.SZ --entries
        yanbao ledger show my-sector --format json

    Exit codes: 0 shown, 2 can't run: there is no ledger, or `yanbao ledger verify` finds it broken.
    """
    from yanbao.rating import read_ledger
    from yanbao.rating.entry import NAMES

    with fail():
        found = read_ledger(ledger_file(where))
    head = found.head
    if entries:
        rows = [list(entry.cells) for entry in found.entries if security in (None, entry.security, entry.name)]
        if form is TableFormat.table:
            used = [at for at, name in enumerate(NAMES) if name in _BRIEF]
            kept, more = _cut([[row[at] for at in used] for row in rows], every)
            table(_title(found), [NAMES[at] for at in used], kept, form)
            _end(more)
        else:
            table("", NAMES, rows, form)
        return
    calls = [call for call in found.calls() if security in (None, call.entry.security, call.entry.name)]
    if form is TableFormat.json:
        data({"entries": head.count, "hash": head.hash, "calls": [_call_json(call) for call in calls]})
        return
    kept, more = _cut([_call_row(call) for call in calls], every or form is not TableFormat.table)
    table(_title(found), _CALL, kept, form)
    _end(more)


_BRIEF = ("entry", "published", "action", "call", "security", "name", "rating", "price", "target", "measure", "period",
          "value", "unit", "analyst", "reason", "corrects")  # fmt: skip
_CALL = ("call", "published", "security", "name", "action", "rating", "horizon", "price", "target", "currency",
         "estimates", "analyst", "fate", "since")  # fmt: skip


def _title(found: Ledger) -> str:
    head = found.head
    return f"{found.path.name}: {head.count} entries, head {head.count}:{head.hash}"


def _cut(rows: list[list[str]], every: bool) -> tuple[list[list[str]], int]:
    return (rows, 0) if every else (rows[:SHOWN], max(0, len(rows) - SHOWN))


def _end(more: int) -> None:
    if more:
        say(f"… {more} more: --all, --format json or --format csv")


def _call_row(call: Call) -> list[str]:
    rated, end = call.entry, _since(call)
    price, target = ("" if one is None else format(one, "f") for one in (rated.price, rated.target))
    return [
        call.id, rated.published.isoformat(), rated.security, rated.name, rated.action or "", rated.rating,
        str(rated.horizon), price, target, rated.currency, str(len(call.estimates)), rated.analyst, call.fate,
        end.isoformat() if end is not None else "",
    ]  # fmt: skip


def _since(call: Call) -> date | None:
    ended = call.ended
    if ended is not None:
        return ended.day
    return next((event.day for event in call.events if event.kind == "suspended"), None)


def _call_json(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "fate": call.fate,
        "since": None if (since := _since(call)) is None else since.isoformat(),
        **_stated(call.entry),
        "estimates": [_stated(one, _OF_ESTIMATE) for one in call.estimates],
        "events": [
            {"day": one.day.isoformat(), "kind": one.kind, "entry": one.entry, "reason": one.reason, "by": one.by}
            for one in call.events
        ],
    }


_OF_ESTIMATE = ("entry", "published", "measure", "period", "value", "unit", "analyst", "report", "title")


def _stated(entry: Any, names: tuple[str, ...] | None = None) -> dict[str, str | None]:
    from yanbao.rating.entry import NAMES

    cells = dict(zip(NAMES, entry.cells, strict=True))
    dropped = ("call", "measure", "period", "value", "unit", "corrects", "reason")
    return {name: cells[name] or None for name in names or tuple(one for one in NAMES if one not in dropped)}


@ledger.command()
def verify(
    where: Where,
    head: Annotated[
        list[str] | None,
        typer.Option(
            "--head", metavar="FILE|TAG|COUNT:HASH", help="A head that was kept outside; may be given several times."
        ),
    ] = None,
    form: Form = TableFormat.table,
) -> None:
    """Prove that a ledger is as it was published, or name the first entry that is not.

    Told are entries that were altered, removed, inserted, replaced or reordered; what a spreadsheet did to the file
    (CRLF, GBK, dropped zeros, days written another way); and, against each `--head`, a tail that was cut off and a
    chain that was rewritten. Without a head these last two cannot be seen: whoever rewrites every entry after the one
    they change makes a ledger that is whole by itself. So keep heads where the ledger's writers cannot change them.

    A head is `COUNT:HASH`, a file that holds `COUNT HASH` (`yanbao publish --head FILE` writes one; publication.json
    and a published report hold one too), or an annotated tag of the workspace's Git repository (`publish --tag`).

    Examples:

        yanbao ledger verify my-sector
        yanbao ledger verify my-sector --head heads.txt --head v2024-07

    Exit codes: 0 whole, 1 something was done to it, 2 can't run.
    """
    from yanbao.rating import read_rows
    from yanbao.rating import verify as problems_of
    from yanbao.rating.heads import read_heads

    heads: list[Head] = []
    with fail():
        file = ledger_file(where)
        wrong: list[str] = []
        for name in head or []:
            try:
                heads += read_heads(name, file.parent)
            except RatingError as error:
                wrong.append(str(error))
        if wrong:
            raise RatingError("\n".join(wrong))
        reading = read_rows(file)
        problems = problems_of(reading, heads)
    last = reading.rows[-1] if reading.rows else None
    if form is TableFormat.json:
        data(
            {
                "whole": not problems,
                "entries": len(reading.rows),
                "hash": None if last is None else last.hash,
                "heads": len(heads),
                "problems": [vars(problem) for problem in problems],
            }
        )
    elif problems:
        heads_of_table = ("entry", "line", "kind", "field", "cause")
        rows = [[str(one.entry or ""), str(one.line or ""), one.kind, one.field, one.cause] for one in problems]
        table(f"{file.name}: {len(problems)} problems, first entry first", heads_of_table, rows[:SHOWN], form)
        if form is TableFormat.table:
            _end(max(0, len(rows) - SHOWN))
            for hint in dict.fromkeys(one.hint for one in problems if one.hint):
                say(f"hint: {hint}")
    else:
        count = len(reading.rows)
        said = f"{file.name}: whole, {count} entries, head {count}:{last.hash if last is not None else '0' * 64}"
        say(said + (f"; {len(heads)} heads agree" if heads else ""))
    if not heads and not problems:
        warn("no --head was given: a tail that was cut off, or a ledger that was rewritten, cannot be seen")
    raise typer.Exit(1 if problems else 0)


@ledger.command("import")
def take(
    where: Where,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The history: CSV (any encoding) or Excel.")],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", help="A TOML that says what the file's columns mean.")],
    skip: Annotated[
        bool, typer.Option("--skip-refused", help="Import the rows that can be, and tell those that cannot.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Tell what would be imported; write nothing.")] = False,
    form: Form = TableFormat.table,
) -> None:
    """Import past calls from a file of anybody's making: every row once, however often the file is imported.

    The *mapping* names the columns of the ledger and those of the file, and states what the file does not: the rating
    policy of the time, its benchmark and horizon.

        missing = ["", "--"]
        constants.policy = "买入>20; 中性[-20,20]; 卖出<-20"
        constants.benchmark = "000300.SH"
        constants.horizon = "6"
        constants.currency = "CNY"
        estimates = [{ from = "EPS2024E", measure = "eps", period = "2024E", unit = "元" }]
        [columns]
        published = "发布日期"
        security = "代码"
        name = "简称"
        rating = { from = "评级", words = { "强烈推荐" = "买入" } }
        price = "收盘价"
        analyst = "分析师"

    What a rating does (initiate, maintain, raise, cut) follows from the ledger. Rows that cannot be read are told with
    row, column and reason; then nothing is imported, unless `--skip-refused`. Rows that say what one before them said
    are counted and left out. Nothing that the file does not say is filled in: without a price day there is none.

    Examples:

        yanbao ledger import my-sector past.csv --mapping past.toml --dry-run
        yanbao ledger import my-sector past.csv --mapping past.toml

    Exit codes: 0 imported, 1 rows were refused, 2 can't run.
    """
    from yanbao.rating import append_history, post, read_ledger
    from yanbao.rating.history import import_history
    from yanbao.rating.ledger import Ledger

    with fail():
        target = ledger_file(where)
        history = import_history(file, mapping)
        if dry or (history.refused and not skip):
            before = read_ledger(target) if target.exists() else Ledger(target, ())
            posted = post(before, history.entries, once=True)
        else:
            posted = append_history(target, history.entries, refused=skip)
    refused = sorted({*history.refused, *posted.mistakes})
    wrote = not dry and (skip or not refused)
    added = len(posted.entries) if wrote or dry else 0
    repeated = sum(number > posted.head.count - len(posted.entries) for _, number in posted.known)
    counts = {
        "rows": history.rows,
        "appended" if not dry else "would_append": added,
        "already_there": len(posted.known) - repeated,
        "repeated": repeated,
        "refused": len({(one.file, one.line) for one in refused}),
    }
    if form is TableFormat.json:
        refusals = [_refusal(one) for one in refused]
        data({**counts, "entries": posted.head.count, "hash": posted.head.hash, "refusals": refusals})
    else:
        table(f"{file.name} -> {target.name}", list(counts), [[f"{count:,}" for count in counts.values()]], form)
    if form is TableFormat.table:
        for one in refused[:SHOWN]:
            say(f"  {one}")
        _end(max(0, len(refused) - SHOWN))
        if refused and not wrote:
            say("nothing was imported; --skip-refused leaves these rows out")
        elif wrote:
            say(f"head {posted.head.count}:{posted.head.hash}")
    raise typer.Exit(1 if refused else 0)


def _refusal(one: Mistake) -> dict[str, str | int]:
    return {"file": one.file, "row": one.line, "field": one.field, "reason": one.cause}


@ledger.command()
def append(
    where: Where,
    what: Annotated[Ending, typer.Argument(metavar="suspend|withdraw|drop", help="What became of the call.")],
    call: Annotated[str, typer.Argument(metavar="CALL", help="Its id, as `yanbao ledger show` prints it.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it is published with the record.")],
    on: On = None,
    expect: Expect = None,
) -> None:
    """Record what became of a call: its rating is suspended, the call withdrawn, or coverage dropped.

    A rating after a suspension goes on from the suspended one; one after a withdrawal or a drop initiates anew. New
    ratings and estimates come in by `yanbao publish`, past ones by `yanbao ledger import`.

    Example: `yanbao ledger append my-sector suspend C00003 --reason "major restructuring"`

    Exit codes: 0 recorded, 2 can't run.
    """
    from yanbao.rating import Entry, read_ledger

    with fail():
        file = ledger_file(where)
        found = {one.id: one.entry for one in read_ledger(file).calls()}.get(call)
        if found is None:
            raise RatingError(f"{file}: has no call {call}\n    hint: `yanbao ledger show` lists them")
        entry = Entry(
            published=day_of(on) or date.today(), action=what.value, call=call, scope=found.scope,
            security=found.security, name=found.name, house=found.house, reason=reason,
        )  # fmt: skip
        _record(file, entry, expect)


@ledger.command()
def correct(
    where: Where,
    entry: Annotated[int, typer.Argument(metavar="ENTRY", help="The number of the entry that was wrong.")],
    cells: Annotated[list[str], typer.Argument(metavar="COLUMN=VALUE...", help="What is right; COLUMN= empties one.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it is published with the record.")],
    on: On = None,
    expect: Expect = None,
) -> None:
    """Correct an entry by a new one, which restates it whole; the entry itself stays as it was published.

    Security, day of publication, report and action cannot be corrected: withdraw the call, and make it anew.

    Example: `yanbao ledger correct my-sector 3 price=24.14 price_day=2024-07-12 --reason "misprint"`

    Exit codes: 0 recorded, 2 can't run.
    """
    from yanbao.rating import correction, read_ledger

    with fail():
        right = dict(cell.split("=", 1) for cell in cells if "=" in cell)
        if len(right) != len(cells):
            raise RatingError(f"{' '.join(cells)}: write COLUMN=VALUE, each column once")
        file = ledger_file(where)
        _record(file, correction(read_ledger(file), entry, day_of(on) or date.today(), reason, right), expect)


def _record(file: Path, entry: Any, expect: str | None) -> None:
    from yanbao.rating import Head
    from yanbao.rating import append as record

    head = record(file, [entry], expect_head=None if expect is None else Head.parse(expect))
    say(f"recorded as entry {head.count}; head {head.count}:{head.hash}")
