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


class ColumnSpec(Strict):
    """A column: label, unit, kind, where it is printed, how it is computed."""

    label: Text
    unit: str = ""
    kind: Literal["measure", "exact", "text", "mark", "date"] = "measure"
    line: int | None = Field(default=None, ge=1)
    period: str | None = None
    compute: str | None = None
    missing: dict[str, Text] = Field(default_factory=dict)
    note: Text | None = None


class CellSpec(Strict):
    """A single cell with its own line, unit, computation or note."""

    row: str
    column: Identifier
    line: int | None = Field(default=None, ge=1)
    compute: str | None = None
    note: Text | None = None


class RowSpec(Strict):
    """A row's part in the table: rows of role `total` are left out of `column[:]`."""

    role: Literal["body", "total", "sub", "highlight"] = "body"
    label: Text | None = None


class Sidecar(Strict):
    """The TOML file beside an evidence table."""

    title: Text
    origin: str | Bilingual
    as_of: date
    period: Literal["year", "half", "quarter", "month", "day", "any"] | None = None
    note: Text | None = None
    columns: dict[Identifier, ColumnSpec]
    cells: tuple[CellSpec, ...] = ()
    rows: dict[str, RowSpec] = Field(default_factory=dict)


class Origin(Strict):
    """A publisher that evidence refers to by key."""

    text: Text
    published: str = ""
