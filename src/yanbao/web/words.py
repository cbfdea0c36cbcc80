"""The words of the workbench, Chinese and English: one file of words a page, `words/PAGE.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def every_word() -> Mapping[str, Mapping[str, str]]:
    """Return all words by `page.key`, each in both languages.

    Raises:
        ValueError: a word lacks a language: a mistake of the package.
    """
    found: dict[str, Mapping[str, str]] = {}
    for path in sorted(files("yanbao.web").joinpath("words").iterdir(), key=lambda path: path.name):
        for key, texts in tomllib.loads(path.read_text("utf-8")).items():
            name = f"{path.name.removesuffix('.toml')}.{key}"
            if set(texts) != set(LANGUAGES):
                raise ValueError(f"{path.name}: {key} is not in both languages")
            found[name] = texts
    return found


def word(key: str, language: Language, **given: object) -> str:
    """Return a word in a language; `{name}` in it is what is given for `name`.

    Raises:
        KeyError: no such word: a mistake of the package.
    """
    return every_word()[key][language].format(**given)
