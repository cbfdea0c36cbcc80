"""The real data of the shared folder as tables of the store, until a load is wanted: shaped like `store/tables.py`.

Each table is built when it is first read. Only reading, renaming and units happen here; every figure is the file's.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

import polars as pl

from shared_data import shared
from yanbao.store.layout import INTERNAL, create_statements
from yanbao.store.schema import Table
from yanbao.store.tables import TABLES

FAR = dt.date(9999, 12, 31)
BEGINNING = dt.date(1900, 1, 1)
_TYPES: dict[str, Any] = {
    "text": pl.String,
    "day": pl.Date,
    "number": pl.Float64,
    "integer": pl.Int64,
    "flag": pl.Boolean,
}
NEW_EDITION = dt.date(2021, 7, 30)

# level-1 names of the 2014 edition whose code the 2021 edition renamed or dropped
NAMES_2014 = {
    "210000": "采掘",
    "220000": "化工",
    "350000": "纺织服装",
    "420000": "交通运输",
    "450000": "商业贸易",
    "460000": "休闲服务",
    "630000": "电气设备",
}


def exchange(code: str) -> str:
    """Return the code with its exchange: Shanghai 6 and 9, Beijing 4, 8 and 92, else Shenzhen."""
    if code.startswith("92") or code[0] in "48":
        return f"{code}.BJ"
    return f"{code}.SH" if code[0] in "69" else f"{code}.SZ"


def board(code: str) -> str:
    if code.startswith(("688", "689")):
        return "star"
    if code.startswith("30"):
        return "chinext"
    return "beijing" if code.endswith(".BJ") else "main"


def shaped(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of a table, in its types; what it lacks is NULL."""
    lost = [column.name for column in table.columns if column.required and column.name not in frame.columns]
    extra = [name for name in frame.columns if name not in {column.name for column in table.columns}]
    assert (lost, extra) == ([], []), table.name
    return frame.select(
        (pl.col(c.name) if c.name in frame.columns else pl.lit(None)).cast(_TYPES[c.type]).alias(c.name)
        for c in table.columns
    )


def with_clocks(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the interval in which each was the newest of its key."""
    if table.published is None:
        return frame.with_columns(known_from=pl.lit(BEGINNING), known_to=pl.lit(FAR))
    if table.published in table.key:  # a row a day, published on its day: never restated
        return frame.with_columns(known_from=pl.col(table.published), known_to=pl.lit(FAR))
    later = pl.col(table.published).shift(-1).over(table.key, order_by=table.published)
    return frame.with_columns(known_from=pl.col(table.published), known_to=later.fill_null(FAR))


class FrameTables:
    """Tables of frames in an in-memory DuckDB, read as of a day as the store's contract says."""

    def __init__(self, frames: dict[str, pl.DataFrame] | None = None) -> None:
        import ibis

        self.connection = ibis.duckdb.connect()
        self.frames = frames or {}
        self.used: dict[str, Any] = {}

    def frame(self, name: str) -> pl.DataFrame | None:
        return self.frames.get(name)

    def vintages(self, name: str) -> Any:
        if name not in self.used:
            table = TABLES[name]
            frame = self.frame(name)
            if frame is None:
                frame = pl.DataFrame(schema={column.name: _TYPES[column.type] for column in table.columns})
            rows = with_clocks(table, shaped(table, frame)).with_columns(load=pl.lit(1, pl.Int32))
            # the store's own table: what is required there is NOT NULL
            self.connection.raw_sql(create_statements()[name])
            self.connection.con.register("_rows", rows.to_arrow())
            columns = ", ".join(f'"{column}"' for column in rows.columns)
            self.connection.raw_sql(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM _rows')
            self.connection.con.unregister("_rows")
            self.used[name] = self.connection.table(name)
        return self.used[name]

    def held(self, query: Any) -> Any:
        return query

    def panel_if_kept(self, as_of: dt.date) -> None:
        return None

    def table(self, name: str, as_of: dt.date) -> Any:
        rows = self.vintages(name)
        return rows.filter((rows.known_from <= as_of) & (rows.known_to > as_of)).drop(*INTERNAL)


class SharedTables(FrameTables):
    """The files of the shared folder as tables.

    `statements` names whose: `baostock` (quarters of 670 companies to 2023Q1), `annual` (2019 to 2021), `tushare`.
    """

    def __init__(self, statements: str = "baostock") -> None:
        super().__init__()
        self.statements = statements

    def frame(self, name: str) -> pl.DataFrame | None:
        build = getattr(self, f"_{name}", None)
        return build() if build else None

    @cached_property
    def entries(self) -> list[tuple[str, dt.date, str]]:
        import python_calamine

        path = shared("data", "sw_classification", "StockClassifyUse_stock.xls")
        rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
        return [(r[0], r[1].date() if isinstance(r[1], dt.datetime) else r[1], r[2]) for r in rows]

    def _membership(self) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "classification": "sw",
                "code": [exchange(code) for code, _, _ in self.entries],
                "entry": [day for _, day, _ in self.entries],
                "scheme": ["sw2021" if day >= NEW_EDITION else "sw2014" for _, day, _ in self.entries],
                "industry": [industry for _, _, industry in self.entries],
            }
        )

    def _industry(self) -> pl.DataFrame:
        import python_calamine

        path = shared("data", "sw_classification", "SwClassCode_2021.xls")
        named = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[1:]
        snapshot = pl.read_csv(shared("data", "sw_index", "sw_level1_snapshot_2026.csv"))
        index = {name: f"{code}.SI" for code, name in snapshot.select("code", "name").rows()}
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        level1 = {}
        for code, first, second, third in named:
            level = 1 if code.endswith("0000") else 2 if code.endswith("00") else 3
            name = (first, second, third)[level - 1]
            parent = None if level == 1 else code[:2] + "0000" if level == 2 else code[:4] + "00"
            rows["sw2021", code] = {
                "scheme": "sw2021",
                "industry": code,
                "level": level,
                "name": name,
                "parent": parent,
                "index_code": index[name] if level == 1 else None,
            }
            if level == 1:
                level1[code] = name
        for _, day, code in self.entries:
            if day >= NEW_EDITION:
                continue
            for level, own, parent in (
                (1, code[:2] + "0000", None),
                (2, code[:4] + "00", code[:2] + "0000"),
                (3, code, code[:4] + "00"),
            ):
                name = NAMES_2014.get(own, level1.get(own, own)) if level == 1 else own
                rows["sw2014", own] = {
                    "scheme": "sw2014",
                    "industry": own,
                    "level": level,
                    "name": name,
                    "parent": parent,
                    "index_code": index.get(name) if level == 1 else None,
                }
        return pl.DataFrame(list(rows.values()), infer_schema_length=None)

    def _security(self) -> pl.DataFrame:
        stock = pl.read_parquet(shared("data", "prices", "stock_basic.parquet"))
        stocks = stock.select(
            code="ts_code",
            listed=pl.col("list_date").str.to_date("%Y%m%d"),
            name="name",
            kind=pl.lit("stock"),
            board=pl.col("ts_code").map_elements(board, pl.String),
            currency=pl.lit("CNY"),
        )
        index = pl.DataFrame(
            {
                "code": ["000300.SH", "000905.SH", "000852.SH"],
                "listed": dt.date(2005, 1, 4),
                "name": ["沪深300", "中证500", "中证1000"],
                "kind": "index",
                "board": None,
                "currency": "CNY",
            }
        )
        us = (
            self.us.select("code")
            .unique()
            .select(
                "code",
                listed=pl.lit(dt.date(2023, 1, 1)),
                name="code",
                kind=pl.lit("stock"),
                board=pl.lit("other"),
                currency=pl.lit("USD"),
            )
        )
        return pl.concat([stocks, index.with_columns(pl.col("board").cast(pl.String)), us], how="diagonal")

    @cached_property
    def us(self) -> pl.DataFrame:
        wide = pl.read_parquet(shared("data", "us", "sp500_daily_2023_2026.parquet"))
        long = wide.unpivot(index="Date", variable_name="code", value_name="close").drop_nulls()
        return long.select(code=pl.col("code") + ".US", day=pl.col("Date").cast(pl.Date), close="close")

    def _calendar(self) -> pl.DataFrame:
        import exchange_calendars

        days = []
        for name in ("XSHG", "XNYS"):
            calendar = exchange_calendars.get_calendar(name, start="2006-01-01")
            days += [(name, day.date()) for day in calendar.sessions]
        return pl.DataFrame(days, schema=["exchange", "day"], orient="row")

    def _index_level(self) -> pl.DataFrame:
        wide = pl.read_csv(shared("data", "sw_index", "sw_level1_close_2014_2026.csv"))
        sectors = wide.unpivot(index="date", variable_name="code", value_name="close").drop_nulls()
        sectors = sectors.select(code=pl.col("code") + ".SI", day=pl.col("date").str.to_date(), close="close")
        broad = pl.read_csv(shared("data", "indices", "cn_indices_daily_2005_2026.csv"))
        broad = broad.select(
            code="ts_code", day=pl.col("trade_date").cast(pl.String).str.to_date("%Y%m%d"), close="close"
        )
        return pl.concat([sectors, broad])

    def _adjusted_price(self) -> pl.DataFrame:
        daily = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
        # a day without trading carries the close of the day before: no price of its own
        idle = daily.filter(pl.col("volume") == 0).select("code", day="date")
        daily = daily.select("code", day="date", close="close")
        ends = pl.read_parquet(shared("data", "prices", "all_ashares_monthend_close_2015_2026.parquet"))
        ends = ends.select("code", day=pl.col("date").cast(pl.Date), close="close")
        both = pl.concat([daily, ends]).unique(["code", "day"], keep="first").join(idle, on=["code", "day"], how="anti")
        both = both.with_columns(
            pl.col("code").replace_strict({code: exchange(code) for code in both["code"].unique()})
        )
        return pl.concat([both, self.us]).drop_nulls("close").with_columns(adjustment=pl.lit("dividend"))

    def _macro(self) -> pl.DataFrame:
        rates = pl.read_csv(shared("data", "macro", "FEDFUNDS_2013_2026.csv"))
        end = pl.col("observation_date").str.to_date().dt.month_end()
        return rates.select(
            series=pl.lit("fedfunds"), period=end, value="FEDFUNDS", unit=pl.lit("%"), published=end.dt.offset_by("1d")
        )

    def _statement(self) -> pl.DataFrame:
        return {"baostock": self._baostock_lines, "annual": self._annual_lines}[self.statements]()

    def _baostock_lines(self) -> pl.DataFrame:
        rows = pl.read_csv(shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
        rows = rows.with_columns(
            code=prefixed(pl.col("code")),
            published=pl.col("pubDate").str.to_date(),
            period=pl.col("statDate").str.to_date(),
            revenue=pl.when(pl.col("npMargin") != 0).then(pl.col("netProfit") / pl.col("npMargin")),
        )
        rows = rows.with_columns(cost=pl.col("revenue") * (1 - pl.col("gpMargin")), net_profit="netProfit")
        return self._long(rows, ["revenue", "cost", "net_profit"])

    def _annual_lines(self) -> pl.DataFrame:
        profit = excel("annual_2019_2021", "profit_statement.xlsx")
        cash = excel("annual_2019_2021", "cash_flow_statement.xlsx")
        lines = {
            "revenue": "营业收入",
            "cost": "营业成本",
            "rd_expense": "研发费用",
            "selling_expense": "销售费用",
            "admin_expense": "管理费用",
            "net_profit_parent": "归属母公司所有者净利润",
            "net_profit": "净利润",
        }
        profit = profit.select("股票代码", "报告年份", **{k: known(v) for k, v in lines.items()})
        cash = cash.select("股票代码", "报告年份", operating_cash_flow=known("经营活动产生的现金流量净额"))
        keys = ["股票代码", "报告年份"]
        both = profit.unique(keys, keep="first", maintain_order=True).join(
            cash.unique(keys, keep="first", maintain_order=True), on=keys, how="left"
        )
        return self._long(self.dated(both), [*lines, "operating_cash_flow"])

    @staticmethod
    def _long(rows: pl.DataFrame, lines: list[str]) -> pl.DataFrame:
        long = rows.unpivot(lines, index=["code", "period", "published"], variable_name="line").drop_nulls("value")
        long = long.unique(["code", "period", "published", "line"], keep="first", maintain_order=True)
        return long.with_columns(basis=pl.lit("ytd"))

    def dated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add code, period and day of publication to rows of the annual files."""
        reports = excel("annual_2019_2021", "company_annual_reports.xlsx")
        days = (
            reports.select(
                "stock_code", year=pl.col("report_year").str.slice(0, 4), published=pl.col("report_date").str.to_date()
            )
            .group_by("stock_code", "year")
            .agg(pl.col("published").min())
        )
        joined = rows.join(days, left_on=["股票代码", "报告年份"], right_on=["stock_code", "year"])
        return joined.with_columns(
            code=pl.col("股票代码").map_elements(exchange, pl.String),
            period=pl.date(pl.col("报告年份").cast(pl.Int32), 12, 31),
        )

    def _price(self) -> pl.DataFrame:
        rows = pl.read_parquet(shared("data", "baostock", "weekly_valuation_csi300_2020_2025.parquet"))
        rows = rows.select(code=prefixed(pl.col("code")), day=pl.col("date").cast(pl.Date), close="close")
        return rows.unique(["code", "day"], keep="first", maintain_order=True).drop_nulls("close")

    def _shares(self) -> pl.DataFrame:
        rows = pl.read_csv(shared("data", "baostock", "profit_data.csv"), infer_schema_length=None)
        rows = rows.select(
            code=prefixed(pl.col("code")),
            day=pl.col("statDate").str.to_date(),
            total="totalShare",
            float="liqaShare",
            published=pl.col("pubDate").str.to_date(),
        )
        return rows.drop_nulls("total").unique(["code", "day", "published"], keep="first", maintain_order=True)

    def _headcount(self) -> pl.DataFrame:
        people = excel("annual_2019_2021", "people.xlsx").unique(
            ["股票代码", "报告年份"], keep="first", maintain_order=True
        )
        people = people.select(
            "股票代码",
            "报告年份",
            employees=positive("职工人数"),
            research=positive("研发人员"),
            sales=positive("销售人员"),
        )
        rows = self.dated(people)
        return rows.select("code", "period", "employees", "research", "sales", "published")

    def _fund_holding(self) -> pl.DataFrame:
        import python_calamine

        parts = []
        for path in sorted(shared("data", "fund_holdings").glob("*.xlsx")):
            quarter = path.stem
            end = quarter_end(quarter)
            sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("A股").to_python()
            at = {name: place for place, name in enumerate(sheet[0])}
            value = at[f"{quarter}持有市值（亿元）"]
            holders = at[f"{quarter}持有数量（只）"]
            parts += [
                (
                    "all",
                    end,
                    exchange(str(r[at["代码"]]).split(".")[0].zfill(6)),
                    int(float(r[holders])),
                    float(r[value]) * 1e8,
                    end + dt.timedelta(days=25),
                )
                for r in sheet[1:]
                if str(r[value]) not in ("", "--", "-")
            ]
        frame = pl.DataFrame(parts, schema=["funds", "period", "code", "holders", "value", "published"], orient="row")
        return frame.unique(["period", "code"], keep="first", maintain_order=True)

    def _valuation(self) -> pl.DataFrame:
        parts = []
        for name, source in (
            ("weekly_valuation_670_2012_2023", "weekly670"),
            ("weekly_valuation_csi300_2020_2025", "weekly300"),
            ("computer_daily_valuation_2023_2026", "computer"),
        ):
            rows = pl.read_parquet(shared("data", "baostock", f"{name}.parquet"))
            day = pl.col("date").str.to_date() if rows["date"].dtype == pl.String else pl.col("date").cast(pl.Date)
            rows = rows.filter(~pl.col("code").is_in(["sh.000034", "sh.000004", "sh.000066"]))
            parts.append(
                rows.select(
                    source=pl.lit(source),
                    code=prefixed(pl.col("code")),
                    day=day,
                    close="close",
                    float_value=pl.when(pl.col("turn") > 0).then(pl.col("amount") / (pl.col("turn") / 100)),
                    pe_ttm="peTTM",
                    pb="pbMRQ",
                    ps_ttm="psTTM",
                ).unique(["code", "day"], keep="first", maintain_order=True)
            )
        last = pl.read_parquet(shared("data", "prices", "daily_basic_20260527.parquet"))
        parts.append(
            last.select(
                source=pl.lit("daily_basic"),
                code="ts_code",
                day=pl.col("trade_date").str.to_date("%Y%m%d"),
                market_value=pl.col("total_mv") * 1e4,
                float_value=pl.col("circ_mv") * 1e4,
                pb="pb",
            )
        )
        return pl.concat(parts, how="diagonal")


def prefixed(code: pl.Expr) -> pl.Expr:
    """sh.600000 -> 600000.SH"""
    return code.str.slice(3) + "." + code.str.slice(0, 2).str.to_uppercase()


def known(column: str) -> pl.Expr:
    """-1 is how the annual files write missing."""
    value = pl.col(column).cast(pl.Float64)
    return pl.when(value != -1).then(value)


def positive(column: str) -> pl.Expr:
    value = pl.col(column).cast(pl.Float64)
    return pl.when(value > 0).then(value).cast(pl.Int64)


def excel(*parts: str) -> pl.DataFrame:
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(shared("data", *parts)).get_sheet_by_index(0).to_python()
    return pl.DataFrame(
        [[str(cell) for cell in row] for row in rows[1:]], schema=[str(c) for c in rows[0]], orient="row"
    )


def quarter_end(quarter: str) -> dt.date:
    year, part = int(quarter[:4]), int(quarter[-1])
    return {1: dt.date(year, 3, 31), 2: dt.date(year, 6, 30), 3: dt.date(year, 9, 30), 4: dt.date(year, 12, 31)}[part]
