"""The order in which a reader takes the things on a page, by where they stand."""

from __future__ import annotations

from collections.abc import Sequence

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom; down is more
_OVERLAP = 4.0  # points that neighbours may overlap and still count as apart
_MOST = 2000  # shapes; beyond it they are taken from the top


def in_reading_order(boxes: Sequence[Rectangle]) -> list[int]:
    """Return the indices of boxes in reading order: bands from the top, in each band columns from the left.

    A band ends where a level line across crosses no box; a column where an upright line crosses none. What neither
    divides is taken by its upper edge, then from the left (recursive X-Y cut: Nagy and Seth 1984).

    >>> in_reading_order([(300, 100, 500, 400), (0, 0, 500, 50), (0, 100, 250, 200), (0, 210, 250, 400)])
    [1, 2, 3, 0]
    """
    if len(boxes) > _MOST:
        return sorted(range(len(boxes)), key=lambda at: (boxes[at][1], boxes[at][0]))
    found: list[int] = []
    todo: list[list[int]] = [list(range(len(boxes)))]
    while todo:
        group = todo.pop()
        if len(group) < 2:
            found.extend(group)
            continue
        for low, high in ((1, 3), (0, 2)):
            parts = _parts(boxes, group, low, high)
            if len(parts) > 1:
                todo.extend(reversed(parts))
                break
        else:
            found.extend(sorted(group, key=lambda at: (boxes[at][1], boxes[at][0])))
    return found


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
