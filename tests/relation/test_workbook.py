"""Every relation as a live formula, recomputed by another engine: the value is the one that compute() gives."""

from __future__ import annotations

import pytest

from formula.workbook import LAYOUTS, Workbook, cell_unit
from yanbao.formula import excel, parse
from yanbao.quantity import Quantity, parse_unit
from yanbao.relation import RELATIONS, compute, expand, resolve_spans

# relation -> operands with units that differ where the relation allows it, and the unit of the result's cell
OPERANDS: dict[str, tuple[dict[str, str | list[str]], str]] = {
    "yoy": ({"now": "5275 亿元", "base": "509400 百万元"}, "%"),
    "qoq": ({"now": "725.0 亿元", "base": "1040.2 亿元"}, "%"),
    "pp": ({"now": "34.3 %", "base": "36.3 %"}, "pp"),
    "cagr": ({"end": "3019.0 亿元", "start": "113830 百万元"}, "%"),
    "multiple": ({"now": "3440 亿元", "base": "98720 百万元"}, "倍"),
    "ratio": ({"numerator": "12 亿元", "denominator": "60 家"}, "万元/家"),
    "share": ({"part": "26 家", "whole": "332 家"}, "%"),
    "total": ({"parts": ["4747.8 亿元", "775.0 亿元", "12 百万元"]}, "亿元"),
    "signed_sum": ({"added": ["140 亿美元", "3 亿美元"], "deducted": ["31.5 亿美元"]}, "百万美元"),
    "simple_mean": ({"values": ["79.89", "57.48", "35.12", "16.33"]}, ""),
    "weighted_mean": ({"values": ["34.3 %", "30.0 %"], "weights": ["3 亿元", "1 亿元"]}, "%"),
    "product": ({"amount": "5522.8 亿元", "factor": "20 %"}, "百万元"),
    "price_cut": ({"now": "16 元/百万tokens", "before": "230 元/百万tokens"}, "%"),
    "conversion": ({"amount": "1138.3 亿元"}, "百万元"),
    "exchange": ({"amount": "66 亿美元", "rate": "7.10 元/美元"}, "亿元"),
    "pe": ({"price": "18.30 元/股", "earnings": "0.67 元/股"}, "倍"),
    "eps": ({"profit": "160.77 百万元", "shares": "2.40 亿股"}, "元/股"),
    "market_value": ({"price": "18.30 元/股", "shares": "24000 万股"}, "亿元"),
    "margin": ({"revenue": "2428.5 亿元", "cost": "159550 百万元"}, "%"),
    "expense_ratio": ({"expense": "266.4 亿元", "revenue": "2428.5 亿元"}, "%"),
    "contribution": ({"part_now": "226 亿元", "part_base": "190 亿元", "whole_base": "21800 百万元"}, "pp"),
    "ranking": ({"item": "3.1 %", "others": ["5.3 %", "3.1 %", "1.0 %", "3.1 %"]}, ""),
    "bucket_count": ({"members": ["55 %", "31 %", "29 %", "10 %"], "low": "10 %", "high": "30 %"}, "家"),
    "doubling_time": ({"growth": "27.6 %"}, "年"),
    "duration": ({"energy": "6687 万千瓦时", "power": "3139 万千瓦"}, "小时"),
}


def _quantity(text: str) -> Quantity:
    number, _, unit = text.partition(" ")
    return Quantity.exact(number, parse_unit(unit))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", sorted(RELATIONS))
def test_the_live_formula_gives_the_computed_value(name: str, layout: str) -> None:
    given, symbol = OPERANDS[name]
    operands = {
        key: [_quantity(part) for part in text] if isinstance(text, list) else _quantity(text)
        for key, text in given.items()
    }
    facts: dict[str, Quantity] = {}
    arguments: list[str] = []
    for key, operand in operands.items():
        parts = operand if isinstance(operand, list) else [operand]
        ids = [f"{key}.{at}" for at in range(len(parts))]
        facts |= dict(zip(ids, parts, strict=True))
        written = ", ".join(f"{{{part}}}" for part in ids)
        arguments.append(f"[{written}]" if isinstance(operand, list) else written)
    unit = parse_unit(symbol)
    periods = 4 if RELATIONS[name].needs_periods else None
    wanted = compute(name, unit=unit, periods=periods, **operands)

    expr = resolve_spans(expand(parse(f"{name}({', '.join(arguments)})")), lambda later, earlier: 4)
    book = Workbook(facts, layout)
    cell = cell_unit(unit)
    formula = excel(expr, book.operand, cell)
    found = book.recompute(formula)
    assert found == pytest.approx(float(wanted.value * wanted.unit.scale / cell.scale), rel=1e-12), formula


def test_every_relation_has_its_operands() -> None:
    assert set(OPERANDS) == set(RELATIONS)
