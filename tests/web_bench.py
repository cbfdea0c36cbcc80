"""A workbench for tests: a workspace with a build, the application, and the same served to a browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import axe_playwright_python
import pytest
import uvicorn
from playwright.sync_api import Browser, Page
from starlette.testclient import TestClient

from browsing import Tab, started, watched
from workspaces import starter
from yanbao.build import build
from yanbao.web import Desk, Guard, create_app

NAME = "desk-one"
DRAFT = Path(__file__).parents[1] / "examples" / "draft" / "report.md"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the starter workspace `desk-one` and its build `out/desk-one`; copy it, don't change it."""
    folder = tmp_path_factory.mktemp("built")
    starter(folder / NAME)
    build(folder / NAME, folder / "out" / NAME)
    return folder


@pytest.fixture
def desk_folder(built: Path, tmp_path: Path) -> Path:
    """A copy of `built` of this test's own."""
    return Path(copytree(built, tmp_path / "desk"))


@dataclass
class Bench:
    """A workbench in this process, asked as its own pages ask."""

    client: TestClient
    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / NAME

    @property
    def out(self) -> Path:
        return self.folder / "out" / NAME

    def form_key(self) -> str:
        page = self.client.get("/").text
        return page.split('name="form-key" content="')[1].split('"')[0]

    def send(self, address: str, data: dict[str, str] | None = None, **given: object):  # type: ignore[no-untyped-def]
        """Send a form as a page of the workbench does; redirects are not followed."""
        return self.client.post(
            address,
            data={"form_key": self.form_key(), **(data or {})},
            headers={"origin": "http://127.0.0.1:8765"},
            follow_redirects=False,
            **given,
        )

    def finished(self, address: str, seconds: float = 60) -> dict[str, object]:
        """Wait for the job whose page this is and return what is known of it."""
        job = self.client.app.state.site.jobs.get(address.rpartition("/")[2])  # type: ignore[attr-defined]
        ends = time.monotonic() + seconds
        while job.ended is None:
            assert time.monotonic() < ends, f"{job.kind} goes on and on: {job.told}"
            time.sleep(0.02)
        return {**job.to_json(), "result": job.result}


def bench_of(folder: Path, guard: Guard | None = None) -> TestClient:
    desk = Desk([folder / NAME], folder / "out")
    return TestClient(create_app(desk, guard or Guard()), base_url="http://127.0.0.1:8765")


@pytest.fixture
def bench(desk_folder: Path) -> Iterator[Bench]:
    """A workbench on a workspace of this test's own."""
    with bench_of(desk_folder) as client:
        yield Bench(client, desk_folder)


@pytest.fixture(scope="module")
def shown(built: Path) -> Iterator[Bench]:
    """A workbench on the shared workspace, for tests that change nothing."""
    with bench_of(built) as client:
        yield Bench(client, built)


@dataclass(frozen=True)
class Live:
    """A workbench that a browser can reach."""

    address: str
    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / NAME


@pytest.fixture
def live(desk_folder: Path) -> Iterator[Live]:
    """A workbench on a workspace of this test's own, served on this machine."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        app = create_app(Desk([desk_folder / NAME], desk_folder / "out"), Guard(port=port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        ends = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < ends, "the server does not start"
            time.sleep(0.02)
        yield Live(f"http://127.0.0.1:{port}", desk_folder)
        server.should_exit = True
        thread.join(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as found:
        yield found


@pytest.fixture
def page(browser: Browser, live: Live) -> Iterator[Tab]:
    """A browser's page; at its end it must have asked this server only, and complained about nothing."""
    opened = watched(browser)
    yield opened
    opened.page.close()
    away = [url for url in opened.requests if not url.startswith((live.address, "data:", "blob:"))]
    assert away == []
    assert opened.complaints == []


MODEL = """\
title = { zh = "投资测算", en = "Investment" }
origin = "house"
as_of = 2024-06-30
periods = ["2023", "2024E:2025E"]

# the only assumption
[lines.growth]
label = { zh = "增速", en = "Growth" }
unit = "%"
kind = "exact"
values = { 2024E = "10", 2025E = "20" }
reason = { zh = "计划", en = "the plan" }

[lines.total]
label = { zh = "投资额", en = "Investment" }
unit = "亿元"
values = { 2023 = "1000" }
reason = { zh = "快报", en = "preliminary" }
estimate = "prev(total) * (1 + growth)"

[[views]]
id = "by_growth"
kind = "one-way"
title = { zh = "按增速", en = "By growth" }
of = "total[2025E]"
across = { line = "growth[2025E]", steps = ["10", "20", "30"] }
"""


def with_model(bench: Bench | Live) -> None:
    folder = bench.workspace / "models"
    folder.mkdir()
    (folder / "plan.toml").write_text(MODEL, "utf-8")
    settings = bench.workspace / "yanbao.toml"
    text = settings.read_text("utf-8")
    if "[origins.house]" not in text:
        settings.write_text(text + '\n[origins.house]\ntext = { zh = "本所", en = "the house" }\n', "utf-8")


AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


def serious(page: Page) -> list[str]:
    """Return what axe finds seriously wrong with a page."""
    # evaluated by the browser's tools, not by the page: its policy stays as it is
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:120] for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
