"""Evidence in the workbench: seen, searched, sorted, changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browsing import Tab
from web_bench import NAME, Bench, Live

ROOT = f"/w/{NAME}/data"
FILE = "evidence/grid.csv"


def ask(value: str, old: str, do: str, line: int = 3, column: str = "state") -> dict[str, str]:
    return {"file": FILE, "line": str(line), "column": column, "value": value, "old": old, "digest": "", "do": do}


def test_tables_with_title_units_and_origin(shown: Bench) -> None:
    page = shown.client.get(f"{ROOT}?lang=en").text
    assert "Grid investment" in page
    assert "亿元" in page
    assert "evidence/grid.toml" in page
    assert "Grid investment" not in shown.client.get(f"{ROOT}?lang=en&q=no-such-table").text


def test_a_table_is_sorted_and_filtered(shown: Bench) -> None:
    def years(query: str) -> list[str]:
        text = shown.client.get(f"{ROOT}?table=grid&format=csv&lang=en{query}").text
        return [line.split(",")[0] for line in text.splitlines()[1:]]

    content = (shown.workspace / FILE).read_text("utf-8").splitlines()[1:]
    by_state = sorted(content, key=lambda line: float(line.split(",")[1]))
    assert years("&sort=state") == [line.split(",")[0] for line in by_state]
    assert years("&sort=state&desc=1") == [line.split(",")[0] for line in reversed(by_state)]
    assert years("&q=2020") == ["2020"]


def test_the_drawer_leads_to_the_row(shown: Bench) -> None:
    page = shown.client.get(f"{ROOT}?file={FILE}&line=3").text
    assert '<tr id="L3" class="found">' in page
    assert '<li id="L2">' in shown.client.get(f"{ROOT}?file=evidence/grid.toml&line=2").text


@pytest.mark.parametrize(
    "file", ["../x.csv", "/etc/passwd", "evidence/../yanbao.toml", "evidence/none.csv", ".git/config", ""]
)
def test_no_file_but_the_workspace_s_own(shown: Bench, file: str) -> None:
    answer = shown.client.get(ROOT, params={"file": file})
    assert answer.status_code == 400
    assert "has no file" in answer.text


def test_a_link_out_of_the_workspace_is_no_file_of_it(bench: Bench) -> None:
    secret = bench.folder / "secret.csv"
    secret.write_text("a\nsecret\n")
    (bench.workspace / "evidence" / "link.csv").symlink_to(secret)
    assert bench.client.get(ROOT, params={"file": "evidence/link.csv"}).status_code == 400


def test_a_cell_is_previewed_then_saved_and_nothing_else_changes(bench: Bench) -> None:
    path = bench.workspace / FILE
    before = path.read_bytes()
    old = before.decode().splitlines()[2].split(",")[1]
    preview = bench.send(f"{ROOT}/edit?lang=en", ask("4700.0", old, "preview"))
    assert preview.status_code == 200
    assert "4,700" in preview.text
    assert "Page 4" in preview.text or "Page 3" in preview.text
    assert path.read_bytes() == before  # nothing is written by looking
    assert [found.name for found in bench.folder.iterdir() if found.name.startswith(".")] == []
    saved = bench.send(f"{ROOT}/edit", ask("4700.0", old, "save"))
    assert saved.status_code == 303
    assert path.read_bytes() == before.replace(old.encode(), b"4700.0", 1)


def test_a_change_that_breaks_the_workspace_is_refused(bench: Bench) -> None:
    path = bench.workspace / FILE
    before = path.read_bytes()
    old = before.decode().splitlines()[2].split(",")[1]
    for do in ("preview", "save"):
        answer = bench.send(f"{ROOT}/edit?lang=en", ask("4700公斤", old, do))
        assert answer.status_code == 422
        assert f"{FILE}:3" in answer.text
        assert path.read_bytes() == before


def test_the_second_of_two_tabs_is_told(bench: Bench) -> None:
    path = bench.workspace / FILE
    old = path.read_text("utf-8").splitlines()[2].split(",")[1]
    assert bench.send(f"{ROOT}/edit", ask("4700.0", old, "save")).status_code == 303
    second = bench.send(f"{ROOT}/edit?lang=en", ask("4800.0", old, "save"))
    assert second.status_code == 409
    assert "4700.0" in second.text
    assert "4800.0" in second.text  # neither value is lost
    assert "4700.0" in path.read_text("utf-8")
    other = path.read_text("utf-8").splitlines()[3].split(",")[1]  # another cell of the same file: no clash
    assert bench.send(f"{ROOT}/edit", ask("4900.0", other, "save", line=4)).status_code == 303


def test_names_and_cells_are_escaped(bench: Bench) -> None:
    path = bench.workspace / "evidence/grid.toml"
    path.write_text(path.read_text("utf-8").replace("两网投资额", "<img src=x onerror=alert(1)>"), "utf-8")
    for address in (ROOT, f"{ROOT}?table=grid", f"{ROOT}?file=evidence/grid.toml"):
        page = bench.client.get(f"{address}{'&' if '?' in address else '?'}lang=zh").text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


@pytest.mark.browser
def test_a_cell_is_changed_in_the_browser(live: Live, page: Tab) -> None:
    tab = page.page
    tab.goto(f"{live.address}{ROOT}?table=grid&lang=en")
    tab.locator("#L3 a").nth(1).click()
    tab.get_by_label("New value").fill("4711.0")
    tab.get_by_role("button", name="See which pages change").click()
    expect(tab.get_by_role("status")).to_contain_text("pages change")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("#L3")).to_contain_text("4,711.0")
    assert "4711.0" in (live.workspace / FILE).read_text("utf-8")
