"""The shared market data in a store, loaded once for all processes of a run."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from shared_data import shared


@pytest.fixture(scope="session")
def loaded_market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that `make market` makes, to be read only; a second load of the same data stores nothing."""
    from market.load import load_market

    data = shared("data")
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (base / "market.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (base / "market.whole").exists():
            first, again = load_market(data, base / "market"), load_market(data, base / "market")
            assert [file.cause for file in first.failed] == []
            assert (first.refused, again.refused) == (1, 0)  # 835185.XBEI: a code form that no exchange has
            assert first.stored > 2_500_000
            assert again.stored == 0
            assert all(loss.reason for _, file in first.files for loss in file.losses)
            (base / "market.whole").touch()
    return base / "market"
