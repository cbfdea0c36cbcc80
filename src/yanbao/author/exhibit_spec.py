"""What an exhibit block may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from yanbao.evidence import Strict

CHARTS = (
    "line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter", "tornado", "fan", "whiskers",
    "calls",
)  # fmt: skip
TABLES = ("plain", "grouped", "matrix", "change", "forecast", "policy", "orders")


def _columns(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_columns)]


class Kind(NamedTuple):
    """What an exhibit of a kind shows, which keys it needs besides `data` and `title`, and which it may have."""

    shows: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


_AXIS = ("rows", "x", "unit", "decimals", "labels")
_TABLE = ("columns", "rows", "decimals", "headers", "groups", "widths", "highlight", "transpose")
KINDS: dict[str, Kind] = {
    "line": Kind("a line for each column of `y`, over periods", ("y",), _AXIS),
    "step": Kind("the same in steps: a value holds until the next", ("y",), _AXIS),
    "bar": Kind("a bar for each row", ("y",), (*_AXIS, "highlight")),
    "grouped": Kind(
        "bars side by side, one for each column of `y`; without `y` a table with grouped heads",
        (),
        ("y", *_AXIS, "columns", "groups"),
    ),
    "stacked": Kind("bars on top of each other that add up", ("y",), _AXIS),
    "bar-line": Kind("bars on the left axis, lines on the right", ("bars", "lines"), _AXIS),
    "ranking": Kind("bars lying down, by their value", ("value",), ("first", "top", "highlight", *_AXIS)),
    "band": Kind(
        "a line in the band between two percentiles of its own column, with the median",
        ("value",),
        ("low", "high", "rows", "x", "unit", "decimals"),
    ),
    "whiskers": Kind(
        "for each row a stroke from a low to a high column, and a dot for each column of `y`: a forecast and its range"
        " against what came",
        ("ends", "y"),
        _AXIS,
    ),
    "calls": Kind(
        "calls along the time: a mark for each row at its day, in the line of its security, in the colour of a column"
        " of words (rating, fate, outcome)",
        ("when", "by"),
        ("lane", "rows"),
    ),
    "scatter": Kind("a dot for each row", ("x", "y"), ("rows", "labelled", "decimals")),
    "timeline": Kind("events along a line", ("when", "title_column"), ("detail", "rows")),
    "plain": Kind("a table", (), _TABLE),
    "matrix": Kind("a table of ticks and crosses", (), _TABLE),
    "change": Kind("a table whose numbers take the colours of rising and falling by their sign", (), _TABLE),
    "forecast": Kind("a table of actual and estimated periods", (), _TABLE),
    "policy": Kind("a table of texts: who decided what, and when", (), _TABLE),
    "orders": Kind("a table of orders and contracts", (), _TABLE),
    "tornado": Kind(
        "a model's view of kind tornado: for each input a bar from the base case to the target at its low and at its"
        " high value, the widest first",
        (),
        ("top", "unit", "decimals"),
    ),
    "fan": Kind(
        "a model's view of kind fan: the line over periods, in bands between its simulated quantiles; of another table"
        " the line `value` in the bands between the columns of `ends`",
        (),
        ("ends", "value", "rows", "x", "unit", "decimals"),
    ),
    "sensitivity": Kind(
        "a model's view of kind one-way, two-way or scenarios as a table, the base case marked",
        (),
        ("rows", "columns", "decimals", "headers", "widths"),
    ),
    "card": Kind("pairs of a name and a value, without `data`", ("items",), ()),
}


class ExhibitSpec(Strict):
    """The TOML of a fenced block `exhibit ID` in a chapter. Columns and rows are those of the table `data`."""

    kind: Literal[
        "line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter", "timeline", "plain",
        "matrix", "change", "forecast", "policy", "orders", "tornado", "fan", "sensitivity", "whiskers", "calls",
        "card",
    ] = Field(description="What it is; the next table says what each kind needs.", examples=['"bar-line"'])  # fmt: skip
    title: str = Field(
        description="The title behind 图1 or 表1; it may hold bindings.",
        examples=['"{market.rank_of[计算机]}个行业的涨跌幅"'],
    )
    data: str = Field(
        default="",
        description="The table: evidence/NAME.csv, a model (models/NAME.toml), `MODEL_SCENARIO` or `MODEL_VIEW`. All"
        " kinds but `card` need it.",
        examples=['"grid"'],
    )
    without: str = Field(
        default="",
        description="A table of a store: the exhibit stands only where that one has no store to ask and says its gap.",
        examples=['"price_600519"'],
    )
    note: str = Field(
        default="", description="The note below the origin line; it may hold bindings.", examples=['"含融资租赁"']
    )
    unit: str | None = Field(
        default=None,
        description="The unit of a chart's left axis and labels, of the dimension of its columns. Default: the first"
        " column's own.",
        examples=['"万亿元"'],
    )
    decimals: int | dict[str, int] | None = Field(
        default=None,
        description="Decimal places, for all columns or by column. Default: those that the cells were printed with, one"
        " for computed numbers. A table never shows more places than its cell was printed with.",
        examples=["{ total = 0, growth = 1 }"],
    )
    labels: Literal["all", "last", "none"] | None = Field(
        default=None,
        description="Which points print their number. Default: `all` of up to eight bars and of a ranking, the `last`"
        " of a line, else `none`.",
        examples=['"all"'],
    )
    rows: str | tuple[str, ...] | None = Field(
        default=None,
        description="The rows to show: from one to another, both included, or a list. Default: all; charts leave"
        " totals out.",
        examples=['"2019:2023"', '["国家电网", "南方电网"]'],
    )
    x: str | None = Field(
        default=None,
        description="The column whose texts name the categories; of a scatter, the numbers across. Default: the row"
        " keys.",
        examples=['"name"'],
    )
    y: Columns = Field(
        default=(),
        description="The columns that are drawn, a series each; of a scatter, the one upwards.",
        examples=['["state", "southern"]'],
    )
    ends: Columns = Field(
        default=(),
        description="The low and the high column of `whiskers`; of a `fan` all ends of bands, from the lowest to the"
        " highest.",
        examples=['["low", "high"]'],
    )
    bars: Columns = Field(default=(), description="The columns drawn as bars of a `bar-line`.", examples=['["total"]'])
    lines: Columns = Field(
        default=(), description="The columns drawn as lines of a `bar-line`.", examples=['["growth"]']
    )
    value: str | None = Field(
        default=None, description="The column of a ranking, a band, or a fan with `ends`.", examples=['"pe"']
    )
    highlight: Columns = Field(
        default=(),
        description="Row keys that stand out in the theme's `highlight`; in a transposed table, columns.",
        examples=['["计算机"]'],
    )
    labelled: Columns = Field(
        default=(), description="Row keys whose names a scatter prints.", examples=['["中控技术", "恒生电子"]']
    )
    first: Literal["highest", "lowest"] = Field(
        default="highest", description="Which end of a ranking stands on top.", examples=['"lowest"']
    )
    top: int | None = Field(
        default=None, ge=2, description="How many rows a ranking shows, from the top. Default: all.", examples=["10"]
    )
    low: int = Field(
        default=25, ge=1, le=49, description="The lower percentile of a band, from 1 to 49.", examples=["20"]
    )
    high: int = Field(
        default=75, ge=51, le=99, description="The upper percentile of a band, from 51 to 99.", examples=["80"]
    )
    when: str | None = Field(
        default=None, description="A timeline's column of dates, or that of `calls`.", examples=['"date"']
    )
    by: str | None = Field(
        default=None, description="The column of `calls` whose words are the classes of marks.", examples=['"rating"']
    )
    lane: str | None = Field(
        default=None,
        description="The column of `calls` that names the line a mark stands in. Default: the row keys.",
        examples=['"name"'],
    )
    title_column: str | None = Field(default=None, description="A timeline's column of events.", examples=['"event"'])
    detail: str | None = Field(
        default=None, description="A timeline's column of small print below each event.", examples=['"detail"']
    )
    columns: Columns = Field(
        default=(), description="A table's columns, in order. Default: all.", examples=['["year", "total", "growth"]']
    )
    groups: dict[str, Columns] = Field(
        default_factory=dict,
        description="Heads above neighbouring columns: each with the columns that stand under it.",
        examples=['{ "每股收益（元）" = ["eps24", "eps25"] }'],
    )
    headers: dict[str, str] = Field(
        default_factory=dict,
        description="Other heads than the columns' labels; they may hold bindings.",
        examples=['{ eps24 = "2024E" }'],
    )
    widths: dict[str, float] = Field(
        default_factory=dict,
        description="How wide columns are beside each other. Default: 1 each; in a transposed table `metric` is 1.6.",
        examples=["{ model = 2.3 }"],
    )
    transpose: bool = Field(
        default=False, description="Whether columns are set as rows, and rows as columns.", examples=["true"]
    )
    items: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="A card's pairs of a name and a value; both may hold bindings.",
        examples=['[["市盈率", "{market.pe[计算机]: .1}"]]'],
    )

    @property
    def is_chart(self) -> bool:
        """Whether it is drawn: `grouped` bars name `y`, a table with grouped heads names `columns`."""
        return self.kind in CHARTS and not (self.kind == "grouped" and not self.y)

    @model_validator(mode="after")
    def _complete(self) -> ExhibitSpec:
        needed = KINDS[self.kind].needs
        lacking = [name for name in (*needed, *(("data",) if self.kind != "card" else ())) if not getattr(self, name)]
        if lacking:
            raise ValueError(f"a {self.kind} needs {', '.join(f'`{name}`' for name in lacking)}")
        if self.kind == "whiskers" and len(self.ends) != 2:
            raise ValueError(f"`ends` are two columns, the low and the high one; here are {len(self.ends)}")
        if self.kind == "fan" and self.ends and (len(self.ends) % 2 or self.value is None):
            raise ValueError("a fan with `ends` needs `value`, and as many low ends as high ones")
        return self
