(* @name@, a module for rp. The command greet is an example: put your own in its place. *)
open Rp_module

(* One instance of the module, and what it keeps. *)
type state = { mutable greeted : int }

let greet state args =
  match json_get args "name" with
  | Some name when json_text name <> None ->
      state.greeted <- state.greeted + 1;
      Printf.sprintf {|{"hello":%s,"greeted":%d}|} name state.greeted
  | _ -> raise (Failure_response ("invalid_payload", "name: expected a string"))

let command state name args =
  match name with
  | "greet" -> greet state args
  | _ -> raise (Failure_response ("unknown_command", "unknown command: " ^ name))

let () = register ~create:(fun () -> { greeted = 0 }) ~description:Description.text ~command ()
