"""Tables drawn with vertical and horizontal lines: the lines give the cells, and the text's lines further rows."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from yanbao.read.foreign.pdf_chunks import Chunk, cells_of, is_value, merged, rows
from yanbao.read.foreign.pdf_grid import Grid, GridCell, cell_of
from yanbao.read.foreign.pdf_rules import Rule

_TOUCH = 3.0  # points: lines this near meet
_SAME = 2.5  # points: lines this near are one (double lines)
_OPEN = 6.0  # points: horizontal lines that reach this far past the last vertical one leave the side open
MAX_POSITIONS = 60_000  # of one table; more lines than that are a pattern


def ruled_grids(found: Sequence[Chunk], across: Sequence[Rule], down: Sequence[Rule]) -> list[Grid]:
    """Return the tables that lines enclose, from top to bottom.

    Lines that meet form a frame; its horizontal and vertical lines span a grid whose neighbouring positions are one
    cell where no line parts them. A frame without text in at least two of its columns is a box or a chart.
    """
    grids = []
    for frame_across, frame_down in _frames(across, down):
        xs = _levels([rule.at for rule in frame_down])
        ys = _levels([rule.at for rule in frame_across])[::-1]
        left = _open_side([rule.start for rule in frame_across], xs[0], -1)
        right = _open_side([rule.end for rule in frame_across], xs[-1], 1)
        xs = ([left] if left is not None else []) + xs + ([right] if right is not None else [])
        if len(xs) < 3 or len(ys) < 2 or len(xs) * len(ys) > MAX_POSITIONS:
            continue
        inside = [c for c in found if xs[0] - 2 < c.middle < xs[-1] + 2 and ys[-1] - 1 < _height(c) < ys[0] + 1]
        grid = _grid(inside, xs, ys, frame_across, frame_down)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: -grid.top)


def _height(chunk: Chunk) -> float:
    return chunk.base + 0.3 * chunk.size


def _frames(across: Sequence[Rule], down: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the groups of lines that meet."""
    if len(across) * len(down) > 4_000_000:
        return
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, line in enumerate(across):
        for j, post in enumerate(down):
            if (
                line.start - _TOUCH <= post.at <= line.end + _TOUCH
                and post.start - _TOUCH <= line.at <= post.end + _TOUCH
            ):
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*across, *down]):
        groups.setdefault(root(index), ([], []))[index >= len(across)].append(rule)
    yield from (group for group in groups.values() if len(group[0]) >= 2 and group[1])


def _levels(values: Sequence[float]) -> list[float]:
    levels: list[list[float]] = []
    for value in sorted(values):
        if levels and value - levels[-1][-1] <= _SAME:
            levels[-1].append(value)
        else:
            levels.append([value])
    return [sum(level) / len(level) for level in levels]


def _open_side(ends: Sequence[float], edge: float, sign: int) -> float | None:
    beyond = [end for end in ends if (end - edge) * sign > _OPEN]
    if len(beyond) < 2 or len(beyond) * 2 < len(ends):
        return None
    return sorted(beyond)[len(beyond) // 2]


def _covers(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    length = sum(
        max(0.0, min(rule.end, end) - max(rule.start, start)) for rule in rules if abs(rule.at - at) <= _SAME + 0.5
    )
    return length >= 0.6 * (end - start)


def _grid(
    inside: Sequence[Chunk], xs: list[float], ys: list[float], across: Sequence[Rule], down: Sequence[Rule]
) -> Grid | None:
    count = len(xs) - 1
    spans = _spans(xs, ys, across, down)
    owner = {position: corner for corner, positions in spans.items() for position in positions}
    held: dict[tuple[int, int], list[Chunk]] = {corner: [] for corner in spans}
    for chunk in inside:
        row = next((i for i in range(len(ys) - 1) if ys[i + 1] <= _height(chunk) <= ys[i]), None)
        column = next((j for j in range(count) if xs[j] <= chunk.middle <= xs[j + 1]), None)
        if row is not None and column is not None:
            held[owner[row, column]].append(chunk)
    filled = [corner for corner, parts in held.items() if parts]
    if len({corner[1] for corner in filled}) < 2 or len(filled) < max(2, 0.2 * len(spans)):
        return None
    table: list[list[GridCell | None]] = []
    for i in range(len(ys) - 1):
        corners = {j: (i, j) for j in range(count) if owner[i, j] == (i, j)}
        leaf = _leaf_line([held[c] for c in corners.values() if len({p[1] for p in spans[c]}) > 1], xs)
        bands = _text_rows([held[corner] for corner in corners.values()], [spans[c] for c in corners.values()])
        if leaf is not None and len(bands) == 1:
            bands = [(float("inf"), leaf), (leaf, float("-inf"))]
        for index, (high, low) in enumerate(bands):
            row_cells: list[GridCell | None] = [None] * count
            for j, corner in corners.items():
                tall = 1 + max(p[0] for p in spans[corner]) - i
                wide = 1 + max(p[1] for p in spans[corner]) - j
                parts = [part for part in held[corner] if low < _height(part) <= high]
                top, bottom = min(high, ys[i]), max(low, ys[i + tall])
                step = 1 if leaf is not None and index == len(bands) - 1 and _apart(parts, xs) else wide
                for k in range(j, j + wide, step):
                    own = [part for part in parts if step == wide or xs[k] <= part.middle < xs[k + 1]]
                    own = cells_of(sorted(own, key=lambda part: part.left))
                    cell = cell_of(own, xs[k], bottom, xs[k + step], top)
                    cell.columns, cell.rows = step, tall if len(bands) == 1 else 1
                    row_cells[k] = cell
            if len(bands) > 1 and not any(cell is not None and cell.text for cell in row_cells):
                continue
            table.append(row_cells)
    sizes = Counter(round(chunk.size, 1) for chunk in inside)
    grid = Grid(table, xs[0], ys[-1], xs[-1], ys[0], tuple(xs), True, size=sizes.most_common(1)[0][0])
    grid.taken = {id(chunk) for chunk in inside}
    _fit_spans(grid)
    return _without_empty_columns(grid)


def _fit_spans(grid: Grid) -> None:
    """Shorten spans that reach into rows which the text's lines have added or over a cell of its own."""
    for i, row in enumerate(grid.rows):
        for j, cell in enumerate(row):
            if cell is None or cell.rows == 1:
                continue
            tall = 1
            while (
                i + tall < len(grid.rows)
                and tall < cell.rows
                and all(grid.rows[i + tall][k] is None for k in range(j, j + cell.columns))
            ):
                tall += 1
            cell.rows = tall
    covered: set[tuple[int, int]] = set()
    for i, row in enumerate(grid.rows):
        for j, cell in enumerate(row):
            if cell is not None:
                covered.update((a, b) for a in range(i, i + cell.rows) for b in range(j, j + cell.columns))
            elif (i, j) not in covered:
                row[j] = GridCell("", grid.edges[j], grid.bottom, grid.edges[j + 1], grid.top)


def _spans(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Rule], down: Sequence[Rule]
) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return each cell's upper left position with the positions it covers; positions no line parts are one cell."""
    high, wide = len(ys) - 1, len(xs) - 1
    open_right = [
        [j + 1 < wide and not _covers(down, xs[j + 1], ys[i + 1], ys[i]) for j in range(wide)] for i in range(high)
    ]
    open_below = [
        [i + 1 < high and not _covers(across, ys[i + 1], xs[j], xs[j + 1]) for j in range(wide)] for i in range(high)
    ]
    taken: set[tuple[int, int]] = set()
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i in range(high):
        for j in range(wide):
            if (i, j) in taken:
                continue
            last = j
            while last + 1 < wide and open_right[i][last] and (i, last + 1) not in taken:
                last += 1
            bottom = i
            while (
                bottom + 1 < high
                and all(open_below[bottom][k] for k in range(j, last + 1))
                and all(open_right[bottom + 1][k] for k in range(j, last))
                and not (last + 1 < wide and open_right[bottom + 1][last])
            ):
                bottom += 1
            covered = [(a, b) for a in range(i, bottom + 1) for b in range(j, last + 1)]
            spans[i, j] = covered
            taken.update(covered)
    return spans


def _apart(parts: Sequence[Chunk], xs: Sequence[float]) -> bool:
    """Return whether the words of a cell over several columns stand one in each of these."""
    columns = [sum(x <= part.middle for x in xs) for part in parts]
    inside = all(
        xs[column - 1] - 1 <= part.left and part.right <= xs[min(column, len(xs) - 1)] + 1
        for part, column in zip(parts, columns, strict=True)
    )
    return len(parts) > 1 and len(set(columns)) == len(columns) and inside


def _leaf_line(cells: Sequence[list[Chunk]], xs: Sequence[float]) -> float | None:
    """Return the y above the heads of single columns that stand in a cell over several, below the head of all."""
    for parts in cells:
        lines = rows(parts)
        if lines and _apart(lines[-1], xs):
            return max(_height(part) for part in lines[-1]) + 0.2 * lines[-1][0].size
    return None


def _text_rows(cells: Sequence[list[Chunk]], spans: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[float, float]]:
    """Return the rows (from y, to y) that the text of one ruled row holds.

    Statistical tables rule every fifth row only. Where at least two cells hold two or more complete figures each, one
    below the other and on common baselines, each of these baselines is a row.
    """
    whole = [(float("inf"), float("-inf"))]
    stacks = []
    for parts, covered in zip(cells, spans, strict=True):
        if len({position[1] for position in covered}) > 1:
            continue
        lines = [merged(cells_of(row)) for row in rows(parts)]
        if len(lines) >= 2 and all(is_value(line.text) for line in lines):
            stacks.append([line.base for line in lines])
    if len(stacks) < 2:
        return whole
    longest = max(stacks, key=len)
    agreeing = [stack for stack in stacks if all(any(abs(y - base) < 2.0 for base in longest) for y in stack)]
    if len(agreeing) < 2 or len(agreeing) * 2 < len(stacks):
        return whole
    middles = [(upper + lower) / 2 for upper, lower in itertools.pairwise(longest)]
    size = next(part.size for parts in cells for part in parts)
    edges = [float("inf"), *(middle + 0.3 * size for middle in middles), float("-inf")]
    return list(itertools.pairwise(edges))


def _without_empty_columns(grid: Grid) -> Grid:
    """Return the table without positions that stand for nothing: columns so narrow that no text fits in."""
    narrow = {
        j
        for j in range(len(grid.edges) - 1)
        if grid.edges[j + 1] - grid.edges[j] < 0.7 * grid.size
        and not any(row[j] is not None and row[j].text and row[j].columns == 1 for row in grid.rows)  # type: ignore[union-attr]
    }
    if not narrow:
        return grid
    keep = [j for j in range(len(grid.edges) - 1) if j not in narrow]
    table: list[list[GridCell | None]] = []
    for row in grid.rows:
        moved: dict[int, GridCell] = {}
        for j, cell in enumerate(row):
            if cell is None:
                continue
            covered = [k for k in range(j, j + cell.columns) if k not in narrow]
            if covered:
                cell.columns = len(covered)
                moved[covered[0]] = cell
        table.append([moved.get(j) for j in keep])
    grid.rows = table
    grid.edges = (*(grid.edges[j] for j in keep), grid.edges[-1])
    return grid
