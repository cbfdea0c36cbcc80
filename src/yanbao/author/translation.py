"""Which labels of an English report are still Chinese? A label without English would print as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from yanbao.errors import Mistake
from yanbao.evidence.table import Table
from yanbao.fact.fact import Fact

_CHINESE = re.compile("[\u3400-\u9fff]")
_HINT = "{ zh = …, en = … }"


def untranslated(facts: Iterable[Fact], tables: Mapping[str, Table]) -> list[Mistake]:
    """Return a mistake for each label, origin and reason for a missing value that the facts of an English report
    show in Chinese: where it is written, what it says, how to give both languages. Quoted texts stay as they are.
    """
    found: dict[tuple[str, tuple[str, ...]], str] = {}
    for fact in facts:
        table_id, _, cell = fact.id.partition(".")
        table = tables.get(table_id)
        if table is None:
            continue
        column, _, row = cell.partition("@")
        said = {
            ("columns", column, "label"): fact.metric,
            ("rows", row, "label"): fact.subject,
            ("columns", column, "missing"): fact.missing or "",
            ("origin",): getattr(fact.lineage, "origin", ""),
        }
        for path, text in said.items():
            if _CHINESE.search(text):
                found[(table_id, path)] = text
    return [_mistake(tables[table_id], path, text) for (table_id, path), text in sorted(found.items())]


def _mistake(table: Table, path: tuple[str, ...], text: str) -> Mistake:
    line = next((table.lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in table.lines), 1)
    file = table.file.removesuffix(".csv") + ".toml"
    return Mistake(file, line, ".".join(path), f"{text!r} is Chinese in an English report", _HINT)
