"""The form of an exhibit: a field for each option that its question has, made from the options themselves."""

from __future__ import annotations

import typing
from dataclasses import MISSING, dataclass, fields
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal

from starlette.datastructures import QueryParams

from yanbao.sector import EXHIBITS
from yanbao.sector.options import WRITTEN

FIRST = ("sector", "code", "where", "frm", "to", "on")  # what stands in front; the others are folded away
OWN = ("exhibit", "as_of", "draw", "lang", "form", "name")  # of the page: no option of an exhibit
LONGEST = 2000  # characters of a value
_SHOWN = {field: written for written, field in WRITTEN.items()}
_BOARDS = ("main", "chinext", "star", "beijing")
_LEVELS, _CLOSES = ("index_level",), ("adjusted_price", "price")
_VALUES = ("valuation", "price", "adjusted_price")
_TABLES = {  # the table whose last day an exhibit can be asked for: the first that the store holds
    "performance": _LEVELS,
    "ranking": _LEVELS,
    "policy-rate": _LEVELS,
    "movers": _CLOSES,
    "share-price": _CLOSES,
    "members": _VALUES,
    "valuation": _VALUES,
    "valuation-history": _VALUES,
    "screen": _VALUES,
    "coverage": _VALUES,
    "fund-holdings": ("fund_holding",),
    "headcount": ("headcount",),
}
_YEARS = {"statement": 3, "headcount": 3, "fund_holding": 1}  # how long a period a form proposes


@dataclass(frozen=True)
class Field:
    """An option as a form asks for it."""

    name: str  # in addresses
    option: str  # in the exhibit
    kind: Literal["text", "day", "number", "choice", "choices", "flag"]
    choices: tuple[str, ...]
    required: bool
    default: str  # in words, where the exhibit has one

    @property
    def first(self) -> bool:
        """Whether it stands in front."""
        return self.option in FIRST and (self.required or self.option == "sector")


@cache
def fields_of(exhibit: str) -> tuple[Field, ...]:
    """Return the fields of an exhibit's form, those in front first."""
    options = EXHIBITS[exhibit].options
    hints = typing.get_type_hints(options)
    found = [_field(one.name, hints[one.name], one.default) for one in fields(options)]
    order = {name: at for at, name in enumerate(FIRST)}
    return tuple(sorted(found, key=lambda field: (not field.first, order.get(field.option, len(order)))))


def _field(name: str, hint: Any, default: Any) -> Field:
    inner = [one for one in typing.get_args(hint) if one is not NoneType]
    if typing.get_origin(hint) in (UnionType, typing.Union):
        hint = inner[0]
    shown = _SHOWN.get(name, name)
    required = default is MISSING
    told = "" if required or default is None or default == () else default
    if typing.get_origin(hint) is tuple:
        of = typing.get_args(hint)[0]
        choices = typing.get_args(of) if typing.get_origin(of) is Literal else _BOARDS
        return Field(shown, name, "choices", choices, required, "")
    if typing.get_origin(hint) is Literal:
        return Field(shown, name, "choice", typing.get_args(hint), required, str(told))
    kinds: dict[Any, Literal["text", "day", "number", "flag"]] = {date: "day", int: "number", bool: "flag"}
    return Field(shown, name, kinds.get(hint, "text"), (), required, "" if hint is bool else str(told))


def given(exhibit: str, query: QueryParams) -> dict[str, Any]:
    """Return the options that an address holds, as `read_options` takes them; what is empty was not said."""
    several = {field.name for field in fields_of(exhibit) if field.kind == "choices"}
    found: dict[str, Any] = {}
    for name in dict.fromkeys(query):
        values = [value[:LONGEST] for value in query.getlist(name) if value.strip()]
        if name in OWN or not values:
            continue
        found[name] = tuple(values) if name in several else values[-1].strip()
    return found


def lacking(exhibit: str, said: dict[str, Any]) -> list[str]:
    """Return the names of the options that an exhibit needs and that were not said."""
    return [field.name for field in fields_of(exhibit) if field.required and field.name not in said]


def proposed(exhibit: str, reach: dict[str, dict[str, Any]], as_of: date) -> dict[str, str]:
    """Return days that a form can propose: the last that the store has the exhibit's data of, and a while before."""
    tables = _TABLES.get(exhibit, ("statement",))
    table = next((one for one in tables if reach.get(one, {}).get("last")), tables[0])
    last = reach.get(table, {}).get("last")
    last = min(last, as_of) if isinstance(last, date) else as_of
    years = _YEARS.get(table)
    first = date(last.year - years, 1, 1) if years else date(last.year, 1, 1)
    days = {"from": first, "to": last, "on": last}
    asked = {field.name for field in fields_of(exhibit) if field.required}
    return {name: day.isoformat() for name, day in days.items() if name in asked}
