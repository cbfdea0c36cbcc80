"""Prose of real documents: labelled claims are found with the right verdict, and each break was read by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from shared_data import shared
from yanbao.check.tick.sentence import Sentence, sentences_of
from yanbao.check.tick.sentence_figures import read_sentences
from yanbao.check.tick.sentence_relations import relations_of_prose
from yanbao.read.foreign.reading import read_foreign

if TYPE_CHECKING:  # a name that begins with Test is collected as a class of tests
    from yanbao.check.tick.tested import Tested

# breaks of the broker texts, each read by hand: (relation, claim) and why it is one
READ_BY_HAND = {
    ("cagr", "1.79%"): "1090 to 1434 in nine years is 3.1%",
    ("cagr", "140%"): "0.6 to 3.6 in one year is sixfold",
    ("cagr", "18.7%"): "0.94 to 5.73 in eleven years is 17.9%",
    ("cagr", "12.3%"): "912 to 1,451 in five years is 9.7%; 12.3% would be four",
    ("cagr", "8.65%"): "9.24 to 15.37 in five years is 10.7%; the rate is that of another base year",
    ("cagr", "23.35%"): "870 to 1367 in two years is 25.35%",
    ("cagr", "13.84%"): "3.16 to 6.34 in five years is 14.9%",
    ("growth", "30%"): "2.3亿 to 1.7: the second amount lacks its 亿",
    ("share_total", "5%"): "the shares come to 106%",
    ("share", "10.0%"): "1808 of 17955 is 10.07%: cut, so that the shares come to 100%",
    ("pe", "89倍"): "152 × 1.16 / 1.94 is 90.9; 114 × 1.54 gives the same price",
}
LEAST_RECALL = 0.95  # of labelled compound rates and growth rates in prose


def judged_in(file: Path) -> Iterator[tuple[Sentence, Tested]]:
    for read in read_sentences(sentences_of(read_foreign(file))):
        for tested in relations_of_prose([read]):
            yield read.sentence, tested


def test_the_model_report_breaks_in_two_sentences() -> None:
    broken = [tested for _, tested in judged_in(shared("seed", "report.txt")) if tested.verdict == "breaks"]
    # a cube of 16 a side does 4096 at once, printed with a fourth side: 16 ** 4 is 65536
    # 2022: 1138.3, 2026: 3019.0 hundred million: 27.6% a year, printed as 26.7%
    assert [(each.relation, each.claimed.text, each.diagnosis) for each in broken] == [
        ("product", "4096个", "one factor too many: 16"),
        ("cagr", "26.7%", "two digits are transposed"),
    ]


@pytest.mark.slow
def test_breaks_of_the_broker_texts_are_those_read_by_hand() -> None:
    folder = shared("samples", "broker_text")
    broken = {
        (tested.relation, re.sub("^约为?", "", tested.claimed.text))
        for file in sorted(folder.glob("*.txt"))
        for _, tested in judged_in(file)
        if tested.verdict == "breaks"
    }
    assert broken == set(READ_BY_HAND)


@pytest.mark.slow
def test_recall_of_labels_in_prose() -> None:
    samples = shared("samples")
    labels = [json.loads(line) for line in (samples / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    wanted = [label for label in labels if label["kind"] in ("cagr_text", "growth_text") and label["sure"]]
    of_file: dict[str, list[dict[str, Any]]] = {}
    for label in wanted:
        of_file.setdefault(label["file"], []).append(label)
    found, wrong = 0, []
    for name, group in of_file.items():
        tested = [(re.sub(r"\s", "", sentence.text), each) for sentence, each in judged_in(samples / name)]
        for label in group:
            verdict = _verdict(label, tested)
            found += verdict is not None
            if verdict is not None and verdict != ("ties" if label["holds"] else "breaks"):
                wrong.append((label["quote"], verdict))
    print(f"{found} of {len(wanted)} labelled claims in prose are tested")
    assert not wrong
    assert found >= LEAST_RECALL * len(wanted)


def _verdict(label: dict[str, Any], tested: list[tuple[str, Tested]]) -> str | None:
    quote = re.sub(r"\s", "", label["quote"])
    for text, each in tested:
        same = abs(abs(float(each.claimed.quantity.value)) - abs(label["claimed"])) < 1e-9
        if same and quote[:14] in text and each.relation in ("cagr", "growth"):
            return each.verdict
    return None
