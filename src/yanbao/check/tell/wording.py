"""The words of a check that is told: labels in Chinese and English, and the working of a tested relation."""

from __future__ import annotations

from collections import Counter
from typing import Final

from yanbao.check.findings import Where
from yanbao.check.tick.said import Language, in_language
from yanbao.check.tick.tested import Tested
from yanbao.read.contents import Place
from yanbao.read.foreign.tree import ForeignDocument
from yanbao.relation.registry import RELATIONS

WORDS: Final[dict[str, tuple[str, str]]] = {  # Chinese, English
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
    # the text form
    "but": ("{0}：{1}，但{2}", "{0}: {1}, but {2}"),
    "more": ("另有{0}个关系因它不符", "and {0} more relations that it breaks"),
    "from-list": ("取自{0}", "from {0}"),
    "tied": ("{0}：{1} — {2}", "{0}: {1} — {2}"),
    "waived-line": ("忽略", "waived"),
    "unread-line": ("未读", "unread"),
    "unread-page": ("{0}第{1}页：{2}", "{0}, page {1}: {2}"),
    "unread-file": ("{0}：{1}", "{0}: {1}"),
    "no-numbers": ("{0}：没有找到数字", "{0}: no numbers found"),
    "no-breaks": ("没有不符之处", "nothing breaks"),
    "one-break": ("1个关系不符", "1 relation breaks"),
    "breaks-count": ("{0}个关系不符", "{0} relations break"),
    "summary": (
        "{0}：{1}；核对了{3:,}个数字中的{2:,}个（{4:.0%}）",
        "{0}: {1}; {2:,} of {3:,} numbers checked ({4:.0%})",
    ),
    "summary-cells": ("；其中表格{1:,}个中的{0:,}个", "; in tables {0:,} of {1:,}"),
    "not-checked": ("  未核对：{0:,} × {1}", "  not checked: {0:,} × {1}"),
}

# relations that the catalog of relations does not name, or by another name
TITLES: Final[dict[str, tuple[str, str]]] = {
    "growth": ("增速", "growth"),
    "index": ("指数", "index"),
    "difference": ("差额", "difference"),
    "upside": ("上涨空间", "upside"),
    "average": ("平均", "average"),
    "median": ("中位数", "median"),
    "share_total": ("占比合计", "total of shares"),
    "direction": ("方向", "direction"),
    "order": ("高低", "order"),
    "rank": ("排名", "rank"),
    "same": ("同一事实", "same fact"),
    "row": ("错行", "slipped row"),
    "workspace_fact": ("工作区事实", "fact of the workspace"),
    "pb": ("市净率", "P/B"),
    "ps": ("市销率", "P/S"),
    "book_value_per_share": ("每股净资产", "book value per share"),
    "cash_flow_per_share": ("每股经营现金流", "cash flow per share"),
    "gross_profit": ("毛利", "gross profit"),
    "gross_margin": ("毛利率", "gross margin"),
    "operating_margin": ("营业利润率", "operating margin"),
    "net_margin": ("净利率", "net margin"),
    "net_profit": ("净利润", "net profit"),
    "net_profit_parent": ("归母净利润", "net profit of the parent"),
    "tax_rate": ("所得税率", "tax rate"),
    "debt_ratio": ("资产负债率", "debt ratio"),
    "current_ratio": ("流动比率", "current ratio"),
    "quick_ratio": ("速动比率", "quick ratio"),
    "roe": ("净资产收益率", "ROE"),
    "roa": ("总资产收益率", "ROA"),
    "asset_turnover": ("总资产周转率", "asset turnover"),
    "dividend_yield": ("股息率", "dividend yield"),
    "return_drawdown": ("收益回撤比", "return over drawdown"),
    "ebitda": ("EBITDA", "EBITDA"),
    "balance": ("资产负债表平衡", "balance sheet"),
    "cash_flow": ("现金流勾稽", "cash flow"),
    "carried": ("结转", "carried forward"),
}


def title(relation: str, language: Language) -> str:
    """Return the name of a relation: that of the catalog, or the check's own.

    >>> title("share", "zh"), title("share", "en"), title("pe", "en"), title("growth", "zh")
    ('占比', 'share', 'P/E', '增速')
    """
    if relation in TITLES:
        return TITLES[relation][language == "en"]
    name = RELATIONS[relation].wording[language].title
    return name[0].lower() + name[1:] if name[1:2].islower() else name


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


def place(where: Where | Place, language: Language) -> str:
    """Return a place by page and line: `第3页 第7行`, `page 3 line 7`."""
    parts = [] if where.page is None else [word("page", language).format(where.page)]
    if where.line is not None:
        parts.append(word("line", language).format(where.line))
    return " ".join(parts)


def working(test: Tested, language: Language) -> str:
    """Return one line for a tested relation: `✗ growth: 5.1% — 1,275 / 1,211 − 1 = 5.28% (two digits …)`."""
    mark = "✗" if test.verdict == "breaks" else "✓"
    tail = f" ({in_language(test.diagnosis, language)})" if test.diagnosis else ""
    told = in_language(test.working, language)
    return f"{mark} {title(test.relation, language)}: {test.claimed.text} — {told}{tail}"
