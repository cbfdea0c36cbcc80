"""Single values of a TOML text are replaced, added and dropped; every other byte stays."""

from __future__ import annotations

import tomllib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.workbook.toml_text import TomlEditError, TomlText, quoted

TEXT = """\
# the file
title = { zh = "测算", en = 'Model' }   # behind it

[lines.state]
values = { 2023 = "1", 2024E = '2', "2025E" = 3 }   # inline
reason = \"\"\"several
lines = { 2023 = "not this" }\"\"\"
"quoted key" = [1, [2, # in an array
  3], { x = "a, }" }]

[lines.dotted]
values.2023 = "1"
values.2024E = { value = "2", reason = "why" } # table

[lines.table.values]
2023 = "1"

[scenarios.high]
set = { a = "1" }

[[views]]
id = "one"
[[views]]
id = "two"
"""


@pytest.mark.parametrize(
    ("path", "literal", "old", "new"),
    [
        (("lines", "state", "values", "2024E"), "'9'", "2024E = '2'", "2024E = '9'"),
        (("lines", "state", "values", "2025E"), "4", '"2025E" = 3', '"2025E" = 4'),
        (("lines", "state", "values", "2026E"), '"4"', "= 3 }   # inline", '= 3, 2026E = "4" }   # inline'),
        (("lines", "dotted", "values", "2024E", "value"), '"3"', 'value = "2"', 'value = "3"'),
        (("lines", "dotted", "values", "2025E"), '"3"', "# table\n", '# table\nvalues.2025E = "3"\n'),
        (("lines", "table", "values", "2024E"), '"3"', '2023 = "1"\n\n[scen', '2023 = "1"\n2024E = "3"\n\n[scen'),
        (("lines", "state", "kind"), '"exact"', '"a, }" }]\n', '"a, }" }]\nkind = "exact"\n'),
        (("scenarios", "high", "set", "b"), "{ 2023 = 1 }", 'a = "1" }', 'a = "1", b = { 2023 = 1 } }'),
        (("views", "1", "id"), None, "", ""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_one_value_is_set(path: tuple[str, ...], literal: str | None, old: str, new: str, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    toml = TomlText(text)
    if literal is None:
        assert toml.written(path) == '"two"'
        return
    toml.set(path, literal)
    assert toml.text == text.replace(old.replace("\n", newline), new.replace("\n", newline))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (("lines", "state", "values", "2023"), '{ 2023 = "1", 2024E', "{ 2024E"),
        (("lines", "state", "values", "2025E"), ", \"2025E\" = 3 }", " }"),
        (("scenarios", "high", "set", "a"), '{ a = "1" }', "{  }"),
        (("lines", "dotted", "values", "2023"), 'values.2023 = "1"\n', ""),
    ],
)  # fmt: skip
def test_one_value_is_dropped(path: tuple[str, ...], old: str, new: str) -> None:
    toml = TomlText(TEXT)
    toml.drop(path)
    assert toml.text == TEXT.replace(old, new)


def test_what_has_no_place_is_an_error() -> None:
    toml = TomlText(TEXT)
    for path in (("lines", "none", "values", "2023"), ("title", "zh", "deep")):
        with pytest.raises(TomlEditError, match="cannot be changed in place"):
            toml.set(path, "1")
    with pytest.raises(TomlEditError):
        toml.drop(("lines", "state", "values", "2030"))
    assert toml.text == TEXT


@given(st.text(max_size=40))
def test_a_quoted_text_reads_as_itself(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    for like in (None, "'x'", '"x"'):
        assert tomllib.loads(f"a = {quoted(text, like)}") == {"a": text}


KEYS = st.sampled_from(["2023", "2024E", "a b", "价", "x"])
DIGITS = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str)


@given(st.dictionaries(KEYS, DIGITS, min_size=1), st.lists(st.tuples(KEYS, st.one_of(st.none(), DIGITS)), max_size=6))
def test_any_edits_change_what_they_say_and_nothing_else(given_: dict[str, str], edits: list[Any]) -> None:
    """Set and drop in an inline table between comments; the text around it stays, the data is a dict's."""
    body = ", ".join(f"{quoted(key)} = {quoted(value)}" for key, value in given_.items())
    before, after = "# head\n[lines.x]\nunit = '亿元' # u\n", " # tail\nrole = 'total'\n\n[b]\nc = [1, 2]\n"
    toml = TomlText(f"{before}values = {{ {body} }}{after}")
    wanted = deepcopy(given_)
    for key, value in edits:
        path = ("lines", "x", "values", key)
        if value is not None:
            toml.set(path, quoted(value))
            wanted[key] = value
        elif key in wanted:
            toml.drop(path)
            del wanted[key]
    assert toml.data()["lines"]["x"] == {"unit": "亿元", "values": wanted, "role": "total"}
    assert toml.text.startswith(before)
    assert toml.text.endswith(after)
