"""The rating policy: what each rating promises, which class a return falls into, and whether a call was a hit."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails

from yanbao.errors import RatingError
from yanbao.evidence import Strict, Text

Scope = Literal["company", "sector"]
SCOPES: Final[tuple[Scope, ...]] = ("company", "sector")

_NUMBER: Final = r"-?(?:0|[1-9]\d{0,3})(?:\.\d{1,4})?"
_GRADE: Final = re.compile(
    rf"(?P<name>.+?)\s*(?:(?P<sign>>=?|<=?)(?P<bound>{_NUMBER})"
    rf"|(?P<open>[\[(])(?P<low>{_NUMBER}),(?P<high>{_NUMBER})(?P<close>[\])]))"
)


class Band(Strict):
    """A rating and its band of return relative to the benchmark, in %; a band has one lower and one upper bound."""

    name: Text = Field(description="The rating.", examples=['{ zh = "买入", en = "Buy" }'])
    above: int | None = Field(default=None, description="Lower bound in %, itself not in the band.", examples=["20"])
    at_least: int | None = Field(default=None, description="Lower bound in %, itself in the band.", examples=["-10"])
    up_to: int | None = Field(default=None, description="Upper bound in %, itself in the band.", examples=["20"])
    below: int | None = Field(default=None, description="Upper bound in %, itself not in the band.", examples=["-10"])

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.low is None and self.high is None:
            raise ValueError("a rating needs a bound: above or at_least, up_to or below")
        for one, other in (("above", "at_least"), ("up_to", "below")):
            if getattr(self, one) is not None and getattr(self, other) is not None:
                raise ValueError(f"has {one} and {other}: a band has one lower and one upper bound")
        return self

    @property
    def low(self) -> str | None:
        """The key of the lower bound, `None` where there is none."""
        return next((name for name in ("above", "at_least") if getattr(self, name) is not None), None)

    @property
    def high(self) -> str | None:
        """The key of the upper bound, `None` where there is none."""
        return next((name for name in ("up_to", "below") if getattr(self, name) is not None), None)

    def grade(self, language: str) -> Grade:
        """Return the band as a grade named in `language`; where it has no name in it, in the other one."""
        return Grade(
            self.name.get(language) or self.name.zh or self.name.en or "",
            None if self.low is None else Decimal(getattr(self, self.low)),
            self.low == "at_least",
            None if self.high is None else Decimal(getattr(self, self.high)),
            self.high == "up_to",
        )


@dataclass(frozen=True)
class Grade:
    """One rating of a scale: its name and its band in % of return relative to the benchmark, `None` where open."""

    name: str
    low: Decimal | None
    low_in: bool
    high: Decimal | None
    high_in: bool

    def __str__(self) -> str:
        if self.low is not None and self.high is not None:
            inside = f"{_plain(self.low)},{_plain(self.high)}"
            return f"{self.name}{'[' if self.low_in else '('}{inside}{']' if self.high_in else ')'}"
        if self.low is not None:
            return f"{self.name}{'>=' if self.low_in else '>'}{_plain(self.low)}"
        assert self.high is not None
        return f"{self.name}{'<=' if self.high_in else '<'}{_plain(self.high)}"

    def holds(self, relative_return: Fraction | Decimal | float) -> bool:
        """Whether a relative return, as a fraction of 1, lies in the band."""
        if self.low is not None:
            bound = _bound(self.low, relative_return)
            if not (relative_return > bound or (self.low_in and relative_return == bound)):
                return False
        if self.high is None:
            return True
        bound = _bound(self.high, relative_return)
        return relative_return < bound or (self.high_in and relative_return == bound)


@dataclass(frozen=True)
class Scale:
    """The ratings of companies or of sectors, best first: bands that meet, with no gap and no overlap.

    It prints as one line, which each entry of a ledger carries: a call is scored by the definitions of its own day.

    >>> scale = Scale.parse("买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20")
    >>> scale.classify(Decimal("0.20")), scale.classify(0.2001), scale.classify(-0.1)
    ('持有', '买入', '中性')
    >>> scale.hit("持有", 0.25), scale.hit("中性", 0.25), scale.hit("回避", -0.3)
    (True, False, True)
    >>> str(scale)
    '买入>20; 持有(10,20]; 中性[-10,10]; 回避[-20,-10); 卖出<-20'

    Raises:
        RatingError: names that stand twice or cannot be printed on the line, gaps, overlaps, bands out of order.
    """

    grades: tuple[Grade, ...]

    def __post_init__(self) -> None:
        found = [*_names(self.grades), *_bounds(self.grades)]
        wrong = [f"{self.grades[at].name}: {cause}" if self.grades else cause for at, cause in found]
        wrong += [
            f"{grade.name!r} cannot be the name of a rating: no semicolon, no line break, no blank at its ends"
            for grade in self.grades
            if not grade.name or grade.name != grade.name.strip() or not grade.name.isprintable() or ";" in grade.name
        ]
        if wrong:
            raise RatingError("; ".join(wrong))

    @classmethod
    def parse(cls, line: str) -> Scale:
        """Return the scale that a line prints: `name>20; name(10,20]; name[-10,10]; name<-10`, in %.

        Raises:
            RatingError: a part that is no rating with its band; gaps, overlaps, names that stand twice.
        """
        grades: list[Grade] = []
        for part in line.split(";"):
            found = _GRADE.fullmatch(part.strip())
            if found is None:
                raise RatingError(f"{part.strip()[:40]!r} is no rating with its band: write 买入>20 or 持有(10,20]")
            name = found["name"]
            if found["sign"] is None:
                low, high = Decimal(found["low"]), Decimal(found["high"])
                grades.append(Grade(name, low, found["open"] == "[", high, found["close"] == "]"))
                continue
            bound, included = Decimal(found["bound"]), found["sign"].endswith("=")
            if found["sign"].startswith(">"):
                grades.append(Grade(name, bound, included, None, False))
            else:
                grades.append(Grade(name, None, False, bound, included))
        return cls(tuple(grades))

    def __str__(self) -> str:
        return "; ".join(str(grade) for grade in self.grades)

    @property
    def names(self) -> tuple[str, ...]:
        """The ratings, best first."""
        return tuple(grade.name for grade in self.grades)

    @property
    def neutral(self) -> int:
        """The place of the rating whose band holds 0."""
        return self.place_of_return(0.0)

    def place(self, rating: str) -> int:
        """Return where a rating stands: 0 for the best one.

        Raises:
            RatingError: no rating of this scale.
        """
        if rating not in self.names:
            raise RatingError(f"{rating!r} is no rating of the policy\n    hint: it has {', '.join(self.names)}")
        return self.names.index(rating)

    def place_of_return(self, relative_return: Fraction | Decimal | float) -> int:
        """Return the place of the rating whose band holds a relative return, a fraction of 1.

        Exact for `Fraction` and `Decimal`. A float is compared with the float nearest to the bound, so that 0.2 is
        20 %.

        Raises:
            RatingError: the return is no finite number.
        """
        if not math.isfinite(relative_return):
            raise RatingError(f"{relative_return} is no return")
        return next(at for at, grade in enumerate(self.grades) if grade.holds(relative_return))

    def classify(self, relative_return: Fraction | Decimal | float) -> str:
        """Return the realised class: which rating would have been right, given the relative return (0.2 is 20 %)?"""
        return self.names[self.place_of_return(relative_return)]

    def hit(self, rating: str, relative_return: Fraction | Decimal | float) -> bool:
        """Return whether a call was a hit: did the security do what its rating said?

        Above the neutral rating (the one whose band holds 0): a realised class at least as good as rated; the neutral
        rating: within its band; below it: at most as good.

        Raises:
            RatingError: no rating of this scale, or a return that is no finite number.
        """
        rated, realised = self.place(rating), self.place_of_return(relative_return)
        if rated < self.neutral:
            return realised <= rated
        return realised >= rated if rated > self.neutral else realised == rated


class RatingPolicy(Strict):
    """The rating policy: the page of rating definitions is made from it."""

    horizon_months: int = Field(ge=1, le=60, description="How far ahead a rating looks, in months.", examples=["6"])
    benchmark: Text = Field(
        description="What returns are measured against.", examples=['{ zh = "沪深300指数", en = "CSI 300" }']
    )
    company: tuple[Band, ...] = Field(min_length=1, description="The ratings of companies, best first.")
    sector: tuple[Band, ...] = Field(min_length=1, description="The ratings of sectors, best first.")

    @field_validator("company", "sector")
    @classmethod
    def _whole(cls, bands: tuple[Band, ...]) -> tuple[Band, ...]:
        chinese, english = ([band.grade(language) for band in bands] for language in ("zh", "en"))
        faults = list(dict.fromkeys([*_names(chinese), *_names(english), *_bounds(chinese)]))
        if faults:  # each at its band, where a ValueError would stand at the first one
            details = [
                InitErrorDetails(type="value_error", loc=(at,), input=bands[at], ctx={"error": ValueError(cause)})
                for at, cause in faults
            ]
            raise ValidationError.from_exception_data("bands", details)
        return bands

    def bands(self, scope: Scope) -> tuple[Band, ...]:
        """Return the bands of companies or of sectors, best first."""
        return self.company if scope == "company" else self.sector

    def scale(self, scope: Scope, language: str = "zh") -> Scale:
        """Return the ratings of a scope, named in `language`: what prints on one line and classifies returns.

        Raises:
            RatingError: a name that cannot stand on the line.
        """
        return Scale(tuple(band.grade(language) for band in self.bands(scope)))

    def classify(self, scope: Scope, relative_return: Fraction | Decimal | float) -> Band:
        """Return the band that a relative return (0.2 is 20 %) falls into."""
        return self.bands(scope)[self.scale(scope).place_of_return(relative_return)]

    def hit(self, scope: Scope, rating: str, relative_return: Fraction | Decimal | float) -> bool:
        """Return whether a call was a hit, its rating named in either language; see `Scale.hit`.

        Raises:
            RatingError: no rating of this policy, or a return that is no finite number.
        """
        chinese, english = self.scale(scope, "zh"), self.scale(scope, "en")
        return (english if rating in english.names else chinese).hit(rating, relative_return)


def _names(grades: Sequence[Grade]) -> list[tuple[int, str]]:
    """Return the names that stand twice, each with the place of its second grade."""
    names = [grade.name for grade in grades]
    return [(at, f"the rating {name!r} stands twice") for at, name in enumerate(names) if name in names[:at]]


def _bounds(grades: Sequence[Grade]) -> list[tuple[int, str]]:
    """Return what keeps bands from covering every return once, best first, each with the place of its grade."""
    if not grades:
        return [(0, "a policy needs ratings")]
    found: list[tuple[int, str]] = []
    for at, grade in enumerate(grades):
        if grade.low is not None and grade.high is not None:
            single = grade.low_in and grade.high_in
            if grade.low > grade.high or (grade.low == grade.high and not single):
                found.append((at, "the band is empty: its lower bound is not below its upper one"))
    if grades[0].high is not None:
        found.append((0, f"no rating covers returns over {_plain(grades[0].high)} %: the best one has no upper bound"))
    for at, (better, worse) in enumerate(pairwise(grades), 1):
        if better.low is None or worse.high is None:
            found.append((at, f"overlaps the rating before it, {better.name!r}: ratings stand best first"))
        elif better.low != worse.high:
            ends = f"{_plain(worse.high)} and {_plain(better.low)} %"
            kind = "there is a gap" if worse.high < better.low else "there is an overlap"
            found.append((at, f"{kind} between {ends}, before it stands {better.name!r}"))
        elif better.low_in == worse.high_in:
            both = "both ratings have" if better.low_in else "no rating has"
            hint = "at_least goes with below, above with up_to"
            found.append((at, f"{both} the return of {_plain(better.low)} %, before it stands {better.name!r}: {hint}"))
    if grades[-1].low is not None:
        low = _plain(grades[-1].low)
        found.append((len(grades) - 1, f"no rating covers returns under {low} %: the worst one has no lower bound"))
    return found


def _bound(percent: Decimal, like: Fraction | Decimal | float) -> Fraction | Decimal | float:
    """Return a bound in % as a fraction of 1, of the kind of number that it is compared with."""
    if isinstance(like, Decimal):
        return percent.scaleb(-2)
    return Fraction(percent) / 100 if isinstance(like, Fraction) else float(percent.scaleb(-2))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
