"""How long do a build, a rebuild after one changed cell and a proof take, and how much memory?

Run: `python -m benchmarks.build_speed [--runs N]`. Each figure is the median over runs of a whole process, wall and CPU
seconds, with its peak memory; "cold" starts with an empty cache. Measured are an excerpt of the example and all of it.
The peer is the same process doing nothing but importing the libraries that a build needs: the ratio says what the work
itself costs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.excerpt import EXAMPLE, excerpt

ROOT = Path(__file__).parents[1]
PEER = (
    "import typst, vl_convert, pptx, xlsxwriter, openpyxl, pydantic, fontTools.ttLib, ironcalc, pypdfium2, lxml.etree"
)


@dataclass(frozen=True)
class Run:
    """One process: wall and CPU seconds, peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def measure(arguments: list[str], cache: Path) -> Run:
    # compiled modules are kept, as on any machine that is used: compiling them again would take half of the imports
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache.parent / "compiled")}
    environment = {**os.environ, **compiled, "YANBAO_CACHE": str(cache)}
    start = time.perf_counter()
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{' '.join(arguments)} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def whole(folder: Path) -> Path:
    """Return a copy of the example."""
    shutil.copytree(EXAMPLE, folder)
    return folder


def touch(workspace: Path, turn: int) -> None:
    """Change one cell: State Grid's investment in 2023."""
    path = workspace / "evidence" / "grid.csv"
    text, count = re.subn(r"(?m)^2023,\d+", f"2023,527{turn % 10}", path.read_text("utf-8"))
    if count != 1:
        raise SystemExit(f"{path} has no row of 2023")
    path.write_text(text, "utf-8")


def median(runs: list[Run]) -> Run:
    return Run(
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        max(run.memory for run in runs),
    )


def pages(out: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(out / "report.pdf")
    count = len(document)
    document.close()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    count = parser.parse_args().runs
    yanbao = [sys.executable, "-m", "yanbao"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure([sys.executable, "-c", PEER], folder / "peer")
        peer = median([measure([sys.executable, "-c", PEER], folder / "peer") for _ in range(count)])
        print(f"peer, imports alone: {peer.wall:.2f} s wall, {peer.cpu:.2f} s CPU")
        print("| workspace | step | wall s | CPU s | CPU / peer | peak MiB |")
        print("|---|---|---:|---:|---:|---:|")
        for label, make in (("excerpt", excerpt), ("whole example", whole)):
            workspace = make(folder / label)
            out = folder / f"{label}-out"
            build = [*yanbao, "build", str(workspace), "--out", str(out)]

            def cold(turn: int, build: list[str] = build, label: str = label) -> Run:
                return measure(build, folder / f"cold-{label}-{turn}")

            def again(turn: int, build: list[str] = build, workspace: Path = workspace) -> Run:
                touch(workspace, turn + 1)
                return measure(build, folder / "warm")

            def prove(turn: int, out: Path = out) -> Run:
                return measure([*yanbao, "prove", str(out)], folder / "warm")

            steps: list[tuple[str, Callable[[int], Run]]] = [
                ("cold build", cold),
                ("rebuild after one changed cell", again),
                ("proof", prove),
            ]
            for step, work in steps:
                if work is again:
                    measure(build, folder / "warm")
                run = median([work(turn) for turn in range(count)])
                ratio = run.cpu / peer.cpu
                print(
                    f"| {label}, {pages(out)} pages | {step} | {run.wall:.1f} | {run.cpu:.1f} | {ratio:.1f} "
                    f"| {run.memory:.0f} |",
                    flush=True,
                )
        version = median([measure([*yanbao, "--version"], folder / "peer") for _ in range(5)])
        print(f"`yanbao --version`: {version.wall:.3f} s")


if __name__ == "__main__":
    main()
