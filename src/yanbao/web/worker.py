"""The process of a job: reads its request, does the work, tells it as JSON lines.

Run by `yanbao.web.jobs` alone: `python -m yanbao.web.worker KIND`, the request as JSON on standard input.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from yanbao.errors import YanbaoError

Tell = Callable[[str], None]
Work = Callable[[dict[str, Any], Tell], Any]

# what can be asked: the function that does it, with the request and what it calls at each step
KINDS: Mapping[str, str] = {
    "build": "yanbao.web.work:build",
    "prove": "yanbao.web.work:prove",
    "check": "yanbao.web.work:check",
    "find": "yanbao.web.work:find",
    "sign": "yanbao.web.record_work:sign",
    "publish": "yanbao.web.record_work:publish",
    "track": "yanbao.web.record_work:track",
}


def main() -> None:
    """Do what is asked and end."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is not taken for a line of ours

    def tell(said: dict[str, Any]) -> None:
        out.write(json.dumps(said, ensure_ascii=False) + "\n")

    request = json.load(sys.stdin)
    _limit(request.get("memory"), request.get("seconds"))
    module, _, name = KINDS[sys.argv[1]].partition(":")
    work: Work = getattr(import_module(module), name)
    try:
        tell({"done": work(request, lambda step: tell({"step": step}))})
    except YanbaoError as error:
        tell({"failed": str(error)})
    except MemoryError:
        tell({"failed": f"needs more than {request['memory']} MiB"})


def _limit(memory: int | None, seconds: float | None) -> None:
    if seconds is not None and sys.platform != "win32":
        signal.alarm(int(seconds) + 10)  # whoever should stop it may be gone by then
    if memory is not None and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory * 2**20, memory * 2**20))


if __name__ == "__main__":
    main()
