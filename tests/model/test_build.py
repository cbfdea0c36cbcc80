"""A model's numbers stand in all four outputs, and the proof covers its formulas, its scenarios and its inputs."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from model_workspace import CHAPTER, OUTLOOK, VIEW_PAGES, VIEWS, outlook
from workspaces import change
from yanbao.build import Build, build, read_build
from yanbao.check.findings import Proof
from yanbao.check.proof import FACT_CHECKS, prove, read_file
from yanbao.check.subject import Subject
from yanbao.errors import WorkspaceError

# by hand, from the starter's cells: both grids 5275 + 1375 in 2023, +10 %, +8 %; 40 % and 45 % of it
TOTAL_2025 = Decimal(6650) * Decimal("1.1") * Decimal("1.08")
DIST_2025 = f"{TOTAL_2025 * Decimal('0.4'):,.0f}"  # 3,160
TWO_YEARS = f"{(Decimal(6650) * Decimal('1.1') + TOTAL_2025) * Decimal('0.4'):,.0f}"
TWO_YEARS_HIGH = f"{(Decimal(6650) * Decimal('1.1') + TOTAL_2025) * Decimal('0.45'):,.0f}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("models")
    return build(outlook(folder / "w", OUTLOOK + VIEWS, CHAPTER + VIEW_PAGES), folder / "out")


def proof(made: Build, *names: str) -> Proof:
    return prove(made.document, made.inputs, [file for file in made.outputs if not names or file.name in names])


def copied(built: Build, folder: Path) -> Build:
    shutil.copytree(built.folder, folder / "out")
    return read_build(folder / "out")


def test_a_build_with_a_model_is_proved(built: Build) -> None:
    result = proof(built)
    assert [finding.explanation for finding in result.findings] == []
    assert {name: count.numbers for name, count in result.files.items()} == {
        name: count.proved for name, count in result.files.items()
    }


def test_computed_lines_and_scenarios_stand_in_every_output(built: Build) -> None:
    assert (DIST_2025, TWO_YEARS, TWO_YEARS_HIGH) == ("3,160", "6,086", "6,847")
    for file in built.outputs:
        text = "\n".join(segment.text for page in read_file(file).pages for segment in page.segments)
        for number in (DIST_2025, TWO_YEARS, TWO_YEARS_HIGH):
            assert number in text, (file.name, number)


def test_a_solved_share_reaches_its_target_in_every_output(built: Build) -> None:
    # 3500 / 7900.2 is 44.3 %
    for file in built.outputs:
        text = "\n".join(segment.text for page in read_file(file).pages for segment in page.segments)
        assert "44.3%" in text, file.name
        assert "3,500" in text, file.name


def test_a_simulated_number_that_was_changed_is_found(built: Build, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    fact = made.document.facts["outlook_fan.q95@2025E"]
    assert fact.quantity is not None
    told = f"{float(fact.quantity.value):,.1f}"
    page = made.folder / "report.html"
    text = page.read_text("utf-8")
    assert told in text
    page.write_text(text.replace(told, f"{float(fact.quantity.value) + 10:,.1f}"), "utf-8")
    assert not proof(made, "report.html").ok
    document = made.folder / "document.json"
    text = document.read_text("utf-8")
    value = f"{fact.quantity.value.numerator}/{fact.quantity.value.denominator}"
    assert value in text
    document.write_text(text.replace(value, "3300"), "utf-8")
    told = [found.explanation for found in proof(read_build(made.folder), "report.xlsx").findings]
    assert any("the view fan of models/outlook.toml gives" in text for text in told)


def test_the_model_is_among_the_inputs_of_the_build(built: Build) -> None:
    assert (built.inputs / "models" / "outlook.toml").read_text("utf-8") == OUTLOOK + VIEWS


def test_a_changed_number_of_a_scenario_in_an_output_is_found(built: Build, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    page = made.folder / "report.html"
    text = page.read_text("utf-8")
    assert text.count("6,847") >= 1
    page.write_text(text.replace("6,847", "6,874"), "utf-8")
    assert not proof(made, "report.html").ok


def test_a_formula_of_the_workbook_that_is_another_one_is_found(built: Build, tmp_path: Path) -> None:
    made = copied(built, tmp_path)
    path = made.folder / "report.xlsx"
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    # the two estimates of both grids: (1 + growth) becomes (1 - growth)
    changed = {name: data.replace(b"*(1+", b"*(1-") for name, data in parts.items()}
    assert changed != parts
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, data in changed.items():
            book.writestr(name, data)
    assert {finding.code for finding in proof(made, "report.xlsx").findings} >= {"formula"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('2024E = "10.0"', '2024E = "11.0"', "outlook.growth@2024E is 10.0%"),
        ('share = "45"', 'share = "46"', "outlook_high.share@all is 45%"),
        ('formula = "total * share"', 'formula = "total * share * 1"', "computes outlook.dist@"),
        ('estimate = "prev(total) * (1 + growth)"', 'estimate = "prev(total) * 1.1"', "computes outlook.total@2024E"),
        ('label = { zh = "投资增速", en = "Growth" }\nunit = "%"', 'unit = "‰"', "says line growth is in '‰'"),
        ("as_of = 2024-06-30", "as_of = 2024-06-29", "is as of 2024-06-29"),
        ('origin = "house"', 'origin = "swsc"', "has the origin"),
        ('"2024E:2025E"]', '"2024E:2026E"]', None),
        ("[scenarios.high]", "[scenarios.high", "cannot be read"),
        ('steps = ["40", "50"]', 'steps = ["40", "55"]', "the view grid of models/outlook.toml has the steps"),
        ('share = ["35", "50"]', 'share = ["30", "50"]', "the view tornado of models/outlook.toml has the steps"),
        ("seed = 7", "seed = 8", "the view fan of models/outlook.toml gives"),
        ('mode = "8"', 'mode = "9"', "the view fan of models/outlook.toml gives"),
        ('target = "3500"', 'target = "3600"', "the view even of models/outlook.toml gives"),
        ('label = { zh = "乐观", en = "High" }', 'label = "高"', "the view cases of models/outlook.toml gives"),
        ('condition = "dist <= total"', 'condition = "dist > total"', "the check"),
    ],
)
def test_inputs_that_no_longer_say_what_the_document_does_are_found(
    built: Build, tmp_path: Path, old: str, new: str, said: str | None
) -> None:
    made = copied(built, tmp_path)
    change(made.inputs, "models/outlook.toml", old, new)
    subject = Subject(made.document, made.inputs)
    told = [found.explanation for check in FACT_CHECKS for found in check(subject)]
    if said is None:  # a period more changes nothing that was printed
        assert told == []
    else:
        assert any(said in text for text in told), told


def test_a_check_that_fails_refuses_the_build_with_its_line_and_both_sides(tmp_path: Path) -> None:
    folder = outlook(tmp_path / "w", OUTLOOK.replace('"dist <= total"', '"two_years >= 6500"'))
    with pytest.raises(WorkspaceError) as caught:
        build(folder, tmp_path / "out", formats=["xlsx"])
    (mistake,) = caught.value.mistakes
    line = OUTLOOK.splitlines().index('condition = "dist <= total"') + 1
    assert (mistake.file, mistake.line) == ("models/outlook.toml", line)
    assert not (tmp_path / "out").exists()
