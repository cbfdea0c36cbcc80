"""Returns of sectors against benchmarks, and their ranks, against the files read apart."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from sector import oracle
from yanbao.errors import ExhibitError
from yanbao.sector.market import Market
from yanbao.sector.performance import PerformanceOptions, performance
from yanbao.sector.ranking import RankingOptions, ranking

D = dt.date
PERIODS = [
    (D(2014, 1, 2), D(2014, 6, 30)),
    (D(2015, 6, 12), D(2015, 8, 26)),
    (D(2017, 12, 31), D(2018, 12, 31)),  # both are no trading days
    (D(2019, 2, 5), D(2020, 10, 3)),  # within the spring and the national holidays
    (D(2023, 12, 29), D(2024, 6, 28)),
    (D(2023, 12, 31), D(2024, 6, 30)),
    (D(2025, 1, 1), D(2026, 3, 4)),
]
SECTORS = ["计算机", "银行", "电子", "煤炭", "食品饮料", "电力设备", "美容护理", "综合"]
BENCHMARKS = ["000300.SH", "000905.SH", "000852.SH"]
QUESTIONS = [
    pytest.param(sector, frm, to, BENCHMARKS[at % 3], marks=[pytest.mark.slow] if at % 8 else [])
    for at, ((frm, to), sector) in enumerate(itertools.product(PERIODS, SECTORS))
    if at % 2 == 0
]


@pytest.mark.parametrize(("sector", "frm", "to", "benchmark"), QUESTIONS)
def test_the_return_of_a_sector(market: Market, sector: str, frm: dt.date, to: dt.date, benchmark: str) -> None:
    exhibit = performance(market, PerformanceOptions(sector=sector, frm=frm, to=to, benchmark=benchmark))
    code = oracle.index_codes()[sector]
    own, base = oracle.change(code, frm, to), oracle.change(benchmark, frm, to)
    last = exhibit.rows[-1]
    assert last["sector"] == pytest.approx(own, rel=1e-9)
    assert last["benchmark"] == pytest.approx(base, rel=1e-9)
    assert last["relative"] == pytest.approx(own - base, abs=1e-12)
    days = sorted(day for day in oracle.levels()[benchmark] if day <= to)
    first = max(day for day in days if day <= frm)
    assert [row["day"] for row in exhibit.rows] == [day for day in days if day >= first]
    assert exhibit.rows[0] == {"day": first, "sector": 0.0, "benchmark": 0.0, "relative": 0.0}
    middle = exhibit.rows[len(exhibit.rows) // 2]
    assert middle["sector"] == pytest.approx(oracle.change(code, frm, middle["day"]), rel=1e-9)


def test_the_known_answer_of_the_model_report(market: Market) -> None:
    options = PerformanceOptions(sector="计算机", frm=D(2023, 12, 29), to=D(2024, 6, 28))
    last = performance(market, options).rows[-1]
    assert round(100 * last["sector"], 1) == -24.9
    assert round(100 * last["benchmark"], 1) == 0.9
    assert round(100 * last["relative"], 1) == -25.8
    rows = ranking(market, RankingOptions(frm=D(2023, 12, 29), to=D(2024, 6, 28))).rows
    (computer,) = (row for row in rows if row["name"] == "计算机")
    assert (computer["rank"], computer["code"], len(rows)) == (30, "801750.SI", 31)


@pytest.mark.parametrize("spelling", ["计算机", "801750.SI", "801750", "710000"])
def test_a_sector_is_found_by_name_and_by_codes(market: Market, spelling: str) -> None:
    options = PerformanceOptions(sector=spelling, frm=D(2023, 12, 29), to=D(2024, 6, 28))
    assert performance(market, options).columns[1].head.zh == "计算机"
    assert performance(market, options).rows[-1]["sector"] == pytest.approx(-0.248788, abs=1e-6)


def test_a_name_of_an_older_edition_means_the_group_that_kept_its_code(market: Market) -> None:
    old, new = (
        performance(market, PerformanceOptions(sector=name, frm=D(2023, 12, 29), to=D(2024, 6, 28)))
        for name in ("电气设备", "电力设备")
    )
    assert old.rows == new.rows


RANKED = [(D(y, 2, 1), D(y, 8, 20)) for y in range(2014, 2025)] + [
    (D(y, 7, 1), D(y + 1, 1, 20)) for y in range(2014, 2024)
]


@pytest.mark.parametrize(
    ("frm", "to"), [pytest.param(*one, marks=[pytest.mark.slow] if at % 3 else []) for at, one in enumerate(RANKED)]
)
def test_the_ranks_of_all_sectors(market: Market, frm: dt.date, to: dt.date) -> None:
    benchmark = oracle.change("000300.SH", frm, to)
    wanted = sorted(
        ((oracle.change(code, frm, to), code, name) for name, code in oracle.index_codes().items()), reverse=True
    )
    rows = ranking(market, RankingOptions(frm=frm, to=to)).rows
    assert [(row["rank"], row["code"], row["name"]) for row in rows] == [
        (place, f"{code}.SI", name) for place, (_, code, name) in enumerate(wanted, 1)
    ]
    for row, (own, _, _) in zip(rows, wanted, strict=True):
        assert row["return"] == pytest.approx(own, rel=1e-9)
        assert row["relative"] == pytest.approx(own - benchmark, abs=1e-12)


def test_the_first_n_are_the_best(market: Market) -> None:
    all_rows = ranking(market, RankingOptions(frm=D(2020, 1, 1), to=D(2020, 12, 31))).rows
    assert ranking(market, RankingOptions(frm=D(2020, 1, 1), to=D(2020, 12, 31), n=3)).rows == all_rows[:3]


def test_a_ranking_as_of_an_earlier_day_ranks_the_edition_of_that_day(market: Market) -> None:
    exhibit = ranking(market.at(D(2019, 12, 31)), RankingOptions(frm=D(2018, 12, 31), to=D(2019, 12, 31)))
    assert "sw2014" in exhibit.notes[0].zh
    # the index of a group that the next edition dropped or renamed is not in the file: said, not ranked
    assert "采掘" in exhibit.coverage.counts[0]["without_level"]
    assert exhibit.coverage.counts[0]["groups"] == exhibit.coverage.counts[0]["ranked"] + len(
        exhibit.coverage.counts[0]["without_level"]
    )


def test_an_index_by_its_own_code(market: Market) -> None:
    rows = performance(market, PerformanceOptions(sector="000905.SH", frm=D(2023, 12, 29), to=D(2024, 6, 28))).rows
    assert rows[-1]["sector"] == pytest.approx(oracle.change("000905.SH", D(2023, 12, 29), D(2024, 6, 28)), rel=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sector": "计算基"}, ["no group '计算基'", "`计算机`"]),
        ({"sector": "计算机", "to": D(2026, 12, 31)}, ["2026-12-31 is after the as-of day 2026-05-28"]),
        ({"sector": "计算机", "frm": D(2013, 6, 30)}, ["no level on 2013-06-28", "from 2014-01-02 to 2026-03-18"]),
        ({"sector": "计算机", "frm": D(1999, 6, 30)}, ["outside the calendar of XSHG", "from 2006-01-04"]),
        ({"sector": "计算机", "frm": D(2024, 6, 29), "to": D(2024, 6, 30)}, ["there is no trading day", "2024-06-28"]),
        ({"sector": "计算机", "benchmark": "000301.SH"}, ["000301.SH", "no level", "no day at all"]),
        ({"sector": "计算机设备", "level": 2}, ["计算机设备", "no price index"]),
        ({"sector": "计算机", "classification": "swx"}, ["no classification or basket `swx`", "known: sw"]),
    ],
)
def test_what_has_no_answer_says_why(market: Market, options: dict[str, object], words: list[str]) -> None:
    asked: dict[str, object] = {"frm": D(2023, 12, 29), "to": D(2024, 6, 28), **options}
    with pytest.raises(ExhibitError) as caught:
        performance(market, PerformanceOptions(**asked))  # type: ignore[arg-type]
    for word in words:
        assert word in str(caught.value)
