"""Sector diagnostics: the store in, tidy tables out. `EXHIBITS` names every exhibit; it is imported when it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from yanbao.sector.market import A_SHARES, Home, Market

if TYPE_CHECKING:
    from yanbao.sector.exhibit import Exhibit

__all__ = ["A_SHARES", "EXHIBITS", "Entry", "Home", "Market"]


@dataclass(frozen=True)
class Entry:
    """An exhibit by name: its function and its options.

    Both are imported on first use: the query library takes longer to load than most commands to run.
    """

    name: str

    @cached_property
    def function(self) -> Callable[[Market, Any], Exhibit]:
        """The function from market and options to exhibit."""
        found: Callable[[Market, Any], Exhibit] = getattr(self._module, self._id)
        return found

    @cached_property
    def options(self) -> type[Any]:
        """The frozen dataclass of its options: the fields are what a command or a chapter can say."""
        found: type[Any] = getattr(self._module, "".join(word.title() for word in self.name.split("-")) + "Options")
        return found

    @property
    def _id(self) -> str:
        return self.name.replace("-", "_")

    @cached_property
    def _module(self) -> Any:
        return import_module(f"yanbao.sector.{self._id}")


EXHIBITS: dict[str, Entry] = {
    name: Entry(name)
    for name in (
        "performance",
        "ranking",
        "movers",
        "share-price",
        "members",
        "valuation",
        "valuation-history",
        "fund-holdings",
        "revenue-growth",
        "profit-growth",
        "growth-distribution",
        "gross-margin",
        "expense-ratio",
        "headcount",
        "operating-cash-flow",
        "seasonality",
        "policy-rate",
        "screen",
        "coverage",
    )
}
