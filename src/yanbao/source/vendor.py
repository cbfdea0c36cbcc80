"""What every data vendor's client needs: a list of what to ask for, patience, and answers that are kept.

A vendor source reads `NAME.toml` in its folder (which securities, which days, which tables), asks the vendor's own
Python client once for each security and table, keeps every answer as a Parquet file below the folder, and brings it in
through a built-in mapping. So a load that was broken off goes on where it stopped, a load that is repeated asks for
nothing twice, units and columns are those of a mapping, and a column that the vendor renames is an error that names it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import Field, model_validator

from yanbao.errors import Mistake, SourceError, WorkspaceError
from yanbao.source.file_source import FileSource, named_columns
from yanbao.source.join import require
from yanbao.source.mapping import Part, Texts
from yanbao.source.mapping_file import parse_mapping
from yanbao.source.toml_file import parse_toml, read_text
from yanbao.store.batch import Batch

_SAFE: Final = re.compile(r"[A-Za-z0-9.]+")


class Wanted(Part):
    """What to ask a vendor for."""

    codes: Texts = Field(min_length=1, description="The securities.", examples=['["600519.SH", "801750.SI"]'])
    first: date = Field(description="The first day.", examples=["2024-01-01"])
    last: date = Field(description="The last day, which has to be over.", examples=["2024-06-28"])
    tables: Texts = Field(min_length=1, description="What of them.", examples=['["price", "statement"]'])
    per_minute: int = Field(default=60, ge=1, le=10_000, description="Questions a minute, at most.")

    @model_validator(mode="after")
    def _sound(self) -> Wanted:
        if self.last < self.first:
            raise ValueError("`last` comes before `first`")
        bad = [code for code in self.codes if not _SAFE.fullmatch(code)]
        if bad:
            raise ValueError(f"{bad[0]!r} is no code: write 600519.SH")
        return self


@dataclass(frozen=True)
class Endpoint:
    """One question a vendor answers: which function, with what, and how its answer is mapped.

    `most` is how many rows the vendor gives at most: an answer of that length may be cut, so it is refused. `kinds`
    are the exchanges whose codes it is asked about. `ordered` are columns of which none may be greater than the next
    one, in every row: a vendor that moves its columns is found by it.
    """

    table: str
    ask: Callable[[Any, str, date, date], Any]  # client, code, first, last -> a data frame
    mapping: str
    exchanges: tuple[str, ...]
    most: int | None = None
    ordered: tuple[tuple[str, ...], ...] = ()


@dataclass
class Patience:
    """How often a vendor is asked, and what happens when it does not answer.

    Between two questions at least a minute over `per_minute` passes. A question that fails in a way that may pass
    (`passing` tells) is asked again `tries` times, after 1, 2, 4, … times `wait` seconds.
    """

    per_minute: int
    passing: Callable[[Exception], bool]
    errors: tuple[type[Exception], ...]
    tries: int = 5
    wait: float = 2.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _last: float | None = field(default=None, init=False)

    def ask(self, what: str, question: Callable[[], Any]) -> Any:
        """Return the answer.

        Raises:
            SourceError: the vendor refuses, or does not answer after all tries.
        """
        for attempt in range(self.tries + 1):
            if self._last is not None:
                self.sleep(max(0.0, self._last + 60 / self.per_minute - self.clock()))
            self._last = self.clock()
            try:
                return question()
            except self.errors as error:
                if not self.passing(error):
                    cause = f"{type(error).__name__}: {error}"
                    hint = f"{what.split(' ')[0]} may have changed what it answers, or not allow the question"
                    raise SourceError(
                        f"{what}: the vendor refuses, or its client can't read the answer: {cause}\n    hint: {hint}"
                    ) from error
                if attempt == self.tries:
                    hint = "what was answered is kept; load again to go on"
                    raise SourceError(
                        f"{what}: no answer after {attempt + 1} tries: {error}\n    hint: {hint}"
                    ) from error
                self.sleep(self.wait * 2**attempt)
        raise AssertionError


class VendorSource:
    """A vendor's answers as batches, one a security and table."""

    most_refused = 0.0

    def __init__(
        self,
        name: str,
        folder: Path,
        endpoints: Mapping[str, Endpoint],
        client: Callable[[], Any],
        patience: Callable[[int], Patience],
    ) -> None:
        self._name = name
        self._folder = folder
        self._endpoints = endpoints
        self._client = client
        self._wanted = _wanted(name, folder, endpoints)
        self._patience = patience(self._wanted.per_minute)

    @property
    def name(self) -> str:
        """The vendor's name."""
        return self._name

    def batches(self) -> Iterator[Batch]:
        """Yield the answers in the order of tables and codes, asking for those that are not kept yet.

        Raises:
            SourceError: the vendor's client is not installed, refuses, does not answer, or answers something else.
        """
        wanted = self._wanted
        client: Any = None
        for table in wanted.tables:
            endpoint = self._endpoints[table]
            for code in wanted.codes:
                if code.rpartition(".")[2] not in endpoint.exchanges:
                    continue
                path = self._folder / self._name / table / f"{code}_{wanted.first}_{wanted.last}.parquet"
                if not path.exists():
                    client = client if client is not None else self._client()
                    self._keep(path, endpoint, code, client)
                relative = path.relative_to(self._folder).as_posix()
                text = endpoint.mapping.replace("FILE", relative).replace("SOURCE", self._name)
                yield from FileSource(parse_mapping(Path(f"{self._name}.{table}"), text), self._folder).batches()

    def _keep(self, path: Path, endpoint: Endpoint, code: str, client: Any) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        wanted = self._wanted
        what = f"{self._name} {endpoint.table} {code}"
        frame = self._patience.ask(what, lambda: endpoint.ask(client, code, wanted.first, wanted.last))
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if not table.num_rows:
            hint = "was it listed then? take it out of `codes`, or narrow `first` and `last`"
            raise SourceError(f"{what}: the answer is empty\n    hint: {hint}")
        if endpoint.most is not None and table.num_rows >= endpoint.most:
            hint = "ask for a shorter time"
            raise SourceError(
                f"{what}: {table.num_rows:,} rows, as many as it gives at most: it may be cut\n    hint: {hint}"
            )
        made = parse_mapping(Path(what), endpoint.mapping.replace("FILE", path.name).replace("SOURCE", self._name))
        require(table.column_names, named_columns(made.mapping), Path(what))
        _check_order(what, table, endpoint)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        parquet.write_table(table, unfinished)
        os.replace(unfinished, path)


def _check_order(what: str, table: Any, endpoint: Endpoint) -> None:
    """Refuse an answer whose columns stand in another order than their names say."""
    import pyarrow.compute as pc

    for columns in endpoint.ordered:
        for low, high in pairwise(columns):
            wrong = pc.sum(pc.greater(table[low], table[high])).as_py() or 0
            if wrong:
                raise SourceError(
                    f"{what}: `{low}` is greater than `{high}` in {wrong:,} rows\n"
                    "    hint: the vendor has moved its columns; nothing was kept"
                )


def _wanted(name: str, folder: Path, endpoints: Mapping[str, Endpoint]) -> Wanted:
    file = f"{name}.toml"
    mistakes: list[Mistake] = []
    text = read_text(folder / file, file, mistakes)
    wanted = parse_toml(text, file, Wanted, mistakes) if text is not None else None
    if wanted is not None:
        for table in wanted.tables:
            if table not in endpoints:
                hint = f"it has {', '.join(endpoints)}"
                mistakes.append(Mistake(file, 0, "tables", f"{name} has no `{table}`", hint))
        if wanted.last >= date.today():
            mistakes.append(Mistake(file, 0, "last", f"{wanted.last} is not over", "an answer is asked for once only"))
    if mistakes or wanted is None:
        raise WorkspaceError(mistakes)
    return wanted


def need_folder(name: str, data: Path | None) -> Path:
    """Return the folder of a vendor source.

    Raises:
        SourceError: none is given.
    """
    if data is None:
        raise SourceError(f"source {name}: needs a folder with {name}.toml\n    hint: --data FOLDER")
    return data


def missing_client(name: str, error: ImportError) -> SourceError:
    """Return the error of a client that is not installed."""
    return SourceError(f"source {name}: {error}\n    hint: pip install 'yanbao[{name}]'")
