"""The rating policy of a ledger's newest call as yanbao.toml writes it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from yanbao.rating import Grade, Ledger

ENGLISH: Final = {
    "买入": "Buy", "强烈推荐": "Strong buy", "推荐": "Recommend", "谨慎推荐": "Cautious buy", "增持": "Add",
    "优于大市": "Outperform", "持有": "Hold", "中性": "Neutral", "减持": "Reduce", "弱于大市": "Underperform",
    "回避": "Avoid", "卖出": "Sell",
}  # fmt: skip
_COMPANY = re.compile(r"\[\[rating\.company\]\].*?(?=\[\[rating\.sector\]\])", re.DOTALL)
_HORIZON = re.compile(r"(?m)^horizon_months = \d+$")


def with_policy(text: str, ledger: Ledger) -> str:
    """Return the text of a workspace with the company ratings and the horizon of the ledger's newest rating.

    The text stays as it is where no call states a policy, or one whose bounds are no whole per cent.
    """
    rated = [entry for entry in ledger.entries if entry.policy and entry.scope == "company"]
    newest = max(rated, key=lambda entry: (entry.published, entry.entry), default=None)
    if newest is None or not all(_whole(grade) for grade in newest.scale.grades):
        return text
    bands = "\n".join(line for grade in newest.scale.grades for line in _band(grade)) + "\n"
    text = _COMPANY.sub(lambda found: bands, text, count=1)
    return text if newest.horizon is None else _HORIZON.sub(f"horizon_months = {newest.horizon}", text, count=1)


def _whole(grade: Grade) -> bool:
    return all(bound is None or bound == bound.to_integral_value() for bound in (grade.low, grade.high))


def _band(grade: Grade) -> Iterator[str]:
    name = json.dumps(grade.name, ensure_ascii=False)
    english = ENGLISH.get(grade.name)
    both = f", en = {json.dumps(english)}" if english else ""
    yield "[[rating.company]]"
    yield f"name = {{ zh = {name}{both} }}"
    for bound, key in (
        (grade.low, "at_least" if grade.low_in else "above"),
        (grade.high, "up_to" if grade.high_in else "below"),
    ):
        if bound is not None:
            yield f"{key} = {int(bound)}"
    yield ""
