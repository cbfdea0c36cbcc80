"""Clients that don't behave, against a server on a socket: slow ones, ones that stay, ones that speak no HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from web_bench import DRAFT, NAME, Live

pytestmark = pytest.mark.slow


def form_key(client: httpx.Client) -> str:
    return client.get("/").text.split('name="form-key" content="')[1].split('"')[0]


def connected(live: Live) -> socket.socket:
    host, _, port = live.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def head(live: Live, line: str, **headers: str) -> bytes:
    host = live.address.removeprefix("http://")
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{line} HTTP/1.1\r\nhost: {host}\r\n{told}\r\n".encode()


def test_fifty_that_follow_a_job_stop_nobody(live: Live) -> None:
    with httpx.Client(base_url=live.address, timeout=30) as client:
        key = form_key(client)
        sent = client.post(
            "/check",
            data={"form_key": key},
            files={"file": ("draft.md", DRAFT.read_bytes())},
            headers={"origin": live.address},
        )
        job = sent.headers["location"]
        followers = [connected(live) for _ in range(50)]
        for one in followers:
            one.sendall(head(live, f"GET {job}/events"))
        assert all(b"text/event-stream" in one.recv(4096) for one in followers)
        for _ in range(5):
            assert client.get("/").status_code == 200
        for one in followers:
            one.close()
        assert client.get(f"/w/{NAME}/report").status_code == 200


def test_slow_ones_stop_nobody_and_are_cut_off(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yanbao.web.site.SECONDS", 1.0)
    slow = [connected(live) for _ in range(20)]
    for one in slow[:10]:
        one.sendall(b"GET / HTT")  # a head that never ends
    for one in slow[10:]:
        one.sendall(
            head(
                live, "POST /check", origin=live.address, content_type="multipart/form-data; boundary=B",
                content_length="1000000",
            )
        )  # fmt: skip
        one.sendall(b"--B\r\n")
    assert httpx.get(live.address, timeout=20).status_code == 200
    assert all(one.recv(4096).startswith(b"HTTP/1.1 408") for one in slow[10:])
    for one in slow:
        one.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: " + b"a" * 200_000,
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\0" * 1000,
    ],
)
def test_what_is_no_request_is_refused(live: Live, sent: bytes) -> None:
    with connected(live) as one:
        one.sendall(sent)
        one.shutdown(socket.SHUT_WR)
        assert one.recv(4096)[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 421", b"HTTP/1.1 414", b"HTTP/1.1 431")
    assert httpx.get(live.address, timeout=20).status_code == 200


class Served:
    """`yanbao serve` as a process of its own."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "yanbao", "serve", str(folder / NAME), "--out", str(folder / "out"), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    def end(self, with_signal: int = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(with_signal)
        out, errors = self.process.communicate(timeout=30)
        return self.process.returncode, out, errors


def waited(address: str) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            httpx.get(address, timeout=20)
        except httpx.TransportError:
            assert time.monotonic() < ends
            time.sleep(0.05)
        else:
            return


def test_ctrl_c_ends_it_without_a_trace(desk_folder: Path) -> None:
    served = Served(desk_folder, "--port", "0")
    waited(served.address)
    with httpx.Client(base_url=served.address, timeout=30) as client:
        key = form_key(client)
        sent = client.post(f"/w/{NAME}/build", data={"form_key": key}, headers={"origin": served.address.rstrip("/")})
        job = sent.headers["location"]
        host, _, port = served.address.removeprefix("http://").rstrip("/").partition(":")
        follower = socket.create_connection((host, int(port)))
        follower.sendall(f"GET {job}/events HTTP/1.1\r\nhost: {host}:{port}\r\n\r\n".encode())
        assert follower.recv(100)
        began = time.monotonic()
        code, out, errors = served.end()
        assert time.monotonic() - began < 20
        follower.close()
    assert code == 0
    assert "Traceback" not in out + errors
    left = subprocess.run(["pgrep", "-f", f"yanbao.web.worker build.*{desk_folder}"], capture_output=True, check=False)
    assert left.stdout == b""


def test_a_port_in_use_is_told(desk_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        served = Served(desk_folder, "--port", port)
        out, errors = served.process.communicate(timeout=60)
    assert served.process.returncode == 2
    assert f"127.0.0.1:{port}" in errors
    assert "--port 0" in errors
    assert "Traceback" not in out + errors


def test_the_token_is_in_no_log(desk_folder: Path) -> None:
    served = Served(desk_folder, "--port", "0", "--host", "0.0.0.0")
    token = served.address.partition("token=")[2]
    assert len(token) == 32  # 192 bits
    port = served.address.split(":")[2].split("/")[0]
    waited(f"http://127.0.0.1:{port}/")
    assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 401
    assert httpx.get(f"http://127.0.0.1:{port}/?token={token}", follow_redirects=True).status_code == 200
    httpx.get(f"http://127.0.0.1:{port}/nowhere?token={token}")
    code, out, errors = served.end(signal.SIGTERM)
    assert code in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert token not in out + errors
    assert os.environ.get("TOKEN") is None
