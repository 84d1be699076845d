"""Many calls of one module, with no other between them."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._calls import Answers, command_payload
from ._cancel import CancelToken
from ._errors import Closed
from ._library import lib
from ._response import Response

if TYPE_CHECKING:
    from ._host import Host


class Turn(Answers):
    """The turn of one thread at a module, made by ``Instance.enter``; a ``with`` ends it.

    It belongs to the thread that entered it. Everybody else waits meanwhile, so keep it short; only a concurrent module goes on
    beside it. A call of the same thread by the instance itself raises ``rp::call::own_turn``. Ctrl-C does not take its calls
    back: give them a ``cancel``.
    """

    _send = lib.rph_turn_call

    def __init__(self, host: Host, handle: Any) -> None:
        self._host = host
        self._replies = host._replies
        # A call that Ctrl-C may take back runs on another thread, whose turn it would not be.
        self._is_guarded = False
        self._handle = handle

    def _target(self) -> Any:
        if not self._handle:
            raise Closed("the turn has ended", "rp::turn::closed")
        return self._handle

    def call(
        self,
        message_type: str,
        payload: bytes | str = b"{}",
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
        unchecked: bool = False,
    ) -> Response:
        """Sends a message, as ``Instance.call`` does."""
        return self._call(message_type, payload, timeout, cancel, unchecked)

    def command(
        self,
        name: str,
        args: Mapping[str, Any] | bytes | None = None,
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Any:
        """Runs a command and returns its data, as ``Instance.command`` does."""
        return self._call("command", command_payload(name, args), timeout, cancel).data

    def end(self) -> None:
        """Ends the turn; more than once does nothing."""
        handle, self._handle = self._handle, None
        if handle:
            lib.rph_turn_free(handle)

    def __enter__(self) -> Turn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def __del__(self) -> None:
        self.end()
