"""A desk's own rules: a break is waived or lowered only with a reason, and the waiver is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from check.tell.reports import ticked, written
from yanbao.check.tell.rule_file import read_rules
from yanbao.check.tell.rules import NAME, apply, find_rules
from yanbao.errors import WorkspaceError


def rules(folder: Path, text: str) -> Path:
    path = folder / NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_a_waived_break_is_told_with_its_reason(tmp_path: Path) -> None:
    path = rules(tmp_path, '[[rule]]\nrelation = "growth"\noff = true\nreason = "基数经重述"\n')
    found = ticked(tmp_path)
    kept, waived = apply(read_rules(path), list(found.tested), found.document.file)
    assert [item.reason for item in waived] == ["基数经重述"]
    assert waived[0].test.claimed.text == "12.0%"
    assert len(kept) == len(found.tested) - 1
    assert {test.claimed.text for test in kept if test.verdict == "breaks"} == {"130.0"}


def test_a_severity_is_lowered_never_raised(tmp_path: Path) -> None:
    path = rules(tmp_path, '[[rule]]\nseverity = "typo"\nreason = "draft: looked at later"\n')
    found = ticked(tmp_path)
    kept, waived = apply(read_rules(path), list(found.tested), found.document.file)
    assert not waived
    assert {test.severity for test in kept if test.verdict == "breaks"} == {"typo"}


def test_a_rule_is_for_its_files_and_its_text(tmp_path: Path) -> None:
    path = rules(
        tmp_path,
        '[[rule]]\nfiles = "*.pdf"\noff = true\nreason = "other files"\n'
        '[[rule]]\ntext = "130.0"\noff = true\nreason = "known: see note 3"\n',
    )
    found = ticked(tmp_path)
    _, waived = apply(read_rules(path), list(found.tested), found.document.file)
    assert {item.test.claimed.text for item in waived} == {"130.0"}


def test_the_nearest_rule_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "drafts"
    inner.mkdir()
    report = written(inner)
    assert find_rules(report) != inner / NAME
    rules(tmp_path, "")
    assert find_rules(report) == tmp_path / NAME
    rules(inner, "")
    assert find_rules(report) == inner / NAME


def test_all_mistakes_of_a_rule_file_are_reported_at_their_lines(tmp_path: Path) -> None:
    path = rules(
        tmp_path,
        '[[rule]]\nrelation = "growth"\noff = true\n\n[[rule]]\nreason = "does nothing at all"\n\n'
        '[[rule]]\nofff = true\nreason = "misspelt"\n',
    )
    with pytest.raises(WorkspaceError) as caught:
        read_rules(path)
    lines = [(mistake.line, mistake.field) for mistake in caught.value.mistakes]
    assert (1, "rule.0.reason") in lines
    assert (9, "rule.2.offf") in lines
    assert any(line == 5 and "off" in mistake.cause for mistake in caught.value.mistakes for line in [mistake.line])
