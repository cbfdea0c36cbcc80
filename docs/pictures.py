"""Makes the pictures of the README and the contact sheet of a build: `python -m docs.pictures out/computer-2024h1`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

from yanbao.build import read_build

IMAGES = Path(__file__).parent / "images"
EXHIBITS = ("growth-line", "capex-bars", "price-cuts", "grid-investment", "valuation")  # pages that show them
WIDTH, GAP, GREY = 640, 12, "#d9dee3"
SMALL, ACROSS = 300, 6  # of the contact sheet
CLICKED = ("03-5-finance-1", "27.6%")  # a page and a number on it


def sheet(shots: list[Image.Image], across: int, gap: int) -> Image.Image:
    """Pictures of one size, so many a row."""
    width, height = shots[0].size
    down = -(-len(shots) // across)
    made = Image.new("RGB", (across * (width + gap) + gap, down * (height + gap) + gap), GREY)
    for index, shot in enumerate(shots):
        made.paste(shot, (gap + index % across * (width + gap), gap + index // across * (height + gap)))
    return made


def pages(out: Path) -> None:
    """Six pages of the PDF, three a row, and all of them as a contact sheet."""
    document = pypdfium2.PdfDocument(out / "report.pdf")
    report = read_build(out).document
    holding = {exhibit.id: page.number for page in report.pages for exhibit in page.exhibits()}
    numbers = [*(holding[name] for name in EXHIBITS), holding["disagreements-0"]]

    def shot(index: int, width: int) -> Image.Image:
        page = document[index]
        return page.render(scale=width / page.get_width()).to_pil().convert("RGB")

    six = [shot(number - 1, WIDTH) for number in numbers]
    sheet(six, 3, GAP).quantize(128).save(IMAGES / "pages.png", optimize=True)
    all_pages = [shot(index, SMALL) for index in range(len(document))]
    sheet(all_pages, ACROSS, GAP // 2).quantize(96).save(IMAGES / "contact-sheet.png", optimize=True)


def panel(html: Path) -> None:
    """The HTML with a number clicked."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        page = browser.new_page(viewport={"width": 1400, "height": 820})
        page.goto(html.resolve().as_uri())
        section = page.locator(f"[id='{CLICKED[0]}']")
        section.scroll_into_view_if_needed()
        section.locator("svg, canvas").first.wait_for()
        section.locator(".number", has_text=CLICKED[1]).first.click()
        page.wait_for_timeout(800)
        page.screenshot(path=IMAGES / "html.png")
        browser.close()
    Image.open(IMAGES / "html.png").convert("RGB").quantize(128).save(IMAGES / "html.png", optimize=True)


if __name__ == "__main__":
    out = Path(sys.argv[1])
    IMAGES.mkdir(exist_ok=True)
    pages(out)
    panel(out / "report.html")
