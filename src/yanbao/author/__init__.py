"""A workspace folder -> a document."""

from yanbao.author.compose import Composed, compose

__all__ = ["Composed", "compose"]
