"""[fonts] of theme/theme.toml -> the house's own font: a regular and a true bold, looked at before anything is set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from yanbao.document.font_file import FontFacts, font_facts, same_outlines
from yanbao.document.theme import TEXT_FONT, FontFamily, FontFile
from yanbao.errors import ReadError
from yanbao.evidence import Strict

FONT_FILES = (".ttf", ".otf")
_REGULAR, _BOLD = range(300, 501), range(600, 951)  # of static files
_BOTH = (400, 700)  # what a variable file must reach

Say = Callable[[str, str, str], None]  # notes a mistake: field, cause, hint
Find = Callable[[str, str, tuple[str, ...]], tuple[Path, bytes] | None]  # a file of the theme: name, field, kinds

FontName = Annotated[str, Field(pattern=r"^[\w \-]{1,60}$")]


class FontsSpec(Strict):
    """The house's own font for HTML, PDF and charts, by its files; PPTX and XLSX name it."""

    text: FontName = Field(
        description="The family, as its files name it. Characters it lacks are set in Noto Sans SC, and counted in a"
        " warning.",
        examples=['"LXGW WenKai"'],
    )
    files: tuple[str, ...] = Field(
        min_length=1,
        max_length=2,
        description="Its .ttf or .otf files inside theme/, at most 48 MB each: a regular and a bold, or one variable"
        " font whose weights reach from 400 to 700.",
        examples=['["fonts/Kai-Regular.ttf", "fonts/Kai-Bold.ttf"]'],
    )


@dataclass(frozen=True)
class _Given:
    field: str
    name: str
    path: Path
    data: bytes
    facts: FontFacts

    @property
    def file(self) -> FontFile:
        return FontFile(self.path, hashlib.sha256(self.data).hexdigest())


def font_family(spec: FontsSpec, find: Find, say: Say) -> FontFamily | None:
    """Return the font family that a theme brings, `None` where a mistake was noted."""
    if spec.text.casefold() == TEXT_FONT.casefold():
        say("fonts.text", f"{TEXT_FONT} comes with yanbao", "leave [fonts] out, or name another family")
        return None
    looked = [_given(f"fonts.files.{order}", name, spec.text, find, say) for order, name in enumerate(spec.files)]
    given = sorted(filter(None, looked), key=lambda each: each.facts.weight)
    if len(given) < len(spec.files):
        return None
    variable = [each for each in given if each.facts.weights]
    if variable and len(given) > 1:
        say(variable[0].field, f"{variable[0].name} is variable and holds both weights", "give it alone")
        return None
    found = _variable(variable[0], say) if variable else _static(given, say)
    if found is None:
        return None
    regular, bold = found
    try:
        alike = same_outlines(regular.data, bold.data)
    except ReadError as error:
        say(bold.field, f"{bold.name} {error}", "")
        return None
    if alike:
        cause = f"the bold of {spec.text} draws the same outlines as its regular: it is no true bold"
        say(bold.field, cause, "use the files of the font's makers")
        return None
    return FontFamily(spec.text, regular.file, bold.file)


def _given(field: str, name: str, family: str, find: Find, say: Say) -> _Given | None:
    """Return a file with what it holds, once nothing speaks against it."""
    found = find(name, field, FONT_FILES)
    if found is None:
        return None
    path, data = found
    try:
        facts = font_facts(data)
    except ReadError as error:
        say(field, f"{name!r} {error}", "use a .ttf or .otf file that a font viewer opens")
        return None
    wrong = _wrong(facts, family)
    for cause, hint in wrong:
        say(field, f"{name!r} {cause}", hint)
    return None if wrong else _Given(field, name, path, data, facts)


def _wrong(facts: FontFacts, family: str) -> list[tuple[str, str]]:
    found = []
    if family not in facts.families:
        named = " / ".join(facts.families) or "no family"
        found.append((f"holds {named}, not {family!r}", "write in `text` a family that the file names"))
    if facts.italic:
        found.append(("is italic", "give the upright font: nothing is set in italics"))
    if facts.forbids:
        found.append((f"does not allow {facts.forbids} (OS/2 fsType)", "use a font whose licence allows it"))
    return found


def _variable(one: _Given, say: Say) -> tuple[_Given, _Given] | None:
    low, high = one.facts.weights or (0, 0)
    if low <= _BOTH[0] and high >= _BOTH[1]:
        return one, one
    cause = f"{one.name!r} has weights from {low:g} to {high:g}: it holds no {'bold' if high < _BOTH[1] else 'regular'}"
    say(one.field, cause, "its weights must reach from 400 to 700")
    return None


def _static(given: list[_Given], say: Say) -> tuple[_Given, _Given] | None:
    regular, bold = given[0], given[-1]
    if len(given) == 2 and regular.facts.weight in _REGULAR and bold.facts.weight in _BOLD:
        return regular, bold
    found = " and ".join(f"{each.name!r} is of weight {each.facts.weight}" for each in given)
    hint = "give a regular (300 to 500) and a bold (600 to 950), or one variable font: bold is never imitated"
    say("fonts.files", found, hint)
    return None
