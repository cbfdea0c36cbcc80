"""Number formats under which a chart shows a value exactly as the tree prints it."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise

from yanbao.document.days import day_at
from yanbao.document.tree import Axis
from yanbao.errors import RenderError

_PRINTED = re.compile(
    r"(?P<before>[^0-9]*?)(?P<sign>[+\-−]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<places>[0-9]+))?"
    r"(?P<after>[^0-9]*)"
)
_SECTIONS = re.compile(r'(?:"[^"]*"|[^;"])+')
_TOKENS = re.compile(r'"[^"]*"|#,##0(?:\.0+)?|0(?:\.0+)?|.')
_CONTEXT = Context(prec=60)
_DAYS = ("yyyy-mm-dd", "yyyy")


def as_float(value: Fraction) -> float:
    """Return a value to 15 digits, which the chart's XML and its workbook both keep exactly."""
    return float(f"{_CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator)):.15g}")


def number_text(value: Fraction) -> str:
    """Return a value as the chart's XML writes it."""
    number = as_float(value)
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def shown(value: Fraction, code: str) -> str:
    """Return what a format made here shows for a value."""
    if code == "General":
        return f"{as_float(value):.10g}"
    sections = _SECTIONS.findall(code)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    parts = _TOKENS.findall(section)
    minus = "-" if value < 0 and any(part[0] in "#0" and _rounded(value, part) for part in parts) else ""
    return minus + "".join(
        f"{_rounded(value, part):,f}"
        if part[0] == "#"
        else f"{_rounded(value, part):f}"
        if part[0] == "0"
        else part.strip('"')
        for part in parts
    )


def shown_day(value: Fraction, code: str) -> str:
    """Return what a format of days shows for the number of a day."""
    day = day_at(value)
    return str(day.year) if code == "yyyy" else day.isoformat()


def _rounded(value: Fraction, core: str) -> Decimal:
    """Return a value without its sign, to the places that the digits of a format show."""
    exact = _CONTEXT.divide(Decimal(abs(value).numerator), Decimal(value.denominator))
    places = len(core.partition(".")[2])
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_CONTEXT)


def label_format(value: Fraction, text: str) -> str | None:
    """Return the format under which a value reads as `text`, or None where there is none."""
    code = _code(text)
    return code if code is not None and shown(value, code) == text else None


def axis_format(axis: Axis, where: str) -> str:
    """Return the format under which the ticks of an axis read as the tree prints them.

    Raises:
        RenderError: there is none; `where` names the exhibit.
    """
    if axis.kind == "row":  # names are no numbers: a native axis leaves them out
        return ";;;"
    for code in _DAYS if axis.kind == "day" else _candidates(axis):
        if all((shown_day if axis.kind == "day" else shown)(tick.value, code) == tick.text for tick in axis.ticks):
            return code
    texts = ", ".join(tick.text for tick in axis.ticks)
    raise RenderError(f"{where}: no number format shows the ticks {texts}\n    hint: give all ticks one form")


def axis_step(axis: Axis, where: str) -> Fraction:
    """Return the distance of the ticks of an axis.

    Raises:
        RenderError: there are fewer than two ticks or their distances differ.
    """
    values = [tick.value for tick in axis.ticks]
    steps = {after - before for before, after in pairwise(values)}
    if len(steps) != 1 or (step := steps.pop()) <= 0:
        raise RenderError(
            f"{where}: an axis needs two ticks or more, evenly spaced and rising"
            "\n    hint: leave the ticks to the engine"
        )
    return step


def _candidates(axis: Axis) -> list[str]:
    """Return formats that may fit: of single ticks, those with a comma first, zero apart where it differs."""
    codes = {code: None for tick in axis.ticks if tick.value and (code := _code(tick.text)) is not None}
    found = sorted(codes, key=lambda code: ("," not in code, code))
    zero = next((tick.text for tick in axis.ticks if tick.value == 0), None)
    if zero is not None and '"' not in zero and "\\" not in zero:
        found += [f"{code};-{code};{_quoted(zero)}" for code in found if ";" not in code]
        plain = _code(zero)
        if plain is not None:
            found.append(plain)
    return [*found, "General"]


def _code(text: str) -> str | None:
    match = _PRINTED.fullmatch(text)
    if match is None or (len(match["whole"]) > 1 and match["whole"][0] == "0"):
        return None
    if '"' in text or "\\" in text:  # the two characters that mean something between quotation marks
        return None
    core = ("#,##0" if "," in match["whole"] else "0") + (f".{'0' * len(match['places'])}" if match["places"] else "")
    before, after = _quoted(match["before"]), _quoted(match["after"])
    plain = f"{before}{core}{after}"
    if match["sign"] == "+":
        return f'{before}"+"{core}{after};{before}"-"{core}{after};{plain}'
    if match["sign"] == "−" or (match["sign"] == "-" and before):
        return f'{plain};{before}"{match["sign"]}"{core}{after}'
    if match["before"].endswith("(") and match["after"].startswith(")"):
        return f"{_quoted(match['before'][:-1])}{core}{_quoted(match['after'][1:])};{plain}"
    return plain


def _quoted(text: str) -> str:
    return f'"{text}"' if text else ""
