"""Packages with the same bytes every time: fixed times, fixed order, fixed compression."""

from __future__ import annotations

import io
import zipfile

_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def repacked(data: bytes) -> bytes:
    """Return an Office package with the same parts, whose bytes depend on the parts alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(held, "w") as target:
        names = source.namelist()
        order = [name for name in _FIRST if name in names] + sorted(set(names) - set(_FIRST))
        for name in order:
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            target.writestr(info, source.read(name), compresslevel=6)
    return held.getvalue()
