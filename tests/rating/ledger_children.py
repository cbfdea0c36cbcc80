"""What child processes of the ledger's tests do: they append at once, and are killed while they do."""

from __future__ import annotations

import os
import time
from pathlib import Path

from rating.ledgers import estimate, rated
from yanbao.rating import append
from yanbao.rating.lock import locked


def append_many(folder: str, writer: int, times: int) -> None:
    """Append a rating and two estimates of one security of its own, again and again."""
    code = f"60{writer:04d}.SH"
    for turn in range(times):
        rating = ("买入", "持有")[turn % 2]
        append(
            Path(folder, "calls.csv"),
            [
                rated(code, rating, title=f"{writer}-{turn}"),
                estimate(code, "1.10"),
                estimate(code, "1.20", period="2025E"),
            ],
        )
        with Path(folder, f"done-{writer}").open("ab", 0) as file:  # what this writer was told is recorded
            file.write(b"x")
        time.sleep(0.02)  # who takes the lock back at once would keep the others out


def hold(folder: str) -> None:
    """Take the lock and never give it back."""
    with locked(Path(folder, "calls.csv")):
        Path(folder, "held").touch()
        os.read(os.pipe()[0], 1)
