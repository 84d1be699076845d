//! The book: its exchanges are those of a real trace, its links lead somewhere, its tables name every code.
//!
//! `RP_BLESS=1 cargo test --test packages book` writes exchanges and copies anew.

mod codes;
mod copies;
mod debugging;
#[cfg(target_os = "linux")]
mod deploying;
mod exchanges;
mod host_in_c;
#[cfg(target_os = "linux")]
mod isolation;
#[cfg(target_os = "linux")]
mod json_libraries;
mod keys;
mod links;
mod names;
#[cfg(target_os = "linux")]
mod operating;
#[cfg(target_os = "linux")]
mod recipes;
mod recording;
mod snippets;
mod start;
#[cfg(target_os = "linux")]
mod testing;

use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source() -> PathBuf {
    root().join("docs/src")
}

/// Every page, relative to the book's source, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = Vec::new();
    collect(&source(), &mut pages);
    assert!(pages.len() > 10, "{pages:?}");
    pages
}

fn collect(folder: &Path, pages: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = std::fs::read_to_string(&path).unwrap();
            pages.push((path.strip_prefix(source()).unwrap().to_owned(), text));
        }
    }
}
