"""yanbao.toml: what a report is, who signs it, what its ratings mean."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from yanbao.evidence import Origin, Strict, Text

FILE = "yanbao.toml"


def _inside(chapter: str) -> str:
    path = PurePosixPath(chapter)
    if path.is_absolute() or ".." in path.parts or "\\" in chapter:
        raise ValueError(f"{chapter!r} is not a path inside the workspace")
    return chapter


Chapter = Annotated[str, AfterValidator(_inside)]


class Editions(Strict):
    """The chapters of each language."""

    zh: tuple[Chapter, ...] = ()
    en: tuple[Chapter, ...] = ()


def _editions(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, list) else value


Chapters = Annotated[Editions, BeforeValidator(_editions)]


class Report(Strict):
    """What the report is."""

    title: Text
    subtitle: Text
    sector: Text
    language: Literal["zh", "en"] = "zh"
    as_of: date
    published: date
    house: Text
    notice: Text
    chapters: Chapters
    formats: tuple[Literal["html", "pptx", "pdf", "xlsx"], ...] = ("html", "pptx", "pdf", "xlsx")


class Analyst(Strict):
    """Who signs."""

    name: Text
    licence: str


class Band(Strict):
    """A rating and its band of relative return in %, as `(above, up_to]` or `[from, below)` say."""

    name: Text
    above: int | None = None  # exclusive lower bound
    at_least: int | None = None  # inclusive lower bound
    up_to: int | None = None  # inclusive upper bound
    below: int | None = None  # exclusive upper bound

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("a rating needs a bound: above or at_least, up_to or below")
        return self

    @property
    def low(self) -> str | None:
        """The key of the lower bound, `None` where there is none."""
        return next((name for name in ("above", "at_least") if getattr(self, name) is not None), None)

    @property
    def high(self) -> str | None:
        """The key of the upper bound, `None` where there is none."""
        return next((name for name in ("up_to", "below") if getattr(self, name) is not None), None)


class RatingPolicy(Strict):
    """The rating policy: horizon, benchmark, bands."""

    horizon_months: int = Field(ge=1, le=60)
    benchmark: Text
    company: tuple[Band, ...] = Field(min_length=1)
    sector: tuple[Band, ...] = Field(min_length=1)


class Legal(Strict):
    """Texts that regulation asks for; paragraphs are divided by blank lines."""

    certificate: Text
    disclaimer: Text


class Workspace(Strict):
    """The content of yanbao.toml."""

    report: Report
    analysts: tuple[Analyst, ...] = Field(min_length=1)
    origins: dict[str, Origin] = Field(default_factory=dict)
    rating: RatingPolicy
    legal: Legal
