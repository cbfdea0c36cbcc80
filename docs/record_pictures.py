"""The pictures of docs/records.md, drawn by the product's renderer of charts."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.author.axis import nice_axis
from yanbao.document.theme import Theme
from yanbao.document.tree import Category, Chart, Exhibit, Point, Series, Span, Text
from yanbao.render import vega
from yanbao.render.vega_text import width  # noqa: F401 - the fonts of charts are known once it is there

if TYPE_CHECKING:
    from docs.records import Records

WIDTH, HEIGHT = 760.0, 380.0


def words(text: str) -> Text:
    return (Span(text, "label"),)


def points(values: list[float | None], decimals: int = 1, printed: bool = False) -> tuple[Point, ...]:
    """Points in %; a missing one is a gap."""
    return tuple(
        Point(None, None, "–", "no value")
        if value is None
        else Point(
            None, Fraction(100 * value).limit_denominator(10**9), f"{100 * value:.{decimals}f}" if printed else ""
        )
        for value in values
    )


def drawn(name: str, title: str, chart: Chart, folder: Path, height: float = HEIGHT) -> None:
    import vl_convert

    exhibit = Exhibit(name, words(""), words(title), chart, alt=title)
    spec = vega.spec(exhibit, Theme(), width=WIDTH, height=height)
    (folder / f"{name}.png").write_bytes(vl_convert.vegalite_to_png(json.dumps(spec, ensure_ascii=False), scale=1.5))


def axis_of(series: list[Series], *, zero: bool = True):  # type: ignore[no-untyped-def]
    return nice_axis([point.value for one in series for point in one.points if point.value is not None], "%", zero=zero)


def pictures(records: Records, folder: Path) -> None:
    """Write all pictures into a folder."""
    from docs.records import brokers

    years = [row for row in records.scorecard("picks", by="year") if row["group"] != "all" and row["horizon"] == "6"]
    bars = [
        Series("hits", words("picks ahead of CSI 300 at six months"), "bar", points([r["hit_rate"] for r in years], 0, True),
               unit="%", labels="all"),
        Series("base", words("all companies on the same days"), "bar", points([r["base_rate"] for r in years], 0, True),
               unit="%", labels="all"),
    ]  # fmt: skip
    categories = tuple(Category(words(row["group"])) for row in years)
    drawn("records-years", "Hit rate by year", Chart("grouped", categories, tuple(bars), axis_of(bars)), folder)

    rows = brokers(records)
    mean = Series("mean", words("mean relative return at six months, pp"), "bar", points([r["mean"] for r in rows], 1, True),
                  unit="%", labels="all")  # fmt: skip
    categories = tuple(Category(words(row["group"])) for row in rows)
    drawn("records-brokers", "Brokers", Chart("ranking", categories, (mean,), axis_of([mean])), folder, 760.0)

    paths = records.track("six", "paths", "--entry", "same", "--prices", "month-end", "--horizon", "12")
    lines = [
        Series(key, words(name), "line", points([row[key] for row in paths]), unit="%", labels="none")
        for key, name in (("upper", "upper quartile"), ("median", "median of the six"), ("lower", "lower quartile"))
    ]
    categories = tuple(Category(words(str(row["month"]))) for row in paths)
    drawn("records-six", "Six calls", Chart("line", categories, tuple(lines), axis_of(lines, zero=False)), folder)
