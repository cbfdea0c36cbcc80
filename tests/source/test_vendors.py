"""Vendors through their own clients: asked politely, once; a change of theirs is an error, never wrong data.

The adapters are tested with a client of the same signatures, and, where akshare and tushare are installed, with the
real libraries, whose requests go to a local server: the vendors themselves are never asked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from source.conformance import SourceConformance, read_all
from yanbao.errors import SourceError, WorkspaceError
from yanbao.source import akshare_client, tushare_client
from yanbao.source.contract import Source, open_source
from yanbao.source.vendor import Patience, VendorSource

DAY = date(2024, 6, 28)
HISTORY = ["日期", "股票代码", "开盘", "收盘", "最高", "最低", "成交量", "成交额", "振幅", "涨跌幅", "涨跌额", "换手率"]
KLINE = [
    "2024-06-28",
    "1485.00",
    "1467.39",
    "1489.99",
    "1460.10",
    "38291",
    "5620000000.0",
    "2.0",
    "-1.2",
    "-17.9",
    "0.3048",
]


def wanted(folder: Path, name: str, codes: list[str], tables: list[str]) -> Path:
    lines = [f"codes = {codes}", f"tables = {tables}", "first = 2024-06-03", "last = 2024-06-28", "per_minute = 6000"]
    (folder / f"{name}.toml").write_text("\n".join(lines).replace("'", '"'), "utf-8")
    return folder


class Akshare:
    """akshare's functions, with its signatures and the columns that its parser gives."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fails: list[Exception] = []
        self.names = HISTORY

    def stock_zh_a_hist(
        self,
        symbol: str = "000001",
        period: str = "daily",
        start_date: str = "19700101",
        end_date: str = "20500101",
        adjust: str = "",
        timeout: float | None = None,
    ) -> pd.DataFrame:
        assert (period, start_date, end_date) == ("daily", "20240603", "20240628")
        self.asked.append((symbol, adjust))
        if self.fails:
            raise self.fails.pop(0)
        numbers = [float(text) for text in KLINE[1:]]
        return pd.DataFrame([[DAY, symbol, *numbers]], columns=self.names)

    def index_hist_sw(self, symbol: str = "801030", period: str = "day") -> pd.DataFrame:
        assert period == "day"
        self.asked.append((symbol, "index"))
        names = ["代码", "日期", "收盘", "开盘", "最高", "最低", "成交量", "成交额"]
        days = [date(2024, 5, 31), DAY, date(2024, 7, 1)]
        return pd.DataFrame(
            [[symbol, day, 3170.7, 3183.48, 3238.25, 3162.32, 43.71962087, 546.79671238] for day in days], columns=names
        )


def quick(per_minute: int) -> Patience:
    made = akshare_client.patience(per_minute)
    made.sleep = lambda seconds: None
    return made


def source(folder: Path, client: Akshare) -> VendorSource:
    return VendorSource("akshare", folder, akshare_client.ENDPOINTS, lambda: client, quick)


def test_units_and_codes(tmp_path: Path) -> None:
    client = Akshare()
    folder = wanted(tmp_path, "akshare", ["600519.SH", "801750.SI"], ["price", "adjusted_price", "index_level"])
    price, adjusted, level = read_all(source(folder, client))
    (row,) = price["rows"]
    assert (row["code"], row["day"], row["close"], row["low"]) == ("600519.SH", DAY, 1467.39, 1460.10)
    assert (row["volume"], row["amount"], row["turnover"]) == (3_829_100.0, 5_620_000_000.0, 0.003048)
    assert adjusted["rows"][0]["adjustment"] == "dividend"
    (row,) = level["rows"]  # the days asked for, though the client gives all
    assert (row["code"], row["day"], row["volume"], row["amount"]) == (
        "801750.SI",
        DAY,
        4_371_962_087.0,
        54_679_671_238.0,
    )
    assert client.asked == [("600519", ""), ("600519", "qfq"), ("801750", "index")]


def test_what_was_answered_is_kept_and_a_broken_load_goes_on(tmp_path: Path) -> None:
    client = Akshare()
    folder = wanted(tmp_path, "akshare", ["600519.SH", "000001.SZ", "300033.SZ"], ["price"])
    client.fails = []
    made = source(folder, client)
    batches = made.batches()
    next(batches)
    client.fails = [ConnectionError("reset")] * 6
    with pytest.raises(SourceError, match="no answer after 6 tries: reset\n    hint: what was answered is kept"):
        next(batches)
    client.asked.clear()
    assert len(read_all(source(folder, client))) == 3
    assert client.asked == [("000001", ""), ("300033", "")]
    client.asked.clear()
    assert len(read_all(source(folder, client))) == 3
    assert client.asked == []
    assert not list(folder.rglob("*.part"))


def test_a_failure_that_passes_is_asked_again_ever_more_slowly() -> None:
    waits: list[float] = []
    failures = [ConnectionError("a"), TimeoutError("b"), json.JSONDecodeError("c", "<html>", 0)]

    def question() -> str:
        if failures:
            raise failures.pop(0)
        return "answer"

    made = akshare_client.patience(60)
    made.sleep, made.clock = waits.append, lambda: 0.0
    assert made.ask("it", question) == "answer"
    assert [wait for wait in waits if wait != 1.0] == [2.0, 4.0, 8.0]


def test_questions_keep_their_distance() -> None:
    now = 0.0
    asked: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    made = Patience(30, lambda error: False, (OSError,), sleep=sleep, clock=lambda: now)
    for _ in range(4):
        made.ask("it", lambda: asked.append(now))
    assert asked == [0.0, 2.0, 4.0, 6.0]


def test_what_does_not_pass_is_not_asked_again(tmp_path: Path) -> None:
    client = Akshare()
    client.fails = [KeyError("klines")]
    made = source(wanted(tmp_path, "akshare", ["600519.SH"], ["price"]), client)
    with pytest.raises(SourceError, match="can't read the answer: KeyError: 'klines'"):
        read_all(made)
    assert len(client.asked) == 1


def test_a_column_that_is_renamed_is_named(tmp_path: Path) -> None:
    client = Akshare()
    client.names = [name.replace("收盘", "收盘价") for name in HISTORY]
    made = source(wanted(tmp_path, "akshare", ["600519.SH"], ["price"]), client)
    with pytest.raises(SourceError, match="no column `收盘`; did you mean `收盘价`"):
        read_all(made)
    assert not list(tmp_path.rglob("*.parquet"))


def test_columns_that_moved_under_their_names_are_found_and_nothing_is_kept(tmp_path: Path) -> None:
    client = Akshare()
    client.names = [{"最高": "最低", "最低": "最高"}.get(name, name) for name in HISTORY]
    made = source(wanted(tmp_path, "akshare", ["600519.SH"], ["price"]), client)
    with pytest.raises(SourceError, match="the vendor has moved its columns"):
        read_all(made)
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('tables = ["prices"]', "akshare has no `prices`"),
        ("last = 2999-12-31", "2999-12-31 is not over"),
        ("first = 2024-07-01", "`last` comes before `first`"),
        ('codes = ["../../x"]', "is no code"),
        ("codes = []", "codes"),
        ("per_minute = 0", "per_minute"),
        ("days = 3", "days: is not a known key"),
    ],
)
def test_mistakes_of_what_is_wanted(tmp_path: Path, line: str, cause: str) -> None:
    path = wanted(tmp_path, "akshare", ["600519.SH"], ["price"]) / "akshare.toml"
    kept = [old for old in path.read_text("utf-8").split("\n") if not old.startswith(line.split(" =")[0])]
    path.write_text("\n".join([*kept, line]), "utf-8")
    with pytest.raises(WorkspaceError, match=cause):
        open_source("akshare", tmp_path)


def test_a_folder_and_a_token_are_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="--data FOLDER"):
        open_source("tushare")
    monkeypatch.delenv("TUSHARE_TOKEN", raising=False)
    made = open_source("tushare", wanted(tmp_path, "tushare", ["600519.SH"], ["price"]))
    with pytest.raises(SourceError, match=r"no token|pip install 'yanbao\[tushare\]'"):
        read_all(made)


class Tushare:
    """tushare's client as far as it is asked: a function a table, keyword arguments, a data frame."""

    def __init__(self, rows: int = 1) -> None:
        self.rows = rows

    def daily(self, fields: str = "", **asked: str) -> pd.DataFrame:
        day = [f"{DAY - timedelta(days=back):%Y%m%d}" for back in range(self.rows)]
        frame = {"ts_code": asked["ts_code"], "trade_date": day, "open": 10.0, "high": 11.0, "low": 9.0, "close": 10.5}
        return pd.DataFrame({**frame, "vol": 1234.5, "amount": 1300.25})

    def income(self, fields: str = "", **asked: str) -> pd.DataFrame:
        names = fields.split(",")
        rows = []
        for kind, announced, revenue in (("1", "20240403", 100.0), ("2", "20240403", 40.0), ("4", "20240628", 101.0)):
            row = dict.fromkeys(names, 1.0) | {"ts_code": asked["ts_code"], "end_date": "20231231"}
            rows.append(row | {"f_ann_date": announced, "report_type": kind, "revenue": revenue, "rd_exp": None})
        return pd.DataFrame(rows)


def tushare(folder: Path, client: Tushare, tables: list[str]) -> VendorSource:
    wanted(folder, "tushare", ["600519.SH"], tables)
    return VendorSource("tushare", folder, tushare_client.ENDPOINTS, lambda: client, tushare_client.patience)


def test_tushare_units(tmp_path: Path) -> None:
    (batch,) = read_all(tushare(tmp_path, Tushare(), ["price"]))
    (row,) = batch["rows"]
    assert (row["volume"], row["amount"]) == (123_450.0, 1_300_250.0)  # lots, thousands of yuan


def test_tushare_statements_keep_a_correction_as_a_vintage(tmp_path: Path) -> None:
    (batch,) = read_all(tushare(tmp_path, Tushare(), ["statement"]))
    revenue = [(row["published"], row["value"]) for row in batch["rows"] if row["line"] == "revenue"]
    assert revenue == [(date(2024, 4, 3), 100.0), (date(2024, 6, 28), 101.0)]
    assert not [row for row in batch["rows"] if row["line"] == "rd_expense"]
    lost = {loss.reason: loss.count for loss in batch["losses"]}
    assert lost["not a consolidated statement since the year began"] == 1


@pytest.mark.parametrize(
    ("table", "old", "new", "cause"),
    [
        ("price", "vol", "volume", "no column `vol`"),
        ("price", "trade_date", "date", "no column `trade_date`"),
        ("statement", "f_ann_date", "ann_date", "no column `f_ann_date`"),
        ("statement", "revenue", "total_revenue_new", "no column `revenue`"),
    ],
)
def test_a_column_that_tushare_renames_is_named_and_nothing_is_kept(
    tmp_path: Path, table: str, old: str, new: str, cause: str
) -> None:
    class Renamed(Tushare):
        def daily(self, fields: str = "", **asked: str) -> pd.DataFrame:
            return super().daily(fields, **asked).rename(columns={old: new})

        def income(self, fields: str = "", **asked: str) -> pd.DataFrame:
            return super().income(fields, **asked).rename(columns={old: new})

    with pytest.raises(SourceError, match=cause):
        read_all(tushare(tmp_path, Renamed(), [table]))
    assert not list(tmp_path.rglob("*.parquet"))


def test_columns_that_moved_under_tushares_names_are_found(tmp_path: Path) -> None:
    class Moved(Tushare):
        def daily(self, fields: str = "", **asked: str) -> pd.DataFrame:
            return super().daily(fields, **asked).rename(columns={"high": "low", "low": "high"})

    with pytest.raises(SourceError, match="the vendor has moved its columns"):
        read_all(tushare(tmp_path, Moved(), ["price"]))
    assert not list(tmp_path.rglob("*.parquet"))


def test_an_answer_as_long_as_the_most_may_be_cut(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="6,000 rows, as many as it gives at most: it may be cut"):
        read_all(tushare(tmp_path, Tushare(6000), ["price"]))


def test_tushare_waits_when_it_was_asked_too_often() -> None:
    waits: list[float] = []
    failures = [Exception("抱歉，您每分钟最多访问该接口60次"), Exception("您没有访问该接口的权限")]

    def question() -> None:
        raise failures.pop(0)

    made = tushare_client.patience(60)
    made.sleep, made.clock = waits.append, lambda: 0.0
    with pytest.raises(SourceError, match="您没有访问该接口的权限"):
        made.ask("tushare", question)
    assert waits[0] == 15.0


class TestVendor(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return source(wanted(tmp_path, "akshare", ["600519.SH", "000001.SZ"], ["price", "adjusted_price"]), Akshare())


Answer = Callable[[str, dict[str, Any]], object]


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, Answer]]]:
    """A local server that answers as the vendors do."""
    answers: dict[str, Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, asked: dict[str, Any]) -> None:
            path = urlsplit(self.path).path
            body = json.dumps(next(made for key, made in answers.items() if key in path)(path, asked)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self._answer({key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def log_message(self, format: str, *arguments: object) -> None:
            return

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}", answers
    running.shutdown()
    thread.join()
    running.server_close()


def test_the_real_akshare_reads_what_the_sites_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, dict[str, Answer]]
) -> None:
    akshare = pytest.importorskip("akshare", reason="akshare is not installed: pip install 'yanbao[akshare]'")
    import requests

    url, answers = server
    get = requests.get

    def local(asked: str, **options: Any) -> requests.Response:
        return get(url + urlsplit(asked).path, **options)

    monkeypatch.setattr(requests, "get", local)

    def kline(path: str, asked: dict[str, Any]) -> object:
        assert asked["secid"] == "1.600519"
        assert (asked["beg"], asked["end"]) == ("20240603", "20240628")
        return {"data": {"klines": [",".join(KLINE)]}}

    def trend(path: str, asked: dict[str, Any]) -> object:
        row = {
            "swindexcode": asked["swindexcode"],
            "bargaindate": "2024-06-28",
            "openindex": 3183.48,
            "maxindex": 3238.25,
        }
        row |= {"minindex": 3162.32, "closeindex": 3170.7, "hike": 0, "markup": 0}
        return {"data": [row | {"bargainamount": 43.71962087, "bargainsum": 546.79671238}]}

    answers |= {"kline": kline, "trend": trend}
    folder = wanted(tmp_path, "akshare", ["600519.SH", "801750.SI"], ["price", "adjusted_price", "index_level"])
    made = open_source("akshare", folder)
    price, adjusted, level = read_all(made)
    row = price["rows"][0]
    assert (row["open"], row["close"], row["high"], row["low"]) == (1485.0, 1467.39, 1489.99, 1460.10)
    assert (row["volume"], row["turnover"]) == (3_829_100.0, 0.003048)
    assert adjusted["rows"][0]["close"] == 1467.39
    assert level["rows"][0]["volume"] == 4_371_962_087.0
    assert akshare.__version__


def test_the_real_tushare_reads_what_its_server_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, dict[str, Answer]]
) -> None:
    pytest.importorskip("tushare", reason="tushare is not installed: pip install 'yanbao[tushare]'")
    from tushare.pro import client

    url, answers = server
    monkeypatch.setattr(client.DataApi, "_DataApi__http_url", url)
    monkeypatch.setenv("TUSHARE_TOKEN", "a token")

    def daily(path: str, asked: dict[str, Any]) -> object:
        assert asked["token"] == "a token"
        assert asked["params"]["ts_code"] == "600519.SH"
        names = ["ts_code", "trade_date", "open", "high", "low", "close", "vol", "amount"]
        items = [["600519.SH", "20240628", 1485.0, 1489.99, 1460.1, 1467.39, 38291.0, 5620000.0]]
        return {"code": 0, "msg": "", "data": {"fields": names, "items": items}}

    def refused(path: str, asked: dict[str, Any]) -> object:
        return {"code": 40203, "msg": "抱歉，您没有访问该接口的权限", "data": None}

    answers |= {"daily_basic": refused, "daily": daily}
    made = open_source("tushare", wanted(tmp_path, "tushare", ["600519.SH"], ["price", "valuation"]))
    batches = made.batches()
    (row,) = [row for table in next(batches).rows for row in table.to_pylist()]
    assert (row["close"], row["volume"], row["amount"]) == (1467.39, 3_829_100.0, 5_620_000_000.0)
    with pytest.raises(SourceError, match="您没有访问该接口的权限"):
        next(batches)
