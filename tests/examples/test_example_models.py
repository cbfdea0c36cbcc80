"""The models of the examples, computed again in plain floats by formulas of our own."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import exp
from pathlib import Path
from statistics import mean

import pytest

from yanbao.author.models import compute_models
from yanbao.evidence import Calculator
from yanbao.model import ALL

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@cache
def calculator(example: str) -> Calculator:
    done = compute_models(EXAMPLES / example, "zh").calculator
    assert done.evidence.mistakes == []
    return done


def value(name: str, row: str = ALL, example: str = "computer-2024h1") -> float:
    """Return a cell in the unit of its line: `grid_model.smart` in 2025E."""
    found = calculator(example)
    table, _, line = name.partition(".")
    return float(found.quantity(found.evidence.tables[table].fact_id(row, line)).value)


def hisoar(line: str, row: str = ALL, scenario: str = "") -> float:
    return value(f"haixiang{scenario}.{line}", row, "company-forecast")


YEARS = ["2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024E", "2025E"]
PRINTED_DIST = [1104.6, 1134.1, 1152.7, 1106.6, 1102.4, 1763.1, 2166.0, 2660, 2975.6, 3331.9]
PRINTED_SMART = [110.5, 113.4, 115.3, 110.7, 110.2, 264.5, 368.2, 532, 743.9, 999.6]


def test_the_grids_twenty_cells_are_those_that_the_source_printed() -> None:
    for row, dist, smart in zip(YEARS, PRINTED_DIST, PRINTED_SMART, strict=True):
        assert value("grid_model.dist", row) == pytest.approx(dist, abs=0.051)
        assert value("grid_model.smart", row) == pytest.approx(smart, abs=0.051)


def test_the_plans_share_is_missed() -> None:
    spent = [4882 + 995, 5094 + 1094.5, 5275 + 1375, 5100 + 1375 * 1.1, 5000 + 1375 * 1.1**2]
    shares = [0.30, 0.35, 0.40, 0.45, 0.50]
    assert value("grid_model.plan_share") == pytest.approx(
        100 * sum(s * d for s, d in zip(spent, shares, strict=True)) / sum(spent)
    )


def test_what_the_sources_text_gives_for_2023() -> None:
    assert value("grid_model_text.smart", "2023") == pytest.approx((5275 + 1394) * 0.4 * 0.2)
    assert value("grid_model_text.smart", "2025E") == pytest.approx((5000 + 1394 * 1.21) * 0.5 * 0.3)
    assert value("grid_model_text.state", "2025E") == 5000


def test_h20() -> None:
    assert [value(f"h20_model{case}.revenue", "2024E") for case in ("", "_high", "_short")] == pytest.approx(
        [120, 130, 90]
    )
    assert value("h20_model.of_quarter", "2024E") == pytest.approx(100 * 120 / 226)


@pytest.mark.parametrize(
    ("model", "start", "end", "said", "years"),
    [("asic_model", 66, 429, 45, ["2024E", "2028E"]), ("fin_it_model", 1138.3, 3019.0, 26.7, ["2023E", "2026E"])],
)
def test_growth_between_two_points(model: str, start: float, end: float, said: float, years: list[str]) -> None:
    count = int(years[1][:4]) - int(years[0][:4]) + 1
    growth = (end / start) ** (1 / count) - 1
    assert value(f"{model}.growth", years[0]) == pytest.approx(100 * growth)
    assert value(f"{model}.size", years[1]) == pytest.approx(end)
    assert value(f"{model}_said.size", years[1]) == pytest.approx(start * (1 + said / 100) ** count)


def test_storage() -> None:
    assert value("storage_model.duration") == pytest.approx(6687 / 3139)
    assert value("storage_model.energy_needed") == pytest.approx((6.9 + 4.6) * 10_000 * 0.1 * 2)
    assert value("storage_model_long.times") == pytest.approx(46_000 / 6687)


def test_cache_of_three_kinds_of_attention() -> None:
    layers, heads, dimension = 60, 128, 128  # DeepSeek-V2, arXiv:2405.04434
    assert value("llm_cost.mha") == pytest.approx(2 * layers * heads * dimension * 2 / 1000)
    assert value("llm_cost.gqa") == pytest.approx(2 * layers * 8 * dimension * 2 / 1000)
    assert value("llm_cost.mla") == pytest.approx(layers * (512 + 64) * 2 / 1000)
    assert value("llm_cost.mla_groups") == 2.25  # as the paper says
    assert round(value("llm_cost.deployed_cut"), 1) == 93.3  # as the paper says
    blended = [0.75 * 20 + 0.25 * 230, 0.75 * 4 + 0.25 * 16]
    assert value("llm_cost.volume") == pytest.approx(blended[0] / blended[1])


def test_pcs() -> None:
    reached = 0.8 / (1 + exp(1.2 * (2.5 - 4)))
    assert value("pc_model.penetration", "2027E") == pytest.approx(100 * reached)
    assert value("pc_model.demand", "2027E") == pytest.approx(100 * (reached * 16 + (1 - reached) * 9.5) / 9.5)
    assert [value("pc_model.arm", row) for row in ("2023", "2025E", "2027E")] == pytest.approx([10, 17.5, 25])


@pytest.mark.parametrize(
    ("company", "price", "profit", "eps"),
    [
        ("keyuan", 18.30, [160.77, 241.00, 311.81, 397.29], 1.00),
        ("daotong", 24.14, [179.23, 541.73, 676.21, 838.80], 1.20),
        ("haiguang", 70.32, [1263.18, 1688.88, 2384.48, 3184.46], 0.73),
        ("shenzhou", 22.89, [1171.78, 1408.65, 1693.27, 2003.07], 2.10),
        ("jinshan", 227.50, [1317.74, 1679.51, 2158.22, 2844.59], 3.64),
        ("xinguodu", 16.64, [755.04, 942.77, 1180.54, 1421.59], 1.69),
    ],
)
def test_six_forecasts(company: str, price: float, profit: list[float], eps: float) -> None:
    shares = profit[1] / eps / 100  # 100 million
    assert value(f"forecasts.{company}_shares") == pytest.approx(shares)
    assert value(f"forecasts.{company}_cap") == pytest.approx(price * shares)
    for row, each in zip(("2023", "2024E", "2025E", "2026E"), profit, strict=True):
        assert value(f"forecasts.{company}_profit", row) == pytest.approx(each)
        assert value(f"forecasts.{company}_pe", row) == pytest.approx(price * shares * 100 / each)


# the company

FORECAST = ["2020E", "2021E", "2022E", "2023E", "2024E"]


def test_the_company_starts_from_what_its_filing_prints() -> None:
    assert [hisoar("profit", year) for year in ("2018", "2019")] == pytest.approx([605.00382078, 770.78218509])
    assert [hisoar("assets", year) for year in ("2018", "2019")] == pytest.approx([7035.37334457, 6747.19866447])
    assert hisoar("med_price", "2019") == pytest.approx(1_608_858_743.47 / 1_495_834.8 / 10)  # 10,000 yuan a tonne
    assert hisoar("cash_change", "2019") == pytest.approx(456.56963285)


def test_the_companys_three_statements_again() -> None:
    """The same forecast written as a loop over years, from the filing's figures and the assumptions alone."""
    volume, price, dyes, dye_price = 1495.8348, 1608.85874347 / 1495.8348, 12857.65, 1316.83016267 / 12857.65
    cash, debt, fixed, other = 1556.57537245, 200.26702959, 1724.40733334 + 560.67463443, 128.55595411
    trade, stock, payables = 459.78156419 + 74.53166641, 842.9852606, 238.306005 + 363.44058396
    rest = 6747.19866447 - cash - trade - stock - other - fixed
    equity, obligations = 5724.46209555, 1022.73656892 - debt - payables
    dividends, flows = 466.7, []
    assumed = zip([6, 6, 5, 5, 5], [1, 1, 0, 0, 0], [38, 38, 37, 37, 37], [-4, 0, 2, 2, 2], [-6, -3, 0, 0, 0],
                  [62, 60, 60, 60, 60], [250, 250, 200, 200, 200], strict=True)  # fmt: skip
    for year, (dv, dp, margin, ev, ep, dye_margin, capex) in zip(FORECAST, assumed, strict=True):
        volume, price = volume * (1 + dv / 100), price * (1 + dp / 100)
        dyes, dye_price = dyes * (1 + ev / 100), dye_price * (1 + ep / 100)
        parts = [volume * price, dyes * dye_price, 15.72386416]
        revenue = sum(parts)
        cost = parts[0] * (1 - margin / 100) + parts[1] * (1 - dye_margin / 100) + parts[2] * 0.91
        finance = debt * 0.045 - cash * 0.022
        before_tax = revenue - cost - revenue * (0.009 + 0.02 + 0.131 + 0.042) - finance
        profit = before_tax * 0.84
        worn = fixed * 0.09
        new = [revenue * 66 / 365, cost * 210 / 365, cost * 150 / 365]
        operating = profit + worn + 30 - (new[0] - trade) - (new[1] - stock) + (new[2] - payables)
        cash += operating - capex + (200 - debt) - dividends
        trade, stock, payables, debt = *new, 200.0
        fixed, rest, equity = fixed + capex - worn, rest - 30, equity + profit - dividends
        flows.append(operating - capex + finance * 0.84)
        assert hisoar("profit", year) == pytest.approx(profit)
        assert hisoar("cash", year) == pytest.approx(cash)
        assert hisoar("assets", year) == pytest.approx(cash + trade + stock + other + fixed + rest)
        assert hisoar("assets", year) == pytest.approx(debt + payables + obligations + equity)
        assert hisoar("eps", year) == pytest.approx(profit / 1618.715253)
        dividends, last = profit * 0.6, before_tax + finance + worn + 30
    present = sum(flow / 1.1**at for at, flow in enumerate(flows, 1))
    terminal = flows[-1] * 1.02 / 0.08
    worth = (present + terminal / 1.1**5 + 1556.57537245 - 200.26702959) / 1618.715253
    assert hisoar("dcf_price") == pytest.approx(worth)
    assert hisoar("terminal_share") == pytest.approx(100 * (terminal / 1.1**5) / (present + terminal / 1.1**5))
    assert hisoar("exit_multiple") == pytest.approx(terminal / last)
    target = mean([worth, 14 * hisoar("eps", "2020E")])
    assert hisoar("relative") == pytest.approx(100 * (target / 5.57 - 1) - 3)


def test_scenarios_of_the_company_stand_in_order() -> None:
    targets = [hisoar("target", scenario=scenario) for scenario in ("_low", "", "_before", "_high")]
    assert all(low < high for low, high in pairwise(targets))
