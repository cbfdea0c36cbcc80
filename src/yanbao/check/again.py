"""The evidence and the models of a build, computed once more from the copy of the inputs."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from yanbao.check.subject import Subject
from yanbao.evidence import Calculator, Evidence

_KNOWN: WeakKeyDictionary[Subject, Calculator] = WeakKeyDictionary()


def evidence_again(subject: Subject) -> Evidence | None:
    """Return the inputs computed again, with the views that the document shows; `None` where origins cannot be read."""
    calculator = calculator_again(subject)
    return None if calculator is None else calculator.evidence


def calculator_again(subject: Subject) -> Calculator | None:
    """Return what computed the inputs again, for expressions over them; `None` where origins cannot be read."""
    if subject not in _KNOWN:
        from pydantic import TypeAdapter, ValidationError

        from yanbao.evidence import Origin
        from yanbao.model import compute

        try:
            told = TypeAdapter(dict[str, Origin]).validate_python(subject.files.key("yanbao.toml", "origins") or {})
        except ValidationError:
            return None  # reported by the check of origins
        shown = frozenset(key.partition(".")[0] for key in subject.document.facts)
        computed = compute(subject.inputs, told, subject.document.language, None, shown.__contains__)
        _KNOWN[subject] = computed.calculator
    return _KNOWN[subject]
