"""Errors in the calls of a report: the document that the build keeps, its settings, its disclosures of interests."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.planted.book import cell_plant
from benchmarks.planted.disclosure_kinds import disclosures_sheet, placed
from benchmarks.planted.lines import Line
from benchmarks.planted.plant import Changed, Clean, Plant, kind
from benchmarks.planted.sheet_xml import empty
from yanbao.build.folder import DOCUMENT, INPUTS, dump

_SETTINGS = f"{INPUTS}/yanbao.toml"


def _calls(clean: Clean, change: Callable[[dict[str, Any], dict[str, Any]], str | None]) -> Iterator[Plant]:
    """Change a call of the document; `change` gets it and another one and says what it did, or `None`."""
    calls = clean.data["calls"]
    for at in range(len(calls)):

        def make(at: int = at) -> Changed:
            data = copy.deepcopy(clean.data)
            change(data["calls"][at], data["calls"][at - 1])
            return {DOCUMENT: dump(data).encode()}

        done = change(copy.deepcopy(calls[at]), copy.deepcopy(calls[at - 1]))
        if done is not None:
            named = (f"calls[{at}]",)
            yield Plant(f"calls[{at}], {calls[at]['security']}: {done}", DOCUMENT, None, "", make, named=named)


@kind("estimate of a call of another year", "build", "call")
def _year(clean: Clean, made: str) -> Iterator[Plant]:
    def change(call: dict[str, Any], other: dict[str, Any]) -> str:
        first, second = call["estimates"][:2]
        first["figure"] = second["figure"]
        return f"{first['period']} is that of {second['period']}"

    yield from _calls(clean, change)


@kind("price of a call of another company", "build", "call")
def _price(clean: Clean, made: str) -> Iterator[Plant]:
    def change(call: dict[str, Any], other: dict[str, Any]) -> str:
        call["price"] = other["price"]
        return f"the price is that of {other['security']}"

    yield from _calls(clean, change)


@kind("rating of a call", "build", "call-rating")
def _rating(clean: Clean, made: str) -> Iterator[Plant]:
    def change(call: dict[str, Any], other: dict[str, Any]) -> str:
        names = [re.split(r"[<>\[(]", part.strip())[0] for part in call["policy"].split(";")]
        call["rating"] = names[names.index(call["rating"]) - 1]
        return f"rated {call['rating']}"

    yield from _calls(clean, change)


@kind("call left out", "build", "call")
def _left_out(clean: Clean, made: str) -> Iterator[Plant]:
    for at, call in enumerate(clean.data["calls"]):

        def make(at: int = at) -> Changed:
            data = copy.deepcopy(clean.data)
            del data["calls"][at]
            return {DOCUMENT: dump(data).encode()}

        yield Plant(f"calls[{at}], {call['security']} left out", DOCUMENT, None, "", make)


def _setting(clean: Clean, pattern: str, change: Callable[[re.Match[str]], str]) -> Iterator[Plant]:
    text = clean.bytes_of(_SETTINGS).decode("utf-8")
    start = text.index("[[calls]]")
    for match in re.finditer(pattern, text[start:], re.MULTILINE):
        at = start + match.start()

        def make(match: re.Match[str] = match, at: int = at) -> Changed:
            return {_SETTINGS: (text[:at] + change(match) + text[at + len(match.group()) :]).encode()}

        yield Plant(f"yanbao.toml: {match.group()} -> {change(match)}", _SETTINGS, None, "", make)


@kind("rating of a call in the workspace", "build", "call-rating")
def _declared(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _setting(clean, r'^rating = "买入"$', lambda match: 'rating = "中性"')


@kind("price of a call in the workspace", "build", "call")
def _expression(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _setting(clean, r'^price = "([^"]+)"$', lambda match: f'price = "{match[1]} * 2"')


@kind("interests of a call in the workspace", "build", "evidence")
def _told(clean: Clean, made: str) -> Iterator[Plant]:
    yield from _setting(clean, r'^interests = \{ zh = "([^"]+)"', lambda match: 'interests = { zh = "持有该公司股份。"')


def _interests(line: Line) -> bool:
    return line.role == "paragraph" and any((piece.fact or "").endswith(".interests") for piece in line.pieces)


@kind("interests taken out of the disclosures", "xlsx", "interests")
def _gone(clean: Clean, made: str) -> Iterator[Plant]:
    for line, address in placed(clean, _interests):
        what = f"{line.text[:30]!r} taken out"
        yield cell_plant(clean, disclosures_sheet(clean), address, what, line.text, empty, gone=True)
