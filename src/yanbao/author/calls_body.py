"""Calls on an axis of time: a row for each security, a mark for each call, in the colour of what it is or became."""

from __future__ import annotations

from fractions import Fraction

from yanbao.author.exhibit_spec import ExhibitSpec
from yanbao.author.table_view import TableView
from yanbao.author.time_axis import time_axis
from yanbao.document.days import day_in, serial
from yanbao.document.tree import Axis, Category, Chart, Point, Series, Span, Tick
from yanbao.errors import FormulaError
from yanbao.fact.fact import Fact

MAX_CALLS = 300
MAX_LANES = 40
MAX_CLASSES = 8  # colours that can be told apart


def calls_body(spec: ExhibitSpec, view: TableView) -> Chart:
    """Return the marks of a table's rows: when, in the row of which security, and of which class.

    Raises:
        FormulaError: a row without a day or a class, or more of them than can be drawn.
    """
    assert spec.when is not None
    assert spec.by is not None
    rows = view.rows(spec.rows)
    when = [view.fact(row, spec.when) for row in rows]
    days = [day_in(fact.text or "") for fact in when]
    dayless = [row for row, day in zip(rows, days, strict=True) if day is None]
    if dayless:
        raise FormulaError(f"`{spec.when}` says no day in the rows {_some(dayless)}; write them as 2024-06-30")
    kinds = [view.fact(row, spec.by) for row in rows]
    classless = [row for row, fact in zip(rows, kinds, strict=True) if not fact.text]
    if classless:
        raise FormulaError(f"`{spec.by}` says nothing in the rows {_some(classless)}")
    names = [view.key_span(row, spec.lane) for row in rows]
    lanes = list(dict.fromkeys(span.text for span in names))
    classes = list(dict.fromkeys(fact.text or "" for fact in kinds))
    for what, count, most in (("calls", len(rows), MAX_CALLS), ("lanes", len(lanes), MAX_LANES),
                              ("classes", len(classes), MAX_CLASSES)):  # fmt: skip
        if count > most:
            raise FormulaError(f"{count} {what} are too many to draw, at most {most}; choose `rows`")
    if not rows:
        raise FormulaError("there are no calls to draw")
    across = Series(
        spec.when,
        (view.label_span(spec.when),),
        "dot",
        tuple(Point(fact.id, Fraction(serial(day)), fact.text or "") for fact, day in zip(when, days, strict=True)
              if day is not None),
    )  # fmt: skip
    heights = [Fraction(len(lanes) - lanes.index(span.text)) for span in names]
    return Chart(
        "calls",
        tuple(Category((span,)) for span in names),
        (across, *(_class(f"{spec.by}{at}", each, kinds, heights) for at, each in enumerate(classes, 1))),
        _rows_axis(lanes),
        x_axis=time_axis(day for day in days if day is not None),
        labelled=tuple(next(at for at, span in enumerate(names) if span.text == lane) for lane in lanes),
    )


def _class(identifier: str, name: str, kinds: list[Fact], heights: list[Fraction]) -> Series:
    points = tuple(
        Point(fact.id, height, name) if fact.text == name else Point(None, None, "")
        for fact, height in zip(kinds, heights, strict=True)
    )
    first = next(fact for fact in kinds if fact.text == name)
    return Series(identifier, (Span(name, "quote", first.id),), "dot", points)


def _rows_axis(lanes: list[str]) -> Axis:
    """Return the axis of rows, the first on top; half a row is free at either end."""
    names = ["", *reversed(lanes), ""]
    return Axis(tuple(Tick(Fraction(at), name) for at, name in enumerate(names)), kind="row")


def _some(rows: list[str]) -> str:
    return ", ".join(rows[:5]) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")
