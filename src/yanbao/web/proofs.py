"""What the last proof of a build said: kept beside the build, and void once a byte of it has changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yanbao.build.folder import DOCUMENT, MANIFEST, sha256
from yanbao.web.desk import Place

_DIGESTS: dict[Path, tuple[tuple[int, int, int], str]] = {}


@dataclass(frozen=True)
class Proven:
    """A proof of the build as it stands: whether it holds, its last line, and its findings as JSON."""

    ok: bool
    line: str
    proof: dict[str, Any]


def proven(place: Place) -> Proven | None:
    """Return what the proof said of the build that stands in the folder now; `None`: not proved as it stands."""
    try:
        kept = json.loads(_file(place).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or not {"files", "ok", "line", "proof"} <= set(kept):
        return None
    if kept["files"] != digests(place.out):
        return None
    return Proven(kept["ok"], kept["line"], kept["proof"])


def keep(place: Place, files: dict[str, str], result: dict[str, Any]) -> None:
    """Keep what a proof said of a build whose files had these digests."""
    _file(place).write_text(json.dumps({"files": files, **result}, ensure_ascii=False) + "\n", "utf-8")


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a build, by its name."""
    return {path.name: _digest(path) for path in sorted(folder.glob("report.*")) if path.is_file()} | {
        name: _digest(folder / name) for name in (MANIFEST, DOCUMENT) if (folder / name).is_file()
    }


def _digest(path: Path) -> str:
    found = path.stat()
    state = (found.st_ino, found.st_mtime_ns, found.st_size)
    known = _DIGESTS.get(path)
    if known is None or known[0] != state:
        known = _DIGESTS[path] = (state, sha256(path.read_bytes()))
    return known[1]


def _file(place: Place) -> Path:
    return place.out.with_name(place.out.name + ".proof.json")
