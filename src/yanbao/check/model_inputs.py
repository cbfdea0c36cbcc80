"""Is each input of a driver model what the model's file says? The file is read again, by code of this room only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from yanbao.check.again import evidence_again
from yanbao.check.atoms import squeeze
from yanbao.check.evidence import broken, other_unit, says
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.inputs import Inputs, localized
from yanbao.check.period import days_of
from yanbao.check.subject import Subject, shown, source_place
from yanbao.fact.fact import Derivation, Fact, Source

_PERIOD = "period"  # the column of a model's row keys
_WHOLE = "all"  # the row of lines with one value


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each input of a model that its file no longer holds, and for each file that cannot be read.

    The value, its unit, its line, who published it and its day are compared.
    """
    unread: set[str] = set()
    for fact in subject.document.facts.values():
        lineage = fact.lineage
        source = lineage.printed_source if isinstance(lineage, Derivation) else lineage
        if source is None or not source.of_model:
            continue
        data = subject.files.toml(source.file)
        if isinstance(data, str):
            if source.file not in unread:
                unread.add(source.file)
                place = (Where(f"inputs/{source.file}"),)
                yield Finding("evidence", Claim(source.file), place, f"{source.file} cannot be read: {data}")
        elif isinstance(lineage, Derivation):
            yield from _printed(data, fact, lineage.printed or "", source)
        elif source.column == _PERIOD:
            yield from _key(data, fact, source, subject.document.language)
        elif (view := _view(data, source)) is not None:
            yield from _of_view(subject, view, fact, source)
        else:
            yield from _input(subject.files, data, fact, source, subject.document.language)


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(data: dict[str, Any], source: Source) -> dict[str, Any]:
    return _table(_table(data.get("lines")).get(source.column.rpartition(".")[2]))


def _given(data: dict[str, Any], source: Source) -> Any:
    """Return what the file types for a cell: in a scenario, else for the whole model or the period."""
    scenario, _, line = source.column.rpartition(".")
    if scenario:
        value = _table(_table(_table(data.get("scenarios")).get(scenario)).get("set")).get(line)
        return value.get(source.row) if isinstance(value, dict) else value
    spec = _line(data, source)
    return spec.get("value") if source.row == _WHOLE else _table(spec.get("values")).get(source.row)


def _input(files: Inputs, data: dict[str, Any], fact: Fact, source: Source, language: str) -> Iterator[Finding]:
    spec, given = _line(data, source), _given(data, source)
    own = given if isinstance(given, dict) else {"value": given}
    text = "" if own.get("value") is None else str(own["value"])
    name = f"{source.file}, line {source.column}, {source.row}"
    unit = str(spec.get("unit", ""))
    if other_unit(fact, unit):
        assert fact.quantity is not None
        mine = fact.quantity.unit.symbol
        cause = f"{source.file} says line {source.column} is in {unit!r}; {fact.id} is {shown(fact)}"
        claim = Claim(shown(fact), fact.quantity.value, mine)
        yield Finding("evidence", claim, (source_place(source, unit),), cause, Recomputed(unit))
        return
    said = says(fact, text.strip(), unit, {})
    if said is not None:
        yield broken(fact, source, text, f"{name} says {text!r}; {fact.id} is {shown(fact)}{said}")
        return
    if text and text.strip() not in files.line(source.file, source.file_line).replace("_", ""):
        yield broken(fact, source, text, f"{name}: {text!r} does not stand on line {source.file_line}")
    # a value that is not given is the model's own word; one of a scenario names no source
    named = own.get("source") or ("" if "." in source.column else spec.get("source")) if text else ""
    origin = named or data.get("origin", "")
    if isinstance(origin, str):
        origin = files.key("yanbao.toml", f"origins.{origin}.text")
    wanted = localized(origin, language)
    if isinstance(wanted, str) and wanted != source.origin:
        cause = f"{name} has the origin {wanted!r}; {fact.id} names {source.origin!r}"
        yield Finding("evidence", Claim(source.origin), (source_place(source, wanted),), cause, Recomputed(wanted))
    day = data.get("as_of")
    if isinstance(day, date) and fact.as_of is not None and day != fact.as_of:
        cause = f"{source.file} is as of {day}; {fact.id} is as of {fact.as_of}"
        place = (source_place(source, day.isoformat()),)
        yield Finding("evidence", Claim(fact.as_of.isoformat()), place, cause, Recomputed(day.isoformat()))


def _printed(data: dict[str, Any], fact: Fact, printed: str, source: Source) -> Iterator[Finding]:
    """Yield a finding where the origin's own value of a computed cell changed."""
    text = str(_table(_line(data, source).get("printed")).get(source.row, ""))
    if text != printed:
        cause = f"{source.file} says {text or 'nothing'!r} was printed; the document says {printed!r} beside {fact.id}"
        yield Finding("evidence", Claim(printed), (source_place(source, text),), cause, Recomputed(text))


def _view(data: dict[str, Any], source: Source) -> dict[str, Any] | None:
    """Return the view that a fact is of, `None` for a line or a scenario."""
    name, _, _ = source.column.rpartition(".")
    views = data.get("views")
    found = [view for view in views if isinstance(view, dict)] if isinstance(views, list) else []
    return next((view for view in found if name and view.get("id") == name), None)


def _of_view(subject: Subject, view: dict[str, Any], fact: Fact, source: Source) -> Iterator[Finding]:
    """Yield a finding where a view does not say a fact of its own, or where the run that gave it gives another one.

    Steps are read from the file; what was simulated or solved, and the names of rows, are made again from the inputs.
    """
    if fact.quantity is not None and view.get("kind") not in ("fan", "solve"):
        steps = _steps(view, source.column.rpartition(".")[2], source.row.partition(" ")[2])
        if not any(says(fact, step.strip(), fact.quantity.unit.symbol, {}) is None for step in steps):
            said = ", ".join(steps)
            cause = f"the view {view.get('id')} of {source.file} has the steps {said!r}; {fact.id} is {shown(fact)}"
            yield broken(fact, source, said, cause)
        return
    evidence = evidence_again(subject)
    again = None if evidence is None else evidence.facts.get(fact.id)
    if again is None or (again.quantity, again.text) != (fact.quantity, fact.text):
        found = "nothing" if again is None else shown(again)
        value = None if again is None or again.quantity is None else again.quantity.value
        cause = f"the view {view.get('id')} of {source.file} gives {found} for {fact.id}, which is {shown(fact)}"
        yield broken(fact, source, found, cause, value)


def _steps(view: dict[str, Any], line: str, row: str) -> list[str]:
    """Return the steps of an input, or a tornado's low or high value."""
    if line in ("low_input", "high_input"):
        lines = {" ".join(re.findall(r"[^\[\]]+", name)): ends for name, ends in _table(view.get("lines")).items()}
        ends = lines.get(row, [])
        return [str(ends[line == "high_input"])] if isinstance(ends, list) and len(ends) == 2 else []
    axes = [_table(view.get(key)) for key in ("across", "down")]
    own = [axis for axis in axes if " ".join(re.findall(r"[^\[\]]+", str(axis.get("line")))) == line]
    return [str(step) for axis in own for step in axis.get("steps", ())]


def _key(data: dict[str, Any], fact: Fact, source: Source, language: str) -> Iterator[Finding]:
    """Yield a finding where the model has no such period, or another title."""
    if source.row == _WHOLE:
        title = localized(data.get("title"), language)
        good = isinstance(title, str) and squeeze(title) in squeeze(fact.text or "")
        said = str(title)
    else:
        periods = data.get("periods", [])
        texts = [periods] if isinstance(periods, str) else [str(text) for text in periods]
        good = fact.text == source.row and any(_within(source.row, text) for text in texts)
        said = ", ".join(texts)
    if not good:
        yield broken(fact, source, said, f"{source.file} says {said!r}; {fact.id} is {shown(fact)}")


def _within(key: str, text: str) -> bool:
    """Whether a period is one of a range, and an estimate where the range is one."""
    first, _, last = (part.strip() for part in text.partition(":"))
    days, start, end = days_of(key), days_of(first), days_of(last or first)
    if days is None or start is None or end is None:
        return False
    return start[0] <= days[0] and days[1] <= end[1] and key.endswith("E") == (last or first).endswith("E")
