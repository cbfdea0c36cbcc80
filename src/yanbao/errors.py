"""Every error a user can cause or meet, in one tree.

```
YanbaoError
├── QuantityError      a number, unit or period that cannot be read or combined
│   ├── UnitError      units that do not go together
│   └── IntervalError  an operation that has no answer on these intervals
├── FormulaError       an expression that cannot be parsed, checked or evaluated
│   └── NoAnswerError  one without an answer: a division by what may be 0 (`formula`);
│       └── NotMeaningfulError   a relation whose side condition fails (`relation`)
├── FactError          a fact that is unknown, defined twice or circular
├── WorkspaceError     a workspace with mistakes: carries all of them
├── RatingError        a rating, a policy or a ledger of calls that cannot be read or continued
├── RenderError        an output that cannot be written
├── ReadError          a file that cannot be read
├── CheckError         a check whose result cannot be written where it was asked for
├── SourceError        data from outside that cannot be brought in: a file, a mapping, a vendor
├── StoreError         a store that cannot be opened or loaded, a code that is none, a day that it does not know
├── ExhibitError       a market exhibit that the data cannot answer
└── BuildError         a build folder that cannot be made or used
    └── SignOffError   a build that may not be signed or published: carries every reason
```

Each message carries the place, the cause and a hint; `WorkspaceError` carries a list of `Mistake`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class YanbaoError(Exception):
    """Base of every error that yanbao raises on purpose."""


class QuantityError(YanbaoError):
    """A number, unit or period cannot be read or combined."""


class UnitError(QuantityError):
    """Two units do not go together."""


class IntervalError(QuantityError):
    """An operation has no answer on these intervals (division by an interval that holds 0)."""


class FormulaError(YanbaoError):
    """An expression cannot be parsed, checked or evaluated."""


class FactError(YanbaoError):
    """A fact is unknown, defined twice or part of a circle."""


class RatingError(YanbaoError):
    """A rating, a rating policy or a ledger of calls cannot be read or continued."""


class RenderError(YanbaoError):
    """An output cannot be written."""


class ReadError(YanbaoError):
    """A file cannot be read."""


class CheckError(YanbaoError):
    """The result of a check cannot be written: an annotated copy of what is no PDF, or over the document itself."""


class SourceError(YanbaoError):
    """Data from outside cannot be brought in: a file, a mapping, a database or a vendor."""


class StoreError(YanbaoError):
    """A store cannot be opened or loaded, a code cannot be read, or a day lies beyond what is known."""


class ExhibitError(YanbaoError):
    """A market exhibit has no answer: an unknown sector, a day out of reach, options that do not go together."""


class BuildError(YanbaoError):
    """A build folder cannot be made or used."""


class SignOffError(BuildError):
    """A build may not be signed or published; `reasons` holds every one."""

    def __init__(self, what: str, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join([what, *(f"- {reason}" for reason in self.reasons)]))


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a user's file: where it stands, what is wrong, what to do."""

    file: str
    line: int
    field: str
    cause: str
    hint: str = ""

    def __str__(self) -> str:
        """Return `file:line: field: cause (hint)`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f" {self.field}:" if self.field else ""
        return f"{place}:{field} {self.cause}" + (f"\n    hint: {self.hint}" if self.hint else "")


class WorkspaceError(YanbaoError):
    """A workspace has mistakes; `mistakes` holds every one of them, in file order."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        count = len(self.mistakes)
        super().__init__(
            f"{count} mistake{'s' if count != 1 else ''}; nothing was written\n"
            + "\n".join(str(mistake) for mistake in self.mistakes)
        )
