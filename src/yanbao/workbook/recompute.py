"""A model's workbook computed anew by a second engine, in each scenario, beside what the model comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from yanbao.quantity import Quantity
from yanbao.read.number_display import display
from yanbao.read.xlsx import computed, read_xlsx
from yanbao.render.xlsx.grid import Address
from yanbao.render.xlsx.number_format import cell_value, is_percent, plain_code
from yanbao.workbook.contents import places, scenario_names
from yanbao.workbook.layout import SCENARIO, Layout
from yanbao.workbook.subject import Subject

Values = Mapping[tuple[str, str], Fraction | str | bool | None]


@dataclass(frozen=True)
class Difference:
    """A cell that comes to something else in the workbook than in the model."""

    cell: Address
    line: str  # or the check's label
    row: str
    scenario: str
    model: str
    workbook: str


@dataclass(frozen=True)
class Recomputed:
    """How many cells were compared over all scenarios, and those that differ."""

    compared: int
    differences: tuple[Difference, ...]


def recompute(path: Path, subject: Subject, layout: Layout) -> Recomputed:
    """Return what differs between a workbook and its model: does each cell show the same digits, in each scenario?

    The formulas are read from the file and computed by IronCalc, with each scenario chosen in turn. Compared is each
    line in each period, and each check, as printed.

    Raises:
        ReadError: the workbook cannot be read or computed.
    """
    contents = read_xlsx(path)
    choice = layout.addresses[SCENARIO]
    compared, differences = 0, []
    for scenario, name in scenario_names(subject).items():
        values = computed(contents, {(choice.sheet, choice.a1): name})
        for each in _compared(subject, layout, scenario, values):
            compared += 1
            differences += [each] if each.model != each.workbook else []
    return Recomputed(compared, tuple(differences))


def _compared(subject: Subject, layout: Layout, scenario: str, values: Values) -> Iterator[Difference]:
    for line in subject.model.lines.values():
        for row in line.cells:
            address = layout.addresses[f"{subject.model.id}.{line.id}@{row}"]
            if (address.sheet, address.a1) not in values:
                continue  # missing in all scenarios: the cell holds no formula
            quantity = subject.fact(line.id, row, scenario).quantity
            unit = quantity or subject.quantity(f"{subject.model.id}.{line.id}@{row}")
            assert unit is not None
            found = _shown(values[address.sheet, address.a1], unit)
            wanted = "missing" if quantity is None else _shown(cell_value(quantity), quantity)
            yield Difference(address, line.id, row, scenario, wanted, found)


def _shown(value: Fraction | str | bool | None, quantity: Quantity) -> str:
    if not isinstance(value, Fraction):
        return "missing"  # a text or an error
    return display(value, plain_code(places(quantity), is_percent(quantity.unit)))
