## @name@, a module for rp. The command `greet` is an example: put your own in its place.
import rp # written by `rp header --bindings nim`

{.compile: "../entry.c".}
{.compile: "../rp_sdk.c".}

type State = object # one instance of the module, and what it keeps; it begins with zeros
  greeted: uint64
  initialized: bool

const description = staticRead("describe.json")

# C's memory: Nim's own ends the process when it runs out.
proc calloc(count, size: csize_t): pointer {.importc, header: "<stdlib.h>", raises: [], gcsafe.}
proc free(memory: pointer) {.importc, header: "<stdlib.h>", raises: [], gcsafe.}

proc create(host: ptr rp_host): pointer {.exportc: "module_create", cdecl, raises: [], gcsafe.} =
  calloc(1, csize_t(sizeof(State))) # a module that asks the host keeps `host`

proc destroy(instance: pointer) {.exportc: "module_destroy", cdecl, raises: [], gcsafe.} =
  free(instance)

proc greet(self: ptr State; args: rp_json; reply: ptr rp_reply): rp_status =
  let name = rp_json_get(args, "name")
  if not rp_json_is(name, RP_JSON_STRING):
    return rp_answer_error(reply, "invalid_payload", "name: expected a string")
  inc self.greeted
  var data = rp_answer_start(reply)
  rp_writer_key(data, "hello")
  rp_writer_json(data, name)
  rp_writer_key(data, "greeted")
  rp_writer_uint(data, self.greeted)
  rp_answer_finish(data)

proc command(self: ptr State; payload: rp_json; reply: ptr rp_reply): rp_status =
  var name, args: rp_json
  let opened = rp_command_open(payload, reply, name, args)
  if opened != RP_OK: return opened
  if rp_json_equals(name, "greet"): return greet(self, args, reply)
  rp_answer_error_json(reply, "unknown_command", "unknown command: ", name)

proc initialize(self: ptr State; reply: ptr rp_reply): rp_status =
  if self.initialized: return rp_answer_error(reply, "conflict", "already initialized")
  self.initialized = true
  rp_answer_empty(reply)

proc answer(self: ptr State; message: ptr rp_message; reply: ptr rp_reply): rp_status =
  var payload: rp_json
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

# An exception, or a failed check, becomes RP_ERR_PANIC: nothing may leave a function that the host calls.
proc handleMessage(instance: pointer; message: ptr rp_message; reply: ptr rp_reply): rp_status {.
    exportc: "module_handle_message", cdecl, raises: [], gcsafe.} =
  try:
    answer(cast[ptr State](instance), message, reply)
  except Exception:
    RP_ERR_PANIC
