"""What tables of the record call things, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from yanbao.author.workspace import Workspace
from yanbao.rating.policy import SCOPES

Pair = tuple[str, str]  # zh, en

STATUSES: dict[str, Pair] = {
    "closed": ("到期", "closed"),
    "open": ("期内", "open"),
    "superseded": ("已被新评级取代", "superseded"),
    "suspended": ("停牌", "suspended"),
    "delisted": ("退市", "delisted"),
    "late start": ("建仓过晚", "late start"),
    "no price": ("无价格", "no price"),
}
FATES: dict[str, Pair] = {
    "": ("有效", "standing"),
    "maintain": ("维持", "maintained"),
    "raise": ("上调", "raised"),
    "cut": ("下调", "cut"),
    "initiate": ("重新覆盖", "initiated anew"),
    "suspend": ("暂停", "suspended"),
    "withdraw": ("撤回", "withdrawn"),
    "drop": ("终止覆盖", "dropped"),
}
OUTCOMES: dict[bool, Pair] = {True: ("命中", "hit"), False: ("未命中", "miss")}
MEASURES: dict[str, Pair] = {
    "eps": ("每股收益", "EPS"),
    "net_profit": ("归母净利润", "Net profit"),
    "revenue": ("营业收入", "Revenue"),
}
ENTRIES: dict[str, Pair] = {
    "next": ("以发布后首个交易日收盘建仓", "entered at the close of the first trading day after publication"),
    "same": ("以发布当日收盘建仓", "entered at the close of the day of publication"),
}
GROUPS: dict[str, Pair] = {"all": ("全部", "All"), "(not stated)": ("未说明", "Not stated")}


@dataclass(frozen=True)
class Words:
    """The language of an edition, and the names that the workspace gives in both."""

    language: str
    names: Mapping[str, Pair]
    ratings: tuple[str, ...]  # as the policy orders them, the best first

    @staticmethod
    def of(workspace: Workspace, language: str) -> Words:
        """Return the names of ratings, companies, and of what the store names in Chinese."""
        both: dict[str, Pair] = {
            zh: (zh, en) for zh, en in (workspace.market.names if workspace.market else {}).items()
        }
        texts = [call.name for call in workspace.calls]
        texts += [band.name for scope in SCOPES for band in workspace.rating.bands(scope)]
        for text in texts:
            if text.zh and text.en:
                both |= {text.zh: (text.zh, text.en), text.en: (text.zh, text.en)}
        ratings = [
            name for scope in SCOPES for band in workspace.rating.bands(scope) for name in (band.name.zh, band.name.en)
        ]
        return Words(language, dict(sorted((GROUPS | both).items())), tuple(name for name in ratings if name))

    def pair(self, text: str) -> Pair:
        """Return a name in both languages; one that is known in one only stands in both."""
        return self.names.get(text, (text, text))

    def say(self, pair: Pair) -> str:
        """Return a text in the language of the edition."""
        return pair[0 if self.language == "zh" else 1]

    def name(self, text: str) -> str:
        """Return a name in the language of the edition."""
        return self.say(self.pair(text))
