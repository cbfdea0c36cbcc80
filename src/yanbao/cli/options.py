"""Options that several commands have."""

from __future__ import annotations

from datetime import date
from enum import Enum

import typer


class Language(str, Enum):
    """A language that texts are told in."""

    zh = "zh"
    en = "en"


def day_of(text: str | None) -> date | None:
    """Return the day that an option says, `None` where it is not given."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write 2024-06-30") from None
