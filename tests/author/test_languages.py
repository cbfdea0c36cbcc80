"""Whatever the engine says, it says in both languages: nothing is left in Chinese in an English report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from workspaces import change, english
from yanbao.author import compose
from yanbao.author.exhibit_spec import CHARTS, TABLES
from yanbao.author.labels import KINDS, LABELS, MARKS, STATISTICS, percentile_name
from yanbao.author.words import CHINESE, ENGLISH, LEVEL, PAIRS
from yanbao.check.lexicon import polarity
from yanbao.document.tree import Chart, Document, Span, Table, Text, Timeline, plain, spans_of_exhibit
from yanbao.errors import UnitError, WorkspaceError
from yanbao.evidence import compute
from yanbao.quantity import english_unit, parse_unit, unit_label
from yanbao.quantity.unit_table import ALL, SCALES
from yanbao.relation import RELATIONS
from yanbao.render.html import wording
from yanbao.render.pptx import layouts
from yanbao.render.xlsx import words

CJK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
TABLES_OF_WORDS: dict[str, Mapping[str, Mapping[str, str]]] = {
    "labels": LABELS,
    "kinds": KINDS,
    "marks": MARKS,
    "statistics": STATISTICS,
    "html": wording._WORDS,
    "xlsx": {"zh": words._ZH, "en": words._EN},
    "pptx": layouts.NAMES,
    "missing": compute.WORDS,
}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """An English report with every kind of exhibit."""
    return compose(english(tmp_path_factory.mktemp("english") / "w"), language="en").document


@pytest.mark.parametrize("name", TABLES_OF_WORDS)
def test_words_are_the_same_in_both_languages_and_english_ones_are_english(name: str) -> None:
    table = TABLES_OF_WORDS[name]
    assert table["zh"].keys() == table["en"].keys()
    assert {key: text for key, text in table["en"].items() if CJK.search(text)} == {}
    fields = {key: re.findall(r"\{\w*\}", text) for key, text in table["zh"].items()}
    differ = {key for key, text in table["en"].items() if sorted(re.findall(r"\{\w*\}", text)) != sorted(fields[key])}
    assert differ == set()


def test_every_relation_is_worded_and_conditioned_in_both() -> None:
    for relation in RELATIONS.values():
        for part in ("title", "sentence", "opposite"):
            said = getattr(relation.wording["en"], part)
            assert bool(said) == bool(getattr(relation.wording["zh"], part)), f"{relation.name}: {part}"
            assert not CJK.search(said or ""), f"{relation.name}: {said}"
        for condition in relation.conditions:
            assert condition.zh, relation.name
            assert condition.en, relation.name
            assert not CJK.search(condition.en), relation.name


def test_every_pair_of_bound_words_has_an_english_one_that_points_the_same_way() -> None:
    assert set(CHINESE) == {pair for pair in PAIRS if CJK.search(pair)}
    for pair, other in CHINESE.items():
        assert other in ENGLISH
        assert [polarity(word) for word in other.split("/")] == [polarity(word) for word in pair.split("/")] == [1, -1]
    assert {polarity(LEVEL["zh"]), polarity(LEVEL["en"])} == {0}
    for pair in ENGLISH:
        assert [polarity(word) for word in pair.split("/")] == [1, -1], pair


def test_every_unit_has_an_english_word() -> None:
    """Found once: C$, A$ and NT$ had none, and a unit made by a division was called CNY/count:家."""
    asked = 0
    for base in ALL:
        for scale in ("", *SCALES):
            for below in ("", "/家", "/天", "/百万tokens"):
                try:
                    unit = parse_unit(scale + base + below)
                except UnitError:
                    continue  # not written so: 亿%
                asked += 1
                assert not CJK.search(unit_label(unit, "en") + unit_label(english_unit(unit), "en")), unit
    assert asked > 5000
    made = parse_unit("亿元") / parse_unit("家")
    assert (unit_label(made, "en"), english_unit(made).symbol) == ("RMB/company", "RMB/company")


@pytest.mark.parametrize(("number", "name"), [(1, "1st"), (2, "2nd"), (11, "11th"), (21, "21st"), (75, "75th")])
def test_percentiles_are_ordinals(number: int, name: str) -> None:
    assert percentile_name(number, "en") == f"{name} percentile"
    assert percentile_name(number, "zh") == f"{number}%分位"


def test_the_report_holds_every_kind_of_exhibit(document: Document) -> None:
    bodies = [exhibit.body for exhibit in document.exhibits()]
    assert {body.kind for body in bodies if isinstance(body, Chart)} == {*CHARTS} - {"fan"}, "a fan is drawn as bands"
    assert {body.kind for body in bodies if isinstance(body, Table)} == {*TABLES, "card"}
    assert any(isinstance(body, Timeline) for body in bodies)


def texts(document: Document) -> Iterator[Text]:
    """Yield every text that a reader sees or hears."""
    yield (Span(document.title), Span(document.subtitle), Span(document.house), *map(Span, document.labels.values()))
    for page in document.pages:
        yield from (page.title, page.section, page.footer)
        yield from (paragraph.text for paragraph in (*page.paragraphs(), *page.notes))
        for exhibit in page.exhibits():
            yield from spans_of_exhibit(exhibit)
            yield (Span(exhibit.alt),)
            body = exhibit.body
            if isinstance(body, Chart):
                axes = [axis for axis in (body.x_axis, body.y_axis, body.y2_axis) if axis]
                yield from (
                    (Span(axis.title), Span(axis.unit), *(Span(tick.text) for tick in axis.ticks)) for axis in axes
                )
                for series in body.series:
                    yield (Span(series.unit), *(Span(point.text + (point.missing or "")) for point in series.points))
            elif isinstance(body, Table):
                yield from ((Span(cell.missing or ""),) for row in body.rows for cell in row.cells)
                yield from ((Span(column.unit),) for column in body.columns)


def test_nothing_but_quotes_is_chinese(document: Document) -> None:
    spans = [span for text in texts(document) for span in text]
    assert [span for span in spans if span.kind != "quote" and CJK.search(span.text + (span.unit or ""))] == []
    quoted = {span.text for span in spans if span.kind == "quote" and CJK.search(span.text)}
    assert quoted == {"中标省级项目", "签约三家客户", "免费开放平台"}  # the news, in the words of their source
    for fact in document.facts.values():
        assert not CJK.search(fact.subject + fact.metric + (fact.missing or "")), fact.id


def test_engine_made_texts_read_as_english(document: Document) -> None:
    said = [plain(text) for text in texts(document)]
    origin = "Source: Southwest Securities, Computer Industry Mid-2024 Strategy, lines 1606–1607; computed by yanbao"
    assert origin in said
    assert "Unit: RMB bn, %" in said
    assert "As of 30 June 2024" in said
    assert "My research house | 15 July 2024 | Sample, not investment advice" in said
    assert "Buy: expected return of the share over the next 6 months, relative to the CSI 300, of more than 20%" in said
    neutral = "Neutral: expected return of the share over the next 6 months, relative to the CSI 300, of at least -20%"
    assert f"{neutral} and up to 20%" in said
    assert "1.1\u2003Totals" in said
    assert "Bars and line: Grid investment and growth" in said
    assert {"21st percentile", "92nd percentile", "Median"} <= set(said)


def test_where_sources_disagree_units_and_operands_are_english(document: Document) -> None:
    page = next(page for page in document.pages if page.id.startswith("disagreements"))
    (exhibit,) = page.exhibits()
    assert isinstance(exhibit.body, Table)
    cells = [plain(cell.text) for cell in exhibit.body.rows[0].cells]
    # 8.00 / 0.50 = 16, where the origin printed 15
    assert cells == ["Gamma, P/E", "15x", "16x", "Price RMB 8.00/share ÷ EPS RMB 0.50/share", "line 13"]


def mistakes(folder: Path, language: str = "en") -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        compose(folder, language=language)  # type: ignore[arg-type]
    return [str(mistake) for mistake in caught.value.mistakes]


ZH_ONLY = '{ zh = "只有中文" }'


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("yanbao.toml", 'name = { zh = "某分析师", en = "An Analyst" }', f"name = {ZH_ONLY}", "analysts.0.name: has no"),
        ("yanbao.toml", 'name = { zh = "买入", en = "Buy" }', 'name = "买入"', "rating.company.0.name: '买入' is Chinese"),
        ("yanbao.toml", 'benchmark = { zh = "沪深300指数", en = "CSI 300" }', f"benchmark = {ZH_ONLY}", "rating.benchmark"),
        (
            "yanbao.toml",
            'text = { zh = "西南证券《计算机行业2024年中期投资策略》", en = "Southwest Securities, Computer Industry'
            ' Mid-2024 Strategy" }',
            f"text = {ZH_ONLY}",
            "origins.swsc.text: has no text in language en",
        ),
        ("evidence/firms.toml", 'label = { zh = "股价", en = "Price" }', f"label = {ZH_ONLY}", "columns.price.label: has no"),
        ("evidence/firms.toml", 'label = { zh = "净利率", en = "Net margin" }', 'label = "净利率"', "columns.margin.label"),
        ("evidence/firms.toml", 'label = { en = "Alpha" }', 'role = "sub"', "rows.甲公司.label: '甲公司' is Chinese"),
        ("evidence/firms.toml", '{ zh = "未披露", en = "not disclosed" }', '"未披露"', "columns.orders.missing: '未披露'"),
        ("report/en/01-grid.md", ",.2 RMB bn}", ",.1 亿元}", "write `RMB bn`"),
    ],
)  # fmt: skip
def test_a_text_without_english_is_a_mistake_with_its_place(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = english(tmp_path / "w")
    change(folder, file, old, new)
    found = mistakes(folder)
    assert any(said in mistake for mistake in found), found
    assert all(mistake.startswith(f"{file}:") for mistake in found), found
    assert not any(mistake.startswith(f"{file}:1:") for mistake in found)


def test_a_rating_without_a_bound_is_a_mistake(tmp_path: Path) -> None:
    folder = english(tmp_path / "w")
    change(folder, "yanbao.toml", "above = 20\n", "")
    assert "a rating needs a bound" in "".join(mistakes(folder))
