"""Looks as workbook formats in a theme's colours and fonts, and the theme part that charts take theirs from."""

from __future__ import annotations

import re
from typing import Any, Literal

from yanbao.document.theme import Theme
from yanbao.render.xlsx.grid import FONT_SIZE, Look

_IN_TABLE = ("entry", "aside", "head", "group", "unit", "label", "body", "input", "missing")
_INPUT = 2  # which series colour marks typed numbers: a blue by default, as in every model


def font(theme: Theme, language: Literal["zh", "en"]) -> str:
    """Return the font of cells, which hold one font each."""
    return theme.font_deck_zh if language == "zh" else theme.font_deck_latin


def properties(look: Look, theme: Theme, name: str) -> dict[str, Any]:
    """Return a look as xlsxwriter's format properties; `name` is the font."""
    found: dict[str, Any] = {
        "font_name": name,
        "font_size": FONT_SIZE,
        "font_color": theme.ink,
        "valign": "vcenter",
        "align": look.align,
    }
    if look.wrap:
        found["text_wrap"] = True
    if look.number_format:
        found["num_format"] = look.number_format
    found.update(_of_kind(look, theme))
    if look.align != "center" and look.kind in _IN_TABLE:
        found["indent"] = 1
    if look.kind in ("label", "body", "input", "missing"):
        found.update(_of_row(look, theme))
    if look.bold:
        found["bold"] = True
    if look.tone == "base":
        found |= {"bold": True, "bg_color": theme.panel, "border": 1, "border_color": theme.highlight}
    elif look.tone:
        found["font_color"] = theme.primary if look.tone == "yes" else theme.muted
        found["bold"] = look.tone == "yes"
    return found


def _of_kind(look: Look, theme: Theme) -> dict[str, Any]:
    rule = {"bottom": 1, "bottom_color": theme.rule}
    found: dict[str, dict[str, Any]] = {
        "title": {"font_size": 14, "bold": True, "font_color": theme.primary},
        "subtitle": {"font_size": 11, "font_color": theme.ink},
        "muted": {"font_size": 9, "font_color": theme.muted},
        "link": {"font_color": _input(theme), "underline": 1},
        "entry": {"font_color": _input(theme), "underline": 1, **rule},
        "aside": {"font_size": 9, "font_color": theme.muted, **rule},
        "head": {"bold": True, "font_color": theme.paper, "bg_color": theme.primary},
        "group": {
            "bold": True,
            "font_color": theme.paper,
            "bg_color": theme.primary,
            "bottom": 1,
            "bottom_color": theme.paper,
        },
        "unit": {"font_size": 9, "font_color": theme.muted, "bg_color": theme.panel, **rule},
        "label": {"font_color": theme.ink, **rule},
        "body": rule,
        "input": {"font_color": _input(theme), **rule},
        "missing": {"font_color": theme.muted, **rule},
    }
    return found[look.kind]


def _of_row(look: Look, theme: Theme) -> dict[str, Any]:
    if look.row == "total":
        return {"bold": True, "top": 1, "top_color": theme.primary, "bottom": 1, "bottom_color": theme.primary}
    if look.row == "sub":
        return {"bold": True, "bg_color": theme.panel}
    if look.row == "highlight":
        return {"bold": True, "font_color": theme.highlight, "bg_color": theme.panel}
    return {}


def _input(theme: Theme) -> str:
    return theme.series[_INPUT] if len(theme.series) > _INPUT else theme.primary


def theme_xml(theme: Theme) -> str:
    """Return the workbook's theme part: charts take their Chinese font from it, which no chart option can set."""
    from xlsxwriter.theme import THEME_XML_2007

    colours = {
        "dk1": theme.ink,
        "lt1": theme.paper,
        "dk2": theme.primary,
        "lt2": theme.panel,
        "hlink": _input(theme),
        "folHlink": theme.muted,
    } | {f"accent{number}": theme.series[(number - 1) % len(theme.series)] for number in range(1, 7)}
    text: str = THEME_XML_2007
    for key, colour in colours.items():
        value = f'<a:{key}><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:{key}>'
        text, count = re.subn(f"<a:{key}>.*?</a:{key}>", lambda _, value=value: value, text)  # type: ignore[misc]
        assert count == 1, key
    latin, east = (_attribute(name) for name in (theme.font_deck_latin, theme.font_deck_zh))
    for part in ("majorFont", "minorFont"):
        fonts = f'<a:{part}><a:latin typeface="{latin}"/><a:ea typeface="{east}"/><a:cs typeface=""/></a:{part}>'
        text, count = re.subn(f"<a:{part}>.*?</a:{part}>", lambda _, fonts=fonts: fonts, text)  # type: ignore[misc]
        assert count == 1, part
    return text


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
