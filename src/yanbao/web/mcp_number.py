"""A number as an assistant gets it: value, interval, unit, period, day, where it comes from, and its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, Field, SerializerFunctionWrapHandler, model_serializer

from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity import Quantity, Unit
from yanbao.quantity.period_printing import format_period
from yanbao.render.html.facts import value

LONGEST = 20_000  # characters of a text that is handed out


class Told(BaseModel):
    """What is told of something; fields that have nothing to say are left out."""

    @model_serializer(mode="wrap")
    def _said(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = handler(self)
        return {name: what for name, what in told.items() if what is not None}


class Origin(Told):
    """Where a number stands: who published it, and the file and line of the workspace that hold it."""

    origin: str
    file: Annotated[str | None, Field(description="A path inside the workspace.")] = None
    line: Annotated[int | None, Field(description="The line of that file.")] = None
    row: str | None = None
    column: str | None = None
    origin_line: Annotated[int | None, Field(description="The line of the origin, where it has lines.")] = None
    page: Annotated[int | None, Field(description="The page of a checked document.")] = None
    as_of: str | None = None


class Number(Told):
    """A number (or a text, or a missing value) with all that is known of it."""

    id: str
    label: str
    text: Annotated[str, Field(description="As a report prints it, with its unit.")]
    value: Annotated[float | None, Field(description="In `unit`; absent of a text and of what is missing.")] = None
    low: Annotated[float | None, Field(description="The least value that prints so.")] = None
    high: Annotated[float | None, Field(description="The greatest value that prints so.")] = None
    unit: str = ""
    period: str | None = None
    as_of: Annotated[str | None, Field(description="The day as of which it holds.")] = None
    source: Annotated[Origin | None, Field(description="Of what was typed or read.")] = None
    formula: Annotated[str | None, Field(description="Of what was computed; {ids} are its operands.")] = None
    inputs: Annotated[list[str] | None, Field(description="The ids that the formula computes with.")] = None
    relation: Annotated[str | None, Field(description="The rule whose formula it is (yoy, cagr, pe).")] = None
    printed: Annotated[str | None, Field(description="What the origin printed for what was computed.")] = None
    missing: Annotated[str | None, Field(description="Why there is no value. It is never 0.")] = None


class Cell(Told):
    """A cell of a table or a point of a chart; `facts` are ids in the answer's `facts`."""

    text: str
    facts: list[str] = Field(default_factory=list)
    missing: str | None = None


class Column(Told):
    """A column: its head, and the unit that its cells leave out."""

    label: str
    unit: str | None = None
    group: str | None = None


def number(fact: Fact, language: str) -> Number:
    """Return a fact as an assistant gets it."""
    lineage = fact.lineage
    as_of = fact.as_of
    told = Number(
        id=fact.id,
        label=" · ".join(dict.fromkeys(part for part in (fact.subject, fact.metric) if part)) or fact.id,
        text=fact.missing or short(fact.text or ""),
        period=format_period(fact.period, language) if fact.period else None,  # type: ignore[arg-type]
        missing=fact.missing,
    )
    if fact.quantity is not None:
        measured(told, fact.quantity, language)
    if isinstance(lineage, Source):
        as_of = as_of or lineage.as_of
        told.source = origin(lineage)
    else:
        _derived(told, lineage)
    told.as_of = as_of.isoformat() if as_of else None
    return told


def measured(told: Number, quantity: Quantity, language: str) -> None:
    """Set value, interval, unit and text."""
    told.value, told.unit = as_float(quantity.value), unit_text(quantity.unit)
    told.low, told.high = as_float(quantity.interval.low), as_float(quantity.interval.high)
    told.text = value(quantity, language)


def _derived(told: Number, lineage: Derivation) -> None:
    told.formula, told.inputs = lineage.formula, list(dict.fromkeys(lineage.inputs))
    told.relation, told.printed = lineage.relation, lineage.printed
    if lineage.printed_source is not None:
        told.source = origin(lineage.printed_source)


def origin(source: Source) -> Origin:
    """Return where a sourced fact stands."""
    return Origin(
        origin=source.origin,
        file=source.file,
        line=source.file_line,
        row=source.row or None,
        column=source.column or None,
        origin_line=source.origin_line,
        as_of=source.as_of.isoformat() if source.as_of else None,
    )


def unit_text(unit: Unit) -> str:
    """Return a unit's symbol: $M of what is printed $485M."""
    return unit.symbol + unit.suffix


def as_float(number: Fraction | None) -> float | None:
    """Return a number as JSON has it; none of one that is too large for that: its text tells it."""
    try:
        return None if number is None else float(number)
    except OverflowError:
        return None


def short(text: str) -> str:
    """Return a text, cut where it is longer than anybody reads."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… (cut: {len(text):,} characters)"


def numbers(ids: Iterable[str], facts: Mapping[str, Fact], language: str) -> dict[str, Number]:
    """Return the facts of some ids; one that the document does not hold (a key of the workspace) is left out."""
    return {name: number(facts[name], language) for name in dict.fromkeys(ids) if name in facts}
