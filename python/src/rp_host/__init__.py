"""Loads modules in any language that speaks C, and calls them.

    import rp_host

    with rp_host.Host(name="my-program") as host:
        log = host.load("libresearch_log.so", config={"state": "instance"})
        print(log.command("create_log", {"title": "Cork"}))

`rp_host.aio` has the same for asyncio.
"""

from ._about import features, inspect, isolation_support, library_file_name, scan, version
from ._callbacks import Event, LogLine, Request, Service
from ._cancel import CancelToken
from ._errors import (
    BadArgument,
    CallCancelled,
    CallError,
    CallTimeout,
    Closed,
    Error,
    ErrorResponse,
    EventTimeout,
    LoadError,
    StoreError,
)
from ._host import Host
from ._instance import Instance
from ._options import Grants, HostOptions, Isolated, Limits, LoadOptions, Restart, Sandbox, Store, Wasm
from ._response import Response
from ._subscription import Subscription
from ._turn import Turn

__all__ = [
    "BadArgument",
    "CallCancelled",
    "CallError",
    "CallTimeout",
    "CancelToken",
    "Closed",
    "Error",
    "ErrorResponse",
    "Event",
    "EventTimeout",
    "Grants",
    "Host",
    "HostOptions",
    "Instance",
    "Isolated",
    "Limits",
    "LoadError",
    "LoadOptions",
    "LogLine",
    "Request",
    "Response",
    "Restart",
    "Sandbox",
    "Service",
    "Store",
    "StoreError",
    "Subscription",
    "Turn",
    "Wasm",
    "features",
    "inspect",
    "isolation_support",
    "library_file_name",
    "scan",
    "version",
]
