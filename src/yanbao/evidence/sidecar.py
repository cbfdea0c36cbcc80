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


class Sidecar(Strict):
    """The TOML file beside an evidence table NAME.csv; a CSV column `line` gives each row's line in the origin."""

    title: Text = Field(description="What the table holds.", examples=['{ zh = "两网投资额", en = "Grid investment" }'])
    origin: str | Bilingual = Field(
        description="Who published it: a key of `origins` in yanbao.toml, or a text of its own.", examples=['"swsc"']
    )
    as_of: date = Field(
        description="The day on which the numbers were true. On a page of another day the text has to say so.",
        examples=["2024-06-30"],
    )
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


class Origin(Strict):
    """A publisher that evidence refers to by key."""

    text: Text = Field(
        description="How origin lines name the source.", examples=['"西南证券《计算机行业2024年中期投资策略》"']
    )
    published: str = Field(default="", description="When it was published, for the record.", examples=['"2024-07"'])
