//! ThreadSanitizer, in a host in C and modules, since Rust's standard library as it comes is not built with it, and gives false
//! alarms; and in programs in C with our library, where `./dev tsan` built that, and Rust's, with it.

use crate::trial::trial;
use libtest_mimic::Trial;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::hosts::{Leaks, PARTS, Tool, rust_runtime};
use super::planted::{Planted, in_c, printed};
use super::shared_host::{Kit, Load, messages};
use support::Source;
use support::is_full;

pub fn trials() -> Vec<Trial> {
    let is_missing = host_folder().is_none();
    let of_hosts = |name: &str, test: fn()| trial(name, test).with_ignored_flag(is_missing);
    vec![
        of_hosts("sanitizers::tsan::tsan_sees_the_races_of_a_host_in_c", tsan_sees_the_races_of_a_host_in_c),
        of_hosts(
            "sanitizers::tsan::tsan_has_nothing_to_say_of_hosts_in_c",
            tsan_has_nothing_to_say_of_hosts_in_c,
        ),
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

/// Where `./dev tsan` put the library and the modules.
fn host_folder() -> Option<PathBuf> {
    std::env::var_os("RP_TSAN_HOST").map(PathBuf::from)
}

/// Programs that bring the runtime of Rust's TSan, which the library and the modules take from them.
fn hosts() -> Tool {
    let runtime = format!("-Wl,--whole-archive,{},--no-whole-archive", rust_runtime("tsan").display());
    let options = ["-fsanitize=thread", "-nodefaultlibs", &runtime, "-rdynamic"];
    let libraries = ["-lc", "-lm", "-ldl", "-lrt", "-lgcc", "-lgcc_s"];
    let options = options.into_iter().chain(libraries).map(String::from).collect();
    Tool { name: "tsan", compiler: "gcc", options, folder: host_folder().expect("./dev tsan sets it"), start }
}

/// It looks for races, and not for leaks.
fn start(program: &Path, _: Leaks) -> Command {
    let mut command = Command::new(program);
    command.env("TSAN_OPTIONS", "die_after_fork=0");
    command
}

fn tsan_sees_the_races_of_a_host_in_c() {
    hosts().sees_the_bugs();
}

fn tsan_has_nothing_to_say_of_hosts_in_c() {
    hosts().has_nothing_to_say_of(PARTS.iter());
}
