"""The words by which a reader knows a caption, a unit line, a note, a bullet and a page number."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"\s*(?:(?:图表|附图|附表|图|表)\s*[A-Z]?\d+(?:[-.–]\d+)*\s*[:：.、\s]?|"
    r"(?:Table|Figure|Exhibit|Chart|Fig\.|TABLE|FIGURE|EXHIBIT|CHART)\s*[A-Z]?\d+(?:[-.]\d+)*\b)"
)
_NOTE = re.compile(
    r"\s*(?:资料来源|数据来源|来源|注释?\s*\d*\s*[:：]|备注\s*[:：]|说明\s*[:：]|"
    r"(?:Sources?|Notes?|SOURCES?|NOTES?)\s*[:：]|"
    r"[（(][1-9a-z][)）]\s+[A-Z]|[*†‡]{1,3}\s*[A-Z]|[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]+\s*\S)"
)
_UNIT = re.compile(
    r"\s*[（(\[]?\s*(?:金额)?\s*(?:单位|货币单位|计量单位|币种)\s*[:：].{1,40}|"
    r"\s*[（(][^（）()]{0,40}?(?:in|In|IN|amounts?|Amounts?|dollars|Dollars|\$)\s+[^()]{0,20}"
    r"(?:thousands|millions|billions|Thousands|Millions|Billions|dollars|USD)[^()]{0,80}[)）]\s*|"
    r"\s*[（(](?:百万|千|万|亿|十亿)?(?:元|美元|港元|人民币)[^（）()]{0,12}[)）]\s*|"
    r"\s*[（(]?(?:In|in)\s+(?:thousands|millions|billions)[^()]{0,60}[)）]?\s*"
)
_BULLET = re.compile(
    r"\s*(?:[\uf000-\uf0ff•●■◆◇□▪▫➤➢►▶◼○⚫·–]\s*|[-−]\s+|[（(]?[0-9一二三四五六七八九十]{1,2}[)）]\s*|[①-⑳]\s*)"
)
_PAGE_NUMBER = re.compile(
    r"\s*(?:第\s*)?[-–—]?\s*\d{1,4}\s*[-–—]?\s*(?:[/／]\s*\d{1,4}|页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?)?\s*|"
    r"\s*(?:Page|PAGE|page|P\.)\s*\|?\s*\d{1,4}(?:\s*(?:of|OF|/)\s*\d{1,4})?\s*|\s*[ivxIVX]{1,5}\s*"
)
_NUMBERED_HEADING = re.compile(
    r"\s*(?:第[一二三四五六七八九十百\d]+[章节部分篇]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[)）]|"
    r"\d{1,2}(?:\.\d{1,2}){1,3}[、.．]?\s*[^\d\s%]|\d{1,2}、)"
)


def is_caption(text: str) -> bool:
    """Return whether a line is the title of a numbered table or figure.

    >>> [is_caption(text) for text in ("图表 12：净利润", "表3、费用", "Table 4 Revenue", "图表 6 的统计值可以看出，")]
    [True, True, True, False]
    >>> is_caption("图表 12：净利润 ........ 5")  # an entry of a list of exhibits
    False
    """
    found = _CAPTION.match(text)
    if found is None or re.search(r"[.…·]{4,}", text):
        return False
    if found.group().rstrip()[-1] in ":：":
        return len(text) < 120
    rest = text[found.end() :].strip()
    if re.match(
        r"(?:的|是|中(?:的|可|我们|，|,|看)|可|分别|展示|显示|给出|列|和|与|及|为|所示|说明|shows?\b|presents?\b|below\b|summari[sz]es\b)",
        rest,
    ):
        return False
    return not rest.endswith(("。", "；", "，")) and len(text) < 120


def is_figure_caption(text: str) -> bool:
    """Return whether a caption says that a drawing follows.

    >>> is_figure_caption("图 5：净值"), is_figure_caption("图表 5：净值")
    (True, False)
    """
    return is_caption(text) and re.match(r"\s*(?:附?图\s*[A-Z]?\d|Fig|FIG|Chart|CHART)", text) is not None


def is_note(text: str) -> bool:
    """Return whether a line is a note or names a source: 资料来源：…, 注：…, Source: …, (1) Amounts …

    >>> is_note("资料来源：Wind"), is_note("(1) Amounts include"), is_note("(1,234)")
    (True, True, False)
    """
    return _NOTE.match(text) is not None


def is_unit_line(text: str) -> bool:
    """Return whether a line tells the unit of a table: 单位：万元, (in millions, except per share data).

    >>> [is_unit_line(text) for text in ("单位：元 币种：人民币", "(in millions, except per share data)", "单位成本")]
    [True, True, False]
    """
    return len(text) < 110 and _UNIT.fullmatch(text) is not None


def is_as_of(text: str) -> bool:
    """Return whether a line only names a day, as at the corner of an exhibit: 截至2024年6月30日, As of June 30, 2024.

    >>> is_as_of("截至2024年6月30日"), is_as_of("截至2024年6月30日收入")
    (True, False)
    """
    return re.fullmatch(r"\s*截[至止][\d\s年月日./-]{6,16}|\s*[Aa]s [Oo]f [A-Z][a-z]+ \d{1,2}, \d{4}", text) is not None


def is_contents(text: str) -> bool:
    """Return whether a line heads a list of contents.

    >>> is_contents("目 录"), is_contents("图表目录"), is_contents("Contents"), is_contents("目录编号")
    (True, True, True, False)
    """
    words = text.replace(" ", "").lower()
    return re.fullmatch(r"(?:正文|图表|插图|表格|图|表)?目录|(?:tableof)?contents", words) is not None


def is_bullet(text: str) -> bool:
    """Return whether a line starts an item of a list."""
    return _BULLET.match(text) is not None


def is_page_number(text: str) -> bool:
    """Return whether a line is nothing but a page number.

    >>> [is_page_number(text) for text in ("12 / 195", "第 2 页 共 6 页", "Page 8", "2,345")]
    [True, True, True, False]
    """
    return _PAGE_NUMBER.fullmatch(text) is not None


def heading_level(text: str) -> int:
    """Return the depth that a heading's number tells, 0 where it tells none.

    >>> heading_level("3.2. 中证 500 指数增强"), heading_level("第九节 公司治理"), heading_level("核心观点")
    (2, 1, 0)
    """
    if re.match(r"\s*第[一二三四五六七八九十百\d]+[章节部分篇]", text):
        return 1
    dotted = re.match(r"\s*(\d{1,2}(?:\.\d{1,2}){0,3})[、.．]?\s", text)
    if dotted:
        return dotted.group(1).count(".") + 1
    if re.match(r"\s*[一二三四五六七八九十]{1,3}[、.．]", text):
        return 2
    if re.match(r"\s*[（(][一二三四五六七八九十]{1,3}[)）]", text):
        return 3
    return 3 if re.match(r"\s*\d{1,2}、", text) else 0


def is_numbered(text: str) -> bool:
    """Return whether a line starts with a heading's number."""
    return _NUMBERED_HEADING.match(text) is not None
