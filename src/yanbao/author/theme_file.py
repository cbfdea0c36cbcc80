"""theme/theme.toml of a workspace -> the theme of all outputs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated

from pydantic import Field

from yanbao.document.theme import Theme
from yanbao.errors import Mistake
from yanbao.evidence import Strict, parse_toml, read_text

FILE = "theme/theme.toml"
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Font = Annotated[str, Field(pattern=r"^[\w \-]{1,60}$")]
PICTURES = (".png", ".jpg", ".jpeg")
DECKS = (".pptx", ".potx")


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
    font_deck_zh: Font | None = None
    font_deck_latin: Font | None = None
    logo: str | None = None
    master: str | None = None
    disclosures: str | None = None


def load_theme(folder: Path, mistakes: list[Mistake], inputs: dict[str, bytes]) -> Theme:
    """Return the workspace's theme, the house style where it has none."""
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
    for name, kinds in (("logo", PICTURES), ("master", DECKS)):
        if name in values:
            file = _inside(folder, values[name], name, kinds, mistakes)
            if file is not None:
                inputs[f"theme/{values[name]}"] = file.read_bytes()
            values[name] = file
    return Theme(**values)


def _inside(folder: Path, name: str, field: str, kinds: tuple[str, ...], mistakes: list[Mistake]) -> Path | None:
    root = (folder / "theme").resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        mistakes.append(Mistake(FILE, 0, field, f"{name!r} is outside the theme folder", "put the file into theme/"))
    elif path.suffix.lower() not in kinds:
        mistakes.append(Mistake(FILE, 0, field, f"{name!r} is none of {', '.join(kinds)}", ""))
    elif not path.is_file():
        mistakes.append(Mistake(FILE, 0, field, f"there is no file {name!r} in theme/", ""))
    else:
        return path
    return None
