"""Each kind of relation in prose, as plain text: what ties, what breaks, and what must not be flagged.

The recomputed values in `sentences.txt` were worked out by plain floating-point arithmetic, apart from the program.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tick_prose import document_of
from yanbao.check.tick.sentence import sentences_of
from yanbao.check.tick.sentence_figures import read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose

if TYPE_CHECKING:  # a name that begins with Test is collected as a class of tests
    from yanbao.check.tick.tested import Tested

FIXTURES = Path(__file__).with_name("sentences.txt")


def cases() -> list[tuple[str, str]]:
    lines = FIXTURES.read_text(encoding="utf-8").splitlines()
    pairs = [line.rsplit(" => ", 1) for line in lines if line and not line.startswith("#")]
    return [(text, wanted) for text, wanted in pairs]


def test_there_are_enough_cases() -> None:
    wanted = [expected for _, expected in cases()]
    assert len(wanted) >= 250
    assert sum("breaks" in each for each in wanted) >= 60
    assert sum(each in ("quiet", "nothing") for each in wanted) >= 50


@pytest.mark.parametrize(("text", "wanted"), cases(), ids=lambda value: value[:60])
def test_sentence(text: str, wanted: str) -> None:
    tested = relations_of_prose(read_sentences(sentences_of(document_of(text))))
    broken = [each for each in tested if each.verdict == "breaks"]
    if wanted == "nothing":
        assert not tested, [each.working for each in tested]
        return
    if wanted == "quiet":
        assert not broken, [each.working for each in broken]
        return
    expectations = [each.split() for each in wanted.split(" | ")]
    for expected in expectations:
        assert any(meets(each, expected) for each in tested), [
            (e.verdict, e.relation, e.claimed.text, e.working) for e in tested
        ]
    unexpected = [each for each in broken if not any(meets(each, expected) for expected in expectations)]
    assert not unexpected, [each.working for each in unexpected]


def meets(tested: Tested, expected: list[str]) -> bool:
    verdict, relation, claimed, *value = expected
    if (tested.verdict, tested.relation) != (verdict, relation) or bare(tested.claimed.text) != bare(claimed):
        return False
    if not value:
        return True
    assert tested.recomputed is not None
    return abs(float(tested.recomputed.value) - float(value[0])) < 0.006 * max(1.0, abs(float(value[0])) / 100)


def bare(text: str) -> str:
    return text.replace("~", " ").lstrip("约近为")
