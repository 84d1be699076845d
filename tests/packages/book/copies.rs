//! What a page shows of another file. The page has a copy, since GitHub knows no includes, under a comment that names the
//! file: `<!-- copy of FILE -->` or `<!-- copy of FILE:ANCHOR -->`, or `<!-- copy of FILE of rp new LANGUAGE hello -->` for a
//! file of a new project. Below it stands a block of code, or text up to `<!-- end of the copy -->`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{pages, root, source};

const MARK: &str = "<!-- copy of ";
const END: &str = "<!-- end of the copy -->";
const HOW: &str = "RP_BLESS=1 cargo test --test packages book";

#[test]
fn copies_are_those_of_their_files() {
    for (page, text) in pages() {
        let name = page.display();
        assert!(
            !text.contains("{{#include"),
            "{name}: GitHub shows no includes; put `{MARK}FILE -->` above an empty block of code, then {HOW}"
        );
        let written = with_copies(&text);
        if written == text {
            continue;
        }
        let is_blessed = std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1");
        assert!(is_blessed, "{name}: a copy differs from its file, which is the one to edit: {HOW}");
        std::fs::write(source().join(&page), written).unwrap();
    }
}

/// The files that pages have copies of, by page.
pub fn copied() -> Vec<(PathBuf, String)> {
    let of_page = |(page, text): (PathBuf, String)| {
        let names = text.lines().filter_map(named).map(|name| (page.clone(), name.to_owned()));
        names.collect::<Vec<_>>()
    };
    pages().into_iter().flat_map(of_page).collect()
}

/// What a mark names.
fn named(line: &str) -> Option<&str> {
    let named = line.strip_prefix(MARK)?.strip_suffix(" -->")?;
    Some(named.split_once(": ").map_or(named, |(named, _)| named))
}

/// A page with each copy written anew.
fn with_copies(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(named) = named(line) else {
            out.extend([line, "\n"]);
            continue;
        };
        let place = if named.contains(" of rp new ") { "edit it in templates/" } else { "edit that" };
        out.push_str(&format!("{MARK}{named}: {place}, then {HOW} -->\n"));
        let first = lines.next().expect("a block below the mark");
        let is_code = first.starts_with("```");
        let end = if is_code { "```" } else { END };
        let code = if is_code { format!("{first}\n") } else { String::new() };
        out.extend([&code, shown(named).trim_end(), "\n", end, "\n"]);
        if first != END {
            lines.by_ref().find(|line| *line == end).unwrap_or_else(|| panic!("{named}: no {end} below it"));
        }
    }
    out
}

/// The text of a file, or of the part that an anchor names.
fn shown(named: &str) -> String {
    if let Some((file, language)) = named.split_once(" of rp new ") {
        return file_of_project(language.trim_end_matches(" hello"), file);
    }
    let (file, anchor) = named.split_once(':').map_or((named, None), |(file, anchor)| (file, Some(anchor)));
    let text = read(&root().join(file));
    let Some(anchor) = anchor else { return text };
    // A comment may have an end, as in OCaml.
    let is_mark = |line: &&str, word: &str| {
        line.trim_end().trim_end_matches(" *)").ends_with(&format!("{word}: {anchor}"))
    };
    let part = text.lines().skip_while(|line| !is_mark(line, "ANCHOR")).skip(1);
    let part: Vec<&str> = part.take_while(|line| !is_mark(line, "ANCHOR_END")).collect();
    assert!(!part.is_empty(), "{named}: nothing stands between ANCHOR and ANCHOR_END");
    part.join("\n")
}

fn file_of_project(language: &str, file: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
    rp.args(["new", language, "hello", "--dir"]).arg(folder.path()).env("RP_SDK", root().join("sdk"));
    let output = rp.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&folder.path().join(file))
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn a_copy_is_written_below_its_mark() {
    let file = "docs/snippets/reply.c";
    let text = read(&root().join(file));
    let page = format!("a\n{MARK}{file} -->\n```c\nold\n```\nb\n\n{MARK}{file}: old -->\nold\n{END}\nc\n");
    let mark = format!("{MARK}{file}: edit that, then {HOW} -->");
    let text = text.trim_end();
    let expected = format!("a\n{mark}\n```c\n{text}\n```\nb\n\n{mark}\n{text}\n{END}\nc\n");
    assert_eq!(with_copies(&page), expected);
    assert_eq!(with_copies(&expected), expected);
}
