"""theme/theme.toml of a workspace -> the theme of all outputs."""

from __future__ import annotations

import posixpath
from dataclasses import fields
from pathlib import Path
from typing import Annotated

from pydantic import Field

from yanbao.author.labels import Language
from yanbao.author.theme_fonts import FontName, FontsSpec, font_family
from yanbao.document.theme import Theme
from yanbao.errors import Mistake
from yanbao.evidence import Strict, Text, key_lines, parse_toml, read_text

FILE = "theme/theme.toml"
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
PICTURES = (".png", ".jpg", ".jpeg")
DECKS = (".pptx", ".potx")
MAX_BYTES = 48 * 2**20  # of a file: the largest variable Chinese fonts have about 40 MB


class ThemeFile(Strict):
    """What theme/theme.toml may say."""

    primary: Colour | None = None
    accent: Colour | None = None
    ink: Colour | None = None
    muted: Colour | None = None
    rule: Colour | None = None
    panel: Colour | None = None
    paper: Colour | None = None
    series: tuple[Colour, ...] | None = Field(default=None, min_length=4, max_length=12)
    highlight: Colour | None = None
    rise: Colour | None = None
    fall: Colour | None = None
    font_deck_zh: FontName | None = None
    font_deck_latin: FontName | None = None
    fonts: FontsSpec | None = None
    logo: str | None = None
    master: str | None = None
    disclosures: Text | None = None


def load_theme(folder: Path, mistakes: list[Mistake], inputs: dict[str, bytes], language: Language) -> Theme:
    """Return the workspace's theme in a report's language, the house style where it has none."""
    path = folder / FILE
    if not path.exists():
        return Theme()
    text = read_text(path, FILE, mistakes)
    spec = parse_toml(text, FILE, ThemeFile, mistakes) if text is not None else None
    if text is None or spec is None:
        return Theme()
    inputs[FILE] = text.encode()
    values = {
        name: value
        for name, value in spec.model_dump(exclude_none=True).items()
        if name in {f.name for f in fields(Theme)}
    }
    lines = key_lines(text)
    if spec.disclosures is not None:
        said = spec.disclosures.get(language)
        if said is None:
            cause = f"has no text in language {language}"
            mistakes.append(Mistake(FILE, lines.get(("disclosures",), 1), "disclosures", cause, "{ zh = …, en = … }"))
        values["disclosures"] = said or ""
    files = _Files(folder, lines, mistakes, inputs)
    for name, kinds in (("logo", PICTURES), ("master", DECKS)):
        if name in values:
            found = files.find(values[name], name, kinds)
            values[name] = found[0] if found else None
    family = font_family(spec.fonts, files.find, files.say) if spec.fonts else None
    if family:
        values = {"font_deck_zh": family.name, "font_deck_latin": family.name} | values | {"font": family}
    return Theme(**values)


class _Files:
    """The files of the theme folder that the theme names: found, noted as inputs, or told as mistakes."""

    def __init__(
        self, folder: Path, lines: dict[tuple[str, ...], int], mistakes: list[Mistake], inputs: dict[str, bytes]
    ) -> None:
        self._root = (folder / "theme").resolve()
        self._lines = lines
        self._mistakes = mistakes
        self._inputs = inputs

    def say(self, field: str, cause: str, hint: str) -> None:
        """Note a mistake at the line of its key."""
        path = tuple(field.split("."))
        known = (self._lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in self._lines)
        self._mistakes.append(Mistake(FILE, next(known, 0), field, cause, hint))

    def find(self, name: str, field: str, kinds: tuple[str, ...]) -> tuple[Path, bytes] | None:
        """Return a file of the theme folder and its content, `None` where a mistake was noted."""
        if not name.isprintable():
            self.say(field, f"{name!r} is no file name", "")
            return None
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            self.say(field, f"{name!r} is outside the theme folder", "put the file into theme/")
        elif path.suffix.lower() not in kinds:
            self.say(field, f"{name!r} is none of {', '.join(kinds)}", "")
        elif not path.is_file():
            self.say(field, f"there is no file {name!r} in theme/", "")
        elif path.stat().st_size > MAX_BYTES:
            self.say(field, f"{name!r} has {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are read", "")
        else:
            return self._read(name, path, field)
        return None

    def _read(self, name: str, path: Path, field: str) -> tuple[Path, bytes] | None:
        try:
            data = path.read_bytes()
        except OSError as error:
            self.say(field, f"{name!r} cannot be read: {error.strerror}", "")
            return None
        self._inputs[f"theme/{posixpath.normpath(name)}"] = data
        return path, data
