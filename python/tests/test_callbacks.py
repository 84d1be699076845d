"""Functions in Python that the library calls."""

from __future__ import annotations

import gc
import sys
import weakref
from typing import Any

import pytest
from conftest import module

import rp_host


def relay_with(**options: Any) -> tuple[rp_host.Host, rp_host.Instance]:
    host = rp_host.Host(**options)
    grants: rp_host.Grants = {"emit": ["*"], "call": ["*"], "subscribe": ["*"]}
    return host, host.load(module("test-relay"), grants=grants)


def send(relay: rp_host.Instance, message_type: str, payload: dict[str, Any]) -> Any:
    return relay.command("send", {"type": message_type, "payload": payload})


def test_log_lines() -> None:
    lines: list[rp_host.LogLine] = []
    host, relay = relay_with(on_log=lines.append)
    with host, pytest.raises(rp_host.CallTimeout):
        relay.command("work", {"steps": 60_000}, timeout=0.02)
    stopped = [line for line in lines if "stopped after" in line.text]
    assert stopped[0].instance == "test-relay" and stopped[0].level == "info" and stopped[0].message_id > 0
    assert str(stopped[0]).startswith("info test-relay: stopped after")


def test_every_message_is_traced() -> None:
    lines: list[dict[str, Any]] = []
    host, relay = relay_with(on_trace=lines.append)
    with host:
        relay.command("heard")
    assert {"init", "command", "shutdown"} <= {line["type"] for line in lines}, lines


def test_time_and_randomness_are_the_programs() -> None:
    asked: list[int] = []

    def random(count: int) -> bytes:
        asked.append(count)
        return b"\x07" * count

    host = rp_host.Host(clock=lambda: 1_700_000_000_000_000, random=random, store={"memory": True})
    with host:
        relay = host.load(module("test-relay"), grants={"write": ["note"], "read": ["note"]})
        made = send(relay, "mutation", {"entity": "note", "operation": "create", "data": {}})
        assert asked and made["id"].endswith("070707070707"), made


def test_randomness_that_fails_is_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "unraisablehook", lambda shown: None)
    ids = set()
    for random in (lambda count: b"", lambda count: 1 / 0):
        with rp_host.Host(random=random, store={"memory": True}) as host:  # type: ignore[arg-type]
            ids.add(host.mutate("note", "create", data={})["id"])
    assert len(ids) == 2 and not any(made.endswith("000000000000") for made in ids)


def test_a_service_answers_with_any_value() -> None:
    requests: list[rp_host.Request] = []

    def match(request: rp_host.Request) -> Any:
        requests.append(request)
        return {"people": [request.data["surname"]] * 2}

    host, relay = relay_with(services={"genealogy.match": match, "none": lambda request: None})
    with host:
        assert send(relay, "genealogy.match", {"surname": "Ryan"}) == {"people": ["Ryan", "Ryan"]}
        assert send(relay, "none", {}) is None
    request = requests[0]
    assert (request.sender, request.type, request.payload) == ("test-relay", "genealogy.match", '{"surname":"Ryan"}')
    assert request.id > request.cause > 0


def test_a_service_refuses_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", shown.append)

    def refuse(request: rp_host.Request) -> Any:
        raise rp_host.ErrorResponse("not today", "conflict", {"day": 7})

    host, relay = relay_with(services={"refuse": refuse, "fail": lambda request: 1 / 0, "odd": lambda request: object()})
    with host:
        with pytest.raises(rp_host.ErrorResponse) as caught:
            send(relay, "refuse", {})
        assert (caught.value.text, caught.value.code, caught.value.details) == ("not today", "conflict", {"day": 7})
        for message_type in ("fail", "odd"):
            with pytest.raises(rp_host.ErrorResponse) as caught:
                send(relay, message_type, {})
            assert caught.value.code == "internal" and message_type in caught.value.text
    assert [it.exc_type for it in shown] == [ZeroDivisionError, TypeError]


def test_a_service_answers_with_more_than_the_reply_has_room_for() -> None:
    text = "z" * 2_000_000
    host, relay = relay_with(services={"large": lambda request: text})
    with host:
        assert send(relay, "large", {}) == text


def test_a_service_calls_back_into_the_host() -> None:
    other: list[rp_host.Instance] = []
    host, relay = relay_with(services={"ask": lambda request: other[0].command("echo", request.data)})
    with host:
        other.append(host.load(module("test-minimal")))
        assert send(relay, "ask", {"deep": True}) == {"deep": True}


def test_a_service_that_asks_who_asked_it_is_refused() -> None:
    other: list[rp_host.Instance] = []
    host, relay = relay_with(services={"ask": lambda request: other[0].command("heard")})
    other.append(relay)
    with host, pytest.raises(rp_host.ErrorResponse) as caught:
        send(relay, "ask", {})
    assert "deadlock" in caught.value.text and caught.value.code == "reentrant", caught.value


def test_what_a_sink_raises_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", shown.append)

    def broken(line: object) -> None:
        raise KeyError("sink")

    host, relay = relay_with(on_trace=broken)
    with host:
        assert relay.command("heard") == {"events": []}
    assert shown and all(it.exc_type is KeyError for it in shown)


def test_functions_are_let_go_when_the_host_is_closed() -> None:
    class Sink:
        def __call__(self, line: object) -> None:
            pass

    sink = Sink()
    gone = weakref.ref(sink)
    host, relay = relay_with(on_trace=sink, services={"ask": sink})
    del sink
    assert gone() is not None
    host.close()
    del host, relay
    gc.collect()
    assert gone() is None


def test_a_host_may_become_garbage_within_a_callback() -> None:
    class Knot:
        def __init__(self) -> None:
            self.host = rp_host.Host()
            self.instance = self.host.load(module("test-minimal"))
            self.itself = self

    gone: list[weakref.ref[rp_host.Host]] = []

    def collect(request: rp_host.Request) -> int:
        gone.append(weakref.ref(Knot().host))
        return gc.collect()

    host, relay = relay_with(services={"collect": collect})
    with host:
        assert send(relay, "collect", {}) > 0
    assert gone[0]() is None


def test_services_come_and_go(host: rp_host.Host, relay: rp_host.Instance) -> None:
    @host.service("ask")
    def answer(request: rp_host.Request) -> str:
        return f"{request.sender} asked"

    assert send(relay, "ask", {}) == "test-relay asked"
    host.add_service("ask", lambda request: b'{"a" : 1.50}')
    assert relay.call("command", b'{"name":"send","args":{"type":"ask","payload":{}}}').raw.endswith(b'{"a" : 1.50}}')
    assert host.send("ask").data == {"a": 1.5}
    assert host.remove_service("ask") and not host.remove_service("ask")
    with pytest.raises(rp_host.ErrorResponse) as caught:
        send(relay, "ask", {})
    assert caught.value.code == "not_supported"


def test_progress() -> None:
    heard: list[dict[str, Any]] = []
    host, relay = relay_with(on_progress=heard.append)
    with host:
        relay.command("work", {"steps": 2})
    assert [(it["instance"], it["done"], it["total"]) for it in heard] == [("test-relay", 1, 2), ("test-relay", 2, 2)]
