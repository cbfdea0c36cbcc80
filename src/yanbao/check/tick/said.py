"""What a check says in words, in Chinese and English: how a number may have come about, why one was left open.

A saying is known by its code (`read.foreign.saying`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from yanbao.read.foreign.saying import Language, Saying, in_language

SAYINGS: Final[dict[str, tuple[str, str]]] = {  # code: Chinese, English
    # slips: how a wrong number may have come about
    "truncated": ("截断而未四舍五入", "truncated instead of rounded"),
    "sign": ("正负号颠倒", "the sign is turned"),
    "factor": ("差{0}倍", "off by a factor of {0}"),
    "factor-wan": ("差{0}倍（多或少一个“万”）", "off by a factor of {0} (万 for one)"),
    "factor-yi": ("差{0}倍（多或少一个“亿”）", "off by a factor of {0} (亿 for one)"),
    "transposed": ("相邻两位数字颠倒", "two digits are transposed"),
    "exchanged": ("两位数字互换", "two digits are exchanged"),
    "digit": ("一位数字不同", "one digit differs"),
    "missing-digit": ("漏写一位数字", "a digit is missing"),
    "extra-digit": ("多写一位数字", "a digit is too many"),
    "factor-many": ("多写一个因数{0}", "one factor too many: {0}"),
    "points": ("百分点与百分比混用", "percentage points and percent are mixed up"),
    "claim-for": ("{0}：{1}应为{2}", "{0}: {1} for {2}"),
    "in-figure": ("{1}{0}", "{0} in {1}"),
    "would-tie": ("{1}（{2}）{0}：改为{3}即相符", "{0} in {1} ({2}): {3} would tie"),
    "neighbour-row": ("相邻行的数值：{0}（{1}）即相符", "the value of a neighbouring row: {0} ({1}) would tie"),
    "neighbour-column": ("相邻列的数值：{0}（{1}）即相符", "the value of a neighbouring column: {0} ({1}) would tie"),
    "copied-row": ("误抄相邻行的数值：{0}（{1}）", "the number of a neighbouring row: {0} ({1})"),
    "other-kind": ("{0}与同行其他数字不是一类，又见于{1}", "{0} among numbers of another kind, and again in {1}"),
    "leaves-out": ("合计漏计{0}（{1}）", "the total leaves out {0} ({1})"),
    "includes": ("合计多计{0}（{1}）", "the total includes {0} ({1})"),
    "other-base": ("基数取错：按{0}（{1}）计算即相符", "measured on another base: {0} ({1})"),
    "one-period-many": ("多算一期：用了{0}期，应为{1}期的口径", "one period too many: {0} for {1}"),
    "one-period-few": ("少算一期：用了{0}期，应为{1}期的口径", "one period too few: {0} for {1}"),
    "period-many": ("期数多算{0}期：按{1}期而非{2}期", "{0} period too many: {1} for {2}"),
    "periods-many": ("期数多算{0}期：按{1}期而非{2}期", "{0} periods too many: {1} for {2}"),
    "period-few": ("期数少算{0}期：按{1}期而非{2}期", "{0} period too few: {1} for {2}"),
    "periods-few": ("期数少算{0}期：按{1}期而非{2}期", "{0} periods too few: {1} for {2}"),
    "other-price": ("按另一价格计算：{0}至{1}，而非{2}", "computed on another price, {0} to {1}, not {2}"),
    "row-price": ("整行按价格{0}–{1}计算，而非{2}", "row computed on a price of {0}–{1}, not {2}"),
    "implied-price": ("隐含价格为{0}–{1}，而非{2}", "it implies a price of {0}–{1}, not {2}"),
    "points-as-percent": (
        "比率之差印成了%，应为百分点",
        "a difference of ratios is printed in %; it is in percentage points",
    ),
    "percent-as-points": (
        "比率印成了百分点，应为%",
        "a rate is printed in percentage points; it is in %",
    ),
    # what a finding explains
    "about": ("{0}：", "{0}: "),
    "told": ("{0}{1}：{2}", "{0}{1}: {2}"),
    "breaks": ("{0}{1}，但{2}", "{0}{1}, but {2}"),
    # why a relation was proposed and not judged
    "growth-below-zero": (
        "基数不大于0或由盈转亏，增速无意义",
        "growth on a base <= 0, or to a loss, is not meaningful",
    ),
    "no-answer": ("按所印数字算不出结果", "{0}"),
    "not-meaningful": ("{0}", "{1}"),
    "too-coarse": ("所印数字太粗，无从核对", "the numbers are printed too coarsely to test it"),
    "word": ("原文用词为“{0}”", "the text says {0}"),
    "up": ("上升", "up"),
    "down": ("下降", "down"),
    "parts-unknown": ("该合计包含哪些分项不明", "the parts of this total are not known"),
    "parts-begin": ("句中未写明分项从哪里开始", "the sentence does not say where its parts begin"),
    "too-few": (
        "{1}处中有{0}处成立：不足以断定此处有误",
        "holds in {0} of {1} places: too few to call this one wrong",
    ),
    "a-share": (
        "每股数可能按其他口径的盈利或股数计算：末位之差不算不符",
        "an amount a share may rest on other earnings or shares: the last place is no break",
    ),
    "above-hundred": ("同一总体的占比合计超过100%", "the shares of one whole come to more than 100%"),
    # why a number was not understood
    "several": ("一个单元格内有{0}个数字", "{0} numbers in one cell"),
    "among-words": ("文字中的数字", "a number among words"),
    "list-number": ("序号、代码或日期", "a list number, a code or a date"),
    "no-head": ("没有表头说明它是什么", "no head governs it"),
    "run-together": ("表格单元格连成一片", "cells of a table that run together"),
    # workings that need words
    "equals": ("{0} = {1}", "{0} = {1}"),
    "mean": ("{0}的平均（共{1}个）", "mean of {0} ({1})"),
    "median": ("{0}的中位数（共{1}个）", "median of {0} ({1})"),
    "long-sum": ("{0} … {1}（共{2}项）", "{0} … {1} ({2} parts)"),
    "both": ("{0}与{1}", "{0} and {1}"),
    "least-of-column": ("该列最小值：{0}（{1}）", "least of the column: {0} ({1})"),
    "most-of-column": ("该列最大值：{0}（{1}）", "most of the column: {0} ({1})"),
}


class Said(Saying):
    """What a check says: a text in English that knows its code and its Chinese words.

    >>> each = Said("in-figure", Said("digit"), "12.5")
    >>> each, in_language(each, "zh")
    ('one digit differs in 12.5', '12.5一位数字不同')
    """

    __slots__ = ()
    table: ClassVar[Mapping[str, tuple[str, str]]] = SAYINGS

    @property
    def about(self) -> str:
        """The code of the slip that it tells, without the words around it: "digit" of "one digit differs in 12.5"."""
        first = self.values[0] if self.values else None
        return first.about if isinstance(first, Said) else self.code


__all__ = ["SAYINGS", "Language", "Said", "in_language"]
