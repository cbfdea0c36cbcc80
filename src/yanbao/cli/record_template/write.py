"""The workspace of a record of calls: its questions to the ledger and the store, its pages, its yanbao.toml."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from shutil import copyfile
from string import Template

from yanbao.author.call_spec import LEDGER_FILE
from yanbao.author.labels import CHINESE, Language
from yanbao.author.models import compute_models
from yanbao.cli.record_template.policy_text import with_policy
from yanbao.cli.sector_template import Left, Written
from yanbao.cli.sector_template.reach import newest_day
from yanbao.errors import BuildError
from yanbao.evidence import Evidence
from yanbao.rating import Ledger, read_ledger
from yanbao.sector import Market
from yanbao.store.store import Store

PAGES = ("by_rating", "by_horizon", "paths", "calibration", "calls", "eps", "eps_errors", "method")
_MOST_CALLS, _MOST_LANES, _MOST_BARS = 300, 40, 60  # that a page can draw


@dataclass(frozen=True)
class RecordRequest:
    """What is asked for: the folder, the ledger, the store, the language of the report, the day."""

    folder: Path
    calls: Path
    store: Path
    language: Language
    as_of: date | None = None


def write_record(request: RecordRequest) -> Written:
    """Write the workspace of a record in both languages; nothing that stands in the folder is overwritten.

    A ledger that lies elsewhere is linked to: a copy of it would be another record.

    Raises:
        BuildError: a file of a workspace stands in the folder already, or no page has an answer.
        YanbaoError: no such ledger or store, a day that the store does not know.
    """
    if request.folder.exists() and not request.folder.is_dir():
        raise BuildError(f"{request.folder} is a file; choose a folder")
    own = _inside(request)
    taken = ("yanbao.toml", "evidence", "report", *(() if own else (LEDGER_FILE,)))
    there = [name for name in taken if (request.folder / name).exists()]
    if there:
        raise BuildError(f"{request.folder} holds {', '.join(there)} already; nothing was written")
    ledger = read_ledger(request.calls)
    with Store.open(request.store) as store:
        last = Market(store, store.as_of(request.as_of))
        as_of = (last if request.as_of else last.at(newest_day(last))).as_of
    evidence = _answers(request, ledger, as_of)
    left = {name: cause for name in PAGES if (cause := _unshown(name, evidence)) is not None}
    if len(left) == len(PAGES):
        raise BuildError("no page has an answer:\n" + "\n".join(f"  {name}: {cause}" for name, cause in left.items()))
    shown = [name for name in PAGES if name not in left]
    files = {f"evidence/{name}.toml": _text(f"tables/{name}.toml") for name in shown}
    columns = list(evidence.tables["calibration"].columns) if "calibration" in shown else []
    classes = json.dumps([name for name in columns if name.startswith("share_")])
    for language, folder, head in (("zh", "report", "# 一、评级成绩"), ("en", "report/en", "# 1 Record")):
        pages = [Template(_text(f"{language}/{name}.md")).safe_substitute(classes=classes) for name in shown]
        files[f"{folder}/01-record.md"] = "\n".join([head + "\n", *pages])
        files[f"{folder}/02-risks.md"] = _text(f"{language}/risks.md")
    files["yanbao.toml"] = _workspace(request, ledger, as_of, _path(request.store, request.folder), own or LEDGER_FILE)
    if own is None:
        request.folder.mkdir(parents=True, exist_ok=True)
        (request.folder / LEDGER_FILE).symlink_to(_path(request.calls, request.folder))
    for name, content in files.items():
        path = request.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    found = tuple(Left(name, cause) for name, cause in left.items())
    return Written(tuple(sorted(files)), as_of, found, (), tuple(_unnamed(ledger)))


def _folder() -> Traversable:
    return resources.files("yanbao.cli") / "record_template"


def _text(name: str) -> str:
    return (_folder() / name).read_text("utf-8")


def _path(path: Path, folder: Path) -> str:
    return os.path.relpath(path.resolve(), folder.resolve()).replace(os.sep, "/")


def _inside(request: RecordRequest) -> str | None:
    """Return the ledger's path in the workspace; `None` where it lies elsewhere, and a link to it has to be made."""
    path = _path(request.calls, request.folder)
    return None if path.startswith("../") else path


def _answers(request: RecordRequest, ledger: Ledger, as_of: date) -> Evidence:
    """Return what ledger and store say to the questions."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "evidence").mkdir()
        for page in PAGES:
            (folder / "evidence" / f"{page}.toml").write_text(_text(f"tables/{page}.toml"), "utf-8")
        copyfile(request.calls, folder / "calls.csv")
        text = _workspace(request, ledger, as_of, str(request.store.resolve()), "calls.csv")
        (folder / "yanbao.toml").write_text(text, "utf-8")
        return compute_models(folder, request.language).calculator.evidence


def _unshown(name: str, evidence: Evidence) -> str | None:
    """Return why a page is left out, `None` where it can be drawn."""
    table = evidence.tables.get(name)
    if table is None:
        causes = [
            mistake.cause for mistake in evidence.mistakes if Path(mistake.file).stem in (name, "calls", "yanbao")
        ]
        return causes[0] if causes else "has no answer"
    rows = len(table.rows)
    if name == "eps" and rows > _MOST_BARS:
        return f"{rows} companies and years are too many for one page; choose `rows`"
    if name == "eps_errors" and not any(_counts(evidence, table.fact_id(row, "n")) for row in table.rows):
        return "no forecast has an actual by the day"
    if name == "calls":
        lanes = len({evidence.facts[table.fact_id(row, "name")].text for row in table.rows})
        if rows > _MOST_CALLS or lanes > _MOST_LANES:
            return f"{rows} calls on {lanes} companies are too many for one page; choose `rows`"
    return None


def _counts(evidence: Evidence, identifier: str) -> bool:
    quantity = evidence.facts[identifier].quantity
    return quantity is not None and quantity.value > 0


def _unnamed(ledger: Ledger) -> list[str]:
    return sorted({entry.name for entry in ledger.entries if CHINESE.search(entry.name)})


def _workspace(request: RecordRequest, ledger: Ledger, as_of: date, store: str, calls: str) -> str:
    """Return yanbao.toml: the head of its own, ratings and legal texts as the starter has them."""
    starter = (resources.files("yanbao.cli") / "starter_files" / "yanbao.toml").read_text("utf-8")
    benchmarks = Counter(entry.benchmark for entry in ledger.entries if entry.benchmark)
    if not benchmarks:
        raise BuildError(f"{request.calls}: no entry states a benchmark; nothing can be scored")
    values: Mapping[str, str] = {
        "language": request.language,
        "as_of": str(as_of),
        "store": json.dumps(store, ensure_ascii=False)[1:-1],
        "ledger": json.dumps(calls, ensure_ascii=False)[1:-1],
        "benchmark": benchmarks.most_common(1)[0][0],
        "names": "\n".join(f'# {json.dumps(name, ensure_ascii=False)} = "…"' for name in _unnamed(ledger)),
    }
    tail = starter[starter.index("# What the ratings mean") :]
    return Template(_text("yanbao.toml.txt")).substitute(values) + with_policy(tail, ledger)
