"""Files as people paste them from Wind, iFinD and Choice, made by code: their layouts, not their data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

Rows = list[list[object]]

WIND_FOOTER: list[object] = ["数据来源：Wind"]


def workbook(path: Path, rows: Rows, *, merged: tuple[str, ...] = (), sheet: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(row)
    for span in merged:
        page.merge_cells(span)
    book.save(path)
    return path


def wind_statements(folder: Path) -> Path:
    """Wind's data browser: unit and period inside the field names, numbers as text, a footer."""
    return workbook(
        folder / "wind_statements.xlsx",
        [
            [
                "证券代码",
                "证券简称",
                "营业总收入\n[报告期] 2023年报\n[报表类型] 合并报表\n[单位] 亿元",
                "归属母公司股东的净利润\n[报告期] 2023年报\n[报表类型] 合并报表\n[单位] 亿元",
                "营业总收入\n[报告期] 2022年报\n[报表类型] 合并报表\n[单位] 亿元",
                "营业总收入(同比增长率)\n[报告期] 2023年报\n[单位] %",
            ],
            ["000977.SZ", "浪潮信息", "658.6668", "17.8291", "695.2532", "-5.2623"],
            ["688111.SH", "金山办公", "45.5597", "13.1773", "38.8496", "17.2720"],
            ["002230.SZ", "科大讯飞", "1,096.5", "--", "188.2023", "--"],
            [],
            WIND_FOOTER,
        ],
    )


def wind_close(folder: Path) -> Path:
    """Wind: closes of one day, adjusted forward."""
    return workbook(
        folder / "wind_close.xlsx",
        [
            ["证券代码", "证券简称", "收盘价\n[交易日期] 2024-06-28\n[复权方式]前复权"],
            ["600519.SH", "贵州茅台", "1,467.39"],
            ["000977.SZ", "浪潮信息", 36.37],
            WIND_FOOTER,
        ],
    )


def wind_valuation(folder: Path) -> Path:
    """Wind: market value and multiples of one day, a title above."""
    return workbook(
        folder / "wind_valuation.xlsx",
        [
            ["计算机行业估值"],
            [],
            [
                "证券代码",
                "证券简称",
                "总市值1\n[交易日期] 2024-06-28\n[单位] 亿元",
                "市盈率PE(TTM)\n[交易日期] 2024-06-28\n[单位] 倍",
                "市净率PB(LF)\n[交易日期] 2024-06-28\n[单位] 倍",
            ],
            ["000977.SZ", "浪潮信息", "535.4123", "27.1904", "2.8901"],
            ["688111.SH", "金山办公", "1052.2077", "77.0341", "10.3012"],
            ["平均", "", "793.81", "52.1", "6.6"],
            WIND_FOOTER,
        ],
    )


def wind_latest(folder: Path) -> Path:
    """Wind: of the latest day, which is no day: not certain."""
    return workbook(
        folder / "wind_latest.xlsx",
        [
            ["证券代码", "证券简称", "总市值1\n[交易日期] 最新收盘日\n[单位] 亿元"],
            ["000977.SZ", "浪潮信息", "535.4123"],
            WIND_FOOTER,
        ],
    )


def wind_wide(folder: Path) -> Path:
    """Wind's time series: days down, codes across, names in a second header row, the field in the third."""
    return workbook(
        folder / "wind_wide.xlsx",
        [
            ["收盘价(元)  不复权"],
            ["证券代码", "600519.SH", "000977.SZ"],
            ["日期", "贵州茅台", "浪潮信息"],
            [date(2024, 6, 27), 1485.31, "36.80"],
            [date(2024, 6, 28), 1467.39, "--"],
            WIND_FOOTER,
        ],
    )


def wind_indices(folder: Path) -> Path:
    """Wind: closes of indices, whose codes and unit tell that they are no stocks."""
    return workbook(
        folder / "wind_indices.xlsx",
        [
            ["", "801750.SI", "000300.SH"],
            ["日期", "计算机(申万)|收盘价", "沪深300|收盘价"],
            ["2024-06-27", "3,175.11", "3,468.73"],
            ["2024-06-28", "3,170.70", "3,461.66"],
            ["数据来源：Wind资讯"],
        ],
    )


def wind_series(folder: Path) -> Path:
    """Wind's economic database: frequency, unit and origin in rows above the days."""
    return workbook(
        folder / "wind_series.xlsx",
        [
            ["指标名称", "中国:CPI:当月同比", "中国:M2:同比"],
            ["频率", "月", "月"],
            ["单位", "%", "%"],
            ["来源", "国家统计局", "中国人民银行"],
            ["2024-05-31", 0.3, 7.0],
            ["2024-06-30", 0.2, 6.2],
            ["数据来源：Wind"],
        ],
    )


def ifind_statements(folder: Path) -> Path:
    """iFinD: period and unit as `key:value`, the publication day in a column of its own, bare amounts in yuan."""
    return workbook(
        folder / "ifind_statements.xlsx",
        [
            ["财务数据"],
            [
                "证券代码",
                "证券名称",
                "营业收入\n报告期:2024一季报\n单位:元",
                "归属于母公司所有者的净利润\n报告期:2024一季报\n单位:元",
                "资产总计\n报告期:2024一季报\n单位:元",
                "定期报告实际披露日期\n报告期:2024一季报",
            ],
            ["000977.SZ", "浪潮信息", "17606868212.43", "305867319.42", "54320000000", "2024-04-30"],
            ["300033.SZ", "同花顺", "618785000.10", "103712000.00", "9650000000", "2024/04/24"],
            ["数据来源：同花顺iFinD"],
        ],
    )


def ifind_two_heads(folder: Path) -> Path:
    """iFinD: the field over merged cells, the periods in a second header row, the unit in the title."""
    return workbook(
        folder / "ifind_two_heads.xlsx",
        [
            ["同花顺iFinD  单位：万元"],
            ["证券代码", "证券简称", "营业收入", "", ""],
            ["", "", "2021年报", "2022年报", "2023年报"],
            ["000977.SZ", "浪潮信息", "6,704,755.12", "6,952,545.45", "6,586,668.11"],
            ["300033.SZ", "同花顺", "350,986.40", "355,917.77", "356,425.83"],
        ],
        merged=("C2:E2",),
    )


def ifind_long(folder: Path) -> Path:
    """iFinD: one row a day and stock, units in brackets."""
    return workbook(
        folder / "ifind_long.xlsx",
        [
            ["历史行情 不复权"],
            [
                "代码",
                "名称",
                "交易时间",
                "开盘价",
                "最高价",
                "最低价",
                "收盘价",
                "成交量(手)",
                "成交额(万元)",
                "换手率(%)",
            ],
            [
                "600519.SH",
                "贵州茅台",
                "2024-06-27",
                "1490.00",
                "1501.00",
                "1481.05",
                "1485.31",
                "21,034",
                "312,950.5",
                "0.1674",
            ],
            [
                "600519.SH",
                "贵州茅台",
                "2024-06-28",
                "1485.00",
                "1489.99",
                "1460.10",
                "1467.39",
                "38,291",
                "562,000.0",
                "0.3048",
            ],
            ["来源：iFinD"],
        ],
    )


def ifind_one_stock(folder: Path) -> Path:
    """iFinD: the history of one stock that only the title names."""
    return workbook(
        folder / "ifind_one_stock.xlsx",
        [
            ["贵州茅台(600519.SH) 历史行情 前复权"],
            ["日期", "收盘价", "涨跌幅(%)"],
            ["2024-06-27", "1,485.31", "-0.9"],
            ["2024-06-28", "1,467.39", "-1.21"],
            ["数据来源：同花顺iFinD"],
        ],
    )


def choice_statements(folder: Path) -> Path:
    """Choice: parameters on one line without blanks, year and report apart, a parent's statement beside."""
    return workbook(
        folder / "choice_statements.xlsx",
        [
            ["Choice数据"],
            [
                "证券代码",
                "证券名称",
                "营业收入[年度]2023[报告期]年报[报表类型]合并报表[单位]百万元",
                "研发费用[年度]2023[报告期]年报[报表类型]合并报表[单位]百万元",
                "营业收入[年度]2023[报告期]年报[报表类型]母公司报表[单位]百万元",
                "单季度.营业收入[报告期]2023四季[单位]百万元",
            ],
            ["688111.SH", "金山办公", "4,555.97", "1,472.20", "3,020.11", "1,285.92"],
            ["数据来源：东方财富Choice数据"],
        ],
    )


def choice_people(folder: Path) -> Path:
    """Choice: people, counted."""
    return workbook(
        folder / "choice_people.xlsx",
        [
            ["证券代码", "证券简称", "员工总数[报告期]2023年报[单位]人", "研发人员数量[报告期]2023年报[单位]人"],
            ["688111.SH", "金山办公", "4,558", "2,943"],
            ["002230.SZ", "科大讯飞", "15,109", "--"],
            ["数据来源：东方财富Choice数据"],
        ],
    )


def choice_shares(folder: Path) -> Path:
    """Choice: share counts of a day, in ten thousand shares."""
    return workbook(
        folder / "choice_shares.xlsx",
        [
            ["代码", "名称", "总股本[交易日期]2024-06-28[单位]万股", "A股流通股本[交易日期]2024-06-28[单位]万股"],
            ["688111.SH", "金山办公", "46,241.92", "46,241.92"],
            ["数据来源：东方财富Choice数据"],
        ],
    )


def lost_zeros(folder: Path) -> Path:
    """Codes that became numbers: not certain."""
    return workbook(
        folder / "lost_zeros.xlsx",
        [
            ["代码", "名称", "营业收入[报告期]2023年报[单位]亿元"],
            [977, "浪潮信息", 658.67],
            [600519, "贵州茅台", 1476.94],
        ],
    )


def no_unit(folder: Path) -> Path:
    """Volume without a unit (手 or 股, by vendor) and prices without a word on adjustment: not certain."""
    return workbook(
        folder / "no_unit.xlsx",
        [["代码", "名称", "日期", "收盘价", "成交量"], ["600519.SH", "贵州茅台", "2024-06-28", 1467.39, 38291]],
    )


def gbk_csv(folder: Path) -> Path:
    """A CSV as Wind writes it on a Chinese Windows: GBK, a title of one cell, quoted thousands."""
    path = folder / "gbk.csv"
    path.write_bytes(
        (
            "数据浏览器\r\n"
            "证券代码,证券简称,营业总收入[报告期] 2023年报[单位] 亿元\r\n"
            '600519.SH,贵州茅台,"1,505.60"\r\n'
            "000977.SZ,浪潮信息,658.6668\r\n"
            "\r\n"
            "数据来源：Wind\r\n"
        ).encode("gbk")
    )
    return path
