"""The documentation is true: generated pages are current, links lead somewhere, every code and key is documented."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, get_args

import pytest
from docs.generate import FOLDER, PAGES, Key, keys_of, models
from pydantic import TypeAdapter

from yanbao.author.exhibit_spec import KINDS, ExhibitSpec

ROOT = FOLDER.parent
WRITTEN = [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *sorted(FOLDER.glob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == PAGES[name](), f"run `make docs`: docs/{name} is old"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


KEYS = [key for model in models().values() for key in keys_of(model)]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_every_workspace_key_is_taught(key: Key) -> None:
    assert key.field.description, f"{key.path} has no description"
    table = key.kind in ("table", "list of tables", "tables by name")
    assert key.field.examples or table or key.default not in ("", "–"), f"{key.path} has neither example nor default"


@pytest.mark.parametrize("key", [key for key in KEYS if key.field.examples], ids=lambda key: key.path)
def test_every_example_of_a_key_is_accepted(key: Key) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(Annotated[key.field.annotation, "example", *key.field.metadata])  # type: ignore[valid-type]
    for example in key.field.examples or ():
        adapter.validate_python(tomllib.loads(f"x = {example}")["x"])


def test_every_kind_of_exhibit_is_taught_by_keys_that_it_has() -> None:
    kinds = get_args(ExhibitSpec.model_fields["kind"].annotation)
    assert set(KINDS) == set(kinds)
    assert {name for kind in KINDS.values() for name in (*kind.needs, *kind.may)} <= set(ExhibitSpec.model_fields)


def test_both_readmes_name_every_command() -> None:
    from yanbao.cli.commands import app

    names = {command.callback.__name__ for command in app.registered_commands if command.callback}
    for path in WRITTEN[:2]:
        text = path.read_text("utf-8")
        assert {name for name in names if f"`yanbao {name}" not in text} == set()


def test_text_files_name_no_machine_and_no_registry() -> None:
    forbidden = re.compile(r"/(?:root|work|home)/\w|pypi\.org|pythonhosted|npmjs|debian\.org")
    tracked = [*ROOT.glob("*.md"), *ROOT.glob("Makefile"), *FOLDER.rglob("*.md"), *(ROOT / "src").rglob("*.py")]
    assert [path.name for path in tracked if forbidden.search(path.read_text("utf-8"))] == []


def test_the_reproduction_lists_every_exhibit_of_the_model_and_names_ours() -> None:
    from shared_data import shared

    listed = re.findall(r"(?m)^\| (\d+) \| (\d+) \|.*\| (table|picture) \| (.*?) \|", _reproduction())
    known = re.findall(r"(?m)^\| (\d+) \| (\d+) \|", shared("seed", "EXHIBITS.md").read_text("utf-8"))
    assert [(number, line) for number, line, _, _ in listed] == known
    assert sum(kind == "table" and "`" in ours for _, _, kind, ours in listed) >= 36


def test_the_reproduction_names_exhibits_that_there_are() -> None:
    chapters = (ROOT / "examples" / "computer-2024h1" / "report").glob("*.md")
    there = {name for path in chapters for name in re.findall(r"(?m)^```exhibit (\S+)", path.read_text("utf-8"))}
    named = {name for cell in re.findall(r"\| (`[^|]*`) \|", _reproduction()) for name in re.findall(r"`(\S+)`", cell)}
    assert len(named) > 100
    assert named <= there


def _reproduction() -> str:
    """Return what became of each exhibit; the comparison with the market data names columns, not exhibits."""
    return (FOLDER / "reproduction.md").read_text("utf-8").partition("\n## Chapter 1 against")[0]
