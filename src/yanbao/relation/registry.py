"""All relations by name: those of the catalog, and those that installed packages add.

A package adds relations through the entry point group `yanbao.relations`; each entry point names a `Relation`:

    [project.entry-points."yanbao.relations"]
    peg = "desk_relations.peg:RELATION"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from yanbao.errors import FormulaError
from yanbao.relation.catalog import CATALOG
from yanbao.relation.relation import Relation

GROUP: Final = "yanbao.relations"


def collect(catalog: Iterable[Relation], added: Iterable[EntryPoint]) -> dict[str, Relation]:
    """Return relations by name.

    Raises:
        FormulaError: two relations of one name, or an entry point that cannot be loaded or names no relation.
    """
    found: dict[str, Relation] = {}
    owner: dict[str, str] = {}
    for relation in catalog:
        _put(found, owner, relation, "yanbao")
    for point in sorted(added, key=lambda point: (_package(point), point.name)):
        _put(found, owner, _load(point), _package(point))
    return found


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value


def _load(point: EntryPoint) -> Relation:
    try:
        loaded = point.load()
    except (ImportError, AttributeError) as error:
        raise FormulaError(f"package {_package(point)}: entry point {point.name} = {point.value}: {error}") from error
    if not isinstance(loaded, Relation):
        raise FormulaError(f"package {_package(point)}: entry point {point.name} = {point.value} is not a Relation")
    if loaded.name != point.name:
        raise FormulaError(
            f"package {_package(point)}: entry point {point.name} gives the relation {loaded.name}; name both alike"
        )
    return loaded


def _put(found: dict[str, Relation], owner: dict[str, str], relation: Relation, package: str) -> None:
    if relation.name in found:
        raise FormulaError(
            f"relation {relation.name!r} is defined by {owner[relation.name]} and by {package}; rename one of them"
        )
    found[relation.name] = relation
    owner[relation.name] = package


class _Registry(Mapping[str, Relation]):
    """Loaded on first use: the start of the program waits for no package that it does not need."""

    @cached_property
    def _relations(self) -> dict[str, Relation]:
        return collect(CATALOG, entry_points(group=GROUP))

    def __getitem__(self, name: str) -> Relation:
        return self._relations[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._relations)

    def __len__(self) -> int:
        return len(self._relations)


RELATIONS: Final[Mapping[str, Relation]] = _Registry()


def by_name(name: str) -> Relation:
    """Return the relation of that name.

    Raises:
        FormulaError: there is none; the message names the nearest.
    """
    if name in RELATIONS:
        return RELATIONS[name]
    from difflib import get_close_matches  # needed by mistakes only

    near = get_close_matches(name, RELATIONS, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(RELATIONS)}"
    raise FormulaError(f"no relation {name[:40]!r}; {hint}")
