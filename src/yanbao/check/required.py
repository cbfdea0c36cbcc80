"""Are the parts there that regulation asks for, as the workspace holds them? And which groups of the tree are they?"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from yanbao.check.atoms import Group, squeeze
from yanbao.check.findings import Claim, Finding, Recomputed, Where
from yanbao.check.inputs import Inputs, localized
from yanbao.check.subject import DOCUMENT, Subject
from yanbao.check.tokens import numbers
from yanbao.document.disclosures import risk_pages, speaks_of_risks
from yanbao.document.tree import plain

_FILE = "yanbao.toml"
_BOUNDS = ("above", "at_least", "up_to", "below")


def findings(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each part that the document lacks."""
    for page in subject.document.pages:
        for exhibit in page.exhibits():
            if not squeeze(plain(exhibit.origin)):
                place = (Where(DOCUMENT, page.number, text=plain(exhibit.label)),)
                text = f"{plain(exhibit.label)} has no origin line"
                yield Finding("origin", Claim(plain(exhibit.label)), place, text)
    if not any(map(speaks_of_risks, subject.document.pages)):
        yield Finding("risks", Claim(""), (Where(DOCUMENT),), "no page speaks of risks in its title")
    inputs = subject.files
    workspace = inputs.toml(_FILE)
    if isinstance(workspace, str):
        text = f"{_FILE} cannot be read: {workspace}; what the report must hold is not known"
        yield Finding("evidence", Claim(_FILE), (Where(f"inputs/{_FILE}"),), text)
        return
    yield from _bands(subject, workspace)
    yield from _texts(subject, inputs)
    yield from _notice(subject, inputs)


class Parts:
    """Tells which groups of the tree are the parts that regulation asks for."""

    def __init__(self, subject: Subject) -> None:
        self._pages = {page.number: page for page in subject.document.pages}
        self._risks = {page.number for page in risk_pages(subject.document)}
        language = subject.document.language
        inputs = subject.files
        self._legal = {
            code: squeeze(text)
            for code in ("certificate", "disclaimer")
            if isinstance(text := localized(inputs.key(_FILE, f"legal.{code}"), language), str)
        }
        rating = inputs.key(_FILE, "rating")
        names = [squeeze(str(localized(band.get("name", ""), language))) for _, band in _policy(rating)]
        self._bands = tuple(name for name in names if name)

    def code(self, group: Group) -> str | None:
        """Return the code of the required part a group belongs to, `None` for all others."""
        if group.role == "origin":
            return "origin"
        if group.role == "footer":
            return "notice"
        page = self._pages.get(group.page)
        if page is None or group.role in ("speaker-note", "page-number", "section"):
            return None
        if page.number in self._risks:
            return "risks" if group.role in ("title", "paragraph") else None
        if page.kind != "legal":
            return None
        if any((atom.fact or "").endswith(".interests") for atom in group.atoms):
            return "interests"
        for code, text in self._legal.items():
            if group.bare in text:
                return code
        return "rating-definitions" if group.bare.startswith(self._bands) else None


def _policy(rating: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the bands of the rating policy with their scope."""
    return [
        (scope, band)
        for scope in ("company", "sector")
        for band in (rating.get(scope, []) if isinstance(rating, dict) else [])
        if isinstance(band, dict)
    ]


def _bands(subject: Subject, workspace: dict[str, Any]) -> Iterator[Finding]:
    """Each band is defined on a legal page: its name, and its bounds as numbers behind the name."""
    bands = _policy(workspace.get("rating"))
    if not bands:
        text = f"{_FILE} holds no rating policy: no definitions can be proved"
        yield Finding("rating-definitions", Claim(""), (Where(f"inputs/{_FILE}"),), text)
    texts = [group.text for _, group in subject.groups if group.page in subject.legal_pages]
    for scope, band in bands:
        name = str(localized(band.get("name", ""), subject.document.language))
        bounds = {Fraction(str(band[key])) for key in _BOUNDS if key in band}
        defined = any(
            squeeze(text).startswith(squeeze(name))
            and bounds
            <= {abs(token.value) for token in numbers(text) if token.value is not None}
            | {token.value for token in numbers(text) if token.value is not None}
            for text in texts
        )
        if not defined:
            said = ", ".join(f"{key} {band[key]}" for key in _BOUNDS if key in band)
            text = f"the {scope} rating {name!r} ({said}) is not defined on a legal page"
            yield Finding("rating-definitions", Claim(name), (Where(DOCUMENT),), text, Recomputed(said))


def _texts(subject: Subject, inputs: Inputs) -> Iterator[Finding]:
    legal = squeeze("".join(group.text for _, group in subject.groups if group.page in subject.legal_pages))
    for code in ("certificate", "disclaimer"):
        text = localized(inputs.key(_FILE, f"legal.{code}"), subject.document.language)
        if not isinstance(text, str) or not text.strip():
            cause = f"{_FILE} holds no {code}"
            yield Finding(code, Claim(""), (Where(f"inputs/{_FILE}"),), cause)
            continue
        for paragraph in filter(None, map(squeeze, text.split("\n\n"))):
            if paragraph not in legal:
                cause = f"the {code} of {_FILE} does not stand on a legal page: {paragraph[:40]!r}"
                yield Finding(code, Claim(""), (Where(DOCUMENT),), cause, Recomputed(paragraph))


def _notice(subject: Subject, inputs: Inputs) -> Iterator[Finding]:
    notice = localized(inputs.key(_FILE, "report.notice"), subject.document.language)
    if not isinstance(notice, str) or not notice.strip():
        yield Finding("notice", Claim(""), (Where(f"inputs/{_FILE}"),), f"{_FILE} holds no notice")
        return
    for page in subject.document.pages:
        shown = squeeze(plain(page.footer)) + squeeze("".join(plain(block.text) for block in page.paragraphs()))
        if squeeze(notice) not in shown:
            place = (Where(DOCUMENT, page.number, text=plain(page.footer)),)
            text = f"page {page.number} does not bear the notice {notice!r}"
            yield Finding("notice", Claim(plain(page.footer)), place, text, Recomputed(notice))
