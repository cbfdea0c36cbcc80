"""Charts: what is drawn is the points, on the axes given, and nothing else. Measured in the picture, not in the spec."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
import vl_convert
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import sample
from yanbao.document.theme import Theme
from yanbao.document.tree import Axis, Category, Chart, Exhibit, Point, Series, Span, Table, Tick, plain
from yanbao.errors import RenderError
from yanbao.render import fonts
from yanbao.render.vega import point_text, spec
from yanbao.render.vega_labels import Anchor, Box, place
from yanbao.render.vega_text import clean, pieces, width, wrap

WIDTH, HEIGHT = 520.0, 290.0
KINDS = ["line", "step", "bar", "grouped", "stacked", "bar-line", "ranking", "band", "scatter"]
SVG = "{http://www.w3.org/2000/svg}"
AREAS = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "蒙西",
]
MONTHS = [f"2{year}-{month:02d}" for year in (1, 2, 3) for month in range(1, 13)]
QUARTERS = [f"20{year}年{quarter}季度" for year in (21, 22, 23) for quarter in "一二三四"]


def exhibits() -> dict[str, Exhibit]:
    return {exhibit.body.kind: exhibit for exhibit in sample.document().exhibits() if isinstance(exhibit.body, Chart)}


def draw(exhibit: Exhibit, size: tuple[float, float] = (WIDTH, HEIGHT), version: str = "6.4") -> etree._Element:
    made = json.dumps(spec(exhibit, Theme(), width=size[0], height=size[1]))
    svg = vl_convert.vegalite_to_svg(made, vl_version=version, show_warnings=True, allowed_base_urls=[])
    return etree.fromstring(svg.encode())


def chart(exhibit: Exhibit) -> Chart:
    assert isinstance(exhibit.body, Chart)
    return exhibit.body


def axis(*values: str, suffix: str = "") -> Axis:
    return Axis(tuple(Tick(Fraction(value), f"{value}{suffix}") for value in values))


def points(*values: str | None) -> tuple[Point, ...]:
    return tuple(
        Point(None, None, "", "未披露") if value is None else Point(f"f@{at}", Fraction(value), value)
        for at, value in enumerate(values)
    )


def series(name: str, mark: Any, *values: str | None, **more: Any) -> Series:
    return Series(name, (Span(name),), mark, points(*values), **more)


def exhibit_of(kind: Any, names: list[str], *rows: Series, y: Axis, **more: Any) -> Exhibit:
    categories = tuple(Category((Span(name),)) for name in names)
    return Exhibit("x", (Span("图1"),), (Span("标题"),), Chart(kind, categories, rows, y, **more))


def place_of(element: etree._Element) -> tuple[float, float]:
    """Return where an element's own origin lies in the picture: the sum of all translations around it."""
    x = y = 0.0
    for each in (element, *element.iterancestors()):
        for dx, dy in re.findall(r"translate\(([-\d.e]+),\s*([-\d.e]+)\)", each.get("transform") or ""):
            x, y = x + float(dx), y + float(dy)
    return x, y


def plot_of(exhibit: Exhibit) -> tuple[float, float, float, float]:
    """Return left, top, width and height of the plot."""
    made = spec(exhibit, Theme(), width=WIDTH, height=HEIGHT)
    return made["padding"]["left"], made["padding"]["top"], made["width"], made["height"]


def texts(svg: etree._Element) -> list[str]:
    """Return the texts of a picture; the lines of one text are joined."""
    return ["".join(element.itertext()) for element in svg.iter(f"{SVG}text") if "".join(element.itertext())]


def groups(svg: etree._Element, kind: str) -> list[list[etree._Element]]:
    """Return the paths of each group of marks of a kind ("mark-rect role-mark"), in drawing order."""
    found = []
    for group in svg.iter(f"{SVG}g"):
        classes = (group.get("class") or "").split()
        if kind in classes and "role-mark" in classes:
            found.append([each for each in group if each.tag in (f"{SVG}path", f"{SVG}line")])
    return found


def rectangle(path: etree._Element) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a path `M x,y h w v h h -w Z` in the picture."""
    found = re.fullmatch(r"M([-\d.e]+),([-\d.e]+)h([-\d.e]+)v([-\d.e]+)h[-\d.e]+Z", path.get("d") or "")
    assert found, path.get("d")
    x, y, wide, high = map(float, found.groups())
    dx, dy = place_of(path)
    return x + dx, y + dy, x + dx + wide, y + dy + high


def bars(svg: etree._Element) -> list[tuple[float, float, float, float]]:
    """Return the bars, which are the first rectangles drawn: plates under labels and swatches come later."""
    return [rectangle(path) for path in groups(svg, "mark-rect")[0]]


def value_at(pixel: float, axis: Axis, start: float, length: float) -> float:
    """Return the value that stands at a pixel of a vertical axis that starts at `start` (its top)."""
    low, high = float(axis.ticks[0].value), float(axis.ticks[-1].value)
    return high - (pixel - start) / length * (high - low)


# -- every kind ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["5.21", "6.4"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_compiles_without_a_warning(kind: str, version: str, capfd: pytest.CaptureFixture[str]) -> None:
    svg = draw(exhibits()[kind], version=version)
    assert (float(svg.get("width")), float(svg.get("height"))) == (WIDTH, HEIGHT)
    captured = capfd.readouterr()
    assert captured.err == ""
    assert captured.out == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_what_the_tree_says_and_no_more(kind: str) -> None:
    exhibit = exhibits()[kind]
    body = chart(exhibit)
    said = texts(draw(exhibit))
    printed = {
        point.text
        for each in body.series
        for at, point in enumerate(each.points)
        if each.labels == "all" or (each.labels == "last" and at == len(each.points) - 1)
    } - {""}
    ticks = [tick.text for axis in (body.y_axis, body.y2_axis, body.x_axis) if axis for tick in axis.ticks]
    names = [plain(category.text) for category in body.categories]
    if kind == "scatter":
        names = [names[at] for at in body.labelled]
    wanted = [*ticks, *names, *(plain(each.name) for each in body.series)]
    assert sorted({*wanted, *printed}) == sorted(set(said))
    for text in wanted:
        assert said.count(text) >= wanted.count(text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_is_turned_and_none_leaves_the_picture(kind: str) -> None:
    for element in draw(exhibits()[kind]).iter(f"{SVG}text"):
        assert "rotate" not in (element.get("transform") or "")
        x, y = place_of(element)
        size = float((element.get("font-size") or "11px").removesuffix("px"))
        lines = [element.text or "", *(line.text or "" for line in element)]
        wide = max(width(line, size) for line in lines)
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[element.get("text-anchor") or "start"]
        assert left >= -0.5, lines
        assert left + wide <= WIDTH + 0.5, lines
        assert 0 <= y <= HEIGHT


@pytest.mark.parametrize("kind", KINDS)
def test_ticks_stand_where_their_values_are(kind: str) -> None:
    exhibit = exhibits()[kind]
    body = chart(exhibit)
    left, top, wide, high = plot_of(exhibit)
    found: dict[str, list[tuple[float, float]]] = {}
    for element in draw(exhibit).iter(f"{SVG}text"):
        found.setdefault("".join(element.itertext()), []).append(place_of(element))
    upright = {"ranking": (), "scatter": (body.y_axis,)}.get(kind, (body.y_axis, body.y2_axis))
    level = {"ranking": (body.y_axis,), "scatter": (body.x_axis,)}.get(kind, ())
    for each, along in [*((each, False) for each in upright), *((each, True) for each in level)]:
        if each is None:
            continue
        low, last = each.ticks[0].value, each.ticks[-1].value
        for tick in each.ticks:
            share = float((tick.value - low) / (last - low))
            wanted = left + share * wide if along else top + (1 - share) * high
            # half a font size: a label hangs on its base line
            near = [abs((x if along else y) - wanted) for x, y in found[tick.text]]
            assert min(near) < 6, (tick.text, wanted, found[tick.text])


# -- the points, measured in the picture ---------------------------------------------------------------


def test_bars_are_as_high_as_their_points() -> None:
    exhibit = exhibits()["bar"]
    _, top, _, high = plot_of(exhibit)
    drawn = bars(draw(exhibit))
    assert len(drawn) == 5
    measured = [value_at(bar[1], chart(exhibit).y_axis, top, high) for bar in drawn]
    assert measured == pytest.approx([4473, 4605, 4882, 5094, 5275], abs=0.5)
    assert {round(bar[3], 1) for bar in drawn} == {round(top + high, 1)}


def test_grouped_bars_stand_side_by_side_in_the_order_of_their_series() -> None:
    exhibit = exhibits()["grouped"]
    _, top, _, high = plot_of(exhibit)
    drawn = sorted(bars(draw(exhibit)))
    measured = [value_at(bar[1], chart(exhibit).y_axis, top, high) for bar in drawn]
    assert measured == pytest.approx([4473, 1060, 4605, 907, 4882, 995, 5094, 1094.5, 5275, 1375], abs=0.5)
    assert all(one[2] <= other[0] + 0.01 for one, other in pairwise(drawn))


def test_stacked_bars_stand_on_each_other() -> None:
    exhibit = exhibits()["stacked"]
    _, top, _, high = plot_of(exhibit)
    drawn = bars(draw(exhibit))
    by_column: dict[float, list[tuple[float, float, float, float]]] = {}
    for bar in drawn:
        by_column.setdefault(round(bar[0], 1), []).append(bar)
    tops = [
        sorted(value_at(bar[1], chart(exhibit).y_axis, top, high) for bar in by_column[x]) for x in sorted(by_column)
    ]
    # by hand: 4473 + 1060, 4605 + 907, 4882 + 995, 5094 + 1094.5, 5275 + 1375
    wanted = [(4473, 5533), (4605, 5512), (4882, 5877), (5094, 6188.5), (5275, 6650)]
    for found, right in zip(tops, wanted, strict=True):
        assert found == pytest.approx(right, abs=0.5)


def test_a_label_stands_beside_a_part_that_is_too_thin_for_it() -> None:
    rows = [
        series(name, "bar", value, labels="all")
        for name, value in (("甲", "2"), ("乙", "3"), ("丙", "50"), ("丁", "40"))
    ]
    exhibit = exhibit_of("stacked", ["一"], *rows, y=axis("0", "50", "100"))
    svg = draw(exhibit)
    left, _, right, _ = bars(svg)[0]
    found = {"".join(each.itertext()): each for each in svg.iter(f"{SVG}text")}
    ends = {text: (found[text].get("text-anchor"), place_of(found[text])[0]) for text in ("2", "3", "40")}
    assert ends["2"][0] == "start"
    assert ends["2"][1] > right
    assert ends["3"][0] == "end"  # next to it: on the other side
    assert ends["3"][1] < left
    assert left < ends["40"][1] < right


def test_bars_and_line_use_the_axis_of_their_own() -> None:
    exhibit = exhibits()["bar-line"]
    body = chart(exhibit)
    _, top, _, high = plot_of(exhibit)
    svg = draw(exhibit)
    heights = [value_at(bar[1], body.y_axis, top, high) for bar in bars(svg)]
    assert heights == pytest.approx([4473, 4605, 4882, 5094, 5275], abs=0.5)
    line = line_points(groups(svg, "mark-line")[0][0])
    assert body.y2_axis is not None
    measured = [value_at(y, body.y2_axis, top, high) for _, y in line]
    # by hand from the levels: 4605/4473, 4882/4605, 5094/4882, 5275/5094
    assert measured == pytest.approx([2.951, 6.015, 4.343, 3.553], abs=0.005)
    left, _, wide, _ = plot_of(exhibit)
    assert [x for x, _ in line] == pytest.approx([left + wide * (at + 0.5) / 5 for at in range(1, 5)], abs=0.1)


def line_points(path: etree._Element) -> list[tuple[float, float]]:
    dx, dy = place_of(path)
    pairs = re.findall(r"[ML]([-\d.e]+),([-\d.e]+)", path.get("d") or "")
    return [(float(x) + dx, float(y) + dy) for x, y in pairs]


def test_ranking_is_in_order_and_marks_one() -> None:
    exhibit = exhibits()["ranking"]
    left, _, wide, _ = plot_of(exhibit)
    svg = draw(exhibit)
    paths = groups(svg, "mark-rect")[0]
    drawn = [rectangle(path) for path in paths]
    assert [100 * (bar[2] - left) / wide for bar in drawn] == pytest.approx([100, 100, 99.6, 98.1, 91.6, 73.2], abs=0.1)
    assert [bar[1] for bar in drawn] == sorted(bar[1] for bar in drawn)
    assert [path.get("fill") for path in paths] == [Theme().series[0]] * 5 + [Theme().highlight]


@pytest.mark.parametrize("kind", ["bar", "ranking"])
def test_several_bars_stand_out(kind: str) -> None:
    exhibit = exhibits()[kind]
    assert isinstance(exhibit.body, Chart)
    svg = draw(replace(exhibit, body=replace(exhibit.body, highlight=3, also_highlighted=(1,))))
    fills = [path.get("fill") for path in groups(svg, "mark-rect")[0]]
    assert [at for at, fill in enumerate(fills) if fill == Theme().highlight] == [1, 3]


def test_scatter_shows_both_values_of_each_item() -> None:
    exhibit = exhibits()["scatter"]
    left, top, wide, high = plot_of(exhibit)
    dots = [place_of(path) for path in groups(draw(exhibit), "mark-symbol")[0]]
    measured = [(70 + 30 * (x - left) / wide, value_at(y, chart(exhibit).y_axis, top, high)) for x, y in dots]
    wanted = [(100, 100), (100, 100), (99.6, 100), (98.1, 98.7), (91.6, 93.5), (73.2, 97.4)]
    for found, right in zip(measured, wanted, strict=True):
        assert found == pytest.approx(right, abs=0.05)


def test_band_lies_between_its_percentiles() -> None:
    exhibit = exhibits()["band"]
    _, top, _, high = plot_of(exhibit)
    svg = draw(exhibit)
    area = line_points(groups(svg, "mark-area")[0][0])
    levels = {round(value_at(y, chart(exhibit).y_axis, top, high)) for _, y in area}
    assert levels == {4605, 5094}


def test_a_step_holds_through_its_whole_category() -> None:
    exhibit = exhibit_of(
        "step", ["一", "二", "三"], series("价格", "step", "10", "10", "20"), y=axis("0", "10", "20", "30")
    )
    left, _, wide, _ = plot_of(exhibit)
    levels = groups(draw(exhibit), "mark-rule")[0]
    ends = [(place_of(line)[0], place_of(line)[0] + float(line.get("x2") or 0)) for line in levels]
    flat = [each for each in ends if each[0] != each[1]]
    assert [end for pair in flat for end in pair] == pytest.approx(
        [left, left + wide / 3, left + wide / 3, left + wide * 2 / 3, left + wide * 2 / 3, left + wide], abs=0.2
    )


# -- missing points ------------------------------------------------------------------------------------


def test_a_missing_point_is_a_gap_in_a_line() -> None:
    exhibit = exhibit_of(
        "line", list("一二三四五六"), series("指数", "line", "1", "2", None, "3", None, "4"), y=axis("0", "2", "4")
    )
    for version in ("5.21", "6.4"):
        svg = draw(exhibit, version=version)
        path = groups(svg, "mark-line")[0][0].get("d") or ""
        assert path.count("M") == 3, path  # 1-2, then 3 alone, then 4 alone
        assert len(groups(svg, "mark-symbol")[0]) == 4
        assert sorted(texts(svg)) == sorted(["指数", "0", "2", "4", *"一二三四五六"])


def test_a_point_between_two_gaps_is_seen_even_where_points_are_not_drawn() -> None:
    values = ["1", None, "2", None, *["3"] * 20]
    exhibit = exhibit_of("line", [str(at) for at in range(24)], series("指数", "line", *values), y=axis("0", "2", "4"))
    assert len(groups(draw(exhibit), "mark-symbol")[0]) == 2


@pytest.mark.parametrize("kind", ["bar", "grouped", "stacked", "ranking"])
def test_a_missing_bar_is_not_a_bar_of_zero(kind: str) -> None:
    rows = [series("甲", "bar", "1", None, "3", labels="all")]
    if kind in ("grouped", "stacked"):
        rows.append(series("乙", "bar", "1", "2", None))
    exhibit = exhibit_of(kind, ["一", "二", "三"], *rows, y=axis("0", "2", "4", "6"))
    svg = draw(exhibit)
    assert len(groups(svg, "mark-rect")[0]) == sum(point.value is not None for row in rows for point in row.points)
    assert "null" not in texts(svg)
    assert "NaN" not in texts(svg)


def test_a_missing_end_of_a_band_is_a_gap() -> None:
    low, high = series("低", "area", "1", None, "1"), series("高", "area", "3", "3", "3")
    exhibit = exhibit_of("band", list("一二三"), low, high, y=axis("0", "2", "4"))
    area = groups(draw(exhibit), "mark-area")[0][0].get("d") or ""
    assert area.count("M") == 2


def test_a_bar_below_zero_hangs_from_the_zero_line() -> None:
    exhibit = exhibit_of(
        "bar", ["一", "二"], series("增速", "bar", "5", "-10", labels="all"), y=axis("-10", "0", "10", suffix="%")
    )
    _, top, _, high = plot_of(exhibit)
    up, down = bars(draw(exhibit))
    assert (up[3], down[1]) == pytest.approx((top + high / 2, top + high / 2), abs=0.1)
    assert down[3] == pytest.approx(top + high, abs=0.1)


def test_bars_on_an_axis_without_zero_start_at_its_end() -> None:
    exhibit = exhibit_of("bar", ["一"], series("利用率", "bar", "95"), y=axis("90", "95", "100"))
    _, top, _, high = plot_of(exhibit)
    assert bars(draw(exhibit))[0][1::2] == pytest.approx((top + high / 2, top + high), abs=0.1)


# -- labels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "names"), [("bar", AREAS), ("line", MONTHS), ("bar", QUARTERS), ("ranking", AREAS), ("step", QUARTERS)]
)
def test_all_categories_are_printed_and_none_runs_into_its_neighbour(kind: str, names: list[str]) -> None:
    row = series("值", "bar" if kind in ("bar", "ranking") else kind, *["50"] * len(names))
    svg = draw(exhibit_of(kind, names, row, y=axis("0", "50", "100")), (WIDTH, 440))
    boxes: list[tuple[float, float, float, float]] = []
    seen = []
    for element in svg.iter(f"{SVG}text"):
        if "".join(element.itertext()) not in names:
            continue
        seen.append("".join(element.itertext()))
        x, y = place_of(element)
        size = float((element.get("font-size") or "").removesuffix("px"))
        lines = list(element.iter(f"{SVG}tspan")) or [element]
        for number, line in enumerate(lines):
            text = line.text or ""
            if not text:
                continue
            down = y + number * size * 1.25
            wide = width(text, size)
            left = x - wide / 2 if element.get("text-anchor") == "middle" else x - wide
            boxes.append((left, down - size * 0.8, left + wide, down))
    assert sorted(seen) == sorted(names)
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert min(one[2], other[2]) - max(one[0], other[0]) <= 0.5 or min(one[3], other[3]) <= max(
                one[1], other[1]
            )


def test_hundreds_of_days_are_thinned_but_stand_in_the_data() -> None:
    days = [f"2024-{1 + at // 28:02d}-{1 + at % 28:02d}" for at in range(250)]
    exhibit = exhibit_of("line", days, series("指数", "line", *["1"] * 250), y=axis("0", "1", "2"))
    shown = [text for text in texts(draw(exhibit)) if text in days]
    assert shown[-1] == days[-1]
    assert 5 <= len(shown) < 60
    assert [row["category"] for row in spec(exhibit, Theme(), width=520, height=290)["data"]["values"]] == days


def test_labels_of_a_line_do_not_lie_on_each_other() -> None:
    anchors = [
        Anchor(text, 10.5, 100, y, ("above", "below", "right", "left")) for text, y in (("9.0%", 50), ("8.9%", 52))
    ]
    one, other = place(anchors, [], [[(0, 60), (100, 50), (200, 60)]], Box(-50, -50, 300, 200))
    assert one.box.overlap(other.box) == 0


@given(st.text(alphabet=st.sampled_from("中文利用率%.,-0123456789AaGPT《》（） "), max_size=24), st.floats(10, 120))
def test_wrapping_loses_nothing_and_breaks_no_number(text: str, limit: float) -> None:
    lines = wrap(text, 10, limit)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    numbers = re.findall(r"\d+(?:[.,]\d+)*%?", text)
    kept = [number for line in lines for number in re.findall(r"\d+(?:[.,]\d+)*%?", line)]
    assert kept == numbers
    assert "".join(pieces(text)) == text


def test_widths_are_those_of_the_font() -> None:
    from fontTools.ttLib import TTFont

    for weight in (400, 700):
        font = TTFont(BytesIO(fonts.subset("中", weight)))
        cmap, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        for character in [*map(chr, range(0x20, 0x7F)), "中", "，"]:
            wanted = metrics[cmap[ord(character)]][0] / em * 100
            assert width(character, 100, bold=weight == 700) == pytest.approx(wanted, abs=0.11), character


# -- hostile text, same bytes, refusals ----------------------------------------------------------------

HOSTILE = [
    "</text><script>alert(1)</script>",
    "'+datum.value+'",
    '"];alert(1);//\\',
    "datum.value",
    "=1+1",
    "&amp;<b>\u202e\u0000\u0007\ud800\ufffe",
    "category_labels[0]",
    "{expr}`${1}`",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["bar", "ranking", "line", "stacked"])
def test_hostile_text_stays_text(kind: str, text: str) -> None:
    mark = "line" if kind == "line" else "bar"
    row = Series(
        text, (Span(text),), mark, (Point(text, Fraction(1), text), Point(None, Fraction(2), "b")), labels="all"
    )
    tick = Axis((Tick(Fraction(0), text), Tick(Fraction(3), "3")), text, "" if kind == "ranking" else text)
    svg = draw(exhibit_of(kind, [text, "二"], row, y=tick))
    said = texts(svg)
    # name, category, label, tick, and the axis' title where there is one
    assert said.count(clean(text)) == (4 if kind == "ranking" else 5)
    assert not list(svg.iter(f"{SVG}script"))


def test_text_is_cleaned_of_what_no_file_may_hold() -> None:
    assert clean("a\u0000b\u202ec\ud800d\ufffee\tf\r\ng") == "abcde f  g"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chart_gives_the_same_specification(kind: str) -> None:
    first, second = (
        json.dumps(spec(exhibits()[kind], Theme(), width=WIDTH, height=HEIGHT, interactive=True)) for _ in range(2)
    )
    assert first == second


def test_tooltips_say_the_texts_of_the_tree() -> None:
    made = spec(exhibits()["grouped"], Theme(), width=WIDTH, height=HEIGHT, interactive=True)
    rows = made["data"]["values"]
    assert rows[0]["tip"] == "2019年\u2003国家电网\u20034473.0"
    assert rows[5]["tip"] == "2019年\u2003南方电网\u20031,060.0"  # no label: its value in the series' decimals
    still = spec(exhibits()["grouped"], Theme(), width=WIDTH, height=HEIGHT)
    assert not any("tip" in row for row in still["data"]["values"])


def test_a_value_is_rounded_half_up_where_it_has_no_label() -> None:
    row = series("值", "bar", "1")
    assert point_text(replace(row, decimals=1), Point(None, Fraction(-25, 100))) == "-0.3"
    assert point_text(row, Point(None, Fraction(12345))) == "12,345"


def refused(exhibit: Exhibit, size: tuple[float, float] = (WIDTH, HEIGHT)) -> str:
    with pytest.raises(RenderError) as caught:
        spec(exhibit, Theme(), width=size[0], height=size[1])
    return str(caught.value)


def test_what_would_be_drawn_wrongly_is_refused() -> None:
    y = axis("0", "5", "10")
    assert "outside its axis (0 to 10)" in refused(exhibit_of("bar", ["一"], series("值", "bar", "11"), y=y))
    assert "outside its axis" in refused(
        exhibit_of("stacked", ["一"], series("甲", "bar", "6"), series("乙", "bar", "6"), y=y)
    )
    assert "must hold 0" in refused(exhibit_of("stacked", ["一"], series("甲", "bar", "6"), y=axis("5", "10")))
    assert "3 points for 1 categories" in refused(exhibit_of("bar", ["一"], series("值", "bar", "1", "2", "3"), y=y))
    assert "rising ticks" in refused(exhibit_of("bar", ["一"], series("值", "bar", "1"), y=axis("5", "0")))
    assert "two series and an x axis" in refused(exhibit_of("scatter", ["一"], series("值", "dot", "1"), y=y))
    assert "low and its high" in refused(exhibit_of("band", ["一"], series("值", "line", "1"), y=y))
    assert "a series and a category" in refused(exhibit_of("bar", ["一"], y=y))
    assert "does not fit" in refused(exhibit_of("bar", ["一"], series("值", "bar", "1"), y=y), (60, 60))
    assert "is no chart" in refused(Exhibit("t", (), (), Table("plain", (), ())))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["line", "bar", "grouped", "stacked", "step", "ranking"]),
    st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=1, max_size=40),
    st.integers(300, 1100),
)
def test_any_values_give_a_chart_that_keeps_them(kind: str, values: list[int | None], wide: int) -> None:
    mark = kind if kind in ("line", "step") else "bar"
    row = series("值", mark, *(None if value is None else str(value) for value in values), labels="all")
    exhibit = exhibit_of(kind, [f"第{at}项" for at in range(len(values))], row, y=axis("-50", "0", "50"))
    made = spec(exhibit, Theme(), width=wide, height=600)
    assert [each["value"] for each in made["data"]["values"]] == values
    assert made["width"] + made["padding"]["left"] + made["padding"]["right"] == pytest.approx(wide, abs=0.1)
    json.dumps(made, allow_nan=False)
