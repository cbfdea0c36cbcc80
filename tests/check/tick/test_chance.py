"""Random tables show hardly any relation: the formula for chance holds, and so does what is asserted on its strength."""

from __future__ import annotations

import numpy as np
import pytest

from tick_tables import table_of
from yanbao.check.tick.chance import expected, meeting
from yanbao.check.tick.grid import Grid, understand
from yanbao.check.tick.table_relations import relations_of_grid
from yanbao.check.tick.words import standard


def grid_of(values: np.ndarray, decimals: int) -> Grid:
    """Return a grid whose heads say nothing: letters for rows and columns."""
    head = ["", *(f"c{chr(97 + j)}" for j in range(values.shape[1]))]
    rows = [
        [f"r{chr(97 + i // 26)}{chr(97 + i % 26)}", *(f"{v:.{decimals}f}" for v in row)] for i, row in enumerate(values)
    ]
    (grid,) = understand(table_of([head, *rows]), 0, standard()).grids
    return grid


def test_two_numbers_meet_as_often_as_the_formula_says() -> None:
    rng = np.random.default_rng(5)
    claims = rng.uniform(10, 90, 200_000).round(1)
    other = rng.uniform(10, 90, 200_000).round(1)
    observed = float((np.abs(claims - other) <= 0.1 + 1e-9).mean())
    # widths of both intervals: 0.1 + 0.1; of two rounded numbers three of 0.1 meet, of the unrounded two
    chances = meeting(claims, np.full(len(claims), 0.2), 90.0)
    assert observed <= 1.6 * float(np.median(chances))
    assert observed >= 0.6 * float(np.median(chances))


def test_the_expected_number_is_the_number_found() -> None:
    """Of 4,000 random triples of five rows, how many hold a = b + c in four of five? Not more than E says."""
    rng = np.random.default_rng(11)
    a, b, c = (rng.integers(0, 12, (4000, 5)).astype(float) for _ in range(3))
    found = int(((a == b + c).sum(axis=1) >= 4).sum())
    e = 4000 * expected(1, 5, 1, np.full(4, float((a == b + c).mean())))
    assert found <= e + 4 * np.sqrt(e) + 1


@pytest.mark.parametrize(
    ("rows", "columns", "decimals", "spread"),
    [(12, 5, 1, 100.0), (8, 8, 2, 1.0), (30, 4, 0, 1000.0), (6, 12, 1, 30.0), (40, 3, 2, 10.0), (10, 6, 0, 99.0)],
)
def test_random_tables_show_no_relation(rows: int, columns: int, decimals: int, spread: float) -> None:
    rng = np.random.default_rng(rows * 100 + columns)
    shown = 0
    for _ in range(12):
        grid = grid_of(rng.uniform(-spread / 4, spread, (rows, columns)), decimals)
        shown += sum(each.verdict != "skipped" for each in relations_of_grid(grid))
    assert shown <= 1


def test_similar_lines_show_no_relation() -> None:
    """Lines that are nearly one another (correlations, smooth series) are no sums of each other."""
    rng = np.random.default_rng(3)
    breaks = 0
    for _ in range(5):
        common = rng.normal(0, 0.3, 14)
        grid = grid_of(common + rng.normal(0, 0.02, (14, 14)), 2)
        breaks += sum(each.verdict == "breaks" for each in relations_of_grid(grid))
    assert breaks == 0


def test_a_sum_without_words_is_found_and_its_break_is_told() -> None:
    rng = np.random.default_rng(8)
    parts = rng.uniform(1000, 90000, (9, 3)).round(2)
    values = np.column_stack([parts, parts.sum(axis=1)])
    assert all(each.verdict == "ties" for each in relations_of_grid(grid_of(values, 2)))
    values[4, 3] += 3000.0
    broken = [each for each in relations_of_grid(grid_of(values, 2)) if each.verdict == "breaks"]
    assert [(each.claimed.row, each.claimed.column) for each in broken] == [(5, 4)]
    assert broken[0].basis == "discovered"
    assert broken[0].diagnosis is not None
    assert "digit" in broken[0].diagnosis


def test_a_ratio_without_words_is_found() -> None:
    rng = np.random.default_rng(9)
    sales, workers = rng.uniform(1000, 90000, 12).round(1), rng.uniform(20, 900, 12).round(1)
    values = np.column_stack([sales, workers, (sales / workers).round(3)])
    held = [each for each in relations_of_grid(grid_of(values, 3)) if each.verdict == "ties"]
    assert len(held) == 12
    assert {each.relation for each in held} <= {"ratio", "product"}
