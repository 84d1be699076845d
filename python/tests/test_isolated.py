"""Modules in processes of their own, by the program that the package brings."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import pytest
from conftest import module

import rp_host

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there are no isolated modules")


def isolated(host: rp_host.Host, name: str) -> rp_host.Instance:
    """Without the sandbox, which not every kernel has."""
    return host.load(module(name), loader="isolated", isolated={"sandbox": {"mode": "off"}}, restart={"attempts": 0})


def test_a_module_runs_in_another_process(host: rp_host.Host) -> None:
    instance = isolated(host, "test-minimal")
    worker = instance.worker
    assert worker is not None and worker["state"] == "running" and worker["pid"] != os.getpid()
    program = os.readlink(f"/proc/{worker['pid']}/exe")
    assert program == os.path.realpath(os.path.join(rp_host.__path__[0], "rp-worker"))
    assert instance.command("ping")["reply"] == "pong"


def test_a_crash_ends_that_process_alone() -> None:
    told: list[dict[str, Any]] = []
    with rp_host.Host(on_worker=told.append) as host:
        faulty = isolated(host, "faulty")
        with pytest.raises(rp_host.CallError) as caught:
            faulty.command("fault", {"kind": "abort"})
        assert caught.value.code == "rp::call::crashed" and signal.SIGABRT.name in caught.value.text
        with pytest.raises(rp_host.CallError) as caught:
            faulty.command("fault")
        assert caught.value.code == "rp::call::unavailable"
    assert [event["change"] for event in told] == ["started", "crashed", "gave_up"]


def test_a_sandbox_holds(host: rp_host.Host) -> None:
    if not all(part["is_found"] for part in rp_host.isolation_support()):
        pytest.skip("the system lacks a part of the sandbox")
    instance = host.load(module("test-minimal"), loader="isolated")
    worker = instance.worker
    assert worker is not None and worker["is_sandboxed"]
    assert instance.command("ping")["reply"] == "pong"


def test_another_program_can_be_named() -> None:
    with rp_host.Host(worker_program="/nowhere/rp-worker") as host, pytest.raises(rp_host.LoadError) as caught:
        isolated(host, "test-minimal")
    assert caught.value.code == "rp::load::no_worker" and "/nowhere/rp-worker" in caught.value.text
