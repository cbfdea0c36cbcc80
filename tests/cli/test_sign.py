"""Stops a desk that cannot go from a new workspace to a ledger that verifies, by the commands alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from called import CALL, FIRM, FIRM_TOML, LEDGER, QUOTE, QUOTE_TOML, add
from workspaces import change
from yanbao.cli.commands import app

PEOPLE = {"author": "沈砚", "reviewer": "陆衡", "quality": "顾清", "compliance": "秦越"}


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_from_a_new_workspace_to_a_ledger_that_verifies(tmp_path: Path) -> None:
    workspace, out, heads = tmp_path / "w", tmp_path / "out", tmp_path / "heads.txt"
    assert run("new", workspace)[0] == 0
    for name, table, toml in (("firm", FIRM, FIRM_TOML), ("quote", QUOTE, QUOTE_TOML)):
        (workspace / f"evidence/{name}.csv").write_text(table, "utf-8")
        (workspace / f"evidence/{name}.toml").write_text(toml, "utf-8")
    add(workspace, LEDGER + CALL)
    assert run("build", workspace, "--out", out)[0] == 0
    code, _, err = run("publish", out, "-w", workspace)
    assert code == 1
    assert err.count("has not signed this build") == 4
    code, _, err = run("sign", out, "--role", "compliance", "--name", "秦越", "-w", workspace)
    assert code == 1
    assert "compliance signs after author, reviewer, quality" in err
    for role, name in PEOPLE.items():
        code, said, _ = run("sign", out, "--role", role, "--name", name, "-w", workspace)
        assert code == 0
        assert said.startswith(f"{role} signed: {name}, build ")
    assert "next: yanbao publish" in said
    code, said, _ = run("sign", out, "--show", "-w", workspace, "--format", "json")
    state = json.loads(said)
    assert (code, state["complete"], state["next"], state["altered"]) == (0, True, None, [])
    assert [role["signature"]["name"] for role in state["roles"]] == list(PEOPLE.values())
    assert "complete: yanbao publish" in run("sign", out, "--show", "-w", workspace)[1]

    code, said, _ = run("publish", out, "-w", workspace, "--head", heads)
    assert code == 0
    head = said.splitlines()[-1]
    assert re.fullmatch(r"4 [0-9a-f]{64}", head)
    assert heads.read_text("utf-8") == f"{head}\n"
    assert run("publish", out, "-w", workspace)[0] == 1

    code, _, _ = run("ledger", "verify", workspace, "--head", heads, "--head", out / "publication.json")
    assert code == 0
    change(workspace, "calls.csv", "1.30", "1.31")
    code, said, err = run("ledger", "verify", workspace, "--head", heads)
    assert code == 1
    assert "3" in said + err


def test_what_a_signer_forgets_is_asked_for(tmp_path: Path) -> None:
    assert run("sign", tmp_path)[0] == 2
    code, _, err = run("sign", tmp_path, "--role", "author", "--name", "甲", "--waive", "as-of@page 3")
    assert code == 2
    assert "each waiver needs its own reason" in re.sub(r"[│\s]+", " ", err)
    code, _, err = run("sign", tmp_path, "--role", "a", "--name", "甲", "--waive", "as-of", "--reason", "x")
    assert code == 2
    assert "CODE@PLACE" in err


@pytest.mark.parametrize("command", ["sign", "publish"])
def test_what_is_no_build_cannot_run(command: str, tmp_path: Path) -> None:
    (tmp_path / "yanbao.toml").write_text("", "utf-8")
    words = ["--role", "author", "--name", "甲"] if command == "sign" else []
    code, _, err = run(command, tmp_path, *words, "-w", tmp_path)
    assert code == 2
    assert "is not a build folder" in err
