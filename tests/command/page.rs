//! The page of a trace: what it computes, under node, and the page itself, in Chromium. The tests are in JavaScript and lie beside this
//! file. Where a program is missing, a gap is printed; with RP_FULL that is a failure.

use std::io::Write;
use std::path::Path;
use std::process::Command;

fn is_there(program: &str) -> bool {
    let is_there =
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        assert!(!support::is_full(), "{program} is not on this machine");
        // Not println!, which the test runner keeps to itself.
        let _ =
            writeln!(std::io::stderr(), "gap: the page of rp trace was not tested, for want of {program}");
    }
    is_there
}

/// Runs a file of tests; where one fails, its report is the panic.
fn node(file: &str, variables: &[(&str, &str)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/page").join(file);
    let mut command = Command::new("node");
    // So that the report says which tests passed before one that hangs.
    command.args(["--test", "--test-timeout=90000"]).arg(path).envs(variables.iter().copied());
    if support::is_full() {
        command.env("RP_FULL", "1");
    }
    let output = command.output().expect("node runs");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success(), "{text}");
    for line in text.lines().filter(|line| line.contains(" drawn after ")) {
        let _ = writeln!(std::io::stderr(), "{}", line.trim_start_matches("# "));
    }
}

#[test]
fn what_the_page_computes() {
    if is_there("node") {
        node("logic.test.mjs", &[]);
    }
}

#[test]
fn the_page_in_a_browser() {
    if is_there("node") && is_there("chromium") {
        node("page.test.mjs", &[("RP", env!("CARGO_BIN_EXE_rp")), ("CHROMIUM", "chromium")]);
    }
}

#[test]
fn the_page_of_a_session_that_runs() {
    if is_there("node") && is_there("chromium") {
        let modules = support::deps();
        let modules = modules.to_str().expect("UTF-8");
        let variables = [("RP", env!("CARGO_BIN_EXE_rp")), ("CHROMIUM", "chromium"), ("MODULES", modules)];
        node("live.test.mjs", &variables);
    }
}
