"""A relation that contradicts itself is refused when it is written down; a good one says itself."""

from __future__ import annotations

import pkgutil
from typing import Any

import pytest

import yanbao.relation.catalog
from yanbao.errors import FormulaError
from yanbao.quantity import PERCENT
from yanbao.relation import RELATIONS, Condition, Parameter, Relation, Wording
from yanbao.relation.catalog import CATALOG

WORDING = {"zh": Wording("增速", "{subject}增长{value}"), "en": Wording("Growth", "{subject} grew {value}")}


def _relation(**changes: Any) -> Relation:
    given: dict[str, Any] = {
        "name": "growth",
        "group": "growth",
        "parameters": (Parameter("now", "本期", "now"), Parameter("base", "基期", "base")),
        "formula": "now / base - 1",
        "unit": PERCENT,
        "wording": WORDING,
    }
    return Relation(**(given | changes))


def test_a_sound_relation_is_taken() -> None:
    relation = _relation()
    assert relation.usage == "growth(now, base)"
    assert not relation.needs_periods
    assert hash(relation) == hash(_relation())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "sum"}, "is a function or a word of the language"),
        ({"name": "prev"}, "is a function or a word of the language"),
        ({"name": "Growth"}, "lower-case letters"),
        ({"name": "增速"}, "lower-case letters"),
        ({"parameters": ()}, "needs parameters"),
        ({"parameters": (Parameter("now", "", ""), Parameter("now", "", ""))}, "each with its own name"),
        ({"parameters": (Parameter("now", "", ""), Parameter("unit", "", ""))}, "cannot be named 'unit'"),
        ({"parameters": (Parameter("now", "", ""), Parameter("mean", "", ""))}, "cannot be named 'mean'"),
        ({"formula": "now / base - one"}, "uses 'one', which is no parameter"),
        ({"formula": "now - 1"}, "does not use the parameter 'base'"),
        ({"formula": "now /"}, "ends too early"),
        ({"formula": "yoy(now, base)"}, "calls 'yoy'; a relation is written in plain functions"),
        ({"conditions": (Condition("bass > 0", "", ""),)}, "uses 'bass', which is no parameter"),
        ({"wording": {"zh": WORDING["zh"]}}, "wording in 'en' is missing"),
        ({"wording": {**WORDING, "zh": Wording("", "{subject}增长")}}, "needs exactly the places"),
        ({"wording": {**WORDING, "zh": Wording("", "{subject}增长{value}{x}")}}, "needs exactly the places"),
    ],
)
def test_a_contradiction_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        _relation(**changes)
    assert message in str(caught.value)


def test_every_module_of_the_catalog_is_registered_under_its_name() -> None:
    modules = {module.name for module in pkgutil.iter_modules(yanbao.relation.catalog.__path__)}
    assert modules == {relation.name for relation in CATALOG} == set(RELATIONS)


@pytest.mark.parametrize("relation", CATALOG, ids=lambda relation: relation.name)
def test_every_relation_says_itself_in_both_languages(relation: Relation) -> None:
    for language in ("zh", "en"):
        wording = relation.wording[language]
        assert wording.title
        said = relation.say(language, "甲<&{value}", "5.3%")
        assert "甲<&{value}" in said, "a subject with braces comes out as plain text"
        assert "5.3%" in said
        assert "{subject}" not in said
        if wording.opposite:
            assert relation.say(language, "甲", "5.3%", negative=True) != relation.say(language, "甲", "5.3%")
    assert relation.note
    assert relation.source
    assert all(condition.zh and condition.en for condition in relation.conditions)
    zh, en = relation.wording["zh"], relation.wording["en"]
    assert bool(zh.opposite) == bool(en.opposite)


def test_growth_and_fall() -> None:
    yoy = RELATIONS["yoy"]
    assert yoy.say("zh", "营收", "5.3%") == "营收同比增长5.3%"
    assert yoy.say("zh", "营收", "1.2%", negative=True) == "营收同比下降1.2%"
    assert yoy.say("en", "Revenue", "1.2%", negative=True) == "Revenue fell 1.2% y/y"
    with pytest.raises(FormulaError, match="no wording in 'fr'"):
        yoy.say("fr", "x", "1")
    with pytest.raises(FormulaError, match="no sentence for a negative value"):
        RELATIONS["pe"].say("zh", "x", "1", negative=True)
