"""One small expression language: parse, check units, evaluate on intervals and arrays, print as Excel and Ibis."""

from yanbao.formula.evaluate import evaluate, holds, judge
from yanbao.formula.excel import excel
from yanbao.formula.expr import (
    Binary,
    Call,
    Expr,
    Name,
    Num,
    Ref,
    Refs,
    Unary,
    children,
    computed_with,
    counted,
    operands,
    source,
    transform,
    walk,
)
from yanbao.formula.functions import FUNCTIONS, RESERVED
from yanbao.formula.parse import parse
from yanbao.formula.truth import Truth
from yanbao.formula.units import in_unit
from yanbao.formula.value import NoAnswerError

__all__ = [
    "FUNCTIONS",
    "RESERVED",
    "Binary",
    "Call",
    "Expr",
    "Name",
    "NoAnswerError",
    "Num",
    "Ref",
    "Refs",
    "Truth",
    "Unary",
    "children",
    "computed_with",
    "counted",
    "evaluate",
    "excel",
    "holds",
    "in_unit",
    "judge",
    "operands",
    "parse",
    "source",
    "transform",
    "walk",
]
