//! The page on sessions with a store, typed as it stands there.

use super::recipes::{Folder, blocks};
use super::root;

#[test]
fn a_module_is_tested_with_a_store() {
    let folder = Folder::new();
    let session = root().join("docs/snippets/stations.jsonc");
    for file in ["stations.c", "stations.jsonc"] {
        std::fs::copy(root().join("docs/snippets").join(file), folder.path().join(file)).unwrap();
    }
    let [played, updated] = &blocks("testing.md")[..] else { panic!("two blocks") };
    let said = folder.succeed(played);
    assert!(said.contains("5 messages, 5 expectations met, "), "{said}");
    let said = folder.succeed(updated);
    assert!(said.contains("updated data.count: 5 is now 0"), "{said}");
    let left = std::fs::read_to_string(folder.path().join("stations.jsonc")).unwrap();
    assert_eq!(left, std::fs::read_to_string(session).unwrap());
}
