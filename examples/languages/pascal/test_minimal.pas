{ A module in Free Pascal: it answers every kind of message, counts them, and keeps nothing else. }
{$mode objfpc}
library test_minimal;

uses
  rp; // rp_module.h and the functions of rp_sdk.h, written by `rp header --bindings pascal`

type
  PCounter = ^TCounter;
  TCounter = record
    messages: QWord; // handed to this instance so far
    initialized: Boolean;
  end;

const
  manifest = '{"name":"test-minimal-pascal","version":"0.1.0","protocol":"1.0",' +
    '"description":"The smallest module that answers everything, in Free Pascal.","license":"MIT OR Apache-2.0"}';

  description: PAnsiChar = '{"commands":[' +
    '{"name":"echo","description":"Gives its arguments back",' +
    '"args":{"type":"object"},"returns":{"type":"object"}},' +
    '{"name":"fail","description":"Answers with an error",' +
    '"args":{"type":"object","properties":{"code":{"type":"string"},"text":{"type":"string"}}},"returns":{}},' +
    '{"name":"ping","description":"Answers","args":{"type":"object"},' +
    '"returns":{"type":"object","properties":{"reply":{"type":"string"},"messages":{"type":"integer"}},' +
    '"required":["reply","messages"]}},' +
    '{"name":"status","description":"Tells the state of the instance","args":{"type":"object"},' +
    '"returns":{"type":"object","properties":{"initialized":{"type":"boolean"},"messages":{"type":"integer"}},' +
    '"required":["initialized","messages"]}}' +
    '],"events":{}}';

// C's memory: Pascal's own is not made for threads that the host brings, and ends the process when it runs out.
function calloc(count, size: PtrUInt): Pointer; cdecl; external;
procedure free(memory: Pointer); cdecl; external;

function create(host: Prp_host): Pointer; cdecl;
begin
  Result := calloc(1, SizeOf(TCounter)); // a module that asks the host keeps `host`
end;

procedure destroy(instance: Pointer); cdecl;
begin
  free(instance);
end;

function ping(self: PCounter; reply: Prp_reply): LongInt;
var
  data: rp_writer;
begin
  data := rp_answer_start(reply);
  rp_writer_key(data, 'reply');
  rp_writer_string(data, 'pong');
  rp_writer_key(data, 'messages');
  rp_writer_uint(data, self^.messages);
  Result := rp_answer_finish(data);
end;

function status(self: PCounter; reply: Prp_reply): LongInt;
var
  data: rp_writer;
begin
  data := rp_answer_start(reply);
  rp_writer_key(data, 'initialized');
  rp_writer_bool(data, self^.initialized);
  rp_writer_key(data, 'messages');
  rp_writer_uint(data, self^.messages);
  Result := rp_answer_finish(data);
end;

function fail(args: rp_json; reply: Prp_reply): LongInt;
var
  code, text: rp_json;
begin
  code := rp_json_get(args, 'code');
  text := rp_json_get(args, 'text');
  if not rp_json_is(code, RP_JSON_STRING) then code := rp_json_literal('"internal"');
  if not rp_json_is(text, RP_JSON_STRING) then text := rp_json_literal('"failed as asked"');
  Result := rp_answer_error_values(reply, code, text, rp_json_literal(''));
end;

function command(self: PCounter; payload: rp_json; reply: Prp_reply): LongInt;
var
  name, args: rp_json;
begin
  Result := rp_command_open(payload, reply, name, args);
  if Result <> RP_OK then Exit;
  if rp_json_equals(name, 'echo') then Exit(rp_answer_json(reply, args));
  if rp_json_equals(name, 'fail') then Exit(fail(args, reply));
  if rp_json_equals(name, 'ping') then Exit(ping(self, reply));
  if rp_json_equals(name, 'status') then Exit(status(self, reply));
  Result := rp_answer_error_json(reply, 'unknown_command', 'unknown command: ', name);
end;

function init(self: PCounter; reply: Prp_reply): LongInt;
begin
  if self^.initialized then Exit(rp_answer_error(reply, 'conflict', 'already initialized'));
  self^.initialized := True;
  Result := rp_answer_empty(reply);
end;

function shutdown(self: PCounter; reply: Prp_reply): LongInt;
begin
  self^.initialized := False;
  Result := rp_answer_empty(reply);
end;

function handle_message(instance: Pointer; message: Prp_message; reply: Prp_reply): LongInt; cdecl;
var
  self: PCounter;
  payload: rp_json;
begin
  self := instance;
  if self <> nil then Inc(self^.messages);
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

// ANCHOR: exports
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
// ANCHOR_END: exports

end.
