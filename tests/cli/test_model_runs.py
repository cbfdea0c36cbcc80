"""`yanbao model sensitivity` and `solve`: tables and JSON of a model's views, and of what options ask for."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from model_workspace import OUTLOOK, outlook
from yanbao.cli.commands import app

VIEWS = """
[uncertain.growth]
distribution = "uniform"
low = "6"
high = "12"

[[views]]
id = "by_share"
kind = "two-way"
of = "dist[2025E]"
across = { line = "share", steps = ["40", "45"] }
down = { line = "growth[2025E]", steps = ["8.0", "10.0"] }

[[views]]
id = "spread"
kind = "fan"
of = "dist"
draws = 2000
seed = 1
quantiles = ["5%", "50%", "95%"]

[[views]]
id = "needed"
kind = "solve"
of = "dist[2025E]"
for = "share"
target = "3000"
between = ["30", "90"]
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(outlook(tmp_path_factory.mktemp("views"), OUTLOOK + VIEWS))


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["model", *arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_a_view_as_a_table(workspace: str) -> None:
    text = _run("sensitivity", workspace, "outlook", "by_share")
    # 6650 x 1.1 x 1.08 x 40 % and so on: the evidence prints 6650 for 2023
    rows = [line.split() for line in text.splitlines()]
    assert ["8%", "3,160.1亿元", "*", "3,555.1亿元"] in rows
    assert ["10%", "3,218.6亿元", "3,620.9亿元"] in rows
    assert "base case: 3,160.1亿元" in text


def test_a_view_as_json(workspace: str) -> None:
    (found,) = json.loads(_run("sensitivity", workspace, "outlook", "by_share", "--format", "json"))
    assert (found["base_row"], found["base_column"]) == (0, 0)
    assert found["columns"] == [
        {"line": "share", "period": "all", "value": 40.0, "unit": "%"},
        {"line": "share", "period": "all", "value": 45.0, "unit": "%"},
    ]
    assert found["values"][0][1] == pytest.approx(found["values"][0][0] * 45 / 40)
    assert found["unit"] == ["亿元"]


def test_all_views_of_a_model(workspace: str) -> None:
    text = _run("sensitivity", workspace, "outlook")
    assert "by_share: dist[2025E]" in text
    assert "spread: dist (fan)" in text
    assert "2,000 draws, seed 1: growth uniform(low=6, high=12)" in text


def test_what_options_ask_for(workspace: str) -> None:
    of = ("sensitivity", workspace, "outlook", "--of", "dist[2025E]")
    (two,) = json.loads(_run(*of, "--across", "share=40,45", "--down", "growth[2025E]=8,10", "--format", "json"))
    (named,) = json.loads(_run("sensitivity", workspace, "outlook", "by_share", "--format", "json"))
    assert two["values"] == named["values"]
    (tornado,) = json.loads(_run(*of, "--vary", "share=35,45", "--vary", "growth[2025E]=6,10", "--format", "json"))
    assert [row["line"] for row in tornado["rows"]] == ["share", "growth"]
    fan = ("sensitivity", workspace, "outlook", "--of", "dist", "--draws", "2000", "--format", "json")
    (drawn,) = json.loads(_run(*fan, "--quantiles", "5%,50%,95%"))
    (spread,) = json.loads(_run("sensitivity", workspace, "outlook", "spread", "--format", "json"))
    assert drawn["rows"] == spread["rows"]
    last = drawn["rows"][-1]
    assert last["period"] == "2025E"
    assert all(each["low"] <= each["value"] <= each["high"] for each in last["quantiles"])
    assert drawn["rows"][0]["sd"] == 0, "nothing is drawn in actual periods"


def test_solve(workspace: str) -> None:
    (found,) = json.loads(_run("solve", workspace, "outlook", "--format", "json"))
    options = ("--of", "dist[2025E]", "--target", "3000", "--for", "share", "--between", "30,90")
    (asked,) = json.loads(_run("solve", workspace, "outlook", *options, "--format", "json"))
    assert asked["value"] == found["value"]
    assert found["now"] == 40
    assert found["reached"] == pytest.approx(3000)
    assert found["value"] == pytest.approx(3000 / 3160.08 * 40, rel=1e-3)
    assert "37.9737%" in _run("solve", workspace, "outlook", "needed")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("sensitivity", "other"), "no such view `other`; there are: by_share, spread"),
        (("sensitivity", "--across", "share=1,2"), "belong to --of"),
        (("sensitivity", "--of", "dist[2025E]"), "needs `across`"),
        (("sensitivity", "--of", "dist[2025E]", "--across", "share"), "is no input with its values"),
        (("sensitivity", "--of", "dist[2025E]", "--across", "shore=1,2"), "no line `shore`"),
        (("sensitivity", "--of", "dist[2025E]", "--vary", "share=1,2,3"), "this cannot be asked"),
        (("solve", "--of", "dist[2025E]"), "--of needs --target, --for and --between"),
        (("solve", "--target", "3"), "belong to --of"),
        (
            ("solve", "--of", "dist[2025E]", "--target", "9000", "--for", "share", "--between", "30,90"),
            "does not reach 9,000亿元",
        ),
    ],
)
def test_what_cannot_be_asked(workspace: str, arguments: tuple[str, ...], message: str) -> None:
    command, *rest = arguments
    text = _run(command, workspace, "outlook", *rest, code=2)
    assert message in " ".join(text.split())
