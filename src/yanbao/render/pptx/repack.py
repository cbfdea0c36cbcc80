"""Packages with the same bytes every time: fixed times, fixed order, fixed compression."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from pptx.opc.packuri import PackURI
from pptx.opc.serialized import PackageWriter

_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return an Office package whose bytes depend on its parts alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        order = [name for name in _FIRST if name in parts] + sorted(set(parts) - set(_FIRST))
        for name in order:
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            info.external_attr = 0
            target.writestr(info, parts[name], compresslevel=6)
    return held.getvalue()


def repacked(data: bytes) -> bytes:
    """Return an Office package with the same parts, whose bytes depend on the parts alone."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return packed({name: source.read(name) for name in source.namelist()})


class _Parts(dict[str, bytes]):
    """What python-pptx writes a package to, in place of a compressed file."""

    def write(self, uri: PackURI, blob: bytes) -> None:
        self[uri.membername] = blob


def saved(presentation: Any) -> bytes:
    """Return a presentation as the bytes of a .pptx, compressed once."""
    package = presentation.part.package
    held: Any = _Parts()
    writer = PackageWriter("", package._rels, tuple(package.iter_parts()))
    writer._write_content_types_stream(held)
    writer._write_pkg_rels(held)
    writer._write_parts(held)
    return packed(held)
