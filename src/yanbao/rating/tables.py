"""What scoring gives back: tidy tables, one row a fact, for the command line and for the exhibits of a report.

Returns, rates, shares and errors are fractions (5 % is 0.05). A value that cannot be said is `None`, and the row's
`status` and `reason` say why: nothing is left out of a table in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from yanbao.sector.exhibit import Text

Entry = Literal["same", "next"]  # the close of the publication day, or of the first trading day after it
Grid = Literal["day", "month-end"]
Status = Literal["closed", "open", "superseded", "suspended", "delisted", "late start", "no price"]
By = Literal["all", "rating", "analyst", "broker", "year", "sector", "security"]


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call at one horizon.

    `own` tells the horizon the call itself names from the others that every call is measured at. A row with a
    `relative_return` is in the statistics; one without is counted in them by its status.
    """

    id: str
    security: str
    name: str
    scope: str
    rating: str
    group: str  # what the rows of the scorecard are grouped by
    published: date
    price: Decimal | None
    horizon: int  # months
    own: bool
    entry_day: date | None
    horizon_day: date | None
    entry_close: float | None  # adjusted, as the price table has it
    stock_return: float | None
    benchmark_return: float | None
    relative_return: float | None
    so_far: float | None  # of an open call: relative return up to the as-of day, in no statistic
    best: float | None  # highest and lowest relative return at a close on the way
    worst: float | None
    realised: str | None
    hit: bool | None
    status: Status
    reason: Text

    def record(self) -> dict[str, Any]:
        """Return the row as the command prints it."""
        return {
            "id": self.id,
            "security": self.security,
            "rating": self.rating,
            "published": self.published.isoformat(),
            "price": None if self.price is None else str(self.price),
            "horizon": self.horizon,
            "relative_return": self.relative_return,
            "realised": self.realised,
            "hit": self.hit,
            "status": self.status,
            "reason": self.reason.en,
        }


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A group of calls at one horizon: how many were hits, what chance would have given, and how sure that is.

    Bounds for survivorship: `*_if_lost` counts each call without a price as -100 %, `*_if_benchmark` as the benchmark.
    """

    group: str
    horizon: str  # months, or "own"
    calls: int
    n: int  # calls with an outcome
    months: int  # months in which they were, or could first have been, entered
    windows: float  # stretches of the horizon's length that do not overlap
    open: int
    missing: int  # no price
    late: int  # late starts, whether scored or not
    suspended: int
    delisted: int
    hits: int
    hit_rate: float | None
    hit_error: float | None  # standard error, clustered by month
    hit_low: float | None  # 95 % interval of a bootstrap over months
    hit_high: float | None
    base_rate: float | None  # share of the universe that would have been a hit on the same days
    random_low: float | None  # 95 % interval of random picks: same days, same counts
    random_high: float | None
    mean: float | None  # of relative returns
    median: float | None
    standard_error: float | None  # of the mean, clustered by month
    low: float | None
    high: float | None
    universe_mean: float | None  # of the universe's relative returns on the same days
    random_mean_low: float | None
    random_mean_high: float | None
    hit_rate_if_lost: float | None
    hit_rate_if_benchmark: float | None
    mean_if_lost: float | None
    mean_if_benchmark: float | None
    warning: Text | None


@dataclass(frozen=True, slots=True)
class PathRow:
    """Relative return this many months after entry, over all calls that have one."""

    month: int
    n: int
    lower: float | None  # quartile
    median: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class CallPath:
    """One call's relative return at 0, 1, 2 … months after entry; `None` where there is none (yet)."""

    id: str
    security: str
    name: str
    published: date
    relative: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """How many calls of a rating came out in which class; `share` is of the calls so rated."""

    scope: str
    rated: str
    realised: str
    n: int
    share: float


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """A call on the axis of time: said when, ended how, come to what (at its own horizon)."""

    id: str
    security: str
    name: str
    scope: str
    rating: str
    published: date
    price: Decimal | None
    target: Decimal | None
    horizon_day: date | None
    fate: str  # "" while it stands, else the action that ended it
    fate_day: date | None
    relative_return: float | None
    realised: str | None
    hit: bool | None
    status: Status


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target price against what the price became, on the scale of the call's own price."""

    id: str
    security: str
    published: date
    price: Decimal | None
    target: Decimal
    horizon_day: date | None
    upside: float | None  # target / price - 1
    price_at_horizon: float | None
    met: bool | None  # at the horizon
    touched: bool | None  # at a close on the way
    days_to_target: int | None  # trading days from entry to the first close that touches
    error: float | None  # (price at the horizon - target) / price
    reason: Text


@dataclass(frozen=True, slots=True)
class EstimateRow:
    """A forecast against the figure first published; `error` = forecast / actual - 1 where the actual is positive."""

    id: str
    security: str
    analyst: str
    sector: str
    published: date
    measure: str
    period: str
    years_ahead: int  # forecast year - year of publication
    forecast: float  # in `unit`; EPS divided by the share factor since
    unit: str
    actual: float | None
    actual_published: date | None
    error: float | None
    reason: Text


@dataclass(frozen=True, slots=True)
class EstimateErrorRow:
    """Errors of forecasts of one measure in one group: year, analyst, sector or years ahead."""

    measure: str
    by: str
    group: str
    n: int
    mean: float | None
    median: float | None
    mean_absolute: float | None
    lower: float | None  # quartiles of the error
    upper: float | None
    forecast: float | None  # medians, in `unit`, of those with both
    actual: float | None
    unit: str
    warning: Text | None


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A forecast that a later report changed; `change` = after / before - 1 where before is positive."""

    security: str
    measure: str
    period: str
    published: date
    before_published: date
    before: float
    after: float
    unit: str
    change: float | None


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """The equal-weight basket of open buys over the month that ends on `day`."""

    day: date
    holdings: int
    unpriced: int  # without a close on the day: valued at the last one
    basket: float | None  # return of the month, before costs; `None`: no open buy
    benchmark: float
    turnover: float  # half the sum of changes of weight at the start of the month
    cost: float
    level: float  # 1 at the start, after costs
    benchmark_level: float


@dataclass(frozen=True, slots=True)
class PublishedRate:
    """A base rate that others published, with its source."""

    what: Text
    value: str
    source: str


@dataclass(frozen=True)
class Scorecard:
    """The record of some calls as known on a day, and everything that has to be said beside it."""

    as_of: date
    entry: Entry
    grid: Grid
    benchmark: str
    by: By
    calls: tuple[CallRow, ...]
    scores: tuple[ScoreRow, ...]
    paths: tuple[PathRow, ...]
    call_paths: tuple[CallPath, ...]
    calibration: tuple[CalibrationRow, ...]
    timeline: tuple[TimelineRow, ...]
    targets: tuple[TargetRow, ...]
    estimates: tuple[EstimateRow, ...]
    estimate_errors: tuple[EstimateErrorRow, ...]
    revisions: tuple[RevisionRow, ...]
    portfolio: tuple[PortfolioRow, ...]
    published_rates: tuple[PublishedRate, ...]
    notes: tuple[Text, ...]


def plain(row: Any) -> dict[str, Any]:
    """Return a row as plain data: days as `2024-06-28`, decimals as their text, texts in both languages.

    ```
    plain(PathRow(1, 3, -0.1, 0.0, 0.2)) == {"month": 1, "n": 3, "lower": -0.1, "median": 0.0, "upper": 0.2}
    ```
    """
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Text):
        return value.json()
    return list(value) if isinstance(value, tuple) else value
