"""Some pages of the example, every kind of exhibit among them: proving these hundreds of times takes minutes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "computer-2024h1"
# the pages that show these stay: each kind of exhibit, and each page of the risks
EXHIBITS = {
    *(
        "core-card",
        "growth-line",
        "growth-buckets",
        "tech-events",
        "big-fund",
        "capex-bars",
        "leaderboard",
        "price-cuts",
    ),
    *(
        "price-cuts",
        "chip-matrix",
        "capacity",
        "utilisation-levels",
        "grid-investment",
        "grid-smart",
        "storage",
        "orders",
        "fin-it",
    ),
    *("keyuan-forecast", "valuation", "risk-card"),
}


def excerpt(folder: Path) -> Path:
    """Copy the example into a folder without the pages that show none of the exhibits above, and return it.

    Raises:
        ValueError: the example has no page for some of them any more.
    """
    shutil.copytree(EXAMPLE, folder)
    wanted = set(EXHIBITS)
    chapters: list[str] = []
    for path in sorted((folder / "report").glob("*.md")):
        head, *pages = re.split(r"(?m)^(?=(?:<!-- part: .*\n)?## )", path.read_text("utf-8"))
        kept = []
        for page in pages:
            shown = wanted.intersection(re.findall(r"(?m)^```exhibit (\S+)", page))
            if shown:
                kept.append(page)
            wanted -= shown
        if kept or "# " in head:
            path.write_text("".join([head, *kept]), "utf-8")
            chapters.append(f"report/{path.name}")
    if wanted:
        raise ValueError(f"no page of the example shows {', '.join(sorted(wanted))}")
    set_chapters(folder, chapters)
    return folder


def set_chapters(workspace: Path, chapters: list[str]) -> None:
    """Write other chapters into a workspace's settings."""
    settings = workspace / "yanbao.toml"
    text = settings.read_text("utf-8")
    listed = "chapters = [" + ", ".join(f'"{name}"' for name in chapters) + "]"
    changed, count = re.subn(r"(?ms)^chapters = (?:\[.*?\]|\{.*?\})$", listed, text, count=1)
    if count != 1:
        raise ValueError(f"{settings} names no chapters")
    settings.write_text(changed, "utf-8")
