"""Calls that the library makes on threads of its own, and tells of when they are done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._calls import call_options
from ._callbacks import closure, drop, held, hold
from ._cancel import CancelToken
from ._errors import Error, check, taken
from ._instance import Instance
from ._library import ffi, lib
from ._response import Response, read_reply

#: Gets what came of a call, on a thread of the library.
Done = Callable[["Response | Error"], object]


def begin(
    instance: Instance, message_type: str, payload: bytes | str, timeout: float | None, done: Done
) -> CancelToken:
    """Begins a call, and gives what takes it back. ``done`` is called once."""
    kind = message_type.encode()
    text = payload.encode() if isinstance(payload, str) else payload
    token = CancelToken()
    # The library borrows both until the call is done: they are held with the function.
    options = call_options(timeout, token)
    context = hold(_Begun(done, token, options))
    error = lib.rph_call_async(instance._target(), kind, len(kind), text, len(text), options, _done, context)
    if error:
        drop(context)
        check(error)
    return token


class _Begun:
    """What has to live as long as the call."""

    def __init__(self, done: Done, *borrowed: Any) -> None:
        self.done = done
        self.borrowed = borrowed


@closure("void(void *, rph_error *, rph_reply *, rp_status)")
def _done(context: Any, error: Any, reply: Any, status: int) -> None:
    begun = ffi.from_handle(context)
    held.pop(context)
    begun.done(taken(error) if error else Response(status, _taken(reply)))


def _taken(reply: Any) -> bytes:
    try:
        return read_reply(reply, ffi.new("size_t *"))
    finally:
        lib.rph_reply_free(reply)
