"""A clean build of the example to plant errors in, made once a session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.planted.plant import Clean, clean_build  # noqa: E402
from benchmarks.planted.trial import Prover  # noqa: E402

from workspaces import change, starter  # noqa: E402
from yanbao.build import build  # noqa: E402


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    out = tmp_path_factory.mktemp("planted") / "out"
    build(ROOT / "examples" / "computer-2024h1", out)
    return clean_build(out)


@pytest.fixture(scope="session")
def prover(clean: Clean) -> Prover:
    return Prover(clean)


@pytest.fixture(scope="session")
def with_literal(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """A small build with an author's literal, which the example has none of."""
    folder = starter(tmp_path_factory.mktemp("planted") / "workspace")
    change(folder, "report/02-risks.md", "- 政策推进", "- 《{! 2024年能源工作指导意见 | title}》等政策推进")
    out = folder.parent / "literal"
    build(folder, out)
    return clean_build(out)
