"""The page of what the check finds in the model report is what it finds."""

from __future__ import annotations

from docs.model_report import PAGE, page
from shared_data import shared


def test_the_page_is_current_and_every_finding_is_explained() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(shared("seed", "report.txt"))
