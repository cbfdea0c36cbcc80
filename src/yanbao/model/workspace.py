"""All evidence and models of a folder, computed together: of a workspace, or of the inputs that a build keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yanbao.evidence import Calculator, Origin, StoreTables, load_tables, table_names
from yanbao.model.checks import note_failures
from yanbao.model.compile import Compiled, compile_models
from yanbao.model.load import load_models


@dataclass(frozen=True)
class Computed:
    """Evidence and models after computing; mistakes stand in `calculator.evidence.mistakes`."""

    calculator: Calculator
    models: Compiled


def compute(folder: Path, origins: dict[str, Origin], language: str, market: StoreTables | None = None) -> Computed:
    """Return the evidence tables and the models of a folder, with all cells computed and all checks judged.

    Args:
        folder: holds `evidence/` and `models/`.
        origins: the publishers that yanbao.toml names.
        language: of labels, zh or en.
        market: answers the tables that ask a store; without it the answers stand in the folder.
    """
    evidence, pending = load_tables(folder / "evidence", table_names(folder / "evidence"), origins, language, market)
    models = load_models(folder, origins, evidence.mistakes)
    compiled = compile_models(models, evidence, origins, language)
    calculator = Calculator(evidence, [*pending, *compiled.pending], language)
    calculator.run()
    note_failures(compiled.models, calculator)
    return Computed(calculator, compiled)
