"""Which pages of a document hold what regulation asks for: risks, rating definitions, certificate, disclaimer."""

from __future__ import annotations

from yanbao.document.tree import Document, Page, plain

RISKS = "risks"  # id of the page that a chapter marks as the risk section
_WORDS = ("风险", "risk")


def speaks_of_risks(page: Page) -> bool:
    """Return whether a page's title says that it is about risks."""
    title = plain(page.title).lower()
    return any(word in title for word in _WORDS)


def risk_pages(document: Document) -> tuple[Page, ...]:
    """Return the page marked as the risk section; where none is marked, the pages whose titles speak of risks."""
    content = [page for page in document.pages if page.kind == "content"]
    marked = tuple(page for page in content if page.id == RISKS)
    return marked or tuple(page for page in content if speaks_of_risks(page))


def disclosure_pages(document: Document) -> tuple[Page, ...]:
    """Return the risk pages and the legal pages, in the document's order."""
    risks = risk_pages(document)
    return tuple(page for page in document.pages if page in risks or page.kind == "legal")
