"""What holds for every number: printing reads back, intervals hold every point, counts stay exact."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from yanbao.errors import IntervalError, QuantityError
from yanbao.quantity import (
    BASIS_POINT,
    NONE,
    PERCENT,
    PERMILLE,
    POINT_OF_PERCENT,
    TIMES,
    Interval,
    Period,
    Quantity,
    english_unit,
    format_period,
    format_quantity,
    format_value,
    parse_period,
    parse_quantity,
    parse_unit,
    round_quantity,
    scan,
)
from yanbao.quantity.unit_table import ALL, MONEY

SCALED = [
    "万元",
    "百万元",
    "亿元",
    "万亿元",
    "亿美元",
    "万家",
    "亿股",
    "亿千瓦",
    "万千瓦时",
    "万吨",
    "亿参数",
    "亿",
    "万亿",
]
QUOTIENTS = [
    "元/股",
    "元/百万tokens",
    "元/千瓦时",
    "笔/秒",
    "万架次/年",
    "元/次",
    "GB/s",
    "GT/s",
    "MB/日",
    "次/s",
    "亿元/年",
]
PREFIXED = ["$M", "$bn", "¥", "HK$", "RMB bn", "US$ billion", "€mn", "RMB/share", "RMB/Mtokens"]
UNITS = sorted({unit.symbol for unit in ALL.values()} | {f"亿{money}" for money in MONEY} | {*SCALED, *QUOTIENTS})
# a bare letter behind a number in a Latin unit is no unit on its own in English
units = st.sampled_from([parse_unit(text) for text in (*UNITS, *PREFIXED)])
values = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
decimals = st.integers(0, 6)


def quantity(value: Fraction, unit: object = NONE) -> Quantity:
    return Quantity(value, Interval.point(value), unit)  # type: ignore[arg-type]


@given(values, units, decimals, st.booleans(), st.booleans())
def test_what_is_printed_in_chinese_reads_back_rounded(
    value: Fraction, unit: object, places: int, sign: bool, grouping: bool
) -> None:
    q = quantity(value, unit)
    text = format_quantity(q, decimals=places, sign=sign, grouping=grouping)
    assert parse_quantity(text) == round_quantity(q, places)


@given(values, units, decimals)
def test_what_is_printed_in_english_reads_back_rounded_in_the_english_unit(
    value: Fraction, unit: object, places: int
) -> None:
    q = quantity(value, unit)
    text = format_quantity(q, decimals=places, language="en")
    assert parse_quantity(text) == round_quantity(q, places, english_unit(q.unit))


@pytest.mark.parametrize("text", [*UNITS, *PREFIXED])
def test_every_unit_prints_and_reads_back(text: str) -> None:
    unit = parse_unit(text)
    q = Quantity.printed("12.5", unit)
    assert parse_quantity(format_quantity(q, decimals=1)) == q
    english = parse_quantity(format_quantity(q, decimals=3, language="en"))
    assert english == round_quantity(q, 3, english_unit(unit))
    assert english.unit.dimension == unit.dimension


@given(values, decimals)
def test_rounding_is_half_away_from_zero(value: Fraction, places: int) -> None:
    shown = Fraction(format_value(value, places))
    step = Fraction(1, 10**places)
    assert abs(shown - value) <= step / 2
    if abs(shown - value) == step / 2:
        assert abs(shown) > abs(value)


@given(st.text(max_size=60))
@settings(max_examples=400)
def test_any_text_can_be_scanned(text: str) -> None:
    end = 0
    for mention in scan(text):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end


PIECES = "0123456789.,-+~%年月日季度QHEA亿万元家个约近超余、/()（）：: 至到与第一二三十成倍几数$*<b>sup\\tTOPSB"


@given(st.text(alphabet=PIECES, max_size=40))
@settings(max_examples=1500)
def test_any_mixture_of_what_numbers_are_made_of_can_be_scanned(text: str) -> None:
    end = 0
    for mention in scan(text, reference_year=2024):
        assert text[mention.start : mention.end] == mention.text
        assert mention.start >= end
        end = mention.end
        if mention.quantity is not None:
            interval = mention.quantity.interval
            assert interval.contains(mention.quantity.value)


@given(st.integers(1, 10**7), st.sampled_from("家款个颗台项次"))
def test_a_printed_whole_count_is_exact(number: int, classifier: str) -> None:
    (mention,) = scan(f"共{number}{classifier}")
    assert mention.kind == "count"
    assert mention.quantity == Quantity.exact(number, parse_unit(classifier))


# periods

days = st.dates(date(1952, 1, 1), date(2068, 12, 31))
years = st.integers(1952, 2068)
estimates = st.sampled_from([None, True, False])
periods = st.one_of(
    st.builds(Period.year, years, estimates),
    st.builds(Period.fiscal_year, years, st.integers(1, 12), estimates),
    st.builds(Period.half, years, st.integers(1, 2), estimates),
    st.builds(Period.quarter, years, st.integers(1, 4), estimates),
    st.builds(Period.month, years, st.integers(1, 12), estimates),
    st.builds(Period.day, days),
    st.builds(Period.year_to_date, days),
    st.builds(Period.trailing_twelve_months, days),
    st.builds(Period.plan, st.integers(11, 17)),
    st.tuples(days, days, estimates).map(
        lambda ends: Period("range", min(ends[:2]), max(ends[:2]), ends[2]),
    ),
    st.tuples(years, years, estimates).map(
        lambda ends: Period.between(Period.year(min(ends[:2])), Period.year(max(ends[:2]), ends[2])),
    ),
)


@given(periods, st.sampled_from(["zh", "en"]), st.sampled_from(["text", "code"]))
@settings(max_examples=600)
def test_every_period_prints_and_reads_back(period: Period, language: str, style: str) -> None:
    assert parse_period(format_period(period, language, style)) == period  # type: ignore[arg-type]


@given(days)
def test_twelve_months_to_a_day_are_a_year(day: date) -> None:
    period = Period.trailing_twelve_months(day)
    assert period.end == day
    assert 364 <= (period.end - period.start).days <= 365
    leap = (day.month, day.day) == (2, 29)
    following = Period.trailing_twelve_months(date(day.year + 1, day.month, 28 if leap else day.day))
    assert period.start < following.start


# intervals

rationals = st.fractions(min_value=-1000, max_value=1000, max_denominator=1000)


@st.composite
def intervals_with_point(draw: st.DrawFn, low: int = -1000, bounded: bool = False) -> tuple[Interval, Fraction]:
    numbers = st.fractions(min_value=low, max_value=1000, max_denominator=1000)
    a, point, b = sorted(draw(st.tuples(numbers, numbers, numbers)))
    if bounded:
        return Interval(a, b), point
    return Interval(draw(st.sampled_from([a, None])), draw(st.sampled_from([b, None]))), point


@given(intervals_with_point(), intervals_with_point())
def test_results_hold_every_result_of_points(left: tuple[Interval, Fraction], right: tuple[Interval, Fraction]) -> None:
    (a, x), (b, y) = left, right
    assert (a + b).contains(x + y)
    assert (a - b).contains(x - y)
    assert (a * b).contains(x * y)
    assert (-a).contains(-x)
    assert abs(a).contains(abs(x))
    assert a.minimum(b).contains(min(x, y))
    assert a.maximum(b).contains(max(x, y))
    assert Interval.hull([a, b]).contains(x)
    assert Interval.hull([a, b]).contains(y)
    if b.contains(0):
        with pytest.raises(IntervalError, match="may be 0"):
            a / b
    else:
        assert (a / b).contains(x / y)


@given(intervals_with_point(), st.integers(-6, 6))
def test_integer_powers_hold_the_power_of_every_point(drawn: tuple[Interval, Fraction], exponent: int) -> None:
    interval, point = drawn
    assume(exponent >= 0 or not interval.contains(0))
    assert interval.power(Interval.point(exponent)).contains(point**exponent)


@given(intervals_with_point(low=0, bounded=True), intervals_with_point(low=-3, bounded=True))
def test_powers_and_logarithms_hold_the_result_at_sixty_digits(
    base: tuple[Interval, Fraction], exponent: tuple[Interval, Fraction]
) -> None:
    (a, x), (b, y) = base, (exponent[0] * Interval.point(Fraction(1, 100)), exponent[1] / 100)
    assume(a.low is not None and a.low > 0)
    with localcontext() as context:
        context.prec = 60
        exact_x = Decimal(x.numerator) / Decimal(x.denominator)
        exact_y = Decimal(y.numerator) / Decimal(y.denominator)
        power, logarithm = Fraction(exact_x**exact_y), Fraction(exact_x.ln())
    assert a.power(b).contains(power)
    assert a.log().contains(logarithm)


@pytest.mark.parametrize(
    ("base", "exponent"), [("1.0001", "9999"), ("1000000.5", "99.5"), ("0.0001", "-99.5"), ("3", "0.5")]
)
def test_large_powers_are_enclosed_and_tight(base: str, exponent: str) -> None:
    x, y = Fraction(base), Fraction(exponent) + Fraction(1, 3)
    found = Interval.point(x).power(Interval.point(y))
    with localcontext() as context:
        context.prec = 90
        exact = Fraction(Decimal(base) ** (Decimal(y.numerator) / Decimal(y.denominator)))
    assert found.contains(exact)
    assert found.width is not None
    assert found.width < exact / 10**30


def test_the_logarithm_next_to_one_is_enclosed() -> None:
    x = 1 + Fraction(1, 10**60)
    found = Interval.point(x).log()
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.high
    assert found.high <= Fraction(1, 10**60)


@pytest.mark.parametrize("power", ["100001", "-100001", "1000000.5"])
def test_a_power_no_report_needs_is_refused_at_once(power: str) -> None:
    with pytest.raises(IntervalError, match="too large"):
        Interval.point(7).power(Interval.point(Fraction(power)))


# quantities

KINDS = [
    NONE,
    PERCENT,
    PERMILLE,
    TIMES,
    POINT_OF_PERCENT,
    BASIS_POINT,
    parse_unit("亿元"),
    parse_unit("万元"),
    parse_unit("家"),
    parse_unit("亿股"),
]


drawn = intervals_with_point(bounded=True)


@given(drawn, drawn, st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_arithmetic_of_quantities_is_that_of_their_base_values(
    left: tuple[Interval, Fraction], right: tuple[Interval, Fraction], one: object, other: object
) -> None:
    a = Quantity(left[1], left[0], one)  # type: ignore[arg-type]
    b = Quantity(right[1], right[0], other)  # type: ignore[arg-type]
    x, y = a.value * a.unit.scale, b.value * b.unit.scale
    results = {"__add__": x + y, "__sub__": x - y, "__mul__": x * y}
    if y:
        results["__truediv__"] = x / y
    for name, exact in results.items():
        if _refused(name, a, b):
            with pytest.raises(QuantityError, match=r"cannot be (added|subtracted)|may be 0"):
                getattr(a, name)(b)
            continue
        result = getattr(a, name)(b)
        assert result.value * result.unit.scale == exact
        assert result.interval.contains(result.value)
        sign = {"__mul__": 1, "__truediv__": -1}.get(name)
        assert result.unit.dimension == (_combined(a, b, sign) if sign else a.unit.dimension)


def _refused(name: str, a: Quantity, b: Quantity) -> bool:
    if name == "__truediv__":
        return b.interval.contains(0)
    if name == "__mul__":
        return False
    backwards = name == "__sub__" and a.unit.kind == "difference" and b.unit.kind == "level"
    return a.unit.dimension != b.unit.dimension or backwards


def _combined(a: Quantity, b: Quantity, sign: int) -> tuple[tuple[str, int], ...]:
    powers = dict(a.unit.dimension)
    for base, power in b.unit.dimension:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_counts_stay_exact(a: int, b: int) -> None:
    family = parse_unit("家")
    x, y = Quantity.exact(a, family), Quantity.exact(b, family)
    for result, expected in ((x + y, a + b), (x - y, a - b), (x * Quantity.exact(b), a * b)):
        assert result.is_exact
        assert (result.value, result.unit) == (expected, family)


@given(values, units)
def test_conversion_and_back_changes_nothing(value: Fraction, unit: object) -> None:
    q = quantity(value, unit)
    assert q.to(english_unit(q.unit)).to(q.unit).value == value


def test_the_printed_interval_is_half_a_unit_of_the_last_place() -> None:
    for text, half in (("5", "1/2"), ("5.3", "1/20"), ("5.30", "1/200"), ("-0.12", "1/200")):
        interval = Quantity.printed(text).interval
        assert (interval.low, interval.high) == (Fraction(text) - Fraction(half), Fraction(text) + Fraction(half))
    assert not math.isinf(float(interval.width or 0))
