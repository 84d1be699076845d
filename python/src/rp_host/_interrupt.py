"""Ctrl-C while a call is at work: a call into C cannot be interrupted, so it runs on another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from ._cancel import CancelToken

T = TypeVar("T")


def guarded(token: CancelToken, call: Callable[[], T]) -> T:
    """Makes the call. KeyboardInterrupt takes it back, and is raised when the call has ended."""
    if threading.current_thread() is not threading.main_thread():
        # Python interrupts no other thread.
        return call()
    future: Future[T] = Future()
    thread = threading.Thread(target=_run, args=(future, call), name="rp_host-call", daemon=True)
    thread.start()
    try:
        return future.result()
    except KeyboardInterrupt:
        token.cancel()
        thread.join()
        raise


def _run(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:
        future.set_exception(error)
