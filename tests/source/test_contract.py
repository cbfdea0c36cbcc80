"""Sources by name: shipped ones, those of other packages, and every way in which a name can be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from yanbao.errors import SourceError
from yanbao.source import contract
from yanbao.source.contract import open_source, source_names
from yanbao.store.batch import Batch


class Desk:
    name = "desk"
    most_refused = 0.0

    def batches(self) -> Iterator[Batch]:
        yield from ()


def desk(data: Path | None = None) -> Desk:
    return Desk()


def no_source(data: Path | None = None) -> str:
    return "desk"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    entries: list[EntryPoint] = []

    def entry_points(*, group: str, name: str | None = None) -> list[EntryPoint]:
        assert group == "yanbao.sources"
        return [entry for entry in entries if name in (None, entry.name)]

    monkeypatch.setattr(contract, "entry_points", entry_points)
    return entries


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, contract.GROUP)


def test_a_source_of_another_package_is_found(installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EntryPoint, "load", lambda self: desk)
    installed.append(entry("desk", "desk_package:source"))
    assert "desk" in source_names()
    assert open_source("desk").name == "desk"


def test_what_is_no_source_is_an_error(installed: list[EntryPoint], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EntryPoint, "load", lambda self: no_source)
    installed.append(entry("desk", "desk_package:source"))
    with pytest.raises(SourceError, match="gives str, which is no source"):
        open_source("desk")


def test_names_that_clash_are_errors(installed: list[EntryPoint]) -> None:
    installed += [entry("desk", "a:source"), entry("desk", "b:source"), entry("shenwan", "c:source")]
    with pytest.raises(SourceError, match="given twice, by a:source and b:source"):
        open_source("desk")
    with pytest.raises(SourceError, match="takes the name of a shipped source"):
        open_source("shenwan")


def test_an_unknown_name_gets_the_nearest_one(installed: list[EntryPoint]) -> None:
    with pytest.raises(SourceError, match="did you mean `shenwan`"):
        open_source("shenwam")


def test_a_package_that_is_not_whole_is_an_error(installed: list[EntryPoint]) -> None:
    installed.append(entry("desk", "no_such_package_at_all:source"))
    with pytest.raises(SourceError, match="can't be imported"):
        open_source("desk")


def test_a_source_that_needs_a_folder_says_so() -> None:
    with pytest.raises(SourceError, match="--data FOLDER"):
        open_source("shenwan")
