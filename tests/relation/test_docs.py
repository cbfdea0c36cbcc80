"""The docs page is made from the relations and is current; the page of the language names everything in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from yanbao.formula import FUNCTIONS, RESERVED, parse
from yanbao.formula.expr import PRECEDENCE
from yanbao.relation import expand, page, unknown
from yanbao.relation.catalog import CATALOG

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_page_is_current() -> None:
    assert (DOCS / "relations.md").read_text(encoding="utf-8") == page(), "run `python -m yanbao.relation`"


def test_the_module_prints_the_page() -> None:
    done = subprocess.run([sys.executable, "-m", "yanbao.relation"], capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == page()


@pytest.mark.parametrize("relation", CATALOG, ids=lambda relation: relation.name)
def test_every_relation_is_on_the_page(relation: object) -> None:
    text = page()
    name = relation.name  # type: ignore[attr-defined]
    assert text.count(f"\n### {name}\n") == 1
    assert f"[{name}](#{name})" in text
    for part in (relation.formula, *(condition.en for condition in relation.conditions)):  # type: ignore[attr-defined]
        assert part in text


def test_the_page_of_the_language_names_every_function_word_and_operator() -> None:
    text = (DOCS / "expressions.md").read_text(encoding="utf-8")
    for name in (*FUNCTIONS, *RESERVED):
        assert f"`{name}(" in text, name
    for operator in PRECEDENCE:
        assert f"`{operator}`" in text or f" {operator} " in text, operator


def test_the_examples_of_the_language_are_expressions() -> None:
    text = (DOCS / "expressions.md").read_text(encoding="utf-8")
    examples = text.partition("```\n")[2].partition("```")[0].splitlines()
    assert len(examples) >= 12
    for example in examples:
        expr = parse(example)
        assert unknown(expr) is None
        expand(expr)
