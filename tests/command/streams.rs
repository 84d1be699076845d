//! Sessions that come through a pipe are played as they come, and no session is kept in memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

const PING: &str = r#"{"module":"test-minimal-c","type":"command","payload":{"name":"ping"}}"#;

fn rp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).env_remove("RP_LOG").stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn temporary(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

struct Played {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Played {
    fn start(arguments: &[&str]) -> Self {
        let mut child = rp(&[&["run", "-", "--json"], arguments].concat()).spawn().expect("rp starts");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdout }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().expect("a pipe"), "{line}").expect("rp reads");
    }

    /// The next line of a kind.
    fn hear(&mut self, kind: &str) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).expect("UTF-8"), 0, "no {kind} came");
            let value: Value = serde_json::from_str(&line).expect("JSON");
            if value["kind"] == kind {
                return value;
            }
        }
    }

    /// Exit code, summary, standard error.
    fn end(mut self) -> (Option<i32>, Value, String) {
        drop(self.child.stdin.take());
        let summary = self.hear("summary");
        let output = self.child.wait_with_output().expect("rp ends");
        (output.status.code(), summary, String::from_utf8(output.stderr).expect("UTF-8"))
    }
}

#[test]
fn each_line_is_answered_before_the_next_one_is_there() {
    let mut played = Played::start(&[]);
    for number in 1..4 {
        played.say(PING);
        assert_eq!(played.hear("message")["line"], number);
    }
    let (code, summary, stderr) = played.end();
    assert_eq!(
        (code, &summary["messages"], &summary["not_sent"]),
        (Some(0), &3.into(), &0.into()),
        "{stderr}"
    );
}

/// What stands before a wrong line was played; a file is not begun.
#[test]
fn a_wrong_line_ends_a_stream_where_it_stands() {
    let wrong = [
        (r#"{"module":"test-minimal-c"}"#, "rp::session::malformed", 1),
        (r#"{"module":"test-minimal-c","type":"x","payload":{"v":"${no.x}"}}"#, "rp::session::malformed", 1),
        (r#"{"module":"nobody-has-this","type":"x"}"#, "rp::modules::not_found", 2),
    ];
    for (line, code, exit) in wrong {
        let text = format!("{PING}\n{line}\n{PING}\n");
        let mut child = rp(&["run", "-", "--json"]).spawn().expect("rp starts");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("rp reads");
        let output = child.wait_with_output().expect("rp ends");
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(exit), "{line}: {stderr}");
        assert_eq!(stdout.matches(r#""kind":"message""#).count(), 1, "{line}: {stdout}");
        let error: Value = serde_json::from_str(stderr.trim()).expect("one error");
        assert_eq!((&error["code"], &error["line"]), (&code.into(), &2.into()), "{line}");

        let file = temporary("streams-wrong.jsonl");
        std::fs::write(&file, text).expect("written");
        let output = rp(&["run", file.to_str().expect("UTF-8"), "--json"]).output().expect("rp starts");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(exit), 0), "{line}");
    }
}

#[test]
fn keep_going_passes_over_a_line_that_is_none() {
    let mut played = Played::start(&["--keep-going"]);
    [PING, "{", PING].into_iter().for_each(|line| played.say(line));
    let (code, summary, stderr) = played.end();
    let found = (code, &summary["messages"], &summary["failed"], &summary["not_sent"]);
    assert_eq!(found, (Some(1), &2.into(), &1.into(), &0.into()), "{stderr}");
}

/// Whoever presses Ctrl-C while nothing comes is heard.
#[test]
fn waiting_for_a_line_can_be_given_up() {
    let mut played = Played::start(&[]);
    played.say(PING);
    played.hear("message");
    let id = i32::try_from(played.child.id()).expect("a process id");
    // SAFETY: the child is ours and has not been waited for, so its id is its own.
    assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
    assert_eq!(played.hear("summary")["not_sent"], Value::Null);
    // Standard input is still open.
    assert_eq!(played.child.wait().expect("rp ends").code(), Some(130));
}

#[test]
fn a_line_without_end_is_refused() {
    let mut child = rp(&["run", "-"]).spawn().expect("rp starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let piece = vec![b'x'; 1 << 20];
    // The rest is not read.
    while stdin.write_all(&piece).is_ok() {}
    let output = child.wait_with_output().expect("rp ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("longer than 67108864 bytes"), "{stderr}");
}

/// Exit code, and the most memory that a run of this input took, in KiB.
#[cfg(target_os = "linux")]
#[expect(clippy::zombie_processes, reason = "wait4(2) below takes the child in, and tells what it took")]
fn most_memory(arguments: &[&str], input: Stdio) -> (i32, i64) {
    let child =
        rp(arguments).stdin(input).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("rp starts");
    let id = i32::try_from(child.id()).expect("a process id");
    let mut status = 0;
    // SAFETY: the all-zero rusage is one; wait4(2) writes into it and the status, for a child of ours.
    let usage = unsafe {
        let mut usage: libc::rusage = core::mem::zeroed();
        assert_eq!(libc::wait4(id, &mut status, 0, &mut usage), id);
        usage
    };
    (libc::WEXITSTATUS(status), usage.ru_maxrss)
}

/// The session is several times as large as what its player may take.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_session() {
    const LINES: usize = 2000;
    let path = temporary("streams-long.jsonl");
    let mut file = std::io::BufWriter::new(File::create(&path).expect("made"));
    let pad = "x".repeat(64 << 10);
    for _ in 0..LINES {
        let payload = format!(r#"{{"name":"ping","args":{{"pad":"{pad}"}}}}"#);
        writeln!(file, r#"{{"module":"test-minimal-c","type":"command","payload":{payload}}}"#)
            .expect("written");
    }
    drop(file);
    let name = path.to_str().expect("UTF-8");
    for (arguments, input) in [
        (["run", name].as_slice(), Stdio::null()),
        (["run", "-"].as_slice(), File::open(&path).expect("there").into()),
    ] {
        let (code, kibibytes) = most_memory(arguments, input);
        assert_eq!(code, 0, "{arguments:?}");
        assert!(kibibytes < 60 << 10, "{arguments:?}: {kibibytes} KiB for a session of 128 MiB");
    }
    std::fs::remove_file(path).expect("removed");
}

/// Runs `rp` with an input; answers its exit code, standard output and standard error.
fn answer(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut child = rp(arguments).spawn().expect("rp starts");
    // One that reads a file instead may have ended already.
    let _gone = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("rp ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// As programs on Windows write it: a byte order mark first, and `\r\n` at the end of lines.
#[test]
fn text_of_windows_is_read() {
    let stale =
        r#"{"module":"test-minimal-c","type":"command","payload":{"name":"ping"},"expect":{"data":7}}"#;
    let session = format!("\u{feff}{PING}\r\n\r\n// a comment\r\n{PING}\r\n");
    let (file, updated, config) =
        (temporary("windows.jsonl"), temporary("windows-updated.jsonl"), temporary("windows.toml"));
    std::fs::write(&file, &session).expect("written");
    std::fs::write(&updated, format!("\u{feff}{stale}\r\n{PING}\r\n")).expect("written");
    std::fs::write(&config, "\u{feff}[module.test-minimal-c]\r\n").expect("written");
    let [file, updated_file, config] = [&file, &updated, &config].map(|path| path.to_str().expect("UTF-8"));
    for (session, input) in [(file, ""), ("-", session.as_str())] {
        let (code, stdout, stderr) = answer(&["run", session, "--json"], input);
        assert!(code == Some(0) && stdout.contains(r#""messages":2,"#), "{session}: {stdout}{stderr}");
    }
    let (code, _, stderr) = answer(&["run", "--update", updated_file], "");
    let text = std::fs::read_to_string(&updated).expect("readable");
    assert_eq!(code, Some(0), "{stderr}");
    assert!(text.starts_with("\u{feff}{\"module\"") && !text.contains("\"data\":7"), "{text}");
    assert!(text.ends_with(&format!("}}\r\n{PING}\r\n")), "{text}");
    let call = ["call", "--json", "--config", config, "test-minimal-c", "echo", "-"];
    let (code, stdout, stderr) = answer(&call, "\u{feff}{\"text\":\"ä\"}\r\n");
    assert!(code == Some(0) && stdout.contains(r#"{"text":"ä"}"#), "{stdout}{stderr}");
    let (code, stdout, stderr) = answer(&["serve"], &format!("\u{feff}{PING}\r\n"));
    assert!(code == Some(0) && stdout.contains(r#""status":"success""#), "{stdout}{stderr}");
}
