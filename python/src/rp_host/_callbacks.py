"""Functions in Python that the library calls: one closure of C for each kind, and a handle for each function.

They run on any thread, several at once, also inside a call of this package, until the host has been closed. What they
raise goes to `sys.unraisablehook`, but for a service: that answers with an error then.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from ._errors import Error, ErrorResponse, relayed
from ._library import FAILED, NO_MEMORY, OK, as_json, borrowed, bytes_at, ffi

_LEVELS = ["", "error", "warn", "info", "debug", "trace"]


@dataclass(frozen=True)
class LogLine:
    """A line of log, for people."""

    #: ``error``, ``warn``, ``info``, ``debug`` or ``trace``.
    level: str
    #: The instance that wrote it; ``host`` for the host itself.
    instance: str
    #: What it says.
    text: str
    #: The message that it is about, or 0.
    message_id: int = 0

    def __str__(self) -> str:
        return f"{self.level} {self.instance}: {self.text}"


@dataclass(frozen=True)
class Request:
    """A message that a module sent, for a service to answer."""

    #: The instance that sent it.
    sender: str
    #: The type of the message.
    type: str
    #: Its JSON as it came.
    payload: str
    #: The id that the host gave the message.
    id: int
    #: The message whose handler sent it, or 0.
    cause: int

    @property
    def data(self) -> Any:
        """The payload, as plain Python values."""
        return json.loads(self.payload)


@dataclass(frozen=True)
class Event:
    """An event that somebody emitted."""

    #: Such as ``note.added``.
    name: str
    #: Any JSON value.
    data: Any
    #: The instance that emitted it; ``host`` for the program.
    sender: str
    #: The message whose handler emitted it, or 0.
    cause: int
    #: How many events were dropped before it.
    missed: int
    #: All of it as JSON, its data as they were emitted.
    raw: str

    @classmethod
    def read(cls, raw: str) -> Event:
        """An event as the library tells it."""
        event = json.loads(raw)
        return cls(
            event["event"], event.get("data"), event["from"], event.get("cause", 0), event.get("missed", 0), raw
        )


#: Answers a request: gives the data of the response, any JSON value or bytes that are JSON, or raises `ErrorResponse`.
Service = Callable[[Request], Any]

# What the library still holds, by the address that it knows.
held: dict[Any, Any] = {}


class _Depth(threading.local):
    """How many callbacks are at work on this thread."""

    count = 0


_depth = _Depth()


def is_inside() -> bool:
    """Whether this thread is in a callback."""
    return _depth.count > 0


def hold(value: Any) -> Any:
    """A context for the library, which keeps a function or another value until `drop`."""
    handle = ffi.new_handle(value)
    held[handle] = value
    return handle


def _unraisable(kind: type[BaseException], error: BaseException, traceback: TracebackType) -> None:
    # Where the hook gets what any callback raised.
    shown: Any = type("Unraisable", (), {})()
    shown.exc_type, shown.exc_value, shown.exc_traceback = kind, error, traceback
    shown.err_msg, shown.object = "a function that a host of rp_host called", None
    sys.unraisablehook(shown)


def closure(signature: str, error: Any = None) -> Callable[[Callable[..., Any]], Any]:
    """Makes a function one that the library can call; what it raises gives ``error``."""

    def made(function: Callable[..., Any]) -> Any:
        def counted(*arguments: Any) -> Any:
            _depth.count += 1
            try:
                return function(*arguments)
            finally:
                _depth.count -= 1

        return ffi.callback(signature, counted, error=error, onerror=_unraisable)

    return made


@closure("void(void *)")
def drop(context: Any) -> None:
    """The library has called for the last time."""
    held.pop(context, None)


@closure("void(void *, const rph_log *)")
def log(context: Any, line: Any) -> None:
    level = _LEVELS[line.level] if 0 < line.level < len(_LEVELS) else str(line.level)
    ffi.from_handle(context)(LogLine(level, borrowed(line.instance), borrowed(line.text), line.message_id))


@closure("void(void *, const char *, size_t)")
def value(context: Any, text: Any, length: int) -> None:
    ffi.from_handle(context)(json.loads(bytes_at(text, length)))


@closure("void(void *, const char *, size_t)")
def event(context: Any, text: Any, length: int) -> None:
    ffi.from_handle(context)(Event.read(bytes_at(text, length).decode()))


@closure("int64_t(void *)")
def clock(context: Any) -> Any:
    return ffi.from_handle(context)()


@closure("void(void *, void *, size_t)")
def random(context: Any, data: Any, length: int) -> None:
    # Modules must not get predictable bytes because a function of the program failed.
    ffi.memmove(data, os.urandom(length), length)
    made = ffi.from_handle(context)(length)
    if len(made) != length:
        raise ValueError(f"random gave {len(made)} bytes where {length} were wanted")
    ffi.memmove(data, made, length)


@closure("rp_status(void *, const rp_str *, const rp_message *, rp_reply *)", error=NO_MEMORY)
def service(context: Any, sender: Any, message: Any, reply: Any) -> int:
    status, response = _answer(ffi.from_handle(context), _request(sender, message))
    return _write(reply, response) or status


def _request(sender: Any, message: Any) -> Request:
    payload = borrowed(message.payload)
    return Request(borrowed(sender[0]), borrowed(message.type), payload, message.id, message.cause)


def _answer(answer: Service, request: Request) -> tuple[int, bytes]:
    try:
        return OK, b'{"status":"success","data":%b}' % as_json(answer(request))
    except Error as error:
        return FAILED, relayed(error).as_response()
    except Exception as error:
        _unraisable(type(error), error, error.__traceback__)  # type: ignore[arg-type]
        return FAILED, ErrorResponse(f"the service {request.type} failed: {error}", "internal").as_response()


def _write(reply: Any, text: bytes) -> int:
    """What `rp_reply_write` of rp_module.h does."""
    if reply.capacity - reply.len < len(text):
        status: int = reply.grow(reply, len(text))
        if status != OK:
            return status
    ffi.memmove(reply.data + reply.len, text, len(text))
    reply.len += len(text)
    return OK
