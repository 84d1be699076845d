"""What a module in Python is made of; rp_python.h calls it. It is compiled into the library, beside module.py.

module.py has one class, Module:

    from rp_module import Failure, Module as Base

    class Module(Base):
        description = {"commands": [{"name": "greet", "description": "Greets somebody."}], "events": {}}

        def command_greet(self, args):
            return {"hello": args["name"]}

A method that answers returns what JSON can say, or Json. Failure is an error response; every other exception is one with the
code "internal", and its traceback goes to the host's log. So does what is printed.
"""

import io
import json
import sys
import threading
import traceback

ERROR, WARN, INFO, DEBUG, TRACE = 1, 2, 3, 4, 5

_now_answering = threading.local()


class Failure(Exception):
    """An error response: a code, a text for people, and details, a dict, or None."""

    def __init__(self, code, text, details=None):
        super().__init__(text)
        self.code, self.text, self.details = code, text, details


class Json(str):
    """JSON that is passed on as it stands."""


class Args(dict):
    """An object that came in; its JSON, byte for byte, is in text."""

    def __init__(self, text):
        super().__init__(json.loads(text))
        self.text = Json(text)


class Host:
    """What the host offers this instance. On any thread."""

    def __init__(self, functions):
        self._send, self._log, self._cancelled, self._now_us, self._random = functions
        self.message_id = 0  # of the message that is being answered
        self.message_count = 0  # messages handed to this instance so far

    def send(self, message_type, payload):
        """Sends a message and returns the data of its response; an error response is raised as Failure."""
        status, response = self._send(self.message_id, message_type, _encoded(payload))
        if status not in (0, 1):
            raise Failure("unavailable", f"no response to {message_type}; the status is {status}")
        response = json.loads(response)
        if status == 0:
            return response.get("data")
        raise Failure(response.get("code", "internal"), response.get("error", ""), response.get("details"))

    def command(self, module, name, args):
        """Sends a command to another module."""
        return self.send("command", {"module": module, "name": name, "args": args})

    def log(self, level, text):
        """Writes lines to the host's log."""
        for line in str(text).splitlines():
            self._log(self.message_id, level, _clean(line).replace("\0", "\ufffd"))

    def is_cancelled(self):
        """Whether the answer is no longer wanted."""
        return self._cancelled(self.message_id)

    def now_us(self):
        """Microseconds since 1970; None if the host has no clock."""
        return self._now_us()

    def random(self, count):
        """Random bytes for secrets; None if the host has none."""
        return self._random(count)


class Module:
    """The class of a module that answers nothing yet. One object is one instance, and gets one call at a time."""

    description = {"commands": [], "events": {}}

    def __init__(self, host):
        self.host = host

    def init(self, payload):
        """The first message: payload["config"] is what the operator configured."""
        return {}

    def shutdown(self, payload):
        """The last message."""
        return {}

    def event(self, payload):
        """An event that this instance subscribed to."""
        return {}

    def query(self, payload):
        raise Failure("not_supported", "this module keeps no entities")

    def mutation(self, payload):
        raise Failure("not_supported", "this module keeps no entities")


class _Printed(io.TextIOBase):
    """What is printed while an instance answers: lines of its host's log."""

    def __init__(self, level, otherwise):
        self.level, self.otherwise = level, otherwise

    def write(self, text):
        lines = getattr(_now_answering, "lines", None)
        if lines is None:
            return self.otherwise.write(text) if self.otherwise is not None else len(text)
        lines[self.level] = lines.get(self.level, "") + text
        whole, newline, lines[self.level] = lines[self.level].rpartition("\n")
        if newline:
            _now_answering.host.log(self.level, whole)
        return len(text)


class _answering:
    """The time in which an instance has the thread, which it may lend to another one that it asks."""

    def __init__(self, host):
        self.host, self.lines = host, {}

    def __enter__(self):
        self.before = getattr(_now_answering, "host", None), getattr(_now_answering, "lines", None)
        _now_answering.host, _now_answering.lines = self.host, self.lines

    def __exit__(self, *_):
        _now_answering.host, _now_answering.lines = self.before
        for level, text in self.lines.items():
            self.host.log(level, text)


def create(source, functions):
    """An instance, for rp_python.h."""
    if not isinstance(sys.stdout, _Printed):
        sys.stdout, sys.stderr = _Printed(INFO, sys.stdout), _Printed(WARN, sys.stderr)
    host = Host(functions)
    with _answering(host):
        try:
            return source.Module(host)
        except BaseException:
            host.log(ERROR, traceback.format_exc())
            raise


def answer(module, message_id, count, kind, name, text):
    """JSON for a success; code, text and details for an error. rp_python.h has checked the payload, and asks in order."""
    host = module.host
    host.message_id, host.message_count = message_id, count
    with _answering(host):
        try:
            return _encoded(_answer(module, kind, name, text)).encode()
        except Failure as failure:
            details = "" if failure.details is None else _encoded(failure.details)
            return _bytes(failure.code), _bytes(failure.text), _bytes(details)
        except MemoryError:
            raise
        except BaseException as error:  # SystemExit too: no module ends its host
            host.log(ERROR, traceback.format_exc())
            return b"internal", _bytes(f"{type(error).__name__}: {error}"), b""


def _answer(module, kind, name, text):
    if kind == "describe":
        return module.description
    if kind != "command":
        return getattr(module, kind)(Args(text))
    method = getattr(module, "command_" + name.replace("-", "_"), None)
    if method is None:
        raise Failure("unknown_command", f"unknown command: {name}")
    return method(Args(text))


def _encoded(value):
    if isinstance(value, Json):
        return value
    if value is None:
        return "{}"
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _clean(text):
    return text.encode("utf-8", "replace").decode()


def _bytes(text):
    return str(text).encode("utf-8", "replace")
