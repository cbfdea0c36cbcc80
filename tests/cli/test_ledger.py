"""`yanbao ledger`, as a user types it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rating.ledgers import LINE, model_ledger, rows_of, write
from yanbao.cli.commands import app
from yanbao.rating import COLUMNS, Ledger, read_ledger

COMMANDS = ("show", "verify", "import", "append", "correct")


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["ledger", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return model_ledger(tmp_path)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert f"yanbao ledger {command}" in out
    assert "Exit codes" in out


def test_show_as_table_json_and_csv(ledger: Ledger) -> None:
    code, out, _ = run("show", ledger.path.parent)
    assert code == 0
    assert f"calls.csv: 12 entries, head 12:{ledger.head.hash}" in out
    assert "227.50" in out
    shown = json.loads(run("show", ledger.path, "--format", "json")[1])
    assert (shown["entries"], shown["hash"]) == (12, ledger.head.hash)
    first = shown["calls"][0]
    assert (first["id"], first["security"], first["rating"], first["price"], first["price_day"], first["fate"]) == (
        "C00001", "002380.SZ", "买入", "18.30", None, "standing",
    )  # fmt: skip
    assert [(one["measure"], one["period"], one["value"]) for one in first["estimates"]] == [("eps", "2024E", "1.00")]
    _, out, _ = run("show", ledger.path, "--entries", "--format", "csv")
    assert list(csv.reader(io.StringIO(out))) == rows_of(ledger.path)
    _, out, _ = run("show", ledger.path, "--security", "金山办公", "--format", "csv")
    assert [row[2] for row in csv.reader(io.StringIO(out))] == ["security", "688111.SH"]


def test_show_of_a_broken_ledger_says_why(ledger: Ledger) -> None:
    rows = rows_of(ledger.path)
    write(ledger.path, rows[:3] + rows[4:])
    code, out, err = run("show", ledger.path)
    assert (code, out) == (2, "")
    assert "entry 3: was removed" in err


def test_verify_against_heads_of_every_kind(ledger: Ledger) -> None:
    folder = ledger.path.parent
    code, out, err = run("verify", folder)
    assert code == 0
    assert "whole, 12 entries" in out
    assert "no --head was given" in err
    head = ledger.head
    (folder / "heads.txt").write_text(f"4 {ledger.entries[3].hash}\n{head}\n")
    (folder / "publication.json").write_text(json.dumps({"ledger": {"head": str(head)}}))
    _git(folder, "init", "-q")
    _git(folder, "add", "calls.csv")
    _git(folder, "commit", "-qm", "calls")
    _git(folder, "tag", "-a", "v2024-07", "-m", f"计算机行业2024年中期策略\n\n{head}\n")
    _git(folder, "tag", "light")
    kinds = ("heads.txt", "publication.json")
    given = [f"{head.count}:{head.hash}", "v2024-07", *(str(folder / name) for name in kinds)]
    code, out, err = run("verify", folder, *(part for name in given for part in ("--head", name)))
    assert (code, err) == (0, "")
    assert "5 heads agree" in out
    write(ledger.path, rows_of(ledger.path)[:11])
    for name in given:
        code, out, _ = run("verify", folder, "--head", name, "--format", "json")
        told = json.loads(out)
        assert (code, told["whole"]) == (1, False)
        assert [(one["entry"], one["kind"]) for one in told["problems"]] == [(11, "cut")]
    for name in ("light", "v1", "--upload-pack=x", "../heads.txt", str(folder / "calls.csv.lock")):
        code, _, err = run("verify", folder, f"--head={name}")
        assert code == 2, name
        assert "hint" in err


def _git(folder: Path, *arguments: str) -> None:
    settings = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", str(folder), *settings, *arguments], check=True, capture_output=True)


def test_verify_names_the_first_entry_in_a_table(ledger: Ledger) -> None:
    text = ledger.path.read_text("utf-8")
    ledger.path.write_text(text.replace("海光信息", "海光资讯"), "utf-8")
    code, out, _ = run("verify", ledger.path)
    assert code == 1
    assert "1 problems, first entry first" in out
    assert "altered" in out


def test_append_and_correct(ledger: Ledger) -> None:
    folder = ledger.path.parent
    head = f"12:{ledger.head.hash}"
    code, out, err = run(
        "append", folder, "suspend", "C00003", "--reason", "重大资产重组", "--on", "2024-08-01", "--expect", head
    )
    assert (code, err) == (0, "")
    assert out.startswith("recorded as entry 13; head 13:")
    code, _, err = run("append", folder, "drop", "C00003", "-r", "x", "--on", "2024-08-02", "--expect", head)
    assert code == 2
    assert "stands at 13 entries" in err
    code, out, _ = run(
        "correct", folder, "5", "price=70.23", "price_day=2024-07-12", "-r", "误植", "--on", "2024-08-01"
    )
    assert (code, out[:20]) == (0, "recorded as entry 14")
    call = read_ledger(ledger.path).calls()[2]
    assert (str(call.entry.price), call.fate) == ("70.23", "suspended")
    for wrong in (
        ("append", folder, "withdraw", "C00099", "-r", "x"),
        ("append", folder, "withdraw", "C00001", "-r", "=x", "--on", "2024-08-01"),
        ("append", folder, "withdraw", "C00001", "-r", "x", "--on", "2024-01-01"),
        ("append", folder, "withdraw", "C00001", "-r", "x", "--on", "1.8.2024"),
        ("append", folder, "raise", "C00001", "-r", "x"),
        ("correct", folder, "5", "price", "-r", "x"),
        ("correct", folder, "5", "price=1", "price=2", "-r", "x"),
        ("correct", folder, "5", "hash=1", "-r", "x"),
        ("correct", folder, "99", "price=1", "-r", "x"),
    ):
        assert run(*wrong)[0] == 2, wrong
    assert read_ledger(ledger.path).head.count == 14


def test_import_tells_what_became_of_every_row(tmp_path: Path) -> None:
    (tmp_path / "past.toml").write_text(
        f'constants = {{ policy = "{LINE}", benchmark = "000300.SH", horizon = "6" }}\n'
        '[columns]\npublished = "日期"\nsecurity = "代码"\nrating = "评级"\n',
        "utf-8",
    )
    rows = ["2024-07-01,600519.SH,买入", "2024-07-01,600519.SH,买入", "2024-07-02,x,买入", "2024-07-03,600036.SH,增持"]
    (tmp_path / "past.csv").write_bytes("\r\n".join(["日期,代码,评级", *rows]).encode("gbk"))
    given = ("import", tmp_path, tmp_path / "past.csv", "-m", tmp_path / "past.toml")
    code, out, _ = run(*given)
    assert code == 1
    assert "past.csv:4: security: 'x' " in out
    assert "past.csv:5: rating: '增持' is no rating of the policy" in out
    assert "nothing was imported" in out
    assert not (tmp_path / "calls.csv").exists()
    assert run(*given, "--dry-run", "--skip-refused")[0] == 1
    assert not (tmp_path / "calls.csv").exists()
    code, out, _ = run(*given, "--skip-refused", "--format", "json")
    told = json.loads(out)
    assert code == 1
    assert {name: told[name] for name in ("rows", "appended", "already_there", "repeated", "refused")} == {
        "rows": 4, "appended": 1, "already_there": 0, "repeated": 1, "refused": 2,
    }  # fmt: skip
    assert told["refusals"][0] == {
        "file": "past.csv",
        "row": 4,
        "field": "security",
        "reason": "'x' names no exchange and is in no range of the mainland: write it as 600519.SH or AAPL.US",
    }
    told = json.loads(run(*given, "--skip-refused", "--format", "json")[1])
    assert (told["appended"], told["already_there"], told["repeated"], told["entries"]) == (0, 2, 0, 1)


def test_the_ledger_that_the_workspace_names(ledger: Ledger) -> None:
    folder = ledger.path.parent
    (folder / "record").mkdir()
    ledger.path.rename(folder / "record" / "ours.csv")
    (folder / "yanbao.toml").write_text('[ledger]\nfile = "record/ours.csv"\n')
    assert run("verify", folder)[0] == 0
    for wrong in ('[ledger]\nfile = "../x.csv"\n', "[ledger]\nfile = 3\n", "ledger = [\n"):
        (folder / "yanbao.toml").write_text(wrong)
        code, _, err = run("verify", folder)
        assert code == 2
        assert "yanbao.toml" in err


def test_columns_of_the_page_are_those_of_the_ledger() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")
    for column in COLUMNS:
        assert f"| `{column.name}` | {column.meaning} |" in page, column.name
