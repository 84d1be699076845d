//! Handlers with typed arguments: what is read, refused, answered, described and sent.
use std::path::Path;
use std::sync::{Arc, Mutex};

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, Right, library_file_name};
use serde_json::{Value, json};

use super::probe::{ask, compile, error, refused, success};

fn send(instance: &Instance, message_type: &str, payload: Value) -> String {
    let (payload, mut reply) = (payload.to_string(), Reply::new());
    match instance.call_raw(&Message::new(message_type, &payload), &mut reply) {
        Ok(_) => reply.text().unwrap().to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

fn options() -> LoadOptions {
    let mut grants = Grants { call: vec!["other".into()], ..Grants::default() };
    for right in [Right::Read, Right::Write] {
        grants.grant(right, "memo");
    }
    LoadOptions::new().grants(grants)
}

/// All that a module of handlers does, one part after the other: compiling it takes longer than asking it.
#[test]
fn a_module_of_handlers() {
    let library = compile("tests/c/sdk_hpp/typed.cpp", "");
    arguments_are_read_or_refused_with_their_place(&library);
    functions_take_arguments_by_name(&library);
    any_json_is_kept_as_it_came(&library);
    an_event_has_the_cause_of_its_host(&library);
    a_configuration_has_defaults_and_no_unknown_keys(&library);
    describe_is_made_of_the_handlers(&library);
    the_host_is_asked_by_types(&library);
    long_work_tells_its_progress(&library);
    a_collection_answers_queries_and_mutations(&library);
}

#[test]
fn a_module_of_handlers_without_exceptions() {
    arguments_are_read_or_refused_with_their_place(&compile(
        "tests/c/sdk_hpp/typed.cpp",
        "-fno-exceptions -fno-rtti",
    ));
}

fn arguments_are_read_or_refused_with_their_place(library: &Path) {
    let host = Host::new();
    let typed = host.load_with(library, options()).unwrap();
    assert_eq!(
        ask(&typed, "read", json!({"title": "t\n", "extra": 1})),
        success(
            r#"{"title":"t\n","tags":[],"done":false,"small":0,"narrow":0,"wide":0,"integer":0,"share":0.0,"documents":[],"raw":{}}"#
        )
    );
    let whole = json!({"title": "", "tags": ["a", "é"], "done": true, "small": -128, "narrow": 65535,
            "wide": u64::MAX, "integer": i64::MIN, "share": 0.5, "maybe": "three",
            "documents": [{"citation": "c", "share": null}, {"citation": "d", "share": 1e-3}],
            "raw": {"b": 1.0, "a": [null]}, "any": [1]});
    let read: Value = serde_json::from_str(&ask(&typed, "read", whole.clone())).unwrap();
    let mut expected = whole;
    expected["documents"][0].as_object_mut().unwrap().remove("share");
    assert_eq!(read["data"], expected);
    for (args, path, text) in [
        (json!({}), "title", "missing"),
        (json!({"title": null}), "title", "expected a string"),
        (json!({"title": 5}), "title", "expected a string"),
        (json!({"tags": 5}), "tags", "expected an array"),
        (json!({"tags": ["a", null]}), "tags[1]", "expected a string"),
        (json!({"done": 0}), "done", "expected true or false"),
        (json!({"small": 128}), "small", "expected an integer"),
        (json!({"narrow": 65536}), "narrow", "expected a whole number, at most 65535"),
        (json!({"wide": -1}), "wide", "expected a whole number"),
        (json!({"wide": 1.0}), "wide", "expected a whole number"),
        (json!({"integer": "1"}), "integer", "expected an integer"),
        (json!({"share": 1e300}), "share", "expected a number"),
        (json!({"maybe": "four"}), "maybe", "expected one of one, two, three"),
        (json!({"maybe": 4}), "maybe", "expected a string"),
        (json!({"documents": [{"citation": "c"}, {}]}), "documents[1].citation", "missing"),
        (json!({"documents": [{"citation": "c", "share": "1"}]}), "documents[0].share", "expected a number"),
        (json!({"documents": [7]}), "documents[0]", "expected an object"),
        (json!({"raw": []}), "raw", "expected an object"),
    ] {
        assert_eq!(ask(&typed, "read", args.clone()), refused(path, text), "{args}");
    }
    let twice = r#"{"name":"read","args":{"title":"a","titl\u0065":"b"}}"#;
    let mut reply = Reply::new();
    typed.call_raw(&Message::new("command", twice), &mut reply).unwrap();
    assert_eq!(reply.text().unwrap(), refused("title", "given more than once"));
}

fn functions_take_arguments_by_name(library: &Path) {
    let host = Host::new();
    let typed = host.load_with(library, options()).unwrap();
    assert_eq!(ask(&typed, "add", json!({"count": 2, "unit": "m"})), success("2"));
    assert_eq!(ask(&typed, "add", json!({"count": 3, "unit": null})), success("5"));
    assert_eq!(ask(&typed, "add", json!({"unit": ""})), refused("count", "missing"));
    assert_eq!(ask(&typed, "add", json!({"count": 1, "unit": ""})), refused("unit", "must not be empty"));
    assert_eq!(
        ask(&typed, "add", json!({"count": 256})),
        refused("count", "expected a whole number, at most 255")
    );
    assert_eq!(ask(&typed, "reset", json!({})), success("{}"));
    assert_eq!(ask(&typed, "names", json!({"b": "x", "c": 1})), success(r#"{"\"":"b","1":"c"}"#));
    assert_eq!(ask(&typed, "sing", json!({})), error("unknown_command", "unknown command: sing"));
}

fn any_json_is_kept_as_it_came(library: &Path) {
    let host = Host::new();
    let typed = host.load_with(library, options()).unwrap();
    let keep = |args: &str| {
        let mut reply = Reply::new();
        let payload = format!(r#"{{"name":"keep","args":{args}}}"#);
        typed.call_raw(&Message::new("command", &payload), &mut reply).unwrap();
        reply.text().unwrap().to_owned()
    };
    for whole in [
        r#"{"any":[1.0, {"b":1,"a":null}],"counts":{"":[],"\"é":[1,-2]}}"#,
        r#"{"any":null,"counts":{},"sources":{"s":{"citation":"c"}}}"#,
    ] {
        assert_eq!(keep(whole), success(whole));
    }
    for (args, path, text) in [
        (r#"{}"#, "any", "missing"),
        (r#"{"any":1,"counts":[]}"#, "counts", "expected an object"),
        (r#"{"any":1,"counts":{"a":[1,"2"]}}"#, "counts.a[1]", "expected an integer"),
        (r#"{"any":1,"counts":{"a":[],"\u0061":[]}}"#, "counts.a", "given more than once"),
        (r#"{"any":1,"sources":{"s":{}}}"#, "sources.s.citation", "missing"),
        (r#"{"any":1,"count":{}}"#, "count", "unknown; expected one of any, counts, sources"),
    ] {
        assert_eq!(keep(args), refused(path, text), "{args}");
    }
    let text = |name: &str, text: &str| ask(&typed, name, json!({"text": text}));
    assert_eq!(text("other_text", "[1.0, 2]"), success("[1.0, 2]"));
    assert_eq!(text("other_object", r#"{"a": 1}"#), success(r#"{"a": 1}"#));
    assert_eq!(text("other_member", r#"{"a": 1}"#), success(r#"{"text":{"a": 1}}"#));
    let said = |name: &str, code: &str, given: &str| {
        let found = text(name, given);
        assert!(found.contains(&format!(r#""code":"{code}""#)), "{name} {given}: {found}");
    };
    said("other_text", "invalid_json", "[1,");
    said("other_object", "invalid_payload", "[]");
    said("other_member", "internal", "{} {}");
    assert_eq!(ask(&typed, "size_of", json!({"value": [1, 2]})), success(r#""5""#));
    assert_eq!(
        ask(&typed, "size_of", json!({"value": 1, "values": 2})),
        refused("values", "unknown; expected one of value")
    );
}

fn an_event_has_the_cause_of_its_host(library: &Path) {
    let causes = Arc::new(Mutex::new(vec![]));
    let sink = causes.clone();
    let host = Host::builder().trace(move |record| {
        if record.message_type == "event" && record.to == "host" {
            sink.lock().unwrap().push((record.payload.to_string(), record.cause));
        }
    });
    let host = host.build();
    let grants = Grants { emit: vec!["place.seen".into()], ..Grants::default() };
    let typed = host.load_with(library, LoadOptions::new().grants(grants)).unwrap();
    assert_eq!(ask(&typed, "see_thrice", json!({})), success("{}"));
    let causes = causes.lock().unwrap();
    let cause = |place: &str| causes.iter().find(|(event, _)| event.contains(place)).unwrap().1;
    assert!(cause("Cobh") != 0 && cause("Cobh") == cause("Kerry") && cause("Cork") == 0, "{causes:?}");
}

fn a_configuration_has_defaults_and_no_unknown_keys(library: &Path) {
    let lines = Arc::new(Mutex::new(vec![]));
    let sink = lines.clone();
    let host = Host::builder().on_log(move |line| sink.lock().unwrap().push(line.text.to_owned())).build();
    let load = |name: &str, config: Value| host.load_with(library, options().instance(name).config(config));
    for (config, settings) in
        [(json!({}), r#"{"most":3,"first":"two"}"#), (json!({"most": 9}), r#"{"most":9,"first":"two"}"#)]
    {
        let typed = load("typed", config).unwrap();
        assert_eq!(ask(&typed, "settings", json!({})), success(settings));
        typed.unload().unwrap();
    }
    assert!(lines.lock().unwrap().contains(&"two".to_owned()));
    for (config, text) in [
        (json!({"least": 1}), "config.least: unknown; expected one of most, first"),
        (json!({"first": "four"}), "config.first: expected one of one, two, three"),
        (json!({"first": null}), "config.first: expected a string"),
        (json!({"most": -1}), "config.most: expected a whole number, at most 255"),
    ] {
        let said = load("wrong", config.clone()).unwrap_err().to_string();
        assert!(said.contains(text), "{config}: {said}");
    }
}

fn describe_is_made_of_the_handlers(library: &Path) {
    let host = Host::new();
    let typed = host.load_with(library, options()).unwrap();
    let described: Value = serde_json::from_str(&send(&typed, "describe", json!({}))).unwrap();
    let commands = described["data"]["commands"].as_array().unwrap();
    let names: Vec<_> = commands.iter().map(|command| command["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "read",
            "add",
            "reset",
            "settings",
            "names",
            "work",
            "see",
            "ask_store",
            "ask_module",
            "keep",
            "other_text",
            "other_object",
            "other_member",
            "size_of",
            "see_thrice"
        ]
    );
    let kind = |types: Value, words: Value| json!({"description": "A kind.", "enum": words, "type": types});
    let document = json!({"description": "Something cited.", "type": "object", "required": ["citation"], "properties": {
        "citation": {"type": "string"},
        "share": {"description": "Of the whole.", "format": "double", "type": ["number", "null"]}}});
    let everything = json!({"type": "object", "required": ["title"], "properties": {
        "title": {"type": "string"},
        "tags": {"default": [], "items": {"type": "string"}, "type": "array"},
        "done": {"default": false, "type": "boolean"},
        "small": {"default": 0, "format": "int8", "minimum": -128, "maximum": 127, "type": "integer"},
        "narrow": {"default": 0, "format": "uint16", "minimum": 0, "maximum": 65535, "type": "integer"},
        "wide": {"default": 0, "format": "uint64", "minimum": 0, "type": "integer"},
        "integer": {"default": 0, "format": "int64", "type": "integer"},
        "share": {"default": 0.0, "format": "float", "type": "number"},
        "maybe": kind(json!(["string", "null"]), json!(["one", "two", "three", null])),
        "documents": {"default": [], "items": document.clone(), "type": "array"},
        "raw": {"default": {}, "type": "object"},
        "any": {}}});
    assert_eq!(
        commands[0],
        json!({"name": "read", "description": "Reads everything.", "args": everything,
        "returns": everything})
    );
    let count = json!({"description": "How many.", "format": "uint8", "minimum": 0, "maximum": 255, "type": "integer"});
    assert_eq!(
        commands[1]["args"],
        json!({"type": "object", "required": ["count"],
        "properties": {"count": count, "unit": {"type": ["string", "null"]}}})
    );
    assert_eq!(commands[1]["returns"], json!({"format": "uint64", "minimum": 0, "type": "integer"}));
    assert_eq!(
        (&commands[2]["args"], &commands[2]["returns"]),
        (&json!({"type": "object"}), &json!({"type": "object"}))
    );
    assert_eq!(
        (&commands[4]["args"], &commands[4]["returns"]),
        (&json!({"type": "object"}), &json!({"x": 1}))
    );
    let integers = json!({"items": {"format": "int64", "type": "integer"}, "type": "array"});
    let anything = json!({"additionalProperties": false, "description": "Any keys.", "required": ["any"],
        "type": "object", "properties": {
        "any": {},
        "counts": {"additionalProperties": integers, "default": {}, "type": "object"},
        "sources": {"additionalProperties": document, "type": ["object", "null"]}}});
    assert_eq!((&commands[9]["args"], &commands[9]["returns"]), (&anything, &anything));
    assert_eq!(
        commands[13]["args"],
        json!({"additionalProperties": false, "properties": {"value": {}}, "required": ["value"],
        "type": "object"})
    );
    let place = json!({"description": "A place was seen.", "type": "object", "required": ["place"],
        "properties": {"place": {"type": "string"}}});
    assert_eq!(described["data"]["events"], json!({"place.seen": {"data": place}}));
}

fn the_host_is_asked_by_types(library: &Path) {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let host = Host::builder().store(store).build();
    let other = std::env::current_exe().unwrap().with_file_name(library_file_name("test-minimal-cpp"));
    host.load_with(other, LoadOptions::new().instance("other")).unwrap();
    let typed = host.load_with(library, options()).unwrap();
    assert_eq!(
        ask(&typed, "ask_store", json!({})),
        success(
            r#"["2","changed","changed1","second","2","not_found","the response to the query is not as expected: entities[0].data.text: expected one of one, two, three"]"#
        )
    );
    assert_eq!(ask(&typed, "ask_module", json!({})), success(r#"{"text":"é"}"#));
    let said = ask(&typed, "see", json!({"place": "Cork"}));
    assert!(said.contains(r#""code":"denied""#) && said.contains("emit=place.seen"), "{said}");
}

fn long_work_tells_its_progress(library: &Path) {
    let told = Arc::new(Mutex::new(vec![]));
    let sink = told.clone();
    let host = Host::builder().trace(move |record| {
        if record.message_type == "event" && record.to == "host" {
            sink.lock().unwrap().push(record.payload.to_string());
        }
    });
    let host = host.build();
    let typed = host.load_with(library, options()).unwrap();
    assert_eq!(ask(&typed, "work", json!({"steps": 1000})), success("499500"));
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 100);
    assert_eq!(told[0], r#"{"event":"progress","data":{"done":10,"total":1000,"note":"working"}}"#);
    assert_eq!(told[99], r#"{"event":"progress","data":{"done":1000,"total":1000,"note":"working"}}"#);
    assert_eq!(ask(&typed, "work", json!({"steps": 0})), success("499500"));
}

fn a_collection_answers_queries_and_mutations(library: &Path) {
    let host = Host::builder().clock(|| 1_000_000).build();
    let typed = host.load_with(library, options()).unwrap();
    let change = |payload: Value| send(&typed, "mutation", payload);
    let note = |id: &str, text: &str, year: u64| {
        change(
            json!({"entity": "note", "operation": "create", "id": id, "data": {"text": text, "year": year}}),
        )
    };
    assert_eq!(note("a", "Cork", 1841), success(r#"{"id":"a","version":1}"#));
    assert_eq!(note("b", "Kerry", 1850), success(r#"{"id":"b","version":1}"#));
    assert_eq!(note("a", "Cork", 1841), error("conflict", "the id a is taken"));
    let update = |version: u64| {
        change(
            json!({"entity": "note", "operation": "update", "id": "a", "version": version, "data": {"text": "Cobh"}}),
        )
    };
    assert_eq!(update(1), success(r#"{"id":"a","version":2}"#));
    assert!(
        update(1)
            .contains(r#""a has version 2, not 1","code":"conflict","details":{"expected":1,"found":2}"#)
    );
    let wrong = json!({"entity": "note", "operation": "update", "id": "a", "data": {"text": 1}});
    assert_eq!(change(wrong), refused("data.text", "expected a string"));
    let event = json!({"event": "place.left", "data": {"place": "Cobh"}});
    assert_eq!(send(&typed, "event", event), success("{}"));
    assert_eq!(
        send(&typed, "event", json!({"event": "place.left", "data": {}})),
        refused("data.place", "missing")
    );
    assert_eq!(send(&typed, "event", json!({"event": "person.left"})), success("{}"));
    let found = |payload: Value| -> Vec<String> {
        let response: Value = serde_json::from_str(&send(&typed, "query", payload)).unwrap();
        let entities = response["data"]["entities"].as_array().unwrap();
        entities.iter().map(|entity| entity["data"]["text"].as_str().unwrap().to_owned()).collect()
    };
    let query = |filters: Value| found(json!({"entity": "note", "filters": filters, "sort": ["text"]}));
    assert_eq!(query(json!({})), ["Cobh", "Kerry", "seen Cobh"]);
    assert_eq!(query(json!({"text": {"contains": "Cobh"}})), ["Cobh", "seen Cobh"]);
    assert_eq!(query(json!({"year": {"gt": 1849.5}})), ["Kerry"]);
    assert_eq!(query(json!({"year": {"exists": false}, "$id": {"ne": "b"}})), ["Cobh", "seen Cobh"]);
    assert_eq!(query(json!({"text": {"in": ["Kerry", "Cobh", null]}})), ["Cobh", "Kerry"]);
    assert_eq!(query(json!({"text": {"lt": "K", "gte": "Cobh"}})), ["Cobh"]);
    assert_eq!(found(json!({"entity": "note", "sort": ["-year", "text"], "limit": 2})), ["Kerry", "Cobh"]);
    let delete = json!({"entity": "note", "operation": "delete", "id": "b"});
    assert_eq!(change(delete.clone()), success(r#"{"id":"b","version":1}"#));
    assert_eq!(change(delete), error("not_found", "there is no note b"));
    assert_eq!(query(json!({})), ["Cobh", "seen Cobh"]);
    assert_eq!(
        send(&typed, "query", json!({"entity": "person"})),
        error("not_supported", "this module does not provide person")
    );
}

/// The module that the head of rp_sdk.hpp shows.
#[test]
fn a_module_of_two_commands() {
    let text = include_str!("hello.cpp");
    assert_eq!(text.lines().filter(|line| !line.is_empty()).count(), 15);
    let host = Host::new();
    let hello = host.load(compile("tests/c/sdk_hpp/hello.cpp", "")).unwrap();
    assert_eq!(ask(&hello, "greet", json!({})), success(r#"{"hello":"world"}"#));
    assert_eq!(ask(&hello, "greet", json!({"name": "Nora"})), success(r#"{"hello":"Nora"}"#));
    assert_eq!(ask(&hello, "greet", json!({"name": 7})), refused("name", "expected a string"));
    assert_eq!(ask(&hello, "count", json!({})), success("2"));
    let head = include_str!("../../../include/rp_sdk.hpp").lines().take_while(|line| line.starts_with("//"));
    let shown: Vec<_> = head.filter_map(|line| line.strip_prefix("//     ")).collect();
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(shown, lines);
}
