"""Heads that were kept outside of a ledger: in a file, in the message of a Git tag, or as they are typed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from yanbao.errors import RatingError
from yanbao.rating.chain import Head

_TAG: Final = re.compile(r"[0-9A-Za-z_][\w.@+-]*(?:/[0-9A-Za-z_][\w.@+-]*)*")
_MOST_BYTES: Final = 64 << 20
_HINT: Final = "name a file that holds COUNT HASH, an annotated tag, or COUNT:HASH itself"


def read_heads(name: str, folder: Path) -> tuple[Head, ...]:
    """Return the heads that a name stands for: `COUNT:HASH`, a file that holds some, or an annotated Git tag.

    `folder` is the one whose repository has the tag. A file may be of any kind: a list of heads, publication.json, a
    report as HTML; every `COUNT HASH` in it is a head.

    Raises:
        RatingError: no such file and no such tag, or one that holds no head.
    """
    if re.fullmatch(r"[0-9]+[: ][0-9a-f]{64}", name.strip()):
        return (Head.parse(name),)
    file = Path(name)
    if file.is_file():
        try:
            with file.open("rb") as opened:
                text = opened.read(_MOST_BYTES).decode("utf-8", "replace")
        except OSError as error:
            raise RatingError(f"{name}: cannot be read: {error.strerror}") from error
    else:
        text = _message(name, folder)
    heads = Head.find(text)
    if not heads:
        raise RatingError(f"{name}: holds no head of a ledger\n    hint: {_HINT}")
    return heads


def _message(tag: str, folder: Path) -> str:
    """Return the message of an annotated tag of the repository that holds a folder."""
    git = shutil.which("git")
    if git is None or not _TAG.fullmatch(tag):
        raise RatingError(f"{tag}: is no file" + ("" if git else ", and there is no git") + f"\n    hint: {_HINT}")
    asked = [git, "-C", str(folder), "cat-file", "tag", f"refs/tags/{tag}"]
    done = subprocess.run(asked, capture_output=True, check=False, timeout=60)  # noqa: S603 (no shell, a tag's name)
    if done.returncode:
        raise RatingError(f"{tag}: is no file, and no annotated tag of the repository of {folder}\n    hint: {_HINT}")
    return done.stdout.decode("utf-8", "replace")
