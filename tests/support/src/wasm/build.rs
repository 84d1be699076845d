//! What the builds in C and in Rust share.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::target_tmp;

/// What is not there, and how to get it.
pub struct Missing(pub String);

/// A folder of its own beside the other builds.
pub fn out_dir() -> PathBuf {
    let dir = target_tmp().join("wasm");
    fs::create_dir_all(&dir).unwrap();
    dir
}

/// Found once for all tests of a run, which are processes of their own under nextest: to try compilers takes as long as to compile.
/// What was not found is looked for by each.
pub fn once_a_run(name: &str, find: impl FnOnce() -> Option<String>) -> Option<String> {
    let Ok(run) = std::env::var("NEXTEST_RUN_ID") else { return find() };
    let noted = out_dir().join(name);
    let text = fs::read_to_string(&noted).unwrap_or_default();
    if let Some((of, found)) = text.split_once('\n')
        && of == run
    {
        return Some(found.to_owned());
    }
    let found = find()?;
    let fresh = noted.with_extension(format!("{}.new", std::process::id()));
    fs::write(&fresh, format!("{run}\n{found}")).unwrap();
    fs::rename(&fresh, &noted).unwrap();
    Some(found)
}

pub fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
