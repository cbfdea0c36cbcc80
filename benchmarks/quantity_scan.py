"""How long does it take to find and read every number of a report?

Run: `python benchmarks/quantity_scan.py [FILE]`. Prints characters, mentions and seconds (best of five, one core), and
as the peer the seconds of one bare `[0-9]+` pass, which finds the digits and understands none of them.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from yanbao.quantity import scan

SHARED = Path(os.environ.get("YANBAO_SHARED") or Path(__file__).parents[2] / "shared")
REPORT = SHARED / "seed" / "report.txt"
TARGET = 0.3  # seconds for the model report on one core


def best(work: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else REPORT
    if not path.exists():
        print(f"{path} is not on this machine; name a text file")
        return 2
    text = path.read_text("utf-8")
    mentions = scan(text)
    seconds = best(lambda: scan(text))
    bare = re.compile("[0-9]+")
    peer = best(lambda: [found.span() for found in bare.finditer(text)])
    kinds = Counter(mention.kind for mention in mentions)
    print(f"characters  {len(text):>9,}")
    print(f"mentions    {len(mentions):>9,}  ({', '.join(f'{kind} {count}' for kind, count in kinds.most_common())})")
    print(f"scan        {seconds:>9.3f} s  ({seconds / max(1, len(mentions)) * 1e6:.0f} µs a mention)")
    print(f"[0-9]+      {peer:>9.3f} s  ({seconds / peer:.0f} times as fast, and understands nothing)")
    if path == REPORT and seconds > TARGET:
        print(f"over the target of {TARGET} s")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
