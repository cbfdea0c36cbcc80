"""What stands beside an evidence table: titles, units, publisher, date, computations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Strict(BaseModel):
    """A part of a workspace file: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Bilingual(Strict):
    """A text in Chinese and English; one of them may be missing until a build asks for it."""

    zh: str | None = None
    en: str | None = None

    def get(self, language: str) -> str | None:
        """Return the text in `language`, `None` where there is none."""
        return self.zh if language == "zh" else self.en


def _bilingual(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


Text = Annotated[Bilingual, BeforeValidator(_bilingual)]

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

_REMARK = "A remark for colleagues; no output prints it."


class ColumnSpec(Strict):
    """A column, by its id in the CSV's first line."""

    label: Text = Field(
        description="What the column is called in heads, legends and the panel of a number.",
        examples=['{ zh = "国家电网", en = "State Grid" }'],
    )
    unit: str = Field(
        default="",
        description="The unit of every number of the column, unless a cell says its own of the same dimension (a cell"
        " 1.2万亿元 in a column of 亿元). Without one the numbers are pure.",
        examples=['"亿元"'],
    )
    kind: Literal["measure", "exact", "text", "mark", "date"] = Field(
        default="measure",
        description="`measure`: numbers, each as uncertain as half a unit of its last printed place; `exact`: prices,"
        " ranks; `text`: words; `mark`: √ ✓ 是 or × X 否; `date`: days as words. Whole counts (家, 款) are exact"
        " anyhow.",
        examples=['"exact"'],
    )
    line: int | None = Field(
        default=None, ge=1, description="The origin's line that the column was read from.", examples=["1606"]
    )
    period: str | None = Field(
        default=None,
        description="The period of the column's numbers, where the rows are not periods.",
        examples=['"2024Q1"'],
    )
    compute: str | None = Field(
        default=None,
        description="How each body row's cell is computed, an [expression](expressions.md). A value that the CSV holds"
        " as well is what the origin printed: where the two contradict each other, the appendix says so.",
        examples=['"yoy(total, prev(total))"'],
    )
    missing: dict[str, Text] = Field(
        default_factory=dict,
        description="Words that stand for a missing value, each with the reason, a text. A word of letters is printed"
        " as it stands, a Chinese one in English by its reason, any other as a dash.",
        examples=['{ "—" = { zh = "未披露", en = "not disclosed" }, "免费" = { zh = "免费", en = "free" } }'],
    )
    note: Text | None = Field(default=None, description=_REMARK, examples=['"口径含融资租赁"'])


class CellSpec(Strict):
    """A single cell with its own line, computation or note; one with `compute` may fill a row of its own."""

    row: str = Field(description="The row's key: its first cell, or a new one.", examples=['"合计"'])
    column: Identifier = Field(description="The column's id.", examples=['"state"'])
    line: int | None = Field(
        default=None,
        ge=1,
        description="The origin's line of this one cell, before the row's and the column's.",
        examples=["1612"],
    )
    compute: str | None = Field(
        default=None,
        description="How this one cell is computed, instead of the column's way.",
        examples=['"sum(state[:])"'],
    )
    note: Text | None = Field(default=None, description=_REMARK, examples=['"四舍五入"'])


class RowSpec(Strict):
    """A row's part in the table, by its key."""

    role: Literal["body", "total", "sub", "highlight"] = Field(
        default="body",
        description="How tables set the row. A `total` is no part of `column[:]`, and its cells are computed by"
        " `cells` only.",
        examples=['"total"'],
    )
    label: Text | None = Field(
        default=None,
        description="What the row is called, where its key is no good name.",
        examples=['{ zh = "合计", en = "Total" }'],
    )


class _Shape(Strict):
    """What every table says of itself."""

    title: Text = Field(description="What the table holds.", examples=['{ zh = "两网投资额", en = "Grid investment" }'])
    period: Literal["year", "half", "quarter", "month", "day", "any"] | None = Field(
        default=None,
        description="What kind of period the row keys are, `any` for several kinds. Without it rows are no periods, and"
        " growth rates and dates in the prose have nothing to go by.",
        examples=['"year"'],
    )
    note: Text | None = Field(default=None, description=_REMARK, examples=['"2023年为快报数"'])
    columns: dict[Identifier, ColumnSpec] = Field(
        description="Every column of the CSV, and those that are only computed; the first one of the CSV holds the row"
        " keys."
    )
    cells: tuple[CellSpec, ...] = Field(default=(), description="Single cells that differ from their column.")
    rows: dict[str, RowSpec] = Field(default_factory=dict, description="Rows that are more than body rows.")


class Sidecar(_Shape):
    """The TOML file beside an evidence table NAME.csv; a CSV column `line` gives each row's line in the origin."""

    origin: str | Bilingual = Field(
        description="Who published it: a key of `origins` in yanbao.toml, or a text of its own.", examples=['"swsc"']
    )
    as_of: date = Field(
        description="The day on which the numbers were true. On a page of another day the text has to say so.",
        examples=["2024-06-30"],
    )


Scalar = str | int | date


class StoreColumn(Strict):
    """Which answers of the exhibit stand in a column."""

    column: str = Field(description="The exhibit's column.", examples=['"n"'])
    where: dict[str, Scalar] = Field(
        default_factory=dict,
        description="Columns of the exhibit and the value that an answer has in them.",
        examples=['{ bucket = ">=50%" }'],
    )


class StoreQuery(Strict):
    """What a table asks of the workspace's store."""

    exhibit: str = Field(description="An exhibit of the market; `yanbao show list` names them.", examples=['"ranking"'])
    rows: str = Field(
        description="The exhibit's column that holds the row keys, one of `columns` too. Days become periods of the"
        " kind that `period` names, years to date where it is `any`: 2024Q1, 2024H1, 2024Q1-Q3, 2024.",
        examples=['"name"'],
    )
    label: str | None = Field(
        default=None,
        description="The exhibit's column that names the rows in print, where their keys are codes of securities. An"
        " English report prints the code and the name: that of `market.names` in yanbao.toml, else the one that the"
        " security is listed under.",
        examples=['"name"'],
    )
    where: dict[str, Scalar] = Field(
        default_factory=dict,
        description="Columns of the exhibit and the value that an answer must have in them to be taken.",
        examples=['{ measure = "pe", method = "median" }'],
    )
    options: dict[str, Any] = Field(
        default_factory=dict,
        description="The exhibit's options.",
        examples=["{ from = 2023-12-29, to = 2024-06-28 }"],
    )
    columns: dict[Identifier, StoreColumn] = Field(
        default_factory=dict, description="Columns of the table that are not called as the exhibit's own."
    )
    gap: Text | None = Field(
        default=None,
        description="What an exhibit block of this table says in its place where yanbao.toml names no store. Without it"
        " that is a mistake.",
        examples=['"未载入行情序列，股价走势图从缺"'],
    )


class Snapshot(Strict):
    """What a build noted of an answer; in a workspace it is a mistake."""

    as_of: date
    origin: Bilingual
    coverage: Bilingual


class StoreTable(_Shape):
    """The TOML file of a table that is computed from a store; it has no CSV, `origin` and `as_of` come with the answer.

    Values are rounded to eight significant digits, and kept with the question among the inputs of the build. How many
    companies the numbers rest on is printed below each exhibit.
    """

    store: StoreQuery = Field(description="The question; the store is the one that `market` in yanbao.toml names.")
    snapshot: Snapshot | None = Field(default=None, exclude=True)


class Origin(Strict):
    """A publisher that evidence refers to by key."""

    text: Text = Field(
        description="How origin lines name the source.", examples=['"西南证券《计算机行业2024年中期投资策略》"']
    )
    published: str = Field(default="", description="When it was published, for the record.", examples=['"2024-07"'])
