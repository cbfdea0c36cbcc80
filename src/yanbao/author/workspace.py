"""yanbao.toml: what a report is, who signs it, what its ratings mean."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from yanbao.author.call_spec import CallSpec, LedgerFile, SignOff
from yanbao.evidence import Origin, Strict, Text
from yanbao.rating import RatingPolicy

FILE = "yanbao.toml"


def _inside(chapter: str) -> str:
    path = PurePosixPath(chapter)
    if path.is_absolute() or ".." in path.parts or "\\" in chapter:
        raise ValueError(f"{chapter!r} is not a path inside the workspace")
    return chapter


Chapter = Annotated[str, AfterValidator(_inside)]


class Editions(Strict):
    """The chapters of each language."""

    zh: tuple[Chapter, ...] = Field(
        default=(), description="The chapters of the Chinese edition, in order.", examples=['["report/01-grid.md"]']
    )
    en: tuple[Chapter, ...] = Field(
        default=(), description="The chapters of the English edition, in order.", examples=['["report/en/01-grid.md"]']
    )


def _editions(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, list) else value


Chapters = Annotated[Editions, BeforeValidator(_editions)]


class Report(Strict):
    """What the report is."""

    title: Text = Field(
        description="The title, on the cover and of every file.", examples=['"计算机行业2024年中期策略"']
    )
    subtitle: Text = Field(description="The line below the title.", examples=['"算力先行，政策接力"'])
    sector: Text = Field(description="The sector that the report covers, for the record.", examples=['"计算机"'])
    language: Literal["zh", "en"] = Field(
        default="zh",
        description="The language of the edition that `yanbao build` makes unless told otherwise; every text needs it.",
        examples=['"en"'],
    )
    as_of: date = Field(
        description="The day as of which the report speaks: each page's day unless the page names its own.",
        examples=["2024-06-30"],
    )
    published: date = Field(
        description="The day of publication, on the cover and at the foot of each page.", examples=["2024-07-15"]
    )
    house: Text = Field(description="Who publishes it, on the cover and at the foot.", examples=['"我的研究所"'])
    notice: Text = Field(
        description="What the foot of every page says; the proof looks for it on each.",
        examples=['"样例，不构成投资建议"'],
    )
    chapters: Chapters = Field(
        description="The chapters in order, one list for both languages or a list each. One of their pages is marked as"
        " the risk section.",
        examples=['["report/01-grid.md", "report/02-risks.md"]'],
    )
    formats: tuple[Literal["html", "pptx", "pdf", "xlsx"], ...] = Field(
        default=("html", "pptx", "pdf", "xlsx"),
        description="What `yanbao build` writes unless told otherwise.",
        examples=['["pptx", "xlsx"]'],
    )


class Analyst(Strict):
    """Who signs."""

    name: Text = Field(description="The analyst's name, on the cover.", examples=['"沈砚"'])
    licence: str = Field(description="The number of the licence, on the cover.", examples=['"S0000000000001"'])


class Legal(Strict):
    """Texts that regulation asks for; paragraphs are divided by blank lines."""

    certificate: Text = Field(
        description="What the analysts certify; the proof looks for it word by word.",
        examples=['"分析师承诺：本报告独立、客观。"'],
    )
    disclaimer: Text = Field(
        description="The house's disclaimer; the proof looks for it word by word.",
        examples=['"本报告仅供本机构客户使用。"'],
    )


class MarketData(Strict):
    """The store that tables of the evidence ask."""

    store: str = Field(
        description="The folder that `yanbao load` filled, or its store.duckdb: a path from the workspace.",
        examples=['"../market"'],
    )
    names: dict[str, str] = Field(
        default_factory=dict,
        description="English names of what the store names in Chinese (sectors, indices, sources), for an English"
        " edition.",
        examples=['{ "计算机" = "Computers" }'],
    )


class Workspace(Strict):
    """The content of yanbao.toml."""

    report: Report = Field(description="What the report is.")
    market: MarketData | None = Field(default=None, description="The store that tables of the evidence ask.")
    analysts: tuple[Analyst, ...] = Field(min_length=1, description="Who signs, in the order of the cover.")
    origins: dict[str, Origin] = Field(
        default_factory=dict, description="Publishers that evidence refers to by their key."
    )
    rating: RatingPolicy = Field(description="The rating policy.")
    legal: Legal = Field(description="Texts that regulation asks for; paragraphs are divided by blank lines.")
    calls: tuple[CallSpec, ...] = Field(default=(), description="The calls that the report makes.")
    ledger: LedgerFile | None = Field(
        default=None, description="The ledger of published calls; a report that makes calls needs it."
    )
    signoff: SignOff = Field(default=SignOff(), description="Who signs a build before it may be published.")
