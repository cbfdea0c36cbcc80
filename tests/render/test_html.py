"""The HTML file: the tree's texts in its order, every number tied to its fact, sealed by its own policy."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

import sample
from html_sample import HOSTILE, hostile, parse, scripts, shown, texts_of, wanted, with_printed, write
from yanbao.document.theme import Theme
from yanbao.document.tree import Chart, Document, Table, plain
from yanbao.errors import RenderError
from yanbao.fact.fact import Derivation
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT, YI_YUAN
from yanbao.render.html.facts import formula, value
from yanbao.render.html.markup import data, element, raw, words


@pytest.fixture(scope="module")
def document() -> Document:
    return with_printed(sample.document())


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, document: Document) -> Path:
    return write(tmp_path_factory.mktemp("html"), document)


def test_the_same_document_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    assert write(tmp_path, with_printed(sample.document())).read_bytes() == path.read_bytes()


def test_each_page_shows_the_texts_of_the_tree_in_its_order(path: Path, document: Document) -> None:
    sections = parse(path).xpath("//section")
    assert [section.get("id") for section in sections] == [page.id for page in document.pages]
    for section, page in zip(sections, document.pages, strict=True):
        assert shown(section) == wanted(page)


def test_no_number_stands_outside_the_pages(path: Path) -> None:
    outside = parse(path).xpath("//body//text()[not(ancestor::section) and not(ancestor::script)]")
    assert not re.search(r"\d", "".join(outside))
    names = ("alt", "title", "placeholder", "aria-label", "value")
    told = [each.get(name) or "" for each in parse(path).xpath("//body//*") for name in names if each.tag != "figure"]
    assert not re.search(r"\d", "".join(told))


def test_every_span_keeps_its_kind_and_its_fact(path: Path, document: Document) -> None:
    found = [
        (each.text_content(), each.get("data-kind"), each.get("data-fact"), each.get("data-note"))
        for each in parse(path).xpath("//section//span[@data-kind][not(ancestor::details)]")
    ]
    spans = [
        (span.text, span.kind, span.fact, span.note)
        for page in document.pages
        for text in texts_of(page)
        for span in text
        if span.kind != "run"
    ]
    folios = [(str(page.number), "structure", None, "page-number") for page in document.pages]
    assert sorted(found, key=str) == sorted(spans + folios, key=str)


def test_numbers_carry_unit_and_decimals(path: Path) -> None:
    (span,) = parse(path).xpath("//section[@id='grid']//p//span[@data-fact='grid.yoy@2023'][@data-kind='number']")
    assert (span.text, span.get("data-unit"), span.get("data-decimals")) == ("3.6%", "%", "1")
    assert (span.get("role"), span.get("tabindex")) == ("button", "0")


def test_every_number_can_be_asked(path: Path) -> None:
    root = parse(path)
    facts = scripts(root, "facts")
    asked = root.xpath("//span[@data-kind='number']")
    assert len(asked) > 60
    for span in asked:
        assert span.get("data-fact") in facts
        assert span.get("role") == "button"


def test_the_panel_knows_formula_inputs_origin_and_what_was_printed(path: Path) -> None:
    facts = scripts(parse(path), "facts")
    assert facts["grid.yoy@2023"] == {
        "label": "2023 · grid.yoy@2023",
        "value": "3.553%",  # 5275 / 5094.0 - 1
        "formula": [
            {"fact": "grid.state@2023"},
            {"text": " ÷ "},
            {"fact": "grid.state@2022"},
            {"text": " − 1"},
        ],
        "inputs": ["grid.state@2023", "grid.state@2022"],
        "relation": "同比增长率",
        "printed": "3.4%",
        "printed_source": {"origin": "示例研究报告", "file": "evidence/grid.csv", "file_line": 7, "line": 1612},
    }
    assert facts["grid.state@2022"]["value"] == "5,094.0亿元"
    assert facts["grid.state@2022"]["source"] == {
        "origin": "示例研究报告，2024年7月",
        "file": "evidence/grid.csv",
        "file_line": 2,
        "line": 1606,
        "as_of": "2024-06-30",
    }


def test_the_panel_reaches_every_input(path: Path, document: Document) -> None:
    facts = scripts(parse(path), "facts")
    for key in facts:
        lineage = document.facts[key].lineage
        if isinstance(lineage, Derivation):
            assert set(lineage.inputs) <= set(facts)


def test_facts_that_no_page_leads_to_stay_at_home(tmp_path: Path) -> None:
    document = sample.document()
    secret = replace(document.facts["grid.state@2022"], id="secret@1")
    path = write(tmp_path, replace(document, facts=document.facts | {"secret@1": secret}))
    assert "secret@1" not in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("({a@1} + {b@1}) / 2", ["(", "a@1", " + ", "b@1", ") ÷ 2"]),
        ("({a@2} / {a@1}) ** (1 / 3) - 1", ["(", "a@2", " ÷ ", "a@1", ")  ^  (1 ÷ 3) − 1"]),
        ("median([{a-b@x/y}, {c}])", ["中位数([", "a-b@x/y", ", ", "c", "])"]),
        ("1", ["1"]),
    ],
)
def test_formulas_are_readable_and_identifiers_untouched(text: str, wanted: list[str]) -> None:
    parts = [part.get("fact", part.get("text")) for part in formula(text, "zh")]
    assert parts == wanted


@pytest.mark.parametrize(
    ("number", "decimals", "shown"),
    [
        (Fraction("3.5532"), None, "3.553%"),
        (Fraction(1, 3000), None, "0.000333%"),
        (Fraction(123456), None, "123,456%"),
        (Fraction(5), None, "5%"),
        (Fraction("5.10"), 2, "5.10%"),
        (Fraction(-7, 3), None, "-2.333%"),
    ],
)
def test_a_computed_value_has_four_significant_digits(number: Fraction, decimals: int | None, shown: str) -> None:
    assert value(Quantity(number, Interval.point(number), PERCENT, decimals), "zh") == shown


def test_values_are_told_in_the_document_s_language() -> None:
    assert value(Quantity.printed("2428.5", YI_YUAN), "zh") == "2,428.5亿元"
    assert value(Quantity.printed("2428.5", YI_YUAN), "en").startswith("RMB 242.")


# -- tables and charts ---------------------------------------------------------------------------------


def test_tables_keep_rows_columns_groups_and_marks(path: Path, document: Document) -> None:
    root = parse(path)
    for exhibit in document.exhibits():
        if not isinstance(exhibit.body, Table):
            continue
        (table,) = root.xpath(f"//figure[@data-exhibit='{exhibit.id}']//table")
        rows = [[cell.text_content() for cell in row.xpath("./td|./th")] for row in table.xpath("./tbody/tr")]
        assert rows == [[plain(cell.text) for cell in row.cells] for row in exhibit.body.rows]
        heads = table.xpath("./thead/tr")[-1].xpath("./td|./th")
        assert [cell.text_content() for cell in heads] == [plain(column.label) for column in exhibit.body.columns]
    (grouped,) = root.xpath("//figure[@data-exhibit='t-grouped']//table")
    assert [(each.text_content(), each.get("colspan")) for each in grouped.xpath("./thead/tr[1]/th")] == [
        ("每股收益（元）", "1"),
        ("市盈率（倍）", "1"),
    ]
    (plain_table,) = root.xpath("//figure[@data-exhibit='t-plain']//table")
    missing = plain_table.xpath(".//td[contains(@class,'missing')]")
    assert [(cell.text, cell.get("title")) for cell in missing] == [("—", "未披露")] * 2
    assert len(root.xpath("//td[contains(@class,'mark-yes')]")) == 1


def test_the_data_beside_a_chart_are_its_points(path: Path, document: Document) -> None:
    root = parse(path)
    for exhibit in document.exhibits():
        if not isinstance(exhibit.body, Chart):
            continue
        (script,) = root.xpath(f"//script[@data-chart='{exhibit.id}']")
        (details,) = script.getparent().xpath("./details")
        cells = [list(row.xpath("./td")) for row in details.xpath(".//tbody/tr")]
        for order, series in enumerate(exhibit.body.series):
            for position, point in enumerate(series.points):
                text = cells[position][order].text_content()
                if point.value is None:
                    assert text == "缺失"
                    assert cells[position][order].get("title") == point.missing
                else:
                    number = Fraction(re.sub("[,%]", "", text))
                    assert abs(number - point.value) <= Fraction(1, 2 * 10**series.decimals)
                    assert cells[position][order].xpath("./span")[0].get("data-fact") == point.fact
        rows = json.loads(script.text)["data"]["values"]
        if exhibit.body.kind != "scatter":
            values = [point.value for series in exhibit.body.series for point in series.points]
            assert [row["value"] for row in rows] == [None if each is None else float(each) for each in values]


# -- sealed --------------------------------------------------------------------------------------------


def policy(source: str) -> dict[str, list[str]]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', source)
    assert found
    rules = found.group(1).replace("&#x27;", "'").split("; ")
    return {rule.split()[0]: rule.split()[1:] for rule in rules}


def digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_the_policy_allows_just_what_is_in_the_file(path: Path) -> None:
    source = path.read_text("utf-8")
    rules = policy(source)
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == [digest(each) for each in re.findall(r"<script>(.*?)</script>", source, re.DOTALL)]
    assert rules["style-src"] == [digest(each) for each in re.findall(r"<style>(.*?)</style>", source, re.DOTALL)]
    assert len(rules["script-src"]) == 2
    assert rules["font-src"] == ["data:"]
    assert "unsafe" not in str(rules)
    assert source.index("Content-Security-Policy") < source.index("<style")


def test_nothing_is_fetched_and_nothing_runs_from_an_attribute(path: Path) -> None:
    root = parse(path)
    for each in root.xpath("//*"):
        assert not [name for name in each.attrib if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "srcset", "poster", "data"):
            assert (each.get(name) or "#").startswith(("#", "data:"))
    (style,) = root.xpath("//style")
    assert not re.search(r"@import|url\((?!data:)", style.text)


def test_fonts_hold_every_character_in_both_weights(path: Path) -> None:
    source = path.read_text("utf-8")
    faces = re.findall(r"font-weight:(\d+);.*?base64,([^)]*)\)", source)
    assert [weight for weight, _ in faces] == ["400", "700"]
    text = "".join(parse(path).xpath("//body//text()[not(ancestor::script)]"))
    for weight, encoded in faces:
        font = TTFont(BytesIO(base64.b64decode(encoded)))
        assert font["OS/2"].usWeightClass == int(weight)
        assert {character for character in text if not character.isspace()} <= {
            chr(code) for code in font.getBestCmap()
        }


def test_headings_and_landmarks(path: Path) -> None:
    root = parse(path)
    assert root.get("lang") == "zh-CN"
    assert len(root.xpath("//h1")) == 1
    levels = [int(each.tag[1]) for each in root.xpath("//h1|//h2|//h3")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert len(root.xpath("//main")) == len(root.xpath("//nav[@aria-label]")) == 1
    for figure in root.xpath("//figure"):
        assert figure.get("aria-label")
        assert figure[0].tag == "figcaption"
    (skip,) = root.xpath("//a[@class='skip']")
    assert root.xpath("//main")[0].get("id") == skip.get("href")[1:]
    assert root.xpath("//*[@aria-live='polite']")


def test_the_contents_lead_to_their_pages(path: Path) -> None:
    (link,) = parse(path).xpath("//section[@id='contents']//a")
    assert (link.get("href"), link.text_content().split()) == ("#grid", ["行业复盘", "4"])


# -- hostile text --------------------------------------------------------------------------------------


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    document = hostile(sample.document())
    path = write(tmp_path, document)
    root, clean_root = parse(path), parse(write(tmp_path / "..", sample.document()))
    assert [each.tag for each in root.iter()] == [each.tag for each in clean_root.iter()]
    for section, page in zip(root.xpath("//section"), document.pages, strict=True):
        assert shown(section) == wanted(page)
    facts = scripts(root, "facts")
    assert facts["grid.state@2022"]["source"]["origin"].endswith(HOSTILE)
    (title,) = root.xpath("//title")
    assert title.text == document.title


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    from lxml import html

    source = element("p", {"title": text}, words(text))
    found = html.fragment_fromstring(source)
    kept = re.sub(r"[\t\r\n]", " ", text)
    for back in (found.text or "", found.get("title") or ""):
        assert [each for each in back if each.isprintable()] == [each for each in kept if each.isprintable()]


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_any_json_comes_back_and_ends_no_script(content: object) -> None:
    source = data({"class": "facts"}, content)
    inner = source.removeprefix('<script type="application/json" class="facts">').removesuffix("</script>")
    assert not set(inner) & {"<", ">", "\u2028", "\u2029"}
    assert json.loads(inner) == content


def test_a_script_that_would_end_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="ends its own"):
        raw("script", {}, "x = '</SCRIPT>'")


# -- the theme -----------------------------------------------------------------------------------------


def test_a_theme_restyles_and_its_logo_is_embedded(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    path = write(tmp_path, theme=Theme(primary="#004d40", logo=logo))
    source = path.read_text("utf-8")
    assert "--primary:#004d40" in source
    assert '--font:"Noto Sans SC", sans-serif' in source
    (image,) = parse(path).xpath("//img")
    assert base64.b64decode(image.get("src").partition("base64,")[2]) == logo.read_bytes()


@pytest.mark.parametrize(
    ("theme", "cause"),
    [
        (Theme(primary="red;}"), "no colour"),
        (Theme(series=("#12",)), "no colour"),
        (Theme(logo=Path("logo.txt")), "is no image"),
        (Theme(logo=Path("nowhere.png")), "cannot be read"),
    ],
)
def test_a_broken_theme_is_refused(theme: Theme, cause: str, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=cause):
        write(tmp_path, theme=theme)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="cannot be written"):
        write(tmp_path / "nowhere")


def test_english_pages_speak_english(tmp_path: Path) -> None:
    document = replace(sample.document(), language="en", labels={})
    root = parse(write(tmp_path, document))
    assert root.get("lang") == "en"
    assert scripts(root, "words")["formula"] == "Formula"
    assert root.xpath("//summary")[0].text == "Data of the chart"
