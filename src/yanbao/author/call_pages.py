"""Pages of the calls that a report makes: ratings and forecasts, interests with licences, the record of ratings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from yanbao.author.binding import Shown, display_decimals, display_unit, print_fact, unit_text
from yanbao.author.call_spec import MEASURES
from yanbao.author.calls import MadeCall
from yanbao.author.engine_pages import WorkspaceFacts
from yanbao.author.exhibits import day_text
from yanbao.author.labels import LABELS, MARKS, Language
from yanbao.document import layout
from yanbao.document.tree import Cell, Column, Page, Paragraph, Row, Span, Table, Text
from yanbao.errors import RenderError
from yanbao.fact.fact import Fact
from yanbao.quantity import Quantity, Unit, parse_unit

_ROWS = 14  # calls on a page
_MISSING = "—"


class CallPages:
    """Makes tables and texts of calls in one language."""

    def __init__(self, made: Sequence[MadeCall], facts: WorkspaceFacts) -> None:
        self._made, self._facts = made, facts
        self._language: Language = facts.language
        self._labels = LABELS[facts.language]

    def tables(self) -> Iterator[tuple[Table, list[Fact], Text]]:
        """Yield a table for each page: the calls, the facts it shows, and what its note says of their days."""
        for start in range(0, len(self._made), _ROWS):
            part = self._made[start : start + _ROWS]
            yield self._table(part), [fact for made in part for fact in made.facts.values()], self._note(part)

    def _table(self, part: Sequence[MadeCall]) -> Table:
        columns: list[Column] = []
        cells: list[list[Cell]] = [[] for _ in part]
        for column, column_cells in self._columns(part):
            columns.append(column)
            for row, cell in zip(cells, column_cells, strict=True):
                row.append(cell)
        kind = "grouped" if any(column.group for column in columns) else "plain"
        return Table(kind, tuple(columns), tuple(Row(tuple(row)) for row in cells))  # type: ignore[arg-type]

    def _columns(self, part: Sequence[MadeCall]) -> Iterator[tuple[Column, list[Cell]]]:
        yield self._words("name", "subject_called", part, self._name, 1.5)
        yield self._words("code", "code", part, self._security, 1.3)
        yield self._words("rating", "rating", part, self.rating, 1.0)
        if any("price" in made.facts for made in part):
            yield self._numbers("price", (Span(self._labels["price"]),), part, "price", width=1.1)
            yield self._words("price_day", "price_day", part, self._price_day, 1.6)
        if any("target" in made.facts for made in part):
            yield self._numbers("target", (Span(self._labels["target"]),), part, "target", width=1.1)
            yield self._words("target_months", "target_months", part, self._months, 1.0)
        if any("benchmark_return" in made.facts for made in part):
            label = (Span(self._labels["benchmark_return"]),)
            yield self._numbers("benchmark_return", label, part, "benchmark_return", width=1.2)
        for measure in MEASURES:
            periods = sorted({e.period for made in part for e in made.call.estimates if e.measure == measure})
            for period in periods:
                key = f"estimates.{measure}.{period}"
                fact = next(made.facts[key] for made in part if key in made.facts)
                label = (Span(period, "period", fact.id),)
                yield self._numbers(f"{measure}_{period}", label, part, key, self._labels[measure])

    def _words(
        self, name: str, label: str, part: Sequence[MadeCall], cell: Callable[[MadeCall], Cell], width: float
    ) -> tuple[Column, list[Cell]]:
        return Column(name, (Span(self._labels[label]),), "left", (), width), [cell(made) for made in part]

    def _numbers(
        self, name: str, label: Text, part: Sequence[MadeCall], key: str, group: str = "", width: float = 1.0
    ) -> tuple[Column, list[Cell]]:
        """Return a column of numbers, its unit in its head, or in the head of its group, where it has but one."""
        facts = [made.facts.get(key) for made in part]
        units = {display_unit(fact.quantity.unit, self._language) for fact in facts if fact and fact.quantity}
        unit = next(iter(units)) if len(units) == 1 else None
        told = unit is not None and unit.symbol != "%"
        symbol = "" if unit is None else unit_text(unit, self._language)
        said = (Span(MARKS[self._language]["brackets"].format(symbol)),) if told else ()
        head = (Span(group), *said) if group else ()
        column = Column(name, label if group else (*label, *said), "right", head, width, symbol)
        return column, [self._number(made, key, unit if told else None) for made in part]

    def _number(self, made: MadeCall, key: str, unit: Unit | None) -> Cell:
        fact = made.facts.get(key)
        if fact is None:
            return Cell((Span(_MISSING),), missing=self._labels["not_given"])
        return Cell((self.number(made, key, unit),), fact.id)

    def number(self, made: MadeCall, key: str, unit: Unit | None = None) -> Span:
        """Return a number of a call as printed; without its unit where `unit`, the head's, is given."""
        fact = made.facts[key]
        assert fact.quantity is not None
        decimals = dict(made.call.figures())[key].decimals
        places = display_decimals(replace(fact.quantity, decimals=decimals), self._language)
        text, symbol, shown = print_fact(fact, Shown(places, unit, unit is not None, grouping=True), self._language)
        return Span(text, "number", fact.id, unit=symbol, decimals=shown)

    def _key(self, made: MadeCall, key: str) -> str:
        return f"calls.{made.index}.{key}"

    def _name(self, made: MadeCall) -> Cell:
        span = self._facts.text(self._key(made, "name"), made.spec.name.get(self._language) or "")
        return Cell((span,), span.fact)

    def _security(self, made: MadeCall) -> Cell:
        span = self._facts.text(self._key(made, "security"), made.spec.security)
        return Cell((span,), span.fact)

    def rating(self, made: MadeCall) -> Cell:
        """Return the rating as the policy names it."""
        band = self._facts.workspace.rating.bands(made.spec.scope)[made.band]
        key = f"rating.{made.spec.scope}.{made.band}.name"
        span = self._facts.text(key, band.name.get(self._language) or "")
        return Cell((span,), span.fact)

    def _price_day(self, made: MadeCall) -> Cell:
        if "price" not in made.facts:
            return Cell((Span(_MISSING),), missing=self._labels["not_given"])
        day = made.spec.price_day
        if day is None:
            return Cell((Span(self._labels["not_stated"]),), missing=self._labels["not_stated"])
        span = self._facts.dated(self._key(made, "price_day"), day)
        return Cell((span,), span.fact)

    def _months(self, made: MadeCall) -> Cell:
        if made.call.target_months is None:
            return Cell((Span(_MISSING),), missing=self._labels["not_given"])
        own = made.spec.target_months is not None
        key = self._key(made, "target_months") if own else "rating.horizon_months"
        span = self._facts.number(key, Quantity.exact(made.call.target_months, parse_unit("个月")))
        return Cell((span,), span.fact)

    def _note(self, part: Sequence[MadeCall]) -> Text:
        """Return the days of numbers that are of another day than the report, in words."""
        today, known = self._facts.workspace.report.as_of, self._facts.facts
        days: dict[date, str] = {}
        for made in part:
            for fact in made.facts.values():
                for day in days_behind(fact, known):
                    if day != today:
                        days.setdefault(day, fact.id)
        marks = MARKS[self._language]
        spans: list[Span] = []
        for day, identifier in sorted(days.items()):
            spans.append(Span(marks["list"] if spans else self._labels["other_days"]))
            spans.append(Span(day_text(day, self._language), "period", identifier))
        return tuple(spans)

    def interests(self) -> list[Paragraph]:
        """Return a paragraph for each call: what it is of, which interests there are, who signs with which licence."""
        return [self._interests(made) for made in self._made]

    def _interests(self, made: MadeCall) -> Paragraph:
        marks, language = MARKS[self._language], self._language
        name, code = self._name(made).text[0], self._security(made).text[0]
        opening, closing = marks["brackets"].split("{}")
        text = " ".join((made.spec.interests.get(language) or "").split())
        said = self._facts.text(self._key(made, "interests"), text)
        person = self._facts.workspace.analysts[made.analyst]
        analyst = self._facts.text(f"analysts.{made.analyst}.name", person.name.get(language) or "")
        licence = self._facts.text(f"analysts.{made.analyst}.licence", person.licence)
        spans = (
            replace(name, bold=True),
            Span(opening),
            code,
            Span(closing + marks["colon"]),
            said,
            Span(marks["gap"] + self._labels["analyst"] + marks["colon"]),
            analyst,
            Span(marks["gap"] + self._labels["licence"] + marks["colon"]),
            licence,
        )
        return Paragraph(f"interests-{made.index}", spans, "small")


def days_behind(fact: Fact, known: Mapping[str, Fact]) -> set[date]:
    """Return the days of the cells of no period that a fact rests on."""
    found: set[date] = set()
    seen, waiting = {fact.id}, [fact]
    while waiting:
        each = waiting.pop()
        inputs = getattr(each.lineage, "inputs", None)
        if inputs is not None:
            waiting += [known[key] for key in inputs if key not in seen]
            seen.update(inputs)
        elif each.period is None and (day := each.as_of or getattr(each.lineage, "as_of", None)) is not None:
            found.add(day)
    return found


def filled(page: Page, head: Sequence[Paragraph], paragraphs: Sequence[Paragraph]) -> list[tuple[Paragraph, ...]]:
    """Return paragraphs in pages' worth, each behind the head, as the page's own geometry holds them."""
    pages: list[tuple[Paragraph, ...]] = []
    rest = tuple(paragraphs)
    while rest:
        most = bisect_left(range(1, len(rest) + 1), True, key=lambda size: not _fits(page, (*head, *rest[:size])))
        size = max(most, 1)  # one that fits no page is told by the renderer
        pages.append((*head, *rest[:size]))
        rest = rest[size:]
    return pages


def _fits(page: Page, blocks: tuple[Paragraph, ...]) -> bool:
    try:
        layout.place(replace(page, blocks=blocks))
    except RenderError:
        return False
    return True
