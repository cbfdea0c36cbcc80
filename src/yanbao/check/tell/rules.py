"""A desk's own rules for checks: what is not to be reported, or less loudly, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.check.tell.wording import title
from yanbao.check.tick.tested import WORST_FIRST, Tested

if TYPE_CHECKING:
    from yanbao.check.tell.rule_file import Rule

NAME = "yanbao-check.toml"


@dataclass(frozen=True)
class Waived:
    """A break that a rule switched off, with the rule's reason: told, not lost."""

    test: Tested
    reason: str


def find_rules(document: Path) -> Path | None:
    """Return the rule file of a document: the nearest one in its folder or a folder above."""
    for folder in document.resolve().parents:
        if (folder / NAME).is_file():
            return folder / NAME
    return None


def apply(rules: list[Rule], tested: list[Tested], file: Path) -> tuple[list[Tested], list[Waived]]:
    """Return what is left of the tested relations and what was waived. The first rule that fits decides."""
    kept: list[Tested] = []
    waived: list[Waived] = []
    for test in tested:
        rule = next((rule for rule in rules if _fits(rule, test, file)), None) if test.verdict == "breaks" else None
        if rule is None:
            kept.append(test)
        elif rule.off:
            waived.append(Waived(test, rule.reason))
        else:
            assert rule.severity is not None
            lower = max(rule.severity, test.severity, key=WORST_FIRST.index)
            kept.append(replace(test, severity=lower))
    return kept, waived


def _fits(rule: Rule, test: Tested, file: Path) -> bool:
    names = (test.relation, title(test.relation, "zh"), title(test.relation, "en"))
    return (
        any(fnmatch(name, rule.relation) for name in names)
        and fnmatch(file.name, rule.files)
        and (rule.text is None or rule.text == test.claimed.text)
    )
