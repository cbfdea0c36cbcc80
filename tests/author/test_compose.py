"""A workspace becomes a document: numbers, words and periods bound, and every mistake reported at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao.author import compose
from yanbao.document.tree import Chart, Paragraph, Table, plain
from yanbao.errors import WorkspaceError
from yanbao.fact.fact import Derivation


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return starter(tmp_path / "w")


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def paragraphs(folder: Path) -> list[str]:
    document = compose(folder).document
    return [plain(part.text) for page in document.pages for part in page.paragraphs()]


@pytest.mark.parametrize(
    ("text", "number"),
    [("跑赢沪深300指数。", "300"), ("5G基站。", "5"), ("Trails the CSI 300.", "300"), ("Windows 11.", "11")],
)
def test_digits_of_a_name_that_stand_by_themselves_need_their_reason(workspace: Path, text: str, number: str) -> None:
    """The proof counts them as numbers: the author is told before it, not by it."""
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", f"- {text}")
    (said,) = mistakes(workspace)
    assert said.startswith(
        f"report/02-risks.md:6: {number}: a proof counts this as a number, and it is bound to no fact"
    )
    change(workspace, "report/02-risks.md", f"- {text}", "- {! CSI 300 | name}与H100、Phi-3。")
    compose(workspace)


def test_numbers_words_and_periods_come_out_as_hand_arithmetic_says(workspace: Path) -> None:
    texts = paragraphs(workspace)
    # 5275 + 1375 = 6650; 5094.0 + 1094.5 = 6188.5; 6650 / 6188.5 - 1 = 7.457 %
    assert "2023年两网投资合计6,650亿元，同比增长7.5%。" in texts
    # (6650 / 5533) ** (1/4) - 1 = 4.704 %; 1375 / 6650 = 20.677 % after 1094.5 / 6188.5 = 17.686 %
    assert "2019年以来年均复合增速为4.7%。" in texts
    assert "南方电网占比提升至20.7%。" in texts


def test_pages_stand_in_order_with_engine_made_ones_around_them(workspace: Path) -> None:
    document = compose(workspace).document
    kinds = [page.kind for page in document.pages]
    assert kinds == ["cover", "contents", "divider", "content", "content", "divider", "content", "legal", "legal"]
    assert [page.number for page in document.pages] == list(range(1, 10))
    assert plain(document.pages[3].title) == "两网投资增长7.5%，保持韧性"
    contents = [plain(part.text) for part in document.pages[1].paragraphs()]
    assert contents[0] == "一、电网投资　3"


def test_exhibits_carry_number_title_unit_day_origin_and_lines(workspace: Path) -> None:
    first, second = compose(workspace).document.exhibits()
    assert plain(first.label) == "图1"
    assert plain(second.label) == "表1"
    assert plain(first.unit) == "单位：亿元，%"
    assert plain(first.as_of) == "截至2024年6月30日"
    origin = "来源：西南证券《计算机行业2024年中期投资策略》，第1606—1607行；yanbao计算"
    assert plain(first.origin) == origin
    assert isinstance(first.body, Chart)
    assert isinstance(second.body, Table)


def test_a_missing_point_is_a_gap_with_a_reason(workspace: Path) -> None:
    first, second = compose(workspace).document.exhibits()
    assert isinstance(first.body, Chart)
    growth = first.body.series[1].points
    assert (growth[0].value, growth[0].missing) == (None, "无上期数据")
    assert isinstance(second.body, Table)
    cell = second.body.rows[0].cells[-1]
    assert (plain(cell.text), cell.missing) == ("—", "无上期数据")


def test_axis_ticks_are_round_and_cover_the_data(workspace: Path) -> None:
    chart = next(compose(workspace).document.exhibits()).body
    assert isinstance(chart, Chart)
    assert [tick.text for tick in chart.y_axis.ticks] == ["0", "2,000", "4,000", "6,000", "8,000"]
    assert chart.y2_axis is not None
    assert chart.y2_axis.ticks[0].value <= min(p.value for p in chart.series[1].points if p.value is not None)


def test_the_rating_page_is_made_from_the_policy(workspace: Path) -> None:
    texts = paragraphs(workspace)
    assert "买入：未来6个月内，个股相对沪深300指数的涨幅在20%以上" in texts
    assert "中性：未来6个月内，个股相对沪深300指数的涨幅介于-20%与20%之间" in texts
    assert "弱于大市：未来6个月内，行业整体回报相对沪深300指数的超额在-5%以下" in texts


def test_a_document_holds_its_facts_and_all_they_were_computed_from(workspace: Path) -> None:
    facts = compose(workspace).document.facts
    growth = facts["grid.growth@2023"]
    assert isinstance(growth.lineage, Derivation)
    assert growth.lineage.inputs == ("grid.total@2023", "grid.total@2022")
    for fact in facts.values():
        if isinstance(fact.lineage, Derivation):
            assert set(fact.lineage.inputs) <= set(facts)


def test_a_changed_cell_changes_the_word_with_the_number(workspace: Path) -> None:
    change(workspace, "evidence/grid.csv", "2023,5275,1375", "2023,4275,1375")
    document = compose(workspace).document
    assert plain(document.pages[3].title) == "两网投资下降8.7%，保持韧性"  # 5650 / 6188.5 - 1 = -8.702 %


def test_every_mistake_is_reported_at_once_with_file_and_line(workspace: Path) -> None:
    change(workspace, "report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.totl[2023]:,.0}")
    change(workspace, "report/01-grid.md", "投资额一览", "投资额一览，共7项")
    change(workspace, "report/01-grid.md", 'bars = ["total"]', 'bars = ["all"]')
    change(workspace, "report/02-risks.md", "<!-- page: kind=risks -->", "")
    change(workspace, "evidence/grid.toml", 'origin = "swsc"', 'origin = "nobody"')
    found = mistakes(workspace)
    places = [text.split(": ")[0] for text in found]
    assert "evidence/grid.toml:3" in places
    assert any("no page is marked as the risk section" in text for text in found)
    assert len(found) == 3, found  # what only follows from another mistake is not reported


# fmt: off
MISTAKES = [
    ("report/01-grid.md", "保持韧性", "保持5%以上的韧性", "report/01-grid.md:3: 5%以上: this number is bound to no fact"),
    ("report/01-grid.md", "> 2023年两网", "> 1999年两网", "no number on this page is of 1999年"),
    ("report/01-grid.md", "提升/回落", "起来/下去", "is not a registered pair of words"),
    ("report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.total[2023]:,.0 %}", "report/01-grid.md:5: {grid.total[2023]:,.0 %}"),
    ("report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.totl[2023]:,.0}", "no column `totl` in table `grid`; near: total"),
    ("report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.total[2033]:,.0}", "no row `2033` in table `grid`"),
    ("report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.total:,.0}", "names no row"),
    ("report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.growth[2019]:.1}", "has no value: 无上期数据"),
    ("report/01-grid.md", 'kind = "bar-line"', 'kind = "pie"', "report/01-grid.md:9: kind:"),
    ("report/01-grid.md", 'lines = ["growth"]', 'lines = ["growth"]\nlies = 1', "is not a known key"),
    ("report/01-grid.md", "```exhibit grid-table", "```exhibit grid-investment", "stands at report/01-grid.md:8 too"),
    ("report/01-grid.md", "::: next\n", "", "report/01-grid.md"),
    ("report/02-risks.md", "kind=risks", "kind=risk", "no page is marked as the risk section"),
    ("yanbao.toml", "as_of = 2024-06-30", 'as_of = "June"', "yanbao.toml:7: report.as_of:"),
    ("yanbao.toml", '"report/01-grid.md"', '"../../etc/passwd"', "is not a path inside the workspace"),
    ("yanbao.toml", 'disclaimer = { zh = "本报告为样例，不构成投资建议。", ', "disclaimer = { ", "legal.disclaimer: has no text in language zh"),
]
# fmt: on


@pytest.mark.parametrize(("file", "old", "new", "message"), MISTAKES, ids=[case[3][:40] for case in MISTAKES])
def test_a_mistake_names_its_place(workspace: Path, file: str, old: str, new: str, message: str) -> None:
    change(workspace, file, old, new)
    if message == "report/01-grid.md":  # columns without a second side are allowed: everything stands left
        assert compose(workspace).document.pages
        return
    assert any(message in text for text in mistakes(workspace)), mistakes(workspace)


def test_an_expression_over_a_cell_that_could_not_be_computed_adds_no_mistake(workspace: Path) -> None:
    change(workspace, "evidence/grid.toml", 'compute = "state + southern"', 'compute = "state / southern"')
    change(workspace, "report/01-grid.md", "{grid.total[2023]:,.0}", "{grid.total[2023] - grid.total[2022]:,.0}")
    found = mistakes(workspace)
    assert any(text.startswith("evidence/grid.toml:23: total[2023]") for text in found), found
    assert not any(text.startswith("report/01-grid.md:5") for text in found), found


def test_a_number_of_another_day_must_say_so(workspace: Path) -> None:
    (workspace / "evidence/price.csv").write_text("name,close\n国网信通,18.30\n", "utf-8")
    (workspace / "evidence/price.toml").write_text(
        'title="价格"\norigin="swsc"\nas_of=2024-07-05\n[columns.name]\nlabel="公司"\n'
        '[columns.close]\nlabel="收盘价"\nunit="元"\nkind="exact"\n',
        "utf-8",
    )
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", "- 收盘价{price.close[国网信通]:.2}。")
    assert any("is as of 2024-07-05, the page as of 2024-06-30" in text for text in mistakes(workspace))
    change(workspace, "report/02-risks.md", "- 收盘价", "- 7月5日收盘价")
    assert "7月5日收盘价18.30元。" in paragraphs(workspace)


def test_as_of_and_language_can_be_chosen(workspace: Path) -> None:
    document = compose(workspace, as_of=date(2024, 7, 1)).document
    assert document.as_of == date(2024, 7, 1)


def test_html_in_names_stays_text(workspace: Path) -> None:
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", "- <b onload=alert()>电网</b>投资不及预期。")
    assert "<b onload=alert()>电网</b>投资不及预期。" in paragraphs(workspace)


def test_the_same_workspace_gives_the_same_document(workspace: Path) -> None:
    assert compose(workspace).document == compose(workspace).document


def test_paragraph_ids_are_unique(workspace: Path) -> None:
    document = compose(workspace).document
    ids = [part.id for page in document.pages for part in page.paragraphs()]
    assert len(ids) == len(set(ids))
    assert all(isinstance(part, Paragraph) for page in document.pages for part in page.notes)


def test_bold_closes_after_a_chinese_full_stop(workspace: Path) -> None:
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", "- **需求偏弱。**电网投资不及预期。")
    page = next(page for page in compose(workspace).document.pages if page.id == "risks")
    first = next(page.paragraphs())
    assert [(span.text, span.bold) for span in first.text] == [("需求偏弱。", True), ("电网投资不及预期。", False)]
    change(workspace, "report/02-risks.md", "- **需求偏弱。**", "- **需求偏弱。")
    assert any("`**` is opened and not closed" in text for text in mistakes(workspace))


def test_a_unit_is_printed_as_the_author_spells_it(workspace: Path) -> None:
    share = "diff(grid.southern[2023] / grid.total[2023], grid.southern[2022] / grid.total[2022])"
    change(
        workspace,
        "report/02-risks.md",
        "- 电网投资不及预期。",
        f"- 占比{{{share} | 提升/回落}}{{{share}: .1 个百分点}}。",
    )
    assert "占比提升3.0个百分点。" in paragraphs(workspace)  # 20.677 - 17.686 = 2.991


NAMES = {
    "Ascend": ("昇腾910面世。", "910"),
    "Maia": ("Azure Maia 100面世。", "100"),
    "Windows": ("Windows 11发布。", "11"),
    "vague": ("几十家公司入局。", "几十"),
    "half": ("过半公司入局。", "过半"),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_proof_would_count_in_plain_words_is_a_mistake_once(workspace: Path, name: str) -> None:
    text, number = NAMES[name]
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", f"- 电网投资不及预期。\n- {text}")
    (found,) = mistakes(workspace)
    assert found.startswith(f"report/02-risks.md:7: {number}: a proof counts this as a number")
    assert "| name}" in found


def test_a_name_with_its_reason_is_let_through(workspace: Path) -> None:
    text = "- {! 昇腾910 | name}与{! Azure Maia 100 | name}、H100、Phi-3面世。"
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", text)
    assert "昇腾910与Azure Maia 100、H100、Phi-3面世。" in paragraphs(workspace)


def test_a_unit_line_of_ones_own_holds_no_number(workspace: Path) -> None:
    change(workspace, "report/01-grid.md", 'kind = "plain"', 'kind = "plain"\nunit = "每10股"')
    assert any(": 10: a proof counts this as a number" in text for text in mistakes(workspace))


@pytest.mark.parametrize("first", ["multiple", "quotient"])
def test_a_relation_and_its_plain_formula_are_shown_each_in_its_own_way(workspace: Path, first: str) -> None:
    state, total = "grid.state[2023]", "grid.total[2023]"
    said = {"multiple": f"{{multiple({total}, {state}): .2}}", "quotient": f"{{{total} / {state}: .2}}"}
    other = {"multiple": "quotient", "quotient": "multiple"}[first]
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", f"- 一{said[first]}。\n- 二{said[other]}。")
    shown = {"multiple": "1.26倍", "quotient": "1.26"}  # 6650 / 5275 = 1.2607
    assert {f"一{shown[first]}。", f"二{shown[other]}。"} <= set(paragraphs(workspace))


def test_the_rules_of_a_relation_hold_behind_its_plain_formula_too(workspace: Path) -> None:
    pair = "grid.state[2023], grid.state[2021]"
    plain_one, relation = f"{{{pair.replace(',', ' /')} - 1: .3}}", f"{{yoy({pair})}}"
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", f"- 一{plain_one}。\n- 二{relation}。")
    assert any("{yoy(grid.state[2023], grid.state[2021])}" in text for text in mistakes(workspace))


def test_the_label_of_a_row_stands_for_its_typed_key(workspace: Path) -> None:
    toml = workspace / "evidence/grid.toml"
    toml.write_text(toml.read_text("utf-8") + '\n[rows.2023]\nlabel = "最近一年"\n', "utf-8")
    chart, table = compose(workspace).document.exhibits()
    assert isinstance(chart.body, Chart)
    assert isinstance(table.body, Table)
    for (span,) in (chart.body.categories[-1].text, table.body.rows[-1].cells[0].text):
        assert (span.text, span.kind, span.note, span.fact) == ("最近一年", "structure", "label", "grid.year@2023")


@pytest.mark.parametrize(("kinds", "align"), [("mmm", "right"), ("mtm", "left"), ("ttt", "left"), ("kkk", "center")])
def test_columns_of_a_transposed_table_stand_left_where_they_hold_texts(
    workspace: Path, kinds: str, align: str
) -> None:
    texts, parts = (
        {"m": "1.5", "t": "自研", "k": "√"},
        {"m": 'unit = "亿元"', "t": 'kind = "text"', "k": 'kind = "mark"'},
    )
    cells = ",".join(texts[kind] for kind in kinds)
    (workspace / "evidence/co.csv").write_text(f"name,a,b,c\n甲公司,{cells}\n乙公司,{cells}\n", "utf-8")
    heads = "".join(f'[columns.{name}]\nlabel = "列"\n{parts[kind]}\n' for name, kind in zip("abc", kinds, strict=True))
    top = 'title = "表"\norigin = "swsc"\nas_of = 2024-06-30\n[columns.name]\nlabel = "公司"\n'
    (workspace / "evidence/co.toml").write_text(top + heads, "utf-8")
    block = '```exhibit co\nkind = "plain"\ntitle = "表"\ndata = "co"\ntranspose = true\n```'
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", block)
    table = list(compose(workspace).document.exhibits())[-1].body
    assert isinstance(table, Table)
    assert [column.align for column in table.columns] == ["left", align, align]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("sum(co.v[甲公司:甲公司])", "5.25亿元"),
        ("sum(co.v[:])", "11.75亿元"),
        ("co.v[甲公司] - co.v[乙公司]", "-1.25亿元"),
        ("max(co.v[:])", "6.50亿元"),
        ("abs(co.v[甲公司] - co.v[乙公司])", "1.25亿元"),
        ("mean(co.v[:])", "5.9亿元"),  # no sum: 5.875
        ("co.v[甲公司] + co.w[甲公司]", "6.3亿元"),  # 5.25 + 1.0: not of one precision
        ("sum(co.n[:])", "25家"),
    ],
)
def test_a_sum_keeps_the_decimals_its_operands_agree_in(workspace: Path, expression: str, text: str) -> None:
    (workspace / "evidence/co.csv").write_text("name,v,w,n\n甲公司,5.25,1.0,12\n乙公司,6.50,2.0,13\n", "utf-8")
    columns = {"name": 'label = "公司"', "v": 'unit = "亿元"', "w": 'unit = "亿元"', "n": 'unit = "家"'}
    heads = "".join(
        f"[columns.{name}]\n{part}\n" + ('label = "列"\n' if name != "name" else "") for name, part in columns.items()
    )
    (workspace / "evidence/co.toml").write_text(f'title = "表"\norigin = "swsc"\nas_of = 2024-06-30\n{heads}', "utf-8")
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", f"- 结果{{{expression}}}。")
    assert f"结果{text}。" in paragraphs(workspace)


def test_several_rows_of_a_chart_may_stand_out(workspace: Path) -> None:
    block = (
        '```exhibit bright\nkind = "bar"\ntitle = "投资"\ndata = "grid"\ny = "state"\nhighlight = ["2023", "2020"]\n```'
    )
    change(workspace, "report/02-risks.md", "- 电网投资不及预期。", block)
    chart = list(compose(workspace).document.exhibits())[-1].body
    assert isinstance(chart, Chart)
    assert [plain(chart.categories[at].text) for at in chart.highlights] == ["2020", "2023"]
    change(workspace, "report/02-risks.md", '["2023", "2020"]', '["2023", "2030"]')
    assert any("`highlight` names rows that the exhibit does not show: 2030" in text for text in mistakes(workspace))
