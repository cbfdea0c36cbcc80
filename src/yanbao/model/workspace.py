"""All evidence and models of a folder, computed together: of a workspace, or of the inputs that a build keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from yanbao.evidence import Calculator, Origin, StoreTables, load_tables, table_names
from yanbao.evidence.table import Pending
from yanbao.formula import Name, walk
from yanbao.model.checks import note_failures
from yanbao.model.compile import Compiled, compile_models
from yanbao.model.load import load_models, model_names
from yanbao.model.views import add_views


@dataclass(frozen=True)
class Computed:
    """Evidence and models after computing; mistakes stand in `calculator.evidence.mistakes`."""

    calculator: Calculator
    models: Compiled


def compute(
    folder: Path,
    origins: dict[str, Origin],
    language: str,
    market: StoreTables | None = None,
    views: Callable[[str], bool] = lambda table: False,
) -> Computed:
    """Return the evidence tables and the models of a folder, with all cells computed and all checks judged.

    Args:
        folder: holds `evidence/` and `models/`.
        origins: the publishers that yanbao.toml names.
        language: of labels, zh or en.
        market: answers the tables that ask a store; without it the answers stand in the folder.
        views: whether the table of a model's view, by its id, is wanted: each costs a run of its model.
    """
    evidence, pending = load_tables(folder / "evidence", table_names(folder / "evidence"), origins, language, market)
    models = load_models(folder, origins, evidence.mistakes)
    evidence.refused.update(set(model_names(folder)) - models.keys())
    compiled = compile_models(models, evidence, origins, language)
    # each behind what it needs: a chain of periods may be longer than the stack
    behind = [item for item in pending if _names_model(item, compiled)]
    before = [item for item in pending if not _names_model(item, compiled)]
    calculator = Calculator(evidence, [*before, *compiled.pending, *behind], language)
    calculator.run()
    note_failures(compiled.models, calculator)
    add_views(compiled.models, calculator, origins, views)
    return Computed(calculator, compiled)


def _names_model(item: Pending, compiled: Compiled) -> bool:
    """Whether a cell of the evidence takes a model's numbers."""
    return any(isinstance(part, Name) and part.table in compiled.tables for part in walk(item.expr))
