"""From a document to the PDF file: data, pictures and fonts put beside the template, typeset, checked, written."""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from yanbao.document.layout import Box
from yanbao.document.theme import Theme
from yanbao.document.tree import Document, Exhibit
from yanbao.errors import RenderError
from yanbao.render import fonts, house_font
from yanbao.render.cache import note, noted
from yanbao.render.pdf.chart_picture import picture
from yanbao.render.pdf.pages import Data, Kept, document_data

_TEMPLATE = "report.typ"
_Proof = tuple[str, ...]  # all that decides whether the texts of a page fit
_LOGOS = (".svg", ".png", ".jpg", ".jpeg")


def render_pdf(document: Document, theme: Theme, path: Path) -> None:
    """Write a document as a PDF.

    Raises:
        RenderError: text that does not fit its place, a character without a glyph, a font that is not held,
            a logo that cannot be read, a file that cannot be written; it names all such places.
    """
    with TemporaryDirectory(prefix="yanbao-pdf-") as name:
        folder = Path(name)
        proofs = _prepare(document, theme, folder)
        content = _typeset(folder)
    for proof in proofs:
        note("fits", proof)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise RenderError(f"{path}: cannot be written ({error.strerror})") from error


def _prepare(document: Document, theme: Theme, folder: Path) -> list[_Proof]:
    """Put all that the template reads into a folder, and return what is to be noted of pages if their texts fit."""
    _put_fonts(document, theme, folder / "fonts")
    theme = house_font.named_for_typst(theme)

    def draw(exhibit: Exhibit, box: Box) -> str:
        return picture(exhibit, theme, box)

    data, pages, pictures = document_data(document, theme, draw)
    for name, drawn in pictures.items():
        (folder / name).write_text(drawn, encoding="utf-8")
    template = files("yanbao.render.pdf").joinpath(_TEMPLATE).read_bytes()
    data["proven"], proofs = _prove(data, pages, template, house_font.edition(theme))
    common = json.dumps(data, ensure_ascii=False).removesuffix("}")
    each = ", ".join(made for _, made in pages)
    (folder / "data.json").write_text(f'{common}, "pages": [{each}]}}', encoding="utf-8")
    (folder / _TEMPLATE).write_bytes(template)
    if theme.logo:
        _put_logo(theme.logo, folder / data["logo"])
    return proofs


def _prove(data: Data, pages: list[Kept], template: bytes, glyphs: tuple[str, ...]) -> tuple[list[int], list[_Proof]]:
    """Return the numbers of pages of which it was noted that their texts fit, and what to note of the others."""
    around = {key: value for key, value in data.items() if key not in ("title", "subtitle", "house")}
    common = (sha256(template).hexdigest(), version("typst"), *glyphs, json.dumps(around))
    proofs = [(number, (*common, made)) for number, made in pages]
    proven = [number for number, proof in proofs if noted("fits", proof)]
    return proven, [proof for number, proof in proofs if number not in proven]


def _put_fonts(document: Document, theme: Theme, folder: Path) -> None:
    folder.mkdir()
    for order, face in enumerate(house_font.faces(fonts.characters(document), theme, document.language)):
        (folder / f"{order}.ttf").write_bytes(face.ttf)


def _put_logo(logo: Path, target: Path) -> None:
    if target.suffix not in _LOGOS:
        raise RenderError(f"theme: logo: {logo.name} is no picture\n    hint: one of {', '.join(_LOGOS)}")
    try:
        target.write_bytes(logo.read_bytes())
    except OSError as error:
        raise RenderError(f"theme: logo: {logo} cannot be read ({error.strerror})") from error


def _typeset(folder: Path) -> bytes:
    import typst

    try:
        content, warnings = typst.compile_with_warnings(
            str(folder / _TEMPLATE),
            root=str(folder),
            font_paths=typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder / "fonts")]
            ),
            format="pdf",
            pdf_standards="ua-1",  # accessible: tagged, titled, every picture with its alternative text
        )
    except typst.TypstError as error:
        raise RenderError(_explained(error.message)) from error
    if warnings:  # an unknown font, a glyph that is not there: nothing that may pass
        raise RenderError("the PDF cannot be typeset: " + "; ".join(str(warning) for warning in warnings))
    return bytes(content)


def _explained(message: str) -> str:
    """Return the template's list of what does not fit as an error text; any other message as it stands."""
    _, found, places = message.partition("overfull:")
    if not found:
        return f"the PDF cannot be typeset: {message}"
    lines = dict.fromkeys(_overfull(**place) for place in json.loads(places))
    return "\n".join([*lines, "    hint: shorten the text, split the page or give the block more room"])


def _overfull(page: int, block: str, text: str, high: float, wide: float) -> str:
    by = f"{wide:.1f} points too wide" if wide > high else f"{high:.1f} points too high"
    return f"page {page}: {block}: {text!r} does not fit: {by}"
