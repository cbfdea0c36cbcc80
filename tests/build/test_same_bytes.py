"""The same workspace gives the same bytes, whatever process, time zone and cache; a kept page is never a stale one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao import build as building

EXAMPLE = Path(__file__).parents[2] / "examples" / "computer-2024h1"
FONTS = ("ttf", "woff2", "coverage")  # the kinds of cache entries that do not depend on a page


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def differing(one: Path, other: Path) -> list[str]:
    left, right = files(one), files(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))


def build_in_process(workspace: Path, out: Path, cache: Path, seed: str, zone: str) -> Path:
    subprocess.run(
        [sys.executable, "-m", "yanbao", "build", str(workspace), "--out", str(out)],
        env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "YANBAO_CACHE": str(cache)},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )
    return out


def three_ways(workspace: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    first = build_in_process(workspace, tmp_path / "cold", tmp_path / "one", "1", "Asia/Shanghai")
    second = build_in_process(workspace, tmp_path / "warm", tmp_path / "one", "2", "America/New_York")
    third = build_in_process(workspace, tmp_path / "other", tmp_path / "two", "3", "Pacific/Kiritimati")
    return first, second, third


def test_the_starter_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    first, second, third = three_ways(starter(tmp_path / "w"), tmp_path)
    assert {"report.html", "report.pptx", "report.pdf", "report.xlsx"} <= set(files(first))
    assert differing(first, second) == []
    assert differing(first, third) == []


@pytest.mark.slow
def test_the_example_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    first, second, third = three_ways(EXAMPLE, tmp_path)
    assert differing(first, second) == []
    assert differing(first, third) == []


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds all pages of the starter."""
    folder = tmp_path_factory.mktemp("kept")
    build_in_process(starter(folder / "w"), folder / "out", folder / "cache", "1", "UTC")
    return folder / "cache"


def recolour(workspace: Path) -> None:
    (workspace / "theme").mkdir()
    colours = 'primary = "#7a1f6b"\nseries = ["#7a1f6b", "#00aa88", "#336699", "#cc8800"]\n'
    (workspace / "theme" / "theme.toml").write_text(colours, "utf-8")


def changed(file: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda workspace: change(workspace, file, old, new)


CHANGES: dict[str, Callable[[Path], None]] = {
    "a cell": changed("evidence/grid.csv", "2023,5275,1375", "2023,5279,1375"),
    "a row": changed("evidence/grid.csv", "2023,5275,1375\n", "2023,5275,1375\n2024E,5300,1400\n"),
    "a word": changed("report/02-risks.md", "- 政策推进不及预期。", "- 政策不及预期，推进不及预期。"),
    "a page before": changed(
        "report/01-grid.md", "# 一、电网投资\n", "# 一、电网投资\n\n## 电网投资\n\n- 风险提示。\n"
    ),
    "the day": changed("yanbao.toml", "published = 2024-07-15", "published = 2024-07-16"),
    "the footer": changed("yanbao.toml", 'notice = { zh = "样例，不构成投资建议"', 'notice = { zh = "样例"'),
    "the language": changed("yanbao.toml", 'language = "zh"', 'language = "en"'),
    "a colour": recolour,
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_kept_page_is_made_again_when_what_it_shows_changes(
    what: str, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = starter(tmp_path / "w")
    CHANGES[what](workspace)
    warm, cold = tmp_path / "warm cache", tmp_path / "cold cache"
    shutil.copytree(kept, warm)
    for kind in FONTS:
        shutil.copytree(kept / kind, cold / kind)
    monkeypatch.setenv("YANBAO_CACHE", str(warm))
    building.build(workspace, tmp_path / "warm")
    monkeypatch.setenv("YANBAO_CACHE", str(cold))
    building.build(workspace, tmp_path / "cold")
    assert differing(tmp_path / "warm", tmp_path / "cold") == []


_EXAMPLE_CHANGES = """
import sys
from pathlib import Path
from test_same_bytes import changed
from yanbao.build import Builder

if __name__ == "__main__":
    workspace, out = map(Path, sys.argv[1:])
    with Builder(workspace, out) as builder:
        for old, new in (("2023,5275,1375", "2023,5279,1375"), ("2023,5279,1375", "2023,5271,1375")):
            builder.build()
            changed("evidence/grid.csv", old, new)(workspace)
        builder.build()
"""


@pytest.mark.slow
def test_a_builder_of_the_example_gives_the_bytes_of_a_build_that_begins(tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(EXAMPLE, tmp_path / "w"))
    subprocess.run(
        [sys.executable, "-c", _EXAMPLE_CHANGES, str(workspace), str(tmp_path / "out")],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
            "YANBAO_CACHE": str(tmp_path / "one"),
        },
        check=True,
        timeout=600,
    )
    cold = build_in_process(workspace, tmp_path / "cold", tmp_path / "two", "1", "UTC")
    assert differing(tmp_path / "out", cold) == []


# one after the other, as an author works: an edit taken back, nothing at all, a row less, a page less, another formula
IN_A_ROW: dict[str, Callable[[Path], None]] = {
    "as it is": lambda workspace: None,
    "a cell": CHANGES["a cell"],
    "the cell of before": changed("evidence/grid.csv", "2023,5279,1375", "2023,5275,1375"),
    **{what: do for what, do in CHANGES.items() if what != "a cell"},
    "nothing": lambda workspace: None,
    "a row less": changed("evidence/grid.csv", "2024E,5300,1400\n", ""),
    "a page less": changed("report/01-grid.md", "\n## 电网投资\n\n- 风险提示。\n", ""),
    "a formula": changed("evidence/grid.toml", 'compute = "state + southern"', 'compute = "southern + state"'),
}
_GOES_ON = """
import sys
from pathlib import Path
from shutil import copytree
from test_same_bytes import IN_A_ROW
from yanbao.build import Builder

if __name__ == "__main__":
    workspace, results = map(Path, sys.argv[1:])
    with Builder(workspace, results / "out") as builder:
        for number, what in enumerate(IN_A_ROW.values()):
            what(workspace)
            builder.build()
            copytree(workspace, results / f"workspace {number}")
            copytree(results / "out", results / f"built {number}")
"""


def test_a_builder_that_goes_on_gives_the_bytes_of_builds_that_begin(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes keep what did not change, and nothing else, whatever was changed before."""
    shutil.copytree(kept, tmp_path / "cache")
    monkeypatch.setenv("YANBAO_CACHE", str(tmp_path / "cache"))
    subprocess.run(
        [sys.executable, "-c", _GOES_ON, str(starter(tmp_path / "w")), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        check=True,
        timeout=300,
    )
    wrong = {}
    for number, name in enumerate(IN_A_ROW):
        building.build(tmp_path / f"workspace {number}", tmp_path / "cold")
        if found := differing(tmp_path / f"built {number}", tmp_path / "cold"):
            wrong[name] = found
    assert wrong == {}


def test_damaged_entries_are_made_again(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace, cache = starter(tmp_path / "w"), tmp_path / "cache"
    shutil.copytree(kept, cache)
    monkeypatch.setenv("YANBAO_CACHE", str(cache))
    building.build(workspace, tmp_path / "whole")
    entries = [path for path in cache.rglob("*") if path.is_file()]
    assert {path.parent.name for path in entries} >= {*FONTS, "slide", "page", "section", "deck", "svg", "fits"}
    for path in entries:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    building.build(workspace, tmp_path / "again")
    assert differing(tmp_path / "whole", tmp_path / "again") == []


def test_a_process_that_has_drawn_before_builds_on(tmp_path: Path, kept: Path) -> None:
    """A fork of it would wait for the threads of the libraries that draw, which it has not got."""
    workspace = starter(tmp_path / "w")
    program = (
        "import sys; from pathlib import Path; from yanbao import build\n"
        "for formats in (['pdf'], None): build.build(Path(sys.argv[1]), Path(sys.argv[2]), formats=formats)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(workspace), str(tmp_path / "out")],
        env={**os.environ, "YANBAO_CACHE": str(kept)},
        check=True,
        timeout=120,
    )
    assert (tmp_path / "out" / "report.xlsx").is_file()
