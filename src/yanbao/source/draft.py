"""A mapping as text that a person can read and edit, with what is asked as comments."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from glob import escape
from typing import TYPE_CHECKING, Final

from yanbao.store.tables import TABLES

if TYPE_CHECKING:
    from yanbao.source.terminal import Layout

ASK: Final = "# ASK: "


@dataclass(frozen=True)
class Draft:
    """A mapping's text; `questions` have to be answered in it before it can be trusted."""

    table: str
    text: str
    questions: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def certain(self) -> bool:
        """Whether nothing is asked."""
        return not self.questions


@dataclass
class Plan:
    """What a mapping is to say, while it is put together."""

    table: str
    layout: Layout
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)  # the file's column, its unit
    constants: dict[str, str] = field(default_factory=dict)
    melt: tuple[str, str] | None = None
    melt_unit: str = ""
    melted: dict[str, tuple[str, str]] = field(default_factory=dict)  # by the file's column: label, unit
    with_unit: dict[str, str] = field(default_factory=dict)
    drops: list[tuple[str, str, str]] = field(default_factory=list)
    published: str = ""
    grain: str = ""
    questions: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, question: str, line: str) -> None:
        """Note what is not certain, and the line that would answer it."""
        if (question, line) not in self.questions:
            self.questions.append((question, line))

    def draft(self, notes: tuple[str, ...]) -> Draft:
        """Return the plan as a mapping."""
        lines = [f"# {_comment(self.layout.title) or 'pasted from a terminal'}"]
        if self.table:
            lines.append(f"# -> {self.table}: {TABLES[self.table].meaning}")
        lines += [f"# {_comment(note)}" for note in notes]
        for question, line in self.questions:
            lines += [f"{ASK}{_comment(question)}", *([f"# {line}"] if line else [])]
        lines += [f"table = {_text(self.table)}", f"source = {_text(self.layout.vendor)}"]
        lines.append(f"files = {_text(escape(self.layout.path.name))}")
        lines += self._reading()
        lines.append('missing = ["", "--", "-", "—", "N/A", "#N/A"]')
        # dotted, so that an answer (`constants.day = …`) can stand beside them
        lines += [f"constants.{name} = {_text(value)}" for name, value in self.constants.items()]
        if self.published:
            lines.append(f"published = {self.published}")
        lines += self._columns()
        lines += self._melted()
        for column, test, reason in self.drops:
            lines += ["", "[[drop]]", f"column = {_text(column)}", test, f"reason = {_text(reason)}"]
        return Draft(self.table, "\n".join(lines) + "\n", tuple(question for question, _ in self.questions), notes)

    def _reading(self) -> list[str]:
        reading = self.layout.reading
        lines = [f"format = {_text(reading.format or '')}"]
        if reading.sheet is not None:
            lines.append(f"sheet = {_text(reading.sheet)}")
        if reading.delimiter not in (None, ","):
            lines.append(f"delimiter = {_text(reading.delimiter or '')}")
        lines.append(f"header = {list(reading.header)}")
        if reading.footer:
            lines.append(f"footer = [{', '.join(_text(mark) for mark in reading.footer)}]")
        return lines

    def _columns(self) -> list[str]:
        lines = ["", "[columns]"]
        for name, (column, unit) in self.columns.items():
            if name == "period" and self.grain:
                lines.append(f"{name} = {{ from = {_text(column)}, grain = {_text(self.grain)} }}")
            elif unit:
                lines.append(f"{name} = {{ from = {_text(column)}, unit = {_text(unit)} }}")
            else:
                lines.append(f"{name} = {_text(column)}")
        return lines

    def _melted(self) -> list[str]:
        if self.melt is None:
            return []
        into, value = self.melt
        lines = ["", "[melt]", f"into = {_text(into)}", f"value = {_text(value)}"]
        if self.melt_unit:
            lines.append(f"unit = {_text(self.melt_unit)}")
        lines += ["", "[melt.columns]"]
        for column, (label, unit) in self.melted.items():
            parts = [f"label = {_text(label)}"]
            parts += [f"unit = {_text(unit)}"] if unit else []
            if column in self.with_unit:
                parts.append(f"with = {{ unit = {_text(self.with_unit[column])} }}")
            whole = f"{{ {', '.join(parts)} }}" if len(parts) > 1 else _text(label)
            lines.append(f"{_text(column)} = {whole}")
        return lines


def _comment(text: str) -> str:
    """Return a text of the file on one line: what it holds must not become a line of the mapping."""
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()


def _text(text: str) -> str:
    """Return a TOML string; JSON's escapes are TOML's, but for the sign that JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
