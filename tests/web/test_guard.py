"""Who may ask the workbench."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web_bench import NAME, Bench, bench_of
from yanbao.web import Guard

HOME = "http://127.0.0.1:8765"


def test_a_name_that_points_here_is_refused(shown: Bench) -> None:
    for name in ("evil.example", "127.0.0.1.evil.example:8765", "127.0.0.1:1", "localhost", "x@127.0.0.1:8765", ""):
        answer = shown.client.get("/", headers={"host": name})
        assert answer.status_code == 421, name
        assert "set-cookie" not in answer.headers
    assert shown.client.get("/", headers={"host": "localhost:8765"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": HOME, "sec-fetch-site": "cross-site"},
        {"origin": HOME, "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_refused(shown: Bench, headers: dict[str, str]) -> None:
    given = {"form_key": shown.form_key()}
    assert shown.client.post(f"/w/{NAME}/build", data=given, headers=headers).status_code == 403
    assert shown.client.app.state.site.jobs.of("build") == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", [None, "", "0" * 64])
def test_a_form_without_the_secret_is_refused(shown: Bench, key: str | None) -> None:
    given = {} if key is None else {"form_key": key}
    answer = shown.client.post(f"/w/{NAME}/build", data=given, headers={"origin": HOME})
    assert answer.status_code == 403
    assert shown.client.app.state.site.jobs.of("build") == []  # type: ignore[attr-defined]


def test_the_secret_of_another_browser_does_not_serve(built: Path) -> None:
    with bench_of(built) as client, TestClient(client.app, base_url=HOME) as other:
        theirs, mine = Bench(client, built).form_key(), Bench(other, built)
        mine.form_key()
        assert theirs != mine.form_key()
        answer = other.post(f"/w/{NAME}/prove", data={"form_key": theirs}, headers={"origin": HOME})
        assert answer.status_code == 403


def test_another_machine_needs_the_token(built: Path) -> None:
    with pytest.raises(ValueError, match="needs a token"):
        Guard("0.0.0.0", 8765)
    with bench_of(built, Guard("0.0.0.0", 8765, "a-token", ("desk.lan",))) as client:
        for address in (
            "/",
            f"/w/{NAME}/report",
            f"/w/{NAME}/files/report.pdf",
            "/assets/x/app.css",
            "/?token=",
            "/?token=b",
        ):
            assert client.get(address).status_code == 401, address
        opened = client.get("/?token=a-token", follow_redirects=False)
        assert (opened.status_code, opened.headers["location"]) == (303, "/")
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert "SameSite=Strict" in opened.headers["set-cookie"]
        assert client.get("/").status_code == 200  # the cookie stands for the token
        assert client.get("/", headers={"host": "evil.example:8765"}).status_code == 421
        assert client.get("/", headers={"host": "desk.lan:8765"}).status_code in (200, 401)
    with bench_of(built, Guard("0.0.0.0", 8765, "a-token")) as client:
        client.cookies.set("yanbao_8765", "made-up." + "0" * 64)
        assert client.get("/").status_code == 401


def test_every_answer_carries_the_policy(shown: Bench) -> None:
    for address in ("/", f"/w/{NAME}/report", "/nowhere", f"/w/{NAME}/style.css?page=1", f"/w/{NAME}/fact?id=x"):
        headers = shown.client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in policy


def test_no_path_outside(shown: Bench) -> None:
    for address in (
        "/w/..%2f..%2fetc/report",
        f"/w/{NAME}/files/report.html/../../inputs/yanbao.toml",
        f"/w/{NAME}/files/report.toml",
        f"/w/{NAME}/files/report.%2e%2e%2fmanifest.json",
        "/assets/x/..%2fguard.py",
        "/assets/x/guard.py",
        "/w/%00/report",
    ):
        assert shown.client.get(address).status_code in (404, 400), address
