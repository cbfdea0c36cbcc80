"""A small document made by hand with every kind of block, exhibit and span: renderers and readers are tested on it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from yanbao.document.tree import (
    Axis,
    Category,
    Cell,
    Chart,
    Column,
    Columns,
    Document,
    Event,
    Exhibit,
    Page,
    Paragraph,
    Point,
    Row,
    Series,
    Span,
    Table,
    Text,
    Tick,
    Timeline,
)
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity.interval import Interval
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import NONE, PERCENT, YI_YUAN, YUAN, Unit

DAY = date(2024, 6, 30)
FACTS: dict[str, Fact] = {}
YEARS = [2019, 2020, 2021, 2022, 2023]
STATE = ["4473.0", "4605.0", "4882.0", "5094.0", "5275"]
SOUTH = ["1060.0", "907.0", "995.0", "1094.5", "1375"]
TIMES = Unit("倍")


def sourced(key: str, text: str, unit: Unit = NONE, period: Period | None = None, line: int = 1606) -> Fact:
    dataset, _, rest = key.partition(".")
    column, _, row = rest.partition("@")
    source = Source(dataset, row, column, f"evidence/{dataset}.csv", 2, "示例研究报告，2024年7月", line, DAY)
    FACTS[key] = Fact(key, row, column, source, quantity=Quantity.printed(text, unit), period=period, as_of=DAY)
    return FACTS[key]


def words(key: str, text: str) -> Span:
    source = Source(key.split(".")[0], "1", "text", "evidence/policy.csv", 2, "示例研究报告，2024年7月", 1526, DAY)
    FACTS[key] = Fact(key, "1", "text", source, text=text)
    return Span(text, "quote", key)


def computed(
    key: str, formula: str, inputs: list[str], value: Fraction, low: Fraction, high: Fraction, unit: Unit
) -> Fact:
    FACTS[key] = Fact(
        key,
        key.partition("@")[2],
        key,
        Derivation(formula, tuple(inputs)),
        quantity=Quantity(value, Interval(low, high), unit),
    )
    return FACTS[key]


def run(text: str, bold: bool = False) -> Span:
    return Span(text, bold=bold)


def number(key: str, text: str, unit: str = "", decimals: int = 0) -> Span:
    return Span(text, "number", key, unit=unit, decimals=decimals)


def label(text: str) -> Text:
    return (Span(text, "structure", note="exhibit-label"),)


def axis(*values: int, unit: str = "", suffix: str = "") -> Axis:
    return Axis(tuple(Tick(Fraction(value), f"{value:,}{suffix}") for value in values), unit)


def day_text() -> Text:
    return (run("截至"), Span("2024年6月30日", "period", "workspace.as_of"))


def origin() -> Text:
    return (run("来源：示例研究报告，yanbao整理"),)


def series_points(dataset: str, printed: list[str], unit: Unit, labelled: bool = False) -> tuple[Point, ...]:
    points = []
    for year, text in zip(YEARS, printed, strict=True):
        fact = sourced(f"{dataset}@{year}", text, unit, Period.year(year))
        assert fact.quantity is not None
        points.append(Point(fact.id, fact.quantity.value, text if labelled else ""))
    return tuple(points)


def year_categories() -> tuple[Category, ...]:
    return tuple(Category((Span(f"{year}年", "period", f"grid.state@{year}"),)) for year in YEARS)


def exhibit(
    key: str, name: str, title: str, body: Chart | Table | Timeline, unit: str = "亿元", note: str = ""
) -> Exhibit:
    return Exhibit(
        key,
        label(name),
        (run(title),),
        body,
        (run(f"单位：{unit}"),) if unit else (),
        day_text(),
        origin(),
        (run(f"注：{note}"),) if note else (),
        f"{title}的图表",
    )


def growth_points() -> tuple[Point, ...]:
    points = [Point(None, None, "", missing="无上年数")]
    for before, after, year in zip(STATE, STATE[1:], YEARS[1:], strict=False):
        value = (Fraction(after) / Fraction(before) - 1) * 100
        fact = computed(
            f"grid.yoy@{year}",
            f"{{grid.state@{year}}} / {{grid.state@{year - 1}}} - 1",
            [f"grid.state@{year}", f"grid.state@{year - 1}"],
            value,
            value - Fraction(1, 50),
            value + Fraction(1, 50),
            PERCENT,
        )
        points.append(Point(fact.id, value, f"{float(value):.1f}%"))
    return tuple(points)


def charts() -> dict[str, Exhibit]:
    state = Series(
        "state",
        (run("国家电网"),),
        "bar",
        series_points("grid.state", STATE, YI_YUAN, True),
        unit="亿元",
        decimals=1,
        labels="all",
    )
    south = Series(
        "south",
        (run("南方电网"),),
        "bar",
        series_points("grid.south", SOUTH, YI_YUAN),
        unit="亿元",
        decimals=1,
    )
    yoy = Series("yoy", (run("国网同比（右轴）"),), "line", growth_points(), 2, "%", 1, "all")
    line = Series("state", (run("国家电网"),), "line", state.points, unit="亿元", decimals=1, labels="last")
    step = Series(
        "share",
        (run("智能化占比"),),
        "step",
        series_points("grid.share", ["10", "10", "15", "17", "20"], PERCENT),
        unit="%",
    )
    level, pct = axis(0, 2000, 4000, 6000), axis(-10, 0, 10, 20, suffix="%", unit="%")
    categories = year_categories()
    areas = ["上海", "浙江", "四川", "山西", "甘肃", "西藏"]
    pv = [
        sourced(f"use.pv@{a}", t, PERCENT, line=1486).id
        for a, t in zip(areas, ["100.0", "100.0", "99.6", "98.1", "91.6", "73.2"], strict=True)
    ]
    wind = [
        sourced(f"use.wind@{a}", t, PERCENT, line=1486).id
        for a, t in zip(areas, ["100.0", "100.0", "100.0", "98.7", "93.5", "97.4"], strict=True)
    ]
    dots = [
        tuple(Point(key, FACTS[key].quantity.value, f"{float(FACTS[key].quantity.value):.1f}%") for key in keys)
        for keys in (pv, wind)
    ]  # type: ignore[union-attr]
    area_names = tuple(Category((run(a),)) for a in areas)
    band = [
        Series(
            "low",
            (run("25%分位"),),
            "area",
            tuple(Point("grid.low@all", Fraction(4605)) for _ in YEARS),
            unit="亿元",
        ),
        Series(
            "high",
            (run("75%分位"),),
            "area",
            tuple(Point("grid.high@all", Fraction(5094)) for _ in YEARS),
            unit="亿元",
        ),
        Series(
            "median",
            (run("中位数"),),
            "rule",
            tuple(Point("grid.median@all", Fraction(4882)) for _ in YEARS),
            unit="亿元",
        ),
        line,
    ]
    band[0] = Series("low", (Span("25%分位", "structure", note="percentile"),), "area", band[0].points, unit="亿元")
    band[1] = Series("high", (Span("75%分位", "structure", note="percentile"),), "area", band[1].points, unit="亿元")
    column = "[" + ", ".join(f"{{grid.state@{year}}}" for year in YEARS) + "]"
    inputs = [f"grid.state@{year}" for year in YEARS]
    # order statistics of 4473.0, 4605.0, 4882.0, 5094.0, 5275: the second, the third, the fourth
    for name, value, share in (("low", 4605, "25%"), ("high", 5094, "75%"), ("median", 4882, "50%")):
        low, high = Fraction(value) - Fraction(1, 20), Fraction(value) + Fraction(1, 20)
        computed(f"grid.{name}@all", f"quantile({column}, {share})", inputs, Fraction(value), low, high, YI_YUAN)
    return {
        "line": exhibit("line", "图1", "国家电网投资走势", Chart("line", categories, (line,), level)),
        "step": exhibit(
            "step",
            "图2",
            "智能化占比分段提升",
            Chart("step", categories, (step,), axis(0, 10, 20, 30, suffix="%", unit="%")),
            "%",
        ),
        "bar": exhibit("bar", "图3", "国家电网投资", Chart("bar", categories, (state,), level, highlight=4)),
        "grouped": exhibit("grouped", "图4", "两网投资对比", Chart("grouped", categories, (state, south), level)),
        "stacked": exhibit(
            "stacked",
            "图5",
            "两网投资合计",
            Chart("stacked", categories, (state, south), axis(0, 2000, 4000, 6000, 8000)),
        ),
        "bar-line": exhibit(
            "bar-line",
            "图6",
            "国网投资及同比",
            Chart("bar-line", categories, (state, yoy), level, pct),
            "亿元，%",
            "同比按可比口径",
        ),
        "ranking": exhibit(
            "ranking",
            "图7",
            "光伏利用率",
            Chart(
                "ranking",
                area_names,
                (Series("pv", (run("光伏利用率"),), "bar", dots[0], unit="%", decimals=1, labels="all"),),
                axis(0, 50, 100, suffix="%", unit="%"),
                highlight=5,
            ),
            "%",
        ),
        "band": exhibit(
            "band",
            "图8",
            "投资与历史分位",
            Chart("band", categories, tuple(band), axis(4000, 4500, 5000, 5500)),
        ),
        "scatter": exhibit(
            "scatter",
            "图9",
            "风光利用率",
            Chart(
                "scatter",
                area_names,
                (
                    Series("pv", (run("光伏利用率"),), "dot", dots[0], unit="%", decimals=1),
                    Series("wind", (run("风电利用率"),), "dot", dots[1], unit="%", decimals=1),
                ),
                axis(90, 95, 100, suffix="%", unit="%"),
                x_axis=axis(70, 80, 90, 100, suffix="%", unit="%"),
                labelled=(4, 5),
            ),
            "%",
        ),
        "timeline": exhibit(
            "timeline",
            "图10",
            "政策时间线",
            Timeline(
                (
                    Event(
                        (words("policy.when@1", "2024.3"),),
                        (words("policy.title@1", "《关于新形势下配电网高质量发展的指导意见》"),),
                        (words("policy.body@1", "到2025年，配电网承载力提升"),),
                    ),
                    Event(
                        (words("policy.when@2", "2024.5"),),
                        (words("policy.title@2", "《电力市场运行基本规则》"),),
                    ),
                )
            ),
            "",
        ),
    }


def tables() -> dict[str, Exhibit]:
    def head(key: str, text: str, unit: str = "", group: str = "", align: str = "right", width: float = 1.0) -> Column:
        return Column(key, (run(text),), align, (run(group),) if group else (), width, unit)  # type: ignore[arg-type]

    def of(key: str, text: str, unit: str, decimals: int) -> Cell:
        return Cell((number(key, text, unit, decimals),), key)

    price, eps = (
        sourced("co.price@002380", "18.30", YUAN, line=2160),
        sourced("co.eps@002380", "1.00", YUAN, line=2160),
    )
    computed(
        "co.pe@002380",
        "{co.price@002380} / {co.eps@002380}",
        [price.id, eps.id],
        Fraction("18.3"),
        Fraction("18.2"),
        Fraction("18.4"),
        TIMES,
    )
    plain = Table(
        "plain",
        (head("item", "项目", align="left"), head("y22", "上年"), head("y23", "本年")),
        (
            Row(
                (
                    Cell((run("国家电网"),)),
                    of("grid.state@2022", "5,094.0", "亿元", 1),
                    of("grid.state@2023", "5,275", "亿元", 0),
                )
            ),
            Row(
                (
                    Cell((run("其他"),)),
                    Cell((run("—"),), missing="未披露"),
                    Cell((run("—"),), missing="未披露"),
                )
            ),
            Row(
                (
                    Cell((run("合计"),)),
                    of("grid.state@2022", "5,094.0", "亿元", 1),
                    of("grid.state@2023", "5,275", "亿元", 0),
                ),
                "total",
            ),
        ),
    )
    grouped = Table(
        "grouped",
        (
            head("code", "代码", align="left"),
            head("name", "公司", align="left"),
            head("price", "股价（元）", "元"),
            head("eps", "本年", "元", "每股收益（元）"),
            head("pe", "本年", "倍", "市盈率（倍）"),
            head("rating", "评级", align="center"),
        ),
        (
            Row(
                (
                    Cell((words("co.code@1", "002380"),)),
                    Cell((run("科远智慧"),)),
                    of("co.price@002380", "18.30", "元", 2),
                    of("co.eps@002380", "1.00", "元", 2),
                    of("co.pe@002380", "18", "倍", 0),
                    Cell((run("买入"),)),
                ),
                "highlight",
            ),
        ),
    )
    matrix = Table(
        "matrix",
        (
            head("item", "模型", align="left"),
            head("a", "点输入", align="center"),
            head("b", "框输入", align="center"),
        ),
        (Row((Cell((run("示例甲"),)), Cell((run("✓"),), mark="yes"), Cell((run("✗"),), mark="no"))),),
    )
    policy = Table(
        "policy",
        (
            head("when", "时间", align="left", width=0.5),
            head("what", "政策", align="left", width=1.5),
            head("body", "主要内容", align="left", width=4),
        ),
        (
            Row(
                (
                    Cell((words("policy.when@1", "2024.3"),)),
                    Cell((words("policy.title@1", "《关于新形势下配电网高质量发展的指导意见》"),)),
                    Cell((words("policy.body@1", "到2025年，配电网承载力提升"),)),
                )
            ),
        ),
    )
    card = Table(
        "card",
        (head("key", "项目", align="left"), head("value", "数值")),
        (
            Row((Cell((run("股价（元）"),)), of("co.price@002380", "18.30", "元", 2))),
            Row((Cell((run("评级"),)), Cell((run("买入"),)))),
        ),
    )
    return {
        "plain": exhibit("t-plain", "表1", "两网投资", plain),
        "grouped": exhibit("t-grouped", "表2", "重点公司估值", grouped, ""),
        "matrix": exhibit("t-matrix", "表3", "输入类型对比", matrix, ""),
        "policy": exhibit("t-policy", "表4", "电力政策", policy, ""),
        "card": exhibit("t-card", "表5", "公司要点", card, ""),
    }


def document() -> Document:
    FACTS.clear()
    FACTS["workspace.as_of"] = Fact(
        "workspace.as_of",
        "报告",
        "截止日",
        Source("workspace", "", "as_of", "yanbao.toml", 3, "工作区", None, DAY),
        text="2024年6月30日",
    )
    c, t = charts(), tables()
    footer = (run("示例研究所｜样例，不构成投资建议"),)
    pages: list[Page] = []

    def page(
        key: str, kind: str, title: str, *blocks: Columns | Exhibit | Paragraph, section: str = "行业复盘"
    ) -> None:
        number_ = len(pages) + 1
        note = Paragraph(
            f"{key}-note",
            (run("来源：示例研究报告，行"), Span("1606", "structure", note="origin-line")),
            "note",
        )
        pages.append(Page(key, kind, (run(title),), tuple(blocks), number_, (run(section),), DAY, footer, (note,)))  # type: ignore[arg-type]

    def text(key: str, *spans: Span, style: str = "body", level: int = 0) -> Paragraph:
        return Paragraph(key, spans, style, level)  # type: ignore[arg-type]

    page(
        "cover",
        "cover",
        "计算机行业中期策略（样例）",
        text("cover-sub", run("把握结构，验证落地"), style="lead"),
        text("cover-date", Span("2024年7月15日", "period", "workspace.as_of"), style="value"),
    )
    page(
        "contents",
        "contents",
        "目录",
        text("toc-1", run("行业复盘"), run("　"), Span("4", "structure", note="page-number"), style="bullet"),
    )
    page("divider", "divider", "行业复盘")
    page(
        "grid",
        "content",
        "电网投资保持韧性，智能化占比提升",
        text(
            "grid-lead",
            run("电网投资", True),
            Span("增长", "word", "grid.yoy@2023", "增长/下降"),
            number("grid.yoy@2023", "3.6%", "%", 1),
            run("，"),
            Span("2023年", "period", "grid.state@2023"),
            run("国家电网投资"),
            number("grid.state@2023", "5275亿元", "亿元", 0),
            run("。"),
            style="lead",
        ),
        Columns(
            (c["bar-line"],),
            (
                c["step"],
                text("grid-b1", run("配电网是重点。"), style="bullet"),
                text("grid-b2", run("智能化环节弹性更大。"), style="bullet", level=1),
            ),
        ),
    )
    page("two", "content", "两网投资结构", Columns((c["grouped"],), (c["stacked"],)))
    page("three", "content", "投资走势与历史分位", Columns((c["line"],), (c["band"],)))
    page("use", "content", "风光利用率分化", Columns((c["ranking"],), (c["scatter"],)))
    page("bars", "content", "国家电网投资", Columns((c["bar"],), (t["plain"],)))
    page("policy", "content", "政策密集落地", c["timeline"], t["policy"])
    page(
        "company",
        "content",
        "重点公司",
        Columns((t["grouped"], t["matrix"]), (t["card"], text("co-b", run("买入"), style="value")), 0.62),
    )
    page(
        "legal",
        "legal",
        "评级说明与声明",
        text(
            "legal-1",
            run("买入：未来六个月内相对基准涨幅在"),
            Span("20%", "literal", note="legal"),
            run("以上。"),
            style="small",
        ),
        section="声明",
    )
    return Document(
        "计算机行业中期策略（样例）",
        "把握结构，验证落地",
        "zh",
        "示例研究所",
        date(2024, 7, 15),
        DAY,
        tuple(pages),
        dict(FACTS),
        {
            "contents": "目录",
            "page": "页",
            "source": "来源",
            "formula": "算式",
            "inputs": "输入",
            "origin": "出处",
            "as_of": "截至",
            "search": "搜索",
            "missing": "缺失",
            "exhibit": "图表",
            "index": "目录",
        },
    )
