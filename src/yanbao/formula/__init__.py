"""One small expression language: parse, check units, evaluate on intervals and arrays, print as Excel and Ibis."""

from yanbao.formula.evaluate import evaluate, holds
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
    operands,
    source,
    transform,
    walk,
)
from yanbao.formula.functions import FUNCTIONS
from yanbao.formula.parse import parse

__all__ = [
    "FUNCTIONS",
    "Binary",
    "Call",
    "Expr",
    "Name",
    "Num",
    "Ref",
    "Refs",
    "Unary",
    "children",
    "evaluate",
    "excel",
    "holds",
    "operands",
    "parse",
    "source",
    "transform",
    "walk",
]
