"""Taking calls back."""

from __future__ import annotations

from ._library import ffi, lib


class CancelToken:
    """Takes back every call that was or will be made with it: a hint, which a module at work may ask for.

    Any thread may use it.
    """

    __slots__ = ("handle",)

    def __init__(self) -> None:
        self.handle = ffi.gc(lib.rph_cancel_new(), lib.rph_cancel_free)

    def cancel(self) -> None:
        """Takes the calls back, from now on and for ever."""
        lib.rph_cancel_now(self.handle)

    @property
    def is_cancelled(self) -> bool:
        """Whether that has been done."""
        return bool(lib.rph_cancel_is_cancelled(self.handle))
