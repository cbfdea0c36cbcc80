"""Raw texts -> spans: bindings resolved, periods tied to the facts they date, every other number refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from yanbao.author.binding import Binder
from yanbao.author.markdown import Binding, Piece
from yanbao.check.tokens import numbers
from yanbao.document.tree import Span, Text, plain
from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import FollowOnError
from yanbao.fact.fact import Fact, Source
from yanbao.memory import remembered
from yanbao.quantity import Bound, Mention, Period, said_beside, scan

_SECTION = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+(?:\.\d+)*\s+)")
_IGNORED = frozenset({"name", "vague"})  # no numbers to the scanner; the prover has its own mind: see `accounted`
_JUDGED = "judged"  # a number or period whose mistake is noted, or follows from another one
_UNBOUND = "bind it {{TABLE.column[row]}}, write {{! …{}… | name}} if it is part of a name, or use other words"


@dataclass(frozen=True)
class Draft:
    """A text whose bindings are resolved; its periods are still plain words."""

    parts: tuple[Span, ...]
    facts: tuple[Fact, ...]
    line: int
    heading: bool = False


class Writer:
    """Makes texts of a chapter; mistakes are collected with file and line."""

    def __init__(
        self, binder: Binder, file: str, mistakes: list[Mistake], days: dict[str, Fact], published: date
    ) -> None:
        self._binder = binder
        self._file = file
        self._mistakes = mistakes
        self._days = days
        self._published = published
        self._broken = False  # a binding of the page failed: its periods can't be judged

    def mistake(self, line: int, cause: str, hint: str = "", field: str = "") -> None:
        """Note a mistake of this chapter."""
        self._mistakes.append(Mistake(self._file, line, field, cause, hint))

    def incomplete(self) -> None:
        """Note that something of the page could not be made: its periods can't be judged."""
        self._broken = True

    def draft(self, pieces: tuple[Piece, ...], line: int, heading: bool = False) -> Draft:
        """Return a text with its bindings resolved."""
        parts: list[Span] = []
        facts: list[Fact] = []
        for index, piece in enumerate(pieces):
            if isinstance(piece.content, Binding):
                try:
                    span, fact = self._binder.span(piece.content.source, piece.bold, _said_beside(pieces, index))
                except FollowOnError:
                    self._broken = True
                    continue
                except (FormulaError, QuantityError) as error:
                    self._broken = True
                    self.mistake(piece.content.line, str(error), field=f"{{{piece.content.source}}}")
                    continue
                parts.append(span)
                if fact is not None:
                    facts.append(fact)
            else:
                parts.append(Span(piece.content, bold=piece.bold))
        return Draft(tuple(parts), tuple(facts), line, heading)

    def text(self, draft: Draft, page_facts: list[Fact], page_day: date) -> Text:
        """Return the finished text: periods tied to facts of the paragraph, else of the page."""
        spans: list[Span] = []
        for index, part in enumerate(draft.parts):
            if part.kind != "run":
                spans.append(part)
                continue
            text = part.text
            if index == 0 and draft.heading and (match := _SECTION.match(text)):
                spans.append(Span(match.group(), "structure", note="section-number", bold=part.bold))
                text = text[match.end() :]
            spans += self._run(part if text is part.text else replace(part, text=text), draft, page_facts)
        self.accounted(tuple(spans), draft.line)
        self._other_days(spans, draft, page_day)
        return tuple(replace(span, note=None) if span.note == _JUDGED else span for span in spans)

    def accounted(self, text: Text, line: int) -> None:
        """Note each number that a proof would find in the plain words of a text.

        The prover's tokenizer is asked for itself, so that what may be written here can be proved: 昇腾910 and
        Azure Maia 100 are names to this scanner, and end in a number to that one.
        """
        ends, at = [], 0
        for span in text:
            ends.append((at, at + len(span.text), span))
            at += len(span.text)
        whole = plain(text)
        for token in remembered("numbers", (whole,), lambda: numbers(whole)):
            under = [span for start, end, span in ends if start < token.end and token.start < end]
            if any(span.kind == "run" for span in under) and all(span.note != _JUDGED for span in under):
                hint = _UNBOUND.format(token.text.strip())
                self.mistake(line, "a proof counts this as a number, and it is bound to no fact", hint, token.text)

    def _run(self, run: Span, draft: Draft, page_facts: list[Fact]) -> list[Span]:
        spans: list[Span] = []
        at = 0
        year = self._published.year
        for mention in remembered("mentions", (run.text, year), lambda: scan(run.text, reference_year=year)):
            if mention.kind in _IGNORED:
                continue
            span = self._mention(mention, draft, page_facts) or Span(mention.text, note=_JUDGED)
            if mention.start > at:
                spans.append(replace(run, text=run.text[at : mention.start]))
            spans.append(replace(span, bold=run.bold))
            at = mention.end
        if at < len(run.text):
            spans.append(replace(run, text=run.text[at:]) if at else run)
        return spans

    def _mention(self, mention: Mention, draft: Draft, page_facts: list[Fact]) -> Span | None:
        if mention.period is not None:
            near = (*draft.facts, *self._days.values(), *page_facts)
            for is_dated in (_is_of, self._spans, _covers, _is_as_of):  # the fact that fits best, the nearest of those
                for fact in near:
                    if is_dated(mention.period, fact):
                        return Span(mention.text, "period", fact.id)
            if not self._broken:
                self.mistake(
                    draft.line,
                    f"no number on this page is of {mention.text}",
                    "bind a number of that period in the paragraph, or mend the period",
                    mention.text,
                )
            return None
        self.mistake(
            draft.line,
            "this number is bound to no fact",
            _UNBOUND.format(mention.text),
            mention.text,
        )
        return None

    def _spans(self, period: Period, fact: Fact) -> bool:
        """Whether a period reaches over all that the fact was computed from: growth, an average."""
        inputs = self._binder.inputs(fact)
        while len(inputs) == 1:  # a value taken over from another table
            fact, inputs = inputs[0], self._binder.inputs(inputs[0])
        periods = [each.period for each in (fact, *inputs) if each.period is not None] if inputs else []
        return bool(periods) and (period.start, period.end) == (
            min(each.start for each in periods),
            max(each.end for each in periods),
        )

    def _other_days(self, spans: list[Span], draft: Draft, page_day: date) -> None:
        """A number of another day than the page's must say so, in the paragraph or by its own period."""
        said = {span.fact for span in spans if span.kind == "period"}
        for fact in draft.facts:
            if fact.as_of is None or fact.as_of == page_day or fact.period is not None:
                continue
            if any(other.id in said and other.as_of == fact.as_of for other in draft.facts) or fact.id in said:
                continue
            self.mistake(
                draft.line,
                f"{fact.subject} {fact.metric} is as of {fact.as_of}, the page as of {page_day}: the text must say so",
                "name the day in the sentence, or give the page its own day: <!-- page: as_of=DAY -->",
            )


def _said_beside(pieces: tuple[Piece, ...], index: int) -> tuple[Bound, str] | None:
    """Return the word of approximation that the author wrote beside a binding."""
    before = pieces[index - 1].content if index else ""
    after = pieces[index + 1].content if index + 1 < len(pieces) else ""
    return said_beside(before if isinstance(before, str) else "", after if isinstance(after, str) else "")


def _is_of(period: Period, fact: Fact) -> bool:
    """Whether a period is the fact's own."""
    return fact.period is not None and period.same_days(fact.period)


def _covers(period: Period, fact: Fact) -> bool:
    """Whether the fact is of a part of a period of a year at most: the end of 2023, a quarter of 2023."""
    return fact.period is not None and period.start.year == period.end.year and period.covers(fact.period)


def _is_as_of(period: Period, fact: Fact) -> bool:
    """Whether a period ends on the fact's day or is the month of it, or holds the day of the report."""
    if fact.as_of is None or not period.start <= fact.as_of <= period.end:
        return False
    if isinstance(fact.lineage, Source) and fact.lineage.dataset == "workspace":
        return period.start.year == period.end.year  # the year, or the half year, that the report itself is of
    return period.end == fact.as_of or (period.start.year, period.start.month) == (period.end.year, period.end.month)
