"""The store of a workspace, kept open between questions, and its last answers.

A store has one connection here and one question at a time: what an exhibit keeps for itself while it is computed
belongs to a connection, and the engine uses all cores for a single question anyway. Who waits does so in the event
loop, not in a thread that a page of the report needs. A file that is open cannot be loaded into, so the store is let
go a while after the last question.
"""

from __future__ import annotations

import tomllib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from threading import RLock, Timer
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread

from yanbao.errors import EditError, ExhibitError, StoreError

if TYPE_CHECKING:
    from yanbao.sector import Market
    from yanbao.sector.exhibit import Column, Row, Text
    from yanbao.store.store import Store

T = TypeVar("T")

IDLE = 60.0  # seconds without a question after which the file is let go
LONGEST = 60.0  # seconds of one question
MOST_QUESTIONS = 200  # of one connection: what exhibits keep in memory goes with it
MOST_ROWS = 60_000  # of answers that are kept
MOST_DAYS = 4  # as-of days of which the market is kept
FAR = 10**6  # no option of an exhibit is a larger number


@dataclass(frozen=True)
class Answer:
    """An exhibit that was computed: its table, and what it rests on."""

    exhibit: str
    as_of: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    coverage: Text
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class Group:
    """A group of the market's classification, as a form offers it."""

    code: str  # that of its index, else its own
    name: str
    level: int


class Shelf:
    """The store of one workspace.

    Args:
        folder: the workspace; its yanbao.toml may name a store (`[market] store`), else one may lie in the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = RLock()
        self._limit: anyio.CapacityLimiter | None = None
        self._store: Store | None = None
        self._state: object = None
        self._asked = 0
        self._timer: Timer | None = None
        self._markets: OrderedDict[date, Market] = OrderedDict()
        self._answers: OrderedDict[object, Answer] = OrderedDict()
        self._known: dict[object, Any] = {}

    def file(self) -> Path | None:
        """Return the store's file, whether it is there or not; `None` where the workspace has no store.

        Raises:
            EditError: yanbao.toml cannot be read.
        """
        from yanbao.store.connection import store_file

        try:
            settings = tomllib.loads((self.folder / "yanbao.toml").read_text("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise EditError(f"yanbao.toml cannot be read: {error}") from error
        named = settings.get("market", {})
        named = named.get("store") if isinstance(named, dict) else None
        if isinstance(named, str) and named:
            return store_file(self.folder / named)
        own = store_file(self.folder)
        return own if own.is_file() else None

    async def consult(self, work: Callable[..., T], *args: Any, **given: Any) -> T:
        """Do work that asks this store, one after the other; who waits holds no thread."""
        if self._limit is None:
            self._limit = anyio.CapacityLimiter(1)
        return await anyio.to_thread.run_sync(partial(work, *args, **given), limiter=self._limit)

    def ask(self, question: Callable[[Store], T]) -> T:
        """Return what a question to the store gives.

        Raises:
            StoreError: no store, a damaged one, a load under way, or a question that takes too long.
        """
        import duckdb

        with self._lock:
            store = self._opened()
            self._asked += 1
            stop = Timer(LONGEST, store.connection.con.interrupt)
            stop.daemon = True
            stop.start()
            try:
                return question(store)
            except duckdb.InterruptException as error:
                raise StoreError(
                    f"the question took longer than {LONGEST:.0f} s and was stopped\n"
                    "    hint: ask for a shorter period, or for one measure and method"
                ) from error
            except duckdb.Error as error:
                raise StoreError(f"{store.path.name}: {str(error).splitlines()[0]}") from error
            finally:
                stop.cancel()
                self._wait()

    def as_of(self, text: str) -> date:
        """Return the day of a read from what was written, the day of the last load where nothing was.

        Raises:
            StoreError: no day, or one after the last load.
        """
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError as error:
            raise StoreError(f"`as_of` is {text!r}: not a day\n    hint: write it as 2024-06-28") from error
        return self.ask(lambda store: store.as_of(day))

    def market(self, store: Store, as_of: date) -> Market:
        """Return the market as known on a day, with what was found out about it before."""
        from yanbao.sector import Market

        if as_of not in self._markets:
            self._markets[as_of] = Market(store, store.as_of(as_of))
        self._markets.move_to_end(as_of)
        while len(self._markets) > MOST_DAYS:
            self._markets.popitem(last=False)
        return self._markets[as_of]

    def answer(self, exhibit: str, given: Mapping[str, Any], as_of: date) -> Answer:
        """Return an exhibit, from memory where the store was asked the same before.

        Raises:
            ExhibitError: an unknown exhibit or option, a wrong value, or a question without an answer.
            FormulaError: a condition that cannot be read.
            StoreError: as `ask`.
        """
        from yanbao.sector import EXHIBITS
        from yanbao.sector.options import read_options

        options = read_options(exhibit, given)
        _check_numbers(exhibit, options)

        def computed(store: Store) -> Answer:
            key = exhibit, options, as_of
            if key not in self._answers:
                found = EXHIBITS[exhibit].function(self.market(store, as_of), options)
                rows, coverage = found.rows, found.coverage.text
                self._answers[key] = Answer(exhibit, found.as_of, found.columns, rows, coverage, found.notes)
                while len(self._answers) > 1 and sum(len(one.rows) for one in self._answers.values()) > MOST_ROWS:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(key)
            return self._answers[key]

        return self.ask(computed)

    def groups(self, as_of: date) -> tuple[Group, ...]:
        """Return the groups of the market's classification, widest first; none where the store has none."""

        def found(store: Store) -> tuple[Group, ...]:
            from yanbao.sector.find import editions, known_groups

            market = self.market(store, as_of)
            try:
                newest = editions(market, market.home.classification)[0]
                rows = [row for row in known_groups(market, market.home.classification) if row["scheme"] == newest]
            except ExhibitError:
                return ()
            rows.sort(key=lambda row: (row["level"], row["industry"]))
            return tuple(Group(row["index_code"] or row["industry"], row["name"], row["level"]) for row in rows)

        return self.ask(lambda store: self.known(("groups", as_of), lambda: found(store)))

    def coverage(self) -> dict[str, dict[str, Any]]:
        """Return how far each table reaches as known at the last load: rows, codes, first and last day."""
        return self.ask(
            lambda store: self.known("coverage", lambda: {row["table"]: row for row in store.coverage()})
        )

    def known(self, key: object, find: Callable[[], T]) -> T:
        """Return what was found out about the store as it stands, or find it out."""
        if key not in self._known:
            self._known[key] = find()
        found: T = self._known[key]
        return found

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None
            self._markets.clear()

    def _opened(self) -> Store:
        from yanbao.store.store import Store

        file = self.file()
        if file is None:
            raise StoreError("the workspace has no store\n    hint: `yanbao load -w` fills one; [market] store names it")
        try:
            found = file.stat()
        except OSError as error:
            raise StoreError(f"{file}: there is no store\n    hint: `yanbao load` makes one") from error
        state = str(file), found.st_ino, found.st_size, found.st_mtime_ns
        if state != self._state or self._asked >= MOST_QUESTIONS:
            self.close()
        if state != self._state:
            self._answers.clear()
            self._known.clear()
        if self._store is None:
            self._store = Store.open(file)
            self._state, self._asked = state, 0
        return self._store

    def _wait(self) -> None:
        """Let go of the file when nothing is asked for a while."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = Timer(IDLE, self._idle)
        self._timer.daemon = True
        self._timer.start()

    def _idle(self) -> None:
        if self._lock.acquire(blocking=False):  # else somebody asks just now
            with suppress(RuntimeError):
                self.close()
            self._lock.release()


def _check_numbers(exhibit: str, options: Any) -> None:
    """Refuse numbers that no engine can count with, and days that no calendar holds."""
    wrong = [
        f"{exhibit}: `{name}` is {value}: too far off"
        for name, value in vars(options).items()
        if (isinstance(value, int) and abs(value) > FAR)
        or (isinstance(value, date) and not date(1900, 1, 1) <= value <= date(2200, 1, 1))
    ]
    if wrong:
        raise ExhibitError("\n".join(wrong))
