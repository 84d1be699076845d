// MANIFEST
//
// A JSON object that describes the module. Tools read it from the file without running code.
//
//   {"name":"hello","version":"1.0.0","protocol":"1.0","description":"Greets.","authors":[],
//    "license":"MIT","needs":[],"provides":[],
//    "requests":{"read":[],"write":[],"emit":[],"subscribe":[],"call":[]}}
//
// name (a-z, 0-9 and -), version (a semantic version) and protocol are required. provides lists the
// entities that the module answers queries and mutations for, where the operator grants it.
// requests lists what the module will ask for: entities to read and to write, events to emit and to
// subscribe to, modules to call. A host refuses a module that needs something the host does not
// know. It keeps and shows every key that it does not know, and otherwise ignores such keys.
