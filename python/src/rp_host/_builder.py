"""How a host comes to be."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import _callbacks
from ._errors import check
from ._library import as_json, ffi, lib

# The program of isolated modules' processes, which the package brings where there can be such modules.
_WORKER = Path(__file__).with_name("rp-worker")

_SINKS = {
    "on_log": (lib.rph_builder_on_log, _callbacks.log),
    "on_trace": (lib.rph_builder_on_trace, _callbacks.value),
    "on_progress": (lib.rph_builder_on_progress, _callbacks.value),
    "on_worker": (lib.rph_builder_on_worker, _callbacks.value),
    "clock": (lib.rph_builder_clock, _callbacks.clock),
    "random": (lib.rph_builder_random, _callbacks.random),
}


def built(options: Mapping[str, Any]) -> Any:
    """A host, which is freed when nobody uses it any more."""
    builder = ffi.gc(lib.rph_builder_new(), lib.rph_builder_free)
    rest = dict(options)
    config = rest.pop("config", None)
    for name, (set_sink, closure) in _SINKS.items():
        if name in rest:
            set_sink(builder, closure, _callbacks.hold(rest.pop(name)), _callbacks.drop)
    for pattern, hear in rest.pop("on_event", {}).items():
        _add(lib.rph_builder_on_event, builder, pattern, _callbacks.event, hear)
    for message_type, service in rest.pop("services", {}).items():
        _add(lib.rph_builder_service, builder, message_type, _callbacks.service, service)
    if _WORKER.is_file():
        rest.setdefault("worker_program", _WORKER)
    for name in ("worker_program", "record"):
        if name in rest:
            rest[name] = os.fspath(rest[name])
    text = as_json(rest)
    check(lib.rph_builder_options(builder, text, len(text)))
    if config is not None:
        path = os.fsencode(config)
        check(lib.rph_builder_config(builder, path, len(path)))
    out = ffi.new("rph_host **")
    # The library takes it back, whatever comes of it.
    ffi.gc(builder, None)
    check(lib.rph_builder_build(builder, out))
    return ffi.gc(out[0], _free)


def _add(add: Callable[..., Any], builder: Any, name: str, closure: Any, function: Callable[..., Any]) -> None:
    text = name.encode()
    check(add(builder, text, len(text), closure, _callbacks.hold(function), _callbacks.drop))


def _free(handle: Any) -> None:
    """Frees a host. That must not be done within a callback, but garbage may be collected anywhere."""
    if _callbacks.is_inside():
        threading.Thread(target=lib.rph_host_free, args=(handle,), name="rp_host-end").start()
    else:
        lib.rph_host_free(handle)
