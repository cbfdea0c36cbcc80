"""Opening a zip package of XML parts (PPTX, XLSX) that may be hostile: bounded sizes, no entities, no surprises."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from zlib import error as ZlibError  # noqa: N812  # the library's own name is lower case

from yanbao.errors import ReadError

if TYPE_CHECKING:
    from lxml.etree import _Element

# A deck of 110 pages with a picture on each unpacks to about 60 MB; one XML part of a report stays below 20 MB.
MAX_MEMBER = 200 * 2**20
MAX_TOTAL = 600 * 2**20
MAX_MEMBERS = 20_000
MAX_RATIO = 400  # deflate's own limit is 1032; XML of tables reaches 60
_CHUNK = 1 << 16
_REBUILD = "build the report again, or open and save the file"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A zip package that is read once; use it in a `with` statement.

    `hint` stands under every error of it, `most_tags` bounds what one XML part may hold.

    Raises:
        ReadError: the file is no zip, is damaged, or unpacks to more than a report can be.
    """

    def __init__(self, file: Path, kind: str, hint: str = _REBUILD, most_tags: int | None = None) -> None:
        self.file = file
        self.kind = kind
        self._hint = hint
        self._most_tags = most_tags
        try:
            self._zip = zipfile.ZipFile(file)
        except FileNotFoundError as error:
            raise self._error("there is no such file", "build it first") from error
        except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise self._error(f"is not a {kind} file ({error})") from error
        self._left = MAX_TOTAL
        infos = self._zip.infolist()
        if len(infos) > MAX_MEMBERS:
            raise self._error(f"holds {len(infos)} parts, more than {MAX_MEMBERS}")
        names = [info.filename for info in infos]
        if len(set(names)) != len(names):
            twice = sorted({name for name in names if names.count(name) > 1})[0]
            raise self._error(f"holds the part {twice!r} twice: which of them is shown depends on the program")
        declared = sum(info.file_size for info in infos)
        if declared > MAX_TOTAL:
            raise self._error(f"unpacks to {declared} bytes, more than {MAX_TOTAL}")
        for info in infos:
            if info.flag_bits & 1:
                raise self._error(f"part {info.filename!r} is encrypted")
            if info.file_size > MAX_RATIO * max(info.compress_size, 1024):
                raise self._error(f"part {info.filename!r} unpacks to {info.file_size} bytes: a zip bomb")
        self.names = frozenset(names)

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def _error(self, cause: str, hint: str = "") -> ReadError:
        return ReadError(f"{self.file}: {cause}\n    hint: {hint or self._hint}")

    def read(self, name: str) -> bytes:
        """Return the bytes of a part; its size is counted while it is unpacked, whatever the zip declares."""
        if name not in self.names:
            raise self._error(f"part {name!r} is missing: this is not a whole {self.kind} file")
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if size > MAX_MEMBER or size > self._left:
                        raise self._error(f"part {name!r} unpacks to more than {size} bytes: a zip bomb")
                    parts.append(chunk)
        except (zipfile.BadZipFile, ZlibError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise self._error(f"part {name!r} is damaged ({error})") from error
        self._left -= size
        return b"".join(parts)

    def xml(self, name: str) -> _Element:
        """Return the root element of an XML part."""
        data = self.read(name)
        if self._most_tags is not None and (tags := data.count(b"<")) > self._most_tags:
            raise self._error(f"part {name!r} has {tags} tags, and at most {self._most_tags} are read")
        return parse_xml(data, f"{self.file}: part {name!r}", self._hint)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part refers to: relation id -> (type's last word, name of the part or outside address)."""
        folder, base = posixpath.split(name)
        path = posixpath.join(folder, "_rels", f"{base}.rels")
        if path not in self.names:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for relation in self.xml(path).iter(_RELATIONSHIPS):
            target = str(relation.get("Target", ""))
            if relation.get("TargetMode") != "External":
                target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[str(relation.get("Id"))] = (str(relation.get("Type", "")).rpartition("/")[2], target)
        return found


def parse_xml(data: bytes, where: str, hint: str = _REBUILD) -> _Element:
    """Return the root of an XML text; entities, DTDs and outside references are refused.

    Raises:
        ReadError: the text is no well-formed XML or declares entities; `where` names the file and part.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"{where} is not well-formed XML ({error})\n    hint: {hint}") from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise ReadError(f"{where} declares a document type, which no report does\n    hint: {hint}")
    return root
