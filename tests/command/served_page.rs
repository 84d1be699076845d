//! `rp run --page` and `rp trace page --serve`: a real process and raw requests. `page/live.test.mjs` opens it in a browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use support::deps;

const PING: &str = r#"{"module":"test-minimal","type":"command","payload":{"name":"ping"}}"#;

fn rp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).env_remove("RP_LOG").env("NO_COLOR", "1");
    command
}

/// A session that runs until its input ends, with a page.
struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
    path: String,
}

impl Session {
    fn start(page: &str, more: &[&str]) -> Self {
        let mut command = rp(&["run", page, "-", "--json", "--modules"]);
        command.arg(deps()).args(more);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("rp starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        stderr.read_line(&mut line).expect("UTF-8");
        let url = line.trim().strip_prefix("page: http://").unwrap_or_else(|| panic!("no address: {line}"));
        let (address, path) = url.split_at(url.find('/').expect("a path"));
        Session {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            stderr,
            address: address.parse().expect("an address"),
            path: path.to_owned(),
            child,
        }
    }

    /// Sends a step and waits for its answer.
    fn step(&mut self, step: &str) {
        writeln!(self.stdin.as_mut().expect("a pipe"), "{step}").expect("written");
        loop {
            let mut line = String::new();
            assert_ne!(self.stdout.read_line(&mut line).expect("UTF-8"), 0, "it ended");
            if line.contains(r#""response""#) {
                return;
            }
        }
    }

    fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let mut stderr = String::new();
        self.stderr.read_to_string(&mut stderr).expect("UTF-8");
        std::io::copy(&mut self.stdout, &mut std::io::sink()).expect("read");
        (self.child.wait().expect("it ends").code(), stderr)
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("it listens")
    }

    /// What is answered to these bytes.
    fn ask(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // One that is refused early reads no more.
        let _gone = stream.write_all(request);
        let mut answer = Vec::new();
        let _reset = stream.read_to_end(&mut answer);
        String::from_utf8(answer).expect("UTF-8")
    }

    fn get(&self, path: &str, fields: &str) -> String {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", self.address).as_bytes())
    }

    /// Asks for the events; their stream, behind its head.
    fn listen(&self, fields: &str) -> BufReader<TcpStream> {
        let mut stream = self.connect();
        let request = format!("GET {}events HTTP/1.1\r\nHost: {}\r\n{fields}\r\n", self.path, self.address);
        stream.write_all(request.as_bytes()).expect("written");
        let mut events = BufReader::new(stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert_ne!(events.read_line(&mut line).expect("UTF-8"), 0, "no events");
        }
        events
    }
}

/// The next event with data: its id, its kind and the first line of its data; none at the end.
fn event(events: &mut impl BufRead) -> Option<[String; 3]> {
    let mut found = [const { String::new() }; 3];
    loop {
        let mut line = String::new();
        if events.read_line(&mut line).expect("UTF-8") == 0 {
            return None;
        }
        match line.trim_end().split_once(": ").unwrap_or((line.trim_end(), "")) {
            ("id", id) => id.clone_into(&mut found[0]),
            ("event", kind) => kind.clone_into(&mut found[1]),
            ("data", data) if found[2].is_empty() => data.clone_into(&mut found[2]),
            ("", _) if !found[2].is_empty() => return Some(found),
            _ => {}
        }
    }
}

/// The ids of the messages of an event.
fn ids(data: &str) -> Vec<u64> {
    let value: Value = serde_json::from_str(data).expect("JSON");
    value["messages"]["id"].as_array().expect("ids").iter().filter_map(Value::as_u64).collect()
}

#[test]
fn other_machines_are_kept_out_and_told_why() {
    for arguments in [
        &["run", "--page=0.0.0.0:0", "-"][..],
        &["run", "--page=[::]:0", "-"],
        &["trace", "page", "t.jsonl", "--serve=192.168.1.1:8000"],
    ] {
        let output = rp(arguments).stdin(Stdio::null()).output().expect("rp runs");
        let stderr = String::from_utf8_lossy(&output.stderr).replace(char::is_whitespace, " ");
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(
            stderr.contains("seen by other machines") && stderr.contains("this machine alone"),
            "{stderr}"
        );
    }
}

#[test]
fn whoever_has_not_the_address_gets_nothing() {
    let mut session = Session::start("--page", &[]);
    assert!(session.address.ip().is_loopback());
    session.step(PING);
    let (path, host) = (session.path.clone(), session.address.to_string());
    let page = session.get(&path, "");
    let (head, html) = page.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 ") && html.starts_with("<!doctype html>"), "{head}");
    assert!(head.contains("connect-src 'self'") && head.contains("frame-ancestors 'none'"), "{head}");
    assert!(
        head.contains("Cache-Control: no-store") && head.contains("Referrer-Policy: no-referrer"),
        "{head}"
    );
    let wrong = format!("/{}/", "0".repeat(path.len() - 2));
    let giant = "X: ".to_owned() + &"y".repeat(1 << 20) + "\r\n";
    let of_host = |host: &str| format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for (request, expected) in [
        (format!("GET {wrong} HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET {wrong}events HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (format!("GET {path}../../etc/passwd HTTP/1.1\r\nHost: {host}\r\n\r\n"), 404),
        (of_host("evil.example"), 421),
        (of_host(&format!("evil.example:{}", session.address.port())), 421),
        (format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\n\r\n1234"), 405),
        (
            format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999\r\n\r\n{}",
                "x".repeat(99_999)
            ),
            405,
        ),
        (format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{giant}\r\n"), 431),
        (format!("GET {path} HTTP/1.1\r\n\r\n"), 400),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n".to_owned(), 400),
    ] {
        let answer = session.ask(request.as_bytes());
        // Of what is far too large, the answer may be lost with the connection.
        let is_lost = answer.is_empty() && request.len() > 64 << 10;
        let shown = &request[..request.len().min(90)];
        assert!(is_lost || answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{shown}: {answer}");
        assert!(!answer.contains("doctype") && !answer.contains("ping"), "{shown}: {answer}");
    }
    let (code, stderr) = session.end();
    assert_eq!((code, stderr.contains("nobody opened the page")), (Some(0), true), "{stderr}");
}

#[test]
fn events_come_once_whoever_asks_again() {
    let mut session = Session::start("--page=[::1]:0", &[]);
    session.step(PING);
    let mut events = session.listen("");
    let [place, kind, data] = event(&mut events).expect("an event");
    assert_eq!((kind.as_str(), ids(&data)), ("", vec![1, 2]));
    drop(events);
    session.step(PING);
    let mut events = session.listen(&format!("Last-Event-ID: {place}\r\n"));
    assert_eq!(ids(&event(&mut events).expect("an event")[2]), [3]);
    for strange in ["9-0", "0-99"] {
        let mut other = session.listen(&format!("Last-Event-ID: {strange}\r\n"));
        // An event without data is none; the stream ends behind it.
        let mut rest = String::new();
        other.read_to_string(&mut rest).expect("UTF-8");
        assert!(rest.contains("event: anew\ndata:\n\n"), "{rest}");
    }
    let mut fresh = session.listen("Last-Event-ID: what is this\r\n");
    assert_eq!(ids(&event(&mut fresh).expect("an event")[2])[0], 1);
    let ended = std::thread::spawn(move || session.end());
    let mut last = Vec::new();
    while let Some(one) = event(&mut events) {
        last.push(one);
    }
    let [of_shutdown, end] = &last[..] else { panic!("{last:?}") };
    assert_eq!(ids(&of_shutdown[2]), [4]);
    assert_eq!([&end[1], &end[2]], ["end", "\"The session has ended.\""]);
    let (code, stderr) = ended.join().expect("no panic");
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

/// Half requests, dead browsers and those that never read: each has its own connection and holds up nothing else.
#[test]
fn a_slow_browser_holds_up_no_message() {
    let mut session = Session::start("--page", &[]);
    let stuck: Vec<_> = (0..8)
        .map(|at| {
            let mut stream = session.connect();
            let begun = [b"".as_slice(), b"GET ", b"GET / HTTP/1.1\r\nHost: "][at % 3];
            stream.write_all(begun).expect("written");
            stream
        })
        .collect();
    let unread = session.listen("");
    // In all more than the buffers of a connection have room for: of payload and response 2 KiB each, in which every byte is escaped.
    let long = format!(
        r#"{{"module":"test-minimal","type":"command","payload":{{"name":"echo","args":{{"text":"{}"}}}}}}"#,
        r#"\""#.repeat(1000)
    );
    for _ in 0..1300 {
        session.step(&long);
    }
    let mut seen = 0;
    let mut other = session.listen("");
    while seen < 1301 {
        seen += ids(&event(&mut other).expect("an event")[2]).len();
    }
    assert!(session.get(&session.path, "").starts_with("HTTP/1.1 200 "));
    drop(other);
    let (code, stderr) = session.end();
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    drop((stuck, unread));
}

#[test]
fn there_is_room_for_some_and_the_others_are_told() {
    let session = Session::start("--page", &[]);
    let listening: Vec<_> = (0..32).map(|_| session.listen("")).collect();
    assert!(session.get(&session.path, "").starts_with("HTTP/1.1 503 "));
    let mut listening = listening.into_iter();
    let gone = listening.next().expect("a browser");
    gone.get_ref().shutdown(std::net::Shutdown::Both).expect("shut down");
    assert_eq!(session.end().0, Some(0));
}

/// The page reads the trace or the recording that is written anyway; one that is there for the page alone goes with it.
#[test]
fn the_page_reads_what_is_written_anyway() {
    let folder = tempfile::tempdir().expect("a folder");
    for option in ["--trace", "--record"] {
        let file = folder.path().join(format!("kept{option}"));
        let mut session = Session::start("--page", &[option, file.to_str().expect("UTF-8")]);
        session.step(PING);
        assert_eq!(ids(&event(&mut session.listen("")).expect("an event")[2]).len(), 2, "{option}");
        assert_eq!(session.end().0, Some(0));
        assert!(std::fs::read_to_string(&file).expect("a file").lines().count() >= 4);
    }
    let mut command = rp(&["run", "--page", "-", "--modules"]);
    let output =
        command.arg(deps()).env("TMPDIR", folder.path()).stdin(Stdio::null()).output().expect("rp runs");
    assert!(output.status.success());
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 2);
    let output = rp(&["run", "--page", "--trace", "t.jsonl.gz", "-"]).stdin(Stdio::null()).output();
    let output = output.expect("rp runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && stderr.contains("block by block"), "{stderr}");
}
