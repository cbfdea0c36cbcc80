"""Is each sourced fact what its cell of the inputs says? The cells are read again, with code of this package only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from yanbao.check.approximation import sense_of, sense_of_word
from yanbao.check.atoms import squeeze
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.inputs import Inputs, localized
from yanbao.check.printed import parse_printed
from yanbao.check.subject import Subject, shown, source_place
from yanbao.check.tokens import numbers
from yanbao.check.units import factor
from yanbao.fact.fact import Derivation, Fact, Source

_YES, _NO = "√✓是", "×✗xX否"


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each evidence cell that no longer says what its fact does, once a cell."""
    inputs = subject.files
    seen: set[tuple[str, str, str]] = set()
    sidecars: set[str] = set()
    units: set[tuple[str, str]] = set()
    for fact in subject.document.facts.values():
        lineage = fact.lineage
        source = lineage.printed_source if isinstance(lineage, Derivation) else lineage
        if source is not None and source.of_model:
            continue  # another check reads the files of models
        if source is not None and source.row and source.file not in sidecars and source.file.endswith(".csv"):
            sidecars.add(source.file)
            yield from _sidecar(inputs, fact, source, subject.document.language)
        if isinstance(lineage, Derivation):
            if lineage.printed is not None and lineage.printed_source is not None:
                yield from _printed(inputs, fact, lineage.printed, lineage.printed_source, seen)
            continue
        place = (lineage.file, lineage.row, lineage.column)
        if place in seen and fact.id.startswith("printed:"):
            continue
        seen.add(place)
        if lineage.dataset == "workspace":
            yield from _key(inputs, fact, lineage, subject.document.language)
            continue
        yield from _cell(inputs, subject.document.facts, fact, lineage, units)


def broken(fact: Fact, source: Source, found: str, text: str, low: Fraction | None = None) -> Finding:
    """Return a finding: the fact is claimed, the inputs decide."""
    value = None if fact.quantity is None else fact.quantity.value
    unit = None if fact.quantity is None else fact.quantity.unit.symbol
    return Finding(
        "evidence",
        Claim(shown(fact), value, unit),
        (source_place(source, found),),
        text,
        Recomputed(found, low, low),
    )


def _file_of(source: Source) -> str:
    return source.file.rpartition(".")[0] + ".csv"


def _cell(
    inputs: Inputs, facts: Mapping[str, Fact], fact: Fact, source: Source, units: set[tuple[str, str]]
) -> Iterator[Finding]:
    if not source.row and source.dataset in facts:  # the day of one fact that has its own
        other = facts[source.dataset]
        if other.as_of != fact.as_of or not _key_says(fact, other.as_of, None):
            yield broken(fact, source, shown(other), f"{fact.id} is {shown(fact)}; {other.id} is as of {other.as_of}")
        return
    if source.file.endswith(".toml") and not source.row:  # a key of the sidecar: the table's day
        value = inputs.key(source.file, source.column)
        if not _key_says(fact, value, None):
            text = f"{source.file}, key {source.column} says {str(value)!r}; {fact.id} is {shown(fact)}"
            yield broken(fact, source, str(value or ""), text)
        return
    sheet = inputs.sheet(_file_of(source))
    name = f"{_file_of(source)}, row {source.row}, column {source.column}"
    if sheet.trouble:
        yield broken(fact, source, "", f"{name} cannot be read: {sheet.trouble}")
        return
    record = sheet.rows.get(source.row)
    if record is None or source.column not in record.cells:
        yield broken(fact, source, "", f"{name} is gone; {fact.id} was {shown(fact)}")
        return
    text = record.cells[source.column]
    if record.line != source.file_line:
        yield broken(fact, source, text, f"{name} stands on line {record.line}, not {source.file_line}")
        return
    sidecar = inputs.toml(_file_of(source)[:-4] + ".toml")
    columns = sidecar.get("columns", {}) if isinstance(sidecar, dict) else {}
    spec = columns.get(source.column, {}) if isinstance(columns, dict) else {}
    spec = spec if isinstance(spec, dict) else {}
    missing = spec.get("missing", {})
    unit = str(spec.get("unit", ""))
    if other_unit(fact, unit):
        if (source.file, source.column) not in units:
            units.add((source.file, source.column))
            yield _unit(fact, source, text, unit)
        return
    said = says(fact, text, unit, missing if isinstance(missing, dict) else {})
    if said is not None:
        now = parse_printed(text)
        value = None if now is None else now.value
        yield broken(fact, source, text, f"{name} says {text!r}; {fact.id} is {shown(fact)}{said}", value)


def other_unit(fact: Fact, unit: str) -> bool:
    """Whether a column's unit is not the one its fact is in."""
    return (
        fact.quantity is not None
        and bool(unit)
        and unit != fact.quantity.unit.symbol
        and factor(fact.quantity.unit, unit) != 1
    )


def _unit(fact: Fact, source: Source, text: str, unit: str) -> Finding:
    """Return a finding: a column's unit is another one than that of its facts; said once a column."""
    assert fact.quantity is not None
    file = _file_of(source)[:-4] + ".toml"
    mine = fact.quantity.unit.symbol
    places = (Where(f"inputs/{file}", text=f"{source.column}: {unit}"), source_place(source, text))
    cause = f"{file} says column {source.column} is in {unit!r}; its facts are in {mine!r}: {fact.id} is {shown(fact)}"
    return Finding("evidence", Claim(shown(fact), fact.quantity.value, mine), places, cause, Recomputed(unit))


def says(fact: Fact, text: str, unit: str, missing: dict[str, str]) -> str | None:
    """Return what is wrong with a cell's text for a fact, `None` where nothing is."""
    if fact.missing is not None:
        return None if text == "" or text in missing else " (missing)"
    if fact.text is not None:
        same = text == fact.text or (fact.text == "✓" and text in _YES) or (fact.text == "✗" and text in _NO)
        return None if same and text not in missing else ""
    quantity = fact.quantity
    assert quantity is not None
    if text == "" or text in missing:
        return ""
    printed = parse_printed(text)
    if printed is None:
        return _range_says(text, fact)
    rate = Fraction(1) if printed.unit in ("", unit) else factor(quantity.unit, printed.unit)
    if rate is None:  # the scale alone, the head says of what: 32万余 of vehicles
        rate = factor(quantity.unit, printed.unit + unit)
    if rate is None:
        rate = factor(quantity.unit, _words_beside(text))  # a unit of two words: 740B param
    if rate is None:
        return f", which no {printed.unit!r} can be"
    if printed.value != quantity.value * rate:
        return ""
    if quantity.decimals is not None and rate == 1 and printed.decimals != quantity.decimals:
        return f" with {quantity.decimals} decimals"
    if sense_of(text) != sense_of_word(fact.approximation):
        return f", printed with {fact.approximation or 'no word of approximation'}"
    return None


def _words_beside(text: str) -> str:
    """Return what stands beside the one number of a text, its words apart."""
    token = numbers(text)[0]
    return " ".join((text[: token.start] + text[token.end :]).split())


def _range_says(text: str, fact: Fact) -> str | None:
    """Return what is wrong with a cell that holds a range (1.2-1.3万) or a rank (30/31)."""
    assert fact.quantity is not None
    values = [token.value for token in numbers(text) if token.value is not None]
    bounds = (fact.quantity.interval.low, fact.quantity.interval.high)
    if values and fact.quantity.value == values[0]:
        return None
    if len(values) == 2 and None not in bounds:
        low, high = bounds
        assert low is not None
        assert high is not None
        if values[0] and low * values[1] == high * values[0]:  # whatever the unit, the ratio is the range's
            return None
    return ", which is no number that can be read"


def _printed(
    inputs: Inputs, fact: Fact, printed: str, source: Source, seen: set[tuple[str, str, str]]
) -> Iterator[Finding]:
    """Yield a finding where the origin's own value of a computed cell changed."""
    place = (source.file, source.row, source.column)
    if place in seen:
        return
    seen.add(place)
    sheet = inputs.sheet(_file_of(source))
    record = sheet.rows.get(source.row)
    text = None if record is None else record.cells.get(source.column)
    if text != printed:
        name = f"{_file_of(source)}, row {source.row}, column {source.column}"
        yield Finding(
            "evidence",
            Claim(printed),
            (source_place(source, text or ""),),
            f"{name} says {text or 'nothing'!r}; the origin printed {printed!r} beside {fact.id}",
            Recomputed(text or ""),
        )


def _sidecar(inputs: Inputs, fact: Fact, source: Source, language: str) -> Iterator[Finding]:
    """Yield a finding where a table's origin or day is no longer what its facts say, once a table."""
    file = _file_of(source)[:-4] + ".toml"
    data = inputs.toml(file)
    if isinstance(data, str):
        place = (Where(f"inputs/{file}"),)
        yield Finding("evidence", Claim(source.dataset), place, f"{file} cannot be read: {data}")
        return
    kept = data.get("snapshot")
    data |= kept if isinstance(kept, dict) else {}  # an answer of a store: the build noted its day and origin
    day = data.get("as_of")
    own = source.as_of or fact.as_of  # what an origin printed for a computed cell has no day but its source's
    if isinstance(day, date) and own is not None and day != own:
        place = (Where(f"inputs/{file}", text=day.isoformat()),)
        text = f"{file} says the table is as of {day}; its facts are as of {own}"
        yield Finding("evidence", Claim(own.isoformat()), place, text, Recomputed(day.isoformat()))
    origin = data.get("origin", "")
    if isinstance(origin, str):
        origin = localized(inputs.key("yanbao.toml", f"origins.{origin}.text"), language)
    else:
        origin = localized(origin, language)
    if isinstance(origin, str) and source.origin and origin != source.origin:
        place = (Where(f"inputs/{file}", text=origin),)
        text = f"{file} names the origin {origin!r}; its facts name {source.origin!r}"
        yield Finding("evidence", Claim(source.origin), place, text, Recomputed(origin))


def _key(inputs: Inputs, fact: Fact, source: Source, language: str) -> Iterator[Finding]:
    """Yield a finding where a key of the workspace file no longer says what its fact does."""
    data = inputs.toml(source.file)
    if isinstance(data, str):
        yield broken(fact, source, "", f"{source.file} cannot be read: {data}")
        return
    path, value, part = source.column, None, None
    for candidate in (path, f"report.{path}"):
        value = inputs.key(source.file, candidate)
        if value is None and candidate.rpartition(".")[2].isdigit():  # a paragraph of a longer text
            value = inputs.key(source.file, candidate.rpartition(".")[0])
            part = int(candidate.rpartition(".")[2])
        if value is not None:
            break
    value = localized(value, language)
    if not _key_says(fact, value, part):
        name = f"{source.file}, key {path}"
        yield broken(fact, source, str(value or ""), f"{name} says {str(value)!r}; {fact.id} is {shown(fact)}")


def _key_says(fact: Fact, value: object, part: int | None) -> bool:
    if isinstance(value, date):
        digits = [token.value for token in numbers(fact.text or "")]
        said = sorted(digit for digit in digits if digit is not None)
        return (fact.as_of in (None, value)) and (
            said == sorted((value.year, value.month, value.day)) or {value.year, value.day} <= set(said)
        )
    if isinstance(value, str):
        pieces = [piece for piece in value.split("\n\n") if piece.strip()] if part is not None else [value]
        index = part or 0
        return index < len(pieces) and fact.text is not None and squeeze(pieces[index]) == squeeze(fact.text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return fact.quantity is not None and fact.quantity.value == Fraction(str(value))
    return False
