//! Ctrl-C at a real `rp`: the first asks what is at work to stop, the second ends it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What `work` needs a minute for, unless somebody takes it back.
const LONG: &str = r#"{"steps":60000}"#;

fn rp() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.env_remove("RP_LOG").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn relay() -> PathBuf {
    let folder = Path::new(env!("CARGO_BIN_EXE_rp")).parent().expect("a folder").join("deps");
    folder.join(rp_host::library_file_name("test-relay"))
}

fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).expect("a process id");
    // SAFETY: the child is ours and has not been waited for, so its id is its own.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGINT) }, 0);
}

/// Exit code, standard output, standard error; the time limit is for a process that did not hear.
fn end(child: Child) -> (i32, String, String) {
    let started = Instant::now();
    let output = child.wait_with_output().expect("rp ends");
    assert!(started.elapsed() < Duration::from_secs(20), "it did not stop");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// Starts a call of a command, and waits until its module is at work.
fn at_work(arguments: &[&str]) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = rp().arg("call").arg(relay()).args(arguments).arg("-v").spawn().expect("rp starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.starts_with("work ") && !line.contains("at work") {
        line.clear();
        assert_ne!(stderr.read_line(&mut line).expect("UTF-8"), 0, "it ended before it was at work");
    }
    (child, stderr)
}

fn rest(mut stderr: BufReader<std::process::ChildStderr>) -> String {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut stderr, &mut text).expect("UTF-8");
    text
}

#[test]
fn the_first_asks_and_the_module_stops() {
    let (child, stderr) = at_work(&["work", LONG]);
    interrupt(&child);
    let (code, stdout, _) = end(child);
    let stderr = rest(stderr);
    assert_eq!((code, stdout.as_str()), (130, ""), "{stderr}");
    assert!(stderr.contains("rp: interrupted; asking the modules to stop"), "{stderr}");
    assert!(stderr.contains("info  test-relay: stopped after "), "the module was not told: {stderr}");
    assert!(stderr.contains("rp::call::cancelled"), "{stderr}");
}

/// A module that does not ask whether it is cancelled is not interrupted (rule 7); the second Ctrl-C ends the program.
#[test]
fn the_second_ends_a_module_that_does_not_listen() {
    let (child, stderr) = at_work(&["work", r#"{"steps":60000,"deaf":true}"#]);
    interrupt(&child);
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    let (code, ..) = end(child);
    assert_eq!(code, 130, "{}", rest(stderr));
}

#[test]
fn a_session_stops_and_says_what_was_not_sent() {
    let folder = relay().parent().expect("a folder").to_owned();
    let mut child = rp().args(["run", "-", "--json", "--modules"]).arg(folder).spawn().expect("rp starts");
    let work =
        format!(r#"{{"module":"test-relay","type":"command","payload":{{"name":"work","args":{LONG}}}}}"#);
    let heard = r#"{"module":"test-relay","type":"command","payload":{"name":"heard"}}"#;
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{heard}\n{work}\n{heard}\n{heard}").expect("rp reads");
    drop(stdin);
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains(r#""kind":"message""#) {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).expect("UTF-8"), 0, "it ended before it was at work");
    }
    std::thread::sleep(Duration::from_millis(50));
    interrupt(&child);
    let (code, _, stderr) = end(child);
    let last = stdout.lines().last().expect("a summary").expect("UTF-8");
    let summary: Value = serde_json::from_str(&last).expect("JSON");
    assert_eq!(
        (code, summary["kind"].as_str(), &summary["not_sent"]),
        (130, Some("summary"), &Value::Null),
        "{stderr}"
    );
    assert!(stderr.contains("rp::call::cancelled"), "{stderr}");
}

/// A trace that is followed: what is there, what comes, and Ctrl-C.
#[test]
fn a_trace_is_followed_until_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("t.jsonl");
    let line = |id: u32| {
        format!(
            r#"{{"time_us":1,"id":{id},"cause":0,"from":"a","to":"b","type":"t","payload":"","outcome":"success","response":"","elapsed_ns":1}}"#
        )
    };
    let mut writer = std::fs::File::create(&trace).expect("a file");
    writeln!(writer, "{}", line(1)).expect("written");
    let follow = |arguments: &[&str]| {
        rp().arg("trace").args(arguments).arg(&trace).arg("--follow").spawn().expect("rp starts")
    };
    let mut child = follow(&["list", "--json"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || lines.next().expect("a line").expect("UTF-8");
    assert_eq!(next(), line(1));
    writeln!(writer, "{}", line(2)).expect("written");
    assert_eq!(next(), line(2));
    interrupt(&child);
    assert_eq!(end(child).0, 130);
    let mut child = follow(&["--json"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut messages = || -> Value {
        let line = lines.next().expect("a line").expect("UTF-8");
        serde_json::from_str::<Value>(&line).expect("JSON")["messages"].clone()
    };
    assert_eq!(messages(), 2);
    writeln!(writer, "{}", line(3)).expect("written");
    assert_eq!(messages(), 3);
    interrupt(&child);
    assert_eq!(end(child).0, 130);
    // It ends where nobody reads it any more.
    let mut child = follow(&["list", "--json"]);
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    assert!(lines.next().is_some_and(|line| line.is_ok()));
    drop(lines);
    writeln!(writer, "{}", line(4)).expect("written");
    assert_eq!(end(child).0, 0);
}
