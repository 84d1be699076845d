"""The host: what loads modules and lets them reach each other."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import _builder, _callbacks, _html
from ._calls import Answers
from ._cancel import CancelToken
from ._errors import Closed, check
from ._instance import Instance
from ._library import as_json, ffi, lib, microseconds
from ._response import Replies, Response
from ._subscription import Subscription

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._callbacks import Service
    from ._options import HostOptions, LoadOptions


class Host(Answers):
    """Loads modules. Any thread may use it; `close`, or leaving its ``with`` block, unloads them, the newest first.

    Making one takes some milliseconds where other threads run already, so make it early. With ``cancel_on_interrupt``
    Ctrl-C takes back a call that is at work; without, it waits for the call's end. As the owner of the modules the program
    has every right: `query` and `mutate` go to whichever module provides the entity, or else to the store.
    """

    _send = lib.rph_send

    def __init__(self, *, cancel_on_interrupt: bool = False, **options: Unpack[HostOptions]) -> None:
        self._is_guarded = cancel_on_interrupt
        self._replies = Replies(options.get("limits", {}).get("reply_bytes", 0))
        # Empty once it is closed. Whoever uses the handle last frees it.
        self._handles = [_builder.built(options)]
        # At the end of the program too, while Python can still run what the library calls: later a thread that comes back to
        # Python ends there, and the process with it.
        self._end = weakref.finalize(self, self._handles.clear)

    def _target(self) -> Any:
        try:
            return self._handles[0]
        except IndexError:
            raise Closed("the host was closed", "rp::host::closed") from None

    def load(self, path: str | os.PathLike[str], **options: Unpack[LoadOptions]) -> Instance:
        """Loads a module. To load native code is to trust it, unless it is isolated."""
        return self._loaded(lib.rph_load, path, options)

    def load_wasm(self, path: str | os.PathLike[str], **options: Unpack[LoadOptions]) -> Instance:
        """Loads a module that need not be trusted: what is not WebAssembly is refused."""
        return self._loaded(lib.rph_load_wasm, path, options)

    def _loaded(
        self, function: Callable[..., Any], path: str | os.PathLike[str], options: Mapping[str, Any] | bytes
    ) -> Instance:
        out = ffi.new("rph_instance **")
        where, text = os.fsencode(path), as_json(options)
        check(function(self._target(), where, len(where), text, len(text), out))
        return Instance(self, out[0])

    def replace(self, name: str, path: str | os.PathLike[str], /, **options: Unpack[LoadOptions]) -> Instance:
        """Gives an instance new code, under its handles; its state is new. If that fails, the old code goes on.

        Without options it keeps those that it has.
        """
        key, where, text = name.encode(), os.fsencode(path), as_json(options) if options else b""
        out = ffi.new("rph_instance **")
        check(lib.rph_replace(self._target(), key, len(key), where, len(where), text, len(text), out))
        return Instance(self, out[0])

    def find(self, name: str) -> Instance | None:
        """The instance of that name, if there is one."""
        text = name.encode()
        handle = lib.rph_find(self._target(), text, len(text))
        return Instance(self, handle) if handle else None

    def __getitem__(self, name: str) -> Instance:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[Instance]:
        found = (self.find(row["instance"]) for row in self.instances())
        return (instance for instance in found if instance is not None)

    def instances(self) -> list[dict[str, Any]]:
        """What is loaded, a row for each instance: ``instance``, ``module``, ``version``, ``file``, ``is_ready``."""
        rows: list[dict[str, Any]] = self._replies.told(lib.rph_instances, self._target())
        return rows

    def send(
        self,
        message_type: str,
        payload: bytes | str = b"{}",
        *,
        timeout: float | None = None,
        cancel: CancelToken | None = None,
    ) -> Response:
        """Sends a message where a module's would go: to an instance, the store, or a service."""
        return self._call(message_type, payload, timeout, cancel)

    def publish(self, event: str, data: Any = None) -> None:
        """Emits an event, for the instances and the subscriptions that fit; data that are bytes are JSON."""
        name, text = event.encode(), as_json(data)
        check(lib.rph_publish(self._target(), name, len(name), text, len(text)))

    def drain_events(self, timeout: float | None = None) -> None:
        """Waits until all events that were emitted have been handled. Not within a callback."""
        limit = -1 if timeout is None else microseconds(timeout)
        check(lib.rph_drain_events(self._target(), limit))

    def metrics(self) -> dict[str, Any] | None:
        """What the messages of each instance took, and how long its queues are; if the host keeps ``metrics``."""
        metrics: dict[str, Any] | None = self._replies.told(lib.rph_metrics, self._target())
        return metrics

    def metrics_text(self) -> str:
        """The same in the text format of OpenMetrics 1.0; empty if the host keeps none."""
        reply = self._replies.take()
        try:
            check(lib.rph_metrics_text(self._target(), reply.handle))
            return reply.raw().decode()
        finally:
            self._replies.give(reply)

    def pending_subscribers(self) -> list[str]:
        """Who has events waiting, or is handling one: after `drain_events` nobody, but for what was published since."""
        names: list[str] = self._replies.told(lib.rph_pending_subscribers, self._target())
        return names

    def subscribe(self, pattern: str, limit: int = 1024, *, lossy: bool = False) -> Subscription:
        """A queue of the events that fit: a name, ``prefix.*`` or ``*``.

        At most ``limit`` of them wait. Whoever emits one more is refused with ``unavailable``; in a ``lossy`` one the oldest
        makes room.
        """
        text = pattern.encode()
        out = ffi.new("rph_subscription **")
        subscribe = lib.rph_subscribe_lossy if lossy else lib.rph_subscribe
        check(subscribe(self._target(), text, len(text), limit, out))
        return Subscription(self._replies, out[0])

    def add_service(self, message_type: str, service: Service) -> None:
        """From now on the function answers messages of this type that modules send."""
        text, context = message_type.encode(), _callbacks.hold(service)
        target = self._target()
        check(lib.rph_add_service(target, text, len(text), _callbacks.service, context, _callbacks.drop))

    def service(self, message_type: str) -> Callable[[Service], Service]:
        """The same for a decorator: ``@host.service("genealogy.match")``."""

        def added(service: Service) -> Service:
            self.add_service(message_type, service)
            return service

        return added

    def remove_service(self, message_type: str) -> bool:
        """Whether there was one."""
        text = message_type.encode()
        return bool(lib.rph_remove_service(self._target(), text, len(text)))

    def unload_all(self) -> None:
        """Unloads every instance, the newest first, and raises what went wrong. Not within a callback."""
        check(lib.rph_unload_all(self._target()))

    def close(self) -> None:
        """Unloads all, and ends the host; raises what went wrong. Not within a callback. A second time it does nothing."""
        try:
            handle = self._handles.pop()
        except IndexError:
            return
        self._end.detach()
        check(lib.rph_unload_all(handle))

    def _repr_html_(self) -> str:
        rows = self.instances() if self._handles else []
        columns = list(dict.fromkeys(column for row in rows for column in row))
        return _html.table("host", columns, ([row[column] for column in columns] for row in rows))

    def __enter__(self) -> Host:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
