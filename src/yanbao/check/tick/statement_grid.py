"""The metrics of a whole document as one grid, metrics by periods: a ratio table beside the statements it rests on.

Only what is about the document's one subject comes in: figures of tables whose lines are metrics and whose places are
periods. A metric that is printed with two values for one period is left out: which one a ratio rests on is not said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np

from yanbao.check.tick.figure import Figure
from yanbao.check.tick.grid import Grid, Line
from yanbao.check.tick.words import Words
from yanbao.quantity.period import Period

TABLE: Final = -1  # no table of the document: its lines are no neighbours
_Key = tuple[str, str | None]
_When = tuple[str, str, str]


def statement_grid(grids: Sequence[Grid], words: Words) -> Grid | None:
    """Return the grid of a document's metrics, `None` where fewer than two tables or metrics take part.

    Parameters: `grids` are those of the tables, `words` the table of accounting words.
    """
    found: dict[_Key, dict[_When, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    periods: dict[_When, Period] = {}
    tables: set[int] = set()
    for grid in grids:
        for view in (grid, grid.turned):
            if sum(line.metric is not None for line in view.lines) < 2:
                continue
            if sum(place.period is not None for place in view.places) < max(1, len(view.places) // 2):
                continue
            for i, line in enumerate(view.lines):
                for j, place in enumerate(view.places):
                    figure = view.figures[i][j]
                    if figure is None or line.metric is None or place.period is None or figure.subject:
                        continue
                    when = (place.period.grain, str(place.period.start), str(place.period.end))
                    periods[when] = place.period
                    found[line.metric.name, line.change][when].append(figure)
                    tables.add(grid.table)
    if len(tables) < 2 or len(found) < 2:
        return None
    return _grid(found, periods, words)


def _grid(found: dict[_Key, dict[_When, list[Figure]]], periods: dict[_When, Period], words: Words) -> Grid | None:
    keys = [key for key in found if any(_one(figures) is not None for figures in found[key].values())]
    order = sorted(periods, key=lambda when: (when[0], when[2]))
    lines = tuple(
        Line(metric, metric, "", words.metrics.get(metric), change, None, None, None, index)  # type: ignore[arg-type]
        for index, (metric, change) in enumerate(keys)
    )
    places = tuple(
        Line(" ".join(when), "", "", None, None, periods[when], None, None, index) for index, when in enumerate(order)
    )
    cells = tuple(tuple(_one(found[key].get(when, [])) for when in order) for key in keys)
    shape = (len(keys), len(order))
    if not shape[0] or not shape[1]:
        return None
    value, low, high, raw, raw_half = (np.full(shape, np.nan) for _ in range(5))
    percent, bare = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    kind = np.full(shape, -1, dtype=np.int64)
    kinds: dict[object, int] = {}
    for i, row in enumerate(cells):
        for j, figure in enumerate(row):
            if figure is None:
                continue
            quantity = figure.quantity
            scale = float(quantity.unit.scale)
            ends = (quantity.interval.low, quantity.interval.high)
            if None in ends:
                continue
            value[i, j] = float(quantity.value) * scale
            low[i, j], high[i, j] = (float(end) * scale for end in ends if end is not None)
            raw[i, j] = float(quantity.value)
            raw_half[i, j] = (high[i, j] - low[i, j]) / 2 / scale
            percent[i, j] = not quantity.unit.dimension and quantity.unit.scale.denominator == 100
            bare[i, j] = not quantity.unit.symbol
            pure = () if quantity.unit.dimension else (quantity.unit.scale, quantity.unit.kind)
            kind[i, j] = kinds.setdefault((quantity.unit.dimension, pure), len(kinds))
    blank = np.zeros(shape, dtype=bool)
    return Grid(TABLE, cells, value, low, high, raw, raw_half, blank, kind, percent, bare, lines, places)


def _one(figures: Sequence[Figure]) -> Figure | None:
    """Return the most precise of figures that agree, `None` where two of them cannot be the same number."""
    if not figures:
        return None
    first = min(figures, key=lambda figure: figure.quantity.interval.width or 0)
    for other in figures:
        same = other.quantity.unit.same_dimension(first.quantity.unit)
        if not same or not other.quantity.meets(first.quantity):
            return None
    return first
