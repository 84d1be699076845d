//! The JSON Schemas in `spec/schemas/` are what the Rust types say, and accept what the types accept.
//!
//! `RP_BLESS=1 cargo test --test header schemas` writes them anew.

#[allow(dead_code, reason = "only its schema and its reading are used here")]
#[path = "../../cli/session/form.rs"]
mod form;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::contract::form::Contract;
use rp_host::config::ConfigFile;
use rp_protocol::{Command, Event, Manifest, Mutation, Query, Response, ServeRequest};
use serde_json::{Value, json};
use support::scripted;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn generated() -> Vec<(&'static str, String)> {
    let mut all = rp_protocol::schema::all();
    all.push(("rp.toml", rp_host::config::schema()));
    all.push(("contract", rp_protocol::schema::of::<Contract>()));
    all.push(("trace-line", rp_host::trace_line_schema()));
    all.push(("step", rp_protocol::schema::of::<form::Fields<'_>>()));
    let text = |schema| serde_json::to_string_pretty(&schema).expect("JSON") + "\n";
    all.into_iter().map(|(name, schema)| (name, text(schema))).collect()
}

fn folder() -> PathBuf {
    Path::new(ROOT).join("spec/schemas")
}

#[test]
fn what_is_checked_in_is_current() {
    let generated = generated();
    for (name, text) in &generated {
        let path = folder().join(format!("{name}.json"));
        if std::env::var_os("RP_BLESS").is_some() {
            std::fs::write(&path, text).expect("written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(
            found == *text,
            "{} is stale; `RP_BLESS=1 cargo test --test header schemas` writes it anew",
            path.display()
        );
    }
    let files = std::fs::read_dir(folder()).expect("spec/schemas/").count();
    assert_eq!(files, generated.len(), "spec/schemas/ holds what no type has made");
}

/// The schemas, ready to validator.
struct Validator {
    schemas: boon::Schemas,
    index: HashMap<String, boon::SchemaIndex>,
}

impl Validator {
    fn new() -> Self {
        Self::of(|schema| schema)
    }

    /// Of what `read` makes of each schema.
    fn of(read: impl Fn(Value) -> Value) -> Self {
        let mut compiler = boon::Compiler::new();
        let (mut schemas, mut index) = (boon::Schemas::new(), HashMap::new());
        for (name, _) in generated() {
            let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).expect("a schema");
            let url = format!("memory:{name}.json");
            let schema = read(serde_json::from_str(&text).expect("JSON"));
            compiler.add_resource(&url, schema).expect("a resource");
            let compiled =
                compiler.compile(&url, &mut schemas).unwrap_or_else(|error| panic!("{name}: {error:#}"));
            index.insert(name.to_owned(), compiled);
        }
        Self { schemas, index }
    }

    fn verdict(&self, name: &str, value: &Value) -> Result<(), String> {
        self.schemas.validate(value, self.index[name]).map_err(|error| format!("{error:#}"))
    }

    fn accepts(&self, name: &str, value: &Value) {
        self.verdict(name, value).unwrap_or_else(|error| panic!("{name}: {value}\n{error}"));
    }
}

/// A schema that takes no key of an object that it does not name.
fn named(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| *field = named(field.take()));
            if fields.get("properties").is_some_and(|properties| properties.is_object()) {
                fields.insert("unevaluatedProperties".into(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = named(item.take())),
        _ => {}
    }
    schema
}

/// Whether the Rust type takes a text.
fn is_read(name: &str, text: &str) -> bool {
    match name {
        "manifest" => Manifest::parse(text).is_ok(),
        "command" => Command::parse(text).is_ok(),
        "query" => Query::parse(text).is_ok(),
        "mutation" => Mutation::parse(text).is_ok(),
        "event" => serde_json::from_str::<Event<'_>>(text).is_ok(),
        "response" => Response::parse(text).is_ok(),
        "serve-request" => serde_json::from_str::<ServeRequest<'_>>(text).is_ok(),
        _ => unreachable!("{name}"),
    }
}

#[test]
fn schemas_judge_as_the_types_do() {
    let validator = Validator::new();
    let cases: &[(&str, bool, Value)] = &[
        ("manifest", true, json!({"name": "a-1", "version": "1.0.0", "protocol": "1.0"})),
        (
            "manifest",
            true,
            json!({"name": "a", "version": "1.0.0-b", "protocol": "1.7", "requests": {"read": ["x"]}, "own": 1}),
        ),
        ("manifest", false, json!({"name": "A", "version": "1.0.0", "protocol": "1.0"})),
        ("manifest", false, json!({"name": "a", "version": "1.0", "protocol": "1.0"})),
        ("manifest", false, json!({"name": "a", "version": "1.0.0", "protocol": "2.0"})),
        ("manifest", false, json!({"name": "a", "version": "1.0.0"})),
        ("manifest", false, json!({"name": "a", "version": "1.0.0", "protocol": "1.0", "provides": "x"})),
        ("command", true, json!({"name": "a"})),
        ("command", true, json!({"module": "m", "name": "a", "args": {"x": null}, "more": 1})),
        ("command", false, json!({"args": {}})),
        ("command", false, json!({"name": "a", "args": []})),
        ("command", false, json!({"name": "a", "args": null})),
        ("command", false, json!({"name": "a", "module": null})),
        ("command", false, json!([])),
        ("query", true, json!({"entity": "a"})),
        (
            "query",
            true,
            json!({"entity": "a", "id": "1", "filters": {"x": {"in": [1]}}, "include": ["y"], "sort": ["-z"], "limit": 1, "offset": 0}),
        ),
        ("query", false, json!({"entity": "a", "limit": -1})),
        ("query", false, json!({"entity": "a", "limit": 1.5})),
        ("query", false, json!({"entity": "a", "sort": "z"})),
        ("query", false, json!({"entity": "a", "id": null})),
        ("query", false, json!({"filters": {}})),
        ("mutation", true, json!({"entity": "a", "operation": "create", "data": {}})),
        (
            "mutation",
            true,
            json!({"entity": "a", "operation": "delete", "id": "1", "version": 2, "force": true}),
        ),
        ("mutation", false, json!({"entity": "a", "operation": "burn"})),
        ("mutation", false, json!({"entity": "a", "operation": "update", "data": 1})),
        ("mutation", false, json!({"entity": "a", "operation": "update", "force": 1})),
        ("mutation", false, json!({"entity": "a"})),
        ("event", true, json!({"event": "a.b"})),
        ("event", true, json!({"event": "a.b", "data": {"x": 1}})),
        ("event", false, json!({"data": {}})),
        ("serve-request", true, json!({"module": "m", "type": "t"})),
        (
            "serve-request",
            true,
            json!({"id": "a", "module": "m", "type": "t", "payload": {}, "deadline_ms": 0}),
        ),
        (
            "serve-request",
            true,
            json!({"id": 1.5, "module": "host", "type": "subscribe", "payload": {"pattern": "a"}}),
        ),
        ("serve-request", false, json!({"id": 1, "type": "t"})),
        ("serve-request", false, json!({"id": 1, "module": "m", "type": "t", "expect": {}})),
        ("serve-request", false, json!({"module": "m", "type": "t", "deadline_ms": -1})),
        ("response", true, json!({"status": "success"})),
        ("response", true, json!({"status": "success", "data": null, "more": 1})),
        ("response", true, json!({"status": "error", "error": "e", "code": "own", "details": [1]})),
        ("response", true, json!({"status": "error", "error": "e"})),
        ("response", false, json!({"status": "error"})),
        ("response", false, json!({"status": "error", "error": 1})),
        ("response", false, json!({"status": "error", "error": "e", "code": 5})),
        ("response", false, json!({"status": "error", "error": "e", "code": null})),
        ("response", false, json!({"status": "fine"})),
        ("response", false, json!({"data": {}})),
    ];
    for (name, expected, value) in cases {
        assert_eq!(is_read(name, &value.to_string()), *expected, "the type: {name} {value}");
        let verdict = validator.verdict(name, value);
        assert_eq!(verdict.is_ok(), *expected, "the schema: {name} {value}\n{verdict:?}");
    }
}

#[test]
fn the_configuration_is_judged_as_it_is_read() {
    let validator = Validator::new();
    let cases = [
        ("", true),
        (
            "folders = [\"a\"]\nstore.memory = true\nlimits.wait_ms = 5\n[module.a]\n[instance.a]\nconfig.x.y = [1]",
            true,
        ),
        ("[store]\npath = \"a\"\nmax_bytes = 100000\nindexes.person = [\"name\"]", true),
        (
            "[module.b]\n[instance.a]\nmodule = \"b\"\ngrants = { read = [\"*\"] }\nlimits.deadline_ms = 1",
            true,
        ),
        (
            "[module.a]\nloader = \"isolated\"\n[module.a.isolated]\ncall_ms = 5\nsandbox = { mode = \"off\", read = [\"b\"] }",
            true,
        ),
        ("[module.a]\nloader = \"wasm\"", false),
        ("[module.a]\nloader = \"isolated\"\nisolated.threads = 65", false),
        ("[module.a]\nloader = \"isolated\"\nisolated.sandbox.mode = \"on\"", false),
        ("folder = []", false),
        ("folders = \"a\"", false),
        ("[store]\nfile = \"a\"", false),
        ("[limits]\nwait_ms = 0", false),
        ("[limits]\nwait_ms = \"1\"", false),
        ("[instance.a]\n[module.a]\nhash = 1", false),
        ("[module.a]\n[instance.a]\ngrants.reads = []", false),
        ("[module.a]\n[instance.a]\nconfig = 5", false),
    ];
    for (text, expected) in cases {
        let value: Value = toml::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            ConfigFile::parse(Path::new("rp.toml"), text.into()).is_ok(),
            expected,
            "the type: {text}"
        );
        let verdict = validator.verdict("rp.toml", &value);
        assert_eq!(verdict.is_ok(), expected, "the schema: {text}\n{verdict:?}");
    }
    // Names and hashes are looked at after the form is read.
    for text in ["[instance.\"A b\"]", "[module.a]\nsha256 = \"12\""] {
        assert!(validator.verdict("rp.toml", &toml::from_str(text).expect("TOML")).is_err(), "{text}");
    }
}

#[test]
fn a_step_is_judged_as_it_is_read() {
    let validator = Validator::new();
    let cases = [
        (json!({"module": "a", "type": "x"}), true),
        (
            json!({"module": "a", "type": "x", "payload": {"v": 1}, "expect": {}, "as": "one", "note": "n"}),
            true,
        ),
        (json!({"module": "host", "type": "event", "events": [{"event": "a.b"}], "log": []}), true),
        (json!({"module": "a"}), false),
        (json!({"module": "a", "type": "x", "expcet": {}}), false),
        (json!({"module": "a", "type": 5}), false),
    ];
    for (value, expected) in cases {
        let text = value.to_string();
        assert_eq!(serde_json::from_str::<form::Fields<'_>>(&text).is_ok(), expected, "the type: {text}");
        let verdict = validator.verdict("step", &value);
        assert_eq!(verdict.is_ok(), expected, "the schema: {text}\n{verdict:?}");
    }
    // What stands under the keys is looked at after the form is read.
    for (key, value) in
        [("payload", json!([])), ("events", json!({})), ("log", json!([1])), ("as", json!("a.b"))]
    {
        let mut step = json!({"module": "a", "type": "x"});
        step[key] = value;
        assert!(validator.verdict("step", &step).is_err(), "{step}");
    }
}

#[test]
fn what_we_publish_keeps_the_schemas() {
    let validator = Validator::new();
    for name in [env!("RP_MODULES_RUST"), env!("RP_MODULES_C")].into_iter().flat_map(|names| names.split(','))
    {
        let file = std::env::current_exe().expect("a path").with_file_name(rp_host::library_file_name(name));
        if let Some(text) = rp_host::inspect(&file).unwrap_or_else(|error| panic!("{error}")).manifest_text {
            validator.accepts("manifest", &serde_json::from_str(&text).expect("JSON"));
        }
    }
    for line in [
        json!({"id": 1, "status": "success"}),
        json!({"id": "a", "status": "success", "data": [1]}),
        json!({"status": "error", "error": "e", "code": "rp::serve::malformed", "fault": "operator", "help": "h"}),
        json!({"event": "a.b", "data": {}, "from": "m", "cause": 0, "missed": 3}),
    ] {
        validator.accepts("serve-line", &line);
    }
    assert!(validator.verdict("serve-line", &json!({"id": 1, "data": {}})).is_err());
    let described = include_str!("../../modules-rust/test-relay/src/describe.json");
    validator.accepts("description", &serde_json::from_str(described).expect("JSON"));
    let init =
        json!({"instance": "a", "config": {}, "host": {"name": "h", "version": "1", "protocol": "1.0"}});
    validator.accepts("init", &init);
    let configuration =
        std::fs::read_to_string(Path::new(ROOT).join("examples/rp.toml")).expect("an example");
    validator.accepts("rp.toml", &toml::from_str(&configuration).expect("TOML"));
}

/// The lines of every file of JSON lines in a folder.
fn lines_in(folder: &Path) -> Vec<Value> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    let texts: Vec<_> = files.map(|file| std::fs::read_to_string(file).expect("a trace")).collect();
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Runs a session of the examples in a folder.
fn run_session(folder: &Path, session: &[&str], arguments: &[&str]) {
    let modules = std::env::current_exe().expect("a path").with_file_name("");
    let examples = Path::new(ROOT).join("examples");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rp"));
    command.arg("run").args(session.iter().map(|file| examples.join(file)));
    command.arg("--modules").arg(&modules).args(arguments).current_dir(folder);
    let output = command.output().expect("rp runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Traces of real sessions: of modules with a store, of messages that were cut, of a file that was rotated. The schema names all
/// that is in them.
#[test]
fn every_line_of_a_trace_keeps_the_schema() {
    let (validator, strict) = (Validator::new(), Validator::of(named));
    for (session, limits) in [
        (&["session.jsonl"][..], &[][..]),
        (&["rp.toml", "services.jsonl"], &[]),
        (&["session.jsonl"], &["--trace-limit", "payload_bytes=9", "--trace-limit", "file_bytes=1200"]),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        run_session(folder.path(), session, &[&["--trace", "t.jsonl"], limits].concat());
        let mut kinds = [0; 3];
        for line in lines_in(folder.path()) {
            validator.accepts("trace-line", &line);
            strict.accepts("trace-line", &line);
            kinds[usize::from(line["rp"] == "trace") + 2 * usize::from(line["rp"] == "module")] += 1;
        }
        let has_lines = kinds[..2].iter().all(|count| *count > 0);
        // The file that told of the module may have been the oldest, which is not kept.
        assert!(has_lines && (kinds[2] > 0 || !limits.is_empty()), "{session:?}: {kinds:?}");
    }
    for wrong in [
        json!({"rp": "trace", "version": 1, "host": {"name": "a", "version": "1", "pid": 1}, "origin_us": 1, "modules": []}),
        json!({"rp": "module", "instance": "a"}),
        json!({"id": 1, "cause": 0, "type": "command"}),
    ] {
        assert!(validator.verdict("trace-line", &wrong).is_err(), "{wrong}");
    }
    let unnamed = json!({"rp": "unplaced", "instance": "a", "what": "now_us", "more": 1});
    assert!(
        validator.verdict("trace-line", &unnamed).is_ok() && strict.verdict("trace-line", &unnamed).is_err()
    );
}

/// Recordings of the same sessions, and of what they do not have: time that nobody can place, a message without a response, one that
/// was cancelled.
#[test]
fn every_line_of_a_recording_is_named_by_the_schema() {
    let strict = Validator::of(named);
    let folder = tempfile::tempdir().expect("a folder");
    run_session(folder.path(), &["session.jsonl"], &["--record", "session.jsonl"]);
    run_session(folder.path(), &["rp.toml", "services.jsonl"], &["--record", "services.jsonl"]);
    record_oddities(&folder.path().join("oddities.jsonl"));
    let mut keys = BTreeSet::new();
    for line in lines_in(folder.path()) {
        strict.accepts("trace-line", &line);
        keys.extend(line.as_object().expect("an object").keys().cloned());
        keys.extend(line["rp"].as_str().map(str::to_owned));
    }
    for key in [
        "recording",
        "turn",
        "sha256",
        "config",
        "grants",
        "manifest",
        "now",
        "random",
        "cancelled",
        "module",
        "unanswered",
        "code",
        "error",
        "unplaced",
        "what",
    ] {
        assert!(keys.contains(key), "no recording has {key}");
    }
}

fn record_oddities(path: &Path) {
    let file = std::fs::File::create(path).expect("a file");
    let host = rp_host::Host::builder().record(file).build();
    let asker = scripted::start(&host, "asker");
    scripted::start(&host, "silent");
    // A thread of the module's own, a module that answers nothing, a message that is cancelled while it is handled.
    scripted::run(&asker, json!([{"spawn": [{"now": true}, {"random": true}]}, {"join": true}]));
    scripted::run(
        &asker,
        json!([{"now": true}, {"random": true}, scripted::ask("silent", json!([{"return": 77}]))]),
    );
    let begun = path.with_extension("begun");
    let steps = scripted::payload(&json!([{"touch": begun}, {"until": "cancelled"}, {"return": 0}]));
    let token = rp_host::CancelToken::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let message = rp_host::Message::new("command", &steps).cancel(&token);
            // Whether it is answered all the same is nobody's business here.
            let _answered = scripted::try_send(&asker, &message).is_ok();
        });
        support::await_that(|| begun.exists(), "it does not begin");
        token.cancel();
    });
}
