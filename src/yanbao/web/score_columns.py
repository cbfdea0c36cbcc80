"""How the tables of a record stand on a page: which columns, and each number in the unit that it is read in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from yanbao.web.words import Language, word

# the columns that a page shows; the CSV has all of them
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "scorecard": ("group", "horizon", "calls", "n", "months", "windows", "open", "missing", "late", "hit_rate",
                  "hit_error", "base_rate", "random", "mean", "standard_error", "universe_mean", "if_lost", "warning"),
    "calls": ("id", "security", "name", "rating", "group", "published", "price", "horizon", "entry_day", "horizon_day",
              "stock_return", "benchmark_return", "relative_return", "best", "worst", "realised", "hit", "status",
              "reason"),
    "paths": ("month", "n", "lower", "median", "upper"),
    "calibration": ("scope", "rated", "realised", "n", "share"),
    "timeline": ("id", "security", "name", "rating", "published", "price", "target", "fate", "fate_day", "horizon_day",
                 "relative_return", "realised", "hit", "status"),
    "targets": ("id", "security", "published", "price", "target", "upside", "horizon_day", "price_at_horizon", "met",
                "touched", "days_to_target", "target_error", "reason"),
    "estimates": ("id", "security", "analyst", "published", "measure", "period", "years_ahead", "forecast", "actual",
                  "unit", "actual_published", "error", "reason"),
    "estimate-errors": ("measure", "by", "group", "n", "mean", "median", "mean_absolute", "lower", "upper", "forecast",
                        "actual", "unit", "warning"),
    "revisions": ("security", "measure", "period", "before_published", "published", "before", "after", "unit",
                  "change"),
    "portfolio": ("day", "holdings", "unpriced", "basket", "benchmark", "turnover", "cost", "level",
                  "benchmark_level"),
    "rates": ("what", "value", "source"),
}  # fmt: skip
_FRACTIONS: Final = frozenset((
    "hit_rate", "hit_error", "base_rate", "mean", "standard_error", "universe_mean", "stock_return", "benchmark_return",
    "relative_return", "best", "worst", "lower", "median", "upper", "share", "upside", "error", "mean_absolute",
    "change", "basket", "benchmark", "turnover", "cost",
))  # fmt: skip
_WORDS: Final = frozenset(("horizon", "status", "fate", "scope", "measure", "by"))
NUMBERS: Final = _FRACTIONS | frozenset((
    "calls", "n", "months", "windows", "open", "missing", "late", "random", "if_lost", "price", "target", "month",
    "price_at_horizon", "days_to_target", "target_error", "years_ahead", "forecast", "actual", "before", "after",
    "holdings", "unpriced", "level", "benchmark_level",
))  # fmt: skip
WORDY: Final = frozenset(("reason", "what", "source", "name"))  # what may break into lines
NOTHING: Final = "–"


def cells(table: str, row: Mapping[str, Any], language: Language) -> list[str]:
    """Return the cells of a row as they are shown."""
    return [_cell(name, row, language) for name in COLUMNS[table]]


def _cell(name: str, row: Mapping[str, Any], language: Language) -> str:
    if name == "random":
        return _range(row["random_low"], row["random_high"])
    if name == "if_lost":
        return _range(row["mean_if_lost"], row["mean_if_benchmark"])
    value = row["error" if name == "target_error" else name]
    if name == "warning":
        return word("score.few", language) if value is not None else NOTHING
    if isinstance(value, dict):
        return str(value[language])
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return word("score.yes" if value else "score.no", language)
    if name == "group" and value in ("all", "(not stated)"):
        return word("score.g_all" if value == "all" else "score.not_stated", language)
    if name in _WORDS and not str(value).isdecimal():
        return word(f"score.w_{str(value).replace(' ', '_') or 'stands'}", language)
    if name in _FRACTIONS or name == "target_error":
        return percent(value)
    if isinstance(value, float):
        return f"{value:,.1f}" if name == "windows" else f"{value:,.4f}" if "level" in name else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def percent(value: float) -> str:
    """Return a fraction in percent.

    >>> percent(-0.0532), percent(-0.00001)
    ('-5.3%', '0.0%')
    """
    text = f"{100 * value:.1f}%"
    return "0.0%" if text == "-0.0%" else text


def _range(low: float | None, high: float | None) -> str:
    return NOTHING if low is None or high is None else f"{percent(low)} – {percent(high)}"


def plain_cells(row: Mapping[str, Any], language: str) -> list[str]:
    """Return all cells of a row for a CSV file: exact numbers, and no text that a spreadsheet runs."""
    return [_plain(value, language) for value in row.values()]


def _plain(value: Any, language: str) -> str:
    if isinstance(value, dict):
        value = value[language]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not text[1:2].isdigit() else text
