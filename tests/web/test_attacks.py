"""An attacker asks the workbench: one test an attack. What `test_guard.py` and the pages' own tests hold is not repeated."""

from __future__ import annotations

import io
import os
import re
import signal
import time
import zipfile
import zlib
from pathlib import Path
from typing import cast

import pytest
from starlette.testclient import TestClient

import yanbao
from browsing import Tab
from web_bench import DRAFT, NAME, Bench, Live, bench_of, with_model
from workspaces import change
from yanbao.web import Guard
from yanbao.web.jobs import Job, Jobs, Limits

HOME = "http://127.0.0.1:8765"
ROOT = f"/w/{NAME}"
TOKEN = "k" * 32


def jobs_of(bench: Bench) -> Jobs:
    return cast(Jobs, bench.client.app.state.site.jobs)  # type: ignore[attr-defined]


def checked(bench: Bench, name: str, content: bytes) -> str:
    """Upload a file and return the address of its job."""
    sent = bench.send("/check?lang=en", files={"file": (name, content)})
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


def job_at(bench: Bench, address: str) -> Job:
    job = jobs_of(bench).get(address.rpartition("/")[2])
    assert job is not None
    return job


def process_of(job: Job) -> int:
    ends = time.monotonic() + 30
    while job.process is None:
        assert time.monotonic() < ends, "the work is not begun"
        time.sleep(0.01)
    return job.process.pid


# who asks


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("origin", "http://[evil"),
        ("origin", "http://127.0.0.1:8765.evil.example"),
        ("origin", "http://127.0.0.1:8765@evil.example"),
        ("origin", ""),
        ("host", "[::1"),
        ("host", "127.0.0.1:8765, evil.example"),
        ("host", "127.0.0.1:99999999"),
        ("host", "evil.example"),
    ],
)
def test_headers_made_to_confuse_are_refused(shown: Bench, header: str, value: str) -> None:
    given = {"form_key": shown.form_key()}
    answer = shown.client.post(f"{ROOT}/build", data=given, headers={"origin": HOME, header: value})
    assert answer.status_code in (403, 421)
    assert jobs_of(shown).of("build") == []


def test_nothing_is_changed_by_looking(shown: Bench) -> None:
    for address in ("/build", "/prove", "/model/keep"):
        assert shown.client.get(ROOT + address).status_code == 405
    assert shown.client.get("/jobs/x/stop").status_code == 405


@pytest.mark.parametrize("cookie", ["x.\xe9", "x", ".", "x." + "0" * 64, '"\xe9\xe9.\xff"', "=" * 4000])
def test_a_session_that_was_made_up_is_none(shown: Bench, cookie: str) -> None:
    answer = shown.client.get("/", headers={"cookie": f"yanbao_8765={cookie}".encode("latin-1")})  # type: ignore[dict-item]
    assert answer.status_code == 200
    given = answer.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert given.strip('"') != cookie


def test_a_session_cannot_be_fixed_from_outside(built: Path) -> None:
    with bench_of(built, Guard("0.0.0.0", 8765, TOKEN)) as one, bench_of(built, Guard("0.0.0.0", 8765, "z")) as two:
        two.get("/?token=z")
        planted = two.cookies["yanbao_8765"]  # of another start of a server: sealed, but not by this one
        one.cookies.set("yanbao_8765", planted)
        assert one.get("/").status_code == 401
        opened = one.get(f"/?token={TOKEN}", follow_redirects=False)
        assert opened.status_code == 303
        assert planted not in opened.headers["set-cookie"]


def test_two_servers_of_one_machine_keep_their_sessions_apart(built: Path) -> None:
    # browsers send a cookie to every port of a host
    assert Guard(port=8765).cookie != Guard(port=8766).cookie


def test_the_token_stays_in_no_address(built: Path) -> None:
    with bench_of(built, Guard("0.0.0.0", 8765, TOKEN)) as client:
        for address, clean in (
            (f"/?token={TOKEN}", "/"),
            (f"{ROOT}/data?q=%E5%90%88&token={TOKEN}", f"{ROOT}/data?q=%E5%90%88"),  # with a session already
            (f"//evil.example/?token={TOKEN}", "/evil.example/"),  # and leads to nobody else
            (f"/\\evil.example/?token={TOKEN}", "/evil.example/"),
        ):
            answer = client.get(HOME + address, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (303, clean)
        answer = client.get("/")
        assert TOKEN not in answer.text
        assert answer.headers["referrer-policy"] == "same-origin"


def test_a_token_is_not_found_by_its_beginning(built: Path) -> None:
    with bench_of(built, Guard("0.0.0.0", 8765, TOKEN)) as client:
        for guess in ("", TOKEN[:-1], TOKEN + "k", TOKEN.upper(), "%00", f"x&token={TOKEN}", "%ff%fe", "é"):
            assert client.get(f"/?token={guess}").status_code == 401, guess
        assert "set-cookie" not in client.get("/?token=x").headers


def test_one_browser_does_not_see_the_files_of_another(built: Path) -> None:
    with bench_of(built, Guard("0.0.0.0", 8765, TOKEN)) as client:
        other = TestClient(client.app, base_url=HOME)
        mine, theirs = Bench(client, built), Bench(other, built)
        for one in (client, other):
            one.get(f"/?token={TOKEN}")
        followed = checked(mine, "secret plan.md", DRAFT.read_bytes())
        told = mine.finished(followed)
        result = str(told["back"])
        assert client.get(result).status_code == 200
        assert "secret plan" in client.get("/check").text
        assert "secret plan" not in other.get("/check").text
        for address in (followed, f"{followed}/events", result, f"{result}/result.json", f"{result}/page.html"):
            assert other.get(address).status_code == 404, address
        assert theirs.send(f"{followed}/stop").status_code == 404
        assert theirs.send(f"{result}/mark", {"finding": "x", "verdict": "right"}).status_code == 404


def test_the_ids_of_jobs_are_not_guessed(bench: Bench) -> None:
    names = {checked(bench, "a.md", b"# x\n").rpartition("/")[2] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) >= 22 for name in names)  # 128 bits
    for guess in ("0", "1", "..", "%2e%2e", "a" * 22):
        assert bench.client.get(f"/jobs/{guess}").status_code in (200, 404)
        assert bench.client.get(f"/check/{guess}/result.json").status_code == 404


# paths


@pytest.mark.parametrize(
    "file",
    [
        "../out/desk-one/manifest.json", "evidence/../../secret.csv", "/etc/passwd", "evidence//grid.csv", "./yanbao.toml",
        "evidence/grid.csv\0", "EVIDENCE/GRID.CSV/", "evidence\\grid.csv", ".git/config", "signatures.csv", "exhibits.py",
    ],
)  # fmt: skip
def test_no_address_takes_a_file_that_is_not_the_workspace_s(shown: Bench, file: str) -> None:
    cell = {"file": file, "line": "2", "column": "state"}
    assert shown.client.get(f"{ROOT}/data", params={"file": file}).status_code == 400
    assert shown.client.get(f"{ROOT}/data/edit", params=cell).status_code == 400
    given = {**cell, "value": "1", "old": "4473.0", "digest": "", "do": "save"}
    assert shown.send(f"{ROOT}/data/edit", given).status_code == 400


def test_links_lead_nowhere(bench: Bench) -> None:
    secret = bench.folder / "secret.csv"
    secret.write_text("year,state,southern\nTOP-SECRET,1,2\n")
    evidence = bench.workspace / "evidence"
    (evidence / "stolen.csv").symlink_to(secret)
    (evidence / "stolen.toml").write_text((evidence / "grid.toml").read_text("utf-8"), "utf-8")
    (evidence / "folder").symlink_to(bench.folder)
    html = bench.out / "report.html"
    html.unlink()
    html.symlink_to(secret)
    for address in (
        f"{ROOT}/data?table=stolen", f"{ROOT}/data?table=stolen&format=csv", f"{ROOT}/data?file=evidence/stolen.csv",
        f"{ROOT}/data?file=evidence/folder/secret.csv", f"{ROOT}/files/report.html", f"{ROOT}/data",
        f"{ROOT}/data/edit?file=evidence/stolen.csv&line=2&column=year",
    ):  # fmt: skip
        assert "TOP-SECRET" not in bench.client.get(address).text, address
    assert bench.client.get(f"{ROOT}/files/report.html").status_code == 404
    told = bench.finished(bench.send(f"{ROOT}/build").headers["location"])
    assert told["state"] == "failed"
    assert "evidence/stolen.csv" in str(told["error"])


def test_a_manifest_that_names_devices_is_not_followed(bench: Bench) -> None:
    # /dev/zero has no end: reading it would take all memory
    path = bench.out / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"evidence/grid.csv"', '"/dev/zero"'), "utf-8")
    os.mkfifo(bench.workspace / "evidence" / "pipe.md")  # and a pipe that nobody writes never answers
    began = time.monotonic()
    assert bench.client.get("/").status_code == 200
    assert bench.client.get(f"{ROOT}/data").status_code == 200
    assert time.monotonic() - began < 20


def test_a_file_name_that_is_no_text_hides_nothing_else(bench: Bench) -> None:
    (bench.workspace / "evidence" / os.fsdecode(b"\xff\xfe.csv")).write_text("a\n1\n")
    page = bench.client.get(f"{ROOT}/data")
    assert page.status_code in (200, 400)
    assert bench.client.get(f"{ROOT}/data?file=evidence/grid.csv").status_code in (200, 400)
    assert bench.client.get("/").status_code == 200


# what a workspace and a document say

EVIL = "<img src=x onerror=alert(document)>"
SCRIPT = "</script><script>alert(document)</script>"


def hostile(folder: Path) -> None:
    """Put markup into every text of the starter: title, house, origins, labels, cells, model, names of files."""
    change(folder, "yanbao.toml", "电网投资跟踪（样例）", f"{EVIL}{SCRIPT}")
    change(folder, "yanbao.toml", "我的研究所", f'{EVIL}\\" onload=\\"alert(document)')
    change(folder, "yanbao.toml", "西南证券《计算机行业2024年中期投资策略》", f"西南{EVIL}{SCRIPT}")
    change(folder, "evidence/grid.toml", "两网投资额", EVIL)
    change(folder, "evidence/grid.toml", "国家电网", f"国网{SCRIPT}")
    change(folder, "report/01-grid.md", "两网投资合计与同比", f"{{{{x}}}}{SCRIPT}".replace("{{x}}", "图"))
    (folder / "evidence" / f"{EVIL.replace('/', '')}.md").write_text(f"{EVIL}\n{SCRIPT}\n")


@pytest.mark.browser
def test_what_a_workspace_says_is_no_markup(live: Live, page: Tab) -> None:
    from yanbao.build import build

    with_model(live)
    change(live.workspace, "models/plan.toml", "投资测算", EVIL)
    hostile(live.workspace)
    build(live.workspace, live.folder / "out" / NAME)
    tab = page.page
    name = f"evidence/{EVIL}.md"
    for address in (
        "/", f"{ROOT}/report", f"{ROOT}/report?page=2", f"{ROOT}/report?page=3", f"{ROOT}/search?q=img", f"{ROOT}/data",
        f"{ROOT}/data?table=grid", f"{ROOT}/data?file={name}", f"{ROOT}/model", f"{ROOT}/model?model=plan",
        f"{ROOT}/search?q={EVIL}{SCRIPT}", f"{ROOT}/data?q={EVIL}", f"{ROOT}/report?page={SCRIPT}",
        f"{ROOT}/fact?id=grid.state%5B2023%5D",
    ):  # fmt: skip
        tab.goto(live.address + address)
        assert tab.locator("img[onerror]").count() == 0, address
        assert tab.evaluate("[...document.scripts].every(s => s.src || s.type === 'application/json')"), address
    page.complaints[:] = [each for each in page.complaints if "404" not in each]  # dialogs, policy violations stay


def test_colours_and_fonts_are_no_style_sheet(bench: Bench) -> None:
    theme = bench.out / "inputs" / "theme"
    theme.mkdir(parents=True)
    for line in ('primary = "red;}body{display:none}"', 'font_deck_zh = "x\\"}body{background:url(//evil.example)}"'):
        (theme / "theme.toml").write_text(line + "\n")
        os.utime(bench.out / "document.json")  # read again
        answer = bench.client.get(f"{ROOT}/style.css?page=3")
        assert answer.status_code == 400
        assert "text/css" not in answer.headers["content-type"]


def test_names_of_downloads_add_no_header(bench: Bench) -> None:
    name = 'a"\r\nset-cookie: x=1\r\n\r\n<b>é报告;.md'
    disposition = f'form-data; name="file"; filename="{name}"'.replace("\r\n", "%0D%0A").replace('a"', "a%22")
    body = (
        f'--B\r\ncontent-disposition: form-data; name="form_key"\r\n\r\n{bench.form_key()}\r\n'
        f"--B\r\ncontent-disposition: {disposition}\r\ncontent-type: text/plain\r\n\r\n# x 1\r\n--B--\r\n"
    )
    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=B"}
    sent = bench.client.post("/check", content=body.encode(), headers=headers, follow_redirects=False)
    told = bench.finished(sent.headers["location"])
    assert told["state"] == "done", told
    answer = bench.client.get(f"{told['back']}/result.json")
    given = answer.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[\w%.~-]+", given, re.ASCII)
    assert "set-cookie" not in answer.headers


def test_what_was_checked_may_ask_nobody(bench: Bench) -> None:
    told = bench.finished(checked(bench, "a.md", DRAFT.read_bytes()))
    policy = bench.client.get(f"{told['back']}/page.html?shown=1").headers["content-security-policy"]
    assert "sandbox allow-scripts;" in policy  # an origin of its own
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy


# uploads


def packed(part: str, content: bytes, more: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (more or {}).items():
            package.writestr(name, text)
        package.writestr(part, content)
    return out.getvalue()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{entities}]><d>&l9;</d>'.encode()


def pdf(count: int, stream: bytes) -> bytes:
    """Return a PDF that claims a number of pages and has one, with a stream that is packed."""
    packed_stream = zlib.compress(stream, 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[3 0 R]>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        f"<</Length {len(packed_stream)}/Filter/FlateDecode>>\nstream\n".encode() + packed_stream + b"\nendstream",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + part + b"\nendobj\n"
    table = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in places)
    return out + table.encode() + f"trailer<</Root 1 0 R/Size {len(parts) + 1}>>\nstartxref\n{len(out)}\n%%EOF".encode()


BOMBS = {
    "zip.docx": lambda: packed("word/document.xml", b"<w:p>" + b"0" * 300 * 2**20),
    "xml.docx": lambda: packed("word/document.xml", laughs()),
    "xml.xlsx": lambda: packed("xl/workbook.xml", laughs(), {"[Content_Types].xml": laughs().decode()}),
    "pages.pdf": lambda: pdf(2_000_000_000, b"BT (1) Tj ET\n"),
    "stream.pdf": lambda: pdf(1, b"0 0 m " * 30_000_000),
    "deep.html": lambda: b"<!doctype html>" + b"<div>" * 1_000_000,
    "entities.html": lambda: b"<!doctype html><p>" + b"&#x41;" * 1_000_000,
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.slow
def test_a_bomb_hurts_only_its_own_process(bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("yanbao.web.checking.LIMITS", Limits(seconds=20, memory=600))
    sent = bench.send("/check?lang=en", files={"file": (name, BOMBS[name]())})
    assert sent.status_code in (303, 422)
    if sent.status_code == 303:
        assert bench.client.get("/").status_code == 200  # while it is read
        told = bench.finished(sent.headers["location"], seconds=40)
        assert told["state"] in ("failed", "done")
        assert told["state"] == "done" or told["error"]
        assert bench.client.get(sent.headers["location"]).status_code == 200
    assert bench.client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"--\r\n\r\n"),
        ("multipart/form-data; boundary=B", b"--B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx"),
        ("multipart/form-data; boundary=B", b"\xff" * 10_000),
        ("multipart/form-data; boundary=B", b"--B\r\n" + b"x" * 100_000 + b": y\r\n\r\n\r\n--B--"),
        ("multipart/form-data; boundary=B", b"--B\r\ncontent-disposition: form-data; name=\"f\"\r\n\r\n\r\n" * 5000),
        ("multipart/form-data; boundary=" + "B" * 5000, b"x"),
        ("multipart/form-data; boundary=B; charset=nonsense", b"--B\r\ncontent-disposition: form-data; name=\"f\"\r\n\r\n\r\n--B--"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=" % n for n in range(5000))),
        ("application/x-www-form-urlencoded", b"%ff%fe=%"),
        ("application/json", b"{}"),
        ("", b"x"),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused(shown: Bench, kind: str, body: bytes) -> None:
    answer = shown.client.post("/check", content=body, headers={"origin": HOME, "content-type": kind})
    assert answer.status_code in (400, 403)
    assert shown.client.get("/").status_code == 200


def test_a_body_longer_than_it_says_is_cut_off(shown: Bench) -> None:
    def without_length():  # type: ignore[no-untyped-def]
        yield b'--B\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\n'
        for _ in range(70):
            yield b"1" * 2**20

    headers = {"origin": HOME, "content-type": "multipart/form-data; boundary=B"}
    assert shown.client.post("/check", content=without_length(), headers=headers).status_code == 413
    given = {**headers, "content-length": "-5"}
    assert shown.client.post("/check", content=b"x", headers=given).status_code in (400, 403)


# work


def test_work_that_is_killed_is_told(bench: Bench) -> None:
    followed = checked(bench, "draft.md", DRAFT.read_bytes())
    job = job_at(bench, followed)
    os.kill(process_of(job), signal.SIGKILL)
    told = bench.finished(followed)
    assert told["state"] == "failed"
    assert "SIGKILL" in str(told["error"])
    assert "SIGKILL" in bench.client.get(followed).text
    again = bench.finished(checked(bench, "draft.md", DRAFT.read_bytes()))
    assert again["state"] == "done"


def test_work_that_hangs_is_cut_off(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.web.checking.LIMITS", Limits(seconds=1))
    followed = checked(bench, "draft.md", DRAFT.read_bytes())
    pid = process_of(job_at(bench, followed))
    os.kill(pid, signal.SIGSTOP)
    told = bench.finished(followed)
    assert (told["state"], told["error"]) == ("failed", "stopped after 1 s")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_too_much_work_is_refused_with_a_reason(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_of(bench), "_most", 1)
    followed = checked(bench, "draft.md", DRAFT.read_bytes())
    os.kill(process_of(job_at(bench, followed)), signal.SIGSTOP)
    refused = bench.send("/check?lang=en", files={"file": ("b.md", b"# x\n")})
    assert refused.status_code == 503
    assert "wait their turn" in refused.text
    assert bench.send(f"{ROOT}/prove").status_code == 503
    assert bench.send(f"{followed}/stop").status_code == 303
    assert bench.finished(followed)["state"] == "stopped"
    assert bench.finished(checked(bench, "c.md", b"# x\n"))["state"] == "done"


@pytest.mark.slow
def test_builds_of_two_servers_wait_for_each_other(bench: Bench) -> None:
    import fcntl

    with (bench.folder / "out" / f".{NAME}.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        followed = bench.send(f"{ROOT}/build").headers["location"]
        job = job_at(bench, followed)
        ends = time.monotonic() + 30
        while not job.told:
            assert time.monotonic() < ends
            time.sleep(0.02)
        assert job.told == ["wait for another build of this workspace"]
    assert bench.finished(followed)["state"] == "done"


TRAP = "from pathlib import Path\nPath({!r}).write_text('it ran')\n"


@pytest.mark.slow
def test_no_python_of_a_workspace_runs(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = bench.folder / "ran"
    names = ("exhibits", "json", "asyncio", "yanbao", "sitecustomize", "duckdb", "lxml", "conftest", "setup")
    for name in names:
        for folder in (bench.workspace, bench.workspace / "evidence", bench.workspace / "report"):
            (folder / f"{name}.py").write_text(TRAP.format(str(ran)))
    monkeypatch.chdir(bench.workspace)  # as who says `yanbao serve .`
    monkeypatch.setenv("PYTHONPATH", str(Path(yanbao.__file__).parents[1]))
    for address in ("/", f"{ROOT}/report", f"{ROOT}/data", f"{ROOT}/data?table=grid", f"{ROOT}/model"):
        assert bench.client.get(address).status_code == 200, address
    old = (bench.workspace / "evidence/grid.csv").read_text("utf-8").splitlines()[2].split(",")[1]
    cell = {"file": "evidence/grid.csv", "line": "3", "column": "state", "value": "4700.0", "old": old, "do": "preview"}
    assert bench.send(f"{ROOT}/data/edit", cell).status_code == 200
    for work in ("build", "prove"):
        told = bench.finished(bench.send(f"{ROOT}/{work}").headers["location"])
        assert told["state"] == "done", told
    assert bench.finished(checked(bench, "draft.md", DRAFT.read_bytes()))["state"] == "done"
    assert not ran.exists()


# what goes wrong beside it


def test_a_workspace_that_goes_away_is_told(bench: Bench) -> None:
    away = bench.folder / "away"
    bench.workspace.rename(away)
    for address in (
        "/",
        f"{ROOT}/report",
        f"{ROOT}/data",
        f"{ROOT}/data?table=grid",
        f"{ROOT}/model",
        f"{ROOT}/search?q=x",
    ):
        answer = bench.client.get(address)
        assert answer.status_code < 500 or "content-security-policy" in answer.headers, address
    told = bench.finished(bench.send(f"{ROOT}/build").headers["location"])
    assert told["state"] == "failed"
    away.rename(bench.workspace)
    assert bench.client.get(f"{ROOT}/data?table=grid").status_code == 200


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("desk-one/yanbao.toml", b"[report"),
        ("desk-one/yanbao.toml", b"\xff\xfe"),
        ("desk-one/evidence/grid.csv", b"year,state\n\xb5\xe7,\"1\n"),
        ("desk-one/evidence/grid.toml", b"title = 1\n"),
        ("out/desk-one/document.json", b"{}"),
        ("out/desk-one/document.json", b"[" * 100_000),
        ("out/desk-one/manifest.json", b"[]"),
        ("out/desk-one/manifest.json", b"{\"outputs\": {}}"),
        ("out/desk-one.proof.json", b"[]"),
        ("out/desk-one.proof.json", b"{\"files\": 1}"),
        ("out/check-marks.csv", b"\xff\n\0"),
    ],
)  # fmt: skip
def test_what_is_broken_is_told_and_the_server_goes_on(bench: Bench, file: str, content: bytes) -> None:
    (bench.folder / file).write_bytes(content)
    pages = ("", "/report", "/data", "/data?table=grid", "/data?file=evidence/grid.csv", "/model", "/compare", "/proof")
    for page in pages:
        answer = bench.client.get(ROOT + page if page else "/")
        assert answer.status_code in (200, 400, 404), f"{page}: {answer.status_code}"
    assert bench.client.get("/check").status_code == 200


def test_a_number_without_end_is_no_answer(bench: Bench) -> None:
    with_model(bench)
    path = bench.workspace / "models/plan.toml"
    text = path.read_text("utf-8").replace("2024E:2025E", "2024E:2045E")
    years = ", ".join(f'{year}E = "10"' for year in range(2024, 2046))
    path.write_text(re.sub(r"values = \{ 2024E.*", f"values = {{ {years} }}", text), "utf-8")
    query = "".join(f"&growth@{year}E={'9' * 20}" for year in range(2024, 2046))
    answer = bench.client.get(f"{ROOT}/model/values?model=plan{query}")
    assert answer.status_code == 200
    assert answer.json()["cells"]["total@2045E"]["new"] == "–"
