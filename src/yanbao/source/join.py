"""Columns of another file, found by keys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanbao.errors import SourceError, StoreError
from yanbao.source.convert import as_text, convert, flat, mapped, present, to_codes, to_days
from yanbao.source.mapping import Code, ColumnMap, Join
from yanbao.source.reader import file_digest, read_rows
from yanbao.source.shape import Losses
from yanbao.store.codes import read_code
from yanbao.store.schema import Table

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN = 20


class Partner:
    """The rows of a joined file, by their keys."""

    def __init__(self, path: Path, join: Join, table: Table, code: Code, raw: Sequence[str]) -> None:
        self._join = join
        self._table = table
        self._code = code
        self._raw = raw  # columns of the file itself: keys among them are compared as texts
        self.digest = file_digest(path)
        self._path = path
        self._rows, self._places, self.several = self._read()

    def _one_form(self, text: str) -> str:
        """A code in the form of the store; one that is none stays as it is and finds no partner."""
        kind = next((column.code_kind for column in self._table.columns if column.is_code), None)
        try:
            return read_code(text, kind)
        except StoreError:
            return text

    def _keys(self, rows: pa.Table, names: Sequence[str], targets: Sequence[str]) -> list[tuple[str | None, ...]]:
        import pyarrow as pa

        columns: list[list[str | None]] = []
        for name, target in zip(names, targets, strict=True):
            texts = present(as_text(rows[name]), ("",))
            if target in self._join.codes:
                texts = mapped(to_codes(texts, self._code), self._one_form, pa.string())
            elif target in self._join.days:
                texts = as_text(to_days(texts, periods=True))
            elif target not in self._raw:
                # a key of the table: both sides are read the same way before they are compared
                spec = ColumnMap.model_validate({"from": name})
                texts = as_text(convert(rows[name], self._table.column(target), spec, ("",), self._code))
            columns.append(texts.to_pylist())
        return list(zip(*columns, strict=True))

    def _read(self) -> tuple[pa.Table, dict[tuple[str | None, ...], int], int]:
        import pyarrow as pa

        join = self._join
        tables = list(read_rows(self._path, join))
        if not tables:
            raise SourceError(f"{self._path}: has no rows to join")
        rows = pa.concat_tables(tables)
        needed = [*join.on.values(), *join.take.values(), *join.pick]
        require(rows.column_names, needed, self._path)
        keys = self._keys(rows, list(join.on.values()), list(join.on))
        taken = list(zip(*(as_text(rows[name]).to_pylist() for name in join.take.values()), strict=True))
        picks = {name: as_text(rows[name]).to_pylist() for name in join.pick}
        places: dict[tuple[str | None, ...], int] = {}
        conflicts: list[str] = []
        several = 0
        for place, key in enumerate(keys):
            if None in key:
                continue
            other = places.setdefault(key, place)
            if other == place or taken[other] == taken[place]:
                continue
            several += 1
            if not picks:
                conflicts.append(f"  {' '.join(str(part) for part in key)}: {taken[other]} and {taken[place]}")
            elif self._better(picks, place, other):
                places[key] = place
        if conflicts:
            raise SourceError(
                f"{self._path}: {len(conflicts):,} keys have rows that differ\n"
                + "\n".join(conflicts[:_SHOWN])
                + "\n    hint: say which one counts in `pick`"
            )
        return rows.select(list(join.take.values())), places, several

    def _better(self, picks: dict[str, list[Any]], place: int, other: int) -> bool:
        for name, which in self._join.pick.items():
            new, old = picks[name][place] or "", picks[name][other] or ""
            if new != old:
                return bool(new) and (not old or (new < old if which == "least" else new > old))
        return False

    def joined(self, rows: pa.Table, losses: Losses) -> pa.Table:
        """Return rows with the columns that the partner brings; those without a partner as the mapping says."""
        import pyarrow as pa
        import pyarrow.compute as pc

        join = self._join
        keys = self._keys(rows, list(join.on), list(join.on))
        found = pa.array([self._places.get(key) for key in keys], pa.int64())
        if join.unmatched is not None:
            here = pc.is_valid(found)
            losses.add("dropped", join.unmatched, len(found) - (pc.sum(here).as_py() or 0))
            rows, found = rows.filter(here), found.filter(here)
        if self.several and join.pick:
            how = ", ".join(f"{which} {name}" for name, which in join.pick.items())
            losses.counts["duplicate", f"{join.file}: rows of one key, the one with {how} taken"] = self.several
        for name, other in join.take.items():
            rows = rows.append_column(name, flat(self._rows[other]).take(found))
        return rows


def require(names: Sequence[str], needed: Sequence[str], path: Path) -> None:
    """Make sure that a file has the columns that a mapping names.

    Raises:
        SourceError: naming every column that is not there, with the nearest of those that are.
    """
    import difflib

    lost = [name for name in dict.fromkeys(needed) if name not in names]
    if not lost:
        return
    lines = []
    for name in lost:
        near = difflib.get_close_matches(name, list(names), 1)
        lines.append(f"  no column `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
    shown = ", ".join(f"`{name}`" for name in names[:60] if name != "_row")
    raise SourceError(f"{path}: is not what the mapping describes\n" + "\n".join(lines) + f"\n    hint: it has {shown}")
