"""The trading days of Shanghai, Hong Kong and New York, as exchange_calendars knows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from yanbao.store.batch import Batch
from yanbao.store.calendar import calendar_batches


def source(data: Path | None = None) -> TradingDays:
    """Return the source; it reads no folder."""
    return TradingDays()


class TradingDays:
    """One batch an exchange, into `calendar`."""

    name = "exchange_calendars"
    most_refused = 0.0

    def batches(self) -> Iterator[Batch]:
        """Yield the days of each exchange.

        Raises:
            StoreError: an exchange without a calendar.
        """
        return calendar_batches()
