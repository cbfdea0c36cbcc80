"""Models in the workbench: what they come to while one types, and scenarios that are kept."""

from __future__ import annotations

import tomllib

import pytest
from playwright.sync_api import expect

from browsing import Tab
from web_bench import MODEL, NAME, Bench, Live, with_model

ROOT = f"/w/{NAME}/model"


@pytest.fixture
def desk(bench: Bench) -> Bench:
    with_model(bench)
    return bench


def cells(bench: Bench, query: str) -> dict[str, str]:
    told = bench.client.get(f"{ROOT}/values?model=plan{query}").json()
    return {name: cell["new"] for name, cell in told["cells"].items()}


def test_the_numbers_of_other_assumptions(desk: Bench) -> None:
    assert cells(desk, "")["total@2025E"] == "1,320"  # 1000 * 1.1 * 1.2
    assert cells(desk, "&growth@2025E=30")["total@2025E"] == "1,430"  # 1000 * 1.1 * 1.3
    both = cells(desk, "&growth@2024E=0&growth@2025E=-5")
    assert (both["total@2024E"], both["total@2025E"]) == ("1,000", "950")
    told = desk.client.get(f"{ROOT}/values?model=plan&growth@2024E=0").json()
    assert told["cells"]["total@2025E"] == {"new": "1,200", "old": "1,320"}
    (view,) = told["views"]
    assert [row[1] for row in view["rows"]] == ["1,100", "1,200", "1,300"]  # 1000 * 1.0 * (1.1, 1.2, 1.3)
    assert view["base"] == "1,200"


def test_the_page_without_a_script_shows_the_same(desk: Bench) -> None:
    page = desk.client.get(f"{ROOT}?model=plan&growth@2025E=30&lang=en").text
    assert "1,430<small>1,320</small>" in page
    assert 'value="30" data-typed="20"' in page
    assert "1 assumptions changed" in page


@pytest.mark.parametrize(
    "query", ["&growth@2025E=x", "&growth@2025E=", "&total@2025E=5", "&nothing@2025E=5", "&growth@1999=5"]
)
def test_what_is_no_number_or_no_input_is_told(desk: Bench, query: str) -> None:
    answer = desk.client.get(f"{ROOT}/values?model=plan{query}")
    assert answer.status_code == 422
    assert query.split("@")[0].lstrip("&") in answer.json()["error"]
    assert desk.client.get(f"{ROOT}?model=plan{query}").status_code == 422


def test_huge_numbers_do_no_harm(desk: Bench) -> None:
    answer = desk.client.get(f"{ROOT}/values?model=plan&growth@2025E={'9' * 40}")
    assert answer.status_code == 422
    assert desk.client.get(f"{ROOT}/values?model=plan&growth@2025E=1e999999").status_code == 422


def test_a_scenario_is_kept_in_the_file(desk: Bench) -> None:
    path = desk.workspace / "models/plan.toml"
    given = {
        "model": "plan",
        "scenario": "base",
        "growth@2025E": "35",
        "name": "high",
        "label": '乐观"的',
        "reason": "提前",
    }
    assert desk.send(f"{ROOT}/keep", given).status_code == 303
    text = path.read_text("utf-8")
    assert text.startswith(MODEL)  # comments, order: everything that was there
    scenario = tomllib.loads(text)["scenarios"]["high"]
    assert scenario == {"label": '乐观"的', "reason": "提前", "set": {"growth": {"2025E": "35"}}}
    assert cells(desk, "&scenario=high")["total@2025E"] == "1,485"  # 1000 * 1.1 * 1.35
    on_it = {**given, "scenario": "high", "growth@2025E": "35", "growth@2024E": "0", "name": "higher"}
    assert desk.send(f"{ROOT}/keep", on_it).status_code == 303
    assert tomllib.loads(path.read_text("utf-8"))["scenarios"]["higher"]["set"] == {
        "growth": {"2024E": "0", "2025E": "35"}
    }


@pytest.mark.parametrize(
    "change",
    [{"name": "Base"}, {"name": "base"}, {"name": "a]\n[x"}, {"label": " "}, {"reason": ""}, {"growth@2025E": "20"}],
)
def test_a_scenario_that_says_nothing_is_refused(desk: Bench, change: dict[str, str]) -> None:
    before = (desk.workspace / "models/plan.toml").read_bytes()
    given = {
        "model": "plan",
        "scenario": "base",
        "growth@2025E": "35",
        "name": "high",
        "label": "x",
        "reason": "y",
        **change,
    }
    assert desk.send(f"{ROOT}/keep", given).status_code == 422
    assert (desk.workspace / "models/plan.toml").read_bytes() == before


def test_mistakes_of_models_are_listed(desk: Bench) -> None:
    path = desk.workspace / "models/plan.toml"
    path.write_text(path.read_text("utf-8").replace("prev(total)", "prev(totl)"), "utf-8")
    assert "models/plan.toml:" in desk.client.get(ROOT).text
    assert desk.client.get(f"{ROOT}?model=plan").status_code == 404


@pytest.mark.browser
def test_the_model_answers_while_one_types(live: Live, page: Tab) -> None:
    with_model(live)
    tab = page.page
    tab.goto(f"{live.address}{ROOT}?model=plan&lang=en")
    tab.get_by_label("Growth 2025E").fill("30")
    expect(tab.locator('[data-cell="total@2025E"]')).to_contain_text("1,430")
    expect(tab.locator(".base")).to_have_text("1,430")
    assert "growth%402025E=30" in tab.url  # the state has its address
    tab.reload()
    expect(tab.locator('[data-cell="total@2025E"]')).to_contain_text("1,430")
    tab.get_by_text("Save as a scenario").first.click()
    tab.get_by_label("Id").fill("quick")
    tab.get_by_label("What it is called").fill("Quick")
    tab.get_by_label("Why it may come so").fill("because")
    tab.get_by_role("button", name="Save as a scenario").click()
    expect(tab.get_by_role("link", name="Quick")).to_have_attribute("aria-current", "true")
    assert "[scenarios.quick]" in (live.workspace / "models/plan.toml").read_text("utf-8")
