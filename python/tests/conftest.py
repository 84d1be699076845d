"""What the tests share: a host that is closed, and the modules that cargo built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import rp_host

ROOT = Path(__file__).resolve().parents[2]
# Where cargo leaves modules.
MODULES = Path(os.environ.get("RP_MODULES", ROOT / "target" / "debug" / "deps"))


def module(name: str) -> Path:
    """The library of a module."""
    file = MODULES / f"lib{name.replace('-', '_')}.so"
    assert file.is_file(), f"{file} is missing: cargo test --no-run builds it"
    return file


@pytest.fixture
def host() -> Iterator[rp_host.Host]:
    with rp_host.Host(name="tests", store={"memory": True}) as host:
        yield host


@pytest.fixture
def minimal(host: rp_host.Host) -> rp_host.Instance:
    """A module with the commands ping, echo and fail."""
    return host.load(module("test-minimal"))


@pytest.fixture
def relay(host: rp_host.Host) -> rp_host.Instance:
    """A module that sends to the host whatever it is told to send."""
    return host.load(module("test-relay"), grants={"emit": ["*"], "read": ["*"], "write": ["*"], "call": ["*"]})
