"""The other route itself: single picks and calls against arithmetic on numbers read off the files."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from rating import records_by_hand as by_hand
from shared_data import shared


@pytest.fixture(scope="module")
def held() -> by_hand.Closes:
    return by_hand.closes(shared("data"))


@pytest.fixture(scope="module")
def read() -> by_hand.pd.DataFrame:
    return by_hand.rows(shared("data"))


def test_rows_repeats_and_late_ones(read: by_hand.pd.DataFrame, held: by_hand.Closes) -> None:
    chosen = by_hand.picks(read)
    assert (len(read), len(read) - len(chosen), chosen.broker.nunique()) == (13_630, 1_805, 39)
    begun = (read.month - 1) // 12 * 100 + (read.month - 1) % 12 + 1
    written = read.published.dt.year * 100 + read.published.dt.month
    assert (written >= begun).mean() == pytest.approx(0.454, abs=0.0005)  # the data's own description: 45 %
    # a weekend can lie between the last close and the end of the month: more are late than that
    late = by_hand.score(held, chosen, 1).late
    assert late[(written >= begun)[~read.duplicated(["broker", "security", "month"])].to_numpy()].all()
    assert late.sum() == 6_407


def test_a_month_end_is_the_day_on_which_most_securities_have_a_close(held: by_hand.Closes) -> None:
    assert np.datetime64("2019-04-26") in held.days
    assert np.datetime64("2019-04-30") not in held.days
    assert held.index[held.days.get_loc("2017-12-29")] == 4030.8549


def test_one_pick_from_closes_read_off_the_files(read: by_hand.pd.DataFrame, held: by_hand.Closes) -> None:
    # 000656.SZ, written 2017-12-28 for January: 3.897761 on 2017-12-29 and 4.070995 on 2018-01-31
    pick = by_hand.score(held, by_hand.picks(read), 1).iloc[0]
    assert (pick.security, pick.late, pick.status) == ("000656.SZ", False, "traded")
    assert pick.own == pytest.approx(4.070995 / 3.897761 - 1, abs=1e-6)
    assert pick.csi300 == pytest.approx(4275.8986 / 4030.8549 - 1, abs=1e-9)


def test_a_call_on_daily_closes_read_off_the_files() -> None:
    made = by_hand.six_calls(shared("data"), dt.date(2024, 7, 15), 6)
    # 688111: 186.990967 and 273.978333, CSI 300 3476.2467 and 3796.0260
    expected = 273.978333 / 186.990967 - 3796.0260 / 3476.2467
    assert made.loc["688111"].relative == pytest.approx(expected, abs=1e-8)
    # 688041 has month-end closes alone: 79.378258 on 2024-07-31 and 127.803993 on 2025-01-27
    expected = 127.803993 / 79.378258 - 3817.0802 / 3442.0844
    assert made.loc["688041"].relative == pytest.approx(expected, abs=1e-7)


def test_the_clustered_error_on_numbers_small_enough_for_paper() -> None:
    # two months, sums of deviations -2 and 2: (4 + 4) * 2 / 1 = 16, over 4 values
    values, month = np.array([0.0, 0.0, 2.0, 2.0]), np.array([5, 5, 6, 6])
    assert by_hand.clustered_error(values, month, 1) == pytest.approx(4 / 4)
    # windows of two months overlap by half: 8 + 2 * 1/2 * (-4) = 4, times 2
    assert by_hand.clustered_error(values, month, 2) == pytest.approx(np.sqrt(8) / 4)
