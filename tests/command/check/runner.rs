//! `rp check --runner`: each worker is started through a command, as an emulator needs it.

use std::fs;
use std::process::Command;

use super::{findings, good, rp, temporary};

/// A runner that stays the parent of what it starts, and notes each start.
const NOTING: &str = r#"sh -c 'echo started >> "$0"; "$@"'"#;

#[test]
fn each_worker_starts_through_the_runner() {
    let starts = temporary("runner-starts");
    let _absent = fs::remove_file(&starts);
    let runner = format!("{NOTING} '{}'", starts.display());
    let file = good("test-minimal-c");
    let (code, found) = findings(&["check", "--json", "--filter", "entry/f", "--runner", &runner, &file]);
    let outcomes: Vec<_> = found.iter().map(|finding| finding["outcome"].as_str().unwrap()).collect();
    assert_eq!((code, outcomes), (0, vec!["pass"; 3]), "{found:?}");
    // One more starts `rp --version` beforehand.
    assert_eq!(fs::read_to_string(&starts).unwrap(), "started\n".repeat(4));
}

#[test]
fn the_variable_names_it_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_rp"))
        .args(["check", "--json", "--filter", "=environment/variables", &good("test-minimal")])
        .env("RP_RUNNER", "env RP_SEEN_BY_WORKERS=1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_runner_that_does_not_run_rp_is_named_before_any_check() {
    let file = good("test-minimal-c");
    for (runner, said) in [
        ("/nowhere/qemu -L /", "the runner `/nowhere/qemu -L /` does not start"),
        ("false", "the runner `false` does not run rp: exit status: 1"),
        ("echo", "the runner `echo` does not run rp"),
    ] {
        let (code, out, err) = rp(&["check", "--runner", runner, &file]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains("rp::check::runner") && err.contains(said), "{err}");
    }
    let (code, _, err) = rp(&["check", "--runner", "'open", &file]);
    assert!(code == 2 && err.contains("a quote is not closed"), "{err}");
}
