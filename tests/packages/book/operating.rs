//! What an operator types, as the pages show it.

use super::recipes::{Folder, block_with};

#[test]
fn a_store_is_looked_after() {
    let folder = Folder::new();
    let said = folder.succeed(&block_with("store.md", "rp store import"));
    assert!(said.contains("2 entities read, no damage"), "{said}");
    let again = folder.succeed("$ rp store export other.sqlite\n");
    let lines = std::fs::read_to_string(folder.path().join("notes.jsonl")).unwrap();
    assert!(lines.lines().count() == 3 && again.contains(&lines), "{again}\n{lines}");
}
