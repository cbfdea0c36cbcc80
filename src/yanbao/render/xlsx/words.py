"""What the workbook says on its own, in the document's language, and which texts a cell can hold."""

from __future__ import annotations

import re
from datetime import date

from yanbao.document.tree import Document
from yanbao.errors import RenderError

_ZH = {
    "index": "目录",
    "back": "← 目录",
    "number": "编号",
    "title": "标题",
    "page": "页",
    "unit": "单位",
    "as_of": "截至",
    "origin": "来源",
    "origin_line": "原文行",
    "file": "文件",
    "file_line": "文件行",
    "other_sheets": "其他工作表",
    "text_numbers": "正文数字",
    "text_numbers_title": "正文中的数字",
    "place": "位置",
    "sentence": "原句",
    "printed": "印作",
    "value": "数值",
    "fact": "数据编号",
    "computed": "计算",
    "computed_title": "图表以外的计算",
    "helper": "公式所需的连续区域",
    "data": "数据",
    "subject": "对象",
    "metric": "指标",
    "relation": "算法",
    "printed_by_origin": "原文印作",
    "literal": "作者文字",
    "missing": "—",
    "gap": "　",
    "colon": "：",
    "semicolon": "；",
    "list": "、",
    "legend": "蓝色为录入数据，黑色为公式",
    "workspace": "工作区",
    "when": "时间",
    "event": "事件",
    "detail": "内容",
    "sheet": "工作表",
    "disclosure_sheet": "风险与声明",
    "disclosure_title": "风险提示、评级说明与声明",
}
_EN = {
    "index": "Contents",
    "back": "← Contents",
    "number": "No.",
    "title": "Title",
    "page": "Page",
    "unit": "Unit",
    "as_of": "As of",
    "origin": "Source",
    "origin_line": "Line in source",
    "file": "File",
    "file_line": "Line in file",
    "other_sheets": "Other sheets",
    "text_numbers": "Numbers in text",
    "text_numbers_title": "Numbers in the text",
    "place": "Place",
    "sentence": "Sentence",
    "printed": "As printed",
    "value": "Value",
    "fact": "Fact",
    "computed": "Computed",
    "computed_title": "Computed, shown in no exhibit",
    "helper": "Ranges that formulas need side by side",
    "data": "Data",
    "subject": "Subject",
    "metric": "Metric",
    "relation": "Relation",
    "printed_by_origin": "Printed by source",
    "literal": "Author's words",
    "missing": "—",
    "gap": "   ",
    "colon": ": ",
    "semicolon": "; ",
    "list": ", ",
    "legend": "Blue: typed from its source. Black: formula",
    "workspace": "Workspace",
    "when": "When",
    "event": "Event",
    "detail": "Detail",
    "sheet": "Sheet",
    "disclosure_sheet": "Risks and disclosures",
    "disclosure_title": "Risks, rating definitions and disclosures",
}
_FROM_DOCUMENT = (
    "index",
    "page",
    "as_of",
    "disclosure_sheet",
    "disclosure_title",
)  # labels that mean the same in every output
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
# what XML 1.0 cannot carry, and surrogates
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST = 32_767  # UTF-16 units in a cell


def words(document: Document) -> dict[str, str]:
    """Return the workbook's own texts in the document's language."""
    own = _ZH if document.language == "zh" else _EN
    return own | {key: document.labels[key] for key in _FROM_DOCUMENT if key in document.labels}


def day(value: date, language: str) -> str:
    """Return a date as the language writes it."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def page(number: int, language: str) -> str:
    """Return how a page is referred to."""
    return f"第{number}页" if language == "zh" else f"Page {number}"


def clean(text: str, where: str) -> str:
    """Return a text with one kind of line end.

    Raises:
        RenderError: a character that no XML file can hold, or more text than a cell can.
    """
    if text.isprintable() and 2 * len(text) <= LONGEST:  # nearly every text
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    match = _CONTROL.search(text)
    if match:
        code = f"U+{ord(match.group()):04X}"
        before = text[max(0, match.start() - 20) : match.start()]
        raise RenderError(
            f"{where}: control character {code} after {before!r}\n    hint: take it out of the evidence or chapter"
        )
    units = len(text.encode("utf-16-le")) // 2
    if units > LONGEST:
        raise RenderError(
            f"{where}: a text of {units} characters, a cell holds {LONGEST}\n    hint: split it: {text[:40]!r}…"
        )
    return text
