//! `rp.toml` as operators meet it: what it loads, what it grants, and what it is refused for.
//!
//! Expected texts lie in `tests/command/config/`; `RP_BLESS=1 cargo test --test command config` writes them anew. Which texts are refused
//! for what, case by case, stands in `host/src/config/check.rs`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rp_host::library_file_name;
use serde_json::{Value, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A folder with an `rp.toml` and a session; `[path]` in the text is the module test-relay.
struct Case {
    folder: PathBuf,
}

fn deps() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder").join("deps")
}

fn relay() -> String {
    deps().join(library_file_name("test-relay")).to_str().expect("UTF-8").to_owned()
}

/// One line of a session that lets an instance send something.
fn send(instance: &str, message_type: &str, payload: &Value) -> String {
    let args = json!({"type": message_type, "payload": payload});
    json!({"module": instance, "type": "command", "payload": {"name": "send", "args": args}}).to_string()
        + "\n"
}

fn heard(instance: &str) -> String {
    json!({"module": instance, "type": "command", "payload": {"name": "heard"}}).to_string() + "\n"
}

impl Case {
    fn new(name: &str, config: &str, session: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("removed");
        }
        std::fs::create_dir_all(folder.join("sub")).expect("made");
        let config = config.replace("[path]", &format!("path = '{}'", relay()));
        std::fs::write(folder.join("rp.toml"), config).expect("written");
        std::fs::write(folder.join("s.jsonl"), session).expect("written");
        Self { folder }
    }

    /// Exit code, standard output, standard error of `rp` in this folder.
    fn rp(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "NO_GRAPHICS", "COLUMNS"] {
            command.env_remove(name);
        }
        let output = command.env("RP_LOG", "error").output().expect("rp starts");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
    }

    /// The responses of the session.
    fn play(&self) -> Vec<Value> {
        let (code, stdout, stderr) = self.rp(&["run", "rp.toml", "s.jsonl", "--json"]);
        assert_eq!(code, 0, "{stdout}{stderr}");
        let lines = stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["kind"] == "message").map(|mut line| line["response"].take()).collect()
    }
}

fn assert_text(file: &str, actual: &str) {
    let path = Path::new(ROOT).join("tests/command/config").join(file);
    if std::env::var_os("RP_BLESS").is_some() {
        std::fs::write(&path, actual).expect("written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        expected == actual,
        "differs from {}\n--- expected\n{expected}\n--- actual\n{actual}",
        path.display()
    );
}

const TWO: &str = "
[module.test-relay]
[path]
[instance.one]
module = \"test-relay\"
grants = { call = [\"two\"], emit = [\"a.*\"], read = [\"note\"], write = [\"note\"] }
[instance.two]
module = \"test-relay\"
config.answers = { \"a.b\" = \"a.c\" }
grants = { subscribe = [\"a.*\", \"entity.*\"], emit = [\"a.c\"] }
";

#[test]
fn the_example_runs() {
    let example =
        |name: &str| Path::new(ROOT).join("examples").join(name).to_str().expect("UTF-8").to_owned();
    let case = Case::new("example", "", "");
    let (config, session) = (example("rp.toml"), example("services.jsonl"));
    for arguments in [vec!["run", &config, &session], vec!["run", "--config", &config, &session]] {
        let (code, stdout, stderr) = case.rp(&arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }
}

#[test]
fn instances_talk_and_each_line_finds_a_still_house() {
    let event = |name: &str| send("one", "event", &json!({"event": name, "data": {}}));
    let session =
        event("a.b") + &heard("two") + &send("one", "command", &json!({"module": "two", "name": "heard"}));
    let responses = Case::new("talk", TWO, &session).play();
    let expected = json!({"status": "success", "data": {"events": [{"event": "a.b", "data": {}}]}});
    assert_eq!(responses, [json!({"status": "success", "data": {}}), expected.clone(), expected]);
}

#[test]
fn with_v_the_transcript_tells_what_modules_send() {
    let event = send("one", "event", &json!({"event": "a.b", "data": {}}));
    let case = Case::new("sent", TWO, &event);
    let (code, _, stderr) = case.rp(&["run", "rp.toml", "s.jsonl", "-v"]);
    let mut lines: Vec<&str> = stderr.lines().collect();
    // The event may arrive before the send that emitted it is answered.
    lines.sort_unstable();
    let expected = [
        "sent  host to two: event a.b success",
        "sent  one to host: event a.b success",
        "sent  two to host: event a.c success",
    ];
    assert_eq!((code, lines.as_slice()), (0, &expected[..]));
    assert_eq!(case.rp(&["run", "rp.toml", "s.jsonl"]).2, "");
}

#[test]
fn what_is_not_granted_is_denied() {
    let session =
        send("two", "query", &json!({"entity": "note"})) + &send("one", "event", &json!({"event": "b.c"}));
    let responses = Case::new("denied", TWO, &session).play();
    let texts: Vec<_> =
        responses.iter().map(|response| response["error"].as_str().expect("a refusal")).collect();
    assert_eq!(
        texts,
        [
            "two may not read note: the grant read=note is missing",
            "one may not emit b.c: the grant emit=b.c is missing"
        ]
    );
}

#[test]
fn the_store_lies_beside_the_file_and_stays() {
    let create = send("one", "mutation", &json!({"entity": "note", "operation": "create", "data": {"n": 1}}));
    let count = send("one", "query", &json!({"entity": "note", "filters": {"n": 1}}));
    let config = format!("[store]\npath = \"sub/notes.sqlite\"\nindexes.note = [\"n\"]\n{TWO}");
    let case = Case::new("store", &config, &(create + &count));
    for expected in 1..=3 {
        assert_eq!(case.play()[1]["data"]["count"], expected);
    }
    assert!(case.folder.join("sub/notes.sqlite").is_file());
    let (code, stdout, _) = case.rp(&["call", "--config", "rp.toml", "two", "heard", "--json"]);
    assert_eq!((code, stdout.as_str()), (0, "{\"status\":\"success\",\"data\":{\"events\":[]}}\n"));
    // The owner needs no grant.
    let as_owner = |message_type, payload| {
        let arguments = ["call", "--config", "rp.toml", "host", "--type", message_type, payload, "--json"];
        let (code, stdout, stderr) = case.rp(&arguments);
        let response: Value = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
        (code, response)
    };
    let (code, found) = as_owner("query", r#"{"entity":"note","filters":{"n":1}}"#);
    assert_eq!((code, &found["data"]["count"]), (0, &json!(3)));
    let (code, refused) = as_owner("mutation", r#"{"entity":"note","operation":"delete","id":"none"}"#);
    assert_eq!((code, &refused["status"]), (1, &json!("error")), "{refused}");
}

#[test]
fn limits_hold() {
    let config =
        format!("limits = {{ queued_events = 1, reply_bytes = 300 }}\n{TWO}limits.deadline_ms = 100\n");
    let work =
        json!({"module": "two", "type": "command", "payload": {"name": "work", "args": {"steps": 60_000}}});
    let long = json!({"event": "a.d", "data": {"text": "x".repeat(300)}});
    let session = send("one", "event", &long) + &heard("two") + &work.to_string() + "\n";
    let case = Case::new("limits", &config, &session);
    let (code, stdout, stderr) = case.rp(&["run", "rp.toml", "s.jsonl", "--json", "--keep-going"]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    let codes: Vec<Value> = stderr
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["code"].take())
        .collect();
    assert_eq!(codes, ["rp::call::too_large", "rp::call::timeout"], "{stdout}{stderr}");
}

/// What the command says of a module that requests more than it is granted.
#[test]
fn check_says_what_would_load_and_what_is_not_granted() {
    let bare = "store.memory = true\n[module.test-relay]\n[path]\n";
    let case = Case::new("check", bare, "");
    let (code, stdout, stderr) = case.rp(&["config", "check"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    for expected in
        ["INSTANCE", "test-relay  0.1.0", "store: in memory", "read=*", "1 of 1 instance would load"]
    {
        assert!(stdout.contains(expected), "{expected}: {stdout}");
    }
    // What is to be pasted makes the file complete.
    let pasted = stdout.lines().skip_while(|line| !line.starts_with("[instance.")).take(2);
    let whole = format!("{bare}{}", pasted.collect::<Vec<_>>().join("\n"));
    let (code, stdout, _) =
        Case::new("check-pasted", &whole, "").rp(&["config", "check", "rp.toml", "--json"]);
    let told: Value = serde_json::from_str(&stdout).expect("JSON");
    assert_eq!(
        (code, &told["instances"][0]["ungranted"], &told["store"]),
        (0, &json!({}), &json!({"memory": true}))
    );
    assert_eq!(told["instances"][0]["grants"]["call"], json!(["*"]));
}

#[test]
fn check_runs_no_code_and_names_each_instance_that_would_not_load() {
    let config = "store.path = 'made.sqlite'\n[module.test-relay]\n[path]\n[module.gone]\n\
                  [instance.a]\nmodule = 'test-relay'\nconfig = { answers = 5 }\n[instance.b]\nmodule = 'gone'\n";
    let case = Case::new("check-wrong", config, "");
    let (code, stdout, stderr) = case.rp(&["config", "check", "--json", "--modules", "sub"]);
    let told: Value = serde_json::from_str(&stdout).expect("JSON");
    // Its init would fail, which only a load tells.
    assert_eq!((code, &told["instances"][0]["instance"], &told["broken"]), (2, &json!("a"), &json!(["b"])));
    let error: Value = serde_json::from_str(&stderr).expect("one line");
    assert_eq!((&error["code"], &error["line"]), (&json!("rp::modules::not_found"), &json!(4)));
    assert!(!case.folder.join("made.sqlite").exists());
}

#[test]
fn requested_grants_are_given_without_a_warning() {
    let case = Case::new("requested", "", "");
    let send = r#"{"type":"event","payload":{"event":"a.b","data":{}}}"#;
    let relay = relay();
    let call = |grant: &[&str]| {
        let arguments = [&["call", &relay, "send", send, "--log", "warn", "--json"][..], grant].concat();
        case.rp(&arguments)
    };
    let (code, _, stderr) = call(&[]);
    assert!(code == 1 && stderr.matches("--grant requested").count() == 1, "{stderr}");
    let (code, stdout, stderr) = call(&["--grant", "requested"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}

/// What the frame of an error marks.
fn marked(stderr: &str) -> String {
    let mut lines = stderr.lines();
    let is_source =
        |line: &&str| line.trim_start().starts_with(|c: char| c.is_ascii_digit()) && line.contains(" │ ");
    let source = lines.find(is_source).unwrap_or_else(|| panic!("no frame: {stderr}"));
    let under = lines.next().expect("a mark").chars();
    source.chars().zip(under).filter(|(_, mark)| "─┬▲".contains(*mark)).map(|(c, _)| c).collect()
}

/// A program that loads the file itself is told the same, readable without a renderer.
fn assert_marked_by_the_library(file: &Path, code: &str, under: &str, help: &str) {
    let error = rp_host::config::load(file).expect_err("a wrong file");
    let (text, span) = (error.source_text().expect("a text"), error.span().expect("a place"));
    assert!(error.code() == code && text[span.clone()].starts_with(under), "{error}");
    assert!(error.help().unwrap_or_default().contains(help), "{error}");
    let shown = error.to_string();
    assert!(shown.contains(&format!("{}:{}:", file.display(), error.line().expect("a line"))), "{shown}");
    assert!(shown.contains(" | ") && shown.contains('^'), "{shown}");
    assert_eq!(shown.contains("= help: "), error.help().is_some(), "{shown}");
}

#[test]
fn errors_of_loading_mark_the_key_at_fault() {
    let wrong = "0".repeat(64);
    let own = |line: &str| format!("[module.test-relay]\n[path]\n{line}\n[instance.test-relay]\n");
    let path = |path: &str| format!("[module.test-relay]\npath = '{path}'\n[instance.test-relay]\n");
    let cases = [
        (own("version = \"^9\""), "rp::load::unexpected_version", "\"^9\"", "install the module"),
        (
            own(&format!("sha256 = \"{wrong}\"")),
            "rp::load::unexpected_hash",
            &format!("\"{}", &wrong[..40]),
            "install",
        ),
        (
            path("libtest_realy.so"),
            "rp::load::not_found",
            "'libtest_realy.so'",
            "did you mean libtest_relay.so?",
        ),
        (path("gone.so"), "rp::load::not_found", "'gone.so'", "check the path"),
        (path("s.jsonl"), "rp::load::empty", "'s.jsonl'", "build or copy"),
        (path("sub"), "rp::load::not_a_file", "'sub'", "give the path"),
        (
            "[module.other]\n[path]\n[instance.other]\n".into(),
            "rp::load::unexpected_name",
            "other",
            "install",
        ),
        (own("") + "config = { answers = 5 }\n", "rp::load::init_failed", "{ answers = 5 }", ""),
        (own("wasm.call_ms = 5"), "rp::config::contradictory", "wasm", "name its .wasm file"),
        (own("engine = \"wasmi\""), "rp::config::contradictory", "\"wasmi\"", "name its .wasm file"),
        (
            "folders = ['.']\n[module.test-realy]\n[instance.test-realy]\n".into(),
            "rp::modules::not_found",
            "test-realy",
            "did you mean libtest_relay.so?",
        ),
        ("[module.a]\npth = 1\n".into(), "rp::config::malformed", "pth", "did you mean path?"),
        (
            "[module.a]\n[instance.a]\nmodul = 'a'\n".into(),
            "rp::config::malformed",
            "modul",
            "did you mean module?",
        ),
        ("[module.a]\nengine = 'wasmy'\n".into(), "rp::config::malformed", "'wasmy'", "did you mean wasmi?"),
        (
            "[module.a]\nloader = 'isolatd'\n".into(),
            "rp::config::malformed",
            "'isolatd'",
            "did you mean isolated?",
        ),
        ("worker_program = ''\n".into(), "rp::config::malformed", "''", "name the program"),
        (
            "[module.a]\nloader = 'isolated'\nisolated.memory_byte = 1\n".into(),
            "rp::config::malformed",
            "memory_byte",
            "did you mean memory_bytes?",
        ),
        (
            "[module.a]\nisolated.call_ms = 1\n".into(),
            "rp::config::contradictory",
            "isolated",
            "write loader = \"isolated\"",
        ),
        (
            "[module.relay]\n[instance.relai]\n".into(),
            "rp::config::contradictory",
            "relai",
            "did you mean relay?",
        ),
        (
            "[module.a]\ngrants.read = ['x']\n".into(),
            "rp::config::malformed",
            "grants",
            "move it under [instance.a]",
        ),
        (
            "[module.relay]\n[instance.relay]\n[instance.b]\nmodule = 'relai'\n".into(),
            "rp::config::contradictory",
            "'relai'",
            "did you mean relay?",
        ),
        (own("") + "grants.call = ['test-rely']\n", "rp::config::contradictory", "'test-rely'", ""),
    ];
    for (config, code, under, help) in cases {
        let case = Case::new("key-at-fault", &config, "");
        std::fs::write(case.folder.join("libtest_relay.so"), "").expect("written");
        assert_marked_by_the_library(&case.folder.join("rp.toml"), code, under, help);
        let (exit, stdout, stderr) = case.rp(&["run", "rp.toml", "s.jsonl"]);
        assert_eq!((exit > 0, stdout.as_str()), (true, ""), "{stderr}");
        assert!(stderr.contains(code) && stderr.contains(help), "{config}: {stderr}");
        assert!(marked(&stderr).starts_with(under), "{config}: {stderr}");
        assert!(
            stderr.lines().filter(|line| line.contains('│')).all(|line| line.chars().count() <= 80),
            "{stderr}"
        );
    }
    let session = heard("two-o");
    let (_, _, stderr) = Case::new("instance", TWO, &session).rp(&["run", "rp.toml", "s.jsonl"]);
    assert!(stderr.contains("did you mean two?"), "{stderr}");
}

#[test]
fn modules_without_a_path_are_looked_for_in_the_folders() {
    let bare = "[module.test-relay]\n[instance.test-relay]\n";
    let from_program = Case::new("beside", bare, &heard("test-relay"));
    assert_eq!(from_program.play().len(), 1);
    let folder = deps().to_str().expect("UTF-8").to_owned();
    let given = Case::new("folders", &format!("folders = ['sub', '{folder}']\n{bare}"), &heard("test-relay"));
    assert_eq!(given.play().len(), 1);
    let (code, _, stderr) = given.rp(&["run", "rp.toml", "s.jsonl", "--modules", "sub"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("rp::modules::not_found") && stderr.contains("in sub"), "{stderr}");
    let gone = Case::new("gone", &format!("folders = ['nowhere']\n{bare}"), "");
    assert!(gone.rp(&["run", "rp.toml", "s.jsonl"]).2.contains("rp::modules::no_folder"));
}

#[test]
fn errors_show_their_place() {
    let cases = [
        ("unknown-key", "[module.a]\npth = \"liba.so\"\n"),
        ("contradiction", "[module.a]\n\n[instance.a]\ngrants.read = [\"person\", \"*\"]\n"),
        ("syntax", "[module.a\n"),
        ("store", "[store]\npath = \"sub\"\n"),
        ("index", "[store]\nmemory = true\nindexes.note = [\"a..b\"]\n"),
    ];
    for (name, config) in cases {
        let (code, stdout, stderr) = Case::new(name, config, "").rp(&["run", "rp.toml", "s.jsonl"]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert_text(&format!("{name}.txt"), &stderr);
    }
    let (_, _, stderr) = Case::new("json", cases[1].1, "").rp(&["run", "rp.toml", "s.jsonl", "--json"]);
    let told: Value = serde_json::from_str(&stderr).expect("JSON");
    assert_eq!((told["code"].as_str(), told["line"].as_u64()), (Some("rp::config::contradictory"), Some(4)));
}

#[test]
fn a_trace_overwrites_nothing_that_is_read() {
    let case = Case::new("trace", &format!("[store]\npath = \"notes.sqlite\"\n{TWO}"), &heard("one"));
    case.play();
    for file in ["rp.toml", "s.jsonl", "notes.sqlite"] {
        let before = std::fs::read(case.folder.join(file)).expect("a file");
        let (code, _, stderr) = case.rp(&["run", "rp.toml", "s.jsonl", "--trace", file]);
        assert!(code == 2 && stderr.contains("rp::trace::is_input"), "{file}: {stderr}");
        assert!(std::fs::read(case.folder.join(file)).expect("a file") == before, "{file} was changed");
    }
}

#[test]
fn usage() {
    let case = Case::new("usage", TWO, &heard("three"));
    for (arguments, expected) in [
        (&["run", "rp.toml", "s.jsonl"][..], "rp::session::unknown_instance"),
        (&["run", "gone.toml", "s.jsonl"], "rp::config::unreadable"),
        (&["run", "rp.toml", "s.jsonl", "--config", "rp.toml"], "cannot be used with"),
        (&["run", "rp.toml", "s.jsonl", "--grant", "call=x"], "cannot be used with"),
        (&["call", "--config", "rp.toml", "three", "heard"], "rp::call::unknown_instance"),
        (&["call", "--config", "rp.toml", "two", "heard", "--init", "{}"], "cannot be used with"),
        (&["call", "--config", "rp.toml", "host", "heard"], "the host has no commands"),
        (&["call", "--config", "rp.toml", "host"], "the host has no commands"),
    ] {
        let (code, stdout, stderr) = case.rp(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
}
