"""Stops a formula that gives the right number for these inputs only."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import Built
from test_planted import formula_of, found_in, only, rezip, swap

from yanbao.check.findings import Finding
from yanbao.read.xlsx import computed, read_xlsx


def proved_with(built: Built, folder: Path, part: str, formula: str, other: str) -> tuple[Finding, ...]:
    edit = swap(part, f"<f>{formula}</f>", f"<f>{other}</f>")
    return found_in(built, rezip(built.files["xlsx"], folder / "report.xlsx", edit))


def test_a_division_by_one_is_no_multiplication(built: Built, tmp_path: Path) -> None:
    """18.30 yuan a share over 1.00 yuan earned is 18.3, and so is their product."""
    part, formula = formula_of(built, r"'数据 co'!C8/'数据 co'!D8")
    finding = only(proved_with(built, tmp_path, part, formula, formula.replace("/", "*")))
    assert (finding.code, finding.claimed.text) == ("formula", "18.3")
    assert "with its inputs changed a little" in finding.explanation
    assert "'数据 co'!C8*'数据 co'!D8" in finding.explanation


@pytest.mark.parametrize(
    "other",
    [
        "{a}/4473-1+0*{b}",  # the year before as a constant
        "({a}-{b})/{b}+({a}-4605)*3",  # a plug that is 0 for now
        "IF({b}=4473,{a}/{b}-1,0)",
    ],
)
def test_a_number_hidden_in_a_formula(built: Built, tmp_path: Path, other: str) -> None:
    part, formula = formula_of(built, r"'数据 grid'!B\d+/'数据 grid'!B\d+-1")
    a, b = re.findall(r"'数据 grid'!B\d+", formula)
    finding = only(proved_with(built, tmp_path, part, formula, other.format(a=a, b=b)))
    assert finding.code == "formula"
    assert "with its inputs changed a little" in finding.explanation


@pytest.mark.parametrize("other", ["({a}-{b})/{b}", "-1+{a}/{b}", "{a}*(1/{b})-1", "({a}/{b}-1)*1"])
def test_the_same_formula_written_another_way_is_no_error(built: Built, tmp_path: Path, other: str) -> None:
    part, formula = formula_of(built, r"'数据 grid'!B\d+/'数据 grid'!B\d+-1")
    a, b = re.findall(r"'数据 grid'!B\d+", formula)
    assert proved_with(built, tmp_path, part, formula, other.format(a=a, b=b)) == ()


def test_what_depends_on_a_changed_cell_is_computed_anew(built: Built) -> None:
    contents = read_xlsx(built.files["xlsx"])
    sheet = next(page for page in contents.pages if page.id == "数据 grid")
    key = next(("数据 grid", each.cell.address) for each in sheet.segments if each.cell and each.cell.value == 5094)
    now, then = computed(contents), computed(contents, {key: Fraction(6000)})
    assert {place[0] for place in now if now[place] != then[place]} >= {"图1 国网投资及同比"}
    assert contents == read_xlsx(built.files["xlsx"])


def test_a_formula_that_takes_its_own_cell(built: Built, tmp_path: Path) -> None:
    part, formula = formula_of(built, r"'数据 co'!C8/'数据 co'!D8")
    finding = only(proved_with(built, tmp_path, part, formula, f"{formula}+0*E7"))
    assert finding.code == "formula"
    assert "+0*E7" in finding.explanation


def test_formulas_that_take_each_other_do_not_excuse_each_other(built: Built, tmp_path: Path) -> None:
    """Each of two cells in a ring is wrong, and each takes a wrong one."""
    part, _ = formula_of(built, r"'数据 grid'!B8/'数据 grid'!B7-1")
    first, second = "'数据 grid'!B8/'数据 grid'!B7-1", "'数据 grid'!B9/'数据 grid'!B8-1"

    def edit(name: str, data: bytes) -> bytes:
        if not re.fullmatch(part, name):
            return data
        text = data.decode()
        text = text.replace(f"<f>{first}</f>", f"<f>{first}+0*C9</f>")
        return text.replace(f"<f>{second}</f>", f"<f>{second}+0*C8</f>").encode()

    found = found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit))
    assert [finding.code for finding in found] == ["formula", "formula"]
    assert ["C9" in found[0].explanation, "C8" in found[1].explanation] == [True, True]


def test_a_band_drawn_from_a_wrong_cell_is_the_cell_s_fault(built: Built, tmp_path: Path) -> None:
    """The distance between the ends of a band stands in a column that shows nothing."""
    part, formula = formula_of(built, r"C7-B7")
    with_value = re.compile(rf"<f>{formula}</f><v>[^<]*</v>")

    def edit(name: str, data: bytes) -> bytes:
        if not re.fullmatch(part, name):
            return data
        text, count = with_value.subn(f"<f>{formula}</f><v>1</v>", data.decode())
        assert count == 1
        return text.encode()

    assert only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit))).code == "cached-value"
