//! Exit codes and streams: what scripts rely on.

use std::path::Path;

use serde_json::Value;

use super::done::Done;
use crate::build::{Build, text};
use crate::compare::same;
use crate::corpus;
use crate::normal::normal;
use crate::program::Ended;
use crate::setup::Setup;

/// Wrong usage is told on standard error alone, with exit code 2.
pub fn exit_codes(setup: &Setup) -> Result<Done, String> {
    let missing = ["--json", "call", "no-such-module", "ping"];
    let cases: [&[&str]; 5] =
        [&["dance"], &["call"], &["run", "no-such-session.jsonl"], &missing, &["list", "no-such-folder"]];
    for arguments in cases {
        let refused = |build: &Build| {
            let ended = build.rp(arguments)?;
            let printed = ended.with_code(2)?;
            same("standard output", printed, "")?;
            Ok::<_, String>(as_elsewhere(&ended))
        };
        let about = format!("rp {}", arguments.join(" "));
        let found = refused(&setup.tested).map_err(|error| format!("{about}: {error}"))?;
        same(&about, &found, &refused(&setup.reference)?)?;
    }
    let ended = setup.tested.rp(&missing)?;
    code_is(&ended, "rp::load::not_found")?;
    help(setup)?;
    Ok(Done::Ok(format!("{} refusals, and the help", cases.len())))
}

/// Help is asked for: standard output, exit code 0.
fn help(setup: &Setup) -> Result<(), String> {
    let help = |build: &Build| {
        let ended = build.rp(&["--help"])?;
        Ok::<_, String>(ended.with_code(0)?.replace("rp.exe", "rp"))
    };
    same("rp --help", &help(&setup.tested)?, &help(&setup.reference)?)
}

fn as_elsewhere(ended: &Ended) -> String {
    normal(&String::from_utf8_lossy(&ended.stderr).replace("rp.exe", "rp"))
}

/// Whether standard error has a line of JSON with this code.
pub fn code_is(ended: &Ended, expected: &str) -> Result<(), String> {
    match code(ended) {
        Some(code) if code == expected => Ok(()),
        Some(code) => Err(format!("the code is {code}, expected {expected}")),
        None => Err(format!("{}, and no code on standard error, expected {expected}", ended.how)),
    }
}

/// The code of the error that `rp --json` told.
pub fn code(ended: &Ended) -> Option<String> {
    let text = String::from_utf8_lossy(&ended.stderr);
    let error: Value = text.lines().rev().find_map(|line| serde_json::from_str(line).ok())?;
    error["code"].as_str().map(str::to_owned)
}

/// A module that breaks a rule: its check fails, and so does the command.
pub fn broken_module(setup: &Setup) -> Result<Done, String> {
    let file = corpus::with_a_bad_name(&setup.tested, &setup.scratch)?;
    let ended = setup.tested.rp(&["--json", "check", "--filter", "manifest/", text(&file)?])?;
    let printed = ended.with_code(1)?;
    let has_failed = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap_or_default();
        finding["check"] == "manifest/name" && finding["outcome"] == "fail"
    };
    if !printed.lines().any(has_failed) {
        return Err(format!("manifest/name did not fail:\n{printed}"));
    }
    Ok(Done::Ok("manifest/name fails".into()))
}

/// A module that crashes is named before the process ends as a process does that crashed.
pub fn crash(setup: &Setup) -> Result<Done, String> {
    let Ok(library) = setup.tested.library("planted") else {
        return Ok(Done::NotHere(
            "the modules' folder has no `planted`, which crashes when it is told to".into(),
        ));
    };
    let ended = setup.tested.rp(&["--json", "call", text(&library)?, "crash"])?;
    named(&ended, &library)
}

fn named(ended: &Ended, library: &Path) -> Result<Done, String> {
    code_is(ended, "rp::module::crashed").map_err(|error| format!("{}: {error}", library.display()))?;
    let told = String::from_utf8_lossy(&ended.stderr);
    if !told.contains("planted crashed") || !told.contains("command crash") {
        return Err(format!("neither the module nor the message is named:\n{told}"));
    }
    if ended.is_exit_of_rp() {
        return Err(format!("{}: nobody sees that it crashed", ended.how));
    }
    Ok(Done::Ok(ended.how.clone()))
}
