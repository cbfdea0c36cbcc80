"""Formulas in Chinese: what the functions are called."""

from __future__ import annotations

from typing import Final

FUNCTIONS: Final = {
    "sum": "合计",
    "mean": "平均",
    "median": "中位数",
    "min": "最小",
    "max": "最大",
    "abs": "绝对值",
    "rank": "排名",
    "count": "个数",
    "round": "四舍五入",
}
