"""The same for asyncio."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from conftest import module

import rp_host
from rp_host import aio

GRANTS: rp_host.Grants = {"emit": ["*"], "call": ["*"], "subscribe": ["*"]}


def test_calls_run_at_once() -> None:
    async def main() -> None:
        async with aio.Host() as host:
            minimal = await host.load(module("test-minimal"))
            echoes = await asyncio.gather(*(minimal.command("echo", {"number": it}) for it in range(100)))
            assert [echo["number"] for echo in echoes] == list(range(100))
            status, raw = await minimal.call("command", b'{"name":"echo","args":{}}')
            assert (status, raw) == (0, b'{"status":"success","data":{}}')
            assert (await minimal.describe())["commands"]
            with pytest.raises(rp_host.ErrorResponse):
                await minimal.command("sing")
            await minimal.unload()

    asyncio.run(main())


def test_cancelling_a_task_takes_its_call_back() -> None:
    async def main() -> None:
        lines: list[rp_host.LogLine] = []
        async with aio.Host(on_log=lines.append) as host:
            relay = await host.load(module("test-relay"), grants=GRANTS)
            task = asyncio.create_task(relay.command("work", {"steps": 60_000}))
            # It is at work when another call cannot have its turn.
            with pytest.raises(rp_host.CallTimeout):
                while True:
                    await relay.command("heard", timeout=0.005)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The module has listened: it is free again, long before its 60 seconds.
            assert await relay.command("heard", timeout=30) == {"events": []}
        assert any("stopped after" in line.text for line in lines), lines

    asyncio.run(main())


def test_a_timeout_of_asyncio_and_one_of_the_call() -> None:
    async def main() -> None:
        async with aio.Host() as host:
            relay = await host.load(module("test-relay"), grants=GRANTS)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(relay.command("work", {"steps": 60_000}), 0.02)
            with pytest.raises(rp_host.CallTimeout):
                await relay.command("work", {"steps": 60_000}, timeout=0.02)

    asyncio.run(main())


def test_a_service_is_a_coroutine_on_the_loop() -> None:
    async def main() -> None:
        async def slow(request: rp_host.Request) -> Any:
            await asyncio.sleep(0)
            other = await host["test-minimal"].command("echo", request.data)
            return {"thread": threading.current_thread().name, **other}

        async with aio.Host(services={"slow": slow, "quick": lambda request: 7}) as host:
            await host.load(module("test-minimal"))
            relay = await host.load(module("test-relay"), grants=GRANTS)
            asked = {"type": "slow", "payload": {"a": 1}}
            assert await relay.command("send", asked) == {"thread": "MainThread", "a": 1}
            assert await relay.command("send", {"type": "quick", "payload": {}}) == 7

    asyncio.run(main())


def test_events_are_awaited() -> None:
    async def main() -> None:
        async with aio.Host() as host:
            notes = host.subscribe("note.*")
            with pytest.raises(rp_host.EventTimeout):
                await notes.next(0.01)
            waiting = asyncio.create_task(notes.next(60))
            await asyncio.sleep(0)
            host.publish("note.added", {"a": 1})
            assert (await waiting).data == {"a": 1}
            host.publish("note.b")
            host.publish("note.c")
            names = []
            async for event in notes:
                names.append(event.name)
                if len(names) == 2:
                    notes.close()
            assert names == ["note.b", "note.c"]

    asyncio.run(main())


def test_the_host_is_closed_whatever_happens() -> None:
    async def main() -> None:
        async with aio.Host() as host:
            instance = await host.load(module("test-minimal"))
            raise KeyError(instance.name)

    with pytest.raises(KeyError):
        asyncio.run(main())

    async def unopened() -> None:
        await aio.Host().load(module("test-minimal"))

    with pytest.raises(rp_host.Closed):
        asyncio.run(unopened())
