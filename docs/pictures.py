"""Makes the README's pictures from a build: `python -m docs.pictures out/computer-2024h1`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"
PAGES = (5, 9, 11, 17, 25, 28)
WIDTH, GAP = 640, 12
CLICKED = ("03-5-finance-1", "27.6%")  # a page and a number on it


def pages(pdf: Path) -> None:
    """Six pages of the PDF, three a row."""
    document = pypdfium2.PdfDocument(pdf)
    shots = []
    for number in PAGES:
        page = document[number - 1]
        shots.append(page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB"))
    height = shots[0].height
    sheet = Image.new("RGB", (3 * WIDTH + 4 * GAP, 2 * height + 3 * GAP), "#d9dee3")
    for index, shot in enumerate(shots):
        sheet.paste(shot, (GAP + index % 3 * (WIDTH + GAP), GAP + index // 3 * (height + GAP)))
    sheet.quantize(128).save(IMAGES / "pages.png", optimize=True)


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
    pages(out / "report.pdf")
    panel(out / "report.html")
