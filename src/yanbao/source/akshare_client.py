"""akshare: prices of A-shares and the indices of Shenwan, through its own Python client.

Written against akshare 1.19 (`stock_zh_a_hist`, `index_hist_sw`). It names the columns of an answer by their place, so
a site that moves them gives wrong numbers under right names: lowest and highest price are compared in every row.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

from yanbao.source.vendor import Endpoint, Patience, VendorSource, missing_client, need_folder

NAME: Final = "akshare"
_SHARES: Final = ("SH", "SZ", "BJ")


def _history(client: Any, code: str, first: date, last: date, adjust: str) -> Any:
    frame = client.stock_zh_a_hist(
        symbol=code.partition(".")[0],
        period="daily",
        start_date=f"{first:%Y%m%d}",
        end_date=f"{last:%Y%m%d}",
        adjust=adjust,
        timeout=30,
    )
    # the exchange is known here and not in the answer
    return frame.assign(code=code)


def _index(client: Any, code: str, first: date, last: date) -> Any:
    frame = client.index_hist_sw(symbol=code.partition(".")[0], period="day")
    if len(frame):
        # the client gives the whole history
        frame = frame[(frame["日期"] >= first) & (frame["日期"] <= last)]
    return frame.assign(code=code)


ENDPOINTS: Final = {
    "price": Endpoint(
        "price",
        lambda client, code, first, last: _history(client, code, first, last, ""),
        """
        table = "price"
        source = "SOURCE"
        files = "FILE"
        [columns]
        code = "code"
        day = "日期"
        open = { from = "开盘", unit = "元" }
        high = { from = "最高", unit = "元" }
        low = { from = "最低", unit = "元" }
        close = { from = "收盘", unit = "元" }
        volume = { from = "成交量", unit = "手" }
        amount = { from = "成交额", unit = "元" }
        turnover = { from = "换手率", unit = "%" }
        """,
        _SHARES,
        ordered=(("最低", "开盘", "最高"), ("最低", "收盘", "最高")),
    ),
    "adjusted_price": Endpoint(
        "adjusted_price",
        lambda client, code, first, last: _history(client, code, first, last, "qfq"),
        """
        table = "adjusted_price"
        source = "SOURCE"
        files = "FILE"
        constants = { adjustment = "dividend" }
        [columns]
        code = "code"
        day = "日期"
        close = { from = "收盘", unit = "元" }
        """,
        _SHARES,
        ordered=(("最低", "开盘", "最高"), ("最低", "收盘", "最高")),
    ),
    "index_level": Endpoint(
        "index_level",
        _index,
        """
        table = "index_level"
        source = "SOURCE"
        files = "FILE"
        [columns]
        code = "code"
        day = "日期"
        open = "开盘"
        high = "最高"
        low = "最低"
        close = "收盘"
        volume = { from = "成交量", unit = "亿股" }
        amount = { from = "成交额", unit = "亿元" }
        """,
        ("SI",),
        ordered=(("最低", "最高"),),
    ),
}


def _client() -> Any:
    try:
        import akshare  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise missing_client(NAME, error) from error
    return akshare


def _passing(error: Exception) -> bool:
    """Whether a failure may pass: a connection, or a page of refusal in the place of JSON."""
    return isinstance(error, OSError | json.JSONDecodeError)


def patience(per_minute: int) -> Patience:
    """Return how akshare is asked; its parsers fail with these where a site answers something else."""
    return Patience(per_minute, _passing, (OSError, ValueError, LookupError, TypeError, AttributeError))


def source(data: Path | None = None) -> VendorSource:
    """Return the source that asks for what `akshare.toml` in the folder `data` lists.

    Raises:
        SourceError: no folder is given.
        WorkspaceError: `akshare.toml` has mistakes.
    """
    return VendorSource(NAME, need_folder(NAME, data), ENDPOINTS, _client, patience)
