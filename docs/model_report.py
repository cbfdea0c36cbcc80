"""Writes docs/model-report.md: what `yanbao check` finds in the model report, each finding explained by hand.

`python -m docs.model_report REPORT` writes it; a test says that the committed page is current. A finding on a line that
nobody has explained is an error.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from yanbao.check.tell.result import Result
from yanbao.check.tick.reporting import worst_first
from yanbao.check.tick.tick import tick
from yanbao.read.foreign.reading import read_foreign

PAGE = Path(__file__).parent / "model-report.md"

# what an auditor who looks at the line says
EXPLAINED = {
    367: "Four edges of 16 make 65,536; the 4,096 that the sentence states are a cube of three.",
    1176: "The table below (line 1187) prints 70.1 for the same model and task; its four scores "
    "average 71.05: both are slips.",
    1215: "The five scores of the row average 37.26.",
    1218: "The five scores of the row average 37.16.",
    1220: "The five scores of the row average 41.49.",
    1225: "The five scores of the row average 45.81.",
    1236: "The eight scores of the row average 49.92.",
    1237: "The eight scores of the row average 51.64.",
    1187: "The four scores of the row average 71.05; another table (line 1176) prints 71.7 for the "
    "same: both are slips.",
    1938: "1138.3亿元 in 2022 to 3019.0亿元 in 2026 is 27.6 % a year over four years; 26.7 % has two "
    "digits turned round.",
    2026: "The sentence's multiples are those of the forecast table below it, computed at 26.84 "
    "and not at the price of 24.14.",
    2039: "All four multiples of the forecast table fit a price of about 26.84; the report's "
    "valuation table prints 24.14.",
    2096: "Off by little, and always the same way: a price of about 23.0 was used; the valuation table prints 22.89.",
    2110: "The sentence repeats the forecast table's multiples, computed at about 191 and 187; the "
    "price printed is 227.50.",
    2124: "Computed at a price of about 191 (2024E: 187); the valuation table prints 227.50.",
    2139: "2026E: the forecast table and the sentence print 6 at a price of about 16.2; at 16.64 it is 6.5.",
    2152: "All four multiples fit a price of about 16.17; the valuation table prints 16.64.",
    2161: "Price and EPS of the row give 60, 20, 16 and 13. The multiples were taken over from a "
    "table at another price.",
    2164: "Price and EPS of the row give 80, 63, 49 and 37. The multiples were taken over from a "
    "table at another price.",
    2165: "16.64 over 2.55 is 6.5, printed 6: truncated, or taken over from the table at a price of 16.2.",
}


def page(report: Path) -> str:
    """Return the page.

    Raises:
        KeyError: a finding stands on a line without explanation.
    """
    ticked = tick(read_foreign(report))
    coverage = Result(ticked).coverage()
    ties = Counter(test.relation for test in ticked.tested if test.verdict == "ties")
    lines = [
        "<!-- made by `python -m docs.model_report REPORT`; do not edit -->",
        "",
        "# What the check finds in the model report",
        "",
        "The model report is a published strategy of 110 pages, converted to text; the pictures",
        "are lost. `yanbao check` reads it",
        f"and tests {coverage['checked']:,} of its {coverage['numbers']:,} numbers ({coverage['cells_checked']:,} of"
        f" {coverage['cells']:,} in tables).",
        "Each break was looked at in the text; none is a false alarm.",
        "",
        "| line | relation | printed | recomputed | diagnosis |",
        "|---|---|---|---|---|",
    ]
    broken = sorted(worst_first(list(ticked.tested)), key=lambda test: test.claimed.where.line or 0)
    for test in broken:
        where = test.claimed.where
        cells = (str(where.line), test.relation, test.claimed.text.strip(), test.working, test.diagnosis or "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## Line by line", ""]
    for line in sorted({test.claimed.where.line or 0 for test in broken}):
        lines.append(f"- **{line}**: {EXPLAINED[line]}")
    lines += [
        "",
        "## What ties",
        "",
        ", ".join(f"{relation} {count}" for relation, count in ties.most_common()) + ".",
        "",
        "## What arithmetic finds and the check does not",
        "",
        "Typing the report's tables into the example's evidence showed 63 printed values that",
        "their own inputs contradict",
        "([reproduction](reproduction.md)). Those that the check leaves: the averages of a table in",
        "which six of eight are wrong, so that the table itself does not show what they are averages",
        "of (lines 1201–1210), counts",
        "of areas in a matrix (1557), two price cuts that one cell states in words (614), figures of",
        "two grid companies that two sentences give differently (1585), and a bandwidth (1287).",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
