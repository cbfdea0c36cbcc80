"""Which lines of a page hold for the data at hand: a sentence whose number is missing is left out, not the page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from yanbao.author.binding import Binder
from yanbao.author.chart_body import chart_body
from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.labels import Language
from yanbao.author.markdown import inline_pieces
from yanbao.author.prose import Writer
from yanbao.author.table_view import TableView
from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import Calculator
from yanbao.fact.fact import Fact, Source

_IF = re.compile(r"<!-- if (\w+) -->")
_END = "<!-- end -->"
_COLUMNS = re.compile(r"^::: columns [\d.]+\n(?P<left>.*?)^::: next\n(?P<right>.*?)^:::$\n?", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r'^title = "(.*)"$')
_ITEM = re.compile(r'^  \["(.*)", "(.*)"\],$')  # of a card
_STARTS = ("## ", "> ", "- ")  # lines that are sentences; of headings and leads that follow each other one is kept


@dataclass(frozen=True)
class Page:
    """The lines of a page that hold, or why none of it is kept."""

    text: str
    missing: str = ""


class Sieve:
    """Keeps what holds of a page.

    Args:
        calculator: the evidence, computed.
        language: of the report.
        as_of: the day of the report.
    """

    def __init__(self, calculator: Calculator, language: Language, as_of: date) -> None:
        self._calculator = calculator
        self._language = language
        self._as_of = as_of
        source = Source("workspace", "", "report.as_of", "yanbao.toml", 1, "", None, as_of)
        self._days = {"as_of": Fact("workspace:as_of", "", "", source, text=as_of.isoformat(), as_of=as_of)}
        self._binder = Binder(calculator, self._days, language)

    def page(self, text: str, needs: tuple[str, ...], failed: dict[str, str]) -> Page:
        """Return a page without what does not hold.

        Args:
            text: the page, where several headings or leads in a row are alternatives.
            needs: tables of which one at least has to be there.
            failed: why tables are not there.
        """
        there = [name for name in needs if name not in failed]
        if not there:
            return Page("", "; ".join(dict.fromkeys(failed[name] for name in needs)))
        lines = self._with_tables(text.splitlines(), failed)
        lines = _first_that_holds(lines, self._why_not)
        drawn = "\n".join(lines)
        for block in re.findall(r"```exhibit [\w-]+\n(.*?)```", drawn, re.DOTALL):
            why = self._undrawn(block)
            if why:
                return Page("", why)
        if not any(line.startswith(("## ", "# ")) for line in lines):
            return Page("", self._why_not(next(line for line in text.splitlines() if line.startswith("## "))))
        return Page("\n".join(_without_empty_side(lines)).strip() + "\n")

    @staticmethod
    def _with_tables(lines: list[str], failed: dict[str, str]) -> list[str]:
        kept: list[str] = []
        is_on = True
        for line in lines:
            match = _IF.fullmatch(line)
            if match:
                is_on = match[1] not in failed
            elif line == _END:
                is_on = True
            elif is_on:
                kept.append(line)
        return kept

    def _why_not(self, line: str) -> str:
        """Return why a line can't stand in the report, nothing where it can."""
        quoted = _TITLE.match(line) or _ITEM.match(line)
        words = " ".join(quoted.groups()) if quoted else line.split(" ", 1)[1]
        mistakes: list[Mistake] = []
        writer = Writer(self._binder, "page", mistakes, self._days, self._as_of)
        try:
            draft = writer.draft(inline_pieces(words, 1), 1, heading=line.startswith("## "))
            if not mistakes:
                writer.text(draft, [], self._as_of)
        except (FormulaError, QuantityError) as error:
            return str(error)
        return mistakes[0].cause if mistakes else ""

    def _undrawn(self, block: str) -> str:
        """Return why an exhibit can't be drawn, nothing where it can."""
        wrong = next(filter(None, map(self._why_not, filter(_TITLE.match, block.splitlines()))), "")
        if wrong:
            return wrong
        spec = ExhibitSpec.model_validate(tomllib.loads(block))
        if spec.kind == "card":
            return ""
        table = self._calculator.evidence.tables.get(spec.data)
        if table is None:
            return f"table `{spec.data}` has no answer"
        if not spec.is_chart:
            return ""
        try:
            chart_body(spec, TableView(table, self._calculator, self._language))
        except (FormulaError, QuantityError) as error:
            return f"{spec.data}: {error}"
        return ""


def _first_that_holds(lines: list[str], why_not: Callable[[str], str]) -> list[str]:
    """Return the lines that hold; of headings in a row, and of leads, the first one that does."""
    kept: list[str] = []
    chosen = ""  # the mark of the row of alternatives that has its line
    for line in lines:
        mark = "item" if _ITEM.match(line) else next((start for start in _STARTS if line.startswith(start)), "")
        if mark in ("## ", "> ") and mark == chosen:
            continue
        if mark and why_not(line):
            continue
        chosen = mark if mark in ("## ", "> ") else ""
        kept.append(line)
    return kept


def _without_empty_side(lines: list[str]) -> list[str]:
    """Return the lines with columns of which one side is empty set as one."""
    text = "\n".join(lines)

    def joined(match: re.Match[str]) -> str:
        left, right = match["left"].strip(), match["right"].strip()
        return match[0] if left and right else f"{left or right}\n"

    return _COLUMNS.sub(joined, text).splitlines()
