//! The walk-through of isolation.md: a crash is named with its line, and the module answers again. Its configurations are ones.

use std::fs;
use std::path::Path;

use rp_host::config::ConfigFile;

use super::recipes::{Folder, block_with};
use super::source;

const PAGE: &str = "isolation.md";

/// The blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let page = fs::read_to_string(source().join(PAGE)).unwrap();
    let mark = format!("```{language}\n");
    let blocks = page.split(&mark).skip(1);
    let blocks: Vec<_> = blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect();
    assert!(!blocks.is_empty(), "{language}");
    blocks
}

/// Writes the mistake of the page into the command; gives the line of the crash.
fn plant(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let first = "    hello_state *self = call->self;\n";
    let wrong = text.replacen(first, &format!("{first}{}", blocks("c")[0]), 1);
    assert_ne!(text, wrong);
    fs::write(file, &wrong).unwrap();
    1 + wrong.lines().position(|line| line.contains("*p = 1;")).expect("the mistake")
}

#[test]
fn a_crash_is_named_with_its_line_and_the_next_message_is_answered() {
    let folder = Folder::of_module("c");
    let said = folder.succeed(&block_with(PAGE, "$ make\n"));
    assert!(said.contains("\"hello\": \"Ada\""), "{said}");
    let line = plant(&folder.path().join("module.c"));
    let said = folder.fail(&block_with(PAGE, "-O0"));
    let place = format!("in greet (module.c:{line})");
    for expected in ["rp::call::crashed", "hello: command: the module crashed: SIGSEGV at 0x0", &place] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let said = folder.fail(&block_with(PAGE, "--keep-going"));
    assert!(said.contains("it was started again") && said.contains("describe hello"), "{said}");
    assert!(said.contains("1 failed"), "{said}");
}

#[test]
fn its_configurations_are_ones() {
    for block in blocks("toml") {
        let file = ConfigFile::parse(Path::new("rp.toml"), block.clone());
        let file = file.unwrap_or_else(|error| panic!("{block}: {error}"));
        assert_eq!(file.instance_names().next(), Some("hello"));
    }
}
