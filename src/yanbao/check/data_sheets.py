"""Which fact each cell of the sheets of inputs and of computed facts should hold, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from fractions import Fraction

from yanbao.check.atoms import squeeze
from yanbao.check.book import Book, Rows, expected_of, is_percent
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.subject import Subject
from yanbao.check.tokens import numbers
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity import unit_label
from yanbao.read.contents import PageContents, Segment
from yanbao.read.reference import address

_FILE = re.compile(r"(?:(?:evidence|models)/)?[\w.-]+\.(?:csv|toml)")
_LINES = re.compile(r"\d+(?:(?:、|, )\d+)*")
_HEAD = 5  # row of the heads


def dataset_of(subject: Subject, page: PageContents) -> str | None:
    """Return the dataset whose facts a sheet lists: its second row names their file."""
    files = [
        _FILE.findall(segment.text) for segment in page.segments[:3] if segment.cell and segment.cell.address == "A2"
    ]
    if not files or not files[0]:
        return None
    for fact in subject.document.facts.values():
        lineage = fact.lineage
        if (
            isinstance(lineage, Source)
            and lineage.file == files[0][0]
            and (lineage.of_model or not lineage.file.startswith("models/"))  # views of a model name its file too
            and lineage.dataset not in subject.document.facts
        ):
            return lineage.dataset
    return None


def read_data_sheet(book: Book, page: PageContents, dataset: str) -> Iterator[Finding]:
    """Note what each cell of a sheet of inputs should hold; yield a finding for each label that is another one."""
    facts = [
        fact
        for fact in book.subject.document.facts.values()
        if isinstance(fact.lineage, Source) and fact.lineage.dataset == dataset
    ]
    rows = book.rows(page)
    main = [fact for fact in facts if _source(fact).file.endswith(".csv") or _source(fact).of_model]
    others = [fact for fact in facts if not (_source(fact).file.endswith(".csv") or _source(fact).of_model)]
    last = _HEAD
    if main:
        last = yield from _table(book, page, rows, main)
    yield from _list(book, page, rows, others, last)


def _source(fact: Fact) -> Source:
    assert isinstance(fact.lineage, Source)
    return fact.lineage


def _table(book: Book, page: PageContents, rows: Rows, facts: Sequence[Fact]) -> Generator[Finding, None, int]:
    """Match the rows and columns of the sheet with those of the file, in order; return the last row."""
    by_place: dict[tuple[str, str], Fact] = {}
    for fact in facts:  # where a cell is both, it holds the fact itself, not what the origin printed for it
        spot = (_source(fact).row, _source(fact).column)
        if spot not in by_place or by_place[spot].id.startswith("printed:"):
            by_place[spot] = fact
    columns = list(dict.fromkeys(column for _, column in by_place))
    lines = {row: min(_source(f).file_line for (at, _), f in by_place.items() if at == row) for row, _ in by_place}
    keys = sorted(lines, key=lambda row: lines[row])
    subjects = {row: fact.subject for (row, _), fact in by_place.items()}
    metrics = {column: fact.metric for (_, column), fact in by_place.items()}  # in the order of `columns`
    heads = rows.get(_HEAD, {})
    wanted = _heads(metrics)
    firsts = [by_place.get((row, columns[0])) for row in keys]
    is_key = all(first is not None and first.text == first.subject for first in firsts)
    places = _match(wanted, [heads[at].text for at in sorted(heads)], sorted(heads))
    if is_key:
        places[0] = 1
    # the head of the first column may be a plain word for what the rows are about
    named = [(wanted[at], heads.get(place)) for at, place in places.items() if place > 1 or numbers(wanted[at])]
    yield from _labels(book, page, named)
    labels = {row: cells[1] for row, cells in rows.items() if row > _HEAD + 1 and 1 in cells}
    yield from _head_units(book, page, rows.get(_HEAD + 1, {}), {places[at]: columns[at] for at in places}, facts)
    found = _match([subjects[key] for key in keys], [labels[row].text for row in sorted(labels)], sorted(labels))
    yield from _labels(book, page, [(subjects[keys[at]], labels.get(row)) for at, row in found.items()])
    for at, key in enumerate(keys):
        for number, column in enumerate(columns):
            held = by_place.get((key, column))
            if held is None:
                continue
            row, place = found.get(at), places.get(number)
            if row is not None and place is not None:
                _expect(book, page, row, place, held)
            elif _needed(book, held):
                text = f"{held.id} has no cell on the sheet {page.id!r}"
                yield Finding("sheet", Claim(held.id), (book.where((page.id or "", "")),), text)
    told = {
        found[at]: [by_place[spot] for spot in by_place if spot[0] == key] for at, key in enumerate(keys) if at in found
    }
    yield from _row_lines(book, page, rows, told, max(places.values(), default=1))
    heads_of = {
        places[at]: [by_place[spot] for spot in by_place if spot[1] == column]
        for at, column in enumerate(columns)
        if at in places
    }
    first = min(found.values(), default=_HEAD + 1)
    yield from _head_lines(book, page, {row: cells for row, cells in rows.items() if _HEAD < row < first}, heads_of)
    return max(found.values(), default=_HEAD)


def _heads(metrics: Mapping[str, str]) -> list[str]:
    """Return what each column's head says: its label, with its name in the file where another is labelled alike."""
    said = list(metrics.values())
    return [f"{label} [{column}]" if said.count(label) > 1 else label for column, label in metrics.items()]


def _row_lines(
    book: Book, page: PageContents, rows: Rows, told: Mapping[int, Sequence[Fact]], last: int
) -> Iterator[Finding]:
    """Behind its values a row tells its lines in the file, then its lines in the origin, or which origins it has."""
    for row, facts in told.items():
        behind = [
            cell for at, cell in sorted(rows.get(row, {}).items()) if at > last and _LINES.fullmatch(cell.text.strip())
        ]
        lines: list[set[int | None]] = [
            {_source(fact).file_line for fact in facts},
            {_source(fact).origin_line for fact in facts},
        ]
        for segment, right in zip(behind, lines, strict=False):
            yield from _line(book, page, segment, right)


def _head_lines(book: Book, page: PageContents, rows: Rows, told: Mapping[int, Sequence[Fact]]) -> Iterator[Finding]:
    """Between heads and values a row may tell each column's line in the origin."""
    for cells in rows.values():
        for at, segment in cells.items():
            if at in told and segment.text.isdecimal():
                yield from _line(book, page, segment, {_source(fact).origin_line for fact in told[at]})


def _head_units(
    book: Book, page: PageContents, cells: Mapping[int, Segment], places: Mapping[int, str], facts: Sequence[Fact]
) -> Iterator[Finding]:
    """Below the heads stands the unit of each column whose numbers have one in common."""
    language = book.subject.document.language
    for place, column in places.items():
        units = {
            unit_label(fact.quantity.unit, language)
            for fact in facts
            if fact.quantity is not None and _source(fact).column == column
        }
        wanted = units.pop() if len(units) == 1 else ""
        yield from _unit(book, page, (_HEAD + 1, place), cells.get(place), {wanted})


def _unit(
    book: Book, page: PageContents, spot: tuple[int, int], segment: Segment | None, wanted: Collection[str]
) -> Iterator[Finding]:
    said = "" if segment is None else segment.text
    book.units.add((page.id or "", address(*spot)))
    if squeeze(said) not in {squeeze(text) for text in wanted}:
        right = next(iter(wanted))
        place = (book.where((page.id or "", address(*spot))),)
        yield Finding("unit", Claim(said), place, f"the unit {said!r} should be {right!r}", Recomputed(right))


def _unit_beside(book: Book, page: PageContents, row: int, column: int, fact: Fact) -> Iterator[Finding]:
    """Beside a fact's value stands its unit; a percentage may say it by itself."""
    if fact.quantity is None:
        return
    unit = fact.quantity.unit
    wanted = [unit_label(unit, book.subject.document.language)] + [""] * is_percent(unit.symbol)
    segment = book.rows(page).get(row, {}).get(column)
    yield from _unit(book, page, (row, column), segment, wanted)


def _line(book: Book, page: PageContents, segment: Segment, right: Collection[int | None]) -> Iterator[Finding]:
    said = {token.value for token in numbers(segment.text)}
    if not said <= {Fraction(line) for line in right if line is not None}:
        assert segment.cell is not None
        lines = ", ".join(str(line) for line in sorted(line for line in right if line is not None))
        text = f"{segment.text!r} is no line of what stands beside it: {lines}"
        place = (book.where((page.id or "", segment.cell.address)),)
        yield Finding("sheet-text", Claim(segment.text), place, text, Recomputed(lines))


def _needed(book: Book, fact: Fact) -> bool:
    """Whether a fact must have a home: a number that is shown, or that something shown is computed from."""
    return fact.quantity is not None and fact.id in book.subject.shown_facts


def _expect(book: Book, page: PageContents, row: int, column: int, fact: Fact) -> None:
    book.expected[page.id or "", address(row, column)] = expected_of(fact, live=False)


def _match(wanted: Sequence[str], found: Sequence[str], places: Sequence[int]) -> dict[int, int]:
    """Return, for each text wanted, where it stands: the n-th of a text is the n-th that is called so.

    One that was changed stands between its neighbours, if just one place there is nobody's.
    """
    free: dict[str, list[int]] = {}
    for text, place in zip(found, places, strict=True):
        free.setdefault(squeeze(text), []).append(place)
    matched: dict[int, int] = {}
    for number, text in enumerate(wanted):
        if free.get(squeeze(text)):
            matched[number] = free[squeeze(text)].pop(0)
    left = {place for rest in free.values() for place in rest}
    for number in range(len(wanted)):
        if number not in matched:
            low = matched.get(number - 1, min(places, default=1) - 1)
            high = matched.get(number + 1, max(places, default=0) + 1)
            between = sorted(place for place in left if low < place < high)
            if len(between) == 1 or (between and number - 1 in matched and number + 1 in matched):
                matched[number] = between[0]
                left.discard(between[0])
    return matched


def _labels(book: Book, page: PageContents, pairs: Sequence[tuple[str, Segment | None]]) -> Iterator[Finding]:
    for wanted, segment in pairs:
        if segment is not None and squeeze(segment.text) != squeeze(wanted):
            assert segment.cell is not None
            text = f"{segment.text!r} should be {wanted!r}"
            place = (book.where((page.id or "", segment.cell.address)),)
            yield Finding("sheet-text", Claim(segment.text), place, text, Recomputed(wanted))


def _list(book: Book, page: PageContents, rows: Rows, facts: Sequence[Fact], after: int) -> Iterator[Finding]:
    """Match facts that are listed one a row: subject, metric, value."""
    waiting = {row: cells for row, cells in rows.items() if row > after and len(cells) > 2}
    for fact in sorted(facts, key=lambda fact: (_source(fact).file, _source(fact).file_line)):
        row = next((row for row, cells in waiting.items() if _is_row_of(cells, fact)), None)
        if row is None:
            if not _needed(book, fact):
                continue
            text = f"{fact.id} has no row on the sheet {page.id!r}"
            yield Finding("sheet", Claim(fact.id), (book.where((page.id or "", "")),), text)
            continue
        del waiting[row]
        _expect(book, page, row, 3, fact)
        yield from _unit_beside(book, page, row, 4, fact)


def _is_row_of(cells: Mapping[int, Segment], fact: Fact) -> bool:
    said = [squeeze(cells[at].text) if at in cells else "" for at in (1, 2)]
    if said != [squeeze(fact.subject), squeeze(fact.metric)]:
        return False
    lines = {segment.text for at, segment in cells.items() if at > 3}
    return str(_source(fact).file_line) in lines


def read_fact_rows(book: Book, page: PageContents) -> Generator[Finding, None, dict[int, Fact]]:
    """Note what the rows that end in a fact's id should hold: its value, in the column of the formulas.

    Yield a finding for each value beside which another unit stands; return the facts by row.
    """
    rows = book.rows(page)
    facts = book.subject.document.facts
    bound: dict[int, Fact] = {}
    for row, cells in rows.items():
        key = cells[max(cells)].text.strip()
        if key in facts and max(cells) > 3:
            bound[row] = facts[key]
    columns = [at for row in bound for at, segment in rows[row].items() if segment.cell and segment.cell.formula]
    if not columns:
        return bound
    value = max(set(columns), key=columns.count)
    for row, fact in bound.items():
        if fact.quantity is not None or fact.text is not None:
            live = fact.quantity is not None
            book.expected[page.id or "", address(row, value)] = expected_of(fact, live=live)
        yield from _unit_beside(book, page, row, value + 1, fact)
    return bound


def known_texts(subject: Subject, names: Sequence[str]) -> dict[str, str]:
    """Return every text with a number that may stand on a sheet beside its values, with what accounts for it."""
    found: dict[str, str] = {}

    def know(text: str | None, kind: str) -> None:
        if text:
            found.setdefault(squeeze(text), kind)

    for fact in subject.document.facts.values():
        know(fact.text, "computed" if isinstance(fact.lineage, Derivation) else "sourced")
    for _, group in subject.groups:
        kinds = {atom.kind for atom in group.atoms}
        know(group.text, "structure" if kinds <= {"run", "structure", "tick"} else "")
        for mark in ("：", ": "):
            know(group.text.partition(mark)[2], "" if kinds - {"run", "structure"} else "structure")
    for fact in subject.document.facts.values():
        for text in (fact.subject, fact.metric, fact.id, fact.missing):
            know(text, "structure")
        lineage = fact.lineage
        source = lineage if isinstance(lineage, Source) else lineage.printed_source
        if isinstance(lineage, Derivation):
            know(lineage.printed, "sourced")
            know(lineage.formula, "structure")
        if source is not None:
            for text in (source.origin, source.file, source.row, source.dataset):
                know(text, "structure")
            know(f"{fact.metric} [{source.column}]", "structure")
            if source.as_of is not None:
                day = source.as_of
                know(f"{day.year}年{day.month}月{day.day}日", "sourced")
                know(day.isoformat(), "sourced")
                know(f"{day.day} {day:%B} {day.year}", "sourced")
    for text in (subject.document.title, subject.document.subtitle, subject.document.house, *names):
        know(text, "structure")
    return found
