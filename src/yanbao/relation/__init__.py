"""The arithmetic of the trade: each relation is a formula with side conditions and wording, one module each."""

from yanbao.relation.docs_page import page
from yanbao.relation.expansion import Requirement, expand, find, requirements, resolve_spans, unknown
from yanbao.relation.periods import apart, span
from yanbao.relation.registry import RELATIONS, by_name
from yanbao.relation.relation import Condition, Parameter, Relation, Wording
from yanbao.relation.result import NotMeaningfulError, Verdict, compute, holds, value
from yanbao.relation.turns import turn

__all__ = [
    "RELATIONS",
    "Condition",
    "NotMeaningfulError",
    "Parameter",
    "Relation",
    "Requirement",
    "Verdict",
    "Wording",
    "apart",
    "by_name",
    "compute",
    "expand",
    "find",
    "holds",
    "page",
    "requirements",
    "resolve_spans",
    "span",
    "turn",
    "unknown",
    "value",
]
