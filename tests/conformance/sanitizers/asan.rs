//! AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer, in host and modules at once.

use crate::trial::trial;
use libtest_mimic::Trial;
use std::path::Path;
use std::process::Command;

use super::hosts::{Leaks, PARTS, Tool, rust_runtime};
use super::planted::{Planted, in_c, in_cpp, in_rust, printed, run};
use support::source::{RUNTIMES, SANITIZED};
use support::{built, deps};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("sanitizers::asan::asan_sees_the_bugs_in_c", asan_sees_the_bugs_in_c),
        trial("sanitizers::asan::asan_sees_the_bugs_in_cpp", asan_sees_the_bugs_in_cpp),
        trial("sanitizers::asan::asan_sees_the_bugs_in_rust", asan_sees_the_bugs_in_rust),
        trial(
            "sanitizers::asan::asan_has_nothing_to_say_of_our_modules_in_rust",
            asan_has_nothing_to_say_of_our_modules_in_rust,
        ),
        trial(
            "sanitizers::asan::asan_has_nothing_to_say_of_our_modules_in_c",
            asan_has_nothing_to_say_of_our_modules_in_c,
        ),
        trial("sanitizers::asan::asan_sees_the_bugs_of_a_host_in_c", asan_sees_the_bugs_of_a_host_in_c),
        trial(
            "sanitizers::asan::asan_has_nothing_to_say_of_hosts_in_c",
            asan_has_nothing_to_say_of_hosts_in_c,
        ),
    ]
}

/// A run of its own for each bug, since each ends the process.
fn sees_all_of(planted: &Planted) {
    let call = |command: &str| {
        let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
        // The quick way to walk a stack ends in the C++ library, which allocates for `new`.
        rp.env("ASAN_OPTIONS", "fast_unwind_on_malloc=0");
        run(rp.arg("call").arg(&planted.library).arg(command))
    };
    let clean = call("nothing");
    assert!(clean.status.success() && !printed(&clean).contains("Sanitizer"), "{}", printed(&clean));
    let unseen = planted.bugs("asan").into_iter().filter_map(|bug| {
        let output = call(&bug.command);
        let is_seen = !output.status.success() && bug.is_in(&printed(&output));
        (!is_seen).then(|| format!("{bug:?}\n{}", printed(&output)))
    });
    let unseen: Vec<_> = unseen.collect();
    assert!(unseen.is_empty(), "not seen: {}", unseen.join("\n\n"));
}

fn asan_sees_the_bugs_in_c() {
    sees_all_of(&in_c(|source| source));
}

fn asan_sees_the_bugs_in_cpp() {
    sees_all_of(&in_cpp());
}

fn asan_sees_the_bugs_in_rust() {
    sees_all_of(&in_rust());
}

/// Every check over every module, each module's in one process. Without LeakSanitizer, since some checks end a process in
/// the midst of things; one of them counts what a module frees.
fn has_nothing_to_say_of(names: &str) {
    for module in names.split(',').map(built) {
        let mut rp = Command::new(env!("CARGO_BIN_EXE_rp"));
        let output =
            run(rp.env("ASAN_OPTIONS", "detect_leaks=0").args(["check", "--in-process"]).arg(&module));
        assert!(output.status.success(), "{}: {}", module.display(), printed(&output));
    }
}

fn asan_has_nothing_to_say_of_our_modules_in_rust() {
    has_nothing_to_say_of(env!("RP_MODULES_RUST"));
}

fn asan_has_nothing_to_say_of_our_modules_in_c() {
    has_nothing_to_say_of(env!("RP_MODULES_C"));
}

/// Programs that bring the runtime of Rust's ASan, which the library and the modules take from them.
fn hosts() -> Tool {
    let runtime = rust_runtime("asan");
    let options = [
        SANITIZED.iter().map(ToString::to_string).collect(),
        vec![format!("-Wl,--whole-archive,{},--no-whole-archive", runtime.display()), "-rdynamic".into()],
        RUNTIMES.iter().map(ToString::to_string).collect(),
        ["-lpthread", "-ldl", "-lm", "-lrt"].map(String::from).to_vec(),
    ];
    Tool { name: "asan", compiler: "gcc", options: options.concat(), folder: deps(), start }
}

fn start(program: &Path, leaks: Leaks) -> Command {
    let mut command = Command::new(program);
    let detects = i32::from(leaks == Leaks::Faults);
    let options = format!("abort_on_error=1:fast_unwind_on_malloc=0:detect_leaks={detects}");
    command.env("ASAN_OPTIONS", options);
    command
}

fn asan_sees_the_bugs_of_a_host_in_c() {
    hosts().sees_the_bugs();
}

fn asan_has_nothing_to_say_of_hosts_in_c() {
    hosts().has_nothing_to_say_of(PARTS.iter());
}
