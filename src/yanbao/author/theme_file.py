"""theme/theme.toml of a workspace -> the theme of all outputs."""

from __future__ import annotations

import posixpath
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from yanbao.author.labels import Language
from yanbao.author.theme_fonts import FontName, FontsSpec, font_family
from yanbao.document.theme import Theme
from yanbao.errors import Mistake
from yanbao.evidence import Strict, Text, key_lines, parse_toml, read_text

FILE = "theme/theme.toml"
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


def _colour(what: str, name: str) -> Any:
    """Return the field of a colour: the default that its page shows is the theme's own."""
    house_style = getattr(Theme, name)
    return Field(default=None, description=what, json_schema_extra={"house_style": house_style})


PICTURES = (".png", ".jpg", ".jpeg")
DECKS = (".pptx", ".potx")
MAX_BYTES = 48 * 2**20  # of a file: the largest variable Chinese fonts have about 40 MB


class ThemeFile(Strict):
    """The house's look in every output. A key that is left out keeps the default; colours are `#rrggbb`."""

    primary: Colour | None = _colour("Titles, heads of tables, section pages.", "primary")
    accent: Colour | None = _colour("Bullets and exhibit labels.", "accent")
    ink: Colour | None = _colour("Text.", "ink")
    muted: Colour | None = _colour("Small print: units, origins, footers, names of axes.", "muted")
    rule: Colour | None = _colour("Lines of tables and charts.", "rule")
    panel: Colour | None = _colour("The ground of every other table row and of key sentences.", "panel")
    paper: Colour | None = _colour("The ground of pages and charts.", "paper")
    series: tuple[Colour, ...] | None = Field(
        default=None,
        min_length=4,
        max_length=12,
        description="The colours of a chart's series in order, four to twelve; more series begin again.",
        examples=['["#12355b", "#c8102e", "#2f7ab8", "#e08e2b"]'],
        json_schema_extra={"house_style": ", ".join(Theme.series)},
    )
    highlight: Colour | None = _colour("The bars, dots or rows that an exhibit names in `highlight`.", "highlight")
    rise: Colour | None = _colour(
        "Rising numbers in tables of kind `change`: red, as the Chinese market has it.", "rise"
    )
    fall: Colour | None = _colour("Falling numbers in tables of kind `change`.", "fall")
    font_deck_zh: FontName | None = Field(
        default=None,
        description="The font that PPTX and XLSX name for Chinese; the reader's machine supplies it. With `[fonts]` it"
        " is the house's own.",
        examples=['"SimHei"'],
        json_schema_extra={"house_style": Theme.font_deck_zh},
    )
    font_deck_latin: FontName | None = Field(
        default=None,
        description="The same for Latin letters and digits.",
        examples=['"Georgia"'],
        json_schema_extra={"house_style": Theme.font_deck_latin},
    )
    fonts: FontsSpec | None = Field(
        default=None,
        description="The house's own font, by its files. Without it HTML, PDF and charts are set in Noto Sans SC.",
    )
    logo: str | None = Field(
        default=None,
        description="A .png or .jpg inside theme/, at most 48 MB: on the cover and at the head of pages.",
        examples=['"logo.png"'],
    )
    master: str | None = Field(
        default=None,
        description="A .pptx or .potx inside theme/, at most 48 MB: the deck takes its master and layouts from it.",
        examples=['"house.potx"'],
    )
    disclosures: Text | None = Field(
        default=None,
        description="Paragraphs, divided by blank lines, that stand on a page of their own at the end.",
        examples=['"本所持有下列公司股份。"'],
    )


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
