"""The tutorial of models does what it says: its files, put where it says, and its commands, in order."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from docs.generate import FOLDER

from tutorial_commands import run
from yanbao.build import build
from yanbao.check.proof import prove
from yanbao.cli.starter import write_starter

_BLOCK = re.compile(
    r"(?:(?P<append>append to )?`(?P<file>my-sector/[^`]+)`\n\n)?(?P<fence>```|~~~)(?P<kind>\w+)\n(?P<text>.*?)\n(?P=fence)\n",
    re.DOTALL,
)


def test_the_template_is_what_the_tutorial_makes(tmp_path: Path) -> None:
    made: dict[str, str] = {}
    for block in _BLOCK.finditer((FOLDER / "models.md").read_text("utf-8")):
        if name := (block["file"] or "").removeprefix("my-sector/"):
            made[name] = (made[name] + "\n" if name in made else "") + block["text"] + "\n"
    assert run(["yanbao", "new", "my-sector", "--template", "model"], tmp_path).returncode == 0
    chapter = (resources.files("yanbao.cli") / "starter_files" / "report" / "01-grid.md").read_text("utf-8")
    made["report/01-grid.md"] = f"{chapter}\n{made['report/01-grid.md']}"
    assert {name: (tmp_path / "my-sector" / name).read_text("utf-8") for name in made} == made


def test_the_template_builds_and_proves(tmp_path: Path) -> None:
    write_starter(tmp_path / "w", model=True)
    built = build(tmp_path / "w", tmp_path / "out")
    proof = prove(built.document, built.inputs, list(built.outputs))
    assert proof.ok, proof.to_text()
    assert {exhibit.id for exhibit in built.document.exhibits()} >= {"grid-assumptions", "grid-two-way", "grid-tornado"}


@pytest.mark.slow
def test_the_tutorial_makes_a_model_and_proves_its_page(tmp_path: Path) -> None:
    printed, shown, proved = "", 0, 0
    for block in _BLOCK.finditer((FOLDER / "models.md").read_text("utf-8")):
        if block["file"]:
            path = tmp_path / block["file"]
            path.parent.mkdir(exist_ok=True)
            before = path.read_text("utf-8") + "\n" if block["append"] else ""
            path.write_text(before + block["text"] + "\n", "utf-8")
        elif block["kind"] == "sh":
            printed = ""
            for line in block["text"].splitlines():
                done = run(line.split(), tmp_path)
                assert done.returncode == 0, (line, done.stdout, done.stderr)
                printed += done.stdout
            proved += len(re.findall(r"^proved: (\d+) of \1 numbers$", printed, re.MULTILINE))
        elif block["kind"] == "text":
            said = {" ".join(line.split()) for line in printed.splitlines()}
            for line in block["text"].splitlines():
                assert " ".join(line.split()) in said, f"the tutorial shows {line!r}; printed was:\n{printed}"
                shown += 1
    assert (shown, proved) == (8, 1)


def test_the_slip_that_it_tells_is_told_so(tmp_path: Path) -> None:
    """The page quotes a message in passing; this is how it comes out."""
    assert run(["yanbao", "new", "my-sector"], tmp_path).returncode == 0
    text = next(block["text"] for block in _BLOCK.finditer((FOLDER / "models.md").read_text("utf-8")) if block["file"])
    model = tmp_path / "my-sector" / "models" / "grid_model.toml"
    model.parent.mkdir()
    model.write_text(text.replace("(state + southern) * share", "state + southern + share"), "utf-8")
    done = run(["yanbao", "model", "run", "my-sector", "grid_model"], tmp_path)
    assert done.returncode == 2
    place = re.search(
        r"`(models/grid_model.toml:\d+: lines.distribution.formula:)", (FOLDER / "models.md").read_text("utf-8")
    )
    assert place is not None
    assert place[1] in done.stderr
    assert "亿元 is money (CNY), % is a ratio; they cannot be added" in done.stderr
