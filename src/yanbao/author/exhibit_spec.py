"""What an exhibit block may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from yanbao.evidence import Strict

CHARTS = ("line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter")
TABLES = ("plain", "grouped", "matrix", "change", "forecast", "policy", "orders")


def _columns(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[str, ...], BeforeValidator(_columns)]


class ExhibitSpec(Strict):
    """The TOML of an exhibit block."""

    kind: Literal[
        "line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter", "timeline", "plain",
        "matrix", "change", "forecast", "policy", "orders", "card",
    ]  # fmt: skip
    title: str
    data: str = ""
    note: str = ""
    unit: str | None = None
    decimals: int | dict[str, int] | None = None
    labels: Literal["all", "last", "none"] | None = None
    rows: str | tuple[str, ...] | None = None
    x: str | None = None
    y: Columns = ()
    bars: Columns = ()
    lines: Columns = ()
    value: str | None = None
    highlight: Columns = ()
    labelled: Columns = ()
    top: int | None = Field(default=None, ge=2)
    low: int = Field(default=25, ge=1, le=49)
    high: int = Field(default=75, ge=51, le=99)
    when: str | None = None
    title_column: str | None = None
    detail: str | None = None
    columns: Columns = ()
    groups: dict[str, Columns] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    widths: dict[str, float] = Field(default_factory=dict)
    transpose: bool = False
    items: tuple[tuple[str, str], ...] = ()

    @property
    def is_chart(self) -> bool:
        """Whether it is drawn: `grouped` bars name `y`, a table with grouped heads names `columns`."""
        return self.kind in CHARTS and not (self.kind == "grouped" and not self.y)

    @model_validator(mode="after")
    def _complete(self) -> ExhibitSpec:
        needed = {
            "bar-line": ("bars", "lines"),
            "ranking": ("value",),
            "band": ("value",),
            "scatter": ("x", "y"),
            "timeline": ("when", "title_column"),
            "card": ("items",),
        }.get(self.kind, ("y",) if self.is_chart else ())
        lacking = [name for name in (*needed, *(("data",) if self.kind != "card" else ())) if not getattr(self, name)]
        if lacking:
            raise ValueError(f"a {self.kind} needs {', '.join(f'`{name}`' for name in lacking)}")
        return self
