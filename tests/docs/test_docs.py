"""The documentation is true: generated pages are current, links lead somewhere, every code and key is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docs.generate import FOLDER, PAGES

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
