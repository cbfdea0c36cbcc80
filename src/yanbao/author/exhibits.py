"""Exhibit blocks -> numbered exhibits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yanbao.author.binding import Binder
from yanbao.author.calls_body import calls_body
from yanbao.author.chart_body import chart_body
from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.labels import CHINESE, KINDS, MARKS, Language
from yanbao.author.markdown import RawExhibit, inline_pieces
from yanbao.author.origins import origin_line
from yanbao.author.prose import Draft, Writer
from yanbao.author.table_body import card_body, table_body, timeline_body
from yanbao.author.table_view import TableView
from yanbao.author.view_body import base_note, checked_view, fan_body, tornado_body, view_unit
from yanbao.document.tree import Chart, Exhibit, Span, Table, Text, Timeline, plain
from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import Calculator, FollowOnError, key_lines, parse_toml
from yanbao.fact.fact import Fact, Source
from yanbao.model import RECIPE


@dataclass(frozen=True)
class DraftExhibit:
    """An exhibit whose body stands; its texts wait for the page's facts."""

    id: str
    label: Text
    title: Draft
    note: Draft | None
    body: Chart | Table | Timeline
    unit: str
    as_of: Fact
    facts: tuple[Fact, ...]
    alt_kind: str
    coverage: Fact | None = None
    told: Text = ()  # what the engine says in the note of itself


@dataclass(frozen=True)
class Gap:
    """What stands in the place of an exhibit whose store the workspace does not name."""

    words: str
    line: int


class ExhibitMaker:
    """Makes the exhibits of a report in order and numbers them."""

    def __init__(self, calculator: Calculator, binder: Binder, labels: dict[str, str], language: Language) -> None:
        self._calculator = calculator
        self._binder = binder
        self._labels = labels
        self._language = language
        self._counts = {"figure": 0, "table": 0}
        self._by_table: dict[str, list[Fact]] = {}
        self._seen: dict[str, str] = {}

    def draft(
        self, raw: RawExhibit, file: str, writer: Writer, day: date, mistakes: list[Mistake]
    ) -> DraftExhibit | Gap | None:
        """Return the exhibit of a block, what is said in its place, or `None` and its mistakes."""
        spec = parse_toml(raw.toml, file, ExhibitSpec, mistakes, raw.line)
        place = f"{file}:{raw.line - 1}"
        if raw.id in self._seen:
            writer.mistake(raw.line - 1, f"exhibit `{raw.id}` stands at {self._seen[raw.id]} too", "ids are unique")
            return None
        self._seen[raw.id] = place
        if spec is None:
            return None
        if spec.without and self._has_answer(spec.without, writer, raw):
            return None
        gap = self._calculator.evidence.gaps.get(spec.data)
        if gap is not None:
            words = gap.get(self._language)
            if words is None:
                cause = f"has no text in language {self._language}"
                mistakes.append(Mistake(f"evidence/{spec.data}.toml", 1, "store.gap", cause, "{ zh = …, en = … }"))
                return None
            return Gap(words, raw.line - 1)
        lines = key_lines(raw.toml, raw.line)
        try:
            return self._make(raw, spec, writer, day, lines)
        except FollowOnError:
            writer.incomplete()
            return None
        except (FormulaError, QuantityError) as error:
            writer.incomplete()
            writer.mistake(raw.line - 1, str(error), field=f"exhibit {raw.id}")
            return None

    def _has_answer(self, name: str, writer: Writer, raw: RawExhibit) -> bool:
        """Whether a table of a store is there, and not only what stands for it."""
        evidence = self._calculator.evidence
        if name in evidence.gaps or name in evidence.refused:
            return False
        table = evidence.tables.get(name)
        if table is None or table.coverage is None:
            cause = f"`without` names `{name}`, which is no table of a store"
            writer.mistake(
                raw.line - 1, cause, "tables of a store are evidence/*.toml with [store]", f"exhibit {raw.id}"
            )
            return False
        return True

    def _make(
        self, raw: RawExhibit, spec: ExhibitSpec, writer: Writer, day: date, lines: dict[tuple[str, ...], int]
    ) -> DraftExhibit:
        view = self._view(spec)
        facts_of_card: list[Fact] = []
        cells: list[Fact] = []

        def write(text: str) -> Text:
            line = lines.get(("headers",), lines.get(("items",), raw.line))
            draft = writer.draft(inline_pieces(text, line), line)
            facts_of_card.extend(draft.facts)
            if view and not cells:
                cells.extend(self._facts_of(view.id))
            return writer.text(draft, [*facts_of_card, *cells], day)

        body: Chart | Table | Timeline
        if spec.kind == "card":
            body = card_body(spec, write, self._language)
        else:
            assert view is not None
            checked_view(spec, view)
            if spec.kind == "tornado":
                body = tornado_body(spec, view)
            elif spec.kind == "fan" and not spec.ends:
                body = fan_body(spec, view)
            elif spec.kind == "calls":
                body = calls_body(spec, view)
            elif spec.is_chart:
                body = chart_body(spec, view)
            elif spec.kind == "timeline":
                body = timeline_body(spec, view)
            else:
                body = table_body(spec, view, write)
        facts = tuple(dict.fromkeys(fact.id for fact in [*(view.used if view else []), *facts_of_card]))
        known = self._calculator.evidence.facts
        label = self.next_label("table" if isinstance(body, Table) else "figure")
        note_line = lines.get(("note",), raw.line)
        title_line = lines.get(("title",), raw.line)
        if spec.unit:
            writer.accounted((Span(spec.unit),), lines.get(("unit",), raw.line))
        return DraftExhibit(
            raw.id,
            (label,),
            writer.draft(inline_pieces(spec.title, title_line), title_line),
            writer.draft(inline_pieces(spec.note, note_line), note_line) if spec.note else None,
            body,
            self._unit(spec, body) or (view_unit(view) if view is not None and spec.kind == "sensitivity" else ""),
            self._day(view, facts_of_card),
            tuple(known[identifier] for identifier in facts if identifier in known),
            KINDS[self._language].get(spec.kind, self._labels["table"].strip()),
            self._coverage(view, writer, raw.line - 1),
            self._told(spec, view, body),
        )

    def next_label(self, counter: str) -> Span:
        """Return the label of the next figure or table."""
        self._counts[counter] += 1
        return Span(f"{self._labels[counter]}{self._counts[counter]}", "structure", note="exhibit-label")

    def _facts_of(self, table: str) -> list[Fact]:
        """Return the facts of all cells of a table: they are computed before the first exhibit is made."""
        if not self._by_table:
            for identifier, fact in self._calculator.evidence.facts.items():
                self._by_table.setdefault(identifier.partition(".")[0], []).append(fact)
        return self._by_table.get(table, [])

    def _view(self, spec: ExhibitSpec) -> TableView | None:
        if not spec.data:
            return None
        tables = self._calculator.evidence.tables
        if self._calculator.evidence.is_refused(spec.data):
            raise FollowOnError(f"table `{spec.data}` has mistakes of its own")
        if spec.data not in tables:
            raise FormulaError(f"no table `{spec.data}`; there are: {', '.join(tables)}")
        return TableView(tables[spec.data], self._calculator, self._language)

    def _unit(self, spec: ExhibitSpec, body: Chart | Table | Timeline) -> str:
        if spec.unit is not None and not isinstance(body, Chart):
            return spec.unit
        if not isinstance(body, Chart):
            return ""
        symbols = dict.fromkeys(series.unit for series in body.series if series.unit)
        return MARKS[self._language]["comma"].join(symbols)

    def _day(self, view: TableView | None, facts: list[Fact]) -> Fact:
        """Return a fact of the day that an exhibit's data are of: the table's own, or the latest of its facts."""
        if view is None and not facts:
            raise FormulaError("the exhibit shows no facts")
        if view is None:
            newest = max((fact for fact in facts if fact.as_of), key=lambda fact: fact.as_of or date.min)
            day, dataset, file = newest.as_of, newest.id, "yanbao.toml"
            if isinstance(newest.lineage, Source):
                file = newest.lineage.file
        else:
            day, dataset, file = view.table.sidecar.as_of, view.id, view.table.described
        assert day is not None
        identifier = f"day:{dataset}"
        key = ("snapshot", "as_of") if view is not None and view.table.coverage is not None else ("as_of",)
        line = view.table.lines.get(key, 1) if view else 1
        source = Source(dataset, "", ".".join(key), file, line, "", None, day)
        subject = view.id if view is not None else newest.subject
        fact = Fact(identifier, subject, "as_of", source, text=day_text(day, self._language), as_of=day)
        self._calculator.evidence.facts[identifier] = fact
        return fact

    def _told(self, spec: ExhibitSpec, view: TableView | None, body: Chart | Table | Timeline) -> Text:
        """Return what a note says of a model's view: its base case, and how its draws were made."""
        if view is None or isinstance(body, Timeline) or spec.kind not in ("tornado", "fan", "sensitivity"):
            return ()
        recipe = self._calculator.evidence.facts.get(f"{RECIPE}:{view.id}")
        if recipe is not None and recipe.text:
            return (Span(recipe.text, "quote", recipe.id),)
        return base_note(view, body, self._language)

    def _coverage(self, view: TableView | None, writer: Writer, line: int) -> Fact | None:
        """Return a fact of how many members a table of a store rests on, in the store's own words."""
        table = None if view is None else view.table
        text = None if table is None or table.coverage is None else table.coverage.get(self._language)
        if table is None or not text:
            return None
        if self._language == "en" and CHINESE.search(text):
            hint = "give its names in English: [market.names] of yanbao.toml"
            writer.mistake(line, f"the coverage of table `{table.id}` is Chinese in an English report: {text}", hint)
        path = ("snapshot", "coverage")
        file, day = table.described, table.sidecar.as_of
        source = Source(table.id, "", ".".join((*path, self._language)), file, table.lines.get(path, 1), "", None, day)
        fact = Fact(f"coverage:{table.id}", table.id, "coverage", source, text=text, as_of=day)
        self._calculator.evidence.facts[fact.id] = fact
        return fact

    def finish(self, draft: DraftExhibit, writer: Writer, page_facts: list[Fact], page_day: date) -> Exhibit:
        """Return the exhibit with its texts."""
        labels = self._labels
        # an exhibit prints its own day, so numbers in its title and note are of that day
        title = writer.text(draft.title, [*draft.facts, *page_facts], draft.as_of.as_of or page_day)
        known = self._calculator.evidence.facts
        own = draft.as_of.as_of or page_day
        note = writer.text(draft.note, [*draft.facts, *page_facts], own) if draft.note else ()
        if draft.coverage is not None:
            gap = (Span(MARKS[self._language]["semicolon"]),) if note else ()
            note = (*note, *gap, Span(draft.coverage.text or "", "quote", draft.coverage.id))
        if draft.told:
            gap = (Span(MARKS[self._language]["semicolon"]),) if note else ()
            note = (*note, *gap, *draft.told)
        unit = (Span(labels["unit"]), Span(draft.unit)) if draft.unit else ()
        alt = labels["chart_alt"].format(kind=draft.alt_kind, title=plain(title))
        return Exhibit(
            draft.id,
            draft.label,
            title,
            draft.body,
            unit,
            (Span(labels["as_of"]), Span(draft.as_of.text or "", "period", draft.as_of.id)),
            origin_line([*draft.facts], known, labels, self._language),
            (Span(labels["note"]), *note) if note else (),
            alt,
        )


def day_text(day: date, language: Language) -> str:
    """Return a day as the report prints it."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"
