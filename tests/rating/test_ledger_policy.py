"""The policy: bounds as printed, hits by the trade's definition, one line of text there and back."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanbao.errors import Mistake, RatingError
from yanbao.evidence import parse_toml
from yanbao.rating import Band, RatingPolicy, Scale

LINE = "买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20"  # DEFINITIONS.md, Ratings
ROOT = Path(__file__).parents[2]

# by hand from the definitions: relative return in %, realised class, and which ratings would have been a hit
BY_HAND = [
    ("20.01", "买入", "买入 持有"),
    ("20", "持有", "持有"),
    ("10.000001", "持有", "持有"),
    ("10", "中性", "中性"),
    ("0", "中性", "中性"),
    ("-10", "中性", "中性"),
    ("-10.5", "回避", "回避"),
    ("-20", "回避", "回避"),
    ("-20.0001", "卖出", "回避 卖出"),
    ("900", "买入", "买入 持有"),
    ("-99", "卖出", "回避 卖出"),
]


@pytest.mark.parametrize(("percent", "realised", "hits"), BY_HAND)
@pytest.mark.parametrize("kind", [Decimal, Fraction, float])
def test_classes_and_hits_by_hand(percent: str, realised: str, hits: str, kind: type) -> None:
    scale = Scale.parse(LINE)
    value = kind(Fraction(percent) / 100) if kind is not Decimal else Decimal(percent) / 100
    assert scale.classify(value) == realised
    assert [name for name in scale.names if scale.hit(name, value)] == hits.split()


def test_the_example_workspace_prints_the_line_and_names_both_languages() -> None:
    policy = _policy((ROOT / "examples/computer-2024h1/yanbao.toml").read_text("utf-8"))
    assert str(policy.scale("company")) == LINE
    assert str(policy.scale("sector")) == "强于大市>5; 跟随大市[-5,5]; 弱于大市<-5"
    assert str(policy.scale("sector", "en")) == "Outperform>5; Market perform[-5,5]; Underperform<-5"
    assert policy.classify("company", Decimal("0.2")).name.en == "Hold"
    assert policy.hit("company", "Hold", 0.3)
    assert policy.hit("company", "持有", 0.3)
    assert not policy.hit("sector", "Market perform", 0.051)


def _policy(text: str) -> RatingPolicy:
    import tomllib

    return RatingPolicy.model_validate(tomllib.loads(text)["rating"])


def test_a_policy_of_three_has_its_neutral_where_nought_is() -> None:
    scale = Scale.parse("Outperform>=5;Neutral(-5,5);Underperform<=-5")
    assert scale.neutral == 1
    assert scale.classify(Decimal("0.05")) == "Outperform"
    assert scale.classify(Decimal("-0.05")) == "Underperform"
    assert str(scale) == "Outperform>=5; Neutral(-5,5); Underperform<=-5"


def test_nought_may_lie_in_the_best_band() -> None:
    scale = Scale.parse("Positive>=0; Negative<0")
    assert scale.neutral == 0
    assert scale.hit("Positive", 0.5)
    assert scale.hit("Negative", -0.5)
    assert not scale.hit("Positive", -0.0001)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("买入>20; 卖出<-20", "there is a gap between -20 and 20 %"),
        ("买入>20; 中性[-5,25]; 卖出<-5", "there is an overlap between 25 and 20 %"),
        ("买入>20; 卖出<20", "no rating has the return of 20 %"),
        ("买入>=20; 卖出<=20", "both ratings have the return of 20 %"),
        ("卖出<-20; 中性[-20,20]; 买入>20", "overlaps the rating before it"),
        ("买入(20,30]; 中性<=20", "no rating covers returns over 30 %"),
        ("买入>20; 中性[0,20]", "no rating covers returns under 0 %"),
        ("买入>20; 中性(20,20]; 卖出<=20", "the band is empty"),
        ("买入>20; 买入[-20,20]; 卖出<-20", "'买入' stands twice"),
        ("买入>20; ; 卖出<=20", "'' is no rating with its band"),
        ("买入>1e3; 卖出<=1e3", "is no rating with its band"),
        ("买入>99999; 卖出<=99999", "is no rating with its band"),
        ("", "is no rating with its band"),
    ],
)
def test_a_line_that_is_no_policy_says_why(line: str, told: str) -> None:
    with pytest.raises(RatingError) as caught:
        Scale.parse(line)
    assert told in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_return_has_no_class(value: float) -> None:
    with pytest.raises(RatingError, match="is no return"):
        Scale.parse(LINE).classify(value)


def test_an_unknown_rating_names_those_there_are() -> None:
    with pytest.raises(RatingError, match="it has 买入, 持有, 中性, 回避, 卖出"):
        Scale.parse(LINE).hit("增持", 0.1)


NAMES = st.text(st.characters(blacklist_characters=";", blacklist_categories=("C", "Z")), min_size=1, max_size=6)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    bounds = draw(st.lists(st.decimals(-99, 99, places=2), min_size=1, max_size=6, unique=True))
    bounds.sort(reverse=True)
    names = draw(st.lists(NAMES, min_size=len(bounds) + 1, max_size=len(bounds) + 1, unique=True))
    upper = draw(st.lists(st.booleans(), min_size=len(bounds), max_size=len(bounds)))
    parts = [f"{names[0]}{'>=' if upper[0] else '>'}{bounds[0]}"]
    for at in range(1, len(bounds)):
        left, right = "[" if upper[at] else "(", ")" if upper[at - 1] else "]"
        parts.append(f"{names[at]}{left}{bounds[at]},{bounds[at - 1]}{right}")
    parts.append(f"{names[-1]}{'<' if upper[-1] else '<='}{bounds[-1]}")
    return Scale.parse("; ".join(part.replace("-0.00", "0.00") for part in parts))


@given(scales())
def test_a_line_reads_back_as_the_scale_that_printed_it(scale: Scale) -> None:
    assert Scale.parse(str(scale)) == scale
    assert str(Scale.parse(str(scale))) == str(scale)


@given(scales(), st.decimals(-2, 2, places=4))
def test_every_return_has_one_class_only(scale: Scale, value: Decimal) -> None:
    assert [grade.name for grade in scale.grades if grade.holds(value)] == [scale.classify(value)]
    assert scale.hit(scale.classify(value), value)


def _mistakes(rating: str) -> list[Mistake]:
    found: list[Mistake] = []
    parse_toml(rating, "yanbao.toml", RatingPolicy, found)
    return found


HEAD = 'horizon_months = 6\nbenchmark = "CSI 300"\n[[sector]]\nname = "up"\nabove = 0\n[[sector]]\nname = "down"\n'


def test_gaps_of_a_workspace_stand_at_their_band() -> None:
    text = (
        HEAD
        + 'up_to = 0\n[[company]]\nname = { zh = "买入", en = "Buy" }\nabove = 20\n[[company]]\nname = "卖出"\nbelow = -20\n'
    )
    (mistake,) = _mistakes(text)
    assert (mistake.line, mistake.field) == (12, "company.1")
    assert mistake.cause == "there is a gap between -20 and 20 %, before it stands '买入'"


def test_a_band_with_two_lower_bounds_is_a_mistake() -> None:
    text = HEAD + 'up_to = 0\nabove = -5\nat_least = -4\n[[company]]\nname = "x"\n[[company]]\nname = "y"\nbelow = 3\n'
    assert [(mistake.line, mistake.cause) for mistake in sorted(_mistakes(text))] == [
        (6, "has above and at_least: a band has one lower and one upper bound"),
        (11, "a rating needs a bound: above or at_least, up_to or below"),
    ]


def test_the_policy_is_still_that_of_the_workspace() -> None:
    from yanbao.author import workspace

    assert workspace.Workspace.model_fields["rating"].annotation is RatingPolicy
    assert list(Band.model_fields) == ["name", "above", "at_least", "up_to", "below"]
