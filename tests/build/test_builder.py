"""A builder goes on after what fails: mistakes, an output that cannot be written, a second process that is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao.build import Builder
from yanbao.errors import WorkspaceError

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def alone(program: str, *arguments: Path) -> str:
    """Run a program in a process that has not drawn yet, so that a builder has its second process."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def test_what_changed_is_told_from_build_to_build(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    with Builder(workspace, tmp_path / "out", formats=["xlsx"]) as builder:
        assert builder.build().changes == ()
        assert builder.build().changes == ()
        change(workspace, "evidence/grid.csv", "2023,5275,1375", "2023,5279,1375")
        changes = builder.build().changes
    numbers = [(item.old, item.new) for item in changes if item.kind == "number"]
    assert ("5,275", "5,279") in numbers  # 5279 + 1375 = 6654
    assert ("6,650亿元", "6,654亿元") in numbers
    assert all("grid.csv:6" in item.because[0] for item in changes if item.kind == "number")


def test_after_mistakes_the_old_build_stands_and_the_next_one_is_whole(tmp_path: Path) -> None:
    workspace, out = starter(tmp_path / "w"), tmp_path / "out"
    with Builder(workspace, out, formats=["xlsx", "html"]) as builder:
        builder.build()
        before = tree(out)
        change(workspace, "evidence/grid.csv", "2023,5275,1375", "2023,n.a.,1375")
        change(workspace, "report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.totl[2023]:,.0}")
        with pytest.raises(WorkspaceError) as error:
            builder.build()
        assert len(error.value.mistakes) >= 1
        assert tree(out) == before
        change(workspace, "evidence/grid.csv", "2023,n.a.,1375", "2023,5275,1375")
        change(workspace, "report/01-grid.md", "{grid.totl[2023]:,.0}", "{grid.total[2023]:,.0}")
        assert builder.build().changes == ()
    assert tree(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "w"]


_BOTH_FAIL = r"""
import sys
from pathlib import Path
from yanbao.build import Builder
from yanbao.errors import RenderError

if __name__ == "__main__":
    workspace, out = map(Path, sys.argv[1:])
    with Builder(workspace, out) as builder:
        builder.build()
        chapter = workspace / "report" / "02-risks.md"
        text = chapter.read_text("utf-8")
        chapter.write_text(text + "\n- 风险。" * 60 + "\n", "utf-8")
        try:
            builder.build()
        except RenderError as error:
            print(error)
        chapter.write_text(text, "utf-8")
        assert builder.build().changes == ()
        print("whole")
"""


@linux
def test_an_output_that_cannot_be_written_is_told_and_the_next_build_is_whole(tmp_path: Path) -> None:
    said = alone(_BOTH_FAIL, starter(tmp_path / "w"), tmp_path / "out").splitlines()
    # both processes met it, and it is told once
    assert [line.split(":")[0] for line in said] == ["page 7 (risks)", "    hint", "whole"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "w"]


_LOST = """
import os, signal, sys
from pathlib import Path
from yanbao.build import Builder
from yanbao.errors import BuildError

if __name__ == "__main__":
    workspace, out = map(Path, sys.argv[1:])
    with Builder(workspace, out) as builder:
        builder.build()
        os.kill(builder._helper._process.pid, signal.SIGKILL)
        builder._helper._process.join()
        try:
            builder.build()
        except BuildError as error:
            print(error)
        print(builder.build().changes)
"""


@linux
def test_a_lost_second_process_is_told_and_replaced(tmp_path: Path) -> None:
    said = alone(_LOST, starter(tmp_path / "w"), tmp_path / "out").splitlines()
    assert said[0].startswith("the process that writes a part of the outputs was ended")
    assert said[1:] == ["()"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "w"]
