"""Events that the program emits and hears."""

from __future__ import annotations

import select
import sys
import threading
import time

import pytest
from conftest import module

import rp_host


def test_an_event_arrives_as_it_was_emitted(host: rp_host.Host, relay: rp_host.Instance) -> None:
    with host.subscribe("note.*") as notes:
        host.publish("note.added", {"text": "Zoë"})
        host.publish("person.added", {})
        relay.command("send", {"type": "event", "payload": {"event": "note.kept", "data": [1]}})
        own, other = notes.next(10), notes.next(10)
    assert (own.name, own.data, own.sender) == ("note.added", {"text": "Zoë"}, "host")
    assert (other.name, other.data, other.sender) == ("note.kept", [1], "test-relay")
    assert other.cause > 0 and other.missed == 0


def test_no_event_comes(host: rp_host.Host) -> None:
    notes = host.subscribe("note.*")
    with pytest.raises(rp_host.EventTimeout) as caught:
        notes.next(0)
    assert isinstance(caught.value, TimeoutError)
    with pytest.raises(TimeoutError):
        notes.next(0.15)


def test_a_closed_subscription_ends(host: rp_host.Host) -> None:
    notes = host.subscribe("note.*")
    heard: list[str] = []
    thread = threading.Thread(target=lambda: heard.extend(event.name for event in notes))
    thread.start()
    host.publish("note.added")
    while not heard:
        time.sleep(0.001)
    notes.close()
    thread.join()
    with pytest.raises(rp_host.Closed):
        notes.next(0)
    with pytest.raises(rp_host.Closed):
        notes.fileno()


def test_the_end_of_the_host_ends_a_loop() -> None:
    host = rp_host.Host()
    notes = host.subscribe("*")
    host.publish("a")
    host.publish("b")
    host.close()
    assert [event.name for event in notes] == ["a", "b"]


def test_a_full_queue_refuses_whoever_emits(host: rp_host.Host) -> None:
    notes = host.subscribe("note.*", limit=2)
    host.publish("note.a")
    host.publish("note.b")
    with pytest.raises(rp_host.CallError) as caught:
        host.publish("note.c")
    assert "unavailable" in caught.value.text and notes.waiting == 2
    assert notes.next(0).name == "note.a"


def test_in_a_lossy_queue_the_oldest_makes_room(host: rp_host.Host) -> None:
    notes = host.subscribe("note.*", limit=2, lossy=True)
    for name in ("note.a", "note.b", "note.c"):
        host.publish(name)
    first = notes.next(0)
    assert (first.name, first.missed, notes.next(0).name) == ("note.b", 1, "note.c")


def test_a_function_hears_events() -> None:
    heard: list[rp_host.Event] = []
    with rp_host.Host(on_event={"note.*": heard.append}) as host:
        host.publish("note.added", b'{"a": 1.50}')
        host.publish("other")
        host.drain_events(60)
        assert host.pending_subscribers() == []
    assert [(event.name, event.data) for event in heard] == [("note.added", {"a": 1.5})]
    assert '{"a": 1.50}' in heard[0].raw


@pytest.mark.skipif(sys.platform == "win32", reason="there is no descriptor")
def test_a_descriptor_to_wait_for(host: rp_host.Host) -> None:
    notes = host.subscribe("note.*")
    assert select.select([notes], [], [], 0)[0] == []
    host.publish("note.added")
    assert select.select([notes], [], [], 10)[0] == [notes]
    notes.next(0)
    assert select.select([notes], [], [], 0)[0] == []


def test_settle_waits_for_what_modules_handle(host: rp_host.Host) -> None:
    hears = host.load(module("test-relay"), grants={"subscribe": ["note.*"]})
    for number in range(20):
        host.publish("note.added", {"number": number})
    host.drain_events(60)
    assert [event["data"]["number"] for event in hears.command("heard")["events"]] == list(range(20))
