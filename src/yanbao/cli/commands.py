"""The commands."""

from __future__ import annotations

from collections import Counter
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from yanbao import __version__
from yanbao.cli.check import check
from yanbao.cli.ledger import ledger
from yanbao.cli.load import load
from yanbao.cli.mcp import mcp
from yanbao.cli.model import model
from yanbao.cli.model_excel import export, take
from yanbao.cli.model_runs import sensitivity as _sensitivity  # noqa: F401 (adds its commands to `model`)
from yanbao.cli.options import Language, day_of
from yanbao.cli.screen import TableFormat, data, fail, say, steps, table, warn
from yanbao.cli.serve import serve
from yanbao.cli.sign import publish, sign
from yanbao.cli.track import track
from yanbao.errors import BuildError, ExhibitError

ROWS = 40  # of a table that is printed without being asked for all of it

app = typer.Typer(
    name="yanbao",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Sector research as code: a workspace becomes a published report whose every number is traced and proved.

A first report:

    yanbao new my-sector
    yanbao build my-sector --out out
    yanbao prove out
    yanbao trace out 5275

Exit codes: 0 done, 1 something breaks, 2 can't run.""",
)


app.command()(load)
app.command()(check)
app.command()(serve)
app.command()(mcp)
app.command()(sign)
app.command()(publish)
app.command()(track)
model.command()(export)
model.command("import")(take)
app.add_typer(model)
app.add_typer(ledger)


class Output(str, Enum):
    """An output format."""

    html = "html"
    pptx = "pptx"
    pdf = "pdf"
    xlsx = "xlsx"


class MarketName(str, Enum):
    """Whose calendar and currency an exhibit takes."""

    cn = "cn"
    us = "us"


class TemplateName(str, Enum):
    """What a new workspace is."""

    starter = "starter"
    model = "model"
    sector = "sector"
    record = "record"


class ProofFormat(str, Enum):
    """How a proof is printed."""

    text = "text"
    json = "json"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"yanbao {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Sector research as code."""


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make; no file in it is overwritten.")],
    template: Annotated[
        TemplateName,
        typer.Option(
            "--template",
            "-t",
            help="starter: three pages; model: they and a forecast; sector: a chapter; record: how calls did.",
        ),
    ] = TemplateName.starter,
    sector: Annotated[str | None, typer.Option("--sector", help="Sector: its name or code.")] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", help="Sector, record: the folder that `yanbao load` filled. Default: FOLDER."),
    ] = None,
    calls: Annotated[
        Path | None, typer.Option("--calls", metavar="FILE", help="Record: the ledger of published calls.")
    ] = None,
    language: Annotated[Language, typer.Option("--language", "-l", help="Sector, record: zh or en.")] = Language.zh,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DAY", help="Sector, record: the report's day. Default: the newest data."),
    ] = None,
) -> None:
    """Make a workspace that builds and proves: three pages to make your own, a sector's first chapter, or a record.

    `--template model` adds a driver model with scenario, checks and sensitivities, and the page that shows it.
    `--template sector` writes the chapter from a store: performance, ranking, movers, valuation, fund holdings, growth,
    margins, expenses, people and cash flow, each as known on the report's day. A page that the store has no data for is
    left out, and the command says why.

    `--template record` writes how the calls of a ledger did on the prices of a store, in both languages: scorecard by
    rating beside chance, hit rates by horizon, relative return after entry, rated and realised classes, the calls along
    the time, forecasts against actuals, and how all was measured.

    Examples:

        yanbao new my-sector && yanbao build my-sector --out out
        yanbao new my-sector --template model && yanbao model run my-sector grid_model
        yanbao new my-report --template sector --sector 计算机 --store build/market --as-of 2024-06-30
        yanbao new record --template record --calls calls.csv --store build/market
    """
    if template in (TemplateName.starter, TemplateName.model):
        given = {"--sector": sector, "--store": store, "--as-of": as_of, "--calls": calls}
        wrong = [name for name, value in given.items() if value is not None]
        if wrong:
            raise typer.BadParameter(f"{', '.join(wrong)} goes with another --template")
        from yanbao.cli.starter import write_starter

        with fail():
            written = write_starter(folder, model=template is TemplateName.model)
        for name in written:
            say(f"  {folder / name}")
    else:
        if template is TemplateName.sector:
            if sector is None:
                raise typer.BadParameter("--template sector needs --sector, the name or the code of one")
            from yanbao.cli.sector_template import Request, write_sector

            with fail():
                made = write_sector(Request(folder, sector, store or folder, language.value, day_of(as_of)))
        else:
            if calls is None:
                raise typer.BadParameter("--template record needs --calls, the ledger of published calls")
            from yanbao.cli.record_template import RecordRequest, write_record

            with fail():
                made = write_record(RecordRequest(folder, calls, store or folder, language.value, day_of(as_of)))
        for name in made.files:
            say(f"  {folder / name}")
        say(f"as of {made.as_of}")
        for line in made.passed:
            say(f"newest period with enough companies: {line}")
        for left in made.left:
            say(f"left out: {left.page}: {left.why}")
        if made.unnamed:
            warn(f"no English name of {', '.join(made.unnamed)}: add them to [market.names] of yanbao.toml")
    say(f"next: yanbao build {folder} --out out")


@app.command()
def build(
    workspace: Annotated[Path, typer.Argument(help="The folder with yanbao.toml.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The build folder; replaced as a whole.")] = Path("out"),
    formats: Annotated[
        list[Output] | None,
        typer.Option("--format", "-f", help="An output to write; repeat it. Default: the workspace's."),
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="Report as of this day instead.")] = None,
    language: Annotated[Language | None, typer.Option("--language", "-l", help="zh or en instead.")] = None,
    watching: Annotated[
        bool, typer.Option("--watch", help="Go on: build and prove again whenever a file of the workspace changes.")
    ] = False,
) -> None:
    """Build a workspace into HTML, PPTX, PDF and XLSX with a manifest; the old build stays until the new one is whole.

    All mistakes of the workspace are reported at once with file and line, and nothing is written.

    With `--watch` each change of a file is built at once, much faster than by a new command: what did not change is
    kept. Printed are the time, the numbers that changed, and what the proof says. Ctrl-C ends it.

    Example: `yanbao build examples/computer-2024h1 --out out`
    """
    from yanbao import build as building

    with fail():
        builder = building.Builder(
            workspace,
            out,
            formats=[item.value for item in formats] if formats else None,
            as_of=day_of(as_of),
            language=language.value if language else None,
            keep=watching,
        )
        if watching:
            from yanbao.cli.watching import watch_and_tell

            if not (workspace / "yanbao.toml").is_file():  # mistakes are waited out, a wrong folder is not
                raise BuildError(f"{workspace} is no workspace: it has no yanbao.toml; `yanbao new` makes one")
            with builder:
                watch_and_tell(builder)
            return
        with builder, steps() as progress:
            made = builder.build(progress).build
    for warning in made.warnings:
        warn(warning)
    exhibits = len(list(made.document.exhibits()))
    document = made.document
    say(f"{document.title}: {len(document.pages)} pages, {exhibits} exhibits, {len(document.facts)} facts")
    for path in made.outputs:
        say(f"  {path}  {path.stat().st_size / 1024:,.0f} KB")
    say(f"next: yanbao prove {out}")


@app.command()
def prove(
    out: Annotated[Path, typer.Argument(help="A build folder.")],
    form: Annotated[
        ProofFormat, typer.Option("--format", "-f", help="text, or json with every finding.")
    ] = ProofFormat.text,
) -> None:
    """Re-read every output and prove every number in it against its sources.

    Prints what breaks, each with its place, and at the end `proved: N of N numbers`. N is counted in the finished
    files by a tokenizer that knows nothing of the build. Exit code 0: proved; 1: something breaks; 2: can't run.
    """
    from yanbao import build as building
    from yanbao.check.proof import prove as prove_build

    with fail():
        made = building.read_build(out)
        proof = prove_build(made.document, made.inputs, made.outputs)
    if form is ProofFormat.json:
        data(proof.to_json())
    else:
        say(proof.to_text())
    raise typer.Exit(0 if proof.ok else 1)


@app.command()
def trace(
    out: Annotated[Path, typer.Argument(help="A build folder.")],
    query: Annotated[
        str, typer.Argument(help="A number as printed (5275, 18倍), a fact's id, or a word of its label.")
    ],
    form: Annotated[ProofFormat, typer.Option("--format", "-f", help="text or json.")] = ProofFormat.text,
) -> None:
    """Show where a number comes from: its formula, its inputs, down to the cells they stand in.

    Example: `yanbao trace out 27.6%`
    """
    from yanbao import build as building
    from yanbao.cli.lineage import show_trace

    with fail():
        made = building.read_build(out)
        found = building.trace(made.document, query)
    if form is ProofFormat.json:
        data(
            [
                {
                    "lineage": item.root.to_json(),
                    "shown": [
                        {"page": place.page, "where": place.context, "text": place.text} for place in item.places
                    ],
                }
                for item in found
            ]
        )
    else:
        for item in found:
            show_trace(item)


@app.command()
def show(
    exhibit: Annotated[
        str, typer.Argument(help="An exhibit of the report (its id), or of the market (`ranking`); `list` lists them.")
    ],
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", help="The folder with yanbao.toml, or a store.")
    ] = Path(),
    sector: Annotated[str | None, typer.Option("--sector", help="Market: a sector's code or name.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Market: the close before it.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Market: the last day.")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help="Market: the one day.")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="Market: as known on this day.")] = None,
    n: Annotated[int | None, typer.Option("--n", help="Market: how many of the best and worst.")] = None,
    method: Annotated[list[str] | None, typer.Option("--method", help="Market: overall, median, …; repeat it.")] = None,
    benchmark: Annotated[str | None, typer.Option("--benchmark", help="Market: an index's code or name.")] = None,
    classified: Annotated[bool, typer.Option("--classified", help="Market: members that are not listed, too.")] = False,
    market: Annotated[
        MarketName, typer.Option("--market", help="Market: cn, A-shares; us, stocks of New York: calendar, currency.")
    ] = MarketName.cn,
    option: Annotated[
        list[str] | None, typer.Option("--option", metavar="NAME=VALUE", help="Market: any other option; repeat it.")
    ] = None,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """Print the data of one exhibit: of a report without building it, or of the market as known on a day.

    Examples:

        yanbao show grid-investment -w examples/computer-2024h1 --format csv
        yanbao show ranking -w build/market --from 2023-12-29 --to 2024-06-28
        yanbao show members -w build/market --sector 计算机 --on 2024-06-28 --format json
    """
    from yanbao.cli.market import exhibit_names, has_store, show_exhibit

    asked = {"sector": sector, "from": first, "to": last, "on": on, "n": n, "method": method, "benchmark": benchmark}
    given = {name: value for name, value in asked.items() if value is not None} | (
        {"classified": True} if classified else {}
    )
    with fail():
        given |= _options(option or [])
        is_report = (workspace / "yanbao.toml").is_file()
        if exhibit == "list" and not is_report and has_store(workspace):
            table("exhibits of the market", ["exhibit", "question"], exhibit_names(), form)
            return
        if has_store(workspace) and (given or not is_report):
            show_exhibit(workspace, exhibit, given, None if as_of is None else day_of(as_of), market.value, form)
            return
        from yanbao.author import compose
        from yanbao.cli.exhibit_data import exhibit_list, exhibit_rows

        document = compose(workspace).document
        title, heads, rows = exhibit_list(document) if exhibit == "list" else exhibit_rows(document, exhibit)
    table(title, heads, rows, form)


def _options(written: list[str]) -> dict[str, str | list[str]]:
    """Return options given as NAME=VALUE; one that stands twice has several values."""
    given: dict[str, str | list[str]] = {}
    for text in written:
        name, sign, value = text.partition("=")
        if not sign:
            raise ExhibitError(f"--option {text}: write NAME=VALUE")
        before = given.get(name)
        given[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return given


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The earlier build folder.")],
    new_build: Annotated[Path, typer.Argument(metavar="NEW", help="The later build folder.")],
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """List the numbers, bound words, sentences and charts that changed between two builds, and why."""
    from yanbao import build as building

    with fail():
        changes = building.difference(building.read_build(old).document, building.read_build(new_build).document)
    if form is TableFormat.json:
        data([change.to_json() for change in changes])
        return
    rows = [
        [change.kind, str(change.page), change.where, change.old, change.new, "; ".join(change.because)]
        for change in changes
    ]
    table(f"{len(changes)} changes", ["kind", "page", "where", "old", "new", "because"], rows, form)


@app.command()
def roll(
    workspace: Annotated[Path, typer.Argument(help="The folder with yanbao.toml.")],
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="The later day.")],
    every: Annotated[bool, typer.Option("--all", help="Print every row of a long table.")] = False,
    form: Annotated[TableFormat, typer.Option("--format", "-f", help="table, json or csv.")] = TableFormat.table,
) -> None:
    """List what a later day makes stale: forecasts of the past first, then words, numbers and days of an earlier day.

    A table of more than 40 rows is cut; `--all` prints it whole, as JSON and CSV always are.

    Example: `yanbao roll examples/computer-2024h1 --as-of 2025-03-31`
    """
    from yanbao import build as building
    from yanbao.author import compose

    day = day_of(as_of)
    assert day is not None
    with fail():
        stale = building.roll(compose(workspace).document, day)
    stale.sort(key=lambda item: building.STALE_KINDS.index(item.kind))
    if form is TableFormat.json:
        data([item.to_json() for item in stale])
        return
    rows = [[item.kind, str(item.page), item.where, item.text, item.why] for item in stale]
    counts = Counter(item.kind for item in stale)
    title = f"{len(stale)} stale on {day}"
    if len(counts) > 1:
        title += ": " + ", ".join(f"{kind} {count}" for kind, count in counts.items())
    cut = 0 if every or form is not TableFormat.table else max(0, len(rows) - ROWS)
    table(title, ["kind", "page", "where", "text", "why"], rows[: len(rows) - cut], form)
    if cut:
        say(f"… {cut} more: --all, --format json or --format csv")
