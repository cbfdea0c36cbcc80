"""A lineage as a tree on the terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from yanbao.build.trace import Node, Trace, place
from yanbao.fact.fact import Derivation

MAX_PLACES = 8


def show_trace(trace: Trace) -> None:
    """Print a fact, where the report shows it, and the tree of what it rests on."""
    console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
    tree = Tree(_label(trace.root))
    _grow(tree, trace.root)
    console.print(tree)
    for shown in trace.places[:MAX_PLACES]:
        console.print(Text(f"  shown on page {shown.page}: {shown.text or '(chart point)'} | {shown.context}"))
    if len(trace.places) > MAX_PLACES:
        console.print(Text(f"  and {len(trace.places) - MAX_PLACES} more"))


def _label(node: Node) -> Text:
    fact = node.fact
    name = "·".join(part for part in (fact.subject, fact.metric) if part) or fact.id
    text = Text(f"{name} = {node.value}")
    text.append(f"  [{fact.id}]", style="dim")
    return text


def _grow(tree: Tree, node: Node) -> None:
    lineage = node.fact.lineage
    if isinstance(lineage, Derivation):
        tree.add(Text(f"= {lineage.formula}" + (f"   ({lineage.relation})" if lineage.relation else "")))
        if lineage.printed is not None:
            printed = f"the origin printed {lineage.printed}"
            tree.add(Text(printed + (f" ({place(lineage.printed_source)})" if lineage.printed_source else "")))
        for part in node.inputs:
            _grow(tree.add(_label(part)), part)
    else:
        tree.add(Text(place(lineage)))
