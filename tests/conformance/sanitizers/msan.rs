//! MemorySanitizer, in a host in C and modules in C: it needs every library built with it.

use super::planted::{in_c, printed};
use super::shared_host::{Kit, Load, messages};
use crate::trial::trial;
use libtest_mimic::Trial;
use support::is_full;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("sanitizers::msan::msan_sees_what_was_never_written", msan_sees_what_was_never_written),
        trial(
            "sanitizers::msan::msan_has_nothing_to_say_of_our_modules",
            msan_has_nothing_to_say_of_our_modules,
        ),
    ]
}

const KIT: Kit = Kit {
    c: "clang",
    cpp: None,
    options: &["-g", "-fsanitize=memory", "-fsanitize-memory-track-origins", "-fPIC"],
};

fn load() -> Load {
    Load { instances: 2, threads: 2, rounds: if is_full() { 500 } else { 20 } }
}

fn msan_sees_what_was_never_written() {
    let planted = in_c(|source| KIT.source(source));
    for bug in planted.bugs("msan") {
        let call = |name: &str| {
            KIT.host(&load(), &planted.library, &[("command", format!(r#"{{"name":"{name}"}}"#))])
        };
        let output = call(&bug.command);
        assert!(!output.status.success() && bug.is_in(&printed(&output)), "{bug:?}\n{}", printed(&output));
        let clean = call("nothing");
        assert!(clean.status.success(), "{}", printed(&clean));
    }
}

fn msan_has_nothing_to_say_of_our_modules() {
    let folder = tempfile::tempdir().unwrap();
    for (name, library) in KIT.modules(folder.path()) {
        let output = KIT.host(&load(), &library, &messages(name));
        assert!(
            output.status.success() && printed(&output) == "host: done\n",
            "{name}: {}",
            printed(&output)
        );
    }
}
