//! A header as one file, for people who copy one file: what it includes of rp stands where it is included first.

use std::collections::BTreeSet;

use crate::embedded::{HEADERS, Header, LICENCE};

/// The text, with the licence on top.
pub fn text(header: Header) -> String {
    let mut text = format!(
        "// {} as one file, which includes no other of rp {}.\n//\n// SPDX-License-Identifier: MIT OR Apache-2.0\n//\n",
        header.0,
        env!("CARGO_PKG_VERSION")
    );
    for line in LICENCE.lines() {
        text += format!("// {line}").trim_end();
        text.push('\n');
    }
    text.push('\n');
    put(header, &mut text, &mut BTreeSet::new());
    text
}

/// Appends a header; those it includes are replaced by their text, and each is there once.
fn put((name, text): Header, out: &mut String, done: &mut BTreeSet<&'static str>) {
    done.insert(name);
    for line in text.lines() {
        match included(name, line) {
            Some(header) if done.contains(header.0) => {}
            Some(header) => put(header, out, done),
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
}

/// The header of rp that a line includes.
fn included(from: &str, line: &str) -> Option<Header> {
    let path = line.trim_start().strip_prefix("#include \"")?.split('"').next()?;
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let inside = match path.strip_prefix("../") {
        Some(path) => path.to_owned(),
        None if folder.is_empty() => path.to_owned(),
        None => format!("{folder}/{path}"),
    };
    HEADERS.iter().find(|(name, _)| *name == inside).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_becomes_one_file() {
        for header in HEADERS {
            let text = text(*header);
            let left: Vec<_> = text.lines().filter(|line| line.starts_with("#include \"")).collect();
            assert_eq!(left, [""; 0], "{}", header.0);
            let guard = text.lines().filter(|line| *line == "#ifndef RP_MODULE_H").count();
            assert!(guard <= 1, "{}: rp_module.h is in it {guard} times", header.0);
            assert!(text.contains("// Permission is hereby granted, free of charge"), "{}", header.0);
        }
    }
}
