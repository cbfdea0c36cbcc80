"""All evidence and models of a folder, computed together: of a workspace, or of the inputs that a build keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from yanbao.evidence import Calculator, Origin, StoreTables, load_tables, table_names
from yanbao.evidence.table import Pending
from yanbao.formula import Name, walk
from yanbao.model.checks import note_failures
from yanbao.model.compile import Compiled, compile_models
from yanbao.model.load import load_models, model_names
from yanbao.model.model import Model
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
    late, named = _behind_views(pending, models)
    evidence.behind_views = frozenset((item.table, item.column) for item in late.values())
    pending = [item for item in pending if item.id not in late]
    compiled = compile_models(models, evidence, origins, language)
    # each behind what it needs: a chain of periods may be longer than the stack
    behind = [item for item in pending if _names_model(item, compiled)]
    before = [item for item in pending if not _names_model(item, compiled)]
    calculator = Calculator(evidence, [*before, *compiled.pending, *behind], language)
    calculator.run()
    note_failures(compiled.models, calculator)
    add_views(compiled.models, calculator, origins, lambda table: table in named or views(table))
    calculator.extend((), (), late.values())
    calculator.settle()
    return Computed(calculator, compiled)


def _behind_views(pending: list[Pending], models: Mapping[str, Model]) -> tuple[dict[str, Pending], set[str]]:
    """Return the cells of the evidence that take a view's numbers, by whatever way, and the views that they name."""
    views = {f"{model.id}_{view}" for model in models.values() for view in model.views}
    takes = {
        item.id: {(part.table or item.table, part.column) for part in walk(item.expr) if isinstance(part, Name)}
        for item in pending
    }
    named = {table for found in takes.values() for table, _ in found if table in views}
    late: dict[str, Pending] = {}
    columns: set[tuple[str, str]] = set()
    while named:
        more = [
            item
            for item in pending
            if item.id not in late and any(each in columns or each[0] in named for each in takes[item.id])
        ]
        if not more:
            break
        late |= {item.id: item for item in more}
        columns |= {(item.table, item.column) for item in more}
    return late, named


def _names_model(item: Pending, compiled: Compiled) -> bool:
    """Whether a cell of the evidence takes a model's numbers."""
    return any(isinstance(part, Name) and part.table in compiled.tables for part in walk(item.expr))
