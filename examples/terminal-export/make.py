"""Writes the files of this folder: the layouts that terminals paste, with invented companies and invented numbers.

`python examples/terminal-export/make.py`; the numbers follow from the positions of the companies alone.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import openpyxl

HERE = Path(__file__).parent
LETTERS = "甲乙丙丁戊己庚辛壬癸子丑"
TELECOMS = [(f"60090{at}.SH" if at < 10 else f"6009{at}.SH", f"通信样本{name}") for at, name in enumerate(LETTERS)]
MEDIA = [(f"30090{at}.SZ", f"传媒样本{name}") for at, name in enumerate(LETTERS[:6])]
ALL = [*TELECOMS, *MEDIA]
FOOTER = ["数据来源：Wind"]
INDICES = {"801770.SI": "通信(申万)|收盘价", "801760.SI": "传媒(申万)|收盘价", "000300.SH": "沪深300|收盘价"}
LINES = {"营业收入": 1.0, "营业成本": 0.68, "销售费用": 0.06, "管理费用": 0.05, "研发费用": 0.09,
         "归属母公司股东的净利润": 0.08, "经营活动产生的现金流量净额": 0.1}  # fmt: skip


def save(name: str, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    book.save(HERE / name)


def trading_days() -> list[date]:
    """Weekdays of the first half of 2024 with the last one of 2023, but for the public holidays."""
    closed = [
        (date(2024, 1, 1), 1),
        (date(2024, 2, 9), 9),
        (date(2024, 4, 4), 2),
        (date(2024, 5, 1), 5),
        (date(2024, 6, 10), 1),
    ]
    holidays = {first + timedelta(days=at) for first, count in closed for at in range(count)}
    days = [date(2023, 12, 29) + timedelta(days=at) for at in range(183)]
    return [day for day in days if day.weekday() < 5 and day not in holidays and day <= date(2024, 6, 28)]


def main() -> None:
    days = trading_days()
    save("成分股.xlsx", [
        ["证券代码", "证券简称", "上市日期", "申万一级行业代码", "纳入日期"],
        *([code, name, "2015-06-01", "730000", "2021-07-30"] for code, name in TELECOMS),
        *([code, name, "2015-06-01", "720000", "2021-07-30"] for code, name in MEDIA),
        FOOTER,
    ])  # fmt: skip
    levels = [
        [day.isoformat(), *(f"{base * (1 + slope * at / len(days) + 0.02 * math.sin(at / 7 + base)):,.2f}"
                            for base, slope in ((2400.0, 0.05), (600.0, -0.18), (3431.11, 0.01)))]
        for at, day in enumerate(days)
    ]  # fmt: skip
    save("指数.xlsx", [["", *INDICES], ["日期", *INDICES.values()], *levels, ["数据来源：Wind资讯"]])
    ends = [
        days[0],
        *(
            day
            for day, after in zip(days, [*days[1:], date(2024, 7, 1)], strict=True)
            if day.month != after.month and day.year == 2024
        ),
    ]
    save("股价.xlsx", [
        ["收盘价(元)  前复权"],
        ["证券代码", *(code for code, _ in ALL)],
        ["日期", *(name for _, name in ALL)],
        *([day, *(round(10 + at + (at - 8) * step * 0.12, 2) for at in range(len(ALL)))]
          for step, day in enumerate(ends)),
        FOOTER,
    ])  # fmt: skip
    heads = [
        f"{line}\n[报告期] {year}年报\n[报表类型] 合并报表\n[单位] 亿元"
        for year in (2021, 2022, 2023)
        for line in LINES
    ]

    def amount(at: int, year: int, share: float) -> str:
        revenue = (8 + 5 * at) * (1 + (0.02 * at - 0.09) * (year - 2021))
        wobble = 1 + 0.05 * math.sin(at * 3 + year) if share < 1 else 1
        return f"{revenue * share * wobble:.4f}"

    save("财报.xlsx", [
        ["证券代码", "证券简称", *heads],
        *([code, name, *(amount(at, year, share) for year in (2021, 2022, 2023) for share in LINES.values())]
          for at, (code, name) in enumerate(ALL)),
        FOOTER,
    ])  # fmt: skip
    save("估值.xlsx", [
        ["证券代码", "证券简称", *(f"{field}\n[交易日期] 最新收盘日\n[单位] {unit}" for field, unit in (
            ("总市值1", "亿元"), ("市盈率PE(TTM)", "倍"), ("市净率PB(LF)", "倍"), ("市销率PS(TTM)", "倍")))],
        *([code, name, f"{60 + 31 * at:.4f}", f"{14 + 2.3 * at:.4f}", f"{1.1 + 0.2 * at:.4f}", f"{1.5 + 0.25 * at:.4f}"]
          for at, (code, name) in enumerate(ALL)),
        FOOTER,
    ])  # fmt: skip


if __name__ == "__main__":
    main()
