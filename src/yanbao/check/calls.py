"""Are the calls of a document those of its workspace, and do its pages print them: numbers, ratings, interests?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from yanbao.check.again import calculator_again
from yanbao.check.atoms import Atom, Group, squeeze
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.inputs import as_day, localized
from yanbao.check.subject import DOCUMENT, Subject, operands, shown
from yanbao.document.tree import Call, Figure
from yanbao.errors import FactError, FormulaError, QuantityError, RatingError
from yanbao.fact.fact import Fact
from yanbao.rating import Scale

_FILE = "yanbao.toml"
_CELL = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)\[([^\[\]:{}]+)\]")
_MEASURES = ("eps", "net_profit", "revenue")


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each call that is not as declared, or that no page prints as it is."""
    data = subject.files.key(_FILE, "calls")
    declared = [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    calls = subject.document.calls
    if len(declared) != len(calls):
        text = f"{_FILE} declares {len(declared)} calls; the document makes {len(calls)}"
        yield Finding("call", Claim(str(len(calls))), (Where(DOCUMENT),), text, Recomputed(str(len(declared))))
        return
    for index, (call, own) in enumerate(zip(calls, declared, strict=True)):
        yield from _declared(subject, index, call, own)
        rows = [groups for groups in _rows(subject) if any(squeeze(group.text) == call.security for group in groups)]
        yield from _numbers(subject, index, call, own, rows)
        yield from _rating(subject, index, call, rows)
        yield from _target(subject, index, call)
        yield from _interests(subject, index, call)


def _finding(
    code: str, index: int, call: Call, claimed: str, right: str, text: str, page: int | None = None
) -> Finding:
    return Finding(code, Claim(claimed), _places(index, call, page), text, Recomputed(right))


def _places(index: int, call: Call, page: int | None = None) -> tuple[Where, ...]:
    """Return where a call stands: in the document, and in the settings that declare it."""
    text = f"calls[{index}]: {call.security}"
    return Where(DOCUMENT, page, text=text), Where(f"inputs/{_FILE}", text=text)


def _declared(subject: Subject, index: int, call: Call, own: dict[str, Any]) -> Iterator[Finding]:
    """Compare what a call states in words and days with what yanbao.toml declares."""
    files = subject.files
    policy = files.key(_FILE, "rating")
    policy = policy if isinstance(policy, dict) else {}
    people = files.key(_FILE, "analysts")
    licensed = {one.get("licence"): _names(one.get("name")) for one in people or () if isinstance(one, dict)}
    horizon = policy.get("horizon_months")
    months = own.get("target_months", horizon) if "target" in own else None
    wanted: dict[str, tuple[object, object]] = {
        "scope": (call.scope, own.get("scope", "company")),
        "security": (call.security, own.get("security")),
        "benchmark": (call.benchmark, files.key(_FILE, "ledger.benchmark")),
        "horizon_months": (call.horizon_months, horizon),
        "licence": (call.licence, own.get("analyst")),
        "price_day": (call.price_day, as_day(own.get("price_day"))),
        "target_months": (call.target_months, months),
    }
    for key, (said, right) in wanted.items():
        if said != right:
            cause = f"the {key} of the call on {call.security} is {said}; {_FILE} declares {right}"
            yield _finding("call", index, call, str(said), str(right), cause)
    for key, name, names in (
        ("name", call.name, _names(own.get("name"))),
        ("analyst", call.analyst, licensed.get(own.get("analyst"), set())),
    ):
        if name not in names:
            right = " / ".join(sorted(names))
            cause = f"the {key} of the call on {call.security} is {name!r}; {_FILE} declares {right!r}"
            yield _finding("call", index, call, name, right, cause)
    yield from _policy(index, call, policy)
    band = _band(index, call, policy)
    if own.get("rating") not in _names(band):
        right = str(own.get("rating"))
        cause = f"the call on {call.security} rates it {call.rating!r}; {_FILE} declares {right!r}"
        yield _finding("call-rating", index, call, call.rating, right, cause)


def _names(text: object) -> set[str]:
    """Return a text of the workspace in all languages that it has."""
    return {text} if isinstance(text, str) else set(text.values()) if isinstance(text, dict) else set()


def _band(index: int, call: Call, policy: dict[str, Any]) -> object:
    """Return the name, in all languages, of the band of yanbao.toml that a call names."""
    bands = [band for band in policy.get(call.scope) or () if isinstance(band, dict)]
    return next((band.get("name") for band in bands if call.rating in _names(band.get("name"))), None)


def _policy(index: int, call: Call, policy: dict[str, Any]) -> Iterator[Finding]:
    """Each call carries the definitions of its scope: names and bounds, in their order."""
    try:
        grades = Scale.parse(call.policy).grades
    except RatingError as error:
        cause = f"the definitions of the call on {call.security} cannot be read: {error}"
        yield _finding("rating-definitions", index, call, call.policy, "", cause)
        return
    bands = [band for band in policy.get(call.scope) or () if isinstance(band, dict)]
    said = [(grade.name, grade.low, grade.low_in, grade.high, grade.high_in) for grade in grades]
    same = len(said) == len(bands)
    for (name, low, low_in, high, high_in), band in zip(said, bands, strict=False):
        right = (
            band.get("at_least", band.get("above")),
            "at_least" in band,
            band.get("up_to", band.get("below")),
            "up_to" in band,
        )
        same = same and name in _names(band.get("name")) and (low, low_in, high, high_in) == right
    if not same:
        cause = f"the call on {call.security} is made by {call.policy!r}, which are not the bands of {_FILE}"
        yield _finding("rating-definitions", index, call, call.policy, _FILE, cause)


def _rows(subject: Subject) -> list[list[Group]]:
    """Return the rows of the tables on legal pages, each as the groups of its cells."""
    found: dict[tuple[int, str, str], list[Group]] = {}
    for page, group in subject.groups:
        if group.role == "cell" and page.number in subject.legal_pages:
            found.setdefault((page.number, group.block, group.at.partition(",")[0]), []).append(group)
    return list(found.values())


def _numbers(
    subject: Subject, index: int, call: Call, own: dict[str, Any], rows: list[list[Group]]
) -> Iterator[Finding]:
    """Each number of a call is what its expression comes to, and stands on a page beside the security."""
    figures, expressions = dict(call.figures()), dict(_expressions(own))
    for key in sorted(figures.keys() ^ expressions.keys()):
        where = _FILE if key in expressions else "the document"
        cause = f"the {key} of the call on {call.security} stands in {where} only"
        yield _finding("call", index, call, key, "", cause)
    for key in sorted(figures.keys() & expressions.keys()):
        figure, expression = figures[key], expressions[key]
        fact = subject.fact(figure.fact)
        if fact is None or fact.quantity is None:
            cause = f"the {key} of the call on {call.security} is {figure.fact}, which has no value in the document"
            yield _finding("call", index, call, figure.fact, "", cause)
            continue
        right = _again(subject, expression, fact)
        if right is not None:
            cause = f"the {key} of the call on {call.security} is {shown(fact)}, {fact.id}; {expression} is {right}"
            claim, place = Claim(shown(fact), fact.quantity.value), _places(index, call)
            yield Finding("call", claim, place, cause, Recomputed(right), operands(subject, fact))
        elif not any(_prints(atom, figure, fact) for row in rows for group in row for atom in group.atoms):
            cause = f"no page prints the {key} of the call on {call.security}, {shown(fact)}, beside it"
            yield _finding("call", index, call, shown(fact), "", cause)


def _expressions(own: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("price", "target", "benchmark_return"):
        if isinstance(own.get(key), str):
            yield key, own[key]
    estimates = own.get("estimates")
    for measure in _MEASURES:
        periods = estimates.get(measure) if isinstance(estimates, dict) else None
        for period, text in (periods if isinstance(periods, dict) else {}).items():
            yield f"estimates.{measure}.{period}", str(text)


def _again(subject: Subject, expression: str, fact: Fact) -> str | None:
    """Return what an expression of yanbao.toml comes to where it is not the fact, `None` where it is."""
    cell = _CELL.fullmatch(expression.strip())
    if cell is not None and fact.id == f"{cell[1]}.{cell[2]}@{cell[3].strip()}":
        return None
    calculator = calculator_again(subject)
    if calculator is None:
        return "not known: the inputs cannot be computed again"
    try:
        other = calculator.prose(expression)
    except (FormulaError, QuantityError, FactError) as error:
        return f"not known: {error}"
    same = other.id == fact.id or (other.quantity is not None and other.quantity == fact.quantity)
    return None if same else shown(other)


def _prints(atom: Atom, figure: Figure, fact: Fact) -> bool:
    if atom.kind != "number" or atom.fact != figure.fact:
        return False
    assert fact.quantity is not None
    same_unit = atom.unit in (None, fact.quantity.unit.symbol)
    return not same_unit or atom.decimals == figure.decimals


def _rating(subject: Subject, index: int, call: Call, rows: list[list[Group]]) -> Iterator[Finding]:
    """The table of calls shows the rating, and wherever else the report prints one of this security, it is the same."""
    bands = subject.files.key(_FILE, f"rating.{call.scope}")
    bands = [band for band in bands if isinstance(band, dict)] if isinstance(bands, list) else []
    language = subject.document.language
    names = [str(localized(band.get("name", ""), language)) for band in bands]
    at = next((at for at, band in enumerate(bands) if call.rating in _names(band.get("name"))), None)
    if at is None:
        return  # reported as declared otherwise
    wanted = f"workspace.rating.{call.scope}.{at}.name"
    if not any(atom.fact == wanted for row in rows for group in row for atom in group.atoms):
        cause = f"no page prints the rating of the call on {call.security}, {names[at]!r}, beside it"
        yield _finding("call-rating", index, call, names[at], "", cause)
    from yanbao.check.rating_words import other_ratings

    called = {call.security, call.security.partition(".")[0], *_names(subject.files.key(_FILE, f"calls.{index}.name"))}
    for page, text, said in other_ratings(subject, called, names, names[at]):
        cause = f"page {page} rates {call.name} {said!r}; the call is {names[at]!r}: {text!r}"
        yield _finding("call-rating", index, call, said, names[at], cause, page)


def _target(subject: Subject, index: int, call: Call) -> Iterator[Finding]:
    """A target agrees with a rating if what it promises beyond the benchmark's expected return lies in the band.

    Upside = target price / price - 1, less the benchmark's expected return; only where that is stated, and over the
    policy's horizon. What rounding of the three leaves open is no contradiction.
    """
    from yanbao.formula import evaluate, parse

    parts = (call.target, call.price, call.benchmark_return)
    if None in parts or call.target_months != call.horizon_months:
        return
    facts = [subject.fact(figure.fact) for figure in parts if figure is not None]
    if any(fact is None or fact.quantity is None for fact in facts):
        return  # reported as a number without a value
    known = {fact.id: fact.quantity for fact in facts if fact is not None and fact.quantity is not None}
    target, price, benchmark = (fact.id for fact in facts if fact is not None)
    try:
        found = evaluate(parse(f"{{{target}}} / {{{price}}} - 1 - {{{benchmark}}}"), known.__getitem__)
        scale = Scale.parse(call.policy)
        grade = scale.grades[scale.place(call.rating)]
    except (FormulaError, QuantityError, RatingError) as error:
        cause = f"the target of the call on {call.security} cannot be weighed: {error}"
        yield _finding("call-target", index, call, call.rating, "", cause)
        return
    low, high = (
        None if end is None else end * found.unit.scale * 100 for end in (found.interval.low, found.interval.high)
    )
    above = high is None or grade.low is None or _beyond(high, Fraction(grade.low), grade.low_in)
    below = low is None or grade.high is None or _beyond(Fraction(grade.high), low, grade.high_in)
    if not (above and below):
        value = float(found.value * found.unit.scale * 100)
        cause = (
            f"the target of the call on {call.security} promises {value:+.1f} % beyond the benchmark;"
            f" {call.rating!r} means {grade}"
        )
        yield _finding("call-target", index, call, f"{value:+.1f} %", str(grade), cause)


def _beyond(one: Fraction, other: Fraction, included: bool) -> bool:
    return one > other or (included and one == other)


def _interests(subject: Subject, index: int, call: Call) -> Iterator[Finding]:
    """A legal page tells for each security which interests there are, and who signs with which licence."""
    for page, group in subject.groups:
        if group.role != "paragraph" or page.number not in subject.legal_pages:
            continue
        facts = [atom.fact or "" for atom in group.atoms]
        told = f"workspace.calls.{index}.interests" in facts and f"workspace.calls.{index}.security" in facts
        if told and any(
            fact.startswith("workspace.analysts.") and subject.document.facts[fact].text == call.licence
            for fact in facts
            if fact in subject.document.facts
        ):
            return
    cause = f"no legal page tells the interests in {call.security} with the licence of who signs"
    yield _finding("interests", index, call, "", call.licence, cause)
