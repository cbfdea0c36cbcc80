"""Work is told while it goes on."""

from __future__ import annotations

import json

import httpx

from web_bench import NAME, Live


def test_each_step_is_told_when_it_is_taken(live: Live) -> None:
    with httpx.Client(base_url=live.address, timeout=60) as client:
        key = client.get("/").text.split('name="form-key" content="')[1].split('"')[0]
        sent = client.post(f"/w/{NAME}/build", data={"form_key": key}, headers={"origin": live.address})
        with client.stream("GET", sent.headers["location"] + "/events") as answer:
            told = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line]
    assert told[-1]["state"] == "done"
    running = {len(each["told"]) for each in told if each["state"] == "running"}
    assert len(running) > 2  # not all of them at the end
