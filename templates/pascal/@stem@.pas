{ @name@, a module for rp. The command greet is an example: put your own in its place. }
{$mode objfpc}
library @stem@;

uses
  rp; // rp_module.h and the functions of rp_sdk.h, written by `rp header --bindings pascal`

type
  PState = ^TState;
  TState = record
    greeted: QWord; // so far
    initialized: Boolean;
  end;

const
  manifest = '{"name":"@name@","version":"0.1.0","protocol":"1.0",' +
    '"description":"@description@","license":"MIT"}';

  description: PAnsiChar = '{"commands":[{"name":"greet","description":"Greets somebody.",' +
    '"args":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]},' +
    '"returns":{"type":"object","properties":{"hello":{"type":"string"},' +
    '"greeted":{"type":"integer","description":"How many were greeted so far."}},' +
    '"required":["hello","greeted"]}}],"events":{}}';

// C's memory: Pascal's own is not made for threads that the host brings, and ends the process when it runs out.
function calloc(count, size: PtrUInt): Pointer; cdecl; external;
procedure free(memory: Pointer); cdecl; external;

function create(host: Prp_host): Pointer; cdecl;
begin
  Result := calloc(1, SizeOf(TState)); // a module that asks the host keeps `host`
end;

procedure destroy(instance: Pointer); cdecl;
begin
  free(instance);
end;

function greet(self: PState; args: rp_json; reply: Prp_reply): LongInt;
var
  name: rp_json;
  data: rp_writer;
begin
  name := rp_json_get(args, 'name');
  if not rp_json_is(name, RP_JSON_STRING) then
    Exit(rp_answer_error(reply, 'invalid_payload', 'name: expected a string'));
  Inc(self^.greeted);
  data := rp_answer_start(reply);
  rp_writer_key(data, 'hello');
  rp_writer_json(data, name);
  rp_writer_key(data, 'greeted');
  rp_writer_uint(data, self^.greeted);
  Result := rp_answer_finish(data);
end;

function command(self: PState; payload: rp_json; reply: Prp_reply): LongInt;
var
  name, args: rp_json;
begin
  Result := rp_command_open(payload, reply, name, args);
  if Result <> RP_OK then Exit;
  if rp_json_equals(name, 'greet') then Exit(greet(self, args, reply));
  Result := rp_answer_error_json(reply, 'unknown_command', 'unknown command: ', name);
end;

function init(self: PState; reply: Prp_reply): LongInt;
begin
  if self^.initialized then Exit(rp_answer_error(reply, 'conflict', 'already initialized'));
  self^.initialized := True;
  Result := rp_answer_empty(reply);
end;

function shutdown(self: PState; reply: Prp_reply): LongInt;
begin
  self^.initialized := False;
  Result := rp_answer_empty(reply);
end;

function handle_message(instance: Pointer; message: Prp_message; reply: Prp_reply): LongInt; cdecl;
var
  self: PState;
  payload: rp_json;
begin
  self := instance;
  Result := rp_message_open(self, message, reply, payload);
  if Result <> RP_OK then Exit;
  if rp_str_eq(message^.&type, 'init') then Exit(init(self, reply));
  if rp_str_eq(message^.&type, 'describe') then Exit(rp_answer_json(reply, rp_json_literal(description)));
  if not self^.initialized then Exit(rp_answer_error(reply, 'not_initialized', 'the module is not initialized'));
  if rp_str_eq(message^.&type, 'command') then Exit(command(self, payload, reply));
  if rp_str_eq(message^.&type, 'event') then Exit(rp_answer_empty(reply));
  if rp_str_eq(message^.&type, 'query') or rp_str_eq(message^.&type, 'mutation') then
    Exit(rp_answer_error(reply, 'not_supported', 'this module keeps no entities'));
  if rp_str_eq(message^.&type, 'shutdown') then Exit(shutdown(self, reply));
  Result := rp_answer_error_str(reply, 'unknown_type', 'unknown message type: ', message^.&type);
end;

var
  rp_manifest: array[0..Length(manifest)] of AnsiChar = manifest; export name 'rp_manifest';

const
  table: rp_module = (
    struct_size: SizeOf(rp_module); flags: 0; manifest: @rp_manifest;
    create: @create; destroy: @destroy; handle_message: @handle_message);

function rp_module_v1: Pointer; cdecl;
begin
  Result := @table;
end;

exports
  rp_module_v1, rp_manifest;

end.
