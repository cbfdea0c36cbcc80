"""Growth beside an increment: 10.25亿人次，较2016年增加0.6亿人次（增长率为5.9%）."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from yanbao.check.tick.sentence_figures import Read
from yanbao.check.tick.sentence_judging import judge
from yanbao.check.tick.sentence_shape import pattern
from yanbao.check.tick.sentence_words import DOWN, EACH_YEAR, UP
from yanbao.check.tick.tested import Tested

_INCREMENT: Final = pattern(
    rf"<end:A>[，,]?(?:较|比)(?P<base>[^，。；\ue001-\ue009]{{1,12}}?)(?:(?P<up>{UP})|(?P<down>{DOWN}))了?<~4><by:A><~3,>"
    rf"(?:增长率|增幅|增速|降幅|同比|{UP}|{DOWN})<~6><rate:%>"
)


def increment_relations(read: Read) -> list[Tested]:
    """Return the growth rates that stand beside a level and its increment, judged."""
    return [tested for tested in _increments(read) if tested is not None]


def _increments(read: Read) -> Iterator[Tested | None]:
    """Yield 10.25亿人次，较2016年增加0.6亿人次（增长率为5.9%）: the base is the level less the increment."""
    shape = read.sentence.shape
    if "较" not in shape.text and "比" not in shape.text:
        return
    for found in _INCREMENT.finditer(shape.text):
        numbers = [shape.number(found, name) for name in ("end", "by", "rate")]
        end, by, rate = (read.figures[number] for number in numbers)
        if end is None or by is None or rate is None or EACH_YEAR.search(shape.between(numbers[1], numbers[2])):
            continue
        if not end.quantity.unit.same_dimension(by.quantity.unit):
            continue
        change = abs(by.quantity)
        base = end.quantity - change if found["up"] else end.quantity + change
        implied = replace(end, quantity=base, text=f"({end.text} {'−' if found['up'] else '+'} {by.text})")
        tested = judge("yoy", rate, {"now": end, "base": implied})
        yield None if tested is None else replace(tested, operands=(end, by))
