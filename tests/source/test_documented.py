"""The pages on sources are true: every key is taught, examples are accepted, what a page shows works."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated

import pytest
from docs.generate import FOLDER, Key, keys_of
from pydantic import TypeAdapter

from yanbao.source.contract import SHIPPED
from yanbao.source.mapping import Mapping
from yanbao.source.mapping_file import parse_mapping
from yanbao.source.vendor import Wanted

KEYS = [*keys_of(Mapping), *keys_of(Wanted)]
PAGE = (FOLDER / "sources.md").read_text("utf-8")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_every_key_of_a_mapping_is_taught(key: Key) -> None:
    assert key.field.description, f"{key.path} has no description"


@pytest.mark.parametrize("key", [key for key in KEYS if key.field.examples], ids=lambda key: key.path)
def test_every_example_of_a_key_is_accepted(key: Key) -> None:
    adapter: TypeAdapter[object] = TypeAdapter(Annotated[key.field.annotation, "example", *key.field.metadata])  # type: ignore[valid-type]
    for example in key.field.examples or ():
        adapter.validate_python(tomllib.loads(f"x = {example}")["x"])


def test_every_shipped_source_is_on_the_page() -> None:
    assert [name for name in SHIPPED if f"`{name}`" not in PAGE] == []


def test_the_mappings_that_the_page_shows_are_sound(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    mappings = [text for text in shown if "table = " in text]
    assert len(mappings) == 3
    for text in mappings:
        parse_mapping(tmp_path / "shown.toml", text)
    (wanted,) = [text for text in shown if "per_minute" in text]
    Wanted.model_validate(tomllib.loads(wanted))
