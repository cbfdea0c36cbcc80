"""A block of a table as numbers: figures with metric, unit and period, and arrays of their values to search in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yanbao.check.findings import Where
from yanbao.check.tick import line_words, table_unit
from yanbao.check.tick.cell_text import CellText
from yanbao.check.tick.figure import Figure, Unknown
from yanbao.check.tick.head_period import era, period_of
from yanbao.check.tick.heads import Block, Sheet, blocks_of, sheet_of
from yanbao.check.tick.said import Said
from yanbao.check.tick.words import Change, Metric, Words, plain
from yanbao.quantity.interval import Interval
from yanbao.quantity.period import Period
from yanbao.quantity.unit import NONE, PERCENT, Unit
from yanbao.read.foreign.tree import Table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_LARGEST: Final = 1e30  # a number beyond it is no figure of a report; floats stay far from overflow
_GENERIC: Final = frozenset(("金额", "数额", "amount", "余额", "数量", "合计", "total", "数值", "发生额"))


@dataclass(frozen=True)
class Line:
    """A row or a column of a grid: its heads in words, the metric, change, period and unit that they name."""

    text: str  # the heads joined
    label: str  # the one that names it: the innermost
    section: str
    metric: Metric | None
    change: Change | None
    period: Period | None
    era: int | None
    unit: Unit | None
    index: int  # row or column of the table
    indent: int = 0


@dataclass(frozen=True)
class Grid:
    """A block of numbers. Axis 0 are `lines`, axis 1 `places`; `turned` swaps them.

    `value`, `low` and `high` are in base units (yuan, not 万元; 0.05 for 5%), `raw` as printed; NaN where no number
    stands. `blank` marks nothing or a dash: 0 in a sum. `kind` numbers the dimensions: equal numbers may be added.
    """

    table: int
    figures: tuple[tuple[Figure | None, ...], ...]
    value: Floats
    low: Floats
    high: Floats
    raw: Floats
    raw_half: Floats
    blank: Flags
    kind: NDArray[np.int64]
    percent: Flags  # printed in %, or its head says so
    bare: Flags  # no unit is known
    lines: tuple[Line, ...]
    places: tuple[Line, ...]
    across: bool = False  # lines are the table's columns

    @cached_property
    def turned(self) -> Grid:
        """Return the grid with lines and places swapped."""
        return Grid(
            self.table,
            tuple(zip(*self.figures, strict=True)),
            self.value.T,
            self.low.T,
            self.high.T,
            self.raw.T,
            self.raw_half.T,
            self.blank.T,
            self.kind.T,
            self.percent.T,
            self.bare.T,
            self.places,
            self.lines,
            not self.across,
        )

    @cached_property
    def number(self) -> Flags:
        """Where numbers stand."""
        return ~np.isnan(self.value)

    @cached_property
    def numbered(self) -> tuple[bool, ...]:
        """Which lines hold numbers."""
        return tuple(bool(row.any()) for row in self.number)

    @cached_property
    def all_percent(self) -> tuple[bool, ...]:
        """Which lines are printed in % throughout."""
        return tuple(bool(row.all()) for row in self.percent | ~self.number)

    @cached_property
    def half(self) -> Floats:
        """Half the width of each number's interval, in base units."""
        return (self.high - self.low) / 2

    def figure(self, line: int, place: int) -> Figure:
        """Return the figure at a position that holds one."""
        found = self.figures[line][place]
        if found is None:
            raise ValueError(f"no number stands at line {line}, place {place}")
        return found


@dataclass(frozen=True)
class Understood:
    """What a table holds: its grids, all its figures, and the numbers that were not understood."""

    grids: tuple[Grid, ...]
    figures: tuple[Figure, ...]
    unknown: tuple[Unknown, ...]


def understand(table: Table, index: int, words: Words) -> Understood:
    """Return a table's numbers with metric, unit, period and heads; every cell with a number is counted."""
    if not table.rows:
        return Understood((), (), ())
    sheet = sheet_of(table)
    unit, per_share_apart = _unit_of(table, sheet)
    grids: list[Grid] = []
    known: set[tuple[int, int]] = set()
    listed: set[tuple[int, int]] = set()
    for block in blocks_of(table, sheet):
        grid = _grid(block, sheet, index, unit, per_share_apart, words)
        listed |= {(i, j) for i in block.rows for j in (*block.listed, *block.labels)}
        if grid is not None:
            grids.append(grid)
    figures = [figure for grid in grids for row in grid.figures for figure in row if figure is not None]
    known = {(figure.row or 0, figure.column or 0) for figure in figures}
    return Understood(tuple(grids), tuple(figures), tuple(_unknown(sheet, known, listed)))


def _unknown(sheet: Sheet, known: set[tuple[int, int]], listed: set[tuple[int, int]]) -> list[Unknown]:
    found = []
    for i, row in enumerate(sheet.texts):
        for j, text in enumerate(row):
            cell = sheet.cells[i][j]
            if cell is None or (i, j) in known or text.kind not in ("number", "several", "mixed"):
                continue
            if text.bare_year:
                continue  # a head or a label
            if text.kind != "number" and (i, j) in listed:
                continue  # a number in a label names it
            if text.kind == "several":
                reason = Said("several", text.count)
            elif text.kind == "mixed":
                reason = Said("among-words")
            elif (i, j) in listed:
                reason = Said("list-number")
            else:
                reason = Said("no-head")
            found.append(Unknown(text.text, Where.at(cell.place, text.text), reason))
    return found


def _unit_of(table: Table, sheet: Sheet) -> tuple[Unit | None, bool]:
    """Return the unit stated for the whole table, and whether it says that amounts a share are apart."""
    texts = [part.text for part in (table.unit_line, table.caption, *table.notes[:1]) if part is not None]
    texts += [text for row in sheet.shown[:4] for text in dict.fromkeys(row) if len(text) > 3 and "单位" in text]
    texts += [row[0] for row in sheet.shown[:4] if row and "in " in row[0].lower()]
    unit = next((found for found in map(table_unit.stated, texts) if found is not None), None)
    money = [text.unit for row in sheet.texts for text in row if _is_money(text.unit) and text.unit is not None]
    if unit is not None and not unit.dimension and unit.scale > 1 and money:
        unit = Unit(unit.symbol, money[0].dimension, unit.scale)
    if unit is None and len(money) >= 2 and len({each.dimension for each in money}) == 1:
        unit = money[0]  # a sign of money in the first row and in the totals holds for all between
    return unit, any(map(table_unit.excepts_per_share, texts))


def _is_money(unit: Unit | None) -> bool:
    return (
        unit is not None and len(unit.dimension) == 1 and unit.dimension[0][0].isupper() and unit.dimension[0][1] == 1
    )


def _line(heads: Sequence[str], section: str, index: int, words: Words, indent: int = 0) -> Line:
    parts = [part for part in heads if part]
    text = " ".join(parts)
    label = parts[-1] if parts else ""
    named = words.named(label)
    metric, change = named.metric, named.change
    a_share = metric is not None and metric.dimension == "money_per_share"
    counted = table_unit.is_counted(f"{section} {text}") and not table_unit.is_per_share(section)
    if metric is not None and a_share and counted:  # "Basic", "Diluted" below "Shares used in calculation"
        metric = words.metrics.get("shares_diluted" if metric.name == "eps_diluted" else "shares_weighted")
    unit = next((found for part in reversed(parts) if (found := table_unit.headed(part)) is not None), None)
    for part in reversed(parts[:-1]):
        other = words.named(part)
        metric, change = metric or other.metric, change or other.change
    return Line(text, label, section, metric, change, period_of(text), era(text), unit, index, indent)


def _grid(
    block: Block, sheet: Sheet, index: int, table_wide: Unit | None, per_share_apart: bool, words: Words
) -> Grid | None:
    kept = [j for j in block.columns if j not in block.listed]
    heads = dict(zip(block.columns, block.column_heads, strict=True))
    places = tuple(_line(heads[j], "", j, words) for j in kept)
    lines = tuple(
        _line(labels, section, i, words, _indent(sheet, i))
        for i, labels, section in zip(block.rows, block.row_labels, block.sections, strict=True)
    )
    shape = (len(lines), len(places))
    if not shape[1]:
        return None
    wide = table_wide or table_unit.headed(block.corner) or table_unit.stated(block.corner)
    figures: list[list[Figure | None]] = [[None] * shape[1] for _ in lines]
    value, low, high = (np.full(shape, np.nan) for _ in range(3))
    raw, raw_half = np.full(shape, np.nan), np.full(shape, np.nan)
    blank, percent, bare = (np.zeros(shape, dtype=bool) for _ in range(3))
    kind = np.full(shape, -1, dtype=np.int64)
    kinds: dict[tuple[object, ...], int] = {}
    for i, line in enumerate(lines):
        for j, place in enumerate(places):
            text = sheet.texts[line.index][place.index]
            blank[i, j] = text.kind == "blank"
            if text.kind != "number":
                continue
            unit = _unit_for(text, line, place, wide, per_share_apart)
            figure = _figure(text, unit, line, place, sheet, index)
            quantity = figure.quantity
            interval = quantity.interval
            scale, printed = _float(quantity.unit.scale), _float(quantity.value)
            if abs(printed * scale) > _LARGEST:
                continue
            figures[i][j] = figure
            value[i, j] = printed * scale
            low[i, j] = -_LARGEST if interval.low is None else _float(interval.low) * scale
            high[i, j] = _LARGEST if interval.high is None else _float(interval.high) * scale
            raw[i, j] = printed
            raw_half[i, j] = (high[i, j] - low[i, j]) / 2 / scale
            percent[i, j] = quantity.unit.scale == PERCENT.scale and not quantity.unit.dimension
            bare[i, j] = quantity.unit is NONE
            pure = () if quantity.unit.dimension else (quantity.unit.scale, quantity.unit.kind)
            kind[i, j] = kinds.setdefault((quantity.unit.dimension, pure), len(kinds))
    grid = Grid(
        index, tuple(map(tuple, figures)), value, low, high, raw, raw_half, blank, kind, percent, bare, lines, places
    )
    return grid if grid.number.any() else None


def _float(number: Fraction) -> float:
    """Return a number as a float, one too large for it as infinity."""
    try:
        return number.numerator / number.denominator  # Fraction's own way takes three times as long
    except OverflowError:
        return math.inf


def _indent(sheet: Sheet, i: int) -> int:
    first = sheet.cells[i][0] if sheet.cells[i] else None
    return 0 if first is None else first.indent


def _unit_for(text: CellText, line: Line, place: Line, wide: Unit | None, per_share_apart: bool) -> Unit:
    """Return the unit of a cell: its own, its row's, its column's, the sub-head's, the table's as far as it fits."""
    if text.unit is not None and not _is_money(text.unit):
        return text.unit
    metric = line.metric or place.metric
    change = line.change or place.change
    if (metric is not None and metric.dimension in ("percent", "times")) or change in ("yoy", "qoq", "cagr", "pp"):
        wide = None
    if metric is None and (line_words.is_ratio(line.label) or line_words.is_ratio(place.label)):
        wide = None
    if wide is not None and metric is None and _is_money(wide):
        if table_unit.is_counted(line.label):
            wide = None
        elif table_unit.is_per_share(line.text) or table_unit.is_per_share(line.section):
            return text.unit or NONE
    section = (table_unit.headed(line.section) or table_unit.stated(line.section)) if line.section else None
    for candidate in (line.unit, place.unit, section, wide):
        fit = table_unit.fitting(candidate, None if change else metric)
        if fit is None:
            continue
        if candidate is wide and per_share_apart and _looks_per_share(text, line):
            return text.unit or NONE
        if _is_money(text.unit) and text.unit is not None and fit.dimension == ():
            return Unit(fit.symbol, text.unit.dimension, fit.scale) if fit.scale > 1 else text.unit
        return fit
    if metric is not None and metric.dimension == "money_per_share" and _is_money(text.unit):
        return text.unit or NONE
    return text.unit or NONE


def _looks_per_share(text: CellText, line: Line) -> bool:
    """Whether a cell of a table "except per share" is an amount a share: it says so, or it alone has cents."""
    if (
        "per share" in line.text.lower()
        or "per share" in line.section.lower()
        or "per common share" in line.text.lower()
    ):
        return "shares" not in plain(line.label)
    decimals = len(text.digits.partition(".")[2])
    return decimals == 2 and len(text.digits.partition(".")[0]) <= 3


def _figure(text: CellText, unit: Unit, line: Line, place: Line, sheet: Sheet, index: int) -> Figure:
    cell = sheet.cells[line.index][place.index]
    if cell is None:
        raise ValueError("a number stands in a cell")
    if text.unit is not None and unit is not text.unit:
        text = replace(text, unit=None)
    metric = line.metric or place.metric
    change = line.change or place.change
    named = line if line.metric is not None or place.metric is None else place
    period = place.period or line.period
    mention = text.mention
    quantity = text.quantity(unit)
    if unit is NONE and quantity.decimals == 0 and any(table_unit.is_number_of(each.text) for each in (line, place)):
        quantity = replace(quantity, interval=Interval.point(quantity.value))  # stores, employees: counted, not rounded
    return Figure(
        text=text.text,
        quantity=quantity,
        kind=text.mention_kind,
        where=Where.at(cell.place, text.text),
        metric=None if metric is None else metric.name,
        label=named.label,
        subject=_subject(place if named is line else line),
        period=period,
        change=change,
        heads=tuple(part for part in (place.text, line.text) if part),
        table=index,
        row=line.index,
        column=place.index,
        of=None if mention is None else mention.of,
        parts=() if mention is None else mention.parts,
    )


def _subject(line: Line) -> str:
    """Return whom the other head is about: what names no period, no metric and is no word of form."""
    if line.period is not None or line.era is not None or line.metric is not None or line.change is not None:
        return ""
    return "" if plain(line.text) in _GENERIC else line.text
