"""Two tables that state the same items: which of their columns are one, and what then contradicts."""

from __future__ import annotations

from tick_tables import document_of, table_of
from yanbao.check.tick.tested import Tested
from yanbao.check.tick.tick import tick

STATEMENT = """Item | 13 Weeks Ended January 28, 2023 | 13 Weeks Ended January 29, 2022
Net sales | 3,226,773 | 2,729,388
Cost of sales | 2,014,270 | 1,702,059
Selling, general and administrative expenses | 762,706 | 649,968
Operating income | 447,890 | 375,610
Net income | 340,754 | 289,360"""
SUMMARY = """(Dollars in millions) | 13 Weeks Ended January 28, 2023 | 13 Weeks Ended January 29, 2022
Net sales | $3,226.8 | $2,729.4
Selling, general and administrative expenses | $762.7 | $650.0
Operating income | $447.9 | $375.6
Net income | $340.8 | $289.4"""


def facts(*texts: str, units: tuple[str, str] = ("", "")) -> list[Tested]:
    """Return what is told of the same fact in the tables of a document."""
    tables = [
        table_of([row.split("|") for row in text.splitlines()], unit=unit)
        for text, unit in zip(texts, units, strict=True)
    ]
    return [each for each in tick(document_of(*tables)).tested if each.relation == "same" and each.basis == "tables"]


def verdicts(found: list[Tested]) -> dict[str, str]:
    return {each.claimed.text: each.verdict for each in found}


def test_a_summary_in_millions_ties_to_the_statement_in_thousands() -> None:
    found = verdicts(facts(SUMMARY, STATEMENT, units=("", "(In thousands of dollars)")))
    wanted = ("$3,226.8", "$2,729.4", "$762.7", "$650.0", "$447.9", "$375.6", "$340.8", "$289.4")
    assert found == dict.fromkeys(wanted, "ties")


def test_a_digit_of_the_summary_contradicts_the_statement() -> None:
    found = facts(SUMMARY.replace("$762.7", "$726.7"), STATEMENT, units=("", "(In thousands of dollars)"))
    broken = [each for each in found if each.verdict == "breaks"]
    assert [(each.claimed.text, each.operands[0].text) for each in broken] == [("$726.7", "762,706")]
    assert "transposed" in (broken[0].diagnosis or "")


def test_the_parents_statement_is_another_one() -> None:
    group = """项目 | 期末余额 | 期初余额
货币资金 | 56,321,889.01 | 61,220,118.33
存货 | 30,114,908.77 | 28,004,771.05
固定资产 | 150,220,330.10 | 155,780,100.41
股本 | 100,000,000.00 | 100,000,000.00
资本公积 | 43,112,905.66 | 43,112,905.66
盈余公积 | 20,514,660.12 | 18,402,117.09
未分配利润 | 72,229,562.10 | 69,405,006.34"""
    parent = """项目 | 期末余额 | 期初余额
货币资金 | 11,204,117.30 | 9,850,223.70
存货 | 8,440,102.15 | 7,112,940.88
固定资产 | 33,970,665.82 | 35,001,204.17
股本 | 100,000,000.00 | 100,000,000.00
资本公积 | 43,112,905.66 | 43,112,905.66
盈余公积 | 20,514,660.12 | 18,402,117.09
未分配利润 | 31,008,227.64 | 27,553,018.40"""
    assert all(each.verdict == "ties" for each in facts(group, parent, units=("单位：元", "单位：元")))


def test_a_strategy_and_its_variant_differ_in_most_lines() -> None:
    plain = """年份 | 指数收益 | 绝对收益 | 月度胜率
2011年 | -25.01% | -16.60% | 91.67%
2012年 | 7.55% | 18.17% | 100.00%
2013年 | -7.65% | 6.33% | 83.33%
2014年 | 51.66% | 70.28% | 83.33%"""
    variant = """年份 | 指数收益 | 绝对收益 | 月度胜率
2011年 | -25.01% | -15.70% | 83.33%
2012年 | 7.55% | 18.15% | 100.00%
2013年 | -7.65% | 4.30% | 83.33%
2014年 | 51.66% | 67.99% | 75.00%"""
    assert all(each.verdict == "ties" for each in facts(plain, variant))


def test_restated_columns_are_not_compared() -> None:
    first = """项目 | 2019年12月31日 | 2020年1月1日
预收款项 | 15,878,744.00 | 0.00
应付账款 | 33,123,072.43 | 33,123,072.43
应交税费 | 1,878,311.93 | 1,878,311.93
其他应付款 | 7,341,620.35 | 7,341,620.35"""
    second = """项目 | 2020年12月31日 | 2019年12月31日
预收款项 | 0.00 | 15,878,744.00
应付账款 | 40,112,900.10 | 33,123,072.43
应交税费 | 2,436,695.05 | 1,878,311.93
其他应付款 | 8,267,606.14 | 7,341,620.35"""
    found = facts(first, second, units=("单位：元", "单位：元"))
    assert found
    assert all(each.verdict == "ties" for each in found)


def test_two_projects_exchanged_between_two_tables_contradict_without_a_slip() -> None:
    rows = ("甲工程 | 6,025,551.57", "乙工程 | 165,628,666.75", "丙工程 | 80,121,501.45", "丁工程 | 147,592,362.30",
            "戊工程 | 42,843,192.74", "己工程 | 22,261,730.30")  # fmt: skip
    first = "\n".join(["项目 | 期初余额", *rows])
    second = "\n".join(["项目名称 | 期初余额", "甲工程 | 1,816,869.49", *rows[1:]])
    found = verdicts(facts(first, second, units=("单位：元", "单位：元")))
    assert list(found.values()).count("ties") == 5
