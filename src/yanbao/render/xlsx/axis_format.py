"""The number format under which an axis shows exactly the texts of its ticks."""

from __future__ import annotations

from fractions import Fraction

from yanbao.document.days import day_in
from yanbao.document.tree import Axis, Tick
from yanbao.errors import RenderError
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT
from yanbao.render.xlsx import number_format


def scale(unit: str) -> Fraction:
    """Return the factor from a value in a chart's unit to the number in the sheet's cells."""
    return Fraction(1, 100) if unit == "%" else Fraction(1)


def axis_code(axis: Axis, where: str) -> str:
    """Return the number format of an axis.

    Raises:
        RenderError: no number format shows these texts; `where` names the exhibit.
    """
    if axis.kind == "row":  # names are no numbers: a native axis leaves them out
        return ";;;"
    if axis.kind == "day":
        return "yyyy-mm-dd" if all("-" in tick.text for tick in axis.ticks) else "yyyy"
    zero = [tick for tick in axis.ticks if tick.value == 0]
    codes = {tick: _code(tick, axis.unit) for tick in axis.ticks}
    others: set[str | None] = {code for tick, code in codes.items() if tick.value != 0}
    grouped: set[str | None] = {code for code in others if code is not None and "#,##0" in code}
    if len(others) == 2 and len(grouped) == 1:  # 500 has no comma to show, 1,500 has
        plain = {tick for tick, code in codes.items() if code not in grouped and tick.value != 0}
        if {code.replace("#,##0", "0") for code in grouped if code} == others - grouped and all(
            abs(tick.value) < 1000 for tick in plain
        ):
            others = set(grouped)
    if not others and zero:
        others = {codes[zero[0]]}
    if len(others) == 1 and (code := others.pop()) is not None:
        if not zero or codes[zero[0]] in (code, code.replace("#,##0", "0")):
            return code
        if ";" not in code and '"' not in zero[0].text:
            return f'{code};-{code};"{zero[0].text}"'
    if all(_general(tick) for tick in axis.ticks):
        return "General"
    texts = ", ".join(tick.text for tick in axis.ticks)
    raise RenderError(f"{where}: no number format shows the ticks {texts}\n    hint: give all ticks one form")


def day_code(text: str) -> str:
    """Return the number format under which the number of a day is shown as the origin writes it."""
    day = day_in(text)
    if day is not None:
        month, number = day.month, day.day
        for code, shown in (
            ("yyyy-mm-dd", day.isoformat()),
            ("yyyy/m/d", f"{day.year}/{month}/{number}"),
            ('yyyy"年"m"月"d"日"', f"{day.year}年{month}月{number}日"),
        ):
            if shown == text:
                return code
    return number_format.words(text)


def _code(tick: Tick, unit: str) -> str | None:
    quantity = Quantity.exact(tick.value, PERCENT if unit == "%" else NONE)
    found = number_format.of_text(tick.text, quantity, unit)
    if found is None or found.factor != 1 or (unit == "%" and "%" not in tick.text):
        return None
    return found.code


def _general(tick: Tick) -> bool:
    return tick.text == f"{float(tick.value):.10g}"
