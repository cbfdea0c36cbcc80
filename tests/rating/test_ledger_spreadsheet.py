"""A ledger that a spreadsheet or an editor saved, and files that only look like one: each says what was done to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rating.ledgers import estimate, model_ledger, rated, rows_of, write
from yanbao.errors import RatingError, WorkspaceError
from yanbao.rating import COLUMNS, Ledger, Problem, append, read_ledger, read_rows, verify

NAMES = [column.name for column in COLUMNS]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return model_ledger(tmp_path)


def found(ledger: Ledger) -> list[Problem]:
    problems = verify(read_rows(ledger.path))
    if problems:
        with pytest.raises(WorkspaceError):
            read_ledger(ledger.path)
    return problems


def test_crlf_and_a_byte_order_mark(ledger: Ledger) -> None:
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    (problem,) = found(ledger)
    assert "another program saved the file: a byte order mark in front, CRLF at line ends" in problem.cause
    assert "git checkout" in problem.hint


def test_gbk(ledger: Ledger) -> None:
    ledger.path.write_bytes(ledger.path.read_text("utf-8").encode("gbk"))
    assert ["GBK in place of UTF-8" in problem.cause for problem in found(ledger)] == [True]


def saved_by_excel(ledger: Ledger) -> None:
    """As Excel saves a CSV that it opened: numbers lose zeros, long digits their ends, days their form."""
    rows = rows_of(ledger.path)
    for row in rows[1:]:
        for at, cell in enumerate(row):
            if re.fullmatch(r"-?\d+\.\d*0", cell):
                row[at] = cell.rstrip("0").rstrip(".")
            elif re.fullmatch(r"0{64}", cell):
                row[at] = "0"
            elif match := re.fullmatch(r"(\d{4})-0?(\d+)-0?(\d+)", cell):
                row[at] = "/".join(match.groups())
    write(ledger.path, rows)
    ledger.path.write_bytes(b"\xef\xbb\xbf" + ledger.path.read_bytes().replace(b"\n", b"\r\n"))


def test_a_ledger_that_excel_saved_says_what_each_cell_was(ledger: Ledger) -> None:
    saved_by_excel(ledger)
    problems = found(ledger)
    assert problems[0].entry == 0
    assert "CRLF" in problems[0].cause
    assert [(one.entry, one.kind) for one in problems[1:]] == [(number, "altered") for number in range(1, 13)]
    first, second = problems[1], problems[2]
    assert first.field == "published, price, previous"  # 18.30 -> 18.3, 64 zeros -> 0
    assert first.cause == "was altered: 2024/7/15 was 2024-07-15"
    assert second.field == "published, value"  # 1.00 -> 1


def test_only_zeros_dropped(ledger: Ledger) -> None:
    rows = rows_of(ledger.path)
    at = NAMES.index("price")
    assert rows[9][at] == "227.50"
    rows[9][at] = "227.5"
    write(ledger.path, rows)
    (problem,) = found(ledger)
    assert (problem.entry, problem.field, problem.cause) == (9, "price", "was altered: 227.5 was 227.50")


def test_quotes_round_every_cell_change_nothing_but_are_told(ledger: Ledger) -> None:
    rows = rows_of(ledger.path)
    ledger.path.write_text("".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows), "utf-8")
    (problem,) = found(ledger)
    assert problem.cause == "cells are quoted in another way, or there are blank lines"


@pytest.mark.parametrize("cut", [1, 2, 20, 70, 140, 280])
def test_a_file_that_was_cut_in_the_middle_of_a_row(ledger: Ledger, cut: int) -> None:
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(content[:-cut])
    problems = found(ledger)
    assert {problem.kind for problem in problems} <= {"torn", "altered"}
    assert problems[0].entry == 12


def test_a_row_too_long_and_a_quote_never_closed(ledger: Ledger) -> None:
    text = ledger.path.read_text("utf-8")
    lines = text.splitlines()
    ledger.path.write_text("\n".join([*lines[:4], lines[4] + ",x", *lines[5:]]) + "\n", "utf-8")
    assert [(one.entry, one.kind, one.line) for one in found(ledger)] == [(4, "torn", 5)]
    ledger.path.write_text(text.replace("沈砚", '"沈砚', 1), "utf-8")
    assert any("is not CSV" in one.cause for one in found(ledger))


def test_what_is_no_ledger_at_all(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    with pytest.raises(RatingError, match="there is no ledger"):
        read_ledger(path)
    for content, told in ((b"", "is empty"), (b"a,b\n1,2\n", "the first line lacks entry"), (b"\n", "is empty")):
        path.write_bytes(content)
        with pytest.raises(WorkspaceError, match=told):
            read_ledger(path)
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(RatingError, match="neither UTF-8 nor GBK"):
        read_ledger(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(RatingError, match="cannot be read"):
        read_ledger(path)


def test_a_cell_of_a_megabyte_and_a_nul(ledger: Ledger) -> None:
    text = ledger.path.read_text("utf-8")
    ledger.path.write_text(text.replace("沈砚", "沈" * 1_000_000, 1), "utf-8")
    assert found(ledger)
    ledger.path.write_text(text.replace("沈砚", "沈\0砚", 1), "utf-8")
    assert found(ledger)


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "+1", "-x", "@cmd", "a\nb", "a\rb", " a", "a ", "\u200b", "x" * 2001]
)
@pytest.mark.parametrize("column", ["name", "analyst", "title", "house", "licence"])
def test_texts_that_would_run_or_break_a_row_are_refused(tmp_path: Path, column: str, text: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        append(tmp_path / "calls.csv", [rated(**{column: text})])
    assert caught.value.mistakes[0].field == column
    assert not (tmp_path / "calls.csv").exists()


def test_signs_of_names_that_are_right_are_taken(tmp_path: Path) -> None:
    odd = [
        rated("000002.SZ", name="万　科Ａ"),
        rated("600519.SH", name='贵州,"茅台"'),
        rated("600518.SH", name="*ST康美"),
    ]
    append(tmp_path / "calls.csv", [*odd, estimate("600519.SH", "-0.35")])
    ledger = read_ledger(tmp_path / "calls.csv")
    assert [entry.name for entry in ledger.entries[:3]] == ["万　科Ａ", '贵州,"茅台"', "*ST康美"]


def test_a_row_appended_by_hand_with_a_right_hash_still_has_to_make_sense(ledger: Ledger) -> None:
    from rating.ledgers import made_anew

    rows = rows_of(ledger.path)
    forged = list(rows[1])
    forged[NAMES.index("entry")] = "13"
    forged[NAMES.index("rating")] = "强买"
    rows.append(forged)
    made_anew(rows, 13)
    write(ledger.path, rows)
    told = {(one.entry, one.field) for one in found(ledger)}
    assert told == {(13, "rating"), (13, "call")}
