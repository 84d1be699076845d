//! What the builds in C and in Rust share.

use std::path::PathBuf;
use std::process::Command;

use crate::target_tmp;

/// What is not there, and how to get it.
pub struct Missing(pub String);

/// A folder of its own beside the other builds.
pub fn out_dir() -> PathBuf {
    let dir = target_tmp().join("wasm");
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

pub fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
