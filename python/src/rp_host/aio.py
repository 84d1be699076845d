"""The same for asyncio: what waits is awaited, and cancelling a task takes its call back.

Calls are made by threads of the host, at most `call_threads` at once, 64 unless given; one that waits for its turn holds
none. The functions that a host is given run on the loop, but for ``clock`` and ``random``; services may be coroutine
functions.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

import rp_host

from . import _awaited
from ._calls import command_payload
from ._library import as_json

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._options import HostOptions, LoadOptions

__all__ = ["Host", "Instance", "Subscription"]


class Host:
    """Loads modules: ``async with rp_host.aio.Host() as host``."""

    def __init__(self, **options: Unpack[HostOptions]) -> None:
        self._options = options
        self._opened: rp_host.Host | None = None

    async def __aenter__(self) -> Host:
        options = _on_loop(self._options, asyncio.get_running_loop())
        options.setdefault("call_threads", 64)
        self._opened = await asyncio.to_thread(lambda: rp_host.Host(**options))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def sync(self) -> rp_host.Host:
        """The same host without asyncio."""
        if self._opened is None:
            raise rp_host.Closed("the host is not open: use it in `async with`", "rp::host::closed")
        return self._opened

    async def load(self, path: str | os.PathLike[str], **options: Unpack[LoadOptions]) -> Instance:
        """Loads a module. To load native code is to trust it, unless it is isolated."""
        return Instance(await asyncio.to_thread(lambda: self.sync.load(path, **options)))

    async def replace(self, name: str, path: str | os.PathLike[str], /, **options: Unpack[LoadOptions]) -> Instance:
        """Gives an instance new code, under its handles; its state is new."""
        return Instance(await asyncio.to_thread(lambda: self.sync.replace(name, path, **options)))

    def __getitem__(self, name: str) -> Instance:
        return Instance(self.sync[name])

    async def query(self, entity: str, *, timeout: float | None = None, **query: Any) -> Any:
        """Finds entities, in whichever module provides them, or else in the store."""
        return await _cancellable(functools.partial(self.sync.query, entity, timeout=timeout, **query))

    async def mutate(self, entity: str, operation: str, *, timeout: float | None = None, **mutation: Any) -> Any:
        """Changes an entity, in whichever module provides it, or else in the store."""
        change = functools.partial(self.sync.mutate, entity, operation, timeout=timeout, **mutation)
        return await _cancellable(change)

    def publish(self, event: str, data: Any = None) -> None:
        """Emits an event, for the instances and the subscriptions that fit."""
        self.sync.publish(event, data)

    async def drain_events(self, timeout: float | None = None) -> None:
        """Waits until all events that were emitted have been handled."""
        await asyncio.to_thread(self.sync.drain_events, timeout)

    def subscribe(self, pattern: str, limit: int = 1024, *, lossy: bool = False) -> Subscription:
        """A queue of the events that fit: ``async for event in host.subscribe("note.*")``."""
        return Subscription(self.sync.subscribe(pattern, limit, lossy=lossy))

    async def close(self) -> None:
        """Unloads all, and ends the host; raises what went wrong."""
        if self._opened is not None:
            await asyncio.to_thread(self._opened.close)


class Instance:
    """A loaded module."""

    def __init__(self, sync: rp_host.Instance) -> None:
        #: The same instance without asyncio.
        self.sync = sync

    @property
    def name(self) -> str:
        """Its name within the host."""
        return self.sync.name

    async def call(
        self, message_type: str, payload: bytes | str = b"{}", *, timeout: float | None = None
    ) -> rp_host.Response:
        """Sends a message, one JSON object as it is, and returns status and response as they came."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[rp_host.Response] = loop.create_future()
        token = _awaited.begin(self.sync, message_type, payload, timeout, functools.partial(_tell, loop, outcome))
        try:
            return await outcome
        except asyncio.CancelledError:
            # The module is told so; who awaits is not kept until it listens.
            token.cancel()
            raise

    async def command(
        self, name: str, args: Mapping[str, Any] | bytes | None = None, *, timeout: float | None = None
    ) -> Any:
        """Runs a command and returns its data, as plain Python values; an error response is raised."""
        payload = command_payload(name, args)
        return (await self.call("command", payload, timeout=timeout)).data

    async def query(self, entity: str, *, timeout: float | None = None, **query: Any) -> Any:
        """Finds entities that the module provides."""
        payload = as_json({"entity": entity, **query})
        return (await self.call("query", payload, timeout=timeout)).data

    async def mutate(self, entity: str, operation: str, *, timeout: float | None = None, **mutation: Any) -> Any:
        """Changes an entity that the module provides."""
        payload = as_json({"entity": entity, "operation": operation, **mutation})
        return (await self.call("mutation", payload, timeout=timeout)).data

    async def describe(self) -> Any:
        """The commands, events and entities of the module, with their schemas."""
        return (await self.call("describe")).data

    async def unload(self) -> None:
        """Ends the instance: waits for the calls in flight, then it gets ``shutdown``."""
        await asyncio.to_thread(self.sync.unload)


class Subscription:
    """A queue of the events that fit a pattern: ``async for``, or await the `next`."""

    def __init__(self, sync: rp_host.Subscription) -> None:
        #: The same subscription without asyncio.
        self.sync = sync
        # A loop watches a descriptor for one at a time.
        self._turn = asyncio.Lock()

    async def next(self, timeout: float | None = None) -> rp_host.Event:
        """Waits for an event. Raises `EventTimeout` if none comes in ``timeout`` seconds, `Closed` if none will come."""
        try:
            return await asyncio.wait_for(self._next(), timeout)
        except rp_host.EventTimeout:
            raise
        except asyncio.TimeoutError:
            raise rp_host.EventTimeout(f"no event came within {timeout} s", "rp::event::timeout") from None

    async def _next(self) -> rp_host.Event:
        async with self._turn:
            while True:
                try:
                    return self.sync.next(0)
                except rp_host.EventTimeout:
                    await self._readable()

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        try:
            loop.add_reader(self.sync.fileno(), ready.set)
        except NotImplementedError:
            # The usual loop of Windows watches no descriptors.
            await asyncio.sleep(0.02)
            return
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self.sync.fileno())

    def close(self) -> None:
        """Ends it, and drops what waits."""
        self.sync.close()

    async def __aiter__(self) -> AsyncIterator[rp_host.Event]:
        while True:
            try:
                yield await self.next()
            except rp_host.Closed:
                return


async def _cancellable(call: Callable[..., Any]) -> Any:
    """A call that may block, on another thread."""
    token = rp_host.CancelToken()
    try:
        return await asyncio.to_thread(call, cancel=token)
    except asyncio.CancelledError:
        token.cancel()
        raise


def _tell(
    loop: asyncio.AbstractEventLoop,
    waiting: asyncio.Future[rp_host.Response],
    outcome: rp_host.Response | rp_host.Error,
) -> None:
    """Hands the outcome to the loop, from a thread of the library."""

    def settle() -> None:
        if waiting.done():
            return
        if isinstance(outcome, rp_host.Error):
            waiting.set_exception(outcome)
        else:
            waiting.set_result(outcome)

    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def _on_loop(options: HostOptions, loop: asyncio.AbstractEventLoop) -> HostOptions:
    """The options with every function called on the loop."""

    def moved(function: Callable[..., object]) -> Callable[..., None]:
        def called(*values: Any) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(function, *values)

        return called

    on_loop: Any = dict(options)
    for name in ("on_log", "on_trace", "on_progress", "on_worker"):
        if name in on_loop:
            on_loop[name] = moved(on_loop[name])
    for name, change in (("on_event", moved), ("services", functools.partial(_served, loop))):
        if name in on_loop:
            on_loop[name] = {key: change(function) for key, function in on_loop[name].items()}
    result: HostOptions = on_loop
    return result


def _served(loop: asyncio.AbstractEventLoop, answer: rp_host.Service) -> rp_host.Service:
    async def answered(request: rp_host.Request) -> Any:
        data = answer(request)
        return await data if inspect.isawaitable(data) else data

    return lambda request: asyncio.run_coroutine_threadsafe(answered(request), loop).result()
