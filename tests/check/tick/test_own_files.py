"""Files that yanbao itself made, read as anybody's: what was proved must not break, in any format."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspaces import starter
from yanbao import build
from yanbao.check.tick.tick import tick
from yanbao.read.foreign.reading import read_foreign


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    build.build(starter(folder / "workspace"), folder / "out")
    return folder / "out"


@pytest.mark.parametrize("name", ["report.html", "report.pptx", "report.pdf", "report.xlsx"])
def test_a_proved_report_ties_and_nothing_in_it_breaks(built: Path, name: str) -> None:
    tested = tick(read_foreign(built / name)).tested
    assert [(test.claimed.text, test.working) for test in tested if test.verdict == "breaks"] == []
    # 5,275 / 4,906 and the like: growth of a table that the report computes
    assert sum(test.verdict == "ties" for test in tested) > 5
