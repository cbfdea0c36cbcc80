"""The same formula as a query on DuckDB gives what arrays give, missing values included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from yanbao.errors import FormulaError
from yanbao.formula import FUNCTIONS, Call, parse, walk
from yanbao.formula.array import evaluate_array
from yanbao.formula.ibis import to_ibis
from yanbao.relation import RELATIONS, expand, resolve_spans

ibis = pytest.importorskip("ibis")

COLUMNS = {
    "a": [110.0, 5.0, -3.0, 0.0, None, 2.0, 7.5, 1e9],
    "b": [100.0, 0.0, 4.0, 2.0, 3.0, None, -2.5, 3.0],
    "c": [0.05, 0.5, 1.0, 2.0, 0.25, 3.0, None, -0.5],
}

EXPRESSIONS = [
    "{a} / {b} - 1",
    "({a} / {b}) ** (1 / 4) - 1",
    "2 ** 3 ** 2 + {a}",
    "-{a} ** 2",
    "(-{a}) ** 3",
    "{a} ** -1",
    "{a} ** {c}",
    "{a} - {b} - {c}",
    "{a} - ({b} - {c})",
    "{a} / {b} / {c}",
    "{a} / ({b} / {c})",
    "1 - 20% * {a}",
    "sum([{a}, {b}, {c}])",
    "sum({a}, 1)",
    "mean([{a}, {b}, {c}])",
    "min([{a}, {b}, {c}])",
    "max([{a}, {b}], 0)",
    "abs({a})",
    "ln({a})",
    "sqrt({a})",
    "exp({c})",
    "exp({a})",
    "logistic({b})",
    "logistic(-{a})",
    "interpolate({c}, 0, {a}, {b}, {c})",
    "interpolate({b}, {a}, 1, {c}, 2)",
    "interpolate_growth({b}, {a}, 1, {c}, 2)",
    "interpolate_growth({c}, 0, {a}, {b}, {c})",
    "diff({c}, 5%)",
    "years({c})",
    "count([{a}, {b}, {c}])",
    "count([{a}, {b}, {c}] > 1)",
    "count([{a}, {b}, {c}] > 1 and [{a}, {b}, {c}] < 100)",
    "count([{a}, {b}, {c}] < 0 or [{a}, {b}, {c}] >= 5)",
    "count(not [{a}, {b}] > 1)",
    "rank({a}, [{a}, {b}, {c}])",
    "rank({a}, [{a}, {b}, {c}], 1)",
    "percentile({b}, [{a}, {b}, {c}])",
    "sum([{a}, {b}] * [{c}, {c}]) / sum([{c}, {c}])",
    "sum(-[{a}, {b}])",
    "if({a} > {b}, {a}, {b})",
    "if({a} > 0 and {b} > 0, 1, 0)",
    "if(not {a} == 0 or {b} != 2, 1, 2)",
    "if(1 > 0, {a}, {b})",
    "if({a} > 0 or {b} > 0, 1, 0)",
    "if({a} > 0 and not {b} > 0, 1, 0)",
    "count({a} > 0)",
    "count(not ([{a}, {b}] > 1 and [{b}, {c}] > 1))",
]


def _query(text: str) -> np.ndarray[Any, Any]:
    table = ibis.memtable(
        {"row": list(range(8)), **COLUMNS}, schema={"row": "int64", "a": "float64", "b": "float64", "c": "float64"}
    )
    expr = to_ibis(parse(text), lambda name: table[name])
    rows = table.select("row", value=expr.cast("float64")).order_by("row")
    frame = ibis.duckdb.connect().to_pyarrow(rows).column("value").to_pylist()
    return np.array([np.nan if value is None else value for value in frame], dtype=float)


def _arrays(text: str) -> np.ndarray[Any, Any]:
    arrays = {name: np.array([np.nan if v is None else v for v in values]) for name, values in COLUMNS.items()}
    return np.broadcast_to(evaluate_array(parse(text), arrays.__getitem__), (8,))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_query_gives_what_arrays_give(text: str) -> None:
    np.testing.assert_allclose(_query(text), _arrays(text), rtol=1e-12)


def test_every_function_is_compared_or_refused() -> None:
    used = {part.function for text in EXPRESSIONS for part in walk(parse(text)) if isinstance(part, Call)}
    assert used | {"median", "quantile"} == {*FUNCTIONS, "if"}


@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_every_relation_runs_as_a_query(name: str) -> None:
    relation = RELATIONS[name]
    operands = [
        "[{a}, {b}, {c}]" if p.column else "{" + "abc"[at % 3] + "}" for at, p in enumerate(relation.parameters)
    ]
    expr = resolve_spans(expand(parse(f"{name}({', '.join(operands)})")), lambda later, earlier: 4)
    from yanbao.formula import source

    np.testing.assert_allclose(_query(source(expr)), _arrays(source(expr)), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("median([{a}, {b}])", "has no form as a query"),
        ("quantile([{a}, {b}], 25%)", "has no form as a query"),
        ("[{a}, {b}]", "is a column"),
        ("state", "has no form as a query"),
        ("avg({a})", "did you mean `mean`?"),
        ("sqrt({a}, {b})", "sqrt(x) got 2 arguments"),
        ("sum([{a}, {b}] * [{a}, {b}, {c}])", "joins columns of 2 and 3 values"),
    ],
)
def test_what_is_no_query(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        _query(text)
    assert message in str(caught.value)
