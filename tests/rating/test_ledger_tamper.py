"""Tampering of every kind is found, and the first entry that it touched is named."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from rating.ledgers import hash_by_hand, made_anew, model_ledger, rows_of, write
from yanbao.errors import RatingError, WorkspaceError
from yanbao.rating import COLUMNS, Head, Problem, read_ledger, read_rows, verify

NAMES = [column.name for column in COLUMNS]
SHOWN = {  # another sound cell for each column
    "entry": "9", "recorded": "2024-07-15T08:30:01Z", "published": "2024-07-16", "action": "maintain", "call": "C00009",
    "scope": "sector", "security": "600519.SH", "name": "他", "rating": "中性", "policy": "买入>10; 中性[-10,10]; 卖出<-10",
    "benchmark": "000905.SH", "horizon": "12", "target": "30", "target_horizon": "12", "price": "18.31",
    "price_day": "2024-07-12", "currency": "HKD", "measure": "revenue", "period": "2025E", "value": "1.01", "unit": "亿元",
    "analyst": "他人", "licence": "S1", "house": "他家", "report": "cd" * 32, "title": "他题", "reason": "无",
    "corrects": "1", "source": "f.csv:1", "previous": "ef" * 32, "hash": "12" * 32,
}  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return model_ledger(tmp_path).path


def found(path: Path, *heads: Head) -> list[Problem]:
    return verify(read_rows(path), heads)


def first(path: Path, *heads: Head) -> tuple[int, str]:
    problem = found(path, *heads)[0]
    return problem.entry, problem.kind


def test_hashes_are_those_that_the_page_describes(path: Path) -> None:
    header, *rows = rows_of(path)
    assert header == NAMES
    before = "0" * 64
    for row in rows:
        assert row[header.index("previous")] == before
        assert row[-1] == hash_by_hand(header, row)
        before = row[-1]
    assert read_ledger(path).head == Head(12, before)
    assert found(path) == []


def test_the_check_that_the_page_prints_needs_no_yanbao(path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")
    names: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], names)
    assert names["check"](path) is None
    text = path.read_text("utf-8")
    for altered, entry in ((text.replace("海光", "海光信"), 5), (text.replace("\n6,", "\n7,"), 6)):
        path.write_text(altered, "utf-8")
        assert names["check"](path) == entry


@pytest.mark.parametrize("column", NAMES)
@pytest.mark.parametrize("row", [1, 6, 12])
def test_a_cell_altered_in_any_column(path: Path, column: str, row: int) -> None:
    rows = rows_of(path)
    at = NAMES.index(column)
    assert rows[row][at] != SHOWN[column]
    rows[row][at] = SHOWN[column]
    write(path, rows)
    problem = found(path)[0]
    assert problem.kind == "altered"
    assert problem.line == row + 1
    assert problem.entry == row or column == "entry"
    with pytest.raises(WorkspaceError, match="was altered"):
        read_ledger(path)


@pytest.mark.parametrize("column", ["name", "rating", "price", "analyst", "security"])
def test_a_cell_emptied(path: Path, column: str) -> None:
    rows = rows_of(path)
    rows[5][NAMES.index(column)] = ""
    write(path, rows)
    assert (found(path)[0].entry, found(path)[0].kind) == (5, "altered")


@pytest.mark.parametrize("row", range(1, 12))
def test_an_entry_removed(path: Path, row: int) -> None:
    rows = rows_of(path)
    del rows[row]
    write(path, rows)
    assert [(one.entry, one.kind) for one in found(path)] == [(row, "removed")]


def test_entries_removed_in_several_places(path: Path) -> None:
    rows = rows_of(path)
    write(path, rows[:2] + rows[4:8] + rows[9:])
    assert [(one.entry, one.cause) for one in found(path)] == [(2, "entries 2 to 3 were removed"), (8, "was removed")]


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 4), (2, 11), (1, 12)])
def test_entries_reordered(path: Path, one: int, other: int) -> None:
    rows = rows_of(path)
    rows[one], rows[other] = rows[other], rows[one]
    write(path, rows)
    problems = found(path)
    assert [problem.kind for problem in problems] == ["reordered"]
    assert one <= problems[0].entry <= other


@pytest.mark.parametrize("kept", [0, 1, 4, 11])
def test_a_tail_cut_off_is_seen_by_a_head(path: Path, kept: int) -> None:
    head = read_ledger(path).head
    write(path, rows_of(path)[: kept + 1])
    assert found(path) == [], "a shorter chain is whole by itself: only a head shows it"
    assert first(path, head) == (kept + 1, "cut")


def test_an_entry_inserted_under_a_number_that_there_is(path: Path) -> None:
    rows = rows_of(path)
    forged = list(rows[5])
    forged[NAMES.index("price")] = "99"
    forged[-1] = hash_by_hand(rows[0], forged)
    rows.insert(6, forged)
    write(path, rows)
    assert [(one.entry, one.kind) for one in found(path)] == [(5, "inserted")]


def test_an_entry_inserted_between_with_all_that_follows_numbered_anew(path: Path) -> None:
    rows = rows_of(path)
    forged = list(rows[5])
    rows.insert(6, forged)
    for at in range(6, len(rows)):
        rows[at][0] = str(at)
    write(path, rows)
    assert (found(path)[0].entry, found(path)[0].kind) == (6, "altered")


def test_an_entry_put_behind_with_a_hash_that_is_none(path: Path) -> None:
    rows = rows_of(path)
    rows.append(["13", *rows[12][1:]])
    write(path, rows)
    assert (found(path)[0].entry, found(path)[0].kind) == (13, "altered")


def test_an_altered_entry_with_its_hash_made_anew(path: Path) -> None:
    rows = rows_of(path)
    rows[5][NAMES.index("price")] = "99"
    rows[5][-1] = hash_by_hand(rows[0], rows[5])
    write(path, rows)
    assert [(one.entry, one.kind) for one in found(path)] == [(5, "replaced")]
    assert "entry 6 does not follow" in found(path)[0].cause


@pytest.mark.parametrize("at", [1, 4, 5, 9, 12])
def test_a_chain_rewritten_to_its_end_is_seen_by_heads(path: Path, at: int) -> None:
    whole = read_ledger(path)
    heads = [Head(number, whole.entries[number - 1].hash) for number in (4, 8, 12)]
    rows = rows_of(path)
    rows[at][NAMES.index("analyst")] = "他人"
    made_anew(rows, at)
    write(path, rows)
    assert found(path) == [], "whoever rewrites all that follows leaves a whole chain: only a head shows it"
    # the heads were kept after entries 4, 8 and 12: the last one that agrees bounds what was rewritten
    expected = {1: 1, 4: 1, 5: 5, 9: 9, 12: 9}[at]
    assert first(path, *heads) == (expected, "rewritten")
    span = {1: "1 to 4", 5: "5 to 8", 9: "9 to 12"}[expected]
    assert f"one of the entries {span} on" in found(path, *heads)[0].cause


def test_heads_that_agree_are_silent_and_that_of_another_ledger_is_not(path: Path) -> None:
    whole = read_ledger(path)
    heads = [Head(number, whole.entries[number - 1].hash) for number in range(1, 13)]
    assert verify(whole, [Head(0, "0" * 64), *heads]) == []
    assert [one.kind for one in verify(whole, [Head(3, "ab" * 32)])] == ["rewritten"]
    assert [one.kind for one in verify(whole, [Head(0, "ab" * 32)])] == ["head"]


def test_several_breaks_are_told_at_once_first_entry_first(path: Path) -> None:
    rows = rows_of(path)
    rows[3][NAMES.index("name")] = "他"
    rows[9][NAMES.index("value")] = "7"
    rows[10][NAMES.index("name")] = "它"
    del rows[6]
    write(path, rows)
    problems = found(path)
    assert [(one.entry, one.kind) for one in problems] == [
        (3, "altered"),
        (6, "removed"),
        (9, "altered"),
        (10, "altered"),
    ]


def test_two_columns_exchanged_in_the_header(path: Path) -> None:
    rows = rows_of(path)
    for row in rows:
        row[7], row[8] = row[8], row[7]
    write(path, rows)
    assert [(one.entry, one.cause) for one in found(path)] == [(0, "the first line has the columns in another order")]


def test_a_column_dropped_is_named(path: Path) -> None:
    write(path, [row[:15] + row[16:] for row in rows_of(path)])
    (problem,) = found(path)
    assert problem.cause == "the first line lacks price_day"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_to_the_bytes_is_found(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    head = read_ledger(path).head
    content = path.read_bytes()
    for _ in range(15):
        at = chance.randrange(len(content))
        end = min(len(content), at + chance.choice((1, 1, 1, 2, 40, 400)))
        piece = chance.choice(
            (b"", bytes([chance.randrange(256)]), content[at : end + 1], content[end:] + content[at:end])
        )
        changed = content[:at] + piece + content[end:]
        if changed == content:
            continue
        path.write_bytes(changed)
        try:
            told = [str(problem) for problem in found(path, head)]
        except RatingError as error:
            told = [str(error)]
        assert told, (seed, at, end, piece)
