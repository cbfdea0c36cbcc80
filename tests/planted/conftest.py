"""Clean builds to plant errors in, made once a session: an excerpt of the example, and the whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.excerpt import EXAMPLE, excerpt  # noqa: E402
from benchmarks.planted.plant import Clean, clean_build  # noqa: E402
from benchmarks.planted.trial import Prover  # noqa: E402

from workspaces import change, starter  # noqa: E402
from yanbao.build import build  # noqa: E402


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    folder = tmp_path_factory.mktemp("planted")
    build(excerpt(folder / "excerpt"), folder / "out")
    return clean_build(folder / "out")


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Prover:
    """A prover of the whole example."""
    out = tmp_path_factory.mktemp("whole") / "out"
    build(EXAMPLE, out)
    return Prover(clean_build(out))


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
