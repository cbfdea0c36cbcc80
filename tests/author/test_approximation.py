"""An approximate cell prints its word wherever it is shown unchanged, in prose, tables and both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspaces import change, starter
from yanbao import build as building
from yanbao.author import compose
from yanbao.check.proof import prove
from yanbao.document.tree import Document, Span, Table, plain
from yanbao.errors import WorkspaceError

LINE = "- 2019年以来年均复合增速为{cagr(grid.total[2023], grid.total[2019]):.1}。"


def workspace(folder: Path, line: str, cell: str = "约4473") -> Path:
    """The starter with one approximate cell and a line about it."""
    made = starter(folder / "w")
    change(made, "evidence/grid.csv", "2019,4473.0,", f"2019,{cell},")
    change(made, "report/01-grid.md", LINE, line)
    return made


def spans(document: Document, fact: str = "grid.state@2019") -> list[Span]:
    """The numbers that show a fact, in paragraphs and then in tables."""
    found = [span for page in document.pages for part in page.paragraphs() for span in part.text]
    for exhibit in document.exhibits():
        if isinstance(exhibit.body, Table):
            found += [span for row in exhibit.body.rows for cell in row.cells for span in cell.text]
    return [span for span in found if span.fact == fact and span.kind == "number"]


def mistakes(folder: Path) -> str:
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "prose", "table"),
    [
        ("约4473", "约4473亿元", "约4,473"),
        ("近4473亿元", "近4473亿元", "近4,473"),
        ("超4473亿元", "超4473亿元", "超4,473"),
        ("4473余亿元", "4473余亿元", "4,473余"),
        ("4473余", "4473余亿元", "4,473余"),
        ("4473亿元以上", "4473亿元以上", "4,473以上"),
        ("4473以上", "4473亿元以上", "4,473以上"),
        ("4473左右", "4473亿元左右", "4,473左右"),
        ("不足4473亿元", "不足4473亿元", "不足4,473"),
        ("about 4473", "约4473亿元", "约4,473"),
        ("4473", "4473亿元", "4,473"),
    ],
)
def test_prose_and_tables_print_the_word_of_the_cell(tmp_path: Path, cell: str, prose: str, table: str) -> None:
    found = spans(compose(workspace(tmp_path, "- 国家电网{grid.state[2019]}。", cell)).document)
    assert [span.text for span in found] == [prose, table]


def test_the_interval_stays_and_computed_numbers_have_no_word(tmp_path: Path) -> None:
    document = compose(workspace(tmp_path, "- 国家电网{grid.state[2019]}。")).document
    fact = document.facts["grid.state@2019"]
    assert fact.approximation == "约"
    assert fact.quantity is not None
    assert (fact.quantity.interval.low, fact.quantity.interval.high) == (4472, 4474)
    total = document.facts["grid.total@2019"]
    assert total.approximation is None
    assert all("约" not in span.text for span in spans(document, "grid.total@2019"))


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("- 国家电网{grid.state[2019]: bare}。", "国家电网4473亿元。"),
        ("- 国家电网{grid.state[2019]: bare , .1}。", "国家电网4,473.0亿元。"),
        ("- 国家电网大约{grid.state[2019]}。", "国家电网大约4473亿元。"),
        ("- 国家电网约{grid.state[2019]}。", "国家电网约4473亿元。"),
        ("- 国家电网{grid.state[2019]}左右。", "国家电网4473亿元左右。"),
        ("- 低于{grid.state[2019]}。", "低于约4473亿元。"),
        ("- 节约{grid.state[2019]}。", "节约约4473亿元。"),
        ("- 国家电网{grid.state[2019]: .1 万亿元}。", "国家电网约0.4万亿元。"),
    ],
)
def test_the_format_bare_and_words_of_the_author(tmp_path: Path, line: str, printed: str) -> None:
    document = compose(workspace(tmp_path, line)).document
    assert printed in [plain(part.text) for page in document.pages for part in page.paragraphs()]


@pytest.mark.parametrize(
    ("line", "cell", "cause"),
    [
        ("- 超{grid.state[2019]}。", "约4473", "the text says 超, the cell 约"),
        ("- 国家电网{grid.state[2019]: .1 万亿元}。", "近4473", None),  # nearly 0.4 of 0.4473: rounded down
        ("- 国家电网{grid.state[2019]: .2 万亿元}。", "超4473", None),  # over 0.45 of 0.4473: rounded up
    ],
)
def test_a_word_that_would_be_false_is_a_mistake(tmp_path: Path, line: str, cell: str, cause: str | None) -> None:
    told = mistakes(workspace(tmp_path, line, cell))
    assert "report/01-grid.md:18: {grid.state[2019]" in told
    assert (cause or "is not what the cell says: show all its places, or `bare`") in told


def test_the_proof_holds(tmp_path: Path) -> None:
    line = "- 国家电网{grid.state[2019]}，次年{grid.state[2020]: bare}，南方电网不到{grid.southern[2019]}。"
    made = workspace(tmp_path, line)
    change(made, "evidence/grid.csv", "约4473,1060.0", "约4473,1060余")
    change(made, "evidence/grid.csv", "2020,4605.0,", "2020,近4605.0亿元,")
    built = building.build(made, tmp_path / "out")
    proof = prove(built.document, built.inputs, built.outputs)
    assert proof.ok, proof.to_text()


def test_english_words_stand_before_the_number(tmp_path: Path) -> None:
    made = workspace(tmp_path, "- State Grid {grid.state[2019]}.")
    built = building.build(made, tmp_path / "out", language="en", formats=("html", "pptx", "pdf"))
    assert [span.text for span in spans(built.document)] == ["about RMB 447.3bn", "about 447.3"]
    proof = prove(built.document, built.inputs, built.outputs)
    assert proof.ok, proof.to_text()


@pytest.mark.parametrize(
    ("fact_says", "span_says", "told"),
    [
        ("约", "4473亿元", "leaves out '约', with which the cell is printed"),
        ("约", "超4473亿元", "leaves out '约'"),
        ("近", "约4473亿元", "leaves out '近'"),
    ],
)
def test_a_document_that_drops_or_turns_the_word_breaks(
    tmp_path: Path, fact_says: str, span_says: str, told: str
) -> None:
    made = workspace(tmp_path, "- 国家电网{grid.state[2019]}。", f"{fact_says}4473亿元")
    building.build(made, tmp_path / "out", formats=("html",))
    path = tmp_path / "out" / "document.json"
    text = path.read_text("utf-8")
    assert text.count(f'"{fact_says}4473亿元"') == 1
    path.write_text(text.replace(f'"{fact_says}4473亿元"', f'"{span_says}"'), "utf-8")
    again = building.read_build(tmp_path / "out")
    found = [finding for finding in prove(again.document, again.inputs, ()).findings if finding.code == "approximation"]
    assert [told in finding.explanation for finding in found] == [True]


def test_evidence_that_lost_its_word_after_the_build_breaks(tmp_path: Path) -> None:
    made = workspace(tmp_path, "- 国家电网{grid.state[2019]}。")
    built = building.build(made, tmp_path / "out", formats=("html",))
    change(built.inputs, "evidence/grid.csv", "约4473", "4473")
    found = prove(built.document, built.inputs, built.outputs).findings
    assert [finding.code for finding in found] == ["evidence"]
    assert "printed with 约" in found[0].explanation
