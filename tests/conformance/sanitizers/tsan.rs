//! ThreadSanitizer, in a host in C and modules: Rust's standard library is not built with it, and gives false alarms.

use crate::trial::trial;
use libtest_mimic::Trial;
use std::path::Path;
use std::process::Output;

use super::planted::{Planted, in_c, printed};
use super::shared_host::{Kit, Load, messages};
use support::Source;
use support::is_full;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("sanitizers::tsan::tsan_sees_a_race", tsan_sees_a_race),
        trial(
            "sanitizers::tsan::tsan_has_nothing_to_say_of_our_modules",
            tsan_has_nothing_to_say_of_our_modules,
        ),
        trial(
            "sanitizers::tsan::tsan_has_nothing_to_say_of_a_concurrent_module",
            tsan_has_nothing_to_say_of_a_concurrent_module,
        ),
    ]
}

const KIT: Kit = Kit { c: "gcc", cpp: Some("g++"), options: &["-g", "-fsanitize=thread"] };
/// What ThreadSanitizer exits with.
const REPORTED: i32 = 66;

fn load(instances: u32) -> Load {
    Load { instances, threads: 4, rounds: if is_full() { 500 } else { 20 } }
}

fn race(planted: &Planted) -> Output {
    KIT.host(&load(1), &planted.library, &[("command", r#"{"name":"race"}"#.to_owned())])
}

fn tsan_sees_a_race() {
    let concurrent = in_c(|source| KIT.source(source).define("FLAGS=RP_CONCURRENT"));
    let output = race(&concurrent);
    for bug in concurrent.bugs("tsan") {
        assert_eq!(output.status.code(), Some(REPORTED), "{}", printed(&output));
        assert!(bug.is_in(&printed(&output)), "{bug:?}\n{}", printed(&output));
    }
    let exclusive = in_c(|source| KIT.source(source));
    assert_clean("one at a time there is no race", &race(&exclusive));
}

fn assert_clean(about: &str, output: &Output) {
    assert!(output.status.success() && printed(output) == "host: done\n", "{about}: {}", printed(output));
}

/// Two threads for each of two instances, which share nothing.
fn tsan_has_nothing_to_say_of_our_modules() {
    let folder = tempfile::tempdir().unwrap();
    for (name, library) in KIT.modules(folder.path()) {
        assert_clean(name, &KIT.host(&load(2), &library, &messages(name)));
    }
}

/// The same with four threads at once in one instance.
fn tsan_has_nothing_to_say_of_a_concurrent_module() {
    let source = KIT.source(Source::new("conformance/broken/good/concurrent.c"));
    let library = source.library();
    assert_clean("concurrent", &KIT.host(&load(1), Path::new(&library), &messages("test-minimal-c")));
}
