"""What these stop: a chart whose data are not the tree's, gaps drawn as 0, axes and labels that say something else."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

import sample
from yanbao.document.text_width import width
from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Category, Chart, Exhibit, Point, Span, Tick, plain
from yanbao.errors import ReadError, RenderError
from yanbao.read.contents import Place
from yanbao.read.pptx_chart import chart_of_xml
from yanbao.render.pptx.day_axis import label_step
from yanbao.render.pptx.deck import deck_bytes

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
KINDS = ["line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter"]


def drawn(exhibit: Exhibit) -> tuple[etree._Element, openpyxl.Workbook]:
    """Return the chart part and the embedded workbook of an exhibit drawn on a slide of its own."""
    document = sample.document()
    page = replace(document.pages[4], blocks=(exhibit,))
    with zipfile.ZipFile(io.BytesIO(deck_bytes(replace(document, pages=(page,)), Theme()))) as package:
        (name,) = [name for name in package.namelist() if name.startswith("ppt/charts/chart")]
        (book,) = [name for name in package.namelist() if name.endswith(".xlsx")]
        return etree.fromstring(package.read(name)), openpyxl.load_workbook(io.BytesIO(package.read(book)))


def chart_of(exhibit: Exhibit) -> Chart:
    assert isinstance(exhibit.body, Chart)
    return exhibit.body


def changed(kind: str, **changes: object) -> Exhibit:
    exhibit = sample.charts()[kind]
    return replace(exhibit, body=replace(chart_of(exhibit), **changes))  # type: ignore[arg-type]


def xml_series(root: etree._Element) -> dict[int, etree._Element]:
    return {int(item.find(f"{C}idx").get("val")): item for item in root.iter(f"{C}ser")}


def cached(element: etree._Element | None) -> dict[int, str]:
    assert element is not None
    return {int(point.get("idx")): point.findtext(f"{C}v") for point in element.iter(f"{C}pt")}  # type: ignore[misc]


def near(found: float, wanted: Fraction) -> bool:
    return found == pytest.approx(float(wanted), rel=1e-14, abs=0)


@pytest.mark.parametrize("kind", KINDS)
def test_xml_holds_the_series_value_for_value(kind: str) -> None:
    chart = chart_of(sample.charts()[kind])
    series = xml_series(drawn(sample.charts()[kind])[0])
    if kind == "scatter":
        pairs = [(chart.series[0], series[1].find(f"{C}xVal")), (chart.series[1], series[1].find(f"{C}yVal"))]
    else:
        assert sorted(series) == list(range(len(chart.series)))
        pairs = [(each, series[at].find(f"{C}val")) for at, each in enumerate(chart.series)]
        for at, each in enumerate(chart.series):
            assert cached(series[at].find(f"{C}tx")) == {0: plain(each.name)}
            names = cached(series[at].find(f"{C}cat"))
            assert list(names.values()) == [plain(category.text) for category in chart.categories]
    for each, values in pairs:
        found = cached(values)
        wanted = {at: point.value for at, point in enumerate(each.points) if point.value is not None}
        assert found.keys() == wanted.keys()
        assert all(near(float(found[at]), value) for at, value in wanted.items())


@pytest.mark.parametrize("kind", KINDS)
def test_workbook_behind_the_references_holds_the_same_numbers_as_the_xml(kind: str) -> None:
    root, book = drawn(sample.charts()[kind])
    assert book.sheetnames == ["data"]
    for reference in [*root.iter(f"{C}strRef"), *root.iter(f"{C}numRef")]:
        sheet, _, cells = (reference.findtext(f"{C}f") or "").partition("!")
        found = book[sheet][cells.replace("$", "")]
        values = [row[0].value for row in found] if isinstance(found, tuple) else [found.value]
        cache = cached(reference)
        assert int(reference.find(f".//{C}ptCount").get("val")) == len(values)  # type: ignore[union-attr, arg-type]
        for at, value in enumerate(values):
            if reference.tag == f"{C}numRef":
                assert (None if at not in cache else float(cache[at])) == value
            else:
                assert cache.get(at) == value


@pytest.mark.parametrize("kind", KINDS)
def test_workbook_holds_the_tree(kind: str) -> None:
    chart = chart_of(sample.charts()[kind])
    sheet = drawn(sample.charts()[kind])[1]["data"]
    assert [row[0].value for row in sheet["A2:A9"] if row[0].value] == [plain(each.text) for each in chart.categories]
    for column, series in enumerate(chart.series, 2):
        assert sheet.cell(1, column).value == plain(series.name)
        for row, point in enumerate(series.points, 2):
            value = sheet.cell(row, column).value
            assert (value is None) == (point.value is None)
            assert point.value is None or near(float(value), point.value)  # type: ignore[arg-type]


def test_missing_point_is_a_gap_and_never_0() -> None:
    chart = chart_of(sample.charts()["bar-line"])
    root, book = drawn(sample.charts()["bar-line"])
    assert chart.series[1].points[0].value is None
    assert 0 not in cached(xml_series(root)[1].find(f"{C}val"))
    assert book["data"]["C2"].value is None
    assert root.find(f".//{C}dispBlanksAs").get("val") == "gap"  # type: ignore[union-attr]


def test_item_of_a_scatter_without_its_x_is_not_drawn_at_0() -> None:
    chart = chart_of(sample.charts()["scatter"])
    points = list(chart.series[0].points)
    points[2] = Point(None, None, missing="未披露")
    root, _ = drawn(changed("scatter", series=(replace(chart.series[0], points=tuple(points)), chart.series[1])))
    hidden = [item for item in root.iter(f"{C}dPt") if item.find(f"{C}marker/{C}symbol").get("val") == "none"]  # type: ignore[union-attr]
    assert [item.find(f"{C}idx").get("val") for item in hidden] == ["2"]  # type: ignore[union-attr]


def test_point_between_two_gaps_gets_a_marker_where_lines_have_none() -> None:
    chart = chart_of(sample.charts()["line"])
    gap = Point(None, None, missing="未披露")
    points = (chart.series[0].points[0], gap, chart.series[0].points[1], gap) + (chart.series[0].points[2],) * 16
    categories = chart.categories * 4
    root, _ = drawn(changed("line", categories=categories, series=(replace(chart.series[0], points=points),)))
    assert [item.find(f"{C}idx").get("val") for item in root.iter(f"{C}dPt")] == ["0", "2"]  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", KINDS)
def test_axes_have_the_ticks_of_the_tree(kind: str) -> None:
    chart = chart_of(sample.charts()[kind])
    root, _ = drawn(sample.charts()[kind])
    found = [
        tuple(
            Fraction(item.find(path).get("val"))
            for path in (f"{C}scaling/{C}min", f"{C}scaling/{C}max", f"{C}majorUnit")
        )
        for item in root.iter(f"{C}valAx")
    ]
    axes = [axis for axis in (chart.x_axis, chart.y_axis, chart.y2_axis) if axis]
    wanted = [(a.ticks[0].value, a.ticks[-1].value, a.ticks[1].value - a.ticks[0].value) for a in axes]
    assert found == wanted


def test_lines_of_a_bar_line_stand_on_axes_of_their_own() -> None:
    root, _ = drawn(sample.charts()["bar-line"])
    bars, lines = root.find(f".//{C}barChart"), root.find(f".//{C}lineChart")
    assert bars is not None
    assert lines is not None
    ids = [[item.get("val") for item in plot.findall(f"{C}axId")] for plot in (bars, lines)]
    assert not set(ids[0]) & set(ids[1])
    right = next(item for item in root.iter(f"{C}valAx") if item.find(f"{C}axId").get("val") in ids[1])  # type: ignore[union-attr]
    assert right.find(f"{C}crosses").get("val") == "max"  # type: ignore[union-attr]
    assert right.find(f"{C}numFmt").get("formatCode") == '0"%"'  # type: ignore[union-attr]
    assert [item.get("val") for item in root.iter(f"{C}smooth")] == ["0"]


@pytest.mark.parametrize(("kind", "order"), [("bar-line", 0), ("bar-line", 1), ("ranking", 0), ("line", 0)])
def test_labels_are_the_printed_texts(kind: str, order: int) -> None:
    series = chart_of(sample.charts()[kind]).series[order]
    root, _ = drawn(sample.charts()[kind])
    found = {
        int(item.find(f"{C}idx").get("val")): "".join(t.text or "" for t in item.iter(f"{A}t"))  # type: ignore[union-attr, arg-type]
        for item in xml_series(root)[order].iter(f"{C}dLbl")
    }
    wanted = {at: point.text for at, point in enumerate(series.points) if point.text and point.value is not None}
    assert found == (wanted if series.labels == "all" else {max(wanted): wanted[max(wanted)]})


def test_label_follows_the_value_where_a_format_prints_it() -> None:
    root, _ = drawn(sample.charts()["bar-line"])
    label = next(xml_series(root)[1].iter(f"{C}dLbl"))
    assert label.find(f".//{A}fld").get("type") == "VALUE"  # type: ignore[union-attr]
    assert label.find(f"{C}numFmt").get("formatCode") == '0.0"%"'  # type: ignore[union-attr]


def test_label_without_a_format_is_plain_text() -> None:
    chart = chart_of(sample.charts()["bar"])
    points = (replace(chart.series[0].points[0], text="约四千五百"), *chart.series[0].points[1:])
    root, _ = drawn(changed("bar", series=(replace(chart.series[0], points=points),)))
    label = next(root.iter(f"{C}dLbl"))
    assert label.find(f".//{A}fld") is None
    assert label.findtext(f".//{A}t") == "约四千五百"


def test_names_of_labelled_items_and_of_both_axes_stand_in_a_scatter() -> None:
    root, _ = drawn(sample.charts()["scatter"])
    found = {item.find(f"{C}idx").get("val"): item.findtext(f".//{A}t") for item in root.iter(f"{C}dLbl")}  # type: ignore[union-attr]
    assert found == {"4": "甘肃", "5": "西藏"}
    assert [item.findtext(f".//{A}t") for item in root.iter(f"{C}title")] == ["光伏利用率", "风电利用率"]


def test_ranking_runs_downwards_with_one_bar_in_the_highlight() -> None:
    root, _ = drawn(sample.charts()["ranking"])
    assert root.find(f".//{C}barDir").get("val") == "bar"  # type: ignore[union-attr]
    assert root.find(f".//{C}catAx/{C}scaling/{C}orientation").get("val") == "maxMin"  # type: ignore[union-attr]
    (point,) = root.iter(f"{C}dPt")
    assert point.find(f"{C}idx").get("val") == "5"  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["bar", "ranking"])
def test_several_bars_stand_out(kind: str) -> None:
    root, _ = drawn(changed(kind, highlight=3, also_highlighted=(1,)))
    assert [point.find(f"{C}idx").get("val") for point in root.iter(f"{C}dPt")] == ["1", "3"]  # type: ignore[union-attr]


def ranked(values: list[str], ticks: list[int]) -> etree._Element:
    """Draw a ranking of these values, in %, on an axis of these ticks."""
    made = chart_of(sample.charts()["ranking"])
    points = tuple(Point(None, Fraction(text), f"{text}%") for text in values)
    body = replace(
        made,
        categories=made.categories[: len(values)],
        series=(replace(made.series[0], points=points),),
        y_axis=Axis(tuple(Tick(Fraction(each), f"{each}%") for each in ticks), "%"),
        highlight=0,
    )
    return drawn(replace(sample.charts()["ranking"], body=body))[0]


def test_label_of_a_bar_below_0_stands_off_the_names_left_of_the_plot() -> None:
    root = ranked(["12.5", "-1.2", "-19.2", "-19.8"], [-20, -10, 0, 10, 20])
    places = [label.find(f"{C}dLblPos").get("val") for label in root.iter(f"{C}dLbl")]  # type: ignore[union-attr]
    assert places == ["outEnd", "outEnd", "inEnd", "inEnd"]
    colours = [label.find(f".//{A}rPr/{A}solidFill")[0].get("val") for label in root.iter(f"{C}dLbl")]  # type: ignore[union-attr]
    assert colours[0] == colours[1] != colours[2] == colours[3] == "bg1"
    assert root.find(f".//{C}manualLayout") is None


def test_label_of_a_bar_too_short_for_it_moves_to_the_other_side_of_0() -> None:
    root = ranked(["84.0", "-2.5"], [-5, 45, 95])
    above, below = root.iter(f"{C}dLbl")
    assert above.find(f"{C}layout") is None
    assert below.find(f"{C}dLblPos").get("val") == "outEnd"  # type: ignore[union-attr]
    assert 0.04 < float(below.find(f".//{C}manualLayout/{C}x").get("val")) < 0.4  # type: ignore[union-attr]
    (lines,) = root.iter("{http://schemas.microsoft.com/office/drawing/2012/chart}showLeaderLines")
    assert lines.get("val") == "0"


def test_band_paints_the_lower_percentile_over_the_upper_one() -> None:
    root, _ = drawn(sample.charts()["band"])
    low, high = (item for item in root.iter(f"{C}ser") if item.getparent().tag == f"{C}areaChart")  # type: ignore[union-attr]
    assert [item.find(f"{C}idx").get("val") for item in (low, high)] == ["0", "1"]  # type: ignore[union-attr]
    assert [item.find(f"{C}order").get("val") for item in (low, high)] == ["1", "0"]  # type: ignore[union-attr]
    assert root.find(f".//{C}catAx/{C}crosses").get("val") == "min"  # type: ignore[union-attr]


def test_step_is_columns_without_gaps() -> None:
    root, _ = drawn(sample.charts()["step"])
    assert root.find(f".//{C}gapWidth").get("val") == "0"  # type: ignore[union-attr]


def test_fonts_are_the_themes_for_latin_and_east_asian() -> None:
    root, _ = drawn(sample.charts()["bar-line"])
    for properties in [*root.iter(f"{A}defRPr"), *root.iter(f"{A}rPr")]:
        faces = [properties.find(f"{A}{name}").get("typeface") for name in ("latin", "ea")]  # type: ignore[union-attr]
        assert faces == ["+mn-lt", "+mn-ea"]


def ticks(*pairs: tuple[int, str]) -> Axis:
    return Axis(tuple(Tick(Fraction(value), text) for value, text in pairs))


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        (ticks((0, "0"), (2000, "2,000"), (3000, "3,000"), (6000, "6,000")), "evenly spaced"),
        (ticks((0, "0"), (2000, "2,000")), "beyond the ticks of the y axis"),
        (ticks((0, "零"), (3000, "三千"), (6000, "六千")), "no number format shows the ticks 零, 三千, 六千"),
    ],
)
def test_axis_that_cannot_be_drawn_natively_is_refused(axis: Axis, message: str) -> None:
    with pytest.raises(RenderError, match=message) as caught:
        drawn(changed("bar", y_axis=axis))
    assert "exhibit bar" in str(caught.value)


def test_sum_of_a_stack_beyond_the_axis_is_refused() -> None:
    with pytest.raises(RenderError, match="beyond the ticks"):
        drawn(changed("stacked", y_axis=ticks((0, "0"), (3000, "3,000"), (6000, "6,000"))))


def test_long_series_leaves_category_labels_out_but_no_category(tmp_path: Path) -> None:
    chart = chart_of(sample.charts()["line"])
    points = chart.series[0].points * 100
    root, book = drawn(
        changed("line", categories=chart.categories * 100, series=(replace(chart.series[0], points=points),))
    )
    assert int(root.find(f".//{C}tickLblSkip").get("val")) > 10  # type: ignore[union-attr, arg-type]
    assert len(cached(root.find(f".//{C}cat"))) == 500
    assert book["data"].max_row == 501


def over_days(count: int, apart: int = 1, kind: str = "line") -> Exhibit:
    """A line over `count` days that lie `apart` days from one to the next, from 2023-12-29."""
    chart = chart_of(sample.charts()[kind])
    days = [dt.date(2023, 12, 29) + dt.timedelta(days=at * apart) for at in range(count)]
    categories = tuple(Category((Span(day.isoformat(), "structure", note="label"),)) for day in days)
    series = tuple(replace(one, points=(one.points * count)[:count]) for one in chart.series)
    return changed(kind, categories=categories, series=series)


def test_many_days_stand_on_an_axis_of_dates() -> None:
    """LibreOffice prints every label of a category axis over days, one on the other."""
    root, book = drawn(over_days(118))
    (axis,) = root.iter(f"{C}dateAx")
    assert root.find(f".//{C}catAx") is None
    assert (axis.find(f"{C}majorUnit").get("val"), axis.find(f"{C}majorTimeUnit").get("val")) == ("14", "days")  # type: ignore[union-attr]
    held = [float(value) for value in cached(root.find(f".//{C}cat")).values()]
    assert held == [45_289 + at for at in range(118)]  # day 45,289 of spreadsheets is 2023-12-29
    assert [book["data"].cell(row, 1).value.date().isoformat() for row in (2, 119)] == ["2023-12-29", "2024-04-24"]


@pytest.mark.parametrize(("count", "apart"), [(17, 1), (40, 7), (60, 30), (250, 1), (130, 30), (500, 30)])
def test_labels_of_an_axis_of_dates_have_room(count: int, apart: int) -> None:
    days = [dt.date(2010, 1, 29) + dt.timedelta(days=at * apart) for at in range(count)]
    step, unit = label_step(days, 400.0)
    labels = (days[-1] - days[0]).days / (step * (30.4 if unit == "months" else 1)) + 1
    assert 2 <= labels <= 400 / width("0000-00-00" if unit == "days" else "0000-00", 8.0)


@pytest.mark.parametrize(
    "exhibit",
    [over_days(16), over_days(40, kind="bar"), over_days(40, kind="bar-line"), over_days(40, apart=-1)],
    ids=["few", "bars", "bars and lines", "backwards"],
)
def test_other_categories_stay_categories(exhibit: Exhibit) -> None:
    root, _ = drawn(exhibit)
    assert root.find(f".//{C}dateAx") is None
    assert root.find(f".//{C}cat/{C}strRef") is not None


def test_days_are_read_back_as_printed_and_a_format_that_lies_is_refused() -> None:
    root, _ = drawn(over_days(40))
    place = Place("report.pptx", 1, part="chart")
    assert chart_of_xml(root, place, "report.pptx").categories[:2] == ("2023-12-29", "2023-12-30")
    point = root.find(f".//{C}cat//{C}pt/{C}v")
    assert point is not None
    point.text = "45290"
    assert chart_of_xml(root, place, "report.pptx").categories[0] == "2023-12-30"
    for text in ("12", "-1", "45289.5", "9" * 30, "2023-12-29"):
        point.text = text
        with pytest.raises(ReadError, match="is no day"):
            chart_of_xml(root, place, "report.pptx")
    point.text = "45289"
    root.find(f".//{C}dateAx/{C}numFmt").set("formatCode", '"2019"')  # type: ignore[union-attr]
    with pytest.raises(ReadError, match="prints days as"):
        chart_of_xml(root, place, "report.pptx")
