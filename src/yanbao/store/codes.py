"""Codes of securities: read in the forms that vendors print, kept in one: `600519.SH`, `00700.HK`, `AAPL.US`.

A code that names its exchange is read by it: `sh.000034` is an index of Shanghai, `000034.SZ` a company of Shenzhen. A
bare code is placed by the ranges that the exchanges give out, and where two things share one (000300 is an index in
Shanghai and could be a stock of Shenzhen), by the kind that the caller names. Nothing is guessed: a code that fits
nothing, or contradicts its exchange or its kind, is an error.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from yanbao.errors import StoreError
from yanbao.store.schema import CodeKind

_SUFFIXES: Final = {
    "SH": ("SH", "SS", "SSE", "XSHG", "SHSE"),
    "SZ": ("SZ", "SZSE", "XSHE"),
    "BJ": ("BJ", "BSE", "XBSE", "BJSE"),
    "NQ": ("NQ", "OC", "NEEQ"),
    "HK": ("HK", "XHKG", "HKEX"),
    # .A of some vendors (NYSE American) is left out: BRK.A is a class of shares
    "US": ("US", "O", "N", "XNYS", "XNAS"),
    "SI": ("SI", "SWI"),
    "CI": ("CI", "WI"),
    "CSI": ("CSI",),
}
_EXCHANGE: Final = {alias: exchange for exchange, aliases in _SUFFIXES.items() for alias in aliases}
_PREFIXED: Final = ("SH", "SZ", "BJ", "HK", "US", "SHSE", "SZSE")


class _Range(NamedTuple):
    exchange: str
    kind: CodeKind
    board: str
    digits: re.Pattern[str]


# what the exchanges give out, most specific first; only what tells a kind for certain (bonds and the like are in none)
_RANGES: Final = tuple(
    _Range(exchange, kind, board, re.compile(digits))  # type: ignore[arg-type]
    for exchange, kind, board, digits in (
        ("SH", "stock", "main", r"60[01356]\d{3}"),
        ("SH", "stock", "star", r"68[89]\d{3}"),
        ("SH", "stock", "other", r"900\d{3}"),  # B-shares
        ("SH", "index", "", r"000\d{3}"),
        ("SH", "fund", "", r"5[0-9]\d{4}"),
        ("SZ", "stock", "main", r"00[0-4]\d{3}"),
        ("SZ", "stock", "chinext", r"30[0-9]\d{3}"),
        ("SZ", "stock", "other", r"20[01]\d{3}"),  # B-shares
        ("SZ", "index", "", r"399\d{3}"),
        ("SZ", "fund", "", r"1[568]\d{4}"),
        ("BJ", "stock", "beijing", r"(43|83|87|88|92)\d{4}"),
        ("BJ", "index", "", r"899\d{3}"),
        ("NQ", "stock", "other", r"(400|420)\d{3}"),  # delisted companies
        ("NQ", "index", "", r"8990\d{2}"),
        ("SI", "index", "", r"8[05]\d{4}"),
        ("CSI", "index", "", r"(9[35]\d{4}|H\d{5})"),
    )
)
_BARE_ALSO: Final = {"NQ": re.compile(r"(43|83|87|88)\d{4}")}  # the third board shares these with Beijing
_SHAPES: Final = {
    "SH": re.compile(r"\d{6}"),
    "SZ": re.compile(r"\d{6}"),
    "BJ": re.compile(r"\d{6}"),
    "NQ": re.compile(r"\d{6}"),
    "SI": re.compile(r"\d{6}"),
    "CI": re.compile(r"\d{6}"),
    "CSI": re.compile(r"\d{6}|H\d{5}"),
    "HK": re.compile(r"\d{5}|[A-Z]{2,10}"),  # letters: Hang Seng's indices
    "US": re.compile(r"[A-Z][A-Z0-9]{0,9}(\.[A-Z]{1,2})?"),
}
_MOST: Final = 32  # longer than any code: a text that is none is not searched through
_FLOAT: Final = re.compile(r"(\d{6})\.0+")
_LOST: Final = re.compile(r"(\d{1,6})(?:\.0+)?")
_PREFIX: Final = re.compile(rf"({'|'.join(sorted(_PREFIXED, key=len, reverse=True))})([.:]?)(.+)")
_CITIC: Final = re.compile(r"CI(\d{6})")


def read_code(text: str, kind: CodeKind | None = None, *, lost_zeros: bool = False) -> str:
    """Return a code in its one form: which security is meant?

    `kind` is what the caller knows it to be; `None` where it does not. `lost_zeros` says that a spreadsheet took the
    code for a number (`1` for 000001): only a source that knows so may set it.

    >>> read_code("sh.600519"), read_code("600519"), read_code("600519.XSHG"), read_code("600519.0")
    ('600519.SH', '600519.SH', '600519.SH', '600519.SH')
    >>> read_code("000300", "index"), read_code("000034", "stock"), read_code("sh.000034", "index")
    ('000300.SH', '000034.SZ', '000034.SH')
    >>> read_code("700.HK"), read_code("brk-b.us"), read_code("801750.SI"), read_code("1", "stock", lost_zeros=True)
    ('00700.HK', 'BRK.B.US', '801750.SI', '000001.SZ')

    Raises:
        StoreError: no code of a known exchange, one that is ambiguous, or one of another kind.
    """
    spelt = text.strip().upper()
    if not spelt or len(spelt) > _MOST or not spelt.isascii():
        raise StoreError(f"{text[:_MOST]!r} is no code: write 600519.SH, 00700.HK or AAPL.US")
    digits, exchange = _split(spelt)
    if exchange is None:
        return _bare(text, digits, kind, lost_zeros)
    digits, exchange = _house_form(digits, exchange, lost_zeros)
    if not _SHAPES[exchange].fullmatch(digits):
        raise StoreError(f"{text!r} is no code of {exchange}: {_example(exchange)}")
    code = f"{digits}.{exchange}"
    found = kind_of(code)
    if found is None and _misplaced(digits, exchange):
        raise StoreError(f"{text!r}: {exchange} gives out no such code, {_misplaced(digits, exchange)} does")
    if kind is not None and found is not None and found != kind:
        raise StoreError(f"{text!r} is {_word(found)}, not {_word(kind)}")
    return code


def kind_of(code: str) -> CodeKind | None:
    """Return what a code in its one form is for certain, by the ranges of its exchange; `None` where they do not tell.

    >>> kind_of("000034.SH"), kind_of("000034.SZ"), kind_of("510300.SH"), kind_of("113050.SH")
    ('index', 'stock', 'fund', None)
    """
    found = _range(code)
    if found is not None:
        return found.kind
    digits, _, exchange = code.rpartition(".")
    if exchange in ("SI", "CI", "CSI"):
        return "index"
    if exchange == "HK":
        return "stock" if digits.isdigit() else "index"
    return "stock" if exchange in _BARE_ALSO and _BARE_ALSO[exchange].fullmatch(digits) else None


def board_of(code: str) -> str | None:
    """Return the board of a mainland stock by its code: main, chinext, star, beijing, other; `None` for all else.

    >>> board_of("300033.SZ"), board_of("688041.SH"), board_of("920002.BJ"), board_of("00700.HK")
    ('chinext', 'star', 'beijing', None)
    """
    found = _range(code)
    return found.board if found is not None and found.kind == "stock" else None


def _range(code: str) -> _Range | None:
    digits, _, exchange = code.rpartition(".")
    return next((one for one in _RANGES if one.exchange == exchange and one.digits.fullmatch(digits)), None)


def _split(spelt: str) -> tuple[str, str | None]:
    """Return the digits and the exchange of a code, `None` where it names none."""
    body, dot, suffix = spelt.rpartition(".")
    if dot and suffix in _EXCHANGE:
        return body, _EXCHANGE[suffix]
    prefix = _PREFIX.fullmatch(spelt)
    # AAPL-like tickers may begin with the letters of an exchange: without a point only digits follow a prefix
    if prefix and (prefix[2] or prefix[3].isdigit()):
        return prefix[3], _EXCHANGE[prefix[1]]
    if _CITIC.fullmatch(spelt):
        return spelt, "CI"
    return spelt, None


def _house_form(digits: str, exchange: str, lost_zeros: bool) -> tuple[str, str]:
    """Return digits and exchange as the one form has them: zeros in front, classes of shares, indices of two houses."""
    if exchange == "CI" and _CITIC.fullmatch(digits):
        return digits[2:], exchange
    if exchange == "HK" and digits.isdigit():
        return digits.zfill(5), exchange
    if exchange == "US":
        return re.sub(r"[-/]", ".", digits), exchange
    if exchange == "CSI" and re.fullmatch(r"(000|399)\d{3}", digits):
        return digits, "SH" if digits.startswith("000") else "SZ"
    if lost_zeros and exchange in ("SH", "SZ") and digits.isdigit():
        return digits.zfill(6), exchange
    return digits, exchange


def _bare(text: str, spelt: str, kind: CodeKind | None, lost_zeros: bool) -> str:
    numeral = _FLOAT.fullmatch(spelt)
    digits = numeral[1] if numeral else spelt
    lost = _LOST.fullmatch(spelt) if lost_zeros else None
    if lost:
        digits = lost[1].zfill(6)
    found = [one for one in _RANGES if one.exchange != "NQ" or one.kind == "stock" if one.digits.fullmatch(digits)]
    fits = [one for one in found if kind in (None, one.kind)]
    if len(fits) == 1:
        return f"{digits}.{fits[0].exchange}"
    if fits:
        readings = ", ".join(f"{digits}.{one.exchange} ({_word(one.kind)})" for one in fits)
        raise StoreError(f"{text!r} may be {readings}: name its exchange")
    if found:
        raise StoreError(f"{text!r} is {_word(found[0].kind)} ({digits}.{found[0].exchange}), not {_word(kind)}")
    if _LOST.fullmatch(spelt) and len(_LOST.fullmatch(spelt)[1]) < 6:  # type: ignore[index]
        raise StoreError(f"{text!r} has fewer than 6 digits: if zeros in front were lost, the mapping must say so")
    raise StoreError(f"{text!r} names no exchange and is in no range of the mainland: write it as 600519.SH or AAPL.US")


def _misplaced(digits: str, exchange: str) -> str | None:
    """Return the mainland exchange that gives out a stock's code, where another one was written beside it."""
    if exchange not in ("SH", "SZ", "BJ"):
        return None
    return next((one.exchange for one in _RANGES if one.kind == "stock" and one.digits.fullmatch(digits)), None)


def _word(kind: CodeKind | None) -> str:
    return {"stock": "a stock", "index": "an index", "fund": "a fund", None: "any kind"}[kind]


def _example(exchange: str) -> str:
    return {"HK": "write 00700.HK", "US": "write AAPL.US", "CSI": "write 931087.CSI"}.get(exchange, "six digits")
