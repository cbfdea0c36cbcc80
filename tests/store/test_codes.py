"""Codes of securities: every form that vendors print, and every form that must not be guessed."""

from __future__ import annotations

import pytest

from yanbao.errors import StoreError
from yanbao.store.codes import board_of, kind_of, read_code

READ = [
    # as printed, what the caller knows, the one form
    ("600519.SH", None, "600519.SH"),
    ("sh.600519", None, "600519.SH"),
    ("SH600519", "stock", "600519.SH"),
    ("600519.XSHG", None, "600519.SH"),
    ("600519.SS", None, "600519.SH"),
    ("SHSE.600519", None, "600519.SH"),
    (" 600519 ", "stock", "600519.SH"),
    ("600519.0", "stock", "600519.SH"),
    ("000001.XSHE", "stock", "000001.SZ"),
    ("sz300033", "stock", "300033.SZ"),
    ("302132", "stock", "302132.SZ"),
    ("688041", "stock", "688041.SH"),
    ("689009", "stock", "689009.SH"),
    ("430047", "stock", "430047.BJ"),
    ("830799", "stock", "830799.BJ"),
    ("873001", "stock", "873001.BJ"),
    ("920002", "stock", "920002.BJ"),
    ("bj.830799", None, "830799.BJ"),
    ("400001", "stock", "400001.NQ"),
    ("830799.NQ", "stock", "830799.NQ"),
    ("830799.OC", "stock", "830799.NQ"),
    ("900901", "stock", "900901.SH"),
    ("200012", "stock", "200012.SZ"),
    ("700.HK", "stock", "00700.HK"),
    ("00700.HK", None, "00700.HK"),
    ("HK00700", None, "00700.HK"),
    ("HSI.HK", "index", "HSI.HK"),
    ("aapl.us", "stock", "AAPL.US"),
    ("AAPL.O", "stock", "AAPL.US"),
    ("BRK.B.US", None, "BRK.B.US"),
    ("BRK-B.US", None, "BRK.B.US"),
    ("US.AAPL", None, "AAPL.US"),
    ("801750.SI", "index", "801750.SI"),
    ("801750", "index", "801750.SI"),
    ("CI005001.WI", "index", "005001.CI"),
    ("CI005001", "index", "005001.CI"),
    ("931087.CSI", "index", "931087.CSI"),
    ("H30373", "index", "H30373.CSI"),
    ("000300.CSI", "index", "000300.SH"),
    ("399006", "index", "399006.SZ"),
    ("899050", "index", "899050.BJ"),
    ("510300", "fund", "510300.SH"),
    ("159915.SZ", "fund", "159915.SZ"),
    # index codes hide among stocks: the exchange decides, or the kind
    ("sh.000034", "index", "000034.SH"),
    ("sz.000034", "stock", "000034.SZ"),
    ("sh.000300", None, "000300.SH"),
    ("000300", "index", "000300.SH"),
    ("000300", "stock", "000300.SZ"),
    ("113050.SH", None, "113050.SH"),  # a bond: its exchange is given, its kind is not for us to say
]


@pytest.mark.parametrize(("text", "kind", "code"), READ)
def test_a_code_is_read_in_the_forms_of_vendors(text: str, kind: str | None, code: str) -> None:
    assert read_code(text, kind) == code
    assert read_code(code) == code, "the one form reads as itself"


REFUSED = [
    ("000300", None, "may be"),  # an index of Shanghai or a stock of Shenzhen
    ("sh.000034", "stock", "is an index, not a stock"),
    ("sz.000034", "index", "is a stock, not an index"),
    ("600519", "index", "is a stock"),
    ("600519.SZ", None, "SH does"),
    ("000001.BJ", "stock", "SZ does"),
    ("1", "stock", "zeros in front"),
    ("2.0", "stock", "zeros in front"),
    ("600519.5", "stock", "no exchange"),
    ("6005190", "stock", "no exchange"),
    ("123456.HK", None, "no code of HK"),
    ("AAPL", "stock", "no exchange"),
    ("BRK.A", "stock", "no exchange"),  # a class of shares, not the American exchange
    ("", None, "no code"),
    ("６００５１９", "stock", "no code"),
    ("=600519", "stock", "no exchange"),
    ("600519.SH; DROP TABLE price", None, "no exchange"),
    ("9" * 10_000, None, "no code"),
    ("nan", "stock", "no exchange"),
    ("-", "stock", "no exchange"),
]


@pytest.mark.parametrize(("text", "kind", "why"), REFUSED)
def test_what_is_ambiguous_or_contradicts_itself_is_refused_with_the_reason(
    text: str, kind: str | None, why: str
) -> None:
    with pytest.raises(StoreError, match=why):
        read_code(text, kind)


def test_lost_zeros_come_back_only_where_the_mapping_says_that_they_were_lost() -> None:
    assert read_code("1", "stock", lost_zeros=True) == "000001.SZ"
    assert read_code("2415.0", "stock", lost_zeros=True) == "002415.SZ"
    assert read_code("sz.2415", "stock", lost_zeros=True) == "002415.SZ"
    assert read_code("600519", "stock", lost_zeros=True) == "600519.SH"
    assert read_code("300", "index", lost_zeros=True) == "000300.SH"


def test_kind_and_board_are_said_only_where_the_ranges_tell() -> None:
    assert [kind_of(code) for code in ("000034.SH", "000034.SZ", "113050.SH", "830799.NQ", "AAPL.US", "801750.SI")] == [
        "index",
        "stock",
        None,
        "stock",
        None,
        "index",
    ]
    assert [board_of(code) for code in ("600519.SH", "300033.SZ", "688041.SH", "920002.BJ", "900901.SH")] == [
        "main",
        "chinext",
        "star",
        "beijing",
        "other",
    ]
    assert [board_of(code) for code in ("000300.SH", "510300.SH", "00700.HK")] == [None, None, None]
