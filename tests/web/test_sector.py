"""The sector page and the store's tables in the workbench: asked, drawn, kept, taken along."""

from __future__ import annotations

import csv
import gc
import io
import json
import re
import threading
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from playwright.sync_api import expect
from pptx import Presentation

from browsing import PHONE, Tab, serious
from sector.small_market import frames
from small_store import small_store
from web_bench import NAME, Bench, Live, bench_of
from yanbao.build import read_build
from yanbao.document.tree import Chart
from yanbao.errors import EditError
from yanbao.sector import EXHIBITS
from yanbao.store.store import Store
from yanbao.web import market, screens
from yanbao.web.options import fields_of
from yanbao.web.sector import Shown

ROOT = f"/w/{NAME}/sector"
STORE = f"/w/{NAME}/store"
SPAN = {"from": "2023-12-29", "to": "2024-06-28"}
PERIODS = {"from": "2023-01-01", "to": "2024-03-31"}
DAY = {"on": "2024-06-28"}
ASKED: dict[str, dict[str, str]] = {
    "performance": {"sector": "甲业", **SPAN},
    "ranking": SPAN,
    "movers": {"sector": "甲业", **SPAN},
    "share-price": {"code": "600001.SH", **SPAN},
    "members": {"sector": "甲业", **DAY},
    "valuation": DAY,
    "valuation-history": {"sector": "甲业", **SPAN},
    "fund-holdings": PERIODS,
    "seasonality": {"sector": "甲业", "from": "2023-01-01", "to": "2023-12-31"},
    "policy-rate": {"sector": "801001.SI", **SPAN},
    "screen": {"sector": "甲业", "where": "revenue_growth > 0", **DAY},
    "coverage": {"sector": "甲业", **DAY},
}


@pytest.fixture(scope="module")
def loaded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter's build with the small market beside it, named by its yanbao.toml."""
    folder = Path(copytree(built, tmp_path_factory.mktemp("sector") / "desk"))
    with_store(folder)
    return folder


def with_store(folder: Path) -> None:
    small_store(folder / "market")
    with (folder / NAME / "yanbao.toml").open("a", encoding="utf-8") as file:
        file.write('\n[market]\nstore = "../market"\n')


@pytest.fixture(scope="module")
def stored(loaded: Path) -> Iterator[Bench]:
    with bench_of(loaded) as client:
        yield Bench(client, loaded)


def rows_of(bench: Bench, exhibit: str, **asked: str) -> list[dict[str, str]]:
    answer = bench.client.get(f"{ROOT}/take.csv", params={"exhibit": exhibit, "lang": "en", **asked})
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def chart_of(page: str) -> dict[str, Any]:
    """The data of the chart on a page."""
    found = re.search(r'<script type="application/json" data-chart="[^"]*">(.*?)</script>', page, re.DOTALL)
    assert found is not None, "no chart on the page"
    drawn: dict[str, Any] = json.loads(found[1])
    return drawn


def test_without_a_store_the_page_says_how_to_get_one(shown: Bench) -> None:
    for address in (ROOT, f"{ROOT}?exhibit=ranking", STORE):
        page = shown.client.get(f"{address}{'&' if '?' in address else '?'}lang=en")
        assert page.status_code == 200
        assert "The workspace has no store" in page.text
    assert STORE not in shown.client.get(f"/w/{NAME}/data").text


def test_every_exhibit_is_offered_with_its_question(stored: Bench) -> None:
    page = stored.client.get(f"{ROOT}?lang=en&sector=801001.SI").text
    for name in EXHIBITS:
        assert f"?exhibit={name}&amp;" in page
    assert "甲业" in page
    assert "乙业" in page


@pytest.mark.parametrize("exhibit", [name for name in EXHIBITS if name not in ("fund-holdings", "headcount")])
def test_every_exhibit_is_asked_by_form(stored: Bench, exhibit: str) -> None:
    asked = ASKED.get(exhibit, {"sector": "甲业", **PERIODS})
    for language in ("zh", "en"):
        page = stored.client.get(ROOT, params={"exhibit": exhibit, "lang": language, **asked})
        assert page.status_code == 200, re.findall(r'class="told"[^>]*>([^<]*)', page.text)
        for field in fields_of(exhibit):
            assert f'name="{field.name}"' in page.text, field.name
        assert {"zh": "覆盖：", "en": "Coverage:"}[language] in page.text
    assert ('data-chart="' in page.text) is (exhibit != "members")


def test_a_ranking_is_drawn_as_the_levels_give_it(stored: Bench) -> None:
    # 801001 fell from 50 to 40, 801002 rose from 50 to 60: -20 % and +20 %
    page = stored.client.get(ROOT, params={"exhibit": "ranking", **SPAN}).text
    points = chart_of(page)["data"]["values"]
    assert [(point["category"], point["text"]) for point in points] == [("乙业", "20.0%"), ("甲业", "-20.0%")]
    assert [point["value"] for point in points] == pytest.approx([20.0, -20.0])
    assert [float(row["return"]) for row in rows_of(stored, "ranking", **SPAN)] == pytest.approx([0.2, -0.2])


def test_lines_have_a_gap_where_no_level_is_known(stored: Bench) -> None:
    page = stored.client.get(ROOT, params={"exhibit": "performance", "sector": "甲业", **SPAN}).text
    points = chart_of(page)["data"]["values"]
    own = {point["category"]: point["value"] for point in points if point["series"] == "sector"}
    assert own["2023-12-29"] == 0
    assert own["2024-01-02"] == pytest.approx(10.0)  # 50 to 55
    assert own["2024-06-28"] == pytest.approx(-20.0)
    assert own["2024-03-01"] is None


def test_buckets_are_stacked(stored: Bench) -> None:
    page = stored.client.get(ROOT, params={"exhibit": "growth-distribution", "sector": "甲业", **PERIODS}).text
    points = chart_of(page)["data"]["values"]
    at_end = {point["series"]: point["value"] for point in points if point["category"] == "2024-03"}
    told = [
        row for row in rows_of(stored, "growth-distribution", sector="甲业", **PERIODS) if row["period"] == "2024-03-31"
    ]
    assert at_end == {row["y/y"]: float(row["companies"]) for row in told}
    # as restated by then 600001 grew from 18 to 30, 600002 fell from 40 to 36, 300003 rose from 10 to 15
    assert at_end == {">=50%": 2, "30%-50%": 0, "10%-30%": 0, "0%-10%": 0, "<0%": 1}


def test_bars_with_lines_on_an_axis_of_their_own(stored: Bench) -> None:
    page = stored.client.get(ROOT, params={"exhibit": "revenue-growth", "sector": "甲业", "lang": "zh", **PERIODS}).text
    points = [point for point in chart_of(page)["data"]["values"] if point["category"] == "2024-03"]
    rows = rows_of(stored, "revenue-growth", sector="甲业", **PERIODS)
    last = next(row for row in rows if row["period"] == "2024-03-31")
    by_name = {point["series"]: point["value"] for point in points}
    total = next(float(value) for head, value in last.items() if head.endswith("(CNY)"))
    assert by_name["total"] == pytest.approx(total / 1e8)
    assert by_name["overall"] == pytest.approx(100 * float(last["y/y, overall"]))
    # 600008, which left on the next day, grew from nothing to 5
    assert total == 30 + 36 + 15 + 5
    assert by_name["overall"] == pytest.approx(100 * (86 / (18 + 40 + 10 + 0) - 1))


def test_the_day_of_knowledge_changes_the_answer(stored: Bench) -> None:
    # 600001 restated the first quarter of 2023 from 20 to 18 on 2024-04-25; asked before, the old figure counts
    period = {"sector": "甲业", "from": "2023-03-31", "to": "2023-03-31"}

    def total(as_of: str) -> float:
        (row,) = rows_of(stored, "revenue-growth", as_of=as_of, **period, companies="all")
        return next(float(value) for head, value in row.items() if head.endswith("(CNY)"))

    assert total("2024-04-24") - total("2024-07-05") == pytest.approx(2.0)


def test_from_a_sector_to_its_members_to_a_share(stored: Bench) -> None:
    page = stored.client.get(ROOT, params={"exhibit": "ranking", **SPAN}).text
    links = [link.replace("&amp;", "&") for link in re.findall(r'<td><a href="([^"]+)"', page)]
    assert any("exhibit=members&sector=801001.SI" in link for link in links)
    members = stored.client.get(ROOT + next(link for link in links if "801001" in link)).text
    assert "600002.SH" in members
    shares = [link.replace("&amp;", "&") for link in re.findall(r'<td><a href="([^"]+)"', members)]
    assert all("exhibit=share-price" in link for link in shares)
    link = next(link for link in shares if "600001.SH" in link).replace("from=2023-06-28", "from=2023-12-29")
    share = stored.client.get(ROOT + link)
    assert share.status_code == 200
    points = chart_of(share.text)["data"]["values"]
    last = next(p["value"] for p in points if p["series"] == "share" and p["category"] == "2024-06-28")
    assert last == pytest.approx(10.0)  # 10 to 11


def test_measure_and_method_of_the_chart_are_chosen(stored: Bench) -> None:
    asked = {"exhibit": "valuation", "lang": "en", **DAY, "measure": "pb", "method": "median"}
    page = stored.client.get(ROOT, params=asked).text
    assert "P/B median" in page
    rows = rows_of(
        stored, "valuation", **{key: value for key, value in asked.items() if key not in ("exhibit", "lang")}
    )
    assert {(row["measure"], row["method"]) for row in rows} == {("pb", "median")}


@pytest.mark.parametrize("form", ["png", "svg", "csv", "pptx"])
def test_charts_of_page_and_report_are_taken_along(stored: Bench, form: str) -> None:
    document = read_build(stored.out).document
    exhibit = next(one for one in document.exhibits() if isinstance(one.body, Chart))
    for address in (
        f"{ROOT}/take.{form}?exhibit=ranking&from=2023-12-29&to=2024-06-28&lang=zh",
        f"/w/{NAME}/chart.{form}?exhibit={exhibit.id}",
    ):
        answer = stored.client.get(address)
        assert answer.status_code == 200, answer.text[:500]
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"] == "sandbox"
        told = "甲业" if "sector" in address else exhibit.body.categories[0].text[0].text  # type: ignore[union-attr]
        if form == "png":
            assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
            assert int.from_bytes(answer.content[16:20]) > 1000  # pixels across
        elif form == "svg":
            assert "<svg" in answer.text[:200]
            assert told in answer.text
        elif form == "csv":
            assert told in answer.content.decode("utf-8-sig")
        else:
            (slide,) = Presentation(io.BytesIO(answer.content)).slides
            (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
            assert told in list(chart.plots[0].categories)
            assert zipfile.is_zipfile(io.BytesIO(answer.content))


def test_a_table_of_the_report_is_no_picture(stored: Bench) -> None:
    document = read_build(stored.out).document
    table = next(one for one in document.exhibits() if not isinstance(one.body, Chart))
    assert stored.client.get(f"/w/{NAME}/chart.png?exhibit={table.id}").status_code == 404
    assert stored.client.get(f"/w/{NAME}/chart.pptx?exhibit={table.id}").status_code == 200
    assert stored.client.get(f"/w/{NAME}/chart.csv?exhibit=no-such").status_code == 404
    assert stored.client.get(f"/w/{NAME}/chart.exe?exhibit={table.id}").status_code == 404
    assert stored.client.get(f"{ROOT}/take.exe?exhibit=ranking&from=2023-12-29&to=2024-06-28").status_code == 404


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"exhibit": "ranking", **SPAN, "to": "2024-13-40"}, "2024-13-40"),
        ({"exhibit": "ranking", **SPAN, "to": "9999-12-31"}, "too far off"),
        ({"exhibit": "ranking", **SPAN, "to": "0001-01-01"}, "too far off"),
        ({"exhibit": "ranking", **SPAN, "level": "9" * 40}, "level"),
        ({"exhibit": "ranking", **SPAN, "level": "1; DROP TABLE price"}, "level"),
        ({"exhibit": "ranking", **SPAN, "n": "-5"}, None),
        ({"exhibit": "ranking", **SPAN, "nonsense": "1"}, "no option `nonsense`"),
        ({"exhibit": "members", **DAY, "sector": "甲业' OR 1=1 --"}, "has no group"),
        ({"exhibit": "members", **DAY, "sector": "甲" * 5000}, "has no group"),
        ({"exhibit": "members", **DAY, "sector": "\x00"}, "has no group"),
        ({"exhibit": "members", **DAY, "sector": "甲业", "board": "<b>"}, "no board"),
        ({"exhibit": "valuation", **DAY, "measure": "eval"}, "measure"),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "__import__('os')"}, "__import__"),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "(" * 1500}, ""),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "not " * 450 + "pe < 1"}, ""),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "pe < 1e999"}, ""),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "nothing < 1"}, "nothing"),
        ({"exhibit": "screen", **DAY, "sector": "甲业", "where": "pe"}, "not a condition"),
        ({"exhibit": "share-price", "code": "../../etc/passwd", **SPAN}, "etc/passwd"),
    ],
)
def test_what_cannot_be_asked_is_told(stored: Bench, asked: dict[str, str], told: str | None) -> None:
    page = stored.client.get(ROOT, params={"lang": "en", **asked})
    assert page.status_code in ((200,) if told is None else (200, 422) if told == "" else (422,)), page.text[-500:]
    assert (told or "") in page.text
    assert 'name="exhibit"' in page.text  # the form is still there, with what was written
    taken = stored.client.get(f"{ROOT}/take.csv", params=asked)
    assert taken.status_code in (200, 400)


def test_days_that_are_none_and_exhibits_that_are_none(stored: Bench) -> None:
    assert stored.client.get(f"{ROOT}?exhibit=nothing").status_code == 404
    assert stored.client.get(f"{ROOT}/take.csv?exhibit=nothing").status_code == 404
    for day in ("2024-02-30", "x", "9999-12-31", "<script>"):
        answer = stored.client.get(ROOT, params={"as_of": day})
        assert answer.status_code == 400
        assert "<script>" not in answer.text.replace("<script src", "")
    form = stored.client.get(f"{ROOT}?exhibit=members&lang=en")
    assert form.status_code == 200
    assert 'value="2024-06-28"' in form.text  # proposed: the last day with a valuation
    assert "Coverage:" not in form.text


def test_names_and_values_are_escaped(desk_folder: Path) -> None:
    with_store(desk_folder)
    evil = "<img src=x onerror=alert(1)></script><script>alert(1)</script>"
    with duckdb.connect(str(desk_folder / "market" / "store.duckdb")) as connection:
        connection.execute("UPDATE security SET name = $1 WHERE code = '600001.SH'", [evil])
        connection.execute("UPDATE security SET name = '=HYPERLINK(1)' WHERE code = '600002.SH'")
        connection.execute("UPDATE industry SET name = $1 WHERE name = '甲业'", [evil])
    with bench_of(desk_folder) as client:
        for address in (
            f"{ROOT}?sector=x",
            f"{ROOT}?exhibit=members&sector=801001.SI&on=2024-06-28",
            f"{ROOT}?exhibit=ranking&from=2023-12-29&to=2024-06-28",
            f"{ROOT}?exhibit=movers&sector=801001.SI&from=2023-12-29&to=2024-06-28",
            f"{ROOT}?exhibit=share-price&code=600001.SH&from=2023-12-29&to=2024-06-28",
            f"{STORE}?table=security",
        ):
            page = client.get(address)
            assert page.status_code == 200
            assert "<img src=x" not in page.text
            assert "<script>alert" not in page.text
        bench = Bench(client, desk_folder)
        cells = [row["name"] for row in rows_of(bench, "members", sector="801001.SI", on="2024-06-28")]
        assert "'=HYPERLINK(1)" in cells
        drawn = client.get(f"{ROOT}/take.svg?exhibit=ranking&from=2023-12-29&to=2024-06-28")
        assert "<img" not in drawn.text
        assert "<script" not in drawn.text


def test_a_page_that_was_sent_is_let_go(stored: Bench) -> None:
    asked = {"exhibit": "members", "sector": "甲业", **DAY}
    stored.client.get(ROOT, params=asked)
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            stored.client.get(ROOT, params=asked)
        held = sum(isinstance(one, Shown) for one in gc.get_objects())
    finally:
        gc.enable()
    assert held <= 1  # a thread may still have its last result


# -- screens -----------------------------------------------------------------------------------------------------------


def test_a_condition_is_kept_and_dropped(desk_folder: Path) -> None:
    with_store(desk_folder)
    with bench_of(desk_folder) as client:
        bench = Bench(client, desk_folder)
        where, back = "revenue_growth > 10%", "exhibit=screen&sector=甲业&on=2024-06-28&where=pe<3"
        kept = bench.send(f"{ROOT}/screen", {"name": '快 "x" = 1', "where": where, "back": back, "do": "keep"})
        assert kept.status_code == 303
        assert kept.headers["location"].startswith(f"{ROOT}?exhibit=screen&sector=")
        file = bench.workspace / screens.FILE
        assert tomllib.loads(file.read_text("utf-8")) == {'快 "x" = 1': where}
        page = client.get(f"{ROOT}?exhibit=screen&sector=801001.SI&on=2024-06-28&lang=en").text
        assert "revenue_growth &gt; 10%" in page
        again = bench.send(f"{ROOT}/screen", {"name": '快 "x" = 1', "where": "pe < 1", "do": "keep"})
        assert again.status_code == 400  # another tab's condition is not lost
        assert tomllib.loads(file.read_text("utf-8")) == {'快 "x" = 1': where}
        for name in ("", "x" * 61, "a\nb"):
            assert bench.send(f"{ROOT}/screen", {"name": name, "where": where, "do": "keep"}).status_code == 400
        assert bench.client.post(f"{ROOT}/screen", data={"name": "y", "where": where}).status_code == 403
        assert bench.send(f"{ROOT}/screen", {"name": '快 "x" = 1', "do": "drop"}).status_code == 303
        assert tomllib.loads(file.read_text("utf-8")) == {}
        assert [found.name for found in bench.workspace.iterdir() if found.name.startswith(".")] == []


def test_lines_that_a_person_wrote_stay(tmp_path: Path) -> None:
    path = tmp_path / screens.FILE
    path.write_text('# ours\nfirst = "pe < 10"  # cheap\n"long" = """\npe < 5"""\n', "utf-8")
    screens.keep(tmp_path, screens.Screen("second", "pb < 1"), instead_of=None)
    screens.keep(tmp_path, screens.Screen("first", "pe < 12"), instead_of="pe < 10")
    assert path.read_text("utf-8") == ('# ours\n"first" = "pe < 12"\n"long" = """\npe < 5"""\n"second" = "pb < 1"\n')
    with pytest.raises(EditError, match="several lines"):
        screens.keep(tmp_path, screens.Screen("long", "pe < 6"), instead_of="pe < 5")
    with pytest.raises(EditError, match="several lines"):
        screens.drop(tmp_path, "long")
    screens.drop(tmp_path, "second")
    screens.drop(tmp_path, "second")
    assert [screen.name for screen in screens.read(tmp_path)] == ["first", "long"]


def test_nothing_is_lost_where_many_keep_at_once(tmp_path: Path) -> None:
    def work(number: int) -> None:
        for at in range(5):
            screens.keep(tmp_path, screens.Screen(f"{number}-{at}", f"pe < {at}"), instead_of=None)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {screen.name for screen in screens.read(tmp_path)} == {f"{n}-{at}" for n in range(6) for at in range(5)}


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = [1", b"a = 1\n", b"[a]\nb = 'c'\n"])
def test_a_file_of_conditions_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / screens.FILE).write_bytes(content)
    with pytest.raises(EditError, match=screens.FILE):
        screens.read(tmp_path)
    with pytest.raises(EditError, match=screens.FILE):
        screens.keep(tmp_path, screens.Screen("x", "pe < 1"), instead_of=None)
    assert (tmp_path / screens.FILE).read_bytes() == content


def test_conditions_do_not_leave_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    outside = tmp_path / "outside.toml"
    outside.write_text("", "utf-8")
    (tmp_path / "inside" / screens.FILE).symlink_to(outside)
    with pytest.raises(EditError, match="leads out"):
        screens.keep(tmp_path / "inside", screens.Screen("x", "pe < 1"), instead_of=None)
    assert outside.read_text("utf-8") == ""


# -- the store ---------------------------------------------------------------------------------------------------------


def cells_of(page: str) -> list[list[str]]:
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    return [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in body.split("<tr>")[1:]]


def test_the_store_s_tables_and_loads(stored: Bench) -> None:
    page = stored.client.get(f"{STORE}?lang=en").text
    count = len(frames()["adjusted_price"])
    assert re.search(rf"adjusted_price</a></th><td class=\"number\">{count:,}</td>", page)
    assert "adjusted_price.csv" in page
    assert STORE in stored.client.get(f"/w/{NAME}/data").text


def test_a_table_is_searched_sorted_and_paged_in_the_store(stored: Bench) -> None:
    def cells(**asked: str) -> list[list[str]]:
        answer = stored.client.get(STORE, params={"table": "index_level", "lang": "en", **asked})
        assert answer.status_code == 200
        return cells_of(answer.text)

    levels = frames()["index_level"].sort("code", "day")
    first, second = cells(), cells(page="2")
    assert [row[:2] for row in first] == [[code, str(day)] for code, day in levels.select("code", "day").rows()[:100]]
    assert second[0][:2] == [levels["code"][100], str(levels["day"][100])]
    assert [row[1] for row in cells(q="801001 2024")] == ["2024-01-02", "2024-06-28"]
    top = cells(sort="close", desc="1")
    assert float(top[0][2].replace(",", "")) == levels["close"].max()
    assert cells(q="no-such-thing") == [["No row"]]
    assert cells(page="999999999999") == first
    assert cells(sort="close; DROP TABLE x") == first


def test_a_table_as_it_was_known(stored: Bench) -> None:
    def value(as_of: str) -> str:
        asked = {"table": "statement", "q": "600001 revenue 2023-03-31", "as_of": as_of}
        (row,) = cells_of(stored.client.get(STORE, params=asked).text)
        return next(cell for cell in row if cell in ("20", "18"))

    assert value("2024-04-24") == "20"
    assert value("2024-04-25") == "18"
    assert stored.client.get(STORE, params={"table": "statement", "as_of": "2030-01-01"}).status_code == 400
    assert stored.client.get(STORE, params={"table": "_load"}).status_code == 404
    assert stored.client.get(STORE, params={"table": "_refused"}).status_code == 200


def test_a_load_can_run_once_the_store_is_let_go(desk_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_store(desk_folder)
    monkeypatch.setattr(market, "IDLE", 0.05)
    with bench_of(desk_folder) as client:
        address = f"{ROOT}/take.csv?exhibit=ranking&from=2023-12-29&to=2024-06-28"
        before = client.get(address).content
        shelf = client.app.state.site.desk.places[NAME].shelf  # type: ignore[attr-defined]
        waited = threading.Event()
        while shelf._store is not None:
            waited.wait(0.02)
        with duckdb.connect(str(desk_folder / "market" / "store.duckdb")) as connection:  # as a load does
            connection.execute("UPDATE index_level SET close = 100 WHERE code = '801001.SI' AND day = '2024-06-28'")
        after = client.get(address).content
        assert before != after
        assert "甲业,1.0," in after.decode("utf-8-sig")  # 50 to 100


def test_a_question_that_takes_too_long_is_stopped(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(market, "LONGEST", 0.2)
    shelf = market.Shelf(loaded / NAME)
    endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 1"
    with pytest.raises(market.StoreError, match="took longer"):
        shelf.ask(lambda store: store.connection.con.execute(endless).fetchall())
    assert shelf.ask(lambda store: store.last_load).year == 2024  # the next question is answered
    shelf.close()


def test_a_damaged_store_and_settings_that_are_none(desk_folder: Path) -> None:
    with_store(desk_folder)
    path = desk_folder / "market" / "store.duckdb"
    path.write_bytes(b"not a store" * 1000)
    with bench_of(desk_folder) as client:
        assert "is not a store" in client.get(f"{ROOT}?lang=en").text
        path.unlink()
        assert "there is no store" in client.get(f"{ROOT}?lang=en").text
        (desk_folder / NAME / "yanbao.toml").write_text("[market\n", "utf-8")
        assert "yanbao.toml cannot be read" in client.get(f"{ROOT}?lang=en").text


def test_answers_that_are_kept_have_a_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(market, "MOST_ROWS", 250)
    shelf = market.Shelf(tmp_path)
    text = SimpleNamespace(zh="", en="")
    for number in range(5):
        row = {"n": number}
        made = market.Answer("x", frames()["calendar"]["day"][0], (), (row,) * 100, text, ())  # type: ignore[arg-type]
        shelf._known[number] = made
        shelf._forget()
    assert list(shelf._known) == [3, 4]


def test_the_store_knows_what_the_page_shows(loaded: Path, stored: Bench) -> None:
    with Store.open(loaded / "market") as store:
        rows = store.table("security").count().to_pyarrow().as_py()
    assert f">{rows} rows<" in stored.client.get(f"{STORE}?table=security&lang=en").text


# -- in the browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_sector_is_asked_in_the_browser(live: Live, page: Tab) -> None:
    with_store(live.folder)
    tab = page.page
    tab.goto(f"{live.address}{ROOT}?lang=en")
    tab.get_by_label("Sector (name or code)").fill("801001.SI")
    tab.get_by_role("button", name="Choose").click()
    tab.get_by_role("link", name="Members", exact=True).click()
    expect(tab.locator("table.list")).to_contain_text("600001.SH")
    assert serious(tab) == []
    tab.get_by_role("link", name="600001.SH").click()
    tab.get_by_label("From").fill("2023-12-29")
    tab.get_by_role("button", name="Show").click()
    expect(tab.locator("figure.drawn svg")).to_be_visible()
    assert "exhibit=share-price" in tab.url  # the state has its address
    assert serious(tab) == []
    with tab.expect_download() as taken:
        tab.get_by_role("link", name="SVG").click()
    assert "<svg" in Path(taken.value.path()).read_text("utf-8")[:200]
    tab.goto(f"{live.address}{ROOT}?exhibit=screen&sector=801001.SI&on=2024-06-28&where=revenue_growth%3E0&lang=en")
    tab.get_by_label("Keep it as").fill("growing")
    tab.get_by_role("button", name="Keep", exact=True).click()
    expect(tab.get_by_role("link", name="growing")).to_be_visible()
    assert serious(tab) == []
    tab.get_by_role("link", name="growing").click()
    expect(tab.locator("figure.drawn svg")).to_be_visible()
    tab.goto(f"{live.address}{STORE}?table=adjusted_price&lang=en")
    tab.get_by_label("Filter rows").fill("600001")
    tab.get_by_role("button", name="Find").click()
    expect(tab.locator("tbody tr")).not_to_have_count(0)
    assert serious(tab) == []
    page.complaints[:] = [
        each for each in page.complaints if "422" not in each
    ]  # before its first day a share has none
    tab.set_viewport_size(PHONE)
    for address in ("?lang=zh", "?exhibit=ranking&from=2023-12-29&to=2024-06-28", "?exhibit=screen"):
        tab.goto(f"{live.address}{ROOT}{address}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert serious(tab) == []
    for address in ("", "?table=adjusted_price"):
        tab.goto(f"{live.address}{STORE}{address}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert serious(tab) == []
