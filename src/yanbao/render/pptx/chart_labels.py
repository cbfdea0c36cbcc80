"""The labels of a chart's points: fields that follow the value where a format gives the text, else the text."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from yanbao.document.tree import Chart, Series, plain
from yanbao.render.pptx.look import Look
from yanbao.render.pptx.text import Setting, fonts, run_properties
from yanbao.render.pptx.value_format import label_format
from yanbao.render.pptx.xml import Element, element, value, words

LABEL_SIZE = 8.5
_FIELD_IDS = uuid.UUID("6e2b5f4c-7d0a-5a55-9a41-0f6d7c7f2a10")
_CLOSED = ("c:showLegendKey", "c:showVal", "c:showCatName", "c:showSerName", "c:showPercent", "c:showBubbleSize")


def printed(series: Series) -> list[int]:
    """Return the indices of the points whose text stands beside them."""
    if series.labels == "none":
        return []
    found = [at for at, point in enumerate(series.points) if point.text and point.value is not None]
    return found if series.labels == "all" else found[-1:]


def labels(
    series: Series,
    places: dict[int, str],
    colour: str,
    look: Look,
    size: float = LABEL_SIZE,
    plate: str | None = None,
    colours: Mapping[int, str] = MappingProxyType({}),
    shifts: Mapping[int, float] = MappingProxyType({}),
) -> Element | None:
    """Return the labels of a series; `places` says for each printed point where (`t`, `b`, `r`, `outEnd`, ...).

    A `plate` is the colour behind a label that stands on bars. `colours` are those of single labels, `shifts` how far
    single labels stand right of their place, as a share of the chart's width.
    """
    made = []
    for at, place in sorted(places.items()):
        point = series.points[at]
        if point.value is None:
            continue
        setting = Setting(size, colours.get(at, colour))
        shift = shifts.get(at, 0.0)
        made.append(_label(at, point.text, point.value, place, setting, look, series.id, plate, shift))
    # a label away from its bar's end would get a line to it
    extra = [_extension(value("c15:showLeaderLines", 0))] if shifts else []
    return element("c:dLbls", None, *made, *_switches(False), *extra) if made else None


def item_labels(chart: Chart, places: dict[int, str], look: Look) -> Element | None:
    """Return the names of a scatter's labelled items."""
    setting = Setting(LABEL_SIZE, look.theme.ink)
    made = [
        _label(at, plain(chart.categories[at].text), None, place, setting, look, "item")
        for at, place in sorted(places.items())
    ]
    return element("c:dLbls", None, *made, *_switches(False)) if made else None


def text_properties(setting: Setting, look: Look) -> Element:
    """Return the text properties of a part of a chart."""
    properties = run_properties(setting, look, False, "a:defRPr")
    for name in ("lang", "altLang", "dirty"):
        properties.attrib.pop(name, None)
    properties.set("b", "1" if setting.bold else "0")
    return element(
        "c:txPr",
        None,
        element("a:bodyPr", {"rot": 0, "vert": "horz"}),
        element("a:lstStyle"),
        element("a:p", None, element("a:pPr", None, properties), element("a:endParaRPr", look.lang)),
    )


def rich(text: str, setting: Setting, look: Look) -> Element:
    """Return a text of a chart that is no value."""
    run = element("a:r", None, run_properties(setting, look, False), words("a:t", text))
    return _rich(run, setting, look)


def _label(
    at: int,
    text: str,
    number: Fraction | None,
    place: str,
    setting: Setting,
    look: Look,
    key: str,
    plate: str | None = None,
    shift: float = 0.0,
) -> Element:
    code = None if number is None else label_format(number, text)
    if code is None:
        content = rich(text, setting, look)
    else:
        identity = str(uuid.uuid5(_FIELD_IDS, f"{key}/{at}/{text}")).upper()
        live = element(
            "a:fld",
            {"id": f"{{{identity}}}", "type": "VALUE"},
            run_properties(setting, look, False),
            words("a:t", text),
        )
        content = _rich(live, setting, look)
    return element(
        "c:dLbl",
        None,
        value("c:idx", at),
        element("c:layout", None, element("c:manualLayout", None, value("c:x", f"{shift:.4f}"), value("c:y", 0)))
        if shift
        else None,
        element("c:tx", None, content),
        element("c:numFmt", {"formatCode": code or "General", "sourceLinked": 0}),
        element("c:spPr", None, look.fill(plate), look.line(None)),
        value("c:dLblPos", place),
        *_switches(True),
        _extension(element("c15:dlblFieldTable")) if code else None,
    )


def _extension(content: Element) -> Element:
    return element("c:extLst", None, element("c:ext", {"uri": "{CE6537A1-D6FC-4f65-9D91-7224C49458BB}"}, content))


def _rich(content: Element, setting: Setting, look: Look) -> Element:
    line = element("a:p", None, _paragraph(setting, look), content)
    return element("c:rich", None, _plain_body(), element("a:lstStyle"), line)


def _plain_body() -> Element:
    return element(
        "a:bodyPr",
        {"rot": 0, "vert": "horz", "wrap": "none", "lIns": 0, "tIns": 12700, "rIns": 0, "bIns": 12700, "anchor": "ctr"},
        element("a:spAutoFit"),
    )


def _paragraph(setting: Setting, look: Look) -> Element:
    return element(
        "a:pPr",
        None,
        element("a:defRPr", {"sz": look.size(setting.size or LABEL_SIZE)}, look.fill(setting.colour), *fonts()),
    )


def _switches(show: bool) -> list[Element]:
    return [value(tag, 1 if show and tag == "c:showVal" else 0) for tag in _CLOSED]
