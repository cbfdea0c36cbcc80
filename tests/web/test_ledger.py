"""The ledger in the workbench: found, filtered, verified, taken away whole."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from rating.ledgers import AT, ended, estimate, made_anew, model_ledger, rated, rows_of, write
from record_bench import ROOT
from web_bench import NAME, Bench
from yanbao.rating import append, read_ledger

ADDRESS = f"{ROOT}/ledger"


@pytest.fixture
def kept(bench: Bench) -> Bench:
    """The six calls of the model report, then a cut, a withdrawal and a call of another analyst."""
    model_ledger(bench.workspace)
    later = [
        rated("688208.SH", "中性", date(2024, 9, 2)),
        ended("withdraw", "000034.SZ", date(2024, 9, 3)),
        rated("600519.SH", day=date(2024, 10, 8), analyst="陆衡", price=Decimal("1500.10"), currency="CNY"),
    ]
    append(bench.workspace / "calls.csv", later, recorded=AT)
    return bench


def rows(bench: Bench, query: str = "") -> list[list[str]]:
    page = bench.client.get(f"{ADDRESS}?lang=en{query}").text
    body = page.split("<tbody>")[-1].split("</tbody>")[0]
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")[:-1]]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_calls_with_their_fate(kept: Bench) -> None:
    found = {row[0]: row for row in rows(kept)}
    assert list(found) == [f"C0000{at}" for at in range(1, 9)]
    assert found["C00002"][2:6] == ["688208.SH", "道通科技", "initiate", "买入"]
    assert found["C00002"][-3:] == ["superseded", "2024-09-02", "C00007"]
    assert found["C00004"][-3:] == ["withdrawn", "2024-09-03", "重大资产重组"]
    assert found["C00001"][-3:] == ["standing", "", ""]
    assert found["C00007"][4] == "cut"
    assert found["C00008"][7] == "1500.10"


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ("&security=688208", ["C00002", "C00007"]),
        ("&security=科远", ["C00001"]),
        ("&analyst=陆衡", ["C00008"]),
        ("&action=cut", ["C00007"]),
        ("&rating=中性", ["C00007"]),
        ("&fate=standing", ["C00001", "C00003", "C00005", "C00006", "C00007", "C00008"]),
        ("&from=2024-09-02&to=2024-09-30", ["C00007"]),
        ("&from=2024-09-03", ["C00008"]),
        ("&from=2030-01-01", []),
        ("&page=7", []),
        ("&page=-1&security=688208", ["C00002", "C00007"]),
    ],
)
def test_filters(kept: Bench, query: str, calls: list[str]) -> None:
    assert [row[0] for row in rows(kept, query) if len(row) > 1] == calls


def test_entries_of_a_call(kept: Bench) -> None:
    assert len(rows(kept, "&view=entries")) == 15
    first, second, third = rows(kept, "&view=entries&call=C00004")
    assert [first[2], second[2], third[2]] == ["initiate", "estimate", "withdraw"]
    assert second[10:14] == ["EPS", "2024E", "2.10", "元"]
    assert [row[0] for row in rows(kept, "&view=entries&action=withdraw")] == ["14"]


def test_the_file_is_taken_whole(kept: Bench) -> None:
    answer = kept.client.get(f"{ROOT}/calls.csv")
    assert answer.content == (kept.workspace / "calls.csv").read_bytes()
    assert "attachment" in answer.headers["content-disposition"]


def verified(bench: Bench, pasted: str) -> str:
    answer = bench.send(f"{ADDRESS}/verify", {"head": pasted})
    assert answer.status_code == 303
    return str(bench.client.get(answer.headers["location"] + "&lang=en").text)


def test_a_pasted_head_shows_what_the_file_cannot(kept: Bench) -> None:
    path = kept.workspace / "calls.csv"
    head = read_ledger(path).head
    assert "cannot be seen" in kept.client.get(f"{ADDRESS}?lang=en").text
    for pasted in (f"{head.count}:{head.hash}", f" {head}\n", f"台账头 {head.count}:{head.hash}，共15条" * 2000):
        assert "Whole; heads that agree: 1" in verified(kept, pasted)
    assert "There is no head" in verified(kept, "yesterday's")
    table = rows_of(path)
    write(path, table[:13])  # three entries are cut off
    assert "Whole by itself" in kept.client.get(f"{ADDRESS}?lang=en").text
    page = verified(kept, str(head))
    assert "<td>cut</td>" in page
    assert "C00006" in page  # what stands is shown all the same
    table[5][table[0].index("name")] = "他"
    made_anew(table, 5)
    write(path, table)
    assert "Whole by itself" in kept.client.get(f"{ADDRESS}?lang=en").text
    assert "<td>rewritten</td>" in verified(kept, str(head))


def test_a_broken_ledger_is_told_and_not_relied_on(kept: Bench) -> None:
    path = kept.workspace / "calls.csv"
    path.write_text(path.read_text("utf-8").replace("海光信息", "海光"), "utf-8")
    page = kept.client.get(f"{ADDRESS}?lang=en").text
    assert '<td class="number">5</td>' in page
    assert "<td>altered</td>" in page
    assert "C00001" not in page
    assert kept.client.get(f"{ROOT}/calls.csv").content == path.read_bytes()
    path.write_bytes(b"\xff\xfe\x00")
    assert kept.client.get(ADDRESS).status_code == 400


def test_no_ledger(shown: Bench) -> None:
    assert "no ledger yet" in shown.client.get(f"{ADDRESS}?lang=en").text
    assert shown.client.get(f"{ROOT}/calls.csv").status_code == 404


def test_a_ledger_outside_of_the_workspace_is_not_read(bench: Bench) -> None:
    model_ledger(bench.folder)
    settings = bench.workspace / "yanbao.toml"
    text = settings.read_text("utf-8")
    for name in ("../calls.csv", "/etc/passwd"):
        settings.write_text(f'{text}\n[ledger]\nbenchmark = "000300.SH"\nfile = "{name}"\n', "utf-8")
        for address in (ADDRESS, f"{ROOT}/calls.csv", f"{ROOT}/score"):
            answer = bench.client.get(address)
            assert "道通科技" not in answer.text
            assert "root:" not in answer.text


def test_names_are_no_markup(bench: Bench) -> None:
    evil = "<img src=x onerror=alert(1)>"
    entries = [
        rated(name=evil, analyst=evil, title=evil),
        estimate(),
        ended("suspend", reason=evil),
    ]
    append(bench.workspace / "calls.csv", entries, recorded=AT)
    for query in ("", "?view=entries", f"?security={evil}&analyst={evil}&call={evil}&head={evil}&view={evil}"):
        page = bench.client.get(ADDRESS + query).text
        assert "<img" not in page
    assert len(rows(bench, f"&analyst={evil}")) == 1


def test_many_entries_come_page_by_page(bench: Bench) -> None:
    codes = [f"{600000 + at}.SH" for at in range(250)]
    append(bench.workspace / "calls.csv", [rated(code, name=f"股{code}") for code in codes], recorded=AT)
    pages = [[row[2] for row in rows(bench, f"&page={at}") if len(row) > 1] for at in (1, 2, 3)]
    assert [len(page) for page in pages] == [200, 50, 0]
    assert pages[0] + pages[1] == codes
    assert f"/w/{NAME}/record/calls.csv" in bench.client.get(ADDRESS).text
