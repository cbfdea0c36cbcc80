"""Engine-made texts in both languages."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]
CHINESE = re.compile("[\u3400-\u9fff]")

LABELS: dict[str, dict[str, str]] = {
    "zh": {
        "figure": "图",
        "table": "表",
        "unit": "单位：",
        "as_of": "截至",
        "source": "来源：",
        "note": "注：",
        "line": "第{}行",
        "lines": "第{}行",
        "computed": "yanbao计算",
        "compiled": "yanbao整理",
        "contents": "目录",
        "page": "页",
        "formula": "算式",
        "inputs": "输入",
        "origin": "出处",
        "search": "搜索",
        "missing": "缺失",
        "exhibit": "图表",
        "index": "目录",
        "value": "数值",
        "text": "正文",
        "analysts": "分析师",
        "licence": "执业证号",
        "published": "发布日期",
        "disagreements": "来源不一致之处",
        "continued": "（续）",
        "disagreements_lead": "以下数值在原文中印出，但与原文自身的输入不符；报告采用重算值，原文数值在此引用。",
        "disagreement_title": "原文数值与按其自身输入重算的数值",
        "item": "项目",
        "printed": "原文数值",
        "recomputed": "重算数值",
        "place": "原文位置",
        "ratings": "投资评级说明",
        "company_rating": "公司评级",
        "sector_rating": "行业评级",
        "certificate": "分析师承诺",
        "disclaimer": "重要声明",
        "legal": "评级说明与声明",
        "disclosures": "其他披露",
        "disclosure_sheet": "风险与声明",
        "disclosure_title": "风险提示、评级说明与声明",
        "declarations": "分析师承诺与重要声明",
        "rating_basis": "评级标准为报告发布日后{horizon}内的相对市场表现，以{benchmark}为基准。",
        "company_band": "未来{horizon}内，个股相对{benchmark}的涨幅",
        "sector_band": "未来{horizon}内，行业整体回报相对{benchmark}的超额",
        "above": "在{low}以上",
        "at_least": "在{low}以上",
        "up_to": "在{high}以下",
        "below": "在{high}以下",
        "above_up_to": "介于{low}与{high}之间",
        "above_below": "介于{low}与{high}之间",
        "at_least_up_to": "介于{low}与{high}之间",
        "at_least_below": "介于{low}与{high}之间",
        "chart_alt": "{kind}：{title}",
        "base_line": "竖线为基准情形",
        "base_cell": "底色标出基准情形",
    },
    "en": {
        "figure": "Figure ",
        "table": "Table ",
        "unit": "Unit: ",
        "as_of": "As of ",
        "source": "Source: ",
        "note": "Note: ",
        "line": "line {}",
        "lines": "lines {}",
        "computed": "computed by yanbao",
        "compiled": "compiled by yanbao",
        "contents": "Contents",
        "page": "Page",
        "formula": "Formula",
        "inputs": "Inputs",
        "origin": "Origin",
        "search": "Search",
        "missing": "Missing",
        "exhibit": "Exhibits",
        "index": "Index",
        "value": "Value",
        "text": "Text",
        "analysts": "Analysts",
        "licence": "Licence no.",
        "published": "Published",
        "disagreements": "Where sources disagree",
        "continued": " (continued)",
        "disagreements_lead": "These values were printed, but their own inputs contradict them; the report uses the "
        "recomputed values and quotes the printed ones here.",
        "disagreement_title": "Printed values beside what their own inputs give",
        "item": "Item",
        "printed": "Printed",
        "recomputed": "Recomputed",
        "place": "Where printed",
        "ratings": "Rating definitions",
        "company_rating": "Company ratings",
        "sector_rating": "Sector ratings",
        "certificate": "Analyst certification",
        "disclaimer": "Disclaimer",
        "legal": "Ratings and disclosures",
        "disclosures": "Further disclosures",
        "disclosure_sheet": "Risks and disclosures",
        "disclosure_title": "Risks, rating definitions and disclosures",
        "declarations": "Certification and disclaimer",
        "rating_basis": "Ratings state the return that is expected over the {horizon} following publication, "
        "relative to the {benchmark}.",
        "company_band": "expected return of the share over the next {horizon}, relative to the {benchmark}, of ",
        "sector_band": "expected return of the sector over the next {horizon}, relative to the {benchmark}, of ",
        "above": "more than {low}",
        "at_least": "at least {low}",
        "up_to": "no more than {high}",
        "below": "less than {high}",
        "above_up_to": "more than {low} and up to {high}",
        "above_below": "more than {low} and less than {high}",
        "at_least_up_to": "at least {low} and up to {high}",
        "at_least_below": "at least {low} and less than {high}",
        "chart_alt": "{kind}: {title}",
        "base_line": "the upright line is the base case, ",
        "base_cell": "the base case is shaded",
    },
}

KINDS: dict[str, dict[str, str]] = {
    "zh": {
        "line": "折线图", "step": "阶梯图", "bar": "柱状图", "grouped": "分组柱状图", "stacked": "堆积柱状图",
        "bar-line": "柱线组合图", "ranking": "排名图", "band": "区间带图", "scatter": "散点图", "timeline": "时间线",
        "tornado": "龙卷风图", "fan": "扇形图", "whiskers": "误差线图",
        "calls": "评级时间线", "sensitivity": "敏感性分析表",
    },
    "en": {
        "line": "Line chart", "step": "Step chart", "bar": "Bar chart", "grouped": "Grouped bars",
        "stacked": "Stacked bars", "bar-line": "Bars and line", "ranking": "Ranking", "band": "Band chart",
        "scatter": "Scatter plot", "timeline": "Timeline", "tornado": "Tornado chart", "fan": "Fan chart",
        "whiskers": "Error bars", "calls": "Calls over time", "sensitivity": "Sensitivity table",
    },
}  # fmt: skip

# Names of series that the engine computes.
STATISTICS: dict[str, dict[str, str]] = {
    "zh": {"percentile": "{}%分位", "quantile": "{}%分位", "median": "中位数"},
    "en": {"percentile": "{} percentile", "quantile": "{}% quantile", "median": "Median"},
}

# What stands between words: a gap between a name and a number, a bar in a foot, and so on.
MARKS: dict[str, dict[str, str]] = {
    "zh": {
        "gap": "　",
        "bar": "　｜　",
        "colon": "：",
        "comma": "，",
        "semicolon": "；",
        "list": "、",
        "range": "—",
        "of": "·",
        "brackets": "（{}）",
    },
    "en": {
        "gap": "\u2003",  # an em space: HTML leaves it as wide as it is
        "bar": " | ",
        "colon": ": ",
        "comma": ", ",
        "semicolon": "; ",
        "list": ", ",
        "range": "–",
        "of": ", ",
        "brackets": " ({})",
    },
}


def percentile_name(percentile: int, language: Language) -> str:
    """Return what the series of a percentile is called.

    >>> percentile_name(25, "en"), percentile_name(92, "en"), percentile_name(25, "zh")
    ('25th percentile', '92nd percentile', '25%分位')
    """
    number = str(percentile)
    if language == "en":
        teen = percentile // 10 % 10 == 1
        number += "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(percentile % 10, "th")
    return STATISTICS[language]["percentile"].format(number)
