"""Responses, and the memory that they arrive in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from . import _html
from ._errors import ErrorResponse, check
from ._library import OK, bytes_at, ffi, lib


class Response(NamedTuple):
    """The response to one message: its status, 0 for a success, and its text as it came."""

    status: int
    raw: bytes

    @property
    def is_ok(self) -> bool:
        """Whether it is a success."""
        return self.status == OK

    @property
    def data(self) -> Any:
        """The data of a success, as plain Python values; an error response is raised."""
        body = json.loads(self.raw.decode())
        if self.status == OK:
            return body.get("data")
        raise ErrorResponse(body.get("error", ""), body.get("code") or "", body.get("details"))

    def _repr_html_(self) -> str:
        return _html.response(self.status == OK, json.loads(self.raw.decode()))


# What `Response(status, raw)` does, at a third of its time.
new_response: Callable[[type[Response], tuple[int, bytes]], Response] = tuple.__new__

_reply_text: Callable[[Any, Any], Any] = lib.rph_reply_text
_buffer: Callable[[Any, int], Any] = ffi.buffer


class Reply:
    """Memory that is used again from call to call; one call at a time writes into it."""

    __slots__ = ("_size", "handle", "status")

    def __init__(self, limit: int) -> None:
        self.handle = ffi.gc(lib.rph_reply_new(limit), lib.rph_reply_free)
        self.status = ffi.new("rp_status *")
        self._size = ffi.new("size_t *")

    def raw(self) -> bytes:
        """What was written."""
        text = _reply_text(self.handle, self._size)
        raw: bytes = _buffer(text, self._size[0])[:]
        return raw

    def json(self) -> Any:
        """The same, read."""
        return json.loads(self.raw().decode())

    @property
    def size(self) -> int:
        """The length of what was read from it last."""
        size: int = self._size[0]
        return size


def read_reply(handle: Any, size: Any) -> bytes:
    """What a reply holds; ``size`` is a place for a length."""
    text = lib.rph_reply_text(handle, size)
    return bytes_at(text, size[0])


class Replies:
    """The replies of a host that no call uses. A call inside a call takes another one."""

    #: So many are kept, as nobody needs more than there are threads at work,
    MOST = 64
    #: but none that has grown beyond this: it would never give its memory back.
    LARGEST = 1 << 20

    def __init__(self, limit: int = 0) -> None:
        self._limit = limit
        self._idle: list[Reply] = []

    def take(self) -> Reply:
        try:
            return self._idle.pop()
        except IndexError:
            return Reply(self._limit)

    def give(self, reply: Reply) -> None:
        if len(self._idle) < self.MOST and reply.size <= self.LARGEST:
            self._idle.append(reply)

    def told(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What a function tells through its last argument."""
        reply = self.take()
        try:
            check(function(*arguments, reply.handle))
            return reply.json()
        finally:
            self.give(reply)
