"""The page of a check: every number stands in it once, coloured by what became of it; nothing escapes its text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import lxml.html

from check.tell.reports import RIGHT, ticked
from yanbao.check.tell.page import page
from yanbao.check.tell.result import Result


def marks(source: str) -> list[tuple[str, str]]:
    tree = lxml.html.fromstring(source)
    return [(mark.text_content(), mark.get("class").split()[1]) for mark in tree.xpath("//main//span[@data-n]")]


def test_each_number_has_the_colour_of_its_verdict(tmp_path: Path) -> None:
    found = dict(marks(page(ticked(tmp_path))))
    assert found["12.0%"] == "break"
    assert found["130.0"] == "break"
    assert {found[text] for text in ("100.0", "110.0", "40.1", "45.3", "35.2", "36.4", "24.7", "28.3")} == {"tie"}
    assert {state for _, state in marks(page(ticked(tmp_path, RIGHT)))} <= {"tie", "open"}


def test_findings_stand_first_and_lead_to_their_number(tmp_path: Path) -> None:
    tree = lxml.html.fromstring(page(ticked(tmp_path)))
    links = tree.xpath("//nav//li//a")
    assert {link.text_content() for link in links} == {"12.0%", "130.0"}
    for link in links:
        (target,) = tree.xpath(f"//main//*[@id='{link.get('href')[1:]}']")
        assert target.text_content() == link.text_content()


def test_markup_of_a_document_stays_text(tmp_path: Path) -> None:
    hostile = RIGHT.replace("软件", "</script><script>alert(1)</script>").replace(
        "硬件", '"><img src=x onerror=alert(1)>'
    )
    source = page(ticked(tmp_path, hostile))
    tree = lxml.html.fromstring(source)
    assert len(tree.xpath("//script")) == 2
    assert not tree.xpath("//img")
    json.loads(tree.xpath("//script[@id='data']")[0].text)
    assert "<b>某行业</b>" not in source


def test_the_page_asks_for_nothing(tmp_path: Path) -> None:
    source = page(ticked(tmp_path))
    assert "default-src 'none'" in source
    assert not re.search(r"""(?:src|href)=["'](?!#)""", source)


def test_the_counts_add_up(tmp_path: Path) -> None:
    found = ticked(tmp_path)
    coverage = Result(found).coverage()
    assert coverage["numbers"] == coverage["ties"] + coverage["breaks"] + coverage["skipped"]
    assert coverage["checked"] == coverage["ties"] + coverage["breaks"]
    assert coverage["numbers"] == len(marks(page(found)))
