"""The commands, as a user types them."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workspaces import change, starter
from yanbao import __version__
from yanbao.cli.commands import app

COMMANDS = ("new", "build", "prove", "trace", "show", "diff", "roll")


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert len(out.splitlines()) > 8


def test_the_version_needs_no_other_module() -> None:
    code = (
        "import sys; sys.argv = ['yanbao', '--version']; from yanbao.cli.app import main; main();"
        "print(sorted(set(sys.modules) & {'typer', 'pydantic', 'rich', 'numpy', 'openpyxl', 'typst'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"yanbao {__version__}\n[]\n"


def test_new_build_show_trace_roll(tmp_path: Path) -> None:
    workspace, out = str(tmp_path / "w"), str(tmp_path / "out")
    assert run("new", workspace)[0] == 0
    code, text, _ = run("build", workspace, "--out", out, "--format", "xlsx")
    assert code == 0
    assert "9 pages, 2 exhibits" in text
    code, text, _ = run("trace", out, "7.5%")
    assert code == 0
    assert "evidence/grid.csv:6 state" in text
    assert json.loads(run("trace", out, "7.5%", "--format", "json")[1])[0]["lineage"]["relation"] == "yoy"
    assert "grid-investment" in run("show", "list", "-w", workspace)[1]
    rows = list(csv.reader(io.StringIO(run("show", "grid-table", "-w", workspace, "-f", "csv")[1])))
    assert rows[-1] == ["2023", "5,275", "1,375", "6,650.0", "7.5%"]
    assert json.loads(run("roll", workspace, "--as-of", "2024-09-30", "-f", "json")[1])[0]["kind"] == "day"
    code, text, _ = run("diff", out, out)
    assert code == 0
    assert "0 changes" in text


def test_a_broken_workspace_ends_with_2_and_all_mistakes_on_stderr(tmp_path: Path) -> None:
    workspace = starter(tmp_path / "w")
    change(workspace, "report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.totl[2023]:,.0}")
    change(workspace, "evidence/grid.csv", "2021,4882.0", "2021,oops")
    code, out, err = run("build", str(workspace), "--out", str(tmp_path / "out"))
    assert (code, out) == (2, "")
    assert "evidence/grid.csv:4: state: 'oops'" in err
    assert "\x1b[" not in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("prove", "nowhere"), "is not a build folder"),
        (("show", "x", "-w", "nowhere"), "cannot be read"),
        (("roll", "nowhere", "--as-of", "soon"), "is no day"),
        (("build", "nowhere"), "yanbao.toml"),
    ],
)
def test_what_cannot_run_ends_with_2(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*arguments)
    assert code == 2
    assert message in err


def test_new_does_not_write_into_a_full_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    code, _, err = run("new", str(tmp_path))
    assert code == 2
    assert "not an empty folder" in err


def test_csv_cells_do_not_run_in_a_spreadsheet() -> None:
    from yanbao.cli.screen import TableFormat, table

    runner = CliRunner()
    with runner.isolation() as streams:
        table("t", ["a"], [["=1+1"], ["-5.3%"], ["@SUM(1)"]], TableFormat.csv)
        text = streams[0].getvalue().decode()
    assert text.splitlines() == ["a", "'=1+1", "-5.3%", "'@SUM(1)"]
