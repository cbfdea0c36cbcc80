"""The matrix of planted errors: kinds against what caught them, with recall and false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.planted.plant import Kind
from benchmarks.planted.trial import Trial
from yanbao.check.findings import Finding, finding_json


@dataclass
class Row:
    """What became of one kind of error."""

    kind: Kind
    trials: list[Trial] = field(default_factory=list)

    @property
    def places(self) -> int:
        """Return at how many places it was planted."""
        return len(self.trials)

    @property
    def caught(self) -> int:
        """Return at how many the owner named place and claim."""
        return sum(trial.caught for trial in self.trials)

    @property
    def alone(self) -> int:
        """Return at how many it was caught and no other check said anything."""
        return sum(trial.caught and not trial.strange for trial in self.trials)

    @property
    def codes(self) -> Counter[str]:
        """Return how many plants each code spoke of."""
        return Counter(code for trial in self.trials for code in {finding.code for finding in trial.findings})


@dataclass(frozen=True)
class Matrix:
    """All rows, and what was found in what is not wrong."""

    rows: tuple[Row, ...]
    neutral: Mapping[str, Sequence[Finding]]

    @property
    def places(self) -> int:
        """Return how many errors were planted."""
        return sum(row.places for row in self.rows)

    @property
    def caught(self) -> int:
        """Return how many of them their owner caught."""
        return sum(row.caught for row in self.rows)

    @property
    def strange(self) -> int:
        """Return at how many places a check spoke that does not own the error."""
        return sum(bool(trial.strange) for row in self.rows for trial in row.trials)

    @property
    def recall(self) -> float:
        """Return the share of planted errors that their owner caught, naming place and claim."""
        return self.caught / self.places if self.places else 0.0

    @property
    def false_alarms(self) -> int:
        """Return how many findings there are where nothing is wrong."""
        return sum(map(len, self.neutral.values()))

    def to_text(self) -> str:
        """Return the matrix as a table, misses in full, and the totals last."""
        width = max(len(row.kind.title) for row in self.rows)
        lines = [f"{'kind'.ljust(width)}  {'places':>6}  {'owner':>5}  {'other':>5}  {'missed':>6}  codes"]
        for row in self.rows:
            other = sum(bool(trial.strange) for trial in row.trials)
            codes = ", ".join(f"{code} {count}" for code, count in row.codes.most_common())
            lines.append(
                f"{row.kind.title.ljust(width)}  {row.places:6}  {row.caught:5}  {other or '':>5}"
                f"  {row.places - row.caught or '':>6}  {codes}"
            )
        lines.append("")
        lines += self._troubles()
        for name, findings in self.neutral.items():
            lines.append(f"neutral, {name}: {len(findings)} findings")
            lines += [f"    {finding.code}: {finding.explanation}" for finding in findings]
        lines += ["", *self.summary()]
        return "\n".join(lines)

    def _troubles(self) -> Iterable[str]:
        for row in self.rows:
            for trial in row.trials:
                if trial.caught and not trial.strange:
                    continue
                said = "missed" if not trial.caught else "other checks spoke"
                yield f"{said}: {row.kind.title}: {trial.plant.place}"
                for finding in trial.findings[:5]:
                    yield f"    {finding.code}: {'; '.join(map(str, finding.where))}: {finding.explanation[:200]}"

    def summary(self) -> list[str]:
        """Return the totals."""
        kinds = sum(1 for row in self.rows if row.places)
        return [
            f"{self.places} errors of {kinds} kinds planted, one at a time",
            f"recall: {self.caught} of {self.places} ({100 * self.recall:.1f} %) caught by their owner,"
            " place and claim named",
            f"other checks spoke: {self.strange} of {self.places}",
            f"false alarms: {self.false_alarms} findings in {len(self.neutral)} builds without an error",
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the matrix as JSON."""
        return {
            "places": self.places,
            "caught": self.caught,
            "recall": self.recall,
            "other_checks_spoke": self.strange,
            "false_alarms": self.false_alarms,
            "kinds": [
                {
                    "kind": row.kind.name,
                    "format": row.kind.format,
                    "owner": sorted(row.kind.codes),
                    "places": row.places,
                    "caught": row.caught,
                    "alone": row.alone,
                    "codes": dict(row.codes),
                }
                for row in self.rows
            ],
            "neutral": {name: [finding_json(finding) for finding in found] for name, found in self.neutral.items()},
        }
