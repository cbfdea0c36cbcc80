"""A watch over what must end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def watched(what: str, seconds: int) -> Iterator[None]:
    """Fail what runs inside with its name, once it has run for so long."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"{what}: hangs")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
