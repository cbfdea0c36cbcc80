"""A memory holds what the last build used, finds it by identity, and knows nothing of a build that failed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from yanbao.memory import Memory, remembered, settled


@dataclass(frozen=True)
class Part:
    name: str


def made(calls: list[str], part: Part) -> str:
    def make() -> str:
        calls.append(part.name)
        return part.name.upper()

    return remembered("upper", (part, 1), make)


def test_without_a_memory_all_is_made_each_time() -> None:
    calls: list[str] = []
    part = Part("a")
    assert [made(calls, part), made(calls, part)] == ["A", "A"]
    assert calls == ["a", "a"]
    assert settled("part", Part("a")) is not settled("part", Part("a"))


def test_equal_parts_are_made_the_same_object_and_found() -> None:
    memory, calls = Memory(), list[str]()
    for _ in range(3):
        with memory.active():
            assert made(calls, settled("part", Part("a"))) == "A"
    with memory.active():
        assert made(calls, settled("part", Part("b"))) == "B"
    assert calls == ["a", "b"]


def test_a_number_is_not_taken_for_an_identity() -> None:
    memory, part = Memory(), Part("a")
    with memory.active():
        remembered("kind", (part,), lambda: "of the part")
        assert remembered("kind", (id(part),), lambda: "of the number") == "of the number"


def test_what_a_build_does_not_use_is_dropped() -> None:
    memory, calls, part = Memory(), list[str](), Part("a")
    for used in (True, False, True):
        with memory.active():
            if used:
                made(calls, part)
    assert calls == ["a", "a"]


def test_a_build_that_fails_changes_nothing() -> None:
    memory, calls, old, new = Memory(), list[str](), Part("old"), Part("new")
    with memory.active():
        made(calls, old)
    with pytest.raises(ZeroDivisionError), memory.active():
        1 / len([each for each in [made(calls, new)] if not each])
    with memory.active():
        made(calls, old)
        made(calls, new)
    assert calls == ["old", "new", "new"]
