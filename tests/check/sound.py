"""The sample document made sound, with the inputs it could have been built from: what a proof must find nothing in."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import sample
from yanbao.document.tree import Chart, Document, Exhibit, Page, Paragraph, Span
from yanbao.fact.fact import Derivation, Fact, Source
from yanbao.quantity.interval import Interval
from yanbao.quantity.quantity import Quantity
from yanbao.quantity.unit import PERCENT, YI_YUAN, Unit

_STATE = "[" + ", ".join(f"{{grid.state@{year}}}" for year in sample.YEARS) + "]"
_BAND = {
    "low": (f"quantile({_STATE}, 25%)", 4605),
    "high": (f"quantile({_STATE}, 75%)", 5094),
    "median": (f"median({_STATE})", 4882),
}
CERTIFICATE = "本人以勤勉的职业态度出具本样例。"
DISCLAIMER = "本样例由虚构机构署名，不构成任何投资建议。"
TOML = f"""
[report]
title = "计算机行业中期策略（样例）"
as_of = 2024-06-30
published = 2024-07-15
notice = "样例，不构成投资建议"
[rating]
horizon_months = 6
[[rating.company]]
name = "买入"
above = 20
[[rating.company]]
name = "卖出"
below = -20
[legal]
certificate = "{CERTIFICATE}"
disclaimer = "{DISCLAIMER}"
"""


def document() -> Document:
    """Return the sample document, every number of which is true."""
    made = sample.document()
    facts = dict(made.facts)
    for name, (formula, value) in _BAND.items():
        key = f"grid.{name}@all"
        inputs = tuple(f"grid.state@{year}" for year in sample.YEARS)
        quantity = Quantity(Fraction(value), Interval(Fraction(value) - 1, Fraction(value) + 1), YI_YUAN)
        facts[key] = replace(facts[key], lineage=Derivation(formula, inputs), quantity=quantity)
    for fact in [
        _key("report.published", text="2024年7月15日", as_of=made.published),
        _key("report.as_of", text="2024年6月30日", as_of=made.as_of),
        _key("rating.horizon_months", Quantity.exact(6, Unit("个月"))),
        _key("rating.company.0.above", Quantity.exact(20, PERCENT)),
        _key("rating.company.1.below", Quantity.exact(-20, PERCENT)),
        _key("legal.certificate", text=CERTIFICATE),
        _key("legal.disclaimer", text=DISCLAIMER),
    ]:
        facts[fact.id] = fact
    del facts["workspace.as_of"]
    pages = tuple(_relabelled(_page(page), counts) for counts in [{}] for page in made.pages)
    return replace(made, pages=pages, facts=_placed(facts))


def write_inputs(document: Document, folder: Path) -> Path:
    """Write the workspace files that the facts name; return their folder."""
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    (folder / "yanbao.toml").write_text(TOML, encoding="utf-8")
    tables: dict[str, dict[str, dict[str, str]]] = {}
    units: dict[str, dict[str, str]] = {}
    for fact in document.facts.values():
        source = fact.lineage
        if isinstance(source, Source) and source.dataset != "workspace":
            row = tables.setdefault(source.dataset, {}).setdefault(source.row, {})
            row[source.column] = fact.text if fact.text is not None else _printed(fact)
            unit = "" if fact.quantity is None else fact.quantity.unit.symbol
            units.setdefault(source.dataset, {})[source.column] = unit
    for name, rows in tables.items():
        columns = list(units[name])
        with (folder / "evidence" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["key", *columns])
            writer.writerows([key, *(cells.get(column, "") for column in columns)] for key, cells in rows.items())
        sidecar = ['origin = { zh = "示例研究报告，2024年7月" }', "as_of = 2024-06-30"]
        for column in columns:
            sidecar += [f"[columns.{column}]", f'unit = "{units[name][column]}"']
        (folder / "evidence" / f"{name}.toml").write_text("\n".join(sidecar), encoding="utf-8")
    return folder


def changed(document: Document, change: Callable[[Any], Any]) -> Document:
    """Return the document with every span, cell, paragraph, exhibit and page passed through `change`, inside first."""

    def walk(part: Any) -> Any:
        if isinstance(part, tuple):
            return tuple(walk(item) for item in part)
        if hasattr(part, "__dataclass_fields__") and not isinstance(part, Fact | Fraction):
            parts = {name: walk(getattr(part, name)) for name in part.__dataclass_fields__}
            return change(replace(part, **parts))
        return part

    return replace(document, pages=walk(document.pages))


def _key(key: str, quantity: Quantity | None = None, text: str | None = None, as_of: Any = None) -> Fact:
    source = Source("workspace", "", key, "yanbao.toml", 1, "yanbao.toml", None, sample.DAY)
    return Fact(f"workspace.{key}", "", key, source, quantity=quantity, text=text, as_of=as_of)


def _printed(fact: Fact) -> str:
    assert fact.quantity is not None
    value = fact.quantity.value
    return f"{float(value):.{fact.quantity.decimals or 0}f}"


def _placed(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Give each sourced fact a cell of its own, with its line."""
    lines: dict[str, dict[str, int]] = {}
    for key, fact in facts.items():
        if isinstance(fact.lineage, Source) and fact.lineage.dataset != "workspace":
            dataset, _, rest = key.partition(".")
            column, _, row = rest.partition("@")
            line = lines.setdefault(dataset, {}).setdefault(row, len(lines[dataset]) + 2)
            source = replace(fact.lineage, row=row, column=column, file=f"evidence/{dataset}.csv", file_line=line)
            facts[key] = replace(fact, lineage=source, subject=row, metric=column)
    return facts


def _page(page: Page) -> Page:
    if page.id == "cover":
        day = Paragraph("cover-date", (Span("2024年7月15日", "period", "workspace.report.published"),), "value")
        return replace(page, blocks=(page.blocks[0], day))
    if page.id == "company":
        return replace(page, title=(Span("重点公司与风险提示"),))
    if page.id == "legal":
        horizon = Span("6个月", "number", "workspace.rating.horizon_months", unit="个月", decimals=0)
        above = Span("20%", "number", "workspace.rating.company.0.above", unit="%", decimals=0)
        below = Span("-20%", "number", "workspace.rating.company.1.below", unit="%", decimals=0)
        head = (Span("：未来"), horizon, Span("内相对基准涨幅在"))
        blocks = (
            Paragraph("legal-1", (Span("买入"), *head, above, Span("以上")), "small"),
            Paragraph("legal-2", (Span("卖出"), *head, below, Span("以下")), "small"),
            Paragraph("legal-3", (Span(CERTIFICATE, "quote", "workspace.legal.certificate"),), "small"),
            Paragraph("legal-4", (Span(DISCLAIMER, "quote", "workspace.legal.disclaimer"),), "small"),
        )
        return replace(page, blocks=blocks)
    return page


def _relabelled(page: Page, counts: dict[str, int]) -> Page:
    """Number the exhibits as they come, and name the report's day by its own fact."""

    def day(part: Any) -> Any:
        if isinstance(part, Span) and part.fact == "workspace.as_of":
            return replace(part, fact="workspace.report.as_of")
        if isinstance(part, Exhibit):
            word = "图" if isinstance(part.body, Chart) or type(part.body).__name__ == "Timeline" else "表"
            counts[word] = counts.get(word, 0) + 1
            return replace(part, label=(Span(f"{word}{counts[word]}", "structure", note="exhibit-label"),))
        return part

    wrapper = Document("", "", "zh", "", sample.DAY, sample.DAY, (page,))
    return changed(wrapper, day).pages[0]
