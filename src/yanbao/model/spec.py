"""models/NAME.toml: lines, periods, scenarios, checks, uncertain inputs and views of a driver model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import BeforeValidator, Field, model_validator

from yanbao.evidence.sidecar import Bilingual, Identifier, Strict, Text


def _digits(value: Any) -> Any:
    """Return a number as text; a decimal needs quotes, for TOML would drop the printed places of 4.50."""
    if isinstance(value, bool):
        raise ValueError("is no number")  # noqa: TRY004 (pydantic places only ValueErrors)
    if isinstance(value, float):
        raise ValueError(f'a decimal stands in quotes, so that its printed places are kept: "{value}"')  # noqa: TRY004
    return str(value) if isinstance(value, int) else value


Digits = Annotated[str, BeforeValidator(_digits)]


def _given(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


def _by_period(value: Any) -> Any:
    return {key: _digits(item) for key, item in value.items()} if isinstance(value, dict) else _digits(value)


def _list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_list)]


class ValueSpec(Strict):
    """A typed value: the digits alone, or a table that says more of them."""

    value: Digits | None = Field(
        default=None,
        description="The digits as printed, in the line's unit or with a unit of their own. `value = …` alone may be"
        " written without the table.",
        examples=['"40"', '"1.2万亿元"'],
    )
    missing: Text | None = Field(
        default=None,
        description="Why there is no value. What is computed from it is missing too.",
        examples=['{ zh = "未披露", en = "not disclosed" }'],
    )
    reason: Text | None = Field(
        default=None,
        description="Why this value is assumed; before the line's own `reason`.",
        examples=['"十四五规划要求过半"'],
    )
    source: str | Bilingual | None = Field(
        default=None,
        description="Who published this value, a key of `origins` or a text; before the line's own.",
        examples=['"state_grid"'],
    )
    line: int | None = Field(
        default=None, ge=1, description="The origin's line that the value was read from.", examples=["1608"]
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.missing is None):
            raise ValueError("needs either `value` or `missing`")
        return self


Given = Annotated[ValueSpec, BeforeValidator(_given)]


class LineSpec(Strict):
    """A line of the model, by its id: typed values, a formula, or values for some periods and a formula for others."""

    label: Text | None = Field(
        default=None,
        description="What the line is called in heads, legends and the workbook. Default: its id.",
        examples=['{ zh = "配电网投资占比", en = "Distribution share" }'],
    )
    unit: str = Field(
        default="",
        description="The unit of every number of the line. Without one the numbers are pure.",
        examples=['"亿元"'],
    )
    kind: Literal["measure", "exact"] = Field(
        default="measure",
        description="`measure`: typed numbers, each as uncertain as half a unit of its last printed place; `exact`:"
        " prices, set shares, contract terms. Whole counts (家, 款) are exact anyhow.",
        examples=['"exact"'],
    )
    value: Given | None = Field(
        default=None,
        description="One value for the whole model. Formulas and the prose name such a line without a period.",
        examples=['"20"'],
    )
    values: dict[str, Given] = Field(
        default_factory=dict,
        description="Typed values by period; where a formula is given as well, the typed value stands.",
        examples=['{ 2023 = "40", 2024E = "45" }'],
    )
    formula: str | None = Field(
        default=None,
        description="How the line is computed in every period without a typed value, an [expression](expressions.md)"
        " over lines of the model, other models and evidence tables.",
        examples=['"(state + southern) * dist_share"'],
    )
    actual: str | None = Field(
        default=None, description="The formula for actual periods, instead of `formula`.", examples=['"grid.state"']
    )
    estimate: str | None = Field(
        default=None,
        description="The formula for estimated periods, instead of `formula`.",
        examples=['"prev(state) * (1 + growth)"'],
    )
    once: bool = Field(
        default=False,
        description="Whether `formula` is computed once for the whole model: a total over periods, a target price.",
        examples=["true"],
    )
    printed: dict[str, Digits] = Field(
        default_factory=dict,
        description="What the origin printed for computed values, by period. Where one contradicts what its inputs"
        " give, the appendix says so.",
        examples=['{ 2023 = "1267" }'],
    )
    reason: Text | None = Field(
        default=None,
        description="Why the typed values are assumed. A value of an estimated period, or of the whole model, needs a"
        " reason or a source.",
        examples=['"十四五配网投资占比过半的政策目标"'],
    )
    source: str | Bilingual | None = Field(
        default=None,
        description="Who published the typed values: a key of `origins` in yanbao.toml, or a text of its own. Default:"
        " the model's `origin`.",
        examples=['"state_grid"'],
    )
    line: int | None = Field(
        default=None, ge=1, description="The origin's line that the values were read from.", examples=["1608"]
    )
    group: Text | None = Field(
        default=None, description="The heading under which tables and the workbook show the line.", examples=['"假设"']
    )
    role: Literal["body", "total", "sub", "highlight"] = Field(
        default="body", description="How tables and the workbook set the line.", examples=['"total"']
    )
    decimals: int | None = Field(
        default=None,
        ge=0,
        le=12,
        description="Decimal places of computed values where nothing else says how many. Default: 1.",
        examples=["2"],
    )
    note: Text | None = Field(
        default=None, description="A remark for colleagues; no output prints it.", examples=['"口径含融资租赁"']
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        formulas = [self.formula, self.actual, self.estimate]
        if self.value is not None and (self.values or any(formulas) or self.once):
            raise ValueError("`value` is for the whole model: it stands without `values`, formulas and `once`")
        if self.once and (self.formula is None or self.values or self.actual or self.estimate):
            raise ValueError("`once` needs `formula`, and no `values`, `actual` or `estimate`")
        if self.formula is not None and self.actual is not None and self.estimate is not None:
            raise ValueError("`formula` has no period left beside `actual` and `estimate`; drop one of them")
        if self.value is None and not self.values and not any(formulas):
            raise ValueError("needs `value`, `values`, `formula`, `actual` or `estimate`")
        return self


class ScenarioSpec(Strict):
    """A scenario: what it sets instead of the base case."""

    label: Text = Field(description="What the scenario is called.", examples=['{ zh = "乐观", en = "High" }'])
    reason: Text = Field(description="Why it may come so.", examples=['"配网改造提前一年"'])
    set: dict[Identifier, Annotated[Digits | dict[str, Digits], BeforeValidator(_by_period)]] = Field(
        min_length=1,
        description="Values of lines, for all periods that the base case types (of a computed line: all estimates) or"
        " by period.",
        examples=['{ dist_share = { 2025E = "55" }, price = "1.3" }'],
    )


class CheckSpec(Strict):
    """A condition that the model must meet; it fails only where rounding cannot be the cause."""

    label: Text = Field(description="What the check says.", examples=['"资产 = 负债 + 权益"'])
    condition: str = Field(
        description="The condition, over lines of the model.", examples=['"assets == liabilities + equity"']
    )
    periods: Names = Field(
        default=(),
        description="The periods it is checked in, single ones and ranges. Default: all, or once where the condition"
        " names no line by the period.",
        examples=['"2024E:2026E"'],
    )
    scenarios: Names = Field(
        default=(), description="The scenarios it is checked in, `base` too. Default: all.", examples=['["base"]']
    )


_DISTRIBUTIONS = {
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "discrete": ("outcomes", "weights"),
}


class UncertainSpec(Strict):
    """The distribution of an input, by the line's id, for simulations; parameters are in the line's unit."""

    distribution: Literal["normal", "lognormal", "uniform", "triangular", "pert", "discrete"] = Field(
        description="`normal` and `lognormal` need `mean` and `sd`, both of the value itself; `uniform` needs `low` and"
        " `high`; `triangular` and `pert` need `low`, `mode` and `high`; `discrete` needs `outcomes` and `weights`.",
        examples=['"triangular"'],
    )
    mean: Digits | None = Field(default=None, description="The mean.", examples=['"50"'])
    sd: Digits | None = Field(default=None, description="The standard deviation.", examples=['"5"'])
    low: Digits | None = Field(default=None, description="The lowest value.", examples=['"40"'])
    mode: Digits | None = Field(default=None, description="The likeliest value.", examples=['"50"'])
    high: Digits | None = Field(default=None, description="The highest value.", examples=['"55"'])
    outcomes: tuple[Digits, ...] = Field(
        default=(), description="The values that may come.", examples=['["40", "50", "55"]']
    )
    weights: tuple[Digits, ...] = Field(
        default=(), description="How likely each of `outcomes` is, in any measure.", examples=['["1", "2", "1"]']
    )
    periods: Names = Field(
        default=(),
        description="The periods that are drawn, single ones and ranges. Default: all estimated ones.",
        examples=['"2025E"'],
    )
    independent: bool = Field(
        default=False, description="Whether each period has a draw of its own.", examples=["true"]
    )
    correlated: tuple[Identifier, ...] = Field(
        default=(), description="Other uncertain lines that take the same draw, high where this is high.",
        examples=['["smart_share"]'],
    )  # fmt: skip
    reason: Text | None = Field(default=None, description="Why this distribution.", examples=['"各省规划的高低值"'])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The keys that the distribution needs."""
        return _DISTRIBUTIONS[self.distribution]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = self.parameters
        known = {name for names in _DISTRIBUTIONS.values() for name in names}
        given = {name for name in known if getattr(self, name)}
        lacking = [name for name in needed if name not in given]
        if lacking:
            raise ValueError(f"a {self.distribution} needs {', '.join(f'`{name}`' for name in lacking)}")
        if strange := sorted(given - set(needed)):
            raise ValueError(f"a {self.distribution} has no {', '.join(f'`{name}`' for name in strange)}")
        if len(self.outcomes) != len(self.weights):
            raise ValueError(f"{len(self.outcomes)} outcomes and {len(self.weights)} weights; one weight each")
        return self


class AxisSpec(Strict):
    """An input that a sensitivity changes, and the values it takes."""

    line: str = Field(
        description="The input: a line, of one period or of all that it is typed in.", examples=['"dist_share[2025E]"']
    )
    steps: tuple[Digits, ...] = Field(
        min_length=2, description="The values it takes, in the line's unit.", examples=['["40", "45", "50"]']
    )


class ViewKind(NamedTuple):
    """What a view of a kind shows, and which keys it needs besides `id`, `kind` and `of`."""

    shows: str
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


VIEWS: dict[str, ViewKind] = {
    "one-way": ViewKind("the target at each step of one input", ("across",)),
    "two-way": ViewKind("the target at each pair of steps of two inputs", ("across", "down")),
    "tornado": ViewKind("the target at the low and the high value of each input, the widest first", ("lines",)),
    "scenarios": ViewKind("the targets in the base case and in each scenario"),
    "fan": ViewKind("quantiles of the target in each period, simulated", ("draws", "seed", "quantiles")),
    "solve": ViewKind("the value of an input at which the target is reached", ("for_", "target", "between")),
}


class ViewSpec(Strict):
    """A sensitivity with a name: exhibit blocks show it, `yanbao model sensitivity` prints it."""

    id: Identifier = Field(
        description="Its name: exhibits name it `MODEL_ID`, with the model's own before it.",
        examples=['"share_by_growth"'],
    )
    kind: Literal["one-way", "two-way", "tornado", "scenarios", "fan", "solve"] = Field(
        description="What it is; the next table says what each kind needs.", examples=['"two-way"']
    )
    title: Text | None = Field(
        default=None, description="What the view shows. Default: the model's title.", examples=['"占比与增速的敏感性"']
    )
    of: Names = Field(
        min_length=1,
        description="The target, a cell of the model; of `scenarios` one or more; of `fan` a line.",
        examples=['"smart[2025E]"', '["smart[2024E]", "smart[2025E]"]'],
    )
    across: AxisSpec | None = Field(default=None, description="The input that is changed from column to column.")
    down: AxisSpec | None = Field(default=None, description="The input that is changed from row to row.")
    lines: dict[str, tuple[Digits, Digits]] = Field(
        default_factory=dict,
        description="The inputs of a tornado, each with its low and its high value.",
        examples=['{ dist_share = ["40", "55"], "price[2025E]" = ["1.2", "1.5"] }'],
    )
    draws: int | None = Field(
        default=None, ge=100, le=1_000_000, description="How many draws are simulated.", examples=["10000"]
    )
    seed: int | None = Field(
        default=None, ge=0, description="Where the random numbers start; the same seed, the same draws.",
        examples=["2024"],
    )  # fmt: skip
    quantiles: tuple[Digits, ...] = Field(
        default=(), description="The quantiles that are shown, from low to high.", examples=['["5%", "50%", "95%"]']
    )
    for_: str | None = Field(
        default=None, alias="for", description="The input that is solved for.", examples=['"dist_share[2025E]"']
    )
    target: Digits | None = Field(
        default=None, description="The value that the target is to reach, in its unit.", examples=['"1500"']
    )
    between: tuple[Digits, Digits] | None = Field(
        default=None, description="Where the input's value is looked for.", examples=['["30", "90"]']
    )
    scenario: Identifier | None = Field(
        default=None, description="The scenario that the view starts from. Default: the base case.",
        examples=['"high"'],
    )  # fmt: skip

    @model_validator(mode="after")
    def _complete(self) -> Self:
        known = {name for kind in VIEWS.values() for name in kind.needs}
        needed = VIEWS[self.kind].needs
        given = {name for name in known if getattr(self, name) not in (None, (), {})}
        if lacking := [name.rstrip("_") for name in needed if name not in given]:
            raise ValueError(f"a view of kind {self.kind} needs {', '.join(f'`{name}`' for name in lacking)}")
        if strange := sorted(name.rstrip("_") for name in given - set(needed)):
            raise ValueError(f"a view of kind {self.kind} has no {', '.join(f'`{name}`' for name in strange)}")
        if len(self.of) > 1 and self.kind != "scenarios":
            raise ValueError(f"a view of kind {self.kind} has one target")
        return self


class ModelSpec(Strict):
    """A driver model: lines by periods, computed with all evidence; its id is the file's name."""

    title: Text = Field(
        description="What the model computes.", examples=['{ zh = "智能配网投资测算", en = "Smart grid investment" }']
    )
    origin: str | Bilingual = Field(
        description="Who stands behind the numbers: a key of `origins` in yanbao.toml, or a text of its own.",
        examples=['"house"'],
    )
    as_of: date = Field(
        description="The day on which the numbers were true. On a page of another day the text has to say so.",
        examples=["2024-06-30"],
    )
    periods: Names = Field(
        default=(),
        description="The periods in order, single ones and ranges, estimates marked with E: years, halves, quarters"
        " and months. Without any, each line has one value.",
        examples=['["2016:2023", "2024E:2025E"]', '["2024Q1:2024Q2", "2024Q3E:2024Q4E"]'],
    )
    note: Text | None = Field(
        default=None, description="A remark for colleagues; no output prints it.", examples=['"2023年为快报数"']
    )
    lines: dict[Identifier, LineSpec] = Field(min_length=1, description="The lines, in the order of tables.")
    scenarios: dict[Identifier, ScenarioSpec] = Field(
        default_factory=dict,
        description="Scenarios by name; the numbers of scenario `high` of model `grid_model` are the table"
        " `grid_model_high`.",
    )
    checks: tuple[CheckSpec, ...] = Field(default=(), description="Conditions; one that fails is a mistake.")
    uncertain: dict[Identifier, UncertainSpec] = Field(
        default_factory=dict, description="Distributions of inputs, for simulations."
    )
    views: tuple[ViewSpec, ...] = Field(default=(), description="Sensitivities that exhibits show.")
