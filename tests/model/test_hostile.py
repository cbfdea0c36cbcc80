"""Models that someone else wrote: no crash, no hang, no memory that grows without end; each refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.models import GRID, HEAD, computed, facts, mistakes, number
from yanbao.errors import Mistake, QuantityError
from yanbao.model.load import load_model
from yanbao.model.periods import periods_of

ROLL = """periods = ["1950-01:2024-05", "2024-06E:2049-12E"]
[lines.a]
unit = "亿元"
values = { 1950-01 = "1.234" }
formula = "prev(a) * (1 + g)"
[lines.g]
value = "1.37"
unit = "%"
reason = "假设"
"""


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("(" * 10_000 + "1" + ")" * 10_000, "has more than 60 levels"),
        ("-" * 10_000 + "1", "has more than 60 levels"),
        ("1" + "+1" * 1_000_000, "at most 400000 are allowed"),
        ("2 ** 1000000000", "an exponent beyond 1000 is no arithmetic of a report"),
        ("9 ** 9 ** 9 ** 9", "an exponent beyond 1000 is no arithmetic of a report"),
        ("(1 + 1 / 3) ** 999 ** 2", "an exponent beyond 1000"),
        ("1" * 41, "a number of more than 40 digits"),
        ("sum(" + "1," * 30_000 + "1)", "the expression grows beyond 20000 parts"),
        ("1 / 0", "division by a number that may be 0"),
        ("a.b.c", "only table.column has a dot"),
        ("__import__(1)", "unknown function `__import__`"),
        ("'x'", "there is no text in an expression"),
        ("1 + ２", "write the digit as 2"),
        ("x\u202e + 1", "unexpected '\\u202e'"),
    ],
)
def test_formulas(tmp_path: Path, formula: str, said: str) -> None:
    (one,) = mistakes(tmp_path, m=f'[lines.x]\nformula = "{formula}"\n')
    assert one.startswith("models/m.toml:2: ")
    assert said in one


def test_ten_megabytes_are_not_read(tmp_path: Path) -> None:
    (said,) = mistakes(tmp_path, m='[lines.x]\nformula = "1' + "+1" * 5_000_000 + '"\n')
    assert "at most 4,000,000 are read" in said


@pytest.mark.parametrize(
    "periods",
    [
        "1900-01:2099-12",
        '", "'.join(f"{1900 + at // 12}-{at % 12 + 1:02d}" for at in range(2_000)),
        '", "'.join(f"{1900 + at % 200}Q{at % 4 + 1}" for at in range(10_000)),
    ],
)
def test_ten_thousand_periods_are_refused(tmp_path: Path, periods: str) -> None:
    (said,) = mistakes(tmp_path, m=f'periods = ["{periods}"]\n[lines.x]\nformula = "1"\n')
    assert said.startswith("models/m.toml:1: periods: ")


def test_a_model_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    lines = "".join(f'[lines.x{at}]\nformula = "1"\n' for at in range(60))
    (said,) = mistakes(tmp_path, m=f'periods = ["1950-01:2049-12"]\n{lines}')
    assert said == "models/m.toml:1: periods: lines x periods x scenarios are 72,000 cells; at most 60,000"


def test_formulas_that_take_all_periods_in_each_are_bounded(tmp_path: Path) -> None:
    lines = "".join(f'[lines.b{at}]\nformula = "sum(a[:])"\n' for at in range(5))
    (said,) = mistakes(tmp_path, m=f'periods = ["2000-01:2049-12"]\n[lines.a]\nformula = "1"\n{lines}')
    assert "more than 500,000 cells are taken" in said


@pytest.mark.parametrize("formula", ["prev(a) * prev(a)", "prev(a) ** 3", "prev(a) * 100000 ** 60"])
def test_numbers_that_grow_without_end_are_told_once(tmp_path: Path, formula: str) -> None:
    model = f'periods = ["2000:2099"]\n[lines.a]\nvalues = {{ 2000 = "1.5" }}\nformula = "{formula}"\n'
    (said,) = mistakes(tmp_path, m=model)
    assert "digits" in said


def test_digits_of_a_long_chain_are_bounded_and_its_value_is_right(tmp_path: Path) -> None:
    made = computed(tmp_path, m=ROLL)
    quantity = facts(made)["m.a@2049-12E"].quantity
    assert quantity is not None
    assert quantity.value.denominator.bit_length() < 5_000  # exactly, 1,199 products of 10137/10000 have 16,000
    assert float(quantity.value) == pytest.approx(1.234 * 1.0137**1199, rel=1e-12)
    low, high = quantity.interval.low, quantity.interval.high
    assert low is not None
    assert high is not None
    # 1.37 % is from 1.365 % to 1.375 %
    assert float(low) == pytest.approx(1.2335 * 1.01365**1199, rel=1e-12)
    assert float(high) == pytest.approx(1.2345 * 1.01375**1199, rel=1e-12)


def test_evidence_may_take_the_end_of_a_long_chain(tmp_path: Path) -> None:
    toml = GRID["grid.toml"] + '[columns.late]\nlabel = "末"\nunit = "亿元"\ncompute = "m.a[2049-12E]"\n'
    made = computed(tmp_path, evidence=GRID | {"grid.toml": toml}, m=ROLL)
    assert number(made, "grid.late@2023") == pytest.approx(1.234 * 1.0137**1199, rel=1e-12)


TEXTS = st.text(st.sampled_from("[]{}().,:+-*/<>=!%'\"\\\n\t 0129aexy_prevsumif年亿元\x00\u202e"), max_size=40)


@settings(max_examples=150, deadline=None)
@given(formula=TEXTS, period=TEXTS, value=TEXTS, unit=TEXTS)
def test_any_text_in_any_key_is_read_or_refused_with_its_line(formula: str, period: str, value: str, unit: str) -> None:
    import json
    from tempfile import TemporaryDirectory

    lines = [
        f"periods = [{json.dumps(period)}]" if period else 'periods = ["2023"]',
        "[lines.a]",
        f"formula = {json.dumps(formula)}",
        f"unit = {json.dumps(unit)}",
        "[lines.b]",
        f"value = {json.dumps(value)}",
        'reason = "x"',
    ]
    with TemporaryDirectory() as name:
        found = mistakes(Path(name), m="\n".join(lines) + "\n")
    for one in found:
        place = one.removeprefix("models/m.toml:").partition(":")[0]
        assert 1 <= int(place) <= len(lines), one


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_file_that_is_refused(data: bytes) -> None:
    from tempfile import TemporaryDirectory

    found: list[Mistake] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models").mkdir()
        (folder / "models" / "m.toml").write_bytes(HEAD.encode() + data)
        assert load_model(folder, "m", {}, found) is None
    assert found


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from("0129QHAE:-. x"), max_size=14), max_size=4))
def test_any_periods_are_in_order_or_refused(texts: list[str]) -> None:
    try:
        found = periods_of(tuple(texts))
    except QuantityError:
        return
    ends = [each.period.end for each in found]
    assert ends == sorted(set(ends))
    assert len({each.key for each in found}) == len(found)
