//! What authors get wrong, and where the compiler points: one error for each mistake, at the line of the mistake.
#![cfg(not(rp_sanitized))]
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What the compiler says of a file: the line of each error, its message, its notes.
fn errors(file: &Path, library: &Path) -> Vec<(usize, String)> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "-Adead_code", "-Aunused"]);
    // Not /dev/null: rustc puts a file in its place, and may as root.
    let output =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(file.file_name().unwrap()).with_extension("rmeta");
    rustc.args(["--error-format=json", "-o"]).arg(output);
    rustc.arg(file).arg("-L").arg(library.parent().unwrap());
    let output = rustc.arg(format!("--extern=rp_sdk={}", library.display())).output().unwrap();
    let lines = String::from_utf8(output.stderr).unwrap();
    let diagnostics = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    diagnostics.filter_map(|diagnostic| error(&diagnostic)).collect()
}

fn error(diagnostic: &Value) -> Option<(usize, String)> {
    let text = |part: &Value| part["message"].as_str().unwrap().to_owned();
    let is_error = diagnostic["level"] == "error";
    let place = diagnostic["spans"].as_array()?.iter().find(|span| span["is_primary"] == true);
    let mut place = place.filter(|_| is_error)?;
    // Where the author wrote what was expanded.
    while let Some(outer) = place["expansion"].as_object() {
        place = &outer["span"];
    }
    let line = place["line_start"].as_u64()?;
    let notes = diagnostic["children"].as_array()?.iter().map(text);
    Some((line as usize, [text(diagnostic)].into_iter().chain(notes).collect::<Vec<_>>().join("\n")))
}

/// The library that this test is linked with: the newest that has the features.
fn library() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = files.filter(|file| is_library(file)).collect();
    found.sort_by_key(|file| std::cmp::Reverse(file.metadata().unwrap().modified().unwrap()));
    let found = found.into_iter().find(|file| errors(&source("features.rs"), file).is_empty());
    found.expect("a library rp_sdk with the features of its tests")
}

fn is_library(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_string_lossy();
    name.starts_with("librp_sdk-") && name.ends_with(".rlib")
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile_errors").join(name)
}

/// Each error is one that its line announces behind `//~`, and none is missing.
#[test]
fn every_mistake_is_one_error_where_it_stands() {
    let library = library();
    for name in ["names.rs", "types.rs"] {
        let text = std::fs::read_to_string(source(name)).unwrap();
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let mut announced: Vec<_> =
            lines.filter_map(|(at, line)| Some((at, line.split_once("//~ ")?.1))).collect();
        for (line, said) in errors(&source(name), &library) {
            let found = announced.iter().position(|(at, part)| *at == line && said.contains(part));
            let found = found.unwrap_or_else(|| panic!("{name}:{line}: {said}"));
            announced.remove(found);
        }
        assert!(announced.is_empty(), "{name}: {announced:?}");
    }
}
