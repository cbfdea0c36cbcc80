"""Files brought in by mappings: the source behind `yanbao load MAPPING`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from yanbao.errors import SourceError
from yanbao.source import clock
from yanbao.source.convert import as_text, convert, flat, present, to_codes, to_days
from yanbao.source.join import Partner, require
from yanbao.source.mapping import ColumnMap, Mapping
from yanbao.source.mapping_file import MappingFile, files_of
from yanbao.source.reader import file_digest, read_rows
from yanbao.source.shape import NO_VALUE, Losses, computed, deduplicated, dropped, melted, melted_labels, paired
from yanbao.source.sql import DatabaseRows
from yanbao.store.batch import ROW, Batch

if TYPE_CHECKING:
    import pyarrow as pa


class FileSource:
    """The files of one mapping, as batches.

    A batch's digest is of the file with its name, the mapping and the files it joins: a changed mapping loads its
    files again.
    """

    def __init__(self, made: MappingFile, data: Path | None = None) -> None:
        self._made = made
        self._data = data if data is not None else made.path.parent

    @property
    def name(self) -> str:
        """Whose data they are."""
        return self._made.mapping.source

    @property
    def most_refused(self) -> float:
        """The share of a file's rows that may be refused."""
        return self._made.mapping.most_refused

    def files(self) -> list[Path]:
        """Return the files that will be read, none for a database.

        Raises:
            SourceError: one is not there, or lies outside the folder.
        """
        return files_of(self._made, self._data)

    def batches(self) -> Iterator[Batch]:
        """Yield one batch a file, in order of the files' names.

        Raises:
            SourceError: a file is not there, can't be read, or is not what the mapping describes.
        """
        if self._made.mapping.database is not None:
            yield _File(self._made, self._data, None).batch()
        for path in self.files():
            file = path.relative_to(self._data).as_posix()
            try:
                yield _File(self._made, self._data, path).batch()
            except SourceError as error:
                # the other files go on: the cause is told where the rows are read
                yield Batch(self._made.table.name, file, f"unread {file}", _failing(error))


class _File:
    """One file on its way into one table."""

    def __init__(self, made: MappingFile, data: Path, path: Path | None) -> None:
        self._made = made
        self._mapping: Mapping = made.mapping
        self._table = made.table
        self._data = data
        self._database = DatabaseRows(self._mapping.database, data) if self._mapping.database is not None else None
        self._path = path if path is not None else data / (self._database.name if self._database else "")
        self._losses = Losses()
        self._groups = self._named()
        self._partners: list[Partner | None] = [None] * len(self._mapping.join)
        self._columns = {
            name: spec.model_copy(update={"from_": self._filled(spec.from_)})
            for name, spec in self._mapping.columns.items()
        }

    def batch(self) -> Batch:
        digest = hashlib.sha256(self._made.digest.encode())
        digest.update((self._database.digest() if self._database else file_digest(self._path)).encode())
        for index in range(len(self._mapping.join)):
            digest.update(file_digest(self._partner_path(index)).encode())
        file = self._path.relative_to(self._data).as_posix()
        digest.update(file.encode())  # what a name tells is part of what is loaded
        return Batch(self._table.name, file, digest.hexdigest(), self._rows(), self._losses)

    def _named(self) -> dict[str, str]:
        if self._mapping.file_name is None:
            return {}
        match = re.search(self._mapping.file_name, self._path.name)
        if match is None:
            hint = f"`file_name` of {self._made.path.name}"
            raise SourceError(f"{self._path}: its name does not match `{self._mapping.file_name}`\n    hint: {hint}")
        return {name: text or "" for name, text in match.groupdict().items()}

    def _filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self._groups.get(match[1], match[0]), text)

    def _partner_path(self, index: int) -> Path:
        return self._data / self._filled(self._mapping.join[index].file)

    def _partner(self, index: int, raw: list[str]) -> Partner:
        partner = self._partners[index]
        if partner is None:
            path = self._partner_path(index)
            partner = Partner(path, self._mapping.join[index], self._table, self._mapping.code, raw)
            self._partners[index] = partner
        return partner

    def _rows(self) -> Iterator[pa.Table]:
        import pyarrow as pa

        mapping = self._mapping
        chunks = self._database.rows() if self._database else read_rows(self._path, mapping)
        if mapping.duplicates is not None or mapping.events is not None:
            # what a row repeats or ends may stand anywhere in the file
            whole = list(chunks)
            chunks = iter([pa.concat_tables(whole)] if whole else [])
        count = 0
        for chunk in chunks:
            count += chunk.num_rows
            made = self._shaped(chunk)
            if made.num_rows:
                yield made
        self._bounded(count)

    def _bounded(self, count: int) -> None:
        """Refuse a file of which the rules have left out more than the mapping declares; empty cells are no rows."""
        most = self._mapping.most_dropped
        gone = {loss.reason: loss.count for loss in self._losses if loss.kind == "dropped" and loss.reason != NO_VALUE}
        if most is not None and sum(gone.values()) > most * count:
            reasons = "\n".join(f"  {number:,}: {reason}" for reason, number in gone.items())
            what = f"{sum(gone.values()):,} of {count:,} rows are left out, more than {most:.2%}"
            hint = "has the file changed? `most_dropped` is what was declared"
            raise SourceError(f"{self._path}: {what}\n{reasons}\n    hint: {hint}")

    def _shaped(self, rows: pa.Table) -> pa.Table:
        mapping = self._mapping
        raw = [*rows.column_names]
        early = [index for index, join in enumerate(mapping.join) if self._is_early(index, raw)]
        labels = melted_labels(mapping.melt, raw) if mapping.melt is not None else {}
        if mapping.melt is not None and not labels:
            raise SourceError(f"{self._path}: no column matches melt.pattern `{mapping.melt.pattern}`")
        require(raw, [name for name in self._needed(labels) if name not in self._brought()], self._path)
        rows = dropped(rows, [rule for rule in mapping.drop if rule.column in raw], mapping.missing, self._losses)
        for index in early:
            rows = self._partner(index, raw).joined(self._with_constants(index, rows), self._losses)
        here = set(rows.column_names)
        brought = [rule for rule in mapping.drop if rule.column not in raw and rule.column in here]
        rows = dropped(rows, brought, mapping.missing, self._losses)
        rows = computed(rows, mapping.computed, mapping.missing)
        if mapping.events is not None:
            rows = paired(rows, mapping.events, mapping.missing, self._losses)
        if mapping.melt is not None:
            keep = [
                name for name in rows.column_names if name not in labels and name != ROW and name in self._needed(())
            ]
            rows = melted(rows, mapping.melt, labels, keep, mapping.missing, self._losses)
            rows = self._melted_codes(rows)
            for index in range(len(mapping.join)):
                if index not in early:
                    rows = self._partner(index, raw).joined(rows, self._losses)
            late = [rule for rule in mapping.drop if rule.column not in here]
            rows = dropped(rows, late, mapping.missing, self._losses)
        return self._target(rows)

    def _with_constants(self, index: int, rows: pa.Table) -> pa.Table:
        """Return rows with the constants that a join has among its keys."""
        import pyarrow as pa

        for name in self._mapping.join[index].on:
            if name not in rows.column_names:
                text = self._filled(self._mapping.constants[name])
                rows = rows.append_column(name, pa.array([text] * rows.num_rows, pa.string()))
        return rows

    def _is_early(self, index: int, raw: list[str]) -> bool:
        brought = [name for join in self._mapping.join[:index] for name in join.take]
        known = {*raw, *brought, *self._mapping.constants}
        return all(name in known for name in self._mapping.join[index].on)

    def _brought(self) -> set[str]:
        mapping = self._mapping
        brought = {name for join in mapping.join for name in join.take} | set(mapping.computed) | set(mapping.constants)
        if mapping.melt is not None:
            brought |= {mapping.melt.into, mapping.melt.value}
        return brought | set(mapping.columns if mapping.melt is not None else ())

    def _needed(self, labels: Iterable[str]) -> list[str]:
        """The columns of the file that the mapping names, with those that are melted."""
        filled = self._mapping.model_copy(update={"columns": self._columns, "melt": None})
        return list(dict.fromkeys([*named_columns(filled), *labels]))

    def _melted_codes(self, rows: pa.Table) -> pa.Table:
        """What was melted out of column names is read as the table's column is: a code or a day."""
        assert self._mapping.melt is not None
        name = self._mapping.melt.into
        column = self._table.column(name)
        place = rows.schema.get_field_index(name)
        texts = as_text(rows[name])
        if column.is_code:
            return rows.set_column(place, name, to_codes(texts, self._mapping.code))
        if column.type == "day":
            return rows.set_column(place, name, to_days(texts, periods=True))
        return rows

    def _target(self, rows: pa.Table) -> pa.Table:
        import pyarrow as pa

        mapping, count = self._mapping, rows.num_rows
        columns: dict[str, pa.Array] = {}
        if mapping.melt is not None:
            extras = {name for label in mapping.melt.columns.values() for name in label.with_}
            for name in (mapping.melt.into, mapping.melt.value, *sorted(extras)):
                columns[name] = flat(rows[name])
        if mapping.events is not None:
            columns |= {name: flat(rows[name]) for name in ("entry", "exit")}
        for name, text in mapping.constants.items():
            one = convert(
                pa.array([self._filled(text)]), self._table.column(name), _plain(name), mapping.missing, mapping.code
            )
            columns[name] = pa.array(one.to_pylist() * count, one.type)
        for name, spec in self._columns.items():
            if spec.year_after is None:
                columns[name] = convert(rows[spec.from_], self._table.column(name), spec, mapping.missing, mapping.code)
        made = pa.table({**columns, ROW: flat(rows[ROW])})
        made, rows = self._clocks(made, rows)
        made = self._checked(made, rows)
        if mapping.duplicates is not None:
            made = deduplicated(made, mapping.duplicates, self._losses)
        return made

    def _clocks(self, made: pa.Table, rows: pa.Table) -> tuple[pa.Table, pa.Table]:
        import pyarrow.compute as pc

        mapping = self._mapping
        for name, spec in self._columns.items():
            if spec.year_after is None:
                continue
            texts = present(as_text(rows[spec.from_]), (*mapping.missing, *spec.missing))
            days, late = clock.with_year(texts, flat(made[spec.year_after]), by_deadline=spec.by_deadline)
            self._losses.add("dropped", clock.LATE, pc.sum(late).as_py() or 0)
            kept = pc.invert(late)
            made = made.append_column(name, to_days(days)).filter(kept)
            rows = rows.filter(kept)
        if mapping.published is not None:
            name = self._table.published or "published"
            after = flat(made[mapping.published.after])
            days = clock.by_rule(after, mapping.published)
            made = made.append_column(name, days)
            reason = f"{name}: {mapping.published.words}: {mapping.published.reason}"
            self._losses.add("defaulted", reason, len(days) - days.null_count)
        return made, rows

    def _checked(self, made: pa.Table, rows: pa.Table) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc

        for rule in self._mapping.checked:
            days = to_days(present(as_text(rows[rule.column]), self._mapping.missing))
            limit = flat(made[rule.not_after])
            if not (pa.types.is_date32(days.type) and pa.types.is_date32(limit.type)):
                raise SourceError(f"{self._path}: `{rule.column}` or `{rule.not_after}` holds texts that are no days")
            wrong = pc.fill_null(pc.greater(days, limit), False)
            self._losses.add("dropped", rule.reason, pc.sum(wrong).as_py() or 0)
            kept = pc.invert(wrong)
            made, rows = made.filter(kept), rows.filter(kept)
        return made


def named_columns(mapping: Mapping) -> list[str]:
    """Return the columns of a file that a mapping names; those that a pattern finds are not among them."""
    from yanbao.formula import operands, parse

    needed = [column.from_ for column in mapping.columns.values()]
    needed += [drop.column for drop in mapping.drop] + [check.column for check in mapping.checked]
    needed += [name for join in mapping.join for name in join.on]
    needed += [name for rule in mapping.computed.values() for name in operands(parse(rule.formula))]
    if mapping.events is not None:
        needed += [mapping.events.day, mapping.events.kind, mapping.events.by]
    if mapping.melt is not None:
        needed += list(mapping.melt.columns)
    return list(dict.fromkeys(needed))


def _plain(name: str) -> ColumnMap:
    return ColumnMap.model_validate({"from": name})


def _failing(error: SourceError) -> Iterator[pa.Table]:
    raise error
    yield
