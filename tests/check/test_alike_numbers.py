"""Numbers of a page's exhibits that print alike: the list of numbers says of each which fact it is, and may not mix them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from model_workspace import OUTLOOK, outlook
from yanbao import build as building
from yanbao.check.proof import Proof, prove

TWIN = """
[lines.twin]
label = { zh = "智能占比", en = "Smart share" }
unit = "%"
kind = "exact"
value = "40"
reason = "与配网占比相同"
"""
PAGES = """
## 占比

```exhibit first
kind = "plain"
title = "配网占比{outlook.share}时的投资"
data = "outlook"
columns = ["dist"]
rows = "2024E:2025E"
```

```exhibit second
kind = "plain"
title = "智能占比{outlook.twin}时的投资"
data = "outlook"
columns = ["total"]
rows = "2024E:2025E"
```
"""
SHARE, TWINS = "outlook.share@all", "outlook.twin@all"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> building.Build:
    folder = tmp_path_factory.mktemp("alike")
    return building.build(outlook(folder / "w", OUTLOOK + TWIN, PAGES), folder / "out", formats=("xlsx",))


def _rows(xml: str, strings: list[str]) -> dict[str, str]:
    """Return the rows of the list of numbers that are bound to one of the two facts, by the fact's id."""
    found: dict[str, str] = {}
    for row in re.findall(r"<row .*?</row>", xml, re.DOTALL):
        last = re.search(r'<c r="H[0-9]+"[^>]*t="s"[^>]*><v>([0-9]+)</v>', row)
        if last and strings[int(last[1])] in (SHARE, TWINS):
            found[strings[int(last[1])]] = row
    return found


def _bound_as(row: str, other: str) -> str:
    """Return a row with the value, the unit's, and the id of another one: all that says which fact it is."""
    for column in "EH":
        mine, theirs = (re.search(rf'<c r="{column}[0-9]+"[^>]*>(.*?)</c>', each, re.DOTALL) for each in (row, other))
        assert mine
        assert theirs
        row = row.replace(mine[1], theirs[1])
    return row


def _proved(built: building.Build, folder: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> Proof:
    """Prove the build with rows of its list of numbers changed."""
    with zipfile.ZipFile(built.outputs[0]) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    root = etree.fromstring(parts["xl/sharedStrings.xml"])
    strings = ["".join(item.itertext()) for item in root]
    (name,) = (
        name
        for name, data in parts.items()
        if name.startswith("xl/worksheets/sheet") and len(_rows(data.decode(), strings)) == 2
    )
    xml = parts[name].decode()
    rows = _rows(xml, strings)
    for fact, row in change(rows).items():
        xml = xml.replace(rows[fact], row)
    parts[name] = xml.encode()
    path = folder / built.outputs[0].name
    with zipfile.ZipFile(path, "w") as book:
        for part, data in parts.items():
            book.writestr(part, data)
    return prove(built.document, built.inputs, [path])


def test_a_sound_list_is_proved(built: building.Build, tmp_path: Path) -> None:
    proof = _proved(built, tmp_path, lambda rows: {})
    assert proof.ok, proof.to_text()


def test_two_numbers_that_print_alike_are_bound_to_each_other(built: building.Build, tmp_path: Path) -> None:
    def change(rows: dict[str, str]) -> dict[str, str]:
        return {SHARE: _bound_as(rows[SHARE], rows[TWINS]), TWINS: _bound_as(rows[TWINS], rows[SHARE])}

    found = _proved(built, tmp_path, change).findings
    assert {(each.code, each.claimed.text) for each in found} == {("sheet-text", TWINS), ("sheet-text", SHARE)}


def test_one_number_is_bound_as_another_that_prints_alike(built: building.Build, tmp_path: Path) -> None:
    found = _proved(built, tmp_path, lambda rows: {SHARE: _bound_as(rows[SHARE], rows[TWINS])}).findings
    assert {(each.code, each.claimed.text) for each in found} == {("sheet-text", TWINS)}
