"""What a mapping of a history says: how the columns of somebody's file become the columns of the ledger."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from yanbao.errors import Mistake, WorkspaceError
from yanbao.rating.entry import NAMES, Measure, read_cells
from yanbao.source.mapping import Code, Part, Reading, Texts
from yanbao.source.toml_file import key_lines, parse_toml, read_text

GIVEN: Final = frozenset({"entry", "recorded", "call", "corrects", "report", "source", "previous", "hash"})
FILLED: Final = tuple(name for name in NAMES if name not in GIVEN)
_ESTIMATE: Final = ("measure", "period", "value", "unit")


class HistoryColumn(Part):
    """Where a column of the ledger comes from, when it is more than a column's name."""

    from_: str = Field(alias="from", description="The column of the file.", examples=['"收盘价"'])
    missing: Texts = Field(
        default=(), description="What stands for “not stated” here, beside `missing` above.", examples=['["0.00"]']
    )
    words: dict[str, str] = Field(
        default_factory=dict,
        description="What the file says, and what the ledger says for it; every other word stays as it is. In `action`"
        " an empty text says that the ledger tells what a rating does.",
        examples=['{ "强烈推荐" = "买入", "谨慎推荐" = "持有" }'],
    )


def _column(value: Any) -> Any:
    return {"from": value} if isinstance(value, str) else value


class HistoryEstimate(Part):
    """A column of forecasts in a file of ratings: an entry of its own for each row that states one."""

    from_: str = Field(alias="from", description="The column of the file.", examples=['"EPS2024E"'])
    measure: Measure = Field(description="eps, net_profit or revenue.", examples=['"eps"'])
    period: str = Field(description="The forecast year.", examples=['"2024E"'])
    unit: str = Field(description="The unit of its numbers.", examples=['"元"'])
    missing: Texts = Field(default=(), description="What stands for “not stated” here, beside `missing` above.")


class HistoryMapping(Reading):
    """A mapping of `yanbao ledger import`: a file with a row for each rating, or for each estimate."""

    missing: Texts = Field(
        default=("",), description="What stands for “not stated” in every column.", examples=['["", "--", "N/A"]']
    )
    day_format: str | None = Field(
        default=None,
        description="How days are written where they are not year, month, day: as of strptime.",
        examples=['"%d/%m/%Y"'],
    )
    code: Code = Field(default_factory=Code, description="How codes are written.")
    columns: dict[str, Annotated[HistoryColumn, BeforeValidator(_column)]] = Field(
        description="The columns of the ledger, and those of the file.",
        examples=['{ published = "发布日期", security = "代码", rating = "评级" }'],
    )
    constants: dict[str, str] = Field(
        default_factory=dict,
        description="Columns of the ledger that are one value for the whole file: the policy, its benchmark and horizon"
        " above all.",
        examples=['{ policy = "买入>20; 中性[-20,20]; 卖出<-20", benchmark = "000300.SH", horizon = "6" }'],
    )
    estimates: tuple[HistoryEstimate, ...] = Field(default=(), description="Columns of forecasts beside a rating.")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        both = sorted(self.columns.keys() & self.constants.keys())
        if both:
            raise ValueError(f"{', '.join(both)}: is a column and a constant")
        there = self.columns.keys() | self.constants.keys()
        lost = [name for name in ("published", "security") if name not in there]
        if lost:
            raise ValueError(f"{', '.join(lost)}: no column and no constant gives it")
        if self.day_format is not None and not _tells_days(self.day_format):
            raise ValueError(f"day_format {self.day_format!r} does not tell a day: %Y, %m and %d in some order")
        if self.estimates and "measure" in there:
            raise ValueError("`estimates` stand beside ratings; a file with a row for each estimate has none")
        return self


def _tells_days(form: str) -> bool:
    """Whether a day that is printed by a format is read back by it."""
    day = datetime(2024, 7, 15)
    try:
        return datetime.strptime(day.strftime(form), form) == day
    except ValueError:
        return False


def read_history_mapping(path: Path) -> HistoryMapping:
    """Return the mapping that a TOML file holds.

    Raises:
        WorkspaceError: all its mistakes, each at its line.
    """
    mistakes: list[Mistake] = []
    text = read_text(path, path.name, mistakes)
    mapping = None if text is None else parse_toml(text, path.name, HistoryMapping, mistakes)
    if mapping is not None:
        assert text is not None
        mistakes += _mistakes(mapping, path.name, key_lines(text))
    if mapping is None or mistakes:
        raise WorkspaceError(mistakes)
    return mapping


def _mistakes(mapping: HistoryMapping, file: str, lines: dict[tuple[str, ...], int]) -> Iterator[Mistake]:
    def at(path: tuple[str, ...], cause: str, hint: str = "") -> Mistake:
        line = next((lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in lines), 1)
        return Mistake(file, line, ".".join(path), cause, hint)

    for part, names in (("columns", mapping.columns), ("constants", mapping.constants)):
        for name in names:
            if name in GIVEN:
                yield at((part, name), "is given by the ledger itself")
            elif name not in FILLED:
                near = difflib.get_close_matches(name, FILLED, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(FILLED)}"
                yield at((part, name), "is no column of the ledger", hint)
    known = {name: text for name, text in mapping.constants.items() if name in FILLED and name != "security"}
    for name, cause, hint in read_cells(known)[1]:
        yield at(("constants", name), cause, hint)
    for index, one in enumerate(mapping.estimates):
        for name, cause, hint in read_cells({"period": one.period, "unit": one.unit})[1]:
            yield at(("estimates", str(index), name), cause, hint)
