//! Which file in C uses functions of which other one in its folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::graph::Imports;

/// The uses among files in C, each folder for itself.
pub fn uses(files: &BTreeMap<PathBuf, String>) -> Imports {
    let mut definitions = BTreeMap::new();
    for (file, text) in files {
        definitions.extend(functions(text).map(|name| ((file.parent(), name), file)));
    }
    let used = |file: &PathBuf, text: &str| -> BTreeSet<PathBuf> {
        let text = code(text);
        let found = words(&text).filter_map(|word| definitions.get(&(file.parent(), word)));
        found.filter(|other| **other != file).map(|other| (*other).clone()).collect()
    };
    files.iter().map(|(file, text)| (file.clone(), used(file, text))).collect()
}

/// The functions that a file defines for others: as clang-format has them, each begins in the first column.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    let heads = text.match_indices('\n').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let head = &rest[..rest.find(['{', ';'])?];
        let is_function = head.starts_with(|c: char| c.is_ascii_alphabetic())
            && !head.starts_with("static")
            && rest[head.len()..].starts_with('{');
        is_function.then_some(head)
    });
    heads.filter_map(|head| words(head.split_once('(')?.0).last())
}

/// A file without its texts and line comments.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.flat_map(|line| line.split('"').step_by(2).chain(["\n"])).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
