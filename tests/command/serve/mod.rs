//! `rp serve`: real processes, pipes and sockets. What a line is refused for, case by case, stands in
//! `cli/commands/serve/request.rs`.

mod socket;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::{Value, json};

/// What `work` of test-relay needs a minute for, unless somebody cancels it.
const LONG: u64 = 60_000;

fn rp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.arg("serve").args(arguments).env_remove("RP_LOG").env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The file of a module.
fn module(name: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder").join("deps");
    folder.join(rp_host::library_file_name(name)).to_str().expect("UTF-8").to_owned()
}

fn command(id: impl Into<Value>, module: &str, name: &str, args: &Value) -> Value {
    json!({"id": id.into(), "module": module, "type": "command", "payload": {"name": name, "args": args}})
}

fn work(id: u64, steps: u64) -> Value {
    command(id, "test-relay", "work", &json!({ "steps": steps }))
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Gives all lines at once; answers the exit code and the lines of both outputs.
fn pipe(arguments: &[&str], input: &[u8]) -> (Option<i32>, Vec<Value>, String) {
    let mut child = rp(arguments).spawn().expect("rp starts");
    // One that ended early reads nothing.
    let _gone = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("rp ends");
    let lines = String::from_utf8(output.stdout).expect("UTF-8").lines().map(parse).collect();
    (output.status.code(), lines, String::from_utf8(output.stderr).expect("UTF-8"))
}

/// Reads until a line has the text.
fn wait_for(stderr: &mut impl BufRead, text: &str) {
    let (mut line, mut all) = (String::new(), String::new());
    while !line.contains(text) {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).expect("UTF-8"), 0, "it ended without {text:?}: {all}");
        all += &line;
    }
}

/// Sends a signal to a process that is ours and has not been waited for.
fn signal(child: &Child, number: i32) {
    let pid = i32::try_from(child.id()).expect("a process id");
    // SAFETY: the child is ours and has not been waited for, so its id is its own.
    assert_eq!(unsafe { libc::kill(pid, number) }, 0);
}

/// `rp serve -v` at standard input and output.
struct Piped {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Piped {
    fn start(arguments: &[&str]) -> Self {
        let mut child = rp(arguments).arg("-v").spawn().expect("rp starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        Piped { child, stdout, stderr }
    }

    fn send(&mut self, request: &Value) {
        writeln!(self.child.stdin.as_mut().expect("a pipe"), "{request}").expect("rp reads");
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        assert_ne!(self.stdout.read_line(&mut line).expect("UTF-8"), 0, "rp ended");
        parse(&line)
    }

    /// Exit code and what else was written to standard error.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.stderr.read_to_string(&mut rest).expect("UTF-8");
        (self.child.wait().expect("rp ends").code(), rest)
    }
}

#[test]
fn lines_are_answered_in_their_order_or_by_their_id() {
    let ordered = |at: u64| {
        let mut request = command(at, "test-minimal", "echo", &json!({ "at": at }));
        request.as_object_mut().expect("an object").remove("id");
        request.to_string() + "\n"
    };
    let input: String = (0..50).map(ordered).collect();
    let (code, lines, stderr) = pipe(&[&module("test-minimal")], input.as_bytes());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let found: Vec<_> = lines.iter().map(|line| line["data"]["at"].as_u64()).collect();
    assert_eq!(found, (0..50).map(Some).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line.get("id").is_none() && line["status"] == "success"));

    let input: String =
        (0..50).map(|at| command(at, "test-minimal", "echo", &json!({})).to_string() + "\n").collect();
    let (code, lines, _) = pipe(&[], input.as_bytes());
    let mut ids: Vec<_> = lines.iter().map(|line| line["id"].as_u64().expect("a number")).collect();
    ids.sort_unstable();
    assert_eq!((code, ids), (Some(0), (0..50).collect::<Vec<_>>()));
}

#[test]
fn bytes_pass_as_they_are_and_hostile_lines_do_not_end_anything() {
    let long = [&b"{\"id\":1,\"module\":\""[..], &vec![b'x'; 65 << 20], b"\"}"].concat();
    let lines: &[(&[u8], &str)] = &[
        (
            br#"{"id":"a","module":"test-minimal","type":"command","payload":{"name":"echo","args":{"b" : 0.1111111111111105555,"n":1e400}}}"#,
            r#"{"id":"a","status":"success","data":{"b" : 0.1111111111111105555,"n":1e400}}"#,
        ),
        (b"hello", "rp::serve::malformed"),
        (b"\xff\xfe", "rp::serve::malformed"),
        (b"{\"id\":1}", r#"{"id":1,"status":"error","error":"missing field `module`"#),
        (&[b'['; 100_000], "not a JSON object"),
        (&long, "a line is longer than 67108864 bytes"),
        (br#"{"id":2,"module":"test-minimul","type":"describe"}"#, "rp::serve::unknown_instance"),
        (br#"{"id":3,"module":"../x","type":"describe"}"#, "there is no instance ../x"),
        (br#"{"id":4,"module":"host","type":"query","payload":{"entity":"note"}}"#, r#""code":"not_supported""#),
        (br#"{"id":5,"module":"test-minimal","type":"command","payload":{"name":"sing"}}"#, r#""code":"unknown_command""#),
        (br#"{"id":6,"module":"host","type":"subscribe","payload":{}}"#, "missing field `pattern`"),
        (br#"{"id":7,"module":"host","type":"unsubscribe","payload":{"pattern":"a"}}"#, "rp::serve::not_subscribed"),
        (b"{\"id\":8,\"module\":\"test-minimal\",\"type\":\"a\\u0000\",\"payload\":{}}", r#""code":"unknown_type""#),
        (br#"{"id":9,"module":"test-minimal","type":"command","payload":{"name":"ping"}}"#, "pong"),
    ];
    let mut child = rp(&[&module("test-minimal")]).spawn().expect("rp starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    for (line, expected) in lines {
        let stdin = child.stdin.as_mut().expect("a pipe");
        stdin.write_all(line).and_then(|()| stdin.write_all(b"\n")).expect("rp reads");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("UTF-8");
        assert!(
            answer.contains(expected),
            "{}: {answer}",
            String::from_utf8_lossy(&line[..line.len().min(200)])
        );
    }
    let last = parse(r#"{"id":2,"module":"test-minimul","type":"describe"}"#);
    writeln!(child.stdin.as_mut().expect("a pipe"), "{last}").expect("rp reads");
    let mut answer = String::new();
    stdout.read_line(&mut answer).expect("UTF-8");
    assert!(
        parse(&answer)["help"].as_str().expect("help").starts_with("did you mean test-minimal?"),
        "{answer}"
    );
    drop(child.stdin.take());
    assert!(child.wait().expect("rp ends").success());
}

#[test]
fn the_owner_fills_the_store_and_hears_events() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("rp.toml");
    let text = format!(
        "[store]\nmemory = true\n[module.test-relay]\npath = '{}'\n[instance.scribe]\nmodule = \"test-relay\"\n\
         grants.emit = [\"*\"]\nlimits.deadline_ms = 50\n",
        module("test-relay")
    );
    std::fs::write(&config, text).expect("written");
    let mut rp = Piped::start(&[config.to_str().expect("UTF-8")]);
    let owner = |id: u64, message_type: &str, payload: Value| json!({"id": id, "module": "host", "type": message_type, "payload": payload});
    for (id, pattern) in [(1, "entity.*"), (2, "told")] {
        rp.send(&owner(id, "subscribe", json!({ "pattern": pattern })));
        assert_eq!(rp.receive(), json!({"id": id, "status": "success"}));
    }
    rp.send(&owner(
        3,
        "mutation",
        json!({"entity": "note", "operation": "create", "id": "1", "data": {"n": 1}}),
    ));
    let mut lines = [rp.receive(), rp.receive()];
    lines.sort_by_key(|line| line.get("id").is_none());
    assert_eq!((&lines[0]["id"], &lines[0]["data"]["version"]), (&json!(3), &json!(1)));
    assert_eq!((&lines[1]["event"], &lines[1]["data"]["id"]), (&json!("entity.created"), &json!("1")));
    rp.send(&owner(4, "query", json!({"entity": "note"})));
    assert_eq!(rp.receive()["data"]["count"], 1);
    let event = json!({"type": "event", "payload": {"event": "told", "data": {"x": [1]}}});
    rp.send(&command(5, "scribe", "send", &event));
    let mut lines = [rp.receive(), rp.receive()];
    lines.sort_by_key(|line| line.get("id").is_none());
    assert_eq!(
        (&lines[0]["id"], &lines[1]["from"], &lines[1]["data"]),
        (&json!(5), &json!("scribe"), &json!({"x": [1]}))
    );
    rp.send(&owner(6, "unsubscribe", json!({"pattern": "entity.*"})));
    rp.receive();
    rp.send(&owner(7, "mutation", json!({"entity": "note", "operation": "delete", "id": "1"})));
    assert_eq!(rp.receive()["id"], 7);
    // The configuration's deadline, and one of the request.
    for request in [command(8, "scribe", "work", &json!({ "steps": LONG })), {
        let mut request = command(9, "scribe", "work", &json!({ "steps": LONG }));
        request["deadline_ms"] = json!(1);
        request
    }] {
        rp.send(&request);
        let line = rp.receive();
        assert_eq!((&line["id"], &line["status"]), (&request["id"], &json!("error")), "{line}");
        let is_late = [json!("rp::call::timeout"), json!("cancelled")].contains(&line["code"]);
        assert!(is_late, "{line}");
    }
    assert_eq!(rp.end().0, Some(0));
}

#[test]
fn the_end_of_the_input_lets_requests_finish() {
    let mut rp = Piped::start(&[&module("test-relay")]);
    rp.send(&work(1, 200));
    wait_for(&mut rp.stderr, "work ");
    drop(rp.child.stdin.take());
    assert_eq!(rp.receive(), json!({"id": 1, "status": "success", "data": {"done": 200}}));
    assert_eq!(rp.end().0, Some(0));
}

#[test]
fn a_signal_lets_requests_finish_within_a_limit() {
    for number in [libc::SIGTERM, libc::SIGINT] {
        let mut rp = Piped::start(&[&module("test-relay")]);
        rp.send(&work(1, 200));
        wait_for(&mut rp.stderr, "work ");
        signal(&rp.child, number);
        assert_eq!(rp.receive()["data"]["done"], 200);
        assert_eq!(rp.child.wait().expect("rp ends").code(), Some(0));
    }
    let mut rp = Piped::start(&["--stop-ms", "1", &module("test-relay")]);
    rp.send(&work(1, LONG));
    wait_for(&mut rp.stderr, "work ");
    signal(&rp.child, libc::SIGTERM);
    let line = rp.receive();
    assert_eq!((&line["id"], &line["status"]), (&json!(1), &json!("error")), "{line}");
    let (code, rest) = rp.end();
    assert!(code == Some(1) && rest.contains("rp::serve::unfinished"), "{code:?} {rest}");
}

/// As `rp serve | head -n 1` does.
#[test]
fn whoever_closes_the_output_cancels_the_requests() {
    let Piped { mut child, stdout, mut stderr } = Piped::start(&[&module("test-relay")]);
    writeln!(child.stdin.as_mut().expect("a pipe"), "{}", work(1, LONG)).expect("rp reads");
    wait_for(&mut stderr, "work ");
    drop(stdout);
    wait_for(&mut stderr, "test-relay: stopped after ");
    // The input is still open.
    assert_eq!(child.wait().expect("rp ends").code(), Some(0));
}

/// Modules in processes of their own and others.
#[test]
#[cfg(target_os = "linux")]
fn the_instances_and_their_workers_are_told() {
    let file = tempfile::tempdir().expect("a folder");
    let file = file.path().join("rp.toml");
    let isolated = format!(
        "[module.test-minimal]\npath = '{}'\nloader = 'isolated'\nisolated.sandbox.mode = 'off'",
        module("test-minimal")
    );
    std::fs::write(&file, format!("{isolated}\n[module.test-relay]\npath = '{}'\n", module("test-relay")))
        .expect("written");
    let mut rp = Piped::start(&[file.to_str().expect("UTF-8")]);
    rp.send(&json!({"id": 1, "module": "host", "type": "instances"}));
    let line = rp.receive();
    let (minimal, relay) = (&line["data"]["instances"][0], &line["data"]["instances"][1]);
    let pid = minimal["worker"]["pid"].as_i64().expect("a process");
    rp.send(&json!({"id": 3, "module": "host", "type": "metrics"}));
    let metrics = rp.receive();
    let (measured, beside) = (&metrics["data"]["instances"][0], &metrics["data"]["instances"][1]);
    assert!(measured["memory_bytes"].as_u64() > Some(4096), "{metrics}");
    assert_eq!(
        (&beside["memory_bytes"], &beside["messages"][0]["type"]),
        (&Value::Null, &json!("init")),
        "{metrics}"
    );
    let expected = |restarts: u64, pid: &Value| json!({"pid": pid, "state": "running", "restarts": restarts, "is_sandboxed": false});
    assert_eq!(minimal["worker"], expected(0, &json!(pid)), "{line}");
    assert_eq!(
        (&minimal["instance"], &minimal["is_ready"], &relay["instance"], &relay["worker"]),
        (&json!("test-minimal"), &json!(true), &json!("test-relay"), &Value::Null),
        "{line}"
    );
    // SAFETY: it is the process of an instance that is loaded.
    assert_eq!(unsafe { libc::kill(pid.try_into().expect("a process id"), libc::SIGKILL) }, 0);
    wait_for(&mut rp.stderr, "it was started again");
    rp.send(&json!({"id": 2, "module": "host", "type": "instances"}));
    let line = rp.receive();
    let worker = &line["data"]["instances"][0]["worker"];
    assert_ne!(worker["pid"], pid, "{line}");
    assert_eq!(*worker, expected(1, &worker["pid"]), "{line}");
    assert_eq!(rp.end().0, Some(0));
}

#[test]
fn what_is_refused_at_once() {
    let minimal = module("test-minimal");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["no.toml"], 2, "rp::config::unreadable"),
        (&["none.so"], 2, "rp::load::not_found"),
        (&["rp.toml", &minimal], 2, "rp.toml: an rp.toml names all modules"),
        (&["rp.toml", "--grant", "read=*"], 2, "--grant, --wasm-limit and --isolated do not go"),
        (&["--modules", "none"], 2, "rp::modules::no_folder"),
        (&["--requests", "0"], 2, "invalid value '0'"),
        (&["--socket", "/"], 2, "rp::serve::socket"),
        (&["--socket", "none/s.sock"], 2, "rp::serve::socket"),
    ];
    for (arguments, exit, expected) in cases {
        let (code, lines, stderr) = pipe(arguments, b"");
        assert!(
            code == Some(*exit) && lines.is_empty() && stderr.contains(expected),
            "{arguments:?}: {stderr}"
        );
    }
}

/// A folder for sockets, whose path is short enough for one.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("s.sock");
    (folder, path)
}
