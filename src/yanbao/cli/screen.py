"""What a terminal sees: tables, JSON, CSV, progress, errors. Colours only where there is a terminal."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

import typer

from yanbao.errors import YanbaoError

if TYPE_CHECKING:
    from yanbao.build.builder import Progress


class TableFormat(str, Enum):
    """How a table is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def say(text: str) -> None:
    """Print a line."""
    typer.echo(text)


def warn(text: str) -> None:
    """Print a warning beside the output proper."""
    typer.echo(f"warning: {text}", err=True)


def data(value: object) -> None:
    """Print JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], form: TableFormat) -> None:
    """Print a table in the form asked for."""
    if form is TableFormat.json:
        data([dict(zip(heads, row, strict=True)) for row in rows])
    elif form is TableFormat.csv:
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows([_safe(cell) for cell in row] for row in rows)
        typer.echo(buffer.getvalue(), nl=False)
    else:
        _pretty(title, heads, rows)


def _safe(cell: str) -> str:
    """Return a cell that a spreadsheet does not run: a leading = + - @ of a text gets an apostrophe."""
    numeric = cell.lstrip("+-").replace(",", "").replace(".", "", 1).rstrip("%").isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") and not numeric else cell


def _pretty(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    grid = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, header_style="bold" if terminal else "")
    for index, head in enumerate(heads):
        grid.add_column(head, justify="right" if index and _numeric(row[index] for row in rows) else "left")
    for row in rows:
        grid.add_row(*[Text(cell) for cell in row])
    width = None if terminal else max(100, _width(heads, rows))
    Console(width=width, highlight=False).print(grid)


def _width(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    from rich.cells import cell_len

    columns = [max([cell_len(head), *(cell_len(row[index]) for row in rows)]) for index, head in enumerate(heads)]
    return sum(columns) + 3 * len(columns) + 2


def _numeric(cells: Iterator[str]) -> bool:
    seen = [cell for cell in cells if cell]
    return bool(seen) and all(cell.lstrip("+-")[:1].isdigit() for cell in seen)


@contextmanager
def fail() -> Iterator[None]:
    """Turn an error into a message and exit code 2."""
    try:
        yield
    except YanbaoError as error:
        problem(error)
        raise typer.Exit(2) from error


def problem(error: YanbaoError) -> None:
    """Print an error."""
    typer.secho(f"error: {error}", err=True, fg="red" if sys.stderr.isatty() else None)


@contextmanager
def steps() -> Iterator[Progress]:
    """Show the steps of long work as they begin, on a terminal only."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("building")
        yield lambda step: bar.update(task, description=f"building: {step}")
