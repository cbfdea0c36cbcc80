"""Origin lines: who published what an exhibit shows, on which lines, and whether it was computed."""

from __future__ import annotations

from collections.abc import Iterable

from yanbao.author.labels import MARKS, Language
from yanbao.document.tree import Span, Text
from yanbao.fact.fact import Derivation, Fact, Source


def sources(facts: Iterable[Fact], known: dict[str, Fact]) -> list[Source]:
    """Return the sources that facts rest on, computed ones by their inputs, each once."""
    found: dict[Source, None] = {}
    pending = list(facts)
    seen: set[str] = set()
    while pending:
        fact = pending.pop(0)
        if fact.id in seen:
            continue
        seen.add(fact.id)
        if isinstance(fact.lineage, Derivation):
            pending += [known[identifier] for identifier in fact.lineage.inputs]
        else:
            found[fact.lineage] = None
    return list(found)


def origin_line(facts: list[Fact], known: dict[str, Fact], labels: dict[str, str], language: Language) -> Text:
    """Return "来源：…，第a—b行；yanbao计算"."""
    by_origin: dict[str, set[int]] = {}
    for source in sources(facts, known):
        if source.dataset == "workspace":
            continue
        lines = by_origin.setdefault(source.origin, set())
        if source.origin_line is not None:
            lines.add(source.origin_line)
    marks = MARKS[language]
    parts: list[str] = []
    for origin, lines in by_origin.items():
        parts.append(origin + (marks["comma"] + lines_text(_runs(sorted(lines)), labels, language) if lines else ""))
    computed = any(isinstance(fact.lineage, Derivation) for fact in facts)
    parts.append(labels["computed" if computed else "compiled"])
    return (Span(labels["source"] + marks["semicolon"].join(parts), "structure", note="origin"),)


def lines_text(runs: list[tuple[int, int]], labels: dict[str, str], language: Language) -> str:
    """Return lines of an origin in words, each run as its first and last: "第1606—1607行", "lines 1606–1607"."""
    marks = MARKS[language]
    listed = (str(first) if first == last else f"{first}{marks['range']}{last}" for first, last in runs)
    several = len(runs) > 1 or runs[0][0] != runs[0][1]
    return labels["lines" if several else "line"].format(marks["list"].join(listed))


def _runs(lines: list[int]) -> list[tuple[int, int]]:
    """Return sorted line numbers with runs joined; more than three runs are given as one."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line - runs[-1][1] <= 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    if len(runs) > 3:
        runs = [[lines[0], lines[-1]]]
    return [(first, last) for first, last in runs]
