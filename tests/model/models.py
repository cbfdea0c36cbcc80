"""Models in a folder, loaded and computed: what tests of models begin with."""

from __future__ import annotations

from pathlib import Path

from yanbao.evidence import Origin
from yanbao.fact.fact import Fact
from yanbao.model import Computed, compute

ORIGINS = {"house": Origin.model_validate({"text": "本所"}), "paper": Origin.model_validate({"text": "某报告"})}
HEAD = 'title = "模型"\norigin = "house"\nas_of = 2024-06-30\n'
GRID = {
    "grid.csv": "year,state,note\n2021,100.0,甲\n2022,110.0,乙\n2023,121.0,丙\n",
    "grid.toml": """title = "表"
origin = "paper"
as_of = 2024-06-30
period = "year"
[columns.year]
label = "年"
[columns.state]
label = "投资"
unit = "亿元"
[columns.note]
label = "注"
kind = "text"
""",
}


def computed(folder: Path, *, evidence: dict[str, str] | None = None, **models: str) -> Computed:
    """Write models (by name) and evidence files into a folder and compute all."""
    (folder / "models").mkdir(exist_ok=True)
    (folder / "evidence").mkdir(exist_ok=True)
    for name, text in models.items():
        (folder / "models" / f"{name}.toml").write_text(HEAD + text, "utf-8")
    for file, text in (evidence or {}).items():
        (folder / "evidence" / file).write_text(text, "utf-8")
    return compute(folder, ORIGINS, "zh")


def mistakes(folder: Path, *, evidence: dict[str, str] | None = None, **models: str) -> list[str]:
    """Return all mistakes of models, each as `file:line: field: cause`; lines count from the first behind HEAD."""
    found = computed(folder, evidence=evidence, **models).calculator.evidence.mistakes
    head = HEAD.count("\n")
    return [
        f"{one.file}:{one.line - head if one.line > head else one.line}: {one.field}: {one.cause}"
        for one in sorted(set(found))
    ]


def facts(made: Computed) -> dict[str, Fact]:
    """Return all facts of models that were computed without a mistake."""
    assert made.calculator.evidence.mistakes == []
    return made.calculator.evidence.facts


def number(made: Computed, identifier: str) -> float:
    """Return a cell's value in its own unit."""
    quantity = facts(made)[identifier].quantity
    assert quantity is not None, facts(made)[identifier].missing
    return float(quantity.value)
