"""Distributions of uncertain inputs: which value has a given share of all values below it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from yanbao.formula.array import Array
from yanbao.model.model import Uncertain

# Wichura (1988), The percentage points of the normal distribution, algorithm AS 241 (PPND16): 16 digits
_CENTRE: Final = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_SIDE: Final = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
_END: Final = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip
_GRID: Final = 4_096  # cells in which the distribution of a PERT is summed up


def quantile_function(uncertain: Uncertain) -> Callable[[Array], Array]:
    """Return the function that gives, for shares between 0 and 1, the values with that share below them.

    Values are in the line's unit. `normal(mean, sd)`; `lognormal(mean, sd)`, both of the value itself, not of its
    logarithm; `uniform(low, high)`; `triangular(low, mode, high)`; `pert(low, mode, high)`, the beta distribution over
    the range whose mean is (low + 4 mode + high) / 6 (Malcolm et al. 1959); `discrete`, the outcomes by their weights.
    """
    given = {name: float(quantity.value) for name, quantity in uncertain.parameters.items()}
    low, mode, high = (given.get(name, 0.0) for name in ("low", "mode", "high"))
    mean, sd = given.get("mean", 0.0), given.get("sd", 0.0)
    kind = uncertain.spec.distribution
    if kind == "normal":
        return lambda share: mean + sd * standard_normal(share)
    if kind == "lognormal":
        return _lognormal(mean, sd)
    if kind == "uniform":
        return lambda share: low + (high - low) * share
    if kind == "triangular":
        return lambda share: _triangular(share, low, mode, high)
    if kind == "pert":
        return _pert(low, mode, high)
    values = np.array([float(value.value) for value, _ in uncertain.outcomes])
    weights = np.array([float(weight.value) for _, weight in uncertain.outcomes])
    ends = np.cumsum(weights) / weights.sum()
    last = int(np.flatnonzero(weights)[-1])
    return lambda share: np.asarray(values[np.minimum(np.searchsorted(ends, share, side="right"), last)])


def standard_normal(share: Array) -> Array:
    """Return the standard normal values with given shares below them."""
    away = share - 0.5
    centre = 0.180625 - away * away
    tail = np.sqrt(-np.log(np.minimum(share, 1.0 - share)))
    outer = np.where(tail <= 5.0, _ratio(_SIDE, tail - 1.6), _ratio(_END, tail - 5.0))
    return np.where(np.abs(away) <= 0.425, away * _ratio(_CENTRE, centre), np.sign(away) * outer)


def _ratio(parts: tuple[tuple[float, ...], tuple[float, ...]], x: Array) -> Array:
    above, below = (np.polynomial.polynomial.polyval(x, coefficients) for coefficients in parts)
    return np.asarray(above / below)


def _lognormal(mean: float, sd: float) -> Callable[[Array], Array]:
    variance = float(np.log1p((sd / mean) ** 2))
    return lambda share: mean * np.exp(np.sqrt(variance) * standard_normal(share) - variance / 2)


def _triangular(share: Array, low: float, mode: float, high: float) -> Array:
    peak = (mode - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - mode))
    return np.where(share < peak, rising, falling)


def _pert(low: float, mode: float, high: float) -> Callable[[Array], Array]:
    """The beta distribution has no inverse in closed form: it is summed up by Simpson's rule and read backwards.

    The points lie closer to the ends, where a value changes most from share to share; between two of them it is off by
    less than a millionth of the range.
    """
    first, second = 1.0 + 4.0 * (mode - low) / (high - low), 1.0 + 4.0 * (high - mode) / (high - low)
    angle = np.linspace(0.0, np.pi, 2 * _GRID + 1)
    at = (1.0 - np.cos(angle)) / 2.0
    density = at ** (first - 1.0) * (1.0 - at) ** (second - 1.0) * np.sin(angle)
    steps = density[:-2:2] + 4.0 * density[1:-1:2] + density[2::2]
    below = np.concatenate([[0.0], np.cumsum(steps)])
    return lambda share: low + (high - low) * np.interp(share, below / below[-1], at[::2])
