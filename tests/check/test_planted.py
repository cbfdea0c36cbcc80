"""One thing is changed in a sound build: its owner check reports it once, at its place, and no other check does."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sound
from conftest import FORMATS, Built, render

from yanbao.check.findings import Finding
from yanbao.check.proof import prove
from yanbao.document.tree import Span


def rezip(source: Path, target: Path, edit: Callable[[str, bytes], bytes | None]) -> Path:
    """Copy a zip with each part passed through `edit`; a part that becomes `None` is left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = edit(info.filename, old.read(info.filename))
            if data is not None:
                new.writestr(info.filename, data)
    return target


def swap(part: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    """Return an edit that replaces the first `old` of the parts whose name matches, and must find it once at least."""
    done: list[str] = []

    def edit(name: str, data: bytes) -> bytes:
        text = data.decode("utf-8", "replace")
        if not done and re.fullmatch(part, name) and old in text:
            done.append(name)
            return text.replace(old, new, 1).encode()
        return data

    return edit


def found_in(built: Built, file: Path) -> tuple[Finding, ...]:
    return prove(built.document, built.inputs, [file]).findings


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [f"{finding.code}: {finding.explanation}" for finding in findings]
    return findings[0]


# -- nothing planted -------------------------------------------------------------------------------------------------


def test_a_sound_build_is_proved(built: Built) -> None:
    proof = prove(built.document, built.inputs, list(built.files.values()))
    assert proof.findings == ()
    assert proof.ok
    assert proof.numbers == proof.proved > 1000
    assert set(proof.files) == {f"report.{name}" for name in FORMATS}
    assert proof.to_text().splitlines()[-1] == f"proved: {proof.numbers} of {proof.numbers} numbers"


@pytest.mark.parametrize("name", ["pptx", "xlsx"])
def test_a_neutral_repack_finds_nothing(built: Built, tmp_path: Path, name: str) -> None:
    file = rezip(built.files[name], tmp_path / f"report.{name}", lambda _, data: data)
    assert found_in(built, file) == ()


def test_html_written_anew_by_another_parser_finds_nothing(built: Built, tmp_path: Path) -> None:
    from lxml import html

    root = html.document_fromstring(built.files["html"].read_bytes(), html.HTMLParser(encoding="utf-8"))
    file = tmp_path / "report.html"
    file.write_bytes(html.tostring(root, encoding="utf-8", doctype="<!DOCTYPE html>"))
    assert found_in(built, file) == ()


def test_a_pdf_saved_anew_finds_nothing(built: Built, tmp_path: Path) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(built.files["pdf"])
    file = tmp_path / "report.pdf"
    pdf.save(file)
    pdf.close()
    assert found_in(built, file) == ()


# -- words and numbers in the texts of each format -------------------------------------------------------------------


def spoilt(built: Built, folder: Path, name: str, choose: Callable[[Span], bool], text: str) -> tuple[Finding, ...]:
    """Render the document with the first span chosen saying something else, and prove it against the sound one."""
    seen: list[Span] = []

    def change(part: Any) -> Any:
        if isinstance(part, Span) and not seen and choose(part):
            seen.append(part)
            return replace(part, text=text)
        return part

    changed = sound.changed(built.document, change)
    assert seen
    return found_in(built, render(changed, folder / f"report.{name}"))


TEXTS = {
    "number in a paragraph": (lambda span: span.text == "5275亿元", "6275亿元", "text-number"),
    "transposed digits": (lambda span: span.text == "5275亿元", "5725亿元", "text-number"),
    "unit of a number": (lambda span: span.text == "5275亿元", "5275万元", "unit"),
    "percent": (lambda span: span.text == "3.6%" and span.kind == "number", "3.9%", "text-number"),
    "sign": (lambda span: span.text == "3.6%" and span.kind == "number", "-3.6%", "text-number"),
    "bound word": (lambda span: span.kind == "word", "下降", "bound-word"),
    "period": (lambda span: span.text == "2023年" and span.fact == "grid.state@2023", "2022年", "period"),
    "rating bound": (lambda span: span.fact == "workspace.rating.company.0.above", "30%", "text-number"),
    "rating name": (lambda span: span.text == "卖出", "买出", "rating-definitions"),
    "certificate": (lambda span: span.text == sound.CERTIFICATE, "本人出具本样例。", "certificate"),
    "disclaimer": (lambda span: span.text == sound.DISCLAIMER, "本样例构成投资建议。", "disclaimer"),
    "words": (lambda span: span.text == "配电网是重点。", "配电网不是重点。", "wording"),
}


@pytest.mark.parametrize("name", ["html", "pptx", "pdf"])
@pytest.mark.parametrize("what", TEXTS)
def test_text(built: Built, tmp_path: Path, name: str, what: str) -> None:
    choose, text, code = TEXTS[what]
    finding = only(spoilt(built, tmp_path, name, choose, text))
    assert finding.code == code
    assert finding.where[0].file == f"report.{name}"
    assert finding.where[0].page is not None
    assert finding.claimed.text in text
    assert finding.recomputed is not None


CELLS = {
    "cell": (lambda span: span.text == "5,094.0", "6,094.0", "cell-number"),
    "origin changed": (lambda span: span.text.startswith("来源：示例研究报告，yan"), "来源：某处", "origin"),
    "origin removed": (lambda span: span.text.startswith("来源：示例研究报告，yan"), "", "origin"),
    "unit line": (lambda span: span.text == "单位：亿元，%", "单位：万元，%", "unit"),
    "exhibit number": (lambda span: span.note == "exhibit-label", "图7", "structure-number"),
    "quoted cell": (lambda span: span.text == "2024.3", "2025.3", "quote"),
    "day of the data": (lambda span: span.fact == "workspace.report.as_of", "2024年6月29日", "period"),
}


@pytest.mark.parametrize("name", ["html", "pptx", "pdf"])
@pytest.mark.parametrize("what", CELLS)
def test_exhibit(built: Built, tmp_path: Path, name: str, what: str) -> None:
    choose, text, code = CELLS[what]
    assert only(spoilt(built, tmp_path, name, choose, text)).code == code


@pytest.mark.parametrize("what", CELLS)
def test_exhibit_in_the_workbook(built: Built, tmp_path: Path, what: str) -> None:
    """The workbook shows heads twice, on the sheet and in the index; a cell's own constant is no live formula."""
    choose, text, code = CELLS[what]
    findings = spoilt(built, tmp_path, "xlsx", choose, text)
    assert findings
    assert {finding.code for finding in findings} <= {
        code,
        "cell-number",
        "formula",
        "sheet",
        "sheet-value",
        "sheet-text",
    }
    assert code in {finding.code for finding in findings} or what in ("cell", "quoted cell")


def test_a_claim_has_its_value_and_what_it_should_be(built: Built, tmp_path: Path) -> None:
    finding = only(spoilt(built, tmp_path, "pdf", *TEXTS["transposed digits"][:2]))
    assert (finding.claimed.text, finding.claimed.value, finding.claimed.unit) == ("5725亿元", 5725, "亿元")
    assert finding.recomputed is not None
    assert finding.recomputed.text == "5275亿元"
    assert finding.diagnosis == "two digits are transposed"
    assert finding.operands[0].file == "inputs/evidence/grid.csv"
    assert finding.where[0].text == "电网投资增长3.6%，2023年国家电网投资5725亿元。"
    start, end = finding.where[0].start, finding.where[0].end
    assert finding.where[0].text[start:end] == "5725亿元"


# -- data of charts --------------------------------------------------------------------------------------------------


def spec_edit(built: Built, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Write the HTML with the specification of its first chart changed."""
    text = built.files["html"].read_text(encoding="utf-8")
    match = re.search(r'(<script type="application/json" data-chart="bar-line">)(.*?)(</script>)', text, re.DOTALL)
    assert match is not None
    spec = json.loads(match[2])
    change(spec)
    made = json.dumps(spec, ensure_ascii=True).replace("<", "\\u003c")
    file = folder / "report.html"
    file.write_text(text[: match.start(2)] + made + text[match.end(2) :], encoding="utf-8")
    return file


def test_a_point_of_the_html_chart(built: Built, tmp_path: Path) -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["data"]["values"][3]["value"] = 6094.0

    finding = only(found_in(built, spec_edit(built, tmp_path, change)))
    assert finding.code == "chart-spec"
    assert finding.claimed.value == 6094
    assert "图1" in finding.where[0].text
    assert "2022年" in finding.explanation


def test_a_point_of_the_html_chart_that_vanished(built: Built, tmp_path: Path) -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["data"]["values"][3]["value"] = None

    assert only(found_in(built, spec_edit(built, tmp_path, change))).code == "chart-spec"


def test_a_label_of_the_html_chart(built: Built, tmp_path: Path) -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["data"]["values"][3]["text"] = "6094.0"

    assert only(found_in(built, spec_edit(built, tmp_path, change))).code == "label-number"


def test_the_scale_of_the_html_chart(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "report.html"

    def change(spec: dict[str, Any]) -> None:
        text = json.dumps(spec)
        spec.clear()
        spec.update(json.loads(re.sub(r'"domain": \[0(?:\.0)?, 6000(?:\.0)?\]', '"domain": [0, 9000]', text, count=1)))

    file = spec_edit(built, tmp_path, change)
    assert only(found_in(built, file)).code == "chart-axis"


def test_a_tick_of_the_html_chart(built: Built, tmp_path: Path) -> None:
    def change(spec: dict[str, Any]) -> None:
        labels = next(item for item in spec["params"] if item["name"] == "y_labels")
        labels["value"][1] = "3,000"

    assert only(found_in(built, spec_edit(built, tmp_path, change))).code == "axis-tick"


def test_a_chart_of_the_html_that_vanished(built: Built, tmp_path: Path) -> None:
    text = built.files["html"].read_text(encoding="utf-8")
    file = tmp_path / "report.html"
    pattern = r'<script type="application/json" data-chart="step">.*?</script>'
    file.write_text(re.sub(pattern, "", text, flags=re.DOTALL), encoding="utf-8")
    finding = only(found_in(built, file))
    assert (finding.code, finding.where[0].page) == ("chart", 4)


def test_a_point_of_the_chart_part_of_the_deck(built: Built, tmp_path: Path) -> None:
    edit = swap(r"ppt/charts/chart\d+\.xml", "<c:v>5094</c:v>", "<c:v>6094</c:v>")
    finding = only(found_in(built, rezip(built.files["pptx"], tmp_path / "report.pptx", edit)))
    assert (finding.code, finding.claimed.value) == ("chart-xml", 6094)


def test_a_category_of_the_chart_part_of_the_deck(built: Built, tmp_path: Path) -> None:
    edit = swap(r"ppt/charts/chart\d+\.xml", "<c:v>2022年</c:v>", "<c:v>2032年</c:v>")
    found = found_in(built, rezip(built.files["pptx"], tmp_path / "report.pptx", edit))
    assert only(found).code == "category"


def inner(edit: Callable[[str, bytes], bytes]) -> Callable[[str, bytes], bytes]:
    """Return an edit of the first embedded workbook."""
    done: list[str] = []

    def outer(name: str, data: bytes) -> bytes:
        if done or not name.startswith("ppt/embeddings/"):
            return data
        done.append(name)
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for info in old.infolist():
                new.writestr(info.filename, edit(info.filename, old.read(info.filename)))
        return target.getvalue()

    return outer


def test_a_point_of_the_workbook_behind_a_chart_of_the_deck(built: Built, tmp_path: Path) -> None:
    edit = inner(swap(r"xl/worksheets/sheet1\.xml", "<v>5094</v>", "<v>6094</v>"))
    finding = only(found_in(built, rezip(built.files["pptx"], tmp_path / "report.pptx", edit)))
    assert (finding.code, finding.claimed.value, finding.where[0].page) == ("chart-book", 6094, 4)


def test_the_workbook_behind_a_chart_that_vanished(built: Built, tmp_path: Path) -> None:
    edit = swap(r"ppt/charts/chart\d+\.xml", "<c:externalData", "<c:extern")

    def both(name: str, data: bytes) -> bytes:
        made = edit(name, data)
        return made if made is data else made.replace(b"</c:externalData>", b"</c:extern>")

    assert only(found_in(built, rezip(built.files["pptx"], tmp_path / "report.pptx", both))).code == "chart-book"


# -- the workbook ----------------------------------------------------------------------------------------------------


def sheets_of(built: Built, marker: str) -> str:
    """Return the name of the first sheet's part that holds a text."""
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        for name in sorted(book.namelist()):
            if name.startswith("xl/worksheets/sheet") and marker in book.read(name).decode():
                return re.escape(name)
    raise AssertionError(marker)


def test_a_cached_value(built: Built, tmp_path: Path) -> None:
    part = sheets_of(built, "<v>5094</v></c>")
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        sheet = book.read(part.replace("\\", "")).decode()
    match = re.search(r"<f>[^<]*</f><v>5094</v>", sheet)
    assert match is not None
    edit = swap(part, match.group(), match.group().replace("5094", "6094"))
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert (finding.code, finding.claimed.value) == ("cached-value", 6094)


def formula_of(built: Built, pattern: str) -> tuple[str, str]:
    """Return the part of a sheet and the first formula in it that matches."""
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        for name in sorted(book.namelist()):
            if name.startswith("xl/worksheets/sheet"):
                match = re.search(f"<f>({pattern})</f>", book.read(name).decode())
                if match:
                    return re.escape(name), match[1]
    raise AssertionError(pattern)


def test_a_formula_that_gives_something_else(built: Built, tmp_path: Path) -> None:
    part, formula = formula_of(built, r"[^<]*-1")
    edit = swap(part, f"<f>{formula}</f>", f"<f>{formula}-1</f>")
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert finding.code == "formula"
    assert "-1-1" in finding.explanation


def test_a_formula_turned_into_its_result(built: Built, tmp_path: Path) -> None:
    part, formula = formula_of(built, r"[^<]*-1")
    edit = swap(part, f"<f>{formula}</f>", "")
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert finding.code == "formula"
    assert "constant" in finding.explanation


def test_a_formula_over_another_cell_of_the_same_value(built: Built, tmp_path: Path) -> None:
    """10 % stands in two years: the result stays, the reference leads to the wrong year."""
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        names = [name for name in sorted(book.namelist()) if name.startswith("xl/worksheets/sheet")]
        texts = {name: book.read(name).decode() for name in names}
    name, formulas = next(
        (name, found)
        for name, text in texts.items()
        if len(found := re.findall(r"<f>([^<]*)</f><v>0\.1</v>", text)) == 2
    )
    edit = swap(re.escape(name), f"<f>{formulas[0]}</f>", f"<f>{formulas[1]}</f>")
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert finding.code == "formula"


def test_an_input_of_the_workbook(built: Built, tmp_path: Path) -> None:
    """The input is reported, not the cells that are computed from it."""
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        names = [name for name in sorted(book.namelist()) if name.startswith("xl/worksheets/sheet")]
        part = next(
            name for name in names if re.search(r'<c r="[A-Z]+\d+" s="\d+"><v>5094</v>', book.read(name).decode())
        )
    edit = swap(re.escape(part), "><v>5094</v>", "><v>6094</v>")
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert (finding.code, finding.claimed.value) == ("sheet-value", 6094)


def test_a_chart_range(built: Built, tmp_path: Path) -> None:
    with zipfile.ZipFile(built.files["xlsx"]) as book:
        text = book.read("xl/charts/chart1.xml").decode()
    match = re.search(r"<c:val><c:numRef><c:f>([^<]*)</c:f>", text)
    assert match is not None
    moved = re.sub(r"\$(\d+)$", lambda end: f"${int(end[1]) - 1}", match[1])
    edit = swap(r"xl/charts/chart1\.xml", match.group(), match.group().replace(match[1], moved))
    finding = only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit)))
    assert (finding.code, finding.claimed.text) == ("chart-range", moved)


def test_a_cached_point_of_a_chart(built: Built, tmp_path: Path) -> None:
    edit = swap(r"xl/charts/chart1\.xml", "<c:v>5094</c:v>", "<c:v>6094</c:v>")
    found = found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit))
    assert only(found).code == "chart-cache"


def test_a_category_in_the_cache_of_a_chart(built: Built, tmp_path: Path) -> None:
    edit = swap(r"xl/charts/chart1\.xml", "<c:v>2022年</c:v>", "<c:v>2032年</c:v>")
    assert only(found_in(built, rezip(built.files["xlsx"], tmp_path / "report.xlsx", edit))).code == "category"


# -- what is gone, and what cannot be read ---------------------------------------------------------------------------


def test_a_missing_file(built: Built, tmp_path: Path) -> None:
    assert only(found_in(built, tmp_path / "report.pdf")).code == "file"


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_off(built: Built, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"report.{name}"
    file.write_bytes(built.files[name].read_bytes()[:-2000])
    proof = prove(built.document, built.inputs, [file])
    assert only(proof.findings).code == "unreadable"
    assert not proof.ok


def test_a_missing_slide(built: Built, tmp_path: Path) -> None:
    def edit(name: str, data: bytes) -> bytes:
        return re.sub(rb"<p:sldId [^>]*/>(?=</p:sldIdLst>)", b"", data) if name == "ppt/presentation.xml" else data

    finding = found_in(built, rezip(built.files["pptx"], tmp_path / "report.pptx", edit))
    assert only(finding).code == "page"
    assert "评级" in finding[0].explanation


def test_an_evidence_cell_after_the_build(built: Built, tmp_path: Path) -> None:
    inputs = shutil.copytree(built.inputs, tmp_path / "inputs")
    file = inputs / "evidence" / "grid.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("5094.0", "6094.0", 1), encoding="utf-8")
    finding = only(prove(built.document, inputs, list(built.files.values())).findings)
    assert finding.code == "evidence"
    assert finding.where[0].file == "inputs/evidence/grid.csv"
    assert finding.where[0].text == "6094.0"
    assert finding.claimed.text == "5094.0亿元"


def test_nothing_to_prove_is_no_proof(built: Built) -> None:
    proof = prove(built.document, built.inputs, [])
    assert not proof.ok
    assert only(proof.findings).code == "file"
