//! What the other tests here promise to find is found: each is given what must not be.

use std::collections::BTreeSet;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use rp_host::{Restart, SandboxMode};
use serde_json::{Value, json};

use super::census::{Census, runs};
use super::delivery::{Calls, Received, check};
use super::embedder::{kill, start};
use super::rows::{Came, ROWS, Row};
use super::table::{Scene, come_back};
use super::{Language, builder, in_a_process, options};

#[test]
fn what_is_left_is_counted() {
    in_a_process(what_is_left_is_counted, leave_things);
}

fn leave_things() {
    let before = Census::take();
    assert!(!before.is_exceeded());
    let (end, ended) = channel::<()>();
    let thread = thread::spawn(move || ended.recv());
    assert!(before.is_exceeded(), "a thread");
    drop(end);
    let _closed = thread.join().unwrap();
    before.await_again();
    let file = File::open("/proc/self/stat").unwrap();
    assert!(before.is_exceeded(), "a descriptor");
    drop(file);
    let mut child = Command::new("sleep").arg("60").stdin(Stdio::null()).spawn().unwrap();
    assert!(before.is_exceeded() && runs(child.id()), "a process");
    child.kill().unwrap();
    // Nobody has asked how it ended.
    support::await_that(|| !runs(child.id()), "it goes on");
    assert!(before.is_exceeded(), "a zombie");
    child.wait().unwrap();
    before.await_again();
}

/// A history of four calls and events, whole but for what the change does.
fn is_found(change: impl FnOnce(&mut Received, &mut BTreeSet<u64>)) -> bool {
    let mut received = Received { calls: (0..900).collect(), events: (0..999).collect() };
    let mut calls = Calls { made: 1000, answered: (0..800).collect() };
    change(&mut received, &mut calls.answered);
    catch_unwind(AssertUnwindSafe(|| check(&received, &calls, 10, 1000))).is_err()
}

#[test]
fn wrong_deliveries_are_found() {
    assert!(!is_found(|_, _| {}));
    assert!(is_found(|received, _| received.calls.push(7)), "a call that came twice");
    assert!(is_found(|received, _| received.events.insert(5, 4)), "an event that came twice");
    assert!(is_found(|received, _| received.events.swap(5, 6)), "two events in the wrong order");
    assert!(is_found(|received, _| received.events.truncate(980)), "events that nothing can have lost");
    assert!(is_found(|_, answered| answered.extend([950])), "an answer to what never came");
}

/// Rows that say what is not so.
#[test]
fn wrong_rows_are_found() {
    let scene = Scene::new(Language::C);
    let row = |kind: &str| ROWS.iter().find(|row| row.kind == kind).unwrap();
    let judged = |kind, came| scene.run_row(&Row::expecting(row(kind), came), SandboxMode::Off);
    for (kind, came) in [
        ("segv", Came::Says("done")),
        ("segv", Came::Fails("rp::call::exited", "SIGSEGV")),
        ("segv", Came::Fails("rp::call::crashed", "SIGBUS")),
        ("print", Came::Says("EPERM")),
        ("print", Came::Fails("rp::call::crashed", "")),
    ] {
        assert!(judged(kind, came).unwrap_err().contains("was expected"), "{kind}: {came:?}");
        scene.host.unload_all();
    }
    // Nothing else is served in this scene.
    assert!(scene.run_row(row("loop"), SandboxMode::Off).unwrap_err().contains("nobody else was served"));
}

/// An instance that is not started again.
#[test]
fn one_that_stays_away_is_found() {
    let host = builder().build();
    let options = options("faulty", SandboxMode::Off).restart(Restart::NEVER);
    let faulty = host.load_with(Language::C.library(), options).unwrap();
    faulty.command::<_, Value>("fault", &json!({"kind": "abort"})).unwrap_err();
    assert!(come_back(&faulty, 10).unwrap_err().contains("did not come back"));
}

/// A host that starts a process which nobody ends.
#[test]
fn a_process_that_outlives_its_host_is_found() {
    let left = kill(start("leave"));
    assert_eq!(
        left.iter().filter(|process| !is_worker(**process)).filter(|process| runs(**process)).count(),
        1
    );
    for process in left.into_iter().filter(|process| runs(*process)) {
        // SAFETY: a signal to a process that the host of this test made.
        unsafe { libc::kill(process as i32, libc::SIGKILL) };
    }
}

fn is_worker(process: u32) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{process}/comm"));
    name.map_or(true, |name| name.trim() != "sleep")
}
