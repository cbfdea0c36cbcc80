"""Random driver models as text, and a model computed from text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from yanbao.model import Computed, compute

HEAD = 'title = "测试"\norigin = { zh = "测试", en = "test" }\nas_of = 2024-06-30\n'


def computed(folder: Path, text: str, name: str = "m") -> Computed:
    """Return a workspace of one model, computed; it has no mistakes."""
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "evidence").mkdir(exist_ok=True)
    (folder / "models" / f"{name}.toml").write_text(text, encoding="utf-8")
    found = compute(folder, {}, "zh")
    assert not found.calculator.evidence.mistakes, found.calculator.evidence.mistakes
    return found


@dataclass(frozen=True)
class RandomModel:
    """Lines of typed values by period, and lines of formulas."""

    periods: tuple[str, ...]
    typed: dict[str, tuple[str, ...]]
    formulas: dict[str, tuple[str, str]]  # a formula, and the value of the first period ("" for none)

    def text(self, other: Mapping[tuple[str, str], str] | None = None) -> str:
        """Return the model's file, some of its typed values changed."""
        parts = [HEAD, f"periods = {list(self.periods)!r}".replace("'", '"')]
        for name, values in self.typed.items():
            pairs = zip(self.periods, values, strict=True)
            cells = ", ".join(f'{row} = "{(other or {}).get((name, row), value)}"' for row, value in pairs)
            parts.append(f'[lines.{name}]\nkind = "exact"\nreason = "r"\nvalues = {{ {cells} }}')
        for name, (formula, first) in self.formulas.items():
            values = f'values = {{ {self.periods[0]} = "{first}" }}\nkind = "exact"\nreason = "r"\n' if first else ""
            parts.append(f'[lines.{name}]\n{values}formula = "{formula}"')
        return "\n".join(parts)


# quarters: floats hold them exactly, so that conditions on them are decided alike
quarters = st.integers(-40, 40).map(lambda number: f"{number / 4:g}")


@st.composite
def formulas(draw: st.DrawFn, typed: tuple[str, ...], before: tuple[str, ...], rolling: str) -> str:
    """A formula over lines; `rolling` is a part of it, if any. What divides is typed, or surely not 0."""
    inputs = st.sampled_from(typed)
    names = st.sampled_from((*typed, *before))

    def grow(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("({} {} {})".format, parts, st.sampled_from("+-*"), parts),
            st.builds("({} / {})".format, parts, inputs),
            st.builds("({} / (1 + abs({})))".format, parts, parts),
            st.builds("if({} {} {}, {}, {})".format, inputs, st.sampled_from(["<", ">=", "=="]), inputs, parts, parts),
            st.builds("max({}, {}, 1)".format, parts, parts),
            st.builds("mean({}, {})".format, parts, parts),
            st.builds("logistic({} / (1 + abs({})))".format, parts, parts),
            st.builds("yoy({}, prev({}))".format, inputs, inputs).filter(lambda text: len(set(text.split("("))) == 3),
        )

    leaves = st.one_of(
        names,
        names.map("prev({})".format),
        names.map("prev({}, 2)".format),
        inputs.map("sum({}[:])".format),
        st.sampled_from(["1", "0.5", "20%"]),
    )
    text = draw(st.recursive(leaves, grow, max_leaves=5))
    return f"{text} + {rolling}" if rolling else text


@st.composite
def models(draw: st.DrawFn) -> RandomModel:
    """A model of two or three typed lines and up to four computed ones, some of which roll forward."""
    periods = ("2021", "2022", "2023", "2024E", "2025E")[: draw(st.integers(2, 5))]
    typed = ("a", "b", "c")[: draw(st.integers(2, 3))]
    values = {name: tuple(draw(quarters) for _ in periods) for name in typed}
    found: dict[str, tuple[str, str]] = {}
    for name in ("p", "q", "r", "s")[: draw(st.integers(1, 4))]:
        rolls = draw(st.booleans())
        formula = draw(formulas(typed, tuple(found), f"prev({name}) / 2" if rolls else ""))
        found[name] = (formula, draw(quarters) if rolls else "")
    return RandomModel(periods, values, found)
