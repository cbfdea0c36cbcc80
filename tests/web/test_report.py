"""Home and the report in the workbench."""

from __future__ import annotations

import hashlib
import json

import pytest
from playwright.sync_api import expect

from browsing import Tab
from web_bench import NAME, Bench, Live
from yanbao.build import read_build
from yanbao.document.tree import plain

ROOT = f"/w/{NAME}"


def test_home_tells_what_there_is(shown: Bench) -> None:
    page = shown.client.get("/?lang=en").text
    document = read_build(shown.out).document
    assert document.title in page
    assert "Not proved as it stands" in page
    assert "No file edited since the build" in page
    assert f"<dd>{len(document.pages)}</dd>" in page


def test_home_tells_an_edited_file(bench: Bench) -> None:
    with (bench.workspace / "yanbao.toml").open("a") as file:
        file.write("# a remark\n")
    page = bench.client.get("/?lang=en").text
    assert "1 files edited since the build" in page
    assert "yanbao.toml" in page


def test_each_page_of_the_report_is_shown(shown: Bench) -> None:
    document = read_build(shown.out).document
    for page in document.pages:
        answer = shown.client.get(f"{ROOT}/report?page={page.number}")
        assert answer.status_code == 200
        assert f'<section id="{page.id}"' in answer.text
        assert shown.client.get(f"{ROOT}/style.css?page={page.number}").headers["content-type"].startswith("text/css")
    for number in ("0", "-1", "99999", "x", "1e3", "１"):
        assert shown.client.get(f"{ROOT}/report?page={number}").status_code == 404


def test_a_number_leads_to_its_cell(shown: Bench) -> None:
    document = read_build(shown.out).document
    fact = next(fact for fact in document.facts.values() if getattr(fact.lineage, "file", "").endswith(".csv"))
    drawer = shown.client.get(f"{ROOT}/fact", params={"id": fact.id, "lang": "en"}).text
    assert f"{fact.lineage.file}:{fact.lineage.file_line}" in drawer
    assert "Origin" in drawer
    assert shown.client.get(f"{ROOT}/fact?id=no.such").status_code == 404


def test_search_finds_texts_and_facts(shown: Bench) -> None:
    document = read_build(shown.out).document
    title = plain(next(page for page in document.pages if page.kind == "content").title)
    page = shown.client.get(f"{ROOT}/search", params={"q": title[:6]}).text
    assert title in page
    assert "<script>alert" not in shown.client.get(f"{ROOT}/search", params={"q": "<script>alert(1)</script>"}).text


@pytest.mark.parametrize("form", ["html", "pptx", "pdf", "xlsx"])
def test_downloads_are_the_build(shown: Bench, form: str) -> None:
    answer = shown.client.get(f"{ROOT}/files/report.{form}")
    assert answer.content == (shown.out / f"report.{form}").read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_rebuild_proof_and_comparison(bench: Bench) -> None:
    path = bench.workspace / "report/02-risks.md"
    path.write_text(path.read_text("utf-8").replace("风险", "主要风险", 1), "utf-8")
    old = (bench.out / "report.html").read_bytes()
    started = bench.send(f"{ROOT}/build")
    assert started.status_code == 303
    told = bench.finished(started.headers["location"])
    assert told["state"] == "done", told
    assert {"workspace", "manifest"} <= set(told["told"])
    assert (bench.out / "report.html").read_bytes() != old
    assert (bench.out.with_name(NAME + ".before") / "report.html").read_bytes() == old
    compared = bench.client.get(f"{ROOT}/compare?lang=en").text
    assert "Build before" in compared
    assert "主要风险" in compared

    proving = bench.finished(bench.send(f"{ROOT}/prove").headers["location"])
    assert proving["state"] == "done"
    assert proving["result"]["ok"] is True
    assert "proved: " in bench.client.get("/").text
    with (bench.out / "report.pdf").open("ab") as file:  # a byte more: nothing is said of it any more
        file.write(b" ")
    assert "proved: " not in bench.client.get("/").text


def test_mistakes_of_the_workspace_are_told_and_the_build_stays(bench: Bench) -> None:
    old = hashlib.sha256((bench.out / "manifest.json").read_bytes()).hexdigest()
    path = bench.workspace / "yanbao.toml"
    path.write_text(path.read_text("utf-8").replace("as_of", "as_off", 1), "utf-8")
    told = bench.finished(bench.send(f"{ROOT}/build").headers["location"])
    assert told["state"] == "failed"
    assert "yanbao.toml" in told["error"]
    assert "as_off" in told["error"]
    assert hashlib.sha256((bench.out / "manifest.json").read_bytes()).hexdigest() == old


def test_a_job_can_be_stopped(bench: Bench) -> None:
    started = bench.send(f"{ROOT}/build").headers["location"]
    assert bench.send(f"{started}/stop").headers["location"] == f"{ROOT}/report"
    assert bench.finished(started)["state"] == "stopped"
    assert json.loads((bench.out / "manifest.json").read_text("utf-8"))["outputs"]  # the old build is whole
    assert "Stopped" in bench.client.get(f"{started}?lang=en").text


@pytest.mark.browser
def test_drawer_keys_and_charts(live: Live, page: Tab) -> None:
    tab = page.page
    document = read_build(live.folder / "out" / NAME).document
    at = next(page.number for page in document.pages if page.kind == "content" and list(page.exhibits()))
    tab.goto(f"{live.address}{ROOT}/report?page={at}&lang=en")
    charts = tab.locator("script[data-chart]").count()
    expect(tab.locator("figure.drawn")).to_have_count(charts)
    number = tab.locator('.stage .number[role="button"]').first
    number.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#drawer")).to_be_visible()
    assert "fact=" in tab.url  # the state has its address
    expect(tab.locator("#drawer .big")).not_to_be_empty()
    tab.keyboard.press("Escape")
    expect(tab.locator("#drawer")).to_be_hidden()
    expect(number).to_be_focused()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_url(f"**page={at + 1}**")
    tab.keyboard.press("ArrowLeft")
    tab.wait_for_url(f"**page={at}**")


@pytest.mark.browser
def test_a_build_is_followed_live(live: Live, page: Tab) -> None:
    tab = page.page
    tab.goto(f"{live.address}/?lang=en")
    tab.get_by_role("button", name="Build").click()
    tab.wait_for_url(f"**{ROOT}/report", timeout=60_000)
    expect(tab.locator("section.page")).to_be_visible()
    followed = [url for url in page.requests if url.endswith("/events")]
    assert len(followed) == 1
    told = tab.request.get(followed[0]).text()
    assert json.loads(told.removeprefix("data: "))["state"] == "done"
