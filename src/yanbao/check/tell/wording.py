"""The words of a check that is told: labels in Chinese and English, and the working of a tested relation."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from yanbao.check.tick.tested import Tested
from yanbao.read.foreign.tree import ForeignDocument

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "title": ("勾稽核对", "Tick and tie"),
    "breaks": ("不符", "breaks"),
    "ties": ("相符", "ties"),
    "open": ("未核对", "not checked"),
    "numbers": ("个数字", "numbers"),
    "cells": ("表格数字", "numbers in tables"),
    "coverage": ("覆盖率", "coverage"),
    "findings": ("问题", "Findings"),
    "none": ("没有发现不符之处。未核对的数字以灰色标出。", "Nothing breaks. Numbers that were not checked are grey."),
    "claimed": ("原文", "printed"),
    "recomputed": ("复算", "recomputed"),
    "working": ("算式", "working"),
    "diagnosis": ("可能原因", "what may have happened"),
    "from": ("取自", "from"),
    "page": ("第{}页", "page {}"),
    "line": ("第{}行", "line {}"),
    "unread": ("未能读取", "Could not be read"),
    "all": ("全部", "all"),
    "typo": ("笔误级", "typo"),
    "material": ("重要", "material"),
    "conclusion": ("影响结论", "changes a conclusion"),
    "chart": ("图表数据", "data of a chart"),
    "close": ("关闭", "close"),
    "why-open": ("未核对的原因", "why it was not checked"),
    "no-partner": ("没有可与之核对的数字", "no number was found to test it with"),
    "speaker-note": ("备注", "note"),
    "waived": ("按配置忽略", "waived by the configuration"),
}


def word(key: str, language: Language) -> str:
    """Return a label."""
    return WORDS[key][language == "en"]


def language_of(document: ForeignDocument) -> Language:
    """Return the language of a document: Chinese where a twentieth of its letters are Chinese."""
    texts = [prose.text for prose in document.prose()]
    texts += [cell.text for table in document.tables() for row in table.rows for cell in row if cell is not None]
    characters = Counter("".join(texts))
    chinese = sum(count for character, count in characters.items() if "\u4e00" <= character <= "\u9fff")
    letters = sum(count for character, count in characters.items() if character.isalpha())
    return "zh" if 20 * chinese > letters else "en"


def working(test: Tested) -> str:
    """Return one line for a tested relation: `✗ growth: 5.1% — 1,275 / 1,211 − 1 = 5.28% (two digits …)`."""
    mark = "✗" if test.verdict == "breaks" else "✓"
    tail = f" ({test.diagnosis})" if test.diagnosis else ""
    return f"{mark} {test.relation}: {test.claimed.text} — {test.working}{tail}"
