"""Shenwan's classification: entries with their edition, groups with their names."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shared_data import shared
from source.conformance import SourceConformance, read_all
from yanbao.errors import SourceError
from yanbao.source.contract import Source
from yanbao.source.shenwan import ENTRIES, LEVEL1_2014, NAMES, Shenwan, source


@pytest.fixture(scope="module")
def batches() -> dict[str, dict[str, Any]]:
    return {batch["table"]: batch for batch in read_all(Shenwan(shared("data", "sw_classification")))}


@pytest.mark.parametrize(
    ("day", "count"), [(date(2014, 6, 30), 131), (date(2020, 12, 31), 263), (date(2024, 6, 30), 369)]
)
def test_computer_has_as_many_members_as_known(batches: dict[str, dict[str, Any]], day: date, count: int) -> None:
    last: dict[str, str] = {}
    for row in sorted(batches["membership"]["rows"], key=lambda row: row["entry"]):
        if row["entry"] <= day.isoformat():
            last[row["code"]] = row["industry"]
    assert sum(industry.startswith("71") for industry in last.values()) == count


def test_the_edition_follows_the_day(batches: dict[str, dict[str, Any]]) -> None:
    rows = batches["membership"]["rows"]
    assert {row["scheme"] for row in rows if row["entry"] >= "2021-07-30"} == {"sw2021"}
    early = [row for row in rows if "2014-01-01" <= row["entry"] < "2021-07-30"]
    # two entries of 2020 and 2021 carry a code that the edition of 2014 did not have
    assert Counter(row["scheme"] for row in early) == {"sw2014": 4036, "sw2021": 2}
    (loss,) = batches["membership"]["losses"]
    assert (loss.kind, loss.count) == ("defaulted", 2)


def test_groups_before_2014_that_ended_are_of_an_older_edition(batches: dict[str, dict[str, Any]]) -> None:
    older = {row["industry"][:2] for row in batches["membership"]["rows"] if row["scheme"] == "sw2011"}
    assert older == {"25", "26", "31", "32", "44", "47"}


def test_names_of_both_editions(batches: dict[str, dict[str, Any]]) -> None:
    groups = {(row["scheme"], row["industry"]): row for row in batches["industry"]["rows"]}
    assert groups["sw2021", "710000"]["name"] == groups["sw2014", "710000"]["name"] == "计算机"
    assert groups["sw2021", "710000"]["index_code"] == "801750.SI"
    assert (groups["sw2014", "450000"]["name"], groups["sw2021", "450000"]["name"]) == ("商业贸易", "商贸零售")
    assert groups["sw2021", "110101"]["parent"] == "110100"
    assert groups["sw2021", "110100"]["parent"] == "110000"
    levels = Counter((scheme, row["level"]) for (scheme, _), row in groups.items())
    assert levels["sw2021", 1] == 31
    assert levels["sw2014", 1] == len(LEVEL1_2014) == 28
    named = [row for (scheme, code), row in groups.items() if scheme == "sw2021" and row["name"] != code]
    assert len(named) == 511


def test_every_entry_leads_to_a_named_group_of_level_1(batches: dict[str, dict[str, Any]]) -> None:
    groups = {(row["scheme"], row["industry"]): row for row in batches["industry"]["rows"]}
    assert len(groups) == len(batches["industry"]["rows"])
    for row in batches["membership"]["rows"]:
        group = groups[row["scheme"], row["industry"]]
        while group["parent"] is not None:
            group = groups[row["scheme"], group["parent"]]
        assert group["level"] == 1
        assert group["name"] != group["industry"]
    (loss,) = batches["industry"]["losses"]
    assert loss.kind == "defaulted"
    assert loss.count == sum(row["name"] == row["industry"] for row in batches["industry"]["rows"])


def test_each_index_is_that_of_the_group_with_its_name(batches: dict[str, dict[str, Any]]) -> None:
    # by another route: the names that the index house prints beside its codes
    lines = shared("data", "sw_index", "sw_level1_snapshot_2026.csv").read_text("utf-8-sig").splitlines()[1:]
    printed = {line.split(",")[1]: f"{line.split(',')[0]}.SI" for line in lines}
    ours = {row["name"]: row["index_code"] for row in batches["industry"]["rows"] if row["index_code"]}
    assert ours == printed


def test_entries_are_days_even_where_a_cell_has_a_time(batches: dict[str, dict[str, Any]]) -> None:
    path = shared("data", "sw_classification", ENTRIES)
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    assert [row["entry"] for row in batches["membership"]["rows"]] == [str(cell[1])[:10] for cell in cells]


def test_a_workbook_of_other_columns_is_an_error(tmp_path: Path) -> None:
    folder = shared("data", "sw_classification")
    for ours, theirs in ((NAMES, ENTRIES), (ENTRIES, NAMES)):
        (tmp_path / ours).write_bytes((folder / theirs).read_bytes())
    with pytest.raises(SourceError, match="no column `一级行业名称`"):
        read_all(Shenwan(tmp_path))


def test_a_folder_without_the_workbooks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_all(source(tmp_path))


class TestShenwan(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return Shenwan(shared("data", "sw_classification"))
