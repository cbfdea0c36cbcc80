"""Every line of the fixtures: values, intervals and units by hand; errors as an analyst reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from formula.cases import answer, blocks, operands
from yanbao.errors import FormulaError, UnitError
from yanbao.formula import evaluate, parse

FIXTURES = Path(__file__).parent / "fixtures"
VALUES = blocks(FIXTURES / "values.txt")
ERRORS = blocks(FIXTURES / "errors.txt")


def _split(question: str) -> tuple[str, str]:
    expression, _, given = question.rpartition("|")
    return expression.strip(), given


@pytest.mark.parametrize(("line", "question", "expected"), VALUES, ids=[f"{line}" for line, _, _ in VALUES])
def test_value(line: int, question: str, expected: str) -> None:
    expression, given = _split(question)
    wanted = answer(expected)
    found = evaluate(parse(expression), operands(given).__getitem__)
    assert found.unit.dimension == wanted.unit.dimension
    assert found.unit.kind == wanted.unit.kind
    assert found.unit.scale == wanted.unit.scale, "the unit stays the one of the operands"
    assert wanted.matches(found), f"values.txt:{line}: {found}"


@pytest.mark.parametrize(("line", "question", "expected"), ERRORS, ids=[f"{line}" for line, _, _ in ERRORS])
def test_error(line: int, question: str, expected: str) -> None:
    expression, given = _split(question)
    with pytest.raises((FormulaError, UnitError)) as caught:
        evaluate(parse(expression), operands(given).__getitem__)
    assert str(caught.value) == expected, f"errors.txt:{line}"


def test_there_are_enough_cases() -> None:
    assert len(VALUES) >= 80
    assert len({_split(question)[0] for _, question, _ in VALUES}) > 60
