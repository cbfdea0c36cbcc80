"""The workbook beside the document: its sheets, their words, values, formulas and charts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import cached_property

from yanbao.check import chart_ranges, counting, disclosures, formulas, other_inputs, texts
from yanbao.check.accounted import account
from yanbao.check.align import Alignment, align
from yanbao.check.atoms import Atom, Expected, Group, atoms_of, squeeze
from yanbao.check.book import Book, Key
from yanbao.check.data_sheets import dataset_of, known_texts, read_data_sheet, read_fact_rows
from yanbao.check.exhibit_sheets import Grid, page_text, read_exhibit_sheet, title_of
from yanbao.check.findings import Claim, FileCount, Finding, Recomputed, Where
from yanbao.check.number_sheet import Entries, entries_of, is_number_sheet
from yanbao.check.required import Parts
from yanbao.check.subject import Subject
from yanbao.check.tokens import numbers, tokens
from yanbao.document.tree import Chart, Exhibit, Page, Text, plain
from yanbao.errors import ReadError
from yanbao.fact.fact import Fact, Source
from yanbao.read.contents import FileContents, PageContents, Place, Segment

# Words of the workbook's own controls, besides the document's labels. None holds a digit.
_HEAD_ROW = 5
_CONTROLS = (
    "←目录", "←Contents", "时间", "事件", "内容", "Time", "Event", "Detail", "When", "—",
    "风险提示、评级说明与声明", "Risks, rating definitions and disclosures",
)  # fmt: skip


def findings(subject: Subject, parts: Parts, contents: FileContents, count: FileCount) -> Iterator[Finding]:
    """Yield the findings of a workbook; its numbers are counted into `count`."""
    checker = _Checker(subject, parts, contents, count)
    yield from checker.run()


class _Checker:
    def __init__(self, subject: Subject, parts: Parts, contents: FileContents, count: FileCount) -> None:
        self.subject, self.parts, self.contents, self.count = subject, parts, contents, count
        self.book = Book(subject, contents)
        words = [*subject.document.labels.values(), *_CONTROLS]
        self.fillers = [word for word in words if not numbers(word)]
        self.reported: set[Key] = set()

    def run(self) -> Iterator[Finding]:
        exhibits = [(page, exhibit) for page in self.subject.document.pages for exhibit in page.exhibits()]
        for sheet in self.contents.pages:
            if sheet.hidden:
                text = f"the sheet {sheet.id!r} is hidden"
                yield Finding("sheet", Claim(sheet.id or ""), (Where(self.contents.name, sheet.number),), text)
        matched: list[tuple[Page, Exhibit, PageContents]] = []
        sheets = self._sheets([exhibit for _, exhibit in exhibits])
        for (page, exhibit), found in zip(exhibits, sheets, strict=True):
            if found is None:
                text = f"{plain(exhibit.label)} has no sheet"
                yield Finding("sheet", Claim(""), (Where(self.contents.name, text=title_of(exhibit)),), text)
            else:
                matched.append((page, exhibit, found))
        taken = {1, *(found.number for _, _, found in matched)}
        others = [each for each in self.contents.pages if each.number not in taken]
        # the homes of facts come first: what refers to them is judged by them
        rest, listed = yield from self._homes(others)
        rest = yield from self._disclosures(rest, listed)
        aligned = []
        language = self.subject.document.language
        for page, exhibit, sheet in matched:
            result = read_exhibit_sheet(self.book, page, exhibit, sheet, self.fillers, language)
            aligned.append((exhibit, sheet, *result))
        yield from self._formulas()
        for exhibit, sheet, expected, alignment, grid in aligned:
            kept = [each for each in alignment.differences if not self._is_reported(sheet, each.place.cell)]
            yield from texts.findings_of(self.subject, self.parts, expected, kept, alignment)
            yield from counting.count_page(self.subject, alignment, self.count, whole=True)
            if isinstance(exhibit.body, Chart):
                yield from self._chart(exhibit, exhibit.body, sheet, grid)
        yield from self._index(exhibits)
        for each in rest:
            yield from self._list(each, listed.get(each.number, {}))

    def _sheets(self, exhibits: Sequence[Exhibit]) -> list[PageContents | None]:
        """Return each exhibit's sheet: the one its title heads, else the one that stands between its neighbours'."""
        headed = {squeeze(self.book.text(page.id or "", "A1")): page for page in self.contents.pages[1:]}
        found: list[PageContents | None] = [headed.get(title_of(exhibit)) for exhibit in exhibits]
        taken = {page.number for page in found if page is not None}
        for at, page in enumerate(found):
            if page is None:
                before = next((each.number for each in reversed(found[:at]) if each is not None), 1)
                after = next((each.number for each in found[at + 1 :] if each is not None), before + 2)
                free = [each for each in self.contents.pages if before < each.number < after]
                free = [each for each in free if each.number not in taken]
                if free and dataset_of(self.subject, free[0]) is None:
                    found[at] = free[0]
                    taken.add(free[0].number)
        return found

    def _homes(
        self, others: Sequence[PageContents]
    ) -> Generator[Finding, None, tuple[list[PageContents], dict[int, dict[int, Fact]]]]:
        listed: dict[int, dict[int, Fact]] = {}
        datasets: set[str] = set()
        for page in others:
            dataset = dataset_of(self.subject, page)
            if dataset is not None:
                datasets.add(dataset)
                yield from read_data_sheet(self.book, page, dataset)
            else:
                listed[page.number] = yield from read_fact_rows(self.book, page)
        return list(others), listed

    def _disclosures(
        self, rest: Sequence[PageContents], listed: Mapping[int, Mapping[int, Fact]]
    ) -> Generator[Finding, None, list[PageContents]]:
        """Compare the texts that regulation asks for with their sheet; return the other sheets."""
        wanted = disclosures.expected_groups(self.subject.document)
        if not wanted:
            return list(rest)
        # the list of the numbers quotes the sentences they stand in
        sheet = disclosures.sheet_of(wanted, [page for page in rest if not listed.get(page.number)])
        if sheet is None:
            yield disclosures.missing(self.subject.document, self.contents)
            return list(rest)
        place = Place(self.contents.name, sheet.number)
        alignment = align(wanted, [each for each in sheet.segments if squeeze(each.text)], self.fillers, place)
        yield from texts.findings(self.subject, self.parts, wanted, alignment)
        yield from counting.count_page(self.subject, alignment, self.count, whole=True)
        yield from disclosures.unlisted(sheet, self.contents)
        return [page for page in rest if page is not sheet]

    def _formulas(self) -> Iterator[Finding]:
        from yanbao.read.xlsx import computed

        try:
            yield from formulas.findings(self.book, computed(self.contents), self.reported)
            yield from other_inputs.findings(self.book, self.reported)
        except ReadError as error:
            text = str(error).partition("\n")[0]
            yield Finding("formula", Claim(self.contents.name), (Where(self.contents.name),), text)

    def _is_reported(self, sheet: PageContents, cell: str) -> bool:
        return (sheet.id or "", cell) in self.reported

    def _chart(self, exhibit: Exhibit, chart: Chart, sheet: PageContents, grid: Grid) -> Iterator[Finding]:
        yield from chart_ranges.findings(self.book, exhibit, chart, sheet, grid, self.count, self.reported)

    def _index(self, exhibits: Sequence[tuple[Page, Exhibit]]) -> Iterator[Finding]:
        """The first sheet names every exhibit with its page, unit, day and origin."""
        page = self.contents.pages[0]
        rows = self.book.rows(page)
        known = self.known
        listed = sorted(row for row in rows if row > _HEAD_ROW)[: len(exhibits)]
        for row, (on, exhibit) in zip(listed, exhibits, strict=False):
            yield from self._index_row(rows[row], on, exhibit)
        for _, exhibit in exhibits[len(listed) :]:
            text = f"the index does not name {plain(exhibit.label)}"
            yield Finding("sheet", Claim(""), (Where(self.contents.name, 1, text=plain(exhibit.label)),), text)
        for row in sorted(set(rows) - set(listed)):
            yield from self._known(list(rows[row].values()), known)
        yield from self._feet(page, known)

    def _index_row(self, cells: Mapping[int, Segment], page: Page, exhibit: Exhibit) -> Iterator[Finding]:
        wanted: list[Expected] = []
        for role, text in (
            ("exhibit-label", exhibit.label),
            ("exhibit-title", exhibit.title),
            ("page-number", None),
            ("unit", exhibit.unit),
            ("as-of", exhibit.as_of),
            ("origin", exhibit.origin),
        ):
            if text is None:
                number = Atom(str(page.number), "structure", note="page-number")
                wanted.append(Group("page-number", page.number, exhibit.id, (number,), "index"))
                continue
            atoms = _behind(text) if role in ("unit", "origin") else atoms_of(text)
            group = Group(role, page.number, exhibit.id, tuple(atoms), "index")  # type: ignore[arg-type]
            wanted += [group] if group.bare else []
        alignment = align(wanted, [cells[at] for at in sorted(cells)], self.fillers)
        yield from texts.findings(self.subject, self.parts, wanted, alignment)
        yield from counting.count_page(self.subject, alignment, self.count, whole=False)

    def _list(self, page: PageContents, bound: Mapping[int, Fact]) -> Iterator[Finding]:
        """A sheet of inputs, of computed facts or of the numbers in the text."""
        known = self.known
        rows = self.book.rows(page)
        handled: set[Key] = set()
        if bound and is_number_sheet(rows, bound):
            for item in entries_of(self.subject, rows, bound):
                handled |= {(page.id or "", place) for place in item.cells}
                alignment = align(item.expected, item.segments, place=Place(self.contents.name, page.number))
                yield from texts.findings(self.subject, self.parts, item.expected, alignment)
                yield from counting.count_page(self.subject, alignment, self.count, whole=False)
                yield from self._ids(item, alignment)
                for segment in item.pages:
                    self._add(segment.text, "structure")
                for sentence in item.sentences:
                    yield from self._sentence(item.page, sentence)
        lines = self.lines
        for cells in rows.values():
            for segment in cells.values():
                assert segment.cell is not None
                key = (page.id or "", segment.cell.address)
                if key in handled:
                    continue
                if key in self.book.expected:
                    self._count_value(key, segment)
                elif key in self.book.units or (segment.text.isdecimal() and segment.text in lines):
                    self._add(segment.text, "structure")
                else:
                    yield from self._known([segment], known, lines)
        yield from self._feet(page, known)

    def _ids(self, item: Entries, alignment: Alignment) -> Iterator[Finding]:
        """The id beside a number is that of its fact."""
        reading = alignment.reading
        # exhibits are listed in part: of an exhibit's numbers that print alike any may be the one, each once
        alike: dict[tuple[str, str], Counter[str | None]] = {}
        for group in alignment.groups:
            if group.optional:
                alike.setdefault((group.block, group.bare), Counter())[group.atoms[0].fact] += 1
        for line, segment in enumerate(reading.segments):
            start, end = reading.segment_range(line)
            owners = set(reading.owners[start:end])
            listed = [key for printed, key in item.facts if printed is segment]
            if len(owners) == 1 and -1 not in owners and listed:
                owner = alignment.groups[owners.pop()]
                wanted = owner.atoms[0].fact
                block = item.block(segment) or owner.block
                left = alike.get((block, owner.bare), Counter()) if owner.optional else Counter({wanted: 1})
                left[listed[0]] -= 1
                if left[listed[0]] < 0:
                    text = f"{segment.text!r} is listed as {listed[0]}; it is {wanted}"
                    place = (Where.at(segment.place, listed[0]),)
                    yield Finding("sheet-text", Claim(listed[0]), place, text, Recomputed(wanted or ""))

    @cached_property
    def known(self) -> dict[str, str]:
        """Return the texts with numbers that may stand anywhere."""
        return known_texts(self.subject, [sheet.id or "" for sheet in self.contents.pages])

    @cached_property
    def lines(self) -> set[str]:
        """Return the lines of files and origins that the facts name."""
        found: set[str] = set()
        for fact in self.subject.document.facts.values():
            source = fact.lineage if isinstance(fact.lineage, Source) else fact.lineage.printed_source
            if source is not None:
                found |= {str(source.file_line), str(source.origin_line)}
        return found

    def _count_value(self, key: Key, segment: Segment) -> None:
        expected = self.book.expected[key]
        atom = Atom(segment.text, "number", expected.fact)
        for token in tokens(segment.text):
            if token.kind == "name":
                self.count.names += 1
                continue
            self.count.numbers += 1
            kind = None if key in self.reported else account(self.subject, [atom])
            if kind is None:
                self.count.breaks += 1
            else:
                setattr(self.count, kind, getattr(self.count, kind) + 1)

    def _add(self, text: str, kind: str) -> None:
        for token in tokens(text):
            if token.kind == "name":
                self.count.names += 1
            else:
                self.count.numbers += 1
                setattr(self.count, kind, getattr(self.count, kind) + 1)

    def _known(
        self, segments: Sequence[Segment], known: Mapping[str, str], lines: set[str] | None = None
    ) -> Iterator[Finding]:
        """A text with a number is a text of the document or of its facts, or a row of such texts."""
        for segment in segments:
            if not numbers(segment.text):
                self._add(segment.text, "structure")  # counts names
                continue
            bare = squeeze(segment.text)
            kind = known.get(bare)
            if kind is None and self._row_of_texts(segment.text, known, lines or set()):
                kind = "structure"
            if kind is None:
                text = f"{segment.text!r} is no text of the document and of none of its facts"
                yield Finding("sheet-text", Claim(segment.text), (Where.at(segment.place, segment.text),), text)
                found = [token for token in tokens(segment.text) if token.kind != "name"]
                self.count.numbers += len(found)
                self.count.breaks += len(found)
            else:
                self._add(segment.text, kind or "sourced")

    def _row_of_texts(self, text: str, known: Mapping[str, str], lines: set[str]) -> bool:
        """Whether a text is made of known ones: labels before colons, several origins, several lines."""
        parts = re.split("　|；|   |; ", text)
        for part in filter(None, parts):
            bare = squeeze(part)
            behind = squeeze(part.partition("：")[2] or part.partition(": ")[2])
            plain_day = bare.removeprefix("截至").removeprefix("Asof")
            if not numbers(part) or bare in known or behind in known or plain_day in known:
                continue
            pages = {squeeze(page_text(page, self.subject.document.language)) for page in self.subject.document.pages}
            if bare in pages:
                continue
            listed = [piece for piece in bare.replace("、", ",").split(",") if piece]
            if listed and all(piece in lines or piece in known for piece in listed):
                continue
            return False
        return True

    def _feet(self, page: PageContents, known: Mapping[str, str]) -> Iterator[Finding]:
        feet = {squeeze(plain(each.footer)) for each in self.subject.document.pages}
        shown = [segment for segment in page.segments if segment.role == "footer"]
        if not any(squeeze(segment.text) in feet for segment in shown):
            said = shown[0].text if shown else ""
            place = (Where(self.contents.name, page.number, text=said),)
            yield Finding("notice", Claim(said), place, f"the foot of the sheet {page.id!r} is {said!r}")
        for segment in shown:
            self._add(segment.text, "structure")

    def _sentence(self, number: int, segment: Segment) -> Iterator[Finding]:
        """A sentence beside a number stands on that page."""
        bare = squeeze(segment.text)
        for page, group in self.subject.groups:
            if page.number == number and bare in group.bare:
                offset = group.bare.index(bare)
                for token in tokens(segment.text):
                    if token.kind == "name":
                        self.count.names += 1
                        continue
                    start = offset + len(squeeze(segment.text[: token.start]))
                    end = start + len(squeeze(token.text))
                    atoms = {id(group.atoms[i]): group.atoms[i] for i in group.atom_of_char[start:end]}
                    kind = account(self.subject, list(atoms.values()))
                    self.count.numbers += 1
                    if kind is None:
                        self.count.breaks += 1
                    else:
                        setattr(self.count, kind, getattr(self.count, kind) + 1)
                return
        text = f"{segment.text!r} is no sentence of page {number}"
        yield Finding("sheet-text", Claim(segment.text), (Where.at(segment.place, segment.text),), text, Recomputed(""))
        found = [token for token in tokens(segment.text) if token.kind != "name"]
        self.count.numbers += len(found)
        self.count.breaks += len(found)


def _behind(text: Text) -> tuple[Atom, ...]:
    """Return a text without the word before its colon, which the head of the column says."""
    atoms = atoms_of(text)
    for number, atom in enumerate(atoms):
        for colon in ("：", ": "):
            before, found, after = atom.text.partition(colon)
            if found and len(before) <= len("Source"):
                kept = (Atom(after, atom.kind, atom.fact, atom.note, atom.unit, atom.decimals),) if after else ()
                return (*kept, *atoms[number + 1 :])
    return atoms
