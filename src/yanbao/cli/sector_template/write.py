"""The workspace of a sector's first chapter: its questions to the store, its pages, its yanbao.toml."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from yanbao.author.labels import CHINESE, Language
from yanbao.author.store_tables import kept_answer
from yanbao.cli.sector_template.kept_lines import Page, Sieve
from yanbao.cli.sector_template.reach import Reach, newest_day, reach
from yanbao.errors import BuildError, Mistake
from yanbao.evidence import Calculator, Evidence, StoreTables, load_tables
from yanbao.sector import Market
from yanbao.sector.find import index_name
from yanbao.store.lines import LINES
from yanbao.store.store import Store

BENCHMARKS = {"000300.SH": "沪深300", "000905.SH": "中证500", "000852.SH": "中证1000", "000001.SH": "上证指数"}

# the pages of the chapter by part, each with the tables of which one at least must have an answer
PARTS: tuple[tuple[str, str, dict[str, tuple[str, ...]]], ...] = (
    (
        "行情",
        "Performance",
        {"performance": ("performance",), "ranking": ("ranking",), "movers": ("best", "worst")},
    ),
    (
        "估值与持仓",
        "Valuation and holdings",
        {
            "valuation": ("valuation",),
            "history": ("pe_history", "pb_history"),
            "holdings": ("fund_own",),
        },
    ),
    (
        "业绩",
        "Earnings",
        {
            "growth": ("revenue", "profit"),
            "spread": ("revenue_spread", "profit_spread"),
            "margin": ("margin",),
            "research": ("rd",),
            "expenses": ("selling", "admin"),
            "people": ("headcount", "cash"),
            "season": ("season",),
        },
    ),
    ("数据", "Data", {"coverage": ("coverage",)}),
)
CORE = ("ranking", "valuation", "pe_history", "fund_own", "revenue", "profit", "margin", "cash")
_SPANS = {"revenue_spread": "revenue", "profit_spread": "profit"}  # tables about the periods of another one
_EVERY_DAY = ("performance", "ranking", "best", "worst", "coverage")  # tables that ask of no period of their own


@dataclass(frozen=True)
class Request:
    """What is asked for: the folder, the sector by name or code, the store, the language, the day."""

    folder: Path
    sector: str
    store: Path
    language: Language
    as_of: date | None = None


@dataclass(frozen=True)
class Left:
    """A page that was left out, and why."""

    page: str
    why: str


@dataclass(frozen=True)
class Written:
    """What was written, as of which day, which pages were left out, which newer data were passed over.

    `unnamed` lists what an English report has no English name for.
    """

    files: tuple[str, ...]
    as_of: date
    left: tuple[Left, ...]
    passed: tuple[str, ...]
    unnamed: tuple[str, ...] = ()


def write_sector(request: Request) -> Written:
    """Write the workspace of a sector report; nothing that stands in the folder is overwritten.

    Raises:
        BuildError: a file of a workspace stands in the folder already, or no page has an answer.
        YanbaoError: no such store or sector, a day that the store does not know.
    """
    if request.folder.exists() and not request.folder.is_dir():
        raise BuildError(f"{request.folder} is a file; choose a folder")
    there = [name for name in ("yanbao.toml", "evidence", "report") if (request.folder / name).exists()]
    if there:
        raise BuildError(f"{request.folder} holds {', '.join(there)} already; nothing was written")
    with Store.open(request.store) as store:
        last = Market(store, store.as_of(request.as_of))
        market = last if request.as_of else last.at(newest_day(last))
        known = reach(market, request.sector)
        benchmark = index_name(market, market.home.benchmark) or BENCHMARKS.get(market.home.benchmark)
    as_of = market.as_of
    words = _Words(known, benchmark or market.home.benchmark, request.language, as_of)
    tables = {name: text for name in _tables() if (text := words.table(name)) is not None}
    evidence = _answers(request, tables, as_of, words.names)
    failed = _failures(evidence.mistakes) | {name: words.why_not(name) for name in _tables() if name not in tables}
    # a sentence about a table that failed must not hold: neither as one that has mistakes of its own
    evidence.refused.clear()
    for name in failed:
        evidence.tables.pop(name, None)
    words.read(evidence)
    sieve = Sieve(Calculator(evidence, [], request.language), request.language, as_of)
    files, left = _chapters(words, sieve, failed, request.language)
    text = "\n".join(files.values())
    for name, toml in tables.items():
        if name not in failed and re.search(rf'\b{name}\.\w+\[|^data = "{name}"', text, re.MULTILINE):
            files[f"evidence/{name}.toml"] = toml + words.row_labels(name, evidence)
    files["yanbao.toml"] = words.workspace(request, sorted(name for name in files if name.startswith("report/")))
    for name, content in files.items():
        path = request.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    unnamed = tuple(words.unnamed) if request.language == "en" else ()
    return Written(tuple(sorted(files)), as_of, tuple(left), tuple(known.passed), unnamed)


def _folder() -> Traversable:
    return resources.files("yanbao.cli") / "sector_template"


def _tables() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in (_folder() / "tables").iterdir())


def _answers(request: Request, tables: dict[str, str], as_of: date, names: dict[str, str]) -> Evidence:
    """Return what the store says to the questions, with its computed cells."""
    # as a build will ask, which then finds the answers
    own = names if request.language == "en" else {}
    asked = StoreTables(request.store, as_of, own, ("yanbao.toml", 1, "market.store"), kept_answer)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables.items():
            (Path(folder) / f"{name}.toml").write_text(text, "utf-8")
        try:
            evidence, pending = load_tables(Path(folder), list(tables), {}, request.language, asked)
        finally:
            asked.close()
    Calculator(evidence, pending, request.language).run()
    return evidence


def _failures(mistakes: list[Mistake]) -> dict[str, str]:
    found: dict[str, str] = {}
    for mistake in mistakes:
        found.setdefault(Path(mistake.file).stem, mistake.cause)
    return found


def _chapters(
    words: _Words, sieve: Sieve, failed: dict[str, str], language: Language
) -> tuple[dict[str, str], list[Left]]:
    """Return the chapters by file, and the pages that were left out."""
    left: list[Left] = []

    def page(name: str, needs: tuple[str, ...]) -> str:
        made: Page = sieve.page(words.page(name), needs, failed)
        if not made.text:
            left.append(Left(name, made.missing))
        return made.text

    chapter = []
    for zh, en, pages in PARTS:
        texts = [text for name, needs in pages.items() if (text := page(name, needs))]
        if texts:
            chapter += [f"<!-- part: {zh if language == 'zh' else en} -->\n", *texts]
    if not chapter:
        raise BuildError("no page has an answer:\n" + "\n".join(f"  {one.page}: {one.why}" for one in left))
    head = "# 一、市场与业绩回顾" if language == "zh" else "# 1 Market and earnings"
    core = page("core", CORE)
    files = {"report/00-core.md": core} if core else {}
    files["report/01-market.md"] = "\n".join([head + "\n", *chapter])
    files["report/02-risks.md"] = words.page("risks")
    return files, left


class _Words:
    """What the placeholders of tables and pages stand for."""

    def __init__(self, known: Reach, benchmark: str, language: Language, as_of: date) -> None:
        self._known = known
        self._language = language
        english = tomllib.loads((_folder() / "shenwan_names.toml").read_text("utf-8"))
        groups = {name: own or english.get(name) for name, own in known.names.items()}
        named = {**groups, benchmark: english.get(benchmark)}
        self.names = {name: text for name, text in named.items() if text}
        # the kind of funds stands in notes as its source says it
        asked = {**dict.fromkeys([known.funds[0]] if known.funds else []), **named}
        self.unnamed = sorted(name for name, text in asked.items() if not text and CHINESE.search(name))
        sector = known.sector.name
        self._sector_en = self.names.get(sector, sector)
        profit = LINES[known.profit_line]
        self._values = {
            "sector": _inside(sector),
            "sector_zh": _inside(sector),
            "sector_en": _inside(self._sector_en),
            "as_of": str(as_of),
            "start": str(date(as_of.year - 1, 12, 31)),
            "benchmark_zh": _inside(benchmark),
            "benchmark_en": _inside(self.names.get(benchmark, benchmark)),
            "profit_line": known.profit_line,
            "profit_zh": profit.zh,
            "profit_en": _capital(profit.en),
            "funds_source": ', source = "statements"' if known.has_prices else "",
        }
        own = self._values[f"benchmark_{language}"]
        # a number would run into the index' own
        self._values["benchmark"] = f"{{! {own} | name}}" + ("指数" if language == "zh" else "")
        for name, span in known.spans.items():
            self._values |= {f"{name}_from": str(span.first), f"{name}_to": str(span.last)}
        if known.valuation_day:
            self._values["valuation_day"] = str(known.valuation_day)
        if known.source:
            self._values |= {"source": _inside(known.source), "history_from": str(known.history_from)}
        if known.funds:
            self._values["funds"] = _inside(known.funds[0])
            self._values["funds_to"] = str(known.funds[1])
            self._values["funds_from"] = str(date(known.funds[1].year - 2, 1, 1))

    def table(self, name: str) -> str | None:
        """Return the sidecar of a table, `None` where the store has nothing to ask about."""
        text = Template((_folder() / "tables" / f"{name}.toml").read_text("utf-8"))
        if not set(text.get_identifiers()) <= self._values.keys():
            return None
        return text.substitute(self._values)

    def why_not(self, name: str) -> str:
        """Return why nothing can be asked for a table."""
        of = "profit" if name == "profit_spread" else name.removesuffix("_spread")
        if of in self._known.few:
            return f"{name}: only {self._known.few[of]}"
        return f"{name}: the store has nothing of it for {self._known.sector.name} by {self._values['as_of']}"

    def read(self, evidence: Evidence) -> None:
        """Note the newest row of each answer: what pages speak of."""
        for name, table in evidence.tables.items():
            self._values[f"{name}_key"] = table.rows[-1]
            if len(table.rows) > 1:
                self._values[f"{name}_before"] = table.rows[-2]
        for name, of in _SPANS.items():
            if of not in evidence.tables and name in evidence.tables:
                self._values[f"{of}_key"] = self._values[f"{name}_key"]
        periods = {name: _period(span.last) for name, span in self._known.spans.items() if name != "season"}
        for name, (zh, en) in periods.items():
            if name == "profit":  # `profit_zh` is the name of the line
                same = periods.get("revenue") == (zh, en)
                self._values |= {"profit_period": "" if same else zh, "profit_when": zh, "profit_period_en": en}
            else:
                self._values |= {f"{name}_zh": zh, f"{name}_en": en}
        for name, before in (("admin", "selling"), ("cash", "headcount")):  # a period is said once in a sentence
            if name in periods:
                own = "" if periods.get(before) == periods[name] else periods[name][0]
                self._values[f"{name}_own"] = own
        season = evidence.tables.get("season")
        whole = [row for row in (season.rows if season else []) if evidence.facts[f"season.q4@{row}"].quantity]
        if whole:
            self._values |= {"season_key": whole[-1], "season_zh": f"{whole[-1]}年", "season_en": whole[-1]}
        if self._known.funds:
            key = self._values.get("fund_own_key", "")
            year, quarter = self._known.funds[1].year, (self._known.funds[1].month + 2) // 3
            self._values |= {"funds_key": key, "funds_to_zh": f"{year}年{'一二三四'[quarter - 1]}季度"}
            self._values["funds_to_en"] = f"Q{quarter} {year}"
        history = evidence.tables.get("pe_history") or evidence.tables.get("pb_history")
        if history is not None:
            self._values |= {"history_first": history.rows[0], "history_last": history.rows[-1]}
        if "performance" in evidence.tables:
            self._values["price_day"] = self._values["performance_key"]

    def page(self, name: str) -> str:
        """Return a page; a placeholder without a value stays, and its line does not hold."""
        text = (_folder() / self._language / f"{name}.md").read_text("utf-8")
        return Template(text).safe_substitute(self._values)

    @staticmethod
    def row_labels(name: str, evidence: Evidence) -> str:
        """Return the names of the rows of a table whose keys are lines of statements."""
        rows = evidence.tables[name].rows if name == "coverage" else []
        known = [LINES[row] for row in rows if row in LINES]
        return "".join(
            f'\n[rows.{one.id}]\nlabel = {{ zh = "{one.zh}", en = "{_capital(one.en)}" }}\n' for one in known
        )

    def workspace(self, request: Request, chapters: list[str]) -> str:
        """Return yanbao.toml: the head of its own, ratings and legal texts as the starter has them."""
        starter = (resources.files("yanbao.cli") / "starter_files" / "yanbao.toml").read_text("utf-8")
        head = Template((_folder() / "yanbao.toml.txt").read_text("utf-8"))
        names = ""
        if request.language == "en":
            rows = "\n".join(f"{_quoted(name)} = {_quoted(text)}" for name, text in self.names.items())
            names = f"\n# English names of what the store names in Chinese\n[market.names]\n{rows}\n"
        store = os.path.relpath(request.store, request.folder).replace(os.sep, "/")
        own = {"language": request.language, "chapters": json.dumps(chapters), "store": _inside(store), "names": names}
        return head.substitute(self._values | own) + "\n" + starter[starter.index("# What the ratings mean") :]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _period(last: date) -> tuple[str, str]:
    """Return the year to date that ends on a day in words of both languages."""
    year = last.year
    return {
        3: (f"{year}年一季度", f"Q1 {year}"),
        6: (f"{year}年上半年", f"H1 {year}"),
        9: (f"{year}年前三季度", f"9M {year}"),
        12: (f"{year}年", str(year)),
    }[last.month]


def _inside(text: str) -> str:
    """Return a text as it stands between quotes in TOML."""
    return _quoted(text)[1:-1]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
