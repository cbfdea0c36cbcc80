"""What `yanbao build --watch` prints: each build with its time, what changed, and what the proof says."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import datetime
from types import FrameType
from typing import NoReturn

from yanbao.build.builder import Builder, Result
from yanbao.build.difference import Change
from yanbao.build.watch import Built, Failed, watch
from yanbao.cli.screen import problem, say, steps, warn

SHOWN = 12  # changes that are printed one by one
_LONGEST = 60  # characters of a text


def watch_and_tell(builder: Builder) -> None:
    """Build and prove again after each change, and print what came of it, until Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    warned: tuple[str, ...] = ()
    say(f"watching {builder.workspace}; Ctrl-C ends it")
    events = watch(builder, steps)
    try:
        for event in events:
            now = f"{datetime.now():%H:%M:%S}"
            if isinstance(event, Built):
                _tell(now, event.result)
                for warning in event.result.build.warnings if event.result.build.warnings != warned else ():
                    warn(warning)
                warned = event.result.build.warnings
            elif isinstance(event, Failed):
                say(f"{now}  not built; {builder.out} stays as it was")
                problem(event.error)
            else:
                say(f"{now}  proof, {event.seconds:.1f} s: {event.text.splitlines()[-1] if event.ok else event.text}")
    except KeyboardInterrupt:
        say("ended")
    finally:
        events.close()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _tell(now: str, result: Result) -> None:
    document = result.build.document
    counts = Counter(change.kind for change in result.changes)
    changed = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in counts.items())
    size = f"{len(document.pages)} pages, {len(list(document.exhibits()))} exhibits, {len(document.facts)} facts"
    say(f"{now}  built in {result.seconds:.1f} s: {size}" + (f"; changed: {changed}" if changed else ""))
    for change in result.changes[:SHOWN]:
        say(f"          page {change.page}: {_cut(change.old)} -> {_cut(change.new)}  {_where(change)}".rstrip())
    if len(result.changes) > SHOWN:
        say(f"          and {len(result.changes) - SHOWN} more")


def _where(change: Change) -> str:
    return _cut(change.where) if change.kind != "sentence" else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
