"""What yanbao.toml says of the calls that a report makes, of who signs it off, and of the ledger that keeps calls."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from yanbao.evidence import Bilingual, Strict, Text

Period = Annotated[str, Field(pattern=r"^(19|20)\d\dE$")]
Expression = Annotated[str, Field(min_length=1, max_length=500)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
LEDGER_FILE: Final = "calls.csv"
MEASURES: Final = ("eps", "net_profit", "revenue")


class Estimates(Strict):
    """What a call expects, year by year: an expression over the report's facts for each."""

    eps: dict[Period, Expression] = Field(
        default_factory=dict,
        description="Earnings per share by year.",
        examples=['{ "2024E" = "keyuan.eps[2024E]" }'],
    )
    net_profit: dict[Period, Expression] = Field(
        default_factory=dict,
        description="Net profit attributable to the parent by year.",
        examples=['{ "2024E" = "keyuan.profit[2024E]" }'],
    )
    revenue: dict[Period, Expression] = Field(
        default_factory=dict, description="Revenue by year.", examples=['{ "2024E" = "keyuan.revenue[2024E]" }']
    )


class CallSpec(Strict):
    """A call that the report makes: `yanbao publish` enters it in the ledger.

    Its numbers are [expressions](expressions.md) over the facts of the report, so that they are proved with it and
    cannot differ from its pages.
    """

    scope: Literal["company", "sector"] = Field(
        default="company", description="Whether a company or a sector is rated.", examples=['"sector"']
    )
    security: str = Field(
        min_length=1,
        max_length=32,
        description="The code of the security in full, of a sector its code or name.",
        examples=['"002380.SZ"'],
    )
    name: Text = Field(description="What it is called.", examples=['{ zh = "科远智慧", en = "Sciyon" }'])
    rating: str = Field(description="The rating: a name of the policy in either language.", examples=['"买入"'])
    price: Expression | None = Field(
        default=None, description="The price at which the call is made.", examples=['"valuation.price[科远智慧]"']
    )
    price_day: date | None = Field(
        default=None,
        description="The day of that price; left out, the report and the ledger say that it is not stated.",
        examples=["2024-06-28"],
    )
    target: Expression | None = Field(
        default=None, description="The target price, where there is one.", examples=['"forecasts.target"']
    )
    target_months: int | None = Field(
        default=None,
        ge=1,
        le=60,
        description="In how many months the target is to be reached; left out, within the policy's horizon.",
        examples=["12"],
    )
    benchmark_return: Expression | None = Field(
        default=None,
        description="What the benchmark is expected to return over the policy's horizon. With it the proof asks whether"
        " target, price and rating agree: a rating is relative, a target is not.",
        examples=['"views.index_return[2024E]"'],
    )
    estimates: Estimates = Field(default=Estimates(), description="What is expected, year by year.")
    analyst: str = Field(description="The licence of the analyst who makes the call.", examples=['"S0000000000001"'])
    interests: Text = Field(
        description="Which interests the house and its people hold in it. That there are none is said, too.",
        examples=['{ zh = "无", en = "None" }'],
    )


class Role(Strict):
    """A step of the sign-off."""

    id: Identifier = Field(description="What `yanbao sign --role` calls it.", examples=['"compliance"'])
    name: Text = Field(description="What it is called.", examples=['{ zh = "合规", en = "Compliance" }'])


DEFAULT_ROLES: Final = tuple(
    Role(id=identifier, name=Bilingual(zh=zh, en=en))
    for identifier, zh, en in (
        ("author", "撰写", "Author"),
        ("reviewer", "复核", "Reviewer"),
        ("quality", "质控", "Quality control"),
        ("compliance", "合规", "Compliance"),
    )
)


def _once(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    twice = sorted({role.id for role in roles if [other.id for other in roles].count(role.id) > 1})
    if twice:
        raise ValueError(f"the role {', '.join(twice)} stands twice")
    return roles


class SignOff(Strict):
    """Who signs a build before it may be published."""

    roles: Annotated[tuple[Role, ...], AfterValidator(_once)] = Field(
        default=DEFAULT_ROLES,
        min_length=1,
        max_length=20,
        description="The roles that sign a build, in their order.",
        json_schema_extra={"house_style": "author, reviewer, quality, compliance"},
    )
    separate: bool = Field(
        default=True, description="Whether each role has to be signed by another person.", examples=["false"]
    )


def _ledger_path(path: str) -> str:
    parts = PurePosixPath(path)
    if parts.suffix != ".csv" or parts.is_absolute() or ".." in parts.parts or "\\" in path:
        raise ValueError(f"{path!r} is not the path of a .csv file inside the workspace")
    return path


class LedgerFile(Strict):
    """The ledger of published calls."""

    file: Annotated[str, AfterValidator(_ledger_path)] = Field(
        default=LEDGER_FILE,
        description="The ledger, a file inside the workspace; where several share one, a link to it.",
        examples=['"record/calls.csv"'],
    )
    benchmark: str = Field(
        description="The code of the rating policy's benchmark: what the calls are scored against.",
        examples=['"000300.SH"'],
    )
