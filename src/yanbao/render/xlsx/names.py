"""Names of sheets: legal, at most 31 characters, unique."""

from __future__ import annotations

from typing import Literal

_SPACES = {"\n": " ", "\t": " "}
_FORBIDDEN = {
    "zh": str.maketrans({"[": "［", "]": "］", ":": "：", "*": "＊", "?": "？", "/": "／", "\\": "＼"} | _SPACES),
    "en": str.maketrans({"[": "(", "]": ")", ":": " –", "*": "×", "?": "", "/": "-", "\\": "-"} | _SPACES),
}
_RESERVED = {"history"}  # Excel keeps it for itself
LONGEST = 31  # UTF-16 units


class Names:
    """The names given so far; Excel does not tell upper from lower case."""

    def __init__(self, language: Literal["zh", "en"] = "zh") -> None:
        self._forbidden = _FORBIDDEN[language]
        self._taken = set(_RESERVED)

    def give(self, wanted: str) -> str:
        """Return `wanted` with forbidden characters replaced, cut to length, and a letter behind it if it is taken."""
        base = _cut(wanted.translate(self._forbidden), LONGEST).strip(" '") or "_"
        name = base
        count = 0
        while name.casefold() in self._taken:
            count += 1
            mark = f" ({_letters(count)})"
            name = _cut(base, LONGEST - len(mark)).rstrip(" '") + mark
        self._taken.add(name.casefold())
        return name


def _cut(text: str, units: int) -> str:
    out = ""
    for character in text:
        units -= 2 if ord(character) > 0xFFFF else 1
        if units < 0:
            break
        out += character
    return out


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(97 + rest) + letters
    return letters
