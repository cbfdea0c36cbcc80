"""A chart or table to keep: PNG, SVG, CSV, or a slide of a deck, by the renderers that make the report."""

from __future__ import annotations

import atexit
import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from threading import Lock

from starlette.exceptions import HTTPException
from starlette.responses import Response

from yanbao.document.layout import Box
from yanbao.document.theme import Theme
from yanbao.document.tree import Chart, Document, Exhibit, Page, Table, Text, plain
from yanbao.errors import RenderError
from yanbao.render import fonts
from yanbao.render.cache import cached
from yanbao.render.pdf.chart_picture import picture
from yanbao.web.site import disposition

FORMS = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv; charset=utf-8",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
WIDTH, HEIGHT, BAR = 720.0, 400.0, 18.0  # points of a picture, and of one bar of a ranking
SCALE = 2.0  # pixels of a PNG for one of the specification
_EMPTY = re.compile(r'<tspan x="0" dy="([0-9.]+)"(?:/>|></tspan>)<tspan x="0" dy="([0-9.]+)"')
_lock = Lock()
_registered: set[str] = set()
_folder: list[Path] = []  # the one that holds the font, once it is made


def forms_of(exhibit: Exhibit) -> tuple[str, ...]:
    """Return the forms that an exhibit can be kept in."""
    return tuple(FORMS) if isinstance(exhibit.body, Chart) else ("csv", "pptx")


def taken(exhibit: Exhibit, form: str, theme: Theme, page: Page, document: Document, name: str) -> Response:
    """Return an exhibit as a file.

    Args:
        exhibit: a chart, table or timeline.
        form: `png`, `svg`, `csv` or `pptx`.
        theme: how it looks.
        page: where it stands: a slide takes title, section and foot from it.
        document: what it belongs to.
        name: of the file, without its ending.

    Raises:
        HTTPException: no such form, or a table as a picture.
        RenderError: it cannot be drawn.
    """
    if form not in forms_of(exhibit):
        raise HTTPException(404, f"{name} cannot be kept as {form}; there are {', '.join(forms_of(exhibit))}")
    if form == "csv":
        content = as_csv(rows_of(exhibit))
    elif form == "pptx":
        content = slide(exhibit, theme, page, document)
    elif form == "svg":
        content = svg(exhibit, theme).encode()
    else:
        content = png(exhibit, theme)
    return kept(content, form, name)


def kept(content: bytes, form: str, name: str) -> Response:
    """Return bytes as a file that a browser keeps and never runs."""
    headers = {"content-disposition": disposition(f"{name}.{form}"), "content-security-policy": "sandbox"}
    return Response(content, media_type=FORMS[form], headers=headers)


def svg(exhibit: Exhibit, theme: Theme) -> str:
    """Return a chart as a picture of lines.

    Raises:
        RenderError: it cannot be drawn.
    """
    # many readers of SVG skip a line without words with its height: what it moves down is given to the next one
    drawn = picture(exhibit, theme, _box(exhibit))
    while (
        moved := _EMPTY.sub(lambda found: f'<tspan x="0" dy="{float(found[1]) + float(found[2]):g}"', drawn)
    ) != drawn:
        drawn = moved
    return drawn


def png(exhibit: Exhibit, theme: Theme) -> bytes:
    """Return a chart as a picture of pixels.

    Raises:
        RenderError: it cannot be drawn.
    """
    import vl_convert

    folders = [_house_font()]
    if theme.font is not None:
        folders += [theme.font.regular.path.parent, theme.font.bold.path.parent]
    with _lock:
        for folder in dict.fromkeys(map(str, folders)):
            if folder not in _registered:
                vl_convert.register_font_directory(folder)
                _registered.add(folder)
    try:
        drawn: bytes = vl_convert.svg_to_png(svg(exhibit, theme), scale=SCALE)
    except ValueError as error:
        raise RenderError(f"exhibit {exhibit.id}: the chart cannot be drawn: {error}") from error
    return drawn


def _house_font() -> Path:
    """Return a folder with the font of all charts in its two weights: of a variable file only the thinnest is drawn."""
    with _lock:
        if not _folder:
            from fontTools.ttLib import TTFont

            with TTFont(fonts.file(), lazy=True) as font:
                every = "".join(map(chr, font.getBestCmap()))
            made = Path(tempfile.mkdtemp(prefix="yanbao-font-"))
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            for weight, style in fonts.STYLES.items():
                content = cached("font", (style, *fonts.edition()), partial(fonts.subset, every, weight))
                (made / f"{style}.ttf").write_bytes(content)
            _folder.append(made)
        return _folder[0]


def slide(exhibit: Exhibit, theme: Theme, page: Page, document: Document) -> bytes:
    """Return a deck of one slide that holds an exhibit, native and editable.

    Raises:
        RenderError: it does not fit on a slide.
    """
    from yanbao.render.pptx.deck import deck_bytes

    own = Page(page.id, "content", page.title, (exhibit,), 1, page.section, page.as_of, page.footer)
    return deck_bytes(replace(document, pages=(own,)), theme)


def rows_of(exhibit: Exhibit) -> list[list[str]]:
    """Return the table of an exhibit: heads, then rows; of a chart its categories by its series."""
    body = exhibit.body
    if isinstance(body, Table):
        heads = [" ".join(filter(None, (plain(one.group), plain(one.label)))) for one in body.columns]
        return [heads, *([plain(cell.text) for cell in row.cells] for row in body.rows)]
    if isinstance(body, Chart):
        names = [_head(series.name, series.unit) for series in body.series]
        values = [[_number(series.points[at].value) for series in body.series] for at in range(len(body.categories))]
        return [
            ["", *names],
            *([plain(category.text), *row] for category, row in zip(body.categories, values, strict=True)),
        ]
    return [["", "", ""], *([plain(event.when), plain(event.title), plain(event.detail)] for event in body.events)]


def _number(value: Fraction | None) -> str:
    return "" if value is None else repr(float(value))


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV that a spreadsheet reads as UTF-8 and in which it takes no text for a formula."""
    out = io.StringIO()
    csv.writer(out).writerows([_cell(value) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, date) else repr(value) if isinstance(value, float) else str(value)
    number = value.lstrip("+-−").replace(",", "").replace(".", "", 1).rstrip("%").isdigit() or _is_float(value)
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") and not number else value


def _is_float(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _head(name: Text, unit: str) -> str:
    return f"{plain(name)} ({unit})" if unit else plain(name)


def _box(exhibit: Exhibit) -> Box:
    body = exhibit.body
    high = 60.0 + BAR * len(body.categories) if isinstance(body, Chart) and body.sideways else HEIGHT
    return Box(0.0, 0.0, WIDTH, max(HEIGHT if not isinstance(body, Chart) or not body.sideways else 160.0, high))
