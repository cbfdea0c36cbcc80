"""Pages the engine makes: cover, contents, disagreements, rating definitions, certificate, disclaimer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from yanbao.author.binding import Shown, display_decimals, display_unit, print_fact, print_quantity
from yanbao.author.exhibits import day_text
from yanbao.author.labels import MARKS, Language
from yanbao.author.origins import lines_text, sources
from yanbao.author.theme_file import FILE as THEME
from yanbao.author.workspace import FILE, Workspace
from yanbao.document import table_layout
from yanbao.document.page_frame import INNER_WIDTH
from yanbao.document.tree import Cell, Column, Page, Paragraph, Row, Span, Table, Text, plain
from yanbao.evidence import Disagreement
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.formula import parse
from yanbao.formula import source as formula_text
from yanbao.formula.chinese import FUNCTIONS
from yanbao.quantity import PERCENT, Quantity, parse_unit
from yanbao.rating import Band

APPENDIX = "disagreements-"  # ids of its pages: disagreements-0, disagreements-1, …
_APPENDIX_SIZE, _APPENDIX_HEIGHT = 9.0, 318.0  # points: the print of its tables, and the room on a page for one
CONTENTS = 36  # entries that two columns hold
PAGE_DEPTH = 9  # deeper than any part
# a fact in braces, or a function before its parenthesis
_REFERENCE_OR_FUNCTION = re.compile(r"\{([^{}]+)\}|[a-z_]+(?=\()")


@dataclass
class WorkspaceFacts:
    """Facts that stand in yanbao.toml: days, names, rating bands, legal texts."""

    workspace: Workspace
    lines: dict[tuple[str, ...], int]
    language: Language
    facts: dict[str, Fact]

    def _source(self, key: str) -> Source:
        path = tuple(key.split("."))
        line = next((self.lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self.lines), 1)
        return Source("workspace", "", key, FILE, line, FILE, None, self.workspace.report.as_of)

    def text(self, key: str, text: str, as_of: date | None = None) -> Span:
        """Return a text of the workspace as a quoted span."""
        identifier = f"workspace.{key}"
        self.facts[identifier] = Fact(identifier, "", key, self._source(key), text=text, as_of=as_of)
        return Span(text, "quote", identifier)

    def of_theme(self, key: str, text: str) -> Span:
        """Return a text of the theme as a quoted span."""
        identifier = f"workspace.theme.{key}"
        source = Source("workspace", "", key, THEME, 1, THEME, None, self.workspace.report.as_of)
        self.facts[identifier] = Fact(identifier, "", key, source, text=text)
        return Span(text, "quote", identifier)

    def day(self, key: str, day: date) -> Fact:
        """Return a day of the report as a fact."""
        identifier = f"workspace.report.{key}"
        source = self._source(f"report.{key}")
        self.facts[identifier] = Fact(identifier, "", key, source, text=day_text(day, self.language), as_of=day)
        return self.facts[identifier]

    def dated(self, key: str, day: date) -> Span:
        """Return a day of the workspace as a span."""
        identifier = f"workspace.{key}"
        text = day_text(day, self.language)
        self.facts[identifier] = Fact(identifier, "", key, self._source(key), text=text, as_of=day)
        return Span(text, "period", identifier)

    def number(self, key: str, quantity: Quantity) -> Span:
        """Return a number of the workspace as a span."""
        identifier = f"workspace.{key}"
        self.facts[identifier] = Fact(identifier, "", key, self._source(key), quantity=quantity)
        text, unit, decimals = print_quantity(quantity, Shown(0), self.language)
        return Span(text, "number", identifier, unit=unit, decimals=decimals)


def cover(page: Page, facts: WorkspaceFacts, labels: dict[str, str]) -> tuple[Paragraph, ...]:
    """Return the cover's paragraphs: subtitle, house, day, who signs."""
    report, language = facts.workspace.report, facts.language
    blocks = [
        Paragraph(f"{page.id}-subtitle", (facts.text("report.subtitle", report.subtitle.get(language) or ""),), "lead"),
        Paragraph(f"{page.id}-house", (facts.text("report.house", report.house.get(language) or ""),), "value"),
        Paragraph(
            f"{page.id}-day",
            (
                Span(labels["published"] + MARKS[language]["gap"]),
                Span(facts.day("published", report.published).text or "", "period", "workspace.report.published"),
            ),
            "value",
        ),
    ]
    blocks += [_analyst(page, facts, labels, index) for index in range(len(facts.workspace.analysts))]
    blocks.append(
        Paragraph(f"{page.id}-notice", (facts.text("report.notice", report.notice.get(language) or ""),), "note")
    )
    return tuple(blocks)


def _analyst(page: Page, facts: WorkspaceFacts, labels: dict[str, str], index: int) -> Paragraph:
    analyst = facts.workspace.analysts[index]
    name = facts.text(f"analysts.{index}.name", analyst.name.get(facts.language) or "")
    licence = facts.text(f"analysts.{index}.licence", analyst.licence)
    gap = MARKS[facts.language]["gap"]
    return Paragraph(f"{page.id}-analyst-{index}", (name, Span(f"{gap}{labels['licence']}{gap}"), licence), "label")


def contents(page: Page, pages: Iterable[Page], language: Language) -> tuple[Paragraph, ...]:
    """Return the contents: sections, parts, and the pages that stand in no part, with page numbers.

    A report of more than `CONTENTS` entries leaves out the pages, then the parts below parts, then all parts.
    """
    entries: list[tuple[int, Paragraph]] = []
    gap = Span(MARKS[language]["gap"])
    part: Text = ()
    for other in pages:
        if other.kind not in ("divider", "content", "legal"):
            continue
        if other.id.startswith(APPENDIX) and other.id != f"{APPENDIX}0":
            continue
        depth, title = other.part_depth, other.title
        if depth and other.kind == "content":
            if other.section == part:
                continue
            part = title = other.section
        elif other.kind == "content" and other.section not in ((), other.title):
            depth = PAGE_DEPTH
        number = Span(str(other.number), "structure", note="page-number")
        level = 1 if depth == PAGE_DEPTH else depth
        entries.append((depth, Paragraph(f"{page.id}-{other.id}", (*title, gap, number), "bullet", level)))
    for limit in (PAGE_DEPTH, 2, 1, 0):
        kept = tuple(entry for depth, entry in entries if depth <= limit)
        if len(kept) <= CONTENTS:
            break
    return kept


def parts_of_section(divider: Page, pages: Iterable[Page]) -> tuple[Paragraph, ...]:
    """Return the names of a section's parts, for a divider on which the author wrote nothing."""
    parts: dict[str, Text] = {}
    inside = False
    for page in pages:
        if page.kind != "content":
            inside = page is divider
        elif inside and page.part_depth == 1:
            parts.setdefault(plain(page.section), page.section)
    return tuple(Paragraph(f"{divider.id}-{index}", text, "body") for index, text in enumerate(parts.values(), 1))


def disagreement_tables(
    found: list[Disagreement], known: dict[str, Fact], labels: dict[str, str], language: Language, today: date
) -> list[Table]:
    """Return the tables of the appendix "where sources disagree", a page's worth each.

    A value of another day than `today`, the report's, has its day beside its place.
    """
    heads = (
        Column("item", (Span(labels["item"]),), "left", (), 2.2),
        Column("printed", (Span(labels["printed"]),), "right", (), 1.0),
        Column("recomputed", (Span(labels["recomputed"]),), "right", (), 1.0),
        Column("formula", (Span(labels["formula"]),), "left", (), 3.6),
        Column("place", (Span(labels["place"]),), "left", (), 1.0),
    )
    rows = [_disagreement_row(item, known, labels, language, today) for item in found]
    whole = table_layout.grid(Table("plain", heads, tuple(rows)), INNER_WIDTH, _APPENDIX_SIZE)
    head = sum(whole.rows[: whole.header_rows])
    pages: list[list[Row]] = []
    height = _APPENDIX_HEIGHT
    for row, needed in zip(rows, whole.rows[whole.header_rows :], strict=True):
        if not pages or height + needed > _APPENDIX_HEIGHT:
            pages.append([])
            height = head
        pages[-1].append(row)
        height += needed
    return [Table("plain", heads, tuple(page)) for page in pages]


def _disagreement_row(
    item: Disagreement, known: dict[str, Fact], labels: dict[str, str], language: Language, today: date
) -> Row:
    assert item.printed.quantity is not None
    assert item.computed.quantity is not None
    places = display_decimals(item.printed.quantity, language)
    source = item.printed.lineage
    assert isinstance(source, Source)
    printed, unit, decimals = print_fact(item.printed, Shown(places), language)
    computed, _, _ = print_quantity(
        item.computed.quantity, Shown(places, display_unit(item.printed.quantity.unit, language)), language
    )
    name = MARKS[language]["of"].join((item.computed.subject, item.computed.metric))
    line = source.origin_line
    place = lines_text([(line, line)], labels, language) if line else f"{source.file}:{source.file_line}"
    where = [Span(place, "structure", item.printed.id, "origin-line")]
    day = item.printed.as_of or source.as_of
    if day is not None and day != today and item.printed.period is None:
        where += [Span(" "), Span(day_text(day, language), "period", item.printed.id)]
    return Row(
        (
            Cell((Span(name, "structure", item.computed.id, "fact-label"),)),
            Cell((Span(printed, "number", item.printed.id, "printed", False, unit, decimals),), item.printed.id),
            Cell((Span(computed, "number", item.computed.id, None, True, unit, decimals),), item.computed.id),
            Cell((Span(words(item.computed, known, language), "structure", item.computed.id, "formula"),)),
            Cell(tuple(where)),
        )
    )


def words(fact: Fact, known: dict[str, Fact], language: Language) -> str:
    """Return a computed fact's formula with its operands' labels and values in place of their ids."""
    assert isinstance(fact.lineage, Derivation)

    def operand(match: re.Match[str]) -> str:
        if match[1] is None:
            return FUNCTIONS.get(match[0], match[0]) if language == "zh" else match[0]
        other = known[match[1]]
        if other.quantity is None:
            return other.metric
        value, _, _ = print_quantity(other.quantity, Shown(grouping=True), language)
        return f"{other.metric}{value}" if language == "zh" else f"{other.metric} {value}"

    text = formula_text(parse(fact.lineage.formula))
    told = _REFERENCE_OR_FUNCTION.sub(operand, text).replace(" ** ", "^")
    gap = "" if language == "zh" else " "
    return told.replace(" * ", f"{gap}×{gap}").replace(" / ", f"{gap}÷{gap}")


def ratings(page: Page, facts: WorkspaceFacts, labels: dict[str, str]) -> tuple[Paragraph, ...]:
    """Return the rating definitions, made from the policy."""
    policy, language = facts.workspace.rating, facts.language
    horizon = facts.number("rating.horizon_months", Quantity.exact(policy.horizon_months, parse_unit("个月")))
    benchmark = facts.text("rating.benchmark", policy.benchmark.get(language) or "")
    blocks = [
        Paragraph(
            f"{page.id}-basis", fill(labels["rating_basis"], horizon=(horizon,), benchmark=(benchmark,)), "small"
        ),
    ]
    for scope, bands in (("company", policy.company), ("sector", policy.sector)):
        blocks.append(Paragraph(f"{page.id}-{scope}", (Span(labels[f"{scope}_rating"], bold=True),), "body"))
        for index, band in enumerate(bands):
            head = facts.text(f"rating.{scope}.{index}.name", band.name.get(language) or "")
            opening = fill(labels[f"{scope}_band"], horizon=(horizon,), benchmark=(benchmark,))
            limits = _limits(band, f"rating.{scope}.{index}", facts, labels)
            colon = Span(MARKS[language]["colon"])
            text = (Span(head.text, "quote", head.fact, bold=True), colon, *opening, *limits)
            blocks.append(Paragraph(f"{page.id}-{scope}-{index}", text, "small"))
    return tuple(blocks)


def _limits(band: Band, key: str, facts: WorkspaceFacts, labels: dict[str, str]) -> Text:
    def bound(name: str) -> Text:
        return (facts.number(f"{key}.{name}", Quantity.exact(Fraction(getattr(band, name)), PERCENT)),)

    low, high = band.low, band.high
    form = "_".join(name for name in (low, high) if name)
    return fill(labels[form], low=bound(low) if low else (), high=bound(high) if high else ())


def fill(template: str, **parts: Text) -> Text:
    """Return a text with `{name}` replaced by spans."""
    spans: list[Span] = []
    for index, piece in enumerate(re.split(r"\{(\w+)\}", template)):
        if index % 2:
            spans += parts[piece]
        elif piece:
            spans.append(Span(piece))
    return tuple(spans)


def legal(page: Page, facts: WorkspaceFacts, labels: dict[str, str]) -> tuple[Paragraph, ...]:
    """Return the analysts' certificate and the disclaimer."""
    blocks: list[Paragraph] = []
    for key in ("certificate", "disclaimer"):
        blocks.append(Paragraph(f"{page.id}-{key}-heading", (Span(labels[key]),), "heading"))
        text = getattr(facts.workspace.legal, key).get(facts.language) or ""
        for index, part in enumerate(part.strip() for part in text.split("\n\n")):
            if part:
                span = facts.text(
                    f"legal.{key}.{index}",
                    " ".join(part.split()) if facts.language == "en" else "".join(part.split("\n")),
                )
                blocks.append(Paragraph(f"{page.id}-{key}-{index}", (span,), "small"))
        if key == "certificate":
            blocks += [_analyst(page, facts, labels, index) for index in range(len(facts.workspace.analysts))]
    return tuple(blocks)


def disclosures(page: Page, facts: WorkspaceFacts, text: str) -> tuple[Paragraph, ...]:
    """Return the house's own disclosures, a paragraph for each part between blank lines."""
    parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    return tuple(
        Paragraph(f"{page.id}-{index}", (facts.of_theme(f"disclosures.{index}", part),), "small")
        for index, part in enumerate(parts)
    )


def notes(page: Page, known: dict[str, Fact], labels: dict[str, str], language: Language) -> tuple[Paragraph, ...]:
    """Return the origins of everything on a page, for the speaker's notes."""
    found: list[Paragraph] = []
    gap = MARKS[language]["gap"]
    for exhibit in page.exhibits():
        found.append(Paragraph(f"{page.id}-note-{exhibit.id}", (*exhibit.label, Span(gap), *exhibit.origin), "note"))
    bound = dict.fromkeys(
        span.fact
        for paragraph in page.paragraphs()
        for span in paragraph.text
        if span.kind in ("number", "word", "quote") and span.fact
    )
    facts = [known[identifier] for identifier in bound if identifier in known]
    lines: dict[str, list[int]] = {}
    for source in sources(facts, known):
        if source.dataset != "workspace":
            lines.setdefault(source.origin, []).extend([source.origin_line] if source.origin_line else [])
    for index, (origin, numbers) in enumerate(lines.items()):
        runs = [(number, number) for number in sorted(set(numbers))]
        where = MARKS[language]["comma"] + lines_text(runs, labels, language) if runs else ""
        text = Span(f"{labels['source']}{origin}{where}", "structure", note="origin")
        found.append(Paragraph(f"{page.id}-note-text-{index}", (Span(f"{labels['text']}{gap}"), text), "note"))
    return tuple(found)
