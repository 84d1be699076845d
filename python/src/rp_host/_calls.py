"""What an instance and a host have in common: they answer messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import _interrupt
from ._cancel import CancelToken
from ._errors import throw
from ._library import NULL, as_json, ffi, lib, microseconds
from ._response import Replies, Response, new_response


class Answers:
    """Answers messages."""

    # Made once, since every call needs them.
    _send: Callable[..., Any]
    _replies: Replies
    _is_guarded: bool

    def _target(self) -> Any:
        raise NotImplementedError

    def _call(
        self,
        message_type: str,
        payload: bytes | str,
        timeout: float | None,
        cancel: CancelToken | None,
        unchecked: bool = False,
    ) -> Response:
        if self._is_guarded:
            token = cancel or CancelToken()
            return _interrupt.guarded(token, lambda: self._call_here(message_type, payload, timeout, token, unchecked))
        return self._call_here(message_type, payload, timeout, cancel, unchecked)

    def _call_here(
        self,
        message_type: str,
        payload: bytes | str,
        timeout: float | None,
        cancel: CancelToken | None,
        unchecked: bool,
    ) -> Response:
        kind = message_type.encode()
        text = payload if isinstance(payload, bytes) else payload.encode()
        if timeout is None and cancel is None:
            options = _UNCHECKED if unchecked else NULL
        else:
            options = call_options(timeout, cancel, unchecked)
        replies = self._replies
        reply = replies.take()
        try:
            target = self._target()
            error = self._send(target, kind, len(kind), text, len(text), options, reply.handle, reply.status)
            if error:
                throw(error)
            return new_response(Response, (reply.status[0], reply.raw()))
        finally:
            replies.give(reply)

    def query(
        self, entity: str, *, timeout: float | None = None, cancel: CancelToken | None = None, **query: Any
    ) -> Any:
        """Finds entities: ``query("person", filters={"surname": "Ryan"}, limit=10)["entities"]``."""
        return self._call("query", as_json({"entity": entity, **query}), timeout, cancel).data

    def mutate(
        self,
        entity: str,
        operation: str,
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
        **mutation: Any,
    ) -> Any:
        """Changes an entity: ``mutate("person", "create", data={"surname": "Ryan"})["id"]``."""
        payload = as_json({"entity": entity, "operation": operation, **mutation})
        return self._call("mutation", payload, timeout, cancel).data


def command_payload(name: str, args: Mapping[str, Any] | bytes | None) -> bytes:
    """The payload of a command."""
    return b'{"name":%b,"args":%b}' % (as_json(name), as_json({} if args is None else args))


def call_options(timeout: float | None, cancel: CancelToken | None, unchecked: bool = False) -> Any:
    """An rph_call_options."""
    options = ffi.new("rph_call_options *")
    options.struct_size = ffi.sizeof("rph_call_options")
    options.flags = lib.RPH_UNCHECKED if unchecked else 0
    # 0 would be without a limit, and less than that is at once.
    options.timeout_us = 0 if timeout is None else microseconds(timeout) or -1
    options.cancel = NULL if cancel is None else cancel.handle
    return options


# The library only reads it.
_UNCHECKED = call_options(None, None, True)
