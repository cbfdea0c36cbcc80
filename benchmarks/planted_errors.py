"""Plant errors in a build, one at a time, and print which check catches each.

    python -m benchmarks.planted_errors [--places N] [--seed S] [--only WORD] [--whole] [--format json] [BUILD]

BUILD is a build folder; without one, an excerpt of the example is built first, or all of it with `--whole`.
The exit code is 1 where an error was missed, where a check spoke that does not own it, or where something was found
that is not wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.excerpt import EXAMPLE, excerpt
from benchmarks.planted.kinds import all_kinds
from benchmarks.planted.matrix import Matrix, Row
from benchmarks.planted.neutral import neutrals
from benchmarks.planted.plant import Clean, clean_build
from benchmarks.planted.trial import Prover, run


def measure(clean: Clean, places: int, seed: int, only: str = "") -> Matrix:
    """Plant errors of every kind whose title holds a word, and return the matrix."""
    prover = Prover(clean)
    rows: list[Row] = []
    for kind in all_kinds():
        if only in kind.title:
            rows.append(Row(kind, list(run([kind], prover, places, seed))))
            print(f"{kind.title}: {rows[-1].caught} of {rows[-1].places}", file=sys.stderr, flush=True)
    return Matrix(tuple(rows), {name: prover.findings(change(clean)) for name, change in neutrals()})


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", nargs="?", type=Path, help="a build folder")
    parser.add_argument("--places", type=int, default=10, help="places of each kind (10)")
    parser.add_argument("--seed", type=int, default=1, help="what chooses the places (1)")
    parser.add_argument("--only", default="", help="a word in the titles of the kinds to plant")
    parser.add_argument("--whole", action="store_true", help="build all of the example, not an excerpt of it")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    asked = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.build
        if path is None:
            from yanbao.build import build

            path = Path(folder) / "build"
            build(EXAMPLE if asked.whole else excerpt(Path(folder) / "excerpt"), path)
        matrix = measure(clean_build(path), asked.places, asked.seed, asked.only)
    if asked.format == "json":
        print(json.dumps(matrix.to_json(), ensure_ascii=False, indent=1))
    else:
        print(matrix.to_text())
        print(f"{time.perf_counter() - began:.0f} s")
    return 0 if matrix.caught == matrix.places and not matrix.strange and not matrix.false_alarms else 1


if __name__ == "__main__":
    sys.exit(main())
