"""The words of the page's own controls. They hold no digit; a document's labels come first."""

from __future__ import annotations

from yanbao.document.tree import Document

_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "contents": "目录",
        "search": "搜索",
        "search_hint": "搜索正文与数据",
        "no_result": "没有找到",
        "skip": "跳到正文",
        "data": "图表数据",
        "category": "类别",
        "value": "数值",
        "missing": "缺失",
        "formula": "算式",
        "inputs": "输入",
        "origin": "出处",
        "line": "第{}行",
        "as_of": "截至",
        "period": "期间",
        "file": "数据文件",
        "printed": "原文数值",
        "printed_note": "原文印出的数值，与按其自身输入重算的数值并列",
        "shown": "正文写作",
        "back": "返回",
        "close": "关闭",
        "panel": "数值的来历",
        "facts": "数据",
        "pages": "正文",
        "menu": "目录与搜索",
    },
    "en": {
        "contents": "Contents",
        "search": "Search",
        "search_hint": "Search text and data",
        "no_result": "Nothing found",
        "skip": "Skip to the report",
        "data": "Data of the chart",
        "category": "Category",
        "value": "Value",
        "missing": "Missing",
        "formula": "Formula",
        "inputs": "Inputs",
        "origin": "Origin",
        "line": "line {}",
        "as_of": "As of ",
        "period": "Period",
        "file": "Data file",
        "printed": "Printed",
        "printed_note": "As the origin printed it, beside what its own inputs give",
        "shown": "Shown as",
        "back": "Back",
        "close": "Close",
        "panel": "Where this number comes from",
        "facts": "Data",
        "pages": "Report",
        "menu": "Contents and search",
    },
}


def wording(document: Document) -> dict[str, str]:
    """Return the words of the controls in the document's language, the document's own labels first."""
    own = _WORDS[document.language]
    return {key: document.labels.get(key, text) for key, text in own.items()}
