//! Many clients at a socket.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStderr};
use std::time::Duration;

use serde_json::{Value, json};

use super::{LONG, command, folder, module, parse, pipe, rp, signal, wait_for, work};

/// `rp serve -v --socket`.
struct Server {
    child: Child,
    stderr: BufReader<ChildStderr>,
}

impl Server {
    fn start(path: &Path, more: &[&str]) -> Self {
        let path = path.to_str().expect("UTF-8");
        let mut child = rp(&[&["-v", "--socket", path], more].concat()).spawn().expect("rp starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        wait_for(&mut stdout, &format!("serving at {path}\n"));
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        Server { child, stderr }
    }

    fn stop(mut self) {
        signal(&self.child, libc::SIGTERM);
        assert_eq!(self.child.wait().expect("rp ends").code(), Some(0));
    }
}

struct Peer {
    stream: UnixStream,
    lines: BufReader<UnixStream>,
}

impl Peer {
    fn connect(path: &Path) -> Self {
        let stream = UnixStream::connect(path).expect("it listens");
        let lines = BufReader::new(stream.try_clone().expect("a second handle"));
        Peer { stream, lines }
    }

    fn send(&mut self, request: &Value) {
        // In one piece: many small ones fill the buffer of a socket soon.
        self.stream.write_all(format!("{request}\n").as_bytes()).expect("rp reads");
    }

    /// The next line; None where the connection has ended.
    fn receive(&mut self) -> Option<Value> {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("UTF-8");
        (!line.is_empty()).then(|| parse(&line))
    }
}

#[test]
fn eight_clients_get_each_answer_once() {
    const REQUESTS: u64 = 100;
    let (_kept, path) = folder();
    let server = Server::start(&path, &[&module("test-concurrent"), &module("test-minimal")]);
    std::thread::scope(|scope| {
        for client in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let mut peer = Peer::connect(path);
                for at in 0..REQUESTS {
                    let text = format!("{client}/{at}");
                    peer.send(&command(text.clone(), "test-minimal", "echo", &json!({ "text": text })));
                    peer.send(&command(
                        format!("+{text}"),
                        "test-concurrent",
                        "count",
                        &json!({ "name": "all" }),
                    ));
                }
                let mut answered = std::collections::BTreeSet::new();
                for _ in 0..2 * REQUESTS {
                    let line = peer.receive().expect("an answer");
                    let id = line["id"].as_str().expect("an id").to_owned();
                    assert!(id.starts_with('+') || line["data"]["text"] == line["id"], "{line}");
                    assert!(answered.insert(id), "answered twice: {line}");
                }
            });
        }
    });
    let mut peer = Peer::connect(&path);
    peer.send(&command(0, "test-concurrent", "counts", &json!({})));
    assert_eq!(peer.receive().expect("an answer")["data"]["all"], 8 * REQUESTS);
    // Half a connection is enough for who has asked all.
    peer.send(&command(1, "test-minimal", "ping", &json!({})));
    peer.stream.shutdown(std::net::Shutdown::Write).expect("a connection");
    assert_eq!(peer.receive().expect("an answer")["id"], 1);
    assert_eq!(peer.receive(), None);
    server.stop();
    assert!(!path.exists());
}

#[test]
fn a_client_that_is_gone_has_its_requests_cancelled() {
    let (_kept, path) = folder();
    let mut server = Server::start(&path, &[&module("test-relay"), &module("test-minimal")]);
    // One request with an id and one without; with others behind it that nobody reads any more.
    for has_id in [true, false] {
        let mut peer = Peer::connect(&path);
        let mut request = work(1, LONG);
        if !has_id {
            request.as_object_mut().expect("an object").remove("id");
        }
        peer.send(&request);
        wait_for(&mut server.stderr, "work ");
        for at in 0..40 {
            peer.send(&command(at, "test-relay", "heard", &json!({})));
        }
        drop(peer);
        wait_for(&mut server.stderr, "test-relay: stopped after ");
    }
    let mut other = Peer::connect(&path);
    other.send(&command(1, "test-minimal", "ping", &json!({})));
    assert_eq!(other.receive().expect("an answer")["data"]["reply"], "pong");
    server.stop();
}

/// Sends as much as fits.
fn fill(peer: &mut Peer, request: &str) -> usize {
    peer.stream.set_write_timeout(Some(Duration::from_millis(300))).expect("a time limit");
    for sent in 0.. {
        match peer.stream.write_all(request.as_bytes()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return sent,
            Err(error) => panic!("{error}"),
        }
    }
    unreachable!("rp keeps no more than some")
}

fn resident_kib(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().split(' ').next().expect("a number").parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_does_not_read_costs_little_and_holds_up_nobody() {
    let (_kept, path) = folder();
    let mut server =
        Server::start(&path, &["--requests", "4", &module("test-minimal"), &module("test-relay")]);
    let mut slow = Peer::connect(&path);
    slow.send(&json!({"id": 0, "module": "host", "type": "subscribe", "payload": {"pattern": "*"}}));
    assert_eq!(slow.receive().expect("an answer")["status"], "success");
    let request =
        command(1, "test-minimal", "echo", &json!({ "text": "x".repeat(1 << 20) })).to_string() + "\n";
    let sent = fill(&mut slow, &request);
    assert!((4..40).contains(&sent), "{sent}");
    let mut other = Peer::connect(&path);
    for at in 0..3000 {
        // Events that the slow one does not take.
        other.send(&json!({"id": at, "module": "host", "type": "event", "payload": {"event": "told", "data": {"at": at}}}));
        assert_eq!(other.receive().expect("an answer")["id"], at);
    }
    let used = resident_kib(&server.child);
    assert!(used < 200_000, "{used} KiB");
    // What was sent whole is answered as soon as it is read, and the events say how many were dropped.
    let (mut answered, mut missed) = (0, 0);
    while answered < sent || missed == 0 {
        let line = slow.receive().expect("a line");
        answered += usize::from(line["id"] == 1);
        missed += line["missed"].as_u64().unwrap_or(0);
    }
    drop((slow, other));
    signal(&server.child, libc::SIGTERM);
    assert_eq!(server.child.wait().expect("rp ends").code(), Some(0));
}

#[test]
fn the_file_of_the_socket_is_private_and_never_taken_from_another() {
    let (_kept, path) = folder();
    let text = path.to_str().expect("UTF-8");
    std::fs::write(&path, "a file").expect("written");
    let (code, _, stderr) = pipe(&["--socket", text], b"");
    assert!(code == Some(2) && stderr.contains("there is a file of that name"), "{stderr}");
    std::fs::remove_file(&path).expect("removed");

    let mut server = Server::start(&path, &[]);
    let found = std::fs::metadata(&path).expect("a socket");
    assert!(found.file_type().is_socket() && found.permissions().mode() & 0o777 == 0o600, "{found:?}");
    let (code, _, stderr) = pipe(&["--socket", text], b"");
    assert!(code == Some(2) && stderr.contains("rp::serve::in_use"), "{stderr}");
    // SIGKILL: the file stays, and the next one takes its place.
    let mut peer = Peer::connect(&path);
    // Once it was answered it is no longer in the queue of connections, which the end of the server resets.
    peer.send(&command("x", "test-minimal", "ping", &json!({})));
    assert_eq!(peer.receive().expect("an answer")["id"], "x");
    server.child.kill().expect("killed");
    server.child.wait().expect("it ends");
    assert_eq!(peer.receive(), None);
    assert!(path.exists());
    let server = Server::start(&path, &[]);
    let mut peer = Peer::connect(&path);
    peer.send(&command("x", "test-minimal", "ping", &json!({})));
    assert_eq!(peer.receive().expect("an answer")["id"], "x");
    server.stop();
    assert!(!path.exists());
}

#[test]
fn there_is_room_for_so_many_clients() {
    let (_kept, path) = folder();
    let server = Server::start(&path, &["--clients", "1"]);
    let mut first = Peer::connect(&path);
    first.send(&command(1, "test-minimal", "ping", &json!({})));
    first.receive().expect("an answer");
    let mut second = Peer::connect(&path);
    assert_eq!(second.receive().expect("a refusal")["code"], "rp::serve::full");
    assert_eq!(second.receive(), None);
    first.stream.shutdown(std::net::Shutdown::Write).expect("a connection");
    assert_eq!(first.receive(), None);
    server.stop();
}

#[test]
fn a_signal_ends_idle_clients_and_lets_the_others_finish() {
    let (_kept, path) = folder();
    let mut server = Server::start(&path, &[&module("test-relay")]);
    let (mut idle, mut busy) = (Peer::connect(&path), Peer::connect(&path));
    busy.send(&work(1, 200));
    wait_for(&mut server.stderr, "work ");
    signal(&server.child, libc::SIGTERM);
    assert_eq!(busy.receive().expect("an answer")["data"]["done"], 200);
    assert_eq!((idle.receive(), busy.receive()), (None, None));
    assert_eq!(server.child.wait().expect("rp ends").code(), Some(0));
    assert!(!path.exists());
}
