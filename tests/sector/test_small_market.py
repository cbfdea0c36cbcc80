"""What a market small enough to compute by hand must give, and each trap of the data in it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest

from sector.small_market import END, LEFT, MOVED, NEW, OTHER, REUSED, START, A, B, C, small_market
from yanbao.errors import ExhibitError
from yanbao.sector import EXHIBITS
from yanbao.sector.exhibit import Exhibit

D = dt.date


def ask(name: str, **options: Any) -> Exhibit:
    entry = EXHIBITS[name]
    return entry.function(small_market(), entry.options(**options))


def codes(exhibit: Exhibit) -> list[str]:
    return [row["code"] for row in exhibit.rows]


def test_a_day_without_a_level_is_missing_and_never_carried_forward() -> None:
    exhibit = ask("performance", sector="甲业", frm=START, to=END)
    rows = {row["day"]: row for row in exhibit.rows}
    assert rows[D(2024, 1, 2)]["sector"] == pytest.approx(0.1)
    assert (rows[D(2024, 1, 3)]["sector"], rows[D(2024, 1, 3)]["relative"]) == (None, None)
    assert rows[D(2024, 1, 3)]["benchmark"] is not None
    assert exhibit.coverage.counts[0]["sector"] == 3


def test_members_are_classified_and_listed_on_the_day() -> None:
    exhibit = ask("members", sector="甲业", on=END)
    assert codes(exhibit) == [REUSED, C, A, B, NEW]  # a code that two companies had is one member
    assert exhibit.coverage.counts == (
        {"reason": "classified", "n": 6},
        {"reason": "member", "n": 5},
        {"reason": "delisted", "n": 1},
    )
    named = {row["code"]: (row["name"], row["level2"], row["level3"], row["since"]) for row in exhibit.rows}
    assert named[REUSED] == ("新司", "甲一", "甲一一", D(2015, 1, 1))
    assert named[C] == ("甲丙", "甲一", None, D(2022, 1, 1))  # placed at level 2: it has no level 3
    assert named[A][3] == D(2021, 7, 30)


def test_an_exit_and_a_move_end_a_membership_on_their_day() -> None:
    assert MOVED in codes(ask("members", sector="甲业", on=D(2024, 3, 31)))
    assert MOVED not in codes(ask("members", sector="甲业", on=D(2024, 4, 1)))
    assert MOVED in codes(ask("members", sector="乙业", on=D(2024, 4, 1)))
    assert LEFT in codes(ask("members", sector="甲业", on=D(2024, 4, 30)))
    assert LEFT not in codes(ask("members", sector="甲业", on=D(2024, 5, 1)))


def test_a_company_not_yet_listed_is_said_to_be() -> None:
    exhibit = ask("members", sector="甲业", on=D(2024, 1, 31))
    assert {"reason": "not_yet_listed", "n": 1} in exhibit.coverage.counts
    assert "not yet listed" in exhibit.coverage.text.en
    boards = ask("members", sector="甲业", on=END, boards=("chinext",))
    assert codes(boards) == [C]
    assert {"reason": "other_board", "n": 4} in boards.coverage.counts


def test_movers_leave_out_the_suspended_the_new_and_the_delisted_and_say_so() -> None:
    exhibit = ask("movers", sector="甲业", frm=START, to=END, n=2)
    assert [(row["side"], row["code"]) for row in exhibit.rows] == [
        ("best", REUSED),
        ("best", A),
        ("worst", C),
        ("worst", A),
    ]
    assert [row["return"] for row in exhibit.rows] == pytest.approx([0.25, 0.1, -0.2, 0.1])  # split-adjusted
    ranked, *apart = exhibit.coverage.counts
    assert ranked["n"] == 3
    assert [(row["reason"], row["code"], row["last_day"]) for row in apart] == [
        ("newly_listed", NEW, END),
        ("suspended", B, END),  # its price of END is carried, not made
    ]
    assert "另列2家（期间新上市1家、期末停牌1家）" in exhibit.coverage.text.zh
    assert "已退市1家" in exhibit.coverage.text.zh


def test_dividend_adjusted_prices_are_taken_only_where_asked_or_alone() -> None:
    exhibit = ask("movers", sector="甲业", frm=START, to=END, adjustment="dividend")
    assert exhibit.rows[0]["return"] == pytest.approx(11 / 9 - 1)
    assert "dividends flatter" in exhibit.notes[1].en


def test_a_theme_basket_is_a_universe() -> None:
    exhibit = ask("movers", sector="theme", classification="theme", frm=START, to=END, n=1)
    assert [(row["code"], row["return"]) for row in exhibit.rows] == [
        (OTHER, pytest.approx(1.0)),
        (A, pytest.approx(0.1)),
    ]


def test_valuation_by_hand() -> None:
    rows = ask("valuation", on=END, source="v", sector="甲业", measures=("pe", "pb", "ps")).rows
    found = {(row["measure"], row["method"]): (row["value"], row["n"]) for row in rows}
    # values 200, 600, 100; profits 20, -20, 4: the sum of profits is 4
    assert found["pe", "overall"] == (pytest.approx(900 / 4), 3)
    assert found["pe", "excluding_negatives"] == (pytest.approx(300 / 24), 2)
    assert found["pe", "median"] == (pytest.approx((10 + 25) / 2), 2)
    assert found["pb", "overall"] == (pytest.approx(800 / 300), 2)  # of C no book value is known
    assert found["ps", "overall"] == (None, 0)  # nothing known: missing, never 0


def test_valuation_from_prices_shares_and_published_statements_by_hand() -> None:
    rows = ask("valuation", on=END, source="statements", sector="甲业").rows
    found = {(row["measure"], row["method"]): (row["value"], row["n"]) for row in rows}
    # A 11 x 100, B 20 x 10, C 24 x 20; trailing profits -1 + 12 - 2, 2 - 10 + 4 and -2 - 8 + 1: in sum below 0
    assert found["pe", "overall"] == (None, 3)
    assert found["pe", "excluding_negatives"] == found["pe", "median"] == (pytest.approx(1100 / 9), 1)
    assert found["pb", "overall"] == (pytest.approx(1780 / 80), 3)
    assert found["pb", "excluding_negatives"] == (pytest.approx(1580 / 90), 2)
    assert found["ps", "overall"] == (pytest.approx(1780 / (132 + 186 + 85)), 3)
    # half a year before, the same quarters of the year before are known of nobody: missing, not 0
    past = ask(
        "valuation", on=START, source="statements", sector="甲业", measures=("pe", "ps"), methods=("overall",)
    ).rows
    assert [(row["measure"], row["value"], row["n"]) for row in past] == [("pe", None, 0), ("ps", None, 0)]
    free = ask(
        "valuation", on=END, source="statements", weight="float", sector="甲业", measures=("pb",), methods=("overall",)
    )
    assert free.rows[0]["value"] == pytest.approx((11 * 80 + 20 * 10 + 24 * 5) / 80)


def test_percentile_and_bands_by_hand() -> None:
    rows = ask(
        "valuation-history", sector="甲业", source="v", frm=START, to=END, measures=("pb",), methods=("overall",)
    ).rows
    assert [row["value"] for row in rows] == pytest.approx([400 / 150, 800 / 300])
    only_pe = ask("valuation-history", sector="甲业", source="v", frm=D(2024, 1, 1), to=END, measures=("ps", "pe")).rows
    missing = [row for row in only_pe if row["measure"] == "ps"]
    assert {(row["value"], row["percentile"], row["median"]) for row in missing} == {(None, None, None)}
    assert {row["percentile"] for row in only_pe if row["measure"] == "pe"} == {1.0}


def test_fund_shares_are_of_all_a_shares() -> None:
    exhibit = ask("fund-holdings", frm=D(2023, 12, 31), to=D(2024, 3, 31), source="v")
    rows = {(row["quarter"], row["name"]): row for row in exhibit.rows}
    assert rows["2023Q4", "甲业"]["share"] == pytest.approx(0.3)  # what is held in Hong Kong is not in the whole
    now = rows["2024Q1", "甲业"]
    assert (now["share"], now["share_change"], now["value_change"]) == pytest.approx((0.45, 0.15, 0.5))
    # 2023-12-29: A, B and C are 450 of 530
    assert rows["2023Q4", "甲业"]["market_share"] == pytest.approx(450 / 530)
    assert rows["2023Q4", "甲业"]["over_allocation"] == pytest.approx(0.3 - 450 / 530)
    assert now["market_share"] is None  # nothing is valued at the end of March
    assert exhibit.coverage.counts[1]["unclassified_value"] == 10.0


def test_growth_by_hand_with_a_base_restated_or_as_first_reported() -> None:
    at = {"sector": "甲业", "frm": D(2024, 3, 31), "to": D(2024, 3, 31)}
    (row,) = ask("revenue-growth", **at).rows
    # on 2024-03-31 the members with both: A 30 on 18 (restated), B 36 on 40, C 15 on 10, the moved one 5 on 0
    assert row["total"] == 86.0
    assert row["overall"] == pytest.approx(86 / (18 + 40 + 10 + 0) - 1)
    assert row["median"] == pytest.approx(0.5)  # 66.7 %, -10 %, 50 %; on a base of 0 there is none
    assert row["n"] == 4
    (first,) = ask("revenue-growth", **at, base="first").rows
    assert first["overall"] == pytest.approx(86 / (20 + 40 + 10 + 0) - 1)
    (count,) = ask("revenue-growth", **at).coverage.counts
    assert (count["members"], count["reported"], count["comparable"], count["not_meaningful"]) == (7, 5, 4, 1)
    every = ask("revenue-growth", **at, companies="all").rows[0]
    assert (every["total"], every["n"]) == (103.0, 5)  # with the company that has no base


def test_before_the_restatement_its_base_is_the_old_one() -> None:
    entry = EXHIBITS["revenue-growth"]
    options = entry.options(sector="甲业", frm=D(2023, 3, 31), to=D(2023, 12, 31), companies="all")
    then = {row["period"]: row for row in entry.function(small_market().at(D(2024, 4, 24)), options).rows}
    now = {row["period"]: row for row in entry.function(small_market(), options).rows}
    assert (then[D(2023, 3, 31)]["total"], now[D(2023, 3, 31)]["total"]) == (70.0, 68.0)
    # the late restatement of an old period changes that period alone
    assert then[D(2023, 12, 31)] == now[D(2023, 12, 31)]


def test_turns_of_sign_have_names_and_no_growth() -> None:
    exhibit = ask("profit-growth", sector="甲业", frm=D(2024, 3, 31), to=D(2024, 3, 31))
    (row,) = exhibit.rows
    # A -1 on 2, B 2 on -4, C -2 on -1: the sums are -1 on -3
    assert (row["total"], row["overall"], row["n"]) == (-1.0, None, 3)
    assert row["median"] == pytest.approx(-1.5)  # of A alone
    count = exhibit.coverage.counts[0]
    assert (count["to_loss"], count["to_profit"], count["larger_loss"], count["smaller_loss"]) == (1, 1, 1, 0)
    assert "扭亏1、增亏1" in exhibit.coverage.text.zh
    assert (row["recurring_total"], row["recurring_overall"], row["recurring_n"]) == (1.5, pytest.approx(0.5), 1)


def test_every_bucket_stands_even_where_nobody_is_in_it() -> None:
    exhibit = ask("growth-distribution", sector="甲业", frm=D(2024, 3, 31), to=D(2024, 3, 31))
    # 66.7 %, 50 %, -10 %: 50 % itself is in the first bucket
    assert [(row["bucket"], row["n"]) for row in exhibit.rows] == [
        (">=50%", 2),
        ("30%-50%", 0),
        ("10%-30%", 0),
        ("0%-10%", 0),
        ("<0%", 1),
    ]


def test_ratios_by_hand() -> None:
    (row,) = ask("gross-margin", sector="甲业", frm=D(2024, 3, 31), to=D(2024, 3, 31)).rows
    assert (row["overall"], row["median"], row["mean"], row["n"]) == (
        pytest.approx(27 / 66),
        pytest.approx(0.4),
        pytest.approx(0.4),
        2,
    )
    exhibit = ask("expense-ratio", sector="甲业", frm=D(2024, 3, 31), to=D(2024, 3, 31))
    assert exhibit.rows[0] == {"period": D(2024, 3, 31), "overall": 0.1, "median": 0.1, "mean": 0.1, "n": 1}
    # an expense that is not reported is not 0
    assert exhibit.coverage.counts[0]["without_part"] == 4


def test_people_are_summed_over_those_that_report_both_years() -> None:
    exhibit = ask("headcount", sector="甲业", frm=D(2023, 12, 31), to=D(2023, 12, 31))
    assert exhibit.rows[0] == {
        "period": D(2023, 12, 31),
        "total": 90,
        "base": 100,
        "change": pytest.approx(-0.1),
        "n": 1,
    }
    assert exhibit.coverage.counts[0]["reported"] == 2


def test_cash_flow_with_mixed_signs_has_a_difference_and_no_growth() -> None:
    rows = ask("operating-cash-flow", sector="甲业", frm=D(2023, 12, 31), to=D(2024, 3, 31)).rows
    assert rows[0] == {
        "period": D(2023, 12, 31),
        "total": 27.0,
        "base": 20.0,
        "difference": 7.0,
        "growth": pytest.approx(0.35),
        "n": 2,
    }
    assert (rows[1]["total"], rows[1]["base"], rows[1]["difference"], rows[1]["growth"]) == (-1.0, -7.0, 6.0, None)


def test_seasons_rest_on_companies_with_all_four_quarters() -> None:
    rows = ask("seasonality", sector="甲业", frm=D(2023, 12, 31), to=D(2023, 12, 31)).rows
    # A alone: 18 (restated), 32, 25, 45 of 120
    assert [row["overall"] for row in rows] == pytest.approx([18 / 120, 32 / 120, 25 / 120, 45 / 120])
    assert {row["n"] for row in rows} == {1}
    assert math.fsum(row["overall"] for row in rows) == pytest.approx(1.0)


def test_trailing_twelve_months_need_every_part() -> None:
    rows = ask(
        "revenue-growth", sector="甲业", frm=D(2024, 3, 31), to=D(2024, 3, 31), basis="ttm", companies="all"
    ).rows
    # A 30 + 120 - 18, B 36 + 190 - 40, C 15 + 80 - 10, the moved one 5 + 10 - 0; of the reused code no 2023Q1 is known
    assert (rows[0]["total"], rows[0]["n"]) == (132.0 + 186.0 + 85.0 + 15.0, 4)


def test_a_series_that_is_no_rate_is_refused() -> None:
    with pytest.raises(ExhibitError, match=r"`m2` is in 万亿元, not in %"):
        ask("policy-rate", sector="甲业", frm=START, to=END, series="m2")


def test_the_rate_of_a_month_that_is_missing_has_no_change() -> None:
    rows = ask("policy-rate", sector="甲业", frm=START, to=D(2024, 6, 30)).rows
    found = {row["period"]: (row["rate"], row["change"]) for row in rows}
    assert found[D(2024, 2, 29)] == (pytest.approx(0.05), pytest.approx(-0.0025))
    assert found[D(2024, 6, 30)] == (pytest.approx(0.055), None)  # May is not known: no change over four months


def test_a_screen_by_hand() -> None:
    exhibit = ask("screen", sector="甲业", on=D(2024, 6, 30), where="市盈率 > 0 and revenue_growth > 55%", source="v")
    assert [(row["code"], row["pe"]) for row in exhibit.rows] == [(A, 10.0)]
    assert exhibit.rows[0]["revenue_growth"] == pytest.approx(30 / 18 - 1)
    (count,) = exhibit.coverage.counts
    # of the reused code no growth is known, nor a PE; of the new one nothing
    assert (count["members"], count["judged"], count["found"]) == (5, 3, 1)
    assert exhibit.unit == {"pe": "1", "revenue_growth": "1"}


def test_a_screen_knows_nothing_that_was_published_later() -> None:
    rows = ask("screen", sector="甲业", on=D(2024, 4, 22), where="revenue > 100").rows
    assert [(row["code"], row["revenue"]) for row in rows] == [(A, 120.0), (B, 190.0)]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("pe", "is a number, not a condition"),
        ("peg < 1", "no number is called `peg`"),
        ("revenue_grwth > 1", "did you mean `revenue_growth`"),
        ("{secret} > 1", "no number is called `secret`"),
        ("return > 0", "`return` needs the day it starts from"),
    ],
)
def test_a_condition_that_cannot_be_asked(where: str, words: str) -> None:
    with pytest.raises(ExhibitError) as caught:
        ask("screen", sector="甲业", on=END, where=where)
    assert words in str(caught.value)


def test_coverage_counts_members_for_each_kind_of_number() -> None:
    rows = ask("coverage", sector="甲业", on=END).rows
    found = {(row["table"], row["item"]): (row["period"], row["n"], row["members"]) for row in rows}
    assert found["price", "close"] == (END, 5, 5)
    assert found["adjusted_price", "dividend"] == (END, 1, 5)
    assert found["valuation", "v"] == (END, 3, 5)
    assert found["statement", "revenue"] == (D(2024, 3, 31), 4, 5)
    assert found["statement", "rd_expense"] == (D(2024, 3, 31), 1, 5)
    assert found["headcount", "employees"] == (D(2023, 12, 31), 2, 5)
    assert found["fund_holding", "all"] == (D(2024, 3, 31), 1, 5)
    assert all(row["share"] == pytest.approx(row["n"] / 5) for row in rows)
