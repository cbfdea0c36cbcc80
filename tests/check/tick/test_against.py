"""A document against a workspace's facts: what it prints of them ties or breaks; what only resembles them is left."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from yanbao.check.tick.against import against
from yanbao.check.tick.tick import tick
from yanbao.fact.fact import Fact, Source
from yanbao.quantity.period import Period
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import YI_YUAN
from yanbao.read.foreign.reading import read_foreign

REPORT = """# 电网投资

单位：亿元

| 项目 | 2022年 | 2023年 |
|---|---|---|
| 国家电网 | 5,012 | 5,257 |
| 南方电网 | 1,250 | 1,375 |
"""


def facts() -> dict[str, Fact]:
    values = {("国家电网", 2022): "5012", ("国家电网", 2023): "5275", ("南方电网", 2023): "1375"}
    return {
        f"grid.{name}@{year}": Fact(
            f"grid.{name}@{year}",
            name,
            f"{year}年",
            Source("grid", name, str(year), "evidence/grid.csv", 3, "公司公告", None, date(2024, 6, 30)),
            Quantity.printed(value, YI_YUAN),
            period=Period.year(year),
        )
        for (name, year), value in values.items()
    }


def test_each_number_that_names_a_fact_is_tested_against_it(tmp_path: Path) -> None:
    report = tmp_path / "grid.md"
    report.write_text(REPORT, encoding="utf-8")
    found = {test.claimed.text: test for test in against(tick(read_foreign(report)).figures, facts())}
    assert {text: test.verdict for text, test in found.items()} == {
        "5,012": "ties",
        "5,257": "breaks",  # the workspace has 5275
        "1,375": "ties",
    }
    assert found["5,257"].operands[0].where.line == 3
    assert found["5,257"].operands[0].where.file == "evidence/grid.csv"
    assert "5275" in found["5,257"].working


def test_another_subject_period_or_unit_is_left_alone(tmp_path: Path) -> None:
    report = tmp_path / "grid.md"
    other = REPORT.replace("国家电网", "内蒙古电力").replace("2023年", "2021年").replace("南方电网 |", "南方电网公司 |")
    report.write_text(other, encoding="utf-8")
    assert not against(tick(read_foreign(report)).figures, facts())
