"""Model: assumptions as inputs, scenarios, results and sensitivities while one types, a scenario kept."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from yanbao.build.folder import sha256
from yanbao.errors import EditError, WorkspaceError
from yanbao.model import ALL, BASE, Computed
from yanbao.model.model import Model
from yanbao.model.sensitivity import Sensitivity, Side
from yanbao.web.desk import Place
from yanbao.web.playing import Key, Played, Playing, said, scenario_text
from yanbao.web.site import Site, aside, form_of, language_of, seen
from yanbao.web.words import Language

_INPUT = re.compile(r"([a-z][a-z0-9_]*)@(.+)")  # how an address names an input: line@row
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def routes(site: Site) -> list[Route]:
    """Return the addresses of models."""
    ready: dict[tuple[str, str, str], Playing] = {}
    lock = Lock()

    def playing(place: Place, name: str, scenario: str) -> Playing:
        made: Computed = place.draft.computed()
        model = made.models.models.get(name)
        if model is None:
            wrong = [str(each) for each in made.calculator.evidence.mistakes if each.file == f"models/{name}.toml"]
            raise HTTPException(404, "\n".join(wrong) or f"no model {name}")
        if scenario not in (BASE, *model.scenarios):
            raise HTTPException(404, f"{name} has no scenario {scenario}")
        key = place.name, name, scenario
        with lock:
            if key not in ready or ready[key].model is not model:
                ready[key] = Playing(model, made.calculator, scenario)
            return ready[key]

    async def index(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        if "model" in query:
            return await show(request, place)
        made = await aside(place.draft.computed)
        language = language_of(request)
        rows = [_about(model, language) for model in made.models.models.values()]
        mistakes = [str(each) for each in made.calculator.evidence.mistakes if each.file.startswith("models/")]
        return site.page(request, "model-list.html", place=place, here="model", rows=rows, mistakes=mistakes)

    async def show(request: Request, place: Place, told: str = "", status: int = 200) -> Response:
        query = request.query_params
        language = language_of(request)
        found = await aside(playing, place, query["model"], query.get("scenario", BASE))
        written = _written(query)
        try:
            played: Played = await aside(found.play, written)
        except EditError as error:
            played, told, status = await aside(found.play, {}), str(error), 422
        model = found.model
        return site.page(
            request, "model.html", place=place, here="model", status=status, told=told, about=_about(model, language),
            rows=[*model.rows, *([ALL] if any(line.once for line in model.lines.values()) else [])],
            lines=_lines(found, played, written, language), scenario=found.scenario,
            scenarios=[(BASE, ""), *((one.id, one.label.get(language) or one.id) for one in model.scenarios.values())],
            views=[_view(model, name, view, language) for name, view in played.views.items()],
            changed=len(found.given(written)) if not told else 0,
        )  # fmt: skip

    async def values(request: Request) -> Response:
        place, query = site.place(request), request.query_params
        began = time.perf_counter()
        found = await aside(playing, place, query.get("model", ""), query.get("scenario", BASE))
        written = _written(query)
        try:
            played: Played = await aside(found.play, written)
        except EditError as error:
            return JSONResponse({"error": str(error)}, 422)
        language = language_of(request)
        cells = {
            f"{line}@{row}": {"new": text, "old": played.old[line, row]} for (line, row), text in played.new.items()
        }
        views = [_view(found.model, name, view, language) for name, view in played.views.items()]
        spent = round(1000 * (time.perf_counter() - began), 1)
        return JSONResponse({"cells": cells, "views": views, "milliseconds": spent})

    async def keep(request: Request) -> Response:
        place = site.place(request)
        form = await form_of(request)
        name, scenario = str(form.get("model", "")), str(form.get("scenario", BASE))
        found = await aside(playing, place, name, scenario)
        written = _written(form)
        given = await aside(found.given, written)
        new, label, reason = (str(form.get(key, "")).strip() for key in ("name", "label", "reason"))
        mistakes = []
        if not _NAME.fullmatch(new) or new == BASE or new in found.model.scenarios:
            mistakes.append("name")
        mistakes += [key for key, text in (("label", label), ("reason", reason)) if not text]
        if scenario != BASE:  # a scenario is set against the base case: what the one at hand sets is set again
            for (line, row), cell in found.model.scenarios[scenario].cells.items():
                if (line, row) not in given:
                    given[line, row], written = cell.quantity, {**written, (line, row): cell.text}
        if not given:
            mistakes.append("nothing")
        if mistakes:
            raise HTTPException(422, "; ".join(site.word(request, f"model.wrong_{each}") for each in mistakes))
        file = found.model.file
        content = await aside(place.draft.read, file)
        if content.decode("utf-8").removeprefix("\ufeff") != found.model.text.removeprefix("\ufeff"):
            raise HTTPException(409, site.word(request, "model.changed"))
        ending = "\r\n" if b"\r\n" in content else "\n"
        block = "\n" + scenario_text(new, label, reason, given, written)
        lead = b"" if content.endswith(b"\n") else ending.encode()
        try:
            await aside(place.draft.write, file, content + lead + block.replace("\n", ending).encode(), sha256(content))
        except WorkspaceError as error:
            raise HTTPException(422, "\n".join(map(str, error.mistakes))) from error
        return seen(f"/w/{place.name}/model", model=name, scenario=new)

    return [
        Route("/w/{place}/model", index),
        Route("/w/{place}/model/values", values),
        Route("/w/{place}/model/keep", keep, methods=["POST"]),
    ]


def _written(given: QueryParams | FormData) -> dict[Key, str]:
    """Return the inputs that an address or a form names, `line@row=value`."""
    found: dict[Key, str] = {}
    for key, value in given.multi_items():
        named = _INPUT.fullmatch(key)
        if named is not None and isinstance(value, str) and len(value) <= 40:
            found[named[1], named[2]] = value
    return found


def _about(model: Model, language: Language) -> dict[str, Any]:
    return {
        "id": model.id,
        "file": model.file,
        "title": model.spec.title.get(language) or model.spec.title.zh or model.id,
        "as_of": model.spec.as_of.isoformat(),
        "periods": f"{model.rows[0]}–{model.rows[-1]}" if model.rows else "",
        "lines": len(model.lines),
        "scenarios": len(model.scenarios),
    }


def _lines(found: Playing, played: Played, written: Mapping[Key, str], language: Language) -> list[dict[str, Any]]:
    """Return what the table shows: each line with its cells by row."""
    model = found.model
    lines = []
    for line in model.lines.values():
        cells = {}
        for row in line.cells:
            key = line.id, row
            cell = model.cell(line.id, row, found.scenario)
            reason = getattr(cell, "reason", None)
            cells[row] = {
                "name": f"{line.id}@{row}",
                "text": played.new.get(key, ""),
                "old": played.old.get(key, ""),
                "input": written.get(key, found.inputs[key]) if key in found.inputs else None,
                "typed": found.inputs.get(key),
                "why": (reason.get(language) or reason.zh or "") if reason else getattr(cell, "text", ""),
                "fact": found.facts[key].id if key in found.facts else None,
            }
        group = line.group
        lines.append(
            {
                "id": line.id,
                "label": line.label.get(language) or line.label.zh or line.id,
                "unit": model.spec.lines[line.id].unit,
                "group": (group.get(language) or group.zh or "") if group else "",
                "role": line.role,
                "cells": cells,
            }
        )
    return lines


def _view(model: Model, name: str, view: Sensitivity, language: Language) -> dict[str, Any]:
    """Return a sensitivity as a table: heads and rows of texts, and which cell is the base case's."""
    spec = model.views[name].spec
    target = model.views[name].of[0]
    line = model.lines[target.line]
    title = spec.title.get(language) if spec.title else None
    base = view.base[0]
    heads = [_side(model, side, language) for side in view.columns]
    rows = [
        [_side(model, side, language), *("–" if value is None else said(line, value, base) for value in values)]
        for side, values in zip(view.rows, view.values, strict=True)
    ]
    return {
        "id": name,
        "kind": spec.kind,
        "title": title or model.spec.title.get(language) or name,
        "of": line.label.get(language) or line.id,
        "unit": model.spec.lines[line.id].unit,
        "heads": heads,
        "rows": rows,
        "base": said(line, base, base) if base is not None else "–",
        "at": [view.base_row, view.base_column],
    }


def _side(model: Model, side: Side, language: Language) -> str:
    """Return what a row or a column of a sensitivity is."""
    if side.end:
        return side.end if language == "en" else {"low": "低", "high": "高"}[side.end]
    if side.target is None:
        return side.scenario or ""
    line = model.lines[side.target.line]
    label = line.label.get(language) or line.label.zh or line.id
    row = f" {side.target.row}" if side.target.row not in (None, ALL) else ""
    if side.step is None:
        return label + row
    return f"{label}{row} {said(line, side.step, side.step)} {model.spec.lines[line.id].unit}".strip()
