"""Coverage-guided fuzzing of the grammar of formulas and of models, with atheris (in an environment of its own).

    python -m venv fuzz && fuzz/bin/pip install atheris
    PYTHONPATH=src:SITE_PACKAGES fuzz/bin/python tools/fuzz_formula.py formula CORPUS -max_total_time=600

The first argument is formula, excel or periods. Whatever comes is read or refused with an error of ours; a formula
that is read is printed, read again as the same, and computed by every evaluator.
"""

from __future__ import annotations

import contextlib
import sys

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["yanbao"]):
    from yanbao import relation
    from yanbao.errors import YanbaoError
    from yanbao.formula import evaluate, excel, operands, parse, source
    from yanbao.formula.array import evaluate_array
    from yanbao.formula.expr import Name, Ref, transform
    from yanbao.model.periods import periods_of
    from yanbao.quantity import Quantity
    from yanbao.quantity.unit import PERCENT
    from yanbao.workbook.formula_text import parse_formula

NUMBERS = [Quantity.printed("45", PERCENT), Quantity.exact(3), Quantity.printed("0.5"), Quantity.exact(-2)]


def formula(text: str) -> None:
    """Read, expand, print, compute and write as Excel; each may refuse, none may crash."""
    expr = parse(text)
    assert parse(source(expr)) == expr, text
    bound = transform(relation.expand(expr), lambda part: Ref(source(part)[:20]) if isinstance(part, Name) else part)
    names = {name: at for at, name in enumerate(operands(bound))}

    def quantity(name: str) -> Quantity:
        return NUMBERS[names[name] % len(NUMBERS)]

    for work in (
        lambda: evaluate(bound, quantity),
        lambda: evaluate_array(bound, lambda name: float(quantity(name).value)),
        lambda: excel(bound, lambda name: (f"C{names[name] + 1}", quantity(name).unit)),
    ):
        with contextlib.suppress(YanbaoError):
            work()


def workbook(text: str) -> None:
    """Read a cell of an edited workbook."""
    parse_formula(text, lambda sheet, row, column: f"{sheet}{row}.{column}")


def periods(text: str) -> None:
    """Read the periods of a model."""
    found = periods_of(tuple(text.split(",")))
    assert [each.period.end for each in found] == sorted({each.period.end for each in found}), text


TARGETS = {"formula": formula, "excel": workbook, "periods": periods}


def main() -> None:
    """Fuzz the target that the first argument names."""
    target = TARGETS[sys.argv.pop(1)]

    def once(data: bytes) -> None:
        text = atheris.FuzzedDataProvider(data).ConsumeUnicode(len(data)) if data[:1] == b"\xff" else None
        with contextlib.suppress(YanbaoError):
            target(data.decode("utf-8", "replace") if text is None else text)

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
