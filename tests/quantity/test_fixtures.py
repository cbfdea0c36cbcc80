"""Every case of fixtures/numbers.txt: what a reader must find in a text, and nothing else."""

from __future__ import annotations

import pytest
from tests.quantity.fixture_file import Case, cases, problem

from shared_data import shared
from yanbao.quantity import scan

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.place}-{case.text[:24]}")
def test_scan_finds_what_a_reader_finds(case: Case) -> None:
    found = scan(case.text, **case.options)
    assert len(found) == len(case.expected), [(mention.text, mention.kind) for mention in found]
    problems = [problem(mention, expected) for mention, expected in zip(found, case.expected, strict=True)]
    assert problems == [None] * len(found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.place}")
def test_mentions_stand_where_they_say(case: Case) -> None:
    end = 0
    for mention in scan(case.text, **case.options):
        assert case.text[mention.start : mention.end] == mention.text != ""
        assert mention.start >= end, "two mentions share characters"
        end = mention.end


def test_fragments_stand_in_the_model_report() -> None:
    report = shared("seed", "report.txt").read_text("utf-8").split("\n")
    wrong = [
        f"{case.place}: {case.text!r} is not in line {case.report_line}"
        for case in CASES
        if case.report_line is not None and case.text not in report[case.report_line - 1]
    ]
    assert not wrong, "\n".join(wrong)


def test_fixture_is_as_large_as_it_claims() -> None:
    assert len(CASES) >= 400
    assert sum(case.report_line is not None for case in CASES) * 2 >= len(CASES)
    assert sum(not case.expected for case in CASES) >= 20
