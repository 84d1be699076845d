(* A module in OCaml: it answers every kind of message, counts them, and keeps nothing else. entry.c calls it. *)

(* JSON, read and written by rp_sdk.h; a value is its text. *)
external json_get : string -> string -> string option = "module_json_get" (* a member of an object *)
external json_text : string -> string option = "module_json_text" (* a string, decoded *)

(* The type of the message that is being answered, the command's name, and the payload or the command's arguments. *)
external kind : unit -> string = "module_kind"
external name : unit -> string = "module_name"
external payload : unit -> string = "module_payload"

exception Failure_response of string * string (* code, text *)

type state = { mutable messages : int; mutable initialized : bool }

let description = Description.text

(* ANCHOR: answer *)
let fail args =
  let text key otherwise = Option.value (Option.bind (json_get args key) json_text) ~default:otherwise in
  raise (Failure_response (text "code" "internal", text "text" "failed as asked"))

let command state name args =
  match name with
  | "echo" -> args (* as it came, byte for byte *)
  | "fail" -> fail args
  | "ping" -> Printf.sprintf {|{"reply":"pong","messages":%d}|} state.messages
  | "status" -> Printf.sprintf {|{"initialized":%b,"messages":%d}|} state.initialized state.messages
  | _ -> raise (Failure_response ("unknown_command", "unknown command: " ^ name))

let init state =
  if state.initialized then raise (Failure_response ("conflict", "already initialized"));
  state.initialized <- true;
  "{}"

let answer state kind name args =
  match kind with
  | "init" -> init state
  | "describe" -> description
  | _ when not state.initialized -> raise (Failure_response ("not_initialized", "the module is not initialized"))
  | "command" -> command state name args
  | "event" -> "{}"
  | "query" | "mutation" -> raise (Failure_response ("not_supported", "this module keeps no entities"))
  | "shutdown" ->
      state.initialized <- false;
      "{}"
  | _ -> raise (Failure_response ("unknown_type", "unknown message type: " ^ kind))
(* ANCHOR_END: answer *)

(* What entry.c calls: an answer is JSON, or code and text of an error. *)
type answer = Data of string | Error of string * string

(* The states by number: C holds the number, since the collector moves the state. *)
let instances : (int, state) Hashtbl.t = Hashtbl.create 8
let last = ref 0

let create () =
  incr last;
  Hashtbl.replace instances !last { messages = 0; initialized = false };
  !last

let receive number =
  let state = Hashtbl.find instances number in
  state.messages <- state.messages + 1;
  state.initialized

let handle number =
  try Data (answer (Hashtbl.find instances number) (kind ()) (name ()) (payload ())) with
  | Failure_response (code, text) -> Error (code, text)
  | Out_of_memory -> raise Out_of_memory
  | other -> Error ("internal", Printexc.to_string other)

let () =
  Callback.register "module_create" create;
  Callback.register "module_destroy" (Hashtbl.remove instances);
  Callback.register "module_receive" receive;
  Callback.register "module_handle" handle
