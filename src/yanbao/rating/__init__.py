"""Ratings and their record: the policy, the ledger of published calls."""

from yanbao.rating.policy import SCOPES, Band, Grade, RatingPolicy, Scale, Scope

__all__ = ["SCOPES", "Band", "Grade", "RatingPolicy", "Scale", "Scope"]
