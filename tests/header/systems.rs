//! What differs by operating system stands in the folder `os/` of a crate, and only `os/mod.rs` chooses between systems.

use std::path::{Component, Path};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

use crate::floors::{files, source};

/// What names a system in a `cfg`; an architecture, or WebAssembly, is no system.
const NAMES: [&str; 5] = ["unix", "windows", "target_os", "target_vendor", "target_env"];
const FAMILIES: [&str; 2] = ["\"unix\"", "\"windows\""];

/// What a file may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Right {
    /// Ask which system it is, and use what only one has.
    Choose,
    /// Use what only one system has.
    Use,
    Nothing,
}

fn right(file: &Path) -> Right {
    let has = |name: &str| file.components().any(|part| part == Component::Normal(name.as_ref()));
    let is_test = ["tests", "fuzz", "tests.rs", "build.rs"].into_iter().any(has);
    if is_test || file.ends_with("os/mod.rs") {
        Right::Choose
    } else if has("os") {
        Right::Use
    } else {
        Right::Nothing
    }
}

/// What a file asks or uses, as it stands there; what is compiled for unit tests alone is left out.
#[derive(Default, Debug, PartialEq, Eq)]
struct Found {
    asked: Vec<String>,
    used: Vec<String>,
}

impl Found {
    fn read(text: &str) -> Self {
        let mut found = Found::default();
        found.scan(TokenStream::from_str(text).expect("Rust"));
        found
    }

    fn scan(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(hash) if hash.as_char() == '#' && is_for_tests(tokens.get(at + 1)) => {
                    at = source::end_of_item(&tokens, at + 2);
                    continue;
                }
                TokenTree::Ident(word) => self.word(&word.to_string(), &tokens[at + 1..]),
                TokenTree::Group(group) => self.scan(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    fn word(&mut self, word: &str, behind: &[TokenTree]) {
        match (word, behind) {
            ("cfg" | "cfg_attr", [TokenTree::Group(group), ..] | [_, TokenTree::Group(group), ..])
                if names_system(group.stream()) =>
            {
                self.asked.push(format!("{word}{group}"));
            }
            ("std" | "core", [TokenTree::Punct(_), TokenTree::Punct(_), next, ..]) if leads_to_os(next) => {
                self.used.push(format!("{word}::os"));
            }
            _ => {}
        }
    }

    /// The faults of a file with these rights.
    fn faults(self, right: Right) -> Vec<String> {
        match right {
            Right::Choose => Vec::new(),
            Right::Use => self.asked,
            Right::Nothing => [self.asked, self.used].concat(),
        }
    }
}

fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    attribute.is_some_and(|attribute| source::is_for_tests(&attribute.to_string()))
}

/// Also `{fs, os::fd}`.
fn leads_to_os(next: &TokenTree) -> bool {
    let is_os = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "os");
    match next {
        TokenTree::Group(list) => list.stream().into_iter().any(|token| is_os(&token)),
        next => is_os(next),
    }
}

fn names_system(condition: TokenStream) -> bool {
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(name) => NAMES.contains(&name.to_string().as_str()),
        TokenTree::Literal(text) => FAMILIES.contains(&text.to_string().as_str()),
        TokenTree::Group(group) => names_system(group.stream()),
        TokenTree::Punct(_) => false,
    })
}

#[test]
fn only_the_folders_of_systems_differ_by_system() {
    let mut faults = Vec::new();
    for (file, text) in files("*.rs") {
        let found = Found::read(&text).faults(right(&file));
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", file.display())));
    }
    assert!(
        faults.is_empty(),
        "move these into the folder `os/` of the crate, see What differs by platform in CONTRIBUTING.md:\n{}",
        faults.join("\n")
    );
}

#[test]
fn every_way_to_ask_for_a_system_is_found() {
    for text in [
        "#[cfg(unix)] fn f() {}",
        "#[cfg(not(windows))]\nmod a;",
        "#![cfg(all(feature = \"a\", target_os = \"linux\"))]",
        "struct A { #[cfg_attr(not(unix), expect(dead_code))] a: u8 }",
        "fn f() -> bool { cfg!(target_env = \"gnu\") }",
        "macro_rules! m { () => { #[cfg(target_vendor = \"apple\")] fn f() {} } }",
        "#[cfg(target_family = \"unix\")] fn f() {}",
        "fn f() { #[cfg(test)] let a = 1; if cfg!(windows) {} }",
    ] {
        assert_eq!(Found::read(text).asked.len(), 1, "{text}");
    }
    for text in [
        "use std::os::fd::AsFd;",
        "use std::{fs, os::fd::AsFd};",
        "fn f() { ::std::os::unix::fs::symlink(a, b) }",
    ] {
        assert_eq!(Found::read(text).used, ["std::os"], "{text}");
    }
}

#[test]
fn what_asks_for_no_system_is_left_alone() {
    for text in [
        "// #[cfg(unix)]\n/// std::os::fd\nfn f() {}",
        "const A: &str = \"cfg!(windows)\";",
        "#[cfg(target_arch = \"x86_64\")] fn f() {}",
        "#[cfg(target_family = \"wasm\")] fn f() {}",
        "use crate::os; fn f() { os::open_file(windows) }",
        "#[cfg(all(test, unix))]\nmod tests { use std::os::unix::fs::symlink; }",
        "#[cfg(test)]\nmod tests { #[cfg(unix)] #[test] fn f() {} }",
    ] {
        assert_eq!(Found::read(text), Found::default(), "{text}");
    }
}

#[test]
fn rights_go_by_place() {
    for (file, expected) in [
        ("host/src/os/mod.rs", Right::Choose),
        ("host/src/os/linux.rs", Right::Use),
        ("host/src/os/windows/mod.rs", Right::Use),
        ("host/src/oslo.rs", Right::Nothing),
        ("host/src/loader/mod.rs", Right::Nothing),
        ("host/src/calls/slots/tests.rs", Right::Choose),
        ("host/tests/store/files.rs", Right::Choose),
        ("build.rs", Right::Choose),
    ] {
        assert_eq!(right(Path::new(file)), expected, "{file}");
    }
}
