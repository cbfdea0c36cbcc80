"""Mappings: every mistake at its line and all at once; what a mapping does to the rows of a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from source.conformance import SourceConformance, read_all
from yanbao.errors import SourceError, WorkspaceError
from yanbao.source.contract import Source
from yanbao.source.file_source import FileSource
from yanbao.source.mapping_file import parse_mapping, read_mappings
from yanbao.store import Store, load

STATEMENT = """
    table = "statement"
    source = "test"
    files = "data.csv"
    constants = { basis = "ytd", line = "revenue" }
    [columns]
    code = "code"
    period = "period"
    published = "published"
    value = { from = "value", unit = "万元" }
"""


def source(folder: Path, mapping: str, **files: str) -> FileSource:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(dedent(text).lstrip(), "utf-8")
    return FileSource(parse_mapping(folder / "m.toml", dedent(mapping)))


def only(folder: Path, mapping: str, **files: str) -> dict[str, Any]:
    (batch,) = read_all(source(folder, mapping, **files))
    return batch


def values(batch: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in batch["rows"]]


def lost(batch: dict[str, Any]) -> dict[str, int]:
    return {f"{loss.kind}: {loss.reason}": loss.count for loss in batch["losses"]}


def test_all_mistakes_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text(
        dedent("""\
        table = "statement"
        source = "test"
        files = "../data.csv"
        constants = { basis = "ytd" }
        [columns]
        code = "code"
        perod = "period"
        value = { from = "value", unit = "股" }
        [computed.x]
        formula = "{a} +"
        [[drop]]
        column = "code"
        matches = '(['
        reason = "x"
        """),
        "utf-8",
    )
    second.write_text('table = "prices"\nsource = "x"\nfiles = "a.csv"\nheaders = 2\n', "utf-8")
    with pytest.raises(WorkspaceError) as error:
        read_mappings([first, second, tmp_path / "none.toml"])
    told = "\n".join(str(mistake) for mistake in error.value.mistakes)
    for expected in (
        "a.toml:3: files: `../data.csv` leads out of the folder",
        "a.toml:7: columns.perod: `perod` is no column of statement\n    hint: did you mean `period`?",
        "a.toml:8: columns.value.unit: '股' (share)",
        "a.toml:10: computed.x.formula:",
        "a.toml:13: drop.0.matches: is no regular expression",
        "a.toml:5: columns: `line` of statement is not given",
        "a.toml:5: columns: `published` of statement is not given",
        "b.toml:4: headers: is not a known key\n    hint: did you mean `header`?",
        "none.toml: cannot be read",
    ):
        assert expected in told


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('table = "prices"', "`prices` is no table\n    hint: did you mean `price`?"),
        ("most_refused = 1", "less than 1"),
        ("missing = 3", "missing"),
        ('published = { after = "period", reason = "x" }', "needs one of `trading_days`, `days` and `deadline`"),
        ('published = { after = "period", days = 3, reason = "x" }', "`published` is given twice"),
        ('constants = { basis = "{year}" }', "{year} is no group of `file_name`"),
        ("header = 0", "greater than or equal to 1"),
        ("# ASK: which day?", "is not answered: which day?"),
    ],
)
def test_a_mistake(tmp_path: Path, line: str, cause: str) -> None:
    text = dedent(STATEMENT).lstrip()
    key = line.split(" =")[0]
    head, columns = text.split("[columns]")
    kept = [old for old in head.split("\n") if not old.startswith(f"{key} =")]
    with pytest.raises(WorkspaceError) as error:
        parse_mapping(tmp_path / "m.toml", "\n".join([line, *kept]) + "[columns]" + columns)
    assert cause in str(error.value)


DATA = """
    code,period,published,value
    600519,2023,2024-04-03,"15,056,000.00"
    000001,2023年报,20240315,16470.5
    300033,2023-12-31,2024/2/27,--
"""


def test_columns_units_days_and_codes(tmp_path: Path) -> None:
    batch = only(tmp_path, "missing = ['', '--']" + STATEMENT, data=DATA)
    assert values(batch, "code", "period", "published", "value", "_row") == [
        ("600519", date(2023, 12, 31), date(2024, 4, 3), 150_560_000_000.0, 2),
        ("000001", date(2023, 12, 31), date(2024, 3, 15), 164_705_000.0, 3),
        ("300033", date(2023, 12, 31), date(2024, 2, 27), None, 4),
    ]


def test_a_row_that_cannot_be_right_is_refused_by_the_store_with_its_place(tmp_path: Path) -> None:
    bad = DATA + "    600000,2023,soon,12x\n"
    made = source(tmp_path, "missing = ['', '--']\nmost_refused = 0.9" + STATEMENT, data=bad)
    report = load(tmp_path / "store", made.batches(), source="test", most_refused=made.most_refused)
    told = {(one.row, one.field, one.value) for one in report.files[0].refusals}
    assert {(5, "published", "soon"), (5, "value", "12x"), (4, "value", None)} <= told
    with Store.open(tmp_path / "store") as store:
        assert sorted(store.table("statement").select("code").to_pyarrow().to_pydict()["code"]) == [
            "000001.SZ",
            "600519.SH",
        ]


def test_a_vendor_that_renames_its_columns_is_an_error_that_names_them(tmp_path: Path) -> None:
    made = source(tmp_path, STATEMENT, data=DATA.replace("published", "publish_date").replace(",value", ",amount"))
    report = load(tmp_path / "store", made.batches(), source="test")
    assert report.files[0].status == "failed"
    assert "no column `published`; did you mean `publish_date`?" in report.files[0].cause
    assert "no column `value`" in report.files[0].cause


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("", "utf-8")
    (tmp_path / "b.csv").write_text(dedent(DATA).lstrip().replace("--", "1"), "utf-8")
    made = source(tmp_path, STATEMENT.replace("data.csv", "*.csv"))
    report = load(tmp_path / "store", made.batches(), source="test")
    assert [file.status for file in report.files] == ["failed", "loaded"]
    assert "a.csv: is empty" in report.files[0].cause


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file `data.csv`"):
        list(source(tmp_path, STATEMENT).batches())


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out.csv"
    inside.mkdir()
    outside.write_text("code\n", "utf-8")
    (inside / "data.csv").symlink_to(outside)
    with pytest.raises(SourceError, match="leads out of"):
        list(source(inside, STATEMENT).batches())


def test_the_digest_changes_with_the_mapping_the_file_and_its_name(tmp_path: Path) -> None:
    digests = {only(tmp_path, STATEMENT, data=DATA)["digest"]}
    digests.add(only(tmp_path, STATEMENT.replace("万元", "亿元"), data=DATA)["digest"])
    digests.add(only(tmp_path, STATEMENT.replace("data.csv", "other.csv"), other=DATA)["digest"])
    digests.add(only(tmp_path, STATEMENT, data=DATA.replace("16470.5", "16470.6"))["digest"])
    assert len(digests) == 4


def test_a_wide_file_becomes_rows_and_empty_cells_are_counted(tmp_path: Path) -> None:
    mapping = """
        table = "index_level"
        source = "test"
        files = "data.csv"
        code = { exchange = "SI" }
        columns = { day = "date" }
        melt = { into = "code", value = "close", pattern = '^(80[0-9]{4})$' }
    """
    batch = only(tmp_path, mapping, data="date,801010,801750,note\n2024-06-28,2500.1,3170.7,x\n2024-06-27,,3175.11,\n")
    assert values(batch, "code", "day", "close", "_row") == [
        ("801010.SI", date(2024, 6, 28), 2500.1, 2),
        ("801750.SI", date(2024, 6, 28), 3170.7, 2),
        ("801750.SI", date(2024, 6, 27), 3175.11, 3),
    ]
    assert lost(batch) == {"dropped: no value": 1}


def test_computed_columns_have_no_value_where_there_is_no_answer(tmp_path: Path) -> None:
    mapping = """
        table = "valuation"
        source = "test"
        files = "data.csv"
        constants = { source = "x" }
        columns = { code = "code", day = "day", float_value = "float_value" }
        [computed]
        float_value = { formula = "{amount} / {turn}", units = { turn = "%" } }
    """
    data = "code,day,amount,turn\n600519,2024-06-28,500,2\n600000,2024-06-28,500,0\n000001,2024-06-28,,2\n"
    assert values(only(tmp_path, mapping, data=data), "float_value") == [(25_000.0,), (None,), (None,)]
    broken = source(tmp_path, mapping, data=data.replace("500,0", "5oo,0"))
    with pytest.raises(SourceError, match="row 3: `amount` holds '5oo', which is no number"):
        read_all(broken)


def test_rows_that_do_not_belong_are_counted_with_their_reason(tmp_path: Path) -> None:
    drops = """
    [[drop]]
    column = "code"
    matches = '^sh\\.000'
    reason = "an index"
    [[drop]]
    column = "value"
    missing = true
    reason = "empty"
    [[drop]]
    column = "code"
    is = ["合计"]
    reason = "a sum"
    """
    data = DATA + "    sh.000300,2023,2024-01-01,1\n    合计,2023,2024-01-01,1\n"
    batch = only(tmp_path, "missing = ['', '--']" + STATEMENT + drops, data=data)
    assert values(batch, "code") == [("600519",), ("000001",)]
    assert lost(batch) == {"dropped: an index": 1, "dropped: empty": 1, "dropped: a sum": 1}


@pytest.mark.parametrize(("share", "status"), [("0.5", "loaded"), ("0.3", "failed")])
def test_more_rows_left_out_than_declared_refuse_the_file(tmp_path: Path, share: str, status: str) -> None:
    drops = """
    [[drop]]
    column = "value"
    matches = '^(--|1647)'
    reason = "too small"
    """
    made = source(tmp_path, f"most_dropped = {share}" + STATEMENT + drops, data=DATA + "    600000,2023,2024-03-01,1\n")
    (file,) = load(tmp_path / "store", made.batches(), source="test").files
    assert file.status == status
    assert ("2 of 4 rows are left out, more than 30.00%\n  2: too small" in file.cause) is (status == "failed")


JOINED = (
    STATEMENT.replace('published = "published"', 'published = "announced"')
    + """
    [[join]]
    file = "days.csv"
    on = { code = "stock", period = "year" }
    codes = ["code"]
    days = ["period"]
    take = { announced = "announced" }
"""
)
DAYS = "stock,year,announced\nsh.600519,2023-12-31,2024-04-03\nSZ000001,2023,2024-03-15\n"


def test_a_join_finds_codes_and_periods_in_any_form(tmp_path: Path) -> None:
    batch = only(tmp_path, JOINED, data=DATA, days=DAYS)
    assert values(batch, "published") == [(date(2024, 4, 3),), (date(2024, 3, 15),), (None,)]
    batch = only(tmp_path, JOINED + '    unmatched = "never announced"\n', data=DATA, days=DAYS)
    assert len(batch["rows"]) == 2
    assert lost(batch) == {"dropped: never announced": 1}


def test_partners_that_differ_are_an_error_until_one_is_picked(tmp_path: Path) -> None:
    twice = DAYS + "600519,2023,2024-04-09\n"
    with pytest.raises(SourceError, match="1 keys have rows that differ"):
        read_all(source(tmp_path, JOINED, data=DATA, days=twice))
    batch = only(tmp_path, JOINED + '    pick = { announced = "greatest" }\n', data=DATA, days=twice)
    assert values(batch, "published")[0] == (date(2024, 4, 9),)
    assert [loss.kind for loss in batch["losses"]] == ["duplicate"]


def test_a_joined_file_that_changes_is_loaded_again(tmp_path: Path) -> None:
    first = only(tmp_path, JOINED, data=DATA, days=DAYS)["digest"]
    assert only(tmp_path, JOINED, data=DATA, days=DAYS.replace("04-03", "04-02"))["digest"] != first


def test_changes_of_an_index_become_intervals(tmp_path: Path) -> None:
    mapping = """
        table = "index_membership"
        source = "test"
        files = "data.csv"
        constants = { index = "000300.SH" }
        code = { zeros = 6 }
        columns = { code = "code" }
        events = { by = "code", day = "day", kind = "way", entry = "in", exit = "out" }
    """
    data = """
        day,code,way
        2014/6/16,527,out
        2014/6/16,333,in
        2015/6/15,333,out
        2016/6/13,333,in
        2016/6/13,600519,in
        2017/6/12,600519,in
        2018/6/11,1,kept
    """
    batch = only(tmp_path, mapping, data=data)
    assert values(batch, "code", "entry", "exit", "_row") == [
        ("000333", date(2014, 6, 16), date(2015, 6, 15), 3),
        ("000333", date(2016, 6, 13), None, 5),
        ("600519", date(2016, 6, 13), None, 6),
    ]
    assert lost(batch) == {
        "dropped: an exit whose entry is before the list began": 1,
        "dropped: a second entry without an exit between": 1,
        "dropped: neither in nor out": 1,
    }


def test_duplicates_are_left_out_and_counted(tmp_path: Path) -> None:
    rule = '    [duplicates]\n    by = ["code"]\n    keep = "last"\n    reason = "corrected further down"\n'
    data = DATA.replace("--", "1") + "    600519,2023,2024-04-03,1\n"
    batch = only(tmp_path, STATEMENT + rule, data=data)
    assert values(batch, "code", "value") == [("000001", 164_705_000.0), ("300033", 10_000.0), ("600519", 10_000.0)]
    assert lost(batch) == {"duplicate: corrected further down": 1}


def test_a_year_is_inferred_only_inside_the_deadline(tmp_path: Path) -> None:
    mapping = STATEMENT.replace(
        '"published"\n', '{ from = "published", year_after = "period", by_deadline = true }\n', 1
    )
    data = """
        code,period,published,value
        600519,2014-12-31,04-21,1
        300543,2014-12-31,08-23,2
        600000,2015-06-30,08-31,3
        000001,2015-09-30,10-31,4
        000002,2015-12-31,04-30,5
    """
    batch = only(tmp_path, mapping, data=data)
    assert values(batch, "published") == [
        (date(2015, 4, 21),),
        (date(2015, 8, 31),),
        (date(2015, 10, 31),),
        (date(2016, 4, 30),),
    ]
    (reason,) = lost(batch)
    assert "the year of its day can't be told" in reason


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("deadline = true", date(2021, 4, 30)),
        ("days = 30", date(2021, 4, 30)),
        # 2021-04-05 was Qingming: 15 working days from 1 April end on the 22nd
        ("trading_days = 15", date(2021, 4, 22)),
    ],
)
def test_a_rule_for_the_day_of_publication_is_named_and_counted(tmp_path: Path, rule: str, day: date) -> None:
    mapping = STATEMENT.replace('    published = "published"\n', "") + (
        f'    [published]\n    after = "period"\n    {rule}\n    reason = "the law"\n'
    )
    batch = only(tmp_path, mapping, data="code,period,value\n600519,2021Q1,1\n")
    assert values(batch, "published") == [(day,)]
    (loss,) = batch["losses"]
    assert (loss.kind, loss.count) == ("defaulted", 1)
    assert "after period: the law" in loss.reason


def test_a_file_name_tells_the_period(tmp_path: Path) -> None:
    mapping = (
        STATEMENT.replace("data.csv", "r*.csv")
        .replace('line = "revenue"', 'line = "revenue", period = "{year}Q{quarter}"')
        .replace('    period = "period"\n', "")
        .replace('from = "value"', 'from = "{year}值"')
        .replace("[columns]", "file_name = '^r(?P<year>\\d{4})_(?P<quarter>\\d)'\n    [columns]")
    )
    batch = only(tmp_path, mapping, r2014_3="code,2014值,published\n600519,1,2014-10-30\n")
    assert values(batch, "period", "value") == [(date(2014, 9, 30), 10_000.0)]
    (tmp_path / "rest.csv").write_text("x\n", "utf-8")
    assert "does not match" in load(tmp_path / "s", source(tmp_path, mapping).batches(), source="x").files[1].cause


def test_a_path_of_the_joined_file_stays_inside(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="leads out of the folder"):
        source(tmp_path, JOINED.replace("days.csv", "../days.csv"))


class TestFileSource(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return source(tmp_path, "missing = ['', '--']\nmost_refused = 0.5" + JOINED, data=DATA, days=DAYS)
