"""Pictures of a record, drawn as those of a report: rates by group, paths, calibration, the basket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from yanbao.author.axis import nice_axis
from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Category, Chart, Document, Exhibit, Point, Series, Span, Tick
from yanbao.render.html.exhibit import Figures
from yanbao.render.html.wording import wording
from yanbao.web.words import Language, word

ROOM = 700.0  # pixels: a wider one scrolls on a phone
MOST_GROUPS = 40
MOST_POINTS = 160
_WHOLE = Axis(tuple(Tick(Fraction(20 * step), f"{20 * step}%") for step in range(6)), "%")


def figure(exhibit: Exhibit, theme: Theme, language: Language) -> str:
    """Return a picture as a figure of HTML, with its data beside it."""
    day = date.min  # nothing of it is printed: a document lends its words alone
    words = wording(Document("", "", language, "", day, day, ()))
    return str(Figures(theme, words, ()).figure(exhibit, ROOM))


def picture(
    table: str, rows: Sequence[Mapping[str, Any]], language: Language, asked: Mapping[str, str]
) -> Exhibit | None:
    """Return the picture that goes with a table; `None` where there is none, or nothing to draw."""
    makers = {"scorecard": _rates, "paths": _paths, "calibration": _calibration, "portfolio": _basket}
    chart = makers[table](rows, language, asked) if table in makers else None
    if chart is None:
        return None
    title = word(f"score.p_{table}", language, horizon=_horizon(asked, language))
    return Exhibit(table, (), (Span(title),), chart, alt=title)


def _horizon(asked: Mapping[str, str], language: Language) -> str:
    first = asked["horizon"].split()[0]
    return word("score.w_own", language) if first == "own" else word("score.n_months", language, n=first)


def _rates(rows: Sequence[Mapping[str, Any]], language: Language, asked: Mapping[str, str]) -> Chart | None:
    """Return how much more often each group was right than the universe would have been."""
    first = asked["horizon"].split()[0]
    known = [
        (row["group"], row["hit_rate"] - row["base_rate"], row["n"])
        for row in rows
        if row["horizon"] == first and row["hit_rate"] is not None and row["base_rate"] is not None
    ]
    if not 2 <= len(known) <= MOST_GROUPS:  # one of them is that of all calls
        return None
    known.sort(key=lambda one: -one[1])
    names = [word("score.g_all", language) if group == "all" else group for group, _, _ in known]
    names = [f"{name} (n={count})" for name, (_, _, count) in zip(names, known, strict=True)]
    values = [100 * Fraction(str(round(value, 6))) for _, value, _ in known]
    series = Series(
        "excess", (Span(word("score.excess", language)),), "bar",
        tuple(Point(None, value, f"{float(value):+.1f}") for value in values), unit="pp", decimals=1, labels="all",
    )  # fmt: skip
    at = next((at for at, one in enumerate(known) if one[0] == "all"), None)
    return Chart("ranking", _categories(names), (series,), nice_axis(values, "pp", zero=True), highlight=at)


def _paths(rows: Sequence[Mapping[str, Any]], language: Language, asked: Mapping[str, str]) -> Chart | None:
    reached = [row for row in rows if row["n"]]
    if len(reached) < 2:
        return None
    series = [
        _line(name, word(f"score.c_{name}", language), [row[name] for row in reached])
        for name in ("upper", "median", "lower")
    ]
    return _lines([str(row["month"]) for row in reached], series)


def _basket(rows: Sequence[Mapping[str, Any]], language: Language, asked: Mapping[str, str]) -> Chart | None:
    if not 2 <= len(rows) <= MOST_POINTS:
        return None
    series = [
        _line(name, word(f"score.c_{name}", language), [row[name] - 1 for row in rows])
        for name in ("level", "benchmark_level")
    ]
    return _lines([row["day"][:7] for row in rows], series)


def _calibration(rows: Sequence[Mapping[str, Any]], language: Language, asked: Mapping[str, str]) -> Chart | None:
    """Return for each rating the shares of its calls by what they came to."""
    classes = list(dict.fromkeys(row["realised"] for row in rows))
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        counts[row["scope"], row["rated"]] = counts.get((row["scope"], row["rated"]), 0) + row["n"]
    rated = [key for key, count in counts.items() if count]
    if not rated:
        return None
    known: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = row["scope"], row["rated"], row["realised"]
        known[key] = known.get(key, 0) + row["n"]
    series = tuple(
        Series(
            f"class_{at}", (Span(name),), "bar",
            tuple(
                Point(None, Fraction(100 * known.get((*key, name), 0), counts[key])) for key in rated
            ),
            unit="%", decimals=1,
        )
        for at, name in enumerate(classes)
    )  # fmt: skip
    several = len({scope for scope, _ in rated}) > 1
    names = [
        f"{word(f'score.w_{scope}', language)} {name} (n={counts[scope, name]})"
        if several
        else f"{name} (n={counts[scope, name]})"
        for scope, name in rated
    ]
    return Chart("stacked", _categories(names), series, _WHOLE)


def _line(name: str, label: str, values: Sequence[float | None]) -> Series:
    points = tuple(
        Point(None, None, missing=" ") if value is None else Point(None, 100 * Fraction(str(round(value, 6))))
        for value in values
    )
    return Series(name, (Span(label),), "line", points, unit="%", decimals=1)


def _lines(names: Sequence[str], series: Sequence[Series]) -> Chart | None:
    values = [point.value for one in series for point in one.points if point.value is not None]
    if not values:
        return None
    return Chart("line", _categories(names), tuple(series), nice_axis(values, "%", zero=False))


def _categories(names: Sequence[str]) -> tuple[Category, ...]:
    return tuple(Category((Span(name),)) for name in names)
