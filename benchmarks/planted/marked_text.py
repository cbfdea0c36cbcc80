"""The visible characters of an XML element, whatever its runs, and changing some of them in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Node = tuple[Any, str]  # an element and which of its texts: "text" or "tail"
Nodes = Callable[[Any], Iterator[Node]]


def visible(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def all_nodes(element: Any) -> Iterator[Node]:
    """Yield the texts of an element in order, scripts left out."""
    if not isinstance(element.tag, str) or element.tag in ("script", "style"):
        return
    yield element, "text"
    for child in element:
        yield from all_nodes(child)
        yield child, "tail"


def named_nodes(name: str) -> Nodes:
    """Return a function that yields the texts of the elements of one name only (DrawingML: a:t)."""

    def nodes(element: Any) -> Iterator[Node]:
        for item in element.iter(name):
            yield item, "text"

    return nodes


def text_of(element: Any, nodes: Nodes) -> str:
    """Return the visible characters of an element."""
    return visible("".join(getattr(item, part) or "" for item, part in nodes(element)))


def put(element: Any, nodes: Nodes, start: int, end: int, new: str) -> None:
    """Put a text in place of the visible characters from `start` to `end`; with `start == end`, before them."""
    seen = 0
    done = False
    for item, part in list(nodes(element)):
        kept: list[str] = []
        for char in getattr(item, part) or "":
            if not char.isspace():
                if not done and seen == start:
                    kept.append(new)
                    done = True
                inside = start <= seen < end
                seen += 1
                if inside:
                    continue
            kept.append(char)
        if (getattr(item, part) or "") != "".join(kept):
            setattr(item, part, "".join(kept))
    if not done:
        raise ValueError(f"the element has {seen} visible characters, no {start}")


def take_out(element: Any) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    before, tail = element.getprevious(), element.tail
    parent.remove(element)
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    element.tail = None


def exchange(one: Any, other: Any) -> None:
    """Let two elements of the same tree change places."""
    parents = one.getparent(), other.getparent()
    places = parents[0].index(one), parents[1].index(other)
    tails = one.tail, other.tail
    mark = one.makeelement("mark", {})
    parents[0].replace(one, mark)
    parents[1].replace(other, one)
    parents[0].replace(mark, other)
    other.tail, one.tail = tails
    assert (parents[0].index(other), parents[1].index(one)) == places


def found_at(root: Any, path: str) -> Any:
    """Return the element at a path that `getpath` gave, in another parse of the same XML."""
    spaces = {prefix: uri for item in root.iter() for prefix, uri in item.nsmap.items() if prefix}
    return root.getroottree().xpath(path, namespaces=spaces)[0]
