"""Random expressions for property tests: any tree of the grammar, and trees that have a number."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from hypothesis import strategies as st

from yanbao.formula import Binary, Call, Expr, Name, Num, Ref, Refs, Unary
from yanbao.formula.functions import FUNCTIONS
from yanbao.quantity import Interval, Quantity

_ARITHMETIC = ("+", "-", "*", "/", "**")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

words = st.from_regex(r"[a-z_]{1,6}|[利营收润]{1,3}", fullmatch=True).filter(
    lambda word: word not in ("and", "or", "not")
)
ids = st.from_regex(r"[a-z]{1,4}\.[a-z]{1,4}@[ -z]{1,6}", fullmatch=True).map(str.strip)
keys = st.from_regex(r"[0-9A-Za-z:年月 ]{1,8}", fullmatch=True).map(str.strip).filter(bool)


@st.composite
def nums(draw: st.DrawFn) -> Num:
    whole = draw(st.integers(0, 10**6))
    places = draw(st.text("0123456789", max_size=4))
    digits = f"{whole}.{places}" if places else f"{whole}"
    percent = draw(st.booleans())
    return Num(Fraction(digits) / (100 if percent else 1), digits + "%" * percent)


@cache
def trees() -> st.SearchStrategy[Expr]:
    """Any tree that the grammar can write, sensible or not."""
    leaves = st.one_of(
        nums(),
        st.builds(Ref, ids),
        st.builds(Refs, st.lists(ids, min_size=1, max_size=4).map(tuple)),
        st.builds(Name, st.none() | words, words, st.none() | keys),
    )

    def grow(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            st.builds(Unary, st.sampled_from(("-", "not")), parts),
            st.builds(Binary, st.sampled_from((*_ARITHMETIC, *_COMPARISONS, "and", "or")), parts, parts),
            st.builds(Call, st.sampled_from((*FUNCTIONS, "yoy", "if")), st.lists(parts, max_size=3).map(tuple)),
        )

    return st.recursive(leaves, grow, max_leaves=12)


@dataclass(frozen=True)
class Case:
    """An expression over the facts `a` to `f`, with intervals for them."""

    expr: Expr
    facts: dict[str, Quantity]


names = ("a", "b", "c", "d", "e", "f")
_column = Refs(names)


@cache
def numeric() -> st.SearchStrategy[Expr]:
    """Trees that are numbers, over the facts and columns of them; powers stay small."""
    refs = st.sampled_from([Ref(name) for name in names])
    small = st.sampled_from([Num(Fraction(text), text) for text in ("0", "1", "2", "0.5", "3")])
    columns = st.one_of(
        st.just(_column),
        st.just(Refs(names[:3])),
        st.builds(Binary, st.sampled_from(("+", "-", "*")), st.just(_column), refs | small),
        st.builds(Binary, st.sampled_from(("+", "-", "*", "/")), st.just(Refs(names[:3])), st.just(Refs(names[3:]))),
        st.builds(Unary, st.just("-"), st.just(Refs(names[2:5]))),
    )

    def conditions(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        simple = st.builds(Binary, st.sampled_from(("<", "<=", ">", ">=")), parts, parts)
        return st.one_of(
            simple,
            st.builds(Binary, st.sampled_from(("and", "or")), simple, simple),
            st.builds(Unary, st.just("not"), simple),
        )

    def grow(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        masks = st.builds(Binary, st.sampled_from(("<", "<=", ">", ">=")), st.just(_column), parts)
        exponent = st.sampled_from([Num(Fraction(text), text) for text in ("2", "3", "0.5")])
        return st.one_of(
            st.builds(Binary, st.sampled_from(("+", "-", "*", "/")), parts, parts),
            st.builds(Binary, st.just("**"), parts, exponent | st.just(Unary("-", Num(Fraction(1), "1")))),
            st.builds(Unary, st.just("-"), parts),
            st.builds(lambda f, c: Call(f, (c,)), st.sampled_from(("sum", "mean", "median", "min", "max")), columns),
            st.builds(lambda f, c, p: Call(f, (c, p)), st.sampled_from(("sum", "mean", "min", "max")), columns, parts),
            st.builds(lambda c: Call("quantile", (_column, c)), st.sampled_from([Num(Fraction(1, 4), "25%")])),
            st.builds(lambda f, p: Call(f, (p,)), st.sampled_from(("abs", "sqrt", "ln", "exp", "logistic")), parts),
            st.builds(lambda x, y, z: Call("interpolate", (x, y, x, z, y)), refs, parts, refs),
            st.builds(lambda *five: Call("interpolate", five), refs, small, parts, refs, refs),
            st.builds(lambda *five: Call("interpolate_growth", five), refs, small, parts, refs, refs),
            st.builds(lambda f, p: Call(f, (p, _column)), st.sampled_from(("rank", "percentile")), parts),
            st.builds(lambda p: Call("rank", (p, _column, Num(Fraction(1), "1"))), parts),
            st.builds(lambda m: Call("count", (m,)), masks),
            st.builds(lambda o, m, n: Call("count", (Binary(o, m, n),)), st.sampled_from(("and", "or")), masks, masks),
            st.builds(lambda m: Call("count", (Unary("not", m),)), masks),
            st.builds(lambda c, p, q: Call("if", (c, p, q)), conditions(parts), parts, parts),
            st.builds(lambda p, q: Call("diff", (p, q)), refs, refs),
        )

    return st.recursive(refs | small, grow, max_leaves=8)


@st.composite
def cases(draw: st.DrawFn, *, exact: bool = False) -> Case:
    facts: dict[str, Quantity] = {}
    for name in names:
        value = Fraction(draw(st.integers(-300, 900)), draw(st.sampled_from((1, 2, 10))))
        half = Fraction(0) if exact else Fraction(draw(st.sampled_from((0, 1, 5, 50))), 100)
        facts[name] = Quantity(value, Interval.around(value, half))
    return Case(draw(numeric()), facts)
