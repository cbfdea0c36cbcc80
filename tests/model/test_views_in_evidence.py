"""Evidence that is computed from a model's views: values by hand, in which order, and what may not rest on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.models import GRID, HEAD, ORIGINS
from model.test_views import MODEL
from model_workspace import OUTLOOK, VIEWS, outlook
from yanbao import build as building
from yanbao.check.proof import prove
from yanbao.evidence import Evidence
from yanbao.fact.fact import Derivation
from yanbao.model import compute

TOML = """title = "敏感性摘要"
origin = "house"
as_of = 2024-06-30
[columns.item]
label = "项目"
[columns.value]
label = "数值"
unit = "亿元"
[columns.half]
label = "一半"
unit = "亿元"
compute = "value / 2"
[columns.above]
label = "高于基准"
unit = "%"
compute = "value / m.part[2025E] - 1"
[[cells]]
row = "widest"
column = "value"
compute = "max(m_tornado.swing[:])"
[[cells]]
row = "high"
column = "value"
compute = "m_fan.q97_5[2025E]"
[[cells]]
row = "low growth"
column = "value"
compute = "m_one.value[5%]"
"""
SUMMARY = {"summary.csv": "item,value\nwidest,\nhigh,\nlow growth,\n", "summary.toml": TOML}


def evidence(folder: Path, model: str = MODEL, summary: dict[str, str] = SUMMARY) -> Evidence:
    files = {"models/m.toml": HEAD + model, **{f"evidence/{key}": text for key, text in (GRID | summary).items()}}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return compute(folder, ORIGINS, "zh").calculator.evidence


def test_cells_take_a_views_numbers_though_no_chapter_shows_the_view(tmp_path: Path) -> None:
    found = evidence(tmp_path)
    assert found.mistakes == []

    def number(name: str) -> float:
        quantity = found.facts[name].quantity
        assert quantity is not None
        return float(quantity.value)

    # of 121 x 1.1 x 1.1, 30 % and 50 %: a swing of 20 %, wider than that of 9 % and 11 % growth
    assert number("summary.value@widest") == pytest.approx(121 * 1.21 * 0.2)
    assert number("summary.value@low growth") == pytest.approx(121 * 1.05**2 * 0.4)
    assert number("summary.half@low growth") == pytest.approx(121 * 1.05**2 * 0.2)
    assert number("summary.above@low growth") == pytest.approx((1.05**2 / 1.1**2 - 1) * 100)
    assert number("summary.value@high") == number("m_fan.q97_5@2025E")
    lineage = found.facts["summary.value@low growth"].lineage
    assert isinstance(lineage, Derivation)
    assert lineage.formula == "{m_one.value@5%}"
    assert "m_two" not in found.tables  # a view that nobody names costs nothing


def test_a_model_that_rests_on_its_own_view_is_refused(tmp_path: Path) -> None:
    lines, _, rest = MODEL.partition("[scenarios.high]")
    loop = '[lines.loop]\nunit = "亿元"\nonce = true\nformula = "summary.half[widest]"\n'
    (mistake,) = evidence(tmp_path, f"{lines}{loop}[scenarios.high]{rest}").mistakes
    assert (mistake.file, mistake.field) == ("models/m.toml", "lines.loop.formula")
    assert "`summary.half` is computed from a model's view" in mistake.cause


def test_a_view_that_fails_is_told_once(tmp_path: Path) -> None:
    (mistake,) = evidence(tmp_path, MODEL.replace('of = "part"\ndraws', 'of = "nothing"\ndraws')).mistakes
    assert "nothing" in mistake.cause


def test_a_view_or_a_row_that_is_not_there_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    summary = SUMMARY | {"summary.toml": TOML.replace("m_one.value[5%]", "m_one.value[6%]")}
    (mistake,) = evidence(tmp_path, summary=summary).mistakes
    assert mistake.file == "evidence/summary.toml"
    assert "no row `6%` in table `m_one`" in mistake.cause


def test_a_build_with_such_a_table_is_proved(tmp_path: Path) -> None:
    pages = """
## 占比

```exhibit digest
kind = "plain"
title = "敏感性摘要"
data = "digest"
```
"""
    folder = outlook(tmp_path / "w", OUTLOOK + VIEWS, pages)
    (folder / "evidence" / "digest.csv").write_text("item,value\nlow,\nhigh,\n", "utf-8")
    (folder / "evidence" / "digest.toml").write_text(
        """title = "敏感性摘要"
origin = "house"
as_of = 2024-06-30
[columns.item]
label = "项目"
[columns.value]
label = "数值"
unit = "亿元"
[[cells]]
row = "low"
column = "value"
compute = "outlook_by_share.value[35%]"
[[cells]]
row = "high"
column = "value"
compute = "outlook_fan.q95[2025E]"
""",
        "utf-8",
    )
    made = building.build(folder, tmp_path / "out", formats=("xlsx", "html"))
    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()
