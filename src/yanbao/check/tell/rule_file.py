"""The file of a desk's own rules, read with every mistake at its line. Loaded only where there is one."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yanbao.errors import Mistake, WorkspaceError
from yanbao.source.toml_file import parse_toml, read_text


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
