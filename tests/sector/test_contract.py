"""What every exhibit promises: its fields, its units, plain data, and the table it declares."""

from __future__ import annotations

import dataclasses
import inspect
import json

import pytest

from sector.small_market import QUESTIONS, asked, each_question
from yanbao.sector import EXHIBITS

# the fields that commands and chapters rely on, in order; more may follow
FIELDS = {
    "performance": "day sector benchmark relative",
    "ranking": "rank code name return relative",
    "movers": "side code name return last_day",
    "share-price": "day share benchmark relative",
    "members": "day code name level1 level2 level3 since",
    "valuation": "day code name measure method value n",
    "valuation-history": "day code name measure method value n",
    "fund-holdings": "quarter code name value share share_change value_change",
    "revenue-growth": "period total overall median n",
    "profit-growth": "period total overall median n",
    "growth-distribution": "period bucket n",
    "gross-margin": "period overall median mean n",
    "expense-ratio": "period overall median mean n",
    "headcount": "period total base change n",
    "operating-cash-flow": "period total base difference growth n",
    "seasonality": "year quarter overall median n",
    "policy-rate": "period rate change relative correlation n",
    "screen": "day code name",
    "coverage": "table item period n members share",
}


def test_every_exhibit_has_its_fields() -> None:
    assert set(FIELDS) == set(EXHIBITS) == {name for name, _ in QUESTIONS}


@pytest.mark.parametrize("at", each_question())
def test_an_exhibit_as_plain_data(at: int) -> None:
    name, exhibit = QUESTIONS[at][0], asked(at)
    data = json.loads(json.dumps(exhibit.json(), allow_nan=False))
    assert list(data) == ["exhibit", "as_of", "unit", "coverage", "rows"]
    assert (data["exhibit"], data["as_of"]) == (name, "2024-07-05")
    assert data["rows"]
    wanted = FIELDS[name].split()
    for row in data["rows"]:
        assert list(row)[: len(wanted)] == wanted
        assert set(data["unit"]) <= set(row)
    assert data["coverage"]["zh"]
    assert data["coverage"]["en"]
    # a number is a fraction, an amount or a count; what has no unit is a text, a day or a count
    for row in data["rows"]:
        for field, value in row.items():
            assert field in data["unit"] or not isinstance(value, float), (field, value)
    for column in exhibit.columns:
        assert column.head.zh
        assert column.head.en


@pytest.mark.parametrize("name", sorted(EXHIBITS))
def test_an_exhibit_is_one_function_of_market_and_frozen_options(name: str) -> None:
    entry = EXHIBITS[name]
    assert list(inspect.signature(entry.function).parameters) == ["market", "options"]
    assert dataclasses.is_dataclass(entry.options)
    assert entry.options.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert entry.function.__doc__
    for part in ("?", "Rows:", "Formula", "Raises:"):
        assert part in entry.function.__doc__ or (part == "Formula" and name in ("members", "coverage")), part


@pytest.mark.parametrize("name", ["sector", "performance"])
def test_the_registry_is_light(name: str) -> None:
    import subprocess
    import sys

    program = "import sys, yanbao.sector; assert not {'ibis', 'pandas', 'duckdb', 'polars'} & set(sys.modules)"
    if name == "performance":
        program += "; yanbao.sector.EXHIBITS['performance'].options; assert 'ibis' in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
