"""While a workspace is worked on: each change is built and proved, none is lost, and Ctrl-C leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao.build import Builder
from yanbao.build.builder import Progress
from yanbao.build.watch import Built, Failed, Proved, files, watch

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
CELL, OTHER, WRONG = "2023,5275,1375", "2023,5279,1375", "2023,oops,1375"


def silent() -> nullcontext[Progress]:
    return nullcontext(lambda step: None)


def test_each_change_is_built_and_the_last_one_proved(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    with Builder(workspace, tmp_path / "out", formats=["xlsx"]) as builder, closing(watch(builder, silent)) as events:
        assert isinstance(next(events), Built)
        change(workspace, "evidence/grid.csv", CELL, OTHER)
        built = next(events)
        assert isinstance(built, Built)
        assert ("5,275", "5,279") in [(item.old, item.new) for item in built.result.changes]
        proved = next(events)
        assert isinstance(proved, Proved)
        assert proved.ok
        assert proved.text.splitlines()[-1].startswith("proved: ")


def test_mistakes_are_told_and_the_next_change_is_built(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    with Builder(workspace, tmp_path / "out", formats=["xlsx"]) as builder, closing(watch(builder, silent)) as events:
        next(events)
        before = (tmp_path / "out" / "report.xlsx").read_bytes()
        change(workspace, "evidence/grid.csv", CELL, WRONG)
        change(workspace, "report/02-risks.md", "政策推进", "政策推进7处")
        failed = next(events)
        assert isinstance(failed, Failed)
        assert "evidence/grid.csv:6" in str(failed.error)
        assert "report/02-risks.md:" in str(failed.error)
        assert (tmp_path / "out" / "report.xlsx").read_bytes() == before
        change(workspace, "evidence/grid.csv", WRONG, OTHER)
        change(workspace, "report/02-risks.md", "政策推进7处", "政策推进")
        assert isinstance(next(events), Built)


def test_a_store_outside_the_workspace_is_watched(tmp_path: Path) -> None:
    workspace, market = starter(tmp_path / "w"), tmp_path / "market"
    market.mkdir()
    change(workspace, "yanbao.toml", "[[analysts]]", '[market]\nstore = "../market"\n\n[[analysts]]')
    with Builder(workspace, tmp_path / "out", formats=["xlsx"]) as builder, closing(watch(builder, silent)) as events:
        assert isinstance(next(events), Built)
        assert isinstance(next(events), Proved)  # the store that is known now is no change
        (market / "store.duckdb").write_bytes(b"loaded")
        assert isinstance(next(events), Built)
        assert isinstance(next(events), Proved)


def test_what_is_saved_during_a_build_is_built_after_it(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    edits = [(CELL, OTHER)]

    @contextmanager
    def editing() -> Iterator[Progress]:
        def step(name: str) -> None:
            if name == "manifest" and edits:  # the workspace was read long ago
                change(workspace, "evidence/grid.csv", *edits.pop())

        yield step

    with Builder(workspace, tmp_path / "out", formats=["xlsx"]) as builder, closing(watch(builder, editing)) as events:
        next(events)
        built = next(events)
    assert isinstance(built, Built)
    assert ("5,275", "5,279") in [(item.old, item.new) for item in built.result.changes]


def test_hidden_files_and_the_build_itself_are_no_changes(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    with Builder(workspace, workspace / "out", formats=["xlsx"]) as builder:
        before = files(builder)
        builder.build()
        (workspace / ".grid.csv.swp").write_text("what an editor keeps")
        assert files(builder) == before
        (workspace / "evidence" / "new.csv").write_text("a,b\n")
        assert files(builder).keys() - before.keys() == {str(workspace / "evidence" / "new.csv")}


def test_links_are_followed_and_end(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "more.csv").write_text("a,b\n")
    (workspace / "data").symlink_to(tmp_path / "elsewhere")
    (workspace / "back").symlink_to(workspace)
    (workspace / "nowhere").symlink_to(tmp_path / "gone")
    seen = files(Builder(workspace, tmp_path / "out"))
    assert str(workspace / "data" / "more.csv") in seen
    assert str(workspace / "yanbao.toml") in seen
    assert not [path for path in seen if "back" in path or "nowhere" in path]


@linux
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["built", "building"])
def test_it_ends_without_leaving_anything(sent: signal.Signals, moment: str, tmp_path: Path) -> None:
    workspace, out = starter(tmp_path / "w"), tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "yanbao", "build", str(workspace), "--out", str(out), "--watch"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to all processes of a group
    )
    late = threading.Timer(100, process.kill)
    late.start()
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("watching")
        while moment == "built" and "built in" not in line:
            line = process.stdout.readline()
            assert line
        while moment == "building" and not any(path.name.startswith(".out-") for path in tmp_path.iterdir()):
            assert process.poll() is None
        children = descendants(process.pid)
        os.killpg(process.pid, sent)
        rest = process.stdout.read()
        assert process.wait() == 0
    finally:
        late.cancel()
        process.kill()
        process.wait()
    assert rest.splitlines()[-1] == "ended"
    assert "Traceback" not in rest
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["temporary", "w"] + (["out"] if moment == "built" else [])
    )
    assert list((tmp_path / "temporary").iterdir()) == []


def descendants(parent: int) -> list[int]:
    """Return the processes that a process has started, from /proc."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *descendants(child)]
    return found
