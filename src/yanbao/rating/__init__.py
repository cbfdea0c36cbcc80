"""Ratings and their record: the policy, the ledger of published calls."""

from yanbao.rating.calls import Call, Event, Fate
from yanbao.rating.chain import Head, Problem
from yanbao.rating.entry import ACTIONS, COLUMNS, MEASURES, Action, Entry, Measure
from yanbao.rating.ledger import Ledger, Reading, read_ledger, read_rows, verify
from yanbao.rating.policy import SCOPES, Band, Grade, RatingPolicy, Scale, Scope
from yanbao.rating.posting import Posted, append, append_history, correction, post

__all__ = [
    "ACTIONS",
    "COLUMNS",
    "MEASURES",
    "SCOPES",
    "Action",
    "Band",
    "Call",
    "Entry",
    "Event",
    "Fate",
    "Grade",
    "Head",
    "Ledger",
    "Measure",
    "Posted",
    "Problem",
    "RatingPolicy",
    "Reading",
    "Scale",
    "Scope",
    "append",
    "append_history",
    "correction",
    "post",
    "read_ledger",
    "read_rows",
    "verify",
]
