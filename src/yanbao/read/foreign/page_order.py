"""The order in which a reader takes the things on a page, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom; down is more
_OVERLAP = 4.0  # points that neighbours may overlap and still count as apart
_MOST = 2000  # shapes; beyond it they are taken from the top


def in_reading_order(boxes: Sequence[Rectangle]) -> list[int]:
    """Return the indices of boxes in reading order: columns as far down as their gutter goes, else from the top.

    Level lines that cross no box divide a page into bands. Bands that follow each other and leave one upright gutter
    free form columns, read one after the other; a band across the page stands alone (a recursive X-Y cut, Nagy and
    Seth 1984, that keeps a caption with the chart below it).

    >>> in_reading_order([(300, 60, 500, 70), (300, 75, 500, 400), (0, 0, 500, 50), (0, 60, 250, 400)])
    [2, 3, 0, 1]
    """
    if len(boxes) > _MOST:
        return sorted(range(len(boxes)), key=lambda at: (boxes[at][1], boxes[at][0]))
    found: list[int] = []
    todo: list[list[int]] = [list(range(len(boxes)))]
    while todo:
        group = todo.pop()
        parts = _columns_or_bands(boxes, group)
        if len(parts) > 1:
            todo.extend(reversed(parts))
        else:
            found.extend(sorted(group, key=lambda at: (boxes[at][1], boxes[at][0])))
    return found


def _columns_or_bands(boxes: Sequence[Rectangle], group: list[int]) -> list[list[int]]:
    columns = _parts(boxes, group, 0, 2)
    if len(columns) > 1:
        return columns
    runs: list[list[int]] = []
    for band in _parts(boxes, group, 1, 3):
        if runs and len(_parts(boxes, [*runs[-1], *band], 0, 2)) > 1:
            runs[-1].extend(band)
        else:
            runs.append(band)
    return runs


def _parts(boxes: Sequence[Rectangle], group: Sequence[int], low: int, high: int) -> list[list[int]]:
    """Return a group cut along one direction wherever no box stands across."""
    parts: list[list[int]] = []
    reach = 0.0
    for at in sorted(group, key=lambda at: (boxes[at][low], boxes[at][high])):
        if not parts or boxes[at][low] >= reach - _OVERLAP:
            parts.append([])
            reach = boxes[at][high]
        parts[-1].append(at)
        reach = max(reach, boxes[at][high])
    return parts
