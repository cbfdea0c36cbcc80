"""What one change makes is one difference: a block that is gone whole, a text that stands elsewhere, a unit's tail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from yanbao.check.atoms import Expected, Group, flat, squeeze
from yanbao.check.differ import Difference
from yanbao.check.tokens import numbers

_AROUND = ("section", "title", "footer", "page-number")  # of the page: their block is its id


def merged(expected: Sequence[Expected], differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield the differences, those that one change makes as one: what is gone whole, what stands elsewhere."""
    required = [group for group in flat(list(expected)) if not group.optional]
    yield from without_tails(_gone_whole(required, _moved(required, differences)))


def _gone_whole(required: Sequence[Group], differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield one difference for a block, or a row of a table, of which nothing is left."""
    gone = {difference.group for difference in differences if _is_gone(difference)}
    blocks = _all_gone(required, gone, _block_of)
    rows = _all_gone(required, gone, lambda group: (group.block, row_of(group)) if row_of(group) else None)
    said: set[object] = set()
    for difference in differences:
        group = difference.group
        if group is None or not _is_gone(difference):
            yield difference
            continue
        block, row = _block_of(group), (group.block, row_of(group))
        whole = block if block in blocks else row if row in rows else None
        if whole is None:
            yield difference
        elif whole not in said:
            said.add(whole)
            members = [
                each
                for each in required
                if _block_of(each) == block and (whole == block or row_of(each) == row_of(group))
            ]
            text = "　".join(each.text for each in _heads(members))
            at = "whole" if whole == block else f"whole {row_of(group)}"
            yield replace(difference, group=replace(group, role="paragraph", at=at), expected=text)


def gone_blocks(expected: Sequence[Expected], differences: Sequence[Difference]) -> set[str]:
    """Return the ids of the blocks of which nothing stands on the page."""
    required = [group for group in flat(list(expected)) if not group.optional]
    gone = {difference.group for difference in differences if _is_gone(difference)}
    inside = [group for group in required if group.role not in _AROUND]
    return {str(block) for block in _all_gone(inside, gone, lambda group: group.block)}


def _block_of(group: Group) -> tuple[str, bool]:
    """Return the block a group is a part of; an exhibit may be called as its page is, which is no part of it."""
    return group.block, group.role in _AROUND


def _is_gone(difference: Difference) -> bool:
    return difference.kind == "missing" and difference.atom is None and difference.group is not None


def _all_gone(
    required: Sequence[Group], gone: Collection[Group | None], name: Callable[[Group], object]
) -> set[object]:
    """Return the names under which there are several groups, all of them gone."""
    every = Counter(name(group) for group in required)
    lost = Counter(name(group) for group in required if group in gone)
    return {key for key, count in every.items() if key is not None and count > 1 and lost[key] == count}


def unit_of(group: Group) -> tuple[tuple[str, bool], str]:
    """Return what a group is a part of: its block, and its row where it stands in a table."""
    return _block_of(group), row_of(group)


def row_of(group: Group) -> str:
    """Return the row of a table that a group stands in ("row 3"), "" for all others."""
    return group.at.partition(",")[0] if group.role == "cell" and group.at.startswith("row ") else ""


def _heads(members: Sequence[Group]) -> Sequence[Group]:
    """Return what names some groups: an exhibit's label and title, else all of them."""
    return [each for each in members if each.role in ("exhibit-label", "exhibit-title")] or members


def _moved(required: Sequence[Group], differences: Sequence[Difference]) -> list[Difference]:
    """Return the differences, a text that is missing in one place and added in another as one that stands elsewhere."""
    order = {id(group): at for at, group in enumerate(required)}
    missing = [each for each in differences if _is_gone(each) and id(each.group) in order]
    missing.sort(key=lambda each: order[id(each.group)])
    used: set[int] = set()
    moved: dict[int, Difference] = {}
    for added in differences:
        if added.kind != "added":
            continue
        run = _run_of(squeeze(added.found), [each for each in missing if id(each) not in used], order)
        if run:
            used.update(map(id, run))
            first = run[0].group
            assert first is not None
            whole = {row_of(each.group) for each in run if each.group is not None}
            at = (
                first.at
                if len(run) == 1
                else f"whole {whole.pop()}"
                if len(whole) == 1 and "" not in whole
                else "whole"
            )
            group = replace(first, at=at, role=first.role if len(run) == 1 else "paragraph")
            moved[id(added)] = replace(added, kind="moved", group=group, expected=added.found)
    return [moved.get(id(each), each) for each in differences if id(each) not in used]


def _run_of(text: str, missing: Sequence[Difference], order: dict[int, int]) -> list[Difference]:
    """Return neighbouring missing groups that make up a text, none if there are none."""
    for start in range(len(missing)):
        run: list[Difference] = []
        rest = text
        for each in missing[start:]:
            assert each.group is not None
            after = not run or order[id(each.group)] == order[id(run[-1].group)] + 1
            if not after or not rest.startswith(each.group.bare):
                break
            run.append(each)
            rest = rest[len(each.group.bare) :]
            if not rest:
                return run
    return []


def without_tails(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Yield the differences without the words behind a number that lost nothing but the number's unit.

    152个百分点 -> 152% changes the number's text and shortens the words behind it: one change.
    """
    before: Difference | None = None
    for difference in differences:
        if before is not None and _is_tail(before, difference):
            continue
        before = difference
        yield difference


def _is_tail(before: Difference, difference: Difference) -> bool:
    if before.group is not difference.group or before.atom is None or difference.atom is None:
        return False
    atoms = [id(atom) for atom in before.group.atoms] if before.group is not None else []
    return (
        atoms.index(id(difference.atom)) == atoms.index(id(before.atom)) + 1
        and before.atom.kind == "number"
        and unit_only(before)
        and difference.atom.kind == "run"
        and not numbers(difference.expected)
        and squeeze(difference.expected).endswith(squeeze(difference.found))
    )


def unit_only(difference: Difference) -> bool:
    """Whether a number's digits are right and only its unit is not."""
    mine, other = numbers(difference.expected), numbers(difference.found)
    return (
        len(mine) == len(other) == 1
        and mine[0].value == other[0].value
        and mine[0].text.rstrip("%％‰ ") == other[0].text.rstrip("%％‰ ")
    )
