"""`yanbao check`, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from check.tell.reports import RIGHT, written
from shared_data import shared
from yanbao.cli.commands import app


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_what_breaks_is_told_with_place_claim_working_and_coverage(tmp_path: Path) -> None:
    code, out, _ = run(written(tmp_path), "--language", "en")
    assert code == 1
    assert "12.0%" in out
    assert "growth: 12.0%, but 110亿元 / 100亿元 − 1 = 10.00%" in out
    assert "line 3" in out
    assert "report.md: 2 relations break" in out
    assert "numbers checked" in out


def test_nothing_breaks_in_a_right_report(tmp_path: Path) -> None:
    code, out, _ = run(written(tmp_path, RIGHT))
    assert code == 0
    assert "没有不符之处" in out


def test_json_has_the_shape_of_every_finding(tmp_path: Path) -> None:
    code, out, _ = run(written(tmp_path), "--format", "json", "--ties")
    assert code == 1
    found = json.loads(out)
    assert set(found) >= {"document", "coverage", "findings", "ties"}
    finding = next(item for item in found["findings"] if item["claimed"]["text"] == "12.0%")
    assert (finding["verdict"], finding["claimed"]["value"], finding["claimed"]["unit"]) == ("breaks", 12, "%")
    # 109.5 / 100.5 − 1 and 110.5 / 99.5 − 1
    assert finding["recomputed"]["low"] == pytest.approx(8.9552, abs=1e-4)
    assert finding["recomputed"]["high"] == pytest.approx(11.0553, abs=1e-4)
    where = finding["where"][0]
    line = (tmp_path / "report.md").read_text(encoding="utf-8").splitlines()[where["line"] - 1]
    assert line[where["start"] : where["end"]] == "12.0%" == where["text"]
    assert {item["verdict"] for item in found["ties"]} == {"ties"}


def test_the_draft_with_mistakes_shows_them(tmp_path: Path) -> None:
    """By hand: 13.53 / 48.62 = 27.8 %; 1,720 to 2,824 in four years is 13.2 % a year; 908 of the text is 980 below."""
    draft = Path(__file__).parents[2] / "examples" / "draft" / "report.md"
    code, out, _ = run(draft, "--format", "json")
    assert code == 1
    found = {(item["code"], item["claimed"]["text"]) for item in json.loads(out)["findings"]}
    assert found >= {("share", "28.7%"), ("compound-growth", "10.4%"), ("same-fact", "9.08")}


def test_a_folder_gives_a_table_and_each_file_its_page(tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    (folder / "deep").mkdir(parents=True)
    written(folder, name="wrong.md")
    written(folder / "deep", RIGHT, "right.md")
    (folder / "~$lock.docx").write_bytes(b"")
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n")
    code, out, err = run(folder, "--report", tmp_path / "pages")
    assert code == 2
    assert "cut.pdf" in err
    assert "wrong.md" in out
    assert "right.md" in out
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == ["right.md.html", "wrong.md.html"]


def test_a_rule_file_waives_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "yanbao-check.toml").write_text('[[rule]]\noff = true\nreason = "已知：初稿"\n', encoding="utf-8")
    code, out, _ = run(written(tmp_path))
    assert code == 0
    assert "已知：初稿" in out


def test_every_missing_file_is_named_at_once(tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "a.pdf", tmp_path / "b.pdf")
    assert code == 2
    assert "a.pdf" in err
    assert "b.pdf" in err


def test_only_a_pdf_is_annotated_and_never_itself(tmp_path: Path) -> None:
    report = written(tmp_path)
    code, _, err = run(report, "--annotate", tmp_path / "copy.pdf")
    assert code == 2
    assert "is no PDF" in err


@pytest.mark.parametrize("name", ["samples/us_filings/COSTCO_2023Q3_EARNINGS.pdf"])
def test_an_annotated_copy_has_a_note_at_each_tested_number(tmp_path: Path, name: str) -> None:
    source, copy = shared(name), tmp_path / "copy.pdf"
    code, out, _ = run(source, "--annotate", copy)
    assert code in (0, 1)
    made = int(out.rpartition(" numbers highlighted")[0].rpartition("(")[2])
    assert made > 20
    raw = pypdfium2.raw
    before, after = pypdfium2.PdfDocument(source), pypdfium2.PdfDocument(copy)
    counts = [sum(raw.FPDFPage_GetAnnotCount(page) for page in document) for document in (before, after)]
    assert counts[1] - counts[0] == made
    assert [page.get_textpage().get_text_range() for page in before] == [
        page.get_textpage().get_text_range() for page in after
    ]
    assert run(copy, "--annotate", copy)[0] == 2
