"""A model's workbook computed anew by a second engine, in each scenario, beside what the model comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from yanbao.author.binding import default_decimals
from yanbao.model.model import ALL
from yanbao.quantity import Quantity
from yanbao.read.contents import FileContents
from yanbao.read.number_display import display
from yanbao.read.xlsx import computed, read_xlsx
from yanbao.render.xlsx.grid import Address
from yanbao.render.xlsx.number_format import cell_value, is_percent, plain_code
from yanbao.workbook.contents import scenario_names
from yanbao.workbook.layout import SCENARIO, Layout, check_key, name_key
from yanbao.workbook.subject import Subject, parts_of
from yanbao.workbook.view_sheets import ViewCell

_NOISE: Final = Fraction(1, 10**9)  # of the number
_UNSEEN: Final = 6  # places behind the last printed one, for what is left where large numbers cancel each other

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


def recompute(path: Path, subject: Subject, layout: Layout, views: Sequence[ViewCell] = ()) -> Recomputed:
    """Return what differs between a workbook and its model: does each cell show the same digits, in each scenario?

    The formulas are read from the file and computed by IronCalc, with each scenario chosen in turn. Compared is each
    line in each period, and each check, as printed; and each live cell of a view in the scenario that it starts from.

    Raises:
        ReadError: the workbook cannot be read or computed.
    """
    found = list(compared(read_xlsx(path), subject, layout.addresses, views))
    return Recomputed(len(found), tuple(each for each in found if each.model != each.workbook))


def compared(
    contents: FileContents, subject: Subject, addresses: Mapping[str, Address], views: Sequence[ViewCell] = ()
) -> Iterator[Difference]:
    """Yield each cell of a model, and each check, in each scenario, as the model has it and as the workbook does.

    Args:
        contents: the workbook.
        subject: the model with its facts.
        addresses: where its cells stand in the workbook, by key.
    """
    choice = addresses[SCENARIO]
    names = scenario_names(subject)
    for scenario in subject.scenarios:
        name = contents_text(contents, addresses[name_key(scenario)]) or names[scenario]
        values = computed(contents, {(choice.sheet, choice.a1): name})
        yield from _lines(subject, addresses, scenario, values)
        yield from _checks(subject, addresses, scenario, values)
        yield from _views(subject, [each for each in views if each.scenario == scenario], values)


def contents_text(contents: FileContents, address: Address) -> str | None:
    """Return the text of a cell of a workbook."""
    for page in contents.pages:
        for segment in page.segments if page.id == address.sheet else ():
            if segment.cell is not None and segment.cell.address == address.a1:
                return segment.cell.value if isinstance(segment.cell.value, str) else None
    return None


def _checks(subject: Subject, addresses: Mapping[str, Address], scenario: str, values: Values) -> Iterator[Difference]:
    """Yield each check that can be judged; the model has no failing one, or it would not have been computed."""
    first = ALL if any(line.once for line in subject.model.lines.values()) else next(iter(subject.model.rows), ALL)
    for number, check in enumerate(subject.model.checks):
        for row in check.rows if scenario in check.scenarios else ():
            address = addresses[check_key(number, first if row == ALL else row)]
            value = values.get((address.sheet, address.a1))
            if isinstance(value, Fraction):
                label = check.label.get(subject.language) or check.text
                yield Difference(address, label, row, scenario, "holds", "holds" if value == 0 else "fails")


def _lines(subject: Subject, addresses: Mapping[str, Address], scenario: str, values: Values) -> Iterator[Difference]:
    for line in subject.model.lines.values():
        for row in line.cells:
            address = addresses[f"{subject.model.id}.{line.id}@{row}"]
            if (address.sheet, address.a1) not in values:
                continue  # missing in all scenarios: the cell holds no formula
            quantity = subject.fact(line.id, row, scenario).quantity
            unit = quantity or subject.quantity(f"{subject.model.id}.{line.id}@{row}")
            wanted, found = _both(quantity, unit, values[address.sheet, address.a1])
            yield Difference(address, line.id, row, scenario, wanted, found)


def _views(subject: Subject, cells: Iterable[ViewCell], values: Values) -> Iterator[Difference]:
    for each in cells:
        _, line, row = parts_of(each.fact)
        quantity = subject.evidence.facts[each.fact].quantity
        wanted, found = _both(quantity, quantity, values.get((each.address.sheet, each.address.a1)))
        yield Difference(each.address, line, row, each.scenario, wanted, found)


def _both(quantity: Quantity | None, unit: Quantity | None, value: Fraction | str | bool | None) -> tuple[str, str]:
    """Return what the model has and what the workbook has, as printed; to all digits where they are apart."""
    if isinstance(value, Fraction) and quantity is not None and _apart(value, quantity):
        return f"{float(cell_value(quantity)):.12g}", f"{float(value):.12g}"
    return "missing" if quantity is None else _shown(cell_value(quantity), quantity), _shown(value, unit)


def _apart(value: Fraction, quantity: Quantity) -> bool:
    """Whether two numbers that may print alike differ by more than floating point can."""
    exact = cell_value(quantity)
    unseen = Fraction(1, 10 ** (default_decimals(quantity) + _UNSEEN))
    return abs(value - exact) > max(abs(exact) * _NOISE, unseen / (100 if is_percent(quantity.unit) else 1))


def _shown(value: Fraction | str | bool | None, quantity: Quantity | None) -> str:
    """Return a value with the places that a quantity is printed with; without one no scenario has a value."""
    if not isinstance(value, Fraction):
        return "missing"  # a text or an error
    if quantity is None:
        return f"{float(value):.12g}"
    return display(value, plain_code(default_decimals(quantity), is_percent(quantity.unit)))
