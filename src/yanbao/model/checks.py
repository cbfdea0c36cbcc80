"""Do a model's own conditions hold, in each period and scenario? One fails only where rounding cannot be the cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from yanbao.errors import FormulaError, Mistake, QuantityError
from yanbao.evidence import Calculator, FollowOnError
from yanbao.formula import Binary, Expr
from yanbao.formula.truth import COMPARISONS
from yanbao.model.model import ALL, Check, Model
from yanbao.quantity import Quantity, format_quantity


@dataclass(frozen=True)
class Checked:
    """A check in one period of one scenario: whether it holds, or why it cannot be judged.

    `rounding`: the printed values say no, and the true ones behind them may say yes.
    """

    check: Check
    scenario: str
    row: str
    state: Literal["holds", "rounding", "fails", "missing"]
    detail: str = ""  # both sides of a comparison, or why there is nothing to judge


def checked(model: Model, calculator: Calculator) -> Iterator[Checked]:
    """Yield each check of a model in each of its periods and scenarios; all cells are computed before."""
    for check in model.checks:
        for scenario in check.scenarios:
            for row in check.rows:
                try:
                    yield _judged(model, calculator, check, scenario, row)
                except FollowOnError:  # a cell of it has a mistake of its own
                    continue


def _judged(model: Model, calculator: Calculator, check: Check, scenario: str, row: str) -> Checked:
    table = model.table(scenario)
    at = None if row == ALL else row
    found = calculator.judge(check.expr, table, at)
    if isinstance(found, str):
        return Checked(check, scenario, row, "missing", found)
    state: Literal["holds", "rounding", "fails"] = "holds" if found.value else "fails" if found.sure else "rounding"
    return Checked(check, scenario, row, state, _sides(check.expr, calculator, table, at))


def _sides(expr: Expr, calculator: Calculator, table: str, row: str | None) -> str:
    if not isinstance(expr, Binary) or expr.operator not in COMPARISONS:
        return ""
    left, right = (calculator.value(part, table, row) for part in (expr.left, expr.right))
    right = right.to(left.unit) if left.unit.same_dimension(right.unit) else right
    return f"{_said(left)} {expr.operator} {_said(right)}"


def _said(quantity: Quantity) -> str:
    decimals = quantity.decimals
    if decimals is None:
        decimals = next((count for count in range(4) if (quantity.value * 10**count).denominator == 1), 4)
    return format_quantity(quantity, decimals=decimals, grouping=True)


def note_failures(models: Mapping[str, Model], calculator: Calculator) -> None:
    """Add a mistake to the evidence for each check that fails: the first period of each scenario, and how many."""
    for model in models.values():
        failed: dict[tuple[int, str], list[Checked]] = {}
        try:
            for result in checked(model, calculator):
                if result.state == "fails":
                    failed.setdefault((result.check.file_line, result.scenario), []).append(result)
        except (FormulaError, QuantityError) as error:
            line = model.checks[0].file_line
            calculator.evidence.mistakes.append(Mistake(model.file, line, "checks", str(error)))
            continue
        for results in failed.values():
            first = results[0]
            calculator.evidence.mistakes.append(_mistake(model, first, len(results) - 1))


def _mistake(model: Model, result: Checked, others: int) -> Mistake:
    check = result.check
    label = check.label.zh or check.label.en or check.text
    where = "" if result.row == ALL else f" in {result.row}"
    where += "" if result.scenario == "base" else f" of scenario {result.scenario}"
    more = f", and in {others} more periods" if others else ""
    detail = f": {result.detail}" if result.detail else ""
    cause = f"the check “{label}” fails{where}{more}: {check.text}{detail}"
    return Mistake(model.file, check.file_line, "checks", cause, "rounding cannot be the cause; mend a line")
