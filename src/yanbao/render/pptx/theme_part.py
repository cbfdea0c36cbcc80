"""The theme part of the deck's own master: the house's colours and fonts as PowerPoint keeps them."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from yanbao.document.theme import Theme

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def theme_xml(theme: Theme, house: str) -> bytes:
    """Return the theme part: ink, paper, primary and panel as text and background, the series as accents."""
    series = [*theme.series, *(theme.muted,) * 6][:6]
    colours = {
        "dk1": theme.ink,
        "lt1": theme.paper,
        "dk2": theme.primary,
        "lt2": theme.panel,
        **{f"accent{number}": colour for number, colour in enumerate(series, 1)},
        "hlink": theme.primary,
        "folHlink": theme.muted,
    }
    scheme = "".join(f'<a:{slot}><a:srgbClr val="{_hex(colour)}"/></a:{slot}>' for slot, colour in colours.items())
    latin, east = quoteattr(theme.font_deck_latin), quoteattr(theme.font_deck_zh)
    fonts = "".join(
        f'<a:{kind}><a:latin typeface={latin}/><a:ea typeface={east}/><a:cs typeface=""/>'
        f'<a:font script="Hans" typeface={east}/></a:{kind}>'
        for kind in ("majorFont", "minorFont")
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525" cap="flat" cmpd="sng" algn="ctr">{fill}<a:prstDash val="solid"/></a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    name = quoteattr(house or "yanbao")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<a:theme xmlns:a="{_A}" name={name}><a:themeElements>'
        f"<a:clrScheme name={name}>{scheme}</a:clrScheme>"
        f"<a:fontScheme name={name}>{fonts}</a:fontScheme>"
        f"<a:fmtScheme name={name}><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    ).encode()


def _hex(colour: str) -> str:
    return colour.lstrip("#").upper()
