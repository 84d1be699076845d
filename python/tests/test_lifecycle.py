"""From the first host to the end of the process."""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import module

import rp_host


def test_close_unloads_and_may_be_repeated() -> None:
    host = rp_host.Host()
    minimal = host.load(module("test-minimal"))
    assert [instance.name for instance in host] == ["test-minimal"]
    assert host["test-minimal"].command("ping") and host.find("other") is None
    with pytest.raises(KeyError):
        host["other"]
    host.close()
    host.close()
    assert not minimal.is_ready
    with pytest.raises(rp_host.CallError) as caught:
        minimal.command("ping")
    assert caught.value.code == "rp::call::unavailable"
    for use in (lambda: host.load("x.so"), lambda: host.publish("x"), lambda: host.subscribe("x"), host.instances):
        with pytest.raises(rp_host.Closed):
            use()


def test_close_says_what_went_wrong() -> None:
    host = rp_host.Host()
    host.load(module("panics"), config={"panic": "shutdown"})
    with pytest.raises(rp_host.Error) as caught:
        host.close()
    assert "shutdown" in caught.value.text


def test_unload_frees_the_name(host: rp_host.Host, minimal: rp_host.Instance) -> None:
    minimal.unload()
    assert not minimal.is_ready
    assert host.load(module("test-minimal")).command("ping")["messages"] == 2


def test_an_instance_keeps_its_host() -> None:
    minimal = rp_host.Host().load(module("test-minimal"))
    gc.collect()
    assert minimal.command("ping")["reply"] == "pong"


def test_hosts_in_many_threads() -> None:
    failed: list[BaseException] = []

    def live() -> None:
        try:
            for _ in range(5):
                with rp_host.Host(services={"ask": lambda request: 1}) as host:
                    assert host.load(module("test-minimal")).command("ping")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=live) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_closing_while_other_threads_call() -> None:
    host = rp_host.Host()
    minimal = host.load(module("test-minimal"))
    codes: set[str] = set()

    def call() -> None:
        try:
            while True:
                minimal.command("ping")
                host.instances()
        except rp_host.Error as error:
            codes.add(error.code)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    host.close()
    for thread in threads:
        thread.join()
    assert codes <= {"rp::call::unavailable", "rp::host::closed"}, codes


def program(text: str, *, code: int = 0) -> str:
    """What a Python of its own prints that runs this."""
    output = subprocess.run(
        [sys.executable, "-c", text, str(module("test-minimal")), str(module("test-relay"))],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=Path(__file__).parent,
    )
    assert output.returncode == code, (output.returncode, output.stdout, output.stderr)
    return output.stdout + output.stderr


QUIET = "import rp_host, sys, os\nhost = rp_host.Host()\n"
START = "import rp_host, sys, os\nhost = rp_host.Host(on_log=print, on_trace=lambda line: print(line['type']))\n"


def test_a_program_may_end_without_close() -> None:
    printed = program(START + "host.load(sys.argv[1])")
    assert printed.splitlines() == ["init", "shutdown"], printed


def test_a_program_may_end_by_an_exception_while_threads_call() -> None:
    printed = program(
        QUIET
        + "import threading\n"
        + "minimal = host.load(sys.argv[1])\n"
        + "def call():\n"
        + "    try:\n"
        + "        while True: minimal.command('ping')\n"
        + "    except rp_host.CallError: pass\n"
        + "for _ in range(4): threading.Thread(target=call, daemon=True).start()\n"
        + "raise SystemExit(7)",
        code=7,
    )
    assert printed == ""


# What the library does on threads of its own as the program ends.
ENDS = {
    "events are heard": (
        "heard = []\n"
        "def hear(event):\n"
        "    time.sleep(0.001)\n"
        "    heard.append(event)\n"
        "    if len(heard) == 300: print('all', flush=True)\n"
        "host = rp_host.Host(on_event={'*': hear})\n"
        "for number in range(300): host.publish('note.added', number)\n",
        "all\n",
    ),
    "a call is answered": (
        "async def main():\n"
        "    global host\n"
        "    host = await aio.Host().__aenter__()\n"
        "    minimal = await host.load(sys.argv[1])\n"
        "    print((await minimal.command('ping'))['reply'])\n"
        "asyncio.run(main())\n",
        "pong\n",
    ),
    "whoever is told of a call is at work": (
        "def done(answer):\n"
        "    begun.set()\n"
        "    time.sleep(0.2)\n"
        "    print(answer.data['reply'], flush=True)\n"
        "begun, host = threading.Event(), rp_host.Host()\n"
        "_awaited.begin(host.load(sys.argv[1]), 'command', '{\"name\":\"ping\"}', None, done)\n"
        "begun.wait()\n",
        "pong\n",
    ),
}


@pytest.mark.parametrize("what", ENDS)
def test_a_program_may_end_while(what: str) -> None:
    text, printed = ENDS[what]
    imports = "import asyncio, rp_host, sys, threading, time\nfrom rp_host import _awaited, aio\n"
    assert program(imports + text) == printed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_is_told_so_and_ends_well() -> None:
    printed = program(
        QUIET
        + "minimal = host.load(sys.argv[1])\n"
        + "child = os.fork()\n"
        + "if child == 0:\n"
        + "    try: host.load(sys.argv[2])\n"
        + "    except rp_host.Error as error: print(error.code, flush=True)\n"
        + "    sys.exit(5)\n"
        + "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)\n"
        + "print(minimal.command('ping')['reply'])\n"
    )
    assert printed.splitlines() == ["rp::host::forked", "5", "pong"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no flag for it")
def test_the_library_stays_mapped() -> None:
    printed = program(
        "import ctypes, glob, importlib.util, os, _ctypes\n"
        "folder = importlib.util.find_spec('rp_host').submodule_search_locations[0]\n"
        "file = os.path.realpath(glob.glob(folder + '/_native/*native.so')[0])\n"
        "_ctypes.dlclose(_ctypes.dlopen(file, os.RTLD_NOW))\n"
        "print(_ctypes.dlopen(file, os.RTLD_NOW | os.RTLD_NOLOAD) != 0)\n"
    )
    assert printed == "True\n"


def test_ctrl_c_takes_a_call_back() -> None:
    printed = program(
        "import os, rp_host, sys, signal, threading\n"
        "host = rp_host.Host(cancel_on_interrupt=True, on_log=lambda line: print(line.text))\n"
        "relay = host.load(sys.argv[2], grants={'emit': ['*']})\n"
        "progress = host.subscribe('*')\n"
        "def press():\n"
        "    try:\n"
        "        while True: relay.command('heard', timeout=0.005)\n"
        "    except rp_host.CallTimeout: os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=press).start()\n"
        "try: relay.command('work', {'steps': 60000})\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    assert "stopped after" in printed and printed.splitlines()[-1] == "interrupted"


def test_many_lives_leave_nothing() -> None:
    def live(times: int) -> None:
        for _ in range(times):
            with rp_host.Host(on_log=print, services={"ask": lambda request: 1}) as host:
                events = host.subscribe("*")
                host.publish("note.added", {})
                events.next(10)
                try:
                    host.load("nowhere.so")
                except rp_host.LoadError:
                    pass

    live(50)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    live(500)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1024, f"{grown} KiB in 500 lives"


def test_many_calls_leave_nothing(minimal: rp_host.Instance) -> None:
    def call(times: int) -> None:
        for number in range(times):
            minimal.call("command", b'{"name":"echo","args":{}}', timeout=60)
            with pytest.raises(rp_host.ErrorResponse):
                minimal.command("fail")
            with pytest.raises(rp_host.BadArgument):
                minimal.call("command", b"\xff", cancel=rp_host.CancelToken())

    call(200)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    call(5000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 512, f"{grown} KiB in 15,000 calls"
