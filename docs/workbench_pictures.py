"""Makes the pictures of docs/workbench.md: `python -m docs.workbench_pictures out/computer-2024h1 [FOLDER]`.

The argument is a build of the example; it is copied, proved and built over in a temporary place, so that every page has
something to show. A second one is where the pictures go, with those of a phone's width beside them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
EXAMPLE = ROOT / "examples" / "computer-2024h1"
DRAFT = ROOT / "examples" / "draft" / "report.md"
DESK, PHONE = {"width": 1360, "height": 850}, {"width": 390, "height": 844}
MOST = 150 * 1024  # bytes of a picture
W = f"/w/{EXAMPLE.name}"


def _named(page: Page) -> None:
    page.evaluate(
        "document.querySelector('.card .quiet').textContent = 'examples/computer-2024h1'"
    )  # not this machine's


def _clicked(page: Page) -> None:
    page.locator('.stage [data-fact][role="button"]').nth(4).click()
    page.locator("#drawer h2").wait_for()


def _edited(page: Page) -> None:
    page.locator("table.cells tbody tr").nth(2).locator("td.number a").first.click()
    box = page.locator('input[name="value"]')
    box.fill(re.sub(r"[1-9]", "8", box.input_value(), count=1))
    page.locator('button[value="preview"]').click()
    page.locator('button[value="save"]').wait_for()


def _assumed(page: Page) -> None:
    box = page.locator("#model input[data-typed]").first
    box.fill(str(round(float(box.input_value().replace(",", "")) * 1.2, 2)))
    page.locator("td.moved").first.wait_for()


def _checked(page: Page) -> None:
    page.locator("#file").set_input_files(DRAFT)
    page.locator("form.drop button").click()
    page.wait_for_url("**/check/*")
    page.locator("ol.findings a").first.click()
    page.wait_for_timeout(600)


def _built(page: Page) -> None:
    page.locator(f'form[action="{W}/build"] button').click()
    page.locator(".steps li").first.wait_for()


Act = Callable[[Page], None]
SHOTS: tuple[tuple[str, str, Act | None], ...] = (
    ("home", "/", _named),
    ("report", f"{W}/report?page=5", _clicked),
    ("proof", f"{W}/proof", None),
    ("search", f"{W}/search?q=毛利率", None),
    ("data", f"{W}/data", None),
    ("table", f"{W}/data?table=valuation", None),
    ("edit", f"{W}/data?table=grid", _edited),
    ("models", f"{W}/model", None),
    ("model", f"{W}/model?model=grid_model", _assumed),
    ("check", "/check", None),
    ("checked", "/check", _checked),
    ("job", "/", _built),  # the last: the build goes on while it is drawn
)


@contextmanager
def served(out: Path) -> Iterator[str]:
    """Serve the example with its builds in `out`, and yield the address."""
    command = [sys.executable, "-m", "yanbao", "serve", str(EXAMPLE), "--out", str(out), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip().rstrip("/")
    finally:
        server.terminate()
        server.wait()


def small(path: Path) -> None:
    """Save a picture with as many colours as its size allows."""
    picture = Image.open(path).convert("RGB")
    for colours in (256, 128, 64, 32):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST:
            return
    raise ValueError(f"{path} is larger than {MOST // 1024} KB in 32 colours")


def shoot(address: str, folder: Path, size: dict[str, int], prefix: str) -> None:
    """Draw every page into a folder."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=size, locale="en-US")  # type: ignore[arg-type]
        page.set_default_timeout(300_000)  # a proof of the whole example, on a machine that does other work
        page.goto(f"{address}/")
        page.locator(f'form[action="{W}/prove"] button').click()
        page.wait_for_url("**/proof")
        for name, path, act in SHOTS:
            page.goto(address + path)
            if act is not None:
                act(page)
            page.wait_for_timeout(500)
            target = folder / f"{prefix}-{name}.png"
            page.screenshot(path=target)
            small(target)
        browser.close()


def main() -> None:
    """Copy the build and draw the pages."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else IMAGES
    sizes = {"workbench": DESK} | ({"phone": PHONE} if len(sys.argv) > 2 else {})
    for prefix, size in sizes.items():
        with TemporaryDirectory() as place:
            out = Path(place)
            for name in (EXAMPLE.name, f"{EXAMPLE.name}.before"):
                shutil.copytree(sys.argv[1], out / name)
            with served(out) as address:
                shoot(address, folder, size, prefix)


if __name__ == "__main__":
    main()
