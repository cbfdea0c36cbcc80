"""`yanbao new --template sector`: the chapter holds for the data at hand, builds and proves, or says what is missing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from sector.small_market import frames
from small_store import DAY, small_store
from yanbao.author import compose
from yanbao.build import build, read_build
from yanbao.check.proof import prove
from yanbao.cli.commands import app
from yanbao.cli.sector_template import Request, Written, write_sector
from yanbao.document.tree import Chart, Document, plain
from yanbao.errors import BuildError, ExhibitError, StoreError, WorkspaceError

_BOUND = re.compile(r"\{[^{}]*\}")


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_store(tmp_path_factory.mktemp("market"))


@pytest.fixture(scope="session")
def chapter(store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    """The chapter of 甲业: its folder, and what was said of it."""
    folder = tmp_path_factory.mktemp("chapter") / "w"
    return folder, write_sector(Request(folder, "甲业", store, "zh"))


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output


def texts(document: Document) -> str:
    return "\n".join(
        plain(text)
        for page in document.pages
        for text in (page.title, *(paragraph.text for paragraph in page.paragraphs()))
    )


def test_a_sector_with_holes_in_its_data_still_builds(chapter: tuple[Path, Written], tmp_path: Path) -> None:
    """甲业 of the small market: a company without a price, losses, one reporter of research, nobody's selling expense."""
    folder, made = chapter
    assert made.as_of == dt.date(2024, 6, 28)  # the newest price: the store was loaded a week later
    left = {one.page: one.why for one in made.left}
    assert left == {
        "research": "rd: only 1 of 5 members reported 2024-03-31, the newest period with most of them",
        "expenses": "selling: the store has nothing of it for 甲业 by 2024-06-28; admin: the store has nothing of it for 甲业 by 2024-06-28",
    }
    assert not {"rd", "selling", "admin"} & {path.stem for path in (folder / "evidence").iterdir()}
    build(folder, tmp_path / "out", formats=["html", "xlsx"])
    again = read_build(tmp_path / "out")
    proof = prove(again.document, again.inputs, again.outputs)
    assert proof.ok, proof.to_text()
    said = texts(again.document)
    # the index went from 50 to 40, that of the other sector from 50 to 60: by hand
    assert "甲业年初以来下跌20.0%" in said
    assert "甲业在2个一级行业中排名第2" in said
    assert "占比同比" not in said  # there is one year alone: nothing to compare its share with


@pytest.mark.slow
def test_an_english_chapter_says_which_names_it_lacks(store: Path, tmp_path: Path) -> None:
    made = write_sector(Request(tmp_path / "w", "甲业", store, "en"))
    assert made.unnamed == ("乙业", "旧甲", "甲业")
    with pytest.raises(WorkspaceError, match="give its names in English") as caught:
        compose(tmp_path / "w")
    assert all("Chinese in an English report" in mistake.cause for mistake in caught.value.mistakes)


@pytest.mark.slow
def test_shares_of_an_english_chapter_have_code_and_listed_name(store: Path, tmp_path: Path) -> None:
    """No Chinese share has an English name in the store: its code is what an English reader finds it by."""
    write_sector(Request(tmp_path / "w", "甲业", store, "en"))
    file = tmp_path / "w" / "yanbao.toml"
    text = file.read_text("utf-8")
    assert "[market.names]" in text
    names = "\n".join(f'"{name}" = "{en}"' for name, en in (("甲业", "Alpha"), ("乙业", "Beta"), ("旧甲", "Old alpha")))
    file.write_text(re.sub(r"\[market.names\]\n", f"[market.names]\n{names}\n", text), "utf-8")
    for path in (tmp_path / "w").rglob("*.toml"):
        path.write_text(path.read_text("utf-8").replace('en = "甲业', 'en = "Alpha'), "utf-8")
    best = next(one for one in compose(tmp_path / "w").document.exhibits() if one.id == "best")
    assert isinstance(best.body, Chart)
    shown = [plain(category.text) for category in best.body.categories]
    listed = dict(frames()["security"].select("code", "name").rows())
    assert shown
    assert all(text == f"{text[:9]} {listed[text[:9]]}" for text in shown)


@pytest.mark.slow
def test_a_sector_that_rose_says_so(store: Path, tmp_path: Path) -> None:
    write_sector(Request(tmp_path / "w", "乙业", store, "zh"))
    said = texts(compose(tmp_path / "w").document)
    assert "乙业年初以来上涨20.0%" in said
    assert "乙业在2个一级行业中排名第1" in said


@pytest.mark.slow
def test_a_day_without_prices_leaves_their_pages_out(store: Path, tmp_path: Path) -> None:
    """The indices end on 28 June: on 5 July no sentence may speak of returns, and the statements still do."""
    made = write_sector(Request(tmp_path / "w", "乙业", store, "zh", DAY))
    left = {one.page: one.why for one in made.left}
    assert "has no level on 2024-07-05" in left["performance"]
    assert {"performance", "ranking"} <= set(left)
    document = compose(tmp_path / "w").document
    assert "年初以来" not in texts(document)
    assert "multiples" in {exhibit.id for exhibit in document.exhibits()}


def test_no_number_of_the_pages_is_typed(chapter: tuple[Path, Written]) -> None:
    """Data that change must change the text: outside of braces stand only years and quarters."""
    for path in (chapter[0] / "report").glob("*.md"):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith(("## ", "- ", "> ")):
                assert not re.search(r"\d(?!\d{0,3}年|\d{0,2}季度)", _BOUND.sub("", line)), line


@pytest.mark.slow
def test_the_store_may_lie_in_the_folder(store: Path, tmp_path: Path) -> None:
    copytree(store, tmp_path / "w")
    code, out = run("new", str(tmp_path / "w"), "--template", "sector", "--sector", "甲业")
    assert code == 0, out
    assert "as of 2024-06-28" in out
    assert "left out: research" in out
    assert 'store = "."' in (tmp_path / "w" / "yanbao.toml").read_text("utf-8")
    compose(tmp_path / "w")


def test_nothing_is_overwritten(store: Path, tmp_path: Path) -> None:
    (tmp_path / "w" / "report").mkdir(parents=True)
    (tmp_path / "w" / "report" / "mine.md").write_text("mine", "utf-8")
    with pytest.raises(BuildError, match="holds report already; nothing was written"):
        write_sector(Request(tmp_path / "w", "甲业", store, "zh"))
    assert [path.name for path in (tmp_path / "w").rglob("*") if path.is_file()] == ["mine.md"]


def test_what_is_not_known_is_an_error(store: Path, tmp_path: Path) -> None:
    with pytest.raises(ExhibitError, match="did you mean `甲业`"):
        write_sector(Request(tmp_path / "w", "甲行业", store, "zh"))
    with pytest.raises(StoreError, match="there is no store"):
        write_sector(Request(tmp_path / "w", "甲业", tmp_path / "none", "zh"))
    with pytest.raises(StoreError, match="knows nothing after 2024-07-05"):
        write_sector(Request(tmp_path / "w", "甲业", store, "zh", dt.date(2024, 7, 6)))
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--sector", "甲业"), "goes with another --template"),
        (("--template", "sector"), "needs --sector"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, out = run("new", str(tmp_path / "w"), *arguments)
    assert code == 2
    assert said in " ".join(out.replace("│", " ").split())


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("sector", "day"),
    [("计算机", dt.date(2024, 6, 30)), ("电子", dt.date(2023, 6, 30)), ("银行", dt.date(2022, 8, 31))],
)
def test_reports_of_three_sectors_from_the_market(
    tmp_path: Path, loaded_market: Path, sector: str, day: dt.date, language: str
) -> None:
    write_sector(Request(tmp_path / "w", sector, loaded_market, language, day))  # type: ignore[arg-type]
    build(tmp_path / "w", tmp_path / "out")
    made = read_build(tmp_path / "out")
    proof = prove(made.document, made.inputs, made.outputs)
    assert proof.ok, proof.to_text()
    if (sector, language) == ("计算机", "zh"):  # the model report's own figures
        assert "计算机年初以来下跌24.9%，跑输沪深300指数25.8个百分点" in texts(made.document)
        assert "计算机在31个一级行业中排名第30" in texts(made.document)
