"""The program as the owner of its modules: the store, replacing, counting, isolated modules, an rp.toml."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import MODULES, module

import rp_host


def test_the_store_is_the_programs(host: rp_host.Host) -> None:
    made = host.mutate("note", "create", data={"parish": "Blankenhain", "year": 1742})
    found = host.query("note", filters={"year": {"lt": 1750}})
    assert found["entities"][0]["data"]["parish"] == "Blankenhain" and found["count"] == 1
    with pytest.raises(rp_host.ErrorResponse) as caught:
        host.mutate("note", "update", id=made["id"], version=7, data={})
    assert caught.value.code == "conflict" and caught.value.details["found"] == 1


def test_a_command_by_name(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    response = host.send("command", b'{"module":"test-minimal","name":"echo","args":{"a":1}}')
    assert response.data == {"a": 1}


def test_new_code_under_the_same_handle(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    assert minimal.command("ping")["messages"] == 2
    again = host.replace("test-minimal", module("test-minimal"))
    assert minimal.command("ping")["messages"] == 2 and again.command("ping")["messages"] == 3
    with pytest.raises(rp_host.LoadError):
        host.replace("test-minimal", "nowhere.so")
    assert minimal.command("ping")["messages"] == 4
    assert minimal.path == str(module("test-minimal"))


def test_calls_are_counted() -> None:
    with rp_host.Host(count_calls=True) as host:
        minimal = host.load(module("test-minimal"))
        minimal.command("ping")
        counters = minimal.counters
    assert counters is not None and counters["calls"] >= 1 and counters["errors"] == 0
    with rp_host.Host() as host:
        assert host.load(module("test-minimal")).counters is None


def test_what_happens_is_recorded(tmp_path: Path) -> None:
    file = tmp_path / "session.jsonl"
    with rp_host.Host(name="recorded", record=file) as host:
        host.load(module("test-minimal")).command("ping")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert (lines[0]["recording"], lines[0]["host"]["name"]) == (1, "recorded")
    assert [line["type"] for line in lines if "rp" not in line] == ["init", "command", "shutdown"]
    with rp_host.Host() as host:
        there = host.load("nowhere/libtest_minimal.so", recorded=str(file))
        assert there.command("ping")["reply"] == "pong"
        with pytest.raises(rp_host.ErrorResponse) as answer:
            there.command("ping")
        assert answer.value.code == "not_found"
    with pytest.raises(rp_host.Error) as caught:
        rp_host.Host(record=tmp_path / "no" / "folder.jsonl")
    assert caught.value.code == "rp::record::unwritable"


def test_messages_are_measured() -> None:
    with rp_host.Host(metrics=True) as host:
        host.load(module("test-minimal")).command("ping")
        metrics = host.metrics()
        assert 'name="ping",le="+Inf"} 1\n' in host.metrics_text()
    assert metrics is not None and metrics["subscribers"] == []
    assert (metrics["instances"][0]["calls_waiting"], metrics["instances"][0]["calls_in_progress"]) == (0, 0)
    ping = next(one for one in metrics["instances"][0]["messages"] if one["name"] == "ping")
    assert (ping["type"], ping["calls"], ping["errors"]) == ("command", 1, {})
    with rp_host.Host() as host:
        assert host.metrics() is None and host.metrics_text() == ""


def test_an_rp_toml(tmp_path: Path) -> None:
    file = tmp_path / "rp.toml"
    folder = json.dumps(str(MODULES))
    file.write_text(f'folders = [{folder}]\n[module.test-minimal]\n[instance.one]\nmodule = "test-minimal"\n')
    with rp_host.Host(config=file) as host:
        assert [row["instance"] for row in host.instances()] == ["one"]
        assert host["one"].command("ping")["reply"] == "pong"
    file.write_text("[module.test-minimal]\ncolour = 1\n")
    with pytest.raises(rp_host.Error) as caught:
        rp_host.Host(config=file)
    assert caught.value.code == "rp::config::malformed" and caught.value.path == str(file)


def test_a_folder_of_modules(tmp_path: Path) -> None:
    for name in ("test-minimal", "research-log"):
        (tmp_path / rp_host.library_file_name(name)).symlink_to(module(name))
    (tmp_path / "libtext.so").write_text("text")
    found = rp_host.scan(tmp_path)
    assert sorted(it["name"] for it in found["modules"]) == ["research-log", "test-minimal"]
    assert found["broken"][0]["code"].startswith("rp::load::")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no isolation")
def test_an_isolated_module() -> None:
    changes: list[dict[str, Any]] = []
    # The command does as rp-worker does where it is asked to.
    worker = MODULES.parent / "rp"
    assert all(set(part) >= {"part", "is_found"} for part in rp_host.isolation_support())
    with rp_host.Host(worker_program=worker, on_worker=changes.append) as host:
        options: rp_host.LoadOptions = {"loader": "isolated", "isolated": {"sandbox": {"mode": "off"}}}
        minimal = host.load(module("test-minimal"), **options)
        assert minimal.command("echo", {"a": 1}) == {"a": 1}
        process = minimal.worker
        assert process is not None and process["pid"] != os.getpid() and process["state"] == "running"
    assert changes[0]["change"] == "started"
