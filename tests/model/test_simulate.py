"""Draws follow their distributions, the same seed gives the same, and results agree with what is known exactly."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from model.arrays_model import HEAD, computed
from yanbao.errors import FormulaError
from yanbao.model import Computed, compute
from yanbao.model.distributions import quantile_function, standard_normal
from yanbao.model.simulate import _shares, drawn, drawn_inputs, recipe, simulate

SHARES = np.array([1e-12, 1e-5, 0.01, 0.05, 0.25, 0.4, 0.5, 0.6, 0.75, 0.95, 0.99, 1 - 1e-5])


def _model(folder: Path, uncertain: str, more: str = "") -> Computed:
    return computed(
        folder,
        HEAD
        + f"""
periods = ["2023", "2024E:2025E"]
[lines.market]
unit = "亿元"
reason = "r"
values = {{ 2023 = "1000", 2024E = "1100", 2025E = "1200" }}
[lines.share]
unit = "%"
reason = "r"
values = {{ 2023 = "40", 2024E = "45", 2025E = "50" }}
[lines.price]
reason = "r"
values = {{ 2023 = "1", 2024E = "1", 2025E = "1" }}
[lines.sales]
unit = "亿元"
formula = "market * share * price"
[lines.growth]
unit = "%"
formula = "yoy(sales, prev(sales))"
{more}
{uncertain}
""",
    )


def _quantiles(folder: Path, uncertain: str) -> np.ndarray:
    found = _model(folder, f"[uncertain.share]\n{uncertain}").models.models["m"]
    return quantile_function(found.uncertain["share"])(SHARES)


def test_the_normal_is_that_of_the_standard_library() -> None:
    shares = np.concatenate([SHARES, np.linspace(0.001, 0.999, 999)])
    expected = [NormalDist().inv_cdf(float(share)) for share in shares]
    np.testing.assert_allclose(standard_normal(shares), expected, rtol=1e-13, atol=1e-15)


def test_distributions_by_formula(tmp_path: Path) -> None:
    normal = [NormalDist(45, 2).inv_cdf(float(share)) for share in SHARES]
    np.testing.assert_allclose(_quantiles(tmp_path, 'distribution = "normal"\nmean = "45"\nsd = "2"'), normal)
    np.testing.assert_allclose(
        _quantiles(tmp_path, 'distribution = "uniform"\nlow = "40"\nhigh = "60"'), 40 + 20 * SHARES
    )
    # a triangle's area up to x is (x - 40)^2 / (15 x 10) left of its mode
    triangle = _quantiles(tmp_path, 'distribution = "triangular"\nlow = "40"\nmode = "50"\nhigh = "55"')
    left = triangle <= 50
    np.testing.assert_allclose(((triangle - 40) ** 2 / 150)[left], SHARES[left])
    np.testing.assert_allclose((1 - (55 - triangle) ** 2 / 75)[~left], SHARES[~left])
    discrete = _quantiles(
        tmp_path, 'distribution = "discrete"\noutcomes = ["40", "50", "55"]\nweights = ["1", "2", "1"]'
    )
    assert discrete.tolist() == [40, 40, 40, 40, 50, 50, 50, 50, 55, 55, 55, 55]


def test_a_pert_is_its_beta(tmp_path: Path) -> None:
    # mode in the middle: beta(3, 3), whose shares are 10 x^3 - 15 x^4 + 6 x^5
    x = (_quantiles(tmp_path, 'distribution = "pert"\nlow = "40"\nmode = "50"\nhigh = "60"') - 40) / 20
    np.testing.assert_allclose(10 * x**3 - 15 * x**4 + 6 * x**5, SHARES, rtol=1e-5, atol=1e-9)
    # mode at the low end: beta(1, 5), 1 - (1 - x)^5
    x = (_quantiles(tmp_path, 'distribution = "pert"\nlow = "40"\nmode = "40"\nhigh = "60"') - 40) / 20
    np.testing.assert_allclose(x, 1 - (1 - SHARES) ** 0.2, rtol=1e-6, atol=1e-7)


def test_a_lognormal_has_the_mean_and_the_deviation_it_is_given(tmp_path: Path) -> None:
    model = _model(tmp_path, '[uncertain.share]\ndistribution = "lognormal"\nmean = "45"\nsd = "9"').models.models["m"]
    values = drawn(model, 200_000, 7)["share", "2024E"]
    assert values.mean() == pytest.approx(0.45, rel=2e-3)
    assert values.std() == pytest.approx(0.09, rel=1e-2)
    assert np.quantile(values, 0.5) == pytest.approx(0.45 / math.sqrt(1 + 0.2**2), rel=2e-3)


TRIANGLE = '[uncertain.share]\ndistribution = "triangular"\nlow = "40"\nmode = "50"\nhigh = "55"\n'
PRICE = '[uncertain.price]\ndistribution = "normal"\nmean = "1"\nsd = "0.1"\n'


def test_quantiles_of_a_multiple_are_multiples_of_the_quantiles(tmp_path: Path) -> None:
    found = _model(tmp_path, TRIANGLE)
    row = simulate(found.models.models["m"], found.calculator, "sales", draws=100_000, seed=1)[2]
    assert row.row == "2025E"
    shares = [Fraction(1, 20), Fraction(1, 2), Fraction(19, 20)]
    # 1200 x (40 + sqrt(150 p)), 1200 x (55 - sqrt(75 (1 - p))) in %
    exact = [12 * (40 + math.sqrt(150 * 0.05)), 12 * (40 + math.sqrt(75)), 12 * (55 - math.sqrt(75 * 0.05))]
    for quantile, value in zip(row.quantiles(shares), exact, strict=True):
        assert float(quantile.value.value) == pytest.approx(value, rel=2e-3)
        assert quantile.low.value <= quantile.value.value <= quantile.high.value
        assert float(quantile.low.value) - 1 < value < float(quantile.high.value) + 1
        assert quantile.value.unit.symbol == "亿元"
    assert float(row.mean.value) == pytest.approx(12 * (40 + 50 + 55) / 3, rel=2e-3)
    assert row.share_below(row.quantiles(shares)[0].value) == pytest.approx(Fraction(1, 20), abs=1e-4)


def test_the_bounds_hold_the_true_quantile_in_most_simulations(tmp_path: Path) -> None:
    found = _model(tmp_path, TRIANGLE)
    model = found.models.models["m"]
    true = 12 * (40 + math.sqrt(75))
    held = 0
    for seed in range(100):
        (median,) = simulate(model, found.calculator, "sales", draws=400, seed=seed)[2].quantiles([Fraction(1, 2)])
        held += float(median.low.value) <= true <= float(median.high.value)
    assert 88 <= held <= 100


def test_periods_move_together_unless_they_are_independent(tmp_path: Path) -> None:
    together = drawn(_model(tmp_path, TRIANGLE).models.models["m"], 5_000, 3)
    np.testing.assert_array_equal(together["share", "2024E"], together["share", "2025E"])
    assert ("share", "2023") not in together
    alone = drawn(_model(tmp_path, TRIANGLE + "independent = true").models.models["m"], 5_000, 3)
    assert abs(np.corrcoef(alone["share", "2024E"], alone["share", "2025E"])[0, 1]) < 0.05


def test_correlated_inputs_take_the_same_draw(tmp_path: Path) -> None:
    apart = drawn(_model(tmp_path, TRIANGLE + PRICE).models.models["m"], 5_000, 3)
    assert abs(np.corrcoef(apart["share", "2025E"], apart["price", "2025E"])[0, 1]) < 0.05
    # it is enough that one of the two says so, whichever
    joined = drawn(_model(tmp_path, TRIANGLE + PRICE + 'correlated = ["share"]').models.models["m"], 5_000, 3)
    order = np.argsort(joined["share", "2025E"])
    assert (np.diff(joined["price", "2025E"][order]) >= 0).all()


def test_the_same_seed_gives_the_same_draws_whatever_else_is_drawn(tmp_path: Path) -> None:
    alone = drawn(_model(tmp_path, TRIANGLE).models.models["m"], 1_000, 11)["share", "2025E"]
    beside = drawn(_model(tmp_path, PRICE + TRIANGLE).models.models["m"], 1_000, 11)["share", "2025E"]
    np.testing.assert_array_equal(alone, beside)
    other = drawn(_model(tmp_path, TRIANGLE).models.models["m"], 1_000, 12)["share", "2025E"]
    assert (alone != other).mean() > 0.99
    # the first draws of this seed never change: written here as they were first drawn
    np.testing.assert_allclose(alone[:3], [0.4993844573697627, 0.4611468191888165, 0.5005404756347934], rtol=1e-12)


def test_the_random_numbers_are_those_of_pcg() -> None:
    words = np.frombuffer(hashlib.sha256(b"share").digest(), dtype="<u4")
    seeded = np.random.PCG64(np.random.SeedSequence([11, *(int(word) for word in words)])).state["state"]
    state, found = seeded["state"], []
    for _ in range(4):  # O'Neill (2014), PCG XSL-RR 128/64
        state = (state * 0x2360ED051FC65DA44385DF649FCCF645 + seeded["inc"]) % 2**128
        word, turn = (state >> 64 ^ state) % 2**64, state >> 122
        found.append((word >> turn | word << (64 - turn)) % 2**64)
    np.testing.assert_array_equal(_shares(11, "share", 4), [((word >> 11) + 0.5) / 2**53 for word in found])


def test_a_scenario_is_drawn_over(tmp_path: Path) -> None:
    more = '[scenarios.high]\nlabel = "h"\nreason = "r"\nset = { market = { 2025E = "2400" } }'
    found = _model(tmp_path, TRIANGLE, more)
    model = found.models.models["m"]
    base = simulate(model, found.calculator, "sales", draws=1_000, seed=1)[2]
    high = simulate(model, found.calculator, "sales", draws=1_000, seed=1, scenario="high")[2]
    np.testing.assert_allclose(high.draws, 2 * base.draws)


def test_draws_without_an_answer_are_counted_and_bounded(tmp_path: Path) -> None:
    few = _model(tmp_path, '[uncertain.share]\ndistribution = "normal"\nmean = "45"\nsd = "15"')
    rows = simulate(few.models.models["m"], few.calculator, "growth", draws=10_000, seed=1)
    # about 1 in 740 of the draws lies three deviations below; there growth from 2024E on has no meaning
    assert 5 <= rows[2].lost <= 30
    assert math.isfinite(float(rows[2].mean.value))
    many = _model(tmp_path, '[uncertain.share]\ndistribution = "normal"\nmean = "5"\nsd = "10"')
    with pytest.raises(FormulaError, match=r"`growth` in 2025E has no answer in 3,\d\d\d of 10,000 draws"):
        simulate(many.models.models["m"], many.calculator, "growth", draws=10_000, seed=1)


def test_a_model_without_uncertain_inputs(tmp_path: Path) -> None:
    found = _model(tmp_path, "")
    with pytest.raises(FormulaError, match="has no uncertain inputs"):
        simulate(found.models.models["m"], found.calculator, "sales", draws=100, seed=1)


def test_a_distribution_in_words(tmp_path: Path) -> None:
    model = _model(tmp_path, TRIANGLE + PRICE).models.models["m"]
    assert recipe(model.uncertain["share"]) == "triangular(low=40, mode=50, high=55)"
    assert recipe(model.uncertain["price"]) == "normal(mean=1, sd=0.1)"


OTHER = """periods = ["2024E:2025E"]
[lines.part]
label = "部分"
unit = "亿元"
formula = "m.sales * cut"
[lines.cut]
label = "份额"
unit = "%"
value = "10"
reason = "r"
kind = "exact"
[lines.fixed]
unit = "亿元"
formula = "m.market * 10%"
"""
FAN = """[[views]]
id = "fan"
kind = "fan"
of = "part"
draws = 2000
seed = 3
quantiles = ["50%"]
"""


def _two(folder: Path, uncertain: str, more: str = "", other: str = OTHER) -> Computed:
    _model(folder, uncertain, more)  # writes m.toml
    (folder / "models" / "n.toml").write_text(HEAD + other, "utf-8")
    return compute(folder, {}, "zh", None, lambda table: True)


def test_inputs_of_another_model_are_drawn_where_the_line_rests_on_them(tmp_path: Path) -> None:
    """Sales are 1,200 x share x price; a tenth of them has a tenth of their spread."""
    found = _two(tmp_path, TRIANGLE)
    models = found.models.models
    (last,) = (
        each
        for each in simulate(models["n"], found.calculator, "part", draws=40_000, seed=3, models=models.values())
        if each.row == "2025E"
    )
    direct = simulate(models["m"], found.calculator, "sales", draws=40_000, seed=3)[2]
    assert float(last.sd.value) == pytest.approx(float(direct.sd.value) / 10, rel=0.02)
    assert float(last.mean.value) == pytest.approx(float(direct.mean.value) / 10, rel=0.005)
    # another stream: an input of the same name in two models is not one input
    assert not np.allclose(last.draws, direct.draws / 10)


def test_other_models_that_the_line_does_not_rest_on_are_not_drawn(tmp_path: Path) -> None:
    found = _two(tmp_path, TRIANGLE)
    models = found.models.models
    assert drawn_inputs(models["n"], found.calculator, "fixed", models=models.values()) == ()
    with pytest.raises(FormulaError, match="has no uncertain inputs"):
        simulate(models["n"], found.calculator, "fixed", draws=100, seed=1, models=models.values())
    (drawn_input,) = drawn_inputs(models["n"], found.calculator, "part", models=models.values())
    assert (drawn_input[0].id, drawn_input[1].line) == ("m", "share")


def test_own_inputs_keep_their_draws_beside_those_of_another_model(tmp_path: Path) -> None:
    own = OTHER + '[uncertain.cut]\ndistribution = "uniform"\nlow = "5"\nhigh = "15"\n'
    found = _two(tmp_path, TRIANGLE, other=own)
    models = found.models.models
    both = simulate(models["n"], found.calculator, "part", draws=5_000, seed=3, models=models.values())[1]
    cut = drawn(models["n"], 5_000, 3)["cut", "all"]
    share = drawn(models["m"], 5_000, 3, "m.")["share", "2025E"]
    np.testing.assert_allclose(both.draws, 1_200e8 * share * cut, rtol=1e-12)


def test_a_scenario_of_both_models_is_drawn_in_it(tmp_path: Path) -> None:
    scenario = '[scenarios.high]\nlabel = "高"\nreason = "r"\nset = {{ {} }}\n'
    found = _two(
        tmp_path,
        TRIANGLE,
        scenario.format('market = "2400"'),
        OTHER + scenario.format('cut = "20"'),
    )
    assert found.calculator.evidence.mistakes == []
    models = found.models.models
    high = simulate(
        models["n"], found.calculator, "part", draws=3_000, seed=3, scenario="high", models=models.values()
    )[1]
    base = simulate(models["n"], found.calculator, "part", draws=3_000, seed=3, models=models.values())[1]
    np.testing.assert_allclose(high.draws, base.draws * 4, rtol=1e-12)


def test_a_fan_says_which_models_inputs_were_drawn(tmp_path: Path) -> None:
    found = _two(tmp_path, TRIANGLE, other=OTHER + FAN)
    assert found.calculator.evidence.mistakes == []
    text = found.calculator.evidence.facts["recipe:n_fan"].text
    assert text is not None
    assert text.startswith("2,000次模拟，随机数种子3；“")
    assert "的share三角分布" in text
    quantity = found.calculator.evidence.facts["n_fan.q50@2025E"].quantity
    assert quantity is not None
