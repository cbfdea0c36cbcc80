"""`yanbao load`, as a user types it: mappings, a guess, a source by name; what is printed and the exit code."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from shared_data import shared
from source import terminal_files as files
from yanbao.cli.load import load
from yanbao.store import Store

APP = typer.Typer(rich_markup_mode="markdown")
APP.command()(load)

MAPPING = """
table = "price"
source = "desk"
files = "prices.csv"
most_refused = {share}
columns = {{ code = "code", day = "day", close = "close" }}
drop = [{{ column = "code", is = "合计", reason = "a sum" }}]
"""
PRICES = "code,day,close\n600519.SH,2024-06-28,1467.39\n600000,2024-06-28,x\n合计,2024-06-28,1\n"


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(APP, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def mapped(folder: Path, share: float = 0.5) -> Path:
    (folder / "prices.csv").write_text(PRICES, "utf-8")
    mapping = folder / "prices.toml"
    mapping.write_text(MAPPING.format(share=share), "utf-8")
    return mapping


def test_it_explains_itself_with_examples() -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "yanbao load --guess" in out
    assert "Exit codes" in out


def test_a_mapping_loads_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    code, out, _ = run(mapped(tmp_path), "-w", tmp_path / "ws")
    assert code == 0
    assert "1 rows stored" in out
    assert "dropped 1: a sum" in out
    assert "prices.csv:3: close: 'x'" in out
    code, out, _ = run(mapped(tmp_path), "-w", tmp_path / "ws")
    assert code == 0
    assert "known" in out


def test_json_and_csv_have_the_same_numbers(tmp_path: Path) -> None:
    _, out, _ = run(mapped(tmp_path), "-w", tmp_path / "a", "--format", "json")
    (one,) = json.loads(out)
    assert (one["rows"], one["stored"], one["refused"], one["status"]) == (2, 1, 1, "loaded")
    assert one["losses"] == [{"kind": "dropped", "reason": "a sum", "count": 1}]
    assert one["refusals"][0]["row"] == 3
    _, out, _ = run(mapped(tmp_path), "-w", tmp_path / "b", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["rows"], row["stored"], row["refused"], row["lost"]) == ("2", "1", "1", "1")


def test_a_file_with_more_refused_than_allowed_ends_with_1_and_keeps_nothing(tmp_path: Path) -> None:
    code, out, _ = run(mapped(tmp_path, share=0.1), "-w", tmp_path / "ws")
    assert code == 1
    assert "1 of 2 rows are refused" in out
    with Store.open(tmp_path / "ws") as store:
        assert store.loads().count().to_pyarrow().as_py() == 0


def test_mistakes_of_all_mappings_come_at_once_and_nothing_is_loaded(tmp_path: Path) -> None:
    good, bad = mapped(tmp_path), tmp_path / "bad.toml"
    bad.write_text('table = "prices"\nsource = "x"\nfiles = "a.csv"\nheadr = 1\n', "utf-8")
    code, _, err = run(good, bad, tmp_path / "none.toml", "-w", tmp_path / "ws")
    assert code == 2
    assert "bad.toml:4: headr" in err
    assert "none.toml: cannot be read" in err
    assert not (tmp_path / "ws").exists()


def test_files_that_are_not_there_are_all_named_before_anything_is_loaded(tmp_path: Path) -> None:
    good = mapped(tmp_path)
    lost = [tmp_path / "a.toml", tmp_path / "b.toml"]
    for path in lost:
        path.write_text(good.read_text("utf-8").replace("prices.csv", f"{path.stem}.csv"), "utf-8")
    code, _, err = run(good, *lost, "-w", tmp_path / "ws")
    assert code == 2
    assert "no file `a.csv`" in err
    assert "no file `b.csv`" in err
    assert not (tmp_path / "ws").exists()


def test_a_certain_table_of_a_terminal_loads_at_once(tmp_path: Path) -> None:
    path = files.wind_statements(tmp_path)
    code, out, err = run("--guess", path, "-w", tmp_path / "ws")
    assert code == 0
    assert "8 rows stored" in out
    assert err.count("not taken: 营业总收入(同比增长率)") == 1
    assert "statutory deadline" in out
    assert list(tmp_path.glob("*.toml")) == []


def test_a_guess_without_a_workspace_is_written_and_loads(tmp_path: Path) -> None:
    path = files.wind_statements(tmp_path)
    code, out, _ = run("--guess", path)
    assert code == 0
    written = sorted(tmp_path.glob("*.toml"))
    assert [one.name for one in written] == ["wind_statements.statement-2.toml", "wind_statements.statement.toml"]
    assert "next: yanbao load" in out
    code, out, _ = run(*written, "-w", tmp_path / "ws")
    assert code == 0
    assert "8 rows stored" in out


def test_what_is_asked_is_written_and_not_loaded(tmp_path: Path) -> None:
    path = files.wind_latest(tmp_path)
    code, out, _ = run("--guess", path, "-w", tmp_path / "ws")
    assert code == 1
    assert "? which day are the numbers of" in out
    assert not (tmp_path / "ws").exists()
    draft = tmp_path / "wind_latest.valuation.toml"
    code, _, err = run(draft, "-w", tmp_path / "ws")
    assert code == 2
    assert "is not answered" in err
    edited = [line for line in draft.read_text("utf-8").split("\n") if not line.startswith("# ASK:")]
    draft.write_text("\n".join(edited).replace("# constants.day", "constants.day"), "utf-8")
    assert run(draft, "-w", tmp_path / "ws")[0] == 0


def test_an_edited_mapping_is_never_overwritten(tmp_path: Path) -> None:
    path = files.wind_latest(tmp_path)
    run("--guess", path)
    draft = tmp_path / "wind_latest.valuation.toml"
    draft.write_text("# mine", "utf-8")
    code, _, err = run("--guess", path)
    assert code == 2
    assert "is there already" in err
    assert draft.read_text("utf-8") == "# mine"


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        ((), "nothing to load"),
        (("--source", "shenwan"), "no workspace is named"),
        (("--source", "shenwam", "-w", "ws"), "did you mean `shenwan`"),
        (("--guess", "none.xlsx"), "cannot be read"),
    ],
)
def test_what_cannot_run_ends_with_2(
    tmp_path: Path, arguments: tuple[str, ...], cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(*arguments)
    assert code == 2
    assert cause in err


def test_a_source_by_name(tmp_path: Path) -> None:
    folder = shared("data", "sw_classification")
    code, _, _ = run("--source", "shenwan", "--data", folder, "-w", tmp_path / "ws")
    assert code == 0
    with Store.open(tmp_path / "ws") as store:
        assert store.table("membership").count().to_pyarrow().as_py() == 12_506


def test_the_command_is_imported_without_heavy_libraries() -> None:
    code = (
        "import sys; import yanbao.cli.load, yanbao.source.contract, yanbao.source.toml_file;"
        "print(sorted(set(sys.modules) & {'pyarrow', 'duckdb', 'ibis', 'pandas', 'numpy', 'exchange_calendars'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
