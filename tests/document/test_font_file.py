"""What a font file says of itself, and that no damaged or hostile one does more than be refused."""

from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

import house_fonts
from yanbao.document.font_file import characters_held, font_facts, same_outlines
from yanbao.errors import ReadError


def test_what_a_static_and_a_variable_font_hold() -> None:
    bold = font_facts(house_fonts.static(700))
    assert (bold.families, bold.weight, bold.weights, bold.italic, bold.forbids) == (
        (house_fonts.FAMILY,),
        700,
        None,
        False,
        "",
    )
    whole = font_facts(house_fonts.japanese().read_bytes())
    assert whole.families == ("Noto Sans JP", "Noto Sans JP Thin")
    assert whole.weights == (100, 900)
    assert characters_held(house_fonts.static(400, "a電")) >= {ord("a"), ord("電")}


@pytest.mark.parametrize(
    ("bits", "forbidden"), [(2, "embedding"), (0x104, "embedding a part of it"), (0x208, "embedding its outlines")]
)
def test_licence_bits_that_forbid_embedding(bits: int, forbidden: str) -> None:
    def forbid(font) -> None:  # type: ignore[no-untyped-def]
        font["OS/2"].fsType = bits

    assert font_facts(house_fonts.changed(house_fonts.static(400), forbid)).forbids == forbidden


def test_bold_is_told_from_one_that_only_says_so() -> None:
    regular = house_fonts.static(400)
    assert not same_outlines(regular, house_fonts.static(700))
    assert same_outlines(regular, house_fonts.static(700, drawn=400))
    assert not same_outlines(house_fonts.variable(), house_fonts.variable())


@pytest.mark.parametrize("data", [b"", b"wOF2" + bytes(60), b"ttcf" + bytes(60), b"\0\1\0\0", b"OTTO" + bytes(200)])
def test_what_is_no_font_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        font_facts(data)


def test_a_map_that_claims_billions_of_characters_is_not_read() -> None:
    """fontTools would write all 4,294,967,295 code points into a list."""
    groups = struct.pack(">LLL", 0, 0xFFFFFFFE, 1)
    subtable = struct.pack(">HHLLL", 12, 0, 16 + len(groups), 0, 1) + groups
    table = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + subtable

    def inflate(font) -> None:  # type: ignore[no-untyped-def]
        from fontTools.ttLib.tables.DefaultTable import DefaultTable

        font["cmap"] = DefaultTable("cmap")
        font["cmap"].data = table

    hostile = house_fonts.changed(house_fonts.static(400), inflate)
    with pytest.raises(ReadError, match="more characters than there are"):
        characters_held(hostile)


@pytest.mark.parametrize("seed", range(60))
def test_damage_is_a_read_error_or_none(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(house_fonts.variable("aあ電"))
    for _ in range(chance.choice((1, 3, 30))):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    damaged = bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])
    for look in (font_facts, characters_held, lambda each: same_outlines(each, each)):
        with suppress(ReadError):  # any other error fails the test
            look(damaged)
