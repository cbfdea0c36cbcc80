"""document -> .xlsx: the sheets are laid out, facts get their homes, then everything is written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.document.theme import Theme
from yanbao.document.tree import Chart, Document, Exhibit, Page, plain, spans_of_exhibit
from yanbao.errors import RenderError
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.memory import active, remembered, settled
from yanbao.render.xlsx import look, number_format
from yanbao.render.xlsx.charts import make_chart
from yanbao.render.xlsx.computed_sheet import add_blocks, computed_sheet
from yanbao.render.xlsx.disclosure_sheet import disclosure_sheet
from yanbao.render.xlsx.evidence_sheet import evidence_sheet
from yanbao.render.xlsx.exhibit_sheet import exhibit_sheet
from yanbao.render.xlsx.grid import Address, Between, Cell, Fixed, Gap, Look, Placed, Sheet, Shown, Words, quoted
from yanbao.render.xlsx.homes import Homes, Layout, needed, sourced
from yanbao.render.xlsx.index_sheet import index_sheet
from yanbao.render.xlsx.names import Names
from yanbao.render.xlsx.numbers_sheet import entries_of, numbers_sheet
from yanbao.render.xlsx.words import clean, words
from yanbao.render.xlsx.worksheet import kept, string_table_class, workbook_class, worksheet_class

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet


_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")


def render_xlsx(document: Document, theme: Theme, path: Path) -> None:
    """Write a document as a workbook: which number stands where, and how was it computed?

    Sheets: an index; one an exhibit, in the document's order, with its native chart; the numbers of the text; computed
    facts that no exhibit shows; one an evidence table; the texts that regulation asks for. A sourced fact lives on its
    evidence sheet, a computed one in the first exhibit cell that shows it; every other cell refers to these homes by
    formula. The same document and theme give the same bytes.

    Raises:
        RenderError: a text that no cell can hold, a fact that the document does not hold, a formula or an axis
            that a workbook cannot say; nothing is written.
    """
    sheets, homes = plan(document)
    _Writer(document, theme, homes).write(sheets, path)


def plan(document: Document) -> tuple[list[Sheet], Homes]:
    """Return the sheets in order, laid out, and the home of every fact in them."""
    own, facts = settled("words of the workbook", words(document)), document.facts
    names = Names(document.language)
    index = names.give(own["index"])
    zh = document.language == "zh"
    shown: list[tuple[Page, Exhibit, str]] = []
    exhibits: list[Sheet] = []
    for page in document.pages:
        for exhibit in page.exhibits():
            name = names.give(f"{plain(exhibit.label)} {plain(exhibit.title)}")
            ids = remembered("facts of an exhibit", (exhibit,), partial(_facts_of, exhibit))
            parts = (exhibit, page, name, own, zh, *map(facts.get, ids))
            make = partial(exhibit_sheet, exhibit, page, name, index, facts, own, zh)
            exhibits.append(remembered("exhibit sheet", parts, make))
            shown.append((page, exhibit, name))
    entries = list(entries_of(document))
    text = numbers_sheet(document, entries, names.give(own["text_numbers"]), index, own)
    used = [cell.fact for sheet in (*exhibits, text) for _, cell in sheet.facts()]
    bound = [entry.span.fact for entry in entries if entry.span.fact is not None]
    wanted = needed(dict.fromkeys([*used, *bound]), facts)
    computed_name = names.give(own["computed"])
    evidence: list[Sheet] = []
    titles: dict[str, str] = {}
    for dataset, found in sourced(facts, wanted).items():
        label = own["workspace"] if dataset == "workspace" else f"{own['data']} {dataset}"
        name = names.give(label)
        make = partial(evidence_sheet, dataset, found, name, index, own, document.language)
        evidence.append(remembered("evidence sheet", (dataset, name, own, document.language, *found), make))
        origins = (fact.lineage.origin for fact in found if isinstance(fact.lineage, Source))
        titles[name] = own["semicolon"].join(dict.fromkeys(origin for origin in origins if origin))
    homes = Homes.of([*evidence, *exhibits], facts)
    homeless = [fact for key, fact in wanted.items() if key not in homes.addresses]
    computed = computed_sheet(homeless, computed_name, index, own, document.language)
    homes.addresses.update(Homes.of([computed], facts).addresses)
    blocks = homes.scattered(wanted)
    add_blocks(computed, blocks, homes, own, document.language)
    computed.fit(4)
    middle = [text] + ([computed] if homeless or blocks else [])
    others = [(text.name, own["text_numbers_title"])]
    others += [(computed.name, own["computed_title"])] if homeless or blocks else []
    others += list(titles.items())
    last = disclosure_sheet(document, names.give(own["disclosure_sheet"]), index, own)
    others += [(last.name, own["disclosure_title"])] if last is not None else []
    first = index_sheet(document, shown, others, index, own)
    sheets = [first, *exhibits, *middle, *evidence, *([last] if last is not None else [])]
    homes.layout = settled("homes", Layout(homes.addresses, homes.blocks))
    footed = (sheet if sheet.footer else replace(sheet, footer=first.footer) for sheet in sheets)
    return [settled(f"sheet {sheet.name}", sheet) for sheet in footed], homes


def _facts_of(exhibit: Exhibit) -> list[str]:
    """Return the ids of the facts that an exhibit's sheet looks at."""
    ids = [span.fact for text in spans_of_exhibit(exhibit) for span in text]
    if isinstance(exhibit.body, Chart):
        ids += [point.fact for series in exhibit.body.series for point in series.points]
    return [each for each in dict.fromkeys(ids) if each is not None]


class _Writer:
    def __init__(self, document: Document, theme: Theme, homes: Homes) -> None:
        self._document, self._theme, self._homes = document, theme, homes
        self._font = look.font(theme, document.language)
        self._formats: dict[Look, Format] = {}

    def write(self, sheets: list[Sheet], path: Path) -> None:
        from xlsxwriter.exceptions import XlsxWriterException

        options = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
            "default_format_properties": {"font_name": self._font, "font_size": 10},
        }
        book = workbook_class()(str(path), options)
        book.use_custom_theme(StringIO(look.theme_xml(self._theme)))
        published = self._document.published
        book.set_properties(
            {
                "title": clean(self._document.title, "the document's title"),
                "subject": clean(self._document.subtitle, "the document's subtitle"),
                "author": clean(self._document.house, "the house's name"),
                "company": clean(self._document.house, "the house's name"),
                "created": datetime(published.year, published.month, published.day),
            }
        )
        book.str_table = texts = string_table_class()()
        made = [(sheet, book.add_worksheet(sheet.name, worksheet_class())) for sheet in sheets]
        memory = active()
        fresh: list[tuple[Worksheet, tuple[object, ...], tuple[str, ...]]] = []
        for sheet, worksheet in made:
            made_from = self._made_from(sheet)
            before = memory.get("worksheet", made_from) if memory else None
            if before is not None:
                worksheet.put_back(book, before, [self._format(book, style) for style in before.styles])
                continue
            start = len(texts.asked)
            self._sheet(book, sheet, worksheet)
            if memory:
                worksheet.remember()
                fresh.append((worksheet, made_from, tuple(texts.asked[start:])))
        try:
            book.close()
        except (XlsxWriterException, OSError) as error:
            raise RenderError(f"{path}: the workbook cannot be written: {error}") from error
        styles: dict[int, object] = {}
        for wanted, shape in self._formats.items():
            styles.setdefault(shape._get_xf_index(), wanted)
        for worksheet, made_from, asked in fresh:
            assert memory is not None
            memory.put("worksheet", made_from, kept(worksheet, asked, styles))

    def _made_from(self, sheet: Sheet) -> tuple[object, ...]:
        """Return all that the XML of a sheet depends on."""
        facts, found = self._homes.facts, []
        for key in remembered("shown on a sheet", (sheet,), lambda: [cell.fact for _, cell in sheet.facts()]):
            found.append(facts[key])
            lineage = facts[key].lineage
            if isinstance(lineage, Derivation):  # a formula converts its operands' units
                found += [facts[part] for part in lineage.inputs]
        return (sheet, self._theme, self._font, self._document.house, self._homes.layout, *found)

    def _sheet(self, book: Workbook, sheet: Sheet, worksheet: Worksheet) -> None:
        for column, characters in sorted(sheet.widths.items()):
            worksheet.set_column(column, column, characters)
        for (row, column), cell in sorted(sheet.cells.items()):
            self._cell(book, worksheet, Address(sheet.name, row, column), cell)
        for row, first, last in sheet.merges:
            cell = sheet.cells[row, first]
            assert isinstance(cell, Words)
            worksheet.merge_range(row, first, row, last, "", self._format(book, cell.look))
            worksheet.write_string(row, first, clean(cell.text, sheet.name), self._format(book, cell.look))
        for row, height in sheet.heights().items():
            worksheet.set_row(row, height)
        worksheet.set_row(0, 24)
        for place in sheet.charts:
            chart = make_chart(book, sheet, place, self._theme, sheet.name)
            worksheet.insert_chart(
                place.row, place.column, chart, {"description": clean(place.alt, sheet.name), "object_position": 2}
            )
        self._page(sheet, worksheet)

    def _page(self, sheet: Sheet, worksheet: Worksheet) -> None:
        worksheet.hide_gridlines(2)
        tabs = {"index": self._theme.primary, "exhibit": self._theme.accent, "evidence": self._theme.muted}
        worksheet.set_tab_color(tabs.get(sheet.role, self._theme.rule))
        if any(sheet.frozen):
            worksheet.freeze_panes(*sheet.frozen)
        if sheet.filtered is not None:
            worksheet.autofilter(*sheet.filtered)
        if sheet.header_rows is not None:
            worksheet.repeat_rows(*sheet.header_rows)
        if sheet.role == "disclosures":
            worksheet.set_portrait()
        else:
            worksheet.set_landscape()
        worksheet.set_paper(9)  # A4
        worksheet.fit_to_pages(1, 1 if sheet.charts else 0)  # a chart is not cut in two
        worksheet.set_margins(0.5, 0.5, 0.6, 0.7)
        worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        footer = clean(sheet.footer, "the page's footer").replace("&", "&&")[:120]
        worksheet.set_footer(f"&L&8{' ' if footer[:1].isdigit() else ''}{footer}&R&8&A")

    def _format(self, book: Workbook, wanted: Look) -> Format:
        found = self._formats.get(wanted)
        if found is None:
            found = self._formats[wanted] = book.add_format(look.properties(wanted, self._theme, self._font))
        return found

    def _cell(self, book: Workbook, worksheet: Worksheet, at: Address, cell: Cell) -> None:
        shape = self._format(book, cell.look)
        row, column = at.row, at.column
        if isinstance(cell, Words):
            text = clean(cell.text, f"{at.sheet}!{at.a1}")
            if cell.sheet is not None:
                worksheet.write_url(row, column, f"internal:{quoted(cell.sheet)}!A1", shape, text)
            elif cell.runs and not _ESCAPE.search(text):  # xlsxwriter writes escapes in rich texts twice
                self._rich(book, worksheet, at, cell)
            elif text:
                worksheet.write_string(row, column, text, shape)
            else:
                worksheet.write_blank(row, column, None, shape)
            self._comment(worksheet, at, cell.comment)
        elif isinstance(cell, Gap):
            worksheet.write_blank(row, column, None, shape)
            self._comment(worksheet, at, cell.reason)
        elif isinstance(cell, Between):
            upper, lower = (Address(at.sheet, row, column - back).a1 for back in (cell.upper, cell.lower))
            worksheet.write_formula(row, column, f"={upper}-{lower}", shape, number_format.as_number(cell.value))
        elif isinstance(cell, Fixed | Placed):
            worksheet.write_number(row, column, number_format.as_number(cell.value), shape)
        else:
            self._fact(worksheet, at, cell, shape)

    def _rich(self, book: Workbook, worksheet: Worksheet, at: Address, cell: Words) -> None:
        """Write a text of which some pieces are bold: always a text, whatever it begins with."""
        where = f"{at.sheet}!{at.a1}"
        fragments: list[object] = []
        for text, bold in cell.runs:
            fragments += [self._format(book, cell.look._replace(bold=bold)), clean(text, where)]
        done = worksheet.write_rich_string(at.row, at.column, *fragments, self._format(book, cell.look))
        if done != 0:
            raise RenderError(f"{where}: the text cannot be written: {cell.text[:40]!r}…")

    def _comment(self, worksheet: Worksheet, at: Address, text: str | None) -> None:
        if text:
            options = {"author": self._document.house, "font_name": self._font, "font_size": 9}
            worksheet.write_comment(at.row, at.column, clean(text, f"{at.sheet}!{at.a1}"), options)

    def _fact(self, worksheet: Worksheet, at: Address, cell: Shown, shape: Format) -> None:
        fact = self._homes.facts[cell.fact]
        home = self._homes.addresses[fact.id]
        if fact.quantity is None:
            self._text(worksheet, at, fact, home, shape)
            return
        value = number_format.cell_value(fact.quantity) * cell.factor
        if home == at and isinstance(fact.lineage, Source):
            worksheet.write_number(at.row, at.column, number_format.as_number(value), shape)
            return
        formula = self._formula(fact, at.sheet) if home == at else self._reference(at, home, cell)
        worksheet.write_formula(at.row, at.column, formula, shape, number_format.as_number(value))

    def _formula(self, fact: Fact, sheet: str) -> str:
        assert isinstance(fact.lineage, Derivation)
        inputs = (self._homes.facts[key] for key in fact.lineage.inputs)
        parts = (fact, sheet, self._homes.layout, *inputs)
        return remembered("formula", parts, partial(self._homes.formula, fact, sheet))

    def _reference(self, at: Address, home: Address, cell: Shown) -> str:
        factor = cell.factor
        text = "=" + home.from_sheet(at.sheet)
        if factor.numerator != 1:
            text += f"*{factor.numerator}"
        return text + (f"/{factor.denominator}" if factor.denominator != 1 else "")

    def _text(self, worksheet: Worksheet, at: Address, fact: Fact, home: Address, shape: Format) -> None:
        text = clean(fact.text or "", f"{at.sheet}!{at.a1}")
        if home == at or not _survives(text):
            worksheet.write_string(at.row, at.column, text, shape)
        else:
            worksheet.write_formula(at.row, at.column, "=" + home.from_sheet(at.sheet), shape, text)


def _survives(text: str) -> bool:
    """Whether a text comes back unchanged as a formula's cached result, which has no escapes."""
    return bool(text) and text.strip() == text and text[0] != "#" and not _ESCAPE.search(text)
