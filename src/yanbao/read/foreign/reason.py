"""Why a part of a file was not read, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from yanbao.read.foreign.saying import Saying

_REASONS: Final[dict[str, tuple[str, str]]] = {  # code: Chinese, English
    # any format
    "too-many-cells": (
        "文件中的表格共计超过{0}个单元格，此表未读取",
        "the tables of the file announce more than {0} cells: this one is not read",
    ),
    "chart-broken": ("图表无法读取：{0}", "a chart that cannot be read: {0}"),
    "chart-empty": ("图表没有数据", "a chart without data"),
    "chart-missing": ("图表的数据缺失", "a chart whose data are missing"),
    "chart-too-big": ("图表超过{0}个数据点", "a chart of more than {0} points"),
    # PDF
    "cut-off": (
        "文件被截断：末尾没有%%EOF，可能缺页",
        "is cut off: it does not end with %%EOF; pages may be missing",
    ),
    "page-damaged": ("该页已损坏", "the page is damaged"),
    "picture": ("是没有文字层的图片（占页面{0}）", "is a picture without text ({0} of the page)"),
    "outlines": ("没有文字：字形以图形绘制（共{0}个）", "has no text: its words are drawn as shapes ({0} of them)"),
    "unmapped": (
        "字体未给出可读字符：{1}个字符中有{0}个",
        "its fonts name no readable character for {0} of {1}",
    ),
    "no-words": ("字母不成词：元音占{0}", "its letters make no words: {0} of them are vowels"),
    "no-common": ("汉字不成词：常用字仅占{0}", "its characters make no words: {0} of them are common ones"),
    "misread": ("{1}个数字中有{0}个识别错误", "{0} of {1} figures are misread"),
    "poor-scan": ("扫描页，文字识别质量差：{0}", "is a scan whose text is recognised poorly: {0}"),
    "too-many-characters": (
        "有{0}个字符，超过{1}个：只读取前{1}个",
        "has {0} characters, more than {1}: only the first {1} were read",
    ),
    "too-many-objects": (
        "图形对象超过{0}个：其后的表格线未读取",
        "has more than {0} drawn objects: ruled lines after these were not read",
    ),
    "too-slow": (
        "读取超过{0}秒（或整个文件超过{1}秒）",
        "takes longer than {0} s to read (or the file longer than {1} s)",
    ),
    "library-dies": (
        "PDF库处理时崩溃（信号{0}）：文件损坏，或需要2 GiB以上内存",
        "the PDF library dies on it (signal {0}): it is damaged or needs more than 2 GiB of memory",
    ),
    "reading-fails": ("读取失败（{0}）", "reading it fails ({0})"),
    # DOCX and PPTX
    "embedded-file": ("嵌入了其他格式的文件", "an embedded file of another format"),
    "embedded-object": ("嵌入了其他程序的对象", "an embedded object of another program"),
    "chart-kind": ("该类图表以另一种方式存放数据", "a chart of a kind that keeps its data in another way"),
    "tracked-changes": (
        "修订：{0}处已删除的内容未读取，插入的内容已读取",
        "tracked changes: {0} deleted passages are left out, insertions are kept",
    ),
    "equations": ("{0}个公式未读取", "{0} equations are not read"),
    # XLSX and XLS
    "dates-1904": (
        "日期从1904年起算：本工作簿的日期会早显示四年",
        "dates count from 1904: those of this workbook are shown four years too early",
    ),
    "sheet-missing": ("工作表的内容缺失", "the sheet's part is missing"),
    "sheet-kind": ("{0}类工作表", "a sheet of the kind {0}"),
    "sheet-too-big": (
        "有{0}个单元格，是数据存储表：每张表至多读取{1}个",
        "holds {0} cells: a store of data, at most {1} of a sheet are read",
    ),
    "data-store": ("是数据存储表：每张表至多读取{0}个单元格", "a store of data: at most {0} cells of a sheet are read"),
    "no-results": (
        "{0}个公式没有计算结果：请用Excel打开并保存该工作簿",
        "{0} formulas hold no result: open the workbook in Excel and save it",
    ),
    "odd-cells": (
        "{0}个单元格既非数字也非文字：按文字处理",
        "{0} cells hold what is neither a number nor a text: they are taken as texts",
    ),
    "xls-values": (
        ".xls文件只读取数值，不读取公式和数字格式",
        "formulas and number formats of an .xls file are not read, only values",
    ),
    # text
    "code-block": ("代码块未读取", "a block of code is not read"),
    "latex": ("LaTeX公式未读取", "a LaTeX formula is not read"),
    "flattened": (
        "换行和空格已丢失：读取句子，以及只有一种切分方式的表格行",
        "line breaks and blanks are lost: sentences are read, and rows of tables that can be cut one way",
    ),
    "run-together": ("表格单元格连成一片", "cells of a table that run together"),
    "no-page-row": ("不是页面内容的JSON行：{0}", "no row of a page as JSON: {0}"),
    "filled-cells": (
        "该数据集用左侧单元格的内容填补空单元格",
        "this data set fills empty cells with what stands left of them",
    ),
    "no-cells": ("表格的一行不是单元格列表", "a row of a table that is no list of cells"),
}


class Reason(Saying):
    """Why a part of a file was not read.

    >>> from yanbao.read.foreign.saying import in_language
    >>> reason = Reason("equations", 3)
    >>> reason, in_language(reason, "zh")
    ('3 equations are not read', '3个公式未读取')
    """

    __slots__ = ()
    table: ClassVar[Mapping[str, tuple[str, str]]] = _REASONS
