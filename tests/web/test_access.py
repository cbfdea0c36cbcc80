"""Every page for everybody: no serious finding of axe, in both languages, on a desk and on a phone."""

from __future__ import annotations

import pytest

from browsing import PHONE, Tab, serious
from web_bench import DRAFT, NAME, Live, with_model

ROOT = f"/w/{NAME}"
PAGES = [
    "/",
    f"{ROOT}/report?page=3",
    f"{ROOT}/report?page=4",
    f"{ROOT}/search?q=投资",
    f"{ROOT}/proof",
    f"{ROOT}/compare",
    f"{ROOT}/data",
    f"{ROOT}/data?table=grid",
    f"{ROOT}/data?file=evidence/grid.toml&line=3",
    f"{ROOT}/data/edit?file=evidence/grid.csv&line=3&column=state",
    f"{ROOT}/model",
    f"{ROOT}/model?model=plan&growth@2025E=30",
    f"{ROOT}/sector",
    f"{ROOT}/store",
    f"{ROOT}/record",
    f"{ROOT}/record/ledger",
    f"{ROOT}/record/ledger?view=entries&head=x",
    f"{ROOT}/record/score",
    "/check",
    "/nowhere",
]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_serious_finding_on_any_page(live: Live, page: Tab, language: str) -> None:
    with_model(live)
    tab = page.page
    wrong = {}
    for address in PAGES:
        tab.goto(f"{live.address}{address}{'&' if '?' in address else '?'}lang={language}")
        assert tab.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
        if found := serious(tab):
            wrong[address] = found
    tab.goto(f"{live.address}/check?lang={language}")
    tab.locator("#file").set_input_files(DRAFT)
    tab.locator("form.drop button").click()
    tab.wait_for_url("**/check/*", timeout=60_000)
    if found := serious(tab):
        wrong["checked"] = found
    page.complaints[:] = [each for each in page.complaints if "404" not in each]
    assert wrong == {}


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(live: Live, page: Tab) -> None:
    with_model(live)
    tab = page.page
    tab.set_viewport_size(PHONE)
    for address in PAGES:
        tab.goto(f"{live.address}{address}")
        wide = tab.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{address} is {wide} pixels wide"
    page.complaints[:] = [each for each in page.complaints if "404" not in each]


@pytest.mark.browser
def test_the_keyboard_reaches_everything(live: Live, page: Tab) -> None:
    tab = page.page
    tab.goto(f"{live.address}/?lang=en")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the content"
    reached = set()
    for _ in range(20):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.textContent.trim()"))
    assert {"Build", "Prove", "Check a file", "中文"} <= reached
