"""The HTML file in a browser: it asks for nothing, breaks no policy, draws its charts and answers where a number is from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import sample
from browsing import PHONE, Tab, started, watched
from html_sample import HOSTILE, hostile, with_printed, write
from yanbao.document.tree import Chart, plain

pytestmark = pytest.mark.browser

CHARTS = 9


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("browser"), with_printed(sample.document()))


def open_file(browser: Browser, path: Path, width: int = 1440, height: int = 900) -> Tab:
    opened = watched(browser, width, height)
    page = opened.page
    page.goto(path.as_uri())
    expect(page.locator("figure.drawn")).to_have_count(CHARTS)
    return opened


@pytest.fixture
def tab(browser: Browser, path: Path) -> Iterator[Tab]:
    tab = open_file(browser, path)
    yield tab
    tab.page.close()


def number(page: Page, fact: str = "grid.yoy@2023"):  # type: ignore[no-untyped-def]
    return page.locator(f'#grid p .number[data-fact="{fact}"]')


def test_it_asks_for_nothing_and_breaks_no_rule(tab: Tab, path: Path) -> None:
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("电网")
    tab.page.keyboard.press("Escape")
    number(tab.page).click()
    tab.page.wait_for_timeout(200)
    fetched = [url for url in tab.requests if not url.startswith("data:")]
    assert fetched == [path.as_uri()]
    assert tab.complaints == []


def test_the_policy_holds(tab: Tab) -> None:
    """What the policy forbids doesn't run: else its test would prove nothing."""
    tab.page.evaluate(
        """() => {
            const script = document.createElement('script');
            script.textContent = "document.title = 'owned'";
            document.body.append(script);
            const image = document.createElement('img');
            image.src = 'https://example.invalid/x.png';
            document.body.append(image);
        }"""
    )
    tab.page.wait_for_timeout(200)
    assert tab.page.title() == "计算机行业中期策略（样例）"
    assert [each for each in tab.complaints if each.startswith("policy script-src")]
    assert [each for each in tab.complaints if each.startswith("policy img-src")]
    # unlike `evaluate`, a timer's string is compiled under the page's policy
    tab.page.evaluate("setTimeout(\"document.title = 'owned'\", 0)")
    tab.page.wait_for_timeout(100)
    assert tab.page.title() == "计算机行业中期策略（样例）"


def test_every_chart_is_drawn_with_the_texts_of_the_tree(tab: Tab) -> None:
    for exhibit in sample.document().exhibits():
        if not isinstance(exhibit.body, Chart):
            continue
        drawing = tab.page.locator(f'figure[data-exhibit="{exhibit.id}"] .drawing svg')
        expect(drawing).to_have_count(1)
        texts = [text for text in drawing.locator("text").all_text_contents() if text]
        for tick in exhibit.body.y_axis.ticks:
            assert tick.text in texts
        names = [plain(category.text) for category in exhibit.body.categories]
        if exhibit.body.kind != "scatter":
            assert set(names) <= set(texts)
        box = drawing.bounding_box()
        assert box is not None
        assert box["width"] > 400
        assert 200 < box["height"] < 420


def test_a_chart_s_tooltip_says_the_tree_s_texts(tab: Tab) -> None:
    drawing = tab.page.locator('figure[data-exhibit="bar-line"] .drawing')
    drawing.locator(".mark-rect.role-mark path").first.hover()
    expect(drawing).to_have_attribute("title", "2019年\u2003国家电网\u20034473.0")


def test_a_bar_that_is_clicked_tells_where_it_is_from(tab: Tab) -> None:
    tab.page.locator('figure[data-exhibit="bar-line"] .mark-rect.role-mark path').first.click()
    expect(tab.page.locator(".panel .big")).to_have_text("4,473.0亿元")


def test_a_click_on_a_number_tells_formula_inputs_and_what_was_printed(tab: Tab) -> None:
    panel = tab.page.locator(".panel")
    expect(panel).to_be_hidden()
    number(tab.page).click()
    expect(panel).to_be_visible()
    expect(panel.locator(".big")).to_have_text("3.553%")
    expect(panel.locator(".formula")).to_contain_text("÷")
    expect(panel.locator(".formula")).to_contain_text("5,275亿元")
    expect(panel.locator(".inputs button")).to_have_count(2)
    expect(panel.locator(".printed")).to_contain_text("3.4%")
    expect(panel.locator(".printed")).to_contain_text("第1612行")


def test_an_input_leads_on_to_its_origin_and_back(tab: Tab) -> None:
    number(tab.page).click()
    panel = tab.page.locator(".panel")
    panel.locator(".inputs button").last.click()
    expect(panel.locator(".big")).to_have_text("5,094.0亿元")
    expect(panel).to_contain_text("示例研究报告，2024年7月 · 第1606行")
    expect(panel).to_contain_text("截至2024-06-30")
    expect(panel).to_contain_text("evidence/grid.csv:2")
    panel.locator(".back").click()
    expect(panel.locator(".big")).to_have_text("3.553%")


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_keyboard_asks_and_closes(tab: Tab, key: str) -> None:
    number(tab.page).focus()
    tab.page.keyboard.press(key)
    expect(tab.page.locator(".panel .big")).to_have_text("3.553%")
    expect(tab.page.locator(".panel")).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator(".panel")).to_be_hidden()
    expect(number(tab.page)).to_be_focused()


def test_the_panel_never_covers_the_number_asked_about(tab: Tab) -> None:
    for fact in ("grid.yoy@2023", "grid.state@2023", "co.price@002380"):
        asked = tab.page.locator(f'section .number[data-fact="{fact}"]:visible').last
        asked.click()
        one, other = asked.bounding_box(), tab.page.locator(".panel").bounding_box()
        assert one is not None
        assert other is not None
        assert one["x"] + one["width"] <= other["x"] or one["x"] >= other["x"] + other["width"]
        tab.page.keyboard.press("Escape")


def test_search_finds_text_and_facts(tab: Tab) -> None:
    tab.page.keyboard.press("/")
    expect(tab.page.locator(".search input")).to_be_focused()
    tab.page.keyboard.type("配电网 承载力")
    results = tab.page.locator(".results button")
    expect(results.first).to_contain_text("配电网承载力提升")
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#policy .found")).to_be_in_viewport()
    tab.page.keyboard.press("/")
    tab.page.keyboard.type("73.2%")
    tab.page.locator(".results button", has_text="西藏").last.click()
    expect(tab.page.locator(".panel .big")).to_have_text("73.2%")
    tab.page.keyboard.press("Escape")
    tab.page.locator(".search input").fill("nothing of that kind")
    expect(tab.page.locator(".results")).to_have_text("没有找到")


def test_search_takes_special_characters_as_they_are(tab: Tab) -> None:
    for text in ("(", ".*", "\\", "[a", "<b>", "　"):
        tab.page.locator(".search input").fill(text)
    assert tab.complaints == []


def test_the_contents_lead_to_every_page(tab: Tab) -> None:
    links = tab.page.locator("nav a")
    pages = sample.document().pages
    titles = [plain(page.title) for page in pages]
    found = links.all_text_contents()
    assert [title for title in found if title in titles] == titles
    tab.page.locator("nav a", has_text="重点公司").click()
    expect(tab.page.locator("#company h2")).to_be_in_viewport()
    expect(tab.page.locator("nav a[aria-current]")).to_have_text("重点公司")


def test_the_skip_link_comes_first(tab: Tab) -> None:
    tab.page.keyboard.press("Tab")
    expect(tab.page.locator(".skip")).to_be_focused()
    expect(tab.page.locator(".skip")).to_be_in_viewport()


def test_a_screen_reader_meets_figures_buttons_and_a_dialog(tab: Tab) -> None:
    figure = tab.page.get_by_role("figure", name="国网投资及同比的图表")
    expect(figure).to_have_count(1)
    expect(tab.page.get_by_role("main").get_by_role("button", name="3.6%").first).to_be_visible()
    figure.locator("summary").click()
    expect(figure.get_by_role("table")).to_be_visible()
    expect(figure.get_by_role("rowheader", name="2023年")).to_be_visible()
    number(tab.page).click()
    expect(tab.page.get_by_role("dialog", name="数值的来历")).to_be_visible()
    assert tab.page.locator(".drawing[aria-hidden=true]").count() == CHARTS


@pytest.mark.parametrize("width", [320, 390, 720, 800, 1080, 1920])
def test_no_width_scrolls_sideways(browser: Browser, path: Path, width: int) -> None:
    tab = open_file(browser, path, width, 844)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    wide = tab.page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(element =>
            element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.scroll')
        ).map(element => element.outerHTML.slice(0, 80))"""
    )
    assert wide == []
    tab.page.close()


def test_a_phone_reads_in_one_column_and_asks_by_tapping(browser: Browser, path: Path) -> None:
    tab = open_file(browser, path, **PHONE)
    sides = tab.page.locator("#grid .side")
    first, second = sides.first.bounding_box(), sides.last.bounding_box()
    assert first is not None
    assert second is not None
    assert second["y"] >= first["y"] + first["height"]
    number(tab.page).click()
    asked, panel = number(tab.page).bounding_box(), tab.page.locator(".panel").bounding_box()
    assert asked is not None
    assert panel is not None
    assert asked["y"] + asked["height"] <= panel["y"]
    tab.page.locator(".panel .close").click()
    expect(tab.page.locator("nav")).to_be_hidden()
    tab.page.locator(".menu").click()
    expect(tab.page.locator("nav")).to_be_visible()
    tab.page.locator("nav a", has_text="重点公司").click()
    expect(tab.page.locator("nav")).to_be_hidden()
    tab.page.close()


def test_it_prints_one_page_a_section(tab: Tab, tmp_path: Path) -> None:
    import pypdfium2

    target = tmp_path / "print.pdf"
    tab.page.pdf(path=target, prefer_css_page_size=True)
    with pypdfium2.PdfDocument(target) as pdf:
        pages = sample.document().pages
        assert len(pdf) == len(pages)
        for sheet, page in zip(pdf, pages, strict=True):
            assert re.sub(r"\s", "", plain(page.title)) in re.sub(r"\s", "", sheet.get_textpage().get_text_range())
            assert sheet.get_width() / sheet.get_height() == pytest.approx(16 / 9, abs=0.01)


def test_a_page_that_is_too_long_is_printed_smaller_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    import pypdfium2

    document = sample.document()
    pages = [replace(page, blocks=page.blocks * 3) if page.id == "two" else page for page in document.pages]
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(write(tmp_path, replace(document, pages=tuple(pages))).as_uri())
    expect(page.locator("figure.drawn")).to_have_count(CHARTS + 4)
    before = page.locator("#two").bounding_box()
    page.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "print.pdf") as pdf:
        assert len(pdf) == len(pages)
    assert page.locator("#two").bounding_box() == before
    page.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_no_number_of_a_table_is_broken(browser: Browser, path: Path, width: int) -> None:
    tab = open_file(browser, path, width, 844)
    broken = tab.page.evaluate(
        r"""() => [...document.querySelectorAll('figure.table td, figure.table th')].filter(cell => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            return /^[\d.,%+-]+$/.test(cell.textContent) && lines.size > 1;
        }).map(cell => cell.textContent)"""
    )
    assert broken == []
    tab.page.close()


def test_hostile_text_does_nothing(browser: Browser, tmp_path: Path) -> None:
    tab = open_file(browser, write(tmp_path, hostile(with_printed(sample.document()))))
    page = tab.page
    page.keyboard.press("/")
    page.keyboard.type("onerror")
    expect(page.locator(".results button").first).to_contain_text("<img src=x onerror=")
    page.keyboard.press("Escape")
    number(page).click()
    page.locator(".panel .inputs button").last.click()
    expect(page.locator(".panel")).to_contain_text(HOSTILE)
    assert page.title() == "计算机行业中期策略（样例）" + HOSTILE
    assert page.locator("img").count() == 0
    assert tab.complaints == []
    assert len([url for url in tab.requests if not url.startswith("data:")]) == 1
    page.close()
