"""Does a number of another day than its page's say so, and is each period named one that its fact is about?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from yanbao.check.atoms import Atom, Group
from yanbao.check.findings import Claim, Finding, Recomputed
from yanbao.check.period import days_of
from yanbao.check.subject import Subject, where
from yanbao.document.tree import Chart, Exhibit, Page, Table, plain
from yanbao.fact.fact import Derivation, Fact

_TAKEN_OVER = 8  # tables that a value may be taken over through
_PRICE = re.compile(r"股价|收盘价|市价|\bprice\b", re.IGNORECASE)


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each period that is not its fact's and each number whose other day is unsaid."""
    for _, group, atom in subject.atoms():
        if atom.kind == "period":
            yield from _period(subject, group, atom)
    for page in subject.document.pages:
        yield from _other_days(subject, page)
        for exhibit in page.exhibits():
            yield from _price_day(subject, page, exhibit)


def _period(subject: Subject, group: Group, atom: Atom) -> Iterator[Finding]:
    fact = subject.fact(atom.fact)
    if fact is None:
        return  # reported as fact-unknown
    days = days_of(atom.text)
    if days is None and fact.text == atom.text:
        return
    named = [days] if days is not None else _within(subject, group, atom)
    if any(_dates(subject, each, fact) or _key_dates(each, fact) for each in named):
        return
    about = fact.period or fact.as_of or fact.text
    said = f"{about.start} to {about.end}" if fact.period is not None and about is fact.period else str(about)
    text = f"{atom.text!r} in {group.describe()} is tied to {fact.id}, which is about {said}"
    yield Finding("period-fact", Claim(atom.text), (where(group, atom),), text, Recomputed(said))


def _within(subject: Subject, group: Group, atom: Atom) -> list[tuple[date, date]]:
    """Return the days of a period without a year: that of a period before it, else the report's own (上半年)."""
    years: list[int] = []
    for other in group.atoms:
        if other is atom:
            break
        days = days_of(other.text) if other.kind == "period" else None
        years += [days[0].year] if days else []
    years = years[-1:] or [subject.document.as_of.year, subject.document.published.year]
    return [days for year in dict.fromkeys(years) if (days := days_of(f"{year}年{atom.text}")) is not None]


def _dates(subject: Subject, days: tuple[date, date], fact: Fact) -> bool:
    """Whether a period is the fact's own, reaches over all that it was computed from, or is that of its day."""
    start, end = days
    if fact.period is not None and (fact.period.start, fact.period.end) == days:
        return True
    if fact.period is not None and start.year == end.year and start <= fact.period.start and fact.period.end <= end:
        return True  # the end of 2023, a quarter of it
    if _reaches(subject, days, fact):
        return True
    if fact.as_of is not None and _is_day(days, fact.as_of):
        return True
    said = days_of(fact.text) if fact.text else None
    return said is not None and start.year == end.year and start <= said[0] and said[1] <= end


def _is_day(days: tuple[date, date], day: date) -> bool:
    """Whether a period names a day: it ends on it, or is its month."""
    start, end = days
    return end == day or (start <= day <= end and (start.year, start.month) == (end.year, end.month))


def _reaches(subject: Subject, days: tuple[date, date], fact: Fact) -> bool:
    """Whether a period reaches over all that a fact was computed from: growth, an average."""
    root = fact
    for _ in range(_TAKEN_OVER):
        if not isinstance(root.lineage, Derivation):
            return False
        inputs = [other for key in root.lineage.inputs if (other := subject.fact(key)) is not None]
        if len(inputs) > 1:
            periods = [each.period for each in (root, *inputs) if each.period is not None]
            return bool(periods) and (min(one.start for one in periods), max(one.end for one in periods)) == days
        if not inputs:
            return False
        root = inputs[0]
    return False


def _key_dates(days: tuple[date, date], fact: Fact) -> bool:
    """Whether the fact's own row names the period."""
    said = days_of(fact.subject)
    return said is not None and (said == days or (said[0] == said[1] and days[0] <= said[0] <= days[1]))


def _days_behind(subject: Subject, fact: Fact) -> set[date]:
    """Return the days of the sources a fact rests on."""
    found: set[date] = set()
    waiting, seen = [fact], {fact.id}
    while waiting:
        each = waiting.pop()
        if isinstance(each.lineage, Derivation):
            others = [other for key in each.lineage.inputs if (other := subject.fact(key)) and key not in seen]
            seen.update(other.id for other in others)
            waiting += others
        elif each.period is None and (day := each.as_of or each.lineage.as_of) is not None:
            found.add(day)
    return found


def _other_days(subject: Subject, page: Page) -> Iterator[Finding]:
    """Yield a finding for each number of another day that neither its text nor its exhibit's as-of line names."""
    if page.as_of is None or page.kind == "contents":
        return
    groups = [group for other, group in subject.groups if other is page and group.role != "speaker-note"]
    on_page = _named_days(page.title)
    by_block: dict[str, set[tuple[date, date]]] = {}
    for group in groups:
        named = {days for atom in group.atoms if (days := days_of(atom.text)) is not None}
        named |= {days for days in (days_of(found) for found in _DATES.findall(group.text)) if days is not None}
        by_block.setdefault(group.block, set()).update(named)
    for group in groups:
        for atom in group.atoms:
            fact = subject.fact(atom.fact) if atom.kind in ("number", "label") else None
            if fact is None or (not isinstance(fact.lineage, Derivation) and fact.lineage.dataset == "workspace"):
                continue
            for day in _days_behind(subject, fact) - {page.as_of}:
                if any(_is_day(days, day) for days in by_block[group.block] | on_page):
                    continue
                text = (
                    f"{atom.text!r} in {group.describe()} is as of {day}; its page is as of {page.as_of} and is silent"
                )
                yield Finding("as-of", Claim(atom.text), (where(group, atom),), text, Recomputed(day.isoformat()))


_DATES = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}|\d{4}年\d{1,2}月|\d{4}年|\d{4}\.\d{1,2}")


def _named_days(text: object) -> set[tuple[date, date]]:
    words = plain(text) if isinstance(text, tuple) else str(text)
    return {days for days in (days_of(found) for found in _DATES.findall(words)) if days is not None}


def _price_day(subject: Subject, page: Page, exhibit: Exhibit) -> Iterator[Finding]:
    """Yield a finding where an exhibit shows prices and names no day."""
    body = exhibit.body
    heads: list[str] = []
    if isinstance(body, Table):
        heads = [plain(column.label) + plain(column.group) for column in body.columns]
        heads += [plain(row.cells[0].text) for row in body.rows if row.cells]
    elif isinstance(body, Chart):
        heads = [plain(series.name) for series in body.series]
    if not any(_PRICE.search(head) for head in heads):
        return
    said = plain(exhibit.as_of) + plain(exhibit.note) + plain(exhibit.title) + "".join(heads)
    if not _DATES.search(said) and not re.search(r"[A-Z][a-z]{2,} \d", said):
        group = next(group for other, group in subject.groups if other is page and group.block == exhibit.id)
        text = f"{plain(exhibit.label)} shows prices and names no day"
        yield Finding("price-day", Claim(plain(exhibit.label)), (where(group),), text)
