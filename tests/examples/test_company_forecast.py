"""The company forecast builds and proves; a rating that its target does not bear is refused."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from yanbao.author.models import compute_models
from yanbao.build import build
from yanbao.check.proof import prove

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "company-forecast"


@pytest.mark.slow
def test_all_four_files_prove(tmp_path: Path) -> None:
    made = build(EXAMPLE, tmp_path / "out")
    proof = prove(made.document, made.inputs, list(made.outputs))
    assert [str(finding) for finding in proof.findings] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('[lines.benchmark]\nlabel = "沪深300六个月预期收益"\nunit = "%"\nkind = "exact"\ngroup = { zh = "假设：估值", en = "Assumptions: valuation" }\nvalue = "3"',
         '[lines.benchmark]\nlabel = "沪深300六个月预期收益"\nunit = "%"\nkind = "exact"\ngroup = { zh = "假设：估值", en = "Assumptions: valuation" }\nvalue = "-5"',
         "评级“中性”"),
        ('value = "2"\nreason = "测算假设：低于长期通胀', 'value = "11"\nreason = "测算假设：低于长期通胀', "折现率高于永续增长率"),
        ('value = "2"\nreason = "测算假设：低于长期通胀', 'value = "6"\nreason = "测算假设：低于长期通胀', "终值占比不超过四分之三"),
        ('value = "2"\nreason = "测算假设：低于长期通胀', 'value = "6"\nreason = "测算假设：低于长期通胀', "终值隐含倍数不高于"),
        ('estimate = "prev(cash) + cash_change"', 'estimate = "prev(cash)"', "资产 = 负债 + 权益"),
        ('actual = "income.others"', 'actual = "income.others + income.disposal"', "利润总额与年报一致"),
    ],
)  # fmt: skip
def test_a_check_catches_what_does_not_agree(tmp_path: Path, old: str, new: str, told: str) -> None:
    folder = tmp_path / "company"
    copytree(EXAMPLE, folder)
    model = folder / "models" / "haixiang.toml"
    text = model.read_text("utf-8")
    assert text.count(old) == 1
    model.write_text(text.replace(old, new), "utf-8")
    mistakes = compute_models(folder).calculator.evidence.mistakes
    assert mistakes
    assert all(mistake.file == "models/haixiang.toml" for mistake in mistakes)
    assert any(told in str(mistake) for mistake in mistakes)
