"""A chart's picture: its Vega-Lite spec as SVG, the same bytes whatever was drawn before in the process."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

from yanbao.document.layout import Box
from yanbao.document.theme import Theme
from yanbao.document.tree import Exhibit
from yanbao.errors import RenderError
from yanbao.render import vega
from yanbao.render.cache import cached

# The specs count in screen pixels, with ticks of 11: drawn at 9 points beside the 10 points of tables.
PIXELS_PER_POINT = 11 / 9

_ID = re.compile(r'\bid="([^"]+)"')


def picture(exhibit: Exhibit, theme: Theme, box: Box) -> str:
    """Return the SVG of a chart, laid out for a box of the page.

    Raises:
        RenderError: the chart does not fit the box, or cannot be drawn.
    """
    spec = vega.spec(exhibit, theme, width=box.width * PIXELS_PER_POINT, height=box.height * PIXELS_PER_POINT)
    source = json.dumps(spec, ensure_ascii=False)
    return cached("svg", (version("vl-convert-python"), source), lambda: _drawn(exhibit.id, source)).decode()


def start() -> None:
    """Start the library that draws charts: it takes 0.8 s, whatever it draws, and is then ready in this process."""
    import vl_convert

    vl_convert.vegalite_to_svg({"mark": "point"}, show_warnings=False)


def _drawn(name: str, source: str) -> bytes:
    import vl_convert

    try:
        svg = vl_convert.vegalite_to_svg(source, show_warnings=False)
    except ValueError as error:
        raise RenderError(f"exhibit {name}: the chart cannot be drawn: {error}") from error
    return with_own_ids(svg).encode()


def with_own_ids(svg: str) -> str:
    """Return an SVG with its ids renamed in order of appearance: vega counts clips and gradients by process."""
    names = {name: f"n{order}" for order, name in enumerate(dict.fromkeys(_ID.findall(svg)))}
    svg = _ID.sub(lambda found: f'id="{names[found[1]]}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda found: f"url(#{names.get(found[1], found[1])})", svg)
