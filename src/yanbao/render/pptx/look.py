"""A deck's look: colours as slots of its theme, sizes in its units, the language of its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yanbao.document.theme import Theme
from yanbao.render.pptx.xml import Element, element, value

POINT = 12700  # EMU


def theme_slots(theme: Theme) -> dict[str, str]:
    """Return which slot of the deck's own colour scheme holds a colour."""
    slots = {
        theme.ink: "tx1",
        theme.paper: "bg1",
        theme.primary: "tx2",
        theme.panel: "bg2",
    }
    for number, colour in enumerate(theme.series[:6], 1):
        slots.setdefault(colour, f"accent{number}")
    return slots


def mix(colour: str, other: str, share: float) -> str:
    """Return `colour` with `share` of `other` in it; both are `#rrggbb`."""
    return "#" + "".join(
        f"{round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share):02x}"
        for at in (1, 3, 5)
    )


@dataclass(frozen=True)
class Look:
    """What every shape is drawn with. `unit` is the EMU that a point of the layout takes on the slide."""

    theme: Theme
    language: str  # "zh" or "en"
    unit: float = POINT
    slots: Mapping[str, str] = field(default_factory=dict)

    def emu(self, points: float) -> int:
        """Return a length in points as EMU."""
        return round(points * self.unit)

    def size(self, points: float) -> int:
        """Return a font size in points as hundredths of one."""
        return round(points * self.unit / POINT * 100)

    def colour(self, colour: str) -> Element:
        """Return a colour: the theme's slot where it has one, so that another theme restyles the deck."""
        slot = self.slots.get(colour)
        return value("a:schemeClr", slot) if slot else value("a:srgbClr", colour.lstrip("#").upper())

    def fill(self, colour: str | None, alpha: float = 1.0) -> Element:
        """Return a solid fill, let through by `alpha` below 1, or no fill for None."""
        if colour is None:
            return element("a:noFill")
        made = self.colour(colour)
        if alpha < 1:
            made.append(value("a:alpha", round(alpha * 100000)))
        return element("a:solidFill", None, made)

    def line(self, colour: str | None, weight: float = 0.75, dash: str = "", tag: str = "a:ln") -> Element:
        """Return an outline of `weight` points, or none for None."""
        if colour is None:
            return element(tag, None, element("a:noFill"))
        return element(
            tag,
            {"w": self.emu(weight), "cap": "flat" if dash else "rnd", "cmpd": "sng"},
            self.fill(colour),
            value("a:prstDash", dash) if dash else None,
            None if dash else element("a:round"),
        )

    @property
    def lang(self) -> dict[str, str]:
        """The language attributes of a run."""
        return {"lang": "zh-CN", "altLang": "en-US"} if self.language == "zh" else {"lang": "en-US"}

    def on(self, colour: str) -> str:
        """Return the colour of a text that stands on `colour`: paper on a dark one, ink on a light one."""
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        return self.theme.paper if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else self.theme.ink
