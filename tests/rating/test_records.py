"""Both real records as the product scores them, against the plain pandas route, figure by figure."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from docs.records import HISTORIES, PAGE, PUBLISHED, Records, page

from rating import records_by_hand as by_hand
from shared_data import shared

pytestmark = pytest.mark.slow  # the whole market is loaded

ENTRIES = ("same", "next")
BENCHMARKS = {"csi300": None, "universe": "equal-weight"}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory, loaded_market: Path) -> Records:
    return Records.make(tmp_path_factory.mktemp("records"), shared("data"), loaded_market)


@pytest.fixture(scope="module")
def held() -> by_hand.Closes:
    return by_hand.closes(shared("data"))


@pytest.fixture(scope="module")
def chosen() -> by_hand.pd.DataFrame:
    return by_hand.picks(by_hand.rows(shared("data")))


def compare(row: dict[str, Any], held: by_hand.Closes, scored: by_hand.pd.DataFrame, benchmark: str, h: int) -> None:
    """A row of the scorecard against the same picks by hand."""
    scored = scored[~scored.security.str.endswith(by_hand.REFUSED)]
    plain = by_hand.summary(scored, benchmark, h)
    counts = ("n", "n"), ("months", "months"), ("missing", "missing")
    assert {one: row[one] for one, _ in counts} == {one: plain[other] for one, other in counts}
    chance = by_hand.base_rate(held, scored, benchmark, h)
    for name, value in (
        ("hit_rate", plain["hit"]),
        ("hit_rate_if_lost", plain["hit_if_missing"]),
        ("hit_rate_if_benchmark", plain["hit_if_missing"]),
        ("mean", plain["mean"]),
        ("median", plain["median"]),
        ("mean_if_lost", plain["mean_if_missing_lost"]),
        ("mean_if_benchmark", plain["mean_if_missing_at_benchmark"]),
        ("base_rate", chance["base_rate"]),
        ("universe_mean", chance["mean"]),
    ):
        assert row[name] == pytest.approx(value, abs=1e-9), name
    if plain["months"] > 1:
        assert row["standard_error"] == pytest.approx(plain["error"], abs=1e-9, nan_ok=True)
    # random picks: 1,000 draws against the variance that is known without drawing; few picks are not near normal
    if plain["n"] < 1_000:
        return
    for name, middle, end in (("random_low", "base_rate", "hit_low"), ("random_mean_low", "mean", "mean_low")):
        width = chance[middle] - chance[end]
        assert chance[middle] - row[name] == pytest.approx(width, rel=0.2, abs=1e-4), name


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("benchmark", BENCHMARKS)
def test_all_picks_at_each_horizon(
    records: Records, held: by_hand.Closes, chosen: by_hand.pd.DataFrame, entry: str, benchmark: str
) -> None:
    rows = {row["horizon"]: row for row in records.scorecard("picks", entry=entry, benchmark=BENCHMARKS[benchmark])}
    for h in by_hand.HORIZONS:
        scored = by_hand.score(held, chosen, h, entry, by_hand.CHANGED)
        assert rows[str(h)]["calls"] == 11_824
        compare(rows[str(h)], held, scored, benchmark, h)


@pytest.mark.parametrize("by", ["broker", "year"])
def test_picks_by_broker_and_by_year(
    records: Records, held: by_hand.Closes, chosen: by_hand.pd.DataFrame, by: str
) -> None:
    found = {(row["group"], row["horizon"]): row for row in records.scorecard("picks", by=by)}
    for h in (1, 6):
        scored = by_hand.score(held, chosen, h, "same", by_hand.CHANGED)
        key = scored.broker if by == "broker" else scored.published.dt.year.astype(str)
        groups = dict(iter(scored.groupby(key)))
        assert {group for group, horizon in found if horizon == str(h)} == {"all", *groups}
        for group, part in groups.items():
            compare(found[group, str(h)], held, part, "csi300", h)


@pytest.mark.parametrize("entry", ENTRIES)
def test_over_their_month_the_store_s_picks_and_the_late_ones(
    records: Records, held: by_hand.Closes, chosen: by_hand.pd.DataFrame, entry: str
) -> None:
    row = next(row for row in records.scorecard("month", entry=entry) if row["horizon"] == "own")
    scored = by_hand.score(held, chosen, 1, entry, by_hand.CHANGED)
    refused = int(chosen.security.str.endswith(by_hand.REFUSED).sum())
    assert row["calls"] == len(scored) - refused
    assert row["late"] == int(scored.late.sum()) - int(scored[scored.late].security.str.endswith("XBEI").sum())
    compare(row, held, scored[~scored.late], "csi300", 1)


def test_each_pick_of_the_ledger_is_the_pick_by_hand(
    records: Records, held: by_hand.Closes, chosen: by_hand.pd.DataFrame
) -> None:
    scored = by_hand.score(held, chosen, 6, "same", by_hand.CHANGED)
    scored = scored[~scored.security.str.endswith(by_hand.REFUSED)].reset_index(drop=True)
    plain = (scored.own - scored.csi300).to_numpy()
    rows = [row for row in records.calls("picks") if row["horizon"] == 6]
    assert len(rows) == len(plain)
    ids = {row["id"]: at for at, row in enumerate(rows)}
    # the ledger holds entries in the order of publication, the file in an order of its own
    order = scored.published.argsort(kind="stable")
    for at, place in enumerate(order):
        row = rows[ids[f"C{at + 1:05d}"]]
        assert row["security"] == scored.security[place]
        if row["relative_return"] is None:
            assert plain[place] != plain[place]
            assert row["status"] == "no price"
        else:
            assert row["relative_return"] == pytest.approx(plain[place], abs=1e-9)


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_six_calls(records: Records, entry: str) -> None:
    found = {(row["security"][:6], row["horizon"]): row for row in records.calls("six", entry=entry, prices="day")}
    for h in by_hand.HORIZONS:
        plain = by_hand.six_calls(shared("data"), PUBLISHED, h, entry)
        for code in by_hand.SIX:
            assert found[code, h]["relative_return"] == pytest.approx(plain.loc[code].relative, abs=1e-9), (code, h)
    own = [found[code, 6] for code in by_hand.SIX]
    assert [row["hit"] for row in own] == [row["relative_return"] > 0.2 for row in own]


def test_the_prices_of_the_six_are_those_that_the_report_prints() -> None:
    with (HISTORIES / "model-report.csv").open(encoding="utf-8") as file:
        printed = {row["code"]: row["price"] for row in csv.DictReader(file)}
    text = shared("seed", "report.txt").read_text("utf-8")
    assert printed == by_hand.SIX
    assert all(any(code in line and price in line for line in text.splitlines()) for code, price in printed.items())


def test_the_page_says_what_the_commands_say(records: Records) -> None:
    assert PAGE.read_text("utf-8") == page(records)
