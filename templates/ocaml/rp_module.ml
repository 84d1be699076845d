(* What every module in OCaml is made of; rp_ocaml.h calls it. module.ml calls `register` once. *)

(* JSON, read by rp_sdk.h; a value is its text. *)
external json_get : string -> string -> string option = "module_json_get" (* a member of an object *)
external json_text : string -> string option = "module_json_text" (* a string, decoded *)

(* The type of the message that is being answered, the command's name, and the payload or the command's arguments. *)
external kind : unit -> string = "module_kind"
external name : unit -> string = "module_name"
external payload : unit -> string = "module_payload"

(* An error response: code and text. *)
exception Failure_response of string * string

(* What rp_ocaml.h is given: JSON, or code and text of an error. *)
type answer = Data of string | Error of string * string

type 'a instance = { state : 'a; mutable initialized : bool }

let refuse code text = raise (Failure_response (code, text))

let answer description command instance =
  match kind () with
  | "init" ->
      if instance.initialized then refuse "conflict" "already initialized";
      instance.initialized <- true;
      "{}"
  | "describe" -> description
  | _ when not instance.initialized -> refuse "not_initialized" "the module is not initialized"
  | "command" -> command instance.state (name ()) (payload ())
  | "event" -> "{}"
  | "query" | "mutation" -> refuse "not_supported" "this module keeps no entities"
  | "shutdown" ->
      instance.initialized <- false;
      "{}"
  | other -> refuse "unknown_type" ("unknown message type: " ^ other)

(* `create` makes the state of an instance, `received` sees that a message came, `command` answers one: state, name, arguments.

   C holds the number of an instance, since the collector moves it. *)
let register ~create ?(received = ignore) ~description ~command () =
  let instances = Hashtbl.create 8 and last = ref 0 in
  let create () =
    let instance = { state = create (); initialized = false } in
    incr last;
    Hashtbl.replace instances !last instance;
    !last
  and receive number =
    let instance = Hashtbl.find instances number in
    received instance.state;
    instance.initialized
  and handle number =
    try Data (answer description command (Hashtbl.find instances number)) with
    | Failure_response (code, text) -> Error (code, text)
    | Out_of_memory -> raise Out_of_memory
    | other -> Error ("internal", Printexc.to_string other)
  in
  Callback.register "module_create" create;
  Callback.register "module_destroy" (Hashtbl.remove instances);
  Callback.register "module_receive" receive;
  Callback.register "module_handle" handle
