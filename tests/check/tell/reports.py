"""A small report with one wrong growth rate and one wrong total, worked out by hand."""

from __future__ import annotations

from pathlib import Path

from yanbao.check.tick.tick import Ticked, tick
from yanbao.read.foreign.reading import read_foreign

# 110 / 100 − 1 = 10 %, and not 12 %; 50.2 + 39.5 + 30.3 = 120.0, and not 130.0
WRONG = """# <b>某行业</b>报告

行业规模从2019年的100亿元增长至2020年的110亿元，同比增长12.0%。

表1：收入构成

单位：亿元

| 项目 | 2019 | 2020 | 2021 |
|---|---|---|---|
| 软件 | 40.1 | 45.3 | 50.2 |
| 硬件 | 35.2 | 36.4 | 39.5 |
| 服务 | 24.7 | 28.3 | 30.3 |
| 合计 | 100.0 | 110.0 | 130.0 |

资料来源：公司公告
"""

RIGHT = WRONG.replace("12.0%", "10.0%").replace("130.0", "120.0")


def written(folder: Path, text: str = WRONG, name: str = "report.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ticked(folder: Path, text: str = WRONG) -> Ticked:
    return tick(read_foreign(written(folder, text)))
