"""What all Office packages have: a main part, and properties."""

from __future__ import annotations

from pathlib import Path

from yanbao.errors import ReadError
from yanbao.read.package import Package

MAX_TAGS = 4_000_000  # of one XML part: a sheet of a million cells; as a tree it takes about 600 MB
_HINT = "open the file in the program that made it and save it again"


def opened(file: Path, kind: str) -> Package:
    """Return the package of an Office file that somebody else made, to be used in a `with` statement.

    Raises:
        ReadError: the file is no zip package, damaged, encrypted, or unpacks to more than is read.
    """
    return Package(file, kind, _HINT, MAX_TAGS)


def main_part(package: Package) -> str:
    """Return the name of the part that a package is about.

    Raises:
        ReadError: the package names none, or one that is not there.
    """
    for kind, target in package.relations("").values():
        if kind == "officeDocument" and target in package.names:
            return target
    raise ReadError(
        f"{package.file}: its main part is missing: this is no whole {package.kind} file\n    hint: {_HINT}"
    )


def properties_of(package: Package) -> dict[str, str]:
    """Return the title, author, dates and other core properties."""
    if "docProps/core.xml" not in package.names:
        return {}
    root = package.xml("docProps/core.xml")
    return {child.tag.rpartition("}")[2]: child.text for child in root if isinstance(child.tag, str) and child.text}
