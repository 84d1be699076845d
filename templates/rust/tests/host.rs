//! The module as a host loads it. RP names the command `rp`, if it is not on the PATH.
use std::path::Path;
use std::process::Command;

fn rp(arguments: &[&str]) {
    let program = std::env::var_os("RP").unwrap_or_else(|| "rp".into());
    let status = Command::new(&program).args(arguments).status();
    let status = status.unwrap_or_else(|error| panic!("{}: {error}; RP=FILE names rp", program.display()));
    assert!(status.success(), "rp {arguments:?}: {status}");
}

/// The folder in which cargo leaves this test and the module.
fn folder() -> String {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::to_str).unwrap().to_owned()
}

#[test]
fn keeps_the_rules_of_the_header() {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    rp(&["check", &format!("{}/{prefix}@stem@{suffix}", folder())]);
}

#[test]
fn plays_the_session() {
    rp(&["run", "--strict", "--modules", &folder(), "tests/session.jsonl"]);
}
