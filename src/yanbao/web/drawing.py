"""The chart of a tidy table, found from its columns, as an exhibit that every renderer takes.

A column of days, periods or quarters makes lines, or bars with lines where it holds an amount beside ratios; one with
percentiles of its own past a band; buckets are stacked; names are ranked. Nothing is computed: a point is a cell of
the table, in a unit that can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from yanbao.author.axis import nice_axis
from yanbao.document.tree import Category, Chart, Exhibit, Point, Series, Span, Text
from yanbao.quantity.printing import format_value
from yanbao.sector.exhibit import Column, Row
from yanbao.web.market import Answer
from yanbao.web.words import Language, word

MULTIPLES = frozenset(("value", "median", "lower", "upper", "pe", "pb", "ps", "correlation"))
POINTS = frozenset(("relative", "share_change", "over_allocation"))  # differences of fractions
MOST_DAYS = 480  # on one axis; of more, every second, third, … is drawn
MOST_BARS = 40
_TIMES = ("day", "period", "quarter")
_FACTORS: dict[str, int | Fraction] = {"%": 100, "pp": 100, "亿元": Fraction(1, 10**8), "CNY bn": Fraction(1, 10**9)}
_TRIES = ("return", "share", "value", "overall")  # what a ranking shows first
Mark = Literal["bar", "line", "step", "area", "rule", "dot"]


@dataclass(frozen=True)
class Drawing:
    """A chart, with what of the table it leaves out."""

    exhibit: Exhibit
    choice: str  # which of the choices it shows
    choices: tuple[str, ...]  # measure and method, or a measured column


def shown_unit(answer: Answer, column: Column, language: Language) -> str:
    """Return the unit that a column is shown in: `1` is a fraction, a difference of fractions or a multiple."""
    money = {"CNY": "亿元" if language == "zh" else "CNY bn"}
    if column.unit != "1":
        return {**money, "person": word("sector.person", language)}.get(column.unit, column.unit)
    multiple = column.name in MULTIPLES and (
        column.name not in ("value", "median") or answer.exhibit.startswith("valuation")
    )
    if multiple:
        return "" if column.name == "correlation" else word("sector.times", language)
    return "pp" if column.name in POINTS or (answer.exhibit, column.name) == ("policy-rate", "change") else "%"


def scaled(value: Any, unit: str) -> Fraction:
    """Return a number of the store in the unit that it is shown in."""
    return Fraction(Decimal(repr(value))) * _FACTORS.get(unit, 1)


def places(unit: str) -> int:
    """Return the decimals that a number of a unit is shown with."""
    return 1 if unit in ("%", "pp", "亿元") else 0 if unit in ("人", "people", "person") else 2


def drawn(answer: Answer, title: str, language: Language, choice: str = "") -> Drawing | None:
    """Return the chart of an exhibit's table, `None` where there is nothing to draw.

    Args:
        answer: the exhibit.
        title: what stands above it.
        language: of its words.
        choice: of a table in long form, the measure and method drawn; of a screen, the measure.
    """
    maker = _Maker(answer, language, choice)
    chart = maker.chart()
    if chart is None:
        return None
    units = dict.fromkeys(series.unit for series in chart.series if series.unit)
    said = [*maker.left_out, getattr(answer.coverage, language), *(getattr(note, language) for note in answer.notes)]
    exhibit = Exhibit(
        answer.exhibit,
        (),
        _head(" · ".join(filter(None, (title, maker.choice_label)))),
        chart,
        unit=_head(word("sector.unit", language, units=", ".join(units))) if units else (),
        as_of=_head(word("sector.as_of_line", language, day=answer.as_of.isoformat())),
        note=_head(word("sector.note", language, text=("；" if language == "zh" else "; ").join(said))),
        alt=title,
    )
    return Drawing(exhibit, maker.choice, maker.choices)


class _Maker:
    """Makes one chart; notes what it leaves out."""

    def __init__(self, answer: Answer, language: Language, choice: str) -> None:
        self.answer, self.language, self.rows = answer, language, answer.rows
        self.columns = {column.name: column for column in answer.columns}
        self.left_out: list[str] = []
        self.choices: tuple[str, ...] = ()
        self.choice, self.choice_label = choice, ""

    def chart(self) -> Chart | None:
        """Return the chart that the columns call for."""
        known = self.columns.keys()
        if {"measure", "method"} <= known:
            self._choose_method()
        if not self.rows:
            return None
        if "bucket" in known:
            return self._stacked("period", "bucket", "n")
        if {"year", "quarter"} <= known:
            return self._stacked("year", "quarter", "overall")
        time = next((name for name in _TIMES if name in known), None)
        moments = len({row[time] for row in self.rows}) if time else 0
        if time and "percentile" in known:
            return self._band(time)
        if time and "name" in known and moments > 1:
            if len({row["name"] for row in self.rows}) == 1:
                return self._in_time(time)
            last = self.rows[-1][time]
            self.rows = tuple(row for row in self.rows if row[time] == last)
            self.choice_label = " ".join(filter(None, (self.choice_label, str(last))))
            return self._ranking()
        if time and "name" not in known and "table" not in known:
            return self._in_time(time)
        return self._ranking()

    def _choose_method(self) -> None:
        self.choices = tuple(
            dict.fromkeys(f"{row['measure']}/{row['method']}" for row in self.rows if row["value"] is not None)
        )
        if not self.choices:
            return
        if self.choice not in self.choices:
            self.choice = "pe/overall" if "pe/overall" in self.choices else self.choices[0]
        measure, _, method = self.choice.partition("/")
        self.rows = tuple(row for row in self.rows if (row["measure"], row["method"]) == (measure, method))
        self.choice_label = f"{word(f'sector.c_{measure}', self.language)} {word(f'sector.c_{method}', self.language)}"

    # -- kinds -----------------------------------------------------------------------------------

    def _in_time(self, time: str) -> Chart | None:
        amounts, ratios = self._measured()
        if self.answer.exhibit == "policy-rate":
            amounts, ratios = [self.columns["relative"]], [self.columns["rate"]]
        elif self.answer.exhibit == "operating-cash-flow":
            amounts, ratios = amounts[:2], ratios
        elif amounts and ratios:
            amounts = amounts[:1]
            ratios = [column for column in ratios if column.name in ("overall", "median", "change", "growth", "share")]
        rows = self._thinned(self.rows)
        if not amounts:
            lines = [self._series(column, rows, "line") for column in ratios]
            return self._upright("line", rows, time, [one for one in lines if _values([one])])
        bars = [self._series(column, rows, "bar") for column in amounts]
        lines = [replace(self._series(column, rows, "line"), axis=2) for column in ratios]
        return self._upright("bar-line" if lines else "grouped", rows, time, [*bars, *lines])

    def _band(self, time: str) -> Chart | None:
        rows = self._thinned(self.rows)
        kinds: tuple[tuple[str, Mark], ...] = (
            ("lower", "area"), ("upper", "area"), ("median", "rule"), ("value", "line"),
        )  # fmt: skip
        series = [self._series(self.columns[name], rows, mark) for name, mark in kinds]
        if not all(_values([one]) for one in series):  # one day has no spread
            return self._upright("line", rows, time, [series[-1]])
        return self._upright("band", rows, time, series)

    def _stacked(self, across: str, parts: str, value: str) -> Chart | None:
        moments = list(dict.fromkeys(row[across] for row in self.rows))
        unit = shown_unit(self.answer, self.columns[value], self.language)
        found = {(row[across], row[parts]): row[value] for row in self.rows}
        series = []
        for part in dict.fromkeys(row[parts] for row in self.rows):
            name = f"Q{part}" if parts == "quarter" else str(part)
            points = tuple(_point(found.get((moment, part)), unit) for moment in moments)
            series.append(Series(str(part), (Span(name),), "bar", points, 1, unit, places(unit) if unit else 0))
        totals: list[Fraction] = []
        zero = Fraction(0)
        for at in range(len(moments)):
            values = [one.points[at].value or zero for one in series]
            totals += [sum((max(value, zero) for value in values), zero)]
            totals += [sum((min(value, zero) for value in values), zero)]
        axis = nice_axis(totals, unit, zero=True)
        return Chart("stacked", tuple(_category(moment, across) for moment in moments), tuple(series), axis)

    def _ranking(self) -> Chart | None:
        key = "name" if "name" in self.columns else "item" if "item" in self.columns else None
        amounts, ratios = self._measured()
        measured = {column.name: column for column in (*ratios, *amounts)}
        if key is None or not measured:
            return None
        first = next((name for name in _TRIES if name in measured), next(iter(measured)))
        if not self.choices and self.answer.exhibit in ("screen", "ranking", "fund-holdings"):
            self.choices = tuple(measured)
            self.choice = self.choice if self.choice in measured else first
            first = self.choice
            self.choice_label = " ".join(
                filter(None, (self.choice_label, getattr(measured[first].head, self.language)))
            )
        rows = [row for row in self.rows if row[first] is not None]
        if len(rows) < len(self.rows):
            self.left_out.append(word("sector.without_value", self.language, n=len(self.rows) - len(rows)))
        rows.sort(key=lambda row: row[first], reverse=True)
        if len(rows) > MOST_BARS:
            self.left_out.append(word("sector.first_bars", self.language, n=MOST_BARS, of=len(rows)))
            rows = rows[:MOST_BARS]
        if not rows:
            return None
        series = replace(self._series(measured[first], rows, "bar"), labels="all")
        table = (lambda row: f"{row['table']} · {row[key]}") if "table" in self.columns else (lambda row: row[key])
        labels = [str(table(row) or row.get("code") or "–") for row in rows]
        axis = nice_axis(_values([series]), series.unit, zero=True)
        return Chart("ranking", tuple(Category((Span(label),)) for label in labels), (series,), axis)

    # -- parts -----------------------------------------------------------------------------------

    def _measured(self) -> tuple[list[Column], list[Column]]:
        """Return the columns of amounts and of ratios that hold a number somewhere."""
        some = [column for column in self.answer.columns if column.unit]
        filled = [column for column in some if any(row[column.name] is not None for row in self.rows)]
        return [one for one in filled if one.unit != "1"], [one for one in filled if one.unit == "1"]

    def _thinned(self, rows: Sequence[Row]) -> Sequence[Row]:
        step = -(-len(rows) // MOST_DAYS)
        if step < 2:
            return rows
        self.left_out.append(word("sector.thinned", self.language, n=step))
        return rows[::-1][::step][::-1]  # the last day is always there

    def _series(self, column: Column, rows: Iterable[Row], mark: Mark) -> Series:
        unit = shown_unit(self.answer, column, self.language)
        points = tuple(_point(row[column.name], unit) for row in rows)
        return Series(column.name, (Span(getattr(column.head, self.language)),), mark, points, 1, unit, places(unit))

    def _upright(self, kind: Any, rows: Sequence[Row], time: str, series: list[Series]) -> Chart | None:
        left = [one for one in series if one.axis == 1]
        right = [one for one in series if one.axis == 2]
        if not _values(left):
            if not _values(right):
                return None
            series = left = [replace(one, axis=1) for one in right]
            right, kind = [], "line"
        elif right and not _values(right):
            series, right, kind = left, [], "grouped"
        bars = any(one.mark == "bar" for one in left)
        return Chart(
            kind,
            tuple(_category(row[time], time) for row in rows),
            tuple(series),
            nice_axis(_values(left), left[0].unit, zero=bars),
            nice_axis(_values(right), right[0].unit, zero=False) if right else None,
        )


def _head(text: str) -> Text:
    return (Span(text),)


def _values(series: Iterable[Series]) -> list[Fraction]:
    return [point.value for one in series for point in one.points if point.value is not None]


def _point(value: Any, unit: str) -> Point:
    if value is None:
        return Point(None, None, "", "—")
    number = scaled(value, unit)
    text = format_value(number, places(unit) if unit else 0 if isinstance(value, int) else 2, grouping=True)
    return Point(None, number, f"{text}%" if unit == "%" else text)


def _category(value: Any, time: str) -> Category:
    """Return a day, or a period by the month that it ends in."""
    if isinstance(value, date):
        return Category((Span(f"{value:%Y-%m}" if time == "period" else value.isoformat()),))
    return Category((Span(str(value)),))
