"""`python -m market.load DATA STORE`: all of the shared test data into one store, and what became of every row."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from market.suspensions import Suspensions
from yanbao.errors import YanbaoError
from yanbao.source.bring import Brought, bring, printed
from yanbao.source.contract import Source
from yanbao.source.file_source import FileSource
from yanbao.source.mapping_file import read_mappings
from yanbao.source.shenwan import Shenwan
from yanbao.source.trading_days import TradingDays

MAPPINGS = Path(__file__).parent
OWN = MAPPINGS / "own"  # what the shared data lack and a publisher tells everybody


def sources(data: Path) -> list[Source]:
    """Return the sources of the shared data: trading days and the classification first, then the mappings by name."""
    made = read_mappings(sorted(MAPPINGS.glob("*.toml")))
    own = read_mappings(sorted(OWN.glob("*.toml")))
    return [
        TradingDays(),
        Shenwan(data / "sw_classification"),
        *(FileSource(one) for one in own),
        *(FileSource(one, data) for one in made),
        Suspensions(data),
    ]


def load_market(data: Path, store: Path) -> Brought:
    """Load everything; a load that is repeated stores nothing, one that was killed goes on.

    Raises:
        YanbaoError: a mapping is wrong, or the store can't be written.
    """
    return bring(store, sources(data))


def main() -> int:
    """Load, print what became of the rows, and return the exit code: 0 all, 1 a file failed, 2 can't run."""
    if len(sys.argv) != 3:
        sys.stderr.write("usage: python -m market.load DATA STORE\n")
        return 2
    start = time.perf_counter()
    try:
        brought = load_market(Path(sys.argv[1]), Path(sys.argv[2]))
    except YanbaoError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(printed(brought) + "\n")
    sys.stdout.write(f"{brought.stored:,} rows stored in {time.perf_counter() - start:.0f} s\n")
    return 1 if brought.failed else 0


if __name__ == "__main__":
    sys.exit(main())
