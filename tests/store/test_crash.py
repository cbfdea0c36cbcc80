"""A load that is killed, runs out of room or meets another: the last good state stays, and loading again finishes."""

from __future__ import annotations

import datetime as dt
import itertools
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store import children
from yanbao.errors import StoreError
from yanbao.store import Store, load

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["store.children", "duckdb", "yanbao.store.loading", "yanbao.store.staging"])


def start(target: Callable[..., None], *arguments: object) -> Any:
    process = SPAWN.Process(target=target, args=arguments)
    process.start()
    return process


def kill(process: Any) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def wait_for(path: Path) -> None:
    for _ in range(2000):
        if path.exists():
            return
        time.sleep(0.01)
    raise AssertionError(f"{path} did not appear")


def content(path: Path) -> list[tuple[Any, ...]]:
    with Store.open(path) as store:
        rows = store.connection.to_pyarrow(store.vintages("statement")).to_pylist()
        rows += store.connection.to_pyarrow(store.panel()).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=repr)


def check_whole(path: Path, rows_each: int = children.ROWS) -> int:
    """Check that every file is in whole or not at all, and return how many are."""
    if not (path / "store.duckdb").exists():
        return 0
    with Store.open(path) as store:
        loads = store.connection.to_pyarrow(store.loads()).to_pylist()
        loads = [record for record in loads if record["table_name"] == "statement"]
        rows = store.connection.to_pyarrow(store.vintages("statement")).to_pylist()
    assert [record["file"] for record in loads] == [f"{number}.csv" for number in range(len(loads))]
    by_load: dict[int, int] = {}
    for row in rows:
        by_load[row["load"]] = by_load.get(row["load"], 0) + 1
    assert by_load == {record["load"]: rows_each for record in loads}
    current = [row for row in rows if row["known_to"] == dt.date(9999, 12, 31)]
    keys = {(row["code"], row["period"]) for row in rows}
    assert len(current) == len(keys), "one row of each key is the newest"
    return len(loads)


def run_and_kill(tmp_path: Path, kills: int, valued: bool = False) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    began = time.perf_counter()
    process = start(children.load_all, str(whole), children.ROWS, valued)
    process.join()
    assert process.exitcode == 0
    lasts = time.perf_counter() - began
    assert check_whole(whole) == children.FILES
    expected = content(whole)
    moments = random.Random()
    done = killed_within = 0
    for attempt in itertools.count():
        if done >= kills:
            break
        path = tmp_path / f"attempt {attempt}"
        path.mkdir()
        before = 0
        while done < kills and before < children.FILES:
            process = start(children.load_all, str(path), children.ROWS, valued)
            process.join(moments.uniform(0, lasts * (children.FILES - before) / children.FILES))
            if process.exitcode is None:
                kill(process)
                done += 1
                after = check_whole(path)
                killed_within += after < children.FILES
                assert after >= before, "what was loaded stays"
                before = after
            else:
                break
        load(path, children.files(children.ROWS, valued), source="t", day=children.DAY)
        assert content(path) == expected
        assert sorted(file.name for file in path.iterdir()) == ["store.duckdb"], "nothing is left lying about"
    assert killed_within >= kills // 4, "some kills met a load under way"


def test_a_load_killed_at_any_moment_leaves_the_last_good_state_and_is_finished_by_the_next(tmp_path: Path) -> None:
    run_and_kill(tmp_path, 4)


@pytest.mark.slow
def test_the_same_for_many_more_moments(tmp_path: Path) -> None:
    run_and_kill(tmp_path, 80, valued=True)


def told_without_room(path: Path, most_bytes: int) -> str:
    process = start(children.load_with_little_room, str(path), most_bytes)
    process.join()
    told = path / "told"
    text = told.read_text()
    told.unlink()
    return text


def test_no_room_for_a_new_store_leaves_none(tmp_path: Path) -> None:
    assert f"{tmp_path / 'store.duckdb'}: a store cannot be made here" in told_without_room(tmp_path, 100_000)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more_bytes", [1])
def test_a_full_disk_is_a_clear_error_and_the_old_state_stays(tmp_path: Path, more_bytes: int) -> None:
    load(tmp_path, itertools.islice(children.files(children.MANY), 1), source="t", day=children.DAY)
    told = told_without_room(tmp_path, (tmp_path / "store.duckdb").stat().st_size + more_bytes)
    assert told.startswith(str(tmp_path / "store.duckdb")), told
    assert "what was loaded before is intact" in told
    assert 1 <= check_whole(tmp_path, children.MANY) < children.FILES
    load(tmp_path, children.files(children.MANY), source="t", day=children.DAY)
    assert check_whole(tmp_path, children.MANY) == children.FILES


def test_a_store_cannot_be_made_under_a_file(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(StoreError, match="a store cannot be made here"):
        load(tmp_path / "file.txt" / "deeper" / "store.duckdb", [], source="t")


def test_a_reader_meets_a_load_under_way(tmp_path: Path) -> None:
    load(tmp_path, list(children.files())[:1], source="t", day=children.DAY)
    process = start(children.load_slowly, str(tmp_path))
    try:
        wait_for(tmp_path / "held")
        with pytest.raises(StoreError, match="in use: a load is under way"):
            Store.open(tmp_path)
        with pytest.raises(StoreError, match="in use: somebody reads or loads it"):
            load(tmp_path, children.files(), source="t", day=children.DAY)
    finally:
        kill(process)
    assert check_whole(tmp_path) == 1


def test_several_read_at_once_and_a_load_waits_for_none_of_them(tmp_path: Path) -> None:
    load(tmp_path, list(children.files())[:1], source="t", day=children.DAY)
    process = start(children.read_slowly, str(tmp_path))
    try:
        wait_for(tmp_path / "held")
        with Store.open(tmp_path) as one, Store.open(tmp_path) as two:
            assert one.last_load == two.last_load == children.DAY
            with pytest.raises(StoreError, match="in use"):
                load(tmp_path, [], source="t", day=children.DAY)
    finally:
        kill(process)


def test_what_is_not_a_store_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store\n    hint: `yanbao load`"):
        Store.open(tmp_path)
    text = tmp_path / "text.duckdb"
    text.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreError, match="is not a store, or is damaged"):
        Store.open(text)
    with pytest.raises(StoreError, match="is not a store, or is damaged"):
        load(text, [], source="t")
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("CREATE TABLE mine (x INTEGER)")
    with pytest.raises(StoreError, match="is a database, but not a store"):
        Store.open(other)
    with pytest.raises(StoreError, match="is a database, but not a store"):
        load(other, children.files(), source="t")
    with duckdb.connect(str(other)) as connection:
        assert connection.execute("SHOW TABLES").fetchall() == [("mine",)], "somebody's database is left alone"
    empty = tmp_path / "empty.duckdb"
    empty.write_bytes(b"")
    with pytest.raises(StoreError):
        Store.open(empty)


def test_a_store_of_another_format_is_not_read_by_halves(tmp_path: Path) -> None:
    load(tmp_path, [], source="t", day=children.DAY)
    with duckdb.connect(str(tmp_path / "store.duckdb")) as connection:
        connection.execute("UPDATE _format SET version = 99")
    for use in (lambda: Store.open(tmp_path), lambda: load(tmp_path, [], source="t")):
        with pytest.raises(StoreError, match="is of format 99, this yanbao knows"):
            use()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.3])
def test_a_file_that_was_cut_off_is_damaged_not_empty(tmp_path: Path, share: float) -> None:
    load(tmp_path, children.files(), source="t", day=children.DAY)
    file = tmp_path / "store.duckdb"
    with file.open("r+b") as opened:
        opened.truncate(int(file.stat().st_size * share))
    with pytest.raises(StoreError):
        Store.open(file)
