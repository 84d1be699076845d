"""The runner of the table for hosts in Python: prints what comes of its steps.

usage: python3 runner.py TABLE MODULES

MODULES is the folder of the modules. The table says what each step does.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rp_host
from rp_host._library import lib


class Runner:
    """A program that does what the table says."""

    def __init__(self, modules: Path) -> None:
        self.modules = modules
        self.hosts: list[rp_host.Host] = []
        self.instances: dict[str, rp_host.Instance] = {}
        self.events: rp_host.Subscription | None = None
        self.log: list[rp_host.LogLine] = []
        self.trace: list[dict[str, Any]] = []

    def step(self, name: str, arguments: list[str]) -> str:
        try:
            done: Callable[..., str | None] = getattr(self, f"do_{name}")
            return done(*arguments) or "ok"
        except LookupError as missing:
            return str(missing.args[0])
        except rp_host.Error as error:
            return f"error\t{error.code}\t{error.fault}"
        except json.JSONDecodeError:
            # Options are values in Python; what is no JSON never reaches the library.
            return "error\trp::host::options\toperator"

    def do_host(self, options: str = "") -> None:
        self.instances, self.events = {}, None
        for host in self.hosts:
            host.close()
        self.hosts.clear()
        self.hosts.append(
            rp_host.Host(
                clock=lambda: 1_234_567,
                random=lambda count: b"\xab" * count,
                services={"embedder.echo": echo, "embedder.refuse": refuse},
                on_log=self.log.append,
                on_trace=self.trace.append,
                **json.loads(options or "{}"),
            )
        )

    @property
    def host(self) -> rp_host.Host:
        if not self.hosts:
            raise LookupError("no host")
        return self.hosts[0]

    def instance(self, name: str) -> rp_host.Instance:
        if name not in self.instances:
            raise LookupError("no handle")
        return self.instances[name]

    def do_load(self, module: str, options: str = "") -> None:
        path = self.modules / rp_host.library_file_name(module)
        # As text, since not all of it is JSON.
        instance = self.host._loaded(lib.rph_load, path, options.encode())
        self.instances[instance.name] = instance

    def do_command(self, instance: str, name: str, args: str = "", **options: Any) -> str:
        payload = f'{{"name":{json.dumps(name)},"args":{args or "{}"}}}'
        return shown(self.instance(instance).call("command", payload, **options))

    def do_late(self, instance: str, name: str, args: str = "") -> str:
        return self.do_command(instance, name, args, timeout=0)

    def do_cancelled(self, instance: str, name: str, args: str = "") -> str:
        token = rp_host.CancelToken()
        token.cancel()
        return self.do_command(instance, name, args, cancel=token)

    def do_call(self, instance: str, message_type: str, payload: str = "") -> str:
        return shown(self.instance(instance).call(message_type, payload))

    def do_unchecked(self, instance: str, message_type: str, payload: str = "") -> str:
        response = self.instance(instance).call(message_type, payload, unchecked=True)
        return f"ok\t{response.raw.decode()}"

    def do_ready(self, instance: str) -> str:
        return f"ok\t{str(self.instance(instance).is_ready).lower()}"

    def do_find(self, name: str) -> str:
        return "ok\tfound" if self.host.find(name) else "ok\tnone"

    def do_unload(self, instance: str) -> None:
        self.instance(instance).unload()

    def do_subscribe(self, pattern: str, limit: str) -> None:
        self.events = self.host.subscribe(pattern, int(limit))

    def do_emit(self, event: str, data: str = "") -> None:
        self.host.publish(event, data.encode())

    def do_settle(self) -> None:
        self.host.drain_events(60)

    def do_next(self) -> str:
        if self.events is None:
            raise LookupError("no subscription")
        event = self.events.next(0)
        return f"ok\t{event.name}\t{event.sender}\t{members(event.raw).get('data', 'null')}"

    def do_logged(self) -> str:
        lines, self.log[:] = list(self.log), []
        last = f"\t{lines[-1].level}\t{lines[-1].instance}\t{lines[-1].text}" if lines else ""
        return f"ok\t{len(lines)}{last}"

    def do_traced(self) -> str:
        count, self.trace[:] = len(self.trace), []
        return f"ok\t{count}"

    def do_close(self) -> None:
        self.host.unload_all()


def echo(request: rp_host.Request) -> bytes:
    return f'{{"sender":{json.dumps(request.sender)},"payload":{request.payload}}}'.encode()


def refuse(request: rp_host.Request) -> bytes:
    raise rp_host.ErrorResponse("refused", "conflict", {"by": "embedder"})


def shown(response: rp_host.Response) -> str:
    """A response, its parts as they came."""
    parts = members(response.raw.decode())
    if response.is_ok:
        return f"success\t{parts.get('data', '')}"
    code, text = (json.loads(parts.get(key, '""')) for key in ("code", "error"))
    return f"failed\t{code}\t{text}" + (f"\t{parts['details']}" if "details" in parts else "")


def members(text: str) -> dict[str, str]:
    """The members of a JSON object, each as the text that it is."""
    found = {}
    decoder = json.JSONDecoder(strict=False)
    at = text.find('"')
    while at >= 0:
        key, at = decoder.raw_decode(text, at)
        start = re.compile(r"\s*:\s*").match(text, at).end()  # type: ignore[union-attr]
        _, at = decoder.raw_decode(text, start)
        found[key] = text[start:at]
        at = text.find('"', at)
    return found


def main() -> None:
    table, modules = (Path(argument) for argument in sys.argv[1:])
    runner = Runner(modules)
    lines = [line for line in table.read_text(encoding="utf-8").split("\n") if line and not line.startswith("#")]
    for number, line in enumerate(lines, 1):
        name, *arguments = line.split("\t")
        sys.stdout.buffer.write(f"{number}\t{name}\t{runner.step(name, arguments)}\n".encode())
    for host in runner.hosts:
        host.close()


if __name__ == "__main__":
    main()
