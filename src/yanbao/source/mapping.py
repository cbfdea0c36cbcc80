"""What a mapping says: how the columns of a file become the columns of a table of the store."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Format = Literal["csv", "excel", "parquet"]
Grain = Literal["month", "quarter", "half", "year"]


class Part(BaseModel):
    """A part of a mapping: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str | int) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
Rows = Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_several)]


class Reading(Part):
    """How a file is read, before anything is known of what its columns mean."""

    format: Format | None = Field(
        default=None, description="csv, excel or parquet; by default as the file's suffix says.", examples=['"csv"']
    )
    encoding: str | None = Field(
        default=None,
        description="Of a text file; by default found among UTF-8, UTF-16 with a BOM and GB18030.",
        examples=['"gb18030"'],
    )
    delimiter: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="Between the cells of a text file; by default found among comma, tab, semicolon and bar.",
        examples=['"\\t"'],
    )
    sheet: str | None = Field(
        default=None,
        description="Of a workbook; needed where more than one sheet has cells.",
        examples=['"A股"'],
    )
    header: Rows = Field(
        default=(1,),
        description="The row of the column names, counted from 1; two rows where names stand above each other (they"
        " are joined by a bar: `收盘价|2024-06-28`), none (`[]`) where there are none: columns are then 1, 2, 3 …",
        examples=["3", "[3, 4]"],
    )
    footer: Texts = Field(
        default=(),
        description="How the rows below the table begin; the first of them ends it.",
        examples=['["数据来源"]'],
    )


class ColumnMap(Part):
    """Where a column of the table comes from, when it is more than a column's name."""

    from_: str = Field(
        alias="from",
        description="The column of the file; `{name}` is a group of `file_name`.",
        examples=['"pubDate"', '"{quarter}持有市值（亿元）"'],
    )
    unit: str | None = Field(
        default=None,
        description="The unit of the file's numbers; without one they are in the unit of the table.",
        examples=['"亿元"'],
    )
    missing: Texts = Field(
        default=(), description="What stands for a missing value here, beside `missing` above.", examples=['["0.0"]']
    )
    pattern: str | None = Field(
        default=None,
        description="The part of the text that counts, as a regular expression with one group; a text that does not"
        " match is missing.",
        examples=["'^(-?[0-9.]+)%~'"],
    )
    cases: dict[str, str] = Field(
        default_factory=dict,
        description="The value by regular expression, the first that matches; none that matches is missing.",
        examples=["{ '^688' = \"star\" }"],
    )
    grain: Grain | None = Field(
        default=None,
        description="The day stands for the period that holds it, of which the last day is kept.",
        examples=['"month"'],
    )
    year_after: str | None = Field(
        default=None,
        description="The file gives month and day only: the day is the first such one after the day in this column of"
        " the table. With `by_deadline` one after the statutory deadline of the report is refused.",
        examples=['"period"'],
    )
    by_deadline: bool = Field(
        default=False,
        description="Reports are due by 04-30 (year, first quarter), 08-31 (half year) and 10-31 (third quarter).",
    )


class Computed(Part):
    """A column that the file does not have, computed from those it has."""

    formula: str = Field(
        description="In the expression language; `{name}` is a column of the file. What has no answer (a division by"
        " 0, a missing operand) is missing.",
        examples=['"{netProfit} / {npMargin}"'],
    )
    units: dict[str, str] = Field(
        default_factory=dict,
        description="Units of the operands that are not pure numbers or in base units.",
        examples=['{ turn = "%" }'],
    )


class Label(Part):
    """What a melted column is about."""

    label: str = Field(description="The value of `into`.", examples=['"net_profit"'])
    unit: str | None = Field(default=None, description="The unit of its numbers.", examples=['"百万元"'])
    with_: dict[str, str] = Field(
        default_factory=dict,
        alias="with",
        description="Other columns of the table that go with it.",
        examples=['{ unit = "%" }'],
    )


def _label(value: Any) -> Any:
    return {"label": value} if isinstance(value, str) else value


class Melt(Part):
    """A wide file: some of its columns become rows."""

    into: str = Field(description="The column of the table that their names fill.", examples=['"line"', '"code"'])
    value: str = Field(description="The column of the table that their cells fill.", examples=['"value"'])
    unit: str | None = Field(default=None, description="The unit of their numbers.", examples=['"元"'])
    columns: dict[str, Annotated[Label, BeforeValidator(_label)]] = Field(
        default_factory=dict, description="Which ones, and what each is.", examples=['{ "营业收入" = "revenue" }']
    )
    pattern: str | None = Field(
        default=None,
        description="Which ones, by their name; the group of the expression is what fills `into`.",
        examples=["'^([0-9]{6})$'"],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Melt:
        if bool(self.columns) == (self.pattern is not None):
            raise ValueError("needs either `columns` or `pattern`")
        return self


class Drop(Part):
    """Rows that do not belong to the table: left out and counted."""

    column: str = Field(description="The column of the file.", examples=['"code"'])
    matches: str | None = Field(default=None, description="Dropped where it matches.", examples=["'^sh\\.000'"])
    lacks: str | None = Field(default=None, description="Dropped where it does not match.", examples=["'^[036]'"])
    is_: Texts = Field(default=(), alias="is", description="Dropped where it is one of these.", examples=['["0"]'])
    missing: bool = Field(default=False, description="Dropped where it is empty.")
    reason: str = Field(description="Why, as the summary prints it.", examples=['"an index, not a company"'])

    @model_validator(mode="after")
    def _one_test(self) -> Drop:
        if sum((self.matches is not None, self.lacks is not None, bool(self.is_), self.missing)) != 1:
            raise ValueError("needs one of `matches`, `lacks`, `is` and `missing`")
        return self


class Join(Reading):
    """Columns of another file, found by keys."""

    file: str = Field(
        description="The other file; `{name}` is a group of `file_name`.", examples=['"report{year}_{quarter}.csv"']
    )
    on: dict[str, str] = Field(
        description="Key columns: this file's (or the table's), and the other's.", examples=['{ code = "code" }']
    )
    take: dict[str, str] = Field(
        description="Columns to take: the name here, and the other's.", examples=['{ published = "report_date" }']
    )
    codes: Texts = Field(
        default=(),
        description="Keys of this file that are codes of securities: compared in their one form.",
        examples=['["股票代码"]'],
    )
    days: Texts = Field(
        default=(),
        description="Keys of this file that are days or periods: `2019` and 2019-12-31 are one.",
        examples=['["报告年份"]'],
    )
    pick: dict[str, Literal["least", "greatest"]] = Field(
        default_factory=dict,
        description="Which of several rows of one key: that with the least or greatest value of a column. Without it"
        " rows of one key that differ are an error.",
        examples=['{ report_date = "least" }'],
    )
    unmatched: str | None = Field(
        default=None,
        description="Why rows without a partner are dropped. Without it they stay, with nothing in the columns.",
        examples=['"no announcement day"'],
    )


class Duplicates(Part):
    """Rows that say the same thing twice: all but one are left out and counted."""

    by: Texts = Field(description="The columns of the table that tell what a row is about.", examples=['["code"]'])
    keep: Literal["first", "last"] = Field(description="Which row of the file stays.")
    reason: str = Field(description="Why there are several, as the summary prints it.")


class Events(Part):
    """A list of changes: each row is an entry or an exit, and a pair of them is a row of the table."""

    day: str = Field(description="The column of the file with the day.", examples=['"date"'])
    kind: str = Field(description="The column that tells entries from exits.", examples=['"in_out"'])
    entry: str = Field(description="What it says of an entry.", examples=['"takein"'])
    exit: str = Field(description="What it says of an exit.", examples=['"dropout"'])
    by: str = Field(description="The column of the security.", examples=['"code"'])


class Code(Part):
    """How the codes of securities stand in the file."""

    zeros: int | None = Field(
        default=None,
        ge=1,
        description="Digits of a code that lost its leading zeros, or became a number with a point.",
        examples=["6"],
    )
    exchange: str | None = Field(
        default=None, description="The exchange of codes that name none.", examples=['"SI"', '"US"']
    )


class Published(Part):
    """The rule that stands in for a day of publication the file does not give; every use is counted as defaulted."""

    after: str = Field(description="The column of the table that it counts from.", examples=['"period"'])
    trading_days: int | None = Field(default=None, ge=0, description="Trading days of Shanghai.", examples=["15"])
    days: int | None = Field(default=None, ge=0, description="Calendar days.", examples=["30"])
    deadline: bool = Field(
        default=False,
        description="The day by which the report was due (04-30, 08-31, 10-31): late, never early.",
    )
    reason: str = Field(
        description="Where the rule comes from.", examples=['"funds show their top ten within 15 working days"']
    )

    @model_validator(mode="after")
    def _one_count(self) -> Published:
        if sum((self.trading_days is not None, self.days is not None, self.deadline)) != 1:
            raise ValueError("needs one of `trading_days`, `days` and `deadline`")
        return self

    @property
    def words(self) -> str:
        """The rule in words, as the summary prints it."""
        if self.deadline:
            return f"the statutory deadline after {self.after}"
        count = f"{self.days} days" if self.days is not None else f"{self.trading_days} trading days"
        return f"{count} after {self.after}"


class Checked(Part):
    """Rows of a table whose day of publication can't be right: dropped and counted."""

    column: str = Field(description="The column of the file with a day.", examples=['"timeToMarket"'])
    not_after: str = Field(description="The column of the table that it may not follow.", examples=['"published"'])
    reason: str = Field(description="Why such rows are dropped.")


def _column(value: Any) -> Any:
    return {"from": value} if isinstance(value, str) else value


class Database(Part):
    """A table or a query of a database, in the place of files."""

    url: str = Field(
        description="As Ibis writes it; the file of SQLite or DuckDB from the folder that is loaded. `${NAME}` stands"
        " for a variable of the environment: a password stands there, never in a mapping.",
        examples=['"sqlite://desk.db"', '"postgres://analyst:${DESK_PASSWORD}@desk/market"'],
    )
    table: str | None = Field(default=None, description="The table.", examples=['"daily"'])
    query: str | None = Field(
        default=None, description="Or a SELECT.", examples=['"select code, day, close from daily where close > 0"']
    )
    order: Texts = Field(
        min_length=1,
        description="The columns that give rows their order, and so their numbers.",
        examples=['["code", "day"]'],
    )

    @model_validator(mode="after")
    def _sound(self) -> Database:
        from yanbao.source.sql import reads_only

        if (self.table is None) == (self.query is None):
            raise ValueError("needs either `table` or `query`")
        if self.query is not None and not reads_only(self.query):
            raise ValueError("`query` has to be one SELECT")
        if re.search(r"://[^/@]*:(?!\$\{)[^/@]+@", self.url):
            raise ValueError("the password stands in `url`: write ${NAME} and set the variable NAME")
        return self


class Mapping(Reading):
    """A mapping: files of one shape, and the table of the store that they fill."""

    table: str = Field(description="The table of the store.", examples=['"statement"'])
    files: Texts = Field(
        default=(),
        description="The files, from the folder that is loaded (by default the mapping's own); `*` stands for any"
        " text.",
        examples=['"baostock/profit_data.csv"'],
    )
    database: Database | None = Field(default=None, description="In the place of files.")
    source: str = Field(description="Whose data they are, as each load records it.", examples=['"baostock"'])
    file_name: str | None = Field(
        default=None,
        description="What a file's name tells, as named groups; `{name}` in constants stands for it.",
        examples=["'(?P<year>\\d{4})_(?P<quarter>\\d)'"],
    )
    missing: Texts = Field(
        default=("",),
        description="What stands for a missing value; numbers are compared as numbers.",
        examples=['["", "--", "-1"]'],
    )
    columns: dict[str, Annotated[ColumnMap, BeforeValidator(_column)]] = Field(
        default_factory=dict,
        description="The columns of the table, and those of the file.",
        examples=['{day = "日期"}'],
    )
    constants: dict[str, str] = Field(
        default_factory=dict,
        description="Columns of the table that are one value for the whole file.",
        examples=['{ basis = "ytd" }'],
    )
    computed: dict[str, Computed] = Field(default_factory=dict, description="Columns added to the file by a formula.")
    melt: Melt | None = Field(default=None, description="For a wide file.")
    drop: tuple[Drop, ...] = Field(default=(), description="Rows that do not belong here.")
    join: tuple[Join, ...] = Field(default=(), description="Columns of other files.")
    checked: tuple[Checked, ...] = Field(default=(), description="Days that show a row to be wrong.")
    events: Events | None = Field(default=None, description="For a list of entries and exits.")
    duplicates: Duplicates | None = Field(
        default=None,
        description="Which row stays where several say the same. Without it contradicting ones are refused.",
    )
    code: Code = Field(default_factory=Code, description="How codes are written.")
    published: Published | None = Field(default=None, description="Where the file has no day of publication.")
    most_refused: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="The share of rows that may be refused before the whole file is.",
        examples=["0.01"],
    )

    most_dropped: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="The share of a file's rows that the rules here may leave out (dropped, without a partner, late)"
        " before the whole file is refused: a vendor's change must not lose half of the rows unnoticed. Without one"
        " they are counted and printed only.",
        examples=["0.05"],
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Mapping:
        if bool(self.files) == (self.database is not None):
            raise ValueError("needs either `files` or `database`")
        return self
