"""The library librp_host, and how values cross its border."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

# Written when the package is built: the declarations of rp_host.h, and the library itself.
_native: Any = import_module("rp_host._native")
ffi: Any = _native.ffi
lib: Any = _native.lib
NULL: Any = ffi.NULL

OK: int = lib.RP_OK
FAILED: int = lib.RP_FAILED
NO_MEMORY: int = lib.RP_ERR_NO_MEMORY


def text_of(pointer: Any) -> str:
    """A text that ends with a NUL."""
    text: str = ffi.string(pointer).decode()
    return text


def optional(pointer: Any) -> str | None:
    """A text that may be missing."""
    return text_of(pointer) if pointer else None


def borrowed(text: Any) -> str:
    """A text of the ABI, an rp_str."""
    return bytes_at(text.data, text.len).decode()


def bytes_at(pointer: Any, length: int) -> bytes:
    """A copy of memory."""
    copy: bytes = ffi.buffer(pointer, length)[:]
    return copy


def as_json(value: Any) -> bytes:
    """JSON as the host takes it: bytes are JSON already, NaN and infinity are none."""
    if isinstance(value, bytes):
        return value
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


def microseconds(seconds: float) -> int:
    """How the library counts time; what is no time is 0."""
    return max(0, round(seconds * 1_000_000))
