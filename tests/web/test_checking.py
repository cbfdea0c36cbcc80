"""Files from anywhere in the workbench."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from playwright.sync_api import expect

from browsing import Tab
from web_bench import DRAFT, Bench, Live
from yanbao.web.jobs import Limits


def upload(bench: Bench, name: str, content: bytes):  # type: ignore[no-untyped-def]
    return bench.send("/check?lang=en", files={"file": (name, content)})


def checked(bench: Bench, name: str, content: bytes) -> str:
    started = upload(bench, name, content)
    assert started.status_code == 303, started.text
    told = bench.finished(started.headers["location"])
    assert told["state"] == "done", told
    return str(told["back"])


def test_findings_stand_beside_the_document(bench: Bench) -> None:
    address = checked(bench, "报告 draft.md", DRAFT.read_bytes())
    result = bench.client.get(f"{address}/result.json").json()
    page = bench.client.get(f"{address}?lang=en").text
    assert len(result["findings"]) > 3
    for finding in result["findings"]:
        assert finding["claimed"]["text"].strip() in page
    severe = [each for each in result["findings"] if each["severity"] == "material"]
    assert bench.client.get(f"{address}?severity=material").text.count('<li id="f-') == len(severe)
    own = bench.client.get(f"{address}/page.html?shown=1")
    assert "sandbox allow-scripts" in own.headers["content-security-policy"]
    assert bench.client.get(f"{address}/page.html").headers["content-disposition"].startswith("attachment")
    assert "frame-src 'self'" in bench.client.get(address).headers["content-security-policy"]
    anchors = [part.split('"')[0] for part in page.split("page.html?shown=1#")[1:]]
    assert all(f'id="{anchor}"' in own.text for anchor in anchors)


def test_marks_are_kept_with_the_document(bench: Bench) -> None:
    address = checked(bench, "draft.md", DRAFT.read_bytes())
    page = bench.client.get(address).text
    names = [part.split('"')[0] for part in page.split('<li id="f-')[1:]]
    for verdict, note in (("right", "=1+1"), ("wrong", "rounded,\nsee p. 3")):
        sent = bench.send(f"{address}/mark", {"finding": names[0], "verdict": verdict, "note": note})
        assert sent.status_code == 303
    rows = list(csv.DictReader(io.StringIO((bench.folder / "out/check-marks.csv").read_text("utf-8"))))
    assert [(row["verdict"], row["note"]) for row in rows] == [("right", "=1+1"), ("wrong", "rounded, see p. 3")]
    again = checked(bench, "renamed.md", DRAFT.read_bytes())
    assert "Marked wrong: rounded, see p. 3" in bench.client.get(f"{again}?lang=en").text
    for wrong in ({"finding": "x", "verdict": "right"}, {"finding": names[0], "verdict": "maybe"}):
        assert bench.send(f"{address}/mark", wrong).status_code == 422


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.pdf", b"MZ\0\0", "is no PDF"),
        ("a.exe", b"hello", "is no PDF"),
        ("a.pdf", docx(), "holds DOCX"),
        ("a.docx", b"%PDF-1.7", "holds PDF"),
        ("a.md", b"\0\1\2", "is no PDF"),
        ("<b>.zip", b"PK\3\4", "&lt;b&gt;.zip is no PDF"),
    ],
)
def test_a_file_is_taken_for_what_it_is(bench: Bench, name: str, content: bytes, told: str) -> None:
    answer = upload(bench, name, content)
    assert answer.status_code == 422
    assert told in answer.text
    assert bench.client.app.state.site.jobs.of("check") == []  # type: ignore[attr-defined]


def test_a_broken_file_is_told_by_its_own_name(bench: Bench) -> None:
    started = upload(bench, "cut in half.pdf", b"%PDF-1.7\n1 0 obj\n<<")
    told = bench.finished(started.headers["location"])
    assert told["state"] == "failed"
    assert "cut in half.pdf" in str(told["error"])
    assert "/tmp" not in str(told["error"])
    assert bench.client.get("/").status_code == 200


def test_too_large_is_refused(bench: Bench) -> None:
    answer = upload(bench, "a.txt", b"1" * (64 * 2**20 + 1))
    assert answer.status_code == 413
    assert bench.client.get("/").status_code == 200


def test_work_is_cut_off_at_its_limits(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.web.checking.LIMITS", Limits(seconds=0.2))
    told = bench.finished(upload(bench, "draft.md", DRAFT.read_bytes()).headers["location"])
    assert (told["state"], told["error"]) == ("failed", "stopped after 0.2 s")
    monkeypatch.setattr("yanbao.web.checking.LIMITS", Limits(seconds=60, memory=150))
    told = bench.finished(upload(bench, "large.txt", "一2.5亿元。\n".encode() * 400_000).headers["location"])
    assert told["state"] == "failed"
    assert bench.client.get("/").status_code == 200


def test_what_a_document_says_is_no_markup(bench: Bench) -> None:
    text = "# <script>alert(1)</script>\n\n收入从100亿元增长50%至200亿元<img src=x onerror=alert(1)>。\n"
    address = checked(bench, "<script>.md", text.encode())
    for page in (
        bench.client.get(address).text,
        bench.client.get(f"{address}/page.html").text,
        bench.client.get("/check").text,
    ):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<script>.md" not in page


@pytest.mark.browser
def test_a_dropped_file_is_checked_and_judged(live: Live, page: Tab) -> None:
    tab = page.page
    tab.goto(f"{live.address}/check?lang=en")
    tab.get_by_label("Choose a file").set_input_files(DRAFT)
    tab.get_by_role("button", name="Check").click()
    tab.wait_for_url("**/check/*", timeout=60_000)
    first = tab.locator("ol.findings > li").first
    first.get_by_role("link").first.click()
    frame = tab.frame_locator("iframe")
    expect(frame.locator("#drawer")).to_be_visible()
    expect(frame.locator("nav")).to_be_hidden()
    first.get_by_label("Note").fill("as I thought")
    first.get_by_role("button", name="Right").click()
    expect(tab.locator("ol.findings > li").first).to_contain_text("Marked right: as I thought")
    (downloaded,) = (json.loads(tab.request.get(tab.url.split("?")[0] + "/result.json").text()),)
    assert downloaded["findings"]
