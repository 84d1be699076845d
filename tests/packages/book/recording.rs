//! What recording.md shows: a session is recorded, played, and a change is found.

use std::fs;

use super::recipes::{Folder, block_with};
use super::source;

const PAGE: &str = "recording.md";

#[test]
fn a_change_of_a_module_is_found() {
    let folder = Folder::of_module("c");
    let said = folder.succeed(&block_with(PAGE, "--record"));
    assert!(said.contains("no difference"), "{said}");
    let file = folder.path().join("module.c");
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replacen("++self->greeted", "self->greeted += 2", 1);
    assert_ne!(text, changed);
    fs::write(&file, changed).unwrap();
    let said = folder.fail("$ make\n$ rp replay build/libhello.so session.jsonl\n");
    assert!(said.contains("rp::replay::diverged"), "{said}");
}

#[test]
fn its_configuration_is_one() {
    let page = fs::read_to_string(source().join(PAGE)).unwrap();
    let text = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    rp_host::config::ConfigFile::parse(std::path::Path::new("rp.toml"), text.to_owned()).unwrap();
}
