"""Zip files as dictionaries of their members, and back with all else as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=8)
def members(data: bytes) -> Mapping[str, bytes]:
    """Return the members of a zip file in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Return a zip file with some members changed, added or (`None`) taken out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            content = changes.get(info.filename, members(data)[info.filename])
            if content is not None:
                new.writestr(info, content, info.compress_type, 1)
        for name, content in changes.items():
            if name not in members(data) and content is not None:
                new.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def repacked(data: bytes) -> bytes:
    """Return a zip file with the same members in another order, otherwise compressed, with other times."""
    out = io.BytesIO()
    names = list(members(data))
    first = [name for name in names if name == "[Content_Types].xml"]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new:
        for number, name in enumerate([*first, *reversed([name for name in names if name not in first])]):
            info = zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 2 * (number % 30)))
            info.compress_type = zipfile.ZIP_STORED if number % 2 else zipfile.ZIP_DEFLATED
            new.writestr(info, members(data)[name])
    return out.getvalue()
