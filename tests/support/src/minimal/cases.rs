//! The table: what every test-minimal answers, byte for byte.

/// Messages that come first, on the same instance: type and payload.
pub type Given = &'static [(&'static str, &'static str)];

/// One row.
pub struct Case {
    /// What comes before it.
    pub given: Given,
    /// The type of its message.
    pub message_type: &'static str,
    /// The payload of its message.
    pub payload: &'static str,
    /// The response, byte for byte.
    pub response: &'static str,
}

const fn row(message_type: &'static str, payload: &'static str, response: &'static str) -> Case {
    Case { given: &[], message_type, payload, response }
}

const fn after(
    given: Given,
    message_type: &'static str,
    payload: &'static str,
    response: &'static str,
) -> Case {
    Case { given, message_type, payload, response }
}

const EMPTY: &str = r#"{"status":"success","data":{}}"#;
const NOT_JSON: &str = r#"{"status":"error","error":"the payload is not valid JSON","code":"invalid_json"}"#;
const NOT_OBJECT: &str =
    r#"{"status":"error","error":"the payload is not an object","code":"invalid_payload"}"#;
const NO_NAME: &str = r#"{"status":"error","error":"name: expected a string","code":"invalid_payload"}"#;
const NO_ARGS: &str = r#"{"status":"error","error":"args: expected an object","code":"invalid_payload"}"#;
const NOT_INITIALIZED: &str =
    r#"{"status":"error","error":"the module is not initialized","code":"not_initialized"}"#;
const INITIALIZED: &str = r#"{"status":"error","error":"already initialized","code":"conflict"}"#;
const NO_ENTITIES: &str =
    r#"{"status":"error","error":"this module keeps no entities","code":"not_supported"}"#;
const FAILED: &str = r#"{"status":"error","error":"failed as asked","code":"internal"}"#;
/// What `describe` is answered.
pub const DESCRIPTION: &str = concat!(
    r#"{"status":"success","data":"#,
    include_str!("../../../../modules-rust/test-minimal/src/describe.json"),
    "}"
);
const PING: (&str, &str) = ("command", r#"{"name":"ping"}"#);

/// Before `init`.
pub const BEFORE_INIT: &[Case] = &[
    row("init", "{}", EMPTY),
    row("describe", "{}", DESCRIPTION),
    row("command", r#"{"name":"ping"}"#, NOT_INITIALIZED),
    row("command", "{}", NOT_INITIALIZED),
    row("query", "{}", NOT_INITIALIZED),
    row("mutation", "{}", NOT_INITIALIZED),
    row("event", "{}", NOT_INITIALIZED),
    row("shutdown", "{}", NOT_INITIALIZED),
    row("nonsense", "{}", NOT_INITIALIZED),
    row("init", "{", NOT_JSON),
    row("init", "[]", NOT_OBJECT),
    row("command", "", NOT_JSON),
    row("describe", "[", NOT_JSON),
    row("nonsense", "7", NOT_OBJECT),
    after(&[("init", "[]")], "command", r#"{"name":"ping"}"#, NOT_INITIALIZED),
    after(
        &[PING, ("describe", "{}"), ("init", "{}")],
        "command",
        r#"{"name":"status"}"#,
        r#"{"status":"success","data":{"initialized":true,"messages":4}}"#,
    ),
];

/// After one `init`.
pub const READY: &[Case] = &[
    row("command", r#"{"name":"ping"}"#, r#"{"status":"success","data":{"reply":"pong","messages":2}}"#),
    row(
        "command",
        r#"{"name":"status"}"#,
        r#"{"status":"success","data":{"initialized":true,"messages":2}}"#,
    ),
    // Every message counts, whatever became of it.
    after(
        &[PING, ("event", "{}"), ("nonsense", "{"), ("query", "[]"), ("init", "{}"), ("describe", "{}")],
        "command",
        r#"{"name":"ping","args":{}}"#,
        r#"{"status":"success","data":{"reply":"pong","messages":8}}"#,
    ),
    // Keys in any order, unknown ones, space, escapes in keys and values.
    row(
        "command",
        " {\t\"x\" : [ {} ],\r\n\"args\":{} , \"name\" : \"ping\" } ",
        r#"{"status":"success","data":{"reply":"pong","messages":2}}"#,
    ),
    row(
        "command",
        r#"{"\u006eame":"p\u0069ng"}"#,
        r#"{"status":"success","data":{"reply":"pong","messages":2}}"#,
    ),
    // Arguments come back as they are.
    row("command", r#"{"name":"echo"}"#, EMPTY),
    row("command", r#"{"name":"echo","args":{}}"#, EMPTY),
    row(
        "command",
        r#"{"args": {"b" : 1.0,"a":[0.11111111311111055555,1e400,-0],"é":"\u0000😀\ud83d\ude00\/"} ,"name":"echo"}"#,
        r#"{"status":"success","data":{"b" : 1.0,"a":[0.11111111311111055555,1e400,-0],"é":"\u0000😀\ud83d\ude00\/"}}"#,
    ),
    row(
        "command",
        r#"{"name":"echo","args":{"a":1,"a":{"a":[[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]]]}}}"#,
        r#"{"status":"success","data":{"a":1,"a":{"a":[[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]]]}}}"#,
    ),
    // Failing as asked.
    row("command", r#"{"name":"fail"}"#, FAILED),
    row("command", r#"{"name":"fail","args":{"code":7,"text":null}}"#, FAILED),
    row(
        "command",
        r#"{"name":"fail","args":{"code":"not_found"}}"#,
        r#"{"status":"error","error":"failed as asked","code":"not_found"}"#,
    ),
    row(
        "command",
        r#"{"name":"fail","args":{"text":"no \"x\" \\ \/ \u00e9 😀 \n\u0001","code":"own"}}"#,
        r#"{"status":"error","error":"no \"x\" \\ / é 😀 \n\u0001","code":"own"}"#,
    ),
    // Commands of the wrong shape.
    row(
        "command",
        r#"{"name":"fly"}"#,
        r#"{"status":"error","error":"unknown command: fly","code":"unknown_command"}"#,
    ),
    row(
        "command",
        r#"{"name":"a\"b"}"#,
        r#"{"status":"error","error":"unknown command: a\"b","code":"unknown_command"}"#,
    ),
    row(
        "command",
        r#"{"name":""}"#,
        r#"{"status":"error","error":"unknown command: ","code":"unknown_command"}"#,
    ),
    row(
        "command",
        r#"{"name":"pin"}"#,
        r#"{"status":"error","error":"unknown command: pin","code":"unknown_command"}"#,
    ),
    row("command", "{}", NO_NAME),
    row("command", r#"{"name":null}"#, NO_NAME),
    row("command", r#"{"name":["ping"]}"#, NO_NAME),
    row("command", r#"{"Name":"ping"}"#, NO_NAME),
    row("command", r#"{"name":7,"args":7}"#, NO_NAME),
    row("command", r#"{"name":"ping","args":[]}"#, NO_ARGS),
    row("command", r#"{"name":"echo","args":"{}"}"#, NO_ARGS),
    row("command", r#"{"name":"fail","args":null}"#, NO_ARGS),
    row("command", r#"{"name":"fly","args":7}"#, NO_ARGS),
    // The other types.
    row("query", r#"{"entity":"note"}"#, NO_ENTITIES),
    row("query", "{}", NO_ENTITIES),
    row("mutation", r#"{"entity":"note","operation":"create","data":{}}"#, NO_ENTITIES),
    row("mutation", "{}", NO_ENTITIES),
    row("event", r#"{"event":"a.b","data":{}}"#, EMPTY),
    row("event", "{}", EMPTY),
    row("describe", "{}", DESCRIPTION),
    row("init", "{}", INITIALIZED),
    row(
        "nonsense",
        "{}",
        r#"{"status":"error","error":"unknown message type: nonsense","code":"unknown_type"}"#,
    ),
    row(
        "commands",
        r#"{"name":"ping"}"#,
        r#"{"status":"error","error":"unknown message type: commands","code":"unknown_type"}"#,
    ),
    // Payloads that are none.
    row("command", "", NOT_JSON),
    row("command", "{", NOT_JSON),
    row("command", r#"{"name":"ping"}x"#, NOT_JSON),
    row("command", r#"{"name":"ping"} {}"#, NOT_JSON),
    row("command", r#"{"name":"ping",}"#, NOT_JSON),
    row("command", r#"{"name":"ping","args":{"a":01}}"#, NOT_JSON),
    row("command", "{\"name\":\"pi\nng\"}", NOT_JSON),
    row("command", r#"{'name':'ping'}"#, NOT_JSON),
    row("command", "\u{feff}{}", NOT_JSON),
    row("command", "[1,", NOT_JSON),
    row("command", "[]", NOT_OBJECT),
    row("command", "null", NOT_OBJECT),
    row("command", r#" "{}" "#, NOT_OBJECT),
    row("query", "{\"a\":", NOT_JSON),
    row("query", "1", NOT_OBJECT),
    row("mutation", "nul", NOT_JSON),
    row("mutation", "true", NOT_OBJECT),
    row("event", "}", NOT_JSON),
    row("event", "[{}]", NOT_OBJECT),
    row("init", "-", NOT_JSON),
    row("init", "[]", NOT_OBJECT),
    row("describe", "{\"\\x\":1}", NOT_JSON),
    row("describe", "0", NOT_OBJECT),
    row("shutdown", "{}{}", NOT_JSON),
    row("shutdown", "\"\"", NOT_OBJECT),
    row("nonsense", "tru", NOT_JSON),
    row("nonsense", "false", NOT_OBJECT),
    // The end, and a new beginning.
    row("shutdown", "{}", EMPTY),
    after(&[("shutdown", "{}")], "command", r#"{"name":"ping"}"#, NOT_INITIALIZED),
    after(&[("shutdown", "{}")], "event", "{}", NOT_INITIALIZED),
    after(&[("shutdown", "{}")], "shutdown", "{}", NOT_INITIALIZED),
    after(&[("shutdown", "{}")], "describe", "{}", DESCRIPTION),
    after(
        &[("shutdown", "{}"), ("init", "{}")],
        "command",
        r#"{"name":"status"}"#,
        r#"{"status":"success","data":{"initialized":true,"messages":4}}"#,
    ),
];
