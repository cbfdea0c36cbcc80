"""The build folder: all outputs, the document, the inputs and a manifest, swapped in whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from yanbao import __version__
from yanbao.document.codec import from_json, to_json
from yanbao.document.tree import Document
from yanbao.errors import BuildError, ReadError
from yanbao.memory import remembered

FORMATS = ("html", "pptx", "pdf", "xlsx")
MANIFEST = "manifest.json"
DOCUMENT = "document.json"
INPUTS = "inputs"


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


def check_target(workspace: Path, out: Path) -> None:
    """Refuse a folder that a build must not replace.

    Raises:
        BuildError: it holds the workspace, or something else than a build.
    """
    if out.resolve() == workspace.resolve() or out.resolve() in workspace.resolve().parents:
        raise BuildError(f"{out} holds the workspace; choose another folder with --out")
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; choose a folder with --out")
    if out.is_dir() and any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise BuildError(f"{out} is not empty and not a build folder; choose another with --out")


def write_sources(folder: Path, document: Document, inputs: Mapping[str, bytes]) -> None:
    """Write the document and the copy of the workspace's files."""
    (folder / DOCUMENT).write_text(_dump_document(document), "utf-8")
    for name, data in inputs.items():
        path = folder / INPUTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_manifest(folder: Path, inputs: Mapping[str, bytes], formats: Iterable[str]) -> dict[str, object]:
    """Write the manifest of a folder that holds all else, and return it."""
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


def swap(new: Path, out: Path) -> None:
    """Put the new folder in the old one's place; on failure, or if stopped, the old one is put back."""
    if not out.exists():
        os.rename(new, out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    try:
        os.rename(out, old / out.name)
        os.rename(new, out)
    except BaseException:
        if not out.exists():
            os.rename(old / out.name, out)
        raise
    finally:
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


def manifest_hash(folder: Path) -> str:
    """Return the SHA-256 of a build's manifest, which names every other file with its own: what a signature signs.

    Raises:
        BuildError: there is no manifest that can be read.
    """
    try:
        return sha256((folder / MANIFEST).read_bytes())
    except OSError as error:
        raise BuildError(f"{folder} is not a build folder: {error.strerror}; run yanbao build first") from error


def altered(folder: Path) -> tuple[str, ...]:
    """Return what a build's manifest no longer says truly: files changed, lost, or put in, each with what is wrong.

    Raises:
        BuildError: there is no manifest that can be read.
    """
    manifest = _json(folder / MANIFEST, folder)
    named = _named(manifest)
    if named is None:
        raise BuildError(f"{folder / MANIFEST} is not a manifest; build again")
    found: list[str] = []
    for name, said in named.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            found.append(f"{name}: leads out of the build folder")
        elif not path.is_file():
            found.append(f"{name}: is gone")
        elif sha256(path.read_bytes()) != said:
            found.append(f"{name}: is not the file that was built")
    for path in sorted([*folder.glob("report.*"), *(folder / INPUTS).rglob("*")]):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in named:
            found.append(f"{name}: was not there when it was built")
    return tuple(found)


def _named(manifest: object) -> dict[str, str] | None:
    """Return each file that a manifest names with its SHA-256, `None` where it is none."""
    if not isinstance(manifest, dict):
        return None
    inputs, outputs = manifest.get("inputs"), manifest.get("outputs")
    if not isinstance(inputs, dict) or not isinstance(outputs, dict):
        return None
    named = {DOCUMENT: manifest.get("document")}
    named |= {f"{INPUTS}/{name}": said for name, said in inputs.items()} | outputs
    return {str(name): str(said) for name, said in named.items()}


def _json(path: Path, folder: Path) -> object:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BuildError(f"{folder} is not a build folder: it has no {path.name}; run yanbao build first") from error
    except (OSError, ValueError, RecursionError) as error:
        raise BuildError(f"{path} cannot be read: {error}") from error
