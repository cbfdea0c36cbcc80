"""Histories of anybody's making: encodings, days, words, wide estimates; refused rows by place; each row once."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_data import shared
from yanbao.errors import SourceError, WorkspaceError
from yanbao.rating import append_history, read_ledger
from yanbao.rating.history import import_history

MAPPING = """
missing = ["", "--"]
estimates = [{ from = "EPS2024E", measure = "eps", period = "2024E", unit = "元" },
             { from = "净利润2024E", measure = "net_profit", period = "2024E", unit = "百万元", missing = ["0"] }]
[constants]
policy = "买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20"
benchmark = "000300.SH"
horizon = "6"
currency = "CNY"
[code]
zeros = 6
[columns]
published = "发布日期"
security = "代码"
name = "简称"
rating = { from = "评级", words = { "强烈推荐" = "买入" } }
price = "收盘价"
analyst = "分析师"
"""
HEAD = "发布日期,代码,简称,评级,收盘价,EPS2024E,净利润2024E,分析师"
GOOD = (
    "2024/7/15,2380,科远智慧,强烈推荐,18.30,1.00,241.00,沈砚",
    '20240716,688041.0,海光信息,买入,--,0.73,"1,688.88",沈砚',
    '2024年7月17日,="000034",神州数码,中性,22.89,--,0,',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "past.toml").write_text(MAPPING, "utf-8")
    return tmp_path


def take(folder: Path, *rows: str, encoding: str = "utf-8", end: str = "\n"):  # type: ignore[no-untyped-def]
    (folder / "past.csv").write_bytes((end.join((HEAD, *rows)) + end).encode(encoding))
    return import_history(folder / "past.csv", folder / "past.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_encoding_says_the_same(folder: Path, encoding: str, end: str) -> None:
    history = take(folder, *GOOD, encoding=encoding, end=end)
    assert history.refused == ()
    assert history.rows == 3
    assert [
        (str(one.published), one.security, one.rating, one.measure, str(one.price or one.value or ""), one.source)
        for one in history.entries
    ] == [
        ("2024-07-15", "002380.SZ", "买入", None, "18.30", "past.csv:2"),
        ("2024-07-15", "002380.SZ", "", "eps", "1.00", "past.csv:2"),
        ("2024-07-15", "002380.SZ", "", "net_profit", "241.00", "past.csv:2"),
        ("2024-07-16", "688041.SH", "买入", None, "", "past.csv:3"),
        ("2024-07-16", "688041.SH", "", "eps", "0.73", "past.csv:3"),
        ("2024-07-16", "688041.SH", "", "net_profit", "1688.88", "past.csv:3"),
        ("2024-07-17", "000034.SZ", "中性", None, "22.89", "past.csv:4"),
    ]
    assert history.entries[6].price_day is None, "what the file does not say is not filled in"


def test_each_row_once_however_often(folder: Path) -> None:
    rows = (GOOD[0], GOOD[1])
    first = append_history(folder / "calls.csv", take(folder, *rows).entries)
    assert (first.head.count, len(first.known)) == (6, 0)
    content = (folder / "calls.csv").read_bytes()
    again = append_history(folder / "calls.csv", take(folder, *rows).entries)
    assert (again.head, again.entries, len(again.known)) == (first.head, (), 6)
    assert (folder / "calls.csv").read_bytes() == content
    # the same rows in another export, in another order, with two that repeat one, and a new one
    more = append_history(
        folder / "calls.csv",
        take(folder, "2024-08-01,688041,海光信息,持有,70.00,--,--,沈砚", rows[1], rows[0], rows[0]).entries,
    )
    assert [(one.action, one.rating, one.source) for one in more.entries] == [("cut", "持有", "past.csv:2")]
    assert len(more.known) == 9
    ledger = read_ledger(folder / "calls.csv")
    assert [(one.id, one.fate) for one in ledger.calls()] == [
        ("C00001", "standing"),
        ("C00002", "superseded"),
        ("C00003", "standing"),
    ]


BAD = {
    "2024-13-01,2380,x,买入,1,1,1,a": ("published", "'2024-13-01' is no day"),
    "24/7/1,2380,x,买入,1,1,1,a": ("published", "'24/7/1' is no day"),
    "2024-07-01,99999999,x,买入,1,1,1,a": ("security", "'99999999' names no exchange"),
    "2024-07-01,2380,x,买入,1e9,1,1,a": ("price", "'1e9' is no number"),
    "2024-07-01,2380,x,买入,999999999999999999,1,1,a": ("price", "'999999999999999999' is no number"),
    "2024-07-01,2380,x,买入,-3,1,1,a": ("price", "-3 is no price: it has to be above 0"),
    "2024-07-01,2380,=cmd|'/c calc'!A1,买入,1,1,1,a": ("name", "begins with =: a spreadsheet would run it"),
    "2024-07-01,2380,x,买入,1,１.2,1,a": ("EPS2024E", "'１.2' is no number"),
    ",2380,x,买入,1,1,1,a": ("published", "is empty"),
    "2024-07-01,,x,买入,1,1,1,a": ("security", "is empty"),
}


@pytest.mark.parametrize("row", BAD)
def test_a_row_that_cannot_be_read_says_where_and_why(folder: Path, row: str) -> None:
    history = take(folder, GOOD[0], row)
    (mistake,) = history.refused
    assert (mistake.file, mistake.line, mistake.field) == ("past.csv", 3, BAD[row][0])
    assert BAD[row][1] in mistake.cause
    assert len(history.entries) == 3, "nothing of the row is taken, all of the others"


def test_a_rating_that_the_policy_lacks_is_refused_by_the_ledger(folder: Path) -> None:
    history = take(folder, *GOOD, "2024-07-01,600519,茅台,增持,1,1,1,a")
    assert history.refused == ()
    posted = append_history(folder / "calls.csv", history.entries)
    assert [(one.file, one.line, one.field) for one in posted.mistakes] == [("past.csv", 5, "rating")]
    assert not (folder / "calls.csv").exists()
    kept = append_history(folder / "calls.csv", history.entries, refused=True)
    assert (kept.head.count, len(kept.mistakes)) == (7, 1)


def test_half_a_row_is_no_row(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"past.csv:3: has 3 cells"):
        take(folder, GOOD[0], "2024-07-15,2380,科远")


def test_days_as_the_mapping_says(folder: Path) -> None:
    (folder / "past.toml").write_text('day_format = "%d/%m/%Y"\n' + MAPPING, "utf-8")
    history = take(folder, "03/07/2024,2380,x,买入,1,--,--,a", "2024-07-03,2380,x,买入,1,--,--,a")
    assert str(history.entries[0].published) == "2024-07-03"
    assert history.refused[0].cause == "'2024-07-03' is no day"


@pytest.mark.parametrize("form", ["%q", "%d.%m.", "day", "%Y-%m"])
def test_a_day_format_that_tells_no_day(folder: Path, form: str) -> None:
    (folder / "past.toml").write_text(f'day_format = "{form}"\n' + MAPPING, "utf-8")
    with pytest.raises(WorkspaceError, match="does not tell a day"):
        take(folder, GOOD[0])


def test_a_workbook_is_a_history_too(folder: Path) -> None:
    import datetime as dt

    from openpyxl import Workbook

    book = Workbook()
    book.active.append(HEAD.split(","))
    book.active.append([dt.date(2024, 7, 15), "002380", "科远智慧", "买入", 18.3, 1, 241, "沈砚"])
    book.active.append([dt.datetime(2024, 7, 16), 2380, "科远智慧", "=1+1", None, None, None, None])
    book.save(folder / "past.xlsx")
    history = import_history(folder / "past.xlsx", folder / "past.toml")
    assert [(str(one.published), one.security, str(one.price or one.value)) for one in history.entries[:3]] == [
        ("2024-07-15", "002380.SZ", "18.3"),
        ("2024-07-15", "002380.SZ", "1"),
        ("2024-07-15", "002380.SZ", "241"),
    ]


def test_a_mapping_tells_all_its_mistakes(folder: Path) -> None:
    (folder / "past.toml").write_text(
        'constants.policy = "买入>20; 卖出<-20"\nconstants.horizon = "x"\n[columns]\npublished = "a"\nsecurity = "b"\n'
        'pricce = "c"\nhash = "d"\n',
        "utf-8",
    )
    with pytest.raises(WorkspaceError) as caught:
        take(folder, GOOD[0])
    told = {(one.line, one.field): one for one in caught.value.mistakes}
    assert set(told) == {(1, "constants.policy"), (2, "constants.horizon"), (6, "columns.pricce"), (7, "columns.hash")}
    assert told[6, "columns.pricce"].hint == "did you mean `price`?"
    assert "there is a gap between -20 and 20 %" in told[1, "constants.policy"].cause


def test_a_column_that_the_file_lacks(folder: Path) -> None:
    (folder / "past.csv").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r"has no column 发布日期, 代码, 简称, 评级"):
        import_history(folder / "past.csv", folder / "past.toml")


def test_what_became_of_past_calls(folder: Path) -> None:
    words = '{ "下调" = "", "维持" = "", "首次" = "", "暂停" = "suspend" }'
    (folder / "past.toml").write_text(
        MAPPING.replace("estimates", "#", 1).replace("             {", "#", 1)
        + f'action = {{ from = "EPS2024E", words = {words} }}\nreason = "净利润2024E"\n',
        "utf-8",
    )
    rows = ("2024-07-01,2380,x,买入,1,首次,,a", "2024-07-20,2380,x,,,暂停,重组,a", "2024-08-01,2380,x,中性,1,下调,,a")
    (folder / "past.csv").write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    history = import_history(folder / "past.csv", folder / "past.toml")
    append_history(folder / "calls.csv", history.entries)
    (first, second) = read_ledger(folder / "calls.csv").calls()
    assert [event.kind for event in first.events] == ["suspended", "superseded"]
    assert second.entry.action == "cut"


def picks_mapping(folder: Path) -> Path:
    """The mapping of the broker picks: a pick is a call to beat the benchmark over a month."""
    (folder / "picks.toml").write_text(
        'constants = { policy = "推荐>0; 回避<=0", benchmark = "000300.SH", horizon = "1", rating = "推荐" }\n'
        '[columns]\npublished = "write_date"\nname = "sec_short_name"\nhouse = "org_name"\nanalyst = "author"\n'
        'security = { from = "ticker_symbol_map_sec_id", words = { "835185.XBEI" = "835185.BJ" } }\n',
        "utf-8",
    )
    return folder / "picks.toml"


def test_the_13630_picks_of_39_brokers(tmp_path: Path) -> None:
    import csv

    file = shared("data", "broker_picks", "gold_stock_frame.csv")
    history = import_history(file, picks_mapping(tmp_path))
    assert (history.rows, len(history.entries), history.refused) == (13_630, 13_630, ())
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    said = sorted((row["write_date"], row["ticker_symbol_map_sec_id"][:6], row["org_name"]) for row in rows)
    assert sorted((str(one.published), one.security[:6], one.house) for one in history.entries) == said


@pytest.mark.slow
def test_the_picks_as_a_ledger(tmp_path: Path) -> None:
    history = import_history(shared("data", "broker_picks", "gold_stock_frame.csv"), picks_mapping(tmp_path))
    posted = append_history(tmp_path / "calls.csv", history.entries)
    assert posted.mistakes == ()
    assert posted.head.count + len(posted.known) == 13_630
    assert read_ledger(tmp_path / "calls.csv").head == posted.head
