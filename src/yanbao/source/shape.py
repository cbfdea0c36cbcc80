"""Rows of a file -> rows about what the table is about: some left out, wide ones melted, changes paired."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from yanbao.errors import SourceError
from yanbao.formula import parse
from yanbao.source.convert import NUMBER, as_text, flat, mapped, present, to_days, to_numbers
from yanbao.source.mapping import Computed, Drop, Duplicates, Events, Label, Melt
from yanbao.store.batch import ROW, Loss

if TYPE_CHECKING:
    import pyarrow as pa

NO_VALUE = "no value"


@dataclass
class Losses(Sequence[Loss]):
    """What was left out so far, counted by kind and reason; grows while rows are read."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, kind: str, reason: str, count: int) -> None:
        """Count rows."""
        if count:
            self.counts[kind, reason] = self.counts.get((kind, reason), 0) + count

    def _all(self) -> list[Loss]:
        return [Loss(kind, reason, count) for (kind, reason), count in self.counts.items()]

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self.counts)

    def __iter__(self) -> Iterator[Loss]:
        return iter(self._all())


def dropped(table: pa.Table, drops: Iterable[Drop], missing: Sequence[str], losses: Losses) -> pa.Table:
    """Return the rows that none of the rules leaves out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for rule in drops:
        texts = present(as_text(table[rule.column]), missing)
        if rule.missing:
            gone = pc.is_null(texts)
        elif rule.is_:
            gone = pc.is_in(texts, value_set=pa.array(rule.is_, pa.string()))
        else:
            pattern = re.compile(rule.matches if rule.matches is not None else str(rule.lacks))
            wanted = rule.matches is not None
            gone = mapped(texts, partial(_fits, pattern, wanted), pa.bool_())
        gone = pc.fill_null(gone, False)
        losses.add("dropped", rule.reason, pc.sum(gone).as_py() or 0)
        table = table.filter(pc.invert(gone))
    return table


def _fits(pattern: re.Pattern[str], wanted: bool, text: str) -> bool:
    return bool(pattern.search(text)) is wanted


def computed(table: pa.Table, rules: dict[str, Computed], missing: Sequence[str]) -> pa.Table:
    """Return the table with the computed columns added, as float64 in base units.

    Raises:
        SourceError: an operand is not a column of the file, or holds texts that are no numbers.
    """
    import pyarrow as pa

    if not rules:
        return table
    import numpy as np

    from yanbao.formula.array import evaluate_array

    for name, rule in rules.items():
        operand = partial(_operand, table, name, rule, missing)
        values = np.broadcast_to(evaluate_array(parse(rule.formula), operand), (table.num_rows,))
        table = table.append_column(name, pa.array(values, pa.float64(), from_pandas=True))
    return table


def _operand(table: pa.Table, name: str, rule: Computed, missing: Sequence[str], column: str) -> Any:
    import pyarrow as pa

    numbers = to_numbers(table[column], rule.units.get(column), missing)
    if pa.types.is_string(numbers.type):
        rows = zip(table[ROW].to_pylist(), numbers.to_pylist(), strict=True)
        row, bad = next((row, text) for row, text in rows if text and not re.fullmatch(NUMBER, text))
        raise SourceError(f"computed.{name}: row {row}: `{column}` holds {bad!r}, which is no number")
    return numbers.to_numpy(zero_copy_only=False)


def melted_labels(melt: Melt, names: Sequence[str]) -> dict[str, Label]:
    """Return the columns of the file that become rows, with what each is about."""
    if melt.pattern is None:
        return melt.columns
    pattern = re.compile(melt.pattern)
    return {name: Label(label=match[1], unit=melt.unit) for name in names if (match := pattern.search(name))}


def melted(
    table: pa.Table, melt: Melt, labels: dict[str, Label], keep: Sequence[str], missing: Sequence[str], losses: Losses
) -> pa.Table:
    """Return one row a cell: the columns `keep`, the row, `into`, `value` and what the labels bring along.

    A cell without a value is no row, and counted.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    extras = list(dict.fromkeys(name for label in labels.values() for name in label.with_))
    kept = table.select([*keep, ROW])
    parts: list[pa.Table] = []
    empty = 0
    for name, label in labels.items():
        values = to_numbers(table[name], label.unit or melt.unit, missing)
        here = pc.is_valid(values)
        empty += len(values) - (pc.sum(here).as_py() or 0)
        part = kept.filter(here)
        part = part.append_column(melt.into, pa.array([label.label] * part.num_rows, pa.string()))
        for extra in extras:
            part = part.append_column(extra, pa.array([label.with_.get(extra)] * part.num_rows, pa.string()))
        parts.append(part.append_column(melt.value, values.filter(here)))
    losses.add("dropped", NO_VALUE, empty)
    kinds = {part[melt.value].type for part in parts}
    if len(kinds) > 1:  # one column holds texts that are no numbers: all become texts, which the loading reads
        place = parts[0].schema.get_field_index(melt.value)
        parts = [part.set_column(place, melt.value, pc.cast(part[melt.value], pa.string())) for part in parts]
    return pa.concat_tables(parts).combine_chunks()


def paired(table: pa.Table, events: Events, missing: Sequence[str], losses: Losses) -> pa.Table:
    """Return one row an entry, with `entry` and the `exit` that follows it, if any.

    An exit without an entry before it began before the list: the day is not known, so it is left out and counted; so
    is a second entry without an exit between, and a row that is neither.
    """
    import pyarrow as pa

    codes = present(as_text(table[events.by]), missing).to_pylist()
    kinds = present(as_text(table[events.kind]), missing).to_pylist()
    days = to_days(present(as_text(table[events.day]), missing)).to_pylist()
    order = sorted(
        (row for row in range(table.num_rows) if isinstance(days[row], date) and codes[row] is not None),
        # an exit on the day of an entry comes first: a swap back
        key=lambda row: (codes[row], days[row], kinds[row] != events.exit),
    )
    losses.add("dropped", "no day or no code", table.num_rows - len(order))
    entries: list[int] = []
    exits: list[date | None] = []
    inside: dict[str, int] = {}
    for row in order:
        code = codes[row]
        if kinds[row] == events.entry:
            if code in inside:
                losses.add("dropped", "a second entry without an exit between", 1)
                continue
            inside[code] = len(entries)
            entries.append(row)
            exits.append(None)
        elif kinds[row] == events.exit:
            if code not in inside:
                losses.add("dropped", "an exit whose entry is before the list began", 1)
                continue
            exits[inside.pop(code)] = days[row]
        else:
            losses.add("dropped", f"neither {events.entry} nor {events.exit}", 1)
    taken = table.take(pa.array(entries, pa.int64()))
    taken = taken.append_column("entry", pa.array([days[row] for row in entries], pa.date32()))
    return taken.append_column("exit", pa.array(exits, pa.date32()))


def deduplicated(table: pa.Table, rule: Duplicates, losses: Losses) -> pa.Table:
    """Return one row a key, the first or the last of the file; the others are counted."""
    import pyarrow as pa

    keys = list(zip(*(flat(table[name]).to_pylist() for name in rule.by), strict=True))
    places = range(len(keys)) if rule.keep == "last" else range(len(keys) - 1, -1, -1)
    chosen = sorted({keys[place]: place for place in places}.values())
    losses.add("duplicate", rule.reason, len(keys) - len(chosen))
    return table.take(pa.array(chosen, pa.int64()))
