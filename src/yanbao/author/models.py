"""The models of a workspace, computed with its evidence and its store, whether or not its chapters can be made."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from yanbao.author.store_tables import store_tables
from yanbao.author.workspace import FILE, Workspace
from yanbao.errors import Mistake, WorkspaceError
from yanbao.evidence import key_lines, parse_toml, read_text
from yanbao.model import Computed, compute


def compute_models(folder: Path, language: Literal["zh", "en"] | None = None) -> Computed:
    """Return the evidence and the models of a workspace after computing, their mistakes noted in the evidence.

    Args:
        folder: the workspace, with yanbao.toml in it.
        language: of labels; by default that of the report.

    Raises:
        WorkspaceError: yanbao.toml cannot be read.
    """
    mistakes: list[Mistake] = []
    text = read_text(folder / FILE, FILE, mistakes)
    workspace = parse_toml(text, FILE, Workspace, mistakes) if text is not None else None
    if text is None or workspace is None:
        raise WorkspaceError(mistakes)
    asked = store_tables(folder, workspace, key_lines(text), workspace.report.as_of)
    try:
        return compute(folder, workspace.origins, language or workspace.report.language, asked)
    finally:
        asked.close()
