"""Is each computed cell of the evidence computed by the formula, and given in the unit, that its sidecar states?"""

from __future__ import annotations

from collections.abc import Iterator

from yanbao.check.again import evidence_again
from yanbao.check.evidence import other_unit
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.subject import Subject, shown
from yanbao.fact.fact import Derivation

_FOLDER, _MODELS = "evidence", "models/"


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each column whose facts have another formula than its sidecar gives them, once a column.

    Cells and units that changed are findings of their own: a formula over rows that are gone, and a table that cannot
    be read, are left to them.
    """
    yield from _units(subject)
    facts = subject.document.facts
    computed = {key: fact for key, fact in facts.items() if isinstance(fact.lineage, Derivation) and "@" in key}
    if not computed:
        return
    evidence = evidence_again(subject)
    if evidence is None:
        return
    for mistake in evidence.mistakes:
        if mistake.file.startswith(_MODELS):  # what it computes cannot be computed again
            place = (Where(f"inputs/{mistake.file}", line=mistake.line),)
            yield Finding("evidence", Claim(mistake.field), place, f"{mistake.file}: {mistake.field} {mistake.cause}")
    said: set[str] = set()
    for key, fact in computed.items():
        again = evidence.facts.get(key)
        assert isinstance(fact.lineage, Derivation)
        if again is None or not isinstance(again.lineage, Derivation) or again.lineage.formula == fact.lineage.formula:
            continue
        column, table = key.partition("@")[0], key.partition(".")[0]
        gone = set(fact.lineage.inputs) - evidence.facts.keys()
        if column not in said and not gone:
            said.add(column)
            file = evidence.tables[table].described
            place = (Where(f"inputs/{file}", text=f"{column}: {again.lineage.formula}"),)
            text = f"{file} computes {key} by {again.lineage.formula}; the document by {fact.lineage.formula}"
            yield Finding("evidence", Claim(fact.lineage.formula), place, text, Recomputed(again.lineage.formula))


def _units(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each computed column whose unit is another one than that of its facts."""
    said: set[str] = set()
    for key, fact in subject.document.facts.items():
        column, _, row = key.partition("@")
        table, _, name = column.partition(".")
        if not row or column in said or not isinstance(fact.lineage, Derivation) or fact.quantity is None:
            continue
        file, part = f"{_FOLDER}/{table}.toml", "columns"
        if (model := _model_of(subject, table)) is not None:
            file, part = model, "lines"
        unit = subject.files.key(file, f"{part}.{name}.unit")
        if isinstance(unit, str) and other_unit(fact, unit):
            said.add(column)
            mine = fact.quantity.unit.symbol
            text = f"{file} says column {name} is in {unit!r}; its facts are in {mine!r}: {key} is {shown(fact)}"
            place = (Where(f"inputs/{file}", text=f"{name}: {unit}"),)
            yield Finding("evidence", Claim(shown(fact), fact.quantity.value, mine), place, text, Recomputed(unit))


def _model_of(subject: Subject, table: str) -> str | None:
    """Return the file of the model that a table is computed by: its own, or one of its scenarios'."""
    found = [
        f"{_MODELS}{path.stem}.toml"
        for path in (subject.inputs / _MODELS).glob("*.toml")
        if table == path.stem or table.startswith(f"{path.stem}_")
    ]
    return max(found, key=len, default=None)
