"""Each character read from a page belongs to an atom of the tree, or to nothing; each atom stands there, or does not.

White space is removed on both sides. What is equal from the front and from the back is matched first; then groups whose
text occurs once on both sides are anchors (patience diff), and what lies between anchors is matched the same way; what
is left is compared token by token. A page that is as it should be costs one pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yanbao.check.atoms import Bag, Expected, Group, squeeze
from yanbao.check.bag import bag_differences, match_bag
from yanbao.check.differ import Difference, difference_of_groups
from yanbao.check.reading import NOWHERE, Reading
from yanbao.check.sliding import slid
from yanbao.read.contents import Place, Segment


@dataclass(frozen=True)
class Alignment:
    """A page as read beside the page as it should be."""

    groups: tuple[Group, ...]
    reading: Reading
    differences: tuple[Difference, ...]


def align(
    expected: Sequence[Expected], segments: Sequence[Segment], fillers: Iterable[str] = (), place: Place = NOWHERE
) -> Alignment:
    """Align what a page should show with what was read from it.

    Args:
        expected: the page's groups and bags in the tree's order.
        segments: the page's segments in the file's order.
        fillers: words an output may add by itself as a segment of their own ("Contents"); none holds a digit.
        place: where all of it should stand: the place of what is missing where there is nothing at all.
    """
    words = {squeeze(filler) for filler in fillers} - {""}
    first = _align(expected, _without_fillers(expected, segments, words), place)
    if not first.differences or len(first.reading.segments) == len(segments):
        return first
    # a filler may be part of a text that the file keeps in several segments: then it must stay
    second = _align(expected, segments, place)
    kept = tuple(each for each in second.differences if each.kind != "added" or not _made_of(each.found, words))
    return first if len(first.differences) <= len(kept) else Alignment(second.groups, second.reading, kept)


def _align(expected: Sequence[Expected], segments: Sequence[Segment], place: Place) -> Alignment:
    aligner = _Aligner(expected, Reading(segments, place))
    differences = list(aligner.run())
    groups = tuple(aligner.groups)
    return Alignment(groups, aligner.reading, slid(groups, aligner.reading, differences))


def _without_fillers(expected: Sequence[Expected], segments: Sequence[Segment], words: set[str]) -> list[Segment]:
    needed = Counter(group.bare for item in expected for group in (item.groups if isinstance(item, Bag) else (item,)))
    kept: list[Segment] = []
    spare = Counter(squeeze(segment.text) for segment in segments) - needed
    for segment in segments:
        bare = squeeze(segment.text)
        if bare in words and spare[bare] > 0:
            spare[bare] -= 1
        else:
            kept.append(segment)
    return kept


def _made_of(text: str, words: set[str]) -> bool:
    """Whether a text is a row of these words."""
    reached = {0}
    for at in range(len(text)):
        if at in reached:
            reached |= {at + len(word) for word in words if text.startswith(word, at)}
    return len(text) in reached


class _Aligner:
    def __init__(self, expected: Sequence[Expected], reading: Reading) -> None:
        self.expected = list(expected)
        self.reading = reading
        self.groups: list[Group] = []
        self.first: list[int] = []  # index of the first group of each expected item
        for item in expected:
            self.first.append(len(self.groups))
            self.groups.extend(item.groups if isinstance(item, Bag) else (item,))

    def run(self) -> Iterator[Difference]:
        """Yield the differences in the order of the page."""
        yield from self._range(0, len(self.expected), 0, len(self.reading))

    def _range(self, low: int, high: int, start: int, end: int) -> Iterator[Difference]:
        low, start = self._from_front(low, high, start, end)
        high, end = self._from_back(low, high, start, end)
        required = [index for index in range(low, high) if not self._optional(index)]
        if start == end:
            yield from self._missing(required, start)
            return
        if low == high:
            text = self.reading.text[start:end]
            near = self.groups[self.first[low - 1]] if low else None
            yield Difference("added", near, None, "", text, self.reading.place(start, end))
            return
        anchors = self._anchors(low, high, start, end)
        if not anchors:
            yield from self._leaf(low, high, start, end)
            return
        for index, position in anchors:
            yield from self._range(low, index, start, position)
            self._take(index, position)
            low, start = index + 1, position + len(self._bare(index))
        yield from self._range(low, high, start, end)

    def _bare(self, index: int) -> str:
        item = self.expected[index]
        return "" if isinstance(item, Bag) else item.bare

    def _optional(self, index: int) -> bool:
        item = self.expected[index]
        return isinstance(item, Group) and item.optional

    def _take(self, index: int, position: int) -> None:
        self.reading.take(self.first[index], position, position + len(self._bare(index)))

    def _stands(self, index: int, position: int, start: int, end: int) -> bool:
        bare = self._bare(index)
        upto = position + len(bare)
        return (
            bool(bare)
            and start <= position
            and upto <= end
            and self.reading.text.startswith(bare, position)
            and not self.reading.splits_number(position)
            and not self.reading.splits_number(upto)
        )

    def _is_cut(self, position: int) -> bool:
        """Whether white space, the end of a segment or of the page stands before a character."""
        return position >= len(self.reading) or position in self.reading.breaks

    def _from_front(self, low: int, high: int, start: int, end: int) -> tuple[int, int]:
        while (step := self._front(low, high, start, end)) is not None:
            if self._optional(step):
                # the same text may be a required one's: it is, if only then the next text finds its group
                other = next((at for at in range(step + 1, high) if not self._optional(at)), None)
                if other is not None and self._stands(other, start, start, end):
                    first, after = start + len(self._bare(step)), start + len(self._bare(other))
                    if self._front(step + 1, high, first, end) is None:
                        step = other if after == end or self._front(other + 1, high, after, end) is not None else step
            behind = start + len(self._bare(step))
            if behind < end and not self._is_cut(behind) and self._front(step + 1, high, behind, end) is None:
                break  # the beginning of a longer text: "Pro" of "Pro-128K"
            self._take(step, start)
            start, low = behind, step + 1
        return low, start

    def _front(self, low: int, high: int, start: int, end: int) -> int | None:
        """Return the first item that stands at the front, optional ones before it being left out."""
        for step in range(low, high):
            if self._stands(step, start, start, end):
                return step
            if not self._optional(step):
                return None
        return None

    def _from_back(self, low: int, high: int, start: int, end: int) -> tuple[int, int]:
        while (step := self._back(low, high, start, end)) is not None:
            if self._optional(step):
                other = next((at for at in range(step - 1, low - 1, -1) if not self._optional(at)), None)
                if other is not None and self._stands(other, end - len(self._bare(other)), start, end):
                    last, after = end - len(self._bare(step)), end - len(self._bare(other))
                    if self._back(low, step, start, last) is None:
                        step = other if after == start or self._back(low, other, start, after) is not None else step
            before = end - len(self._bare(step))
            if before > start and not self._is_cut(before) and self._back(low, step, start, before) is None:
                break
            self._take(step, before)
            end, high = before, step
        return high, end

    def _back(self, low: int, high: int, start: int, end: int) -> int | None:
        """Return the last item that stands at the back, optional ones behind it being left out."""
        for step in range(high - 1, low - 1, -1):
            if self._stands(step, end - len(self._bare(step)), start, end):
                return step
            if not self._optional(step):
                return None
        return None

    def _missing(self, indices: Sequence[int], position: int) -> Iterator[Difference]:
        for index in indices:
            item = self.expected[index]
            for group in item.groups if isinstance(item, Bag) else (item,):
                if not group.optional:
                    place = self.reading.place(position, position)
                    yield Difference("missing", group, None, group.text, "", place)

    def _anchors(self, low: int, high: int, start: int, end: int) -> list[tuple[int, int]]:
        """Return groups that occur once on both sides, in an order that both sides share.

        Those that are kept apart from other words go first: only where there is none may one be a part of a word.
        """
        upto = self.first[high] if high < len(self.first) else len(self.groups)
        counts = Counter(group.bare for group in self.groups[self.first[low] : upto])  # a drawing may show it, too
        text = self.reading.text
        found: list[tuple[int, int]] = []
        for index in range(low, high):
            bare = self._bare(index)
            if len(bare) < 2 or counts[bare] != 1:
                continue
            position = text.find(bare, start, end)
            if position < 0 or not self._stands(index, position, start, end):
                continue
            if text.find(bare, position + 1, end) < 0:
                found.append((index, position))
        apart = [each for each in found if self._is_cut(each[1]) and self._is_cut(each[1] + len(self._bare(each[0])))]
        return self._apart(_longest_rising(apart or found))

    def _apart(self, anchors: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Drop anchors that overlap the one before."""
        kept: list[tuple[int, int]] = []
        reach = -1
        for index, position in anchors:
            if position >= reach:
                kept.append((index, position))
                reach = position + len(self._bare(index))
        return kept

    def _leaf(self, low: int, high: int, start: int, end: int) -> Iterator[Difference]:
        items = self.expected[low:high]
        bags = [(self.first[low + at], item) for at, item in enumerate(items) if isinstance(item, Bag)]
        if not bags:
            yield from self._sequence(self._worth(low, high, start, end), start, end)
            return
        texts = [(first + at, group) for first, bag in bags for at, group in enumerate(bag.groups)]
        missing, left = match_bag(texts, self.reading, start, end)
        others = [(self.first[low + at], item) for at, item in enumerate(items) if isinstance(item, Group)]
        if others and left:
            # what is no text of the drawing stands in the place of the other groups, if it is more like them
            yield from (
                self._sequence(others, left[0][0], left[-1][1]) if not missing else self._mixed(others, missing, left)
            )
            if not missing:
                return
        else:
            yield from bag_differences(missing, left, self.reading, start)
            for _, group in others:
                if not group.optional:
                    yield Difference("missing", group, None, group.text, "", self.reading.place(end, end))

    def _mixed(
        self, others: Sequence[tuple[int, Group]], missing: Sequence[tuple[int, Group]], left: Sequence[tuple[int, int]]
    ) -> Iterator[Difference]:
        short = [part for part in left if part[1] - part[0] <= max(len(group.bare) for _, group in missing) + 2]
        long = [part for part in left if part not in short]
        yield from bag_differences(missing, short, self.reading, left[0][0])
        if long:
            yield from self._sequence(others, long[0][0], long[-1][1])
        else:
            for _, group in others:
                if not group.optional:
                    place = self.reading.place(left[-1][1], left[-1][1])
                    yield Difference("missing", group, None, group.text, "", place)

    def _worth(self, low: int, high: int, start: int, end: int) -> list[tuple[int, Group]]:
        """Return the groups of a range; an optional one only if most of its characters are there besides the others'.

        One that is alone with a text of its kind and length has been changed, as a page number has.
        """
        there = Counter(self.reading.text[start:end])
        for index in range(low, high):
            if not self._optional(index):
                there -= Counter(self._bare(index))
        kept: list[tuple[int, Group]] = []
        for index in range(low, high):
            item = self.expected[index]
            assert isinstance(item, Group)
            if item.optional:
                common = sum((Counter(item.bare) & there).values())
                alone = high - low == 1 and end - start <= len(item.bare) + 1
                same_kind = item.bare.isdecimal() and self.reading.text[start:end].isdecimal()
                if common * 2 <= len(item.bare) and not (alone and same_kind):
                    continue
            kept.append((self.first[index], item))
        return kept

    def _sequence(self, groups: Sequence[tuple[int, Group]], start: int, end: int) -> Iterator[Difference]:
        """Compare groups with a stretch; an optional one that is not there is no difference."""
        for difference in self._compare(groups, start, end):
            if difference.kind != "missing" or difference.group is None or not difference.group.optional:
                yield difference

    def _compare(self, groups: Sequence[tuple[int, Group]], start: int, end: int) -> Iterator[Difference]:
        """Compare groups with a stretch: segment by segment where there is one a group, else as a whole."""
        lines = sorted({self.reading.line(at) for at in range(start, end)})
        parts = [(max(start, a), min(end, b)) for a, b in (self.reading.segment_range(line) for line in lines)]
        if 1 < len(groups) == len(parts):
            for group, (a, b) in zip(groups, parts, strict=True):
                if self.reading.text[a:b] == group[1].bare:
                    self.reading.take(group[0], a, b)
                else:
                    yield from difference_of_groups([group], self.reading, a, b)
        else:
            yield from difference_of_groups(groups, self.reading, start, end)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs whose second parts rise (their first parts rise already)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = [-1] * len(pairs)
    for at, (_, position) in enumerate(pairs):
        slot = bisect_left(tails, position)
        if slot == len(tails):
            tails.append(position)
            ends.append(at)
        else:
            tails[slot] = position
            ends[slot] = at
        before[at] = ends[slot - 1] if slot else -1
    run: list[tuple[int, int]] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
