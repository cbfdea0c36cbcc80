"""Loading: what is stored, what is refused and why, and that a file is in whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.batches import batch
from yanbao.errors import ReadError, StoreError
from yanbao.store import Batch, LoadReport, Loss, Store, load, read_code
from yanbao.store.connection import connect_loading
from yanbao.store.staging import Staging
from yanbao.store.tables import TABLES

TODAY = dt.date(2024, 7, 1)


def price(
    code: object = "600519.SH", day: object = "2024-06-28", close: object = 1467.39, **more: object
) -> dict[str, Any]:
    return {"code": code, "day": day, "close": close, **more}


def put(path: Path, rows: list[dict[str, Any]], table: str = "price", **options: Any) -> LoadReport:
    most = options.pop("most_refused", 0.0)
    return load(path, [batch(table, rows, **options)], source="t", day=TODAY, most_refused=most)


def stored(path: Path, table: str = "price") -> list[dict[str, Any]]:
    with Store.open(path) as store:
        return list(store.connection.to_pyarrow(store.table(table)).to_pylist())


@pytest.mark.parametrize("spelt", [1467.39, "1467.39", "1,467.39", " 1467.39 ", "+1467.39", "1.46739e3", "01467.390"])
@pytest.mark.parametrize("day", ["2024-06-28", "20240628", 20240628, dt.date(2024, 6, 28), dt.datetime(2024, 6, 28)])
def test_numbers_and_days_are_read_in_every_form_that_a_source_may_hand_over(
    tmp_path: Path, spelt: object, day: object
) -> None:
    assert not put(tmp_path, [price("sh.600519", day, spelt)]).failed
    (row,) = stored(tmp_path)
    assert (row["code"], row["day"], row["close"]) == ("600519.SH", dt.date(2024, 6, 28), 1467.39)
    assert row["volume"] is None, "what a file does not have is missing, never 0"


REFUSED = [
    ("close", "--", "is not a number"),
    ("close", "12,34", "is not a number"),
    ("close", "1.2.3", "is not a number"),
    ("close", "=1+1", "is not a number"),
    ("close", "5%", "is not a number"),
    ("close", "１２", "is not a number"),
    ("close", "1e999", "is not a"),
    ("close", "nan", "is not a"),
    ("close", "inf", "is not a"),
    ("close", "", "is missing"),
    ("close", None, "is missing"),
    ("close", "-0.01", "is below 0 CNY"),
    ("day", "2024-02-30", "is no day"),
    ("day", "28/06/2024", "is no day"),
    ("day", "45471", "is no day"),  # a serial number of Excel
    ("day", "infinity", "is no day"),
    ("day", "0001-01-01", "is no day of a market"),
    ("day", "2024-07-02", "after the day of the load"),
    ("code", "sh.000300", "is an index, not a stock"),
    ("code", "519", "zeros in front"),
    ("code", "", "is missing"),
    ("code", "'; DROP TABLE price; --", "no exchange"),
]


@pytest.mark.parametrize(("field", "value", "reason"), REFUSED)
def test_a_bad_value_is_refused_with_its_file_row_field_value_and_reason(
    tmp_path: Path, field: str, value: object, reason: str
) -> None:
    report = put(tmp_path, [price(close="1"), price("000001", close="2") | {field: value}], most_refused=0.5)
    (refusal,) = report.files[0].refusals
    assert (refusal.file, refusal.row, refusal.field) == ("file.csv", 3, field)
    assert reason in refusal.reason
    assert (refusal.value or "") == (value or "")
    assert [row["close"] for row in stored(tmp_path)] == [1]
    with Store.open(tmp_path) as store:
        (kept,) = store.connection.to_pyarrow(store.refused()).to_pylist()
    assert (kept["load"], kept["row"], kept["field"], kept["reason"]) == (1, 3, field, refusal.reason)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_float_that_is_no_number_is_refused(tmp_path: Path, value: float) -> None:
    report = put(tmp_path, [price(close=value)])
    assert report.files[0].refusals[0].reason == "is not a finite number"


def test_a_moment_within_a_day_is_no_day(tmp_path: Path) -> None:
    report = put(tmp_path, [price(day=dt.datetime(2024, 6, 28, 15, 0))])
    assert "is no day" in report.files[0].refusals[0].reason


def test_every_mistake_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    report = put(tmp_path, [price("x", "y", "z")])
    assert [refusal.field for refusal in report.files[0].refusals] == ["close", "code", "day"]
    assert report.files[0].refused == 1, "one row"


def test_choices_whole_numbers_and_shares_of_one_are_held_to(tmp_path: Path) -> None:
    member = {"index": "000300", "code": "600519", "entry": "2024-01-01", "weight": 1.5}
    assert put(tmp_path, [member], "index_membership").files[0].refusals[0].reason == "is above 1"
    people = {"code": "600519", "period": "2023-12-31", "published": "2024-04-01", "employees": "12.5"}
    assert put(tmp_path, [people], "headcount").files[0].refusals[0].reason == "is not a whole number"
    line = {
        "code": "600519",
        "period": "2023-12-31",
        "published": "2024-04-01",
        "basis": "ttm",
        "line": "cost",
        "value": 1,
    }
    assert put(tmp_path, [line], "statement").files[0].refusals[0].reason.startswith("is none of ytd, instant")


def test_a_statement_published_before_its_period_ended_is_refused(tmp_path: Path) -> None:
    line = {
        "code": "600519",
        "period": "2024-06-30",
        "published": "2024-04-01",
        "basis": "ytd",
        "line": "cost",
        "value": 1,
    }
    assert put(tmp_path, [line], "statement").files[0].refusals[0].reason == "is before `period`"


def test_an_entry_may_be_announced_ahead_and_is_known_from_its_day(tmp_path: Path) -> None:
    put(tmp_path, [{"index": "000300", "code": "600519", "entry": "2024-12-16"}], "index_membership")
    assert stored(tmp_path, "index_membership") == []
    load(tmp_path, [], source="t", day=dt.date(2024, 12, 16))
    load(
        tmp_path,
        [batch("calendar", [{"exchange": "XSHG", "day": "2024-12-16"}])],
        source="t",
        day=dt.date(2024, 12, 16),
    )
    assert len(stored(tmp_path, "index_membership")) == 1


def test_identical_rows_of_a_file_are_dropped_and_counted(tmp_path: Path) -> None:
    # 1,805 rows of a ledger of broker picks repeat broker, stock and month
    report = put(tmp_path, [price(), price("sh600519"), price("600519.0"), price("000001")])
    (file,) = report.files
    assert (file.rows, file.stored, file.refused) == (4, 2, 0)
    assert file.losses == (Loss("duplicate", "identical rows in one file", 2),)
    with Store.open(tmp_path) as store:
        assert store.losses().row_count.sum().execute() == 2


def test_rows_of_a_file_that_contradict_each_other_are_all_refused_with_both_named(tmp_path: Path) -> None:
    report = put(tmp_path, [price(), price(close=1500), price(volume=5), price("000001")], most_refused=0.8)
    (file,) = report.files
    assert (file.stored, file.refused) == (1, 3)
    assert [(refusal.row, refusal.field, refusal.value) for refusal in file.refusals] == [
        (2, "close", "1467.39"),
        (3, "close", "1500.0"),
        (4, "close", "1467.39"),
    ]
    assert file.refusals[0].reason == "rows 2, 3, 4 contradict each other: code 600519.SH, day 2024-06-28"
    assert file.reasons == (("close contradicts another row", 3),)


def test_a_missing_value_beside_a_value_is_a_contradiction(tmp_path: Path) -> None:
    report = put(tmp_path, [price(volume=1), price(volume=None)])
    assert [refusal.field for refusal in report.files[0].refusals] == ["volume", "volume"]


def test_more_refused_than_the_share_fails_the_file_whole_and_the_others_go_on(tmp_path: Path) -> None:
    good = batch("price", [price(f"60{number:04d}") for number in range(4)], file="good.csv")
    bad = batch(
        "price", [price(f"00{number:04d}", close="x" if number < 3 else "1") for number in range(10)], file="bad.csv"
    )
    report = load(tmp_path, [bad, good], source="t", day=TODAY, most_refused=0.25)
    assert [file.file for file in report.failed] == ["bad.csv"]
    assert report.failed[0].cause == "3 of 10 rows are refused, more than 25.00%"
    assert len(report.failed[0].refusals) == 3
    assert {row["code"][:2] for row in stored(tmp_path)} == {"60"}
    with Store.open(tmp_path) as store:
        assert store.refused().count().execute() == 0, "nothing of a failed file is kept"
        assert store.loads().file.execute().tolist() == ["good.csv"]


def test_at_the_share_the_file_is_stored(tmp_path: Path) -> None:
    rows = [price(f"60{number:04d}", close="x" if number < 1 else "1") for number in range(4)]
    assert put(tmp_path, rows, most_refused=0.25).stored == 3


def test_a_report_shows_the_first_twenty_and_counts_all_by_reason(tmp_path: Path) -> None:
    rows = [price(f"60{number:04d}", close="x") for number in range(30)]
    (file,) = put(tmp_path, rows).failed
    assert len(file.refusals) == 20
    assert file.reasons == (("close is not a number", 30),)


def test_columns_that_are_not_those_of_the_table_fail_the_file_with_all_of_them_named(tmp_path: Path) -> None:
    (file,) = put(tmp_path, [{"code": "600519", "dya": "2024-06-28", "close": True}]).failed
    assert "`dya` is no column of price: did you mean `day`?" in file.cause
    assert "`day` is missing: the trading day" in file.cause
    assert "`close` comes as bool, and holds numbers" in file.cause
    (file,) = put(tmp_path, [price()], "prices").failed
    assert "did you mean `price`?" in file.cause


def test_a_file_is_not_loaded_twice_and_neither_are_its_rows(tmp_path: Path) -> None:
    put(tmp_path, [price()], digest="one")
    (again,) = put(tmp_path, [price()], digest="one", file="renamed.csv").files
    assert (again.status, again.load) == ("known", 1)
    (other,) = put(tmp_path, [price(), price("000001")], digest="two").files
    assert (other.stored, other.unchanged, other.restated) == (1, 1, 0)


def test_two_parts_of_a_file_under_one_digest_are_an_error_not_a_silent_loss(tmp_path: Path) -> None:
    parts = [batch("price", [price()], digest="one"), batch("price", [price("000001")], digest="one")]
    report = load(tmp_path, parts, source="t", day=TODAY)
    assert [file.status for file in report.files] == ["loaded", "failed"]
    assert "two digests" in report.failed[0].cause


def test_the_same_file_by_another_mapping_is_another_load(tmp_path: Path) -> None:
    put(tmp_path, [price()], digest="one")
    report = load(tmp_path, [batch("price", [price("000001")], digest="one")], source="other", day=TODAY)
    assert report.stored == 1


def test_what_a_source_left_out_is_kept_beside_the_load(tmp_path: Path) -> None:
    put(tmp_path, [price()], losses=(Loss("defaulted", "published: 15 working days after the quarter", 7),))
    with Store.open(tmp_path) as store:
        (loss,) = store.connection.to_pyarrow(store.losses()).to_pylist()
        (record,) = store.connection.to_pyarrow(store.loads()).to_pylist()
    assert (loss["kind"], loss["row_count"]) == ("defaulted", 7)
    assert (record["source"], record["table_name"], record["day"], record["row_count"]) == ("t", "price", TODAY, 1)


def test_a_file_that_breaks_off_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def torn() -> Iterator[pa.Table]:
        yield pa.Table.from_pylist([{"_row": 2, **price()}])
        raise ReadError("torn.csv:4: ends within a quoted cell")

    report = load(tmp_path, [Batch("price", "torn.csv", "d", torn())], source="t", day=TODAY)
    assert report.failed[0].cause == "torn.csv:4: ends within a quoted cell"
    with Store.open(tmp_path) as store:
        assert store.vintages("price").count().execute() == 0


def test_an_error_that_is_no_mistake_of_the_file_goes_up_and_leaves_the_files_before_it(tmp_path: Path) -> None:
    def broken() -> Iterator[pa.Table]:
        yield pa.Table.from_pylist([{"_row": 2, **price("000001")}])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load(tmp_path, [batch("price", [price()]), Batch("price", "b", "b", broken())], source="t", day=TODAY)
    assert [row["code"] for row in stored(tmp_path)] == ["600519.SH"]


def test_text_that_is_not_utf8_fails_the_file(tmp_path: Path) -> None:
    raw = pa.array(["600519", "000001"]).buffers()
    bad = pa.Array.from_buffers(pa.string(), 2, [None, raw[1], pa.py_buffer(b"\xb9\xf3519\xd6000001")])
    table = pa.table({"_row": [2, 3], "code": bad, "day": ["2024-06-28"] * 2, "close": [1.0, 2.0]})
    (file,) = load(tmp_path, [Batch("price", "gbk.csv", "d", iter([table]))], source="t", day=TODAY).failed
    assert "broken" in file.cause


def test_a_load_may_not_be_dated_before_the_last_one(tmp_path: Path) -> None:
    put(tmp_path, [price()])
    with pytest.raises(StoreError, match="cannot follow the one of 2024-07-01"):
        load(tmp_path, [batch("price", [price("000001")])], source="t", day=dt.date(2024, 6, 30))


def test_many_small_pieces_are_one_file(tmp_path: Path) -> None:
    rows = [price(f"60{number:04d}") for number in range(200)]
    assert put(tmp_path, rows, pieces=100).stored == 200


def test_a_security_says_itself_what_its_bare_code_is(tmp_path: Path) -> None:
    def security(code: str, kind: str) -> dict[str, Any]:
        return {"code": code, "listed": "2005-04-08", "name": "x", "kind": kind, "currency": "CNY"}

    put(tmp_path, [security("000300", "index"), security("000300", "stock"), security("510300", "fund")], "security")
    assert sorted(row["code"] for row in stored(tmp_path, "security")) == ["000300.SH", "000300.SZ", "510300.SH"]


CODE = st.one_of(
    st.from_regex(r"(sh|SZ|bj)\.?\d{6}", fullmatch=True),
    st.from_regex(r"\d{1,7}(\.0)?(\.(SH|SZ|BJ|HK|XSHG|SI))?", fullmatch=True),
    st.from_regex(r"[A-Z]{1,5}\.US", fullmatch=True),
    st.text(max_size=8).filter(lambda text: "\x00" not in text),
)


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    opened = connect_loading(tmp_path_factory.mktemp("codes"))
    yield opened
    opened.close()


@given(st.lists(CODE, min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_column_of_codes_reads_as_each_code_does(connection: Any, texts: list[str]) -> None:
    staging = Staging(connection, TABLES["price"], TODAY)
    staging.add(
        pa.table(
            {"_row": range(len(texts)), "code": texts, "day": ["20240628"] * len(texts), "close": [1.0] * len(texts)}
        )
    )
    found = dict(connection.execute("SELECT _row, code FROM temp.main._stage").fetchall())
    for row, text in enumerate(texts):
        try:
            assert found.get(row) == read_code(text, "stock")
        except StoreError:
            assert row not in found


ROW = st.tuples(st.sampled_from(["600001", "600002", "000001"]), st.integers(1, 4))


@given(st.one_of(st.lists(ROW, max_size=12), st.lists(ROW, max_size=12, unique=True).map(sorted)))
@settings(max_examples=40, deadline=None)
def test_rows_that_come_sorted_are_seen_to_be_single_and_no_others(
    connection: Any, rows: list[tuple[str, int]]
) -> None:
    staging = Staging(connection, TABLES["price"], TODAY)
    for start in range(0, len(rows), 5):
        part = rows[start : start + 5]
        days = [dt.date(2024, 6, number) for _, number in part]
        staging.add(
            pa.table(
                {"_row": range(len(part)), "code": [code for code, _ in part], "day": days, "close": [1.0] * len(part)}
            )
        )
    single = len(set(rows)) == len(rows)
    for key in (("code", "day"), ("day", "code")):
        assert single or not staging._in_runs(key)
    if single and rows == sorted(rows):
        assert staging._in_runs(("code", "day"))


def test_many_rows_sorted_or_not_lose_their_duplicates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.store.staging._MANY", 3)
    monkeypatch.setattr("yanbao.store.vintages._SORTED", 3)
    days = ["2023-12-29", "2024-01-02", "2024-06-28"]
    rows = [price(code, day) for code in ("600001", "600002", "000001", "000002") for day in days]
    assert put(tmp_path / "one", rows).stored == 12
    (file,) = put(tmp_path / "two", [*rows, rows[4]]).files
    assert (file.stored, file.losses) == (12, (Loss("duplicate", "identical rows in one file", 1),))
    assert stored(tmp_path / "one")
    assert len(stored(tmp_path / "two")) == 12
