"""A house's look: colours, fonts, logo, master deck, disclosures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TEXT_FONT = "Noto Sans SC"  # comes with yanbao: HTML, PDF and charts embed it


@dataclass(frozen=True)
class FontFile:
    """A font file of a house: where it is, and the SHA-256 of what it held when the theme was read."""

    path: Path
    digest: str


@dataclass(frozen=True)
class FontFamily:
    """A house's own font: a static file for each of the two weights, or one variable file for both."""

    name: str
    regular: FontFile
    bold: FontFile


@dataclass(frozen=True)
class Theme:
    """What restyles every output. Colours are `#rrggbb`.

    `series` colours are given in order; `highlight` marks the one bar or row that matters; `rise` and `fall` follow
    the Chinese convention (red up, green down) by default.
    """

    primary: str = "#12355b"
    accent: str = "#c8102e"
    ink: str = "#1f2933"
    muted: str = "#6b7785"
    rule: str = "#d5dbe1"
    panel: str = "#f3f6f9"
    paper: str = "#ffffff"
    series: tuple[str, ...] = (
        "#12355b",
        "#c8102e",
        "#2f7ab8",
        "#e08e2b",
        "#5b8c5a",
        "#8a6bb0",
        "#7c8794",
        "#b5a26b",
    )
    highlight: str = "#c8102e"
    rise: str = "#c8102e"
    fall: str = "#2c8a4b"
    font: FontFamily | None = None  # HTML, PDF and charts embed it; characters it lacks are set in `TEXT_FONT`
    font_deck_zh: str = "Microsoft YaHei"  # PPTX and XLSX: the reader's machine supplies it
    font_deck_latin: str = "Arial"
    logo: Path | None = None
    master: Path | None = None  # .pptx or .potx
    disclosures: str = ""  # Markdown printed before the legal pages

    @property
    def families(self) -> tuple[str, ...]:
        """The fonts of HTML, PDF and charts: where one lacks a character, the next has it."""
        return (self.font.name, TEXT_FONT) if self.font else (TEXT_FONT,)
