"""What a reader sees of a line that carries markup: its pieces without the signs, each still knowing its column."""

from __future__ import annotations

import re
from html import unescape

from yanbao.read.contents import Place
from yanbao.read.foreign.prose import line_of, lowered, raised
from yanbao.read.foreign.tree import Line

_TEX_WORDS = {
    r"\%": "%", r"\$": "$", r"\sim": "~", r"\times": "×", r"\pm": "±", r"\leq": "≤", r"\le": "≤", r"\geq": "≥",
    r"\ge": "≥", r"\approx": "≈", r"\cdot": "·", r"\rightarrow": "→", r"\to": "→", r"\,": " ", r"\ ": " ", r"\;": " ",
}  # fmt: skip
_TEX_WORD = re.compile(r"\\(?:[a-zA-Z]+|.)")
_TOKEN = re.compile(
    r"(?P<raised><sup\b[^<>]{0,99}>(?P<up>[^<>]{0,40})</sup\s*>)"
    r"|(?P<lowered><sub\b[^<>]{0,99}>(?P<down>[^<>]{0,40})</sub\s*>)"
    r"|(?P<gap></?(?:br|p|pre|div|td|th|li)\b[^<>]{0,200}>)"
    r"|(?P<tag></?(?:b|i|u|em|strong|span|font|a|code|small|mark|s|del|ins|sup|sub|center)\b[^<>]{0,400}>|<!--[^<>]{0,400}-->)"
    r"|(?P<picture>!\[[^\[\]]{0,400}\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,200}\")?\))"
    r"|(?P<link>(?<!!)\[(?P<shown>[^\[\]]{1,400})\]\((?:[^()\s]|\([^()\s]*\)){0,2000}(?:\s+\"[^\"]{0,200}\")?\))"
    r"|(?P<tex>\$\$?(?=\S)(?P<formula>[^$\n]{1,2000}?)(?<=\S)\$\$?(?!\d))"
    r"|(?P<bold>\*\*|~~)"
    r"|(?P<code>`+)"
    r"|(?P<escape>\\(?=[*_#\[\]()|`~+.!<>{}$\\&-]))"
    r"|(?P<entity>&(?:[a-zA-Z]{2,10}|#\d{1,6}|#x[0-9a-fA-F]{1,5});)"
    r"|(?P<emphasis>(?<![\w*])\*(?=[^\s*])[^*\n]{1,200}(?<=[^\s*])\*(?![\w*]))"
)
_MARKED = re.compile(r"[<\[$*~`\\&]")  # a line without any of these holds no token


def pieces(text: str, place: Place, start: int = 0) -> list[Line]:
    """Return the visible pieces of a line, or of its part that begins at column `start`.

    Emphasis, HTML tags, links' targets, pictures and escapes are left out; raised and lowered characters become
    characters of their own; `$12\\%$` becomes 12%, a longer LaTeX formula stays as it is.

    >>> [piece.text for piece in pieces("PE为<b>34</b>倍", Place("a.txt", 1, 1))]
    ['PE为', '34', '倍']
    """
    if not _MARKED.search(text):
        return [line_of(text, place, start)] if text else []
    found: list[Line] = []
    at = 0

    def take(shown: str, begin: int) -> None:
        if shown:
            found.append(line_of(shown, place, start + begin))

    for match in _TOKEN.finditer(text):
        if match.start() < at:
            continue
        take(text[at : match.start()], at)
        at = match.end()
        if match["raised"]:
            take(raised(unescape(match["up"])), match.start("up"))
        elif match["lowered"]:
            take(lowered(unescape(match["down"])), match.start("down"))
        elif match["gap"]:
            take(" ", match.start())
        elif match["link"]:
            found.extend(pieces(match["shown"], place, start + match.start("shown")))
        elif match["tex"]:
            formula = plain_formula(match["formula"])
            if formula is None:
                take(match[0], match.start())
            else:
                take(formula, match.start("formula"))
        elif match["escape"]:
            take(text[match.end() : match.end() + 1], match.end())
            at = match.end() + 1
        elif match["entity"]:
            take(unescape(match[0]), match.start())
        elif match["emphasis"]:
            found.extend(pieces(match[0][1:-1], place, start + match.start() + 1))
    take(text[at:], at)
    return found


def shown(text: str) -> str:
    """Return a line or cell without its markup."""
    return "".join(piece.text for piece in pieces(text, Place(""))) if _MARKED.search(text) else text


def plain_formula(formula: str) -> str | None:
    """Return the characters of a LaTeX formula that is only a number or a word; `None` if it is more than that.

    >>> plain_formula(r"12.5\\%"), plain_formula(r"W^{DKV} h_t"), plain_formula("5 to")
    ('12.5%', None, None)
    """
    if "\\" not in formula and "^" not in formula and "_" not in formula:
        return None  # two dollar signs of a sentence
    plain = re.sub(r"\\(?:mathrm|text|mathbf)\s*\{([^{}]*)\}", r"\1", formula)
    plain = re.sub(r"\^\s*\{?([\d+()-]{1,4})\}?", lambda match: raised(match[1]), plain)
    plain = re.sub(r"_\s*\{?(\d{1,3})\}?", lambda match: lowered(match[1]), plain)
    plain = _TEX_WORD.sub(lambda match: _TEX_WORDS.get(match[0], match[0]), plain)
    return None if re.search(r"[\\^_{}&]", plain) else plain
