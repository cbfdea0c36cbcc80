"""Tables that ask a store: the small market, loaded once, asked by sidecars."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from sector.small_market import frames
from small_store import DAY, small_store
from workspaces import change, starter
from yanbao.author import compose
from yanbao.build import build, read_build
from yanbao.check.proof import prove
from yanbao.errors import WorkspaceError
from yanbao.evidence import StoreTables, load_tables

RANKING = """\
title = { zh = "涨跌幅", en = "Returns" }

[store]
exhibit = "ranking"
rows = "name"
options = { from = 2023-12-29, to = 2024-06-28 }

[columns.name]
label = { zh = "行业", en = "Sector" }

[columns.rank]
label = { zh = "排名", en = "Rank" }
kind = "exact"

[columns.return]
label = { zh = "涨跌幅", en = "Return" }
unit = "%"

[columns.relative]
label = { zh = "相对收益", en = "Relative return" }
unit = "pp"

[columns.double]
label = { zh = "两倍", en = "Twice" }
unit = "%"
compute = "return * 2"
"""

BUCKETS = """\
title = "增速分布"
period = "quarter"

[store]
exhibit = "growth-distribution"
rows = "period"
options = { sector = "甲业", from = 2023-12-31, to = 2024-03-31 }

[store.columns]
fast = { column = "n", where = { bucket = ">=50%" } }
falling = { column = "n", where = { bucket = "<0%" } }

[columns.period]
label = "报告期"

[columns.fast]
label = "50%以上"
unit = "家"

[columns.falling]
label = "下降"
unit = "家"
"""

PAGE = """
## 甲业{ranking.return[甲业] | 上涨/下跌}{ranking.return[甲业]: abs .1}，位列{ranking.rank[甲业]: 第}

```exhibit ranking
kind = "ranking"
title = "行业涨跌幅"
data = "ranking"
value = "return"
decimals = 1
```
"""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small market in a store."""
    return small_store(tmp_path_factory.mktemp("market"))


@pytest.fixture
def workspace(tmp_path: Path, store: Path) -> Path:
    """The starter with a table of the store and a page of it."""
    folder = starter(tmp_path / "w")
    copytree(store, tmp_path / "market")
    market = '[market]\nstore = "../market"\nnames = { "甲业" = "Alpha", "乙业" = "Beta", "沪深300" = "CSI 300" }\n\n'
    change(folder, "yanbao.toml", "[[analysts]]", f"{market}[[analysts]]")
    change(folder, "yanbao.toml", "as_of = 2024-06-30", "as_of = 2024-07-05")
    change(folder, "evidence/grid.toml", "as_of = 2024-06-30", "as_of = 2024-07-05")
    (folder / "evidence" / "ranking.toml").write_text(RANKING, "utf-8")
    chapter = folder / "report" / "01-grid.md"
    chapter.write_text(chapter.read_text("utf-8") + PAGE, "utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(WorkspaceError) as caught:
        compose(folder)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_the_answer_is_the_table(workspace: Path) -> None:
    """甲业 went from 50 to 40, 乙业 from 50 to 60, the benchmark from 100 to 230: by hand."""
    made = compose(workspace)
    rows = list(csv.reader(made.inputs["evidence/ranking.csv"].decode().splitlines()))
    assert rows[0] == ["name", "rank", "return", "relative"]
    assert [row[:3] for row in rows[1:]] == [["乙业", "1", "20.000000"], ["甲业", "2", "-20.000000"]]
    facts = made.document.facts
    level = {row[1]: row[2] for row in frames()["index_level"].filter(pl.col("code") == "000300.SH").rows()}
    benchmark = (level[dt.date(2024, 6, 28)] / level[dt.date(2023, 12, 29)] - 1) * 100
    assert float(rows[2][3]) == pytest.approx(-20 - benchmark, rel=1e-7)  # in pp: the unit of the sidecar
    own = facts["ranking.return@甲业"]
    assert own.as_of == DAY
    page = next(page for page in made.document.pages if page.id == "01-grid-4")
    (exhibit,) = page.exhibits()
    note = "".join(span.text for span in exhibit.note)
    assert "2个1级行业中2个参与排序" in note
    origin = "".join(span.text for span in exhibit.origin)
    assert origin.startswith("来源：small（至2024-06-28）")


def test_a_build_needs_the_store_and_its_proof_does_not(workspace: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "out", tmp_path / "again"
    build(workspace, first, formats=["html", "xlsx"])
    build(workspace, second, formats=["html", "xlsx"])
    for path in sorted(first.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name
    (tmp_path / "market" / "store.duckdb").unlink()
    made = read_build(first)
    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("evidence/ranking.csv", "-20.000000", "-21.000000", "evidence"),
        ("evidence/ranking.toml", "as_of = 2024-07-05", "as_of = 2024-07-04", "evidence"),
        ("evidence/ranking.toml", "small（至", "other（至", "evidence"),
        ("evidence/ranking.toml", "2个1级行业", "3个1级行业", "evidence"),
    ],
)
def test_a_snapshot_that_was_changed_breaks_the_proof(
    workspace: Path, tmp_path: Path, file: str, old: str, new: str, code: str
) -> None:
    build(workspace, tmp_path / "out", formats=["html"])
    change(tmp_path / "out" / "inputs", file, old, new)
    made = read_build(tmp_path / "out")
    proof = prove(made.document, made.inputs, made.outputs)
    assert not proof.ok
    assert code in {finding.code for finding in proof.findings}


def test_an_english_edition_names_what_the_store_names_in_chinese(workspace: Path) -> None:
    change(
        workspace,
        "yanbao.toml",
        'chapters = ["report/01-grid.md", "report/02-risks.md"]',
        'chapters = ["report/01-grid.md"]',
    )
    (workspace / "report" / "01-grid.md").write_text(
        "# 1 Market\n\n## Risks of the market\n<!-- page: kind=risks -->\n\n- Prices fall.\n\n## Alpha\n\n"
        '```exhibit ranking\nkind = "plain"\ntitle = "Returns"\ndata = "ranking"\ndecimals = 1\n```\n',
        "utf-8",
    )
    document = compose(workspace, language="en").document
    exhibit = next(exhibit for exhibit in document.exhibits() if exhibit.id == "ranking")
    assert [row.cells[0].text[0].text for row in exhibit.body.rows] == ["Beta", "Alpha"]  # type: ignore[union-attr]
    assert "2 of 2 groups of level 1 are ranked" in "".join(span.text for span in exhibit.note)


def test_one_column_of_the_exhibit_may_fill_several(workspace: Path) -> None:
    (workspace / "evidence" / "buckets.toml").write_text(BUCKETS, "utf-8")
    asked = StoreTables(workspace / "../market", DAY, {}, ("yanbao.toml", 1, "market.store"))
    evidence, _ = load_tables(workspace / "evidence", ["buckets"], {}, "zh", asked)
    asked.close()
    assert not evidence.mistakes
    assert evidence.tables["buckets"].rows == ["2023Q4", "2024Q1"]
    # 2023: C grew by 60 %, B fell by 5 %; 2024Q1: A by 50 % or more on its first report, B fell (by hand)
    found = {key: fact.quantity and int(fact.quantity.value) for key, fact in evidence.facts.items()}
    assert (found["buckets.fast@2023Q4"], found["buckets.falling@2023Q4"]) == (1, 1)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('exhibit = "ranking"', 'exhibit = "rankng"', "evidence/ranking.toml:4: store.exhibit: no exhibit `rankng`"),
        ("to = 2024-06-28", "too = 2024-06-28", "evidence/ranking.toml:6: store.options: ranking: no option `too`"),
        ("to = 2024-06-28", "to = 2030-06-28", "evidence/ranking.toml:6: store.options: 2030-06-28 is after"),
        ('rows = "name"', 'rows = "sector"', "evidence/ranking.toml:5: store.rows: `sector` is no column"),
        ("[columns.rank]", "[columns.ranks]", "evidence/ranking.toml:11: columns.ranks: ranking has no column `ranks`"),
        ('unit = "pp"', 'unit = "亿元"', "columns.relative: `relative` cannot be in 亿元"),
        ('rows = "name"\n', 'rows = "name"\nwhere = { code = "x" }\n', "no answer that fits `where`"),
        ("[columns.name]", "as_of = 2024-06-28\n\n[columns.name]", "as_of: is not a known key"),
    ],
)
def test_a_question_that_has_no_answer(workspace: Path, old: str, new: str, expected: str) -> None:
    change(workspace, "evidence/ranking.toml", old, new)
    assert any(expected in mistake for mistake in mistakes(workspace)), mistakes(workspace)


def test_all_mistakes_of_all_questions_come_at_once(workspace: Path) -> None:
    change(workspace, "evidence/ranking.toml", "{ from = 2023-12-29, to = 2024-06-28 }", "{ form = 1, too = 2 }")
    (workspace / "evidence" / "other.toml").write_text(RANKING.replace('"ranking"', '"movrs"'), "utf-8")
    found = mistakes(workspace)
    for part in ("no option `form`", "no option `too`", "needs `from`", "needs `to`", "no exhibit `movrs`"):
        assert any(part in mistake for mistake in found), (part, found)
    assert any("did you mean `movers`" in mistake for mistake in found)


def test_a_csv_beside_a_question_is_a_mistake(workspace: Path) -> None:
    (workspace / "evidence" / "ranking.csv").write_text("name\n甲业\n", "utf-8")
    (found,) = mistakes(workspace)
    assert found.startswith("evidence/ranking.csv:1: stands beside a sidecar that asks the store")


def test_a_question_without_a_store_is_a_mistake(workspace: Path) -> None:
    text = (workspace / "yanbao.toml").read_text("utf-8")
    start, end = text.index("[market]"), text.index("[[analysts]]")
    (workspace / "yanbao.toml").write_text(text[:start] + text[end:], "utf-8")
    (found,) = mistakes(workspace)
    assert found.startswith("evidence/ranking.toml:3: store: yanbao.toml names no store")
    change(workspace, "evidence/ranking.toml", "[store]\n", '[store]\ngap = "未载入行情，排名从缺"\n')
    change(workspace, "report/01-grid.md", PAGE.splitlines()[1], "## 行业排名")
    page = next(page for page in compose(workspace).document.pages if page.id == "01-grid-4")
    assert ["".join(span.text for span in block.text) for block in page.paragraphs()] == ["未载入行情，排名从缺"]


def test_an_exhibit_stands_only_where_the_stores_answer_does_not(workspace: Path) -> None:
    other = """
```exhibit instead
kind = "line"
without = "ranking"
title = "两网投资额"
data = "grid"
y = ["state"]
```
"""
    chapter = workspace / "report" / "01-grid.md"
    chapter.write_text(chapter.read_text("utf-8") + other, "utf-8")
    assert "instead" not in {exhibit.id for exhibit in compose(workspace).document.exhibits()}
    change(workspace, "report/01-grid.md", 'without = "ranking"', 'without = "grid"')
    (found,) = mistakes(workspace)
    assert "exhibit instead: `without` names `grid`, which is no table of a store" in found
    change(workspace, "report/01-grid.md", 'without = "grid"', 'without = "ranking"')
    text = (workspace / "yanbao.toml").read_text("utf-8")
    start, end = text.index("[market]"), text.index("[[analysts]]")
    (workspace / "yanbao.toml").write_text(text[:start] + text[end:], "utf-8")
    change(workspace, "evidence/ranking.toml", "[store]\n", '[store]\ngap = "未载入行情，排名从缺"\n')
    change(workspace, "report/01-grid.md", PAGE.splitlines()[1], "## 行业排名")
    assert "instead" in {exhibit.id for exhibit in compose(workspace).document.exhibits()}


def test_a_store_that_is_not_there_is_told_once(workspace: Path) -> None:
    change(workspace, "yanbao.toml", '"../market"', '"../elsewhere"')
    (workspace / "evidence" / "other.toml").write_text(RANKING, "utf-8")
    (found,) = mistakes(workspace)
    assert "yanbao.toml:" in found
    assert "market.store" in found
    assert "there is no store" in found


def test_a_day_after_the_last_load_is_a_mistake(workspace: Path) -> None:
    with pytest.raises(WorkspaceError, match="knows nothing after 2024-07-05"):
        compose(workspace, as_of=dt.date(2024, 7, 6))


def test_a_build_without_questions_loads_no_query_library(tmp_path: Path) -> None:
    folder = starter(tmp_path / "w")
    program = (
        "import sys; from pathlib import Path; from yanbao.author import compose;"
        f"compose(Path({str(folder)!r}));"
        "assert not {'ibis', 'duckdb', 'pandas', 'polars'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_report_of_another_day_does_not_ask_for_the_old_one_again(workspace: Path) -> None:
    for file in ("yanbao.toml", "evidence/grid.toml"):
        change(workspace, file, "as_of = 2024-07-05", "as_of = 2024-06-28")
    with pytest.raises(WorkspaceError) as raised:
        compose(workspace, as_of=DAY)
    assert "evidence/ranking.toml:6: store.options.to: `to` is 2024-06-28, the day in yanbao.toml" in str(raised.value)
    # a window that ends on another day than the report's is the author's own
    change(workspace, "yanbao.toml", "as_of = 2024-06-28", "as_of = 2024-06-29")
    assert compose(workspace, as_of=DAY).document.as_of == DAY


MOVERS = """\
title = { zh = "个股", en = "Shares" }

[store]
exhibit = "movers"
rows = "code"
label = "name"
where = { side = "best" }
options = { sector = "甲业", from = 2023-12-29, to = 2024-06-28 }

[columns.code]
label = { zh = "公司", en = "Company" }

[columns.return]
label = { zh = "涨跌幅", en = "Return" }
unit = "%"
"""

SHARES = """
## 个股

```exhibit movers
kind = "ranking"
title = "个股涨跌幅"
data = "movers"
value = "return"
decimals = 1
```
"""


def called(folder: Path, language: str, names: dict[str, str]) -> dict[str, str]:
    """What the rows of the movers are called in a language, by their code."""
    (folder / "evidence" / "movers.toml").write_text(MOVERS, "utf-8")
    asked = StoreTables(folder.parent / "market", DAY, names, ("yanbao.toml", 1, "market.store"))
    evidence, _ = load_tables(folder / "evidence", ["movers"], {}, language, asked)
    asked.close()
    assert evidence.mistakes == []
    table = evidence.tables["movers"]
    labels = {row: spec.label for row, spec in table.sidecar.rows.items()}
    assert table.is_listed
    return {row: label.get(language) or "" for row, label in labels.items() if label is not None}


def test_shares_are_called_as_they_are_listed(workspace: Path) -> None:
    """An English reader finds a share by its code; a name that nobody translated stays as it is listed."""
    listed = dict(frames()["security"].select("code", "name").rows())
    zh = called(workspace, "zh", {})
    first, *others = zh
    assert zh == {code: listed[code] for code in zh}
    en = called(workspace, "en", {"甲业": "Alpha", listed[first]: "First Software"})
    assert en == {first: f"{first} First Software"} | {code: f"{code} {listed[code]}" for code in others}
    assert others


def test_a_label_that_is_no_column_is_told_at_its_line(workspace: Path) -> None:
    (workspace / "evidence" / "movers.toml").write_text(MOVERS.replace('"name"', '"nam"'), "utf-8")
    chapter = workspace / "report" / "01-grid.md"
    chapter.write_text(chapter.read_text("utf-8") + SHARES, "utf-8")
    line = MOVERS.splitlines().index('label = "name"') + 1
    assert any(f"movers.toml:{line}" in text and "movers has not" in text for text in mistakes(workspace))
