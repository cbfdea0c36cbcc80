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
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from threading import RLock, Timer
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.to_thread
from starlette.concurrency import run_in_threadpool as aside

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
MOST_ANSWERS = 64
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
        self._known: dict[object, Any] = {}

    def file(self) -> Path | None:
        """Return the store's file, whether it is there or not; `None` where the workspace has no store.

        Raises:
            EditError: yanbao.toml cannot be read.
        """
        return store_of(self.folder)

    async def consult(self, work: Callable[..., T], *args: Any, **given: Any) -> T:
        """Do work that asks this store, one after the other; who waits holds no thread."""
        if self._limit is None:
            self._limit = anyio.CapacityLimiter(1)
        return await anyio.to_thread.run_sync(partial(work, *args, **given), limiter=self._limit)

    async def remembered(self, key: object, question: Callable[[Store], T]) -> T:
        """Return what the store, as it stands, gives: at once where it was asked before, else in turn."""
        state = await aside(self._look)
        if state != self._state or key not in self._known:
            return await self.consult(self._learn, key, question)
        found: T = self._known[key]
        return found

    def _learn(self, key: object, question: Callable[[Store], T]) -> T:
        def answer(store: Store) -> T:
            if key not in self._known:  # else somebody who waited in front asked the same
                self._known[key] = question(store)
                self._forget()
            found: T = self._known[key]
            return found

        return self.ask(answer)

    def _forget(self) -> None:
        """Keep no more answers than there is room for: the first go first."""
        kept = {key: one for key, one in self._known.items() if isinstance(one, Answer)}
        rows = sum(len(one.rows) for one in kept.values())
        for key, one in list(kept.items())[:-1]:
            if rows <= MOST_ROWS and len(kept) <= MOST_ANSWERS:
                return
            rows -= len(one.rows)
            del self._known[key], kept[key]

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

    async def as_of(self, text: str) -> date:
        """Return the day of a read from what was written, the day of the last load where nothing was.

        Raises:
            StoreError: no day, or one after the last load.
        """
        try:
            day = date.fromisoformat(text) if text else None
        except ValueError as error:
            raise StoreError(f"`as_of` is {text!r}: not a day\n    hint: write it as 2024-06-28") from error
        last = await self.remembered("last load", lambda store: store.last_load)
        if day is None or day == last:
            return last
        return await self.consult(self.ask, lambda store: store.as_of(day)) if day > last else day

    def market(self, store: Store, as_of: date) -> Market:
        """Return the market as known on a day, with what was found out about it before."""
        from yanbao.sector import Market

        if as_of not in self._markets:
            self._markets[as_of] = Market(store, store.as_of(as_of))
        self._markets.move_to_end(as_of)
        while len(self._markets) > MOST_DAYS:
            self._markets.popitem(last=False)
        return self._markets[as_of]

    async def answer(self, exhibit: str, given: Mapping[str, Any], as_of: date) -> Answer:
        """Return an exhibit, from memory where the store was asked the same before.

        Raises:
            ExhibitError: an unknown exhibit or option, a wrong value, or a question without an answer.
            FormulaError: a condition that cannot be read.
            StoreError: as `ask`.
        """
        from yanbao.sector import EXHIBITS
        from yanbao.sector.options import read_options

        options = await aside(read_options, exhibit, given)
        _check_numbers(exhibit, options)

        def computed(store: Store) -> Answer:
            found = EXHIBITS[exhibit].function(self.market(store, as_of), options)
            rows, coverage = found.rows, found.coverage.text
            return Answer(exhibit, found.as_of, found.columns, rows, coverage, found.notes)

        return await self.remembered((exhibit, options, as_of), computed)

    async def groups(self, as_of: date) -> tuple[Group, ...]:
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

        return await self.remembered(("groups", as_of), found)

    async def coverage(self) -> dict[str, dict[str, Any]]:
        """Return how far each table reaches as known at the last load: rows, codes, first and last day."""
        return await self.remembered("coverage", lambda store: {row["table"]: row for row in store.coverage()})

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        with self._lock:
            if self._store is not None:
                self._store.close()
            self._store = None
            self._markets.clear()
            if self._timer is not None:
                self._timer.cancel()

    def _look(self) -> object:
        """Return what tells one state of the store from another: a load rewrites the file.

        Raises:
            StoreError: there is no such file.
        """
        file = self.file()
        if file is None:
            raise StoreError(
                "the workspace has no store\n    hint: `yanbao load -w` fills one; [market] store names it"
            )
        try:
            found = file.stat()
        except OSError as error:
            raise StoreError(f"{file}: there is no store\n    hint: `yanbao load` makes one") from error
        return str(file), found.st_ino, found.st_size, found.st_mtime_ns

    def _opened(self) -> Store:
        from yanbao.store.store import Store

        state, file = self._look(), self.file()
        if state != self._state or self._asked >= MOST_QUESTIONS:
            self.close()
        if self._store is None:
            assert file is not None
            self._store, self._asked = Store.open(file), 0
        if state != self._state:
            self._known, self._state = {}, state
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
            try:
                self.close()
            finally:
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


def store_of(folder: Path) -> Path | None:
    """Return the file of a workspace's store: the one that yanbao.toml names, there or not, else one in the folder.

    Raises:
        EditError: yanbao.toml cannot be read.
    """
    from yanbao.store.connection import store_file

    try:
        settings = tomllib.loads((folder / "yanbao.toml").read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise EditError(f"yanbao.toml cannot be read: {error}") from error
    named = settings.get("market", {})
    named = named.get("store") if isinstance(named, dict) else None
    if isinstance(named, str) and named:
        return store_file(folder / named)
    own = store_file(folder)
    return own if own.is_file() else None
