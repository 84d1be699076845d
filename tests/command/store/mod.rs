//! `rp store`, also beside a host that has the store open. What an export, an import and a check do, case by case, stands in
//! `host/tests/store/tools.rs`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const CONFIG: &str = "[store]\npath = \"s.sqlite\"\nindexes.note = [\"n\"]\n[module.test-relay]\n[instance.scribe]\nmodule = \"test-relay\"\n\
                      grants.write = [\"*\"]\ngrants.read = [\"*\"]\n";

fn rp(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("RP_LOG")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Exit code, standard output, standard error.
fn run(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = rp(folder, arguments).spawn().expect("rp starts");
    // One that is refused early reads nothing.
    let _gone = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("rp ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn good(folder: &Path, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(folder, arguments, "");
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}: {stdout}");
    stdout
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A host with a store, which answers one message at a time.
struct Host {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Host {
    fn start(folder: &Path) -> Self {
        std::fs::write(folder.join("rp.toml"), CONFIG).expect("written");
        let mut child = rp(folder, &["run", "rp.toml", "-", "--json"]).spawn().expect("rp starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Host { child, stdout }
    }

    /// What the store answers to a message of the scribe.
    fn send(&mut self, message_type: &str, payload: &Value) -> Value {
        let args = json!({ "type": message_type, "payload": payload });
        let line = json!({"module": "scribe", "type": "command", "payload": {"name": "send", "args": args}});
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        stdin.write_all(format!("{line}\n").as_bytes()).expect("rp reads");
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).expect("UTF-8"), 0, "rp ended");
            let mut found = json(&line);
            if found["kind"] == "message" {
                return found["response"]["data"].take();
            }
        }
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("rp ends").success());
    }
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn an_operator_looks_fills_and_copies_while_a_host_runs() {
    let (_kept, folder) = folder();
    let mut host = Host::start(&folder);
    let note = json!({"entity": "note", "operation": "create", "id": "1", "data": {"n": 1, "text": "Kew"}});
    host.send("mutation", &note);
    let got = json(&good(&folder, &["store", "get", "s.sqlite", "note/1", "--json"]));
    assert_eq!((&got["data"]["text"], &got["version"]), (&json!("Kew"), &json!(1)));
    assert_eq!(good(&folder, &["store", "put", "s.sqlite", "note/1", "{\"n\":2}"]), "note/1 is version 2\n");
    assert_eq!(
        good(&folder, &["store", "put", "s.sqlite", "note/2", "{\"of\":{\"$ref\":\"note/1\"}}"]),
        "note/2 is version 1\n"
    );
    let found = host.send("query", &json!({"entity": "note"}));
    assert!(
        found.to_string().contains(r#""count":2"#) && found.to_string().contains(r#"{"n":2}"#),
        "{found}"
    );
    let (code, _, stderr) = run(&folder, &["store", "delete", "s.sqlite", "note/1"], "");
    assert!(
        code == 1 && stderr.contains("1 refer to it, note/2 among them") && stderr.contains("--force"),
        "{stderr}"
    );
    let line = r#"{"entity":"note","id":"3","data":{"n":3}}"#;
    let merged = run(&folder, &["store", "import", "s.sqlite", "--merge", "keep"], line);
    assert_eq!(merged, (0, "entities: 1 new\n".to_owned(), String::new()));
    good(&folder, &["store", "backup", "s.sqlite", "copy.sqlite"]);
    assert_eq!(good(&folder, &["store", "check", "copy.sqlite"]), "3 entities read, no damage\n");
    let lines = good(&folder, &["store", "export", "s.sqlite"]);
    assert_eq!(good(&folder, &["store", "export", "copy.sqlite"]), lines);
    std::fs::write(folder.join("lines.jsonl"), &lines).expect("written");
    good(&folder, &["store", "import", "--create", "other.sqlite", "lines.jsonl"]);
    assert_eq!(good(&folder, &["store", "export", "other.sqlite"]), lines);
    let stats = json(&good(&folder, &["store", "stats", "s.sqlite", "--json"]));
    assert_eq!((&stats["entities"][0]["count"], &stats["indexes"][0]["path"]), (&json!(3), &json!("/n")));
    assert!(good(&folder, &["store", "stats", "s.sqlite"]).contains("ENTITY  COUNT  DATA\nnote    3      "));
    let (code, _, stderr) = run(&folder, &["store", "compact", "s.sqlite", "--wait-ms", "0"], "");
    assert!(
        code == 2 && stderr.contains("rp::store::locked") && stderr.contains("end the hosts"),
        "{stderr}"
    );
    // The host never noticed.
    assert!(
        host.send("mutation", &json!({"entity": "note", "operation": "delete", "id": "3"}))
            .to_string()
            .contains("version")
    );
    host.end();
    good(&folder, &["store", "compact", "s.sqlite"]);
    assert_eq!(good(&folder, &["store", "delete", "s.sqlite", "note/1", "--force"]), "note/1 is deleted\n");
    assert_eq!(
        good(&folder, &["store", "check", "s.sqlite"]),
        "note   references that lead to no entity, which was deleted by force: 1\n1 entities read, no damage\n"
    );
}

#[test]
fn what_is_refused_says_why_and_makes_no_file() {
    let (_kept, folder) = folder();
    std::fs::write(folder.join("text"), "a text and no store, of more than a few bytes").expect("written");
    good(&folder, &["store", "import", "--create", "s.sqlite"]);
    good(&folder, &["store", "put", "s.sqlite", "note/1", "{}"]);
    let cases: &[(&[&str], &str, i32, &[&str])] = &[
        (&["list", "typo"], "", 2, &["rp::store::not_found", "store.path"]),
        (&["put", "typo", "note/1", "{}"], "", 2, &["rp::store::not_found"]),
        (&["delete", "typo", "note/1"], "", 2, &["rp::store::not_found"]),
        (&["import", "typo"], "", 2, &["rp::store::not_found", "--create makes a new one"]),
        (&["compact", "typo"], "", 2, &["rp::store::not_found"]),
        (&["check", "typo"], "", 2, &["rp::store::not_found"]),
        (&["backup", "typo", "copy"], "", 2, &["rp::store::not_found"]),
        (&["backup", "s.sqlite", "text"], "", 2, &["rp::store::exists", "the store text"]),
        (&["backup", "s.sqlite", "none/a"], "", 2, &["rp::store::no_folder"]),
        (&["export", "text"], "", 2, &["rp::store::not_a_store"]),
        (&["import", "--create", "s.sqlite"], "", 2, &["rp::store::exists"]),
        (&["import", "s.sqlite", "none"], "", 2, &["rp::input", "none cannot be read"]),
        (&["import", "s.sqlite"], "", 2, &["rp::store::not_empty", "--merge keep"]),
        (
            &["import", "s.sqlite", "--merge", "keep"],
            "\n{}",
            1,
            &["rp::store::line", "line 2 of the import: missing field `entity`"],
        ),
        (&["get", "s.sqlite", "note/2"], "", 1, &["rp::store::no_entity", "there is no note/2"]),
        (&["get", "s.sqlite", "note"], "", 2, &["write ENTITY/ID"]),
        (&["list", "s.sqlite", "--filter", "1"], "", 2, &["rp::store::selection", "expected a JSON object"]),
        (&["put", "s.sqlite", "note/1", "[]"], "", 1, &["rp::change::refused", "data: expected an object"]),
        (&["put", "s.sqlite", "note/1", "{"], "", 2, &["rp::usage", "not valid JSON"]),
        (&["put", "s.sqlite", "A/1", "{}"], "", 2, &["rp::store::selection", "entity: expected"]),
        (&["delete", "s.sqlite", "note/2"], "", 1, &["rp::change::refused", "there is no such entity"]),
    ];
    let names = || {
        let entries =
            std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<_> = entries.collect();
        names.sort();
        names
    };
    let before = names();
    for (arguments, input, exit, expected) in cases {
        let (code, stdout, stderr) = run(&folder, &[&["store"], *arguments].concat(), input);
        assert_eq!((code, stdout.as_str()), (*exit, ""), "{arguments:?}: {stderr}");
        assert!(expected.iter().all(|text| stderr.contains(text)), "{arguments:?}: {stderr}");
    }
    assert_eq!(names(), before);
}

#[test]
fn damage_is_exit_code_1() {
    let (_kept, folder) = folder();
    good(&folder, &["store", "import", "--create", "s.sqlite"]);
    good(&folder, &["store", "put", "s.sqlite", "note/1", "{}"]);
    let mut bytes = std::fs::read(folder.join("s.sqlite")).expect("a file");
    let at = bytes.windows(6).position(|window| window == b"note1\x01").unwrap_or_else(|| {
        let text = bytes.windows(4).position(|window| window == b"note").expect("the row");
        text + 3
    });
    bytes[at] = b'\xff';
    std::fs::write(folder.join("s.sqlite"), bytes).expect("written");
    let (code, stdout, stderr) = run(&folder, &["store", "check", "s.sqlite", "--json"], "");
    let lines: Vec<Value> = stdout.lines().map(json).collect();
    let summary = lines.last().expect("a summary");
    assert_eq!((code, stderr.as_str(), &summary["kind"]), (1, "", &json!("summary")), "{stdout}");
    assert!(lines[0]["is_damage"] == true && summary["damage"].as_u64() > Some(0), "{stdout}");
}

/// Lists go as far as their reader wants them.
#[cfg(unix)]
#[test]
fn a_reader_may_leave() {
    let (_kept, folder) = folder();
    let line = |at: usize| {
        format!("{{\"entity\":\"note\",\"id\":\"{at}\",\"data\":{{\"text\":\"{}\"}}}}\n", "x".repeat(200))
    };
    let lines: String = (0..2000).map(line).collect();
    assert_eq!(run(&folder, &["store", "import", "--create", "s.sqlite"], &lines).0, 0);
    for command in ["export", "list --json", "list"] {
        let script =
            format!("set -o pipefail; {} store {command} s.sqlite | head -n 1", env!("CARGO_BIN_EXE_rp"));
        let output =
            Command::new("bash").args(["-c", &script]).current_dir(&folder).output().expect("bash starts");
        let stdout = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            output.status.success() && stdout.lines().count() == 1 && output.stderr.is_empty(),
            "{command}: {stdout}"
        );
    }
}
