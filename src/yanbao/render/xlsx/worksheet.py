"""Worksheets and charts as xlsxwriter writes them, and those that are put back as the build before wrote them.

What depends on the other sheets in a sheet's XML are the numbers of its styles and of its shared texts, in a chart's
XML the numbers of its axes. What is kept has slots for these, which are filled anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.sharedstrings import SharedStringTable
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_CELL = re.compile(r'(?<=<c r=")([A-Z]+[0-9]+")(?: s="([0-9]+)")?(?: t="s"><v>([0-9]+)</v>)?')
_AXIS = re.compile(r'(<c:(?:axId|crossAx) val=")([0-9]+)(?=[0-9]{4}")')
# what a worksheet has of its workbook, or of one writing
_OF_BOOK = frozenset(
    (
        *("index", "str_table", "worksheet_meta", "workbook_add_format", "embedded_images", "default_url_format"),
        *("default_date_format", "fh", "table", "charts", "kept", "state", "formats", "numbers"),
    )
)


@dataclass(frozen=True)
class KeptChart:
    """A chart that was written: its XML between the numbers of its axes."""

    pieces: tuple[str, ...]
    offsets: tuple[int, ...]  # from the chart's number to that of the axis after each piece but the last
    size: tuple[float, float]  # pixels

    @staticmethod
    def of(chart: Any) -> KeptChart:
        """Return a chart that was just written."""
        parts = _AXIS.split(chart.fh.getvalue())
        heads = [text + start for text, start in zip(parts[::3], parts[1::3], strict=False)]
        offsets = tuple(int(number) - chart.id for number in parts[2::3])
        return KeptChart((*heads, parts[-1]), offsets, (chart.width, chart.height))


class _Chart:
    """A kept chart in a workbook: what the workbook asks of a chart."""

    combined, chart_name, series = None, "", True
    formula_ids: Mapping[str, int] = {}

    def __init__(self, kept: KeptChart) -> None:
        self.id, self._kept = -1, kept
        self.width, self.height = kept.size

    def _set_xml_writer(self, file: StringIO) -> None:
        self._file = file

    def _assemble_xml_file(self) -> None:
        numbers = [f"{offset + self.id:04d}" for offset in self._kept.offsets]
        self._file.write("".join(chain.from_iterable(zip(self._kept.pieces, [*numbers, ""], strict=True))))


@dataclass(frozen=True)
class KeptSheet:
    """A worksheet that was written: its XML between the slots, and what the workbook asks of it."""

    pieces: tuple[str, ...]
    slots: tuple[tuple[int, int], ...]  # style and text of the cell after each piece but the last, -1 for none
    styles: tuple[object, ...]  # in the order of first use: the key of each format
    texts: tuple[str, ...]  # in the order in which they were shared, with repetitions
    charts: tuple[tuple[list[Any], KeptChart], ...]  # each with what the worksheet says of it
    state: Mapping[str, Any]


def kept(worksheet: Worksheet, texts: tuple[str, ...], keys: Mapping[int, object]) -> KeptSheet:
    """Return a worksheet that was just written; `keys` are those of the formats by their number in the workbook."""
    xml = worksheet.fh.getvalue()
    strings = worksheet.str_table.string_array
    places = {text: at for at, text in enumerate(texts)}
    styles: dict[object, int] = {}
    pieces: list[str] = []
    slots: list[tuple[int, int]] = []
    at = 0
    for cell in _CELL.finditer(xml):
        _, style, text = cell.groups()
        if style is None and text is None:
            continue
        pieces.append(xml[at : cell.end(1)])
        first = -1 if style is None else styles.setdefault(keys[int(style)], len(styles))
        slots.append((first, -1 if text is None else places[strings[int(text)]]))
        at = cell.end()
    pieces.append(xml[at:])
    charts = tuple((entry, KeptChart.of(entry[2])) for entry in worksheet.charts)
    state: Mapping[str, Any] = worksheet.state  # type: ignore[attr-defined, unused-ignore]
    return KeptSheet(tuple(pieces), tuple(slots), tuple(styles), texts, charts, state)


@cache
def worksheet_class() -> type[Worksheet]:
    """Return the class of a workbook's worksheets."""
    from xlsxwriter.worksheet import Worksheet

    class Sheet(Worksheet):  # type: ignore[misc, unused-ignore]
        """A worksheet that can be put back, and that looks for new functions only in formulas that call one."""

        kept: KeptSheet | None = None

        def remember(self) -> None:
            """Note what the workbook will ask of this sheet, before it is written."""
            blank = vars(Sheet())
            self.state = {
                name: copy(value)
                for name, value in vars(self).items()
                if name not in _OF_BOOK and (name not in blank or value != blank[name])
            }

        def put_back(self, book: Workbook, kept: KeptSheet, formats: Iterable[Format]) -> None:
            """Become a sheet that was kept; `formats` are those of its styles."""
            self.__dict__.update({name: copy(value) for name, value in kept.state.items()})
            self.kept, self.formats = kept, list(formats)
            # in the order of the first writing: it decides the numbers of all texts
            self.numbers = [self.str_table._get_shared_string_index(text) for text in kept.texts]
            for entry, chart in kept.charts:
                self.charts.append([*entry[:2], _Chart(chart), *entry[3:]])
                book.charts.append(self.charts[-1][2])

        def _assemble_xml_file(self) -> None:
            if self.kept is None:
                super()._assemble_xml_file()
                return
            styles = [f' s="{number}"' for number in (one._get_xf_index() for one in self.formats)]
            texts = [f' t="s"><v>{number}</v>' for number in self.numbers]
            styles.append("")
            texts.append("")  # the last: of a slot that has none
            parts = self.kept.pieces
            filled = [
                f"{piece}{styles[one]}{texts[two]}" for piece, (one, two) in zip(parts, self.kept.slots, strict=False)
            ]
            self.fh.write("".join(filled) + parts[-1])

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            if formula.startswith("=") and "(" not in formula and not formula.endswith("}"):
                return formula[1:]
            prepared: str = super()._prepare_formula(formula, expand_future_functions)
            return prepared

    return Sheet


@cache
def workbook_class() -> type[Workbook]:
    """Return the class of the workbook."""
    from xlsxwriter.workbook import Workbook

    class Book(Workbook):  # type: ignore[misc, unused-ignore]
        """A workbook whose sheets have names that Excel takes, each once (`names.Names`)."""

        def _check_sheetname(self, sheetname: str, is_chartsheet: bool = False) -> str:
            return sheetname  # xlsxwriter compares it with those of all sheets: a tenth of the time

    return Book


@cache
def string_table_class() -> type[SharedStringTable]:
    """Return the class of a workbook's table of shared texts: one that tells in which order it was asked."""
    from xlsxwriter.sharedstrings import SharedStringTable

    class Strings(SharedStringTable):  # type: ignore[misc, unused-ignore]
        """The shared texts of a workbook."""

        def __init__(self) -> None:
            super().__init__()
            self.asked: list[str] = []

        def _get_shared_string_index(self, string: str) -> int:
            self.asked.append(string)
            number: int = super()._get_shared_string_index(string)
            return number

    return Strings
