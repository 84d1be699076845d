//! What befalls the process around the host: it is killed, or it takes away the news of its children's ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rp_host::{CallOptions, Host, SandboxMode};
use serde_json::{Value, json};
use support::{await_that, is_full};

use super::census::{children, runs};
use super::table::await_served;
use super::{Language, builder, in_a_process, options};

/// What a host does that is to be killed.
const DOING: &str = "RP_TEST_HOST";

/// Not a test: the host that the test below kills.
#[test]
#[ignore = "it is a program for another test"]
fn a_host() {
    let Ok(doing) = std::env::var(DOING) else { return };
    let host = builder().build();
    let load = |name: &str, mode| host.load_with(Language::C.library(), options(name, mode)).unwrap();
    let sandboxed = load("sandboxed", SandboxMode::Required);
    let open = load("open", SandboxMode::Off);
    // It no longer gets the signal that the kernel sends when its host ends.
    let came: Value = open.command("fault", &json!({"kind": "outlive host"})).unwrap();
    assert_eq!(came["came"], "done");
    let sleep = || Command::new("sleep").arg("60").stdout(Stdio::null()).spawn().unwrap();
    let _left = (doing == "leave").then(sleep);
    println!("{DOING} is ready");
    match doing.as_str() {
        "call" => thread::scope(|scope| {
            for instance in [&sandboxed, &open] {
                scope.spawn(|| instance.command::<_, Value>("fault", &json!({"kind": "deaf"})));
            }
        }),
        "spawn" => loop {
            load("next", SandboxMode::Required).unload().unwrap();
        },
        _ => loop {
            thread::park();
        },
    }
}

/// Starts a host, and waits until it is ready.
pub fn start(doing: &str) -> Child {
    let path = std::any::type_name_of_val(&a_host);
    let (_, name) = path.split_once("::").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([name, "--exact", "--ignored", "--nocapture"]).env(DOING, doing);
    let mut host = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(host.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("is ready")), "the host ended");
    host
}

/// A line of `/proc/PROCESS/status`.
fn status(process: u32, key: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned())
}

/// Whether it ignores SIGTERM, as `deaf` does.
fn is_deaf(process: &u32) -> bool {
    let ignored = status(*process, "SigIgn:").and_then(|mask| u64::from_str_radix(&mask, 16).ok());
    ignored.is_some_and(|mask| mask & (1 << (libc::SIGTERM - 1)) != 0)
}

fn signal(process: u32, number: i32) {
    // SAFETY: a child that has not been waited for, so its id is its own.
    assert_eq!(unsafe { libc::kill(process as i32, number) }, 0);
}

/// Ends a host without a word; the processes that it had started.
pub fn kill(mut host: Child) -> Vec<u32> {
    signal(host.id(), libc::SIGSTOP);
    await_that(
        || status(host.id(), "State:").is_some_and(|state| state.starts_with('T')),
        "it does not stop",
    );
    let workers = children(host.id());
    host.kill().unwrap();
    host.wait().unwrap();
    workers
}

/// A host that is killed takes all its workers with it: those at rest, those at work, and one that begins.
#[test]
fn a_killed_host_leaves_no_worker() {
    let times = if is_full() { 100 } else { 20 };
    let mut seen = 0;
    for time in 0..times {
        let doing = ["idle", "call", "spawn"][time % 3];
        let host = start(doing);
        if doing == "call" {
            let is_at_work = || children(host.id()).iter().filter(|process| is_deaf(process)).count() == 2;
            await_that(is_at_work, "the modules are not at work");
        }
        if doing == "spawn" {
            thread::sleep(Duration::from_micros(fastrand::u64(0..20_000)));
        }
        let workers = kill(host);
        assert!(workers.len() >= 2, "{doing}: {workers:?}");
        seen += workers.len();
        await_that(|| !workers.iter().any(|worker| runs(*worker)), "a worker outlived its host");
    }
    println!("{times} hosts killed, {seen} workers gone");
}

/// Kinds of faults, and the codes of which one must name it: what a process says at its end may be lost.
const NAMED: [(&str, &[&str]); 4] = [
    ("segv", &["rp::call::crashed"]),
    ("abort", &["rp::call::crashed"]),
    ("exit at once", &["rp::call::exited", "rp::call::crashed"]),
    ("deaf", &["rp::call::timeout"]),
];

fn faults_are_named(host: &Host) {
    let faulty = host.load_with(Language::C.library(), options("faulty", SandboxMode::Required)).unwrap();
    let soon = CallOptions::new().timeout(Duration::from_millis(50));
    for _ in 0..3 {
        for (kind, codes) in NAMED {
            let options = if kind == "deaf" { soon.clone() } else { CallOptions::new() };
            let came = faulty.with(&options).command::<_, Value>("fault", &json!({"kind": kind}));
            let error = came.unwrap_err();
            assert!(codes.contains(&error.code()), "{kind}: {}: {error}", error.code());
            await_served(&faulty).unwrap();
        }
    }
    faulty.unload().unwrap();
}

/// The kernel keeps no ends of children for a process that ignores SIGCHLD.
#[test]
fn sigchld_is_ignored() {
    in_a_process(sigchld_is_ignored, || {
        // SAFETY: this process is this test's alone.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
        faults_are_named(&builder().build());
    });
}

/// Another part of the embedder takes the end of every child for itself.
#[test]
fn others_wait_for_all_children() {
    in_a_process(others_wait_for_all_children, || {
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    // SAFETY: no status is asked for.
                    if unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) } <= 0 {
                        thread::yield_now();
                    }
                }
            });
            faults_are_named(&builder().build());
            is_over.store(true, Ordering::Relaxed);
        });
    });
}
