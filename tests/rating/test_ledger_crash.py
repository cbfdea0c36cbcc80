"""Many who append at once lose nothing, and one that is killed leaves no half of anything."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from rating import ledger_children as children
from rating.ledgers import estimate, model_ledger, rated
from yanbao.errors import RatingError
from yanbao.rating import append, read_ledger, verify
from yanbao.rating.lock import locked

SPAWN = multiprocessing.get_context("forkserver")
SPAWN.set_forkserver_preload(["rating.ledger_children"])


def start(target: Any, *arguments: object) -> Any:
    process = SPAWN.Process(target=target, args=arguments)
    process.start()
    return process


def kill(process: Any) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def told(folder: Path, writer: int) -> int:
    """How many appends a writer was told are recorded."""
    path = folder / f"done-{writer}"
    return path.stat().st_size if path.exists() else 0


def test_many_processes_append_at_once(tmp_path: Path) -> None:
    writers, times = 6, 5
    processes = [start(children.append_many, str(tmp_path), writer, times) for writer in range(writers)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * writers
    ledger = read_ledger(tmp_path / "calls.csv")
    assert len(ledger.entries) == writers * times * 3
    for writer in range(writers):
        titles = [entry.title for entry in ledger.entries if entry.security == f"60{writer:04d}.SH" and entry.title]
        assert titles == [f"{writer}-{turn}" for turn in range(times)], "each writer's own order is kept"
    batches = [ledger.entries[at : at + 3] for at in range(0, len(ledger.entries), 3)]
    assert all(len({entry.call for entry in batch}) == 1 for batch in batches), "no append is cut by another"


@pytest.mark.parametrize(("seed", "rounds"), [(1, 4), pytest.param(2, 30, marks=pytest.mark.slow)])
def test_killed_at_random_moments(tmp_path: Path, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    model_ledger(tmp_path)
    before, recorded = 12, dict.fromkeys(range(2), 0)
    for _ in range(rounds):
        processes = {writer: start(children.append_many, str(tmp_path), writer, 500) for writer in recorded}
        wanted = {writer: told(tmp_path, writer) + 1 for writer in recorded}
        end = time.monotonic() + 60
        while any(told(tmp_path, writer) < wanted[writer] for writer in recorded) and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.12))
        for process in processes.values():
            kill(process)
        ledger = read_ledger(tmp_path / "calls.csv")  # raises if a row is half, or the chain broken
        count = len(ledger.entries)
        assert (count - 12) % 3 == 0, "an append is in whole, or not at all"
        assert count > before
        before = count
        for writer in recorded:
            stored = sum(entry.security == f"60{writer:04d}.SH" and bool(entry.title) for entry in ledger.entries)
            recorded[writer] = told(tmp_path, writer)
            assert recorded[writer] <= stored <= recorded[writer] + rounds, "what a writer was told is recorded, is"
    append(tmp_path / "calls.csv", [rated("600519.SH")])
    assert len(read_ledger(tmp_path / "calls.csv").entries) == before + 1


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    process = start(children.hold, str(tmp_path))
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    with pytest.raises(RatingError, match="another process has been writing"), locked(tmp_path / "calls.csv", 0.05):
        pass
    kill(process)
    append(tmp_path / "calls.csv", [rated()])
    assert read_ledger(tmp_path / "calls.csv").head.count == 1


def test_a_link_to_a_ledger_is_locked_and_written_as_the_ledger(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.mkdir()
    ledger = model_ledger(real)
    (link / "calls.csv").symlink_to(ledger.path)
    with locked(link / "calls.csv"), pytest.raises(RatingError), locked(ledger.path, 0):
        pass
    append(link / "calls.csv", [rated("600519.SH")])
    assert (link / "calls.csv").is_symlink()
    assert read_ledger(ledger.path).head.count == 13


@pytest.mark.parametrize("step", ["fsync", "rename", "fchmod"])
def test_what_a_writer_left_half_done_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    ledger = model_ledger(tmp_path)
    content = ledger.path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner: object = Path if step == "rename" else os
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, full)
        with pytest.raises(RatingError, match="No space left on device; what was recorded before is intact"):
            append(ledger.path, [rated("600519.SH")])
    assert ledger.path.read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls.csv", "calls.csv.lock"]
    (tmp_path / ".calls.csv.new").write_bytes(content[: len(content) // 2])  # as kill -9 leaves it
    append(ledger.path, [rated("600519.SH"), estimate("600519.SH")])
    assert read_ledger(ledger.path).head.count == 14


def test_mode_of_the_file_stays(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    ledger.path.chmod(0o640)
    append(ledger.path, [rated("600519.SH")])
    assert ledger.path.stat().st_mode & 0o777 == 0o640


def test_a_ledger_that_moved_on_is_not_continued_blindly(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    append(ledger.path, [rated("600519.SH")], expect_head=ledger.head)
    content = ledger.path.read_bytes()
    with pytest.raises(RatingError, match=r"stands at 13 entries .* not at 12"):
        append(ledger.path, [rated("600036.SH")], expect_head=ledger.head)
    assert ledger.path.read_bytes() == content


def test_a_broken_ledger_is_not_continued(tmp_path: Path) -> None:
    ledger = model_ledger(tmp_path)
    ledger.path.write_text(ledger.path.read_text("utf-8").replace("科远智慧", "远科智慧"), "utf-8")
    content = ledger.path.read_bytes()
    with pytest.raises(Exception, match=r"calls.csv:2: entry 1: was altered"):
        append(ledger.path, [rated("600519.SH")])
    assert ledger.path.read_bytes() == content


def test_appending_nothing_writes_nothing(tmp_path: Path) -> None:
    assert append(tmp_path / "calls.csv", []).count == 0
    assert not (tmp_path / "calls.csv").exists()
    ledger = model_ledger(tmp_path)
    assert append(ledger.path, []) == ledger.head
    assert verify(read_ledger(ledger.path), [ledger.head]) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RatingError, match="cannot be opened: No such file"):
        append(tmp_path / "no" / "calls.csv", [rated()])
