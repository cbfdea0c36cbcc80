"""Which of a sector's companies stand in a row of periods: those of each period, or the same ones in all of them.

What is reported differs by quarter: a company that is known by its full years alone is in every fourth number. A level
of such a row is not compared with the one before it; the counts say so, and a matched sample mends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Text, fetch

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

Sample = Literal["each", "matched"]

SAMPLES: dict[Sample, Text] = {
    "each": Text("各期样本为该期已披露的公司", "in each period the companies that reported it"),
    "matched": Text(
        "各期样本相同：所有期均已披露的公司", "the same companies in all periods: those that reported each"
    ),
}


def matched(rows: Table, counted: BooleanValue, ends: Table, what: str) -> Table:
    """Return the rows (`code, period, …`) of the companies that are counted in all of the periods `ends`.

    Raises:
        ExhibitError: there is none; `what` says what of.
    """
    (asked,) = fetch(ends.aggregate(n=ends.period.nunique()))
    per_code = rows.filter(counted).group_by("code").aggregate(periods=rows.period.nunique())
    whole = per_code.filter(per_code.periods == asked["n"])
    if not fetch(whole.limit(1)):
        raise ExhibitError(
            f"no member reports {what} in all of the {asked['n']} periods\n"
            "    hint: fewer periods, sample = each, or drawn = fixed, which keeps the members of one day"
        )
    return rows.semi_join(whole, "code")


def spread(counts: Sequence[int]) -> Text:
    """Say how many companies the periods rest on, where they are not the same number."""
    least, most = min(counts), max(counts)
    if least == most:
        return Text("", "")
    return Text(
        f"；各期计入{least}至{most}家，样本随期变化，各期水平不可直接相比",
        f"; {least} to {most} companies by period: the sample changes, levels of two periods are not compared",
    )
