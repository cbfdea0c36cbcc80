"""Units, the algebra that refuses nonsense, and what the messages say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from fractions import Fraction

import pytest

import yanbao.quantity
from yanbao.errors import IntervalError, QuantityError, UnitError
from yanbao.quantity import (
    NONE,
    PERCENT,
    POINT_OF_PERCENT,
    YI_YUAN,
    YUAN,
    Interval,
    Period,
    Quantity,
    Unit,
    english_unit,
    format_period,
    format_quantity,
    parse_period,
    parse_quantity,
    parse_unit,
    scan,
    unit_label,
)


@pytest.mark.parametrize(
    ("left", "right", "factor"),
    [
        ("亿元", "百万元", "100"),
        ("万亿元", "亿元", "10000"),
        ("千元", "元", "1000"),
        ("亿美元", "$M", "100"),
        ("RMB bn", "亿元", "10"),
        ("手", "股", "100"),
        ("个百分点", "bp", "100"),
        ("万家", "家", "10000"),
        ("GB/s", "MB/秒", "1000"),
        ("Tb/s", "GB/s", "125"),
        ("亿千瓦", "GW", "100"),
        ("万千瓦时", "MWh", "10"),
        ("EFLOPS", "PFLOPS", "1000"),
        ("POPS", "TOPS", "1000"),
        ("年", "个月", "12"),
        ("小时", "毫秒", "3600000"),
        ("平方公里", "mm²", "1000000000000"),
        ("Ktokens", "tokens", "1000"),
        ("亿参数", "M参数", "100"),
        ("元/百万tokens", "元/tokens", "1/1000000"),
        ("RMB 100mn", "亿元", "1"),
        ("吨", "公斤", "1000"),
        ("W TDP", "瓦", "1"),
        ("X", "倍", "1"),
        ("‰", "%", "1/10"),
    ],
)
def test_conversion_factors(left: str, right: str, factor: str) -> None:
    assert parse_unit(left).factor_to(parse_unit(right)) == Fraction(factor)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("家", "款"),
        ("元", "美元"),
        ("%", "pp"),
        ("TOPS", "TFLOPS"),
        ("年", "天"),
        ("千瓦", "千瓦时"),
        ("元", "元/股"),
        ("点", "%"),
    ],
)
def test_units_that_do_not_go_together(left: str, right: str) -> None:
    with pytest.raises(UnitError, match="is not"):
        parse_unit(left).factor_to(parse_unit(right))


@pytest.mark.parametrize(
    ("text", "hint"),
    [("亿圆", "亿元"), ("TOPs", "TOPS"), ("Ghz", "GHz"), ("compnies", "companies"), ("qqqqqq", "a unit is one like")],
)
def test_an_unknown_unit_is_answered_with_the_nearest(text: str, hint: str) -> None:
    with pytest.raises(UnitError, match=rf"unit '{text}' is not known.*{hint}"):
        parse_unit(text)


@pytest.mark.parametrize(
    ("left", "sign", "right", "message"),
    [
        ("5亿元", "+", "3%", "亿元 + %: 亿元 is money (CNY), % is a ratio; they cannot be added"),
        (
            "5亿元",
            "-",
            "3亿美元",
            "亿元 - 亿美元: 亿元 is money (CNY), 亿美元 is money (USD); they cannot be subtracted",
        ),
        ("26家", "+", "3款", "家 + 款: 家 is a count of 家, 款 is a count of 款; they cannot be added"),
        ("2pp", "-", "3%", "pp - %: pp is a difference of ratios, % is a ratio; they cannot be subtracted"),
        (
            "3",
            "+",
            "2天",
            "a bare number + 天: a bare number is a pure number, 天 is a time in seconds; they cannot be added",
        ),
        (
            "5元/股",
            "+",
            "3元",
            "元/股 + 元: 元/股 is a quantity in CNY/share, 元 is money (CNY); they cannot be added",
        ),
    ],
)
def test_nonsense_is_refused_in_words(left: str, sign: str, right: str, message: str) -> None:
    a, b = parse_quantity(left), parse_quantity(right)
    with pytest.raises(UnitError, match=f"^{re.escape(message)}$"):
        _ = a + b if sign == "+" else a - b


@pytest.mark.parametrize(
    ("expression", "value", "unit"),
    [
        (("5%", "-", "4%"), "1", "pp"),
        (("5%", "+", "0.3pp"), "5.3", "%"),
        (("0.3pp", "+", "5%"), "5.3", "%"),
        (("50bp", "+", "0.5pp"), "100", "bp"),
        (("5%", "-", "50bp"), "4.5", "%"),
        (("12.5%", "*", "1000亿元"), "125", "亿元"),
        (("10亿元", "/", "4亿元"), "2.5", ""),
        (("10亿元", "+", "500百万元"), "15", "亿元"),
        (("18倍", "*", "2元"), "36", "元"),
        (("40个", "/", "2年"), "20", "个/年"),
        (("120亿元", "/", "60家"), "2", "亿元/家"),
        (("6%", "/", "3年"), "2", "%/年"),
        (("1", "/", "0.25秒"), "4", "/秒"),
    ],
)
def test_sums_and_products_stand_in_the_unit_one_expects(
    expression: tuple[str, str, str], value: str, unit: str
) -> None:
    left, sign, right = expression
    a, b = parse_quantity(left), parse_quantity(right)
    result = {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[sign]()
    assert (result.value, result.unit) == (Fraction(value), parse_unit(unit))


def test_no_unit_begins_with_a_digit() -> None:
    per = Quantity.exact(1) / (parse_quantity("2元/股") * parse_quantity("3年"))
    assert per.unit.symbol == "share/CNY·month"
    assert (Quantity.exact(8) / parse_quantity("$2M")).unit.symbol == "/USD"  # a sign before has no place below
    per_company = Quantity.exact(1) / (parse_quantity("2家") * parse_quantity("3年"))
    assert english_unit(per_company.unit).symbol == "/company·month"


def test_division_by_what_may_be_zero() -> None:
    with pytest.raises(IntervalError, match="may be 0"):
        _ = parse_quantity("5亿元") / parse_quantity("0.0亿元")


@pytest.mark.parametrize("make", [Quantity.printed, Quantity.exact])
@pytest.mark.parametrize("text", ["NaN", "inf", "abc", "", "1,000"])
def test_a_quantity_of_no_number(make: object, text: str) -> None:
    with pytest.raises(QuantityError, match="is not a number"):
        make(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Period.quarter(2024, 5),
        lambda: Period.half(2024, 0),
        lambda: Period.month(2024, 13),
        lambda: Period.plan(0),
    ],
)
def test_a_period_that_does_not_exist(make: object) -> None:
    with pytest.raises(QuantityError):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("quantity", "options", "text"),
    [
        (Quantity.printed("2428.5", YI_YUAN), {"decimals": 1}, "2428.5亿元"),
        (Quantity.printed("2428.5", YI_YUAN), {"decimals": 2, "language": "en"}, "RMB 242.85bn"),
        (
            Quantity.printed("2428.5", YI_YUAN),
            {"decimals": 0, "unit": parse_unit("百万元"), "grouping": True},
            "242,850百万元",
        ),
        (Quantity.exact("2.5", PERCENT), {"decimals": 0}, "3%"),
        (Quantity.exact("-2.5", PERCENT), {"decimals": 0}, "-3%"),
        (Quantity.exact("5.3", PERCENT), {"decimals": 1, "sign": True}, "+5.3%"),
        (Quantity.exact("0", PERCENT), {"decimals": 1, "sign": True}, "0.0%"),
        (Quantity.exact("-0.04", PERCENT), {"decimals": 1}, "0.0%"),
        (Quantity.exact("0.78", POINT_OF_PERCENT), {"decimals": 2}, "0.78pp"),
        (Quantity.exact(26, parse_unit("家")), {"decimals": 0}, "26家"),
        (Quantity.exact(26, parse_unit("家")), {"decimals": 0, "language": "en"}, "26 companies"),
        (
            Quantity.exact("1.2", parse_unit("万家")),
            {"decimals": 0, "language": "en", "grouping": True},
            "12,000 companies",
        ),
        (Quantity.exact("-485", parse_unit("$M")), {"decimals": 0}, "-$485M"),
        (Quantity.exact("485", parse_unit("$M")), {"decimals": 0, "sign": True}, "+$485M"),
        (Quantity.exact("34.2", parse_unit("倍")), {"decimals": 1, "language": "en"}, "34.2x"),
        (Quantity.exact("16.64", parse_unit("元/股")), {"decimals": 2, "language": "en"}, "RMB 16.64/share"),
        (Quantity.exact("6.9", parse_unit("亿千瓦")), {"decimals": 0, "language": "en"}, "690 GW"),
        (Quantity.exact("50", parse_unit("TOPS")), {"decimals": 0, "language": "en"}, "50 TOPS"),
        (Quantity.exact("12345.678", NONE), {"decimals": 2, "grouping": True}, "12,345.68"),
    ],
)
def test_printed_forms(quantity: Quantity, options: dict[str, object], text: str) -> None:
    assert format_quantity(quantity, **options) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "label"),
    [
        ("亿元", "RMB 100mn"),
        ("百万元", "RMB mn"),
        ("万家", "10k companies"),
        ("%", "%"),
        ("倍", "x"),
        ("元/股", "RMB/share"),
        ("$M", "$M"),
    ],
)
def test_labels_of_english_headers(unit: str, label: str) -> None:
    assert unit_label(parse_unit(unit), "en") == label


def test_a_unit_without_english_word_is_refused() -> None:
    with pytest.raises(UnitError, match="unit '串'"):
        english_unit(Unit("串", (("count:串", 1),)))


@pytest.mark.parametrize(
    ("period", "zh", "en", "code"),
    [
        (Period.year(2024), "2024年", "2024", "2024"),
        (Period.year(2024, True), "2024E", "2024E", "2024E"),
        (Period.year(2023, False), "2023A", "2023A", "2023A"),
        (Period.half(2024, 1), "2024年上半年", "H1 2024", "2024H1"),
        (Period.quarter(2024, 3), "2024年三季度", "Q3 2024", "2024Q3"),
        (Period.month(2024, 5), "2024年5月", "May 2024", "2024M5"),
        (parse_period("2024-06-30"), "2024年6月30日", "30 June 2024", "2024-06-30"),
        (parse_period("2024年1-5月"), "2024年1-5月", "YTD to 31 May 2024", "2024M1-5"),
        (Period.plan(14), "十四五", "14th Five-Year Plan", "十四五"),
        (parse_period("2022-2026年"), "2022-2026年", "2022-2026", "2022-2026年"),
        (parse_period("2021-2026E"), "2021-2026E", "2021-2026E", "2021-2026E"),
        (parse_period("2014-2024M1~5"), "2014年1月-2024年5月", "2014M1-2024M5", "2014M1-2024M5"),
    ],
)
def test_periods_as_they_are_printed(period: Period, zh: str, en: str, code: str) -> None:
    assert format_period(period) == zh
    assert format_period(period, "en") == en
    assert format_period(period, "en", "code") == format_period(period, "zh", "code") == code


def test_a_fiscal_quarter_is_written_as_its_days() -> None:
    quarter = Period("quarter", parse_period("2024-01-29").start, parse_period("2024-04-28").end)
    assert format_period(quarter) == "2024-01-29/2024-04-28 quarter"


def test_one_object_for_all_spellings_of_a_quarter() -> None:
    texts = ["24Q1", "2024Q1", "2024年Q1", "2024年一季度", "2024年第一季度", "1Q24", "1Q2024", "Q1 2024", "２０２４Q1"]
    assert {parse_period(text) for text in texts} == {Period.quarter(2024, 1)}


def test_a_period_without_year_needs_one() -> None:
    with pytest.raises(QuantityError, match="names no year; pass reference_year"):
        parse_period("Q3")
    assert parse_period("Q3", reference_year=2024) == Period.quarter(2024, 3)
    assert parse_period("6月18日", reference_year=2024) == parse_period("2024-06-18")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no number"),
        ("2.4亿元、3.1亿元", "holds 2 numbers (2.4亿元, 3.1亿元); one is expected"),
        ("2024Q1", "is a period, no quantity"),
        ("H100", "is a name, no quantity"),
        ("营收5亿元", "is the number '5亿元' and '营收'"),
        ("5亿匹", "is the number '5亿' and '匹', which is no unit that is known"),
        ("几十家", "is a vague, no quantity"),
    ],
)
def test_what_parse_quantity_says(text: str, message: str) -> None:
    with pytest.raises(QuantityError, match=re.escape(message)):
        parse_quantity(text)


def test_a_mention_tells_what_stands_beside_the_number() -> None:
    about, near, limit, plus, signed = scan("约5%，近7000家，超3亿元，20+款，+4%")
    assert [(m.approximate, m.bound) for m in (about, near, limit, plus, signed)] == [
        (True, "about"),
        (True, "near"),
        (True, "at least"),
        (True, "at least"),
        (False, None),
    ]
    assert [m.signed for m in (about, near, limit, plus, signed)] == [False, False, False, False, True]


def test_members_of_a_list_share_its_start() -> None:
    text = "2023/2024年分别为11.0%、16.1%，另有3%"
    groups = [(mention.text, mention.group) for mention in scan(text)]
    assert groups == [("2023", 0), ("2024年", 0), ("11.0%", 13), ("16.1%", 13), ("3%", None)]


def test_a_bare_year_is_offered_as_number_and_as_year() -> None:
    (mention,) = scan("2023")
    assert (mention.kind, mention.period) == ("number", Period.year(2023))
    assert mention.quantity == Quantity.printed("2023")


def test_the_unit_of_a_header_makes_a_bare_number_a_measurement() -> None:
    (mention,) = scan("4747.8", unit=YI_YUAN)
    assert (mention.kind, mention.quantity) == ("measure", Quantity.printed("4747.8", YI_YUAN))
    (printed,) = scan("16.64元", unit=YI_YUAN)
    assert printed.quantity == Quantity.printed("16.64", YUAN)


def test_intervals_that_cannot_be() -> None:
    with pytest.raises(IntervalError, match="upside down"):
        Interval(Fraction(2), Fraction(1))
    with pytest.raises(IntervalError, match="no intervals"):
        Interval.hull([])


# the package

MODULES = [f"yanbao.quantity.{module.name}" for module in pkgutil.iter_modules(yanbao.quantity.__path__)]


@pytest.mark.parametrize("name", ["yanbao.quantity", *MODULES])
def test_examples_in_docstrings_run(name: str) -> None:
    module = importlib.import_module(name)
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


def test_public_functions_have_an_example() -> None:
    functions = [name for name in yanbao.quantity.__all__ if name.islower()]
    assert len(functions) == 15
    for name in functions:
        assert ">>> " in (getattr(yanbao.quantity, name).__doc__ or ""), name


def test_every_exported_name_is_there() -> None:
    names = yanbao.quantity.__all__
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(yanbao.quantity, name) is not None
    # a module of the same name would hide the function as soon as it is imported
    assert not {name.rpartition(".")[2] for name in MODULES} & set(names)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        yanbao.quantity.nothing_like_it  # noqa: B018


def test_the_import_needs_only_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import yanbao.quantity\n"
        "from yanbao.quantity import scan, parse_period\n"
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(tops - set(sys.stdlib_module_names) - {'yanbao'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
