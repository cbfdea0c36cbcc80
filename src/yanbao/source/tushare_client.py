"""tushare pro: prices, valuations and statements of A-shares, through its own Python client.

Written against tushare 1.4 (`pro_api`). The token stands in the environment, `TUSHARE_TOKEN`. Units are those of its
documentation: volume in lots, amount in thousands of yuan, market value in ten thousands, statements in yuan. An answer
as long as the most that the vendor gives may be cut, and is refused.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any, Final

from yanbao.errors import SourceError
from yanbao.source.vendor import Endpoint, Patience, VendorSource, missing_client, need_folder

NAME: Final = "tushare"
TOKEN: Final = "TUSHARE_TOKEN"  # noqa: S105 - the name of a variable
_SHARES: Final = ("SH", "SZ", "BJ")
_INCOME: Final = (
    "ts_code,f_ann_date,end_date,report_type,total_revenue,revenue,oper_cost,sell_exp,admin_exp,rd_exp,fin_exp,"
    "operate_profit,total_profit,income_tax,n_income,n_income_attr_p"
)


def _between(first: date, last: date) -> dict[str, str]:
    return {"start_date": f"{first:%Y%m%d}", "end_date": f"{last:%Y%m%d}"}


ENDPOINTS: Final = {
    "price": Endpoint(
        "price",
        lambda client, code, first, last: client.daily(ts_code=code, **_between(first, last)),
        """
        table = "price"
        source = "SOURCE"
        files = "FILE"
        [columns]
        code = "ts_code"
        day = "trade_date"
        open = { from = "open", unit = "元" }
        high = { from = "high", unit = "元" }
        low = { from = "low", unit = "元" }
        close = { from = "close", unit = "元" }
        volume = { from = "vol", unit = "手" }
        amount = { from = "amount", unit = "千元" }
        """,
        _SHARES,
        most=6000,
        ordered=(("low", "open", "high"), ("low", "close", "high")),
    ),
    "valuation": Endpoint(
        "valuation",
        lambda client, code, first, last: client.daily_basic(ts_code=code, **_between(first, last)),
        """
        table = "valuation"
        source = "SOURCE"
        files = "FILE"
        constants = { source = "tushare" }
        [columns]
        code = "ts_code"
        day = "trade_date"
        close = { from = "close", unit = "元" }
        market_value = { from = "total_mv", unit = "万元" }
        float_value = { from = "circ_mv", unit = "万元" }
        pe_ttm = "pe_ttm"
        pb = "pb"
        ps_ttm = "ps_ttm"
        """,
        _SHARES,
        most=6000,
        ordered=(("circ_mv", "total_mv"),),
    ),
    "index_level": Endpoint(
        "index_level",
        lambda client, code, first, last: client.index_daily(ts_code=code, **_between(first, last)),
        """
        table = "index_level"
        source = "SOURCE"
        files = "FILE"
        [columns]
        code = "ts_code"
        day = "trade_date"
        open = "open"
        high = "high"
        low = "low"
        close = "close"
        volume = { from = "vol", unit = "手" }
        amount = { from = "amount", unit = "千元" }
        """,
        (*_SHARES, "CSI"),
        most=8000,
        ordered=(("low", "open", "high"), ("low", "close", "high")),
    ),
    # by the day of the announcement, so that a report and its later correction are two vintages
    "statement": Endpoint(
        "statement",
        lambda client, code, first, last: client.income(ts_code=code, fields=_INCOME, **_between(first, last)),
        """
        table = "statement"
        source = "SOURCE"
        files = "FILE"
        constants = { basis = "ytd" }
        [columns]
        code = "ts_code"
        period = "end_date"
        published = "f_ann_date"
        [[drop]]
        column = "report_type"
        lacks = '^[145]$'
        reason = "not a consolidated statement since the year began"
        [melt]
        into = "line"
        value = "value"
        unit = "元"
        [melt.columns]
        total_revenue = "total_revenue"
        revenue = "revenue"
        oper_cost = "cost"
        sell_exp = "selling_expense"
        admin_exp = "admin_expense"
        rd_exp = "rd_expense"
        fin_exp = "finance_expense"
        operate_profit = "operating_profit"
        total_profit = "profit_before_tax"
        income_tax = "income_tax"
        n_income = "net_profit"
        n_income_attr_p = "net_profit_parent"
        """,
        _SHARES,
        most=1000,
    ),
}


def _client() -> Any:
    try:
        import tushare  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise missing_client(NAME, error) from error
    token = os.environ.get(TOKEN)
    if not token:
        raise SourceError(f"source {NAME}: no token\n    hint: export {TOKEN}=…")
    return tushare.pro_api(token)


def _passing(error: Exception) -> bool:
    """Whether a failure may pass: a connection, or one question too many in a minute."""
    return isinstance(error, OSError) or "每分钟" in str(error)


def patience(per_minute: int) -> Patience:
    """Return how tushare is asked; its client raises plain `Exception` for whatever the vendor says."""
    return Patience(per_minute, _passing, (Exception,), wait=15.0)


def source(data: Path | None = None) -> VendorSource:
    """Return the source that asks for what `tushare.toml` in the folder `data` lists.

    Raises:
        SourceError: no folder is given.
        WorkspaceError: `tushare.toml` has mistakes.
    """
    return VendorSource(NAME, need_folder(NAME, data), ENDPOINTS, _client, patience)
