"""The tutorial of the sector report does what it says: its files, put where it says, and its commands, in order."""

from __future__ import annotations

import re
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from docs.generate import FOLDER

from tutorial_commands import run

_BLOCK = re.compile(
    r"(?:(?P<append>append to )?`(?P<file>(?:my-sector|exports)/[^`]+)`\n\n)?(?P<fence>```|~~~)(?P<kind>\w+)\n(?P<text>.*?)\n(?P=fence)\n",
    re.DOTALL,
)


@pytest.mark.slow
def test_the_tutorial_makes_a_chapter_from_the_exports(tmp_path: Path) -> None:
    copytree(
        FOLDER.parent / "examples" / "terminal-export", tmp_path / "exports", ignore=ignore_patterns("*.py", "*.md")
    )
    printed, shown, proved = "", 0, 0
    for block in _BLOCK.finditer((FOLDER / "sector-report.md").read_text("utf-8")):
        if block["file"]:
            path = tmp_path / block["file"]
            before = path.read_text("utf-8") + "\n" if block["append"] else ""
            path.write_text(before + block["text"] + "\n", "utf-8")
        elif block["kind"] == "sh":
            printed = "".join(command(line.split(), tmp_path) for line in block["text"].splitlines())
            proved += len(re.findall(r"^proved: (\d+) of \1 numbers$", printed, re.MULTILINE))
        elif block["kind"] == "text":
            said = {" ".join(line.split()) for line in printed.splitlines()}
            for line in block["text"].splitlines():
                assert " ".join(line.split()) in said, f"the tutorial shows {line!r}; printed was:\n{printed}"
                shown += 1
    assert (shown, proved) == (6, 2)
    pages = (tmp_path / "my-sector" / "report" / "01-market.md").read_text("utf-8")
    for exhibit in ("performance", "ranking", "best", "valuation", "revenue", "margin", "selling", "cash"):
        assert f"```exhibit {exhibit}\n" in pages


def command(words: list[str], folder: Path) -> str:
    """Run a command of the tutorial; the table that asks for its day is not loaded."""
    done = run(words, folder)
    asks = "--guess" in words and "exports/估值.xlsx" in words
    assert done.returncode == (1 if asks else 0), (words, done.stdout, done.stderr)
    return done.stdout + done.stderr
