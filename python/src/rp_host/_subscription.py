"""Events for the program, which takes them when it likes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from ._callbacks import Event
from ._errors import Closed, EventTimeout, check
from ._library import ffi, lib, microseconds
from ._response import Replies

# How long one wait of a loop takes: between two of them Python handles Ctrl-C.
_SLICE = 0.1


class Subscription:
    """A queue of the events that fit a pattern; iterate over it, or ask for the ``next``.

    Any thread may use it; an event goes to one of them.
    """

    def __init__(self, replies: Replies, handle: Any) -> None:
        self._replies = replies
        # Freed when nobody uses it any more: a thread that waits with it is one of them.
        self._handle: Any | None = ffi.gc(handle, lib.rph_subscription_free)

    def next(self, timeout: float | None = None) -> Event:
        """Waits for an event. Raises `EventTimeout` if none comes in ``timeout`` seconds, `Closed` if none will come."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                return self._next(min(left, _SLICE))
            except EventTimeout:
                if left <= _SLICE:
                    raise

    def _next(self, timeout: float) -> Event:
        handle = self._open_handle()
        reply = self._replies.take()
        try:
            check(lib.rph_next(handle, microseconds(timeout), reply.handle))
            return Event.read(reply.raw().decode())
        finally:
            self._replies.give(reply)

    def _open_handle(self) -> Any:
        if self._handle is None:
            raise Closed("the subscription was closed", "rp::event::closed")
        return self._handle

    def fileno(self) -> int:
        """A descriptor that is readable while an event waits, and at the end: only wait for it. Not on Windows: -1."""
        descriptor: int = lib.rph_subscription_fd(self._open_handle())
        return descriptor

    @property
    def waiting(self) -> int:
        """How many events wait."""
        waiting: int = lib.rph_subscription_waiting(self._open_handle())
        return waiting

    @property
    def is_over(self) -> bool:
        """Whether the host is gone and every event was taken."""
        return bool(lib.rph_subscription_is_over(self._open_handle()))

    def close(self) -> None:
        """Ends it, and drops what waits."""
        self._handle = None

    def __iter__(self) -> Iterator[Event]:
        while True:
            try:
                yield self.next()
            except Closed:
                return

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
