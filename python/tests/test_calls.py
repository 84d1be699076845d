"""Calls: bytes in and out, plain values, deadlines, cancelling, text that is none."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import rp_host


def test_values_in_and_out(minimal: rp_host.Instance) -> None:
    args = {"text": "Zoë 漢", "list": [1, 2.5, None, True], "empty": {}}
    assert minimal.command("echo", args) == args
    assert minimal.command("ping")["reply"] == "pong"


def test_bytes_pass_as_they_are(minimal: rp_host.Instance) -> None:
    status, raw = minimal.call("command", b'{"name":"echo","args":{"a" : 1e400}}')
    assert (status, raw) == (0, b'{"status":"success","data":{"a" : 1e400}}')
    assert minimal.call("command", '{"name":"echo","args":{}}').is_ok


def test_an_error_response_is_returned_raw_and_raised_from_a_command(minimal: rp_host.Instance) -> None:
    response = minimal.call("command", b'{"name":"fail","args":{"code":"conflict","text":"no"}}')
    assert (response.status, response.is_ok) == (1, False)
    with pytest.raises(rp_host.ErrorResponse) as caught:
        minimal.command("fail", {"code": "conflict", "text": "no"})
    assert (caught.value.code, caught.value.text, caught.value.fault) == ("conflict", "no", "module")
    assert str(caught.value) == "no (conflict)"


def test_details_of_an_error_response(relay: rp_host.Instance) -> None:
    with pytest.raises(rp_host.ErrorResponse) as caught:
        relay.command("send", {"type": 7})
    assert caught.value.code == "invalid_payload" and caught.value.details == {"path": "type"}


def test_describe_and_manifest(relay: rp_host.Instance) -> None:
    assert relay.manifest["name"] == relay.name == "test-relay"
    assert "work" in [command["name"] for command in relay.describe()["commands"]]
    assert relay.is_ready and "test-relay" in repr(relay)


@pytest.mark.parametrize("payload", [b"{", b"[]", b"", b'{"a":"\x00"}'])
def test_a_payload_that_is_no_object_harms_nobody(minimal: rp_host.Instance, payload: bytes) -> None:
    assert not minimal.call("command", payload).is_ok
    assert minimal.command("ping")["reply"] == "pong"


@pytest.mark.parametrize("payload", [b"\xff", b'{"a":"\xc3"}'])
def test_a_payload_that_is_no_text_is_refused(minimal: rp_host.Instance, payload: bytes) -> None:
    with pytest.raises(rp_host.BadArgument) as caught:
        minimal.call("command", payload)
    assert caught.value.code == "rp::host::argument" and "UTF-8" in caught.value.text
    assert minimal.command("ping")["reply"] == "pong"


@pytest.mark.parametrize("message_type", ["", "a\0b", "\ud800"])
def test_a_type_that_is_no_text(minimal: rp_host.Instance, message_type: str) -> None:
    try:
        assert not minimal.call(message_type).is_ok
    except (rp_host.Error, UnicodeEncodeError):
        pass
    assert minimal.command("ping")["reply"] == "pong"


def test_what_json_cannot_say_is_refused_before_the_call(minimal: rp_host.Instance) -> None:
    for value in (float("nan"), float("inf"), {1, 2}):
        with pytest.raises((ValueError, TypeError)):
            minimal.command("echo", {"value": value})


def test_large_responses_arrive_whole(minimal: rp_host.Instance) -> None:
    text = "x" * 3_000_000
    assert minimal.command("echo", {"text": text}) == {"text": text}
    assert minimal.command("echo", {"text": "y"}) == {"text": "y"}


def test_a_reply_limit() -> None:
    from conftest import module

    with rp_host.Host(limits={"reply_bytes": 1000}) as host:
        minimal = host.load(module("test-minimal"))
        assert minimal.command("echo", {"text": "x" * 900})
        with pytest.raises(rp_host.CallError) as caught:
            minimal.command("echo", {"text": "x" * 1000})
        assert caught.value.code == "rp::call::too_large" and caught.value.help


def test_unchecked_calls_bring_the_same(minimal: rp_host.Instance) -> None:
    payload = json.dumps({"name": "echo", "args": {"a": 1}}).encode()
    assert minimal.call("command", payload, unchecked=True) == minimal.call("command", payload)


def test_a_deadline(relay: rp_host.Instance) -> None:
    with pytest.raises(rp_host.CallTimeout) as caught:
        relay.command("work", {"steps": 60_000}, timeout=0.05)
    assert caught.value.code == "rp::call::timeout" and isinstance(caught.value, TimeoutError)
    assert relay.command("work", {"steps": 1}, timeout=60) == {"done": 1}


def test_a_token_takes_a_call_back(host: rp_host.Host, relay: rp_host.Instance) -> None:
    token = rp_host.CancelToken()
    at_work = host.subscribe("progress")
    errors: list[Any] = []

    def work() -> None:
        try:
            relay.command("work", {"steps": 60_000}, cancel=token)
        except rp_host.Error as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    _cancel_when_at_work(relay, token)
    thread.join()
    assert isinstance(errors[0], rp_host.CallCancelled), errors
    at_work.close()
    # One that is used up takes back what is not made yet.
    with pytest.raises(rp_host.CallCancelled):
        relay.command("work", {"steps": 60_000}, cancel=token)


def _cancel_when_at_work(relay: rp_host.Instance, token: rp_host.CancelToken) -> None:
    """Another call has to wait for its turn while the first one is at work."""
    while True:
        try:
            relay.command("heard", timeout=0.001)
        except rp_host.CallTimeout:
            token.cancel()
            return


def test_threads_share_an_instance(minimal: rp_host.Instance) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda number: minimal.command("echo", {"number": number})["number"], range(400)))
    assert numbers == list(range(400))


def test_query_and_mutate_reach_the_store_through_a_module(relay: rp_host.Instance) -> None:
    def send(kind: str, **payload: Any) -> Any:
        return relay.command("send", {"type": kind, "payload": payload})

    made = send("mutation", entity="note", operation="create", data={"parish": "Blankenhain"})
    found = send("query", entity="note", id=made["id"])
    assert found["entities"][0]["data"] == {"parish": "Blankenhain"}
    with pytest.raises(rp_host.ErrorResponse) as caught:
        relay.query("note", limit=1)
    assert caught.value.code in ("unknown_type", "not_supported")
    with pytest.raises(rp_host.ErrorResponse):
        relay.mutate("note", "create", data={})


def test_many_calls_in_one_turn(minimal: rp_host.Instance) -> None:
    with minimal.enter() as turn:
        assert turn.command("echo", {"text": "Zoë"}) == {"text": "Zoë"}
        assert turn.call("command", b'{"name":"ping","args":{}}', unchecked=True).is_ok
        with pytest.raises(rp_host.ErrorResponse) as answered:
            turn.command("fail", {"code": "conflict", "text": "no"})
        assert answered.value.code == "conflict"
        # This thread reaches the instance by the turn alone, and no other thread by the turn.
        for call in (lambda: minimal.command("ping"), minimal.enter):
            with pytest.raises(rp_host.CallError) as refused:
                call()
            assert refused.value.code == "rp::call::own_turn"
        with ThreadPoolExecutor(1) as other, pytest.raises(rp_host.CallError) as foreign:
            other.submit(turn.command, "ping").result()
        assert foreign.value.code == "rp::call::foreign_turn"
        with ThreadPoolExecutor(1) as other, pytest.raises(rp_host.CallTimeout):
            other.submit(minimal.enter, timeout=0.001).result()
    with pytest.raises(rp_host.Closed):
        turn.command("ping")
    turn.end()
    assert minimal.command("ping")["reply"] == "pong"
