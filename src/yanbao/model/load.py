"""models/*.toml -> models, with every mistake at its file and line; nothing is computed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from yanbao.errors import Mistake, QuantityError
from yanbao.evidence import Bilingual, Origin, parse_toml, read_text
from yanbao.formula import Expr
from yanbao.memory import remembered
from yanbao.model.model import ALL, Absent, Cell, Formula, Line, Model, ModelPeriod, Typed
from yanbao.model.parts import read_parts
from yanbao.model.periods import periods_of
from yanbao.model.places import Places
from yanbao.model.spec import LineSpec, ModelSpec, ValueSpec
from yanbao.quantity import Unit, parse_unit

FOLDER: Final = "models"
MAX_CELLS: Final = 60_000  # of all scenarios
KEY: Final = "period"  # the column of row keys
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED: Final = frozenset({"and", "or", "not", "if", KEY})
_NOT_GIVEN: Final = Bilingual(zh="未给出", en="not given")


def model_names(workspace: Path) -> list[str]:
    """Return the names of all models of a workspace, sorted."""
    return sorted(path.stem for path in (workspace / FOLDER).glob("*.toml"))


def load_models(workspace: Path, origins: dict[str, Origin], mistakes: list[Mistake]) -> dict[str, Model]:
    """Return the models of a workspace by name; all mistakes are noted, a model with any is left out.

    Args:
        workspace: the folder that holds `models/`; a workspace, or the inputs of a build.
        origins: the publishers that yanbao.toml names.
        mistakes: takes every mistake, with file and line.
    """
    found: dict[str, Model] = {}
    for name in model_names(workspace):
        model = load_model(workspace, name, origins, mistakes)
        if model is not None:
            found[name] = model
    return found


def load_model(workspace: Path, name: str, origins: dict[str, Origin], mistakes: list[Mistake]) -> Model | None:
    """Return the model `models/NAME.toml`, or note all that is wrong with it.

    Formulas are parsed; that their names exist and their units fit is seen when all evidence is there.
    """
    file = f"{FOLDER}/{name}.toml"
    if not _NAME.fullmatch(name):
        hint = "formulas name the model by it: a-z, 0-9 and _, a letter first"
        mistakes.append(Mistake(file, 0, "", "is no name of a model", hint))
        return None
    text = read_text(workspace / file, file, mistakes)
    if text is None:
        return None
    noted: list[Mistake] = []

    def read() -> Model | None:
        spec = parse_toml(text, file, ModelSpec, noted)
        return None if spec is None else _Reader(name, file, text, spec, origins, noted).read()

    model = remembered("model", (name, text, origins), read)
    mistakes += noted
    return model


class _Reader:
    """Reads one model; collects its mistakes."""

    def __init__(
        self, name: str, file: str, text: str, spec: ModelSpec, origins: dict[str, Origin], mistakes: list[Mistake]
    ) -> None:
        self._name = name
        self._text = text
        self._spec = spec
        self._origins = origins
        self._mistakes = mistakes
        self._places = Places(file, text, mistakes)
        self._periods: tuple[ModelPeriod, ...] = ()

    def read(self) -> Model | None:
        try:
            self._periods = periods_of(self._spec.periods)
        except QuantityError as error:
            self._places.note(("periods",), str(error))
            return None
        size = max(len(self._periods), 1) * len(self._spec.lines) * (1 + len(self._spec.scenarios))
        if size > MAX_CELLS:
            self._places.note(("periods",), f"lines x periods x scenarios are {size:,} cells; at most {MAX_CELLS:,}")
            return None
        self._origin(self._spec.origin, ("origin",))
        lines = {name: line for name, spec in self._spec.lines.items() if (line := self._line(name, spec)) is not None}
        if self._mistakes:  # what refers to lines would only repeat them
            return None
        model = Model(
            self._name, self._places.file, self._text, self._spec, self._periods, lines, places=self._places.lines
        )
        model = read_parts(model, self._places)
        return None if self._mistakes else model

    def _origin(self, origin: str | Bilingual | None, path: tuple[str, ...]) -> None:
        if isinstance(origin, str) and origin not in self._origins:
            known = ", ".join(sorted(self._origins)) or "none"
            cause = f"`{origin[:60]}` is not an origin of yanbao.toml (known: {known})"
            hint = "add [origins.KEY] there, or write {zh = …, en = …} here; an origin is never invented"
            self._places.note(path, cause, hint)

    def _line(self, name: str, spec: LineSpec) -> Line | None:
        path = ("lines", name)
        if name in _RESERVED:
            self._places.note(path, f"`{name}` is a word of the language", "choose another id")
        try:
            unit = parse_unit(spec.unit) if spec.unit else Unit("")
        except QuantityError as error:
            self._places.note((*path, "unit"), str(error))
            return None
        self._origin(spec.source, (*path, "source"))
        once = spec.value is not None or spec.once or not self._periods
        rows = [ALL] if once else [period.key for period in self._periods]
        line = Line(
            name,
            spec.label or Bilingual(zh=name, en=name),
            unit,
            spec.kind,
            {},
            once,
            self._places.line(*path),
            spec.group,
            spec.role,
            spec.decimals,
        )
        for key in ("values", "printed"):
            for row in getattr(spec, key):
                if not self._periods:
                    self._places.note((*path, key), "the model has no periods", "write `value`, or `periods` above")
                    return None
                if once:
                    self._places.note((*path, key), "the line has one value for the whole model", "drop `once`")
                    return None
                self._places.key(row, rows, (*path, key, row), "period")
        if not self._periods and (spec.actual or spec.estimate):
            self._places.note(path, "the model has no periods: only `formula` has a meaning")
        exprs = self._formulas(spec, path)
        estimates = {period.key: period.estimate for period in self._periods}
        line.cells.update({row: self._cell(spec, line, row, estimates.get(row, False), exprs) for row in rows})
        self._reasons(spec, line, estimates)
        return line

    def _formulas(self, spec: LineSpec, path: tuple[str, ...]) -> dict[str, Expr]:
        written = {key: getattr(spec, key) for key in ("formula", "actual", "estimate")}
        parsed = {key: self._places.parsed(text, (*path, key)) for key, text in written.items() if text is not None}
        return {key: expr for key, expr in parsed.items() if expr is not None}

    def _cell(self, spec: LineSpec, line: Line, row: str, estimate: bool, exprs: dict[str, Expr]) -> Cell:
        given = spec.value if row == ALL else spec.values.get(row)
        path = ("lines", line.id, "value") if row == ALL else ("lines", line.id, "values", row)
        if given is not None:
            return self._typed(given, spec, line, path)
        own = "estimate" if estimate else "actual"
        key = own if getattr(spec, own) is not None and row != ALL else "formula"
        expr = exprs.get(key)
        if expr is None:
            return Absent(_NOT_GIVEN, line.file_line)
        printed = spec.printed.get(row)
        if printed is not None:
            self._places.quantity(printed, line, ("lines", line.id, "printed", row))
        return Formula(
            getattr(spec, key),
            expr,
            self._places.line("lines", line.id, key),
            key,  # type: ignore[arg-type]
            printed,
            self._places.line("lines", line.id, "printed", row) if printed is not None else 0,
        )

    def _typed(self, given: ValueSpec, spec: LineSpec, line: Line, path: tuple[str, ...]) -> Cell:
        at = self._places.line(*path)
        self._origin(given.source, (*path, "source"))
        if given.value is None:
            assert given.missing is not None
            return Absent(given.missing, at)
        quantity = self._places.quantity(given.value, line, path)
        if quantity is None:
            return Absent(_NOT_GIVEN, at)
        return Typed(
            given.value,
            quantity,
            at,
            given.reason or spec.reason,
            given.source or spec.source,
            given.line or spec.line,
        )

    def _reasons(self, spec: LineSpec, line: Line, estimates: dict[str, bool]) -> None:
        """Note values of estimated periods, or of the whole model, that stand on nothing."""
        bare = [
            row
            for row, cell in line.cells.items()
            if isinstance(cell, Typed)
            and estimates.get(row, True)
            and cell.reason is None
            and cell.source is None
            and cell.origin_line is None
        ]
        if bare:
            key = "value" if line.once else "values"
            where = "" if line.once else f" in {', '.join(bare[:6])}{' …' if len(bare) > 6 else ''}"
            hint = "`reason` says why it is assumed, `source` or `line` where it was read"
            self._places.note(("lines", line.id, key), f"is assumed{where} without a reason or a source", hint)
