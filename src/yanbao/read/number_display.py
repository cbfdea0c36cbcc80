"""What a spreadsheet program shows for a number under a number format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

_WIDE = Context(prec=400)
_KEPT = Context(prec=15)  # digits a spreadsheet program keeps
_MAX_PLACES = 30
_GENERAL_DIGITS = 11
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"'
    r"|\\(?P<escaped>.)"
    r"|_(?P<room>.)|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)"
    r"|(?P<meridiem>AM/PM|A/P|上午/下午)"
    r"|(?P<exponent>[Ee][+-])"
    r"|(?P<date>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+)"
    r"|(?P<digit>[0#?])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"^(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)$")
_DAY_ONE = datetime(1899, 12, 30)  # serial 0 of the 1900 system, its false 29 February included
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True)
class _Section:
    tokens: tuple[_Token, ...]
    condition: tuple[str, Fraction] | None = None

    @property
    def is_date(self) -> bool:
        return any(token.kind == "date" for token in self.tokens)


def display(value: Fraction, code: str) -> str:
    """Return the text of a number under a format: 0.053 under `0.0%` is "5.3%".

    Fractions of the form `# ?/?` are shown as decimals; elapsed times as clock times.
    """
    sections = _sections(code)
    rounded = Fraction(_KEPT.divide(Decimal(value.numerator), Decimal(value.denominator)))
    index = _choose(sections, rounded)
    if index is None:
        return general(rounded)
    section = sections[index]
    if section.is_date:
        return _date(section, rounded)
    # the second of several sections shows the number without its sign; a single one sets the sign before all else
    unsigned = index > 0 and section.condition is None and len(sections) > 1
    shown = _number(section, abs(rounded))
    negative = rounded < 0 and not unsigned and any(char in "123456789" for char in shown)
    return "-" + shown if negative else shown


def display_text(text: str, code: str) -> str:
    """Return a text under a format: the fourth section places it, elsewhere it stands as it is."""
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else None
    if section is None:
        return text
    return "".join(text if token.text == "@" and token.kind == "other" else _literal(token) for token in section.tokens)


def general(value: Fraction) -> str:
    """Return a number as the format General shows it: at most eleven digits."""
    context = Context(prec=_GENERAL_DIGITS)
    number = context.divide(Decimal(value.numerator), Decimal(value.denominator)).normalize(context)
    exponent = number.adjusted()
    if number != 0 and not -5 < exponent < _GENERAL_DIGITS:
        return f"{number:.5E}"
    places = max(0, _GENERAL_DIGITS - 2 - max(exponent, 0))
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition: tuple[str, Fraction] | None = None
    for match in _TOKEN.finditer(code or "General"):
        kind = match.lastgroup or "other"
        text = match[kind]
        if kind == "other" and text == ";":
            sections.append(_Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind == "bracket":
            if found := _CONDITION.match(text):
                condition = (found[1], Fraction(found[2]))
            elif text.startswith("$"):  # [$¥-804]: a currency sign and a locale
                tokens.append(_Token("quoted", text[1:].partition("-")[0]))
            elif text.lower() in ("h", "hh", "m", "mm", "s", "ss"):
                tokens.append(_Token("date", text))
        else:
            tokens.append(_Token(kind, text))
    sections.append(_Section(tuple(tokens), condition))
    return tuple(sections)


def _choose(sections: tuple[_Section, ...], value: Fraction) -> int | None:
    """Return the section for a number; `None` where it has no form and General is shown."""
    if any(section.condition for section in sections):
        for index, section in enumerate(sections[:3]):
            if section.condition is None or _holds(value, *section.condition):
                return index
        return None
    count = min(len(sections), 3)
    index = 0 if count == 1 or value > 0 else 1 if value < 0 else 2 if count == 3 else 0
    tokens = sections[index].tokens
    return None if len(tokens) == 1 and tokens[0].text == "@" else index


def _holds(value: Fraction, operator: str, limit: Fraction) -> bool:
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[operator]


def _literal(token: _Token) -> str:
    if token.kind == "room":
        return " "
    return "" if token.kind == "fill" else token.text


def _number(section: _Section, value: Fraction) -> str:
    tokens = section.tokens
    if any(token.kind == "general" for token in tokens):
        return "".join(general(value) if token.kind == "general" else _literal(token) for token in tokens)
    slots = [at for at, token in enumerate(tokens) if token.kind == "digit"]
    percents = sum(token.kind == "other" and token.text == "%" for token in tokens)
    value *= 100**percents
    if not slots:
        return "".join(_literal(token) for token in tokens)
    if any(token.kind == "exponent" for token in tokens):
        return _scientific(tokens, value)
    point = next((at for at, token in enumerate(tokens) if token == _Token("other", ".")), None)
    whole = [at for at in slots if point is None or at < point]
    places = [at for at in slots if point is not None and at > point][:_MAX_PLACES]
    commas = [at for at, token in enumerate(tokens) if token == _Token("other", ",")]
    grouped = any(whole and whole[0] < at < whole[-1] for at in commas)
    last = slots[-1]
    value /= 1000 ** sum(at > last or (point is not None and whole != [] and whole[-1] < at < point) for at in commas)
    digits = f"{_rounded(value, len(places)):f}"
    left, _, right = digits.partition(".")
    fraction = _fraction(right, [tokens[at].text for at in places])
    return _laid_out(tokens, _whole(left, [tokens[at].text for at in whole], grouped), fraction, point)


def _rounded(value: Fraction, places: int) -> Decimal:
    exact = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)


def _whole(digits: str, slots: list[str], grouped: bool) -> str:
    needed = slots[slots.index("0") :] if "0" in slots else []
    digits = digits.lstrip("0").rjust(len(needed), "0")
    text = f"{int(digits):0{len(digits)},d}" if grouped and digits else digits
    return text.lstrip(",") if text.startswith(",") else text


def _fraction(digits: str, slots: list[str]) -> str:
    keep = len(digits)
    while keep and slots[keep - 1] != "0" and digits[keep - 1] == "0":
        keep -= 1
    return digits[:keep]


def _laid_out(tokens: tuple[_Token, ...], whole: str, fraction: str, point: int | None) -> str:
    parts: list[str] = []
    placed = placed_fraction = False
    for at, token in enumerate(tokens):
        if token.kind == "digit" or (token.kind == "other" and token.text == ","):
            if (point is None or at < point) and not placed and token.kind == "digit":
                parts.append(whole)
                placed = True
            elif point is not None and at > point and not placed_fraction and token.kind == "digit":
                parts.append(fraction)
                placed_fraction = True
        elif at == point:
            parts.append(("" if placed else whole) + ".")
            placed = True
        else:
            parts.append(_literal(token))
    return "".join(parts)


def _scientific(tokens: tuple[_Token, ...], value: Fraction) -> str:
    mark = next(at for at, token in enumerate(tokens) if token.kind == "exponent")
    point = next((at for at, token in enumerate(tokens[:mark]) if token.text == "."), mark)
    places = sum(token.kind == "digit" for token in tokens[point:mark])
    width = sum(token.kind == "digit" for token in tokens[mark:])
    number = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    mantissa, _, exponent = f"{number:.{places}E}".partition("E")
    power = int(exponent)
    sign = "-" if power < 0 else "+" if tokens[mark].text.endswith("+") else ""
    return f"{mantissa}E{sign}{abs(power):0{max(width, 1)}d}"


def _date(section: _Section, serial: Fraction) -> str:
    if not 0 <= serial < 2_958_466:  # the last day of the year 9999
        return "#" * 8
    moment = _DAY_ONE + timedelta(seconds=round(float(serial) * 86_400))
    tokens = section.tokens
    twelve = any(token.kind == "meridiem" for token in tokens)
    parts: list[str] = []
    before = ""
    for at, token in enumerate(tokens):
        if token.kind == "meridiem":
            names = ("上午", "下午") if "上午" in token.text else ("AM", "PM")
            parts.append(names[moment.hour >= 12])
        elif token.kind == "date":
            after = next((t.text[0].lower() for t in tokens[at + 1 :] if t.kind == "date"), "")
            parts.append(_part(token.text.lower(), moment, before, after, twelve))
            before = token.text[0].lower()
        else:
            parts.append(_literal(token))
    return "".join(parts)


def _part(code: str, moment: datetime, before: str, after: str, twelve: bool) -> str:
    letter = code[0]
    if letter == "m" and (before == "h" or after == "s"):
        return f"{moment.minute:0{min(len(code), 2)}d}"
    if letter == "m" and len(code) > 2:
        return moment.strftime("%B") if len(code) == 4 else _MONTHS[moment.month - 1][: 1 if len(code) > 4 else 3]
    if letter == "d" and len(code) > 2:
        return moment.strftime("%A" if len(code) > 3 else "%a")
    if letter == "y":
        return f"{moment.year:04d}" if len(code) > 2 else f"{moment.year % 100:02d}"
    hour = (moment.hour + 11) % 12 + 1 if twelve else moment.hour
    value = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{value:0{min(len(code), 2)}d}"
