"""Sign-off in the workbench: who signs, what is waived, what is refused, what is published."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from playwright.sync_api import expect

from browsing import PHONE, Tab, serious
from rating.ledgers import model_ledger, rated
from record_bench import PEOPLE, ROOT, A, B, ask, build_of, good, misprinted, signed, small_market
from web_bench import NAME, Bench, Live
from yanbao.build.signing import sign
from yanbao.check.findings import Proof
from yanbao.errors import BuildError
from yanbao.rating import append
from yanbao.web import record_work

SIGNATURES, LEDGER = "signatures.csv", "calls.csv"


def files(bench: Bench) -> dict[str, bytes]:
    """Everything in the workspace but locks, and the build."""
    roots = (bench.workspace, bench.out)
    return {
        str(path): path.read_bytes()
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and path.suffix != ".lock"
    }


def heads_by_hand(bench: Bench) -> str:
    """The head of a ledger, as docs/ledger.md says that it is made."""
    previous, count = "0" * 64, 0
    with (bench.workspace / LEDGER).open(encoding="utf-8", newline="") as file:
        for count, row in enumerate(csv.DictReader(file), 1):  # noqa: B007 (the last count is the result)
            pairs = [[name, cell] for name, cell in row.items() if cell and name != "hash"]
            assert row["previous"] == previous
            text = json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))
            previous = hashlib.sha256(text.encode()).hexdigest()
    return f"{count} {previous}"


def test_who_signed_what_and_when_and_who_has_not(caller: Bench) -> None:
    page = caller.client.get(f"{ROOT}?lang=en").text
    assert "4 of 4 roles have not signed" in page
    assert page.count('<span class="state">missing</span>') == 4
    signed(caller, {"author": "沈砚"})
    page = caller.client.get(f"{ROOT}?lang=en").text
    assert "3 of 4 roles have not signed" in page
    row = page.split('<th scope="row">')[1].split("</tr>")[0]
    assert "Author" in row
    assert "沈砚" in row
    with (caller.workspace / SIGNATURES).open(encoding="utf-8") as file:
        (kept,) = csv.DictReader(file)
    assert f"{kept['signed'][:10]} {kept['signed'][11:16]} UTC" in row
    assert '<option value="author"' not in page  # it has signed
    assert '<option value="reviewer" selected>' in page
    assert "撰写" in caller.client.get(f"{ROOT}?lang=zh").text


def test_signed_by_all_it_is_published_once(caller: Bench) -> None:
    signed(caller, {role: name for role, name in PEOPLE.items() if role in ("author", "reviewer")})
    before = files(caller)
    _, page = ask(caller, "publish", tag="v1")
    assert "Not published; nothing was written" in page
    for reason in ("quality has not signed this build", "compliance has not signed", "is in no Git repository"):
        assert reason in page
    assert 'name="tag" maxlength="100" autocomplete="off" value="v1"' in page
    assert files(caller) == before
    sign(caller.out, caller.workspace, "quality", PEOPLE["quality"], prove=good)
    result, page = ask(caller, "sign", role="compliance", name=PEOPLE["compliance"])  # by the real proof
    assert result["reasons"] == []
    assert result["proof"]["line"].startswith("proved: ")
    assert "Signed by 秦越" in page
    assert "Signed by all" in page
    assert result["proof"]["line"] in caller.client.get("/").text  # the proof is kept for home
    result, page = ask(caller, "publish", tag="")
    assert result["head"] == heads_by_hand(caller)
    assert result["head"] in page
    assert "Published: entries 1 to 4" in page  # a rating, and its three estimates
    assert json.loads((caller.out / "publication.json").read_text("utf-8"))["head"] == result["head"]
    page = caller.client.get(f"{ROOT}?lang=en").text
    assert "Published: entries 1 to 4" in page
    assert "/record/publish" not in page  # nothing is left to publish


def test_a_finding_is_refused_then_waived_with_its_reason(caller: Bench) -> None:
    misprinted(caller)
    before = files(caller)
    result, page = ask(caller, "sign", role="author", name="沈砚")
    assert result["reasons"]
    assert all(reason.split(":")[0].count("@") == 1 for reason in result["reasons"])
    assert files(caller) == before
    keys = re.findall(r'name="finding" value="([^"]+)"', page)
    assert len(keys) == len({reason.split(": ")[0] for reason in result["reasons"]})
    assert 'value="沈砚"' in page  # what was typed is not lost
    given = {"finding": keys, "reason": ["印错，已刊更正" for _ in keys]}
    half, page = ask(caller, "sign", role="author", name="沈砚", finding=[*keys, "as-of@nowhere"], reason=["x"] * 9)
    assert any("there is no finding as-of@nowhere to waive" in reason for reason in half["reasons"])
    assert 'value="x"' in page
    assert files(caller) == before
    result, page = ask(caller, "sign", role="author", name="沈砚", **given)
    assert result["reasons"] == []
    assert page.count("印错，已刊更正") == len(keys)
    with (caller.workspace / SIGNATURES).open(encoding="utf-8") as file:
        first, *waived = csv.DictReader(file)
    assert (first["role"], first["name"], first["code"]) == ("author", "沈砚", "")
    assert {f"{row['code']}@{row['place']}" for row in waived} == set(keys)
    assert {row["reason"] for row in waived} == {"印错，已刊更正"}
    assert 'name="finding"' not in page  # waived for those who sign later, too


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof that finds nothing, for work that is done in this process."""
    monkeypatch.setattr("yanbao.check.proof.prove", good)


def work(bench: Bench, do: str, build: str, **asked: object) -> list[str]:
    """Do what a job does, in this process, and return why it was refused."""
    folders = {"out": str(bench.out), "workspace": str(bench.workspace)}
    found = getattr(record_work, do)({**folders, "build": build, **asked}, lambda step: None)
    return list(found["reasons"])


@pytest.mark.usefixtures("at_once")
def test_every_reason_is_told_and_nothing_is_written(caller: Bench) -> None:
    signed(caller, {"author": "沈砚"})
    before = files(caller)
    asked = {"role": "compliance", "name": "沈 砚 ", "waive": [{"code": "as-of", "place": "p", "reason": "=1+1"}]}
    reasons = work(caller, "sign", build_of(caller), **asked)
    for part in ("compliance signs after reviewer, quality", "has signed as author", "blanks", "would run it"):
        assert any(part in reason for reason in reasons), part
    assert files(caller) == before


@pytest.mark.usefixtures("at_once")
def test_the_second_tab_is_told(caller: Bench) -> None:
    seen = build_of(caller)  # by both
    assert work(caller, "sign", seen, role="author", name="沈砚", waive=[]) == []
    before = files(caller)
    (told,) = work(caller, "sign", seen, role="author", name="陆衡", waive=[])
    assert told.startswith("author has signed this build: 沈砚")
    assert files(caller) == before
    misprinted(caller)  # a build that neither of them has seen
    for do, asked in (("sign", {"role": "reviewer", "name": "陆衡", "waive": []}), ("publish", {"tag": ""})):
        (told,) = work(caller, do, seen, **asked)
        assert "the build was replaced since the page was shown" in told
    assert (caller.workspace / SIGNATURES).read_bytes() == before[str(caller.workspace / SIGNATURES)]


def test_a_changed_byte_voids_every_signature(caller: Bench) -> None:
    signed(caller)
    with (caller.out / "report.html").open("a", encoding="utf-8") as file:
        file.write(" ")
    page = caller.client.get(f"{ROOT}?lang=en").text
    assert "every signature is void" in page
    assert "report.html: is not the file that was built" in page
    assert page.count('<span class="state bad">void</span>') == 4
    assert "/record/sign" not in page


def test_another_build_voids_them_too(caller: Bench) -> None:
    old = build_of(caller)
    signed(caller, {"author": "沈砚"})
    misprinted(caller)
    page = caller.client.get(f"{ROOT}?lang=en").text
    assert f"signed another build ({old[:12]}…)" in page
    assert '<option value="author" selected>' in page


def test_names_and_reasons_are_no_markup(caller: Bench) -> None:
    sign(caller.out, caller.workspace, "author", "<script>alert(1)</script>", prove=good)
    page = caller.client.get(ROOT).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    result, page = ask(
        caller, "sign", role="reviewer", name='"><img src=x onerror=alert(1)>', finding="a@b", reason="<b>"
    )
    assert result["reasons"]
    assert "<img src=x" not in page
    assert "<b>&lt;" not in page


def test_what_cannot_be_shown_says_so_plainly(bench: Bench, caller: Bench) -> None:
    assert "makes no calls" in bench.client.get(f"{ROOT}?lang=en").text  # the starter
    for data in ({"role": "author", "name": " "}, {"role": "", "name": "x"}):
        assert bench.send(f"{ROOT}/sign", data).status_code == 422
    (caller.workspace / SIGNATURES).write_text("who,what\n", "utf-8")
    answer = caller.client.get(f"{ROOT}?lang=en")
    assert (answer.status_code, "the columns are not" in answer.text) == (200, True)
    (caller.out / "manifest.json").unlink()
    assert "Nothing is built yet" in caller.client.get(f"{ROOT}?lang=en").text
    (caller.workspace / SIGNATURES).unlink()
    (caller.workspace / LEDGER).write_text("broken\n", "utf-8")
    for do, data in (("sign", {"role": "author", "name": "x", "waive": []}), ("publish", {"tag": "--help"})):
        with pytest.raises(BuildError, match="is not a build folder"):
            work(caller, do, "0" * 64, **data)


def test_forms_of_other_pages_are_refused(caller: Bench) -> None:
    for address in (f"{ROOT}/sign", f"{ROOT}/publish", f"{ROOT}/ledger/verify", f"{ROOT}/score"):
        answer = caller.client.post(address, data={"role": "author"}, headers={"origin": "http://127.0.0.1:8765"})
        assert answer.status_code == 403
        assert caller.client.get(f"/w/nowhere/{address.split('/', 3)[3]}").status_code in (404, 405)


def test_a_report_without_a_proof_is_not_taken_for_a_proved_one(caller: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Proof({}, (), {})
    monkeypatch.setattr("yanbao.check.proof.prove", lambda document, inputs, files: empty)
    assert work(caller, "sign", build_of(caller), role="author", name="沈砚", waive=[]) == ["the proof found no output"]


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.slow
def test_a_refusal_leads_to_a_waiver_without_losing_a_word(live: Live, page: Tab, calling: Path, language: str) -> None:
    rmtree(live.folder)
    copytree(calling, live.folder)
    misprinted(live)
    tab = page.page
    tab.goto(f"{live.address}{ROOT}?lang={language}")
    tab.locator("#name").fill("沈砚")
    tab.locator("#name").press("Enter")
    tab.wait_for_url(f"**/w/{NAME}/record?job=*", timeout=90_000)
    expect(tab.get_by_role("alert")).to_contain_text("18.39")
    assert serious(tab) == []
    expect(tab.locator("#name")).to_have_value("沈砚")
    tab.locator("#reason-1").fill("已刊更正")
    tab.locator("#reason-1").press("Enter")
    tab.wait_for_url("**/jobs/*")
    tab.wait_for_url(f"**/w/{NAME}/record?job=*", timeout=90_000)
    expect(tab.get_by_role("status").first).to_contain_text("沈砚")
    expect(tab.get_by_role("row").nth(1)).to_contain_text("已刊更正")
    assert serious(tab) == []
    assert ",author,沈砚," in (live.workspace / SIGNATURES).read_text("utf-8")


@pytest.mark.browser
@pytest.mark.slow
def test_ledger_and_scorecard_for_everybody(live: Live, page: Tab) -> None:
    model_ledger(live.workspace)
    small_market(live.workspace)
    append(
        live.workspace / LEDGER, [rated(A, day=date(2024, 1, 10)), rated(B, "卖出", date(2024, 1, 10), analyst="陆衡")]
    )
    tab = page.page
    tab.goto(f"{live.address}{ROOT}/score?lang=en")
    tab.get_by_label("Group by").select_option("analyst")
    tab.get_by_role("button", name="Score").click()
    tab.wait_for_url(f"**{ROOT}/score?*", timeout=90_000)
    expect(tab.locator("figure.drawn svg, figure.drawn canvas").first).to_be_visible()
    state = tab.url  # it holds all that was asked
    tab.set_viewport_size(PHONE)
    tables = [f"{state}&table={name}&lang=zh" for name in ("scorecard", "paths", "calibration", "portfolio")]
    english = [f"{state}&lang=en", f"{live.address}{ROOT}/ledger?head=1:{'0' * 64}&lang=en"]
    for address in (*tables, *english, f"{live.address}{ROOT}/ledger?view=entries&lang=zh"):
        tab.goto(address)
        assert serious(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
