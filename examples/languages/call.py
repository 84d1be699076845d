"""A host in Python: loads a module, sends it init and one command through its table, prints the response, and ends it.

usage: python3 call.py CONTRACT LIBRARY COMMAND [ARGUMENTS]

CONTRACT is what `rp header --json` prints, ARGUMENTS a JSON object. The exit code is 1 when the response is an error.
"""

import json
import sys
import time
from pathlib import Path

import cffi

# Forty lines that write the types as cffi reads them; the package rp-headers has them as rp_headers.cdef().
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging/python"))
from cdef import lines  # noqa: E402

OK, FAILED, NO_MEMORY = 0, 1, 2
LEVELS = {1: "error", 2: "warn", 3: "info", 4: "debug", 5: "trace"}


def declarations(contract):
    """The types of rp_module.h and its entry, out of the contract as data."""
    return "\n".join(lines(json.loads(Path(contract).read_text())))


class Module:
    """One instance of a module."""

    def __init__(self, ffi, library):
        self.ffi = ffi
        self.library = ffi.dlopen(library)
        self.table = self.library.rp_module_v1()
        self.alive = [self._write_log(), self._now_us(), self._grow()]
        # What is left out is NULL, and a module asks for it with RP_HAS: this host has no store, and cancels nothing.
        self.host = ffi.new("rp_host *", {
            "struct_size": ffi.sizeof("rp_host"), "write_log": self.alive[0], "now_us": self.alive[1]})
        self.instance = self.table.create(self.host)
        if self.instance == ffi.NULL:
            raise SystemExit("the module could not make an instance")

    # ANCHOR: ask
    def ask(self, message_type, payload):
        """The status and the response to one message."""
        ffi = self.ffi
        # Borrowed by the module until the call returns: these names keep them alive.
        type_bytes = ffi.new("char[]", message_type.encode())
        payload_bytes = ffi.new("char[]", payload.encode())
        message = ffi.new("rp_message *", {
            "struct_size": ffi.sizeof("rp_message"), "id": 1,
            "type": {"data": type_bytes, "len": len(type_bytes) - 1},
            "payload": {"data": payload_bytes, "len": len(payload_bytes) - 1}})
        self.buffer = ffi.new("char[]", 1024)
        reply = ffi.new("rp_reply *", {
            "struct_size": ffi.sizeof("rp_reply"), "data": self.buffer, "capacity": 1024, "grow": self.alive[2]})
        status = self.table.handle_message(self.instance, message, reply)
        if status not in (OK, FAILED):
            raise SystemExit(f"no response; the status is {status}")
        return status, ffi.buffer(reply.data, reply.len)[:].decode()
    # ANCHOR_END: ask

    def end(self):
        self.ask("shutdown", "{}")
        self.table.destroy(self.instance)

    def _grow(self):
        @self.ffi.callback("rp_status(rp_reply *, size_t)", error=NO_MEMORY)
        def grow(reply, additional):
            capacity = max(2 * reply.capacity, reply.len + additional)
            larger = self.ffi.new("char[]", capacity)
            self.ffi.memmove(larger, reply.data, reply.len)
            self.buffer, reply.data, reply.capacity = larger, larger, capacity
            return OK

        return grow

    def _write_log(self):
        @self.ffi.callback("void(const rp_host *, uint64_t, int32_t, const char *, size_t)")
        def write_log(_host, _message_id, level, text, length):
            print(LEVELS.get(level, level), self.ffi.buffer(text, length)[:].decode(), file=sys.stderr)

        return write_log

    def _now_us(self):
        return self.ffi.callback("int64_t(const rp_host *)", lambda _host: time.time_ns() // 1000)


def main():
    contract, library, command, arguments = [*sys.argv[1:], "{}"][:4]
    ffi = cffi.FFI()
    ffi.cdef(declarations(contract))
    module = Module(ffi, library)
    host = {"name": "call.py", "version": "0.1.0", "protocol": "1.0"}
    module.ask("init", json.dumps({"instance": "python", "config": {}, "host": host}))
    status, response = module.ask("command", f'{{"name":{json.dumps(command)},"args":{arguments}}}')
    print(response)
    module.end()
    return status


if __name__ == "__main__":
    sys.exit(main())
