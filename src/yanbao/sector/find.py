"""Which group of a classification a name or a code means."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import ibis

from yanbao.errors import ExhibitError
from yanbao.sector.exhibit import Row, fetch
from yanbao.sector.market import Market

_NEAR = 5  # names shown where none fits


@dataclass(frozen=True)
class Sector:
    """A group of a classification, over all editions of it.

    `leaves` are the groups at its own level and below, as (edition, code): what a membership may name.
    """

    classification: str
    code: str
    name: str
    level: int
    index_code: str | None
    leaves: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]  # (edition, name): a code keeps its companies where an edition renames it

    @property
    def key(self) -> str:
        """The code that exhibits print: that of the group's index, else its own."""
        return self.index_code or self.code


def editions(market: Market, classification: str) -> list[str]:
    """Return the editions of a classification that were in force up to `as_of`, newest first.

    Raises:
        ExhibitError: the store has no membership of that classification.
    """
    membership = market.table("membership")
    own = membership.filter(membership.classification == classification)
    found = market.kept(
        ("editions", classification), lambda: fetch(own.group_by("scheme").aggregate(last=own.entry.max()))
    )
    if not found:
        known = sorted(row["classification"] for row in fetch(membership.select("classification").distinct()))
        raise ExhibitError(
            f"the store has no classification or basket `{classification}` as of {market.as_of}"
            f" (known: {', '.join(known) or 'none'}){_near(classification, known)}"
        )
    return [row["scheme"] for row in sorted(found, key=lambda row: row["last"], reverse=True)]


def find_sector(market: Market, text: str, classification: str | None = None, level: int | None = None) -> Sector:
    """Return the group that `text` names: its name, its own code, or the code of its index.

    A name that stands at several levels means the widest; one that an older edition used means the group that kept
    its code. A classification without names (a theme basket) has one group for each code its members carry.

    Raises:
        ExhibitError: no such group, with the names near it.
    """
    classification = classification or market.home.classification
    order = editions(market, classification)
    rows = known_groups(market, classification)
    wanted = text.strip()
    fit = [row for row in rows if wanted in _names(row) and (level is None or row["level"] == level)]
    if not fit:
        raise ExhibitError(_unknown(market, wanted, classification, level, rows))
    chosen = min(fit, key=lambda row: (row["level"], order.index(row["scheme"]), row["industry"]))
    same = [row for row in rows if row["industry"] == chosen["industry"] and row["level"] == chosen["level"]]
    newest = min(same, key=lambda row: order.index(row["scheme"]))
    return Sector(
        classification,
        chosen["industry"],
        newest["name"],
        newest["level"],
        newest["index_code"],
        tuple(leaf for row in same for leaf in _below(row, rows)),
        tuple((row["scheme"], row["name"]) for row in sorted(same, key=lambda row: -order.index(row["scheme"]))),
    )


def _names(row: Row) -> set[str]:
    index = row["index_code"] or ""
    return {row["name"], row["industry"], row["name_en"] or "", index, index.partition(".")[0]} - {""}


def known_groups(market: Market, classification: str) -> list[Row]:
    """Return the groups of all editions of a classification; of one without names, what its members name.

    Raises:
        ExhibitError: the store has no membership of that classification.
    """
    order = editions(market, classification)
    industry = market.table("industry")
    return market.kept(
        ("groups", classification),
        lambda: list(fetch(industry.filter(industry.scheme.isin(order)))) or _basket(market, classification),
    )


def _basket(market: Market, classification: str) -> list[Row]:
    membership = market.table("membership")
    own = membership.filter(membership.classification == classification)
    found = fetch(own.select("scheme", "industry").distinct())
    return [
        {**row, "level": 1, "name": row["industry"], "name_en": None, "parent": None, "index_code": None}
        for row in found
    ]


def _below(row: Row, rows: list[Row]) -> list[tuple[str, str]]:
    """Return a group and all under it, of its edition."""
    found = [(row["scheme"], row["industry"])]
    for child in rows:
        if child["scheme"] == row["scheme"] and child["parent"] == row["industry"] and child["level"] > row["level"]:
            found += _below(child, rows)
    return found


def _unknown(market: Market, text: str, classification: str, level: int | None, rows: list[Row]) -> str:
    at = f" at level {level}" if level is not None else ""
    names = sorted({name for row in rows if level in (None, row["level"]) for name in _names(row)})
    return f"`{classification}` has no group {text!r}{at} as of {market.as_of}{_near(text, names)}"


def _near(text: str, names: list[str]) -> str:
    # names of two or three characters share at most one with a misspelling: a low cut-off, and what contains it first
    inside = sorted((name for name in names if text and (text in name or name in text)), key=len)
    close = difflib.get_close_matches(text, names, _NEAR, 0.3)
    near = list(dict.fromkeys([*inside, *close]))[:_NEAR]
    return f"\n    hint: did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""


def index_name(market: Market, code: str) -> str | None:
    """Return the name of an index where the store knows it."""
    security = market.table("security")
    found = fetch(security.filter(security.code == ibis.literal(code)).select("name").limit(1))
    return found[0]["name"] if found else None
