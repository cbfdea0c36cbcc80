"""What was known when, against a plain reading of the rule: one loop over everything that was ever handed over."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.batches import batch
from yanbao.store import Store, load

DAY = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def statement(value: float | None, published: int, *, code: str = "600519.SH", line: str = "revenue") -> dict[str, Any]:
    row = {"code": code, "period": "2023-09-30", "basis": "ytd", "line": line, "published": day(published)}
    return {**row, "value": value}


def read(path: Path, as_of: int | None = None) -> dict[tuple[str, str], float]:
    with Store.open(path) as store:
        table = store.table("statement", None if as_of is None else day(as_of))
        rows = table.select("code", "line", "value").execute().itertuples(index=False)
        result: dict[tuple[str, str], float] = {}
        for code, line, value in rows:
            assert (code, line) not in result, "one row a key"
            result[code, line] = value
        return result


KEY = ("600519.SH", "revenue")


def test_a_restatement_holds_from_the_day_it_was_published_and_the_first_report_stays(tmp_path: Path) -> None:
    load(tmp_path, [batch("statement", [statement(100, 10)])], source="t", day=day(40))
    report = load(tmp_path, [batch("statement", [statement(90, 30)])], source="t", day=day(50))
    assert (report.files[0].stored, report.files[0].restated) == (1, 1)
    assert read(tmp_path, 9) == {}
    assert read(tmp_path, 10) == {KEY: 100}
    assert read(tmp_path, 29) == {KEY: 100}
    assert read(tmp_path, 30) == {KEY: 90}
    assert read(tmp_path) == {KEY: 90}


def test_a_backfill_of_an_older_publication_goes_between_and_hides_nothing_newer(tmp_path: Path) -> None:
    load(tmp_path, [batch("statement", [statement(100, 10), statement(80, 30)])], source="t", day=day(40))
    load(tmp_path, [batch("statement", [statement(95, 20)])], source="t", day=day(60))
    assert [read(tmp_path, number)[KEY] for number in (10, 19, 20, 29, 30, 60)] == [100, 100, 95, 95, 80, 80]


def test_a_value_revised_without_saying_so_is_known_from_the_day_it_entered_never_from_the_first_announcement(
    tmp_path: Path,
) -> None:
    # CNEquity: revised value paired with the first announcement date = look-ahead
    load(tmp_path, [batch("statement", [statement(100, 10)])], source="t", day=day(40))
    load(tmp_path, [batch("statement", [statement(104, 10)])], source="t", day=day(60))
    assert [read(tmp_path, number)[KEY] for number in (10, 40, 59, 60)] == [100, 100, 100, 104]


def test_an_unsaid_revision_of_an_old_publication_never_hides_a_newer_one(tmp_path: Path) -> None:
    load(tmp_path, [batch("statement", [statement(100, 10), statement(90, 30)])], source="t", day=day(40))
    load(tmp_path, [batch("statement", [statement(101, 10)])], source="t", day=day(60))
    assert [read(tmp_path, number)[KEY] for number in (10, 29, 30, 60)] == [100, 100, 90, 90]
    with Store.open(tmp_path) as store:
        assert store.vintages("statement").count().execute() == 3, "kept, though it was never the newest"


def test_a_table_that_was_always_public_is_known_from_the_beginning(tmp_path: Path) -> None:
    def name(text: str) -> dict[str, Any]:
        return {"scheme": "sw2021", "industry": "710000", "level": 1, "name": text}

    load(tmp_path, [batch("industry", [name("计算机")])], source="t", day=day(10))
    load(tmp_path, [batch("industry", [name("计算机应用")])], source="t", day=day(20))
    with Store.open(tmp_path) as store:
        names = [store.table("industry", day(n)).name.execute().tolist() for n in (-9000, 19, 20)]
    assert names == [["计算机"], ["计算机"], ["计算机应用"]]


@dataclass(frozen=True)
class Vintage:
    key: tuple[str, str]
    published: int
    value: float
    known_from: int
    entered: int  # load number


def oracle(files: list[tuple[int, list[tuple[tuple[str, str], int, float]]]]) -> list[Vintage]:
    """Every vintage that files give, file by file, value by value."""
    kept: list[Vintage] = []
    for number, (load_day, rows) in enumerate(files):
        for key, published, value in rows:
            same = [one for one in kept if one.key == key and one.published == published]
            if not same:
                kept.append(Vintage(key, published, value, published, number))
            elif same[-1].value != value:
                kept.append(Vintage(key, published, value, max(load_day, published), number))
    return kept


def oracle_read(kept: list[Vintage], as_of: int) -> dict[tuple[str, str], float]:
    known: dict[tuple[str, str], Vintage] = {}
    for one in kept:
        if one.known_from <= as_of:
            best = known.get(one.key)
            rank = (one.published, one.known_from, one.entered)
            if best is None or rank > (best.published, best.known_from, best.entered):
                known[one.key] = one
    return {key: one.value for key, one in known.items()}


KEYS = st.sampled_from([("600519.SH", "revenue"), ("600519.SH", "cost"), ("000001.SZ", "revenue")])
FILE = st.dictionaries(st.tuples(KEYS, st.integers(0, 6)), st.integers(1, 3).map(float), max_size=6)
FILES = st.lists(st.tuples(st.integers(0, 3), FILE), min_size=1, max_size=6)


Files = list[tuple[int, dict[tuple[tuple[str, str], int], float]]]


@given(FILES, st.booleans())
@settings(max_examples=10, deadline=None)
def test_every_order_of_files_gives_what_a_plain_loop_over_all_of_them_gives(files: Files, at_once: bool) -> None:
    compare(files, at_once)


@pytest.mark.slow
@given(FILES, st.booleans())
@settings(max_examples=400, deadline=None)
def test_the_same_for_many_more_orders(files: Files, at_once: bool) -> None:
    compare(files, at_once)


def compare(files: Files, at_once: bool) -> None:
    load_day = 6
    said: list[tuple[int, list[tuple[tuple[str, str], int, float]]]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        for gap, file in files:
            load_day += 0 if at_once else gap
            rows = [(key, published, value) for (key, published), value in file.items()]
            said.append((load_day, rows))
            given = [statement(value, published, code=code, line=line) for (code, line), published, value in rows]
            load(path, [batch("statement", given)] if given else [], source="t", day=day(load_day))
        kept = oracle(said)
        if not kept:
            return
        with Store.open(path) as store:
            rows = store.connection.to_pyarrow(store.vintages("statement")).to_pylist()
        assert len(rows) == len(kept)
        for as_of in range(-1, load_day + 1):
            current = [row for row in rows if row["known_from"] <= day(as_of) < row["known_to"]]
            found = {(row["code"], row["line"]): row["value"] for row in current}
            assert len(found) == len(current), "one row a key"
            assert found == oracle_read(kept, as_of), as_of
        assert read(path) == found


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1)])
def test_publications_that_come_in_any_order_say_the_same(tmp_path: Path, order: tuple[int, ...]) -> None:
    rows = [statement(100, 10), statement(95, 20), statement(80, 30)]
    for place, number in enumerate(order):
        load(tmp_path, [batch("statement", [rows[number]])], source="t", day=day(40 + place))
    assert [read(tmp_path, n)[KEY] for n in (10, 20, 30)] == [100, 95, 80]
