"""[track] tables: the record of published calls in chapters, each figure worked out by hand in `record_workspace`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from rating.record_workspace import CALLS, A, market, record
from workspaces import change
from yanbao import build as building
from yanbao.author import compose
from yanbao.author.models import compute_models
from yanbao.check.proof import prove
from yanbao.document.tree import Chart, Exhibit, Table, plain
from yanbao.errors import WorkspaceError
from yanbao.rating import Entry, append

QUESTIONS = {
    "score": 'table = "scorecard"\nby = "rating"',
    "horizons": 'table = "horizons"',
    "paths": 'table = "paths"',
    "calibration": 'table = "calibration"',
    "marks": 'table = "timeline"',
    "forecasts": 'table = "forecasts"',
    "misses": 'table = "estimate-errors"',
    "method": 'table = "notes"',
}
PAGES = """
## 我们的评级做得怎样

截至本报告日，共{score.calls[all]: .0}次评级，其中{score.n[all]: .0}次已出结果，命中率{score.hit_rate[all]: .1}。

```exhibit card
kind = "plain"
title = "按评级的成绩"
data = "score"
columns = ["group", "calls", "n", "hit_rate", "base_rate", "random_low", "random_high", "mean"]
decimals = { calls = 0, n = 0, hit_rate = 1, base_rate = 1, random_low = 1, random_high = 1, mean = 1 }
```

```exhibit chance
kind = "whiskers"
title = "命中率与随机选股"
data = "horizons"
ends = ["random_low", "random_high"]
y = ["hit_rate", "base_rate"]
decimals = 1
```

## 路径

```exhibit way
kind = "fan"
title = "建仓后的相对收益"
data = "paths"
ends = ["lower", "upper"]
value = "median"
decimals = 1
```

## 校准

```exhibit bands
kind = "stacked"
title = "评级与实现"
data = "calibration"
y = ["share_1", "share_3"]
decimals = 0
```

## 历次评级

```exhibit when
kind = "calls"
title = "历次评级及其结果"
data = "marks"
when = "published"
lane = "name"
by = "outcome"
```

```exhibit list
kind = "plain"
title = "历次评级"
data = "marks"
columns = ["name", "rating", "published", "relative_return", "realised", "outcome"]
decimals = { relative_return = 1 }
```

## 预测

```exhibit eps
kind = "whiskers"
title = "每股收益预测与实际"
data = "forecasts"
ends = ["low", "high"]
y = ["median", "actual"]
decimals = 2
```

```exhibit misses
kind = "plain"
title = "预测误差"
data = "misses"
decimals = { n = 0, lower = 1, median = 1, upper = 1, mean = 1, mean_absolute = 1 }
```

## 方法

```exhibit method
kind = "plain"
title = "评分方法"
data = "method"
widths = { note = 12 }
```
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return market(tmp_path_factory.mktemp("market"))


@pytest.fixture
def workspace(store: Path, tmp_path: Path) -> Path:
    return record(tmp_path / "w", store, QUESTIONS, PAGES)


@pytest.fixture(scope="module")
def built(store: Path, tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("record")
    return building.build(record(folder / "w", store, QUESTIONS, PAGES), folder / "out")


def _rows(built: building.Build, name: str) -> list[dict[str, str]]:
    text = (built.folder / "inputs" / "evidence" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _of(rows: list[dict[str, str]], column: str) -> list[float | None]:
    return [None if row[column].startswith("(") else float(row[column]) for row in rows]


def _exhibit(built: building.Build, name: str) -> Exhibit:
    return next(exhibit for exhibit in built.document.exhibits() if exhibit.id == name)


def _chart(built: building.Build, name: str) -> Chart:
    body = _exhibit(built, name).body
    assert isinstance(body, Chart)
    return body


def test_it_proves_without_store_and_ledger(built: building.Build) -> None:
    files = [built.folder / f"report.{name}" for name in building.FORMATS]
    proof = prove(built.document, built.folder / "inputs", files)
    assert [f"{finding.code}: {finding.explanation}" for finding in proof.findings] == []


def test_each_call_has_its_row_its_outcome_and_its_line_of_the_ledger(built: building.Build) -> None:
    rows = _rows(built, "marks")
    assert [row["call"] for row in rows] == [f"C{at:05d}" for at in range(1, len(CALLS) + 1)]
    assert _of(rows, "relative_return") == [25.0, -5.0, 32.5, None, None, None]
    assert [row["outcome"] for row in rows] == ["命中", "未命中", "命中", "无价格", "期内", "期内"]
    assert [row["realised"] for row in rows[:3]] == ["买入", "中性", "买入"]
    assert [row["fate"] for row in rows] == ["维持", "有效", "下调", "有效", "有效", "有效"]
    assert [row["fate_day"] for row in rows[:3]] == ["2023-07-03", "—", "2024-03-11"]
    # eight entries below a head: the first call's forecast stands on line 3, its second call's on line 8
    assert [row["line"] for row in rows] == ["2", "4", "5", "6", "7", "9"]
    assert "第2、4—7、9行" in plain(_exhibit(built, "when").origin)


def test_groups_stand_in_the_policy_s_order_and_all_at_the_foot(built: building.Build) -> None:
    table = _exhibit(built, "card").body
    assert isinstance(table, Table)
    texts = [[plain(cell.text) for cell in row.cells] for row in table.rows]
    assert [row[:4] for row in texts] == [
        ["买入", "4", "2", "100.0%"],
        ["中性", "1", "0", "—"],
        ["持有", "1", "1", "0.0%"],
        ["全部", "6", "3", "66.7%"],
    ]
    assert table.rows[-1].role == "total"
    assert [row[-1] for row in texts] == ["28.8%", "—", "-5.0%", "17.5%"], "25 and 32.5; -5; their mean"
    note = plain(_exhibit(built, "card").note)
    assert note.startswith(
        "注：6次评级（发布于6个月份），3次有结果；期内2次；无价格1次；期限为评级自身期限；以发布后首个交易日收盘建仓"
    )
    assert note.endswith("样本太少，不足以下结论：买入、中性、持有、全部")
    assert "评级台账calls.csv（8条，末条哈希" in plain(_exhibit(built, "card").origin)
    assert plain(_exhibit(built, "card").as_of) == "截至2024年6月30日"


def test_prose_binds_figures_of_the_record(built: building.Build) -> None:
    texts = [plain(paragraph.text) for page in built.document.pages for paragraph in page.paragraphs()]
    assert "截至本报告日，共6次评级，其中3次已出结果，命中率66.7%。" in texts


def test_forecasts_stand_beside_what_came(built: building.Build) -> None:
    chart = _chart(built, "eps")
    assert [plain(category.text) for category in chart.categories] == ["甲科技2023"]
    values = {plain(series.name): float(series.points[0].value or 0) for series in chart.series}
    assert values == {"最低预测": 1.0, "最高预测": 1.2, "预测中位数": 1.1, "实际每股收益": pytest.approx(1.1)}
    (row,) = _rows(built, "misses")
    # 1.00 and 1.20 against 110 / 100 = 1.10
    assert [float(row[name]) for name in ("median", "mean_absolute")] == [
        pytest.approx(0, abs=1e-6),
        pytest.approx(100 / 11),
    ]
    assert "2个每股收益预测，2个已有实际值" in plain(_exhibit(built, "eps").note)


def test_paths_and_calibration(built: building.Build) -> None:
    rows = _rows(built, "paths")
    # after one month nothing had moved; after twelve, three calls: 25, -5 and 32.5
    assert (_of(rows, "median")[1], _of(rows, "median")[12], rows[12]["n"]) == (0.0, 25.0, "3")
    assert _of(rows, "lower")[12] == 10.0, "half way from -5 to 25"
    chart = _chart(built, "way")
    assert (chart.kind, [series.mark for series in chart.series]) == ("band", ["area", "area", "line"])
    rated = {row["rated"]: row for row in _rows(built, "calibration")}
    assert (rated["买入"]["count_1"], rated["买入"]["share_1"]) == ("2", "100.00000")
    assert (rated["持有"]["count_3"], rated["持有"]["share_3"]) == ("1", "100.00000")


def test_an_english_edition_speaks_english(workspace: Path, tmp_path: Path) -> None:
    pages = PAGES
    for zh, en in {
        "截至本报告日，共{score.calls[all]: .0}次评级，其中{score.n[all]: .0}次已出结果，命中率{score.hit_rate[all]: .1}。":
            "Of {score.calls[all]: .0} calls {score.n[all]: .0} have an outcome; {score.hit_rate[all]: .1} were hits.",
        "我们的评级做得怎样": "How our calls did", "按评级的成绩": "Record by rating", "命中率与随机选股": "Hits and chance",
        "路径": "Paths", "校准": "Calibration", "建仓后的相对收益": "Relative return after entry", "评级与实现": "Rated and realised",
        "历次评级及其结果": "Calls and what they came to", "历次评级": "Calls", "## 预测": "## Forecasts", "## 方法": "## Method",
        "每股收益预测与实际": "EPS", "预测误差": "Errors of forecasts", "评分方法": "How it was measured",
    }.items():  # fmt: skip
        pages = pages.replace(zh, en)
    (workspace / "report" / "en").mkdir()
    (workspace / "report" / "en" / "01.md").write_text("# 1 Record\n" + pages, "utf-8")
    risks = "## Risks\n<!-- page: kind=risks -->\n\nPast calls say little about later ones.\n"
    (workspace / "report" / "en" / "02.md").write_text("# 2 Risks\n" + risks, "utf-8")
    change(
        workspace, "yanbao.toml", 'chapters = ["report/01-grid.md", "report/02-risks.md"]',
        'chapters = { zh = ["report/01-grid.md", "report/02-risks.md"], en = ["report/en/01.md", "report/en/02.md"] }',
    )  # fmt: skip
    made = building.build(workspace, tmp_path / "out", language="en")
    proof = prove(made.document, made.folder / "inputs", [made.folder / f"report.{name}" for name in building.FORMATS])
    assert [f"{finding.code}: {finding.explanation}" for finding in proof.findings] == []
    chart = _chart(made, "when")
    assert [plain(series.name) for series in chart.series] == ["Published", "hit", "miss", "no price", "open"]
    assert [tick.text for tick in chart.y_axis.ticks] == ["", "Delta Data", "Gamma AI", "Beta Soft", "Alpha Tech", ""]
    note = plain(_exhibit(made, "card").note)
    assert note.startswith("Note: 6 calls published in 6 months, 3 with an outcome; 2 open; 1 no price;")


def test_what_came_after_the_day_is_not_known_on_it(workspace: Path) -> None:
    text = compute(workspace, as_of="2023-06-30")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["call"] for row in rows] == ["C00001", "C00002", "C00003", "C00004"]
    assert {row["outcome"] for row in rows} == {"期内"}
    assert [row["fate"] for row in rows] == ["有效"] * 4, "the rating of July is not known in June"


def compute(workspace: Path, as_of: str | None = None) -> str:
    if as_of is not None:
        change(workspace, "yanbao.toml", "as_of = 2024-06-30", f"as_of = {as_of}")
    evidence = compute_models(workspace).calculator.evidence
    assert [mistake for mistake in evidence.mistakes if "marks" in mistake.file] == []
    return evidence.kept["evidence/marks.csv"]


def test_a_new_entry_of_the_ledger_is_answered_anew(workspace: Path) -> None:
    before = compute(workspace)
    withdrawn = Entry(published=date(2024, 6, 3), action="withdraw", security=A, reason="分析师离任")
    append(workspace / "calls.csv", [withdrawn])
    after = list(csv.DictReader(io.StringIO(compute(workspace))))
    assert [row["fate"] for row in csv.DictReader(io.StringIO(before))][4] == "有效"
    assert (after[4]["fate"], after[4]["fate_day"]) == ("撤回", "2024-06-03")


def _drop_ledger(workspace: Path) -> None:
    change(workspace, "yanbao.toml", '\n[ledger]\nbenchmark = "000300.SH"\n', "")


def _drop_file(workspace: Path) -> None:
    (workspace / "calls.csv").unlink()


def _break_chain(workspace: Path) -> None:
    change(workspace, "calls.csv", "300003.SZ,丙智能,中性", "300003.SZ,丙智能,买入")


def _own_column(workspace: Path) -> None:
    path = workspace / "evidence" / "marks.toml"
    path.write_text(path.read_text("utf-8") + '\n[columns.mine]\nlabel = "x"\n', "utf-8")


@pytest.mark.parametrize(
    ("spoil", "causes"),
    [
        (_drop_ledger, ["evidence/calibration.toml:3: track: yanbao.toml names no ledger", "1 mistake;"]),
        (_drop_file, ["evidence/calibration.toml:3: track: ", "1 mistake;"]),
        (_break_chain, ["calls.csv:9: entry 8"]),
        (_own_column, ["evidence/marks.toml:6: columns.mine: has no `compute`"]),
        (
            lambda workspace: change(workspace, "evidence/marks.toml", '"timeline"', '"timelines"'),
            ["evidence/marks.toml:4: track.table"],
        ),
        (
            lambda workspace: change(
                workspace, "evidence/marks.toml", '"timeline"', '"timeline"\nbenchmark = "399999.SZ"'
            ),
            ["evidence/marks.toml", "399999.SZ"],
        ),
        (
            lambda workspace: change(
                workspace, "evidence/forecasts.toml", '"forecasts"', '"forecasts"\nmeasure = "revenue"'
            ),
            ["evidence/forecasts.toml", "the record has no rows for `forecasts`"],
        ),
    ],
)
def test_mistakes_have_their_place(workspace: Path, spoil: Callable[[Path], None], causes: list[str]) -> None:
    spoil(workspace)
    with pytest.raises(WorkspaceError) as caught:
        compose(workspace)
    for cause in causes:
        assert cause in str(caught.value), str(caught.value)


def test_a_figure_that_was_changed_in_the_inputs_is_found(built: building.Build, tmp_path: Path) -> None:
    inputs = Path(copytree(built.folder / "inputs", tmp_path / "inputs"))
    change(inputs, "evidence/marks.csv", "32.500000", "42.500000")
    findings = prove(built.document, inputs, [built.folder / "report.html"]).findings
    told = [finding.explanation for finding in findings]
    assert any("row C00003, column relative_return says '42.500000'" in each for each in told), told


def test_without_a_store_the_gap_stands_in_its_place(workspace: Path) -> None:
    path = workspace / "yanbao.toml"
    text = path.read_text("utf-8")
    start, end = text.index("\n[market]"), text.index("\n[ledger]")
    path.write_text(text[:start] + text[end:], "utf-8")
    for name, keys in QUESTIONS.items():
        change(workspace, f"evidence/{name}.toml", keys, f'{keys}\ngap = "未载入行情，从缺"')
    chapter = workspace / "report" / "01-grid.md"
    kept = "\n".join(line for line in chapter.read_text("utf-8").splitlines() if "score.calls" not in line)
    chapter.write_text(kept + "\n", "utf-8")
    document = compose(workspace).document
    texts = [plain(paragraph.text) for page in document.pages for paragraph in page.paragraphs()]
    assert texts.count("未载入行情，从缺") == 9
