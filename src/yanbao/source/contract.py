"""What a source is, and which ones there are.

A source turns outside data into batches, the rows of one file for one table, and knows nothing of how they are stored.
Another package adds one through the entry point group `yanbao.sources`; the value is a function that takes a folder
(or nothing) and returns the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol, runtime_checkable

from yanbao.errors import SourceError
from yanbao.store.batch import Batch

GROUP = "yanbao.sources"

# what ships with yanbao, by name; the modules are imported when the source is asked for
SHIPPED: dict[str, str] = {
    "calendar": "yanbao.source.trading_days:source",
    "shenwan": "yanbao.source.shenwan:source",
    "akshare": "yanbao.source.akshare_client:source",
    "tushare": "yanbao.source.tushare_client:source",
}


@runtime_checkable
class Source(Protocol):
    """Where data come from.

    `name` is recorded with every load. `most_refused` is the share of a file's rows that may be refused before the
    whole file is. `batches` yields one batch a file and table, lazily: a batch's rows are read before the next batch
    is asked for, and asking again starts over with equal batches (same files, same digests, same rows).
    """

    @property
    def name(self) -> str:
        """The name recorded with a load."""
        ...

    @property
    def most_refused(self) -> float:
        """The share of a file's rows, from 0 to 1, that may be refused."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Yield the batches in an order that does not change."""
        ...


def source_names() -> list[str]:
    """Return the names of all sources that can be asked for, shipped ones and those of other packages."""
    return sorted({*SHIPPED, *(entry.name for entry in entry_points(group=GROUP))})


def open_source(name: str, data: Path | None = None) -> Source:
    """Return a source by name, reading from the folder `data` where it reads files.

    Raises:
        SourceError: the name is unknown, its package is not whole, two packages give one name, or what it makes is
            no source.
    """
    others = list(entry_points(group=GROUP, name=name))
    if name in SHIPPED and others:
        raise SourceError(f"source {name}: {others[0].value} takes the name of a shipped source\n    hint: rename it")
    if len(others) > 1:
        given = " and ".join(sorted(entry.value for entry in others))
        raise SourceError(f"source {name}: given twice, by {given}\n    hint: uninstall one of the packages")
    if name not in SHIPPED and not others:
        import difflib

        near = difflib.get_close_matches(name, source_names(), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(source_names())}"
        raise SourceError(f"source {name}: is not known\n    hint: {hint}")
    entry = others[0] if others else EntryPoint(name, SHIPPED[name], GROUP)
    try:
        made = entry.load()(data)
    except (ImportError, AttributeError) as error:
        raise SourceError(f"source {name}: {entry.value} can't be imported: {error}") from error
    if not isinstance(made, Source):
        raise SourceError(f"source {name}: {entry.value} gives {type(made).__name__}, which is no source")
    return made
