"""Are the distribution of ratings and the ledger's head, as printed, those of the ledger among the inputs?

The ledger's rows are counted again here, by code of this room only; its chain is checked by the ledger's own rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.inputs import Record
from yanbao.check.subject import DOCUMENT, Subject, shown
from yanbao.errors import RatingError

_FILE = "calls.csv"
_STATE = "ledger_state"
_TABLE = "ratings_{}"
_MONTHS = 12
_RATED = ("initiate", "maintain", "raise", "cut")
_ENDING = ("suspend", "withdraw", "drop")
_TOTAL = "合计"


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each count that is not the ledger's, for a broken ledger, for a head that is not shown."""
    if not isinstance(subject.files.key("yanbao.toml", "ledger"), dict):
        return
    rows: list[Record] = []
    path = subject.inputs / _FILE
    if path.exists():
        from yanbao.rating import read_rows, verify

        try:
            problems = [str(problem).partition("\n")[0] for problem in verify(read_rows(path))]
        except RatingError as error:
            problems = [str(error).partition("\n")[0]]
        if problems:
            yield _finding(_FILE, "", f"the ledger is broken: {problems[0]}; {len(problems)} problems in all")
            return
        rows = list(subject.files.sheet(_FILE).rows.values())
    day = subject.document.published
    counts = _standing(rows, day)
    wanted: dict[str, Fraction | str] = {f"{_STATE}.entries@{_FILE}": Fraction(len(rows))}
    if rows:
        wanted[f"{_STATE}.months@{_FILE}"] = Fraction(_MONTHS)
        wanted[f"{_STATE}.head@{_FILE}"] = f"{len(rows)}:{rows[-1].cells['hash']}"
    wanted |= {f"{_TABLE.format(scope)}.count@{name}": Fraction(count) for (scope, name), count in counts.items()}
    wanted |= _none_left(subject, wanted)
    quoted = {atom.fact for page, _, atom in subject.atoms() if page.number in subject.legal_pages}
    for key, right in wanted.items():
        fact = subject.fact(key)
        said = None if fact is None else fact.text if fact.quantity is None else fact.quantity.value
        if said != right:
            claimed = "nothing" if fact is None else shown(fact)
            yield _finding(claimed, str(right), f"{key} is {claimed}; the ledger says {right}")
        elif key not in quoted:
            yield _finding("", str(right), f"no legal page shows {key}, {right}")


def _finding(claimed: str, right: str, text: str) -> Finding:
    return Finding("rating-record", Claim(claimed), (Where(DOCUMENT),), text, Recomputed(right))


def _none_left(subject: Subject, wanted: dict[str, Fraction | str]) -> dict[str, Fraction | str]:
    """Return the counts that the document shows of ratings that do not stand in the ledger: each should be 0."""
    tables = tuple(f"{_TABLE.format(scope)}.count@" for scope in ("company", "sector"))
    shown_keys = (key for key in subject.document.facts if key.startswith(tables) and not key.endswith(f"@{_TOTAL}"))
    return {key: Fraction(0) for key in shown_keys if key not in wanted}


def _standing(rows: list[Record], day: date) -> Counter[tuple[str, str]]:
    """Count by scope and rating what stands on a day: of each security the last rating by then, unless it was ended.

    Only ratings of the house itself are counted, published in the twelve months before.
    """
    last: dict[tuple[str, str], dict[str, str]] = {}
    rating: dict[str, str] = {}  # by entry, as corrected
    ended: set[str] = set()
    for row in rows:
        cells = row.cells
        if cells["action"] == "correct" and cells["rating"]:
            rating[cells["corrects"]] = cells["rating"]
        if cells["house"] or date.fromisoformat(cells["published"]) > day:
            continue
        if cells["action"] in _ENDING:
            ended.add(cells["call"])
        elif cells["action"] in _RATED:
            rating[cells["entry"]] = cells["rating"]
            before = last.get((cells["scope"], cells["security"]))
            if before is None or before["published"] <= cells["published"]:
                last[cells["scope"], cells["security"]] = cells
    return Counter(
        (cells["scope"], rating[cells["entry"]])
        for cells in last.values()
        if cells["call"] not in ended and _recent(date.fromisoformat(cells["published"]), day)
    )


def _recent(published: date, day: date) -> bool:
    months = (day.year - published.year) * 12 + day.month - published.month
    return months < _MONTHS or (months == _MONTHS and published.day > min(day.day, 28 if _leap(day) else day.day))


def _leap(day: date) -> bool:
    return (day.month, day.day) == (2, 29)
