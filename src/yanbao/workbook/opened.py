"""The models of a workspace, computed, with what their workbooks need of yanbao.toml: publishers and theme."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from yanbao.author.store_tables import store_tables
from yanbao.author.theme_file import load_theme
from yanbao.author.workspace import FILE, Workspace
from yanbao.document.theme import Theme
from yanbao.errors import BuildError, Mistake, WorkspaceError
from yanbao.evidence import Origin, key_lines, parse_toml, read_text
from yanbao.model import Computed, compute
from yanbao.workbook.subject import Subject

Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Opened:
    """A workspace whose models are computed without a mistake."""

    computed: Computed
    origins: dict[str, Origin]
    theme: Theme
    language: Language

    def subject(self, name: str) -> Subject:
        """Return a model by its name.

        Raises:
            BuildError: there is none.
        """
        models = self.computed.models.models
        if name not in models:
            raise BuildError(f"no model `{name[:60]}`; there are: {', '.join(models) or 'none in models/'}")
        return Subject(models[name], models, self.computed.calculator.evidence, self.language)


def open_models(
    workspace: Path, language: Language | None = None, folder: Path | None = None, *, views_of: str | None = None
) -> Opened:
    """Return the models of a workspace after computing.

    Args:
        workspace: the folder with yanbao.toml in it.
        language: of labels; by default that of the report.
        folder: holds `evidence/` and `models/`, by default the workspace.
        views_of: the model whose views are computed too.

    Raises:
        WorkspaceError: the workspace has mistakes, all of them; a check that fails is one.
    """
    mistakes: list[Mistake] = []
    text = read_text(workspace / FILE, FILE, mistakes)
    found = parse_toml(text, FILE, Workspace, mistakes) if text is not None else None
    if text is None or found is None:
        raise WorkspaceError(mistakes)
    chosen = language or found.report.language
    theme = load_theme(workspace, mistakes, {}, chosen)
    asked = store_tables(workspace, found, key_lines(text), found.report.as_of)
    try:
        wanted = f"{views_of}_"
        computed = compute(folder or workspace, found.origins, chosen, asked, lambda table: table.startswith(wanted))
    finally:
        asked.close()
    mistakes += computed.calculator.evidence.mistakes
    if mistakes:
        raise WorkspaceError(mistakes)
    return Opened(computed, found.origins, theme, chosen)
