"""What can be wrong with a document before anything is rendered: each check of facts finds its own kind, and no other does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sound
from conftest import Built

from yanbao.check.codes import CODES
from yanbao.check.findings import Finding
from yanbao.check.proof import FACT_CHECKS
from yanbao.check.subject import Subject
from yanbao.document.tree import Axis, Chart, Document, Exhibit, Page, Paragraph, Point, Series, Span, Tick
from yanbao.fact.fact import Derivation, Source
from yanbao.quantity import parse_quantity


def findings_of(document: Document, inputs: Path) -> list[Finding]:
    subject = Subject(document, inputs)
    return [finding for check in FACT_CHECKS for finding in check(subject)]


def codes_of(document: Document, inputs: Path) -> set[str]:
    return {finding.code for finding in findings_of(document, inputs)}


def first(choose: Callable[[Any], bool], change: Callable[[Any], Any]) -> Callable[[Document], Document]:
    """Return a change of the first part of the tree that is chosen."""

    def apply(document: Document) -> Document:
        seen: list[Any] = []

        def visit(part: Any) -> Any:
            if not seen and choose(part):
                seen.append(part)
                return change(part)
            return part

        made = sound.changed(document, visit)
        assert seen
        return made

    return apply


def is_span(text: str) -> Callable[[Any], bool]:
    return lambda part: isinstance(part, Span) and part.text == text


def fact(key: str, **changes: Any) -> Callable[[Document], Document]:
    def apply(document: Document) -> Document:
        return replace(document, facts={**document.facts, key: replace(document.facts[key], **changes)})

    return apply


def quantity(key: str, value: Fraction) -> Callable[[Document], Document]:
    def apply(document: Document) -> Document:
        found = document.facts[key].quantity
        assert found is not None
        return fact(key, quantity=replace(found, value=value))(document)

    return apply


def paragraph(*spans: Span) -> Callable[[Document], Document]:
    """Return a change that adds a paragraph to the page on the grid."""

    def visit(part: Any) -> Any:
        if isinstance(part, Page) and part.id == "grid":
            return replace(part, blocks=(*part.blocks, Paragraph("added", spans)))
        return part

    return lambda document: sound.changed(document, visit)


def number(text: str, key: str = "grid.state@2023", unit: str | None = "亿元", note: str | None = None) -> Span:
    return Span(text, "number", key, note, unit=unit)


def derivation(key: str, **changes: Any) -> Callable[[Document], Document]:
    def apply(document: Document) -> Document:
        lineage = document.facts[key].lineage
        assert isinstance(lineage, Derivation)
        return fact(key, lineage=replace(lineage, **changes))(document)

    return apply


def counted(key: str, value: int) -> Callable[[Document], Document]:
    """Return a change that adds a fact which counts one cell."""

    def apply(document: Document) -> Document:
        lineage = Derivation(f"count([{{{key}}}])", (key,))
        made = replace(document.facts["grid.yoy@2023"], id="policy.count", lineage=lineage, period=None)
        made = replace(made, quantity=parse_quantity(str(value)))
        return replace(document, facts={**document.facts, made.id: made})

    return apply


PLANTED: dict[str, tuple[Callable[[Document], Document], str]] = {
    "a digit": (first(is_span("5275亿元"), lambda span: replace(span, text="5276亿元")), "printed"),
    "rounded down": (first(is_span("3.6%"), lambda span: replace(span, text="3.5%")), "printed"),
    "another decimal": (paragraph(number("3.55%", "grid.yoy@2023", "%")), ""),
    "another scale": (paragraph(number("5,275.0亿元")), ""),
    "in 万元": (paragraph(number("52750000万元", unit="万元")), ""),
    "in 万元, a nought too few": (paragraph(number("5275000万元", unit="万元")), "printed"),
    "in tons": (paragraph(number("5275吨", unit="吨")), "unit-shown"),
    "printed in another unit than tied to": (paragraph(number("5275万元")), "unit-shown"),
    "a missing fact as number": (
        lambda document: paragraph(number("0亿元", "grid.gone@1"))(
            replace(
                document,
                facts={
                    **document.facts,
                    "grid.gone@1": replace(
                        document.facts["grid.yoy@2023"], id="grid.gone@1", quantity=None, missing="未披露"
                    ),
                },
            )
        ),
        "printed",
    ),
    "an unknown fact": (paragraph(number("5275亿元", "grid.state@1999")), "fact-unknown"),
    "a quote that is none": (paragraph(Span("另一句", "quote", "policy.title@1")), "fact-unknown"),
    "a bare number": (paragraph(Span("另有3家公司")), "unaccounted"),
    "a bare numeral": (paragraph(Span("另有三家公司")), "unaccounted"),
    "a name with digits": (paragraph(Span("采用H100")), ""),
    "a literal without reason": (paragraph(Span("910", "literal", note="because")), "literal-reason"),
    "a literal": (paragraph(Span("910B", "literal", note="name")), ""),
    "literals without end": (
        paragraph(*(Span(f"{each}号", "literal", note="name") for each in range(20, 40))),
        "literal-share",
    ),
    "a rise called a fall": (first(is_span("增长"), lambda span: replace(span, text="下降")), "word-sign"),
    "a word nobody knows": (first(is_span("增长"), lambda span: replace(span, text="蓬勃")), "word-sign"),
    "a wrong rank": (paragraph(Span("第三", "word", "workspace.rating.horizon_months")), "word-sign"),
    "a right rank": (paragraph(Span("第六", "word", "workspace.rating.horizon_months")), ""),
    "a formula over other facts": (
        derivation("grid.yoy@2023", formula="{grid.state@2023} / {grid.state@2021} - 1"),
        "computation",
    ),
    "inputs it does not take": (
        derivation("grid.yoy@2023", inputs=("grid.state@2023", "grid.state@2022", "grid.state@2021")),
        "computation",
    ),
    "a formula that divides by nothing": (derivation("grid.yoy@2023", formula="{grid.state@2023} / 0"), "computation"),
    "a formula that is none": (derivation("grid.yoy@2023", formula="{grid.state@2023} /"), "computation"),
    "a count of texts": (counted("policy.title@1", 1), ""),
    "a count of texts, miscounted": (counted("policy.title@1", 2), "computation"),
    "a count of what is not there": (counted("policy.title@99", 1), "computation"),
    "a period that is not its fact's": (
        paragraph(Span("2022年", "period", "grid.state@2023")),
        "period-fact",
    ),
    "a day that is another": (
        first(is_span("2024年7月15日"), lambda span: replace(span, text="2024年7月16日")),
        "period-fact",
    ),
    "a page that skips a number": (
        first(lambda part: isinstance(part, Page) and part.id == "two", lambda page: replace(page, number=9)),
        "structure-rule",
    ),
    "an exhibit numbered twice": (
        first(is_span("图2"), lambda span: replace(span, text="图1")),
        "structure-rule",
    ),
    "contents that lead elsewhere": (
        first(lambda part: isinstance(part, Span) and part.note == "page-number", lambda span: replace(span, text="9")),
        "structure-rule",
    ),
    "a percentile that is another": (
        first(is_span("25%分位"), lambda span: replace(span, text="20%分位")),
        "structure-rule",
    ),
    "a line no origin has": (
        first(is_span("1606"), lambda span: replace(span, text="1607")),
        "structure-rule",
    ),
    "a rule nobody knows": (paragraph(Span("12", "structure", note="magic")), "structure-rule"),
    "an exhibit without origin": (
        first(lambda part: isinstance(part, Exhibit), lambda exhibit: replace(exhibit, origin=())),
        "origin",
    ),
    "no page of risks": (
        first(is_span("重点公司与风险提示"), lambda span: replace(span, text="重点公司")),
        "risks",
    ),
    "prices without a day": (
        first(lambda part: isinstance(part, Exhibit) and part.id == "t-grouped", lambda part: replace(part, as_of=())),
        "price-day",
    ),
    "a rating without its bound": (
        first(
            lambda part: isinstance(part, Paragraph) and part.id == "legal-1",
            lambda part: replace(part, text=(*part.text[:3], Span("以上"))),
        ),
        "rating-definitions",
    ),
    "a rating left out": (
        first(
            lambda part: isinstance(part, Page) and part.id == "legal",
            lambda page: replace(page, blocks=page.blocks[1:]),
        ),
        "rating-definitions",
    ),
    "no certificate": (
        first(
            lambda part: isinstance(part, Page) and part.id == "legal",
            lambda page: replace(page, blocks=(*page.blocks[:2], page.blocks[3])),
        ),
        "certificate",
    ),
    "no disclaimer": (
        first(
            lambda part: isinstance(part, Page) and part.id == "legal",
            lambda page: replace(page, blocks=page.blocks[:3]),
        ),
        "disclaimer",
    ),
    "a foot without the notice": (
        first(lambda part: isinstance(part, Page) and part.id == "two", lambda page: replace(page, footer=())),
        "notice",
    ),
    "uneven ticks": (
        first(
            lambda part: isinstance(part, Axis),
            lambda axis: replace(axis, ticks=(*axis.ticks[:-1], Tick(Fraction(7000), "7,000"))),
        ),
        "axis",
    ),
    "a tick that says another value": (
        first(lambda part: isinstance(part, Tick) and part.value == 2000, lambda tick: replace(tick, text="3,000")),
        "axis",
    ),
    "a point beyond its axis": (
        first(lambda part: isinstance(part, Axis), lambda axis: replace(axis, ticks=axis.ticks[:3])),
        "axis",
    ),
    "a point that is not its fact": (
        first(
            lambda part: isinstance(part, Point) and part.fact == "grid.south@2022",
            lambda point: replace(point, value=Fraction(1095)),
        ),
        "point",
    ),
    "a point too few": (
        first(
            lambda part: isinstance(part, Series) and part.id == "south",
            lambda series: replace(series, points=series.points[:-1]),
        ),
        "point",
    ),
}


def test_the_sound_document_has_no_findings(built: Built) -> None:
    assert findings_of(built.document, built.inputs) == []


@pytest.mark.parametrize("what", PLANTED)
def test_planted(built: Built, what: str) -> None:
    change, code = PLANTED[what]
    assert codes_of(change(built.document), built.inputs) == ({code} if code else set())


def test_every_check_of_facts_and_parts_is_planted_once() -> None:
    """`evidence` and `as-of` are planted below."""
    planted = {code for _, code in PLANTED.values()} | {"evidence", "as-of"}
    wanted = {code.name for code in CODES.values() if code.family in ("fact", "part")} | {"axis"}
    assert wanted <= planted


def test_a_number_of_another_day_says_so(built: Built) -> None:
    def older(document: Document) -> Document:
        lineage = document.facts["co.price@002380"].lineage
        assert isinstance(lineage, Source)
        day = date(2024, 5, 31)
        return fact("co.price@002380", as_of=day, lineage=replace(lineage, as_of=day))(document)

    silent = [finding for finding in findings_of(older(built.document), built.inputs) if finding.code == "as-of"]
    assert silent
    assert all("2024-05-31" in finding.explanation for finding in silent)

    def said(part: Any) -> Any:
        if isinstance(part, Exhibit) and part.id in ("t-grouped", "t-card"):
            return replace(part, note=(Span("注：股价截至"), Span("2024年5月31日", "period", "co.price@002380")))
        return part

    found = codes_of(sound.changed(older(built.document), said), built.inputs)
    assert "as-of" not in found


EVIDENCE = {
    "another digit": ("evidence/grid.csv", "5094.0", "5094.1"),
    "another precision": ("evidence/grid.csv", "5094.0", "5094"),
    "nothing": ("evidence/grid.csv", "5094.0", ""),
    "another text": ("evidence/policy.csv", "2024.3", "2024.4"),
    "another unit": ("evidence/co.toml", 'unit = "元"', 'unit = "万元"'),
    "another day": ("evidence/grid.toml", "2024-06-30", "2024-06-28"),
    "another origin": ("evidence/grid.toml", "示例研究报告", "别的报告"),
    "another bound": ("yanbao.toml", "above = 20", "above = 25"),
    "another row": ("evidence/grid.csv", "\n2022,", "\n2018,"),
    "no CSV": ("evidence/grid.csv", "key,", '"key,'),
    "no TOML": ("evidence/grid.toml", "as_of =", "as_of"),
}


@pytest.mark.parametrize("what", EVIDENCE)
def test_inputs_changed_after_the_build(built: Built, tmp_path: Path, what: str) -> None:
    name, old, new = EVIDENCE[what]
    inputs = Path(shutil.copytree(built.inputs, tmp_path / "inputs"))
    text = (inputs / name).read_text(encoding="utf-8")
    assert old in text
    (inputs / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = findings_of(built.document, inputs)
    assert {finding.code for finding in found} <= {"evidence", "rating-definitions"}
    evidence = [finding for finding in found if finding.code == "evidence"]
    assert evidence
    assert all(finding.where[0].file.startswith("inputs/") for finding in evidence)
    if what.startswith("another") and what not in ("another row", "another unit"):
        assert len(evidence) == 1


@pytest.mark.parametrize(("cell", "holds"), [("740B param", True), ("741B param", False), ("740B bits", False)])
def test_a_unit_of_two_words_is_read(built: Built, tmp_path: Path, cell: str, holds: bool) -> None:
    inputs = Path(shutil.copytree(built.inputs, tmp_path / "inputs"))
    for name, old, new in (
        ("evidence/grid.csv", "5094.0", cell),
        ("evidence/grid.toml", 'unit = "亿元"', 'unit = ""'),
    ):
        text = (inputs / name).read_text(encoding="utf-8")
        assert old in text
        (inputs / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    document = fact("grid.state@2022", quantity=parse_quantity("740B param"))(built.document)
    found = [finding for finding in findings_of(document, inputs) if "grid.state@2022" in finding.explanation]
    assert ("evidence" not in {finding.code for finding in found}) is holds


def test_inputs_that_are_gone(built: Built, tmp_path: Path) -> None:
    found = findings_of(built.document, tmp_path)
    assert {finding.code for finding in found} == {"evidence"}


def test_a_path_out_of_the_folder_is_not_followed(built: Built, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("key,state\n2022,5094.0\n", encoding="utf-8")
    lineage = built.document.facts["grid.state@2022"].lineage
    assert isinstance(lineage, Source)
    stray = replace(lineage, file="../../secret.csv", file_line=2)
    inputs = Path(shutil.copytree(built.inputs, tmp_path / "a" / "inputs"))
    found = findings_of(fact("grid.state@2022", lineage=stray)(built.document), inputs)
    assert any(finding.code == "evidence" and "out of the folder" in finding.explanation for finding in found)


def test_a_chart_has_a_point_of_each_kind(built: Built) -> None:
    charts = [exhibit.body for exhibit in built.document.exhibits() if isinstance(exhibit.body, Chart)]
    assert {chart.kind for chart in charts} >= {
        "line",
        "step",
        "bar",
        "stacked",
        "bar-line",
        "ranking",
        "band",
        "scatter",
    }
    assert any(point.value is None for chart in charts for series in chart.series for point in series.points)
