"""What a check tells is told in the document's language: every relation, diagnosis, reason and severity has both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import get_args

import lxml.html
import pypdfium2
import pypdfium2.raw as raw
import pytest
from typer.testing import CliRunner

import yanbao.check.tick
from check.tell.reports import WRONG, ticked, written
from check.tick import test_sentences, test_tables, test_valuation
from hostile_files import plain_pdf
from tick_prose import document_of as said_document
from tick_tables import document_of, table_of
from yanbao.check.tell.page import page
from yanbao.check.tell.result import Result
from yanbao.check.tell.wording import TITLES, WORDS, title
from yanbao.check.tick.formulas import FORMULAS
from yanbao.check.tick.said import SAYINGS, Said, in_language
from yanbao.check.tick.tested import Severity
from yanbao.check.tick.tick import Ticked, tick
from yanbao.cli.commands import app

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = "Revenue was $110 million in 2020 compared with $100 million in 2019, an increase of 12.0%."


@cache
def fixtures() -> list[Ticked]:
    """All small documents with a known verdict: most kinds of breaks and of what is left open stand in them."""
    tables = [
        tick(document_of(table_of(case.rows, unit=case.unit, caption=case.caption))) for case in test_tables.cases()
    ]
    prose = [tick(said_document(text)) for text, _ in test_sentences.cases()]
    priced = [tick(test_valuation.document_of(*case.blocks)) for case in test_valuation.cases()]
    return [*tables, *prose, *priced]


def told() -> Iterator[str]:
    """Yield every diagnosis and every reason of the fixtures."""
    for each in fixtures():
        yield from (test.diagnosis for test in each.tested if test.diagnosis)
        yield from (test.reason for test in each.tested if test.reason)
        yield from (unknown.reason for unknown in each.unknown)


def test_every_diagnosis_and_reason_that_is_told_has_both_languages() -> None:
    texts = list(told())
    assert len({text.about for text in texts if isinstance(text, Said)}) >= 15
    for text in texts:
        assert isinstance(text, Said), f"{text!r} is told in English only: give it a code in said.py"
        assert CHINESE.search(text.say("zh")), text
        assert text.say("en") == text


def test_every_saying_fills_the_same_places_in_both_languages() -> None:
    only_chinese = {"no-answer", "not-meaningful"}  # the English words are those of the catalog
    for code, (chinese, english) in SAYINGS.items():
        places = [sorted(name for _, name, _, _ in Formatter().parse(text) if name) for text in (chinese, english)]
        assert code in only_chinese or places[0] == places[1], code


def test_every_code_that_the_room_names_is_a_saying() -> None:
    folder = Path(yanbao.check.tick.__file__).parent
    sources = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    named = set(re.findall(r'\bSaid\(\s*"([a-z-]+)"', sources))
    assert len(named) > 30
    assert named <= set(SAYINGS)


def test_every_relation_has_a_name_in_both_languages() -> None:
    folder = Path(yanbao.check.tick.__file__).parent
    named = {formula.relation for formula in FORMULAS} | {test.relation for each in fixtures() for test in each.tested}
    for file in folder.glob("*.py"):
        named |= set(re.findall(r'(?:relation=|Proposal\(\s*)"([a-z_]+)"', file.read_text(encoding="utf-8")))
    assert len(named) > 25
    for name in named:
        assert title(name, "en")
        assert not CHINESE.search(title(name, "en"))
        assert CHINESE.search(title(name, "zh")) or name == "ebitda", name


def test_every_severity_and_label_has_both() -> None:
    assert set(get_args(Severity)) <= set(WORDS)
    for chinese, english in [*WORDS.values(), *TITLES.values()]:
        assert english
        assert not CHINESE.search(english)
        assert chinese


def test_a_chinese_report_is_told_in_chinese(tmp_path: Path) -> None:
    text = Result(ticked(tmp_path)).to_text()
    assert "增速：12.0%，但110亿元 / 100亿元 − 1 = 10.00%" in text
    assert "第1页 第3行" in text
    assert "report.md：2个关系不符" in text
    assert not re.search(r"breaks|page|line|checked|growth", text)
    english = Result(ticked(tmp_path), asked="en").to_text()
    assert "growth: 12.0%, but 110亿元 / 100亿元 − 1 = 10.00%" in english
    assert "report.md: 2 relations break" in english


def test_an_english_report_is_told_in_english(tmp_path: Path) -> None:
    found = ticked(tmp_path, ENGLISH)
    assert "growth: 12.0%, but" in Result(found).to_text()
    assert not CHINESE.search(Result(found).to_text())
    assert "增速：12.0%，但" in Result(found, asked="zh").to_text()


def test_codes_and_keys_of_the_json_form_are_the_same_in_both(tmp_path: Path) -> None:
    found = ticked(tmp_path, WRONG.replace("12.0%", "0.1%"))
    chinese, english = (Result(found, asked=language).to_json(ties=True) for language in ("zh", "en"))  # type: ignore[arg-type]
    words = ("explanation", "diagnosis")
    for mine, other in zip(chinese["findings"] + chinese["ties"], english["findings"] + english["ties"], strict=True):
        assert {key: mine[key] for key in mine if key not in words} == {
            key: other[key] for key in other if key not in words
        }
    growth = {each["relation"]: at for at, each in enumerate(english["findings"])}["growth"]
    assert english["findings"][growth]["diagnosis_code"] == "factor"
    assert chinese["findings"][growth]["diagnosis"].startswith("差100倍")
    assert english["findings"][growth]["diagnosis"].startswith("off by a factor of 100")


def test_the_page_speaks_one_language(tmp_path: Path) -> None:
    tree = lxml.html.fromstring(page(ticked(tmp_path)))
    data = json.loads(tree.xpath("//script[@id='data']")[0].text)
    assert {test["relation"] for test in data["tests"]} >= {"增速", "合计"}
    shown = " ".join([*tree.xpath("//nav//text()"), *tree.xpath("//header//text()")])
    assert not re.search(r"[a-z]{4}", shown.replace("report", ""))
    english = lxml.html.fromstring(page(ticked(tmp_path), language="en"))
    assert english.get("lang") == "en"
    assert {test["relation"] for test in json.loads(english.xpath("//script[@id='data']")[0].text)["tests"]} >= {
        "growth",
        "total",
    }


def test_the_notes_of_an_annotated_copy_are_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    source = tmp_path / "report.pdf"
    source.write_bytes(plain_pdf([[ENGLISH]]))
    notes = {}
    for language in ("zh", "en"):
        copy = tmp_path / f"{language}.pdf"
        result = CliRunner().invoke(app, ["check", str(source), "--annotate", str(copy), "--language", language])
        assert result.exit_code == 1, result.stderr
        notes[language] = notes_of(copy)
    assert any("✗ 增速: 12.0%" in note for note in notes["zh"])
    assert any("✗ growth: 12.0%" in note for note in notes["en"])


def test_the_command_line_takes_the_language_of_each_document(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, ENGLISH, "english.md")
    out = CliRunner().invoke(app, ["check", str(tmp_path), "--jobs", "1"]).stdout
    assert "report.md：2个关系不符" in out
    assert "english.md: 1 relation breaks" in out
    with pytest.raises(KeyError):
        Said("magic")
    assert in_language("as printed", "zh") == "as printed"


def notes_of(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    try:
        page_of = document[0]
        found = []
        for number in range(raw.FPDFPage_GetAnnotCount(page_of)):
            annotation = raw.FPDFPage_GetAnnot(page_of, number)
            length = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
            buffer = (raw.FPDF_WCHAR * (length // 2))()
            raw.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, length)
            found.append(bytes(buffer).decode("utf-16-le").rstrip("\0"))
            raw.FPDFPage_CloseAnnot(annotation)
        return found
    finally:
        document.close()
