"""Small workspaces for tests: the starter, and changes to it."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from yanbao.cli.starter import write_starter


def starter(folder: Path) -> Path:
    """Write the starter workspace into `folder` and return it."""
    write_starter(folder)
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once in a file."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")


def english(folder: Path) -> Path:
    """Write the starter with an English edition beside the Chinese one, in which every kind of exhibit stands."""
    starter(folder)
    copytree(Path(__file__).parent / "english_files", folder, dirs_exist_ok=True)
    chapters = '["report/01-grid.md", "report/02-risks.md"]'
    english = '["report/en/01-grid.md", "report/en/02-risks.md"]'
    change(folder, "yanbao.toml", f"chapters = {chapters}", f"chapters = {{ zh = {chapters}, en = {english} }}")
    return folder
