"""A desk's own rules for checks: what is not to be reported, or less loudly, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yanbao.check.tell.wording import title
from yanbao.check.tick.tested import WORST_FIRST, Tested
from yanbao.errors import Mistake, WorkspaceError
from yanbao.source.toml_file import parse_toml, read_text

NAME = "yanbao-check.toml"


class Rule(BaseModel):
    """One rule: which findings, of which files, and what becomes of them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    relation: str = Field("*", description="Name of the relation (growth, 增速), with * and ? as wildcards.")
    files: str = Field("*", description="Which files, by name, with * and ? as wildcards.")
    text: str | None = Field(None, description="Only where the printed number is this text: waives one known break.")
    off: bool = Field(False, description="true: breaks are counted as waived and not reported.")
    severity: Literal["typo", "material"] | None = Field(None, description="Report at most at this severity.")
    reason: str = Field(min_length=4, description="Why; it stands in the output.")

    @model_validator(mode="after")
    def _does_something(self) -> Rule:
        if self.off == (self.severity is not None):
            raise ValueError("needs one of `off = true` and `severity`")
        return self


class RuleFile(BaseModel):
    """The file `yanbao-check.toml` in the folder of a document, or in one above it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rule: list[Rule] = []


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


def read_rules(path: Path) -> list[Rule]:
    """Return the rules of a file.

    Raises:
        WorkspaceError: the file cannot be read or has mistakes: all of them, each at its line.
    """
    mistakes: list[Mistake] = []
    text = read_text(path, str(path), mistakes)
    parsed = None if text is None else parse_toml(text, str(path), RuleFile, mistakes)
    if mistakes or parsed is None:
        raise WorkspaceError(mistakes)
    return parsed.rule


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
