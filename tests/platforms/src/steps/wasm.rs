//! WebAssembly modules are the same file on every platform.

use std::path::PathBuf;
use std::process::Command;

use super::calls::ECHOED;
use super::done::Done;
use crate::build::{Build, text};
use crate::compare::same;
use crate::normal::normal;
use crate::setup::{Setup, root};

const TARGET: &str = "wasm32-unknown-unknown";
const MODULE: &str = "test-minimal";

/// A module answers as this machine's own build has it answer, and as the native one does.
pub fn answers(setup: &Setup) -> Result<Done, String> {
    let file = match module()? {
        Ok(file) => file,
        Err(reason) => return Ok(Done::NotHere(reason)),
    };
    for (command, arguments) in [("ping", "{}"), ("echo", ECHOED), ("status", "{}")] {
        let answer = |build: &Build, file: &PathBuf| {
            let ended = build.rp(&["--json", "call", text(file)?, command, arguments])?;
            let answer = ended.with_code(0).map_err(|error| format!("{}: {error}", file.display()))?;
            Ok::<_, String>(normal(answer))
        };
        let found = answer(&setup.tested, &file)?;
        same(&format!("{command} elsewhere"), &found, &answer(&setup.reference, &file)?)?;
        same(
            &format!("{command} natively"),
            &found,
            &answer(&setup.tested, &setup.tested.library(MODULE)?)?,
        )?;
    }
    let shown = setup.tested.inspected(&file)?;
    same("inspect", &shown.to_string(), &setup.reference.inspected(&file)?.to_string())?;
    Ok(Done::Ok(format!("{MODULE}.wasm: 3 calls, inspect")))
}

/// The module's file, which cargo makes; or why it cannot.
fn module() -> Result<Result<PathBuf, String>, String> {
    if !has_target() {
        return Ok(Err(format!("Rust's target {TARGET} is missing: rustup target add {TARGET}")));
    }
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.current_dir(root()).args(["build", "--locked", "-p", MODULE, "--target", TARGET]);
    let output = cargo.arg("--message-format=json").output().map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(made).map(Ok).ok_or_else(|| "cargo made no .wasm".to_owned())
}

fn has_target() -> bool {
    let output = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// The .wasm file of a message of cargo.
fn made(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let files = message["filenames"].as_array()?;
    files.iter().filter_map(|file| file.as_str()).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
}
