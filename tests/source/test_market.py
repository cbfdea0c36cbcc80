"""The shared market data through their mappings: units, clocks and traps, against numbers found by another route."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from market.load import MAPPINGS, OWN
from market.suspensions import Suspensions
from python_calamine import CalamineWorkbook

from shared_data import shared
from source.conformance import SourceConformance, read_all
from yanbao.source.contract import Source
from yanbao.source.file_source import FileSource
from yanbao.source.mapping_file import parse_mapping, read_mapping, read_mappings
from yanbao.source.shenwan import Shenwan


@cache
def batches(name: str, only: str = "") -> list[dict[str, Any]]:
    """The batches of a mapping; `only` keeps one of its files."""
    path = MAPPINGS / f"{name}.toml"
    text = (
        re.sub(r"(?m)^files = .*$", f'files = "{only}"', path.read_text("utf-8")) if only else path.read_text("utf-8")
    )
    return read_all(FileSource(parse_mapping(path, text), shared("data")))


def rows(name: str, only: str = "") -> list[dict[str, Any]]:
    return [row for batch in batches(name, only) for row in batch["rows"]]


def lost(name: str, only: str = "") -> dict[str, int]:
    return {f"{loss.kind}: {loss.reason}": loss.count for batch in batches(name, only) for loss in batch["losses"]}


def test_every_mapping_is_sound_and_every_one_is_in_the_readme() -> None:
    made = read_mappings(sorted(MAPPINGS.glob("*.toml")))
    readme = (MAPPINGS / "README.md").read_text("utf-8")
    assert [one.path.stem for one in made if f"`{one.path.stem}`" not in readme] == []


def test_index_levels_with_volumes_where_the_second_file_has_them() -> None:
    found = {(row["code"], row["day"]): row for row in rows("sw-index")}
    # the files by another route: a plain reader
    plain = pl.read_csv(shared("data", "sw_index", "sw_level1_close_2014_2026.csv"))
    assert len(found) == 91_915 == plain.height * 31
    computer = found["801750.SI", date(2024, 6, 28)]
    assert computer["close"] == 3170.70
    assert computer["volume"] == 4_371_962_087.0  # 43.71962087 in 1e8 shares
    assert computer["close"] / found["801750.SI", date(2023, 12, 29)]["close"] - 1 == pytest.approx(-0.249, abs=0.0005)
    # four sectors start on 2021-12-13 in the second file, and nothing is made up for them
    late = [found[code, date(2021, 12, 10)] for code in ("801950.SI", "801960.SI", "801970.SI", "801980.SI")]
    assert [row["volume"] for row in late] == [None] * 4
    assert all(row["close"] > 0 for row in late)


def test_broad_indices_in_shares_and_yuan() -> None:
    found = {(row["code"], row["day"]): row for row in rows("indices")}
    csi300 = found["000300.SH", date(2024, 6, 28)]
    assert round(csi300["close"], 2) == 3461.66
    # 205.1 bn yuan at 15.1 yuan a share: lots and thousands would give 1/10 of that
    assert csi300["amount"] / csi300["volume"] == pytest.approx(15.148, abs=0.001)
    assert {code for code, _ in found} == {
        "000001.SH",
        "399001.SZ",
        "000016.SH",
        "000300.SH",
        "000905.SH",
        "000852.SH",
    }


def test_revenue_and_cost_come_from_margins_only_where_those_tell() -> None:
    found = {(row["code"], row["period"], row["line"]): row["value"] for row in rows("baostock-profit")}
    with shared("data", "baostock", "profit_data.csv").open(encoding="utf-8") as file:
        plain = list(csv.DictReader(file))
    maotai = next(row for row in plain if row["code"] == "sh.600519" and row["statDate"] == "2022-12-31")
    assert found["sh.600519", date(2022, 12, 31), "net_profit"] == float(maotai["netProfit"])
    # Kweichow Moutai, annual report 2022: revenue 124,099,843,771.99 yuan; margins have six decimals
    assert found["sh.600519", date(2022, 12, 31), "revenue"] == pytest.approx(124_099_843_771.99, rel=2e-6)
    small = [row for row in plain if row["npMargin"] and abs(float(row["npMargin"])) < 0.0005]
    assert len(small) > 20
    assert not [row for row in small if (row["code"], date.fromisoformat(row["statDate"]), "revenue") in found]
    margin = float(maotai["gpMargin"])
    revenue, cost = (found["sh.600519", date(2022, 12, 31), line] for line in ("revenue", "cost"))
    assert 1 - cost / revenue == pytest.approx(margin, abs=1e-9)


def test_reports_come_after_their_period() -> None:
    lags = [(row["published"] - row["period"]).days for row in rows("baostock-profit") if row["line"] == "net_profit"]
    assert min(lags) > 0
    assert max(lags) == 522  # the README of the data
    assert sorted(lags)[len(lags) // 2] == 31


def test_the_year_of_a_report_is_that_of_a_vendor_who_prints_it() -> None:
    with shared("data", "baostock", "profit_data.csv").open(encoding="utf-8") as file:
        printed = {(row["code"][3:], row["statDate"]): row["pubDate"] for row in csv.DictReader(file)}
    compared = 0
    for row in rows("tushare-report"):
        other = printed.get((row["code"], row["period"].isoformat()))
        if other is not None:
            assert row["published"].isoformat() == other
            compared += 1
    assert compared == 4_063


def test_reports_of_companies_that_listed_later_are_dropped() -> None:
    # 300543 was listed on 2016-08-30; its figures of 2014 carry 08-23, which is of 2016
    found = {(row["code"], row["period"]) for row in rows("tushare-report")}
    assert ("300543", date(2014, 12, 31)) not in found
    reasons = " ".join(lost("tushare-report"))
    assert "after the statutory deadline" in reasons
    assert "listed after the day" in reasons


def test_units_differ_between_the_vendors_two_files() -> None:
    # SAIC Motor, annual report 2014: attributable profit 27.97 bn
    profit = {(row["code"], row["period"]): row["value"] for row in rows("tushare-report")}
    assert profit["600104", date(2014, 12, 31)] == pytest.approx(27_973_441_300, rel=1e-8)
    plain = pl.read_csv(shared("data", "tushare_2014_2016", "profit2014_4.csv"), schema_overrides={"code": pl.String})
    income = dict(zip(plain["code"], plain["business_income"], strict=True))
    revenue = rows("tushare-profit", "tushare_2014_2016/profit2014_4.csv")
    assert len(revenue) > 1500
    for row in revenue:
        assert row["value"] == pytest.approx(income[row["code"]] * 1e6, rel=1e-12)


def test_one_source_for_a_companys_revenue() -> None:
    theirs = {(row["code"][3:], row["period"]) for row in rows("baostock-profit") if row["line"] == "revenue"}
    ours = {(row["code"], row["period"]) for row in rows("tushare-profit", "tushare_2014_2016/profit2014_4.csv")}
    assert ours & theirs == set()
    assert lost("tushare-profit", "tushare_2014_2016/profit2014_4.csv")["dropped: baostock has the period"] == 450


def test_repeated_rows_of_a_report_are_one() -> None:
    found = rows("tushare-report", "tushare_2014_2016/report2015_4.csv")
    assert max(Counter((row["code"], row["published"]) for row in found).values()) == 1
    assert (
        lost("tushare-report", "tushare_2014_2016/report2015_4.csv")["duplicate: the vendor's file repeats the row"]
        == 422
    )


def test_samples_of_valuations_are_apart_and_indices_are_no_companies() -> None:
    computer = rows("valuation-computer")
    assert {row["source"] for row in computer} == {"computer_daily_202306_202603", "computer_daily_202410_202602"}
    assert not [row for row in computer if row["code"].startswith("sh.000")]
    assert any(row["code"] == "sz.000977" for row in computer)
    assert lost("valuation-computer") == {
        "dropped: an index of Shanghai fetched under a Shenzhen company's number": 2275
    }
    assert {row["source"] for name in ("valuation-670", "valuation-csi300") for row in rows(name)} == {
        "baostock 670",
        "baostock csi300",
    }


def test_float_value_is_amount_over_turnover_and_missing_without_trading() -> None:
    found = {(row["code"], row["day"]): row for row in rows("valuation-csi300")}
    # amount 477,053,357 at a turnover of 0.1353 %
    assert found["sh.600000", date(2020, 1, 3)]["float_value"] == pytest.approx(477_053_357 / 0.001353, rel=1e-12)
    plain = pl.read_parquet(shared("data", "baostock", "weekly_valuation_csi300_2020_2025.parquet"))
    idle = plain.filter(pl.col("turn").is_null() | (pl.col("turn") == 0))
    assert idle.height > 0
    for code, day in idle.select("code", "date").rows():
        assert found[code, day.date()]["float_value"] is None
    assert not [row for row in found.values() if row["pe_ttm"] == 0]


def test_minus_one_is_missing_and_publication_days_are_joined() -> None:
    cash = {(row["code"], row["period"], row["line"]): row for row in rows("annual-cash")}
    assert not [row for row in cash.values() if row["value"] == -1]
    kexin = cash["300565", date(2019, 12, 31), "operating_cash_flow"]
    assert kexin["value"] == -18_328_378.53
    path = shared("data", "annual_2019_2021", "company_annual_reports.xlsx")
    cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    announced = {(row[2], row[4]): row[0] for row in cells}
    assert kexin["published"].isoformat() == announced["300565", "2019年"]
    assert ("000415", date(2019, 12, 31), "operating_cash_flow") not in cash


def test_a_head_count_that_was_not_found_is_missing_not_zero() -> None:
    people = {(row["code"], row["period"]): row for row in rows("annual-people")}
    leasing = people["000415", date(2019, 12, 31)]
    assert (leasing["employees"], leasing["research"]) == (652, None)
    assert len(people) == 11_587


def test_changes_of_the_csi300() -> None:
    found = rows("members-csi300")
    assert len(found) == 450  # each of the list's entries
    assert {row["index"] for row in found} == {"000300.SH"}
    assert all(re.fullmatch(r"\d{6}", row["code"]) for row in found)
    assert ("000333", date(2013, 9, 18)) in {(row["code"], row["entry"]) for row in found}
    assert lost("members-csi300") == {"dropped: an exit whose entry is before the list began": 201}


def test_computers_share_of_fund_holdings_on_the_day_and_with_the_labels_of_today() -> None:
    classified = read_all(Shenwan(shared("data", "sw_classification")))[1]["rows"]
    entries: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(classified, key=lambda row: row["entry"]):
        entries.setdefault(row["code"], []).append((row["entry"], row["industry"]))
    total: Counter[date] = Counter()
    then: Counter[date] = Counter()
    today: Counter[date] = Counter()
    for row in rows("fund-holdings"):
        groups = entries.get(row["code"], [])
        held = [group for entry, group in groups if entry <= row["period"].isoformat()]
        total[row["period"]] += row["value"]
        then[row["period"]] += row["value"] * bool(held and held[-1].startswith("71"))
        today[row["period"]] += row["value"] * bool(groups and groups[-1][1].startswith("71"))

    def percent(part: Counter[date]) -> list[float]:
        return [100 * part[quarter] / total[quarter] for quarter in sorted(total)]

    # by another route: the labels that stand in the files themselves, of the quarter
    labels = [2.79, 2.66, 4.66, 4.10, 3.41, 2.48, 2.77, 3.88]
    assert percent(then) == pytest.approx(labels, abs=0.011)
    # the README of the data has the classification of 2024 over all quarters, which is look-ahead
    readme = [5.40, 5.36, 4.76, 4.32, 3.72, 2.86, 3.15, 4.41]
    assert percent(today) == pytest.approx(readme, abs=0.011)


def test_fund_holdings_are_known_15_trading_days_later() -> None:
    days = {row["period"]: row["published"] for row in rows("fund-holdings")}
    # by hand: Qingming on 2021-04-05, National Day until 2021-10-07
    assert (days[date(2021, 3, 31)], days[date(2021, 9, 30)]) == (date(2021, 4, 22), date(2021, 10, 28))
    assert sum(lost("fund-holdings").values()) == 2095  # the last file's; each file counts its own
    assert all(len(row["code"]) == 6 for row in rows("fund-holdings"))


def test_picks_and_how_many_look_ahead() -> None:
    found = rows("broker-picks")
    assert len(found) == 13_630
    late = sum(row["written"] >= row["month"].replace(day=1) for row in found)
    assert round(late / len(found), 2) == 0.45


def test_series_stand_for_the_month_and_unknown_months_are_missing() -> None:
    rate = {row["period"]: row for row in rows("fedfunds")}
    assert rate[date(2013, 1, 31)]["value"] == 0.14
    assert rate[date(2013, 1, 31)]["published"] == date(2013, 2, 3)
    shiller = {(row["series"], row["period"]): row["value"] for row in rows("shiller")}
    assert shiller["sp500", date(1871, 1, 31)] == 4.44
    assert ("us_long_rate", date(2026, 6, 30)) not in shiller


def test_indices_have_names() -> None:
    made = FileSource(read_mapping(OWN / "index-names.toml"))
    found = {row["code"]: row for batch in read_all(made) for row in batch["rows"]}
    assert found.keys() == {code for code, _ in {(row["code"], row["day"]): 0 for row in rows("indices")}}
    assert (found["000300.SH"]["name"], found["000300.SH"]["kind"]) == ("沪深300", "index")
    assert str(found["000300.SH"]["listed"]) == "2005-04-08"


def test_a_day_without_trading_has_no_price_and_a_run_of_them_is_a_suspension() -> None:
    (batch,) = read_all(Suspensions(shared("data")))
    file = pl.read_parquet(shared("data", "prices", "computer_daily_adjusted_2015_2026.parquet"))
    idle = file.filter(pl.col("volume") == 0)
    # by another route: numbers of days in the file's own calendar, and breaks between them
    place = {day: at for at, day in enumerate(sorted(file["date"].unique()))}
    runs: list[list[tuple[str, date]]] = []
    for code, day in idle.sort("code", "date").select("code", "date").rows():
        if runs and runs[-1][-1][0] == code and place[day] == place[runs[-1][-1][1]] + 1:
            runs[-1].append((code, day))
        else:
            runs.append([(code, day)])
    long = [run for run in runs if len(run) > 1]
    assert {(row["code"], row["entry"]) for row in batch["rows"]} == {(r[0][0], r[0][1].isoformat()) for r in long}
    assert sum(loss.count for loss in batch["losses"]) == sum(len(run) == 1 for run in runs) == 546
    ends = {(row["code"], row["entry"]): row["exit"] for row in batch["rows"]}
    for run in long:
        code, last = run[-1]
        after = file.filter(pl.col("code") == code, pl.col("date") > last)["date"].min()
        assert ends[code, run[0][1].isoformat()] == (after.isoformat() if after else None)  # type: ignore[union-attr]
    # a second vendor agrees about runs, and contradicts most single days
    other = pl.read_parquet(shared("data", "baostock", "computer_daily_valuation_2023_2026.parquet"))
    other = other.filter(~pl.col("code").str.starts_with("sh.000")).select(
        code=pl.col("code").str.slice(3), day=pl.col("date").str.to_date(), traded=pl.col("volume").fill_null(0) > 0
    )
    seen = {(code, day): traded for code, day, traded in other.unique(["code", "day"]).rows()}
    said = [
        [seen[one] for run in some for one in run if one in seen] for some in (long, [r for r in runs if len(r) == 1])
    ]
    assert (len(said[0]), sum(said[0])) == (84, 0)
    assert (len(said[1]), sum(said[1])) == (26, 20)


def test_prices_of_days_without_trading_are_dropped_and_counted() -> None:
    assert lost("prices-monthend") == {
        "dropped: nothing was traded on the day, as the daily file tells: its close is one carried over": 689
    }


@pytest.mark.slow
def test_both_files_of_adjusted_prices_agree() -> None:
    daily = {(row["code"], row["day"]): row["close"] for row in rows("prices-computer")}
    monthly = {(row["code"], row["day"]): row["close"] for row in rows("prices-monthend")}
    both = daily.keys() & monthly.keys()
    assert len(both) == 33_011  # 689 month ends without trading are in neither
    assert all(daily[key] == monthly[key] for key in both)


class TestMarketSource(SourceConformance):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return FileSource(read_mapping(MAPPINGS / "fund-holdings.toml"), shared("data"))
