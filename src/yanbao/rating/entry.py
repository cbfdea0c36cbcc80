"""An entry of the ledger: one row of calls.csv, its columns, how each is read and printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, Literal, NamedTuple, get_args

from yanbao.errors import QuantityError, RatingError, StoreError
from yanbao.quantity import parse_unit
from yanbao.rating.policy import SCOPES, Scale, Scope
from yanbao.source.days import parse_day
from yanbao.store.codes import read_code

Action = Literal["initiate", "maintain", "raise", "cut", "suspend", "withdraw", "drop", "correct", "estimate"]
Measure = Literal["eps", "net_profit", "revenue"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
RATED: Final[frozenset[Action]] = frozenset({"initiate", "maintain", "raise", "cut"})
ENDING: Final[frozenset[Action]] = frozenset({"suspend", "withdraw", "drop"})

NO_HASH: Final = "0" * 64  # `previous` of the first entry
MOST_TEXT: Final = 2_000
_RUN: Final = ("=", "+", "-", "@")  # a spreadsheet takes a cell that begins so for a formula
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,8}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_CALL: Final = re.compile(r"C(?:[0-9]{5}|[1-9][0-9]{5,8})")
_PERIOD: Final = re.compile(r"[12][0-9]{3}(?:H[12]|Q[1-4])?E")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_SHEET: Final = (
    "a spreadsheet rewrites days, numbers and hashes when it saves: restore the file, and only look at it there"
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the ledger; `None` and the empty text are “not stated”.

    What the ledger itself gives (`entry`, `recorded`, `previous`, `hash`, and `call` and `action` where they follow
    from what stands) is left out by who appends.
    """

    entry: int = 0
    recorded: datetime | None = None
    published: date
    action: Action | None = None
    call: str = ""
    scope: Scope = "company"
    security: str
    name: str = ""
    rating: str = ""
    policy: str = ""
    benchmark: str = ""
    horizon: int | None = None
    target: Decimal | None = None
    target_horizon: int | None = None
    price: Decimal | None = None
    price_day: date | None = None
    currency: str = ""
    measure: Measure | None = None
    period: str = ""
    value: Decimal | None = None
    unit: str = ""
    analyst: str = ""
    licence: str = ""
    house: str = ""
    report: str = ""
    title: str = ""
    reason: str = ""
    corrects: int | None = None
    source: str = ""
    previous: str = ""
    hash: str = ""

    @property
    def scale(self) -> Scale:
        """The definitions that the rating was published under.

        Raises:
            RatingError: the entry states no policy.
        """
        return scale_of(self.policy)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The entry's cells in the order of the columns, numbers as they were printed."""
        return tuple(_printed(getattr(self, name)) for name in NAMES)

    @property
    def coverage(self) -> tuple[str, str, str]:
        """What one call at a time stands for: house, scope, security."""
        return self.house, self.scope, self.security


class Fault(NamedTuple):
    """What is wrong with a cell or a row."""

    field: str
    cause: str
    hint: str = ""


class CellError(ValueError):
    """A cell that cannot be read: cause and hint."""

    def __init__(self, cause: str, hint: str = "") -> None:
        super().__init__(cause)
        self.cause, self.hint = cause, hint


@dataclass(frozen=True)
class Column:
    """A column of calls.csv: its name, what it holds, and how a cell that is not empty is read."""

    name: str
    meaning: str
    read: Callable[[str], Any]


@lru_cache(maxsize=256)
def scale_of(policy: str) -> Scale:
    """Return the scale that an entry's policy line prints.

    Raises:
        RatingError: the line is no policy.
    """
    return Scale.parse(policy)


@lru_cache(maxsize=4096)
def _text(cell: str) -> str:
    if cell != cell.strip():
        raise CellError("has blanks at its ends")
    if not cell.isprintable() and not all(sign.isprintable() or sign in "\u3000\u00a0" for sign in cell):
        raise CellError("holds a line break or another sign that cannot be printed")
    if cell.startswith(_RUN):
        raise CellError(f"{cell[:40]!r} begins with {cell[0]}: a spreadsheet would run it", "write it another way")
    if len(cell) > MOST_TEXT:
        raise CellError(f"has {len(cell):,} characters; at most {MOST_TEXT:,} are kept")
    return cell


def _matching(pattern: re.Pattern[str], what: str, hint: str = "") -> Callable[[str], str]:
    def read(cell: str) -> str:
        if not pattern.fullmatch(cell):
            raise CellError(f"{cell[:40]!r} is no {what}", hint)
        return cell

    return read


def _one_of(names: Sequence[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in names:
            raise CellError(f"{cell[:40]!r} is none of {', '.join(names)}")
        return cell

    return read


def _number(cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell) or (cell.startswith("-0") and not cell.strip("-0.")):
        raise CellError(
            f"{cell[:40]!r} is no number", f"write 18.30: no signs between digits, no exponent, 15 digits. {_SHEET}"
        )
    return Decimal(cell)


def _amount(cell: str) -> Decimal:
    number = _number(cell)
    if number <= 0:
        raise CellError(f"{cell} is no price: it has to be above 0")
    return number


def _count(cell: str) -> int:
    if not _COUNT.fullmatch(cell):
        raise CellError(f"{cell[:40]!r} is no whole number from 1 on")
    return int(cell)


def _months(cell: str) -> int:
    months = _count(cell)
    if months > 120:
        raise CellError(f"{months} months is no horizon: at most 120")
    return months


def _day(cell: str) -> date:
    day = parse_day(cell) if _DAY.fullmatch(cell) else None
    if day is None:
        raise CellError(f"{cell[:40]!r} is no day", f"write 2024-07-15. {_SHEET}")
    return day


def _instant(cell: str) -> datetime:
    if _INSTANT.fullmatch(cell):
        with suppress(ValueError):
            return datetime.fromisoformat(cell)
    raise CellError(f"{cell[:40]!r} is no instant", f"UTC as 2024-07-15T08:30:00Z. {_SHEET}")


@lru_cache(maxsize=4096)
def _benchmark(cell: str) -> str:
    try:
        code = read_code(cell, "index")
    except StoreError as error:
        raise CellError(str(error)) from None
    if code != cell:
        raise CellError(f"{cell!r} is not in its one form", f"write {code}")
    return cell


@lru_cache(maxsize=256)
def _unit(cell: str) -> str:
    try:
        parse_unit(cell)
    except QuantityError as error:
        raise CellError(str(error)) from None
    return cell


@lru_cache(maxsize=256)
def _policy(cell: str) -> str:
    try:
        scale = scale_of(cell)
    except RatingError as error:
        raise CellError(str(error)) from None
    if str(scale) != cell:
        raise CellError("is not printed as the ledger prints it", f"write {scale}")
    return _text(cell)


_hash = _matching(_HASH, "SHA-256 of 64 digits", _SHEET)

COLUMNS: Final[tuple[Column, ...]] = (
    Column("entry", "Number of the entry: 1, 2, 3 …", _count),
    Column("recorded", "When it was appended, UTC, by the clock of the machine.", _instant),
    Column("published", "Day of the report, or of the correction, suspension … itself.", _day),
    Column("action", f"{', '.join(ACTIONS)}.", _one_of(ACTIONS)),
    Column("call", "Id of the call: a rating's own; for all else the call that it speaks of.", _matching(_CALL, "id")),
    Column("scope", "company or sector.", _one_of(SCOPES)),
    Column("security", "Code in its one form (002380.SZ); of a sector its code or name.", _text),
    Column("name", "Name of the company or sector.", _text),
    Column("rating", "The rating, a word of the policy.", _text),
    Column("policy", "The definitions of that day, best rating first, in % relative to the benchmark.", _policy),
    Column("benchmark", "Code of the index that returns are measured against (000300.SH).", _benchmark),
    Column("horizon", "Months that the rating looks ahead.", _months),
    Column("target", "Target price, as printed.", _amount),
    Column("target_horizon", "Months to the target price.", _months),
    Column("price", "Price that the report prints.", _amount),
    Column("price_day", "Day of that price.", _day),
    Column("currency", "Of price and target: CNY, HKD, USD.", _matching(_CURRENCY, "currency", "write CNY")),
    Column("measure", f"Of an estimate: {', '.join(MEASURES)}.", _one_of(MEASURES)),
    Column("period", "Of an estimate: 2024E, 2024H1E, 2024Q1E.", _matching(_PERIOD, "period", "write 2024E")),
    Column("value", "Of an estimate: its number, as printed.", _number),
    Column("unit", "Of an estimate: 元, 百万元, 亿元 …", _unit),
    Column("analyst", "Who signs the call.", _text),
    Column("licence", "The number of the analyst's licence.", _text),
    Column("house", "Who published it; empty in a ledger of one house.", _text),
    Column("report", "SHA-256 of the manifest of the build that was published.", _hash),
    Column("title", "Title of the report.", _text),
    Column("reason", "Why: of a suspension, a withdrawal, a drop of coverage, a correction.", _text),
    Column("corrects", "Of a correction: the entry that it restates, whole.", _count),
    Column("source", "Of an imported entry: file and row.", _text),
    Column("previous", "Hash of the entry before; 64 zeros in the first.", _hash),
    Column("hash", "SHA-256 of all other cells of the row.", _hash),
)
NAMES: Final = tuple(column.name for column in COLUMNS)
_BY_NAME: Final = {column.name: column for column in COLUMNS}
DAYS: Final = ("published", "price_day")
NUMBERS: Final = ("target", "price", "value")
_POSTED: Final = ("entry", "recorded", "published", "action", "call", "scope", "security", "previous", "hash")
_NOTHING: Final = {field.name: "" if field.default is MISSING else field.default for field in fields(Entry)}
_ALWAYS: Final = ("published", "action", "call", "scope", "security")
_RATING: Final = ("rating", "policy", "benchmark", "horizon")
_PRICES: Final = ("target", "target_horizon", "price", "price_day", "currency")
OF_RATINGS: Final = (*_RATING, *_PRICES)  # only ratings, and corrections of them, state these
_ESTIMATE: Final = ("measure", "period", "value", "unit")


def _printed(value: object) -> str:
    if value is None or (value == 0 and isinstance(value, int)):
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else str(value)


def read_cells(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values of cells by column, and what is wrong with those that cannot be read; empty ones have none."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, cell in cells.items():
        column = _BY_NAME.get(name)
        if column is None:
            faults.append(Fault(name, "is no column of the ledger"))
        elif not cell:
            values[name] = _NOTHING[name]
        else:
            try:
                values[name] = column.read(cell)
            except CellError as error:
                faults.append(Fault(name, error.cause, error.hint))
    return values, faults


def entry_of(cells: Sequence[str]) -> tuple[Entry | None, list[Fault]]:
    """Return the entry of a row's cells; `None`, with everything that is wrong, where a cell cannot be read."""
    filled = {name: cell for name, cell in zip(NAMES, cells, strict=True) if cell}
    values, faults = read_cells(filled)
    faults += [Fault(name, "is empty") for name in _POSTED if name not in filled]
    return (None, faults) if faults else (Entry(**values), [])


def faults_of(entry: Entry) -> Iterator[Fault]:
    """Yield what is wrong with an entry by itself, whatever stands before it."""
    yield from read_cells(dict(zip(NAMES, entry.cells, strict=True)))[1]
    yield from shape_faults(entry)


def shape_faults(entry: Entry) -> Iterator[Fault]:
    """Yield which of an entry's cells, each sound by itself, do not go together."""
    yield from _shape(entry)
    yield from _security(entry)
    if entry.rating and entry.policy:
        try:
            names = entry.scale.names
        except RatingError:
            names = (entry.rating,)  # told as the policy's own fault
        if entry.rating not in names:
            yield Fault("rating", f"{entry.rating!r} is no rating of the policy", f"it has {', '.join(names)}")
    if entry.price_day is not None and entry.price_day > entry.published:
        yield Fault("price_day", f"{entry.price_day} is after the day of publication, {entry.published}")


def _shape(entry: Entry) -> Iterator[Fault]:
    """Yield which columns an action lacks, and which it cannot have."""
    assert entry.action is not None
    estimate = entry.action == "estimate" or (entry.action == "correct" and entry.measure is not None)
    ending = entry.action in ENDING
    needed = [*_ALWAYS]
    needed += _ESTIMATE if estimate else () if ending else _RATING
    if entry.action in ENDING or entry.action == "correct":
        needed.append("reason")
    if entry.action == "correct":
        needed.append("corrects")
    stated = {name for name in NAMES if getattr(entry, name) not in (None, "", 0) or name == "value"}
    if entry.value is None:
        stated.discard("value")
    for name in needed:
        if name not in stated:
            yield Fault(name, f"is empty: {_a(entry.action)} states it")
    barred = {*OF_RATINGS} if estimate else {*_ESTIMATE}
    barred |= {*OF_RATINGS} if ending else set()
    barred |= {"corrects"} if entry.action != "correct" else set()
    for name in NAMES:
        if name in barred & stated:
            yield Fault(name, f"is stated: {_a(entry.action)} has none")
    for name, needs in (("target", "target_horizon"), ("target", "currency"), ("price", "currency")):
        if name in stated and needs not in stated:
            yield Fault(needs, f"is empty, and there is a {name}")
    for name, needs in (("target_horizon", "target"), ("price_day", "price")):
        if name in stated and needs not in stated:
            yield Fault(name, f"is stated, and there is no {needs}")


def _a(action: str) -> str:
    noun = {"withdraw": "a withdrawal", "suspend": "a suspension", "drop": "a drop of coverage"}
    noun |= {"correct": "a correction", "estimate": "an estimate"}
    return noun.get(action, "a rating")


@lru_cache(maxsize=65536)
def _stock(code: str) -> Fault | None:
    try:
        found = read_code(code, "stock")
    except StoreError as error:
        return Fault("security", str(error))
    return None if found == code else Fault("security", f"{code!r} is not in its one form", f"write {found}")


def _security(entry: Entry) -> Iterator[Fault]:
    if entry.scope == "company" and (fault := _stock(entry.security)) is not None:
        yield fault
