"""Options as a type checker sees them.

The library checks them: their keys are those of an rp.toml, and the book explains each. A test compares them with the schema.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

from ._callbacks import Event, LogLine, Service


class Limits(TypedDict, total=False):
    """The limits of every instance."""

    #: The most bytes of a response.
    reply_bytes: int
    #: How long a call waits for its turn, and an unload for the calls in flight.
    wait_ms: int
    #: The most events that wait for one instance.
    queued_events: int
    #: The most bytes of all events that wait.
    queued_event_bytes: int
    #: In an rp.toml, the deadline of each message of a session.
    deadline_ms: int


class Grants(TypedDict, total=False):
    """What an instance may do; each entry is a name, ``prefix.*`` or ``*``."""

    read: list[str]
    write: list[str]
    emit: list[str]
    subscribe: list[str]
    call: list[str]
    provide: list[str]


class Restart(TypedDict, total=False):
    """Whether an instance that died is started again; ``{}`` has the usual values."""

    attempts: int
    within_ms: int
    first_ms: int
    longest_ms: int


class Sandbox(TypedDict, total=False):
    """What an isolated module may reach."""

    mode: Literal["required", "off"]
    read: list[str]
    write: list[str]
    env: list[str]
    jit: bool
    core: bool


class Isolated(TypedDict, total=False):
    """The limits of a module in a process of its own; ``{}`` has the usual values."""

    memory_bytes: int
    call_ms: int
    total_ms: int
    grace_ms: int
    threads: int
    open_files: int
    file_bytes: int
    log_bytes_per_s: int
    sandbox: Sandbox


class Wasm(TypedDict, total=False):
    """The limits of a WebAssembly module."""

    memory_bytes: int
    table_entries: int
    call_ms: int
    stack_bytes: int
    reply_bytes: int
    module_bytes: int
    code_bytes: int
    functions: int
    function_bytes: int


class Store(TypedDict, total=False):
    """Where the shared data are: ``{"memory": True}``, or a file."""

    memory: bool
    path: str
    #: The most bytes that it may have.
    max_bytes: int
    #: For each entity, the paths in its data that filters and sorting must be fast on.
    indexes: dict[str, list[str]]


class HostOptions(TypedDict, total=False):
    """What `Host` takes by name."""

    #: What modules read in ``init``.
    name: str
    version: str
    limits: Limits
    #: The shared data; without it there are none.
    store: Store
    #: An rp.toml: its limits, its store, its instances.
    config: str | os.PathLike[str]
    #: Gets each line of log.
    on_log: Callable[[LogLine], object]
    #: Gets each message with its response, as a line of a trace file has it.
    on_trace: Callable[[dict[str, Any]], object]
    #: Gets what modules say of their progress: ``instance``, ``message_id``, ``done``, ``total``, ``note``.
    on_progress: Callable[[dict[str, Any]], object]
    #: Gets what happens to the processes of isolated modules: ``instance``, ``pid``, ``change``, ``text``.
    on_worker: Callable[[dict[str, Any]], object]
    #: Get the events that fit their patterns, each on a thread of its own.
    on_event: Mapping[str, Callable[[Event], object]]
    #: What answers messages of these types that modules send.
    services: Mapping[str, Service]
    #: Tells the time that modules see, in microseconds since 1970.
    clock: Callable[[], int]
    #: Gives that many random bytes.
    random: Callable[[int], bytes]
    #: Whether calls are counted, for `Instance.counters`.
    count_calls: bool
    #: Whether messages are counted and timed by type and name, for `Host.metrics`.
    metrics: bool
    #: How many awaited calls are at work at once.
    call_threads: int
    #: A file for what it takes to play the instances again, with ``rp replay`` or ``recorded``; its old content is lost.
    record: str | os.PathLike[str]
    #: The program that isolated modules run in; without it, the one that the package brings.
    worker_program: str | os.PathLike[str]


class LoadOptions(TypedDict, total=False):
    """What `Host.load` takes by name."""

    #: Its name in this host; without it, the module's own.
    instance: str
    #: What the module is told at its start.
    config: Mapping[str, Any]
    #: What it may do; nothing unless given.
    grants: Grants
    #: Whether it may do all that it requests, too.
    grant_requested: bool
    #: What the file must be: the module's name, its version such as ``>=1.2``, the hash of its file.
    name: str
    version: str
    sha256: str
    #: A recording that answers in place of the module, whose file need not be there.
    recorded: str
    #: Whether it is started again if it dies; ``{}`` has the usual values.
    restart: Restart
    #: ``isolated`` runs it in a process of its own, with these limits.
    loader: Literal["native", "isolated"]
    isolated: Isolated
    #: What runs WebAssembly, where its compiled code is kept (a folder, or ``off``), and its limits.
    engine: Literal["wasmi", "wasmtime"]
    cache: str
    wasm: Wasm
