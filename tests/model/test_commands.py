"""`yanbao model show`, `run` and `check`, as a user types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model_workspace import OUTLOOK, outlook
from workspaces import change
from yanbao.cli.commands import app


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["model", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(outlook(tmp_path_factory.mktemp("cli") / "w"))


def test_show_lists_models_and_describes_one(workspace: str) -> None:
    (listed,) = json.loads(run("show", workspace, "-f", "json")[1])
    assert (listed["model"], listed["periods"], listed["lines"], listed["scenarios"]) == (
        "outlook",
        "2019 to 2025E",
        "5",
        "1",
    )
    lines = {line["line"]: line for line in json.loads(run("show", workspace, "outlook", "-f", "json")[1])}
    assert lines["growth"]["is"] == "2024E: 10.0; 2025E: 8.0; actual = yoy(total, prev(total))"
    assert lines["growth"]["why"] == "国网年中上调全年投资计划"
    assert OUTLOOK.splitlines()[int(lines["dist"]["toml line"]) - 1] == "[lines.dist]"
    assert "Distribution share" in run("show", workspace, "outlook", "-l", "en")[1]


def test_run_prints_every_line_in_every_period(workspace: str) -> None:
    rows = list(csv.reader(io.StringIO(run("run", workspace, "outlook", "-f", "csv")[1])))
    assert rows[0] == ["line", "label", "unit", *map(str, range(2019, 2024)), "2024E", "2025E", "all"]
    by_line = {row[0]: row for row in rows}
    assert [float(cell) for cell in by_line["total"][-4:-1]] == pytest.approx([6650, 7315, 7900.2])
    assert by_line["growth"][3] == "(无上期数据)"
    code, text, _ = run("run", workspace, "outlook", "--scenario", "high")
    assert code == 0
    assert "6,847" in text


def test_run_as_json_gives_intervals_formulas_and_places(workspace: str) -> None:
    told = json.loads(run("run", workspace, "outlook", "-s", "high", "-f", "json")[1])
    assert (told["scenario"], [period["key"] for period in told["periods"]][-1]) == ("high", "2025E")
    values = {line["id"]: line["values"] for line in told["lines"]}
    # 2024E: (5275 ± 0.5 + 1375 ± 0.5) x (110 % ± 0.05 pp) x 45 %
    cell = values["dist"]["2024E"]
    assert cell["value"] == pytest.approx(6650 * 1.1 * 0.45)
    assert (cell["low"], cell["high"]) == pytest.approx((6649 * 1.0995 * 0.45, 6651 * 1.1005 * 0.45))
    assert cell["inputs"] == ["outlook.total@2024E", "outlook_high.share@all"]
    growth = values["growth"]["2024E"]
    assert (growth["fact"], growth["file"], growth["origin"]) == (
        "outlook.growth@2024E",
        "models/outlook.toml",
        "本所测算",
    )


def test_check_passes_and_fails_with_the_exit_code(tmp_path: Path) -> None:
    folder = outlook(tmp_path / "w")
    code, text, _ = run("check", str(folder))
    assert (code, "14 checks, 0 fail" in text) == (0, True)
    change(folder, "models/outlook.toml", '"dist <= total"', '"dist <= total * 44%"')
    code, text, _ = run("check", str(folder), "-f", "json")
    told = json.loads(text)
    assert code == 1
    # 40 % is below 44 %, 45 % in none of the seven periods
    assert {check["scenario"]: check["state"] for check in told["checks"]} == {"base": "holds", "high": "fails"}
    change(folder, "models/outlook.toml", 'formula = "total * share"', 'formula = "total + share"')
    code, text, _ = run("check", str(folder), "outlook", "-f", "json")
    (mistake,) = json.loads(text)["mistakes"]
    line = OUTLOOK.splitlines().index('formula = "total * share"') + 1
    assert (code, mistake["file"], mistake["line"]) == (1, "models/outlook.toml", line)


def test_a_wrong_name_is_told_with_the_nearest(workspace: str) -> None:
    code, _, said = run("run", workspace, "outlok")
    assert (code, "there are: outlook" in said) == (2, True)
    code, _, said = run("run", workspace, "outlook", "-s", "low")
    assert (code, "there are: base, high" in said) == (2, True)


def test_a_model_that_is_wrong_is_told_whole(tmp_path: Path) -> None:
    folder = outlook(tmp_path / "w")
    change(folder, "models/outlook.toml", 'unit = "%"\nkind', 'unit = "％x"\nkind')
    code, _, said = run("run", str(folder), "outlook")
    assert code == 2
    assert "models/outlook.toml:22" in said
