"""The pages of calls, in their order: ratings and forecasts, interests with licences, the record of ratings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yanbao.author.binding import Shown, print_fact
from yanbao.author.call_pages import CallPages, filled
from yanbao.author.calls import MadeCall
from yanbao.author.engine_pages import WorkspaceFacts, fill
from yanbao.author.exhibits import DraftExhibit, ExhibitMaker
from yanbao.author.labels import LABELS
from yanbao.author.markdown import RawExhibit
from yanbao.author.origins import origin_line
from yanbao.author.prose import Writer
from yanbao.author.rating_record import LEDGER, STATE, ledger_of, record_tables, table_of
from yanbao.author.workspace import FILE, Workspace
from yanbao.document.tree import Block, Exhibit, Page, Paragraph, Span, Text
from yanbao.errors import Mistake
from yanbao.evidence import Calculator, made_table
from yanbao.fact.fact import Fact
from yanbao.rating import SCOPES


@dataclass(frozen=True)
class NewPage:
    """A page to add: its id, title and blocks, and its day where it is not the report's."""

    id: str
    title: Text
    blocks: tuple[Block, ...]
    day: date | None = None


def add_record(
    folder: Path,
    workspace: Workspace,
    lines: Mapping[tuple[str, ...], int],
    calculator: Calculator,
    mistakes: list[Mistake],
    inputs: dict[str, bytes],
) -> None:
    """Add the tables of the house's record of ratings to the evidence; none where no ledger is named."""
    if workspace.ledger is None:
        return
    line = lines.get(("ledger", "file"), lines.get(("ledger",), 1))
    ledger = ledger_of(folder, workspace, line, mistakes, inputs)
    for name, toml, table in record_tables(ledger, workspace) if ledger is not None else ():
        if name in calculator.evidence.tables or calculator.evidence.is_refused(name):
            cause = f"`{name}` is a table that the build makes of the ledger"
            mistakes.append(Mistake(f"evidence/{name}.toml", 1, "", cause, "rename your own"))
            continue
        made, pending = made_table(name, toml, table, workspace.origins, calculator.language)
        mistakes += made.mistakes
        calculator.extend(made.tables.values(), made.facts.values(), pending)
        inputs |= {file: text.encode() for file, text in made.kept.items()}
    calculator.settle()


class CallSection:
    """Makes the pages; exhibits are numbered as they come."""

    def __init__(
        self,
        made: Sequence[MadeCall],
        facts: WorkspaceFacts,
        exhibits: ExhibitMaker,
        writer: Writer,
        mistakes: list[Mistake],
        days: Mapping[str, Fact],
        tables: Collection[str],
    ) -> None:
        self._tables = tables
        self._made, self._facts, self._exhibits = made, facts, exhibits
        self._writer, self._mistakes, self._days = writer, mistakes, days
        self._language, self._labels = facts.language, LABELS[facts.language]

    def pages(self, section: Text) -> Iterator[NewPage]:
        """Yield the pages, to stand in a section."""
        if self._made:
            pages = CallPages(self._made, self._facts)
            yield from self._calls(pages)
            yield from self._interests(pages, section)
        if f"{STATE}.head@{LEDGER}" in self._facts.facts and not self._told_beside:
            yield self._record()

    def _title(self, key: str, index: int = 0) -> Text:
        return (Span(self._labels[key] + (self._labels["continued"] if index else "")),)

    def _lead(self, page: str, key: str) -> Paragraph:
        return Paragraph(f"{page}-lead", (Span(self._labels[key]),), "lead")

    def _calls(self, pages: CallPages) -> Iterator[NewPage]:
        day = self._days["as_of"]
        for index, (table, shown, note) in enumerate(pages.tables()):
            page = f"calls-{index}"
            exhibit = Exhibit(
                page,
                (self._exhibits.next_label("table"),),
                self._title("calls_title", index),
                table,
                (),
                (Span(self._labels["as_of"]), Span(day.text or "", "period", day.id)),
                origin_line(shown, self._facts.facts, self._labels, self._language),
                (Span(self._labels["note"]), *note) if note else (),
                self._labels["calls_title"],
            )
            yield NewPage(page, self._title("calls", index), (self._lead(page, "calls_lead"), exhibit))

    def _interests(self, pages: CallPages, section: Text) -> Iterator[NewPage]:
        empty = Page("interests", "legal", self._title("interests"), (), 1, section)
        head = (self._lead("interests", "interests_lead"),)
        said = pages.interests()
        if self._told_beside:  # a sentence needs no page of its own
            said = [*said, Paragraph("record-heading", self._title("rating_record"), "heading"), self._basis()]
        for index, blocks in enumerate(filled(empty, head, said)):
            yield NewPage(f"interests-{index}", self._title("interests", index), blocks)

    def _record(self) -> NewPage:
        exhibits = [exhibit for scope in SCOPES if (exhibit := self._distribution(table_of(scope))) is not None]
        none = Paragraph("record-none", (Span(self._labels["record_none"]),), "body")
        blocks = (self._basis(), *(() if exhibits or self._is_empty else (none,)), *exhibits)
        return NewPage("record", self._title("rating_record"), blocks, self._days["published"].as_of)

    @property
    def _is_empty(self) -> bool:
        """Whether the house's ledger has no entry yet."""
        entries = self._facts.facts[f"{STATE}.entries@{LEDGER}"].quantity
        return entries is None or not entries.value

    @property
    def _told_beside(self) -> bool:
        """Whether the record is one sentence on the page of interests."""
        return bool(self._made) and f"{STATE}.head@{LEDGER}" in self._facts.facts and self._is_empty

    def _basis(self) -> Paragraph:
        published = self._days["published"]
        parts: dict[str, Text] = {
            "published": (Span(published.text or "", "period", published.id),),
            "months": (self._number("months"),),
            "entries": (self._number("entries"),),
            "head": (self._head(),),
        }
        return Paragraph(
            "record-basis", fill(self._labels["record_empty" if self._is_empty else "record_basis"], **parts), "body"
        )

    def _number(self, column: str) -> Span:
        fact = self._facts.facts[f"{STATE}.{column}@{LEDGER}"]
        text, unit, decimals = print_fact(fact, Shown(0), self._language)
        return Span(text, "number", fact.id, unit=unit, decimals=decimals)

    def _head(self) -> Span:
        fact = self._facts.facts[f"{STATE}.head@{LEDGER}"]
        return Span(fact.text or "", "quote", fact.id)

    def _distribution(self, table: str) -> Exhibit | None:
        """Return the exhibit of a scope's ratings, as a chapter would have it."""
        if table not in self._tables:
            return None
        toml = f'kind = "plain"\ntitle = {json.dumps(self._labels[table], ensure_ascii=False)}\ndata = "{table}"\n'
        toml += "decimals = { share = 1 }\n"
        day = self._days["published"].as_of
        assert day is not None
        draft = self._exhibits.draft(RawExhibit(table, toml, 1), FILE, self._writer, day, self._mistakes)
        return self._exhibits.finish(draft, self._writer, [], day) if isinstance(draft, DraftExhibit) else None
