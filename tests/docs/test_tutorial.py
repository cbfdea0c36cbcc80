"""The tutorial does what it says: its blocks, put into the files it names, build the minimal example, step by step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tutorial_commands import run

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "examples" / "minimal"
_BLOCK = re.compile(
    r"(?:(?P<append>append to )?`my-sector/(?P<file>[^`]+)`\n\n)?(?P<fence>```|~~~)(?P<kind>\w+)\n(?P<text>.*?)\n(?P=fence)\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Step:
    """A block of the tutorial."""

    kind: str
    text: str
    file: str = ""
    append: bool = False


def steps() -> list[Step]:
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    return [Step(m["kind"], m["text"], m["file"] or "", bool(m["append"])) for m in _BLOCK.finditer(text)]


def test_the_tutorial_builds_the_minimal_example(tmp_path: Path) -> None:
    printed = ""
    shown = 0
    for step in steps():
        if step.file:
            path = tmp_path / "my-sector" / step.file
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text("utf-8").rstrip() + "\n\n" if step.append else ""
            path.write_text(before + step.text + "\n", "utf-8")
        elif step.kind == "sh":
            printed = "".join(command(line.partition("#")[0].split(), tmp_path) for line in step.text.splitlines())
        elif step.kind == "text":
            said = set(map(without_counts, printed.splitlines()))
            for line in filter(str.strip, step.text.splitlines()):
                assert without_counts(line) in said, f"the tutorial shows {line!r}; printed was:\n{printed}"
                shown += 1
    assert shown >= 6
    made = {path.relative_to(tmp_path / "my-sector") for path in (tmp_path / "my-sector").rglob("*") if path.is_file()}
    assert made == {path.relative_to(MINIMAL) for path in MINIMAL.rglob("*") if path.is_file()}
    for name in made:
        left, right = (folder / name for folder in (tmp_path / "my-sector", MINIMAL))
        assert left.read_text("utf-8").rstrip() == right.read_text("utf-8").rstrip(), name


def command(words: list[str], folder: Path) -> str:
    """Run a command of the tutorial; the first build is the one that shows a mistake."""
    done = run(words, folder)
    broken = words[1] == "build" and "2032" in (folder / "my-sector/report/01-grid.md").read_text("utf-8")
    assert done.returncode == (2 if broken else 0), done.stdout + done.stderr
    return done.stdout + done.stderr


def without_counts(line: str) -> str:
    """Return a line with its counts and sizes left open: they change with every version."""
    return re.sub(r"\d[\d,]*", "#", re.sub(r"\s+", " ", line)).strip()


@pytest.mark.parametrize("step", [step for step in steps() if step.kind == "toml" and not step.file], ids=str)
def test_other_settings_it_shows_are_known(step: Step, tmp_path: Path) -> None:
    import tomllib

    from yanbao.author.theme_file import ThemeFile

    assert ThemeFile.model_validate(tomllib.loads(step.text)).primary
