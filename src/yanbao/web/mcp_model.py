"""Driver models for an assistant: their lines, their scenarios, and what they come to with other inputs."""

from __future__ import annotations

import json
from threading import Lock
from typing import Annotated

from pydantic import BaseModel, Field

from yanbao.build.folder import sha256
from yanbao.errors import BuildError, EditError
from yanbao.model import ALL, BASE, Computed
from yanbao.model.model import Model
from yanbao.quantity import Quantity
from yanbao.web.mcp_number import Cell, Column, Number, Origin, Told, measured, number
from yanbao.web.mcp_report import Name, Reports, Start, settings
from yanbao.web.playing import Key, Playing, said

MOST_INPUTS = 200


class Case(Told):
    """A scenario of a model."""

    scenario: str
    label: str
    reason: str | None = None


class ModelTold(Told):
    """A model in a list."""

    model: str
    title: str
    as_of: str
    periods: list[str]
    lines: int
    scenarios: list[Case]
    inputs: Annotated[dict[str, str], Field(description="What run_model can change, line@period, as the base has it.")]


class Models(BaseModel):
    """The models of a workspace."""

    workspace: str
    models: list[ModelTold]
    mistakes: Annotated[list[str], Field(description="Models that cannot be computed are left out; here is why.")]


class Line(Told):
    """A line of a model; `cells` follow the columns of the answer."""

    line: str
    label: str
    unit: str
    role: str
    cells: list[Cell]
    was: Annotated[
        list[str | None] | None, Field(description="What each cell is without the inputs; null: the same.")
    ] = None


class Run(BaseModel):
    """What a model comes to. A cell that the inputs move has an id of its own: it is no number of the report."""

    workspace: str
    model: str
    scenario: str
    inputs: dict[str, str]
    as_of: str
    columns: list[Column]
    lines: list[Line]
    total: Annotated[int, Field(description="How many lines there are; ask on with `start`.")]
    moved: Annotated[int, Field(description="How many cells of the model the inputs move.")]
    facts: dict[str, Number]


class Plays:
    """The tools of models."""

    def __init__(self, reports: Reports) -> None:
        self.reports = reports
        self._ready: dict[tuple[str, str, str], Playing] = {}
        self._lock = Lock()

    def list_models(self, workspace: Name) -> Models:
        """List the driver models of a workspace: periods, scenarios, and the inputs that run_model can change."""
        place = self.reports.place(workspace)
        made: Computed = place.draft.computed()
        language = settings(place).report.language
        return Models(
            workspace=workspace,
            models=[_about(model, made, language) for model in made.models.models.values()],
            mistakes=[str(each) for each in made.calculator.evidence.mistakes if each.file.startswith("models/")],
        )

    def run_model(
        self,
        workspace: Name,
        model: Annotated[str, Field(max_length=100)],
        scenario: Annotated[str, Field(max_length=100, description="Which case to start from.")] = BASE,
        inputs: Annotated[
            dict[str, str] | None,
            Field(description='Other values, {"line@period": "12.5"} in the line\'s unit; list_models has the names.'),
        ] = None,
        lines: Annotated[list[str] | None, Field(max_length=400, description="Only these lines.")] = None,
        start: Start = 0,
        most: Annotated[int, Field(ge=1, le=200, description="How many lines.")] = 12,
    ) -> Run:
        """Compute a driver model in a scenario, or with other inputs; nothing is written.

        Without `inputs` the numbers are those of the report. With them, cells that move have ids ending in ~ and a
        digest of the inputs: say that they are a what-if, and which inputs they rest on.
        """
        place = self.reports.place(workspace)
        made: Computed = place.draft.computed()
        language = settings(place).report.language
        with self._lock:
            playing = self._playing(workspace, made, model, scenario)
            written = _written(inputs or {})
            moved = playing.moved(written)
        found = playing.model
        names = list(found.lines) if lines is None else list(dict.fromkeys(lines))
        unknown = [name[:80] for name in names if name not in found.lines]
        if unknown:
            raise EditError(f"{model} has no line {', '.join(unknown)}; it has {', '.join(found.lines)}"[:2000])
        part = names[start : start + most]
        rows = [*found.rows, *([ALL] if any(ALL in line.cells for line in found.lines.values()) else [])]
        what_if = _WhatIf(playing, moved, inputs or {}, language)
        shown = [what_if.line(name, rows) for name in part]
        return Run(
            workspace=workspace, model=model, scenario=scenario, inputs=inputs or {},
            as_of=found.spec.as_of.isoformat(), columns=[Column(label=row) for row in rows], lines=shown,
            total=len(names), moved=len(moved), facts=what_if.told,
        )  # fmt: skip

    def _playing(self, workspace: str, made: Computed, name: str, scenario: str) -> Playing:
        model = made.models.models.get(name)
        if model is None:
            wrong = [str(each) for each in made.calculator.evidence.mistakes if each.file == f"models/{name}.toml"]
            there = ", ".join(made.models.models) or "none"
            raise BuildError("\n".join(wrong) or f"no model {name[:80]!r}; there are: {there}")
        if scenario not in (BASE, *model.scenarios):
            raise BuildError(f"{name} has no scenario {scenario[:80]!r}; it has {', '.join((BASE, *model.scenarios))}")
        key = workspace, name, scenario
        if key not in self._ready or self._ready[key].model is not model:
            self._ready[key] = Playing(model, made.calculator, scenario)
        return self._ready[key]


class _WhatIf:
    """The cells of a model as they are told: those that move beside what they were."""

    def __init__(
        self, playing: Playing, moved: dict[Key, Quantity | None], inputs: dict[str, str], language: str
    ) -> None:
        self.playing, self.moved, self.language = playing, moved, language
        asked = json.dumps([playing.model.id, playing.scenario, sorted(inputs.items())], ensure_ascii=False)
        self.suffix = "~" + sha256(asked.encode())[:10]
        self.renamed = {playing.facts[key].id for key in moved}
        self.given = playing.given(_written(inputs))
        self.told: dict[str, Number] = {}

    def line(self, name: str, rows: list[str]) -> Line:
        line = self.playing.model.lines[name]
        cells = [self._cell((name, row)) if row in line.cells else (Cell(text=""), None) for row in rows]
        return Line(
            line=name,
            label=line.label.get(self.language) or line.label.get("zh") or name,
            unit=self.playing.model.spec.lines[name].unit,
            role=line.role,
            cells=[cell for cell, _ in cells],
            was=[was for _, was in cells] if self.moved else None,
        )

    def _cell(self, key: Key) -> tuple[Cell, str | None]:
        fact = self.playing.facts.get(key)
        if fact is None:
            return Cell(text="", missing="it is not computed"), None
        self.told[fact.id] = old = number(fact, self.language)
        line = self.playing.model.lines[key[0]]
        before = said(line, fact.quantity, fact.quantity) if fact.quantity is not None else old.text
        if key not in self.moved:
            return Cell(text=before, facts=[fact.id], missing=fact.missing), None
        new = old.model_copy(update={"id": fact.id + self.suffix, "low": None, "high": None, "printed": None})
        self.told[new.id] = new
        quantity = self.moved[key]
        if quantity is None:
            new.value, new.missing, new.text = None, "the formula has no answer with these inputs", "–"
            return Cell(text="–", facts=[new.id, fact.id], missing=new.missing), before
        new.missing = None
        measured(new, quantity, self.language)
        if key in self.given:
            new.formula = new.inputs = new.relation = None
            new.source = Origin(origin="given in this call")
        else:
            new.inputs = [name + self.suffix if name in self.renamed else name for name in new.inputs or ()]
        new.low = new.high = None  # computed from single values
        return Cell(text=said(line, quantity, fact.quantity), facts=[new.id, fact.id]), before


def _about(model: Model, made: Computed, language: str) -> ModelTold:
    inputs = Playing(model, made.calculator, BASE).inputs
    return ModelTold(
        model=model.id,
        title=model.spec.title.get(language) or model.spec.title.get("zh") or model.id,
        as_of=model.spec.as_of.isoformat(),
        periods=list(model.rows),
        lines=len(model.lines),
        scenarios=[Case(scenario=BASE, label=BASE)]
        + [
            Case(
                scenario=each.id,
                label=each.label.get(language) or each.label.get("zh") or each.id,
                reason=each.reason.get(language) or each.reason.get("zh"),
            )
            for each in model.scenarios.values()
        ],
        inputs={f"{line}@{row}": text for (line, row), text in inputs.items()},
    )


def _written(inputs: dict[str, str]) -> dict[Key, str]:
    """Return inputs by line and row.

    Raises:
        EditError: too many.
    """
    if len(inputs) > MOST_INPUTS:
        raise EditError(f"{len(inputs):,} inputs; at most {MOST_INPUTS} can be changed at once")
    return {(name.partition("@")[0], name.partition("@")[2]): text for name, text in inputs.items()}
