"""`yanbao new --template record`: what a ledger and a store make of it, and what is left out."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rating.record_workspace import CALLS, NAMES, ledger, market
from yanbao import build as building
from yanbao.check.proof import prove
from yanbao.cli.commands import app
from yanbao.cli.record_template import RecordRequest, write_record
from yanbao.document.tree import Chart, plain
from yanbao.errors import BuildError, RatingError
from yanbao.rating import append, read_ledger


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    (folder / "market").mkdir()
    market(folder / "market")
    ledger(folder / "calls.csv")
    return folder


def _request(house: Path, folder: Path, calls: Path | None = None) -> RecordRequest:
    return RecordRequest(folder, calls or house / "calls.csv", house / "market", "zh", date(2024, 6, 28))


def test_it_builds_and_proves(house: Path, tmp_path: Path) -> None:
    made = write_record(_request(house, tmp_path / "w"))
    assert (made.as_of, made.left) == (date(2024, 6, 28), ())
    assert made.unnamed == tuple(sorted(NAMES.values()))
    build = building.build(tmp_path / "w", tmp_path / "out")
    proof = prove(build.document, build.folder / "inputs", [build.folder / f"report.{one}" for one in building.FORMATS])
    assert [f"{finding.code}: {finding.explanation}" for finding in proof.findings] == []
    kinds = {each.id: each.body.kind for each in build.document.exhibits() if isinstance(each.body, Chart)}
    assert kinds == {
        "by-horizon": "whiskers", "paths": "band", "calibration": "stacked", "calls": "calls", "eps": "whiskers",
    }  # fmt: skip
    texts = [plain(paragraph.text) for page in build.document.pages for paragraph in page.paragraphs()]
    assert "截至本报告日，评级台账共6次评级，其中3次已出结果，2次命中。" in texts


def test_the_ratings_are_those_of_the_ledger(house: Path, tmp_path: Path) -> None:
    write_record(_request(house, tmp_path / "w"))
    text = (tmp_path / "w" / "yanbao.toml").read_text("utf-8")
    bands = text[text.index("[[rating.company]]") : text.index("[[rating.sector]]")]
    assert [line for line in bands.splitlines() if line and not line.startswith("[[")] == [
        'name = { zh = "买入", en = "Buy" }', "above = 20",
        'name = { zh = "持有", en = "Hold" }', "above = 10", "up_to = 20",
        'name = { zh = "中性", en = "Neutral" }', "at_least = -10", "up_to = 10",
        'name = { zh = "回避", en = "Avoid" }', "at_least = -20", "below = -10",
        'name = { zh = "卖出", en = "Sell" }', "below = -20",
    ]  # fmt: skip
    assert "horizon_months = 12" in text


def test_pages_without_an_answer_are_left_out_and_told(house: Path, tmp_path: Path) -> None:
    rated = [entry for entry in read_ledger(house / "calls.csv").entries if entry.action != "estimate"]
    names = ("published", "security", "name", "rating", "policy", "benchmark", "horizon", "analyst")
    for entry in rated:
        append(tmp_path / "calls.csv", [type(entry)(**{name: getattr(entry, name) for name in names})])
    made = write_record(_request(house, tmp_path / "w", tmp_path / "calls.csv"))
    assert (tmp_path / "w" / "calls.csv").readlink() == Path("../calls.csv"), "a copy would be another record"
    assert [left.page for left in made.left] == ["eps", "eps_errors"]
    assert made.left[0].why == "the record has no rows for `forecasts`"
    assert not (tmp_path / "w" / "evidence" / "eps.toml").exists()
    assert "```exhibit eps" not in (tmp_path / "w" / "report" / "01-record.md").read_text("utf-8")


def test_what_cannot_be_made_is_refused_and_nothing_is_written(house: Path, tmp_path: Path) -> None:
    with pytest.raises(RatingError):
        write_record(_request(house, tmp_path / "w", tmp_path / "none.csv"))
    assert not (tmp_path / "w").exists()
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "yanbao.toml").write_text("", "utf-8")
    with pytest.raises(BuildError, match=r"holds yanbao\.toml already; nothing was written"):
        write_record(_request(house, tmp_path / "w"))


def test_the_command_needs_a_ledger(house: Path, tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["new", str(tmp_path / "w"), "--template", "record"])
    assert found.exit_code == 2
    given = ["--template", "record", "--calls", str(house / "calls.csv"), "--store", str(house / "market")]
    made = CliRunner().invoke(app, ["new", str(tmp_path / "w"), *given])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "w" / "report" / "en" / "01-record.md").is_file()
    with (house / "calls.csv").open(encoding="utf-8", newline="") as file:
        assert sum(row["rating"] != "" for row in csv.DictReader(file)) == len(CALLS)
