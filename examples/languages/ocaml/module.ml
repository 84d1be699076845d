(* A module in OCaml: it answers every kind of message, counts them, and keeps nothing else. *)
open Rp_module

type state = { mutable messages : int }

(* ANCHOR: answer *)
let fail args =
  let text key otherwise = Option.value (Option.bind (json_get args key) json_text) ~default:otherwise in
  raise (Failure_response (text "code" "internal", text "text" "failed as asked"))

let command state name args =
  match name with
  | "echo" -> args (* as it came, byte for byte *)
  | "fail" -> fail args
  | "ping" -> Printf.sprintf {|{"reply":"pong","messages":%d}|} state.messages
  | "status" -> Printf.sprintf {|{"initialized":true,"messages":%d}|} state.messages
  | _ -> raise (Failure_response ("unknown_command", "unknown command: " ^ name))

let () =
  register
    ~create:(fun () -> { messages = 0 })
    ~received:(fun state -> state.messages <- state.messages + 1)
    ~description:Description.text ~command ()
(* ANCHOR_END: answer *)
