"""The record of published calls for an assistant."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from yanbao.rating.calls import Call
from yanbao.rating.entry import Entry
from yanbao.web.mcp_number import Number, Origin, Told
from yanbao.web.mcp_report import Name, Reports, Start


class CallTold(Told):
    """A published call; `price`, `target` and `estimates` are ids in the answer's `facts`."""

    call: str
    security: str
    name: str
    rating: str
    action: str | None = None
    published: str
    horizon_months: int | None = None
    benchmark: str
    policy: Annotated[str, Field(description="What the ratings meant on that day.")]
    analyst: str
    report: str
    fate: Annotated[str, Field(description="standing, superseded, suspended, withdrawn or dropped.")]
    since: str | None = None
    price: str | None = None
    target: str | None = None
    estimates: list[str]


class Record(BaseModel):
    """The calls of a workspace, newest first, from a ledger whose chain of hashes was verified."""

    workspace: str
    entries: int
    hash: Annotated[str, Field(description="Of the last entry: what the whole ledger can be told by.")]
    calls: list[CallTold]
    total: Annotated[int, Field(description="How many calls there are; ask on with `start`.")]
    facts: dict[str, Number]


class Records:
    """The tool of the ledger."""

    def __init__(self, reports: Reports) -> None:
        self.reports = reports

    def read_record(
        self,
        workspace: Name,
        standing_on: Annotated[date | None, Field(description="Only calls that stood on this day.")] = None,
        security: Annotated[str, Field(max_length=100, description="Only this code or name.")] = "",
        start: Start = 0,
        most: Annotated[int, Field(ge=1, le=200)] = 40,
    ) -> Record:
        """Read the published calls: ratings with price, target, estimates, and what became of each.

        A ledger that was altered is not read: the error names the first entry that is not as it was published.
        """
        from yanbao.cli.ledger import ledger_file
        from yanbao.rating import read_ledger

        file = ledger_file(self.reports.place(workspace).folder)
        ledger = read_ledger(file)
        calls = [
            call
            for call in reversed(ledger.calls())
            if security in ("", call.entry.security, call.entry.name)
            and (standing_on is None or call.standing_on(standing_on))
        ]
        facts: dict[str, Number] = {}
        told = [_call(call, file.name, facts) for call in calls[start : start + most]]
        head = ledger.head
        return Record(
            workspace=workspace, entries=head.count, hash=head.hash, calls=told, total=len(calls), facts=facts
        )


def _call(call: Call, file: str, facts: dict[str, Number]) -> CallTold:
    rated = call.entry
    end = call.ended or next((event for event in call.events if event.kind == "suspended"), None)
    price = _number(f"{call.id}.price", "price", rated.price, rated.currency, rated, file, rated.price_day)
    target = _number(f"{call.id}.target", "target price", rated.target, rated.currency, rated, file, rated.published)
    estimates = [
        _number(
            f"{call.id}.{one.measure}@{one.period}", f"{one.measure}", one.value, one.unit, one, file, one.published
        )
        for one in call.estimates
    ]
    for one, entry in zip(estimates, call.estimates, strict=True):
        if one is not None:
            one.period = entry.period
    for number in (price, target, *estimates):
        if number is not None:
            facts[number.id] = number
    return CallTold(
        call=call.id,
        security=rated.security,
        name=rated.name,
        rating=rated.rating,
        action=rated.action,
        published=rated.published.isoformat(),
        horizon_months=rated.horizon,
        benchmark=rated.benchmark,
        policy=rated.policy,
        analyst=rated.analyst,
        report=rated.title or rated.report,
        fate=call.fate,
        since=end.day.isoformat() if end else None,
        price=price.id if price else None,
        target=target.id if target else None,
        estimates=[one.id for one in estimates if one is not None],
    )


def _number(
    name: str, what: str, value: Decimal | None, unit: str, entry: Entry, file: str, day: date | None
) -> Number | None:
    if value is None:
        return None
    return Number(
        id=name,
        label=f"{entry.name or entry.security} · {what}",
        text=f"{value:f} {unit}".strip(),
        value=float(value),
        unit=unit,
        as_of=day.isoformat() if day else None,
        # the first line holds the columns
        source=Origin(
            origin=entry.title or entry.report or entry.house,
            file=file,
            line=entry.entry + 1,
            as_of=entry.published.isoformat(),
        ),
    )
