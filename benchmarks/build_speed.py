"""How long do a build, a rebuild after one changed cell and a proof take, and how much memory?

Run: `python -m benchmarks.build_speed [--runs N]`. Each figure is the median over runs of a whole process, wall and CPU
seconds, with its peak memory; "cold" starts with an empty cache. Under `--watch` it is the time from the saving of the
cell to the line that says it is built, and the CPU seconds of the command and its second process. Measured are an
excerpt of the example and all of it. The peer is the same process doing nothing but importing the libraries that a
build needs: the ratio says what the work itself costs.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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


def environment_of(cache: Path) -> dict[str, str]:
    # compiled modules are kept, as on any machine that is used: compiling them again would take half of the imports
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache.parent / "compiled")}
    return {**os.environ, **compiled, "YANBAO_CACHE": str(cache)}


def measure(arguments: list[str], cache: Path) -> Run:
    start = time.perf_counter()
    process = subprocess.Popen(arguments, env=environment_of(cache), stdout=subprocess.DEVNULL, cwd=ROOT)
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


def watched(arguments: list[str], cache: Path, change: Callable[[int], None], count: int) -> list[Run]:
    """Return what rebuilds take under `--watch`: `change` is made, and the line waited for that says it is built."""
    environment = {**environment_of(cache), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen([*arguments, "--watch"], env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    runs: list[Run] = []
    try:
        await_build(process)
        for turn in range(count + 1):  # the first one also fills what is kept: it is no rebuild of an hour's work
            time.sleep(2)  # what is done after a build, while nobody waits
            before, start = cpu_seconds(process.pid), time.perf_counter()
            change(turn)
            await_build(process)
            wall, after = time.perf_counter() - start, cpu_seconds(process.pid)
            spent = sum(after[each] - before[each] for each in before.keys() & after.keys())
            runs.append(Run(wall, spent, 0.0))
    finally:
        process.send_signal(signal.SIGTERM)  # a shell's background jobs ignore SIGINT
        process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
    return [Run(run.wall, run.cpu, usage.ru_maxrss / 1024) for run in runs[1:]]


def await_build(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if " built in " in line:
            return
        if "not built" in line:
            break
    raise SystemExit("the watched workspace was not built")


def cpu_seconds(parent: int) -> dict[int, float]:
    """Return the CPU seconds so far of a process and of those that it started, by their numbers (Linux only)."""
    found: dict[int, float] = {}
    waiting = [parent]
    while waiting:
        number = waiting.pop()
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        found[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        for task in Path(f"/proc/{number}/task").iterdir():
            waiting += map(int, (task / "children").read_text().split())
    return found


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

            def tell(step: str, run: Run, label: str = label, out: Path = out) -> None:
                ratio = run.cpu / peer.cpu
                print(
                    f"| {label}, {pages(out)} pages | {step} | {run.wall:.1f} | {run.cpu:.1f} | {ratio:.1f} "
                    f"| {run.memory:.0f} |",
                    flush=True,
                )

            for step, work in steps:
                if work is again:
                    measure(build, folder / "warm")
                tell(step, median([work(turn) for turn in range(count)]))
                if work is again and sys.platform == "linux":
                    saved = watched(build, folder / "warm", partial(touch, workspace), count)
                    tell("the same under --watch", median(saved))
        version = median([measure([*yanbao, "--version"], folder / "peer") for _ in range(5)])
        print(f"`yanbao --version`: {version.wall:.3f} s")


if __name__ == "__main__":
    main()
