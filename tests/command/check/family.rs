//! The processes of `rp check`: they end with it, it does not wait for what they leave behind, and all of them started.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{broken, findings, good, rp, temporary};
use support::harm;

/// The module that does this in its command, in a file of this name.
fn harmful(name: &str, harm: &str) -> String {
    harm::module("check-family", name, harm, &[]).display().to_string()
}

/// The arguments of every process that has this file among them, apart from those of `rp check FILE` itself.
#[cfg(target_os = "linux")]
fn workers(file: &str) -> Vec<Vec<String>> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let arguments = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    let arguments = arguments.map(|text| {
        let parts = text.split(|byte| *byte == 0).map(|part| String::from_utf8_lossy(part).into_owned());
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()
    });
    arguments.filter(|all| all.contains(&"--worker".to_owned()) && all.contains(&file.to_owned())).collect()
}

#[cfg(target_os = "linux")]
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn start(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rp"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn workers_are_named_and_end_with_their_parent() {
    let file = harmful("libspins.so", "for (;;) sleep(1)");
    for signal in [libc::SIGTERM, libc::SIGKILL, libc::SIGHUP] {
        let mut child = start(&["check", &file, "--filter", "=messages/response", "--limit", "60"]);
        wait_until("no worker came", || !workers(&file).is_empty());
        assert_eq!(workers(&file)[0][1..], ["check", "--worker", "messages/response", &file]);
        // SAFETY: the child is ours and has not been waited for, so its id is its own.
        assert_eq!(unsafe { libc::kill(child.id().try_into().unwrap(), signal) }, 0);
        child.wait().unwrap();
        wait_until("a worker outlives its parent", || workers(&file).is_empty());
    }
}

/// Copies that come back would fork again and again; copies that stay hold the pipes.
#[cfg(target_os = "linux")]
#[test]
fn copies_of_a_worker_keep_nobody_waiting() {
    let cases = [
        ("libcomes_back.so", "fork()"),
        ("libstays.so", "if (!fork()) for (;;) pause()"),
        ("libstays_apart.so", "if (!fork()) for (setsid();;) pause()"),
        ("libstays_and_ends.so", "if (!fork()) { for (;;) pause(); } _exit(0)"),
    ];
    for (name, harm) in cases {
        let file = harmful(name, harm);
        let started = Instant::now();
        let (code, found) = findings(&[
            "check",
            "--json",
            &file,
            "--limit",
            "5",
            "--filter",
            "messages/response",
            "--filter",
            "no-fork",
            "--filter",
            "life/init",
        ]);
        assert_eq!(code, 1, "{name}: {found:?}");
        assert!(started.elapsed() < Duration::from_secs(20), "{name}: {found:?}");
        let is_told = found.iter().any(|one| one["check"] == "faults/no-fork" && one["outcome"] != "pass");
        assert!(is_told, "{name}: {found:?}");
        wait_until("a copy outlives the checks", || workers(&file).is_empty());
    }
}

/// `rp check` with so few descriptors that not every check gets its process.
#[cfg(unix)]
#[test]
fn a_check_that_could_not_start_is_no_success() {
    let junit = temporary("check-unstarted.xml");
    let limited = |more: &str| {
        let rp = env!("CARGO_BIN_EXE_rp");
        let script =
            format!("ulimit -n 7; exec '{rp}' check '{}' --filter replies/ {more}", good("test-minimal-c"));
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, out, err) = limited(&format!("--junit '{}'", junit.display()));
    assert_eq!(code, Some(2), "{out}{err}");
    assert!(out.contains("UNSTARTED") && err.contains("rp::check::unstarted"), "{out}{err}");
    assert!(err.contains("could not start: its process did not start: Too many open files"), "{err}");
    assert!(std::fs::read_to_string(junit).unwrap().contains("<error type=\"unstarted\""));
    let (code, out, err) = limited("--json");
    assert_eq!(code, Some(2), "{out}{err}");
    assert!(out.contains(r#""outcome":"unstarted""#) && err.contains("rp::check::unstarted"), "{out}{err}");
}

/// Where the module fails before the question, and nobody asks the check that says so.
#[test]
fn a_check_that_could_not_be_asked_is_no_success() {
    let text: PathBuf = temporary("check-blocked.so");
    std::fs::write(&text, "no module\n").unwrap();
    for file in [broken("life/no_instance"), broken("life/init_fails"), text.display().to_string()] {
        let (code, out, err) = rp(&["check", &file, "--filter", "=replies/appends"]);
        assert_eq!((code, out.contains("blocked ")), (1, true), "{out}{err}");
    }
}
