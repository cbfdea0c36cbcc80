"""Measures the quality of `yanbao check`: `python -m benchmarks.check_quality` (or `make check-quality`).

Three tables: labelled relations found and judged; planted errors caught; breaks on real documents, read by hand. Each
printed as Markdown. `--unread FILE` writes the breaks that nobody has read yet as CSV, to be filled in and appended
to `read_by_hand.csv`.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.check_quality.labels import judge, read_labels
from benchmarks.check_quality.planted import KINDS, Planted, plant
from benchmarks.check_quality.reading import HEADS, key, read_by_hand, to_read
from benchmarks.check_quality.samples import Sample, samples
from yanbao.check.tell.result import Result

_STANDING = {False: "planted", True: "still true"}


@dataclass
class Measured:
    """What one document gave."""

    name: str
    group: str
    pages: float  # of a text without pages: a thousand characters each
    seconds: tuple[float, float]  # reading, ticking
    coverage: dict[str, int]
    breaks: dict[str, int]  # right, wrong, unread
    unread: list[dict[str, str]]
    planted: list[Planted]
    labels: list[tuple[str, bool, int, int, int]] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    error: str = ""


def main() -> int:
    """Run the measurement; exit code 1 where a break has not been read by hand."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check_quality", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("YANBAO_SHARED", "../shared")))
    parser.add_argument(
        "--planted", type=int, default=1000, help="planted errors in all, half of them anywhere in tables"
    )
    parser.add_argument("--seed", type=int, default=2024)
    parser.add_argument("--only", default="", help="documents whose name holds this")
    parser.add_argument("--unread", type=Path, help="write the breaks that nobody has read yet to this CSV")
    parser.add_argument("--missed", action="store_true", help="list missed labels and planted errors")
    arguments = parser.parse_args()
    chosen = [sample for sample in samples(arguments.shared) if arguments.only in sample.name]
    each = max(1, -(-arguments.planted // (2 * len(chosen)))) if arguments.planted else 0
    tasks = [(sample.name, sample.file, arguments.shared, each, arguments.seed) for sample in chosen]
    tasks.sort(key=lambda task: -task[1].stat().st_size)
    measured = []
    with ProcessPoolExecutor() as pool:
        for number, result in enumerate(pool.map(_measure, tasks), 1):
            measured.append(result)
            print(f"{number}/{len(tasks)} {result.name} {result.error}", file=sys.stderr)
    measured.sort(key=lambda result: result.name)
    print("\n\n".join([_labels(measured), _planted(measured), _clean(measured)]))
    if arguments.missed:
        print("\n".join(line for result in measured for line in result.missed))
    unread = [row for result in measured for row in result.unread]
    if arguments.unread:
        with arguments.unread.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, HEADS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(unread)
    return 1 if unread else 0


def _measure(task: tuple[str, Path, Path, int, int]) -> Measured:
    name, file, shared, each, seed = task
    sample = Sample(name, file)
    ticked = sample.ticked
    known = read_by_hand()
    broken = [test for test in ticked.tested if test.verdict == "breaks"]
    breaks: dict[str, int] = defaultdict(int)
    for test in broken:
        reading = known.get(key(name, test))
        breaks["unread" if reading is None else reading.verdict] += 1
    coverage = Result(ticked).coverage()
    measured = Measured(
        name,
        sample.group,
        _pages(sample),
        (sample.reading_seconds, sample.ticking_seconds),
        {key: coverage[key] for key in ("numbers", "checked", "cells", "cells_checked")},
        dict(breaks),
        to_read(name, broken, known),
        list(plant(sample, each, seed)) if each else [],
    )
    own = [label for label in read_labels(shared) if label.file == name]
    for (kind, holds), outcome in judge(own, {name: sample}).items():
        measured.labels.append((kind, holds, outcome.right, outcome.wrong, outcome.unchecked))
        measured.missed += [
            f"label {kind} holds={holds} {how}: {label.claimed:g} in {label.quote[:120]!r} ({name})"
            for label, how in outcome.details
        ]
    measured.missed += [
        f"{_STANDING[item.still_true]} {item.sample} {item.kind} {item.relation}:"
        f" {item.before!r} -> {item.after!r} ({name})"
        for item in measured.planted
        if not item.caught
    ]
    return measured


def _pages(sample: Sample) -> float:
    document = sample.document
    if document.format != "txt":
        return len(document.pages)
    return sum(len(prose.text) for prose in document.prose()) / 1000


def _labels(measured: list[Measured]) -> str:
    sums: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
    for result in measured:
        for kind, holds, *counts in result.labels:
            for at, count in enumerate(counts):
                sums[(kind, holds)][at] += count
    lines = ["| labelled relation | holds | judged right | judged wrong | not checked |", "|---|---|---|---|---|"]
    lines += [
        f"| {kind} | {'yes' if holds else 'no'} | {right} | {wrong} | {left} |"
        for (kind, holds), (right, wrong, left) in sorted(sums.items())
    ]
    right, wrong, left = (sum(counts[at] for counts in sums.values()) for at in range(3))
    lines.append(f"| all | | {right} | {wrong} | {left} |")
    return "\n".join(lines)


def _planted(measured: list[Measured]) -> str:
    heads = (*KINDS, "all", "still true, not counted", "other findings")
    lines = ["| planted | documents | " + " | ".join(heads) + " |", "|---|---|" + "---|" * len(heads)]
    groups: dict[str, list[Planted]] = defaultdict(list)
    for result in measured:
        groups[result.group] += result.planted
    for which, title in (("covered", "in numbers of relations that tie"), ("tables", "in any number of a table")):
        for group, items in [
            *sorted(groups.items()),
            ("all", [item for result in measured for item in result.planted]),
        ]:
            drawn = [item for item in items if item.sample == which]
            mine = [item for item in drawn if not item.still_true]
            cells = [_share([item for item in mine if item.kind == kind]) for kind in KINDS]
            counts = (str(len(drawn) - len(mine)), str(sum(item.others for item in drawn)))
            lines.append(f"| {title} | {group} | " + " | ".join([*cells, _share(mine), *counts]) + " |")
    return "\n".join(lines)


def _share(items: list[Planted]) -> str:
    caught = sum(item.caught for item in items)
    return f"{caught} of {len(items)} ({caught / len(items):.1%})" if items else "—"


def _clean(measured: list[Measured]) -> str:
    heads = (
        "documents", "pages", "numbers checked", "table cells checked", "breaks", "right", "wrong", "not read",
        "wrong per 50 pages", "precision", "reading s", "checking s",
    )  # fmt: skip
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    groups: dict[str, list[Measured]] = defaultdict(list)
    for result in measured:
        groups[result.group].append(result)
    for group, results in [*sorted(groups.items()), ("all", measured)]:
        count = {name: sum(result.coverage[name] for result in results) for name in measured[0].coverage}
        breaks = {name: sum(result.breaks.get(name, 0) for result in results) for name in ("right", "wrong", "unread")}
        pages = sum(result.pages for result in results)
        judged = breaks["right"] + breaks["wrong"]
        cells = (
            f"{group} ({len(results)})",
            f"{pages:.0f}",
            _of(count["checked"], count["numbers"]),
            _of(count["cells_checked"], count["cells"]),
            str(sum(breaks.values())),
            str(breaks["right"]),
            str(breaks["wrong"]),
            str(breaks["unread"]),
            f"{50 * breaks['wrong'] / pages:.2f}",
            f"{breaks['right'] / judged:.2f}" if judged else "—",
            f"{sum(result.seconds[0] for result in results):.1f}",
            f"{sum(result.seconds[1] for result in results):.1f}",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.0%})" if whole else "—"


if __name__ == "__main__":
    sys.exit(main())
