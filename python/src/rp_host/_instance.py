"""The handle of a loaded module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _html
from ._calls import Answers, call_options, command_payload
from ._cancel import CancelToken
from ._errors import check
from ._library import NULL, ffi, lib, optional, text_of
from ._response import Response
from ._turn import Turn

if TYPE_CHECKING:
    from ._host import Host


class Instance(Answers):
    """A loaded module. Any thread may use it; while it is referred to, its host is not closed by itself."""

    _send = lib.rph_call

    def __init__(self, host: Host, handle: Any) -> None:
        self._host = host
        self._replies = host._replies
        self._is_guarded = host._is_guarded
        self._handle = ffi.gc(handle, lib.rph_instance_free)

    def _target(self) -> Any:
        return self._handle

    @property
    def name(self) -> str:
        """Its name within the host."""
        return text_of(lib.rph_instance_name(self._handle))

    @property
    def manifest(self) -> dict[str, Any]:
        """What the module says about itself."""
        manifest: dict[str, Any] = json.loads(text_of(lib.rph_instance_manifest(self._handle)))
        return manifest

    @property
    def path(self) -> str | None:
        """The file of the module."""
        return optional(lib.rph_instance_path(self._handle))

    @property
    def is_ready(self) -> bool:
        """Whether it takes messages: it is neither unloaded nor dead."""
        return bool(lib.rph_instance_is_ready(self._handle))

    @property
    def counters(self) -> dict[str, int] | None:
        """How many calls there were, how many ended in errors, what they took; if the host counts (``count_calls``)."""
        counters: dict[str, int] | None = self._replies.told(lib.rph_instance_counters, self._handle)
        return counters

    @property
    def worker(self) -> dict[str, Any] | None:
        """The process of an isolated instance: ``pid``, ``state``, ``restarts``, ``is_sandboxed``."""
        worker: dict[str, Any] | None = self._replies.told(lib.rph_instance_worker, self._handle)
        return worker

    def call(
        self,
        message_type: str,
        payload: bytes | str = b"{}",
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
        unchecked: bool = False,
    ) -> Response:
        """Sends a message, one JSON object as it is, and returns status and response as they came.

        An error response is returned too, not raised. ``timeout`` is in seconds; without one the call waits for its turn
        as long as the host's limits allow, and then as long as it takes. ``unchecked`` vouches for the payload's UTF-8, and
        leaves the response unread: that may then be neither UTF-8 nor JSON.
        """
        return self._call(message_type, payload, timeout, cancel, unchecked)

    def command(
        self,
        name: str,
        args: Mapping[str, Any] | bytes | None = None,
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Any:
        """Runs a command and returns its data, as plain Python values; an error response is raised.

        Arguments that are bytes are JSON, and go as they are.
        """
        return self._call("command", command_payload(name, args), timeout, cancel).data

    def describe(self) -> Any:
        """The commands, events and entities of the module, with their schemas."""
        return self._call("describe", b"{}", None, None).data

    def enter(self, *, timeout: float | None = None, cancel: CancelToken | None = None) -> Turn:
        """Waits until the module is free, and keeps it: no other call comes between those of the turn.

        ``with log.enter() as turn: turn.command("add", {"text": "Cork"})``. ``timeout`` and ``cancel`` are for the wait.
        """
        options = NULL if timeout is None and cancel is None else call_options(timeout, cancel)
        out = ffi.new("rph_turn **")
        check(lib.rph_enter(self._handle, options, out))
        return Turn(self._host, out[0])

    def unload(self) -> None:
        """Ends the instance: waits for the calls in flight, then it gets ``shutdown``. Not within a callback."""
        check(lib.rph_unload(self._handle))

    def _repr_html_(self) -> str:
        return _html.table(self.name, ["", ""], self.manifest.items())

    def __repr__(self) -> str:
        return f"<rp_host.Instance {self.name}>"
