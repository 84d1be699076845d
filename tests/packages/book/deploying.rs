//! The recipe of deploying.md loads the module that it pins, and no other; that of upgrading.md keeps a store.

use std::fs;

use super::recipes::{Folder, blocks};
use super::source;

#[test]
fn the_pinned_module_runs_and_no_other_does() {
    let folder = Folder::new();
    folder.succeed("$ rp new c hello\n$ make -C hello CFLAGS=-O0\n");
    let [place, run] = &blocks("deploying.md")[..] else { panic!("two blocks to type") };
    let said = folder.succeed(place);
    let hash = said.split_whitespace().find(|word| word.len() == 64).expect("a hash");
    let page = fs::read_to_string(source().join("deploying.md")).unwrap();
    let config =
        page.split("```toml\n").nth(1).and_then(|block| block.split("```").next()).expect("a configuration");
    let write = |text: &str| fs::write(folder.path().join("host/rp.toml"), text).unwrap();
    let pinned = config.replace("HASH", hash);
    write(&pinned);
    let said = folder.succeed(run);
    assert!(said.contains("4 messages, 4 expectations met"), "{said}");
    write(&pinned.replace("\"0.1\"", "\"0.2\""));
    assert!(folder.fail(run).contains("rp::load::unexpected_version"));
    write(&pinned);
    folder.succeed("$ printf x >> host/modules/libhello.so\n");
    assert!(folder.fail(run).contains("rp::load::unexpected_hash"));
}

#[test]
fn a_store_is_kept_before_an_upgrade() {
    let folder = Folder::new();
    folder.succeed(
        "$ echo '{\"entity\":\"note\",\"id\":\"1\",\"data\":{}}' | rp store import --create notes.sqlite\n",
    );
    folder.succeed(&blocks("upgrading.md").concat());
    let kept = fs::read_to_string(folder.path().join("before.jsonl")).unwrap();
    assert!(kept.contains(r#""id":"1""#), "{kept}");
}
