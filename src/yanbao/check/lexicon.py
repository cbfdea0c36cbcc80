"""Which way a word points: the prover's own lexicon, zh and en."""

from __future__ import annotations

from yanbao.check.tokens import numbers

_UP = """上涨 增长 上升 提升 扩大 加快 改善 增加 高于 跑赢 领先 多于 优于 超过 好于 强于 走高 走强 回升 反弹 净流入 盈利
提速 走阔 快于 大于 早于 提高 上行 扩张 超配 溢价 转正
rose grew up above widened accelerated improved outperformed more higher increased gained faster led exceeded
strengthened expanded beat ahead better inflow growth"""
_DOWN = """下跌 下降 下滑 回落 收窄 放缓 恶化 减少 低于 跑输 落后 少于 劣于 不及 弱于 差于 走低 走弱 回调 净流出 亏损
降速 慢于 小于 晚于 降低 下行 收缩 低配 折价 转负 缩小
fell declined down below narrowed slowed worsened underperformed less lower decreased lost slower lagged dropped
weakened contracted missed behind worse outflow decline"""
_LEVEL = "持平 不变 相当 打平 一致 flat unchanged level equal even"

_POLARITY: dict[str, int] = {
    **dict.fromkeys(_UP.split(), 1),
    **dict.fromkeys(_DOWN.split(), -1),
    **dict.fromkeys(_LEVEL.split(), 0),
}


def polarity(word: str) -> int | None:
    """Return 1, -1 or 0 for a word that says more, less or the same, `None` for a word that is not known."""
    return _POLARITY.get(word.strip().lower())


def rank_of(word: str) -> int | None:
    """Return the rank an ordinal word says (第二 is 2), `None` if it is none."""
    found = numbers(word)
    if len(found) != 1 or not word.strip().startswith("第") or found[0].value is None:
        return None
    return int(found[0].value) if found[0].value.denominator == 1 else None
