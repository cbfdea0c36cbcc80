"""Forecasts against what companies published, by hand: first published figures, share factors, what is not known."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rating.score_market import AS_OF, call, estimate, market, steps
from yanbao.rating.recommendation import Recommendation
from yanbao.rating.score import ScoreOptions, score
from yanbao.rating.tables import EstimateRow, Scorecard
from yanbao.sector.market import Market

D = dt.date
A, B = "600001.SH", "600002.SH"
PUBLISHED = D(2023, 6, 28)


def figure(code: str, year: int, line: str, value: float, published: D) -> dict[str, Any]:
    return {
        "code": code,
        "period": D(year, 12, 31),
        "basis": "ytd",
        "line": line,
        "value": value,
        "published": published,
    }


def world(actions: bool = True, as_of: D = AS_OF) -> Market:
    statements = [
        figure(A, 2023, "net_profit_parent", 2.0e8, D(2024, 4, 20)),
        figure(A, 2023, "net_profit_parent", 1.0e8, D(2024, 9, 1)),  # restated later: not what the forecast was of
        figure(A, 2023, "revenue", 1.5e9, D(2024, 4, 20)),
        figure(B, 2023, "net_profit_parent", -5.0e7, D(2024, 4, 28)),
        {**figure(A, 2024, "net_profit_parent", 4.0e7, D(2024, 4, 25)), "period": D(2024, 3, 31)},  # a quarter
    ]
    more: dict[str, list[dict[str, Any]]] = {
        "statement": statements,
        "shares": [
            {"code": A, "day": D(2023, 6, 1), "total": 1.0e8, "published": D(2023, 6, 1)},
            {"code": A, "day": D(2023, 9, 1), "total": 2.0e8, "published": D(2023, 9, 1)},
            {"code": A, "day": D(2024, 6, 1), "total": 9.0e8, "published": D(2024, 6, 1)},
        ],
    }
    if actions:
        more["corporate_action"] = [
            {"code": A, "day": D(2023, 9, 1), "kind": "bonus", "ratio": 1.0, "published": D(2023, 8, 1)},
            {"code": A, "day": D(2023, 7, 1), "kind": "cash", "cash": 0.5, "published": D(2023, 6, 1)},
            {"code": A, "day": D(2024, 6, 1), "kind": "split", "ratio": 3.5, "published": D(2024, 5, 1)},
        ]
    flat = steps({D(2023, 6, 1): 10.0}, last=as_of)
    return market({A: flat, B: flat}, flat, as_of=as_of, more=more)


def rows(card: Scorecard) -> dict[tuple[str, str], EstimateRow]:
    return {(row.measure, row.period): row for row in card.estimates}


def forecasts(security: str, published: D = PUBLISHED, **given: str) -> Recommendation:
    """A call that forecasts, each as `measure_year="value unit"`."""
    made = []
    for name, text in given.items():
        measure, _, year = name.rpartition("_")
        value, unit = text.split()
        made.append(estimate(measure, f"{year}E", value, unit))
    return call(security, published, estimates=tuple(made), analyst="甲")


def test_a_forecast_is_compared_with_the_figure_first_published() -> None:
    one = forecasts(
        A, net_profit_2023="250 百万元", revenue_2023="12 亿元", eps_2023="2.4 元", net_profit_2024="3 亿元"
    )
    card = score([one], world(), ScoreOptions())
    found = rows(card)
    profit = found["net_profit", "2023E"]
    assert (profit.actual, profit.actual_published) == (200.0, D(2024, 4, 20))
    assert profit.error == pytest.approx(0.25)
    assert found["revenue", "2023E"].error == pytest.approx(12 / 15 - 1)
    # one share became two on 1 September, cash changes nothing: 2.4 / 2 against 2 亿元 / 2 亿股 at the year's end
    eps = found["eps", "2023E"]
    assert (eps.forecast, eps.actual) == (pytest.approx(1.2), pytest.approx(1.0))
    assert eps.error == pytest.approx(0.2)
    assert "share factor 2" in eps.reason.en
    unknown = found["net_profit", "2024E"]
    assert (unknown.actual, unknown.error, unknown.years_ahead) == (None, None, 1)
    assert unknown.reason.en == f"the store has no figure of 2024 by {AS_OF}"
    (all_profit,) = [row for row in card.estimate_errors if (row.measure, row.by) == ("net_profit", "all")]
    assert (all_profit.n, all_profit.mean, all_profit.mean_absolute) == (1, profit.error, profit.error)
    assert all_profit.warning is not None
    assert {row.by for row in card.estimate_errors} == {"all", "analyst", "sector", "years ahead", "year"}
    assert {row.group for row in card.estimate_errors if row.by == "sector"} == {"甲业"}


def test_a_figure_published_after_the_as_of_day_is_not_known() -> None:
    one = forecasts(A, net_profit_2023="250 百万元")
    (row,) = score([one], world(as_of=D(2024, 4, 19))).estimates
    assert (row.actual, row.error) == (None, None)


def test_where_the_store_knows_no_splits_the_row_says_so() -> None:
    (row,) = score([forecasts(A, eps_2023="2.4 元/股")], world(actions=False)).estimates
    assert row.forecast == pytest.approx(2.4)
    assert "knows no splits" in row.reason.en


def test_what_cannot_be_compared_is_listed_with_its_reason() -> None:
    loss = forecasts(B, net_profit_2023="10 百万元")
    half = call(A, PUBLISHED, estimates=(estimate("net_profit", "2023H2E", "1", "亿元"),))
    dollars = call(A, PUBLISHED, estimates=(estimate("revenue", "2023E", "1", "$M"),))
    card = score([loss, half, dollars], world())
    of_loss, of_half, of_dollars = card.estimates
    assert (of_loss.actual, of_loss.error) == (-50.0, None)
    assert "not positive" in of_loss.reason.en
    assert (of_half.actual, of_half.reason.en) == (None, "not of a full year: not compared")
    assert (of_dollars.actual, "$M" in of_dollars.reason.en) == (None, True)
    assert all(row.n == 0 and row.mean is None for row in card.estimate_errors)


def test_revisions_are_changes_of_one_forecast() -> None:
    first = forecasts(A, net_profit_2024="3 亿元", eps_2024="2 元")
    again = forecasts(A, D(2023, 8, 1), net_profit_2024="3 亿元", eps_2024="2 元")
    later = forecasts(A, D(2023, 11, 1), net_profit_2024="2.4 亿元", eps_2024="1.2 元")
    found = {row.measure: row for row in score([later, first, again], world()).revisions}
    profit = found["net_profit"]
    assert (profit.before, profit.after, profit.change) == (3.0, 2.4, pytest.approx(-0.2))
    assert (profit.before_published, profit.published) == (D(2023, 8, 1), D(2023, 11, 1))
    # 2 yuan a share of before the bonus shares are 1 after it
    assert (found["eps"].before, found["eps"].change) == (1.0, pytest.approx(0.2))
    assert len(found) == 2
