"""What can be asked without a host."""

from __future__ import annotations

import os
from typing import Any

from ._errors import check
from ._library import lib, text_of
from ._response import Replies

_replies = Replies()


def version() -> str:
    """The version of the library."""
    return text_of(lib.rph_version())


def features() -> list[str]:
    """What the library was built with, such as ``sqlite`` and ``wasm``."""
    return text_of(lib.rph_features()).split()


def inspect(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a file is, as ``rp inspect --json`` says it; none of its code runs."""
    where = os.fsencode(path)
    found: dict[str, Any] = _replies.told(lib.rph_inspect, where, len(where), b"", 0)
    return found


def scan(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The modules of a folder, as ``rp list --json`` says it; none of their code runs."""
    where = os.fsencode(folder)
    found: dict[str, Any] = _replies.told(lib.rph_scan, where, len(where))
    return found


def isolation_support() -> list[dict[str, Any]]:
    """What isolated modules need of the system, and whether it is there."""
    parts: list[dict[str, Any]] = _replies.told(lib.rph_isolation_support)
    return parts


def library_file_name(module: str) -> str:
    """The file name that the library of a module has on this system: ``libtest_minimal.so`` for ``test-minimal``."""
    text = module.encode()
    reply = _replies.take()
    try:
        check(lib.rph_library_file_name(text, len(text), reply.handle))
        return reply.raw().decode()
    finally:
        _replies.give(reply)
