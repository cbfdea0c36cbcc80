"""A builder that goes on gives, after each edit of a model, the bytes of a build that begins with nothing."""

from __future__ import annotations

from pathlib import Path

from model_workspace import CHAPTER, OUTLOOK, VIEW_PAGES, VIEWS, outlook
from workspaces import change
from yanbao.build import Builder, build

MODEL = "models/outlook.toml"
EDITS = (
    (MODEL, 'values = { 2024E = "10.0"', 'values = { 2024E = "11.0"'),
    ("evidence/grid.csv", "2023,5275,1375", "2023,5275,1400"),
    (MODEL, 'set = { share = "45" }', 'set = { share = "46", growth = { 2025E = "9.0" } }'),
    (MODEL, 'formula = "total * share"', 'formula = "(total + 0) * share"'),
    (MODEL, 'steps = ["40", "50"]', 'steps = ["40", "50", "60"]'),
    (MODEL, "seed = 7", "seed = 8"),
    (MODEL, 'lines = { "growth[2024E]" = ["5", "12"]', 'lines = { "growth[2024E]" = ["-50", "80"]'),  # it leads now
    (MODEL, 'periods = ["2019:2023"', 'periods = ["2020:2023"'),
)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_each_edit_gives_the_bytes_of_a_fresh_build(tmp_path: Path) -> None:
    folder = outlook(tmp_path / "w", OUTLOOK + VIEWS, CHAPTER + VIEW_PAGES)
    change(folder, "report/01-grid.md", 'rows = "2020:2025E"', 'rows = "2021:2025E"')
    with Builder(folder, tmp_path / "kept", formats=["xlsx"]) as builder:
        builder.build()
        for number, (file, old, new) in enumerate(EDITS):
            change(folder, file, old, new)
            builder.build()
            build(folder, tmp_path / f"fresh{number}", formats=["xlsx"])
            assert tree(tmp_path / "kept") == tree(tmp_path / f"fresh{number}"), new
