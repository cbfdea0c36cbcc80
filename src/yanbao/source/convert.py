"""Columns of a file -> columns of a table: texts to numbers in the table's unit, days and codes, as whole columns.

What can't be read stays the text it was, so that the loading refuses its row with the very cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from yanbao.quantity import PERCENT, Unit, parse_unit
from yanbao.source.days import last_of, parse_day, parse_last_day
from yanbao.source.mapping import Code, ColumnMap
from yanbao.store.schema import Column

if TYPE_CHECKING:
    from typing import TypeAlias

    import pyarrow as pa

    Array: TypeAlias = pa.Array | pa.ChunkedArray

_THOUSANDS = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_PERIODS = ("period", "month")  # day columns that a year or a quarter may fill


def flat(array: Array) -> pa.Array:
    """Return one chunk, without dictionaries."""
    import pyarrow as pa

    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # no chunk at all
        array = pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def as_text(array: Array) -> pa.Array:
    """Return a column as trimmed texts: whole floats without a point, days as 2024-06-28."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = flat(array)
    kind = array.type
    if pa.types.is_timestamp(kind):
        array = pc.cast(array, pa.date32(), safe=False)
    elif pa.types.is_floating(kind):
        texts = pc.cast(array, pa.string())
        whole = pc.and_(pc.equal(array, pc.trunc(array)), pc.less(pc.abs(array), 2.0**53))
        array = pc.if_else(whole, pc.cast(pc.cast(array, pa.int64(), safe=False), pa.string()), texts)
    if not pa.types.is_string(array.type):
        array = pc.cast(array, pa.string())
    return pc.utf8_trim(array, " \t\r\n\u3000\u00a0\ufeff")


def present(texts: pa.Array, missing: Sequence[str]) -> pa.Array:
    """Return texts with the marks of a missing value as null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    marks = pa.array([*missing, ""], pa.string())
    return pc.if_else(pc.is_in(texts, value_set=marks), pa.scalar(None, pa.string()), texts)


def mapped(texts: pa.Array, read: Callable[[str], Any], kind: pa.DataType) -> pa.Array:
    """Return what `read` makes of each text, computed once a distinct text; null stays null."""
    import pyarrow as pa

    encoded = texts.dictionary_encode()
    values = [None if text is None else read(text) for text in encoded.dictionary.to_pylist()]
    return pa.array(values, kind).take(encoded.indices)


def convert(array: Array, column: Column, spec: ColumnMap, missing: Sequence[str], code: Code) -> pa.Array:
    """Return a file's column as the table holds it: float64 or int64, date32 or text."""
    import pyarrow as pa

    marks = (*missing, *spec.missing)
    array = flat(array)
    if spec.pattern is not None or spec.cases:
        array = _picked(present(as_text(array), marks), spec)
    if column.type in ("number", "integer"):
        numbers = to_numbers(array, spec.unit, marks)
        return _whole(numbers) if column.type == "integer" else numbers
    texts = present(as_text(array), marks)
    if column.is_code:
        return to_codes(texts, code)
    if column.type == "day":
        if pa.types.is_date32(array.type) and spec.grain is None:
            return array
        return to_days(texts, spec.grain, periods=column.name in _PERIODS)
    return texts


def _picked(texts: pa.Array, spec: ColumnMap) -> pa.Array:
    import pyarrow as pa

    pattern = re.compile(spec.pattern) if spec.pattern is not None else None
    cases = [(re.compile(case), value) for case, value in spec.cases.items()]

    def pick(text: str) -> str | None:
        if pattern is not None:
            match = pattern.search(text)
            if match is None or match[1] is None:
                return None
            text = match[1]
        return next((value for case, value in cases if case.search(text)), None) if cases else text

    return mapped(texts, pick, pa.string())


@lru_cache(maxsize=64)
def _scale(unit: str | None) -> tuple[Unit, int | None]:
    """A unit, and its power of ten where it is one."""
    parsed = parse_unit(unit) if unit else Unit("")
    scale: Fraction = parsed.scale
    big, small = (scale, 0) if scale >= 1 else (1 / scale, 1)
    power = len(str(big)) - 1
    return parsed, (-power if small else power) if big == 10**power else None


def to_numbers(array: Array, unit: str | None, missing: Sequence[str]) -> pa.Array:
    """Return a column as float64 in base units: 5.4 in % is 0.054, 1.2 in 亿元 is 120,000,000.

    Units that are powers of ten move the decimal point in the text, so that the float is the nearest to the printed
    number. A column with texts that are no numbers comes back as texts: numbers in base units, the others as printed.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    parsed, power = _scale(unit)
    array = flat(array)
    marks = [float(mark) for mark in missing if re.fullmatch(NUMBER, mark)]
    if pa.types.is_floating(array.type) or pa.types.is_integer(array.type):
        numbers = pc.cast(array, pa.float64(), safe=False)
        numbers = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
        numbers = _without(numbers, marks)
        return numbers if power == 0 else _scaled(pc.cast(numbers, pa.string()), parsed, power)
    texts = present(as_text(array), missing)
    quick = None if marks else _quick(texts, power)
    if quick is not None:
        return quick
    long = pc.match_substring_regex(texts, _THOUSANDS)
    if pc.any(long).as_py():
        texts = pc.if_else(long, pc.replace_substring(texts, ",", ""), texts)
    if parsed.symbol == PERCENT.symbol:
        texts = pc.replace_substring_regex(texts, "[%％]$", "")
    good = pc.match_substring_regex(texts, NUMBER)
    kept = pc.if_else(good, texts, pa.scalar(None, pa.string()))
    if marks:
        plain = _without(pc.cast(kept, pa.float64()), marks)
        kept = pc.if_else(pc.is_valid(plain), kept, pa.scalar(None, pa.string()))
    numbers = _scaled(kept, parsed, power)
    if pc.all(pc.fill_null(good, True)).as_py():
        return numbers
    printed = pc.cast(numbers, pa.string())
    return pc.if_else(pc.fill_null(good, True), printed, texts)


def _quick(texts: pa.Array, power: int | None) -> pa.Array | None:
    """Return a column of nothing but plain numbers at the speed of Arrow's own reading; None for any other."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if power is None:
        return None
    if power:
        texts = pc.binary_join_element_wise(texts, pa.scalar(f"e{power}"), pa.scalar(""))
    try:
        numbers = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        return None
    # Arrow reads `nan` and `inf` as numbers
    return numbers if pc.all(pc.fill_null(pc.is_finite(numbers), True)).as_py() else None


def _without(numbers: pa.Array, marks: list[float]) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not marks:
        return numbers
    gone = pc.is_in(numbers, value_set=pa.array(marks, pa.float64()))
    return pc.if_else(gone, pa.scalar(None, pa.float64()), numbers)


def _scaled(texts: pa.Array, unit: Unit, power: int | None) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    # a leading plus is no number to Arrow
    texts = pc.replace_substring_regex(texts, r"^\+", "")
    if power == 0:
        return pc.cast(texts, pa.float64())
    numbers = pc.cast(texts, pa.float64())
    times = pc.divide(
        pc.multiply(numbers, float(unit.scale.numerator)), pa.scalar(float(unit.scale.denominator), pa.float64())
    )
    if power is None:
        return times
    plain = pc.invert(pc.match_substring_regex(texts, "[eE]"))
    moved = pc.binary_join_element_wise(
        pc.if_else(plain, texts, pa.scalar(None, pa.string())), pa.scalar(f"e{power}"), pa.scalar("")
    )
    return pc.if_else(plain, pc.cast(moved, pa.float64()), times)


def _whole(numbers: pa.Array) -> pa.Array:
    """Return integers where all are whole; else texts, which the loading refuses."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(numbers.type):
        return numbers
    if pc.all(pc.fill_null(pc.equal(numbers, pc.trunc(numbers)), True)).as_py():
        return pc.cast(numbers, pa.int64())
    return as_text(numbers)


def to_days(texts: pa.Array, grain: Any = None, *, periods: bool = False) -> pa.Array:
    """Return texts as days; with a `grain` the last day of the period that holds each.

    `periods` lets a year, a quarter or a month stand for its last day. A column with texts that are no days comes back
    as texts: days as 2024-06-28, the others as printed.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    read = parse_last_day if periods or grain is not None else parse_day

    def day_of(text: str) -> date | None:
        day = read(text)
        return last_of(day, grain) if day is not None and grain is not None else day

    days = mapped(texts, day_of, pa.date32())
    bad = pc.and_(pc.is_valid(texts), pc.is_null(days))
    if not pc.any(bad).as_py():
        return days
    return pc.if_else(bad, texts, pc.cast(days, pa.string()))


def to_codes(texts: pa.Array, code: Code) -> pa.Array:
    """Return codes as text: quotes of spreadsheets taken off, lost zeros put back, the exchange added, as stated."""
    import pyarrow as pa

    def read(text: str) -> str:
        if match := re.fullmatch(r'="?([^"]*)"?|\'(.*)', text):  # ="000001" and '000001 keep zeros in a spreadsheet
            text = match[1] if match[1] is not None else match[2]
        if code.zeros is not None:
            text = re.sub(r"^(\d+)\.0+$", r"\1", text)
            if text.isdigit():
                text = text.zfill(code.zeros)
        if code.exchange is not None and re.fullmatch(r"[0-9A-Za-z-]+", text):
            text = f"{text}.{code.exchange}"
        return text

    return mapped(texts, read, pa.string())
