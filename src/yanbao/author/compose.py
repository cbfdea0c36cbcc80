"""A workspace folder -> the document: everything read, bound, checked; all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from yanbao.author import engine_pages
from yanbao.author.binding import Binder
from yanbao.author.call_section import CallSection, add_record
from yanbao.author.calls import CallMaker
from yanbao.author.engine_pages import WorkspaceFacts
from yanbao.author.exhibits import DraftExhibit, ExhibitMaker, Gap
from yanbao.author.labels import LABELS, MARKS
from yanbao.author.markdown import Piece, RawBlock, RawColumns, RawExhibit, RawPage, parse_chapter
from yanbao.author.origins import origin_line
from yanbao.author.parts import PartNumbers
from yanbao.author.prose import Draft, Writer
from yanbao.author.store_tables import store_tables
from yanbao.author.theme_file import load_theme
from yanbao.author.translation import needed_texts, untranslated
from yanbao.author.workspace import FILE, Workspace
from yanbao.document.theme import Theme
from yanbao.document.tree import (
    Block,
    Columns,
    Document,
    Exhibit,
    Page,
    Paragraph,
    Span,
    Table,
    Text,
    facts_of_page,
    plain,
)
from yanbao.errors import Mistake, WorkspaceError
from yanbao.evidence import disagreements, key_lines, parse_toml, read_text, table_names
from yanbao.fact.fact import Derivation, Fact
from yanbao.model import compute, model_names

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Composed:
    """A document, its theme, and every file of the workspace that went into them; the store that was asked, if any."""

    document: Document
    theme: Theme
    inputs: dict[str, bytes]
    formats: tuple[str, ...]
    store: Path | None


def compose(folder: Path, *, as_of: date | None = None, language: Literal["zh", "en"] | None = None) -> Composed:
    """Return the document that a workspace describes.

    Args:
        folder: the workspace, with yanbao.toml in it.
        as_of: the day to report as of, instead of the workspace's own.
        language: zh or en, instead of the workspace's own.

    Raises:
        WorkspaceError: with every mistake found, each with file, line, cause and hint.
    """
    mistakes: list[Mistake] = []
    inputs: dict[str, bytes] = {}
    text = read_text(folder / FILE, FILE, mistakes)
    workspace = parse_toml(text, FILE, Workspace, mistakes) if text is not None else None
    if text is None or workspace is None:
        raise WorkspaceError(mistakes)
    inputs[FILE] = text.encode()
    own, own_day = workspace.report.language, workspace.report.as_of
    if as_of or language:
        changes = {"as_of": as_of or workspace.report.as_of, "language": language or workspace.report.language}
        workspace = workspace.model_copy(update={"report": workspace.report.model_copy(update=changes)})
    theme = load_theme(folder, mistakes, inputs, workspace.report.language)
    is_translated = workspace.report.language != own
    composer = _Composer(folder, workspace, key_lines(text), inputs, mistakes, theme, is_translated, own_day)
    document = composer.document()
    if mistakes:
        raise WorkspaceError(mistakes)
    store = folder / workspace.market.store if workspace.market else None
    return Composed(document, theme, inputs, workspace.report.formats, store)


@dataclass
class _DraftPage:
    raw: RawPage
    file: str
    id: str
    title: Draft
    blocks: list[_DraftBlock]
    day: date
    writer: Writer


@dataclass
class _DraftColumns:
    ratio: float
    left: list[_DraftBlock]
    right: list[_DraftBlock]


@dataclass
class _DraftParagraph:
    id: str
    style: str
    level: int
    draft: Draft


_DraftBlock = _DraftParagraph | _DraftColumns | DraftExhibit


class _Composer:
    def __init__(
        self,
        folder: Path,
        workspace: Workspace,
        lines: dict[tuple[str, ...], int],
        inputs: dict[str, bytes],
        mistakes: list[Mistake],
        theme: Theme,
        is_translated: bool,
        own_day: date,
    ) -> None:
        self._folder = folder
        self._is_translated = is_translated
        self._workspace = workspace
        self._language = workspace.report.language
        self._labels = LABELS[self._language]
        self._inputs = inputs
        self._mistakes = mistakes
        self._theme = theme
        self._lines = lines
        self._pages: list[Page] = []
        self._texts: frozenset[str] | None = None  # the words of all chapters
        self._section: Text = ()
        self._part: tuple[str, ...] = ()
        self._numbers = PartNumbers()
        self._mistakes += needed_texts(workspace, lines, self._language)
        names = table_names(folder / "evidence")
        for name in names:
            for suffix in (".csv", ".toml"):
                path = folder / "evidence" / f"{name}{suffix}"
                if path.is_file():
                    inputs[f"evidence/{name}{suffix}"] = path.read_bytes()
        for name in model_names(folder):
            path = folder / "models" / f"{name}.toml"
            if path.is_file():
                inputs[f"models/{name}.toml"] = path.read_bytes()
        asked = store_tables(folder, workspace, lines, own_day)
        try:
            computed = compute(folder, workspace.origins, self._language, asked, self._names)
        finally:
            asked.close()
        self._calculator = computed.calculator
        add_record(folder, workspace, lines, self._calculator, mistakes, inputs)
        evidence = self._calculator.evidence
        inputs |= {file: text.encode() for file, text in evidence.kept.items()}
        self._facts = WorkspaceFacts(workspace, lines, self._language, evidence.facts)
        report = workspace.report
        self._days = {
            "as_of": self._facts.day("as_of", report.as_of),
            "published": self._facts.day("published", report.published),
        }
        self._binder = Binder(self._calculator, self._days, self._language)
        self._exhibits = ExhibitMaker(self._calculator, self._binder, self._labels, self._language)
        self._calls = CallMaker(workspace, lines, self._calculator, mistakes).calls()

    def _names(self, table: str) -> bool:
        """Whether a chapter names a table: views of models are computed where they are shown."""
        if self._texts is None:
            chapters: tuple[str, ...] = getattr(self._workspace.report.chapters, self._language)
            found = (read_text(self._folder / file, file, []) or "" for file in chapters)
            self._texts = frozenset(word for text in found for word in _WORD.findall(text))
        return table in self._texts

    def _chapters(self) -> tuple[str, ...]:
        chapters: tuple[str, ...] = getattr(self._workspace.report.chapters, self._language)
        if not chapters:
            line = self._lines.get(("report", "chapters"), 1)
            cause = f"has no text in language {self._language}"
            self._mistakes.append(Mistake(FILE, line, "report.chapters", cause, "{ zh = …, en = … }"))
        return chapters

    def document(self) -> Document:
        report = self._workspace.report
        drafts = [draft for chapter in self._chapters() for draft in self._chapter(chapter)]
        if drafts:
            self._require_risks(drafts)
        title = (self._facts.text("report.title", report.title.get(self._language) or ""),)
        self._add("cover", "cover", title, ())
        first = next((at for at, draft in enumerate(drafts) if draft.raw.kind == "divider"), 0)
        for draft in drafts[:first]:
            self._finish(draft)
        self._add("contents", "contents", (Span(self._labels["contents"]),), ())
        for draft in drafts[first:]:
            self._finish(draft)
        self._appendix()
        legal = (Span(self._labels["legal"]),)
        self._called(legal)
        self._add("ratings", "legal", (Span(self._labels["ratings"]),), legal)
        self._add("legal", "legal", (Span(self._labels["declarations"]),), legal)
        if self._theme.disclosures.strip():
            self._add("disclosures", "legal", (Span(self._labels["disclosures"]),), legal)
        self._fill_engine_pages()
        self._mistakes += self._calculator.evidence.mistakes
        known = self._calculator.evidence.facts
        pages = tuple(
            replace(page, notes=engine_pages.notes(page, known, self._labels, self._language)) for page in self._pages
        )
        used = used_facts(pages, known)
        tables = self._calculator.evidence.tables
        self._mistakes += untranslated(used.values(), tables, self._workspace, self._lines, self._language)
        return Document(
            plain(title),
            report.subtitle.get(self._language) or "",
            self._language,
            report.house.get(self._language) or "",
            report.published,
            report.as_of,
            pages,
            used,
            dict(self._labels),
            tuple(made.call for made in self._calls),
        )

    def _add(
        self,
        identifier: str,
        kind: str,
        title: Text,
        section: Text,
        blocks: tuple[Block, ...] = (),
        day: date | None = None,
    ) -> Page:
        report = self._workspace.report
        bar = Span(MARKS[self._language]["bar"])
        footer = (
            self._facts.text("report.house", report.house.get(self._language) or ""),
            bar,
            Span(self._days["published"].text or "", "period", self._days["published"].id),
            bar,
            self._facts.text("report.notice", report.notice.get(self._language) or ""),
        )
        number = len(self._pages) + 1
        page = Page(identifier, kind, title, blocks, number, section, day or report.as_of, footer)  # type: ignore[arg-type]
        self._pages.append(page)
        return page

    def _chapter(self, file: str) -> list[_DraftPage]:
        text = read_text(self._folder / file, file, self._mistakes)
        if text is None:
            return []
        self._inputs[file] = text.encode()
        raw_pages = parse_chapter(text, file, self._mistakes)
        stem = file.rpartition("/")[2].removesuffix(".md")
        return [self._draft(raw, file, f"{stem}-{index}") for index, raw in enumerate(raw_pages, 1)]

    def _draft(self, raw: RawPage, file: str, identifier: str) -> _DraftPage:
        writer = Writer(self._binder, file, self._mistakes, self._days, self._workspace.report.published)
        day = self._workspace.report.as_of
        if "as_of" in raw.attributes:
            try:
                day = date.fromisoformat(raw.attributes["as_of"])
            except ValueError:
                writer.mistake(raw.line + 1, f"{raw.attributes['as_of']!r} is no day", "as_of=2024-06-30")
        title = writer.draft(raw.title, raw.line, heading=True)
        blocks = self._blocks(raw.blocks, identifier, file, writer, day)
        return _DraftPage(raw, file, identifier, title, blocks, day, writer)

    def _blocks(self, raws: list[RawBlock], prefix: str, file: str, writer: Writer, day: date) -> list[_DraftBlock]:
        blocks: list[_DraftBlock] = []
        for index, raw in enumerate(raws, 1):
            if isinstance(raw, RawColumns):
                left = self._blocks(raw.left, f"{prefix}-{index}l", file, writer, day)
                right = self._blocks(raw.right, f"{prefix}-{index}r", file, writer, day)
                blocks.append(_DraftColumns(raw.ratio, left, right))
            elif isinstance(raw, RawExhibit):
                exhibit = self._exhibits.draft(raw, file, writer, day, self._mistakes)
                if isinstance(exhibit, Gap):
                    words = writer.draft((Piece(exhibit.words),), exhibit.line)
                    blocks.append(_DraftParagraph(f"{prefix}-{index}", "body", 0, words))
                elif exhibit is not None:
                    blocks.append(exhibit)
            else:
                draft = writer.draft(raw.pieces, raw.line)
                blocks.append(_DraftParagraph(f"{prefix}-{index}", raw.style, raw.level, draft))
        return blocks

    def _require_risks(self, drafts: list[_DraftPage]) -> None:
        risks = [draft for draft in drafts if draft.raw.attributes.get("kind") == "risks"]
        if len(risks) != 1:
            cause = "no page is marked as the risk section" if not risks else "more than one page is the risk section"
            hint = "write <!-- page: kind=risks --> below its `## ` heading"
            line = self._lines.get(("report", "chapters"), 1)
            self._mistakes.append(Mistake(FILE, line, "report.chapters", cause, hint))

    def _finish(self, draft: _DraftPage) -> None:
        facts = list(_facts(draft.blocks)) + list(draft.title.facts)
        title = draft.writer.text(draft.title, facts, draft.day)
        if draft.raw.kind == "divider":
            self._section, self._part = title, ()
            self._numbers.begin_section()
            self._add(draft.id, "divider", title, title, tuple(self._done(draft.blocks, draft, facts)), draft.day)
            return
        kind = "risks" if draft.raw.attributes.get("kind") == "risks" else draft.id
        head = self._head(draft)
        self._add(kind, "content", title, head, tuple(self._done(draft.blocks, draft, facts)), draft.day)

    def _head(self, draft: _DraftPage) -> Text:
        """Return what stands above a page's title: its part with its number, else its section."""
        if draft.raw.part is not None and draft.raw.part != self._part:
            self._part = draft.raw.part
            cause = self._numbers.misplaced(self._part)
            if cause:
                path = " / ".join(self._part)
                draft.writer.mistake(draft.raw.line, f"part {path!r} cannot begin here", cause)
        if not self._part:
            return self._section
        number = Span(self._numbers.of(self._part), "structure", note="section-number")
        name = draft.writer.draft((Piece(self._part[-1]),), draft.raw.line)
        return (number, Span(MARKS[self._language]["gap"]), *draft.writer.text(name, [], draft.day))

    def _done(self, blocks: list[_DraftBlock], page: _DraftPage, facts: list[Fact]) -> list[Block]:
        done: list[Block] = []
        for block in blocks:
            if isinstance(block, _DraftColumns):
                left, right = self._done(block.left, page, facts), self._done(block.right, page, facts)
                done.append(Columns(tuple(left), tuple(right), block.ratio))
            elif isinstance(block, DraftExhibit):
                done.append(self._exhibits.finish(block, page.writer, facts, page.day))
            else:
                text = page.writer.text(block.draft, facts, page.day)
                done.append(Paragraph(block.id, text, block.style, block.level))  # type: ignore[arg-type]
        return done

    def _appendix(self) -> None:
        known = self._calculator.evidence.facts
        found = disagreements(self._calculator.evidence)
        if self._is_translated:  # an edition in another language may be of a part of the report
            tables = {key.partition(".")[0] for key in used_facts(self._pages, known)}
            found = [item for item in found if item.computed.id.partition(".")[0] in tables]
        if not found:
            return
        known.update({item.printed.id: item.printed for item in found})
        today = self._workspace.report.as_of
        parts = engine_pages.disagreement_tables(found, known, self._labels, self._language, today)
        for index, table in enumerate(parts):
            more = self._labels["continued"] if index else ""
            title = (Span(self._labels["disagreements"] + more),)
            lead = Paragraph(f"disagreements-{index}-lead", (Span(self._labels["disagreements_lead"]),), "lead")
            self._add(
                f"disagreements-{index}", "content", title, title, (lead, self._disagreement(index, table, known))
            )

    def _disagreement(self, index: int, table: Table, known: dict[str, Fact]) -> Exhibit:
        shown = [known[cell.fact] for row in table.rows for cell in row.cells if cell.fact is not None]
        day = self._days["as_of"]
        return Exhibit(
            f"disagreements-{index}",
            (self._exhibits.next_label("table"),),
            (Span(self._labels["disagreement_title"]),),
            table,
            (),
            (Span(self._labels["as_of"]), Span(day.text or "", "period", day.id)),
            origin_line(shown, known, self._labels, self._language),
            (),
            self._labels["disagreement_title"],
        )

    def _called(self, section: Text) -> None:
        """Add the pages of the calls that the report makes, and of the house's record of ratings."""
        writer = Writer(self._binder, FILE, self._mistakes, self._days, self._workspace.report.published)
        tables = self._calculator.evidence.tables
        made = CallSection(self._calls, self._facts, self._exhibits, writer, self._mistakes, self._days, tables)
        for page in made.pages(section):
            self._add(page.id, "legal", page.title, section, page.blocks, page.day)

    def _fill_engine_pages(self) -> None:
        pages = self._pages
        makers = {
            "cover": lambda page: engine_pages.cover(page, self._facts, self._labels),
            "contents": lambda page: engine_pages.contents(page, pages, self._language),
            "ratings": lambda page: engine_pages.ratings(page, self._facts, self._labels),
            "legal": lambda page: engine_pages.legal(page, self._facts, self._labels),
            "disclosures": lambda page: engine_pages.disclosures(page, self._facts, self._theme.disclosures),
        }
        for index, page in enumerate(pages):
            if page.id in makers and not page.blocks:
                pages[index] = replace(page, blocks=makers[page.id](page))
            elif page.kind == "divider" and not page.blocks:
                pages[index] = replace(page, blocks=engine_pages.parts_of_section(page, pages))


def _facts(blocks: Iterable[_DraftBlock]) -> Iterable[Fact]:
    for block in blocks:
        if isinstance(block, _DraftColumns):
            yield from _facts([*block.left, *block.right])
        elif isinstance(block, DraftExhibit):
            yield from block.facts
            yield block.as_of
        else:
            yield from block.draft.facts


def used_facts(pages: Iterable[Page], known: dict[str, Fact]) -> dict[str, Fact]:
    """Return the facts that pages show, and all that those were computed from, by id."""
    wanted = [identifier for page in pages for identifier in facts_of_page(page) if identifier in known]
    used: dict[str, Fact] = {}
    while wanted:
        identifier = wanted.pop()
        if identifier in used:
            continue
        fact = used[identifier] = known[identifier]
        if isinstance(fact.lineage, Derivation):
            wanted += fact.lineage.inputs
    return dict(sorted(used.items()))
