"""The JSON form of a document: what a build folder keeps and what a proof starts from.

`from_json(to_json(document)) == document`. Fractions are written "numerator/denominator", dates ISO,
parts at their default left out.
"""

from __future__ import annotations

import dataclasses
import sys
import types
import typing
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from yanbao.document import tree
from yanbao.errors import ReadError
from yanbao.fact import fact as facts
from yanbao.quantity.interval import Interval
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import Unit

_CLASSES: dict[str, type] = {
    cls.__name__: cls
    for cls in (
        tree.Span,
        tree.Paragraph,
        tree.Cell,
        tree.Column,
        tree.Row,
        tree.Table,
        tree.Tick,
        tree.Axis,
        tree.Point,
        tree.Series,
        tree.Category,
        tree.Chart,
        tree.Event,
        tree.Timeline,
        tree.Exhibit,
        tree.Columns,
        tree.Page,
        tree.Figure,
        tree.Estimate,
        tree.Call,
        tree.Document,
        facts.Source,
        facts.Derivation,
        facts.Fact,
        Interval,
        Period,
        Quantity,
        Unit,
    )
}


def to_json(value: Any) -> Any:
    """Return the JSON form of a document or of any part of it: dicts, lists, strings, numbers, booleans."""
    kind: type = type(value)
    if kind in _PLAIN:
        return value
    if kind in _CLASS_MEMBERS:
        record: dict[str, Any] = {}
        for name, default in _fields(kind):
            item = getattr(value, name)
            if item is not default and item != default:
                record[name] = to_json(item)
        if kind.__name__ in _UNION_MEMBERS:
            record["type"] = kind.__name__
        return record
    if kind is Fraction:
        return f"{value.numerator}/{value.denominator}" if value.denominator != 1 else str(value.numerator)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return value


def from_json(data: Any) -> tree.Document:
    """Return the document that `to_json` made `data` from.

    Raises:
        ReadError: `data` is not the JSON form of a document.
    """
    try:
        document = _build(tree.Document, data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(f"not a document: {type(error).__name__}: {error}") from error
    assert isinstance(document, tree.Document)
    return document


_UNION_MEMBERS = {
    "Paragraph", "Exhibit", "Columns", "Chart", "Table", "Timeline", "Source", "Derivation",
}  # fmt: skip


_CLASS_MEMBERS = frozenset(_CLASSES.values())
_PLAIN = frozenset({str, int, float, bool, type(None)})


@cache
def _fields(cls: type) -> tuple[tuple[str, Any], ...]:
    """Return the names of a part's fields with their defaults; `MISSING`, which nothing equals, where there is none."""
    return tuple(
        (field.name, field.default if field.default_factory is dataclasses.MISSING else field.default_factory())
        for field in dataclasses.fields(cls)
    )


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls, {**vars(sys.modules[cls.__module__]), **_CLASSES})


def _build(hint: Any, data: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        members = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        if len(members) == 1:
            return _build(members[0], data)
        return _build(_CLASSES[data["type"]], data)
    if origin is typing.Literal:
        if data not in typing.get_args(hint):
            raise ValueError(f"{data!r} is not one of {typing.get_args(hint)}")
        return data
    if origin is tuple:
        item = typing.get_args(hint)
        if len(item) == 2 and item[1] is Ellipsis:
            return tuple(_build(item[0], part) for part in data)
        return tuple(_build(kind, part) for kind, part in zip(item, data, strict=True))
    if origin is dict:
        value_hint = typing.get_args(hint)[1]
        return {key: _build(value_hint, part) for key, part in data.items()}
    if hint is Fraction:
        return Fraction(data)
    if hint is date:
        return date.fromisoformat(data)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = _hints(hint)
        return hint(**{key: _build(hints[key], part) for key, part in data.items() if key != "type"})
    if hint is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, hint):
        raise TypeError(f"{data!r} is not {hint}")
    return data
