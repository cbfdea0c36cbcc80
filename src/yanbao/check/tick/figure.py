"""A number of a document as understood: how much of what, about whom, for when, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from yanbao.check.findings import Where
from yanbao.quantity.mention import Kind
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity

Direction = Literal["up", "down"]


@dataclass(frozen=True)
class Figure:
    """A number as understood. What the document does not say is `None` or empty: nothing is guessed.

    `quantity` has the sign that the document means: brackets and a word of decline (同比下降5.3%) are applied, and
    its interval holds what the printed digits and words of approximation allow.
    """

    text: str  # as printed
    quantity: Quantity
    kind: Kind
    where: Where
    metric: str | None = None  # canonical name from the table of accounting words: "revenue", "net_profit_parent"
    label: str = ""  # the words that name it, as printed: row label, or the words before it in the sentence
    subject: str = ""  # whom it is about: a company, a segment, a region
    period: Period | None = None
    change: Literal["yoy", "qoq", "cagr", "pp", "change"] | None = (
        None  # it states a change of the metric, not its level
    )
    direction: Direction | None = None  # the word printed beside it
    heads: tuple[str, ...] = ()  # a cell's heads: of its column from the top, then of its row from the left
    table: int | None = None  # index of its table in the document, with row and column in it
    row: int | None = None
    column: int | None = None
    of: int | None = None  # rank among how many
    parts: tuple[Quantity, ...] = ()  # the two ends of a range


@dataclass(frozen=True)
class Unknown:
    """A number that was found and not understood, or that nothing was found to test with: counted, with the reason."""

    text: str
    where: Where
    reason: str
