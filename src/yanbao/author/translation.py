"""Which labels does a report lack in its language? One without English would print in Chinese, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yanbao.author.labels import CHINESE, Language
from yanbao.author.workspace import FILE, Workspace
from yanbao.errors import Mistake
from yanbao.evidence import Bilingual
from yanbao.evidence.table import Table
from yanbao.fact.fact import Derivation, Fact, Source

_HINT = "{ zh = …, en = … }"

_Path = tuple[str, ...]
_Lines = Mapping[_Path, int]


def needed_texts(workspace: Workspace, lines: _Lines, language: Language) -> list[Mistake]:
    """Return a mistake for each text of yanbao.toml that a report of this language prints and that has none in it,
    or, in an English report, a Chinese one.
    """
    report, rating = workspace.report, workspace.rating
    texts: dict[_Path, Bilingual] = {
        ("report", name): getattr(report, name) for name in ("title", "subtitle", "sector", "house", "notice")
    }
    texts |= {("legal", name): getattr(workspace.legal, name) for name in ("certificate", "disclaimer")}
    texts |= {("analysts", str(at), "name"): analyst.name for at, analyst in enumerate(workspace.analysts)}
    texts["rating", "benchmark"] = rating.benchmark
    for scope, bands in (("company", rating.company), ("sector", rating.sector)):
        texts |= {("rating", scope, str(at), "name"): band.name for at, band in enumerate(bands)}
    for at, call in enumerate(workspace.calls):
        texts |= {("calls", str(at), key): getattr(call, key) for key in ("name", "interests")}
    found = (_said(FILE, lines, path, text.get(language), language) for path, text in texts.items())
    return [mistake for mistake in found if mistake is not None]


def untranslated(
    facts: Iterable[Fact], tables: Mapping[str, Table], workspace: Workspace, lines: _Lines, language: Language
) -> list[Mistake]:
    """Return a mistake for each label, origin and reason for a missing value that the facts of a report show and
    that its language lacks: where it is written, what it says, how to give both. Quoted texts stay as they are.
    """
    found: dict[tuple[str, int, str], Mistake] = {}
    for fact in facts:
        table = tables.get(fact.id.partition(".")[0])
        if table is None:
            continue
        column, _, row = fact.id.partition(".")[2].partition("@")
        for mistake in (
            *_of_cell(fact, table, row, column, language),
            _origin(fact, table, workspace, lines, language),
        ):
            if mistake is not None:
                found[mistake.file, mistake.line, mistake.field] = mistake
    return [found[key] for key in sorted(found)]


def _of_cell(fact: Fact, table: Table, row: str, column: str, language: Language) -> Iterable[Mistake | None]:
    file, part = table.described, "lines" if table.is_model else "columns"
    spec = table.columns[column].spec
    yield _said(file, table.lines, (part, column, "label"), spec.label.get(language), language)
    yield _said(file, table.lines, ("rows", row, "label"), fact.subject, language)
    if fact.missing is not None and not isinstance(fact.lineage, Derivation):
        own = [reason for reason in spec.missing.values() if fact.missing in (reason.zh, reason.en)]
        text = own[0].get(language) if own else fact.missing
        yield _said(file, table.lines, (part, column, "missing"), text, language)


def _origin(fact: Fact, table: Table, workspace: Workspace, lines: _Lines, language: Language) -> Mistake | None:
    if not isinstance(fact.lineage, Source):
        return None
    key = table.sidecar.origin
    if isinstance(key, str):
        return _said(FILE, lines, ("origins", key, "text"), workspace.origins[key].text.get(language), language)
    return _said(table.described, table.lines, ("origin",), key.get(language), language)


def _said(file: str, lines: _Lines, path: _Path, text: str | None, language: Language) -> Mistake | None:
    if text is None:
        cause = f"has no text in language {language}"
    elif language == "en" and CHINESE.search(text):
        cause = f"{text!r} is Chinese in an English report"
    else:
        return None
    line = next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), 1)
    return Mistake(file, line, ".".join(path), cause, _HINT)
