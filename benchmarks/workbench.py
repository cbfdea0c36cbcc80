"""How quick is the workbench on the whole example, does it bear fifty readers, and does its memory stay flat?

Run: `python -m benchmarks.workbench [--requests N]`. The server is a process of its own; pages are asked for over HTTP
with a plain client on the same machine, which shares its two cores. The peer is the smallest answer that the server
gives (a style sheet of its own): the ratio says what the page itself costs. Memory is the server's resident size after
the first thousand requests (everything is read and cached by then) and after all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.excerpt import EXAMPLE

ROOT = Path(__file__).parents[1]
READERS = 50


def pages(client: httpx.Client, name: str) -> list[str]:
    report = client.get(f"/w/{name}/report").text
    count = int(re.findall(r"(\d+) / (\d+)", report)[0][1])
    found = ["/", *(f"/w/{name}/report?page={number}" for number in range(1, count + 1))]
    found += [f"/w/{name}/data", f"/w/{name}/data?table=grid", f"/w/{name}/data?table=valuation", f"/w/{name}/model"]
    models = re.findall(r'href="\?model=([a-z0-9_]+)"', client.get(f"/w/{name}/model").text)
    found += [f"/w/{name}/model?model={model}" for model in models]
    found += [f"/w/{name}/search?q=毛利率", f"/w/{name}/proof", "/check"]
    return found


def resident(process: int) -> float:
    """Return a process's resident memory in MiB."""
    told = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", told)[0]) / 1024


async def crowd(address: str, asked: list[str], requests: int) -> tuple[list[float], int]:
    """Return the seconds of each answer to `READERS` readers at once, and how many were errors."""
    spent: list[float] = []
    wrong = 0
    waiting = iter(range(requests))

    async def reader(client: httpx.AsyncClient) -> None:
        nonlocal wrong
        for number in waiting:
            began = time.perf_counter()
            answer = await client.get(asked[number * 7919 % len(asked)])
            spent.append(time.perf_counter() - began)
            wrong += answer.status_code != 200

    limits = httpx.Limits(max_connections=READERS)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:
        await asyncio.gather(*(reader(client) for _ in range(READERS)))
    return spent, wrong


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=10_000)
    requests = parser.parse_args().requests
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        subprocess.run(
            [sys.executable, "-m", "yanbao", "build", str(EXAMPLE), "--out", str(out / EXAMPLE.name)],
            check=True, stdout=subprocess.DEVNULL, cwd=ROOT,
        )  # fmt: skip
        command = [sys.executable, "-m", "yanbao", "serve", str(EXAMPLE), "--out", str(out), "--port", "0"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ)
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip().rstrip("/")
            measure(address, server.pid, requests)
        finally:
            server.terminate()
            server.wait()
            shutil.rmtree(out, ignore_errors=True)


def measure(address: str, process: int, requests: int) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        for _ in range(200):
            try:
                client.get("/check")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        time.sleep(15)  # the build is read while nobody asks, as it is before somebody opens a browser
        began = time.perf_counter()
        client.get("/")
        first = time.perf_counter() - began
        asked = pages(client, EXAMPLE.name)
        style = re.findall(r'href="(/assets/[0-9a-f]+/app.css)"', client.get("/").text)[0]
        spent: dict[str, list[float]] = {page: [] for page in asked}
        peer = []
        for _ in range(3):
            for page in asked:
                began = time.perf_counter()
                answer = client.get(page)
                spent[page].append(time.perf_counter() - began)
                answer.raise_for_status()
            began = time.perf_counter()
            client.get(style)
            peer.append(time.perf_counter() - began)
    least = statistics.median(peer)
    medians = {page: statistics.median(times) for page, times in spent.items()}
    firsts = {page: times[0] for page, times in spent.items()}
    slowest = max(firsts, key=lambda page: firsts[page])
    again = max(medians, key=lambda page: medians[page])
    print(f"{len(asked)} pages; the smallest answer: {1000 * least:.1f} ms\n")
    print("| | ms | of the smallest answer |\n|---|---:|---:|")
    rows = [
        ("first page", first),
        ("median page", statistics.median(medians.values())),
        (f"slowest page, asked for the first time ({slowest})", firsts[slowest]),
        (f"slowest page, asked again ({again})", medians[again]),
    ]
    for name, seconds in rows:
        print(f"| {name} | {1000 * seconds:.0f} | {seconds / least:.0f}x |")
    asyncio.run(crowd(address, asked, min(1000, requests)))
    before = resident(process)
    began = time.perf_counter()
    taken, wrong = asyncio.run(crowd(address, asked, requests))
    whole = time.perf_counter() - began
    after = resident(process)
    high = statistics.quantiles(taken, n=100)[98]
    print(
        f"\n{READERS} readers at once, {requests:,} requests: {wrong} errors, {requests / whole:.0f} a second, median"
        f" {1000 * statistics.median(taken):.0f} ms, 99% within {1000 * high:.0f} ms; memory {before:.0f} MiB before,"
        f" {after:.0f} MiB after"
    )


if __name__ == "__main__":
    main()
