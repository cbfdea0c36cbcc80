"""The policy rate beside a sector's relative return, against the files read apart."""

from __future__ import annotations

import csv
import datetime as dt

import numpy as np
import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.market import Market
from yanbao.sector.policy_rate import PolicyRateOptions, policy_rate

D = dt.date


def _rates() -> dict[tuple[int, int], float]:
    with oracle.shared("data", "macro", "FEDFUNDS_2013_2026.csv").open() as file:
        rows = list(csv.reader(file))[1:]
    return {(int(day[:4]), int(day[5:7])): float(rate) / 100 for day, rate in rows if rate}


def _before(month: tuple[int, int], by: int) -> tuple[int, int]:
    number = month[0] * 12 + month[1] - 1 - by
    return number // 12, number % 12 + 1


@pytest.mark.parametrize("lag", [0, 3])
@pytest.mark.parametrize("of", ["change", "level"])
@pytest.mark.parametrize(
    "sector",
    ["计算机", *(pytest.param(name, marks=pytest.mark.slow) for name in ("银行", "电子", "食品饮料", "医药生物"))],
)
def test_the_relation_of_rate_and_relative_return(market: Market, sector: str, of: str, lag: int) -> None:
    options = PolicyRateOptions(sector=sector, frm=D(2015, 12, 31), to=D(2024, 6, 30), lag=lag, of=of)  # type: ignore[arg-type]
    exhibit = policy_rate(market, options)
    rates, code = _rates(), oracle.index_codes()[sector]
    months = [_before((2024, 6), by) for by in reversed(range(102))]
    given, relative = [], []
    for row, month in zip(exhibit.rows, months, strict=True):
        last, first = oracle.month_end(*month), oracle.month_end(*_before(month, 1))
        own = oracle.change(code, first, last) - oracle.change("000300.SH", first, last)
        assert row["period"] == last
        assert row["rate"] == pytest.approx(rates[month])
        assert row["change"] == pytest.approx(rates[month] - rates[_before(month, 1)])
        assert row["relative"] == pytest.approx(own, abs=1e-12)
        earlier = _before(month, lag)
        given.append(rates[earlier] - rates[_before(earlier, 1)] if of == "change" else rates[earlier])
        relative.append(own)
    correlation = np.corrcoef(given, relative)[0, 1]
    assert {row["n"] for row in exhibit.rows} == {102}
    assert [row["correlation"] for row in exhibit.rows] == pytest.approx([correlation] * 102)
    assert f"{lag} months earlier" in exhibit.notes[0].en


def test_a_correlation_of_two_months_is_missing(market: Market) -> None:
    rows = policy_rate(market, PolicyRateOptions(sector="计算机", frm=D(2024, 3, 31), to=D(2024, 5, 31))).rows
    assert [(row["n"], row["correlation"]) for row in rows] == [(2, None), (2, None)]


def test_what_has_no_answer_says_why(market: Market) -> None:
    with pytest.raises(ExhibitError, match=r"no series `lpr`.*fedfunds"):
        policy_rate(market, PolicyRateOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), series="lpr"))
    with pytest.raises(ExhibitError, match="explain the past by the future"):
        PolicyRateOptions(sector="计算机", frm=D(2020, 1, 1), to=D(2021, 1, 1), lag=-1)
