"""Outcomes of calls on made-up closes, each figure worked out by hand beside it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from rating.score_market import AS_OF, INDEX, SCALE, call, market, month_ends, steps
from yanbao.errors import ExhibitError
from yanbao.rating import Scale
from yanbao.rating.score import OWN, ScoreOptions, score
from yanbao.rating.tables import CallRow, Scorecard

D = dt.date
A, B, C, E, F = "600001.SH", "600002.SH", "600003.SH", "600004.SH", "600005.SH"
PUBLISHED = D(2024, 1, 10)  # a Wednesday; six months on: Wednesday 10 July 2024
START = D(2023, 12, 1)
FLAT = steps({START: 4000.0})


def only(card: Scorecard, **of: object) -> CallRow:
    """The one row of own horizon with these fields."""
    (row,) = [row for row in card.calls if row.own and all(getattr(row, name) == value for name, value in of.items())]
    return row


def test_a_return_is_measured_from_the_entry_to_the_last_trading_day_of_the_horizon() -> None:
    # the day of publication closes at 10, the day after at 11, 10 July at 13.2, 11 July at 99
    closes = {A: steps({START: 10, D(2024, 1, 11): 11, D(2024, 3, 1): 8.8, D(2024, 5, 6): 15.4, D(2024, 7, 10): 13.2,
                        D(2024, 7, 11): 99})}  # fmt: skip
    index = steps({START: 4000, D(2024, 1, 11): 4200, D(2024, 5, 6): 4000, D(2024, 7, 1): 4410})
    held = market(closes, index)
    same = only(score([call(A, PUBLISHED)], held, ScoreOptions(entry="same")))
    assert (same.entry_day, same.entry_close, same.horizon_day) == (PUBLISHED, 10.0, D(2024, 7, 10))
    assert same.stock_return == pytest.approx(0.32)
    assert same.benchmark_return == pytest.approx(4410 / 4000 - 1)
    assert same.relative_return == pytest.approx(0.32 - 0.1025, abs=1e-12)
    assert (same.realised, same.hit, same.status, same.reason.en) == ("买入", True, "closed", "")
    # best: 15.4 / 10 - 4000 / 4000; worst: 8.8 / 10 - 4200 / 4000
    assert (same.best, same.worst) == (pytest.approx(0.54), pytest.approx(-0.17))
    after = only(score([call(A, PUBLISHED)], held, ScoreOptions(entry="next")))
    assert (after.entry_day, after.entry_close) == (D(2024, 1, 11), 11.0)
    # 13.2 / 11 - 4410 / 4200 = 0.20 - 0.05: no more a buy
    assert after.relative_return == pytest.approx(0.15, abs=1e-12)
    assert (after.realised, after.hit) == ("持有", False)


def test_a_day_without_trading_is_entered_on_the_next_and_valued_on_the_last() -> None:
    # published on Saturday 13 January, six months on is Saturday 13 July: closes of Monday the 15th, Friday the 12th
    closes = {A: steps({START: 1, D(2024, 1, 15): 10, D(2024, 1, 16): 1, D(2024, 7, 12): 12.1, D(2024, 7, 15): 1})}
    for entry in ("same", "next"):
        row = only(score([call(A, D(2024, 1, 13))], market(closes, FLAT), ScoreOptions(entry=entry)))  # type: ignore[arg-type]
        assert (row.entry_day, row.horizon_day) == (D(2024, 1, 15), D(2024, 7, 12))
        assert row.relative_return == pytest.approx(0.21)


@pytest.mark.parametrize(
    ("close", "rating", "realised", "hit"),
    [
        (12.0, "买入", "持有", False),  # +20 % exactly is not over 20
        (12.001, "买入", "买入", True),
        (12.0, "持有", "持有", True),
        (12.001, "持有", "买入", True),  # better than rated
        (11.0, "持有", "中性", False),  # 11 / 10 - 1 is 0.10000000000000009 in floating point
        (11.0, "中性", "中性", True),
        (9.0, "中性", "中性", True),
        (8.999, "中性", "回避", False),
        (8.0, "回避", "回避", True),
        (7.999, "回避", "卖出", True),
        (8.0, "卖出", "回避", False),
        (9.0, "卖出", "中性", False),
    ],
)
def test_bounds_of_classes_are_those_that_the_policy_prints(
    close: float, rating: str, realised: str, hit: bool
) -> None:
    closes = {A: steps({START: 10, D(2024, 5, 6): close})}
    row = only(score([call(A, PUBLISHED, rating)], market(closes, FLAT)))
    assert (row.realised, row.hit) == (realised, hit)


def test_a_call_is_judged_by_the_policy_of_its_own_day() -> None:
    closes = {A: steps({START: 10, D(2024, 5, 6): 10.8})}
    own = call(A, PUBLISHED, "增持", scale=Scale.parse("增持>=8; 中性(-5,8); 减持<=-5"))
    row = only(score([own], market(closes, FLAT)))
    assert (row.realised, row.hit) == ("增持", True)


def test_what_has_no_outcome_says_why_and_nothing_is_lost() -> None:
    halted = D(2024, 2, 1), D(2024, 9, 2)
    closes = {
        A: steps({START: 10, D(2024, 5, 6): 13}),
        # suspended over the horizon: the last close is that of 31 January, 11
        B: steps({START: 10, D(2024, 1, 22): 11, halted[1]: 5}, without=lambda day: halted[0] <= day < halted[1]),
        # delisted on 3 June, last close on 31 May, 2
        C: steps({START: 10, D(2024, 5, 31): 2}, last=D(2024, 5, 31)),
        # suspended when published, first close on 5 February
        E: steps({START: 10, D(2024, 2, 5): 12, D(2024, 7, 1): 18},
                 without=lambda day: D(2024, 1, 8) <= day < D(2024, 2, 5)),
        # closes end on 29 March, and nobody knows why
        F: steps({START: 10, D(2024, 3, 28): 30}, last=D(2024, 3, 29)),
    }  # fmt: skip
    calls = [
        *(call(code, PUBLISHED) for code in closes),
        call("600999.SH", PUBLISHED),
        call(A, D(2025, 6, 2), id="open"),
        call(A, AS_OF, id="new"),
        call(B, D(2024, 2, 5), id="never", horizon=3),
        call(A, D(2025, 7, 1), id="later"),
    ]
    card = score(calls, market(closes, FLAT, delisted={C: D(2024, 6, 3)}), ScoreOptions(horizons=(OWN,), draws=50))
    found = {row.id: row for row in card.calls}
    assert len(found) == len(calls) - 1
    assert any("1 calls were published later" in note.en for note in card.notes)
    told = {name: (row.status, row.relative_return, row.hit) for name, row in found.items()}
    assert told[f"600001-{PUBLISHED}"] == ("closed", pytest.approx(0.3), True)
    assert told[f"600002-{PUBLISHED}"] == ("suspended", pytest.approx(0.1), False)
    assert "2024-07-10" in found[f"600002-{PUBLISHED}"].reason.en
    assert "2024-01-31" in found[f"600002-{PUBLISHED}"].reason.en
    assert told[f"600003-{PUBLISHED}"] == ("delisted", pytest.approx(-0.8), False)
    assert told[f"600004-{PUBLISHED}"] == ("late start", pytest.approx(0.5), True)
    assert found[f"600004-{PUBLISHED}"].entry_day == D(2024, 2, 5)
    assert told[f"600005-{PUBLISHED}"] == ("no price", None, None)
    assert "2024-03-29" in found[f"600005-{PUBLISHED}"].reason.en
    assert told[f"600999-{PUBLISHED}"] == ("no price", None, None)
    assert told["open"] == ("open", None, None)
    assert found["open"].so_far == pytest.approx(0.0)
    assert told["new"] == ("open", None, None)
    assert told["never"] == ("no price", None, None)
    (row,) = card.scores
    assert (row.calls, row.n, row.open, row.missing, row.late, row.suspended, row.delisted) == (9, 4, 2, 3, 1, 1, 1)
    assert row.hits == 2
    # at -100 % (the index is flat) and at the benchmark: 0.3 + 0.1 - 0.8 + 0.5 = 0.1 of four, and three without a price
    assert row.mean == pytest.approx(0.1 / 4)
    assert row.mean_if_lost == pytest.approx((0.1 - 3) / 7)
    assert row.mean_if_benchmark == pytest.approx(0.1 / 7)
    assert row.hit_rate_if_lost == pytest.approx(2 / 7)
    assert row.warning is not None


def test_a_start_within_the_days_allowed_is_not_late() -> None:
    closes = {A: steps({START: 10}, without=lambda day: D(2024, 1, 11) <= day < D(2024, 1, 18))}
    # 11 January is wanted, 18 January is five trading days later
    assert only(score([call(A, PUBLISHED)], market(closes, FLAT))).status == "closed"
    assert only(score([call(A, PUBLISHED)], market(closes, FLAT), ScoreOptions(late_after=4))).status == "late start"


def test_nothing_after_the_as_of_day_is_looked_at() -> None:
    closes = {A: steps({START: 10, D(2024, 7, 10): 20})}
    before = market(closes, FLAT, as_of=D(2024, 7, 9))
    row = only(score([call(A, PUBLISHED)], before))
    assert (row.status, row.relative_return, row.so_far) == ("open", None, 0.0)
    assert only(score([call(A, PUBLISHED)], market(closes, FLAT, as_of=D(2024, 7, 10)))).relative_return == 1.0
    with pytest.raises(ExhibitError, match="no call was published by 2024-07-09"):
        score([call(A, D(2024, 7, 10))], before)


def test_an_ended_call_is_scored_to_its_horizon_all_the_same() -> None:
    closes = {A: steps({START: 10, D(2024, 5, 6): 7})}
    row = only(score([call(A, PUBLISHED, fate="withdraw", fate_day=D(2024, 4, 1))], market(closes, FLAT)))
    assert (row.status, row.relative_return, row.hit) == ("superseded", pytest.approx(-0.3), False)
    assert row.reason.en == "withdrawn on 2024-04-01"


def test_month_ends_alone_are_horizons_from_month_end_to_month_end() -> None:
    daily = steps({START: 10, D(2024, 1, 31): 11, D(2024, 2, 1): 20, D(2024, 7, 31): 13.2, D(2024, 8, 1): 50})
    held = market({A: month_ends(daily)}, steps({START: 4000, D(2024, 7, 31): 4400}))
    card = score([call(A, PUBLISHED), call(A, D(2024, 1, 31), id="last day")], held)
    row = only(card, id=f"600001-{PUBLISHED}")
    assert (card.grid, row.entry_day, row.horizon_day) == ("month-end", D(2024, 1, 31), D(2024, 7, 31))
    assert row.relative_return == pytest.approx(0.2 - 0.1)
    # published on the last day of January: the month end after it is 29 February, at 20
    after = only(card, id="last day")
    assert (after.entry_day, after.horizon_day) == (D(2024, 2, 29), D(2024, 8, 30))
    same = score([call(A, D(2024, 1, 31))], held, ScoreOptions(entry="same"))
    assert only(same).entry_day == D(2024, 1, 31)


def test_a_pick_of_a_month_that_was_written_in_it_starts_too_late_for_it() -> None:
    daily = steps({START: 10, D(2024, 1, 31): 11, D(2024, 2, 29): 12.1})
    held = market({A: month_ends(daily)}, FLAT)
    calls = [
        call(A, D(2024, 1, 30), id="before", until=D(2024, 2, 29), horizon=1),
        call(A, D(2024, 2, 1), id="within", until=D(2024, 2, 29), horizon=1),
    ]
    card = score(calls, held)
    assert only(card, id="before").relative_return == pytest.approx(0.1)
    within = only(card, id="within")
    assert (within.status, within.relative_return) == ("late start", None)
    assert only(card, id="before").horizon_day == D(2024, 2, 29)
    (row,) = [row for row in card.scores if row.horizon == "own"]
    assert (row.n, row.late, row.calls) == (1, 1, 2)


def test_a_target_is_brought_to_the_scale_of_its_price() -> None:
    # two shares for one on 1 March: adjusted closes are half of what was printed before, 20.00 on 9 January
    closes = {A: steps({START: 10, D(2024, 4, 1): 12.5, D(2024, 6, 3): 13.2, D(2024, 7, 1): 12})}
    own = call(A, PUBLISHED, price=Decimal("20.00"), price_day=D(2024, 1, 9), target=Decimal("26.00"))
    card = score([own], market(closes, FLAT))
    (row,) = card.targets
    # 12 x 20 / 10 = 24 at the horizon, 26.4 from 3 June on
    assert (row.upside, row.price_at_horizon) == (pytest.approx(0.3), pytest.approx(24.0))
    assert (row.met, row.touched) == (False, True)
    # trading days from 11 January: 15 left in January, 21 in February, 21 in March, 22 in April, 23 in May
    assert row.days_to_target == 14 + 21 + 21 + 22 + 23 + 1
    assert row.error == pytest.approx((24 - 26) / 20)
    assert "dividend-inclusive" in row.reason.en
    unsaid = call(A, PUBLISHED, price=Decimal("20.00"), target=Decimal("26.00"))
    (row,) = score([unsaid], market(closes, FLAT)).targets
    assert (row.price_at_horizon, row.met, row.error) == (None, None, None)
    assert "not stated" in row.reason.en


def test_rated_and_realised_are_counted_in_the_order_of_the_policy() -> None:
    closes = {A: steps({START: 10, D(2024, 5, 6): 13}), B: steps({START: 10, D(2024, 5, 6): 7})}
    calls = [call(A, PUBLISHED), call(B, PUBLISHED), call(B, PUBLISHED, "卖出", id="sell")]
    rows = score(calls, market(closes, FLAT)).calibration
    assert [row.realised for row in rows[:5]] == list(SCALE.names)
    assert {(row.rated, row.realised): (row.n, row.share) for row in rows if row.n} == {
        ("买入", "买入"): (1, 0.5),
        ("买入", "卖出"): (1, 0.5),
        ("卖出", "卖出"): (1, 1.0),
    }


def test_the_base_rate_is_the_share_of_the_universe_over_the_same_days() -> None:
    closes = {
        A: steps({START: 10, D(2024, 5, 6): 13}),  # +30 %: would have been a hit
        B: steps({START: 10, D(2024, 5, 6): 11}),
        C: steps({START: 10, D(2024, 5, 6): 7}),
        E: steps({D(2024, 2, 1): 10, D(2024, 5, 6): 90}),  # no close on the day of entry
    }
    card = score([call(B, PUBLISHED)], market(closes, FLAT), ScoreOptions(horizons=(OWN,)))
    (row,) = card.scores
    assert (row.hit_rate, row.base_rate) == (0.0, pytest.approx(1 / 3))
    assert row.universe_mean == pytest.approx((0.3 + 0.1 - 0.3) / 3)
    assert (row.random_low, row.random_high) == (0.0, 1.0)  # one pick: a hit or not
    against = score([call(B, PUBLISHED)], market(closes, FLAT), ScoreOptions(benchmark="equal-weight"))
    assert only(against).relative_return == pytest.approx(0.1 - 0.1 / 3)


def test_a_call_on_a_sector_is_one_on_its_index() -> None:
    level = steps({START: 1000, D(2024, 5, 6): 1080})
    other = steps({START: 500, D(2024, 5, 6): 505})
    levels = [
        {"code": code, "day": day, "close": close}
        for code, line in (("801001.SI", level), ("801002.SI", other))
        for day, close in line.items()
    ]
    second = {"scheme": "sw", "industry": "20", "level": 1, "name": "乙业", "index_code": "801002.SI"}
    held = market({A: steps({START: 10})}, FLAT, more={"index_level": levels, "industry": [second]})
    scale = Scale.parse("强于大市>5; 跟随大市[-5,5]; 弱于大市<-5")
    one = call("甲业", PUBLISHED, "强于大市", scope="sector", scale=scale, name="")
    card = score([one], held, ScoreOptions(by="sector", horizons=(OWN,)))
    row = only(card)
    assert (row.security, row.name, row.group) == ("801001.SI", "甲业", "甲业")
    assert (row.relative_return, row.realised, row.hit) == (pytest.approx(0.08), "强于大市", True)
    # of the two sectors one rose by more than 5 %
    assert card.scores[0].base_rate == 0.5
    assert card.portfolio == ()


def test_a_basket_holds_open_buys_in_equal_parts() -> None:
    closes = {
        A: month_ends(steps({START: 10, D(2024, 2, 1): 12, D(2024, 3, 1): 12})),
        B: month_ends(steps({START: 10, D(2024, 2, 1): 10, D(2024, 3, 1): 11})),
    }
    index = month_ends(steps({START: 100, D(2024, 2, 1): 101}))
    calls = [
        call(A, D(2024, 1, 10), horizon=2),  # open from the end of January to that of March
        call(B, D(2024, 2, 10), horizon=1),  # open from the end of February to that of March
        call(B, D(2024, 1, 10), "中性", id="no buy"),
    ]
    rows = score(calls, market(closes, index), ScoreOptions(cost=0.01)).portfolio
    first, second = rows
    assert (first.day, first.holdings, first.basket) == (D(2024, 2, 29), 1, pytest.approx(0.2))
    assert (first.turnover, first.cost, first.benchmark) == (0.5, pytest.approx(0.01), pytest.approx(0.01))
    # half of A is sold for B: turnover 0.5, twice 1 % of it; A stays, B gains 10 %
    assert (second.holdings, second.basket) == (2, pytest.approx(0.05))
    assert (second.turnover, second.cost) == (pytest.approx(0.5), pytest.approx(0.01))
    assert second.level == pytest.approx(0.99 * 1.2 * 0.99 * 1.05)
    assert len(rows) == 2


def test_a_benchmark_that_the_store_lacks_is_named() -> None:
    with pytest.raises(ExhibitError, match=rf"no levels of the benchmark 399001.SZ\n.*{INDEX}"):
        score([call(A, PUBLISHED, benchmark="399001.SZ")], market({A: steps({START: 10})}, FLAT))
