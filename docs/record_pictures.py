"""The pictures of docs/records.md, drawn by the product's renderer of charts."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from yanbao.author.axis import nice_axis
from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Category, Chart, Exhibit, Point, Series, Span, Text, plain
from yanbao.render import fonts, vega

if TYPE_CHECKING:
    from docs.records import Records

WIDTH, HEIGHT, TALL = 760.0, 380.0, 760.0


def _words(text: str) -> Text:
    return (Span(text, "label"),)


def _point(value: float | None, decimals: int | None) -> Point:
    if value is None:
        return Point(None, None, "–", "no value")
    exact = Fraction(100 * value).limit_denominator(10**9)
    return Point(None, exact, "" if decimals is None else f"{round(100 * value, decimals) + 0.0:.{decimals}f}")


def _series(name: str, mark: str, values: list[float | None], decimals: int | None = None) -> Series:
    points = tuple(_point(value, decimals) for value in values)
    labels = "none" if decimals is None else "all"
    return Series(name, _words(name), mark, points, unit="%", labels=labels)  # type: ignore[arg-type]


def _axis(series: list[Series], *, zero: bool) -> Axis:
    return nice_axis([point.value for one in series for point in one.points if point.value is not None], "%", zero=zero)


def _draw(charts: dict[Path, tuple[Chart, float]]) -> None:
    import vl_convert

    texts = [text for chart, _ in charts.values() for text in _texts(chart)]
    with TemporaryDirectory() as folder:
        # one file for all: the library reads fonts when it draws, and names without a file are drawn as nothing
        (Path(folder) / "text.ttf").write_bytes(fonts.subset("".join(sorted(set("".join(texts)))), fonts.REGULAR))
        vl_convert.register_font_directory(folder)
        for path, (chart, height) in charts.items():
            exhibit = Exhibit(path.stem, _words(""), _words(path.stem), chart, alt=path.stem)
            spec = vega.spec(exhibit, Theme(), width=WIDTH, height=height)
            path.write_bytes(vl_convert.vegalite_to_png(json.dumps(spec, ensure_ascii=False), scale=1.5))


def _texts(chart: Chart) -> list[str]:
    return [plain(one.text) for one in chart.categories] + [plain(one.name) for one in chart.series]


def pictures(records: Records, folder: Path) -> None:
    """Write all pictures into a folder: hit rates by year, brokers against their universe, paths of the six calls."""
    from docs.records import brokers, six_paths

    charts: dict[Path, tuple[Chart, float]] = {}
    years = [row for row in records.scorecard("picks", by="year") if row["group"] != "all" and row["horizon"] == "6"]
    bars = [
        _series("picks ahead of CSI 300 after six months, %", "bar", [row["hit_rate"] for row in years], 0),
        _series("all companies on the same days, %", "bar", [row["base_rate"] for row in years], 0),
    ]
    categories = tuple(Category(_words(row["group"])) for row in years)
    chart = Chart("grouped", categories, tuple(bars), _axis(bars, zero=True))
    charts[folder / "records-years.png"] = chart, HEIGHT

    rows = brokers(records)
    ahead = [row["mean"] - row["universe_mean"] for row in rows]
    bars = [_series("after six months ahead of all companies on the same days, pp", "bar", ahead, 1)]
    categories = tuple(Category(_words(f"{row['group']} ({row['n']:,})")) for row in rows)
    chart = Chart("ranking", categories, tuple(bars), _axis(bars, zero=True))
    charts[folder / "records-brokers.png"] = chart, TALL

    paths = six_paths(records)
    names = {"upper": "upper quartile, pp", "median": "median of the six", "lower": "lower quartile"}
    lines = [_series(name, "line", [row[key] for row in paths]) for key, name in names.items()]
    categories = tuple(Category(_words(str(row["month"]))) for row in paths)
    chart = Chart("line", categories, tuple(lines), _axis(lines, zero=False))
    charts[folder / "records-six.png"] = chart, HEIGHT
    _draw(charts)
