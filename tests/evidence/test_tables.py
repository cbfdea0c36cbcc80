"""Evidence tables: facts with units and origins, computed cells, and every mistake at its place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from yanbao.evidence import Calculator, FollowOnError, Origin, disagreements, load_tables, table_names
from yanbao.fact.fact import Derivation, Fact, Source

ORIGINS = {"paper": Origin.model_validate({"text": "某报告"})}
HEAD = 'title = "表"\norigin = "paper"\nas_of = 2024-06-30\n'


def load(folder: Path, csv: str, toml: str, name: str = "t") -> tuple[dict[str, Fact], list[str], Calculator]:
    (folder / f"{name}.csv").write_text(csv, "utf-8")
    (folder / f"{name}.toml").write_text(HEAD + toml, "utf-8")
    evidence, pending = load_tables(folder, table_names(folder), ORIGINS, "zh")
    calculator = Calculator(evidence, pending, "zh")
    calculator.run()
    return evidence.facts, [str(mistake) for mistake in evidence.mistakes], calculator


MARKET = """period = "year"
[columns.year]
label = "年"
[columns.size]
label = "规模"
unit = "亿元"
line = 1938
[columns.growth]
label = "复合增速"
unit = "%"
"""


def test_a_cell_is_a_fact_with_its_unit_its_precision_its_lines_and_its_day(tmp_path: Path) -> None:
    facts, mistakes, _ = load(
        tmp_path, "year,size\n2022,1138.3\n", MARKET.replace('[columns.growth]\nlabel = "复合增速"\nunit = "%"\n', "")
    )
    assert not mistakes
    fact = facts["t.size@2022"]
    assert fact.quantity is not None
    assert (fact.quantity.value, fact.quantity.unit.symbol, fact.quantity.decimals) == (Fraction("1138.3"), "亿元", 1)
    assert (fact.quantity.interval.low, fact.quantity.interval.high) == (Fraction("1138.25"), Fraction("1138.35"))
    lineage = fact.lineage
    assert isinstance(lineage, Source)
    assert (lineage.file, lineage.file_line, lineage.origin, lineage.origin_line) == (
        "evidence/t.csv",
        2,
        "某报告",
        1938,
    )
    assert fact.period is not None
    assert fact.period.start.year == 2022


def test_a_printed_growth_rate_that_its_inputs_contradict_is_a_disagreement(tmp_path: Path) -> None:
    # the model report's line 1938 prints 26.7 %; (3019.0 / 1138.3) ** (1/4) - 1 is 27.6 %, four periods, not five
    csv = "year,size,growth\n2022,1138.3,\n2026,3019.0,26.7\n"
    toml = MARKET + '[[cells]]\nrow = "2026"\ncolumn = "growth"\ncompute = "cagr(size, size[2022])"\nline = 1938\n'
    facts, mistakes, calculator = load(tmp_path, csv, toml)
    assert not mistakes
    fact = facts["t.growth@2026"]
    assert fact.quantity is not None
    assert float(fact.quantity.value) == pytest.approx(100 * ((3019.0 / 1138.3) ** 0.25 - 1), rel=1e-12)
    lineage = fact.lineage
    assert isinstance(lineage, Derivation)
    assert lineage.relation == "cagr"
    assert lineage.inputs == ("t.size@2026", "t.size@2022")
    (found,) = disagreements(calculator.evidence)
    assert (found.computed.id, found.printed.id) == ("t.growth@2026", "printed:t.growth@2026")


def test_a_printed_value_within_rounding_is_no_disagreement(tmp_path: Path) -> None:
    csv = "year,size,growth\n2022,1138.3,\n2026,3019.0,27.6\n"
    toml = MARKET + '[[cells]]\nrow = "2026"\ncolumn = "growth"\ncompute = "cagr(size, size[2022])"\n'
    _, mistakes, calculator = load(tmp_path, csv, toml)
    assert not mistakes
    assert disagreements(calculator.evidence) == []


TOTALS = """[columns.part]
label = "部分"
[columns.value]
label = "数量"
unit = "家"
[columns.share]
label = "占比"
unit = "%"
compute = "value / sum(value[:])"
[rows.all]
role = "total"
[[cells]]
row = "all"
column = "value"
compute = "sum(value[:])"
"""


def test_totals_are_left_out_of_columns_and_counts_stay_exact(tmp_path: Path) -> None:
    # l.113 of the model report: 26 + 20 + 67 + 78 + 141 = 332
    csv = "part,value\n大于50%,26\n30%-50%,20\n10%-30%,67\n0%-10%,78\n小于0%,141\n"
    facts, mistakes, _ = load(tmp_path, csv, TOTALS)
    assert not mistakes
    total = facts["t.value@all"].quantity
    assert total is not None
    assert (total.value, total.is_exact, total.unit.symbol) == (332, True, "家")
    share = facts["t.share@小于0%"].quantity
    assert share is not None
    assert share.value == Fraction(141, 332) * 100
    assert "t.share@all" not in facts


def test_a_missing_operand_makes_the_cell_missing_with_the_reason(tmp_path: Path) -> None:
    toml = """period = "year"
[columns.year]
label = "年"
[columns.value]
label = "规模"
unit = "亿元"
missing = { "-" = "未披露" }
[columns.growth]
label = "同比"
unit = "%"
compute = "yoy(value, prev(value))"
"""
    facts, mistakes, _ = load(tmp_path, "year,value\n2020,-5.0\n2021,4.0\n2022,-\n2023,5.0\n", toml)
    assert not mistakes
    reasons = {key: fact.missing for key, fact in facts.items() if key.startswith("t.growth")}
    assert reasons["t.growth@2020"] == "无上期数据"
    assert "无意义" in (reasons["t.growth@2021"] or "")  # a base below 0
    assert reasons["t.growth@2022"] == "缺少 2022·规模"
    assert reasons["t.growth@2023"] == "缺少 2022·规模"
    assert facts["t.value@2022"].missing == "未披露"


def test_a_growth_over_two_years_is_not_year_on_year(tmp_path: Path) -> None:
    toml = """period = "year"
[columns.year]
label = "年"
[columns.value]
label = "规模"
unit = "亿元"
[columns.growth]
label = "同比"
unit = "%"
compute = "yoy(value, prev(value))"
"""
    _, mistakes, _ = load(tmp_path, "year,value\n2020,5.0\n2022,4.0\n", toml)
    assert len(mistakes) == 1
    assert "one year apart" in mistakes[0]


CASES = [
    (
        "unknown column in the CSV",
        "a,b,c\nx,1,2\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n",
        "evidence/t.csv:1: c:",
    ),
    (
        "ragged row",
        "a,b\nx,1\ny\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n",
        "evidence/t.csv:3: has 1 cells, the header 2",
    ),
    (
        "key twice",
        "a,b\nx,1\nx,2\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n",
        "evidence/t.csv:3: a: 'x' stands on line 2",
    ),
    (
        "word for a number",
        "a,b\nx,n.a.\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n",
        "evidence/t.csv:2: b: 'n.a.'",
    ),
    (
        "unknown unit",
        "a,b\nx,1\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nunit='亿圆'\n",
        "evidence/t.toml:8: columns.b.unit:",
    ),
    (
        "misspelt key",
        "a,b\nx,1\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nlabels='b'\n",
        "did you mean `label`?",
    ),
    (
        "unit of another dimension",
        "a,b\nx,5.3%\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nunit='亿元'\n",
        "evidence/t.csv:2: b: '5.3%'",
    ),
    (
        "unknown name",
        "a,b\nx,1\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n[columns.c]\nlabel='c'\ncompute='bb * 2'\n",
        "evidence/t.toml:10: c[x]: no column `bb` in table `t`; near: b",
    ),
    (
        "circle",
        "a,b\nx,1\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n[columns.c]\nlabel='c'\ncompute='d'\n[columns.d]\nlabel='d'\ncompute='c'\n",
        "depends on itself: t.c@x -> t.d@x -> t.c@x",
    ),
    (
        "nonsense units",
        "a,b,c\nx,1.0,2.0\n",
        "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nunit='亿元'\n[columns.c]\nlabel='c'\nunit='%'\n[columns.d]\nlabel='d'\ncompute='b + c'\n",
        "they cannot be added",
    ),
]


@pytest.mark.parametrize(("name", "csv", "toml", "message"), CASES, ids=[case[0] for case in CASES])
def test_a_mistake_is_reported_with_its_place(tmp_path: Path, name: str, csv: str, toml: str, message: str) -> None:
    _, mistakes, _ = load(tmp_path, csv, toml)
    assert len(mistakes) == 1, mistakes
    assert message in mistakes[0]


def test_prose_over_a_cell_that_failed_follows_on(tmp_path: Path) -> None:
    """The cell's own mistake is reported; what is computed of it adds none and does not break down."""
    toml = MARKET.replace('unit = "%"', 'unit = "%"\ncompute = "size + 1"')
    _, mistakes, calculator = load(tmp_path, "year,size\n2022,1138.3\n", toml)
    assert len(mistakes) == 1
    with pytest.raises(FollowOnError, match="could not be computed"):
        calculator.prose("t.growth[2022] / 2")


def test_an_origin_is_never_invented(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a\nx\n", "utf-8")
    (tmp_path / "t.toml").write_text('title="t"\norigin="nobody"\nas_of=2024-06-30\n[columns.a]\nlabel="a"\n', "utf-8")
    evidence, _ = load_tables(tmp_path, ["t"], ORIGINS, "zh")
    (mistake,) = evidence.mistakes
    assert (mistake.line, mistake.field) == (2, "origin")
    assert "known: paper" in mistake.cause


def test_a_gbk_file_is_named_as_such_and_a_bom_is_dropped(tmp_path: Path) -> None:
    toml = "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\n"
    (tmp_path / "t.toml").write_text(HEAD + toml, "utf-8")
    (tmp_path / "t.csv").write_bytes("a,b\n计算机,1\n".encode("gbk"))
    evidence, _ = load_tables(tmp_path, ["t"], ORIGINS, "zh")
    assert [(m.line, "GBK" in m.hint) for m in evidence.mistakes] == [(2, True)]
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + "a,b\n计算机,1\n".encode())
    evidence, _ = load_tables(tmp_path, ["t"], ORIGINS, "zh")
    assert not evidence.mistakes
    assert "t.b@计算机" in evidence.facts


def test_a_hostile_cell_stays_a_text(tmp_path: Path) -> None:
    toml = "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nkind='text'\n"
    facts, mistakes, _ = load(tmp_path, "a,b\nx,=cmd|' /C calc'!A0\ny,<script>1</script>\n", toml)
    assert not mistakes
    assert facts["t.b@x"].text == "=cmd|' /C calc'!A0"
    assert facts["t.b@y"].text == "<script>1</script>"


def test_a_number_as_long_as_no_report_prints_is_a_mistake(tmp_path: Path) -> None:
    toml = "[columns.a]\nlabel='a'\n[columns.b]\nlabel='b'\nunit='亿元'\n"
    _, mistakes, _ = load(tmp_path, f"a,b\nx,{'9' * 400}\ny,1.5\nz,{'9' * 400}亿元\n", toml)
    assert [
        ("t.csv:2" in each, "t.csv:4" in each, "more than 60 digits" in each, len(each) < 250) for each in mistakes
    ] == [
        (True, False, True, True),
        (False, True, True, True),
    ]
