"""The calls that yanbao.toml declares -> calls of the document, each of their numbers a fact of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from yanbao.author.binding import default_decimals
from yanbao.author.call_spec import MEASURES, CallSpec
from yanbao.author.workspace import FILE, Workspace
from yanbao.document.tree import Call, Estimate, Figure
from yanbao.errors import FormulaError, Mistake, QuantityError, StoreError
from yanbao.evidence import Calculator, FollowOnError
from yanbao.fact.fact import Fact
from yanbao.quantity import Unit, parse_period
from yanbao.store.codes import read_code

_CURRENCY = re.compile(r"[A-Z]{3}")
_PER_SHARE = ("price", "target", "estimates.eps")
_SHARE_DECIMALS = 2  # of a price or an EPS that the model computes: their operands do not say how many

_Lines = Mapping[tuple[str, ...], int]


@dataclass(frozen=True)
class MadeCall:
    """A call with what its pages show: the place of its band and its analyst in yanbao.toml, its facts by key."""

    index: int
    spec: CallSpec
    call: Call
    band: int
    analyst: int
    facts: dict[str, Fact]


class CallMaker:
    """Makes the calls of a report; every mistake is noted with its line."""

    def __init__(self, workspace: Workspace, lines: _Lines, calculator: Calculator, mistakes: list[Mistake]) -> None:
        self._workspace, self._lines = workspace, lines
        self._calculator, self._mistakes = calculator, mistakes

    def calls(self) -> tuple[MadeCall, ...]:
        """Return the calls that have no mistake."""
        workspace = self._workspace
        if workspace.calls and workspace.ledger is None:
            hint = '[ledger] with benchmark = "000300.SH", the code of the rating policy\'s benchmark'
            self._mistakes.append(Mistake(FILE, self._line(("calls",)), "ledger", "is missing", hint))
        if workspace.ledger is not None:
            self._code(("ledger", "benchmark"), workspace.ledger.benchmark, "index")
        seen: dict[tuple[str, str], int] = {}
        made: list[MadeCall] = []
        for index, spec in enumerate(workspace.calls):
            first = seen.setdefault((spec.scope, spec.security), index)
            if first != index:
                line = self._line(("calls", str(first), "security"))
                self._mistake(index, "security", f"{spec.security} is called on line {line} too", "one call a security")
            found = self._call(index, spec)
            if found is not None:
                made.append(found)
        return tuple(made)

    def _line(self, path: tuple[str, ...]) -> int:
        return next((self._lines[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self._lines), 1)

    def _mistake(self, index: int, key: str, cause: str, hint: str = "") -> None:
        path = ("calls", str(index), *key.split("."))
        self._mistakes.append(Mistake(FILE, self._line(path), ".".join(path), cause, hint))

    def _code(self, path: tuple[str, ...], code: str, kind: str) -> None:
        try:
            right = read_code(code, kind)  # type: ignore[arg-type]
        except StoreError as error:
            self._mistakes.append(Mistake(FILE, self._line(path), ".".join(path), str(error).partition("\n")[0]))
            return
        if right != code:
            cause = f"{code!r} is not written in full"
            self._mistakes.append(Mistake(FILE, self._line(path), ".".join(path), cause, f'write "{right}"'))

    def _call(self, index: int, spec: CallSpec) -> MadeCall | None:
        before = len(self._mistakes)
        workspace = self._workspace
        if spec.scope == "company":
            self._code(("calls", str(index), "security"), spec.security, "stock")
        bands = workspace.rating.bands(spec.scope)
        band = next((at for at, one in enumerate(bands) if spec.rating in (one.name.zh, one.name.en)), None)
        if band is None:
            known = ", ".join(str(one.name.zh or one.name.en) for one in bands)
            self._mistake(
                index, "rating", f"{spec.rating!r} is no {spec.scope} rating of the policy", f"it has {known}"
            )
        analyst = next((at for at, one in enumerate(workspace.analysts) if one.licence == spec.analyst), None)
        if analyst is None:
            known = ", ".join(one.licence for one in workspace.analysts)
            self._mistake(index, "analyst", f"{spec.analyst!r} is no licence of [[analysts]]", f"there are {known}")
        published = workspace.report.published
        if spec.price_day is not None and spec.price_day > published:
            self._mistake(index, "price_day", f"{spec.price_day} is after the day of publication, {published}")
        if spec.price is None and spec.price_day is not None:
            self._mistake(index, "price_day", "is the day of a price that is not given", "add price, or drop it")
        if spec.target is None and spec.target_months is not None:
            self._mistake(index, "target_months", "is the horizon of a target that is not given")
        if spec.target is None and spec.benchmark_return is not None:
            self._mistake(index, "benchmark_return", "is there to weigh a target that is not given")
        facts = {key: fact for key, text in _expressions(spec) if (fact := self._fact(index, key, text)) is not None}
        currencies = {key: _currency(fact) for key, fact in facts.items() if key in ("price", "target")}
        if len(set(currencies.values())) > 1:
            self._mistake(index, "target", f"is in {currencies['target']}, the price in {currencies['price']}")
        if len(self._mistakes) > before or band is None or analyst is None or workspace.ledger is None:
            return None
        own = next(iter(currencies.values()), "")
        call = self._made(spec, facts, band, analyst, own, workspace.ledger.benchmark)
        return MadeCall(index, spec, call, band, analyst, facts)

    def _fact(self, index: int, key: str, text: str) -> Fact | None:
        """Return the fact that an expression of a call stands for, or note why there is none."""
        try:
            fact = self._calculator.prose(text)
        except FollowOnError:
            return None  # its own mistake is told
        except (FormulaError, QuantityError) as error:
            self._mistake(index, key, str(error))
            return None
        if fact.quantity is None:
            self._mistake(index, key, f"`{text}` has no value: {fact.missing or 'it is a text'}")
            return None
        cause = _misfit(key, fact, fact.quantity.unit)
        if cause:
            self._mistake(index, key, f"`{text}` {cause}")
            return None
        return fact

    def _made(
        self, spec: CallSpec, facts: Mapping[str, Fact], band: int, analyst: int, currency: str, benchmark: str
    ) -> Call:
        workspace, own = self._workspace, self._workspace.rating
        figures = {key: Figure(fact.id, decimals_of(key, fact)) for key, fact in facts.items()}
        language = "zh" if all(one.name.zh for one in own.bands(spec.scope)) else "en"
        scale = own.scale(spec.scope, language)
        person = workspace.analysts[analyst]
        return Call(
            spec.scope,
            spec.security,
            spec.name.zh or spec.name.en or "",
            scale.names[band],
            str(scale),
            benchmark,
            own.horizon_months,
            person.name.zh or person.name.en or "",
            person.licence,
            currency,
            figures.get("price"),
            spec.price_day,
            figures.get("target"),
            None if spec.target is None else spec.target_months or own.horizon_months,
            figures.get("benchmark_return"),
            tuple(
                Estimate(measure, period, figures[f"estimates.{measure}.{period}"])
                for measure in MEASURES
                for period in sorted(getattr(spec.estimates, measure))
            ),
        )


def _expressions(spec: CallSpec) -> Iterator[tuple[str, str]]:
    """Yield each expression of a call with its key."""
    for key in ("price", "target", "benchmark_return"):
        if (text := getattr(spec, key)) is not None:
            yield key, text
    for measure in MEASURES:
        for period, text in sorted(getattr(spec.estimates, measure).items()):
            yield f"estimates.{measure}.{period}", text


def _currency(fact: Fact) -> str:
    assert fact.quantity is not None
    return next(base for base, _ in fact.quantity.unit.dimension if _CURRENCY.fullmatch(base))


def _misfit(key: str, fact: Fact, unit: Unit) -> str:
    """Return what keeps a fact from being that number of a call, "" where nothing does."""
    powers = dict(unit.dimension)
    money = [base for base, power in powers.items() if _CURRENCY.fullmatch(base) and power == 1]
    if key == "benchmark_return":
        return "" if unit.symbol == "%" and not powers else f"is in {unit.describe()}, not in %"
    others = {base: power for base, power in powers.items() if base not in money}
    if key.startswith(_PER_SHARE) and unit.scale != 1:  # 百万元 measures what 元 does
        return f"is in {unit.symbol}, which is no {'price' if key in _PER_SHARE else 'amount a share'}"
    if len(money) != 1 or others not in ({}, {"share": -1} if key.startswith(_PER_SHARE) else {}):
        return f"is in {unit.describe()}, which is no {'price' if key in _PER_SHARE else 'amount of money'}"
    if key in ("price", "target"):
        assert fact.quantity is not None
        return "" if fact.quantity.value > 0 else "is not above 0"
    wanted = parse_period(key.rpartition(".")[2])
    if fact.period is None:
        return "is of no period; an estimate is of a year"
    return "" if fact.period == wanted else f"is not of {key.rpartition('.')[2]}: {_said(fact)}"


def _said(fact: Fact) -> str:
    assert fact.period is not None
    kind = {True: "an estimate", False: "an actual figure", None: "no estimate"}[fact.period.estimate]
    return f"it is of {fact.period.start} to {fact.period.end}, {kind}"


def decimals_of(key: str, fact: Fact) -> int:
    """Return in how many decimals of its own unit a number of a call is printed and kept."""
    assert fact.quantity is not None
    if fact.quantity.decimals is None and key.startswith(_PER_SHARE):
        return _SHARE_DECIMALS
    return default_decimals(fact.quantity)


def own_day(fact: Fact, today: date) -> date | None:
    """Return the day that a fact is of where it is another one than today and the fact is of no period."""
    return fact.as_of if fact.as_of is not None and fact.as_of != today and fact.period is None else None
