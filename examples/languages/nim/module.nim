## A module in Nim: it answers every kind of message, counts them, and keeps nothing else. entry.c exports it.
import rp # rp_module.h and the functions of rp_sdk.h, written by `rp header --bindings nim`

{.compile: "entry.c".}
{.compile: "../../../templates/linked/rp_sdk.c".}

type Counter = object
  messages: uint64 # handed to this instance so far
  initialized: bool

const description = staticRead("describe.json")

# C's memory: Nim's own ends the process when it runs out.
proc calloc(count, size: csize_t): pointer {.importc, header: "<stdlib.h>", raises: [], gcsafe.}
proc free(memory: pointer) {.importc, header: "<stdlib.h>", raises: [], gcsafe.}

# ANCHOR: functions
proc create(host: ptr rp_host): pointer {.exportc: "test_minimal_create", cdecl, raises: [], gcsafe.} =
  calloc(1, csize_t(sizeof(Counter))) # a module that asks the host keeps `host`

proc destroy(instance: pointer) {.exportc: "test_minimal_destroy", cdecl, raises: [], gcsafe.} =
  free(instance)
# ANCHOR_END: functions

proc ping(self: ptr Counter; reply: ptr rp_reply): rp_status =
  var data = rp_answer_start(reply)
  rp_writer_key(data, "reply")
  rp_writer_string(data, "pong")
  rp_writer_key(data, "messages")
  rp_writer_uint(data, self.messages)
  rp_answer_finish(data)

proc status(self: ptr Counter; reply: ptr rp_reply): rp_status =
  var data = rp_answer_start(reply)
  rp_writer_key(data, "initialized")
  rp_writer_bool(data, self.initialized)
  rp_writer_key(data, "messages")
  rp_writer_uint(data, self.messages)
  rp_answer_finish(data)

proc fail(args: rp_json; reply: ptr rp_reply): rp_status =
  var code = rp_json_get(args, "code")
  var text = rp_json_get(args, "text")
  if not rp_json_is(code, RP_JSON_STRING): code = rp_json_literal("\"internal\"")
  if not rp_json_is(text, RP_JSON_STRING): text = rp_json_literal("\"failed as asked\"")
  rp_answer_error_values(reply, code, text, rp_json_literal(""))

proc command(self: ptr Counter; payload: rp_json; reply: ptr rp_reply): rp_status =
  var name, args: rp_json
  let opened = rp_command_open(payload, reply, name, args)
  if opened != RP_OK: return opened
  if rp_json_equals(name, "echo"): return rp_answer_json(reply, args)
  if rp_json_equals(name, "fail"): return fail(args, reply)
  if rp_json_equals(name, "ping"): return ping(self, reply)
  if rp_json_equals(name, "status"): return status(self, reply)
  rp_answer_error_json(reply, "unknown_command", "unknown command: ", name)

proc initialize(self: ptr Counter; reply: ptr rp_reply): rp_status =
  if self.initialized: return rp_answer_error(reply, "conflict", "already initialized")
  self.initialized = true
  rp_answer_empty(reply)

proc answer(self: ptr Counter; message: ptr rp_message; reply: ptr rp_reply): rp_status =
  var payload: rp_json
  if self != nil: inc self.messages
  let opened = rp_message_open(self, message, reply, payload)
  if opened != RP_OK: return opened
  if rp_str_eq(message.`type`, "init"): return initialize(self, reply)
  if rp_str_eq(message.`type`, "describe"): return rp_answer_json(reply, rp_json_literal(description))
  if not self.initialized: return rp_answer_error(reply, "not_initialized", "the module is not initialized")
  if rp_str_eq(message.`type`, "command"): return command(self, payload, reply)
  if rp_str_eq(message.`type`, "event"): return rp_answer_empty(reply)
  if rp_str_eq(message.`type`, "query") or rp_str_eq(message.`type`, "mutation"):
    return rp_answer_error(reply, "not_supported", "this module keeps no entities")
  if rp_str_eq(message.`type`, "shutdown"):
    self.initialized = false
    return rp_answer_empty(reply)
  rp_answer_error_str(reply, "unknown_type", "unknown message type: ", message.`type`)

# ANCHOR: handle_message
proc handleMessage(instance: pointer; message: ptr rp_message; reply: ptr rp_reply): rp_status {.
    exportc: "test_minimal_handle_message", cdecl, raises: [], gcsafe.} =
  try:
    answer(cast[ptr Counter](instance), message, reply)
  except Exception: # a Defect too: an index out of bounds, an overflow, a failed doAssert
    RP_ERR_PANIC
# ANCHOR_END: handle_message
