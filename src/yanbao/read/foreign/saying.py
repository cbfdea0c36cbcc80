"""Words in two languages: what readers and checks say of a document, known by a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

Language = Literal["zh", "en"]


class Saying(str):
    """A text in English that knows its code and its Chinese words. What it says stands in a table of its subclass.

    It is a text to whatever prints it; its Chinese words are asked for (`in_language`). What it quotes from the
    document stays as it is printed there.
    """

    __slots__ = ("code", "values")
    table: ClassVar[Mapping[str, tuple[str, str]]] = {}  # code: Chinese, English
    code: str
    values: tuple[object, ...]

    def __new__(cls, code: str, *values: object) -> Self:
        """Return the saying of a code; `values` fill its places."""
        made = super().__new__(cls, cls.table[code][1].format(*values))
        made.code, made.values = code, values
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return (type(self), (self.code, *self.values))

    def say(self, language: Language) -> str:
        """Return it in a language."""
        template = self.table[self.code][language == "en"]
        return template.format(*(in_language(value, language) for value in self.values))


def in_language(text: object, language: Language) -> str:
    """Return a text in a language, where it is a saying; what the document prints stays as it is."""
    return text.say(language) if isinstance(text, Saying) else str(text)
