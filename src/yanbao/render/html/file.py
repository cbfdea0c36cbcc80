"""The whole HTML file: head, policy, styles, fonts, pages, facts and scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from yanbao.document.theme import Theme
from yanbao.document.tree import Document
from yanbao.errors import RenderError
from yanbao.render.fonts import characters, woff2
from yanbao.render.house_font import Face, faces, printable
from yanbao.render.html.exhibit import Figures
from yanbao.render.html.facts import entries
from yanbao.render.html.markup import Markup, data, element, join, lines, raw, words
from yanbao.render.html.page import Pages
from yanbao.render.html.wording import wording

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_COLOURS = ("primary", "accent", "ink", "muted", "rule", "panel", "paper", "highlight", "rise", "fall")
_IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def render_html(document: Document, theme: Theme, path: Path) -> None:
    """Write a document as one HTML file that asks for nothing else.

    How does a reader see the report in a browser, and ask of any number where it comes from? The same document and
    theme give the same bytes.

    Args:
        document: what is written.
        theme: the house's look; its logo is embedded.
        path: the file; its folder must exist.

    Raises:
        RenderError: a chart doesn't fit, the theme has a broken colour or a logo that is no image, a font of the theme
            cannot be read, or the file cannot be written.
    """
    source = page_source(document, theme, _fonts(document, theme))
    try:
        path.write_text(source, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RenderError(f"{path}: cannot be written ({error.strerror})") from error


def page_source(document: Document, theme: Theme, fonts: Sequence[Face]) -> str:
    """Return the source of the file."""
    colours = Markup(variables(theme))
    texts = wording(document)
    facts = entries(document)
    pages = Pages(document, Figures(theme, texts, facts))
    sections = lines(pages.section(page) for page in document.pages)
    style = join(
        [
            Markup(_faces(fonts)),
            colours,
            *map(Markup, map(_resource, ("page.css", "frame.css"))),
            used_widths(sections),
        ]
    )
    scripts = [_resource("vendor/vega.js"), _resource("app.js")]
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(_hash(script) for script in scripts)}",
            f"style-src {_hash(style)}",
            "font-src data:",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    head = lines(
        [
            element("meta", {"charset": "utf-8"}),
            element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
            element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            element("meta", {"name": "generator", "content": "yanbao"}),
            element("title", {}, words(document.title)),
            raw("style", {}, style),
        ]
    )
    body = lines(
        [
            element("a", {"class": "skip", "href": "#yanbao-report"}, words(texts["skip"])),
            _bar(document, theme, texts),
            element("main", {"id": "yanbao-report", "tabindex": "-1"}, sections),
            _panel(texts),
            data({"class": "facts"}, facts),
            data({"class": "words"}, texts),
            *(raw("script", {}, script) for script in scripts),
        ]
    )
    html = element(
        "html", {"lang": _LANGUAGES[document.language]}, element("head", {}, head), element("body", {}, body)
    )
    return f"<!DOCTYPE html>\n{html}\n"


def _bar(document: Document, theme: Theme, texts: dict[str, str]) -> Markup:
    """Return the side bar: house, search, contents. The script fills the contents and the results."""
    brand = [_logo(theme.logo)] if theme.logo else [words(document.house)]
    return element(
        "aside",
        {"class": "bar"},
        element("div", {"class": "brand"}, *brand),
        element("button", {"class": "menu", "type": "button", "aria-expanded": "false"}, words(texts["menu"])),
        element(
            "div",
            {"class": "drawer"},
            element(
                "div",
                {"class": "search", "role": "search"},
                element(
                    "input",
                    {
                        "type": "search",
                        "autocomplete": "off",
                        "spellcheck": "false",
                        "placeholder": texts["search_hint"],
                        "aria-label": texts["search"],
                        "aria-keyshortcuts": "/",
                    },
                ),
                element("div", {"class": "results", "aria-live": "polite", "hidden": True}),
            ),
            element("nav", {"aria-label": texts["contents"]}),
        ),
    )


def _panel(texts: dict[str, str]) -> Markup:
    return element(
        "aside",
        {"class": "panel", "role": "dialog", "aria-label": texts["panel"], "tabindex": "-1", "hidden": True},
        element(
            "div",
            {"class": "panel-head"},
            element("button", {"type": "button", "class": "back", "hidden": True}, words(texts["back"])),
            element("button", {"type": "button", "class": "close"}, words(texts["close"])),
        ),
        element("div", {"class": "panel-body", "aria-live": "polite"}),
    )


def _resource(name: str) -> str:
    return files("yanbao.render.html").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _fonts(document: Document, theme: Theme) -> list[Face]:
    """Return subsets with the document's characters; what no font has is left to the reader's machine."""
    asked = characters(document) + "".join(wording(document).values()) + "÷×−·≈"
    return faces(printable(asked, theme), theme, document.language)


def _faces(fonts: Sequence[Face]) -> str:
    return "".join(
        f'@font-face{{font-family:"{_family(face.family)}";font-weight:{face.weight};font-style:normal;'
        f"src:url(data:font/woff2;base64,{base64.b64encode(woff2(face.ttf)).decode()}) format('woff2')}}\n"
        for face in fonts
    )


def _family(name: str) -> str:
    return re.sub(r"[^\w \-]", "", name)


def variables(theme: Theme) -> str:
    """Return the theme's colours and font as variables of a style sheet.

    Raises:
        RenderError: a colour is none.
    """
    colours = {name: getattr(theme, name) for name in _COLOURS}
    for name, colour in [*colours.items(), *(("series", colour) for colour in theme.series)]:
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise RenderError(f"theme: {name} is {colour!r}, no colour\n    hint: write it as #rrggbb")
    named = ", ".join(f'"{_family(family)}"' for family in theme.families)
    rules = "".join(f"--{name}:{colour};" for name, colour in colours.items())
    return f":root{{{rules}--font:{named}, sans-serif}}\n"


def used_widths(sections: str) -> Markup:
    """Return the rules for widths: the policy allows no style on an element, so each width used has a class."""

    def used(pattern: str) -> list[int]:
        return sorted({int(found) for found in re.findall(pattern, sections)})

    rules = [f".split-{left}{{--left:{left}fr;--right:{100 - left}fr}}" for left in used(r' split-(\d+)"')]
    rules += [f".w-{width}{{width:{width / 10:g}%}}" for width in used(r' class="w-(\d+)"')]
    rules += [f"table.f-{size}{{font-size:{size / 10:g}px}}" for size in used(r" f-(\d+) m-")]
    rules += [f".m-{width}{{min-width:{width}px}}" for width in used(r" m-(\d+) p-")]
    phone = "".join(f".p-{width}{{min-width:{width}px}}" for width in used(r' p-(\d+)"'))
    rules.append(f"@media screen and (max-width:720px){{{phone}}}")
    return Markup("\n" + "\n".join(rules) + "\n")


def _logo(path: Path) -> Markup:
    kind = _IMAGES.get(path.suffix.lower())
    if kind is None:
        raise RenderError(f"theme: the logo {path.name} is no image\n    hint: use .png, .jpg or .svg")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RenderError(f"theme: the logo {path.name} cannot be read ({error.strerror})") from error
    return element("img", {"src": f"data:{kind};base64,{base64.b64encode(content).decode()}", "alt": ""})
