"""Relations of other packages: a real distribution with an entry point, and the ways it can be wrong."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from yanbao.errors import FormulaError
from yanbao.quantity import Quantity
from yanbao.relation import RELATIONS, by_name, compute
from yanbao.relation.catalog import CATALOG
from yanbao.relation.registry import GROUP, collect

PEG = """
from yanbao.relation import Condition, Parameter, Relation, Wording

RELATION = Relation(
    name={name!r},
    group="valuation",
    parameters=(Parameter("pe_now", "市盈率", "P/E"), Parameter("growth", "增速", "growth")),
    formula="pe_now / (growth * 100)",
    unit=None,
    wording={{
        "zh": Wording("PEG", "{{subject}}的PEG为{{value}}"),
        "en": Wording("PEG", "{{subject}} has a PEG of {{value}}"),
    }},
    conditions=(Condition("growth > 0", "增速小于或等于0", "growth <= 0"),),
)
NOT_ONE = 5
"""


class Site:
    """A folder on sys.path into which distributions are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, package: str, points: str, code: str = "") -> None:
        module = package.replace("-", "_")
        (self.folder / f"{module}.py").write_text(code, encoding="utf-8")
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{points}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield Site(tmp_path)
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(tmp_path):
            del sys.modules[name]


def _collected() -> dict[str, object]:
    importlib.invalidate_caches()
    return dict(collect(CATALOG, entry_points(group=GROUP)))


def test_an_installed_package_adds_a_relation(site: Site) -> None:
    site.install("desk-peg", "desk_peg_ratio = desk_peg:RELATION", PEG.format(name="desk_peg_ratio"))
    found = _collected()
    assert list(found)[: len(CATALOG)] == [relation.name for relation in CATALOG]
    peg = found["desk_peg_ratio"]
    result = compute(peg, pe_now=Quantity.exact(30), growth=Quantity.exact("0.25"))  # type: ignore[arg-type]
    assert result.value == Quantity.exact("1.2").value


@pytest.mark.parametrize(
    ("points", "code", "message"),
    [
        (
            "yoy = desk_bad:RELATION",
            PEG.format(name="yoy"),
            "relation 'yoy' is defined by yanbao and by desk-bad; rename one of them",
        ),
        ("other = desk_bad:RELATION", PEG.format(name="desk_peg"), "gives the relation desk_peg; name both alike"),
        ("five = desk_bad:NOT_ONE", PEG.format(name="desk_peg"), "five = desk_bad:NOT_ONE is not a Relation"),
        ("gone = desk_bad:GONE", "", "package desk-bad: entry point gone = desk_bad:GONE"),
        ("gone = desk_gone:RELATION", "", "No module named 'desk_gone'"),
        ("sum = desk_bad:RELATION", PEG.format(name="sum"), "is a function or a word of the language"),
    ],
)
def test_a_wrong_package_is_named(site: Site, points: str, code: str, message: str) -> None:
    site.install("desk-bad", points, code)
    with pytest.raises(FormulaError) as caught:
        _collected()
    assert message in str(caught.value)


def test_two_packages_of_one_name(site: Site) -> None:
    site.install("desk-a", "desk_peg = desk_a:RELATION", PEG.format(name="desk_peg"))
    site.install("desk-b", "desk_peg = desk_b:RELATION", PEG.format(name="desk_peg"))
    with pytest.raises(FormulaError, match="is defined by desk-a and by desk-b"):
        _collected()


def test_by_name_helps() -> None:
    assert by_name("yoy") is RELATIONS["yoy"]
    with pytest.raises(FormulaError, match="did you mean cagr"):
        by_name("cagrr")
    with pytest.raises(FormulaError, match="known: yoy, qoq"):
        by_name("x" * 1000)


def test_no_relation_takes_the_name_of_a_function() -> None:
    from yanbao.formula import FUNCTIONS, RESERVED

    assert not set(RELATIONS) & {*FUNCTIONS, *RESERVED}
