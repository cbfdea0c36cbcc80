"""A workspace -> a build folder: all outputs, the document, the inputs and a manifest, swapped in whole."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from yanbao import __version__
from yanbao.document.codec import from_json, to_json
from yanbao.document.theme import Theme
from yanbao.document.tree import Document
from yanbao.errors import BuildError, ReadError
from yanbao.render.memory import remembered

if TYPE_CHECKING:
    from yanbao.author.compose import Composed

FORMATS = ("html", "pptx", "pdf", "xlsx")
MANIFEST = "manifest.json"
DOCUMENT = "document.json"
INPUTS = "inputs"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Build:
    """A build folder that was read: its document, its files and what its manifest says of them."""

    folder: Path
    document: Document
    outputs: tuple[Path, ...]
    manifest: dict[str, object]
    warnings: tuple[str, ...] = ()  # of the run that made it

    @property
    def inputs(self) -> Path:
        """The copy of the workspace's files."""
        return self.folder / INPUTS


def build(
    workspace: Path,
    out: Path,
    *,
    formats: Iterable[str] | None = None,
    as_of: date | None = None,
    language: Literal["zh", "en"] | None = None,
    progress: Progress = lambda step: None,
) -> Build:
    """Build a workspace into the folder `out`; the old folder stays as it is until the new one is whole.

    Args:
        workspace: the folder with yanbao.toml.
        out: the build folder; replaced only if it is one, or empty.
        formats: what to write; the workspace's own choice by default.
        as_of: the day to report as of, instead of the workspace's own.
        language: zh or en, instead of the workspace's own.
        progress: called with the name of each step as it begins.

    Raises:
        WorkspaceError: mistakes in the workspace, all of them; nothing is written.
        RenderError: an output that cannot be written; nothing is written.
        BuildError: `out` is something else than a build folder.
    """
    from yanbao.author import compose

    _check_target(workspace, out)
    progress("workspace")
    chosen = None if formats is None else set(formats)
    with _helper(chosen is None or (len(chosen) > 1 and not chosen.isdisjoint(_AWAY))) as helper:
        composed = compose(workspace, as_of=as_of, language=language)
        wanted = tuple(name for name in FORMATS if name in (chosen or composed.formats))
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            render_all(wanted, composed, new, progress, helper)
            warnings = _warnings(composed)
            progress("manifest")
            manifest = _write_manifest(new, composed.inputs, wanted)
            new.chmod(0o755)
            _swap(new, out)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
    return Build(out, composed.document, tuple(out / f"report.{name}" for name in wanted), manifest, warnings)


def _warnings(composed: Composed) -> tuple[str, ...]:
    from yanbao.render.house_font import warnings

    return warnings(composed.document, composed.theme)


# libraries with threads of their own: a fork of a process that has used one would wait for threads it has not got
_THREADED = ("typst", "vl_convert")
# what the helper makes beside document and inputs, about as much work as the rest: the two share their fonts
_AWAY = ("pdf", "html")


@contextmanager
def _helper(wanted: bool) -> Iterator[Executor | None]:
    """Give a second process, where that is safe and there is a processor for it.

    While the workspace is read it loads what it needs and starts the library that draws charts, which takes nearly as
    long as the reading.
    """
    # forked where that is cheap: a fresh interpreter would load every library again
    method = "fork" if sys.platform == "linux" else "spawn"
    unsafe = method == "fork" and any(name in sys.modules for name in _THREADED)
    if not wanted or unsafe or (os.cpu_count() or 1) < 2:
        yield None
        return
    with ProcessPoolExecutor(1, multiprocessing.get_context(method)) as pool:
        pool.submit(_get_ready)
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _get_ready() -> None:
    from yanbao.render.pdf.chart_picture import start

    for name in _AWAY:
        import_module(f"yanbao.render.{name}")
    import_module("typst")
    start()


def render_all(
    formats: tuple[str, ...], composed: Composed, folder: Path, progress: Progress, helper: Executor | None
) -> None:
    """Write all outputs, the document and the inputs into a folder, a part of them in the helper's process."""
    away = tuple(name for name in formats if name in _AWAY)
    arguments = (away, composed.document, composed.theme, composed.inputs, folder)
    job = helper.submit(_render_away, *arguments) if helper else None
    for name in formats:
        if name not in away:
            progress(name)
            render(name, composed.document, composed.theme, folder / f"report.{name}")
    progress(", ".join((*away, DOCUMENT)))
    if job is None:
        _render_away(*arguments)
        return
    try:
        job.result()
    except BrokenProcessPool as error:
        raise BuildError("the process that writes a part of the outputs was ended, maybe for want of memory") from error


def _render_away(
    formats: tuple[str, ...], document: Document, theme: Theme, inputs: dict[str, bytes], folder: Path
) -> None:
    for name in sorted(formats, key=_AWAY.index):
        render(name, document, theme, folder / f"report.{name}")
    _write_sources(folder, document, inputs)


def render(name: str, document: Document, theme: Theme, path: Path) -> None:
    """Write one output; each renderer is loaded only when it is needed."""
    if name not in FORMATS:
        raise BuildError(f"no output format {name!r}; there are: {', '.join(FORMATS)}")
    getattr(import_module(f"yanbao.render.{name}"), f"render_{name}")(document, theme, path)


def _check_target(workspace: Path, out: Path) -> None:
    if out.resolve() == workspace.resolve() or out.resolve() in workspace.resolve().parents:
        raise BuildError(f"{out} holds the workspace; choose another folder with --out")
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; choose a folder with --out")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise BuildError(f"{out} is not empty and not a build folder; choose another with --out")


def _write_sources(folder: Path, document: Document, inputs: dict[str, bytes]) -> None:
    (folder / DOCUMENT).write_text(_dump_document(document), "utf-8")
    for name, data in inputs.items():
        path = folder / INPUTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _write_manifest(folder: Path, inputs: dict[str, bytes], formats: Iterable[str]) -> dict[str, object]:
    manifest: dict[str, object] = {
        "yanbao": __version__,
        "document": sha256((folder / DOCUMENT).read_bytes()),
        "inputs": {name: sha256(inputs[name]) for name in sorted(inputs)},
        "outputs": {f"report.{name}": sha256((folder / f"report.{name}").read_bytes()) for name in formats},
    }
    (folder / MANIFEST).write_text(dump(manifest), "utf-8")
    return manifest


def dump(data: object) -> str:
    """Return JSON as it is kept in a build folder."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _dump_document(document: Document) -> str:
    """Return a document as JSON with a line for each page and each fact: an indented tree takes five times as long."""
    lines = []
    for key, value in ((field.name, getattr(document, field.name)) for field in fields(document)):
        if isinstance(value, dict):
            inner = ",\n".join(f"  {_line(name)}: {_part(part)}" for name, part in value.items())
            lines.append(f" {_line(key)}: {{\n{inner}\n }}")
        elif isinstance(value, tuple):
            inner = ",\n".join(f"  {_part(part)}" for part in value)
            lines.append(f" {_line(key)}: [\n{inner}\n ]")
        else:
            lines.append(f" {_line(key)}: {_line(to_json(value))}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _part(part: object) -> str:
    return remembered("json", (part,), lambda: _line(to_json(part)))


def _line(data: object) -> str:
    return json.dumps(data, ensure_ascii=False)


def sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def _swap(new: Path, out: Path) -> None:
    """Put the new folder in the old one's place; on failure the old one is put back."""
    old = None
    if out.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
        os.rename(out, old / out.name)
    try:
        os.rename(new, out)
    except OSError:
        if old is not None:
            os.rename(old / out.name, out)
        raise
    finally:
        if old is not None and out.exists():
            shutil.rmtree(old, ignore_errors=True)


def read_build(folder: Path) -> Build:
    """Return a build folder that was written before.

    Raises:
        BuildError: not a build folder, or one that is not whole.
    """
    manifest = _json(folder / MANIFEST, folder)
    try:
        document = from_json(_json(folder / DOCUMENT, folder))
    except ReadError as error:
        raise BuildError(f"{folder / DOCUMENT}: {error}") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("outputs"), dict):
        raise BuildError(f"{folder / MANIFEST} is not a manifest; build again")
    outputs = tuple(folder / name for name in manifest["outputs"] if Path(name).name == name)
    lost = [path.name for path in outputs if not path.is_file()]
    if lost:
        raise BuildError(f"{folder} has lost {', '.join(lost)}; build again")
    return Build(folder, document, outputs, manifest)


def _json(path: Path, folder: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BuildError(f"{folder} is not a build folder: it has no {path.name}; run yanbao build first") from error
    except (OSError, ValueError) as error:
        raise BuildError(f"{path} cannot be read: {error}") from error
