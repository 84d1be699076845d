//! The start pages: their commands, one after the other in an empty folder, end in a passing check.

use super::recipes::{Folder, blocks, wasm_compiler};

/// Types the commands of a page's first block.
fn follow(page: &str) -> Folder {
    let page = format!("start/{page}");
    let block = blocks(&page).remove(0);
    assert!(block.contains("\n$ rp check "), "{page} ends without a check");
    let folder = Folder::new();
    folder.succeed(&block);
    folder
}

#[test]
fn in_c() {
    let folder = follow("c.md");
    if let Some(compiler) = wasm_compiler() {
        let block = blocks("start/c.md").remove(1).replace("clang-19", &compiler);
        let said = folder.succeed(&block.replace("$ cd ..\n", ""));
        assert!(said.contains("4 messages, 4 expectations met"), "{said}");
    }
}

#[test]
fn in_cpp() {
    follow("cpp.md");
}

#[test]
fn with_cmake() {
    follow("cmake.md");
}

/// Builds the SDK anew, so `./dev test --full` runs it.
#[test]
#[ignore = "takes minutes: ./dev test --full"]
fn in_rust() {
    follow("rust.md");
}
