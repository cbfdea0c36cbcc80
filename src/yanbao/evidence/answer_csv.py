"""An exhibit of the market as the CSV of an evidence table: the columns, units and row keys of its sidecar."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from yanbao.errors import ExhibitError, QuantityError
from yanbao.evidence.sidecar import StoreColumn, StoreTable
from yanbao.quantity import Quantity, Unit, parse_unit

if TYPE_CHECKING:
    from yanbao.sector.exhibit import Exhibit, Row

DIGITS = 8  # significant ones: sums that are added up in parallel differ from run to run in their sixteenth
_UNITS = {"CNY": "元", "USD": "美元", "person": "人", "share": "股"}  # what the store keeps, as evidence names it


def answer_csv(question: StoreTable, found: Exhibit) -> str:
    """Return the CSV of a table: row keys, and each column in the unit of the sidecar.

    Raises:
        ExhibitError: columns that the exhibit has not, several answers for a cell, or none at all.
        QuantityError: a column in a unit of another dimension.
    """
    query = question.store
    known = {column.name: column for column in found.columns}
    taken = {
        name: query.columns.get(name, StoreColumn(column=name))
        for name, spec in question.columns.items()
        if name != query.rows and (spec.compute is None or name in query.columns)
    }
    asked = [query.rows, *query.where, *(name for one in taken.values() for name in (one.column, *one.where))]
    lost = [name for name in dict.fromkeys(asked) if name not in known]
    if lost:
        raise ExhibitError(
            "\n".join(f"{query.exhibit} has no column `{name}`\n    hint: it has {', '.join(known)}" for name in lost)
        )
    factors = {name: _factor(known[one.column].unit, question.columns[name].unit, name) for name, one in taken.items()}
    cells: dict[str, dict[str, str]] = {}
    for row in found.rows:
        if not _fits(row, query.where):
            continue
        key = _key(row[query.rows], question.period, query.rows)
        for name, one in taken.items():
            if not _fits(row, one.where):
                continue
            own = cells.setdefault(key, {})
            if name in own:
                raise ExhibitError(
                    f"`{name}` has several answers for {key}\n    hint: say which by `where`: an answer has"
                    f" {', '.join(known)}"
                )
            own[name] = cell_text(row[one.column], factors[name])
    if not cells:
        raise ExhibitError(f"{query.exhibit} has no answer that fits `where`\n    hint: ask it with yanbao show")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([query.rows, *taken])
    writer.writerows([key, *(own.get(name, "") for name in taken)] for key, own in cells.items())
    return out.getvalue()


def row_names(question: StoreTable, found: Exhibit) -> dict[str, str]:
    """Return what the rows of a table are called by the column that `label` asks for; nothing where it asks for none.

    Raises:
        ExhibitError: the exhibit has no such column, or two names for a row.
    """
    query = question.store
    if query.label is None:
        return {}
    if query.label not in {column.name for column in found.columns}:
        known = ", ".join(column.name for column in found.columns)
        raise ExhibitError(f"`label` asks for a column that {query.exhibit} has not\n    hint: it has {known}")
    names: dict[str, str] = {}
    for row in found.rows:
        name = row[query.label]
        if not _fits(row, query.where) or name is None:
            continue
        key = _key(row[query.rows], question.period, query.rows)
        if names.setdefault(key, str(name)) != str(name):
            raise ExhibitError(f"`label` gives two names for {key}: {names[key]}, {name}")
    return names


def _fits(row: Row, where: Mapping[str, object]) -> bool:
    return all(str(row[name]) == str(value) for name, value in where.items())


def _key(value: Any, period: str | None, column: str) -> str:
    """Return a row's key: a day as the period of the sidecar's kind that ends there, all else as it stands.

    `any` stands for years to date: 2024Q1, 2024H1, 2024Q1-Q3, 2024.
    """
    if value is None:
        raise ExhibitError(f"`{column}` has answers without a value\n    hint: leave them out by `where`")
    if not isinstance(value, date):
        return str(value)
    year, month = value.year, value.month
    to_date = {3: f"{year}Q1", 6: f"{year}H1", 9: f"{year}Q1-Q3", 12: f"{year}"}
    return {
        "year": f"{year}",
        "half": f"{year}H{(month + 5) // 6}",
        "quarter": f"{year}Q{(month + 2) // 3}",
        "month": f"{value:%Y/%m}",
        "any": to_date.get(month, value.isoformat()),
    }.get(period or "", value.isoformat())


def _factor(kept: str, shown: str, name: str) -> Fraction:
    """Return what a value is multiplied by to stand in the sidecar's unit.

    Raises:
        ExhibitError: the two units measure different things.
    """
    if not kept:  # a count, a rank, a text: the sidecar says of what
        return Fraction(1)
    if kept == "1" and shown in ("pp", "bp"):  # a difference of fractions
        return 1 / parse_unit(shown).scale
    source = Unit("") if kept == "1" else parse_unit(_UNITS.get(kept, kept))
    try:
        return Quantity.exact(Fraction(1), source).to(parse_unit(shown) if shown else Unit("")).value
    except QuantityError as error:
        raise ExhibitError(f"`{name}` cannot be in {shown or 'no unit'}: {error}") from error


def cell_text(value: Any, factor: Fraction = Fraction(1)) -> str:
    """Return a value times a factor as a cell of a CSV holds it: nothing for `None`, numbers to eight digits."""
    if value is None:
        return ""
    if isinstance(value, bool | int) and factor == 1:
        return str(int(value))
    if isinstance(value, int | float):
        # all digits are kept, zeros too: they say how precise the number is
        return format(Decimal(f"{float(value) * float(factor):#.{DIGITS}g}") + 0, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
