"""A small report with one wrong growth rate and one wrong total, worked out by hand."""

from __future__ import annotations

from pathlib import Path

from yanbao.check.tick.tick import Ticked, tick
from yanbao.read.foreign.reading import read_foreign

# 110 / 100 − 1 = 10 %, and not 12 %; 50 + 39 + 31 = 120, and not 130
WRONG = """# <b>某行业</b>报告

行业规模从2019年的100亿元增长至2020年的110亿元，同比增长12.0%。

表1：收入构成

单位：亿元

| 项目 | 2019 | 2020 | 2021 |
|---|---|---|---|
| 软件 | 40 | 45 | 50 |
| 硬件 | 35 | 36 | 39 |
| 服务 | 25 | 29 | 31 |
| 合计 | 100 | 110 | 130 |

资料来源：公司公告
"""

RIGHT = WRONG.replace("12.0%", "10.0%").replace("130", "120")


def written(folder: Path, text: str = WRONG, name: str = "report.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ticked(folder: Path, text: str = WRONG) -> Ticked:
    return tick(read_foreign(written(folder, text)))
