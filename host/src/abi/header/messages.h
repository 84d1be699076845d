// MESSAGES
//
// Every payload and every response is one JSON object in UTF-8. In this table a key without a value
// stands for the key and its value.
//
//   type      payload                                         data of a success
//   init      {"instance","config":{},                        usually {}
//              "host":{"name","version","protocol"}}
//   command   {"name","args":{}}                              the command's result
//   query     {"entity","id","filters":{},"include":[],       {"entities":[],"count"}
//              "sort":[],"limit","offset"},
//             all optional but "entity"
//   mutation  {"entity","operation","data":{}},               {"id","version"}
//             operation is "create", "update" or "delete"
//   event     {"event","data":{}}                             {}
//   shutdown  {}                                              {}
//   describe  {}                                              {"commands":[],"events":{}}
//
// describe lists each command as {"name","description","args","returns"}; args and returns are JSON
// Schemas.
//
// With RP_OK the response is {"status":"success","data":{}}. With RP_FAILED it is
// {"status":"error","error":"text for people","code":"not_found","details":{}}; code and details
// are optional. Standard codes: invalid_json invalid_payload unknown_type unknown_command
// not_initialized not_supported not_found conflict denied cancelled timeout unavailable too_large
// reentrant panic internal.
//
// Before init, answer only init and describe; answer everything else with code not_initialized.
// The host sends no message after shutdown. Check what you are sent: answer a payload that is not
// JSON with code invalid_json, one of the wrong shape with code invalid_payload, a command that you
// do not have with code unknown_command, and a type that you do not know with code unknown_type.
// Ignore fields that you do not know: newer protocols add types and fields, and a host may have
// message types of its own.
//
// A module sends the same messages, through rp_host.send. query and mutation go to the store, or to
// the module that provides the entity. command, with "module" beside "name", goes to that module.
// event is queued for its subscribers, and send returns at once. Each needs a grant from the
// operator, who runs the host; without it the answer is an error with code denied. During long work
// you may send the event "progress" with data {"done","total","note"}, which needs no grant.
