"""Files shared with the project that are not part of it: the model report, definitions, samples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent


def shared(*parts: str) -> Path:
    """Return the path of a shared file or folder.

    Shared files lie in the folder that YANBAO_SHARED names, else in `shared` next to the checkout. Where the file is
    missing the test is skipped with the reason, on a CI machine (CI is set) it fails: there the data must be present.
    """
    root = Path(os.environ.get("YANBAO_SHARED") or _CHECKOUT.parent / "shared")
    path = root.joinpath(*parts)
    if not path.exists():
        reason = f"{'/'.join(parts)} is not in the shared folder ({root}); set YANBAO_SHARED to where it is"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
